/** One resource of a simulated system, as a connector would show it: everything that its vices allow, and its traits declare. */
import { canonicalNative, packNative, unpackNative } from '../../base/json.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { Page, ReadOptions, Resource, ResourceSpec, SourceRecord, Traits, WriteItem, WriteOptions, WriteResult } from '../../systems/contract.ts'
import type { Row, SimulatedSystem } from './simulated.ts'
import { type Vice, VICES } from './vices.ts'

const SMALL_PAGE = 2
/** After this long a caller gives a call up. */
const TIME_OUT_MS = 10_000

export class SimulatedResource implements Resource {
  readonly traits: Traits
  readonly readKeys?: NonNullable<Resource['readKeys']>
  readonly find?: NonNullable<Resource['find']>
  readonly #system: SimulatedSystem
  readonly #spec: ResourceSpec

  constructor(system: SimulatedSystem, spec: ResourceSpec) {
    this.#system = system
    this.#spec = spec
    this.traits = system.traits
    if (this.traits.readByKey) this.readKeys = (keys) => this.#readKeys(keys)
    if (this.traits.find) this.find = (paths, values) => this.#find(paths, values)
  }
  get #table(): Map<string, Row> {
    return this.#system.table(this.#spec.resource)
  }
  /** As a replica shows it that may be behind by any part of its lag. */
  #shown(lagMs: number): Map<string, Row> {
    const { clock } = this.#system.options
    return lagMs === 0 ? this.#table : this.#system.tableAt(this.#spec.resource, clock.now() - Math.floor(this.#system.random() * lagMs))
  }
  #list(): Map<string, Row> {
    const { vices, options } = this.#system
    if (vices.listLagMs !== undefined) return this.#system.tableAt(this.#spec.resource, options.clock.now() - vices.listLagMs)
    return this.#shown(!this.#system.calm && this.#system.strikes('list-lag') ? this.traits.listLagMs : 0)
  }
  #byKey(): Map<string, Row> {
    return this.#shown(!this.#system.calm && this.#system.strikes('key-lag') ? this.traits.keyLagMs : 0)
  }
  record(key: string, row: Row): SourceRecord {
    return {
      key, values: unpackNative(packNative(row.values)) as NativeRecord,
      ...(this.traits.version === 'none' ? {} : { version: String(row.version) }),
      ...(this.#system.options.tellsEditTimes ? { editedAt: row.editedAt } : {}),
    }
  }

  async *read(options: ReadOptions): AsyncIterable<Page> {
    const system = this.#system
    const { clock } = system.options
    const since = options.since === undefined ? -1 : Number(options.since)
    options.signal.throwIfAborted()
    let requestedAt = clock.now()
    await system.call('read')
    const vice = system.vices.half ?? this.#listVice()
    // The connector steps back by what may appear late.
    const from = since - (since < 0 ? 0 : this.traits.listLagMs)
    const first = [...this.#list()].filter(([, row]) => row.changedAt >= from)
    const keys = first.map(([key]) => key)
    // A time that is still to come is no place to go on from: what is changed before it would never be read.
    const position = String(system.reached(Math.max(since, ...first.map(([, row]) => row.changedAt).filter((at) => at <= clock.now()))))
    const size = Math.min(options.pageSize, system.has('page-shift') ? 1 : system.strikes('small-pages') ? SMALL_PAGE : options.pageSize)
    let shown = vice === 'empty' ? 0 : vice ? Math.ceil(keys.length / 2) : keys.length
    let page = this.#page(keys.slice(0, Math.min(size, shown)), new Map(first))
    system.vices.afterRead?.()
    await system.answered('read')
    for (let start = 0; ; ) {
      const last = start + size >= shown
      if (last && vice === 'error') throw new PlimsollError('simulated.lost', 'the answer broke off in the middle')
      yield { records: page, requestedAt, ...(last ? { position, complete: vice === undefined || vice === 'lies' } : {}) }
      if (last) return
      options.signal.throwIfAborted()
      requestedAt = clock.now()
      await system.call('read')
      const now = this.#list()
      start += size
      const gone = since < 0 ? keys.slice(0, start).filter((key) => !now.has(key)).length : 0
      if (gone > 0 && start < shown && system.strikes('page-shift')) {
        // Whoever counts from the front does not see what moved to the front.
        keys.splice(start, gone)
        shown -= gone
      }
      page = this.#page(keys.slice(start, Math.min(start + size, shown)), now)
      await system.answered('read')
    }
  }
  #page(keys: readonly string[], rows: ReadonlyMap<string, Row>): SourceRecord[] {
    return keys.flatMap((key) => (rows.has(key) ? [this.record(key, rows.get(key)!)] : []))
  }
  #listVice(): 'honest' | 'error' | 'empty' | undefined {
    if (this.#system.strikes('half-list')) return 'honest'
    if (this.#system.strikes('broken-list')) return 'error'
    return this.#system.strikes('empty-list') ? 'empty' : undefined
  }

  async #readKeys(keys: readonly string[]): Promise<SourceRecord[]> {
    await this.#system.call('readKeys')
    const rows = this.#byKey()
    const records = this.#page([...new Set(keys)], rows)
    await this.#system.answered('readKeys')
    return records
  }
  async #find(paths: readonly string[], values: readonly (readonly Native[])[]): Promise<SourceRecord[]> {
    await this.#system.call('find')
    const wanted = new Set(values.map((list) => canonicalNative([...list])))
    const found = [...this.#table].filter(([, row]) => wanted.has(canonicalNative(paths.map((path) => row.values[path] ?? null)))).map(([key, row]) => this.record(key, row))
    await this.#system.answered('find')
    return found
  }

  async write(items: readonly WriteItem[], { signal, deadline }: WriteOptions): Promise<WriteResult[]> {
    const system = this.#system
    const { clock } = system.options
    if (signal.aborted || clock.now() >= deadline) return items.map(() => ({ is: 'later', says: 'There was no time left to write it.' }))
    const fate = await system.call('write')
    system.vices.beforeWrite?.()
    if (fate === 'late') {
      await clock.sleep(TIME_OUT_MS)
      for (const item of items) system.later(clock.now() + Math.floor(system.random() * this.traits.lateMs), () => this.#writeOne(item))
      throw new PlimsollError('simulated.lost', 'no answer in time')
    }
    const results = (fate === 'half-executed' ? items.slice(0, Math.ceil(items.length / 2)) : items).map((item) => this.#writeOne(item))
    await system.answered('write')
    if (fate === 'lost-executed' || fate === 'half-executed') throw new PlimsollError('simulated.lost', 'the connection broke')
    return results
  }

  #writeOne(item: WriteItem): WriteResult {
    const system = this.#system
    const { vices, options } = system
    const table = this.#table
    const before = item.key === undefined ? undefined : table.get(item.key)
    if (item.operation !== 'create' && !before) return { is: 'missing' }
    if (this.traits.conditional && item.ifVersion !== undefined && before && String(before.version) !== item.ifVersion) return { is: 'conflict', ...(this.traits.answers ? { record: this.record(item.key!, before) } : {}) }
    const says = vices.refuses?.(item.values)
    if (says !== undefined && item.operation !== 'delete') return { is: 'refused', code: 'refused', says }
    if (item.operation === 'create') {
      const known = this.traits.idempotency ? system.idempotent.get(item.idempotencyKey) : undefined
      if (known !== undefined) return table.has(known) ? this.#done(known) : { is: 'done', key: known }
      if (options.unique !== undefined && [...table.values()].some((row) => row.values[options.unique!] === item.values[options.unique!])) return { is: 'exists' }
    }
    let key = item.key ?? system.newKey()
    while (item.key === undefined && table.has(key)) key = system.newKey()
    system.idempotent.set(item.idempotencyKey, key)
    system.writes.push({ resource: this.#spec.resource, operation: item.operation, key, values: item.values })
    if (item.operation === 'delete') {
      system.put(this.#spec.resource, key, undefined, true)
      return { is: 'done', key }
    }
    const base = this.traits.updateStyle === 'put' ? {} : before?.values
    let values: Record<string, Native> = { ...base, ...vices.alters?.({ ...item.values }, before?.values) ?? this.#kept(item.values, before?.values) }
    if (vices.automation) values = vices.automation(values)
    system.put(this.#spec.resource, key, { values, version: (before?.version ?? 0) + 1, ...system.times(options.clock.now()) }, true)
    return this.#done(key)
  }
  /** What it makes of what it is given. */
  #kept(values: NativeRecord, before: Readonly<Record<string, Native>> | undefined): Record<string, Native> {
    const kept: Record<string, Native> = { ...values }
    for (const name of this.#system.options.vices ?? []) {
      const { keeps }: Vice = VICES[name]
      if (keeps) for (const [path, value] of Object.entries(kept)) if (canonicalNative(keeps(value)) !== canonicalNative(value) && this.#system.strikes(name)) kept[path] = keeps(value)
    }
    if (before) for (const path of Object.keys(kept)) if (this.#system.strikes('ignores-changes')) kept[path] = before[path] ?? null
    return kept
  }
  #done(key: string): WriteResult {
    return { is: 'done', key, ...(this.traits.answers ? { record: this.record(key, this.#table.get(key)!) } : {}) }
  }
}
