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
