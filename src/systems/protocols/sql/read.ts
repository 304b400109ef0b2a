/** Reading a table in pages by its key, or since a time of change; reading by keys and finding by identifiers. */
import { hash } from 'node:crypto'
import { type BrokenRecord, type Native, type NativeRecord, type Page, PlimsollError, type SourceRecord } from '../../contract.ts'
import { canonicalNative, writeJson } from '../../../base/json.ts'
import type { Bound, Column, Connection, Dialect } from './dialect.ts'
import { Refusal } from './errors.ts'
import { readParts } from './parts.ts'
import { boundKey, neededColumn, rowKey, rowValues, type Shape } from './shape.ts'
import { lots, selectAmong, selectPage, type Writer } from './statements.ts'
import { earlier, moment } from './values.ts'

export interface Reader {
  readonly dialect: Dialect
  readonly shape: Shape
  /** Records have versions: somebody may write them back. */
  readonly versions: boolean
  /** Minutes of the system's zone, for times without one. */
  readonly offset: (localMs: number) => number
  readonly now: () => number
  /** Runs one page's statements: with the rate budget, in a snapshot where parts belong to it. */
  readonly page: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>
}

/** Rows without a key, or with a key that is there twice, are reported up to this number; with more the read is not complete. */
const MOST_BROKEN = 1_000
/** Bytes of a broken row that are shown. */
const RAW = 2_000

/**
 * The version is what the row says: an edit within the same second, or by somebody who does not move the time of change,
 * must not look like the same version.
 */
function versionOf(values: NativeRecord): string {
  return hash('sha256', canonicalNative(values), 'base64url').slice(0, 22)
}

function toRecord(reader: Omit<Reader, 'page' | 'now'>, key: string, values: NativeRecord): SourceRecord {
  const { shape } = reader
  const record: { -readonly [K in keyof SourceRecord]: SourceRecord[K] } = { key, values }
  if (reader.versions) record.version = versionOf(values)
  const changed = shape.changedAt && values[shape.names[shape.columns.indexOf(shape.changedAt)]!]
  const editedAt = changed === null || changed === undefined ? undefined : moment(String(changed), reader.offset)
  if (editedAt !== undefined) record.editedAt = editedAt
  return record
}

interface Rows { readonly records: readonly SourceRecord[]; readonly broken: readonly BrokenRecord[] }

