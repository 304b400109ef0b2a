import { describe, expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'

/** Three systems that both send and receive one field. */
const plan = (policy: string, extra = ''): string => `
plimsoll: 1
name: Scenarios
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f, g: g } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f, g: g } } } }
  c: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f, g: g } } } }
entities:
  thing:
    identifiers: [code]
    golden: { home: plimsoll, by_field: { f: ${policy} }${extra} }
    fields: { code: text, f: text, g: text }
flows:
  things: { entity: thing, between: [a, b, c] }
`

async function three(policy: string) {
  const x = exchange(plan(policy), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true } })
  for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', '1', { code: 'X', f: 'v0', g: 'g0' })
  const first = await x.sync()
  expect(first.summary.balanced).toBe(true)
  x.clock.advance(60_000)
  return x
}

const values = (x: Awaited<ReturnType<typeof three>>, field = 'f') => ['a', 'b', 'c'].map((name) => x.systems[name]!.get('thing', '1')?.[field])

async function quiet(x: Awaited<ReturnType<typeof three>>) {
  for (let i = 0; i < 2; i += 1) {
    const report = await x.sync()
    expect(report.summary.writes).toBe(0)
    expect(report.summary.balanced).toBe(true)
  }
}

describe('edits', () => {
  test('1: an edit in one system is written once to each of the others', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    const report = await x.sync()
    expect(values(x)).toEqual(['v1', 'v1', 'v1'])
    expect(report.summary).toMatchObject({ updated: 2, created: 0, balanced: true })
    expect(await x.conflicts()).toEqual([])
    await quiet(x)
  })

  test('2: of two edits between two syncs the later one wins and the loser is in the conflict log', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { f: 'v2' })
    x.clock.advance(1000)
    await x.sync()
    expect(values(x)).toEqual(['v2', 'v2', 'v2'])
    expect(x.systems['a']!.writes).toHaveLength(1)
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'a', value: 'v1' }, winner: { system: 'b' } }])
    await quiet(x)
  })

  test('4: the same edit in two systems is no conflict', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.systems['b']!.edit('thing', '1', { f: 'v1' })
    const report = await x.sync()
    expect(report.summary.updated).toBe(1)
    expect(await x.conflicts()).toEqual([])
    await quiet(x)
  })

  test('5: an edit of a field that another system owns is restored and logged', async () => {
    const x = await three('a')
    x.systems['b']!.edit('thing', '1', { f: 'mine' })
    const report = await x.sync()
    expect(values(x)).toEqual(['v0', 'v0', 'v0'])
    expect(report.summary.updated).toBe(1)
    expect(x.systems['a']!.writes).toEqual([])
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'b', value: 'mine' } }])
    await quiet(x)
  })
})
