/** Writing to a file: a copy with the changes takes its place in one step, or nothing happens at all. */
import { asPlimsollError } from '../../../base/errors.ts'
import { Numeral, PlimsollError } from '../../contract.ts'
import type { ConnectorContext, Native, NativeRecord, WriteItem, WriteOptions, WriteResult } from '../../contract.ts'
import type { FilesResource } from './files-resource.ts'
import { notePlaced } from './at-rest.ts'
import type { Edit, NewColumn, Row, ValueRules } from './format.ts'
import { setOwn } from './format.ts'
import { hashName } from './hash.ts'
import { missing } from './read-list.ts'
import { keyOfRow, valueAt } from './record-keys.ts'

/** One writer per file in this process: two copies of the same state would lose the changes of one. */
const writing = new Map<string, Promise<unknown>>()

export async function writeFile(resource: FilesResource, context: ConnectorContext, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  if (resource.key.length === 0) throw new PlimsollError('files.key', `Nothing can be written to ${resource.name}: its records have no key.`, { place: resource.name, executed: false })
  const place = `${resource.place.shown}\0${resource.name}`
  const before = writing.get(place) ?? Promise.resolve()
  const work = before.then(() => writeNow(resource, context, items, options))
  const settled = work.catch(() => undefined)
  writing.set(place, settled)
  try {
    return await work
  } finally {
    if (writing.get(place) === settled) writing.delete(place)
  }
}

async function writeNow(resource: FilesResource, context: ConnectorContext, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  const { place } = resource
  const { signal } = options
  await place.visit(signal)
  const { name, file } = await resource.target(signal)
  // A file of no bytes is as good as none.
  const from = file && !(file.size === 0 && resource.mayBeMade) ? file.source : undefined
  // Records that are to be changed were there once: then the file is lost, and "missing" would be a wrong answer about each.
  if (from === undefined && (!resource.mayBeMade || items.some((item) => item.operation !== 'create'))) throw notExecuted(missing(resource))
  const wanted = { ...resource.wanted(name, signal), columns: undefined }
  let unsure = false
  try {
    const batch = new Batch(resource, items, await resource.format.valueRules(from, resource.settings, wanted))
    return await place.withDraft(name, file, signal, async (draft, put) => {
      await resource.format.rewrite(from, draft, resource.settings, batch.columns, wanted, batch)
      if (batch.changes > 0) {
        signal.throwIfAborted()
        if (context.clock.now() > options.deadline) return items.map(() => ({ is: 'later', says: 'There was no time left to write.' }))
        const written = await put().catch((error: unknown) => {
          unsure = !place.near && asPlimsollError(error).executed !== false
          throw error
        })
        if (written) notePlaced(place, written)
      }
      return batch.results()
    })
  } catch (error) {
    // At a distance the last step may have been done, and only its answer lost.
    throw unsure ? error : notExecuted(error)
  }
}

function notExecuted(error: unknown): PlimsollError {
  const known = asPlimsollError(error)
  return new PlimsollError(known.code, known.message, { details: known.details, cause: error, executed: false, ...(known.place === undefined ? {} : { place: known.place }) })
}

/** The items of one write, and what became of each. */
class Batch implements Edit {
  changes = 0
  readonly #resource: FilesResource
  readonly #items: readonly WriteItem[]
  readonly #rules: ValueRules
  readonly #results: (WriteResult | undefined)[]
  /** Key → items that wait for their row. */
  readonly #open = new Map<string, number>()
  readonly #named = new Set<string>()
  readonly #pending = new Map<NativeRecord, { readonly index: number; readonly key: string; readonly values: NativeRecord }>()

  constructor(resource: FilesResource, items: readonly WriteItem[], rules: ValueRules) {
    this.#resource = resource
    this.#items = items
    this.#rules = rules
    this.#results = items.map((item, index) => this.#accept(item, index))
  }

