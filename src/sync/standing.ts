/** What waits in the store for lanes that are free: one look for all of them. */
import type { Store } from '../store/contract.ts'

export interface Free {
  /** Systems whose calls could be taken in, … */
  readonly inbox: readonly string[]
  /** … whose parked observations could be taken up, … */
  readonly parked: readonly string[]
  /** … and to which could be delivered. */
  readonly deliver: readonly string[]
}

/** As many as one attempt takes up. */
const PARKED = 500

export async function standing(store: Store, free: Free, now: number): Promise<{ readonly inbox: readonly string[]; readonly parked: number; readonly deliver: readonly string[] }> {
  if (free.inbox.length + free.parked.length + free.deliver.length === 0) return { inbox: [], parked: 0, deliver: [] }
  return store.transaction(async (tx) => {
    const inbox: string[] = []
    const deliver: string[] = []
    let parked = 0
    for (const system of free.inbox) if ((await tx.inbox(system, 1)).length > 0) inbox.push(system)
    for (const system of free.parked) parked += (await tx.later({ system, now, limit: PARKED })).length
    for (const system of free.deliver) if ((await tx.dueCommands({ system, now, limit: 1 })).length > 0) deliver.push(system)
    return { inbox, parked, deliver }
  }, { readOnly: true })
}
