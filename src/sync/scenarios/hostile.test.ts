/** What a source says that can't be true of any record: it costs itself only. */
import { describe, expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { through } from '../../../test/support/through.ts'
import type { Resource } from '../../systems/contract.ts'
import { PlimsollError } from '../../systems/contract.ts'
import { type EngineParts, pass } from '../engine.ts'
import { activate } from '../activate.ts'

const plan = `
plimsoll: 1
name: One list
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f, other: other } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f, other: other } } } }
entities:
  thing: { identifiers: [code], fields: { code: text, f: text, other: { to: thing } } }
flows:
  things: { entity: thing, from: a, to: b }
`
const signal = new AbortController().signal
const start = () => exchange(plan, { a: {}, b: {} })
type X = ReturnType<typeof start>
const asides = async (x: X) => (await x.store.transaction((tx) => tx.asides({ states: ['open'], limit: 100 }), { readOnly: true })).map((row) => `${row.rule} ${row.field ?? ''}`).toSorted()
const codes = (x: X): unknown[] => [...x.systems['b']!.table('thing').values()].map((row) => row.values['code']).toSorted()

/** The parts, activated, with A's resource seen through `wrap`. */
async function activated(x: X, wrap: (real: Resource) => Partial<Resource>): Promise<EngineParts> {
  await activate(x.parts(), {})
  return through(x, 'a', wrap)
}

describe('keys that are none', () => {
  test('Keys that the store would take for one, hold a NUL character or have no end are set aside each; the others arrive.', async () => {
    const x = start()
    for (const key of ['1', 'x\ud800', 'x\ud801', 'x\ufffd', 'y\0', 'y\0z', 'z'.repeat(5000), 'z'.repeat(5001)]) x.systems['a']!.edit('thing', key, { code: `C ${key.slice(0, 3).replaceAll(/[^\w]/g, '-')}${key.length}`, f: 'v' })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ set_aside: 6, balanced: true })
    expect(codes(x)).toEqual(['C 11', 'C x-2'])
    expect(await asides(x)).toEqual(Array.from({ length: 6 }, () => 'key '))
    const again = await x.sync()
    expect(again.summary).toMatchObject({ writes: 0, balanced: true })
    expect(await asides(x)).toHaveLength(6)
  })

  test('References that differ in half a character only are set aside each; the others arrive.', async () => {
    const x = start()
    x.systems['a']!.edit('thing', '1', { code: 'A', f: 'v', other: 'x\ud800' })
    x.systems['a']!.edit('thing', '2', { code: 'B', f: 'v', other: 'x\ud801' })
    x.systems['a']!.edit('thing', '3', { code: 'C', f: 'v', other: null })
    expect((await x.sync()).summary).toMatchObject({ set_aside: 2, balanced: true })
    expect(codes(x)).toEqual(['C'])
    expect(await asides(x)).toEqual(['encoding other', 'encoding other'])
  })
})

describe('a list with records that nobody can read', () => {
  const withBroken = (x: X, ends: 'complete' | 'throws') => activated(x, (real) => ({
    async *read(options) {
      for await (const page of real.read(options)) {
        yield { ...page, broken: [{ place: 'line 7', says: 'It is no record.', raw: '?' }], ...(ends === 'throws' && page.complete ? { complete: false, ended: true } : {}) }
      }
      if (ends === 'throws') throw new PlimsollError('simulated.down', 'One row can\'t be read.')
    },
  }))

  test.each(['complete', 'throws'] as const)('Its first pass delivers the others at once, but nothing is taken as deleted by it (%s).', async (ends) => {
    const x = start()
    for (const key of ['1', '2', '3']) x.systems['a']!.edit('thing', key, { code: key, f: 'v' })
    const first = await pass(await withBroken(x, ends), { signal })
    expect(codes(x)).toEqual(['1', '2', '3'])
    expect([first.ok, first.summary.balanced, first.summary.set_aside]).toEqual([false, true, 1])
    x.clock.advance(60_000)
    x.systems['a']!.table('thing').delete('2')
    const second = await pass(await withBroken(x, ends), { signal })
    expect([second.ok, second.summary.gone]).toEqual([false, 0])
    x.clock.advance(60_000)
    expect((await x.sync()).summary.gone).toBe(1)
  })

  test('Where the hub also writes, nothing is created beside a list that nobody could read whole.', async () => {
    const x = exchange(plan.replace('from: a, to: b', 'between: [a, b]'), { a: {}, b: {} })
    x.systems['a']!.edit('thing', '1', { code: '1', f: 'v' })
    x.systems['b']!.edit('thing', '9', { code: '9', f: 'v' })
    await pass(await withBroken(x, 'complete'), { signal })
    expect(x.systems['a']!.table('thing').size).toBe(1)
    x.clock.advance(60_000)
    await x.sync()
    expect(x.systems['a']!.table('thing').size).toBe(2)
  })

  test('A source that can\'t be told what was taken over fails by itself; what it said is delivered.', async () => {
    const x = exchange(plan, { a: { traits: { incremental: true } }, b: {} })
    x.systems['a']!.edit('thing', '1', { code: '1', f: 'v' })
    const report = await pass(await activated(x, () => ({ acknowledge: () => Promise.reject(new PlimsollError('simulated.down', 'The folder is full.')) })), { signal })
    expect([...report.failures.values()].map((failure) => failure.code)).toEqual(['simulated.down'])
    expect(codes(x)).toEqual(['1'])
  })
})
