/**
 * Works on lanes as they become due, until it is stopped. What is done between two counts of what is open is one run, so that
 * runs balance; within a run reading, taking in and delivering go on side by side. A lane that fails stops no other lane.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../base/duration.ts'
import { asPlimsollError, PlimsollError, registerErrors } from '../base/errors.ts'
import type { Dispatcher } from '../dispatch/contract.ts'
import { Arrivals } from './arrivals.ts'
import { coveredUntil } from './calendar.ts'
import { Conditions, lanesOf, type StateChange } from './conditions.ts'
import { deliver } from './deliver.ts'
import { type EngineParts, KEPT_MS, type PassReport, type Progress } from './engine.ts'
import { FlowWatch } from './flow-watch.ts'
import { forgetDeliveries, takeInbox } from './inbox.ts'
import { deliverLane, inboxLane, PARKED_LANE, type ReadLane, readingLane, readLanes } from './lanes.ts'
import { takeUpParked } from './parked.ts'
import { awaitedPlaces, readPlace, type ReadReport } from './read.ts'
import { referred } from './refers.ts'
import { FIRST_REST_MS, LONGEST_REST_MS, OUTAGE_RESTS, SWEEP_MS } from '../plan/pace.ts'
import { forgetOldRuns } from './retention.ts'
import { closeRun, type OpenRun, openGates, openRun } from './run.ts'
import { inReferenceOrder, type Place, placeKey } from './runtime.ts'
import { plant, type Scheduled, schedules, takeDue } from './schedule.ts'
import { type Free, standing } from './standing.ts'
import { type Held, UnderWay } from './under-way.ts'

registerErrors({
  'serve.nothing_to_read': { class: 'plan', hint: 'Name a flow that runs, or a system that sends in one; `plimsoll check` says which flows run.' },
  'serve.stopping': { class: 'environment', hint: 'Start `plimsoll serve` again and repeat it.' },
})

/** A run is closed at the next quiet moment after this long, so that its counts are seen. */
const LONG_RUN_MS = MINUTE
/** What systems say by themselves comes in moments. A run that read no list waits for the next of them: a run of its own for each would be rows and rows. */
const EVENT_RUN_MS = 10 * SECOND
/** After a stop, calls that are under way may end by themselves for so long. */
const STOP_MS = 8 * SECOND
/** What does not even end when its calls are ended is given up after this. */
const HARD_STOP_MS = 4 * SECOND
/** No work of a lane takes so long without a transaction: a claim lasts half of it. */
const SILENCE_MS = 10 * MINUTE
const GATES_MS = HOUR
const FORGET_MS = 10 * MINUTE

export interface WorkerOptions {
  readonly dispatcher: Dispatcher
  /** Stops: nothing new is begun, what is under way is finished. */
  readonly signal: AbortSignal
  readonly progress?: Progress
  readonly onRun?: (report: PassReport) => void
  readonly onTrouble?: (lane: string, error: PlimsollError) => void
  /** A system, lane or flow is otherwise than before: told once, also over a restart. */
  readonly onChange?: (change: StateChange) => void
  /** Work that gives no sign of life for so long is given up and begun again. */
  readonly silenceMs?: number
  /** How long runs are kept. */
  readonly keepMs?: number
}

export interface LaneStatus extends Scheduled { readonly underWay: boolean }

export interface Worker {
  /** Begins; resolves when everything has come to rest after a stop. */
  work(): Promise<void>
  /** Reads now what a flow or a system sends. Returns the run's id. */
  readNow(what: { readonly flow?: string; readonly system?: string; readonly full?: boolean }): Promise<string>
  /** Does something between two runs: changes of what is open that no run counts. */
  between<T>(work: () => Promise<T>): Promise<T>
  /** Something may be due. */
  ring(lane: string): void
  lanes(): Promise<readonly LaneStatus[]>
  /** How work stands that others do: an error, or that it goes well. `nextAt` null: it is not tried again by itself. */
  note(lane: string, error: PlimsollError | undefined, nextAt: number | null): void
  readonly openRun: string | undefined
}

interface Trouble { failures: number; until: number }

