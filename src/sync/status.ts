/** What there is to know without asking any system: read from the store alone. Times are ISO text, ages seconds; names are stable. */
import type { Clock } from '../base/clock.ts'
import { SECOND } from '../base/duration.ts'
import { type Condition, lanesOf, systemCondition } from './conditions.ts'
import { freshness, staleAt } from './freshness.ts'
import type { Store, Transaction } from '../store/contract.ts'
import type { ResourceRow } from '../store/rows.ts'
import { oldestCalls } from './inbox.ts'
import { heldLists, shrunken } from './release.ts'
import type { Place, Runtime } from './runtime.ts'

export interface ResourceStatus {
  readonly resource: string
  readonly entity: string
  readonly sends: boolean
  readonly receives: boolean
  /** Records that are known to be there. */
  readonly records: number
  /** End of the first complete pass; null: none yet. */
  readonly first_pass: string | null
  /** Everything that was not reported since was unchanged then. */
  readonly looked_at: string | null
  readonly set_aside: number
  readonly error: { readonly code: string; readonly says: string; readonly at: string } | null
}
export interface SystemStatus {
  readonly system: string
  readonly ok: boolean
  /** As its worst lane: ok, failing (tried again by itself), paused (a person is needed), dead (its work is being replaced). */
  readonly state: Condition
  readonly since: string | null
  readonly code: string | null
  readonly says: string | null
  readonly failures: number
  readonly next_attempt: string | null
  readonly resources: readonly ResourceStatus[]
}
/** A lane that is, or was, otherwise than well. */
export interface LaneCondition { readonly lane: string; readonly system: string | null; readonly state: Condition; readonly since: string; readonly code: string | null; readonly says: string | null; readonly failures: number; readonly next_attempt: string | null }
export interface FlowStatus {
  readonly flow: string
  readonly entity: string
  readonly runs: boolean
  readonly because: readonly string[]
  /** When everything that sends in the flow was last read. */
  readonly read_at: string | null
  readonly age_seconds: number | null
  readonly freshness_seconds: number | null
  /** Read, or delivered, later than the plan's freshness. */
  readonly stale: boolean
  /** When it became stale, or will if nothing is read or delivered until then. */
  readonly deadline: string | null
  /** What is late; '' while nothing is. */
  readonly late: string
}
export interface OpenStatus {
  readonly system: string
  readonly resource: string
  readonly entity: string
  readonly kind: string
  readonly state: string
  readonly reason: string | null
  readonly n: number
  readonly oldest_seconds: number
}
export interface HeldStatus { readonly system: string; readonly resource: string; readonly n: number; readonly kinds: Readonly<Record<string, number>>; readonly list: string; readonly release: string }
export interface ShrunkStatus { readonly system: string; readonly resource: string; readonly was: number; readonly now: number; readonly at: string; readonly released: boolean; readonly release: string }
export interface RunStatus { readonly run: string; readonly kind: string; readonly state: string; readonly started_at: string; readonly ended_at: string | null; readonly summary: unknown }

export interface Status {
  readonly summary: {
    readonly systems: number; readonly failing: number; readonly golden_records: number; readonly due: number; readonly waiting: number; readonly held: number
    readonly unsure: number; readonly refused: number; readonly set_aside: number; readonly review: number; readonly shrunk: number; readonly stale: number; readonly parked: number
  }
  /** The plan on disk is not the one that ran last. */
  readonly plan: { readonly name: string; readonly active: string | null; readonly changed: boolean }
  readonly last_run: RunStatus | null
  readonly systems: readonly SystemStatus[]
  readonly lanes: readonly LaneCondition[]
  readonly flows: readonly FlowStatus[]
  readonly golden_records: Readonly<Record<string, number>>
  readonly open: readonly OpenStatus[]
  readonly held: readonly HeldStatus[]
  readonly shrunk: readonly ShrunkStatus[]
}

const iso = (ms: number): string => new Date(ms).toISOString()
const isoOrNull = (ms: number | null | undefined): string | null => (ms === null || ms === undefined || ms <= 0 ? null : iso(ms))

