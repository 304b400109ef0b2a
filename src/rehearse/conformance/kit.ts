/** What checks work with: sessions that are closed for them, reads, writes, and the truth of the system. */
import { asPlimsollError, type PlimsollError } from '../../base/errors.ts'
import type { BrokenRecord, Native, NativeRecord, Page, Resource, SourceRecord, SystemSession, Traits, WriteItem, WriteOptions, WriteResult } from '../../systems/contract.ts'
import type { Bench, Faults, User } from './bench.ts'
import { Broken, Skipped } from './check.ts'
import { alike, difference, shown } from './compare.ts'

export interface ReadSeen {
  readonly pages: readonly Page[]
  readonly records: readonly SourceRecord[]
  /** The last that was said of each key. */
  readonly byKey: ReadonlyMap<string, SourceRecord>
  readonly broken: readonly BrokenRecord[]
  readonly complete: boolean
  readonly position: string | undefined
  readonly error: PlimsollError | undefined
}

export interface ReadAsked {
  readonly since?: string
  readonly pageSize?: number
  readonly signal?: AbortSignal
  /** Called when page `n` (from 1) was taken and the next one was not asked for. */
  readonly between?: (n: number) => Promise<void> | void
  /** Called with each page before the next one is asked for, as the engine takes it in. */
  readonly done?: (page: Page) => Promise<void>
  /** Pages after which reading stops without an end; for lists that are long. */
  readonly pages?: number
}

const HOUR = 3_600_000

export class Kit {
  readonly bench: Bench
  readonly traits: Traits
  /** Every text that the connector gave away in errors and results, over all checks. */
  readonly said: string[]
  readonly #open: SystemSession[] = []
  #sent = 0
  /** What was created, for targets that nobody can look at. */
  readonly #made = new Map<string, NativeRecord>()

  constructor(bench: Bench, traits: Traits, said: string[]) {
    this.bench = bench
    this.traits = traits
    this.said = said
  }

  get user(): User {
    return this.bench.user!
  }
  get faults(): Faults {
    return this.bench.faults!
  }
  /** An hour ago, on a whole second: old enough for every clock, new enough for every list. */
  get past(): number {
    return Math.floor((this.bench.clock.now() - HOUR) / 1_000) * 1_000
  }
  records(from: number, count: number, over: NativeRecord = {}): NativeRecord[] {
    return Array.from({ length: count }, (_, i) => ({ ...this.bench.record!(from + i), ...over }))
  }

  broken(saw: string, mend: string): never {
    throw new Broken(saw, mend)
  }
  skip(reason: string): never {
    throw new Skipped(reason)
  }

