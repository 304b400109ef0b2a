/** Rows are saved in lots: a call into SQLite costs as much as a row. */
import type { NewcomerRow } from '../rows.ts'
import { packNative, unpackNative } from '../../base/json.ts'
import type { Native } from '../../base/numeral.ts'
import { oneProvenance, wellFormed, withShape } from './cells.ts'
import type { Names } from './names.ts'
import { times } from './tables.ts'

/** Rows of one statement; with more of them nothing is gained. */
const LOT = 20

type Run = (sql: string, cells: readonly unknown[]) => void

/** `sql`: the statement for so many rows. */
export function saveInLots<T>(run: Run, sql: (rows: number) => string, rows: readonly T[], cellsOf: (row: T, add: (...cells: readonly unknown[]) => unknown) => unknown): void {
  const whole = rows.length - (rows.length % LOT)
  let cells: unknown[] = []
  const add = (...more: readonly unknown[]): unknown => cells.push(...more)
  let text = whole > 0 ? sql(LOT) : sql(1)
  for (let i = 0; i < rows.length; i += 1) {
    if (i === whole && whole > 0) text = sql(1)
    cellsOf(rows[i]!, add)
    if (i >= whole || i % LOT === LOT - 1) {
      run(text, cells)
      cells = []
    }
  }
}

const LINK = `INSERT INTO link (id, place, key, numericKey, generation, golden, state, origin, seen, hash, version, seenFrom, seenTo, editedAt,
  said, firstRev, altered, agreed, doubt, flips, fixes, missed) VALUES `
const GOLDEN = 'INSERT INTO golden (id, entity, "values", "from", rev, state, established, review, mergedInto, createdAt) VALUES '
const CLAIM = 'INSERT INTO claim (identifier, value, link) VALUES '

const rulesOf = ({ rule, others }: NewcomerRow): string => (Object.keys(others).length === 0 ? JSON.stringify(rule) : `${JSON.stringify(rule)},${JSON.stringify(others)}`)

/** Link, golden record and claims of records that nobody knew. */
export function saveNewcomers(run: Run, rows: readonly NewcomerRow[], names: Names): void {
  const record = packer(names)
  saveInLots(run, (n) => LINK + times("(?, ?, ?, ?, 0, ?, 'live', 'read', ?, ?, ?, ?, ?, ?, NULL, 1, '{}', 1, '{}', '{}', '{}', 0)", n), rows, (row, add) => add(
    row.link, names.number('place', [row.system, row.resource, row.entity]), wellFormed(row.key), row.numericKey ? 1 : 0, row.golden, record(row.seenNames, row.seen), row.hash, row.version,
    row.seenFrom, row.seenTo, row.editedAt,
  ))
  saveInLots(run, (n) => GOLDEN + times("(?, ?, ?, ?, 1, 'live', 0, '[]', NULL, ?)", n), rows, (row, add) =>
    add(row.golden, names.number('entity', [row.entity]), record(row.valueNames, row.values), oneProvenance(row.link, row.editedAt, rulesOf(row)), row.createdAt))
  const claims: { readonly row: NewcomerRow; readonly kind: string; readonly value: string }[] = []
  for (const row of rows) for (const { kind, value } of row.claims) claims.push({ row, kind, value })
  saveInLots(run, (n) => CLAIM + times('(?, ?, ?)', n), claims, ({ row, kind, value }, add) => add(names.number('identifier', [row.entity, kind]), wellFormed(value), row.link))
}

/** Newcomers that come together mostly share the list of their names, which then is looked up once. */
function packer(names: Names): (members: readonly string[], list: string) => string {
  let last: readonly string[] | undefined
  let shape: number | undefined
  return (members, list) => {
    if (members !== last) {
      last = members
      shape = names.shape(members)
    }
    return shape === undefined ? packNative(Object.fromEntries(members.map((member, i) => [member, (unpackNative(list) as Native[])[i]!]))) : withShape(shape, list)
  }
}
