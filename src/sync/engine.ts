/** One pass until quiet: read everything that sends, merge, deliver everything that is due, close the ledger. */
import type { Clock } from '../base/clock.ts'
import type { PlimsollError } from '../base/errors.ts'
import { DAY, SECOND } from '../base/duration.ts'
import type { Store } from '../store/contract.ts'
import type { Reached } from '../store/crash-points.ts'
import type { FieldWritten, RunRow, WriteRow } from '../store/rows.ts'
import type { SystemCalls } from './calls.ts'
import { Conditions } from './conditions.ts'
import type { Connections } from './connections.ts'
import { deliver, type DeliverReport } from './deliver.ts'
import { deliverLane, readingLane } from './lanes.ts'
import type { Balance, Stock } from './ledger.ts'
import { takeUpParked } from './parked.ts'
import { awaitedPlaces, type ReadReport, readPlace } from './read.ts'
import type { ReadApart } from './ready.ts'
import { forgetOldRuns } from './retention.ts'
import { inReferenceOrder, type Place, type Runtime } from './runtime.ts'
import { closeRun, openGates, openRun } from './run.ts'
import type { Answered } from './send.ts'
import type { Work } from './working-set.ts'

export interface EngineParts {
  readonly store: Store
  readonly runtime: Runtime
  readonly connections: Connections
  readonly clock: Clock
  readonly newId: () => string
  readonly readApart?: ReadApart
  /** Name of this worker, on what it holds. */
  readonly holder: string
  /** Called after each effect on a system; default: nothing. */
  readonly reached?: Reached
}

export interface Progress {
  reading?(place: Place, read: number): void
  read?(report: ReadReport): void
  written?(place: Place, answers: readonly Answered[]): void
}

export interface PassOptions {
  readonly signal: AbortSignal
  readonly progress?: Progress
  /** Only these places are read; default: every sender, and every place that had no complete pass yet. */
  readonly only?: (place: Place) => boolean
  /** Read whole lists, whatever the positions (`--full`). */
  readonly full?: boolean
  /** How long to wait for what is due a little later (back-off, Retry-After). */
  readonly patienceMs?: number
  readonly kind?: RunRow['kind']
  /** How long runs are kept. */
  readonly keepMs?: number
}

export interface Summary {
  readonly read: number
  readonly new: number
  readonly changed: number
  readonly unchanged: number
  readonly echo: number
  readonly stale: number
  readonly filtered: number
  readonly set_aside: number
  readonly review: number
  readonly gone: number
  readonly due: number
  readonly created: number
  readonly updated: number
  readonly deleted: number
  readonly already_equal: number
  /** Answered with success by a target that did nothing. */
  readonly ignored: number
  readonly waiting: number
  readonly held: number
  readonly unsure: number
  readonly writes: number
  readonly balanced: boolean
}

export interface PassReport {
  readonly run: string
  readonly startedAt: number
  readonly endedAt: number
  readonly summary: Summary
  readonly balances: ReadonlyMap<string, Balance>
  readonly reads: readonly ReadReport[]
  readonly failures: ReadonlyMap<string, PlimsollError>
  readonly shrunk: readonly ReadReport[]
  /** Requests that each system got in this run. */
  readonly calls: ReadonlyMap<string, SystemCalls>
  readonly stopped: boolean
  /** Everything was read, everything balances, nothing is unsure, no brake. */
  readonly ok: boolean
}

export async function pass(parts: EngineParts, options: PassOptions): Promise<PassReport> {
  const run = await openRun(parts, options.kind ?? 'sync')
  const { work, reads, failures } = run
  const lanes: Lanes = new Map()
  await readAll(parts, options, work, reads, failures, lanes)
  // A source that is no longer what the plan says stops the pass before anything is written: what else has changed, nobody has looked at.
  const changed = reads.some((report) => report.failure?.code === 'sync.fields_changed')
  if (!changed) {
    const parked = await deliverAll(parts, options, work, failures, lanes)
    for (const [system, failure] of parked) failures.set(system, failure)
  }
  if (!options.signal.aborted) await keepConditions(parts, lanes)
  const report = await closeRun(parts, run, options.signal.aborted)
  for (let lot = 0; lot < LOTS_A_PASS && !options.signal.aborted; lot += 1) if (!(await forgetOldRuns(parts.store, options.keepMs ?? KEPT_MS, parts.clock.now()))) break
  return report
}

/** Lane → what went wrong in it last; undefined: it worked. */
type Lanes = Map<string, PlimsollError | undefined>
export const KEPT_MS = 90 * DAY
/** What is left is forgotten after the next passes. */
const LOTS_A_PASS = 20

