import type Database from 'better-sqlite3'
import { PlimsollError } from '../../base/errors.ts'
import type { Changes, KeyMark, LinkHead, ResourceId, Transaction } from '../contract.ts'
import type {
  AsideRow, ChangeRow, ClaimRow, CommandRow, CommandState, ConditionRow, DecisionRow, GoldenRow, GoldenValues, InboxRow, LaterRow, LedgerRow, LinkName, LinkRow, LinkState, MadeRow,
  PlanRow, ResourceRow, RunRow, ScheduleRow, SecretRow, SlotRow, SystemRow, WriteRow,
} from '../rows.ts'
import { QUERIES } from './queries.ts'
import { cellsOf, decoder, encoder, list, wellFormed } from './cells.ts'
import { saveDue, saveInLots, saveNewcomers } from './lots.ts'
import { Names, type NamesKind } from './names.ts'
import { type Table, type TableName, TABLES, upsert } from './tables.ts'

export type StatementLog = (sql: string) => void

/** Which table each part of `Changes` goes to. */
const SAVED = {
  resources: 'resource', links: 'link', goldens: 'golden', claims: 'claim', commands: 'command', references: 'reference',
  decisions: 'decision', later: 'later', asides: 'aside', changes: 'change', writes: 'write', runs: 'run', inbox: 'inbox',
  ledger: 'ledger', deliveries: 'delivery', schedules: 'schedule', systems: 'system', conditions: 'condition', secrets: 'secret',
} as const satisfies Partial<Record<keyof Changes, TableName>>

/** What is taken away, before anything is saved. */
const REMOVED = {
  removedLinks: 'DELETE FROM link WHERE id IN (SELECT value FROM json_each(?))',
  removedGoldens: 'DELETE FROM golden WHERE id IN (SELECT value FROM json_each(?))',
  claimsOf: 'DELETE FROM claim WHERE link IN (SELECT value FROM json_each(?))',
  removedCommands: 'DELETE FROM command WHERE link IN (SELECT value FROM json_each(?))',
  referencesOf: 'DELETE FROM reference WHERE golden IN (SELECT value FROM json_each(?))',
  removedLater: 'DELETE FROM later WHERE link IN (SELECT value FROM json_each(?))',
  removedInbox: 'DELETE FROM inbox WHERE id IN (SELECT value FROM json_each(?))',
  removedConditions: "DELETE FROM condition WHERE (about, name) IN (SELECT value ->> 'about', value ->> 'name' FROM json_each(?))",
  removedSchedules: 'DELETE FROM schedule WHERE lane IN (SELECT value FROM json_each(?))',
  removedSecrets: 'DELETE FROM secret WHERE id IN (SELECT value FROM json_each(?))',
} as const satisfies Partial<Record<keyof Changes, string>>

/** In the order of the statement. */
const MADE = ['key', 'numericKey', 'seen', 'hash', 'version', 'seenFrom', 'seenTo', 'agreed', 'id'] as const

/** Tables with a column of that name … */
const RENAMED = {
  system: ['resource', 'command', 'later', 'aside', 'ledger', 'write', 'inbox', 'system', 'secret'],
  resource: ['resource', 'command', 'later', 'aside', 'ledger', 'write', 'inbox'],
  entity: ['resource', 'command', 'decision', 'aside', 'change', 'ledger'],
  flow: ['command'],
} as const
/** … and those that hold a number for it: where it stands among the names. */
const RENUMBERED: Readonly<Record<keyof typeof RENAMED, readonly { readonly table: string; readonly kind: NamesKind; readonly at: number }[]>> = {
  system: [{ table: 'link', kind: 'place', at: 0 }],
  resource: [{ table: 'link', kind: 'place', at: 1 }],
  entity: [{ table: 'link', kind: 'place', at: 2 }, { table: 'golden', kind: 'entity', at: 0 }, { table: 'claim', kind: 'identifier', at: 0 }],
  flow: [],
}

const byUrgency = (a: CommandRow, b: CommandRow): number => a.priority - b.priority || a.openedAt - b.openedAt || a.link - b.link

export class SqliteTransaction implements Transaction {
  readonly #db: Database.Database
  readonly #log: StatementLog | undefined
  readonly #prepared = new Map<string, Database.Statement<unknown[]>>()
  /** Statements that answer rows of a table: as lists, since an object for each row would be made only to be taken apart. */
  readonly #loading = new Map<string, { readonly statement: Database.Statement<unknown[], unknown[]>; readonly decode: (cells: readonly unknown[]) => object }>()
  readonly #encoders = new Map<Table, (row: object) => unknown[]>()
  readonly #names: Names
  /** Of the transaction that runs. */
  writable = true

