/**
 * Rehearsal: systems that exist only in memory and have the vices of real ones. Tests, the conformance kit and the rehearsal of
 * a plan use the same ones. Every call takes its time on the clock that it is given.
 */
import { type Clock, seededRandom } from '../../base/clock.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { Resource, ResourceSpec, SystemSession, Traits, WriteItem } from '../../systems/contract.ts'
import { SimulatedResource } from './resource.ts'
import { type Call, declared, type Fate, type Vice, VICES, type ViceName } from './vices.ts'

registerErrors({
  'simulated.down': { class: 'remote', hint: 'The simulated system is switched off.' },
  'simulated.lost': { class: 'remote', hint: 'The answer of the simulated system was lost.' },
  'simulated.limit': { class: 'limit', hint: 'The simulated system limits calls.' },
})

export interface Row { values: Record<string, Native>; version: number; changedAt: number; editedAt: number }

/** What goes wrong, switched on by whoever rehearses. Functions decide per record. */
export interface Vices {
  /** What the system makes of what it is given: cuts, rounds, ignores. */
  alters?: (values: Record<string, Native>, before: Record<string, Native> | undefined) => Record<string, Native>
  /** A record that is refused, with the reason. */
  refuses?: (values: NativeRecord) => string | undefined
  /** Right after a write the system changes it again. */
  automation?: (values: Record<string, Native>) => Record<string, Native>
  /** The next calls: executed or not, the caller gets an error. */
  nextWrite?: Fate[]
  /** Between the look and the write somebody edits. */
  beforeWrite?: () => void
  /** Right after a list was answered. */
  afterRead?: () => void
  /** Answers lists as they were this long ago. */
  listLagMs?: number
  /** Delivers only this share of a list and calls it complete (`lies`) or not. */
  half?: 'lies' | 'honest' | 'error' | 'empty'
  down?: boolean
}

export interface SimulatedOptions {
  readonly clock: Clock
  readonly traits?: Partial<Traits>
  /** A list that lost its newest record goes on from there all the same; default: from the newest that it shows. */
  readonly remembersNewest?: true
  /** Reports when users edited records. */
  readonly tellsEditTimes?: boolean
  readonly callMs?: number | (() => number)
  /** Native path that must be unique. */
  readonly unique?: string
  /** By name; they happen by chance. */
  readonly vices?: readonly ViceName[]
  readonly random?: () => number
  /** Around the moment at which a call is executed. What it awaits, the caller awaits. */
  readonly onCall?: (kind: Call, when: 'before' | 'after', system: SimulatedSystem) => Promise<void> | void
  /** A record changed, was made or was removed. */
  readonly onChange?: (change: Change) => void
}

export interface Change { readonly resource: string; readonly key: string; readonly row: Row | undefined; readonly byHub: boolean }

const TRAITS: Traits = {
  read: true, incremental: false, complete: true, version: 'none', readByKey: true, find: true, create: true, update: true, delete: true, updateStyle: 'patch',
  conditional: false, idempotency: false, answers: true, omitsEmpty: false, listLagMs: 0, keyLagMs: 0, lateMs: 60_000, batch: 100, pushes: false,
}
const SKEW_MS = { 'clock-ahead': 3 * 3_600_000, 'clock-behind': -3 * 3_600_000 } as const
const GRAIN_MS = { 'second-granular': 1_000, 'equal-times': 10_000 } as const

export class SimulatedSystem implements SystemSession {
  readonly tables = new Map<string, Map<string, Row>>()
  readonly vices: Vices = {}
  readonly options: SimulatedOptions
  readonly traits: Traits
  /** Everything that was written by the hub, in order. */
  readonly writes: { resource: string; operation: WriteItem['operation']; key: string; values: NativeRecord }[] = []
  readonly calls: Record<Call, number> = { read: 0, readKeys: 0, find: 0, write: 0 }
  /** Creates by idempotency key, for systems that know them. */
  readonly idempotent = new Map<string, string>()
  /** How often each named vice happened. */
  readonly happened = new Map<ViceName, number>()
  /** Vices of chance rest. */
  calm = false
  readonly #names: ReadonlySet<ViceName>
  readonly #random: () => number
  #next = 1
  #reached = -1
  /** What rows were before they changed, for whoever is shown an older state. */
  readonly #past: { readonly resource: string; readonly key: string; readonly at: number; readonly before: Row | undefined }[] = []
  readonly #late: { readonly at: number; readonly run: () => void }[] = []

  constructor(options: SimulatedOptions) {
    this.options = options
    this.#names = new Set(options.vices)
    this.#random = options.random ?? seededRandom(1)
    if (!options.tellsEditTimes) this.strikes('no-edit-times')
    this.traits = { ...TRAITS, ...declared(options.vices ?? [], options.traits ?? {}) }
  }

