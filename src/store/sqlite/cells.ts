import { packNative, unpackNative } from '../../base/json.ts'
import type { Native } from '../../base/numeral.ts'
import type { Table } from './tables.ts'

/** A row in the order of its table's columns. */
export function encode(table: Table, row: object): unknown[] {
  return Object.entries(table.columns).map(([name, kind]) => {
    const value = (row as Record<string, unknown>)[name]
    if (value === undefined || (value === null && kind !== 'value')) return null
    if (kind === 'text') return wellFormed(value as string)
    if (kind === 'json' || kind === 'value') return JSON.stringify(value)
    if (kind === 'native') return packNative(value as Native)
    return Number(value)
  })
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
    else if (kind === 'boolean') raw[name] = value === 1
  }
  return raw as T
}

/** Keys to look for, as one parameter. */
export function list(keys: readonly unknown[]): string {
  return JSON.stringify(keys, (_, key: unknown) => (typeof key === 'string' ? wellFormed(key) : key))
}

const SURROGATE = /[\ud800-\udfff]/

/** Text columns hold Unicode: half a surrogate pair is kept, and looked for, as U+FFFD. */
function wellFormed(text: string): string {
  return SURROGATE.test(text) ? Buffer.from(text).toString() : text
}
