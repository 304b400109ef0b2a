/** What the model test found: writes of which nobody knows the end, and records that go and come. */
import { describe, expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet, threePlan, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import { through } from '../../../test/support/through.ts'
import { activate } from '../activate.ts'
import { pass } from '../engine.ts'
import { takeUpParked } from '../parked.ts'

describe('doubt', () => {
  test('A new record whose answer was lost and whose text was cut is no edit: the cut text stays where it is.', async () => {
    const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true, vices: ['cuts-text'] }, c: { tellsEditTimes: true } })
    await x.sync()
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'a text that is too long', g: 'g' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.clock.advance(60_000)
    await x.sync()
    x.clock.advance(120_000)
    await x.sync()
    await quiet(x)
    expect(valuesOf(x)[0]).toBe('a text that is too long')
    expect(x.systems['b']!.all('thing').map((row) => row['f'])).toEqual(['a text that'].map((text) => `${text} `))
    expect(x.systems['c']!.all('thing').map((row) => row['f'])).toEqual(['a text that is too long'])
  })

  test('An edit between a write and the look that confirms it is kept, not taken for what the target made of the value.', async () => {
    const x = await threeSystems('latest', { traits: { answers: false } })
    const b = x.systems['b']!
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    let edited = false
    const parts = x.parts()
    await activate(parts, {})
    await pass(through(x, 'b', (real) => ({
      async write(items, options) {
        const results = await real.write!(items, options)
        if (!edited) b.edit('thing', '1', { f: 'typed since' })
        edited = true
        return results
      },
    })), { signal: new AbortController().signal })
    x.clock.advance(60_000)
    await x.sync()
    expect(valuesOf(x)).toEqual(['typed since', 'typed since', 'typed since'])
    await quiet(x)
  })

  test('A record that was parked twice, or parked without having been read, leaves the ledger balanced.', async () => {
    const x = await threeSystems('latest', { traits: { listLagMs: 30_000 } })
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    for (let i = 0; i < 4; i += 1) {
      const report = await x.sync({ patienceMs: 0 })
      expect([...report.balances.values()].filter((balance) => !balance.balanced)).toEqual([])
      x.clock.advance(2000)
    }
    x.clock.advance(120_000)
    await x.sync()
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
  })

  test('A parked record that somebody else takes up while it is asked for leaves the ledger balanced.', async () => {
    const x = await threeSystems('latest', { traits: { listLagMs: 30_000 } })
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    await x.sync({ patienceMs: 0 })
    x.clock.advance(2_000)
    x.systems['b']!.edit('thing', '1', { f: 'v2' })
    await x.sync({ patienceMs: 0 })
    x.clock.advance(40_000)
    const parts = x.parts()
    let asked = 0
    const report = await pass({
      ...parts,
      connections: {
        ...parts.connections,
        resource(place) {
          const real = parts.connections.resource(place)
          if (!real) return real
          return {
            traits: real.traits, read: (o) => real.read(o), find: (p, v, s) => real.find!(p, v, s), write: (i, o) => real.write!(i, o),
            async readKeys(keys, signal) {
              asked += 1
              const [run] = await x.store.transaction((tx) => tx.runs(1), { readOnly: true })
              if (asked === 1) await takeUpParked(parts, { runtime: parts.runtime, run: run!.id, startedAt: run!.startedAt, now: x.clock.now(), newId: parts.newId }, signal)
              return real.readKeys!(keys, signal)
            },
          }
        },
      },
    }, { signal: new AbortController().signal, only: () => false })
    expect(asked).toBeGreaterThan(0)
    expect([...report.balances.values()].filter((balance) => !balance.balanced)).toEqual([])
  })

  test('The values that only a system said which leaves the plan stay.', async () => {
    const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true } })
    x.systems['c']!.edit('thing', '1', { code: 'X', f: 'of c', g: 'g' })
    await x.sync()
    x.clock.advance(60_000)
    x.change(threePlan('latest').replace(/ {2}c: .*\n/, '').replace('[a, b, c]', '[a, b]'))
    await activate(x.parts(), { removed: ['c'] })
    await x.sync()
    expect((await x.goldens('thing')).map((row) => row.values)).toEqual([{ code: 'X', f: 'of c', g: 'g' }])
    await quiet(x)
  })

  test('A field that leaves the plan and comes back is what the records hold.', async () => {
    const without = threePlan('latest', { fields: 'code: code, f: f', types: 'code: text, f: text' })
    const x = await threeSystems('latest')
    x.change(without)
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    await x.sync()
    x.clock.advance(60_000)
    x.change(threePlan('latest'))
    await x.sync()
    expect((await x.goldens('thing')).map((row) => row.values['g'])).toEqual(['g0'])
    await quiet(x)
  })

  test('What was archived before it reached a system is not made there.', async () => {
    const plan = threePlan('latest', { flow: ', when_deleted: archive' })
    const x = exchange(plan, { a: { tellsEditTimes: true }, b: {}, c: {} })
    await x.sync()
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'v', g: 'g' })
    x.systems['a']!.edit('thing', '2', { code: 'Y', f: 'v', g: 'g' })
    x.systems['b']!.vices.down = true
    x.clock.advance(60_000)
    await x.sync({ patienceMs: 0 })
    x.systems['a']!.remove('thing', '1')
    x.clock.advance(60_000)
    await x.sync({ patienceMs: 0 })
    x.systems['b']!.vices.down = false
    x.clock.advance(3_600_000)
    await x.sync()
    expect(x.systems['b']!.all('thing').map((row) => row['code'])).toEqual(['Y'])
  })
})
