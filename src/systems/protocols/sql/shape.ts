/** A resource of the plan joined with its real table: which columns are read under which names, and where its parts are. */
import { type Native, type NativeRecord, PlimsollError, type ResourceSpec, keyOf, splitKey } from '../../contract.ts'
import type { Bound, Column, Connection, Dialect, Table } from './dialect.ts'
import { Refusal } from './errors.ts'

export interface Shape {
  readonly table: Table
  readonly key: readonly Column[]
  /** No two rows have the same key, and none has an empty one. */
  readonly unique: boolean
  /** Columns that are selected: key first, then those that are needed. */
  readonly columns: readonly Column[]
  /** Their names in the plan. */
  readonly names: readonly string[]
  readonly changedAt: Column | undefined
  readonly parts: readonly PartShape[]
}
export interface PartShape {
  readonly name: string
  readonly table: Table
  readonly parent: Column
  readonly key: readonly Column[]
  /** Does the key stand in the records of the plan, so that rows can be told from each other? */
  readonly keyed: boolean
  readonly columns: readonly Column[]
}

/** A path of a flat source is the column's name, in quotes where it has other signs. */
export function columnOf(table: Table, path: string): Column | undefined {
  const exact = table.columns.find((column) => column.name === path)
  if (exact) return exact
  const bare = /^"(.*)"$/s.exec(path)?.[1]
  if (bare !== undefined) return columnOf(table, bare)
  const loose = table.columns.filter((column) => column.name.toLowerCase() === path.toLowerCase())
  return loose.length === 1 ? loose[0] : undefined
}

export function neededColumn(table: Table, path: string, what: string): Column {
  const column = columnOf(table, path)
  if (column) return column
  const names = table.columns.map((one) => one.name).slice(0, 12).join(', ')
  throw new PlimsollError('sql.no_column', `Table ${table.name} has no column ${path} (${what}); it has ${names}.`, {
    place: `${table.name}.${path}`, executed: false, details: { missing: JSON.stringify([path]) },
  })
}

const bareName = (path: string): string => /^"(.*)"$/s.exec(path)?.[1] ?? path

export async function loadShape(spec: ResourceSpec, dialect: Dialect, schema: string | undefined, connection: Connection): Promise<Shape | undefined> {
  const table = await findTable(dialect, connection, spec.resource, schema)
  if (!table) return undefined
  const key = keyColumns(table, spec.key)
  const changedAt = spec.changedAt === undefined ? undefined : neededColumn(table, spec.changedAt, 'changed_at')
  const parts: PartShape[] = []
  for (const [name, part] of spec.parts) parts.push(await loadPart(name, part, dialect, schema, connection, key))

  const chosen = new Map<Column, string>()
  for (const column of key) chosen.set(column, column.name)
  const wanted = spec.columns ?? table.columns.map((column) => `"${column.name}"`)
  for (const path of wanted) {
    if (spec.parts.has(path)) continue
    chosen.set(neededColumn(table, path, 'read'), bareName(path))
  }
  if (changedAt && !chosen.has(changedAt)) chosen.set(changedAt, changedAt.name)
  return {
    table, key, changedAt, parts,
    unique: isUnique(table, key),
    columns: [...chosen.keys()],
    names: [...chosen.values()],
  }
}

/** `schema.table` where there is no table with a point in its name. */
async function findTable(dialect: Dialect, connection: Connection, resource: string, schema: string | undefined): Promise<Table | undefined> {
  const found = await dialect.describe(connection, resource, schema)
  const point = resource.indexOf('.')
  if (found || point < 1 || dialect.name === 'sqlite') return found
  return dialect.describe(connection, resource.slice(point + 1), resource.slice(0, point))
}

function isUnique(table: Table, key: readonly Column[]): boolean {
  if (key.some((column) => column.nullable)) return false
  const names = key.map((column) => column.name)
  return [table.primary, ...table.uniques].some((index) => index.length > 0 && index.every((name) => names.includes(name)))
}

function keyColumns(table: Table, paths: readonly string[]): readonly Column[] {
  if (paths.length > 0) return paths.map((path) => neededColumn(table, path, 'key'))
  const found = discoveredKey(table)
  if (found.length === 0) {
    throw new PlimsollError('sql.no_key', `Table ${table.name} has no primary key.`, { place: table.name, executed: false })
  }
  return found.map((name) => neededColumn(table, name, 'key'))
}

/** The primary key, or else the first unique index without empty values. */
export function discoveredKey(table: Table): readonly string[] {
  if (table.primary.length > 0) return table.primary
  return table.uniques.find((names) => names.every((name) => columnOf(table, name)?.nullable === false)) ?? []
}

async function loadPart(
  name: string, part: { readonly resource: string; readonly parent: string; readonly key?: string },
  dialect: Dialect, schema: string | undefined, connection: Connection, parentKey: readonly Column[],
): Promise<PartShape> {
  const table = await findTable(dialect, connection, part.resource, schema)
  if (!table) throw new PlimsollError('sql.no_table', `There is no table ${part.resource} (part ${name}).`, { place: part.resource, executed: false })
  if (parentKey.length !== 1) {
    throw new PlimsollError('sql.no_key', `Part ${name} can't be joined: its parent is identified by ${parentKey.length} columns, a part names one.`, { place: part.resource, executed: false })
  }
  const parent = neededColumn(table, part.parent, `parent of part ${name}`)
  const key = part.key === undefined ? discoveredKey(table).map((one) => neededColumn(table, one, 'key')) : [neededColumn(table, part.key, `key of part ${name}`)]
  return { name, table, parent, key, keyed: key.length > 0, columns: table.columns }
}

export const qualified = (dialect: Dialect, table: Table): string =>
  table.schema === undefined ? dialect.quote(table.name) : `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`

/** `__proto__` is a name like any other. */
export function put(record: Record<string, Native>, name: string, value: Native): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
  else record[name] = value
}

export function rowValues(dialect: Dialect, columns: readonly Column[], names: readonly string[], row: readonly unknown[]): NativeRecord {
  const values: Record<string, Native> = {}
  for (let i = 0; i < columns.length; i += 1) put(values, names[i]!, dialect.read(row[i], columns[i]!))
  return values
}

/** Key text of a row that begins with the key's columns; undefined when one of them is empty. */
export function rowKey(dialect: Dialect, key: readonly Column[], row: readonly unknown[]): string | undefined {
  if (key.length === 1 && typeof row[0] === 'string' && key[0]!.kind === 'text') return row[0]
  const parts: Native[] = []
  for (let i = 0; i < key.length; i += 1) {
    const value = dialect.read(row[i], key[i]!)
    if (value === null) return undefined
    parts.push(value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)
  }
  return keyOf(parts)
}

/** The inverse of `rowKey`; undefined: no row can have this key. */
export function boundKey(dialect: Dialect, key: readonly Column[], text: string): readonly Bound[] | undefined {
  const parts = splitKey(text, key.length)
  if (parts.length !== key.length) return undefined
  try {
    return parts.map((part, i) => dialect.bind(key[i]!.kind === 'bytes' ? new Uint8Array(Buffer.from(part, 'hex')) : part, key[i]!))
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
