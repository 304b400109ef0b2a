/** The statements that are the same for all databases, apart from quoting, placeholders and casts. */
import type { Bound, Column, Dialect, Table } from './dialect.ts'
import { qualified } from './shape.ts'

export interface Statement {
  readonly text: string
  readonly values: readonly Bound[]
}

/** Collects bound values while a text is put together. */
export class Writer {
  readonly values: Bound[] = []
  readonly #dialect: Dialect
  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }
  next(value: Bound): string {
    this.values.push(value)
    return this.#dialect.placeholder(this.values.length)
  }
  compare(column: Column, value: Bound): string {
    return this.#dialect.compare(column, this.next(value))
  }
  assign(column: Column, value: Bound): string {
    return this.#dialect.assign(column, this.next(value))
  }
  column(column: Column): string {
    return this.#dialect.quote(column.name)
  }
  #compared(column: Column): string {
    return this.#dialect.compared(column, this.column(column))
  }
  columns(columns: readonly Column[]): string {
    return columns.map((column) => this.column(column)).join(', ')
  }
  selected(columns: readonly Column[]): string {
    const selected = columns.map((column) => this.#dialect.select(column, this.column(column)))
    // Rows are read by position; the driver of MariaDB refuses results with a column called `__proto__`.
    return (this.#dialect.name === 'mariadb' ? selected.map((one, i) => `${one} AS plimsoll_${i}`) : selected).join(', ')
  }
  /** Rows whose `columns` equal one of `tuples`. */
  among(columns: readonly Column[], tuples: readonly (readonly Bound[])[]): string {
    if (columns.length === 1) return `${this.#compared(columns[0]!)} IN (${tuples.map((tuple) => this.compare(columns[0]!, tuple[0]!)).join(', ')})`
    const rows = tuples.map((tuple) => `(${tuple.map((value, i) => this.compare(columns[i]!, value)).join(', ')})`).join(', ')
    return `(${columns.map((column) => this.#compared(column)).join(', ')}) IN (${this.#dialect.name === 'sqlite' ? `VALUES ${rows}` : rows})`
  }
  /** Rows after `tuple` in the order of `columns`; spelt out, since few databases use an index for `(a, b) > (?, ?)`. */
  after(columns: readonly Column[], tuple: readonly Bound[]): string {
    const [first, ...rest] = columns
    const more = `${this.#compared(first!)} > ${this.compare(first!, tuple[0]!)}`
    if (rest.length === 0) return more
    return `(${more} OR (${this.#compared(first!)} = ${this.compare(first!, tuple[0]!)} AND ${this.after(rest, tuple.slice(1))}))`
  }
}

/** Tuples in lots that fit into one statement. */
export function lots<T>(tuples: readonly T[], width: number, dialect: Dialect): T[][] {
  const size = Math.max(1, Math.floor(dialect.maxValues / Math.max(1, width)))
  const result: T[][] = []
  for (let i = 0; i < tuples.length; i += size) result.push(tuples.slice(i, i + size))
  return result
}

export function selectAmong(
  dialect: Dialect, table: Table, columns: readonly Column[], by: readonly Column[], tuples: readonly (readonly Bound[])[], end = '',
): Statement {
  const writer = new Writer(dialect)
  const text = `SELECT ${writer.selected(columns)} FROM ${qualified(dialect, table)} WHERE ${writer.among(by, tuples)}${end}`
  return { text, values: writer.values }
}

export interface PageOf {
  readonly table: Table
  readonly columns: readonly Column[]
  /** In this order; the condition decides where it begins. */
  readonly order: readonly Column[]
  readonly descending?: boolean
  readonly limit: number
}

export function selectPage(dialect: Dialect, page: PageOf, conditions: (writer: Writer) => readonly string[]): Statement {
  const writer = new Writer(dialect)
  const where = conditions(writer)
  const text = [
    `SELECT ${writer.selected(page.columns)} FROM ${qualified(dialect, page.table)}`,
    where.length > 0 ? `WHERE ${where.join(' AND ')}` : '',
    page.order.length > 0 ? `ORDER BY ${writer.columns(page.order)}${page.descending ? ' DESC' : ''}` : '',
    `LIMIT ${page.limit}`,
  ]
  return { text: text.filter((part) => part !== '').join(' '), values: writer.values }
}

/** One statement for rows that have values for the same columns. */
export function insert(dialect: Dialect, table: Table, columns: readonly Column[], rows: readonly (readonly Bound[])[], returned: readonly Column[]): Statement {
  const writer = new Writer(dialect)
  const into = qualified(dialect, table)
  const returning = returned.length > 0 && dialect.returning ? ` RETURNING ${writer.selected(returned)}` : ''
  if (columns.length === 0) {
    // Nothing is said: a row of defaults. `()` is MySQL's way to say it.
    return { text: `INSERT INTO ${into} ${dialect.name === 'mariadb' ? '() VALUES ()' : 'DEFAULT VALUES'}${returning}`, values: [] }
  }
  const values = rows.map((row) => `(${row.map((value, i) => writer.assign(columns[i]!, value)).join(', ')})`).join(', ')
  return { text: `INSERT INTO ${into} (${writer.columns(columns)}) VALUES ${values}${returning}`, values: writer.values }
}

export function deleteAmong(dialect: Dialect, table: Table, by: readonly Column[], tuples: readonly (readonly Bound[])[]): Statement {
  const writer = new Writer(dialect)
  return { text: `DELETE FROM ${qualified(dialect, table)} WHERE ${writer.among(by, tuples)}`, values: writer.values }
}