async function keepConditions(parts: EngineParts, lanes: Lanes): Promise<void> {
  const conditions = await Conditions.open(parts.store, parts.runtime)
  const now = parts.clock.now()
  for (const [lane, error] of lanes) await (error ? conditions.failed(lane, error, now, null) : conditions.well(lane, now))
}

async function readAll(parts: EngineParts, options: PassOptions, work: () => Work, reads: ReadReport[], failures: Map<string, PlimsollError>, lanes: Lanes): Promise<void> {
  const { store, runtime, connections } = parts
  const awaited = await awaitedPlaces(store, runtime)
  for (const entity of inReferenceOrder(runtime)) {
    if (options.signal.aborted) return
    const rows = await store.transaction((tx) => tx.resources(), { readOnly: true })
    const due = entity.places.filter((place) => {
      const row = rows.find((r) => r.system === place.system && r.resource === place.resource && r.entity === place.entity)
      const first = row?.firstPassAt == null || row.sources !== place.sources
      return first || awaited.has(place) || (place.sends && (options.only === undefined || options.only(place)))
    })
    const results = await Promise.all(due.map(async (place): Promise<ReadReport | undefined> => {
      const resource = connections.resource(place)
      const unopened = connections.failure(place.system)
      if (unopened) {
        failures.set(place.system, unopened)
        lanes.set(readingLane(place), unopened)
      }
      if (!resource || !resource.traits.read) return undefined
      const report = await readPlace({ parts, work, signal: options.signal, full: options.full === true || awaited.has(place), ...(options.progress?.reading ? { onProgress: options.progress.reading } : {}) }, place, resource)
      if (report.failure && !options.signal.aborted) failures.set(place.system, report.failure)
      lanes.set(readingLane(place), report.failure)
      options.progress?.read?.(report)
      return report
    }))
    for (const report of results) if (report) reads.push(report)
  }
}

/** Returns which systems could not be asked for what is parked. */
async function deliverAll(parts: EngineParts, options: PassOptions, work: () => Work, failures: Map<string, PlimsollError>, lanes: Lanes): Promise<ReadonlyMap<string, PlimsollError>> {
  const { store, clock, runtime } = parts
  const patience = clock.now() + (options.patienceMs ?? 30 * SECOND)
  const systems = [...new Set([...runtime.places.values()].filter((place) => place.receiver).map((place) => place.system))]
  /** Failures that a later delivery may undo; those of reading stay. */
  const delivering = new Set<string>()
  const down = new Set<string>([...failures.keys()].filter((system) => parts.connections.failure(system)))
  let parked = await takeUpParked(parts, work(), options.signal)
  await openGates(store, clock.now())
  while (!options.signal.aborted) {
    const reports = await Promise.all(systems.filter((system) => !down.has(system)).map((system): Promise<DeliverReport> =>
      deliver({ parts, work, signal: options.signal, ...(options.progress?.written ? { onProgress: options.progress.written } : {}) }, system)))
    for (const report of reports) {
      if (report.failure ?? report.looked > 0) lanes.set(deliverLane(report.system), report.failure)
      if (report.failure) {
        failures.set(report.system, report.failure)
        if (report.failure.code === 'sync.unreachable' || report.failure.class === 'auth' || report.failure.class === 'config') down.add(report.system)
        delivering.add(report.system)
      } else if (report.looked > 0 && delivering.delete(report.system)) failures.delete(report.system)
    }
    parked = await takeUpParked(parts, work(), options.signal)
    if (reports.some((report) => report.looked > 0)) continue
    const next = await store.transaction((tx) => nextFor(tx, systems.filter((system) => !down.has(system))), { readOnly: true })
    if (next === undefined || next > patience) return parked
    await clock.sleep(Math.max(10, next - clock.now()), options.signal).catch(() => undefined)
  }
  return parked
}

async function nextFor(tx: Parameters<Parameters<Store['transaction']>[0]>[0], systems: readonly string[]): Promise<number | undefined> {
  const due = [...(await tx.commandsIn('due', 1000)), ...(await tx.commandsIn('unsure', 1000))].filter((row) => systems.includes(row.system))
  return due.length === 0 ? undefined : Math.min(...due.map((row) => row.notBefore))
}

/** One field of one write. */
export type Written = Omit<WriteRow, 'fields'> & FieldWritten

export const writtenFields = ({ fields, ...write }: WriteRow): Written[] => fields.map((field) => ({ ...write, ...field }))

/** The journal of a run, field by field. */
export async function* writesOf(store: Store, run: string): AsyncGenerator<Written> {
  for (let after = 0; ; ) {
    const page = await store.transaction((tx) => tx.writes(run, after, 1000), { readOnly: true })
    if (page.length === 0) return
    for (const write of page) yield* writtenFields(write)
    after = page.at(-1)!.row
  }
}

export type { Stock }
