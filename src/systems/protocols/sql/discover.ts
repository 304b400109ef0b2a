/** What there is in a database: tables, views, their keys and columns, with the types of the plan language. */
import type { DiscoveredField, DiscoveredResource } from '../../contract.ts'
import type { Column, Connection, Database, Dialect, Kind, Table } from './dialect.ts'
import { discoveredKey, qualified } from './shape.ts'
import { Writer } from './statements.ts'
import { plainText } from './values.ts'

const EXAMPLES = 3
const EXAMPLE_LENGTH = 40
/** More tables than this are listed without counting and without examples. */
const LOOKED_INTO = 200

/** Never shown, whatever is in it. */
const SECRET = /pass|pwd|secret|token|salt|hash|api_?key|private|iban|card|cvv|ssn|pin$/i

const PLAN_TYPES: Readonly<Record<Kind, string>> = {
  integer: 'integer', decimal: 'decimal', float: 'decimal', boolean: 'boolean', text: 'text', date: 'date', time: 'time',
  datetime: 'datetime', instant: 'datetime', bytes: 'file', json: 'json', uuid: 'text', other: 'text',
}

/** Best first. Only a column that a database or application moves at each change is of use; of created dates there are many. */
const CHANGED: readonly RegExp[] = [
  /^(updated|modified|changed|last_?modified|last_?updated|last_?changed)(_?(at|on|time|ts|date))?$/i,
  /^(write_date|date_?modified|date_?updated|modification_?(date|time)|mtime|lastmod)$/i,
  /(updated|modified|changed)_?(at|on|time)?$/i,
]

function changedColumn(table: Table): string | undefined {
  const times = table.columns.filter((column) => column.kind === 'datetime' || column.kind === 'instant' || (column.kind === 'text' && CHANGED[0]!.test(column.name)))
  for (const pattern of CHANGED) {
    const found = times.find((column) => pattern.test(column.name))
    if (found) return found.name
  }
  return undefined
}

export async function discover(dialect: Dialect, database: Database, schema: string | undefined, signal: AbortSignal): Promise<readonly DiscoveredResource[]> {
  if (!(await database.exists())) return []
  return database.read(async (connection) => {
    const found: DiscoveredResource[] = []
    const tables = await dialect.tables(connection, schema)
    for (const { name } of tables) {
      signal.throwIfAborted()
      const table = await dialect.describe(connection, name, schema)
      if (table) found.push(await lookInto(dialect, connection, table, tables.length <= LOOKED_INTO))
    }
    return found
  }, signal)
}

async function lookInto(dialect: Dialect, connection: Connection, table: Table, deeply: boolean): Promise<DiscoveredResource> {
  const from = qualified(dialect, table)
  const changedAt = changedColumn(table)
  const select = new Writer(dialect).selected(table.columns)
  // A view may be broken or not allowed: it is listed without what can't be seen.
  const rows = deeply && table.columns.length > 0 ? (await connection.query(`SELECT ${select} FROM ${from} LIMIT 20`).catch(() => ({ rows: [] }))).rows : []
  const count = deeply && !table.view ? Number((await connection.query(`SELECT count(*) FROM ${from}`).catch(() => ({ rows: [] }))).rows[0]?.[0] ?? Number.NaN) : Number.NaN
  return {
    name: table.name,
    key: discoveredKey(table),
    fields: table.columns.map((column, i) => field(dialect, table, column, rows.map((row) => row[i]))),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(Number.isNaN(count) ? {} : { count }),
  }
}

function field(dialect: Dialect, table: Table, column: Column, values: readonly unknown[]): DiscoveredField {
  const unique = [table.primary, ...table.uniques].some((names) => names.length === 1 && names[0] === column.name)
  const examples = new Set<string>()
  if (!SECRET.test(column.name) && column.kind !== 'bytes') for (const value of values) {
    const read = dialect.read(value, column)
    if (read === null || read === '' || read instanceof Uint8Array || examples.size >= EXAMPLES) continue
    const text = plainText(read)
    examples.add(text.length > EXAMPLE_LENGTH ? `${text.slice(0, EXAMPLE_LENGTH - 1)}…` : text)
  }
  return {
    path: /^[A-Za-z_][\w-]*$/.test(column.name) ? column.name : `"${column.name}"`,
    type: PLAN_TYPES[column.kind],
    nullable: column.nullable,
    ...(column.length === undefined ? {} : { length: column.length }),
    ...(unique ? { unique } : {}),
    ...(examples.size > 0 ? { examples: [...examples] } : {}),
  }
}
