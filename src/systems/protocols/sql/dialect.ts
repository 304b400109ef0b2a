/**
 * What differs between databases, as one interface: names, values, statements and errors. `sqlite.ts`, `postgres.ts` and
 * `mariadb.ts` (also MySQL) implement it; their connections are in `*-database.ts`. All other files of this folder know no database.
 */
import type { Native } from '../../contract.ts'
import type { Failure } from './errors.ts'

export type Kind =
  | 'integer' | 'decimal' | 'float' | 'boolean' | 'text' | 'date' | 'time'
  /** A time without a zone, as written. */
  | 'datetime'
  /** A moment; read as ISO text that ends in `Z`. */
  | 'instant'
  | 'bytes' | 'json' | 'uuid' | 'other'

export interface Column {
  readonly name: string
  readonly kind: Kind
  /** The database's own name of the type, used where a value must be cast. */
  readonly declared: string
  readonly nullable: boolean
  readonly length?: number
  /** The database makes a value when none is given: sequence, auto increment, row id. */
  readonly generated: boolean
  /** Always computed by the database: never written. */
  readonly computed: boolean
}

export interface Table {
  readonly schema?: string
  readonly name: string
  readonly view: boolean
  /** false: a transaction over it can't be rolled back (MyISAM), so each row is written alone. */
  readonly transactional: boolean
  readonly columns: readonly Column[]
  readonly primary: readonly string[]
  /** Unique indexes without the primary key, on plain columns and all rows. */
  readonly uniques: readonly (readonly string[])[]
}

/** What drivers take. A `number` is only for SQLite's columns without a type, where it loses nothing. */
export type Bound = null | string | bigint | number | Uint8Array

export interface Answer {
  readonly rows: readonly (readonly unknown[])[]
  /** Of an insert whose key the database made, where it can't return rows. */
  readonly firstId?: bigint
}

export interface Connection {
  query(text: string, values?: readonly Bound[]): Promise<Answer>
}

/** Open connections to one database. The statements of one `work` use one connection. */
export interface Database {
  read<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Several statements that see the same state. */
  snapshot<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal): Promise<T>
  /** Rolled back when `work` throws; a commit of unknown outcome throws `CommitUnsure`. */
  write<T>(work: (connection: Connection) => Promise<T>, signal: AbortSignal): Promise<T>
  /** There may be nothing yet (a file that will be made by the first write). */
  exists(): Promise<boolean>
  close(): Promise<void>
}

export interface Dialect {
  readonly name: 'sqlite' | 'postgres' | 'mariadb'
  /** Bound values in one statement. */
  readonly maxValues: number
  /** Appended to a select, so that nobody changes the rows before the transaction ends. */
  readonly lock: string
  readonly version: string
  /** Selects the time in UTC as `YYYY-MM-DD hh:mm:ss`. */
  readonly utcNow: string
  /** Does an insert return columns (else only the first id that was made)? Known once a table was described. */
  readonly returning: boolean

  quote(name: string): string
  placeholder(position: number): string
  /** How a column is selected, so that its text is exact. */
  select(column: Column, quoted: string): string
  /** The column's side of a comparison. */
  compared(column: Column, quoted: string): string
  /** A bound value to compare with the column. */
  compare(column: Column, placeholder: string): string
  /** A bound value to store in the column. */
  assign(column: Column, placeholder: string): string
  /** `column >= value` for a time of change, with an index where possible. */
  atLeast(column: Column, quoted: string, placeholder: () => string): string
  read(value: unknown, column: Column): Native
  /** Throws `Refusal` when the column could not hold the value unchanged. */
  bind(value: Native, column: Column): Bound

  /** Sets `columns` of many rows to values of their own, found by `key`. One entry of `rows`: key values, then column values. */
  update(table: Table, key: readonly Column[], columns: readonly Column[], rows: readonly (readonly Bound[])[]): readonly { text: string; values: readonly Bound[] }[]
  savepoint(name: string): readonly [set: string, undo: string]

  tables(connection: Connection, schema: string | undefined): Promise<readonly { name: string; view: boolean }[]>
  describe(connection: Connection, name: string, schema: string | undefined): Promise<Table | undefined>
  /** Column type for a type of the plan; `indexed`: must be allowed in an index. */
  columnType(planType: string, indexed: boolean): string
  readonly generatedKey: string
  readonly tableOptions: string

  failure(error: unknown): Failure
}
