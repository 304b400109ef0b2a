import { expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import { heldIn, release } from './release.ts'
import { status } from './status.ts'

const plan = `
plimsoll: 1
name: Brake
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
entities:
  thing: { identifiers: [code], fields: { code: text, f: text } }
flows:
  things: { entity: thing, from: a, to: b, when_deleted: delete }
`

const steward = { who: 'ann', why: 'a new price list' }

/** 400 records, all of them changed at once: more than a day lets pass. */
async function massChange() {
  const x = exchange(plan, { a: {}, b: {} })
  for (let i = 1; i <= 400; i += 1) x.systems['a']!.edit('thing', String(i), { code: `C${i}`, f: 'old' })
  await x.sync()
  x.clock.advance(60_000)
  for (let i = 1; i <= 400; i += 1) x.systems['a']!.edit('thing', String(i), { f: 'new' })
  const report = await x.sync()
  return { x, report, written: () => x.systems['b']!.all('thing').filter((record) => record['f'] === 'new').length }
}

test('status names what the brake holds, and the command that releases exactly that list', async () => {
  const { x, report, written } = await massChange()
  expect(report).toMatchObject({ ok: false, summary: { held: 400, updated: 0, balanced: true } })
  const found = await status(x.parts())
  expect(found.summary).toMatchObject({ held: 400, set_aside: 0, golden_records: 400 })
  const [list] = await heldIn(x.store)
  expect(found.held).toEqual([{ system: 'b', resource: 'thing', n: 400, kinds: { update: 400 }, list: list!.list, release: `plimsoll release b/thing --list ${list!.list}` }])
  await release(x.parts(), { ...steward, system: 'b', resource: 'thing', list: list!.list })
  x.clock.advance(60_000)
  expect((await x.sync()).summary).toMatchObject({ held: 0, updated: 400, balanced: true })
  expect(written()).toBe(400)
})

test('a list that changed meanwhile is not released under its old name', async () => {
  const { x } = await massChange()
  const [list] = await heldIn(x.store)
  x.systems['a']!.remove('thing', '7')
  x.systems['a']!.edit('thing', '401', { code: 'C401', f: 'x' })
  x.clock.advance(60_000)
  await x.sync()
  await expect(release(x.parts(), { ...steward, system: 'b', resource: 'thing', list: list!.list })).rejects.toMatchObject({ code: 'sync.list_changed' })
})

test('what is released stays released when the first attempt fails', async () => {
  const { x, written } = await massChange()
  await release(x.parts(), { ...steward, system: 'b', resource: 'thing' })
  x.systems['b']!.vices.down = true
  await x.sync({ patienceMs: 0 })
  x.systems['b']!.vices.down = false
  x.clock.advance(4 * 3_600_000)
  expect((await x.sync()).summary).toMatchObject({ held: 0 })
  expect(written()).toBe(400)
})

test('what is given up is not written, and nothing else is released', async () => {
  const { x, written } = await massChange()
  await release(x.parts(), { ...steward, system: 'b', resource: 'thing', discard: true })
  x.clock.advance(60_000)
  expect((await x.sync()).summary).toMatchObject({ held: 0, writes: 0, balanced: true })
  expect(written()).toBe(0)
  await expect(release(x.parts(), { ...steward, system: 'b', resource: 'thing' })).rejects.toMatchObject({ code: 'sync.nothing_held' })
})

test('a source that lost a third of its records stops, status says so, and a release takes it as it is', async () => {
  const x = exchange(plan, { a: {}, b: {} })
  for (let i = 1; i <= 30; i += 1) x.systems['a']!.edit('thing', String(i), { code: `C${i}`, f: 'old' })
  await x.sync()
  for (let i = 1; i <= 10; i += 1) x.systems['a']!.remove('thing', String(i))
  x.clock.advance(60_000)
  expect(await x.sync()).toMatchObject({ ok: false, summary: { gone: 0, writes: 0 } })
  expect((await status(x.parts())).shrunk).toMatchObject([{ system: 'a', resource: 'thing', was: 30, now: 20, released: false, release: 'plimsoll release a/thing' }])
  await release(x.parts(), { ...steward, system: 'a', resource: 'thing' })
  expect((await status(x.parts())).shrunk).toMatchObject([{ released: true }])
  x.clock.advance(60_000)
  expect((await x.sync()).summary).toMatchObject({ gone: 10, deleted: 10, balanced: true })
  expect((await status(x.parts())).shrunk).toEqual([])
})

test('status of a system that does not answer says since when and why', async () => {
  const { x } = await massChange()
  x.systems['a']!.vices.down = true
  x.clock.advance(60_000)
  await x.sync({ patienceMs: 0 })
  const found = await status(x.parts())
  expect(found.summary.failing).toBe(1)
  expect(found.systems.find((system) => system.system === 'a')).toMatchObject({ ok: false, resources: [{ error: { says: expect.stringContaining('refused') as unknown } }] })
})
