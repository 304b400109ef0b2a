/** Runs that were, with what their ledger counted at each place. */
import type { Store, Transaction } from '../store/contract.ts'
import type { RunRow } from '../store/rows.ts'

export interface PlaceCounts { readonly system: string; readonly resource: string; readonly entity: string; readonly counts: Readonly<Record<string, number>> }
export interface PastRun { readonly row: RunRow; readonly ledger: readonly PlaceCounts[] }

/** More runs are not kept for as long as a name may be asked for. */
const MOST = 20_000

/** The newest first. */
export function pastRuns(store: Store, limit: number): Promise<readonly PastRun[]> {
  return store.transaction(async (tx) => {
    const found: PastRun[] = []
    for (const row of await tx.runs(limit)) found.push({ row, ledger: await placesOf(tx, row.id) })
    return found
  }, { readOnly: true })
}

export function pastRun(store: Store, id: string): Promise<PastRun | undefined> {
  return store.transaction(async (tx) => {
    const row = (await tx.runs(MOST)).find((one) => one.id === id)
    return row && { row, ledger: await placesOf(tx, id) }
  }, { readOnly: true })
}

async function placesOf(tx: Transaction, id: string): Promise<PlaceCounts[]> {
  const places = new Map<string, { system: string; resource: string; entity: string; counts: Record<string, number> }>()
  for (const { system, resource, entity, count, n } of await tx.ledger(id)) {
    const key = JSON.stringify([system, resource, entity])
    const place = places.get(key) ?? { system, resource, entity, counts: {} }
    place.counts[count] = (place.counts[count] ?? 0) + n
    places.set(key, place)
  }
  return [...places.values()].toSorted((a, b) => (`${a.system}/${a.resource}` < `${b.system}/${b.resource}` ? -1 : 1))
}
