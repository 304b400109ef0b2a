/** Rows are saved in lots: a call into SQLite costs as much as a row. */
import type { NewcomerRow } from '../rows.ts'
import { oneProvenance, wellFormed } from './cells.ts'
import { times } from './tables.ts'

/** Rows of one statement; with more of them nothing is gained. */
const LOT = 20

type Run = (sql: string, cells: readonly unknown[]) => void

/** `sql`: the statement for so many rows. */
export function saveInLots(run: Run, sql: (rows: number) => string, rows: readonly (readonly unknown[])[]): void {
  const whole = rows.length - (rows.length % LOT)
  if (whole > 0) {
    const text = sql(LOT)
    for (let i = 0; i < whole; i += LOT) run(text, rows.slice(i, i + LOT).flat())
  }
  if (whole === rows.length) return
  const text = sql(1)
  for (let i = whole; i < rows.length; i += 1) run(text, rows[i]!)
}

const LINK = `INSERT INTO link (id, entity, system, resource, key, numericKey, generation, golden, state, origin, seen, hash, version, seenFrom, seenTo, editedAt,
  said, firstRev, altered, agreed, doubt, flips, fixes, missed) VALUES `
const GOLDEN = 'INSERT INTO golden (id, entity, "values", "from", rev, state, established, review, mergedInto, createdAt) VALUES '
const CLAIM = 'INSERT INTO claim (entity, kind, value, link, golden) VALUES '

/** Link, golden record and claims of records that nobody knew. */
export function saveNewcomers(run: Run, rows: readonly NewcomerRow[]): void {
  saveInLots(run, (n) => LINK + times("(?, ?, ?, ?, ?, ?, 0, ?, 'live', 'read', ?, ?, ?, ?, ?, ?, NULL, 1, '{}', 1, '{}', '{}', '{}', 0)", n), rows.map((row) => [
    row.link, row.entity, row.system, row.resource, wellFormed(row.key), row.numericKey ? 1 : 0, row.golden, row.seen, row.hash, row.version, row.seenFrom, row.seenTo, row.editedAt,
  ]))
  saveInLots(run, (n) => GOLDEN + times("(?, ?, ?, ?, 1, 'live', 0, '[]', NULL, ?)", n), rows.map((row) => {
    const rules = Object.keys(row.others).length === 0 ? JSON.stringify(row.rule) : `${JSON.stringify(row.rule)},${JSON.stringify(row.others)}`
    return [row.golden, row.entity, row.values, oneProvenance(row.link, row.editedAt, rules), row.createdAt]
  }))
  const claims = rows.flatMap((row) => row.claims.map(({ kind, value }) => [row.entity, kind, wellFormed(value), row.link, row.golden]))
  saveInLots(run, (n) => CLAIM + times('(?, ?, ?, ?, ?)', n), claims)
}
