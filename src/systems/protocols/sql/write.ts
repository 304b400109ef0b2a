/**
 * Writing a batch: set-based in one transaction. When the database refuses it, halves are tried until the record that is at
 * fault stands alone, so that one bad record costs a few statements more and its neighbours nothing.
 */
import { type Native, type NativeRecord, Numeral, type SourceRecord, type WriteItem, type WriteResult } from '../../contract.ts'
import type { Connection, Database, Kind } from './dialect.ts'
import { CommitRefused, CommitUnsure, type Failure, Refusal } from './errors.ts'
import { readByKeys, type Reader } from './read.ts'
import { columnOf, put, rowKey } from './shape.ts'
import { selectAmong } from './statements.ts'
import { apply, type Row, toRow } from './write-rows.ts'

export interface WriteContext extends Omit<Reader, 'page'> {
  readonly database: Database
  readonly signal: AbortSignal
  readonly deadline: number
  /** Throws what stops everything: login, wrong statement. */
  readonly stop: (failure: Failure, error: unknown) => never
}

/** The deadline passed, or the work was stopped, before anything was committed. */
class TooLate extends Error {}

export async function writeBatch(context: WriteContext, items: readonly WriteItem[]): Promise<readonly WriteResult[]> {
  const results: (WriteResult | undefined)[] = items.map(() => undefined)
  const rows: Row[] = []
  for (const [index, item] of items.entries()) {
    try {
      rows.push(toRow(context, item, index, item.values))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      results[index] = refused(error)
    }
  }
  // Items of one key must keep their order, which sets would lose.
  const keys = rows.flatMap((row) => (row.item.key === undefined ? [] : [row.item.key]))
  if (new Set(keys).size < keys.length || !context.shape.table.transactional) for (const row of rows) await inOneTransaction(context, [row], results)
  else if (rows.length > 0) await inOneTransaction(context, rows, results)
  return results.map((result) => result ?? { is: 'later', says: 'It was not tried.' })
}

const refused = (error: Refusal): WriteResult =>
  ({ is: 'refused', code: error.code, says: error.message, ...(error.field === undefined ? {} : { field: error.field }) })

async function inOneTransaction(context: WriteContext, rows: readonly Row[], results: (WriteResult | undefined)[]): Promise<void> {
  const found = new Map<number, WriteResult>()
  const late = (says: string): void => {
    for (const row of rows) results[row.index] = { is: 'later', says }
  }
  try {
    inTime(context)
    await context.database.write(async (connection) => {
      found.clear()
      await work(context, connection, rows, found)
      inTime(context)
    }, context.signal)
    for (const [index, result] of found) results[index] = result
  } catch (error) {
    if (error instanceof CommitUnsure) {
      for (const row of rows) {
        const result = found.get(row.index)
        results[row.index] = result && result.is !== 'done' ? result : { is: 'unsure', says: `The connection broke while the transaction was committed: ${error.message}` }
      }
      return
    }
    if (error instanceof TooLate || context.signal.aborted) return late('There was no time left to write it.')
    if (error instanceof CommitRefused) {
      if (rows.length > 1) {
        for (const row of rows) await inOneTransaction(context, [row], results)
      } else results[rows[0]!.index] = { is: 'refused', code: 'rule', says: error.message }
      return
    }
    const failure = context.dialect.failure(error)
    if (failure.is === 'later' || failure.is === 'lost') return late(failure.says)
    if (failure.is === 'login' || failure.is === 'statement') context.stop(failure, error)
    throw error
  }
}

function inTime(context: WriteContext): void {
  if (context.signal.aborted || context.now() >= context.deadline) throw new TooLate('too late')
}

async function work(context: WriteContext, connection: Connection, rows: readonly Row[], results: Map<number, WriteResult>): Promise<void> {
  const existing = rows.filter((row) => row.item.operation !== 'create')
  const before = existing.length === 0 ? new Map<string, SourceRecord>() : await recordsByKey(context, connection, existing.map((row) => row.item.key!), context.dialect.lock)
  const due: Row[] = []
  for (const row of rows) {
    if (row.item.operation === 'create') {
      due.push(row)
      continue
    }
    const record = before.get(row.item.key!)
    if (!record) results.set(row.index, { is: 'missing' })
    else if (row.item.ifVersion !== undefined && row.item.ifVersion !== record.version) results.set(row.index, { is: 'conflict', record })
    else due.push(withMergedJson(context, row, record))
  }
  const keys = new Map<number, string>()
  await isolate(context, connection, due, keys, results)

  const written = due.filter((row) => keys.has(row.index))
  const held = await recordsByKey(context, connection, written.filter((row) => row.item.operation !== 'delete').map((row) => keys.get(row.index)!), '')
  for (const row of written) {
    const key = keys.get(row.index)!
    const record = held.get(key)
    results.set(row.index, { is: 'done', key: record?.key ?? key, ...(record ? { record } : {}), ...(record?.version === undefined ? {} : { version: record.version }) })
  }
}

