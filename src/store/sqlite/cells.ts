import { packNative, unpackNative } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { GoldenRow } from '../rows.ts'
import type { Names } from './names.ts'
import type { ColumnKind, Table } from './tables.ts'

/** Rows of a table → parameters in the order of its columns. Compiled once; rows come by the hundred thousand. */
export function encoder(table: Table, names: Names): (row: object) => unknown[] {
  const columns = Object.entries(table.columns)
  return (row) => {
    const cells: unknown[] = []
    for (const [name, kind] of columns) cells.push(cell(kind, (row as Record<string, unknown>)[name], row, names))
    return cells
  }
}

/** Some columns of a row, in this order. */
export const cellsOf = (table: Table, columns: readonly string[], row: object, names: Names): unknown[] =>
  columns.map((name) => cell(table.columns[name]!, (row as Record<string, unknown>)[name], row, names))

/** Members of a row that one number stands for. */
const NAMED = { place: ['system', 'resource', 'entity'], entity: ['entity'], identifier: ['entity', 'kind'] } as const

function cell(kind: ColumnKind, value: unknown, row: object, names: Names): unknown {
  if (kind === 'place' || kind === 'entity' || kind === 'identifier') return names.number(kind, NAMED[kind].map((member) => (row as Record<string, string>)[member]!))
  if (value === undefined || (value === null && kind !== 'value')) return null
  switch (kind) {
    case 'text': return wellFormed(value as string)
    case 'integer':
    case 'boolean': return Number(value)
    case 'native': return packNative(value as Native)
    case 'record': return packRecord(value as NativeRecord, names)
    case 'provenance': return packProvenance(row as Pick<GoldenRow, 'values' | 'from'>)
    case 'json':
    case 'value': return JSON.stringify(value)
  }
}

/** `[shape, value, …]`, or the whole record where its shape has no number. */
function packRecord(record: NativeRecord, names: Names): string {
  const members = Object.keys(record).filter((member) => record[member] !== undefined)
  const shape = names.shape(members)
  return shape === undefined ? packNative(record) : withShape(shape, packNative(members.map((member) => record[member]!)))
}

/** `list`: JSON of the members' values. */
export const withShape = (shape: number, list: string): string => (list === '[]' ? `[${shape}]` : `[${shape},${list.slice(1)}`)

function unpackShaped(text: string, names: Names): NativeRecord {
  const packed = unpackNative(text) as NativeRecord | [number, ...Native[]]
  if (!Array.isArray(packed)) return packed
  return Object.fromEntries(names.names(packed[0]).map((member, i) => [member, packed[i + 1]!]))
}

type From = GoldenRow['from']

/** `[link, time, rule, others]` where every value came from one link at one time, else the whole. */
function packProvenance({ values, from }: Pick<GoldenRow, 'values' | 'from'>): string {
  const fields = Object.keys(from)
  const first = from[fields[0] ?? '']
  if (!first || fields.length !== Object.keys(values).length) return JSON.stringify(from)
  const others: Record<string, string> = {}
  let any = false
  for (const field of fields) {
    const of = from[field]!
    if (of.link !== first.link || of.time !== first.time || !Object.hasOwn(values, field)) return JSON.stringify(from)
    if (of.rule === first.rule) continue
    Object.defineProperty(others, field, { value: of.rule, enumerable: true })
    any = true
  }
  return oneProvenance(first.link, first.time, any ? `${JSON.stringify(first.rule)},${JSON.stringify(others)}` : JSON.stringify(first.rule))
}

/** `rules`: JSON of the rule and, if some fields have another one, of those. */
export const oneProvenance = (link: number, time: number | null, rules: string): string => `[${link},${time},${rules}]`

function unpackProvenance(text: string, values: GoldenRow['values']): From {
  const packed = JSON.parse(text) as From | [number, number | null, string, Readonly<Record<string, string>>?]
  if (!Array.isArray(packed)) return packed
  const [link, time, rule, others = {}] = packed
  return Object.fromEntries(Object.keys(values).map((field) => [field, { link, time, rule: Object.hasOwn(others, field) ? others[field]! : rule }]))
}

/** Cells of these columns, as a statement answers them → the row. Compiled once for each statement. */
export function decoder(table: Table, columns: readonly string[], names: Names): (cells: readonly unknown[]) => object {
  const parts = columns.map((name) => ({ name, kind: table.columns[name], optional: table.optional?.includes(name) === true }))
  return (cells) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < parts.length; i += 1) read(row, parts[i]!, cells[i], names)
    return row
  }
}

function read(row: Record<string, unknown>, { name, kind, optional }: { readonly name: string; readonly kind: ColumnKind | undefined; readonly optional: boolean }, value: unknown, names: Names): void {
  if (value === null) {
    if (!optional) row[name] = kind === 'value' ? undefined : null
    return
  }
  switch (kind) {
    case 'json':
    case 'value':
      // Most of them are empty.
      row[name] = value === '{}' ? {} : JSON.parse(value as string)
      return
    case 'native':
      row[name] = value === '{}' ? {} : unpackNative(value as string)
      return
    case 'record':
      row[name] = unpackShaped(value as string, names)
      return
    case 'provenance':
      // After `values`, in the order of the columns.
      row[name] = unpackProvenance(value as string, row['values'] as GoldenRow['values'])
      return
    case 'boolean':
      row[name] = value === 1
      return
    case 'place':
    case 'entity':
    case 'identifier': {
      const of = names.names(value as number)
      for (const [i, member] of NAMED[kind].entries()) row[member] = of[i]
      return
    }
    default: row[name] = value
  }
}

/** Keys to look for, as one parameter. */
export function list(keys: readonly unknown[]): string {
  return JSON.stringify(keys, (_, key: unknown) => (typeof key === 'string' ? wellFormed(key) : key))
}


/** Text columns hold Unicode: half a surrogate pair is kept, and looked for, as U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}
