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
