/** Writing child tables: the list that the plan has becomes the rows that the parent has, with as few changes as possible. */
import { type Native, type NativeRecord, keyOf } from '../../contract.ts'
import { Numeral } from '../../contract.ts'
import { canonicalNative } from '../../../base/json.ts'
import type { Bound, Column, Connection, Dialect } from './dialect.ts'
import { Refusal } from './errors.ts'
import { rowsOf } from './parts.ts'
import { boundKey, columnOf, type PartShape, type Shape } from './shape.ts'
import { deleteAmong, insert, lots } from './statements.ts'

export interface PartWrite {
  readonly part: PartShape
  readonly rows: Native
}

interface Child {
  readonly columns: readonly Column[]
  readonly values: readonly Bound[]
}

/** In which the key of a child stands when its parent is known. */
const ownKey = (part: PartShape): readonly Column[] => part.key.filter((column) => column !== part.parent)

export async function writeParts(
  dialect: Dialect, connection: Connection, shape: Shape, records: readonly { readonly key: string; readonly parts: readonly PartWrite[] }[],
): Promise<void> {
  for (const part of shape.parts) {
    const due = records.flatMap((record) => {
      const write = record.parts.find((one) => one.part === part)
      return write ? [{ parent: parentOf(dialect, part, record.key), children: childrenOf(dialect, part, write.rows) }] : []
    })
    if (due.length > 0) await writePart(dialect, connection, part, due)
  }
}

export async function deleteParts(dialect: Dialect, connection: Connection, shape: Shape, keys: readonly string[]): Promise<void> {
  for (const part of shape.parts) {
    const parents = keys.map((key) => [parentOf(dialect, part, key)])
    for (const lot of lots(parents, 1, dialect)) {
      const { text, values } = deleteAmong(dialect, part.table, [part.parent], lot)
      await connection.query(text, values)
    }
  }
}

function parentOf(dialect: Dialect, part: PartShape, key: string): Bound {
  const bound = boundKey(dialect, [part.parent], key)
  if (!bound) throw new Refusal('type', `The key ${key} does not fit column ${part.parent.name} of table ${part.table.name}.`, part.name)
  return bound[0]!
}

function childrenOf(dialect: Dialect, part: PartShape, rows: Native): Child[] {
  if (rows === null) return []
  if (!Array.isArray(rows)) throw new Refusal('type', `${part.name} is no list.`, part.name)
  return rows.map((row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row) || row instanceof Numeral || row instanceof Uint8Array) {
      throw new Refusal('type', `An item of ${part.name} is no group of fields.`, part.name)
    }
    const columns: Column[] = []
    const values: Bound[] = []
    for (const name of Object.keys(row)) {
      const column = columnOf(part.table, name)
      if (!column) throw new Refusal('unknown_field', `Table ${part.table.name} has no column ${name}.`, `${part.name}.${name}`)
      if (column === part.parent || column.computed) continue
      const value = dialect.bind((row as NativeRecord)[name]!, column)
      if (value === null && column.generated) continue
      columns.push(column)
      values.push(value)
    }
    return { columns, values }
  })
}

async function writePart(dialect: Dialect, connection: Connection, part: PartShape, due: readonly { parent: Bound; children: readonly Child[] }[]): Promise<void> {
  const held = await rowsOf(dialect, connection, part, due.map((one) => one.parent))
  const identity = [part.parent, ...ownKey(part)]
  const remove: (readonly Bound[])[] = []
  const change: { columns: readonly Column[]; row: readonly Bound[] }[] = []
  const add: { columns: readonly Column[]; row: readonly Bound[] }[] = []
  for (const { parent, children } of due) {
    const rows = held.get(String(dialect.read(parent, part.parent))) ?? []
    const pairs = part.key.length > 0 ? pair(dialect, part, rows, children) : { kept: [], gone: rows, fresh: children }
    if (part.key.length === 0 && rows.length > 0) remove.push([parent])
    else for (const row of pairs.gone) remove.push([parent, ...ownKey(part).map((column) => bound(dialect, part, row, column))])
    for (const { row, child } of pairs.kept) {
      const differs = child.columns.flatMap((column, i) => (sameValue(dialect, part, row, column, child.values[i]!) ? [] : [i]))
      if (differs.length === 0) continue
      change.push({
        columns: differs.map((i) => child.columns[i]!),
        row: [parent, ...ownKey(part).map((column) => bound(dialect, part, row, column)), ...differs.map((i) => child.values[i]!)],
      })
    }
    for (const child of pairs.fresh) add.push({ columns: [part.parent, ...child.columns], row: [parent, ...child.values] })
  }
  // Deletes first: a new line may have the number of an old one.
  for (const lot of lots(remove, identity.length, dialect)) {
    const { text, values } = deleteAmong(dialect, part.table, part.key.length > 0 ? identity : [part.parent], lot)
    await connection.query(text, values)
  }
  for (const group of grouped(change)) {
    for (const { text, values } of dialect.update(part.table, identity, group[0]!.columns, group.map((one) => one.row))) await connection.query(text, values)
  }
  for (const group of grouped(add)) {
    for (const lot of lots(group.map((one) => one.row), group[0]!.columns.length, dialect)) {
      const { text, values } = insert(dialect, part.table, group[0]!.columns, lot, [])
      await connection.query(text, values)
    }
  }
}

interface Pairs {
  readonly kept: readonly { readonly row: readonly unknown[]; readonly child: Child }[]
  readonly gone: readonly (readonly unknown[])[]
  readonly fresh: readonly Child[]
}

/** Items with a key belong to the row that has it. Items without one to a row that says the same, then to any row that is left. */
function pair(dialect: Dialect, part: PartShape, rows: readonly (readonly unknown[])[], children: readonly Child[]): Pairs {
  const left = new Map(rows.map((row) => [keyOf(ownKey(part).map((column) => dialect.read(row[part.columns.indexOf(column)], column))), row]))
  const kept: { row: readonly unknown[]; child: Child }[] = []
  const fresh: Child[] = []
  const unnamed: Child[] = []
  for (const child of children) {
    if (!ownKey(part).every((column) => child.columns.includes(column))) {
      unnamed.push(child)
      continue
    }
    const key = keyOf(ownKey(part).map((column) => dialect.read(child.values[child.columns.indexOf(column)], column)))
    const row = left.get(key)
    if (row) kept.push({ row, child })
    else fresh.push(child)
    left.delete(key)
  }
  const changed: Child[] = []
  for (const child of unnamed) {
    const same = [...left].find(([, row]) => child.columns.every((column, i) => sameValue(dialect, part, row, column, child.values[i]!)))
    if (same) left.delete(same[0])
    else changed.push(child)
  }
  for (const child of changed) {
    const next = [...left][0]
    if (next) {
      left.delete(next[0])
      kept.push({ row: next[1], child })
    } else fresh.push(child)
  }
  return { kept, gone: [...left.values()], fresh }
}

const bound = (dialect: Dialect, part: PartShape, row: readonly unknown[], column: Column): Bound =>
  dialect.bind(dialect.read(row[part.columns.indexOf(column)], column), column)

const sameValue = (dialect: Dialect, part: PartShape, row: readonly unknown[], column: Column, value: Bound): boolean =>
  canonicalNative(dialect.read(row[part.columns.indexOf(column)], column)) === canonicalNative(dialect.read(value, column))

function grouped<T extends { readonly columns: readonly Column[] }>(rows: readonly T[]): T[][] {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const signature = JSON.stringify(row.columns.map((column) => column.name))
    groups.set(signature, [...(groups.get(signature) ?? []), row])
  }
  return [...groups.values()]
}
