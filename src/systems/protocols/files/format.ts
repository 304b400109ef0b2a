/** What the formats have in common: a file is a sequence of rows that can be read, and copied with changes. */
import type { Native, NativeRecord } from '../../contract.ts'
import type { FilesSettings } from './settings.ts'
import type { FileSource } from './source.ts'

/** One record of a file, as it stands there. */
export interface Row {
  /** In the file, from 1. */
  readonly line: number
  readonly raw: string
  /** For a row that can't be read: at most what is certain of it, its key. */
  readonly values: NativeRecord
  /** Why the row can't be read. */
  readonly says?: string
  /** Columns that hold a formula: what they show can be read, not written. */
  readonly formulas?: ReadonlySet<string>
}

export interface RowsWanted {
  /** Columns of the key. */
  readonly key: readonly string[]
  /** Columns to deliver; undefined: all. */
  readonly columns: readonly string[] | undefined
  /** Columns that a target is given when it is written; they need not be there yet. */
  readonly mayLack: ReadonlySet<string>
  readonly signal: AbortSignal
  /** What to call the file in messages. */
  readonly place: string
}

/** Asked once for each row while a file is copied. */
export interface Edit {
  /** undefined: keep it as it is; null: leave it out; else the top-level values to change. */
  row(row: Row): NativeRecord | null | undefined
  /** Records to add at the end; called after the last row. `columns`: of a flat file, all that a record then has. */
  added(columns?: readonly string[]): readonly NativeRecord[]
  /** Called with what `row` or `added` gave (the same object) and the `raw` that the row has from now on. */
  wrote(values: NativeRecord, raw: string): void
}

/** Columns of a file that does not exist yet. */
export interface NewColumn { readonly path: string; readonly type: string }

export interface Format {
  /**
   * Rows in groups, with bounded memory. What is wrong with the file as a whole is thrown after all the rows that could be
   * read: then the list is not complete.
   */
  rows(source: FileSource, settings: FilesSettings, wanted: RowsWanted): AsyncIterable<readonly Row[]>
  /**
   * Writes `to`, a copy of `from` (undefined: a new file) with the changes. Rows that are kept are copied as they stand.
   * `columns` are those that a new file gets, and that are added to one that lacks them.
   * Throws without a result if `from` can't be read to its end: a target that is not understood is not overwritten.
   */
  rewrite(from: FileSource | undefined, to: string, settings: FilesSettings, columns: readonly NewColumn[], wanted: RowsWanted, edit: Edit): Promise<void>
  /** What writing to this file (undefined: a new one) means for single values. */
  valueRules(from: FileSource | undefined, settings: FilesSettings, wanted: RowsWanted): Promise<ValueRules>
}

export interface ValueRules {
  /** Columns that the file has; undefined: any name can be written. */
  readonly columns: ReadonlySet<string> | undefined
  /** Why the file can't hold a value under that name; undefined: it can. */
  refuses(value: Native, name: string): string | undefined
  /** A value as it will be read back after it was written. */
  asRead(value: Native): Native
}

/** Sets a value under any name; `__proto__` becomes an own key like others. */
export function setOwn(record: Record<string, Native>, name: string, value: Native): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
  else record[name] = value
}

/** Longest row that is read; a longer one is set aside and skipped without being held in memory. */
export const MAX_ROW = 4 * 1024 * 1024
