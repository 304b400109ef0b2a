import { expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet } from '../../../test/support/three-systems.ts'

const plan = `
plimsoll: 1
name: Brake
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
entities:
  thing: { identifiers: [code], golden: a, fields: { code: text, f: text } }
flows:
  things: { entity: thing, between: [a, b] }
`

test('What a first load overwrote does not use up the day: the next single edit is not held', async () => {
  const x = exchange(plan, { a: {}, b: {} })
  for (let i = 0; i < 150; i += 1) {
    x.systems['a']!.edit('thing', `a${i}`, { code: `C${i}`, f: `new ${i}` })
    x.systems['b']!.edit('thing', `b${i}`, { code: `C${i}`, f: `old ${i}` })
  }
  expect((await x.sync()).summary.updated).toBe(150)
  x.clock.advance(60_000)
  x.systems['b']!.edit('thing', 'b3', { f: 'somebody else' })
  expect((await x.sync()).summary).toMatchObject({ updated: 1, held: 0, balanced: true })
  await quiet(x)
})

test('Where the plan lets all records be overwritten, nothing is held, however often they are changed in a day', async () => {
  const x = exchange(plan.replace('between: [a, b]', 'between: [a, b], brake: 100%'), { a: {}, b: {} })
  for (let i = 0; i < 120; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `C${i}`, f: 'first' })
  await x.sync()
  await x.sync()
  for (const f of ['second', 'third']) {
    x.clock.advance(60_000)
    for (let i = 0; i < 120; i += 1) x.systems['a']!.edit('thing', `a${i}`, { f })
    expect((await x.sync()).summary).toMatchObject({ updated: 120, held: 0, balanced: true })
  }
})

const HOUR_MS = 3_600_000
/** So many records on both sides, which agree, a day ago. */
async function settled(n: number, text = plan) {
  const x = exchange(text, { a: {}, b: {} })
  for (let i = 0; i < n; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `C${i}`, f: 'first' })
  await x.sync()
  await x.sync()
  x.clock.advance(24 * HOUR_MS)
  return x
}

test('The same few records may be changed every hour of a day: a record counts once, however often it is written', async () => {
  const x = await settled(300)
  for (let hour = 1; hour <= 8; hour += 1) {
    for (let i = 0; i < 60; i += 1) x.systems['a']!.edit('thing', `a${i}`, { f: `hour ${hour}` })
    expect([hour, (await x.sync()).summary]).toMatchObject([hour, { updated: 60, held: 0, balanced: true }])
    x.clock.advance(HOUR_MS)
  }
})

test('A mass overwrite is held as a whole, also beside the few that change all day', async () => {
  const x = await settled(300)
  for (let i = 0; i < 60; i += 1) x.systems['a']!.edit('thing', `a${i}`, { f: 'usual' })
  expect((await x.sync()).summary).toMatchObject({ updated: 60, held: 0 })
  x.clock.advance(HOUR_MS)
  for (let i = 0; i < 300; i += 1) x.systems['a']!.edit('thing', `a${i}`, { f: 'oops' })
  expect((await x.sync()).summary).toMatchObject({ updated: 0, held: 300, balanced: true })
})

test('A mass overwrite that comes in small portions is held when the day is used up', async () => {
  const x = await settled(300)
  const summaries: (readonly [number, number])[] = []
  for (let from = 0; from < 180; from += 45) {
    for (let i = from; i < from + 45; i += 1) x.systems['a']!.edit('thing', `a${i}`, { f: 'oops' })
    const { updated, held } = (await x.sync()).summary
    summaries.push([updated, held])
    x.clock.advance(HOUR_MS)
  }
  expect(summaries).toEqual([[45, 0], [45, 0], [0, 45], [0, 90]])
})

test('What was filled where nothing stood uses nothing up', async () => {
  const x = await settled(300)
  // The other side never had it: to give it there overwrites nothing.
  for (let i = 0; i < 300; i += 1) x.systems['a']!.edit('thing', `a${i}`, { g: 'filled' })
  x.change(plan.replaceAll('f: f }', 'f: f, g: g }').replace('f: text }', 'f: text, g: text }'))
  expect((await x.sync()).summary).toMatchObject({ updated: 300, held: 0, balanced: true })
  x.clock.advance(HOUR_MS)
  x.systems['a']!.edit('thing', 'a1', { f: 'one edit' })
  expect((await x.sync()).summary).toMatchObject({ updated: 1, held: 0, balanced: true })
})