export function openWorker(parts: EngineParts, options: WorkerOptions): Worker {
  const worker = new Working(parts, options)
  return {
    work: () => worker.work(),
    readNow: (what) => worker.readNow(what),
    between: (work) => worker.between(work),
    ring: (lane) => options.dispatcher.ring(lane),
    lanes: () => worker.status(),
    note: (lane, error, nextAt) => worker.note(lane, error, nextAt),
    get openRun() {
      return worker.openRun
    },
  }
}

class Working {
  readonly #parts: EngineParts
  readonly #options: WorkerOptions
  readonly #lanes: readonly ReadLane[]
  readonly #receivers: readonly string[]
  readonly #callers: readonly string[]
  readonly #over = new AbortController()
  readonly #busy: UnderWay
  #conditions: Conditions | undefined
  #known: () => void = () => undefined
  /** What is being noted down about lanes. */
  #noting: Promise<unknown> = new Promise<void>((known) => (this.#known = known))
  #forgetAt = 0
  /** Places to read that no clock asked for. */
  readonly #asked = new Map<string, { readonly place: Place; readonly full: boolean }>()
  readonly #trouble = new Map<string, Trouble>()
  readonly #between: (() => Promise<void>)[] = []
  readonly #firstLoads = new Set<Place>()
  readonly #arriving: Arrivals
  readonly #flows: FlowWatch
  #run: OpenRun | undefined
  #changing: Promise<unknown> = Promise.resolve()
  #gatesAt = 0
  #scheduleAt = 0
  #awaitedAt = 0
  #stoppedInWork = false

  constructor(parts: EngineParts, options: WorkerOptions) {
    this.#parts = parts
    this.#options = options
    this.#busy = new UnderWay(parts)
    this.#arriving = new Arrivals(parts.connections, options.signal, () => options.dispatcher.ring('arrived'))
    const { runtime } = parts
    const places = [...runtime.places.values()]
    this.#lanes = readLanes(runtime)
    this.#receivers = [...new Set(places.filter((place) => place.receiver).map((place) => place.system))]
    this.#callers = [...new Set(this.#lanes.filter((lane) => lane.trigger.event).map((lane) => lane.system))]
    this.#flows = new FlowWatch(parts, this.#callers)
  }

  get openRun(): string | undefined {
    return this.#run?.id
  }