  constructor(db: Database.Database, log: StatementLog | undefined) {
    this.#db = db
    this.#log = log
    this.#names = new Names(db)
    db.function('folded', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : null))
  }

  #statement(sql: string): Database.Statement<unknown[]> {
    this.#log?.(sql)
    return this.#prepare(sql)
  }

  #prepare(sql: string): Database.Statement<unknown[]> {
    let statement = this.#prepared.get(sql)
    if (!statement) {
      statement = this.#db.prepare(sql)
      this.#prepared.set(sql, statement)
    }
    return statement
  }

  #load<T>(table: Table, sql: string, ...parameters: unknown[]): T[] {
    this.#log?.(sql)
    let loading = this.#loading.get(sql)
    if (!loading) {
      const statement = this.#db.prepare<unknown[], unknown[]>(sql).raw(true)
      loading = { statement, decode: decoder(table, statement.columns().map((column) => column.name), this.#names) }
      this.#loading.set(sql, loading)
    }
    return loading.statement.all(...parameters).map(loading.decode) as T[]
  }

  #all<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.#statement(sql).all(...parameters) as T[]
  }

  /** `kept`: it was committed. */
  ended(kept: boolean): void {
    this.#names.ended(kept)
  }
  #place({ system, resource, entity }: ResourceId): number {
    return this.#names.known('place', [system, resource, entity])
  }

  async plan(): Promise<PlanRow | undefined> {
    return this.#load<PlanRow>(TABLES.plan, QUERIES.plan)[0]
  }
  async resources(): Promise<ResourceRow[]> {
    return this.#load(TABLES.resource, QUERIES.resources)
  }
  async heads(place: ResourceId, keys: readonly string[]): Promise<(LinkHead | undefined)[]> {
    const of = this.#place(place)
    const head = this.#statement(QUERIES.head)
    return keys.map((key) => head.get(of, wellFormed(key)) as LinkHead | undefined)
  }
  async linksByKey(place: ResourceId, keys: readonly string[]): Promise<LinkRow[]> {
    return this.#load(TABLES.link, QUERIES.linksByKey, this.#place(place), list(keys))
  }
  async linksById(ids: readonly number[]): Promise<LinkRow[]> {
    return ids.length === 0 ? [] : this.#load(TABLES.link, QUERIES.linksById, list(ids))
  }
  async linksOfGoldens(goldens: readonly string[]): Promise<LinkRow[]> {
    return goldens.length === 0 ? [] : this.#load(TABLES.link, QUERIES.linksOfGoldens, list(goldens))
  }
  async linkNames(goldens: readonly string[]): Promise<LinkName[]> {
    return goldens.length === 0 ? [] : this.#load(TABLES.link, QUERIES.linkNames, list(goldens))
  }
  async slots(links: readonly number[]): Promise<SlotRow[]> {
    return links.length === 0 ? [] : this.#all(QUERIES.slots, list(links))
  }
  async linksAfter(place: ResourceId, states: readonly LinkState[], afterId: number, limit: number): Promise<LinkRow[]> {
    const of = this.#place(place)
    const rows = [...new Set(states)].flatMap((state) => (state === 'live'
      ? this.#load<LinkRow>(TABLES.link, QUERIES.linksAfterLive, afterId, of, limit)
      : this.#load<LinkRow>(TABLES.link, QUERIES.linksAfter, of, state, afterId, limit)))
    return rows.toSorted((a, b) => a.id - b.id).slice(0, limit)
  }
  async idsAfter(place: ResourceId, after: KeyMark, limit: number): Promise<{ ids: number[]; last: KeyMark }> {
    const ids = this.#statement(QUERIES.idsAfter).pluck().all({ place: this.#place(place), ...after, limit }) as number[]
    return { ids, last: ids.length === 0 ? after : this.#all<KeyMark>(QUERIES.keyOf, ids.at(-1))[0]! }
  }
  async joinedAfter(after: string, limit: number): Promise<string[]> {
    return this.#all<{ golden: string }>(QUERIES.joinedAfter, after, limit).map((row) => row.golden)
  }
  async countLinks(place: ResourceId, states: readonly LinkState[]): Promise<number> {
    const of = this.#place(place)
    return [...new Set(states)].reduce((sum, state) => sum + (state === 'live'
      ? this.#all<{ n: number }>(QUERIES.countLive, { place: of })
      : this.#all<{ n: number }>(QUERIES.countOther, of, state))[0]!.n, 0)
  }
  async goldens(ids: readonly string[]): Promise<GoldenRow[]> {
    return ids.length === 0 ? [] : this.#load(TABLES.golden, QUERIES.goldens, list(ids))
  }
  async goldenValues(ids: readonly string[]): Promise<GoldenValues[]> {
    return ids.length === 0 ? [] : this.#load(TABLES.golden, QUERIES.goldenValues, list(ids))
  }
  async goldensAfter(entity: string, afterId: string, limit: number): Promise<GoldenRow[]> {
    return this.#load(TABLES.golden, QUERIES.goldensAfter, this.#names.known('entity', [entity]), afterId, limit)
  }
  async claims(entity: string, values: readonly { readonly kind: string; readonly value: string }[]): Promise<(ClaimRow & { golden: string })[]> {
    if (values.length === 0) return []
    return this.#load(TABLES.claim, QUERIES.claims, list(values.map(({ kind, value }) => [this.#names.known('identifier', [entity, kind]), value])))
  }
  async claimed(entity: string, kind: string, values: readonly string[]): Promise<boolean[]> {
    const of = this.#names.known('identifier', [entity, kind])
    const claimed = this.#statement(QUERIES.claimed)
    return values.map((value) => claimed.get(of, wellFormed(value)) !== undefined)
  }
  async claimsOfLinks(links: readonly number[]): Promise<ClaimRow[]> {
    return links.length === 0 ? [] : this.#load(TABLES.claim, QUERIES.claimsOfLinks, list(links))
  }
  async commands(links: readonly number[]): Promise<CommandRow[]> {
    return links.length === 0 ? [] : this.#load(TABLES.command, QUERIES.commands, list(links))
  }
  async dueCommands(options: { system: string; now: number; limit: number }): Promise<CommandRow[]> {
    const { system, now, limit } = options
    // Mostly only the first answers anything.
    const rows = [QUERIES.dueCommands, QUERIES.unsureCommands, QUERIES.orphanedCommands].flatMap((sql) => this.#load<CommandRow>(TABLES.command, sql, system, now, limit))
    return rows.some((row) => row.state !== 'due') ? rows.toSorted(byUrgency).slice(0, limit) : rows
  }
  async waiters(goldens: readonly string[]): Promise<CommandRow[]> {
    return goldens.length === 0 ? [] : this.#load(TABLES.command, QUERIES.waiters, list(goldens))
  }
  async commandCounts(): Promise<{ system: string; resource: string; entity: string; kind: CommandRow['kind']; state: CommandState; reason: string | null; n: number; oldest: number }[]> {
    return this.#all(QUERIES.commandCounts)
  }
  async commandsIn(state: CommandState, limit: number): Promise<CommandRow[]> {
    return this.#load(TABLES.command, QUERIES.commandsIn, state, limit)
  }
  async nextDue(): Promise<number | undefined> {
    return this.#all<{ at: number | null }>(QUERIES.nextDue)[0]?.at ?? undefined
  }
  async referrers(goldens: readonly string[]): Promise<{ golden: string; link: number }[]> {
    return goldens.length === 0 ? [] : this.#all(QUERIES.referrers, list(goldens))
  }
  async decisions(about: readonly string[]): Promise<DecisionRow[]> {
    return about.length === 0 ? [] : this.#load(TABLES.decision, QUERIES.decisions, list(about))
  }
  async decisionsOf(kind: DecisionRow['kind']): Promise<DecisionRow[]> {
    return this.#load(TABLES.decision, QUERIES.decisionsOf, kind)
  }
  async later(options: { links?: readonly number[]; system?: string; now?: number; limit: number }): Promise<LaterRow[]> {
    if (options.links) return options.links.length === 0 ? [] : this.#load(TABLES.later, QUERIES.laterOfLinks, list(options.links))
    const now = options.now ?? Number.MAX_SAFE_INTEGER
    if (options.system === undefined) return this.#load(TABLES.later, QUERIES.laterDue, now, options.limit)
    return this.#load(TABLES.later, QUERIES.laterDueOf, options.system, now, options.limit)
  }
  async laterCounts(): Promise<{ system: string; resource: string; n: number }[]> {
    return this.#all(QUERIES.laterCounts)
  }
  async asidesByKey(place: ResourceId, keys: readonly string[]): Promise<AsideRow[]> {
    if (this.#all(QUERIES.anyAside, place.system, place.resource, place.entity).length === 0) return []
    return this.#load(TABLES.aside, QUERIES.asidesByKey, place.system, place.resource, place.entity, list(keys))
  }
  async asides(filter: { ids?: readonly string[]; states?: readonly AsideRow['state'][]; limit: number }): Promise<AsideRow[]> {
    if (filter.ids) return this.#load(TABLES.aside, QUERIES.asidesById, list(filter.ids), filter.limit)
    return this.#load(TABLES.aside, QUERIES.asidesByState, JSON.stringify(filter.states ?? ['open', 'fixed']), filter.limit)
  }
  async changes(filter: { golden?: string; kind?: ChangeRow['kind']; after?: number; limit: number }): Promise<ChangeRow[]> {
    const { golden = null, kind = null, after = 0, limit } = filter
    if (golden !== null) return this.#load(TABLES.change, QUERIES.changesOfGolden, { golden, kind, after, limit })
    return this.#load(TABLES.change, kind === null || kind === 'change' ? QUERIES.changes : QUERIES.changesOfKind, { kind, after, limit })
  }
  async goldensInReview(limit: number): Promise<GoldenRow[]> {
    return this.#load(TABLES.golden, QUERIES.goldensInReview, limit)
  }
  async search(filter: { entity?: string; text: string; limit: number }): Promise<GoldenRow[]> {
    const { text, limit } = filter
    const entity = filter.entity === undefined ? null : this.#names.known('entity', [filter.entity])
    const folded = text.toLowerCase()
    return this.#load(TABLES.golden, QUERIES.search, { entity, text, folded, written: JSON.stringify(folded).slice(1, -1), limit })
  }
  async runs(limit: number): Promise<RunRow[]> {
    return this.#load(TABLES.run, QUERIES.runs, limit)
  }
  async ledger(run: string): Promise<LedgerRow[]> {
    return this.#load(TABLES.ledger, QUERIES.ledger, run)
  }
  async writes(run: string, afterRow: number, limit: number): Promise<(WriteRow & { row: number })[]> {
    return this.#load(TABLES.write, QUERIES.writes, run, afterRow, limit)
  }
  async overwrittenSince({ system, resource, operation, since }: { system: string; resource: string; operation: string; since: number }): Promise<number> {
    return this.#all<{ n: number }>(QUERIES.overwrittenSince, { system, resource, operation, since })[0]!.n
  }
  async counts(): Promise<{ goldens: Record<string, number>; links: number; asides: number; review: number }> {
    const goldens = Object.fromEntries(this.#all<{ entity: number; n: number }>(QUERIES.countGoldens).map((row) => [this.#names.names(row.entity)[0]!, row.n]))
    const rest = this.#all<{ links: number; asides: number; review: number }>(QUERIES.countRest)[0]!
    return { goldens, ...rest }
  }
  async inbox(system: string | undefined, limit: number): Promise<InboxRow[]> {
    return system === undefined ? this.#load(TABLES.inbox, QUERIES.inbox, limit) : this.#load(TABLES.inbox, QUERIES.inboxOf, system, limit)
  }
  async deliveries(ids: readonly string[]): Promise<string[]> {
    return ids.length === 0 ? [] : this.#all<{ id: string }>(QUERIES.deliveries, list(ids)).map((row) => row.id)
  }
  async deliveryBefore(n: number): Promise<number | undefined> {
    return this.#all<{ at: number }>(QUERIES.deliveryBefore, n)[0]?.at
  }
  async hasten(system: string, now: number): Promise<void> {
    this.#all(QUERIES.hasten, now, system, now)
  }
  async fireSchedule(row: ScheduleRow, was: number): Promise<boolean> {
    this.#write()
    return this.#all(QUERIES.fireSchedule, row.nextAt, row.lastAt, row.lane, was).length > 0
  }
  async schedules(): Promise<ScheduleRow[]> {
    return this.#load(TABLES.schedule, QUERIES.schedules)
  }
  async systems(): Promise<SystemRow[]> {
    return this.#load(TABLES.system, QUERIES.systems)
  }
  async conditions(): Promise<ConditionRow[]> {
    return this.#load(TABLES.condition, QUERIES.conditions)
  }
  async secrets(): Promise<SecretRow[]> {
    return this.#load(TABLES.secret, QUERIES.secrets)
  }

  async reserveLinkIds(n: number): Promise<number> {
    this.#write()
    const last = this.#all<{ n: number }>(QUERIES.reserveLinkIds, n)[0]!.n
    return last - n + 1
  }

  async save(changes: Changes): Promise<void> {
    this.#write()
    if (changes.plan) this.#put(TABLES.plan, [changes.plan])
    for (const [part, sql] of Object.entries(REMOVED)) {
      const keys = changes[part as keyof typeof REMOVED]
      if (keys && keys.length > 0) this.#statement(sql).run(list(keys))
    }
    if (changes.deliveriesBefore !== undefined) this.#statement('DELETE FROM delivery WHERE at < ?').run(changes.deliveriesBefore)
    if (changes.newcomers && changes.newcomers.rows.length > 0) {
      this.#log?.('newcomers')
      saveNewcomers(this.#run, changes.newcomers, this.#names)
    }
    if (changes.dueToExist && changes.dueToExist.length > 0) {
      this.#log?.('due')
      saveDue(this.#run, changes.dueToExist, this.#names)
    }
    for (const [part, name] of Object.entries(SAVED)) {
      const rows = changes[part as keyof typeof SAVED]
      if (rows && rows.length > 0) this.#put(TABLES[name], rows)
    }
    if (changes.made && changes.made.length > 0) this.#made(changes.made)
    if (changes.established && changes.established.length > 0) this.#statement(QUERIES.establish).run(list(changes.established))
    if (changes.decisions && changes.decisions.length > 0) {
      const ids = list(changes.decisions.map((row) => row.id))
      this.#statement(QUERIES.forgetAbout).run(ids)
      this.#statement(QUERIES.rememberAbout).run(ids)
    }
  }

  #put(table: Table, rows: readonly object[]): void {
    let encode = this.#encoders.get(table)
    if (!encode) {
      encode = encoder(table, this.#names)
      this.#encoders.set(table, encode)
    }
    this.#log?.(table.name)
    saveInLots(this.#run, (n) => upsert(table, n), rows, (row, add) => add(...encode(row)))
  }

  #made(rows: readonly MadeRow[]): void {
    this.#log?.('made')
    for (const row of rows) this.#run(QUERIES.made, cellsOf(TABLES.link, MADE, row, this.#names))
  }

  /** Of many executions of one statement the log hears once. */
  readonly #run = (sql: string, cells: readonly unknown[]): void => {
    this.#prepare(sql).run(cells)
  }

  async forgetRuns(of: { before: number; quietBefore: number; limit: number }): Promise<boolean> {
    this.#write()
    const newest = (await this.runs(1))[0]?.id
    const rows = [[QUERIES.oldRuns, of.before], [QUERIES.oldQuietRuns, of.quietBefore]] as const
    const found = [...new Set(rows.flatMap(([sql, before]) => this.#all<{ id: string }>(sql, before, of.limit + 2).map((row) => row.id)))].filter((id) => id !== newest)
    const ids = list(found.slice(0, of.limit))
    if (this.#statement(QUERIES.forgetWrites).run(ids, of.limit).changes >= of.limit) return true
    this.#statement(QUERIES.forgetLedger).run(ids)
    this.#statement(QUERIES.forgetRuns).run(ids)
    return found.length > of.limit
  }

  async rename(what: keyof typeof RENAMED, from: string, to: string, within?: string): Promise<void> {
    this.#write()
    for (const table of RENAMED[what]) {
      const inside = within === undefined ? '' : ' AND system = ?'
      this.#statement(`UPDATE OR REPLACE "${table}" SET "${what}" = ? WHERE "${what}" = ?${inside}`).run(to, from, ...(within === undefined ? [] : [within]))
    }
    for (const { table, kind, at } of RENUMBERED[what]) {
      for (const { id, names } of this.#names.all(kind)) {
        if (names[at] !== from || (within !== undefined && names[0] !== within)) continue
        this.#statement(`UPDATE OR REPLACE ${table} SET ${kind} = ? WHERE ${kind} = ?`).run(this.#names.number(kind, names.with(at, to)), id)
      }
    }
  }

  #write(): void {
    if (!this.writable) throw new PlimsollError('store.read_only', 'A transaction that only loads was to change something.')
  }
}
