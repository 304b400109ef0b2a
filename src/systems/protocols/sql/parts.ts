/** Child tables: rows that belong to a record and stand in it as a list. */
import type { Native, NativeRecord } from '../../contract.ts'
import type { Bound, Connection, Dialect } from './dialect.ts'
import { Refusal } from './errors.ts'
import { type PartShape, put, type Shape } from './shape.ts'
import { lots, selectAmong } from './statements.ts'

/** One statement per part, not per record. */
export async function readParts(
  dialect: Dialect, connection: Connection, shape: Shape, records: readonly { key: string; values: NativeRecord }[],
): Promise<{ key: string; values: NativeRecord }[]> {
  const whole = records.map(({ key, values }) => ({ key, values: { ...values } as Record<string, Native> }))
  for (const part of shape.parts) {
    const parents = records.map(({ values }) => parentValue(dialect, shape, part, values))
    const children = await rowsOf(dialect, connection, part, parents)
    for (const [i, record] of whole.entries()) {
      put(record.values, part.name, (children.get(matchKey(dialect, part, parents[i]!)) ?? []).map((row) => partValues(dialect, part, row)))
    }
  }
  return whole
}

const keyValue = (shape: Shape, values: NativeRecord): Native => values[shape.names[shape.columns.indexOf(shape.key[0]!)]!]!

function parentValue(dialect: Dialect, shape: Shape, part: PartShape, values: NativeRecord): Bound {
  const value = keyValue(shape, values)
  try {
    return dialect.bind(part.parent.kind === 'text' && typeof value === 'number' ? String(value) : value, part.parent)
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

/** Parent and child may hold the same key in different types, so they are compared as text. */
const matchKey = (dialect: Dialect, part: PartShape, value: Bound): string => String(dialect.read(value, part.parent))

/** Rows (in the order of the part's columns) by text of the parent's key, sorted by their own key. */
export async function rowsOf(dialect: Dialect, connection: Connection, part: PartShape, parents: readonly Bound[]): Promise<Map<string, (readonly unknown[])[]>> {
  const found = new Map<string, (readonly unknown[])[]>()
  const parentAt = part.columns.indexOf(part.parent)
  const order = part.key.length > 0 ? ` ORDER BY ${part.key.map((column) => dialect.quote(column.name)).join(', ')}` : ''
  const tuples = parents.filter((value) => value !== null).map((value) => [value])
  for (const lot of lots(tuples, 1, dialect)) {
    const { text, values } = selectAmong(dialect, part.table, part.columns, [part.parent], lot, order)
    for (const row of (await connection.query(text, values)).rows) {
      const parent = String(dialect.read(row[parentAt], part.parent))
      const list = found.get(parent)
      if (list) list.push(row)
      else found.set(parent, [row])
    }
  }
  return found
}

function partValues(dialect: Dialect, part: PartShape, row: readonly unknown[]): NativeRecord {
  const values: Record<string, Native> = {}
  for (const [i, column] of part.columns.entries()) {
    if (column !== part.parent) put(values, column.name, dialect.read(row[i], column))
  }
  return values
}
