/** How lanes and flows are, in rows that every process sees: what fails since when, why, and when it is tried again. */
import type { PlimsollError } from '../base/errors.ts'
import type { Store } from '../store/contract.ts'
import type { ConditionRow } from '../store/rows.ts'
import { bellLane, deliverLane, inboxLane, PARKED_LANE, readingLane } from './lanes.ts'
import type { Runtime } from './runtime.ts'

export type Condition = ConditionRow['state']

/** Something that people watch is otherwise than before. */
export interface StateChange {
  readonly about: 'system' | ConditionRow['about']
  readonly name: string
  readonly was: Condition
  readonly state: Condition
  readonly since: number
  readonly code: string
  readonly says: string
  readonly nextAt: number | null
}

/** From the worst to the best. */
const ORDER: readonly Condition[] = ['dead', 'paused', 'failing', 'stale', 'ok']
const OK = { state: 'ok', failures: 0, nextAt: null, code: '', says: '' } as const

/** What needs a person is not tried every second; what broke in here or fell silent has died. */
function conditionAfter(error: PlimsollError): Condition {
  if (error.class === 'internal' || error.code === 'serve.lane_silent') return 'dead'
  return error.class === 'auth' || error.class === 'config' || error.class === 'plan' || error.class === 'environment' ? 'paused' : 'failing'
}

/** Lanes of a plan, each with the system that it works with. */
export function lanesOf(runtime: Runtime): ReadonlyMap<string, string | undefined> {
  const lanes = new Map<string, string | undefined>([[PARKED_LANE, undefined]])
  for (const place of runtime.places.values()) {
    lanes.set(readingLane(place), place.system)
    if (place.sends) lanes.set(inboxLane(place.system), place.system)
    if (place.receiver) for (const lane of [deliverLane, bellLane]) lanes.set(lane(place.system), place.system)
  }
  return lanes
}

export interface SystemCondition {
  readonly system: string
  readonly state: Condition
  /** Since when it is so; null: it never was otherwise. */
  readonly since: number | null
  readonly failures: number
  readonly nextAt: number | null
  readonly code: string
  readonly says: string
}

/** A system is as its worst lane. */
export function systemCondition(rows: readonly ConditionRow[], lanes: ReadonlyMap<string, string | undefined>, system: string): SystemCondition {
  const own = rows.filter((row) => row.about === 'lane' && lanes.get(row.name) === system)
  const bad = own.filter((row) => row.state !== 'ok')
  if (bad.length === 0) return { system, ...OK, since: own.length === 0 ? null : Math.max(...own.map((row) => row.since)) }
  const [worst] = bad.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.since - b.since)
  const next = bad.flatMap((row) => (row.nextAt === null ? [] : [row.nextAt]))
  return { system, state: worst!.state, since: Math.min(...bad.map((row) => row.since)), failures: worst!.failures, nextAt: next.length === 0 ? null : Math.min(...next), code: worst!.code, says: worst!.says }
}

/** The rows as this process knows them; what changes is saved at once. */
export class Conditions {
  readonly #store: Store
  readonly #lanes: ReadonlyMap<string, string | undefined>
  readonly #rows = new Map<string, ConditionRow>()
  readonly #tell: (change: StateChange) => void

  private constructor(store: Store, runtime: Runtime, tell: (change: StateChange) => void) {
    this.#store = store
    this.#lanes = lanesOf(runtime)
    this.#tell = tell
  }

  /** Forgets what left the plan. */
  static async open(store: Store, runtime: Runtime, tell: (change: StateChange) => void = () => undefined): Promise<Conditions> {
    const conditions = new Conditions(store, runtime, tell)
    const rows = await store.transaction((tx) => tx.conditions(), { readOnly: true })
    const known = (row: ConditionRow): boolean => (row.about === 'lane' ? conditions.#lanes.has(row.name) : runtime.plan.flows.has(row.name))
    for (const row of rows.filter(known)) conditions.#rows.set(`${row.about} ${row.name}`, row)
    const gone = rows.filter((row) => !known(row))
    if (gone.length > 0) await store.transaction((tx) => tx.save({ removedConditions: gone }), { as: 'condition' })
    return conditions
  }

  lane(name: string): ConditionRow | undefined {
    return this.#rows.get(`lane ${name}`)
  }
  lanes(): ConditionRow[] {
    return [...this.#rows.values()].filter((row) => row.about === 'lane')
  }

  failed(lane: string, error: PlimsollError, now: number, nextAt: number | null): Promise<void> {
    const failures = (this.lane(lane)?.failures ?? 0) + 1
    return this.#put('lane', lane, { state: conditionAfter(error), failures, nextAt, code: error.code, says: error.message.slice(0, 1000) }, now)
  }
  well(lane: string, now: number): Promise<void> {
    return this.#put('lane', lane, OK, now)
  }
  flow(name: string, staleSince: number | undefined, says: string, now: number): Promise<void> {
    return this.#put('flow', name, staleSince === undefined ? OK : { state: 'stale', failures: 0, nextAt: null, code: 'watch.stale', says }, staleSince ?? now)
  }

  async #put(about: ConditionRow['about'], name: string, next: Omit<ConditionRow, 'about' | 'name' | 'since'>, now: number): Promise<void> {
    const before = this.#rows.get(`${about} ${name}`)
    const was = before?.state ?? 'ok'
    if (was === next.state && (next.state === 'ok' || next.state === 'stale')) return
    const row: ConditionRow = { about, name, ...next, since: was === next.state ? before!.since : now }
    const system = about === 'lane' ? this.#lanes.get(name) : undefined
    const systemWas = system === undefined ? undefined : systemCondition([...this.#rows.values()], this.#lanes, system)
    this.#rows.set(`${about} ${name}`, row)
    await this.#store.transaction((tx) => tx.save({ conditions: [row] }), { as: 'condition' })
    if (was !== next.state && (about === 'flow' || was === 'dead' || next.state === 'dead')) this.#tell({ ...row, was })
    if (systemWas === undefined) return
    const systemNow = systemCondition([...this.#rows.values()], this.#lanes, system!)
    if (systemNow.state !== systemWas.state) this.#tell({ about: 'system', name: system!, was: systemWas.state, ...systemNow, since: systemNow.since ?? now })
  }
}
