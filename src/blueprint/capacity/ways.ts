/** How a system is asked and written: what the engine spends on one record, in calls (semantics §2.7). */
import { CLAIM, CLAIM_MS, PAGE } from '../../plan/pace.ts'
import type { Flow, Hold, Plan, System } from '../../plan/model.ts'

/** What one connector does for one entity at one system. */
export interface Way {
  /** Records of one writing call. */
  readonly batch: number
  /** Records that are looked at by key, or looked up by an identifier, in one call. */
  readonly look: number
  /** Before a record is updated somebody looks whether a user changed it: two-way without conditional writes. */
  readonly looksBeforeUpdate: boolean
  /** Look-ups before a record is created: one for each identifier. */
  readonly lookUps: number
  /** A look by key after a write, where its answer does not hold the record. */
  readonly confirms: boolean
  /** Records of one page of a list. */
  readonly page: number
  /** Only what changed is read. */
  readonly incremental: boolean
  /** What comes by itself is a bell: the record is asked for. */
  readonly bells: boolean
  /** Time from the end of one call to the end of the next one, in ms: shorter than a call where several are made at once. */
  readonly callMs: number
}

/** A call of an API over the network, and how many of them a connector makes at once. */
const API_CALL_MS = 200
const AT_ONCE = 4

/** What a connector is taken to do where nobody says more. */
const API: Way = { batch: 1, look: 1, looksBeforeUpdate: true, lookUps: 1, confirms: false, page: 100, incremental: true, bells: false, callMs: API_CALL_MS / AT_ONCE }
const BY_CONNECTOR: Readonly<Record<string, Partial<Way>>> = {
  sql: { batch: 500, look: 500, looksBeforeUpdate: false, page: PAGE, callMs: 20 },
  // Its records lie beside the hub.
  app: { batch: 500, look: 500, page: PAGE, bells: true, callMs: 5 },
  files: { batch: 2000, look: 2000, looksBeforeUpdate: false, page: PAGE, incremental: false, callMs: 50 },
}

export function wayOf(plan: Plan, system: System, flow: Flow): Way {
  const hold: Hold | undefined = system.holds.find((one) => one.entity === flow.entity)
  const of = { ...API, ...BY_CONNECTOR[hold?.connector ?? system.connector ?? ''] }
  const most = system.limits.batch
  const twoWay = flow.ends.some((end) => end.system === system.key && end.sends && end.receives)
  return {
    ...of,
    // An API that says how many records it takes at once takes them in one call.
    batch: of.batch === 1 ? (most ?? 1) : Math.min(of.batch, most ?? of.batch),
    look: of.look === 1 ? (most ?? 1) : of.look,
    looksBeforeUpdate: of.looksBeforeUpdate && twoWay,
    callMs: of.callMs === API.callMs ? API_CALL_MS / Math.min(AT_ONCE, system.limits.concurrent ?? AT_ONCE) : of.callMs,
    lookUps: plan.entities.get(flow.entity)?.identifiers?.length ?? 1,
    incremental: of.incremental && (system.connector !== 'sql' || hold?.changedAt !== undefined),
  }
}

/** Calls that a lot of records takes; what is claimed together is looked at, written and confirmed together. */
export function callsOf(way: Way, records: number, kind: 'create' | 'update'): number {
  const claims = Math.floor(records / CLAIM)
  return claims * callsOfClaim(way, CLAIM, kind) + callsOfClaim(way, records - claims * CLAIM, kind)
}

function callsOfClaim(way: Way, records: number, kind: 'create' | 'update'): number {
  if (records <= 0) return 0
  const batches = Math.ceil(records / way.batch)
  const looks = kind === 'create' ? way.lookUps : way.looksBeforeUpdate ? 1 : 0
  const perBatch = 1 + looks * Math.max(1, Math.ceil(Math.min(records, way.batch) / way.look))
  return batches * perBatch + (way.confirms ? Math.max(1, Math.ceil(records / way.look)) : 0)
}

export const callsPerRecord = (way: Way, kind: 'create' | 'update'): number => callsOfClaim(way, CLAIM, kind) / CLAIM

/**
 * Calls of one record when many wait, where a call is made every so many ms. A claim ends after some time: where that is before its
 * last batch, the confirmation is for fewer records, and the call in which it ends is lost every other time.
 */
export function backlogCallsPerRecord(way: Way, kind: 'create' | 'update', msPerCall: number): number {
  const whole = callsOfClaim(way, CLAIM, kind)
  const inTime = Math.max(1, CLAIM_MS / msPerCall)
  if (inTime >= whole) return whole / CLAIM
  const confirms = way.confirms ? 1 : 0
  const batches = callsOfClaim({ ...way, confirms: false }, CLAIM, kind) / CLAIM
  return batches * ((inTime + confirms + 0.5) / inTime)
}

/** Which write costs more, of those that this end may do: nobody says in the plan how many records are new. */
export function dearest(way: Way, may: ReadonlySet<'create' | 'update'>): 'create' | 'update' {
  if (!may.has('create')) return 'update'
  return may.has('update') && callsOf(way, CLAIM, 'update') > callsOf(way, CLAIM, 'create') ? 'update' : 'create'
}
