/** Rows of a batch as sets: one statement for all that are deleted, changed or inserted in the same columns. */
import { keyOf, type NativeRecord, SWALLOWED, type WriteItem } from '../../contract.ts'
import type { Bound, Column, Connection, Dialect, Table } from './dialect.ts'
import { Refusal } from './errors.ts'
import { deleteParts, type PartWrite, writeParts } from './parts-write.ts'
import { boundKey, columnOf, rowKey, type Shape } from './shape.ts'
import { deleteAmong, insert, lots } from './statements.ts'

interface Target {
  readonly dialect: Dialect
  readonly shape: Shape
}

/** One item in the database's terms. */
export interface Row {
  readonly index: number
  readonly item: WriteItem
  readonly key: readonly Bound[] | undefined
  readonly columns: readonly Column[]
  readonly values: readonly Bound[]
  readonly parts: readonly PartWrite[]
}

export function toRow(context: Target, item: WriteItem, index: number, given: NativeRecord): Row {
  const { dialect, shape } = context
  const columns: Column[] = []
  const values: Bound[] = []
  const parts: PartWrite[] = []
  const key = item.key === undefined ? undefined : boundKey(dialect, shape.key, item.key)
  if (item.key !== undefined && key === undefined && item.operation === 'create') {
    throw new Refusal('type', `The key ${item.key} does not fit the key of table ${shape.table.name}.`, shape.key[0]?.name)
  }
  if (item.operation !== 'delete') for (const name of Object.keys(given)) {
    const part = shape.parts.find((one) => one.name === name)
    if (part) {
      parts.push({ part, rows: given[name]! })
      continue
    }
    const column = shape.columns[shape.names.indexOf(name)] ?? columnOf(shape.table, name)
    if (!column) throw new Refusal('unknown_field', `Table ${shape.table.name} has no column ${name}.`, name)
    if (column.computed) throw new Refusal('read_only', `Column ${column.name} is computed by the database and can't be written.`, name)
    const value = dialect.bind(given[name]!, column)
    // A key that the database makes is left to it.
    if (item.operation === 'create' && value === null && column.generated && shape.key.includes(column)) continue
    columns.push(column)
    values.push(value)
  }
  if (item.operation === 'create' && key) for (const [i, column] of shape.key.entries()) {
    if (columns.includes(column)) continue
    columns.push(column)
    values.push(key[i]!)
  }
  return { index, item, key, columns, values, parts }
}

/** Writes rows and says under which keys; throws what the database throws. */
export async function apply(context: Target, connection: Connection, rows: readonly Row[]): Promise<Map<number, string>> {
  const { dialect, shape } = context
  const keys = new Map<number, string>()
  const of = (operation: WriteItem['operation']): Row[] => rows.filter((row) => row.item.operation === operation)

  const deletes = of('delete')
  if (deletes.length > 0) {
    const records = deletes.map((row) => ({ key: row.item.key!, tuple: row.key! }))
    await deleteParts(dialect, connection, shape, records.map((record) => record.key))
    for (const lot of lots(records.map((record) => record.tuple), shape.key.length, dialect)) {
      const { text, values } = deleteAmong(dialect, shape.table, shape.key, lot)
      await connection.query(text, values)
    }
    for (const row of deletes) keys.set(row.index, row.item.key!)
  }

  for (const group of sameColumns(of('update'))) {
    const columns = group[0]!.columns
    if (columns.length > 0) {
      for (const { text, values } of dialect.update(shape.table, shape.key, columns, group.map((row) => [...row.key!, ...row.values]))) {
        await connection.query(text, values)
      }
    }
    for (const row of group) keys.set(row.index, changedKey(dialect, shape, row))
  }

  for (const group of sameColumns(of('create'))) {
    const made = await insertRows(dialect, connection, shape.table, shape.key, group[0]!.columns, group.map((row) => row.values))
    for (const [i, row] of group.entries()) keys.set(row.index, made[i]!)
  }

  await writeParts(dialect, connection, shape, rows.filter((row) => row.parts.length > 0).map((row) => ({ key: keys.get(row.index)!, parts: row.parts })))
  return keys
}

function sameColumns(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const signature = JSON.stringify(row.columns.map((column) => column.name))
    const group = groups.get(signature)
    if (group) group.push(row)
    else groups.set(signature, [row])
  }
  return [...groups.values()]
}

/** An update may change the key itself. */
function changedKey(dialect: Dialect, shape: Shape, row: Row): string {
  if (!shape.key.some((column) => row.columns.includes(column))) return row.item.key!
  return keyText(dialect, shape.key, shape.key.map((column, i) => (row.columns.includes(column) ? row.values[row.columns.indexOf(column)]! : row.key![i]!)))
}

/** Text of a key that is bound, not read: in the form in which it would be read. */
function keyText(dialect: Dialect, key: readonly Column[], bound: readonly Bound[]): string {
  return keyOf(bound.map((value, i) => {
    const column = key[i]!
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
    return column.kind === 'instant' ? value === null ? null : String(value) : dialect.read(value, column)
  }))
}

/** MySQL only tells numbers that it counted itself. */
const idOf = (key: readonly Column[], id: bigint | undefined): string[] =>
  key.length === 1 && key[0]!.kind === 'integer' && id !== undefined && id > 0n ? [String(id)] : []

/** Inserts rows; keys in their order. */
async function insertRows(
  dialect: Dialect, connection: Connection, table: Table, key: readonly Column[], columns: readonly Column[], rows: readonly (readonly Bound[])[],
): Promise<string[]> {
  const given = key.every((column) => columns.includes(column))
  if (given) {
    // SQLite would take a row without a key, and nobody could read it.
    if (rows.some((row) => key.some((column) => row[columns.indexOf(column)] === null))) {
      throw new Refusal('required', `A row of table ${table.name} needs its key (${key.map((column) => column.name).join(', ')}).`, key[0]!.name)
    }
    for (const lot of lots(rows, columns.length, dialect)) {
      const { text, values } = insert(dialect, table, columns, lot, [])
      await connection.query(text, values)
    }
    return rows.map((row) => keyText(dialect, key, key.map((column) => row[columns.indexOf(column)]!)))
  }
  // Databases do not promise to return rows in the order in which they were given, but sequences rise in that order.
  const rising = key.length === 1 && key[0]!.generated && key[0]!.kind === 'integer' && columns.length > 0 && dialect.name !== 'sqlite' && dialect.returning
  const keys: string[] = []
  const single = rising ? undefined : insert(dialect, table, columns, [rows[0]!], key)
  for (const lot of rising ? lots(rows, columns.length, dialect) : rows.map((row) => [row])) {
    const { text, values } = single ? { text: single.text, values: lot[0]! } : insert(dialect, table, columns, lot, key)
    const answer = await connection.query(text, values)
    const made = dialect.returning ? answer.rows.flatMap((row) => rowKey(dialect, key, row) ?? []) : idOf(key, answer.firstId)
    if (dialect.returning && answer.rows.length < lot.length) throw new Refusal(SWALLOWED, `Table ${table.name} took the row without an error and does not hold it; a trigger or a rule of the database drops it.`)
    if (made.length !== lot.length) {
      throw new Refusal('required', `Table ${table.name} did not say under which key (${key.map((column) => column.name).join(', ')}) it holds the row.`, key[0]!.name)
    }
    if (lot.length > 1) made.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))
    keys.push(...made)
  }
  return keys
}
