import { PlimsollError } from '../../contract.ts'
import type { Native, NativeRecord } from '../../contract.ts'
import { setOwn } from './format.ts'
import type { RowsWanted } from './format.ts'

/** The columns of a flat file, and what of them is wanted. */
export interface Columns {
  /** Name by position; '' for a column without one, which nobody can want. */
  readonly names: readonly string[]
  /** Cells that a row must have; columns without a name at the end may be missing. */
  readonly needed: number
  /** Wanted cells: the name to deliver it under, and its position. */
  readonly picked: readonly { readonly name: string; readonly at: number }[]
  /** Where the key is; undefined: the file has none. */
  readonly key: readonly number[] | undefined
  /** The key stands in the first cells: a row with a cell too many or too few has it in its place. */
  readonly keyLeads: boolean
  /** Wanted columns that are not there. */
  readonly missing: readonly string[]
}

export function columnsOf(header: readonly (string | null)[], wanted: RowsWanted, place: string): Columns {
  const names = header.map((name) => (name ?? '').trim())
  const at = new Map<string, number>()
  const doubled = new Set<string>()
  for (const [i, name] of names.entries()) {
    if (name === '') continue
    if (at.has(name)) doubled.add(name)
    else at.set(name, i)
  }
  const wantedNames = wanted.columns === undefined ? [...at.keys()] : [...new Set([...wanted.key, ...wanted.columns])]
  for (const name of doubled) {
    if (!wanted.key.includes(name) && !wanted.columns?.includes(name)) continue
    throw new PlimsollError('files.header', `The column ${JSON.stringify(name)} stands twice in the first row; nobody can say which one is meant.`, { place })
  }
  const absent = wanted.key.filter((name) => !at.has(name))
  if (absent.length > 0) {
    throw new PlimsollError('files.column', `The column ${JSON.stringify(absent[0])}, which is the key, is not in the file. It has ${listed(names)}.`, { place, details: { missing: JSON.stringify(absent) } })
  }
  const key = wanted.key.length === 0 ? undefined : wanted.key.map((name) => at.get(name)!)
  let needed = names.length
  while (needed > 0 && names[needed - 1] === '') needed -= 1
  return {
    names,
    needed,
    picked: wantedNames.filter((name) => at.has(name)).map((name) => ({ name, at: at.get(name)! })),
    key,
    keyLeads: key !== undefined && key.toSorted((a, b) => a - b).every((position, i) => position === i),
    missing: (wanted.columns ?? []).filter((name) => !at.has(name) && !wanted.mayLack.has(name)),
  }
}

export function missingColumns(missing: readonly string[], columns: Columns, place: string): PlimsollError {
  const which = missing.map((name) => JSON.stringify(name)).join(', ')
  return new PlimsollError('files.column', `The plan reads ${which}, which the file does not have. It has ${listed(columns.names)}.`, { place, details: { missing: JSON.stringify(missing) } })
}

const listed = (names: readonly string[]): string => {
  const shown = names.filter((name) => name !== '')
  return shown.length === 0 ? 'no column' : shown.slice(0, 20).map((name) => JSON.stringify(name)).join(', ') + (shown.length > 20 ? ' …' : '')
}

/** Position by name; of a name that stands twice the first, as in reading. */
export const placesOf = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, at) => [name, at] as const).toReversed().filter(([name]) => name !== ''))

export function pickCells(cells: readonly Native[], columns: Columns): NativeRecord {
  const values: Record<string, Native> = {}
  for (const { name, at } of columns.picked) setOwn(values, name, cells[at] ?? null)
  return values
}

/** Of a row that is broken: its key, where that is certain. */
export function certainKey(cells: readonly Native[], columns: Columns): NativeRecord {
  const values: Record<string, Native> = {}
  if (columns.key === undefined || !columns.keyLeads || cells.length < columns.key.length) return values
  for (const at of columns.key) setOwn(values, columns.names[at]!, cells[at] ?? null)
  return values
}
