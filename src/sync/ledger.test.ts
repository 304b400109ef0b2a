import { expect, test } from 'vitest'
import { exchange } from '../../test/support/exchange.ts'
import type { Changes, Store, Transaction, TransactionOptions } from '../store/contract.ts'
import type { LedgerRow } from '../store/rows.ts'
import { pass } from './engine.ts'

const PLAN = `
plimsoll: 1
name: Ledger
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code } } } }
entities:
  thing: { identifiers: [code], golden: a, fields: { code: text } }
flows:
  things: { entity: thing, from: a, to: b }
`

/** The same run, of which this count is one too low. */
async function missing(count: string) {
  const x = exchange(PLAN, { a: {}, b: {} })
  for (let i = 1; i <= 3; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}` })
  const parts = x.parts()
  let left = 1
  const less = (row: LedgerRow): LedgerRow => (row.count === count && left > 0 ? { ...row, n: row.n - left-- } : row)
  const store: Store = {
    place: parts.store.place, hold: (holder, life) => parts.store.hold(holder, life), overlay: () => parts.store.overlay(), close: () => parts.store.close(),
    transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions) {
      return parts.store.transaction((tx) => work(new Proxy(tx, {
        get: (target, name) => {
          if (name === 'save') return (changes: Changes) => target.save(changes.ledger ? { ...changes, ledger: changes.ledger.map(less) } : changes)
          const member = Reflect.get(target, name) as unknown
          return typeof member === 'function' ? (member.bind(target) as unknown) : member
        },
      })), options)
    },
  }
  return pass({ ...parts, store }, { signal: new AbortController().signal, patienceMs: 0 })
}

test.each(['read', 'new', 'opened', 'delivered'])('a run of which one %s is not accounted for is no success, and says which equation does not close', async (count) => {
  const report = await missing(count)
  expect([report.ok, report.summary.balanced]).toEqual([false, false])
  expect([...report.balances.values()].map((balance) => balance.wrong ?? '').join('')).toMatch(count === 'read' || count === 'new' ? /read \d.* ≠ outcomes \d/ : /opened \d.* ≠ closed \d/)
})

test('a run of which everything is accounted for is a success', async () => {
  const report = await missing('nothing')
  expect([report.ok, report.summary.balanced, report.summary.writes]).toEqual([true, true, 3])
})
