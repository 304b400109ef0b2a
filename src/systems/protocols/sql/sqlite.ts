/** SQLite: its types, texts and errors. Its types are advice only, so the declared one decides how a value is understood. */
import { Numeral, numeral, type Native } from '../../contract.ts'
import { writeJson } from '../../../base/json.ts'
import type { Bound, Column, Dialect, Kind, Table } from './dialect.ts'
import { Refusal, type Failure } from './errors.ts'
import { columnPattern, jsonText, readJson, significantDigits, wrongType } from './values.ts'

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** First match wins. A declared type with TEXT in it keeps the digits as they were written, also when it says DECIMAL. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [/BOOL/, 'boolean'],
  [/DECIMAL|NUMERIC|NUMBER|MONEY/, 'decimal'],
  [/JSON/, 'json'],
  [/DATETIME|TIMESTAMP/, 'datetime'],
  [/^DATE/, 'date'],
  [/^TIME/, 'time'],
  [/UUID/, 'text'],
  [/INT/, 'integer'],
  [/CHAR|CLOB|TEXT/, 'text'],
  [/REAL|FLOA|DOUB/, 'float'],
  [/BLOB|BINARY/, 'bytes'],
]

const keepsText = (column: Column): boolean => /CHAR|CLOB|TEXT/.test(column.declared) && !/INT/.test(column.declared)

export const TABLES = `SELECT name, type = 'view' FROM sqlite_schema
  WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`
export const FIND_TABLE = `SELECT name, type = 'view' FROM sqlite_schema
  WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE ORDER BY name = ? DESC LIMIT 1`
export const COLUMNS = `SELECT name, upper(type), "notnull", pk, hidden FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid`
export const UNIQUE_INDEXES = `SELECT l.name, i.name FROM pragma_index_list(?) AS l, pragma_index_info(l.name) AS i
  WHERE l."unique" = 1 AND l.partial = 0 AND l.origin <> 'pk' ORDER BY l.seq, i.seqno`

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

function bindNumber(text: string, column: Column): Bound {
  if (/^-?\d+$/.test(text)) {
    const whole = BigInt(text)
    if (whole >= INT64.min && whole <= INT64.max && !(keepsText(column) && text !== String(whole))) return keepsText(column) ? text : whole
  }
  if (column.declared === '' && significantDigits(text) <= 15) return Number(text)
  if (keepsText(column) || column.kind === 'bytes' || column.declared === '') return text
  if (column.kind === 'integer') throw new Refusal('range', `${text} is no whole number of 64 bits, which is what column ${column.name} holds.`, column.name)
  if (column.kind !== 'float' && significantDigits(text) > 15) {
    throw new Refusal('precision', `${text} has more than 15 digits; SQLite would round it in column ${column.name}. A column declared TEXT keeps it.`, column.name)
  }
  return text
}