  async status(): Promise<LaneStatus[]> {
    return (await schedules(this.#parts.store, this.#lanes)).map((row) => ({ ...row, underWay: row.lane.places.some((place) => this.#busy.has(readingLane(place))) }))
  }

  async readNow(what: { readonly flow?: string; readonly system?: string; readonly full?: boolean }): Promise<string> {
    this.#refuseWhenStopping()
    const places = new Set(this.#lanes.filter((lane) => (what.flow === undefined || lane.flow === what.flow) && (what.system === undefined || lane.system === what.system)).flatMap((lane) => lane.places))
    if (places.size === 0) throw new PlimsollError('serve.nothing_to_read', `Nothing is read for ${what.flow === undefined ? '' : `the flow ${what.flow}`}${what.flow !== undefined && what.system !== undefined ? ' from ' : ''}${what.system === undefined ? '' : `the system ${what.system}`}.`)
    for (const place of places) this.#ask(place, what.full === true)
    const run = await this.#begun()
    this.#options.dispatcher.ring('asked')
    return run.id
  }

  between<T>(work: () => Promise<T>): Promise<T> {
    this.#refuseWhenStopping()
    return new Promise<T>((resolve, reject) => {
      this.#between.push(() => work().then(resolve, reject))
      this.#options.dispatcher.ring('between')
    })
  }

  #refuseWhenStopping(): void {
    if (this.#options.signal.aborted) throw new PlimsollError('serve.stopping', 'Plimsoll is being stopped.')
  }

  #ask(place: Place, full: boolean): void {
    const before = this.#asked.get(placeKey(place))
    this.#asked.set(placeKey(place), { place, full: full || before?.full === true })
  }

  async work(): Promise<void> {
    const { signal } = this.#options
    const { store, clock } = this.#parts
    await plant(store, this.#lanes, clock.now())
    await this.#remember()
    const hurry = (): void => {
      this.#stoppedInWork = this.#busy.size > 0
      this.#busy.stop(signal.reason)
      void this.#hurry(signal.reason).catch(() => undefined)
    }
    if (signal.aborted) return
    signal.addEventListener('abort', hurry, { once: true })
    while (!signal.aborted) {
      const went = await this.#sweep().catch((error: unknown) => {
        this.#report('sweep', asPlimsollError(error))
        return false
      })
      if (signal.aborted) break
      if (!went && this.#busy.size === 0) await this.#settle()
      await this.#watch().catch((error: unknown) => this.#report('watch', asPlimsollError(error)))
      if (this.#between.length === 0 || this.#busy.size > 0) await this.#wake()
    }
    await Promise.all(this.#busy.over())
    await this.#close(this.#stoppedInWork)
    for (const waiting of this.#between.splice(0)) await waiting()
    this.#over.abort(signal.reason)
    this.#known()
    await this.#noting
  }

  /** After a stop: calls that are under way are ended, then what does not end. */
  async #hurry(reason: unknown): Promise<void> {
    const { clock } = this.#parts
    await clock.sleep(STOP_MS, this.#over.signal)
    this.#busy.end(reason)
    await clock.sleep(HARD_STOP_MS, this.#over.signal)
    for (const lane of this.#busy.names()) {
      const error = new PlimsollError('base.timeout', `${lane} did not end when it was stopped.`)
      this.#busy.giveUp(lane, error)
      this.#report(lane, error)
    }
  }

  /** What failed before a restart is tried at its time; where a person was needed, perhaps that person restarted it. */
  async #remember(): Promise<void> {
    const { store, runtime, clock } = this.#parts
    this.#conditions = await Conditions.open(store, runtime, (change) => this.#options.onChange?.(change))
    this.#known()
    for (const row of this.#conditions.lanes()) {
      if (row.state !== 'ok' && row.nextAt !== null) this.#trouble.set(row.name, { failures: row.failures, until: row.state === 'paused' ? 0 : Math.min(row.nextAt, clock.now() + DAY) })
    }
    this.#forgetAt = clock.now() + MINUTE
  }

  /** What nobody says by itself: work that fell silent, flows that nothing is read for, runs that are old. */
  async #watch(): Promise<void> {
    const { store, clock, runtime } = this.#parts
    const now = clock.now()
    const silence = this.#options.silenceMs ?? SILENCE_MS
    for (const lane of this.#busy.silent(silence)) {
      const error = new PlimsollError('serve.lane_silent', `${lane} gave no sign of life for ${Math.round(silence / SECOND)} seconds.`)
      this.#busy.giveUp(lane, error)
      if (this.#run) this.#failed(lane, lanesOf(runtime).get(lane), this.#run, error)
    }
    await this.#flows.look(this.#conditions!, now)
    if (now >= this.#forgetAt) this.#forgetAt = now + ((await forgetOldRuns(store, this.#options.keepMs ?? KEPT_MS, now)) ? SECOND : FORGET_MS)
  }

  /** A bell, the end of something, or a second. */
  async #wake(): Promise<void> {
    if (this.#options.signal.aborted) return
    const once = new AbortController()
    const stop = (): void => once.abort()
    this.#options.signal.addEventListener('abort', stop, { once: true })
    const never = new Promise<void>(() => undefined)
    const quietly = (wait: Promise<unknown>): Promise<unknown> => wait.catch(() => (once.signal.aborted ? undefined : never))
    await Promise.race([
      quietly(this.#options.dispatcher.next(() => true, once.signal)), quietly(this.#parts.clock.sleep(SWEEP_MS, once.signal)), ...this.#busy.over(),
    ])
    this.#options.signal.removeEventListener('abort', stop)
    once.abort()
  }

  /** Nothing is under way: the run ends, and what had to wait for that is done. */
  async #settle(): Promise<void> {
    // A run that is old ends also when something was asked for; that is then done in the next one.
    if (this.#asked.size > 0 && !this.#drains) return
    if (this.#run?.reads.length === 0 && this.#between.length === 0 && this.#parts.clock.now() - this.#run.startedAt < EVENT_RUN_MS) return
    await this.#close(false)
    for (const waiting of this.#between.splice(0)) await waiting()
  }

  get #drains(): boolean {
    if (this.#between.length > 0) return true
    const old = this.#run !== undefined && this.#parts.clock.now() - this.#run.startedAt > LONG_RUN_MS
    return old && this.#firstLoads.size === 0 && !this.#busy.names().some((lane) => lane.startsWith('reading/'))
  }

  /** Begins everything that is due. Returns whether anything was begun. */
  async #sweep(): Promise<boolean> {
    if (this.#drains) return false
    const { store, clock } = this.#parts
    const now = clock.now()
    const reads = new Map<string, { readonly place: Place; readonly full: boolean }>()
    const { taken, next } = now < this.#scheduleAt ? { taken: [], next: this.#scheduleAt } : await takeDue(store, this.#lanes, now)
    // Another process may move a point as well.
    this.#scheduleAt = Math.min(next, now + SWEEP_MS)
    for (const lane of taken) {
      for (const place of lane.places) reads.set(placeKey(place), { place, full: lane.full || reads.get(placeKey(place))?.full === true })
    }
    for (const place of this.#arrivals(now)) if (!reads.has(placeKey(place))) reads.set(placeKey(place), { place, full: false })
    for (const [key, place] of this.#parts.runtime.places) {
      const trouble = this.#trouble.get(readingLane(place))
      if (trouble && trouble.until <= now && !reads.has(key) && !this.#isClosed(place.system, now)) reads.set(key, { place, full: false })
    }
    if (now - this.#awaitedAt > MINUTE) {
      this.#awaitedAt = now
      for (const place of await awaitedPlaces(store, this.#parts.runtime)) if (!this.#isClosed(place.system, now)) reads.set(placeKey(place), { place, full: true })
    }
    for (const [key, asked] of this.#asked) {
      if (this.#busy.has(readingLane(asked.place))) continue
      reads.set(key, asked)
      this.#asked.delete(key)
    }
    const begun = await this.#beginReads(reads)
    if (now - this.#gatesAt > GATES_MS) {
      this.#gatesAt = now
      await openGates(store, now)
      await forgetDeliveries(store, now)
    }
    const free = this.#free(now)
    const { inbox, parked, deliver } = await standing(store, free, now)
    for (const system of inbox) await this.#beginInbox(system)
    if (parked > 0) await this.#beginParked(free, parked)
    for (const system of deliver) await this.#begin(deliverLane(system), (run, held) => this.#deliver(run, held, system, deliverLane(system)), system)
    return begun || inbox.length + parked + deliver.length > 0
  }

  /** What could be begun, if anything waits for it. */
  #free(now: number): Free {
    const { runtime, connections } = this.#parts
    const places = [...runtime.places.values()]
    const isFree = (lane: string): boolean => !this.#busy.has(lane) && !this.#rests(lane, now)
    // While an entity is loaded for the first time its writes wait anyway; those of other entities do not wait for them.
    const loading = new Set([...this.#firstLoads].map((place) => place.entity))
    const readable = isFree(PARKED_LANE) ? new Set(places.filter((place) => connections.resource(place)?.readKeys).map((place) => place.system)) : []
    return {
      inbox: this.#callers.filter((system) => isFree(inboxLane(system)) && !this.#isClosed(system, now)),
      parked: [...readable].filter((system) => !this.#isClosed(system, now)),
      deliver: this.#receivers.filter((system) => isFree(deliverLane(system)) && !this.#isClosed(system, now) && places.some((place) => place.system === system && place.receiver && !loading.has(place.entity))),
    }
  }

  async #beginReads(reads: Map<string, { readonly place: Place; readonly full: boolean }>): Promise<boolean> {
    if (reads.size === 0) return false
    const { store, runtime, connections } = this.#parts
    const rows = await store.transaction((tx) => tx.resources(), { readOnly: true })
    const isFirst = (place: Place): boolean => {
      const row = rows.find((r) => r.system === place.system && r.resource === place.resource && r.entity === place.entity)
      return row?.firstPassAt == null || row.sources !== place.sources
    }
    // Nothing is made in a target that was never read: targets are read together with the first source.
    for (const { place } of reads.values()) {
      for (const other of runtime.entities.get(place.entity)!.places) {
        if (!other.sends && !reads.has(placeKey(other)) && isFirst(other) && connections.resource(other)?.traits.read !== false) reads.set(placeKey(other), { place: other, full: false })
      }
    }
    let begun = false
    const started = new Map<string, Promise<unknown>[]>()
    for (const entity of inReferenceOrder(runtime)) {
      // What is referred to comes first, if it is due too.
      const before = referred(entity.entity).flatMap((name) => (name === entity.entity.key ? [] : (started.get(name) ?? [])))
      for (const { place, full } of reads.values()) {
        if (place.entity !== entity.entity.key || this.#busy.has(readingLane(place))) continue
        const first = isFirst(place)
        if (first) this.#firstLoads.add(place)
        await this.#begin(readingLane(place), async (run, held) => {
          await held.waits(Promise.all(before))
          try {
            await this.#read(run, held, place, full)
          } finally {
            this.#firstLoads.delete(place)
          }
          if (first) await openGates(held.parts.store, this.#parts.clock.now())
        })
        started.set(place.entity, [...(started.get(place.entity) ?? []), ...this.#busy.over(readingLane(place))])
        begun = true
      }
    }
    return begun
  }

  async #read(run: OpenRun, { parts, signal }: Held, place: Place, full: boolean): Promise<void> {
    const { connections } = parts
    const { progress } = this.#options
    const lane = readingLane(place)
    if (signal.aborted) return
    if (connections.failure(place.system)) await connections.reopen?.(place.system)
    const unopened = connections.failure(place.system)
    if (unopened) return this.#failed(lane, place.system, run, unopened)
    const resource = connections.resource(place)
    if (!resource?.traits.read) return
    const report: ReadReport = await readPlace({
      parts, work: run.work, signal, full, ...(progress?.reading ? { onProgress: progress.reading } : {}),
    }, place, resource)
    run.reads.push(report)
    progress?.read?.(report)
    if (report.failure && !signal.aborted) this.#failed(lane, place.system, run, report.failure)
    else if (!report.failure && !signal.aborted) this.#well(lane)
  }

  #beginInbox(system: string): Promise<void> {
    const lane = inboxLane(system)
    return this.#begin(lane, async (run, held) => {
      await takeInbox(held.parts, run, system, held.signal)
      this.#well(lane)
    }, system)
  }

  #beginParked(free: Free, before: number): Promise<void> {
    return this.#begin(PARKED_LANE, async (run, held) => {
      const [failure] = (await takeUpParked(held.parts, run.work(), held.signal)).values()
      if (failure) throw failure
      const { clock, store } = this.#parts
      // What waits for the end of a write can't be taken up yet.
      if ((await standing(store, { inbox: [], parked: free.parked, deliver: [] }, clock.now())).parked >= before) this.#trouble.set(PARKED_LANE, { failures: 0, until: clock.now() + SECOND })
      else this.#well(PARKED_LANE)
    })
  }

  async #deliver(run: OpenRun, { parts, signal, calls }: Held, system: string, lane: string): Promise<void> {
    const { connections } = parts
    const { progress } = this.#options
    if (connections.failure(system)) await connections.reopen?.(system)
    const report = await deliver({ parts, work: run.work, signal, calls, ...(progress?.written ? { onProgress: progress.written } : {}) }, system)
    if (report.failure && !signal.aborted) this.#failed(lane, system, run, report.failure)
    else if (report.looked > 0) {
      // What failed since it went down waits ever longer, each by itself.
      if ((this.#trouble.get(lane)?.failures ?? 0) >= OUTAGE_RESTS) await parts.store.transaction((tx) => tx.hasten(system, this.#parts.clock.now()), { as: 'condition' })
      this.#recovered(lane, system, run)
    }
  }

  #arrivals(now: number): Place[] {
    const { connections } = this.#parts
    const lanes = this.#lanes.filter((lane) => (lane.trigger.file || lane.trigger.event) && !lane.full && !this.#isClosed(lane.system, now))
    // Who only calls has nothing that could be looked at.
    return lanes.flatMap((lane) => lane.places.filter((place) => lane.trigger.file || connections.resource(place)?.arrived)).filter((place) => !this.#busy.has(readingLane(place)) && !this.#rests(readingLane(place), now) && this.#arriving.at(place, now))
  }

  // ── lanes under way ──

  /** In the open run, or a new one. Whatever fails in it fails this lane only. */
  async #begin(lane: string, work: (run: OpenRun, held: Held) => Promise<void>, system?: string): Promise<void> {
    const run = await this.#begun()
    this.#busy.begin(lane, (held) => work(run, held), (error) => this.#failed(lane, system, run, error))
  }

  #begun(): Promise<OpenRun> {
    const begun = this.#changing.then(async () => (this.#run ??= await openRun(this.#parts, 'serve')))
    this.#changing = begun.catch(() => undefined)
    return begun
  }

  #close(stopped: boolean): Promise<void> {
    const closed = this.#changing.then(async () => {
      const run = this.#run
      if (!run) return
      this.#run = undefined
      this.#options.onRun?.(await closeRun(this.#parts, run, stopped))
    })
    this.#changing = closed.catch((error: unknown) => this.#report('run', asPlimsollError(error)))
    return this.#changing as Promise<void>
  }

  // ── trouble ──

  #rests = (lane: string, now: number): boolean => (this.#trouble.get(lane)?.until ?? 0) > now

  #isClosed(system: string, now: number): boolean {
    const { plan } = this.#parts.runtime
    const name = plan.systems.get(system)?.unavailable
    const calendar = name === undefined ? undefined : plan.calendars.get(name)
    return calendar !== undefined && coveredUntil(calendar, now, plan.timeZone) !== undefined
  }

  #failed(lane: string, system: string | undefined, run: OpenRun, error: PlimsollError): void {
    if (this.#options.signal.aborted && error.code === 'base.stopped') return
    if (system !== undefined) run.failures.set(system, error)
    else run.failures.set(lane, error)
    const until = this.#later(lane, error)
    this.#report(lane, error)
    if (!this.#options.signal.aborted) this.#note((conditions, now) => conditions.failed(lane, error, now, until))
  }

  note(lane: string, error: PlimsollError | undefined, nextAt: number | null): void {
    if (error) this.#report(lane, error)
    this.#note((conditions, now) => (error ? conditions.failed(lane, error, now, nextAt) : conditions.well(lane, now)))
  }

  #well(lane: string): void {
    this.#trouble.delete(lane)
    this.#note((conditions, now) => conditions.well(lane, now))
  }

  #note(what: (conditions: Conditions, now: number) => Promise<void>): void {
    const now = this.#parts.clock.now()
    this.#noting = this.#noting.then(() => what(this.#conditions!, now)).catch((error: unknown) => this.#report('watch', asPlimsollError(error)))
  }

  #later(lane: string, error: PlimsollError): number {
    const failures = (this.#trouble.get(lane)?.failures ?? 0) + 1
    const { clock } = this.#parts
    // Exponential from a second to some minutes, with jitter; what needs a person is not asked for every second.
    const floor = error.class === 'auth' || error.class === 'config' || error.class === 'plan' || error.class === 'internal' ? MINUTE : FIRST_REST_MS
    const wait = Math.max(Math.min(LONGEST_REST_MS, floor * 2 ** Math.min(failures - 1, 9)) * (0.5 + clock.random() / 2), error.retryAfterMs ?? 0)
    const until = clock.now() + Math.min(wait, DAY)
    this.#trouble.set(lane, { failures, until })
    return until
  }

  #recovered(lane: string, system: string, run: OpenRun): void {
    this.#well(lane)
    run.failures.delete(system)
  }

  #report(lane: string, error: PlimsollError): void {
    this.#options.onTrouble?.(lane, error)
  }
}
