import type Database from 'better-sqlite3'
import { packNative, unpackNative } from '../../base/json.ts'
import type { Native } from '../../base/numeral.ts'
import type { Changes, ResourceId, Transaction } from '../contract.ts'
import type {
  AsideRow, ChangeRow, ClaimRow, CommandRow, CommandState, DecisionRow, GoldenRow, InboxRow, LaterRow, LedgerRow, LinkRow, LinkState,
  PlanRow, ResourceRow, RunRow, ScheduleRow, SystemRow, WriteRow,
} from '../rows.ts'
import { QUERIES } from './queries.ts'
import { type Table, type TableName, TABLES, upsert } from './tables.ts'

export type StatementLog = (sql: string) => void

type Raw = Record<string, unknown>

/** Which table each part of `Changes` goes to. */
const SAVED = {
  resources: 'resource', links: 'link', goldens: 'golden', claims: 'claim', commands: 'command', references: 'reference',
  decisions: 'decision', later: 'later', asides: 'aside', changes: 'change', writes: 'write', runs: 'run', inbox: 'inbox',
  schedules: 'schedule', systems: 'system',
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
} as const satisfies Partial<Record<keyof Changes, string>>

const RENAMED = {
  system: ['resource', 'link', 'command', 'later', 'aside', 'ledger', 'write', 'inbox', 'system'],
  resource: ['resource', 'link', 'command', 'later', 'aside'],
  entity: ['resource', 'link', 'golden', 'claim', 'command', 'decision', 'aside', 'change', 'ledger'],
  flow: ['command'],
} as const

export class SqliteTransaction implements Transaction {
  readonly #db: Database.Database
  readonly #log: StatementLog | undefined
  readonly #prepared = new Map<string, Database.Statement<unknown[]>>()

  constructor(db: Database.Database, log: StatementLog | undefined) {
    this.#db = db
    this.#log = log
  }