export const sqlite: Dialect = {
  name: 'sqlite',
  maxValues: 30_000,
  lock: '',
  version: 'SELECT sqlite_version()',
  utcNow: `SELECT strftime('%Y-%m-%d %H:%M:%S', 'now')`,
  returning: true,
  quote,
  placeholder: () => '?',
  select: (_column, quoted) => quoted,
  compared: (_column, quoted) => quoted,
  compare: (_column, placeholder) => placeholder,
  assign: (_column, placeholder) => placeholder,
  atLeast: (_column, quoted, placeholder) => `${quoted} >= ${placeholder()}`,

  read(value, column): Native {
    if (value === null || value === undefined) return null
    if (typeof value === 'bigint') {
      if (column.kind === 'boolean' && (value === 0n || value === 1n)) return value === 1n
      return numeral(String(value))
    }
    if (typeof value === 'number') return Number.isFinite(value) ? numeral(String(value)) : String(value)
    if (value instanceof Uint8Array) return new Uint8Array(value)
    const text = String(value)
    if (column.kind === 'decimal') return columnPattern.number.test(text) ? numeral(text) : text
    if (column.kind === 'json') {
      try {
        return readJson(text)
      } catch {
        return text
      }
    }
    return text
  },

  bind(value, column): Bound {
    if (value === null) return null
    if (column.kind === 'json' && !(value instanceof Uint8Array)) return jsonText(value)
    if (typeof value === 'boolean') return keepsText(column) ? String(value) : value ? 1n : 0n
    if (typeof value === 'number' || value instanceof Numeral) return bindNumber(String(value), column)
    if (typeof value === 'string') {
      if (column.kind === 'integer' || column.kind === 'decimal' || column.kind === 'float' || column.kind === 'boolean') {
        if (column.kind === 'decimal' && keepsText(column)) return value
        if (!columnPattern.number.test(value)) throw wrongType(value, column)
        return bindNumber(value, column)
      }
      return value
    }
    if (value instanceof Uint8Array) return value
    return writeJson(value)
  },

  /** One prepared statement, run for each row: without a network between there is nothing to save. */
  update(table, key, columns, rows) {
    const sets = columns.map((column) => `${quote(column.name)} = ?`).join(', ')
    const where = key.map((column) => `${quote(column.name)} = ?`).join(' AND ')
    const text = `UPDATE ${quote(table.name)} SET ${sets} WHERE ${where}`
    return rows.map((row) => ({ text, values: [...row.slice(key.length), ...row.slice(0, key.length)] }))
  },
  savepoint: (name) => [`SAVEPOINT ${name}`, `ROLLBACK TO ${name}`],

  async tables(connection) {
    const { rows } = await connection.query(TABLES)
    return rows.map(([name, view]) => ({ name: String(name), view: Number(view) === 1 }))
  },

  async describe(connection, name): Promise<Table | undefined> {
    const found = (await connection.query(FIND_TABLE, [name, name])).rows[0]
    if (!found) return undefined
    const real = String(found[0])
    const rows = (await connection.query(COLUMNS, [real])).rows
    const keys = rows.filter((row) => Number(row[3]) > 0).toSorted((a, b) => Number(a[3]) - Number(b[3]))
    const rowId = keys.length === 1 && keys[0]![1] === 'INTEGER' ? keys[0]![0] : undefined
    const columns = rows.map((row): Column => {
      const declared = String(row[1])
      const length = /CHAR[^(]*\((\d+)\)/.exec(declared)?.[1]
      return {
        name: String(row[0]),
        declared,
        kind: KINDS.find(([pattern]) => pattern.test(declared))?.[1] ?? 'other',
        // Other than the standard says, SQLite allows empty values in a primary key that is no row id.
        nullable: Number(row[2]) === 0 && row[0] !== rowId,
        generated: row[0] === rowId,
        computed: Number(row[4]) >= 2,
        ...(length === undefined ? {} : { length: Number(length) }),
      }
    })
    const uniques = new Map<string, string[]>()
    for (const [index, column] of (await connection.query(UNIQUE_INDEXES, [real])).rows) {
      uniques.set(String(index), [...(uniques.get(String(index)) ?? []), column === null ? '' : String(column)])
    }
    return {
      name: real,
      view: Number(found[1]) === 1,
      transactional: true,
      columns,
      primary: keys.map((row) => String(row[0])),
      uniques: [...uniques.values()].filter((names) => !names.includes('')),
    }
  },

  columnType: (planType) => SQLITE_TYPES[planType] ?? 'TEXT',
  generatedKey: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  tableOptions: '',

  failure(error): Failure {
    const code = String((error as { code?: unknown }).code ?? '')
    const says = error instanceof Error ? error.message : String(error)
    const columns = [...says.matchAll(/(?:failed: |, )[^.,]+\.([^,]+)/g)].map((match) => match[1]!)
    if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || code === 'SQLITE_CONSTRAINT_ROWID') {
      return { is: 'unique', code: 'unique', says, columns }
    }
    if (code === 'SQLITE_CONSTRAINT_NOTNULL') return { is: 'refused', code: 'required', says, columns }
    if (code === 'SQLITE_CONSTRAINT_DATATYPE') return { is: 'refused', code: 'type', says, columns: /column .*\.(.+)$/.exec(says)?.slice(1, 2) ?? [] }
    if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return { is: 'refused', code: 'reference', says, columns: [] }
    if (code === 'SQLITE_CONSTRAINT_CHECK') return { is: 'refused', code: 'check', says, columns: [] }
    if (code.startsWith('SQLITE_CONSTRAINT')) return { is: 'refused', code: 'rule', says, columns: [] }
    if (code === 'SQLITE_MISMATCH') return { is: 'refused', code: 'type', says, columns: [] }
    if (code === 'SQLITE_TOOBIG') return { is: 'refused', code: 'length', says, columns: [] }
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED') || code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR')) {
      return { is: 'later', says }
    }
    if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM') || code.startsWith('SQLITE_AUTH')) return { is: 'login', says }
    return { is: 'statement', says }
  },
}

/** Decimals are kept as text: SQLite's own numbers round after 15 digits. */
const SQLITE_TYPES: Readonly<Record<string, string>> = {
  integer: 'INTEGER',
  boolean: 'BOOLEAN',
  decimal: 'DECIMAL_TEXT',
  money: 'DECIMAL_TEXT',
  quantity: 'DECIMAL_TEXT',
  json: 'JSON_TEXT',
  list: 'JSON_TEXT',
  group: 'JSON_TEXT',
}
