import { describe, expect, test } from 'vitest'
import type { SimulatedSystem } from '../../rehearse/systems/simulated.ts'
import type { SourceRecord } from '../../systems/contract.ts'
import type { Exchange } from '../../../test/support/exchange.ts'
import { quiet, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import { through } from '../../../test/support/through.ts'
import { pass } from '../engine.ts'
import { intake } from '../intake.ts'
import { prepare } from '../prepare.ts'
import { placeKey } from '../runtime.ts'
import { PRIORITY } from '../scope.ts'

/** A webhook: nobody knows since when it was true; or, with `from`, what was read since then. */
async function arrives(x: Exchange, system: string, record: SourceRecord, ordered = false, from = -1): Promise<void> {
  const parts = x.parts()
  const place = parts.runtime.places.get(placeKey({ system, resource: 'thing', entity: 'thing' }))!
  const work = { runtime: parts.runtime, run: 'webhook', startedAt: x.clock.now(), now: x.clock.now(), newId: parts.newId }
  await intake(x.store, [prepare(place, record, { from, to: x.clock.now() })], {
    place, work, judging: { ordered, omitsEmpty: false, lookedAt: 0 }, priority: PRIORITY.event, listLagMs: 1,
  })
}
const recordOf = (x: Exchange, system: string, versioned = false): SourceRecord => {
  const row = x.systems[system]!.table('thing').get('1')!
  return { key: '1', values: { ...row.values }, editedAt: row.editedAt, ...(versioned ? { version: String(row.version) } : {}) }
}
/** Two passes that only deliver and take up what is parked. */
async function settled(x: Exchange): Promise<void> {
  for (let i = 0; i < 2; i += 1) {
    x.clock.advance(5000)
    await x.sync({ only: () => false })
  }
}

describe('webhooks and late observations', () => {
  test('16: a webhook without a field says nothing about it', async () => {
    const x = await threeSystems('latest', { traits: { version: 'ordered' } })
    x.systems['a']!.edit('thing', '1', { g: 'g1' })
    const { f: _, ...values } = recordOf(x, 'a').values
    x.clock.advance(1000)
    await arrives(x, 'a', { ...recordOf(x, 'a', true), values, partial: true }, true)
    await settled(x)
    expect(valuesOf(x, 'g')).toEqual(['g1', 'g1', 'g1'])
    expect(valuesOf(x)).toEqual(['v0', 'v0', 'v0'])
    await quiet(x)
  })

  test('a webhook that was over long before it came does not make the edit after it a late one', async () => {
    const x = await threeSystems('latest', { traits: { version: 'ordered' } })
    x.systems['c']!.edit('thing', '1', { g: 'g1' })
    const old = recordOf(x, 'c', true)
    x.systems['c']!.edit('thing', '1', { f: 'of c' })
    x.clock.advance(10_000)
    x.systems['a']!.edit('thing', '1', { f: 'of a' })
    x.clock.advance(10_000)
    await arrives(x, 'c', old, true)
    x.clock.advance(10_000)
    await x.sync()
    await settled(x)
    expect(valuesOf(x)).toEqual(['of a', 'of a', 'of a'])
    expect(valuesOf(x, 'g')).toEqual(['g1', 'g1', 'g1'])
    await quiet(x)
  })

  for (const version of ['ordered', 'none'] as const) {
    test(`25: a page that was fetched before a write and is taken in after it is no edit (versions: ${version})`, async () => {
      const x = await threeSystems('latest', { traits: { version } })
      const old = recordOf(x, 'b', version === 'ordered')
      const from = x.clock.now()
      x.clock.advance(1000)
      x.systems['a']!.edit('thing', '1', { f: 'v1' })
      await x.sync()
      expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
      const parts = x.parts()
      const place = parts.runtime.places.get(placeKey({ system: 'b', resource: 'thing', entity: 'thing' }))!
      x.clock.advance(1000)
      const work = { runtime: parts.runtime, run: 'page', startedAt: x.clock.now(), now: x.clock.now(), newId: parts.newId }
      await intake(x.store, [prepare(place, old, { from, to: x.clock.now() })], {
        place, work, judging: { ordered: version === 'ordered', omitsEmpty: false, lookedAt: 0 }, priority: PRIORITY.run, listLagMs: 1,
      })
      await settled(x)
      expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
      expect(await x.conflicts()).toEqual([])
      await quiet(x)
    })

    test(`27: webhooks that arrive in another order and twice end in the last value (versions: ${version})`, async () => {
      const x = await threeSystems('latest', { traits: { version } })
      const hooks = ['v1', 'v2', 'v3'].map((f) => {
        x.clock.advance(1000)
        x.systems['b']!.edit('thing', '1', { f })
        return recordOf(x, 'b', version === 'ordered')
      })
      for (const i of [2, 0, 1, 1]) {
        x.clock.advance(1000)
        await arrives(x, 'b', hooks[i]!, version === 'ordered')
      }
      await settled(x)
      expect(valuesOf(x)).toEqual(['v3', 'v3', 'v3'])
      expect(x.systems['b']!.writes).toEqual([])
      await quiet(x)
    })
  }

  test('28: the echo of a write that arrives before its answer waits, and is an echo', async () => {
    const x = await threeSystems('latest')
    const c = x.systems['c']!
    c.vices.alters = (values) => ('f' in values ? { ...values, f: String(values['f']).slice(0, 10) } : values)
    x.systems['a']!.edit('thing', '1', { f: 'Aleksandra-Maria' })
    let early = false
    await pass(through(x, 'c', (real) => ({
      async write(items, options) {
        const results = await real.write!(items, options)
        if (!early) {
          early = true
          await arrives(x, 'c', recordOf(x, 'c'))
        }
        return results
      },
    })), { signal: new AbortController().signal })
    expect(early).toBe(true)
    await settled(x)
    expect(valuesOf(x)).toEqual(['Aleksandra-Maria', 'Aleksandra-Maria', 'Aleksandra'])
    await quiet(x)
  })

  test.each([false, true])('16: what the first webhook of a record left out is not written over before a look showed it (readable by key: %s)', async (readByKey) => {
    const x = await threeSystems('latest', { traits: { readByKey, conditional: true, version: 'ordered' } })
    for (const name of ['b', 'c']) x.systems[name]!.edit('thing', '2', { code: 'Y', f: 'f', g: `of ${name}` })
    const row = x.systems['b']!.table('thing').get('2')!
    await arrives(x, 'b', { key: '2', values: { code: 'Y', f: 'f' }, version: String(row.version), partial: true }, true)
    await x.sync({ only: (place) => place.system === 'c' })
    expect(x.systems['b']!.get('thing', '2')!['g']).toBe('of b')
    x.clock.advance(60_000)
    await x.sync()
    const told = await x.store.transaction((tx) => tx.changes({ limit: 100 }), { readOnly: true })
    expect(told.some((one) => one.loser?.value === 'of b' || one.after === 'of b')).toBe(true)
    await quiet(x)
  })

  test('16: nor what any later webhook left out, though it told the newest version', async () => {
    const x = await threeSystems('latest', { traits: { readByKey: false, conditional: true, version: 'opaque' } })
    const b = x.systems['b']!
    x.systems['c']!.edit('thing', '1', { g: 'of c' })
    x.clock.advance(1000)
    b.edit('thing', '1', { f: 'of b', g: 'of b' })
    await arrives(x, 'b', { key: '1', values: { f: 'of b' }, version: String(b.table('thing').get('1')!.version), partial: true }, true)
    const written = b.writes.length
    await x.sync({ only: (place) => place.system === 'c' })
    expect(b.writes).toHaveLength(written)
    x.clock.advance(60_000)
    await x.sync()
    expect([valuesOf(x), valuesOf(x, 'g')]).toEqual([['of b', 'of b', 'of b'], ['of b', 'of b', 'of b']])
    await quiet(x)
  })

  test('28: a look at a record whose write has no answer yet says nothing before that answer, neither of a cut value nor of an older one', async () => {
    for (const looks of ['before', 'after'] as const) {
      let c: SimulatedSystem | undefined
      const x = await threeSystems('latest', {
        onCall: async (kind, when, system) => {
          if (kind !== 'write' || when !== looks || system !== c) return
          x.clock.advance(10)
          await arrives(x, 'c', recordOf(x, 'c'), false, x.clock.now())
        },
      })
      c = x.systems['c']!
      c.vices.alters = (values) => ('f' in values ? { ...values, f: String(values['f']).slice(0, 10) } : values)
      x.systems['a']!.edit('thing', '1', { f: 'Aleksandra-Maria' })
      await x.sync()
      await settled(x)
      expect(valuesOf(x)).toEqual(['Aleksandra-Maria', 'Aleksandra-Maria', 'Aleksandra'])
      await quiet(x)
    }
  })

  test('45: the webhook of a new record that arrives before the answer of its create, its identifier unreadable, is that record', async () => {
    const x = await threeSystems('latest')
    const b = x.systems['b']!
    x.systems['a']!.edit('thing', 'n', { code: 'NEW', f: 'n', g: 'n' })
    let early = false
    await pass(through(x, 'b', (real) => ({
      async write(items, options) {
        const results = await real.write!(items, options)
        if (!early) {
          early = true
          const [key] = [...b.table('thing')].find(([, row]) => row.values['code'] === 'NEW')!
          await arrives(x, 'b', { key, values: { code: null, f: 'n', g: 'n' } })
        }
        return results
      },
    })), { signal: new AbortController().signal })
    expect(early).toBe(true)
    await settled(x)
    expect((await x.goldens('thing')).filter((row) => row.values['f'] === 'n')).toHaveLength(1)
    for (const system of ['a', 'b', 'c']) expect(x.systems[system]!.all('thing')).toHaveLength(2)
    await quiet(x)
  })
})
