import { packNative, unpackNative } from '../../base/json.ts'
import type { Native } from '../../base/numeral.ts'
import type { GoldenRow } from '../rows.ts'
import type { ColumnKind, Table } from './tables.ts'

/** Rows of a table → parameters in the order of its columns. Compiled once; rows come by the hundred thousand. */
export function encoder(table: Table): (row: object) => unknown[] {
  const columns = Object.entries(table.columns)
  return (row) => {
    const cells: unknown[] = []
    for (const [name, kind] of columns) cells.push(cell(kind, (row as Record<string, unknown>)[name], row))
    return cells
  }
}

function cell(kind: ColumnKind, value: unknown, row: object): unknown {
  if (value === undefined || (value === null && kind !== 'value')) return null
  switch (kind) {
    case 'text': return wellFormed(value as string)
    case 'integer':
    case 'boolean': return Number(value)
    case 'native': return packNative(value as Native)
    case 'provenance': return packProvenance(row as Pick<GoldenRow, 'values' | 'from'>)
    case 'json':
    case 'value': return JSON.stringify(value)
  }
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

/** Changes `raw` into the row. */
export function decode<T>(table: Table, raw: Record<string, unknown>): T {
  for (const name in raw) {
    const kind = table.columns[name]
    const value = raw[name]
    if (value === null && table.optional?.includes(name)) delete raw[name]
    else if (kind === 'json') raw[name] = value === null ? null : JSON.parse(value as string)
    else if (kind === 'value') raw[name] = value === null ? undefined : JSON.parse(value as string)
    else if (kind === 'native') raw[name] = value === null ? null : unpackNative(value as string)
    // After `values`, in the order of the columns.
    else if (kind === 'provenance') raw[name] = unpackProvenance(value as string, raw['values'] as GoldenRow['values'])
    else if (kind === 'boolean') raw[name] = value === 1
  }
  return raw as T
}

/** Keys to look for, as one parameter. */
export function list(keys: readonly unknown[]): string {
  return JSON.stringify(keys, (_, key: unknown) => (typeof key === 'string' ? wellFormed(key) : key))
}


/** Text columns hold Unicode: half a surrogate pair is kept, and looked for, as U+FFFD. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed()
}
