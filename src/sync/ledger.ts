/**
 * The ledger (semantics §2.13). `read` is counted where connectors yield, outcomes in the transactions, what is open before and
 * after by queries over the tables: three counts that know nothing of each other. Invariant 3: what does not balance is no success.
 */
import type { Transaction } from '../store/contract.ts'
import type { LedgerRow } from '../store/rows.ts'

/** Where the observations of a read may end. `again`: the read broke off before they were taken in; its position did not move over them. */
export const OUTCOMES = ['new', 'changed', 'unchanged', 'echo', 'stale', 'filtered', 'set_aside', 'again'] as const
const CLOSED = ['delivered', 'already_equal', 'skipped', 'withdrawn'] as const

export interface Stock {
  /** `system/resource` → parked observations. */
  readonly parked: ReadonlyMap<string, number>
  /** `system/resource` → open commands. */
  readonly open: ReadonlyMap<string, number>
}

export async function stock(tx: Transaction): Promise<Stock> {
  const sum = (rows: readonly { system: string; resource: string; n: number }[]): Map<string, number> => {
    const total = new Map<string, number>()
    for (const row of rows) total.set(`${row.system}/${row.resource}`, (total.get(`${row.system}/${row.resource}`) ?? 0) + row.n)
    return total
  }
  return { parked: sum(await tx.laterCounts()), open: sum(await tx.commandCounts()) }
}

export interface Balance {
  readonly counts: Readonly<Record<string, number>>
  readonly parkedBefore: number
  readonly parkedAfter: number
  readonly openBefore: number
  readonly openAfter: number
  readonly balanced: boolean
  /** The equation that does not close, with its numbers. */
  readonly wrong?: string
}

export function balance(rows: readonly LedgerRow[], before: Stock, after: Stock): ReadonlyMap<string, Balance> {
  const byPlace = new Map<string, Record<string, number>>()
  for (const place of [...before.parked.keys(), ...before.open.keys(), ...after.parked.keys(), ...after.open.keys()]) byPlace.set(place, byPlace.get(place) ?? {})
  for (const row of rows) {
    const place = `${row.system}/${row.resource}`
    const counts = byPlace.get(place) ?? {}
    counts[row.count] = (counts[row.count] ?? 0) + row.n
    byPlace.set(place, counts)
  }
  return new Map([...byPlace].map(([place, counts]) => [place, close(counts, before.parked.get(place) ?? 0, after.parked.get(place) ?? 0, before.open.get(place) ?? 0, after.open.get(place) ?? 0)]))
}

function close(counts: Readonly<Record<string, number>>, parkedBefore: number, parkedAfter: number, openBefore: number, openAfter: number): Balance {
  const of = (name: string): number => counts[name] ?? 0
  const outcomes = OUTCOMES.reduce((sum, name) => sum + of(name), 0)
  const closed = CLOSED.reduce((sum, name) => sum + of(name), 0)
  const intake = parkedBefore + of('read') === outcomes + parkedAfter
  const delivery = openBefore + of('opened') === closed + openAfter
  const wrong = [
    intake ? '' : `parked before ${parkedBefore} + read ${of('read')} ≠ outcomes ${outcomes} + parked after ${parkedAfter}`,
    delivery ? '' : `open before ${openBefore} + opened ${of('opened')} ≠ closed ${closed} + open after ${openAfter}`,
  ].filter((text) => text !== '').join('; ')
  return { counts, parkedBefore, parkedAfter, openBefore, openAfter, balanced: intake && delivery, ...(wrong === '' ? {} : { wrong }) }
}
