/** What a target made of a write, where neither its answer nor a look after it said so. */
import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { later, quiet, threePlan, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'
import type { Traits } from '../../systems/contract.ts'
import type { SimulatedOptions, SimulatedSystem } from '../../rehearse/systems/simulated.ts'
import type { Call } from '../../rehearse/systems/vices.ts'

const cuts = (values: Record<string, unknown>): Record<string, never> => ({ ...values, ...(typeof values['f'] === 'string' ? { f: values['f'].slice(0, 5) } : {}) }) as Record<string, never>
const fOf = (x: Exchange): unknown[] => ['a', 'b', 'c'].flatMap((name) => x.systems[name]!.all('thing').map((row) => row['f']))

async function withSilentB(traits: Partial<Traits>, onCall?: SimulatedOptions['onCall']): Promise<Exchange> {
  const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true, traits: { answers: false, ...traits }, ...(onCall ? { onCall } : {}) }, c: { tellsEditTimes: true } })
  x.systems['b']!.vices.alters = (values) => cuts(values)
  await x.sync()
  x.clock.advance(60_000)
  return x
}

describe('a write that nobody saw', () => {
  const seen: { call?: ((kind: Call, when: 'before' | 'after') => void) | undefined } = {}

  test('A new record that could not be looked at after it was made is no edit where its text was cut.', async () => {
    const x = await withSilentB({}, (kind, when) => seen.call?.(kind, when))
    const b = x.systems['b']!
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'Aleksandra', g: 'g' })
    let looks = 0
    seen.call = (kind, when) => {
      if (kind === 'readKeys' && when === 'before') b.vices.down = (looks += 1) === 1
    }
    await x.sync()
    seen.call = undefined
    b.vices.down = false
    expect(looks).toBeGreaterThan(0)
    for (let i = 0; i < 3; i += 1) {
      x.clock.advance(60_000)
      await x.sync()
    }
    expect(fOf(x)).toEqual(['Aleksandra', 'Aleks', 'Aleksandra'])
    await quiet(x)
  })

  // Neither an answer nor a look by key: only its lists show what it made of a value.
  const SILENT: Partial<Traits> = { readByKey: false, conditional: true, version: 'ordered' }

  test('What only a list shows of a value that was cut is written once more, and then accepted.', async () => {
    const x = await withSilentB(SILENT)
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'Aleksandra', g: 'g' })
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(60_000)
    }
    expect(fOf(x)).toEqual(['Aleksandra', 'Aleks', 'Aleksandra'])
    expect(x.systems['b']!.writes.map((write) => write.operation)).toEqual(['create', 'update'])
    await quiet(x)
    x.systems['a']!.edit('thing', '1', { f: 'Bolesława' })
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(60_000)
    }
    expect(fOf(x)).toEqual(['Bolesława', 'Boles', 'Bolesława'])
    await quiet(x)
  })

  test('An edit between such a write and the first list is live or in the history.', async () => {
    const x = await withSilentB(SILENT)
    x.systems['b']!.vices.alters = (values) => values as Record<string, never>
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'first', g: 'g' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '1', { f: 'typed' })
    for (let i = 0; i < 5; i += 1) {
      x.clock.advance(60_000)
      await x.sync()
    }
    const told = await x.store.transaction((tx) => tx.changes({ limit: 100 }), { readOnly: true })
    expect(new Set(valuesOf(x)).size).toBe(1)
    expect(valuesOf(x)[0] === 'typed' || told.some((row) => row.loser?.value === 'typed' || row.after === 'typed')).toBe(true)
    await quiet(x)
  })

  test('Of a write that did not arrive, the fields that are as they were before are nobody\'s word.', async () => {
    const x = await threeSystems('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1', g: 'g1' })
    x.systems['b']!.vices.nextWrite = ['lost-not-executed']
    await x.sync()
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { g: 'typed' })
    await later(x, 3)
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
    expect(valuesOf(x, 'g')).toEqual(['typed', 'typed', 'typed'])
    await quiet(x)
  })

  test('An edit that a repeated write goes over is known also when the answer to that write is lost.', async () => {
    let b: SimulatedSystem | undefined
    const x = await threeSystems('latest', { traits: { answers: false }, onCall: (kind, when, system) => (system === b ? seen.call?.(kind, when) : undefined) })
    b = x.systems['b']!
    // Another field is cut, so that what was sent is never wholly there.
    b.vices.alters = (values) => ('g' in values ? { ...values, g: String(values['g']).slice(0, 3) } : values)
    x.systems['a']!.edit('thing', '1', { f: 'v1', g: 'long enough' })
    let writes = 0
    seen.call = (kind, when) => {
      if (kind !== 'write' || when === 'before' || (writes += 1) > 1) return
      b!.edit('thing', '1', { f: 'typed' })
      b!.vices.nextWrite = ['lost-executed']
    }
    await x.sync()
    expect(writes).toBe(2)
    await later(x, 3)
    const told = await x.store.transaction((tx) => tx.changes({ limit: 100 }), { readOnly: true })
    expect(new Set(valuesOf(x)).size).toBe(1)
    expect(valuesOf(x)[0] === 'typed' || told.some((row) => row.loser?.value === 'typed')).toBe(true)
    await quiet(x)
  })

  test('Who typed over what a create brought knew it, also when the answer to the create was lost.', async () => {
    const x = exchange(threePlan('longest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true } })
    await x.sync()
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'a long text', g: 'g' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.clock.advance(60_000)
    await x.sync()
    x.systems['b']!.edit('thing', '1', { f: 'short' })
    await later(x, 3)
    expect(valuesOf(x)).toEqual(['short', 'short', 'short'])
    await quiet(x)
  })

  test('Two edits around a write whose answer is lost: the later one travels, the other one is in the log.', async () => {
    let b: SimulatedSystem | undefined
    const x = await threeSystems('latest', { traits: { answers: false }, onCall: (kind, when, system) => (system === b ? seen.call?.(kind, when) : undefined) })
    b = x.systems['b']!
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    let writes = 0
    seen.call = (kind, when) => {
      if (kind !== 'write' || when === 'before' || (writes += 1) > 1) return
      b!.edit('thing', '1', { f: 'typed first' })
      b!.vices.nextWrite = ['lost-executed']
    }
    await x.sync()
    x.clock.advance(5000)
    b.edit('thing', '1', { f: 'typed then' })
    await later(x, 3)
    expect(valuesOf(x)).toEqual(['typed then', 'typed then', 'typed then'])
    expect((await x.conflicts()).map((row) => row.loser?.value)).toContain('typed first')
    await quiet(x)
  })

  test('Who typed over what a lost update brought knew it.', async () => {
    const x = await threeSystems('longest', { start: { code: 'X', f: 'v0', g: 'g0' } })
    x.systems['a']!.edit('thing', '1', { f: 'a long text', g: 'g1' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    await x.sync()
    x.systems['b']!.edit('thing', '1', { f: 'short' })
    await later(x, 3)
    expect(valuesOf(x)).toEqual(['short', 'short', 'short'])
    await quiet(x)
  })

  test('Of two lost writes the first may arrive last: what it brings is nobody\'s word.', async () => {
    const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true, traits: { readByKey: false, conditional: true, version: 'opaque' } }, c: { tellsEditTimes: true } })
    for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', '1', { code: 'X', f: 'v0', g: 'g0' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.systems['b']!.vices.nextWrite = ['lost-not-executed', 'lost-not-executed']
    await x.sync()
    x.clock.advance(120_000)
    x.systems['a']!.edit('thing', '1', { f: 'v2' })
    await x.sync({ patienceMs: 0 })
    // The first request comes to its end only now.
    const row = x.systems['b']!.table('thing').get('1')!
    x.systems['b']!.put('thing', '1', { ...row, values: { ...row.values, f: 'v1' }, version: row.version + 1, changedAt: x.clock.now(), editedAt: x.clock.now() }, true)
    await later(x, 4)
    expect(valuesOf(x)).toEqual(['v2', 'v2', 'v2'])
    expect((await x.conflicts()).map((one) => one.loser?.value)).not.toContain('v1')
    await quiet(x)
  })

  test('A word that was being written over to be told from a cut is in the log when its record goes.', async () => {
    const x = await threeSystems('latest', { traits: { answers: true } })
    const b = x.systems['b']!
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    b.vices.nextWrite = ['lost-executed']
    await x.sync()
    b.edit('thing', '1', { f: 'typed' })
    b.vices.nextWrite = ['lost-executed']
    x.clock.advance(120_000)
    await x.sync({ patienceMs: 0 })
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
    b.remove('thing', '1')
    x.clock.advance(120_000)
    await x.sync()
    expect((await x.conflicts()).map((row) => row.loser?.value)).toContain('typed')
    await quiet(x)
  })

  test('What a target shows by key right before a write may be older than the last one: it is no edit.', async () => {
    // By key it shows what it held five seconds ago; it takes whole records.
    const x = exchange(threePlan('latest'), {
      a: { tellsEditTimes: true }, c: { tellsEditTimes: true },
      b: { tellsEditTimes: true, vices: ['key-lag'], random: () => 0.99, traits: { updateStyle: 'put', conditional: true, version: 'opaque' } },
    })
    for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', '1', { code: 'X', f: 'v0', g: 'g0' })
    x.clock.advance(60_000)
    await x.sync()
    for (const f of ['v1', 'v2']) {
      x.systems['a']!.edit('thing', '1', { f })
      await x.sync({ patienceMs: 0 })
      x.clock.advance(1_000)
    }
    x.clock.advance(60_000)
    await x.sync()
    expect(valuesOf(x)).toEqual(['v2', 'v2', 'v2'])
    expect(await x.conflicts()).toEqual([])
    await quiet(x)
  })

  test('An edit right after a write is told from what the target makes of the value, also when the answer to the repeated write is lost.', async () => {
    let b: SimulatedSystem | undefined
    const x = await threeSystems('latest', { traits: { answers: false }, onCall: (kind, when, system) => (system === b ? seen.call?.(kind, when) : undefined) })
    b = x.systems['b']!
    b.vices.alters = (values) => cuts(values)
    x.systems['a']!.edit('thing', '1', { f: 'Aleksandra' })
    let writes = 0
    seen.call = (kind, when) => {
      if (kind !== 'write' || when === 'before' || (writes += 1) > 1) return
      b!.edit('thing', '1', { f: 'typed' })
      b!.vices.nextWrite = ['lost-executed']
    }
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(120_000)
    }
    expect(valuesOf(x)).toEqual(['typed', 'typed', 'typed'])
    await quiet(x)
  })

  test('Where the target refuses the write that would tell, what was read before it is in the log.', async () => {
    const x = exchange(threePlan('latest'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true } })
    await x.sync()
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'of a', g: 'g of a' })
    x.systems['b']!.vices.nextWrite = ['lost-not-executed']
    x.clock.advance(60_000)
    await x.sync()
    x.systems['b']!.edit('thing', '1', { code: 'X', f: 'of b', g: 'g of b' })
    x.systems['b']!.vices.refuses = () => 'no'
    await later(x, 3)
    expect((await x.conflicts()).map((row) => row.loser?.value)).toEqual(expect.arrayContaining(['of b', 'g of b']))
  })

  test('What is typed between a repeated write and the look at it is the edit, not what the target had made of the value before.', async () => {
    const x = await withSilentB({}, (kind, when) => seen.call?.(kind, when))
    const b = x.systems['b']!
    x.systems['a']!.edit('thing', undefined, { code: 'X', f: 'Aleksandra', g: 'g' })
    let writes = 0
    seen.call = (kind, when) => {
      if (kind === 'write' && when === 'after' && (writes += 1) === 2) b.edit('thing', [...b.table('thing').keys()][0], { f: 'Ola' })
    }
    for (let i = 0; i < 4; i += 1) {
      await x.sync()
      x.clock.advance(120_000)
    }
    seen.call = undefined
    expect(fOf(x)).toEqual(['Ola', 'Ola', 'Ola'])
    // Nor was it for a moment: what is golden for a moment may be written elsewhere in it.
    expect((await x.store.transaction((tx) => tx.changes({ limit: 100 }), { readOnly: true })).map((change) => change.after)).not.toContain('Aleks')
    await quiet(x)
  })
})
