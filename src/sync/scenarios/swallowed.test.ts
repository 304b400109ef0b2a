/** A target that says yes and does nothing, and a look-up that fails at the wrong moment: neither is a success, and nothing is lost. */
import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { through } from '../../../test/support/through.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { SimulatedOptions } from '../../rehearse/systems/simulated.ts'
import type { Resource, WriteItem, WriteResult } from '../../systems/contract.ts'
import { type EngineParts, pass, type PassReport } from '../engine.ts'

const PLAN = (flow = ''): string => `
plimsoll: 1
name: Swallowed
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
entities:
  thing: { identifiers: [code], golden: { home: a }, fields: { code: text, f: text } }
flows:
  things: { entity: thing, from: a, to: b${flow} }
`

const sync = (parts: EngineParts): Promise<PassReport> => pass(parts, { signal: new AbortController().signal })
async function start(more: Omit<SimulatedOptions, 'clock'> = {}, flow = ''): Promise<Exchange> {
  const x = exchange(PLAN(flow), { a: {}, b: more })
  x.systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' })
  await x.sync()
  x.clock.advance(60_000)
  return x
}
/** Says yes to these and does nothing. */
const swallowing = (which: (item: WriteItem) => boolean) => (real: Resource): Partial<Resource> => ({
  async write(items, options): Promise<WriteResult[]> {
    const done = new Map((await real.write!(items.filter((item) => !which(item)), options)).map((result, i) => [items.filter((item) => !which(item))[i]!, result]))
    return items.map((item) => done.get(item) ?? { is: 'done', key: item.key ?? 'k999' })
  },
})
const entries = (x: Exchange) => x.store.transaction((tx) => tx.asides({ states: ['open'], limit: 10 }), { readOnly: true })

describe('a target that says yes', () => {
  test.each([true, false])('and made nothing: no success, set aside, and made once when it is tried again (other records beside it: %s)', async (others) => {
    const x = await start()
    x.systems['a']!.edit('thing', '2', { code: 'Y', f: 'v0' })
    if (others) x.systems['a']!.edit('thing', '3', { code: 'Z', f: 'v0' })
    const report = await sync(through(x, 'b', swallowing((item) => item.operation === 'create' && item.values['code'] === 'Y')))
    expect([report.ok, report.summary.created, report.summary.ignored, report.summary.balanced]).toEqual([false, others ? 1 : 0, 1, true])
    expect(await entries(x)).toMatchObject([{ rule: 'swallowed', system: 'b', says: expect.stringContaining('has no such record') as unknown }])
    expect(x.systems['b']!.all('thing').map((row) => row['code'])).toEqual(others ? ['X', 'Z'] : ['X'])
    // It is not tried again behind everybody's back.
    expect((await sync(x.parts())).summary.writes).toBe(0)
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', '2', { f: 'v1' })
    expect((await sync(x.parts())).summary).toMatchObject({ created: 1, ignored: 0, balanced: true })
    expect(x.systems['b']!.all('thing').filter((row) => row['code'] === 'Y')).toHaveLength(1)
    expect(await entries(x)).toEqual([])
  })

  test('and changed nothing: no success, once more, then reported as its value; counted as ignored and not as updated', async () => {
    const x = await start()
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    const parts = through(x, 'b', swallowing((item) => item.operation === 'update'))
    const first = await sync(parts)
    expect([first.ok, first.summary.updated, first.summary.writes, first.summary.ignored, first.summary.balanced]).toEqual([false, 0, 0, 1, true])
    expect(await x.writes(first)).toEqual([])
    x.clock.advance(120_000)
    const second = await sync(parts)
    expect([second.ok, second.summary.updated, second.summary.ignored, second.summary.balanced]).toEqual([false, 0, 1, true])
    x.clock.advance(120_000)
    const third = await sync(parts)
    expect([third.ok, third.summary.writes, third.summary.ignored]).toEqual([true, 0, 0])
  })

  test('and took one field of two: what it took is a write, what it did not is none', async () => {
    const x = await start()
    x.systems['b']!.vices.alters = (values, before) => ({ ...values, f: before?.['f'] ?? null })
    x.systems['a']!.edit('thing', '1', { code: 'XX', f: 'v1' })
    const report = await sync(x.parts())
    expect([report.ok, report.summary.updated, report.summary.ignored]).toEqual([false, 1, 1])
    expect((await x.writes(report)).map((write) => write.field)).toEqual(['code'])
  })

  test('and deleted nothing: no success, and the record does not come back to where it was deleted', async () => {
    const x = await start({}, ', when_deleted: delete')
    x.systems['a']!.edit('thing', '2', { code: 'Y', f: 'v0' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.remove('thing', '1')
    const parts = through(x, 'b', swallowing((item) => item.operation === 'delete'))
    const report = await sync(parts)
    expect([report.ok, report.summary.deleted, report.summary.ignored, report.summary.balanced]).toEqual([false, 0, 1, true])
    expect(await entries(x)).toMatchObject([{ rule: 'swallowed', says: expect.stringContaining('still has it') as unknown }])
    x.clock.advance(60_000)
    await sync(parts)
    expect(x.systems['a']!.all('thing').map((row) => row['code'])).toEqual(['Y'])
  })

  test('and can then not be looked at: the update is unsure until it was', async () => {
    const x = await start({ traits: { answers: false } })
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    let fails = true
    const parts = through(x, 'b', (real) => ({
      ...swallowing(() => fails)(real),
      async readKeys(keys, signal) {
        if (fails) throw new PlimsollError('simulated.down', 'the connection was refused')
        return real.readKeys!(keys, signal)
      },
    }))
    const report = await sync(parts)
    expect([report.ok, report.summary.updated, report.summary.unsure]).toEqual([false, 0, 1])
    fails = false
    x.clock.advance(120_000)
    await sync(parts)
    expect(x.systems['b']!.get('thing', '1')).toMatchObject({ f: 'v1' })
    expect((await sync(parts)).ok).toBe(true)
  })
})

test('a record whose place must be asked for first is not passed over when that question fails', async () => {
  const x = exchange(PLAN(), { a: { traits: { incremental: true } }, b: {} })
  x.systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' })
  await x.sync()
  x.clock.advance(60_000)
  // The record got another key in its system: the old one is asked for, and that call fails.
  x.systems['a']!.remove('thing', '1')
  x.systems['a']!.edit('thing', '9', { code: 'X', f: 'v1' })
  x.clock.advance(1_000)
  x.systems['a']!.edit('thing', '7', { code: 'Z', f: 'v1' })
  const failing = await sync(through(x, 'a', () => ({ readKeys: () => Promise.reject(new PlimsollError('simulated.down', 'the connection was refused')) })))
  expect([failing.ok, failing.summary.balanced, x.systems['b']!.get('thing', '1')!['f']]).toEqual([false, true, 'v0'])
  x.clock.advance(60_000)
  x.systems['a']!.edit('thing', '8', { code: 'Y', f: 'v1' })
  const report = await sync(x.parts())
  expect(report.ok).toBe(true)
  expect(x.systems['b']!.get('thing', '1')).toMatchObject({ code: 'X', f: 'v1' })
})