async function recordsOf(reader: Omit<Reader, 'page' | 'now'>, connection: Connection, rows: readonly (readonly unknown[])[]): Promise<Rows> {
  const { dialect, shape } = reader
  const broken: BrokenRecord[] = []
  const read: { key: string; values: NativeRecord }[] = []
  const seen = new Map<string, number>()
  if (!shape.unique) for (const row of rows) {
    const key = rowKey(dialect, shape.key, row)
    if (key !== undefined) seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  for (const row of rows) {
    const key = rowKey(dialect, shape.key, row)
    const values = rowValues(dialect, shape.columns, shape.names, row)
    if (key === undefined || (!shape.unique && seen.get(key)! > 1)) {
      const names = shape.key.map((column) => column.name).join(', ')
      const says = key === undefined ? `The row has no value in its key (${names}).` : `${seen.get(key)} rows have the key ${key} (${names}); which one is meant can't be told.`
      broken.push({ place: shape.table.name, ...(key === undefined ? {} : { key }), says, raw: writeJson(values).slice(0, RAW) })
    } else read.push({ key, values })
  }
  if (shape.parts.length === 0 && !reader.versions && !shape.changedAt) return { records: read, broken }
  const whole = shape.parts.length === 0 ? read : await readParts(dialect, connection, shape, read)
  return { records: whole.map(({ key, values }) => toRecord(reader, key, values)), broken }
}

/** Everything, page by page by key. A row that is there the whole time is met once, whatever is inserted or deleted meanwhile. */
export async function* readAll(reader: Reader, pageSize: number): AsyncGenerator<Page> {
  const { dialect, shape } = reader
  // Before the first page: what changes while this read runs is read again by the next one.
  const position = shape.changedAt && (await reader.page((connection) => newest(dialect, connection, shape, shape.changedAt!)))
  let last: readonly Bound[] | undefined
  let complete = true
  for (;;) {
    const requestedAt = reader.now()
    const after = last
    const page = await reader.page(async (connection) => {
      const { text, values } = selectPage(
        dialect, { table: shape.table, columns: shape.columns, order: shape.key, limit: pageSize },
        (writer) => [...present(writer, shape.key), ...(after ? [writer.after(shape.key, after)] : [])],
      )
      const rows = (await connection.query(text, values)).rows
      const full = rows.length === pageSize
      const whole = full && !shape.unique ? await wholeGroup(reader, connection, rows) : { rows, lost: false }
      return { ...(await recordsOf(reader, connection, whole.rows)), full, lost: whole.lost, last: whole.rows.at(-1) }
    })
    complete &&= !page.lost
    if (!page.full) {
      const keyless = shape.key.some((column) => column.nullable) ? await reader.page((connection) => withoutKey(reader, connection)) : { broken: [], all: true }
      yield {
        records: page.records, requestedAt, complete: complete && keyless.all,
        broken: [...page.broken, ...keyless.broken],
        ...(position ? { position } : {}),
      }
      return
    }
    yield { records: page.records, requestedAt, ...(page.broken.length > 0 ? { broken: page.broken } : {}) }
    last = tupleOf(dialect, shape.key, page.last!)
  }
}

/** Where nothing makes keys unique, all rows of a page's last key belong to that page: the next one starts behind them. */
async function wholeGroup(reader: Reader, connection: Connection, rows: readonly (readonly unknown[])[]): Promise<{ rows: readonly (readonly unknown[])[]; lost: boolean }> {
  const { dialect, shape } = reader
  const lastKey = rowKey(dialect, shape.key, rows.at(-1)!)
  const tuple = tupleOf(dialect, shape.key, rows.at(-1)!)
  const { text, values } = selectPage(
    dialect, { table: shape.table, columns: shape.columns, order: [], limit: MOST_BROKEN },
    (writer) => [writer.among(shape.key, [tuple])],
  )
  const group = (await connection.query(text, values)).rows
  return { rows: [...rows.filter((row) => rowKey(dialect, shape.key, row) !== lastKey), ...group], lost: group.length === MOST_BROKEN }
}

async function withoutKey(reader: Reader, connection: Connection): Promise<{ broken: readonly BrokenRecord[]; all: boolean }> {
  const { dialect, shape } = reader
  const { text, values } = selectPage(
    dialect, { table: shape.table, columns: shape.columns, order: [], limit: MOST_BROKEN },
    (writer) => [`(${shape.key.map((column) => `${writer.column(column)} IS NULL`).join(' OR ')})`],
  )
  const rows = (await connection.query(text, values)).rows
  return { broken: (await recordsOf(reader, connection, rows)).broken, all: rows.length < MOST_BROKEN }
}

const present = (writer: Writer, key: readonly Column[]): readonly string[] =>
  key.filter((column) => column.nullable).map((column) => `${writer.column(column)} IS NOT NULL`)

/** A row's first values as bound values: exactly what the database said, so that the next page begins exactly there. */
function tupleOf(dialect: Dialect, columns: readonly Column[], row: readonly unknown[]): readonly Bound[] {
  return columns.map((column, i) => dialect.bind(dialect.read(row[i], column), column))
}

/** Positions say which column they count in: after a change of the plan they must not be taken for another column's. */
interface Position { readonly by: string; readonly at: string }

function parsePosition(since: string, column: Column): string | undefined {
  try {
    const position = JSON.parse(since) as Partial<Position>
    return position.by === column.name && typeof position.at === 'string' ? position.at : undefined
  } catch {
    return undefined
  }
}
const writePosition = (column: Column, at: string): string => JSON.stringify({ by: column.name, at } satisfies Position)

/** What lies behind this time is a mistake of somebody's clock: a position there would skip every later change. */
async function ceiling(dialect: Dialect, connection: Connection, column: Column): Promise<string> {
  const now = String((await connection.query(dialect.utcNow)).rows[0]?.[0])
  // A time without a zone may be written by a clock anywhere on earth.
  return column.kind === 'instant' ? now : earlier(now, -14 * 3_600_000)
}
const isPast = (at: string, limit: string): boolean => !/^\d{4}-/.test(at) || at.slice(0, 19).replace('T', ' ') <= limit.slice(0, Math.min(19, at.length))

async function newest(dialect: Dialect, connection: Connection, shape: Shape, column: Column): Promise<string | undefined> {
  const limit = await ceiling(dialect, connection, column)
  const name = dialect.quote(column.name)
  const look = async (upTo: string | undefined): Promise<Native> => {
    const { text, values } = selectPage(
      dialect, { table: shape.table, columns: [column], order: [column], descending: true, limit: 1 },
      (writer) => [`${name} IS NOT NULL`, ...(upTo === undefined ? [] : [`${dialect.compared(column, name)} <= ${writer.compare(column, dialect.bind(upTo, column))}`])],
    )
    const row = (await connection.query(text, values)).rows[0]
    return row === undefined ? null : dialect.read(row[0], column)
  }
  let found = await look(undefined)
  if (found !== null && !isPast(String(found), limit)) {
    found = await look(String(found).includes('T') ? `${limit.replace(' ', 'T')}${column.kind === 'instant' ? 'Z' : ''}` : limit)
  }
  return found === null ? undefined : writePosition(column, String(found))
}

/**
 * What changed at or after the position, less the overlap. Never "after": rows may share a time, a time may be rounded, and a
 * transaction may commit later than one with a later time. Rows without a time are read each time.
 */
export async function* readSince(reader: Reader, since: string, overlapMs: number, pageSize: number): AsyncGenerator<Page> {
  const { dialect, shape } = reader
  const column = shape.changedAt!
  const at = parsePosition(since, column)
  if (at === undefined) {
    yield* readAll(reader, pageSize)
    return
  }
  const back = earlier(at, overlapMs)
  // SQLite compares times as texts, and in one column there may be `… 10:00` and `…T10:00`; the blank comes first.
  const from = dialect.bind(dialect.name === 'sqlite' ? back.replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ') : back, column)
  const limit = await reader.page((connection) => ceiling(dialect, connection, column))
  const keyAt = shape.key.map((one) => shape.columns.indexOf(one))
  const changedIndex = shape.columns.indexOf(column)
  let position = at
  for (const timed of column.nullable ? [false, true] : [true]) {
    let last: readonly Bound[] | undefined
    for (;;) {
      const requestedAt = reader.now()
      const after = last
      const order = timed ? [column, ...shape.key] : shape.key
      const page = await reader.page(async (connection) => {
        const { text, values } = selectPage(dialect, { table: shape.table, columns: shape.columns, order, limit: pageSize }, (writer) => [
          ...present(writer, shape.key),
          timed ? dialect.atLeast(column, writer.column(column), () => writer.next(from)) : `${writer.column(column)} IS NULL`,
          ...(after ? [writer.after(order, after)] : []),
        ])
        const rows = (await connection.query(text, values)).rows
        return { ...(await recordsOf(reader, connection, rows)), rows }
      })
      const end = page.rows.length < pageSize
      const lastRow = page.rows.at(-1)
      if (lastRow) last = [...(timed ? [dialect.bind(dialect.read(lastRow[changedIndex], column), column)] : []), ...keyAt.map((index, i) => dialect.bind(dialect.read(lastRow[index], shape.key[i]!), shape.key[i]!))]
      if (timed) for (const row of page.rows) {
        const time = String(dialect.read(row[changedIndex], column))
        if (isPast(time, limit)) position = time
      }
      // Until the timed rows begin there is no newer place to start from than the old one.
      yield { records: page.records, requestedAt, position: writePosition(column, position), ...(page.broken.length > 0 ? { broken: page.broken } : {}) }
      if (end) break
    }
  }
}

export async function readByKeys(reader: Omit<Reader, 'page' | 'now'>, connection: Connection, keys: readonly string[], lock = ''): Promise<SourceRecord[]> {
  const { dialect, shape } = reader
  const tuples = [...new Set(keys)].flatMap((key) => {
    const tuple = boundKey(dialect, shape.key, key)
    return tuple ? [tuple] : []
  })
  return readAmong(reader, connection, shape.key, tuples, lock)
}

async function readAmong(
  reader: Omit<Reader, 'page' | 'now'>, connection: Connection, by: readonly Column[], tuples: readonly (readonly Bound[])[], lock: string,
): Promise<SourceRecord[]> {
  const { dialect, shape } = reader
  const found: SourceRecord[] = []
  for (const lot of lots(tuples, by.length, dialect)) {
    const { text, values } = selectAmong(dialect, shape.table, shape.columns, by, lot, lock)
    const { records } = await recordsOf(reader, connection, (await connection.query(text, values)).rows)
    for (const record of records) found.push(record)
  }
  return found
}

export async function findRecords(
  reader: Omit<Reader, 'page' | 'now'>, connection: Connection, paths: readonly string[], values: readonly (readonly Native[])[],
): Promise<SourceRecord[]> {
  const { dialect, shape } = reader
  const by = paths.map((path) => {
    const at = shape.names.indexOf(path)
    return at >= 0 ? shape.columns[at]! : neededColumn(shape.table, path, 'identifier')
  })
  const tuples = values.flatMap((tuple) => {
    if (tuple.length !== by.length) throw new PlimsollError('internal.defect', `${tuple.length} values for ${by.length} paths`)
    if (tuple.includes(null)) return []
    try {
      return [tuple.map((value, i) => dialect.bind(value, by[i]!))]
    } catch (error) {
      // A value that the column can't hold is in no row.
      if (error instanceof Refusal) return []
      throw error
    }
  })
  return readAmong(reader, connection, by, tuples, '')
}
