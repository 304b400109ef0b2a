/** How long runs are kept, with their ledger and the journal of their writes. What is known of records is not touched. */
import { DAY } from '../base/duration.ts'
import type { Store } from '../store/contract.ts'

/** Runs in which nothing had changed: enough to see that something ran. */
const QUIET_MS = DAY
/** The brake looks back over a day; nothing younger than this is forgotten, whatever somebody sets. */
const LEAST_MS = 2 * DAY
/** Rows in one transaction: others get their turn in between. */
const LOT = 2000

/** Forgets one lot; true: more is left. */
export function forgetOldRuns(store: Store, keepMs: number, now: number): Promise<boolean> {
  return store.transaction((tx) => tx.forgetRuns({ before: now - Math.max(keepMs, LEAST_MS), quietBefore: now - QUIET_MS, limit: LOT }), { as: 'retention' })
}