  #accept(item: WriteItem, index: number): WriteResult | undefined {
    const key = item.operation === 'create' ? this.#newKey(item) : item.key
    if (key === undefined) return refused('files.key', `The record has no ${this.#resource.key.join(', ')}, which is its key in the file.`, this.#resource.key[0])
    for (const [name, value] of Object.entries(item.values)) {
      if (!this.#mayHold(name)) return refused('files.column', `The file has no column ${JSON.stringify(name)}.`, name)
      const says = this.#rules.refuses(value, name)
      if (says !== undefined) return refused('files.content', `${name} can't be written: ${says}.`, name)
    }
    if (this.#open.has(key)) return { is: 'later', says: 'Another write of the same record is in this batch.' }
    this.#open.set(key, index)
    for (const name of Object.keys(item.values)) this.#named.add(name)
    return undefined
  }

  /** What the file has, or the plan says that it should have. */
  #mayHold(name: string): boolean {
    const { columns } = this.#rules
    return columns === undefined || columns.has(name) || (this.#resource.settings.header && this.#resource.newColumns.some((column) => column.path === name))
  }

  /** Columns that these writes need. Others of the plan come when something is written to them. */
  get columns(): readonly NewColumn[] {
    return this.#resource.newColumns.filter((column) => this.#named.has(column.path) || this.#resource.key.includes(column.path))
  }

  #newKey(item: WriteItem): string | undefined {
    const { key: paths, flat } = this.#resource
    const key = keyOfRow({ line: 0, raw: '', values: item.values }, paths, flat)
    if (key.is === 'key') return key.key
    return paths.length === 1 && valueAt(item.values, paths[0]!, flat) === undefined ? item.key : undefined
  }

  row(row: Row): NativeRecord | null | undefined {
    const key = keyOfRow(row, this.#resource.key, this.#resource.flat)
    const index = key.is === 'key' ? this.#open.get(key.key) : undefined
    if (key.is === 'none' || index === undefined) return undefined
    this.#open.delete(key.key)
    const item = this.#items[index]!
    const answer = this.#judge(item, row, key.key)
    if (answer) {
      this.#results[index] = answer
      return undefined
    }
    this.changes += 1
    if (item.operation === 'delete') {
      this.#results[index] = { is: 'done', key: key.key }
      return null
    }
    const change: Record<string, Native> = {}
    const values: Record<string, Native> = copyOf(row.values)
    for (const [name, value] of Object.entries(item.values)) {
      const merged = this.#resource.flat ? value : merge(Object.hasOwn(row.values, name) ? row.values[name] : undefined, value)
      setOwn(change, name, merged)
      setOwn(values, name, this.#rules.asRead(merged))
    }
    this.#pending.set(change, { index, key: key.key, values })
    return change
  }

  #judge(item: WriteItem, row: Row, key: string): WriteResult | undefined {
    if (row.says !== undefined) return refused('files.rows', `Line ${row.line} of the file, which is this record, can't be read: ${row.says}.`)
    if (item.operation === 'create') return { is: 'exists', key }
    if (item.ifVersion !== undefined && item.ifVersion !== hashName(row.raw)) return { is: 'conflict', record: this.#resource.record(key, row) }
    const formula = item.operation === 'update' ? Object.keys(item.values).find((name) => row.formulas?.has(name)) : undefined
    if (formula !== undefined) return refused('files.content', `${formula} is computed by a formula in the file; it can't be written.`, formula)
    if (item.operation === 'delete' && row.formulas) return refused('files.content', `Row ${row.line} of the file has formulas; it can't be taken out without breaking others.`)
    const { key: paths, flat } = this.#resource
    const moved = paths.find((path) => {
      const value = valueAt(item.values, path, flat)
      return value !== undefined && String(value) !== String(valueAt(row.values, path, flat))
    })
    return moved === undefined ? undefined : refused('files.key', `${moved} is the key of the record; it can't be changed.`, moved)
  }

  added(columns: readonly string[] = []): readonly NativeRecord[] {
    const records: NativeRecord[] = []
    for (const [key, index] of this.#open) {
      const item = this.#items[index]!
      if (item.operation !== 'create') {
        this.#results[index] = { is: 'missing' }
        continue
      }
      const record = copyOf(item.values)
      if (keyOfRow({ line: 0, raw: '', values: record }, this.#resource.key, this.#resource.flat).is === 'none') setOwn(record, this.#resource.key[0]!, key)
      const values: Record<string, Native> = {}
      for (const name of columns) setOwn(values, name, null)
      for (const name of Object.keys(record)) setOwn(values, name, this.#rules.asRead(record[name]!))
      this.#pending.set(record, { index, key, values })
      records.push(record)
      this.changes += 1
    }
    this.#open.clear()
    return records
  }

  wrote(values: NativeRecord, raw: string): void {
    const pending = this.#pending.get(values)!
    const record = this.#resource.record(pending.key, { line: 0, raw, values: pending.values })
    this.#results[pending.index] = { is: 'done', key: pending.key, record, ...(record.version === undefined ? {} : { version: record.version }) }
  }

  results(): readonly WriteResult[] {
    return this.#results.map((result) => result ?? { is: 'unsure', says: 'The record was not met.' })
  }
}

const refused = (code: string, says: string, field?: string): WriteResult => (field === undefined ? { is: 'refused', code, says } : { is: 'refused', code, says, field })

function copyOf(record: NativeRecord): Record<string, Native> {
  const copy: Record<string, Native> = {}
  for (const name of Object.keys(record)) setOwn(copy, name, record[name]!)
  return copy
}

const isRecord = (value: Native | undefined): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

/** Objects are merged member by member, everything else is replaced. */
function merge(held: Native | undefined, change: Native): Native {
  if (!isRecord(held) || !isRecord(change)) return change
  const merged = copyOf(held)
  for (const name of Object.keys(change)) setOwn(merged, name, merge(Object.hasOwn(held, name) ? held[name] : undefined, change[name]!))
  return merged
}
