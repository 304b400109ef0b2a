import { describe, expect, test } from 'vitest'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { newStore } from '../../../test/support/stores.ts'
import { quiet } from '../../../test/support/three-systems.ts'
import { activate } from '../activate.ts'
import { pass } from '../engine.ts'
import { release, shrunken } from '../release.ts'

interface Shape { fields?: string; a?: string; b?: string; c?: string; golden?: string; flow?: string; systems?: string; extra?: string; identifiers?: string; where?: string }

const plan = (of: Shape = {}): string => {
  const hold = (fields = 'code: code, f: f, g: g', more = ''): string => `{ connector: simulated, holds: { thing: { key: id${more}, fields: { ${fields} } } } }`
  return `
plimsoll: 1
name: Changing
systems:
  a: ${hold(of.a, of.where)}
  b: ${hold(of.b)}
  c: ${hold(of.c)}${of.systems ?? ''}
entities:
  thing:
    identifiers: ${of.identifiers ?? '[code]'}
    golden: ${of.golden ?? '{ home: plimsoll }'}
    fields: { ${of.fields ?? 'code: text, f: text, g: text'} }
flows:
  things: { entity: thing, ${of.flow ?? 'between: [a, b, c]'} }${of.extra ?? ''}
`
}
const SYSTEMS = { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true }, d: { tellsEditTimes: true } }

async function start(of: Shape = {}, rows = 5, values: (i: number) => Record<string, string> = (i) => ({ code: `X${i}`, f: `f${i}`, g: `g${i}` })): Promise<Exchange> {
  const x = exchange(plan(of), SYSTEMS)
  for (let i = 1; i <= rows; i += 1) for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', `k${i}`, values(i))
  await x.sync()
  x.clock.advance(60_000)
  return x
}

const state = async (x: Exchange) => (await x.goldens('thing')).map((row) => ({ code: row.values['code'], values: row.values })).toSorted((p, q) => String(p.code).localeCompare(String(q.code)))
const ids = async (x: Exchange): Promise<string[]> => (await x.goldens('thing')).map((row) => row.id).toSorted()
const held = (x: Exchange) => Object.fromEntries(Object.entries(x.systems).map(([name, system]) => [name, system.all('thing').map((row) => JSON.stringify(row)).toSorted()]))

/** The change is previewed, then run; what was listed is what is written; ids stay; a fresh store says the same. */
async function changed(x: Exchange, of: Shape): Promise<{ writes: number; previewed: readonly string[] }> {
  const before = await ids(x)
  x.change(plan(of))
  const preview = await x.preview()
  const text = (w: (typeof preview.writes)[number]): string => JSON.stringify([w.system, w.record, w.operation, w.field, w.before, w.after])
  const report = await x.sync()
  expect(report.summary.balanced).toBe(true)
  expect((await x.writes(report)).map(text).toSorted()).toEqual(preview.writes.map(text).toSorted())
  expect(await ids(x)).toEqual(before)
  await quiet(x)
  const now = await state(x)
  const kept = x.store
  x.store = newStore()
  const fresh = await x.sync()
  expect(fresh.summary.writes).toBe(0)
  expect(await state(x)).toEqual(now)
  x.store = kept
  return { writes: report.summary.writes, previewed: preview.writes.map(text) }
}

