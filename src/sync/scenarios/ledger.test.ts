/** The ledger notices what nobody says: a record that was read and came to nothing. */
import { expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { openSqliteStore } from '../../store/sqlite/store.ts'

const MANY = 10_500
const PLAN = `
plimsoll: 1
name: Ledger
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
entities:
  thing: { identifiers: [code], golden: { home: a }, fields: { code: text, f: text } }
flows:
  things: { entity: thing, from: a, to: b, brake: 100% }
`

test('of ten thousand records that are loaded, of which some change, every single one is accounted for', async () => {
  const x = exchange(PLAN, { a: { traits: { batch: 10_000 } }, b: { traits: { batch: 10_000 } } }, { store: openSqliteStore(':memory:') })
  for (let i = 1; i <= MANY; i += 1) x.systems['a']!.edit('thing', String(i), { code: `X${i}`, f: 'v0' })
  const first = await x.sync()
  expect([...first.balances].filter(([, balance]) => !balance.balanced).map(([place, balance]) => [place, balance.wrong])).toEqual([])
  expect(first.summary).toMatchObject({ read: MANY, new: MANY, created: MANY, balanced: true })
  expect(first.ok).toBe(true)
  x.clock.advance(60_000)
  for (let i = 1; i <= MANY; i += 2_000) x.systems['a']!.edit('thing', String(i), { f: 'v1' })
  const second = await x.sync()
  expect([...second.balances].filter(([, balance]) => !balance.balanced).map(([place, balance]) => [place, balance.wrong])).toEqual([])
  expect(second.summary).toMatchObject({ read: MANY, changed: 6, unchanged: MANY - 6, updated: 6, balanced: true })
  await x.store.close()
}, 120_000)
