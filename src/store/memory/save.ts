import { asPlimsollError } from '../../base/errors.ts'
import { unpackRecord } from '../../base/json.ts'
import type { Changes } from '../contract.ts'
import type { DueRow, GoldenRow, LinkRow, NewcomerRows } from '../rows.ts'
import { KEY, type Rows, type State, type TableName, UNIQUE } from './tables.ts'

/** Tables that are being changed, copied at their first change. */
class Draft {
  readonly #before: State
  readonly #changed = new Map<TableName, Map<string, never>>()
  /** Table → value that no two rows share → key of the row that had it last. */
  readonly #owners = new Map<TableName, Map<string, string>>()
  lastChange: number
  lastWrite: number

  constructor(before: State) {
    this.#before = before
    this.lastChange = before.lastChange
    this.lastWrite = before.lastWrite
  }
  table<T extends TableName>(name: T): Map<string, Rows[T]> {
    let table = this.#changed.get(name) as Map<string, Rows[T]> | undefined
    if (!table) {
      table = new Map<string, Rows[T]>(this.#before.tables[name])
      this.#changed.set(name, table as Map<string, never>)
    }
    return table
  }
  put<T extends TableName>(name: T, rows: readonly Rows[T][] | undefined): void {
    if (!rows || rows.length === 0) return
    const table = this.table(name)
    for (const row of rows) {
      const key = KEY[name](row)
      const unique = UNIQUE[name]?.(row)
      const owner = unique === undefined ? undefined : this.owner(name, unique)
      if (owner !== undefined && owner !== key) throw asPlimsollError(new Error(`Two rows of ${name} would be ${unique}.`))
      table.set(key, row)
      if (unique !== undefined) this.#owners.get(name)!.set(unique, key)
    }
  }
  /** The key of the row that has this value, which no other may have. Looked for once; rows that changed or went are seen at the row. */
  owner<T extends TableName>(name: T, unique: string): string | undefined {
    const table = this.table(name)
    let known = this.#owners.get(name)
    if (!known) this.#owners.set(name, (known = owners(name, table)))
    const key = known.get(unique)
    const row = key === undefined ? undefined : table.get(key)
    return row !== undefined && UNIQUE[name]!(row) === unique ? key : undefined
  }
  drop<T extends TableName>(name: T, gone: (row: Rows[T]) => boolean): void {
    const table = this.table(name)
    for (const [key, row] of table) if (gone(row)) table.delete(key)
  }
  get state(): State {
    return { ...this.#before, tables: { ...this.#before.tables, ...Object.fromEntries(this.#changed) }, lastChange: this.lastChange, lastWrite: this.lastWrite }
  }
}

function owners<T extends TableName>(name: T, table: ReadonlyMap<string, Rows[T]>): Map<string, string> {
  const unique = UNIQUE[name]
  if (!unique) return new Map()
  const found = new Map<string, string>()
  for (const [key, row] of table) {
    const value = unique(row)
    if (value !== undefined) found.set(value, key)
  }
  return found
}

/** First what is removed, then what is saved. */
export function saved(state: State, changes: Changes): State {
  const draft = new Draft(state)
  const among = <V>(values: readonly V[] | undefined): ((value: V) => boolean) | undefined => {
    if (!values || values.length === 0) return undefined
    const set = new Set(values)
    return (value) => set.has(value)
  }
  const removed = {
    link: among(changes.removedLinks), golden: among(changes.removedGoldens), claim: among(changes.claimsOf), command: among(changes.removedCommands),
    reference: among(changes.referencesOf), later: among(changes.removedLater), inbox: among(changes.removedInbox), secret: among(changes.removedSecrets), schedule: among(changes.removedSchedules),
  }
  if (removed.link) draft.drop('link', (row) => removed.link!(row.id))
  if (removed.golden) draft.drop('golden', (row) => removed.golden!(row.id))
  if (removed.claim) draft.drop('claim', (row) => removed.claim!(row.link))
  if (removed.command) draft.drop('command', (row) => removed.command!(row.link))
  if (removed.reference) draft.drop('reference', (row) => removed.reference!(row.golden))
  if (removed.later) draft.drop('later', (row) => removed.later!(row.link))
  if (removed.inbox) draft.drop('inbox', (row) => removed.inbox!(row.id))
  if (removed.schedule) draft.drop('schedule', (row) => removed.schedule!(row.lane))
  if (removed.secret) draft.drop('secret', (row) => removed.secret!(row.id))
  for (const gone of changes.removedConditions ?? []) draft.drop('condition', (row) => row.about === gone.about && row.name === gone.name)
  if (changes.deliveriesBefore !== undefined) draft.drop('delivery', (row) => row.at < changes.deliveriesBefore!)

  if (changes.plan) draft.put('plan', [changes.plan])
  draft.put('resource', changes.resources)
  if (changes.newcomers) welcome(draft, changes.newcomers)
  for (const row of changes.dueToExist ?? []) due(draft, row)
  draft.put('link', changes.links)
  draft.put('link', changes.made?.map((row) => ({ ...draft.table('link').get(KEY.link(row as LinkRow))!, ...row, state: 'live', origin: 'made' })))
  draft.put('golden', changes.goldens)
  draft.put('golden', changes.established?.map((id) => ({ ...draft.table('golden').get(id)!, established: true })))
  draft.put('claim', changes.claims)
  draft.put('command', changes.commands)
  draft.put('reference', changes.references)
  draft.put('decision', changes.decisions)
  draft.put('later', changes.later)
  draft.put('aside', changes.asides)
  for (const row of changes.changes ?? []) {
    const { seq = draft.lastChange + 1, before, after, ...rest } = row
    draft.lastChange = Math.max(draft.lastChange, seq)
    draft.put('change', [{ ...rest, seq, before, after }])
  }
  draft.put('write', changes.writes?.map((row) => ({ ...row, row: (draft.lastWrite += 1) })))
  draft.put('run', changes.runs)
  for (const row of changes.ledger ?? []) {
    const there = draft.table('ledger').get(KEY.ledger(row))
    draft.put('ledger', [{ ...row, n: row.n + (there?.n ?? 0) }])
  }
  for (const row of changes.inbox ?? []) {
    const unique = UNIQUE.inbox!(row)
    if (!draft.table('inbox').has(row.id) && (unique === undefined || draft.owner('inbox', unique) === undefined)) draft.put('inbox', [row])
  }
  draft.put('delivery', changes.deliveries?.filter((row) => !draft.table('delivery').has(row.id)))
  draft.put('schedule', changes.schedules)
  draft.put('system', changes.systems)
  draft.put('condition', changes.conditions)
  draft.put('secret', changes.secrets)
  return draft.state
}

/** Rows of these runs; the journal first, and the runs only when nothing of it is left. */
export function forgotten(state: State, runs: ReadonlySet<string>, limit: number): { readonly state: State; readonly more: boolean } {
  const draft = new Draft(state)
  const journal = [...draft.table('write').values()].filter((row) => runs.has(row.run)).slice(0, limit + 1)
  const rows = new Set(journal.slice(0, limit).map((row) => row.row))
  draft.drop('write', (row) => rows.has(row.row))
  if (journal.length > limit) return { state: draft.state, more: true }
  draft.drop('ledger', (row) => runs.has(row.run))
  draft.drop('run', (row) => runs.has(row.id))
  return { state: draft.state, more: false }
}

function welcome(draft: Draft, { entity, system, resource, rule, others, createdAt, rows }: NewcomerRows): void {
  const ruleOf = (field: string): string => (Object.hasOwn(others, field) ? others[field]! : rule)
  for (const { link: id, golden, editedAt, record: { key, numericKey, packed, hash, version, from, to }, says } of rows) {
    if (draft.table('link').has(KEY.link({ id } as LinkRow)) || draft.table('golden').has(golden)) throw asPlimsollError(new Error(`The newcomer ${key} is there already.`))
    draft.put('link', [{
      id, entity, system, resource, key, numericKey, generation: 0, golden, state: 'live', origin: 'read', seen: unpackRecord(packed.names, packed.list), hash, version, seenFrom: from, seenTo: to,
      editedAt, said: null, firstRev: 1, altered: {}, agreed: 1, doubt: {}, flips: {}, fixes: {}, missed: 0,
    }])
    draft.put('golden', [{
      id: golden, entity, values: unpackRecord(says.values.names, says.values.list) as GoldenRow['values'], from: Object.fromEntries(says.values.names.map((field) => [field, { link: id, time: editedAt, rule: ruleOf(field) }])), rev: 1,
      state: 'live', established: false, review: [], mergedInto: null, createdAt,
    }])
    draft.put('claim', says.claims.map(({ kind, value }) => ({ entity, kind, value, link: id })))
  }
}

function due(draft: Draft, { link: id, golden, flow, system, resource, entity, priority, at }: DueRow): void {
  draft.put('link', [{
    id, entity, system, resource, key: null, numericKey: false, generation: 0, golden, state: 'slot', origin: 'made', seen: null, hash: '', version: null, seenFrom: 0, seenTo: 0,
    editedAt: null, said: {}, firstRev: 0, altered: {}, agreed: 0, doubt: {}, flips: {}, fixes: {}, missed: 0,
  }])
  draft.put('command', [{
    link: id, flow, system, resource, entity, golden, kind: 'create', priority, state: 'due', reason: null, waitsFor: null, openedAt: at, notBefore: at, attempts: 0, holder: null, fence: 0,
    leaseUntil: 0, intent: null,
  }])
}

/** Tables whose rows bear the name of a … */
const BEARING = {
  system: ['resource', 'link', 'command', 'later', 'aside', 'ledger', 'write', 'inbox', 'system', 'secret'],
  resource: ['resource', 'link', 'command', 'later', 'aside', 'ledger', 'write', 'inbox'],
  entity: ['resource', 'link', 'golden', 'claim', 'command', 'decision', 'aside', 'change', 'ledger'],
  flow: ['command'],
} as const satisfies Record<string, readonly TableName[]>

export function renamed(state: State, what: keyof typeof BEARING, from: string, to: string, within: string | undefined): State {
  const draft = new Draft(state)
  for (const name of BEARING[what]) renameIn(draft, name, what, from, to, within)
  return draft.state
}

function renameIn<T extends TableName>(draft: Draft, name: T, what: string, from: string, to: string, within: string | undefined): void {
  const table = draft.table(name)
  const bearing = [...table].filter(([, row]) => {
    const named = row as Readonly<Record<string, unknown>>
    return named[what] === from && (within === undefined || named['system'] === within)
  })
  for (const [key] of bearing) table.delete(key)
  const unique = UNIQUE[name]
  for (const [, row] of bearing) {
    const next = { ...row, [what]: to }
    const value = unique?.(next)
    // Whoever bears the new name already gives way.
    if (value !== undefined) for (const [other, there] of table) if (unique!(there) === value) table.delete(other)
    table.set(KEY[name](next), next)
  }
}