describe('a plan changes', () => {
  test('85: a transform more in a mapping is no edit; what follows from it is previewed and written', async () => {
    const x = await start({ flow: 'from: a, to: [b, c]' })
    const times = (await x.goldens('thing')).map((row) => row.from['f']!.time)
    const { writes } = await changed(x, { flow: 'from: a, to: [b, c]', a: 'code: code, f: { path: f, transform: upper }, g: g' })
    expect(writes).toBe(10)
    expect(x.systems['b']!.get('thing', 'k1')).toEqual({ code: 'X1', f: 'F1', g: 'g1' })
    expect((await x.goldens('thing')).map((row) => row.from['f']!.time)).toEqual(times)
    expect(await x.conflicts()).toEqual([])
  })

  test('85: another type of a field reads what is held anew, and nobody said anything', async () => {
    const x = await start({}, 5, (i) => ({ code: `X${i}`, f: `60010020${i}`, g: 'g' }))
    expect((await changed(x, { fields: 'code: text, f: phone, g: text', systems: '\ncountry: PL' })).writes).toBe(0)
    expect((await state(x))[0]).toMatchObject({ values: { f: '+48600100201' } })
    expect(await x.conflicts()).toEqual([])
  })

  test('86: the owner of a field moves to a system that typed something else two years ago: nothing changes', async () => {
    const x = exchange(plan({ golden: 'a' }), SYSTEMS)
    x.systems['a']!.edit('thing', 'k1', { code: 'X1', f: 'v8', g: 'g' })
    x.systems['b']!.edit('thing', 'k1', { code: 'X1', f: 'v_old', g: 'g' })
    x.systems['c']!.edit('thing', 'k1', { code: 'X1', f: 'v8', g: 'g' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'k1', { f: 'v9' })
    await x.sync()
    expect(x.systems['b']!.get('thing', 'k1')).toMatchObject({ f: 'v9' })
    x.clock.advance(60_000)
    expect((await changed(x, { golden: '{ home: a, by_field: { f: b } }' })).writes).toBe(0)
    expect(x.systems['a']!.get('thing', 'k1')).toMatchObject({ f: 'v9' })
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'k1', { f: 'not mine any more' })
    await x.sync()
    expect(x.systems['a']!.get('thing', 'k1')).toMatchObject({ f: 'v9' })
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', 'k1', { f: 'v10' })
    await x.sync()
    expect(x.systems['a']!.get('thing', 'k1')).toMatchObject({ f: 'v10' })
    await quiet(x)
  })

  test('87: a field added to the plan is read as first sight, empty targets are filled, and nothing else moves', async () => {
    const short = 'code: code, f: f'
    const x = await start({ a: short, b: short, c: short, fields: 'code: text, f: text' })
    x.systems['b']!.edit('thing', 'k1', { g: null as unknown as string })
    x.systems['b']!.edit('thing', 'k2', { f: 'edited' })
    await x.sync()
    x.clock.advance(60_000)
    const { writes } = await changed(x, {})
    expect(writes).toBe(1)
    expect(x.systems['b']!.get('thing', 'k1')).toEqual({ code: 'X1', f: 'f1', g: 'g1' })
    expect(x.systems['c']!.get('thing', 'k2')).toMatchObject({ f: 'edited', g: 'g2' })
  })

  test('87: a field that is new in the plan is written over nowhere before it was read there', async () => {
    const without = { fields: 'code: text, f: text', a: 'code: code, f: f', b: 'code: code, f: f', c: 'code: code, f: f' }
    // Its version says that nobody changed the record since it was read; what it held then was not looked at.
    const x = exchange(plan(without), { ...SYSTEMS, a: { tellsEditTimes: true, traits: { readByKey: false, conditional: true, version: 'opaque' } } })
    for (const name of ['a', 'c']) x.systems[name]!.edit('thing', 'k1', { code: 'X', f: 'f', g: `of ${name}` })
    await x.sync()
    x.systems['a']!.vices.half = 'error'
    x.change(plan())
    x.clock.advance(60_000)
    await x.sync()
    expect(x.systems['a']!.get('thing', 'k1')).toMatchObject({ g: 'of a' })
    delete x.systems['a']!.vices.half
    x.clock.advance(60_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => x.systems[name]!.all('thing').map((row) => row['g']))).toEqual([['of a'], ['of a'], ['of a']])
    await quiet(x)
  })

  test('87: nor where lists lag and nothing is read by key', async () => {
    const without = { fields: 'code: text, f: text', a: 'code: code, f: f', b: 'code: code, f: f', c: 'code: code, f: f' }
    const lagging = { tellsEditTimes: true, traits: { listLagMs: 30_000, readByKey: false, conditional: true, version: 'opaque' as const } }
    const x = exchange(plan(without), { ...SYSTEMS, a: lagging })
    for (const name of ['a', 'c']) x.systems[name]!.edit('thing', 'k1', { code: 'X', f: 'f', g: `of ${name}` })
    await x.sync()
    x.change(plan())
    x.clock.advance(5_000)
    await x.sync()
    expect((await x.goldens('thing')).map((row) => row.values['g'])).toEqual(['of a'])
    x.clock.advance(60_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => x.systems[name]!.all('thing').map((row) => row['g']))).toEqual([['of a'], ['of a'], ['of a']])
    await quiet(x)
  })

  test('87: nor where a list shows some records only after a while', async () => {
    const without = { fields: 'code: text, f: text', a: 'code: code, f: f', b: 'code: code, f: f', c: 'code: code, f: f' }
    const lagging = { tellsEditTimes: true, traits: { listLagMs: 3_600_000, readByKey: false, conditional: true, version: 'opaque' as const } }
    const x = exchange(plan(without), { ...SYSTEMS, a: lagging })
    const make = (key: string): void => {
      for (const name of ['a', 'c']) x.systems[name]!.edit('thing', key, { code: key, f: 'f', g: `of ${name}` })
    }
    make('old')
    x.clock.advance(3_600_000)
    make('new')
    await x.sync()
    x.systems['a']!.vices.listLagMs = 600_000
    x.change(plan())
    x.clock.advance(60_000)
    await x.sync()
    expect(x.systems['a']!.all('thing').map((row) => row['g'])).toEqual(['of a', 'of a'])
    delete x.systems['a']!.vices.listLagMs
    x.clock.advance(3_600_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => x.systems[name]!.all('thing').map((row) => row['g']))).toEqual([['of a', 'of a'], ['of a', 'of a'], ['of a', 'of a']])
    await quiet(x)
  })

  test('87: a field taken out of the plan is written nowhere any more, and nothing is undone', async () => {
    const x = await start()
    expect((await changed(x, { fields: 'code: text, f: text', a: 'code: code, f: f', b: 'code: code, f: f', c: 'code: code, f: f' })).writes).toBe(0)
    expect(x.systems['b']!.get('thing', 'k1')).toMatchObject({ g: 'g1' })
  })

  test('a write of which nobody knows the end survives that its fields leave the plan or get another name', async () => {
    for (const next of [
      { fields: 'code: text, f: text', a: 'code: code, f: f', b: 'code: code, f: f', c: 'code: code, f: f' },
      { fields: 'code: text, f: text, h: { type: text, was: g }', a: 'code: code, f: f, h: g', b: 'code: code, f: f, h: g', c: 'code: code, f: f, h: g' },
    ]) {
      const x = await start({}, 1)
      x.systems['a']!.edit('thing', 'k1', { g: 'g2' })
      x.systems['b']!.vices.nextWrite = ['lost-executed']
      await x.sync()
      expect(x.systems['b']!.get('thing', 'k1')).toMatchObject({ g: 'g2' })
      x.change(plan(next))
      x.clock.advance(120_000)
      expect((await x.sync()).summary).toMatchObject({ balanced: true, unsure: 0, due: 0 })
      await quiet(x)
      expect(await state(x)).toMatchObject([{ values: 'h' in (await state(x))[0]!.values ? { h: 'g2' } : { f: 'f1' } }])
    }
  })

  test('88: a narrower filter deletes nothing; the records rest', async () => {
    const x = await start({ flow: 'between: [a, b, c], when_deleted: delete' })
    const before = held(x)
    x.change(plan({ flow: 'between: [a, b, c], when_deleted: delete', where: ', where: record.f == "f1"' }))
    expect((await x.preview()).writes).toEqual([])
    expect((await x.sync()).summary).toMatchObject({ writes: 0, gone: 0, balanced: true })
    await quiet(x)
    expect(held(x)).toEqual(before)
    expect(await x.goldens('thing')).toHaveLength(5)
  })

  test('88: a system that vanishes from the plan stops the run with the question; a yes lets its records rest', async () => {
    const x = await start({ flow: 'between: [a, b, c], when_deleted: delete' })
    const before = held(x)
    const without = plan({ flow: 'between: [a, b], when_deleted: delete' }).replace(/ {2}c: .*\n/, '')
    x.change(without)
    await expect(x.sync()).rejects.toMatchObject({ code: 'plan.orphaned' })
    await activate(x.parts(), { removed: ['c'] })
    const report = await pass(x.parts(), { signal: new AbortController().signal })
    expect(report.summary).toMatchObject({ writes: 0, gone: 0, balanced: true })
    await quiet(x)
    expect(held(x)).toEqual(before)
    // What C's users said last still counts; the others go on.
    x.systems['a']!.edit('thing', 'k1', { f: 'on' })
    await x.sync()
    expect(x.systems['b']!.get('thing', 'k1')).toMatchObject({ f: 'on' })
    expect(x.systems['c']!.get('thing', 'k1')).toMatchObject({ f: 'f1' })
    await quiet(x)
  })

  test('88: who left the plan still says who a record is: the same one elsewhere joins its golden record', async () => {
    const x = exchange(plan(), SYSTEMS)
    x.systems['c']!.edit('thing', 'c1', { code: 'X', f: 'of c', g: 'g' })
    x.systems['a']!.vices.down = true
    await x.sync()
    x.systems['a']!.vices.down = false
    x.systems['a']!.edit('thing', 'a1', { code: 'X', f: 'of a', g: 'g' })
    x.change(plan({ flow: 'between: [a, b]' }).replace(/ {2}c: .*\n/, ''))
    await activate(x.parts(), { removed: ['c'] })
    x.clock.advance(60_000)
    await x.sync()
    expect((await x.goldens('thing')).map((row) => row.values['f'])).toEqual(['of a'])
    await quiet(x)
  })

  test('88: who only received and leaves the plan is recognised when it comes back', async () => {
    const x = exchange(plan({ flow: 'between: [a, b], to: c' }), SYSTEMS)
    x.systems['c']!.edit('thing', 'c1', { code: 'X', f: 'of c', g: 'g' })
    await x.sync()
    x.change(plan({ flow: 'between: [a, b]' }).replace(/ {2}c: .*\n/, ''))
    await activate(x.parts(), { removed: ['c'] })
    x.systems['a']!.edit('thing', 'a1', { code: 'X', f: 'of a', g: 'g' })
    x.clock.advance(60_000)
    await x.sync()
    expect(await x.goldens('thing')).toHaveLength(1)
    x.change(plan())
    x.clock.advance(60_000)
    await x.sync()
    expect((await x.goldens('thing')).map((row) => [row.values['f'], row.review])).toEqual([['of a', []]])
    expect(x.systems['c']!.all('thing').map((row) => row['f'])).toEqual(['of a'])
    await quiet(x)
  })

  test('88: a renamed system, field and flow keep everything', async () => {
    const x = await start()
    const before = await ids(x)
    x.systems['b']!.edit('thing', 'k1', { f: 'edited' })
    await x.sync()
    x.clock.advance(60_000)
    const renamed = plan({ fields: 'code: text, h: { type: text, was: f }, g: text', a: 'code: code, h: f, g: g', b: 'code: code, h: f, g: g', c: 'code: code, h: f, g: g' })
      .replace('  things: { entity: thing', '  stuff: { was: things, entity: thing')
    x.change(renamed)
    expect((await x.sync()).summary).toMatchObject({ writes: 0, new: 0, balanced: true })
    expect(await ids(x)).toEqual(before)
    expect((await state(x))[0]).toMatchObject({ values: { h: 'edited' } })
    await quiet(x)
  })

  test('90: a record that was set aside and whose mapping was mended arrives once, though its source did not change', async () => {
    const x = exchange(plan({ fields: 'code: text, f: text, g: integer', flow: 'from: a, to: b' }), SYSTEMS)
    x.systems['a']!.edit('thing', 'k1', { code: 'X1', f: 'f', g: 'seven' })
    expect((await x.sync()).summary).toMatchObject({ set_aside: 1, created: 0, balanced: true })
    await quiet(x)
    x.change(plan({ flow: 'from: a, to: b' }))
    expect((await x.sync()).summary).toMatchObject({ set_aside: 0, created: 1, balanced: true })
    expect(await x.store.transaction((tx) => tx.asides({ states: ['open'], limit: 10 }), { readOnly: true })).toEqual([])
    await quiet(x)
  })

  test('90: the same where only changes are read', async () => {
    const incremental = { tellsEditTimes: true, traits: { incremental: true } }
    const x = exchange(plan({ fields: 'code: text, f: text, g: integer', flow: 'from: a, to: b' }), { a: incremental, b: incremental, c: {} })
    x.systems['a']!.edit('thing', 'k1', { code: 'X1', f: 'f', g: 'seven' })
    x.systems['a']!.edit('thing', 'k2', { code: 'X2', f: 'f', g: '8' })
    await x.sync()
    for (let i = 0; i < 2; i += 1) {
      x.clock.advance(60_000)
      x.systems['a']!.edit('thing', 'k2', { f: `f${i}` })
      await x.sync()
    }
    x.change(plan({ flow: 'from: a, to: b' }))
    expect((await x.sync()).summary).toMatchObject({ created: 1, balanced: true })
    await quiet(x)
  })

  test('89: another rule for a field decides anew from what was said', async () => {
    const x = await start({ golden: 'a' })
    x.systems['b']!.edit('thing', 'k1', { f: 'refused' })
    await x.sync()
    expect(x.systems['b']!.get('thing', 'k1')).toMatchObject({ f: 'f1' })
    x.clock.advance(60_000)
    expect((await changed(x, { golden: '{ home: plimsoll, by_field: { f: longest } }' })).writes).toBe(0)
  })

  test('89: another rule does not bring back a value that was about to be written over', async () => {
    const x = exchange(plan({ golden: '{ home: plimsoll, by_field: { f: latest } }' }), SYSTEMS)
    x.systems['a']!.edit('thing', 'a1', { code: 'X', f: 'a value', g: 'g' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'a1', { f: null })
    x.systems['b']!.vices.down = true
    await x.sync({ patienceMs: 0 })
    x.systems['b']!.vices.down = false
    x.change(plan({ golden: '{ home: plimsoll, by_field: { f: longest } }' }))
    x.clock.advance(3_600_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => x.systems[name]!.all('thing').map((row) => row['f']))).toEqual([[null], [null], [null]])
    await quiet(x)
  })

  test('89: a value that was on its way to the others when its system ceased to send arrives', async () => {
    const x = await start({}, 0)
    const { a, b, c } = x.systems
    c!.edit('thing', 'k1', { code: 'X1', f: 'f1', g: 'g1' })
    await x.sync()
    x.clock.advance(60_000)
    c!.edit('thing', 'k1', { f: 'f2' })
    for (const system of [a!, b!]) system.vices.down = true
    await x.sync()
    for (const system of [a!, b!]) system.vices.down = false
    x.clock.advance(60_000)
    x.change(plan({ flow: 'between: [a, b], to: c' }))
    await x.sync()
    expect((await state(x)).map(({ values }) => values)).toEqual([{ code: 'X1', f: 'f2', g: 'g1' }])
    expect([a!, b!, c!].map((system) => system.all('thing').map((row) => row['f']))).toEqual([['f2'], ['f2'], ['f2']])
    await quiet(x)
  })

  test('a fourth system joins: what it lacks is made there, what it has is recognised', async () => {
    const x = await start()
    x.systems['d']!.edit('thing', 'd1', { code: 'X1', f: 'f1', g: 'g1' })
    x.systems['d']!.edit('thing', 'd9', { code: 'X9', f: 'f9', g: 'g9' })
    const before = await ids(x)
    x.change(plan({ systems: '\n  d: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f, g: g } } } }', flow: 'between: [a, b, c, d]' }))
    const preview = await x.preview()
    expect(preview.report.summary).toMatchObject({ created: 4 + 3, updated: 0 })
    expect((await x.sync()).summary).toMatchObject({ created: 4 + 3, updated: 0, balanced: true })
    expect((await ids(x)).filter((id) => before.includes(id))).toEqual(before)
    expect(x.systems['d']!.all('thing')).toHaveLength(6)
    await quiet(x)
  })

  test('84: of two flows the second sends on what the first made, with the golden values', async () => {
    const hold = 'fields: { mail: mail, name: name, phone: phone }'
    const x = exchange(`
plimsoll: 1
name: Chain
systems:
  shop: { connector: simulated, holds: { customer: { key: id, ${hold} } } }
  crm: { connector: simulated, holds: { customer: { key: id, fields: { mail: mail, name: name } } } }
  erp: { connector: simulated, holds: { customer: { key: id, ${hold} } } }
entities:
  customer: { identifiers: [mail], golden: plimsoll, fields: { mail: email, name: text, phone: text } }
flows:
  sales: { entity: customer, between: [shop, crm] }
  nightly: { entity: customer, from: crm, to: erp, trigger: { at: "02:00" } }
`, { shop: {}, crm: {}, erp: {} })
    await x.sync()
    x.systems['crm']!.vices.down = true
    x.systems['shop']!.edit('customer', 's1', { mail: 'ann@example.org', name: 'Ann', phone: '123' })
    await x.sync({ patienceMs: 0 })
    expect(x.systems['erp']!.all('customer')).toEqual([])
    x.systems['crm']!.vices.down = false
    x.clock.advance(3_600_000)
    await x.sync()
    await x.sync()
    expect(x.systems['crm']!.all('customer')).toEqual([{ mail: 'ann@example.org', name: 'Ann' }])
    expect(x.systems['erp']!.all('customer')).toEqual([{ mail: 'ann@example.org', name: 'Ann', phone: '123' }])
    await quiet(x)
  })

  test('a system that got another name while it was out of the plan keeps its ids when it is back', async () => {
    const x = await start()
    const linksOf = async (system: string) => (await x.store.transaction((tx) => tx.linksByKey({ system, resource: 'thing', entity: 'thing' }, ['k1', 'k2', 'k3', 'k4', 'k5']), { readOnly: true })).map((link) => link.id)
    const before = await linksOf('c')
    x.change(plan().replace(/ {2}c: .*\n/, '').replace('[a, b, c]', '[a, b]'))
    await activate(x.parts(), { removed: ['c'] })
    await x.sync()
    x.change(plan().replace('  c: {', '  d: { was: c,').replace('[a, b, c]', '[a, b, d]'))
    for (const row of x.systems['c']!.table('thing')) x.systems['d']!.edit('thing', row[0], row[1].values)
    x.clock.advance(60_000)
    expect((await x.sync()).summary).toMatchObject({ new: 0, writes: 0, balanced: true })
    expect(await linksOf('d')).toEqual(before)
    await quiet(x)
  })

  test('a list that shrank is no question any more when the plan does not read it any more', async () => {
    const x = await start()
    for (let i = 1; i <= 5; i += 1) x.systems['c']!.remove('thing', `k${i}`)
    expect((await x.sync()).shrunk).toHaveLength(1)
    x.change(plan({ flow: 'between: [a, b], to: c' }))
    await x.sync()
    expect(await x.store.transaction((tx) => shrunken(tx), { readOnly: true })).toEqual([])
  })

  test.each([
    ['got another name', { fields: 'code: text, h: { type: text, was: f }, g: text', hold: 'code: code, h: f, g: g' }],
    ['left the plan', { fields: 'code: text, g: text', hold: 'code: code, g: g' }],
  ])('a write of which nobody knows the end is settled though its field %s meanwhile', async (_, { fields, hold }) => {
    const x = await start()
    x.systems['a']!.edit('thing', 'k1', { f: 'v1', g: 'g one' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    expect((await x.sync()).summary.unsure).toBe(1)
    x.clock.advance(120_000)
    x.change(plan({ fields, a: hold, b: hold, c: hold }))
    expect((await x.sync()).summary).toMatchObject({ unsure: 0, balanced: true })
    expect(['a', 'b', 'c'].map((name) => x.systems[name]!.get('thing', 'k1'))).toEqual([0, 1, 2].map(() => ({ code: 'X1', f: 'v1', g: 'g one' })))
    await quiet(x)
  })

  test('what a create made whose answer was lost is nobody\'s word, though its system only sends when it is read', async () => {
    const x = await start()
    x.systems['a']!.edit('thing', 'k9', { code: 'X9', f: 'f', g: 'g' })
    x.systems['c']!.vices.nextWrite = ['lost-executed']
    expect((await x.sync()).summary.unsure).toBe(1)
    x.clock.advance(10_000)
    const [, key] = [...x.systems['c']!.table('thing')].map(([at, row]) => [row.values['code'], at] as const).find(([code]) => code === 'X9')!
    const inB = [...x.systems['b']!.table('thing')].find(([, row]) => row.values['code'] === 'X9')![0]
    x.systems['b']!.edit('thing', inB, { f: 'typed' }, x.clock.now() - 60_000)
    x.change(plan({ flow: 'between: [a, b], from: c' }))
    for (let i = 0; i < 2; i += 1) {
      expect((await x.sync()).summary).toMatchObject({ balanced: true })
      x.clock.advance(120_000)
    }
    expect([x.systems['a']!.get('thing', 'k9')!['f'], x.systems['b']!.get('thing', inB)!['f'], x.systems['c']!.get('thing', key)!['f']]).toEqual(['typed', 'typed', 'f'])
    await quiet(x)
  })

  test('a create of which nobody knows the end is not owed any more when a whole list shows that nothing was made', async () => {
    const x = await start()
    x.systems['a']!.edit('thing', 'k9', { code: 'X9', f: 'f', g: 'g' })
    x.systems['c']!.vices.nextWrite = ['lost-not-executed']
    await x.sync()
    x.clock.advance(10_000)
    x.change(plan({ flow: 'between: [a, b], from: c' }))
    await x.sync()
    x.clock.advance(120_000)
    expect((await x.sync()).summary).toMatchObject({ waiting: 0, due: 0, unsure: 0, balanced: true })
    await quiet(x)
  })

  test('a yes to a shorter list of a system that only receives is carried out by the next run', async () => {
    const x = await start({ fields: 'code: text, f: text', flow: 'between: [a, b], to: c', a: 'code: code, f: f', b: 'code: code, f: f', c: 'code: code, f: f' })
    for (let i = 1; i <= 5; i += 1) x.systems['c']!.remove('thing', `k${i}`)
    x.change(plan({ flow: 'between: [a, b], to: c' }))
    expect((await x.sync()).shrunk).toHaveLength(1)
    await release(x.parts(), { system: 'c', resource: 'thing', who: 'ann', why: 'they left' })
    expect((await x.sync()).summary).toMatchObject({ balanced: true })
    expect(await x.store.transaction((tx) => shrunken(tx), { readOnly: true })).toEqual([])
    await quiet(x)
  })
})
