/**
 * Rehearsal: systems that exist only in memory and have the vices of real ones. Tests, the conformance kit and the rehearsal of
 * a plan use the same ones. Every call takes its time on the clock that it is given.
 */
import type { Clock } from '../../base/clock.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import { canonicalNative, packNative, unpackNative } from '../../base/json.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Page, ReadOptions, Resource, ResourceSpec, SourceRecord, SystemSession, Traits, WriteItem, WriteOptions, WriteResult } from '../../systems/contract.ts'

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
  nextWrite?: ('lost-executed' | 'lost-not-executed' | 'limit' | 'refused-connection')[]
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
  /** Reports when users edited records. */
  readonly tellsEditTimes?: boolean
  readonly callMs?: number
  /** Native path that must be unique. */
  readonly unique?: string
}

const TRAITS: Traits = {
  read: true, incremental: false, complete: true, version: 'none', readByKey: true, find: true, create: true, update: true, delete: true, updateStyle: 'patch',
  conditional: false, idempotency: false, answers: true, omitsEmpty: false, listLagMs: 0, keyLagMs: 0, lateMs: 60_000, batch: 100, pushes: false,
}

export class SimulatedSystem implements SystemSession {
  readonly tables = new Map<string, Map<string, Row>>()
  readonly vices: Vices = {}
  readonly options: SimulatedOptions
  /** Everything that was written by the hub, in order. */
  readonly writes: { resource: string; operation: WriteItem['operation']; key: string; values: NativeRecord }[] = []
  readonly calls = { read: 0, readKeys: 0, find: 0, write: 0 }
  /** Creates by idempotency key, for systems that know them. */
  readonly idempotent = new Map<string, string>()
  #next = 1

  constructor(options: SimulatedOptions) {
    this.options = options
  }

  table(resource: string): Map<string, Row> {
    let table = this.tables.get(resource)
    if (!table) {
      table = new Map()
      this.tables.set(resource, table)
    }
    return table
  }

