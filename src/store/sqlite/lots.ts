/** Rows are saved in lots: a call into SQLite costs as much as a row. */
import type { DueRow, NewcomerRows, PackedRow } from '../rows.ts'
import { packNative, unpackRecord } from '../../base/json.ts'
import { oneProvenance, wellFormed, withShape } from './cells.ts'
import type { Names } from './names.ts'
import { times } from './tables.ts'

/** Rows of one statement; with more of them nothing is gained. */
const LOT = 40

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

// FAIL: without it a statement of many rows keeps a journal of its own, in case that one of them is refused. Here the whole transaction then ends.
const LINK = `INSERT OR FAIL INTO link (id, place, key, numericKey, generation, golden, state, origin, seen, hash, version, seenFrom, seenTo, editedAt,
  said, firstRev, altered, agreed, doubt, flips, fixes, missed) VALUES `
const GOLDEN = 'INSERT OR FAIL INTO golden (id, entity, "values", "from", rev, state, established, review, mergedInto, createdAt) VALUES '
const CLAIM = 'INSERT OR FAIL INTO claim (identifier, value, link) VALUES '

const COMMAND = `INSERT OR FAIL INTO command (link, flow, system, resource, entity, golden, kind, priority, state, reason, waitsFor, openedAt, notBefore,
  attempts, holder, fence, leaseUntil, intent) VALUES `

const rulesOf = ({ rule, others }: NewcomerRows): string => (Object.keys(others).length === 0 ? JSON.stringify(rule) : `${JSON.stringify(rule)},${JSON.stringify(others)}`)

/** Link, golden record and claims of records that nobody knew. */
export function saveNewcomers(run: Run, newcomers: NewcomerRows, names: Names): void {
  const { entity, system, resource, createdAt, rows } = newcomers
  const packed = packer(names)
  const place = names.number('place', [system, resource, entity])
  saveInLots(run, (n) => LINK + times("(?, ?, ?, ?, 0, ?, 'live', 'read', ?, ?, ?, ?, ?, ?, NULL, 1, '{}', 1, '{}', '{}', '{}', 0)", n), rows, ({ link, golden, editedAt, record }, add) =>
    add(link, place, wellFormed(record.key), record.numericKey ? 1 : 0, golden, packed(record.packed), record.hash, record.version, record.from, record.to, editedAt))
  const of = names.number('entity', [entity])
  const rules = rulesOf(newcomers)
  saveInLots(run, (n) => GOLDEN + times("(?, ?, ?, ?, 1, 'live', 0, '[]', NULL, ?)", n), rows, ({ link, golden, editedAt, says }, add) =>
    add(golden, of, packed(says.values), oneProvenance(link, editedAt, rules), createdAt))
  const identifiers = new Map<string, number>()
  const claims = rows.flatMap(({ link, says }) => says.claims.map((claim) => ({ link, claim })))
  saveInLots(run, (n) => CLAIM + times('(?, ?, ?)', n), claims, ({ link, claim }, add) => {
    let identifier = identifiers.get(claim.kind)
    if (identifier === undefined) identifiers.set(claim.kind, (identifier = names.number('identifier', [entity, claim.kind])))
    add(identifier, wellFormed(claim.value), link)
  })
}

/** Slot and command of records that are due to exist. */
export function saveDue(run: Run, rows: readonly DueRow[], names: Names): void {
  const places = new Map<string, number>()
  const placeOf = ({ system, resource, entity }: DueRow): number => {
    const key = `${system}/${resource}/${entity}`
    let place = places.get(key)
    if (place === undefined) places.set(key, (place = names.number('place', [system, resource, entity])))
    return place
  }
  saveInLots(run, (n) => LINK + times("(?, ?, NULL, 0, 0, ?, 'slot', 'made', NULL, '', NULL, 0, 0, NULL, '{}', 0, '{}', 0, '{}', '{}', '{}', 0)", n), rows, (row, add) => add(row.link, placeOf(row), row.golden))
  saveInLots(run, (n) => COMMAND + times("(?, ?, ?, ?, ?, ?, 'create', ?, 'due', NULL, NULL, ?, ?, 0, NULL, 0, 0, NULL)", n), rows, ({ link, flow, system, resource, entity, golden, priority, at }, add) =>
    add(link, flow, system, resource, entity, golden, priority, at, at))
}

/** Newcomers that come together share few lists of names; each is looked up once. */
function packer(names: Names): (row: PackedRow) => string {
  const shapes = new Map<readonly string[], number | undefined>()
  return ({ names: members, list }) => {
    if (!shapes.has(members)) shapes.set(members, names.shape(members))
    const shape = shapes.get(members)
    return shape === undefined ? packNative(unpackRecord(members, list)) : withShape(shape, list)
  }
}