  #statement(sql: string): Database.Statement<unknown[]> {
    let statement = this.#prepared.get(sql)
    if (!statement) {
      statement = this.#db.prepare(sql)
      this.#prepared.set(sql, statement)
    }
    this.#log?.(sql)
    return statement
  }

  #load<T>(table: Table, sql: string, ...parameters: unknown[]): T[] {
    return this.#statement(sql).all(...parameters).map((raw) => decode<T>(table, raw as Raw))
  }

  #all<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.#statement(sql).all(...parameters) as T[]
  }

  async plan(): Promise<PlanRow | undefined> {
    return this.#load<PlanRow>(TABLES.plan, QUERIES.plan)[0]
  }
  async resources(): Promise<ResourceRow[]> {
    return this.#load(TABLES.resource, QUERIES.resources)
  }
  async linksByKey(place: ResourceId, keys: readonly string[]): Promise<LinkRow[]> {
    return this.#load(TABLES.link, QUERIES.linksByKey, place.system, place.resource, place.entity, JSON.stringify(keys))
  }
  async linksById(ids: readonly number[]): Promise<LinkRow[]> {
    return ids.length === 0 ? [] : this.#load(TABLES.link, QUERIES.linksById, JSON.stringify(ids))
  }
  async linksOfGoldens(goldens: readonly string[]): Promise<LinkRow[]> {
    return goldens.length === 0 ? [] : this.#load(TABLES.link, QUERIES.linksOfGoldens, JSON.stringify(goldens))
  }
  async linksAfter(place: ResourceId, states: readonly LinkState[], afterId: number, limit: number): Promise<LinkRow[]> {
    return this.#load(TABLES.link, QUERIES.linksAfter, place.system, place.resource, place.entity, JSON.stringify(states), afterId, limit)
  }
  async countLinks(place: ResourceId, states: readonly LinkState[]): Promise<number> {
    return this.#all<{ n: number }>(QUERIES.countLinks, place.system, place.resource, place.entity, JSON.stringify(states))[0]!.n
  }
  async goldens(ids: readonly string[]): Promise<GoldenRow[]> {
    return ids.length === 0 ? [] : this.#load(TABLES.golden, QUERIES.goldens, JSON.stringify(ids))
  }
  async goldensAfter(entity: string, afterId: string, limit: number): Promise<GoldenRow[]> {
    return this.#load(TABLES.golden, QUERIES.goldensAfter, entity, afterId, limit)
  }
  async claims(entity: string, values: readonly { readonly kind: string; readonly value: string }[]): Promise<ClaimRow[]> {
    if (values.length === 0) return []
    return this.#load(TABLES.claim, QUERIES.claims, JSON.stringify(values.map((v) => [v.kind, v.value])), entity)
  }
  async claimsOfLinks(links: readonly number[]): Promise<ClaimRow[]> {
    return links.length === 0 ? [] : this.#load(TABLES.claim, QUERIES.claimsOfLinks, JSON.stringify(links))
  }
  async commands(links: readonly number[]): Promise<CommandRow[]> {
    return links.length === 0 ? [] : this.#load(TABLES.command, QUERIES.commands, JSON.stringify(links))
  }
  async dueCommands(options: { system: string; now: number; limit: number }): Promise<CommandRow[]> {
    const { system, now, limit } = options
    return this.#load(TABLES.command, QUERIES.dueCommands, { system, now, limit })
  }
  async waiters(goldens: readonly string[]): Promise<CommandRow[]> {
    return goldens.length === 0 ? [] : this.#load(TABLES.command, QUERIES.waiters, JSON.stringify(goldens))
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
    return goldens.length === 0 ? [] : this.#all(QUERIES.referrers, JSON.stringify(goldens))
  }
  async decisions(about: readonly string[]): Promise<DecisionRow[]> {
    return about.length === 0 ? [] : this.#load(TABLES.decision, QUERIES.decisions, JSON.stringify(about))
  }
  async decisionsOf(kind: DecisionRow['kind']): Promise<DecisionRow[]> {
    return this.#load(TABLES.decision, QUERIES.decisionsOf, kind)
  }
  async later(options: { links?: readonly number[]; system?: string; now?: number; limit: number }): Promise<LaterRow[]> {
    if (options.links) return options.links.length === 0 ? [] : this.#load(TABLES.later, QUERIES.laterOfLinks, JSON.stringify(options.links))
    return this.#load(TABLES.later, QUERIES.laterDue, options.system ?? '', options.now ?? Number.MAX_SAFE_INTEGER, options.limit)
  }
  async laterCounts(): Promise<{ system: string; resource: string; n: number }[]> {
    return this.#all(QUERIES.laterCounts)
  }
  async asidesByKey(place: ResourceId, keys: readonly string[]): Promise<AsideRow[]> {
    return this.#load(TABLES.aside, QUERIES.asidesByKey, place.system, place.resource, place.entity, JSON.stringify(keys))
  }
  async asides(filter: { ids?: readonly string[]; states?: readonly AsideRow['state'][]; limit: number }): Promise<AsideRow[]> {
    if (filter.ids) return this.#load(TABLES.aside, QUERIES.asidesById, JSON.stringify(filter.ids))
    return this.#load(TABLES.aside, QUERIES.asidesByState, JSON.stringify(filter.states ?? ['open', 'fixed']), filter.limit)
  }
  async changes(filter: { golden?: string; kind?: ChangeRow['kind']; after?: number; limit: number }): Promise<ChangeRow[]> {
    const { golden = null, kind = null, after = 0, limit } = filter
    return this.#load(TABLES.change, golden === null ? QUERIES.changes : QUERIES.changesOfGolden, { golden, kind, after, limit })
  }
  async goldensInReview(limit: number): Promise<GoldenRow[]> {
    return this.#load(TABLES.golden, QUERIES.goldensInReview, limit)
  }
  async search(filter: { entity?: string; text: string; limit: number }): Promise<GoldenRow[]> {
    const like = `%${filter.text.replaceAll(/[\\%_]/g, (c) => `\\${c}`)}%`
    return this.#load(TABLES.golden, QUERIES.search, { entity: filter.entity ?? null, like, text: filter.text, limit: filter.limit })
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
  async writesSince(place: { system: string; resource: string; operation: string; since: number }): Promise<number> {
    return this.#all<{ n: number }>(QUERIES.writesSince, place.system, place.resource, place.operation, place.since)[0]!.n
  }
  async counts(): Promise<{ goldens: Record<string, number>; links: number; asides: number; review: number }> {
    const goldens = Object.fromEntries(this.#all<{ entity: string; n: number }>(QUERIES.countGoldens).map((row) => [row.entity, row.n]))
    const rest = this.#all<{ links: number; asides: number; review: number }>(QUERIES.countRest)[0]!
    return { goldens, ...rest }
  }
  async inbox(system: string | undefined, limit: number): Promise<InboxRow[]> {
    return this.#load(TABLES.inbox, QUERIES.inbox, system ?? null, limit)
  }
  async schedules(): Promise<ScheduleRow[]> {
    return this.#load(TABLES.schedule, QUERIES.schedules)
  }
  async systems(): Promise<SystemRow[]> {
    return this.#load(TABLES.system, QUERIES.systems)
  }

  async reserveLinkIds(n: number): Promise<number> {
    const last = this.#all<{ n: number }>(QUERIES.reserveLinkIds, n)[0]!.n
    return last - n + 1
  }

  async save(changes: Changes): Promise<void> {
    if (changes.plan) this.#put(TABLES.plan, [changes.plan])
    for (const [part, sql] of Object.entries(REMOVED)) {
      const keys = changes[part as keyof typeof REMOVED]
      if (keys && keys.length > 0) this.#statement(sql).run(JSON.stringify(keys))
    }
    for (const [part, name] of Object.entries(SAVED)) {
      const rows = changes[part as keyof typeof SAVED]
      if (rows && rows.length > 0) this.#put(TABLES[name], rows)
    }
    if (changes.ledger && changes.ledger.length > 0) this.#put(TABLES.ledger, changes.ledger, 'UPDATE SET n = n + excluded.n')
  }

  #put(table: Table, rows: readonly object[], onConflict?: string): void {
    const columns = Object.entries(table.columns)
    const encoded = rows.map((row) =>
      columns.map(([name, kind]) => {
        const value = (row as Raw)[name]
        if (value === undefined || (value === null && kind !== 'value')) return null
        if (kind === 'json' || kind === 'value') return JSON.stringify(value)
        if (kind === 'native') return packNative(value as Native)
        return kind === 'boolean' ? Number(value) : value
      }),
    )
    this.#statement(upsert(table, onConflict)).run(JSON.stringify(encoded))
  }

  async rename(what: keyof typeof RENAMED, from: string, to: string, within?: string): Promise<void> {
    for (const table of RENAMED[what]) {
      const inside = within === undefined ? '' : ' AND system = ?'
      this.#statement(`UPDATE OR REPLACE "${table}" SET "${what}" = ? WHERE "${what}" = ?${inside}`).run(to, from, ...(within === undefined ? [] : [within]))
    }
  }
}

function decode<T>(table: Table, raw: Raw): T {
  for (const name in raw) {
    const kind = table.columns[name]
    const value = raw[name]
    if (kind === 'json') raw[name] = value === null ? null : JSON.parse(value as string)
    else if (kind === 'value') raw[name] = value === null ? undefined : JSON.parse(value as string)
    else if (kind === 'native') raw[name] = value === null ? null : unpackNative(value as string)
    else if (kind === 'boolean') raw[name] = value === 1
  }
  return raw as T
}
