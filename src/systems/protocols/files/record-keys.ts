import { keyOf, Numeral } from '../../contract.ts'
import type { Native, NativeRecord, ResourceSpec } from '../../contract.ts'
import { hashName } from './hash.ts'
import type { Row } from './format.ts'

/** Where the value at a path of the plan is: flat files have columns, whose name is the whole path. */
export function valueAt(values: NativeRecord, path: string, flat: boolean): Native | undefined {
  if (Object.hasOwn(values, path)) return values[path]
  if (flat) return undefined
  let at: Native | undefined = values
  for (const step of stepsOf(path)) {
    if (at === null || typeof at !== 'object' || at instanceof Numeral || at instanceof Uint8Array) return undefined
    if (!Object.hasOwn(at, step)) return undefined
    at = (at as NativeRecord)[step]
  }
  return at
}

/** `a.b."c d"` → its steps. */
export function stepsOf(path: string): string[] {
  return (path.match(/"(?:[^"]|"")*"|[^.]+/g) ?? []).map((step) => (step.startsWith('"') ? step.slice(1, -1).replaceAll('""', '"') : step))
}

/** The columns of a resource's key: as the plan says, else its first identifier; empty: rows have none. */
export const keyPaths = (spec: ResourceSpec): readonly string[] => (spec.key.length > 0 ? spec.key : (spec.identifiers[0] ?? []))

export type RowKey = { readonly is: 'key'; readonly key: string } | { readonly is: 'none'; readonly says: string }

export function keyOfRow(row: Row, paths: readonly string[], flat: boolean): RowKey {
  if (paths.length === 0) return row.says === undefined ? { is: 'key', key: hashName(row.raw) } : { is: 'none', says: row.says }
  const parts: Native[] = []
  for (const path of paths) {
    const value = valueAt(row.values, path, flat)
    if (value === undefined || value === null || value === '') return { is: 'none', says: `its key ${JSON.stringify(path)} is empty` }
    if (typeof value === 'object' && !(value instanceof Numeral)) return { is: 'none', says: `its key ${JSON.stringify(path)} is no single value` }
    parts.push(value)
  }
  return { is: 'key', key: keyOf(parts) }
}
