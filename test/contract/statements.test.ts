import { describe, expect, test } from 'vitest'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { exchange } from '../support/exchange.ts'

const PLAN = `
plimsoll: 1
name: Statements
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
entities:
  thing:
    identifiers: [code]
    golden: { home: a }
    fields: { code: text, f: text }
flows:
  things: { entity: thing, from: a, to: b, brake: { share: 100%, records: 100000 } }
`

/** Statements of a first sync, of one in which nothing changed, and of one in which every record changed. */
async function statements(records: number): Promise<{ first: number; unchanged: number; changed: number }> {
  let n = 0
  const store = openSqliteStore(':memory:', { onStatement: () => { n += 1 } })
  const x = exchange(PLAN, { a: { traits: { batch: 100_000 } }, b: { traits: { batch: 100_000 } } }, { store })
  for (let i = 0; i < records; i += 1) x.systems['a']!.edit('thing', `${i}`, { code: `c${i}`, f: 'v0' })
  const count = async (writes: number): Promise<number> => {
    n = 0
    x.clock.advance(120_000)
    const report = await x.sync()
    expect(report.summary).toMatchObject({ writes, balanced: true })
    return n
  }
  const first = await count(records)
  const unchanged = await count(0)
  for (let i = 0; i < records; i += 1) x.systems['a']!.edit('thing', `${i}`, { f: 'v1' })
  const changed = await count(records)
  await store.close()
  return { first, unchanged, changed }
}

/** Link ids are reserved in lots, the only thing that a larger batch asks for more often. */
const LOT = 64

describe('statements', () => {
  test('of a batch do not depend on how many records are in it', async () => {
    const few = await statements(5)
    const many = await statements(400)
    expect(few.first).toBeGreaterThan(10)
    expect(many.unchanged).toBe(few.unchanged)
    expect(many.first - few.first).toBeLessThanOrEqual(Math.ceil(400 / LOT))
  })

  test('of a batch do not depend on how many records changed', async () => {
    expect((await statements(100)).changed).toBe((await statements(5)).changed)
  })

  test('of a run grow with its batches, not with its records', async () => {
    const [one, four] = [await statements(500), await statements(2000)]
    // Four batches instead of one: what a batch costs is at most what a whole run of one batch costs.
    expect(four.unchanged).toBeLessThanOrEqual(4 * one.unchanged)
    expect(four.first).toBeLessThanOrEqual(4 * one.first)
    expect(one.first).toBeLessThan(250)
    expect(one.unchanged).toBeLessThan(100)
  })
})