  has(name: ViceName): boolean {
    return this.#names.has(name)
  }
  /** Has this vice, and here it happens. */
  strikes(name: ViceName): boolean {
    if (!this.#names.has(name)) return false
    const { share } = VICES[name] as Vice
    if (share !== undefined && (this.calm || this.#random() >= share)) return false
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1)
    return true
  }
  random(): number {
    return this.#random()
  }

  table(resource: string): Map<string, Row> {
    this.arrive()
    let table = this.tables.get(resource)
    if (!table) {
      table = new Map()
      this.tables.set(resource, table)
    }
    return table
  }
  /** The table as it was a while ago. */
  tableAt(resource: string, at: number): Map<string, Row> {
    const table = new Map(this.table(resource))
    for (const { key, before } of this.#past.filter((one) => one.resource === resource && one.at > at).toReversed()) {
      if (before) table.set(key, before)
      else table.delete(key)
    }
    return table
  }
  put(resource: string, key: string, row: Row | undefined, byHub: boolean): void {
    const table = this.table(resource)
    const now = this.options.clock.now()
    this.#past.push({ resource, key, at: now, before: table.get(key) })
    if (row) table.set(key, row)
    else table.delete(key)
    this.options.onChange?.({ resource, key, row, byHub })
  }
  /** Executed after its time-out, when that moment has come. */
  later(at: number, run: () => void): void {
    this.#late.push({ at, run })
    this.#late.sort((a, b) => a.at - b.at)
  }
  arrive(): void {
    while (this.#late[0] && this.#late[0].at <= this.options.clock.now()) this.#late.shift()!.run()
  }
  /** The time that a list goes on from. */
  reached(at: number): number {
    if (!this.options.remembersNewest) return at
    this.#reached = Math.max(this.#reached, at)
    return this.#reached
  }
  /** Requests that are still on their way. */
  get underWay(): number {
    this.arrive()
    return this.#late.length
  }

  /** Times as this system knows them. */
  times(editedAt: number): Pick<Row, 'changedAt' | 'editedAt'> {
    const skew = (Object.keys(SKEW_MS) as (keyof typeof SKEW_MS)[]).reduce((sum, name) => sum + (this.strikes(name) ? SKEW_MS[name] : 0), 0)
    const grain = (Object.keys(GRAIN_MS) as (keyof typeof GRAIN_MS)[]).reduce((most, name) => (this.strikes(name) ? Math.max(most, GRAIN_MS[name]) : most), 1)
    const began = this.options.clock.now() - (this.strikes('late-commit') ? Math.floor(this.#random() * this.traits.listLagMs) : 0)
    return { changedAt: Math.floor(began / grain) * grain, editedAt: Math.floor((editedAt + skew) / grain) * grain }
  }
  /** A user of the system types something. Returns the key. */
  edit(resource: string, key: string | undefined, values: Readonly<Record<string, Native>>, editedAt = this.options.clock.now()): string {
    const table = this.table(resource)
    const at = key ?? String(this.#next++)
    const before = table.get(at)
    this.put(resource, at, { values: { ...before?.values, ...values }, version: (before?.version ?? 0) + 1, ...this.times(editedAt) }, false)
    return at
  }
  remove(resource: string, key: string): void {
    this.put(resource, key, undefined, false)
  }
  get(resource: string, key: string): Readonly<Record<string, Native>> | undefined {
    return this.table(resource).get(key)?.values
  }
  all(resource: string): Readonly<Record<string, Native>>[] {
    return [...this.table(resource).values()].map((row) => row.values)
  }

  newKey(): string {
    return String(this.#next++)
  }
  /** A call reaches the system. What its fate leaves to the callee is returned. */
  async call(kind: Call): Promise<Fate | undefined> {
    this.calls[kind] += 1
    const { callMs = 1, clock, onCall } = this.options
    const fate = kind === 'write' ? this.vices.nextWrite?.shift() : undefined
    await clock.sleep(typeof callMs === 'number' ? callMs : callMs())
    await onCall?.(kind, 'before', this)
    if (this.vices.down) throw new PlimsollError('simulated.down', 'the connection was refused', { executed: false })
    const befalls = fate ?? this.#fate(kind)
    if (befalls === 'limit') throw new PlimsollError('simulated.limit', 'too many calls', { executed: false, retryAfterMs: 2000 })
    if (befalls === 'refused-connection') throw new PlimsollError('simulated.down', 'the connection was refused', { executed: false })
    if (befalls === 'fails' || befalls === 'lost-not-executed') throw new PlimsollError('simulated.lost', 'the connection broke')
    return befalls
  }
  #fate(kind: Call): Fate | undefined {
    for (const name of this.#names) {
      const { call }: Vice = VICES[name]
      if (call?.on.includes(kind) && this.strikes(name)) return call.fate
    }
    return undefined
  }
  async answered(kind: Call): Promise<void> {
    await this.options.onCall?.(kind, 'after', this)
  }
  async check(): Promise<{ version: string }> {
    await this.call('read')
    return { version: 'simulated' }
  }
  resource(spec: ResourceSpec): Resource {
    return new SimulatedResource(this, spec)
  }
  async close(): Promise<void> {}
}