export function status(of: { readonly store: Store; readonly runtime: Runtime; readonly clock: Clock }): Promise<Status> {
  const { store, runtime, clock } = of
  return store.transaction(async (tx) => {
    const now = clock.now()
    const rows = await tx.resources()
    const counts = await tx.commandCounts()
    const known = await tx.counts()
    const active = await tx.plan()
    const held = await heldLists(tx)
    const shrunk = (await shrunken(tx)).map(({ row, released }): ShrunkStatus => ({
      system: row.system, resource: row.resource, ...row.shrunk!, at: iso(row.shrunk!.at), released, release: `plimsoll release ${row.system}/${row.resource}`,
    }))
    const conditions = await tx.conditions()
    const lanes = lanesOf(runtime)
    const systems = await systemsOf(tx, runtime, rows, (system) => {
      const { state, since, code, says, failures, nextAt } = systemCondition(conditions, lanes, system)
      return { state, since: isoOrNull(since), code: code || null, says: says || null, failures, next_attempt: isoOrNull(nextAt) }
    })
    const called = await oldestCalls(tx, systems.map((system) => system.system))
    const flows = freshness(runtime, { resources: rows, open: counts, inbox: called, plan: active }).map(({ flow, runs, readAt, deadline, because }): FlowStatus => {
      const stale = staleAt({ flow, runs, readAt, deadline, because }, now)
      return {
        flow: flow.key, entity: flow.entity, runs, because: flow.paused === undefined ? flow.notRunnable : [...flow.notRunnable, `paused: ${flow.paused}`],
        read_at: isoOrNull(readAt), age_seconds: readAt > 0 ? ageOf(readAt, now) : null, freshness_seconds: flow.freshness === undefined ? null : Math.round(flow.freshness.ms / SECOND),
        stale, deadline: runs && Number.isFinite(deadline) ? isoOrNull(deadline) : null, late: stale ? because : '',
      }
    })
    const state = (name: string): number => counts.filter((row) => row.state === name).reduce((sum, row) => sum + row.n, 0)
    const [run] = await tx.runs(1)
    return {
      summary: {
        systems: systems.length, failing: systems.filter((system) => !system.ok).length, golden_records: Object.values(known.goldens).reduce((sum, n) => sum + n, 0),
        due: state('due') + state('sending'), waiting: state('waiting'), held: state('held'), unsure: state('unsure'), refused: state('aside'), set_aside: known.asides,
        review: known.review, shrunk: shrunk.filter((one) => !one.released).length, stale: flows.filter((flow) => flow.stale).length,
        parked: (await tx.laterCounts()).reduce((sum, row) => sum + row.n, 0),
      },
      plan: { name: runtime.plan.name, active: active ? iso(active.at) : null, changed: active !== undefined && active.digest !== runtime.plan.digest },
      last_run: run ? { run: run.id, kind: run.kind, state: run.state, started_at: iso(run.startedAt), ended_at: isoOrNull(run.endedAt), summary: run.summary } : null,
      systems, lanes: conditions.filter((row) => row.about === 'lane' && lanes.has(row.name)).map((row): LaneCondition => ({
        lane: row.name, system: lanes.get(row.name) ?? null, state: row.state, since: iso(row.since), code: row.code || null, says: row.says || null, failures: row.failures, next_attempt: isoOrNull(row.nextAt),
      })),
      flows, golden_records: known.goldens,
      open: counts.map(({ oldest, ...row }) => ({ ...row, oldest_seconds: ageOf(oldest, now) })),
      held: held.map(({ system, resource, list, writes }): HeldStatus => ({
        system, resource, n: writes.length, list, kinds: countBy(writes.map((write) => write.kind)), release: `plimsoll release ${system}/${resource} --list ${list}`,
      })),
      shrunk,
    }
  }, { readOnly: true })
}

const ageOf = (at: number, now: number): number => Math.max(0, Math.round((now - at) / SECOND))

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

const rowOf = (rows: readonly ResourceRow[], place: Place): ResourceRow | undefined =>
  rows.find((row) => row.system === place.system && row.resource === place.resource && row.entity === place.entity)

async function systemsOf(tx: Transaction, runtime: Runtime, rows: readonly ResourceRow[], condition: (system: string) => Omit<SystemStatus, 'system' | 'ok' | 'resources'>): Promise<SystemStatus[]> {
  const asides = countBy((await tx.asides({ states: ['open', 'fixed'], limit: 100_000 })).map((row) => `${row.system}/${row.resource}/${row.entity}`))
  const systems = new Map<string, ResourceStatus[]>()
  for (const place of runtime.places.values()) {
    const row = rowOf(rows, place)
    const list = systems.get(place.system) ?? []
    list.push({
      resource: place.resource, entity: place.entity, sends: place.sends, receives: place.receiver !== undefined, records: await tx.countLinks(place, ['live']),
      first_pass: isoOrNull(row?.firstPassAt), looked_at: isoOrNull(row?.lookedAt), set_aside: asides[`${place.system}/${place.resource}/${place.entity}`] ?? 0,
      error: row?.lastError ? { code: row.lastError.code, says: row.lastError.says, at: iso(row.lastError.at) } : null,
    })
    systems.set(place.system, list)
  }
  return [...systems].map(([system, resources]) => {
    const now = condition(system)
    return { system, ok: now.state === 'ok' && resources.every((resource) => resource.error === null), ...now, resources }
  })
}