  async session(): Promise<SystemSession> {
    const session = await this.bench.open()
    this.#open.push(session)
    return session
  }
  /** Of a fresh session: nothing that the connector remembers helps it. */
  async resource(): Promise<Resource> {
    return (await this.session()).resource(this.bench.spec)
  }
  async close(): Promise<void> {
    for (const session of this.#open.splice(0)) await session.close()
  }

  hear(thrown: unknown): PlimsollError {
    const error = asPlimsollError(thrown)
    this.said.push([error.message, error.hint, error.place ?? '', JSON.stringify(error.details), error.stack ?? ''].join('\n'))
    return error
  }

  async read(resource: Resource, asked: ReadAsked = {}): Promise<ReadSeen> {
    const pages: Page[] = []
    let error: PlimsollError | undefined
    try {
      const options = { signal: asked.signal ?? new AbortController().signal, pageSize: asked.pageSize ?? 3, ...(asked.since === undefined ? {} : { since: asked.since }) }
      for await (const page of resource.read(options)) {
        pages.push(page)
        await asked.done?.(page)
        await asked.between?.(pages.length)
        if (asked.pages !== undefined && pages.length >= asked.pages) break
      }
    } catch (thrown) {
      if (thrown instanceof Broken || thrown instanceof Skipped) throw thrown
      error = this.hear(thrown)
    }
    const records = pages.flatMap((page) => page.records)
    for (const page of pages) for (const note of page.notes ?? []) this.said.push(note)
    return {
      pages, records, error, byKey: new Map(records.map((record) => [record.key, record])),
      broken: pages.flatMap((page) => page.broken ?? []),
      complete: error === undefined && pages.some((page) => page.complete === true),
      position: pages.findLast((page) => page.position !== undefined)?.position,
    }
  }
  /** A read that must work for the check to mean anything. */
  async readWell(resource: Resource, asked: ReadAsked = {}): Promise<ReadSeen> {
    const seen = await this.read(resource, asked)
    if (seen.error) this.broken(`An ordinary read failed: ${seen.error.message}`, 'Mend reading first; without it nothing can be checked.')
    return seen
  }

  async readKeys(resource: Resource, keys: readonly string[]): Promise<readonly SourceRecord[]> {
    return resource.readKeys!(keys, new AbortController().signal)
  }
  async find(resource: Resource, paths: readonly string[], values: readonly (readonly Native[])[]): Promise<readonly SourceRecord[]> {
    return resource.find!(paths, values, new AbortController().signal)
  }

  item(operation: WriteItem['operation'], values: NativeRecord, more: { readonly key?: string; readonly ifVersion?: string } = {}): WriteItem {
    return { operation, values, idempotencyKey: `conformance-${this.bench.clock.now()}-${(this.#sent += 1)}`, ...more }
  }
  createItem(values: NativeRecord): WriteItem {
    const { key, keyBy } = this.bench.shape
    return this.item('create', values, keyBy === 'hub' ? { key: String(values[key]) } : {})
  }
  /** An update as the engine makes it: a put carries the whole record as it was read. */
  async updateItem(resource: Resource, key: string, values: NativeRecord, ifVersion?: string): Promise<WriteItem> {
    const more = { key, ...(ifVersion === undefined ? {} : { ifVersion }) }
    if (this.traits.updateStyle === 'patch') return this.item('update', values, more)
    const held = this.traits.readByKey ? (await this.readKeys(resource, [key]))[0]?.values : this.#made.get(key)
    return this.item('update', { ...held, ...values }, more)
  }

  /** Writes in batches as large as the connector takes them. A thrown failure becomes what the engine takes it for. */
  async write(resource: Resource, items: readonly WriteItem[], options: Partial<WriteOptions> = {}): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = []
    for (let start = 0; start < items.length; start += this.traits.batch) {
      const some = items.slice(start, start + this.traits.batch)
      let answered: readonly WriteResult[]
      try {
        answered = await resource.write!(some, { signal: new AbortController().signal, deadline: this.bench.clock.now() + 60_000, ...options })
      } catch (thrown) {
        const error = this.hear(thrown)
        const surely = error.executed === false
        answered = some.map((): WriteResult => (surely
          ? { is: 'later', says: error.message, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) }
          : { is: 'unsure', says: error.message }))
      }
      if (answered.length !== some.length) this.broken(`${some.length} records were written and ${answered.length} results came back.`, 'Return exactly one result for each item, in the order of the items.')
      for (const result of answered) if ('says' in result) this.said.push(result.says)
      results.push(...answered)
    }
    return results
  }

  /** Creates that must work; returns their keys. */
  async createWell(resource: Resource, records: readonly NativeRecord[]): Promise<string[]> {
    const results = await this.write(resource, records.map((values) => this.createItem(values)))
    return results.map((result, i) => {
      if (result.is !== 'done') return this.broken(`An ordinary create of ${shown(records[i]!)} was answered with ${shown(result)}.`, 'Mend creating first.')
      this.#made.set(result.key, records[i]!)
      return result.key
    })
  }

  /** The values that were given are what the system holds. */
  holds(truth: ReadonlyMap<string, NativeRecord>, key: string, values: NativeRecord, after: string): void {
    const held = truth.get(key)
    if (!held) this.broken(`After ${after} the system has no record ${key}.`, 'Say `done` only when the system holds what was written, under the key that you name.')
    const wrong = difference(values, held!)
    if (wrong) this.broken(`After ${after} record ${key} holds ${shown(held![wrong] ?? null)} in ${wrong}, not ${shown(values[wrong]!)}.`, 'Write what was given, whole and exact, or refuse it with the field.')
  }
  /** A record of the connector says what the system holds. */
  tells(record: SourceRecord, truth: ReadonlyMap<string, NativeRecord>, from: string): void {
    const held = truth.get(record.key)
    if (!held) this.broken(`${from} has the record ${record.key}, which the system does not hold.`, 'Return only records that are there, under the system\'s own key.')
    for (const path of Object.keys(record.values)) {
      if (Object.hasOwn(held!, path) && !alike(record.values[path]!, held![path]!)) {
        this.broken(`${from} says ${shown(record.values[path]!)} in ${path} of ${record.key}; the system holds ${shown(held![path]!)}.`, 'Return values as the system holds them, without a detour through floating point or local time.')
      }
    }
  }
}