/** Some databases find `ABC` under `abc`: what was not answered under its own text is asked for alone. */
async function recordsByKey(context: WriteContext, connection: Connection, keys: readonly string[], lock: string): Promise<Map<string, SourceRecord>> {
  const found = new Map<string, SourceRecord>()
  if (keys.length === 0) return found
  const records = await readByKeys(context, connection, keys, lock)
  for (const record of records) found.set(record.key, record)
  const asked = new Set(keys)
  if (records.every((record) => asked.has(record.key))) return found
  for (const key of keys.filter((one) => !found.has(one))) {
    const [record, ...more] = await readByKeys(context, connection, [key], lock)
    if (record && more.length === 0) found.set(key, record)
  }
  return found
}

/** A patch of a JSON column names only the members that change. */
function withMergedJson(context: WriteContext, row: Row, record: SourceRecord): Row {
  if (!row.columns.some((column) => column.kind === 'json')) return row
  const { shape } = context
  const values = { ...row.item.values } as Record<string, Native>
  for (const name of Object.keys(values)) {
    const column = columnOf(shape.table, name)
    if (column?.kind !== 'json') continue
    const held = record.values[shape.names[shape.columns.indexOf(column)] ?? name]
    if (held !== undefined) put(values, name, mergedJson(held, values[name]!))
  }
  return toRow(context, row.item, row.index, values)
}

const isObject = (value: Native): value is NativeRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

function mergedJson(held: Native, change: Native): Native {
  if (!isObject(held) || !isObject(change)) return change
  const merged: Record<string, Native> = {}
  for (const name of Object.keys(held)) put(merged, name, held[name]!)
  for (const name of Object.keys(change)) put(merged, name, Object.hasOwn(held, name) ? mergedJson(held[name]!, change[name]!) : change[name]!)
  return merged
}

async function isolate(context: WriteContext, connection: Connection, rows: readonly Row[], keys: Map<number, string>, results: Map<number, WriteResult>, depth = 0): Promise<void> {
  if (rows.length === 0) return
  const [set, undo] = context.dialect.savepoint(`plimsoll_${depth}`)
  await connection.query(set)
  try {
    for (const [index, key] of await apply(context, connection, rows)) keys.set(index, key)
    return
  } catch (error) {
    const failure = error instanceof Refusal
      ? ({ is: 'refused', code: error.code, says: error.message, columns: error.field === undefined ? [] : [error.field] } as const)
      : context.dialect.failure(error)
    if (failure.is !== 'refused' && failure.is !== 'unique') throw error
    await connection.query(undo)
    if (rows.length === 1) {
      results.set(rows[0]!.index, await refusal(context, connection, rows[0]!, failure))
      return
    }
  }
  const half = Math.ceil(rows.length / 2)
  await isolate(context, connection, rows.slice(0, half), keys, results, depth + 1)
  await isolate(context, connection, rows.slice(half), keys, results, depth + 1)
}

async function refusal(context: WriteContext, connection: Connection, row: Row, failure: Failure & { is: 'refused' | 'unique' }): Promise<WriteResult> {
  if (failure.is === 'unique' && row.item.operation === 'create') {
    const key = await whoHasIt(context, connection, row, failure.columns)
    if (key !== undefined) return { is: 'exists', key }
  }
  const columns = failure.columns.length > 0 ? failure.columns : guilty(row, failure.code)
  return { is: 'refused', code: failure.code, says: failure.says, ...(columns.length > 0 ? { field: columns.join(', ') } : {}) }
}

const SUSPECTS: Readonly<Record<string, readonly Kind[]>> = {
  range: ['integer', 'decimal', 'float'],
  type: ['date', 'time', 'datetime', 'instant', 'uuid', 'json', 'other'],
}

/** PostgreSQL does not say which column a value does not fit: it is the only one that it can be. */
function guilty(row: Row, code: string): readonly string[] {
  const found = row.columns.filter((column, i) => {
    const value = row.values[i]
    if (value === null) return false
    if (code !== 'length') return SUSPECTS[code]?.includes(column.kind)
    return column.length !== undefined && typeof value === 'string' && [...value.trimEnd()].length > column.length
  })
  return found.length === 1 ? [found[0]!.name] : []
}

/** Key of the row that already has the values of a unique index. */
async function whoHasIt(context: WriteContext, connection: Connection, row: Row, columns: readonly string[]): Promise<string | undefined> {
  const { dialect, shape } = context
  const { table } = shape
  const indexes = [table.primary, ...table.uniques].filter((names) => names.length > 0)
  const named = indexes.filter((names) => columns.length > 0 && names.length === columns.length && names.every((name) => columns.includes(name)))
  for (const names of [...named, ...indexes]) {
    const by = names.map((name) => columnOf(table, name)!)
    const tuple = by.map((column) => row.values[row.columns.indexOf(column)] ?? null)
    if (tuple.includes(null)) continue
    const { text, values } = selectAmong(dialect, table, shape.key, by, [tuple])
    const found = (await connection.query(text, values)).rows[0]
    const key = found && rowKey(dialect, shape.key, found)
    if (key !== undefined) return key
  }
  return undefined
}