  /** A user of the system types something. Returns the key. */
  edit(resource: string, key: string | undefined, values: Readonly<Record<string, Native>>, editedAt = this.options.clock.now()): string {
    const table = this.table(resource)
    const at = key ?? String(this.#next++)
    const before = table.get(at)
    table.set(at, { values: { ...before?.values, ...values }, version: (before?.version ?? 0) + 1, changedAt: this.options.clock.now(), editedAt })
    return at
  }
  remove(resource: string, key: string): void {
    this.table(resource).delete(key)
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
  async call(kind: keyof SimulatedSystem['calls']): Promise<void> {
    this.calls[kind] += 1
    await this.options.clock.sleep(this.options.callMs ?? 1)
    if (this.vices.down) throw new PlimsollError('simulated.down', 'the connection was refused', { executed: false })
  }
  async check(): Promise<{ version: string }> {
    await this.call('read')
    return { version: 'simulated' }
  }
  resource(spec: ResourceSpec): Resource {
    return new SimulatedResource(this, spec, { ...TRAITS, ...this.options.traits })
  }
  async close(): Promise<void> {}
}

class SimulatedResource implements Resource {
  readonly traits: Traits
  readonly #system: SimulatedSystem
  readonly #spec: ResourceSpec

  constructor(system: SimulatedSystem, spec: ResourceSpec, traits: Traits) {
    this.#system = system
    this.#spec = spec
    this.traits = traits
  }
  get #table(): Map<string, Row> {
    return this.#system.table(this.#spec.resource)
  }
  #record(key: string, row: Row): SourceRecord {
    return {
      key, values: unpackNative(packNative(row.values)) as NativeRecord,
      ...(this.traits.version === 'none' ? {} : { version: String(row.version) }),
      ...(this.#system.options.tellsEditTimes ? { editedAt: row.editedAt } : {}),
    }
  }

  async *read(options: ReadOptions): AsyncIterable<Page> {
    const { clock } = this.#system.options
    const since = options.since === undefined ? -1 : Number(options.since)
    const vice = this.#system.vices.half
    options.signal.throwIfAborted()
    let requestedAt = clock.now()
    await this.#system.call('read')
    const visible = clock.now() - (this.#system.vices.listLagMs ?? 0)
    const rows = [...this.#table].filter(([, row]) => row.changedAt >= since && row.changedAt <= visible)
    const shown = vice === 'empty' ? [] : vice ? rows.slice(0, Math.ceil(rows.length / 2)) : rows
    const answer = shown.map(([key, row]) => this.#record(key, row))
    this.#system.vices.afterRead?.()
    const position = String(Math.max(since, ...rows.map(([, row]) => row.changedAt)))
    for (let start = 0; start === 0 || start < shown.length; start += options.pageSize) {
      const last = start + options.pageSize >= shown.length
      if (last && vice === 'error') throw new PlimsollError('simulated.lost', 'the answer broke off in the middle')
      yield {
        records: answer.slice(start, start + options.pageSize), requestedAt,
        ...(last ? { position, complete: vice === undefined || vice === 'lies' } : {}),
      }
      if (last) return
      options.signal.throwIfAborted()
      requestedAt = clock.now()
      await this.#system.call('read')
    }
  }
  async readKeys(keys: readonly string[]): Promise<SourceRecord[]> {
    await this.#system.call('readKeys')
    return [...new Set(keys)].flatMap((key) => {
      const row = this.#table.get(key)
      return row ? [this.#record(key, row)] : []
    })
  }
  async find(paths: readonly string[], values: readonly (readonly Native[])[]): Promise<SourceRecord[]> {
    await this.#system.call('find')
    const wanted = new Set(values.map((list) => canonicalNative([...list])))
    return [...this.#table].filter(([, row]) => wanted.has(canonicalNative(paths.map((path) => row.values[path] ?? null)))).map(([key, row]) => this.#record(key, row))
  }

  async write(items: readonly WriteItem[], { signal, deadline }: WriteOptions): Promise<WriteResult[]> {
    const { vices } = this.#system
    if (signal.aborted || this.#system.options.clock.now() >= deadline) return items.map(() => ({ is: 'later', says: 'There was no time left to write it.' }))
    const fate = vices.nextWrite?.shift()
    await this.#system.call('write')
    if (fate === 'limit') throw new PlimsollError('simulated.limit', 'too many calls', { executed: false, retryAfterMs: 2000 })
    if (fate === 'refused-connection') throw new PlimsollError('simulated.down', 'the connection was refused', { executed: false })
    if (fate === 'lost-not-executed') throw new PlimsollError('simulated.lost', 'the connection broke')
    vices.beforeWrite?.()
    const results = items.map((item) => this.#writeOne(item))
    if (fate === 'lost-executed') throw new PlimsollError('simulated.lost', 'the connection broke')
    return results
  }

  #writeOne(item: WriteItem): WriteResult {
    const { vices, options } = this.#system
    const table = this.#table
    const before = item.key === undefined ? undefined : table.get(item.key)
    if (item.operation !== 'create' && !before) return { is: 'missing' }
    if (this.traits.conditional && item.ifVersion !== undefined && before && String(before.version) !== item.ifVersion) return { is: 'conflict', record: this.#record(item.key!, before) }
    const says = vices.refuses?.(item.values)
    if (says !== undefined && item.operation !== 'delete') return { is: 'refused', code: 'refused', says }
    if (item.operation === 'create') {
      const known = this.traits.idempotency ? this.#system.idempotent.get(item.idempotencyKey) : undefined
      if (known !== undefined) return this.#done(known)
      if (options.unique !== undefined && [...table.values()].some((row) => row.values[options.unique!] === item.values[options.unique!])) return { is: 'exists' }
    }
    let key = item.key ?? this.#system.newKey()
    while (item.key === undefined && table.has(key)) key = this.#system.newKey()
    this.#system.idempotent.set(item.idempotencyKey, key)
    this.#system.writes.push({ resource: this.#spec.resource, operation: item.operation, key, values: item.values })
    if (item.operation === 'delete') {
      table.delete(key)
      return { is: 'done', key }
    }
    const base = this.traits.updateStyle === 'put' ? {} : before?.values
    let values: Record<string, Native> = { ...base, ...vices.alters?.({ ...item.values }, before?.values) ?? item.values }
    if (vices.automation) values = vices.automation(values)
    table.set(key, { values, version: (before?.version ?? 0) + 1, changedAt: options.clock.now(), editedAt: options.clock.now() })
    return this.#done(key)
  }
  #done(key: string): WriteResult {
    return { is: 'done', key, ...(this.traits.answers ? { record: this.#record(key, this.#table.get(key)!) } : {}) }
  }
}
