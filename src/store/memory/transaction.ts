import { asPlimsollError, PlimsollError } from '../../base/errors.ts'
import type { Changes, KeyMark, LinkHead, ResourceId, Transaction } from '../contract.ts'
import type {
  AsideRow, ChangeRow, ClaimRow, CommandRow, CommandState, ConditionRow, DecisionRow, GoldenRow, GoldenValues, InboxRow, LaterRow, LedgerRow, LinkName, LinkRow, LinkState,
  PlanRow, ResourceRow, RunRow, ScheduleRow, SecretRow, SlotRow, SystemRow, WriteRow,
} from '../rows.ts'
import { kept } from './kept.ts'
import { forgotten, renamed, saved } from './save.ts'
import type { Rows, State, TableName } from './tables.ts'

type Order<T> = (a: T, b: T) => number

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0)
const by = <T>(...parts: readonly ((row: T) => string | number)[]): Order<T> => (a, b) => {
  for (const part of parts) {
    const order = compare(part(a), part(b))
    if (order !== 0) return order
  }
  return 0
}

const at = (place: ResourceId) => (row: ResourceId): boolean => row.system === place.system && row.resource === place.resource && row.entity === place.entity

export class MemoryTransaction implements Transaction {
  state: State
  readonly #delay: () => Promise<void>
  readonly #writable: boolean
  #ended = false

  constructor(state: State, delay: () => Promise<void>, writable: boolean) {
    this.state = state
    this.#delay = delay
    this.#writable = writable
  }
  end(): void {
    this.#ended = true
  }

  async #answer(): Promise<void> {
    this.#check()
    await this.#delay()
    this.#check()
  }
  #check(): void {
    if (this.#ended) throw asPlimsollError(new Error('A transaction was used after its end: a call was not awaited.'))
  }

  async #rows<T extends TableName>(table: T, wanted: (row: Rows[T]) => boolean = () => true, order?: Order<Rows[T]>, limit = Number.POSITIVE_INFINITY): Promise<Rows[T][]> {
    await this.#answer()
    const rows = [...this.state.tables[table].values()].filter(wanted)
    if (order) rows.sort(order)
    return rows.slice(0, limit).map(kept)
  }

  async plan(): Promise<PlanRow | undefined> {
    return (await this.#rows('plan', undefined, by((row) => -row.epoch), 1))[0]
  }
  resources(): Promise<ResourceRow[]> {
    return this.#rows('resource')
  }
  async linksByKey(place: ResourceId, keys: readonly string[]): Promise<LinkRow[]> {
    const wanted = new Set<string | null>(keys)
    const newest = new Map<string, LinkRow>()
    for (const row of await this.#rows('link', (link) => at(place)(link) && link.key !== null && wanted.has(link.key))) {
      const other = newest.get(row.key!)
      if (!other || other.generation < row.generation) newest.set(row.key!, row)
    }
    return [...newest.values()]
  }
  async heads(place: ResourceId, keys: readonly string[]): Promise<(LinkHead | undefined)[]> {
    const known = new Map((await this.linksByKey(place, keys)).map(({ key, id, state, hash }) => [key, { id, state, hash }]))
    return keys.map((key) => known.get(key))
  }
  linksById(ids: readonly number[]): Promise<LinkRow[]> {
    return this.#rows('link', (row) => ids.includes(row.id))
  }
  linksOfGoldens(goldens: readonly string[]): Promise<LinkRow[]> {
    const wanted = new Set(goldens)
    return this.#rows('link', (row) => wanted.has(row.golden), by((row) => row.id))
  }
  async linkNames(goldens: readonly string[]): Promise<LinkName[]> {
    const rows = (await this.linksOfGoldens(goldens)).filter((row) => row.state !== 'slot')
    return rows.map(({ id, golden, entity, system, resource, key, state, origin, seenFrom }) => ({ id, golden, entity, system, resource, key, state, origin, seenFrom }))
  }
  async slots(links: readonly number[]): Promise<SlotRow[]> {
    const { golden: goldens, command: commands } = this.state.tables
    return (await this.linksById(links)).flatMap((link) => {
      const golden = goldens.get(link.golden)
      const command = commands.get(String(link.id))
      if (link.state !== 'slot' || !command || golden?.state !== 'live' || golden.mergedInto !== null || golden.review.length > 0) return []
      return [{ link: link.id, generation: link.generation, golden: golden.id, rev: golden.rev, fence: command.fence }]
    })
  }
  linksAfter(place: ResourceId, states: readonly LinkState[], afterId: number, limit: number): Promise<LinkRow[]> {
    return this.#rows('link', (row) => at(place)(row) && states.includes(row.state) && row.id > afterId, by((row) => row.id), limit)
  }
  async idsAfter(place: ResourceId, after: KeyMark, limit: number): Promise<{ ids: number[]; last: KeyMark }> {
    const order = by<KeyMark & { key: string }>((row) => row.key, (row) => row.generation)
    const rows = await this.#rows('link', (row) => at(place)(row) && row.key !== null && order(row as KeyMark, after) > 0, (a, b) => order(a as KeyMark, b as KeyMark), limit)
    const last = rows.at(-1)
    return { ids: rows.map((row) => row.id), last: last ? { key: last.key!, generation: last.generation } : after }
  }
  async joinedAfter(after: string, limit: number): Promise<string[]> {
    const places = new Map<string, Set<string>>()
    for (const row of await this.#rows('link', (link) => link.golden > after && link.state === 'live' && link.origin === 'read', by((link) => link.golden))) {
      const of = places.get(row.golden) ?? new Set()
      places.set(row.golden, of.add(JSON.stringify([row.system, row.resource, row.entity])))
    }
    return [...places].filter(([, of]) => of.size > 1).map(([golden]) => golden).slice(0, limit)
  }
  async countLinks(place: ResourceId, states: readonly LinkState[]): Promise<number> {
    return (await this.#rows('link', (row) => at(place)(row) && states.includes(row.state))).length
  }
  goldens(ids: readonly string[]): Promise<GoldenRow[]> {
    return this.#rows('golden', (row) => ids.includes(row.id))
  }
  async goldenValues(wanted: readonly string[]): Promise<GoldenValues[]> {
    return (await this.goldens(wanted)).map(({ id, values, established }) => ({ id, values, established }))
  }
  goldensAfter(entity: string, afterId: string, limit: number): Promise<GoldenRow[]> {
    return this.#rows('golden', (row) => row.entity === entity && row.id > afterId, by((row) => row.id), limit)
  }
  async claims(entity: string, values: readonly { readonly kind: string; readonly value: string }[]): Promise<(ClaimRow & { golden: string })[]> {
    const wanted = new Set(values.map(({ kind, value }) => JSON.stringify([kind, value])))
    const rows = await this.#rows('claim', (row) => row.entity === entity && wanted.has(JSON.stringify([row.kind, row.value])))
    return rows.flatMap((row) => {
      const link = this.state.tables.link.get(String(row.link))
      return link === undefined ? [] : [{ ...row, golden: link.golden }]
    })
  }
  async claimed(entity: string, kind: string, values: readonly string[]): Promise<boolean[]> {
    const rows = await this.#rows('claim', (row) => row.entity === entity && row.kind === kind)
    const known = new Set(rows.map((row) => row.value))
    return values.map((value) => known.has(value))
  }
  claimsOfLinks(links: readonly number[]): Promise<ClaimRow[]> {
    return this.#rows('claim', (row) => links.includes(row.link))
  }
  commands(links: readonly number[]): Promise<CommandRow[]> {
    return this.#rows('command', (row) => links.includes(row.link))
  }
  dueCommands(options: { system: string; now: number; limit: number }): Promise<CommandRow[]> {
    const ripe = (row: CommandRow): boolean =>
      row.state === 'sending' ? row.leaseUntil <= options.now : (row.state === 'due' || row.state === 'unsure') && row.notBefore <= options.now
    return this.#rows('command', (row) => row.system === options.system && ripe(row), by((row) => row.priority, (row) => row.openedAt, (row) => row.link), options.limit)
  }
  waiters(goldens: readonly string[]): Promise<CommandRow[]> {
    return this.#rows('command', (row) => row.waitsFor !== null && goldens.includes(row.waitsFor))
  }
  async commandCounts(): Promise<{ system: string; resource: string; entity: string; kind: CommandRow['kind']; state: CommandState; reason: string | null; n: number; oldest: number }[]> {
    const counts = new Map<string, { system: string; resource: string; entity: string; kind: CommandRow['kind']; state: CommandState; reason: string | null; n: number; oldest: number }>()
    for (const { system, resource, entity, kind, state, reason, openedAt } of await this.#rows('command')) {
      const key = JSON.stringify([system, resource, entity, kind, state, reason])
      const count = counts.get(key) ?? { system, resource, entity, kind, state, reason, n: 0, oldest: openedAt }
      counts.set(key, { ...count, n: count.n + 1, oldest: Math.min(count.oldest, openedAt) })
    }
    return [...counts.values()]
  }
  commandsIn(state: CommandState, limit: number): Promise<CommandRow[]> {
    return this.#rows('command', (row) => row.state === state, by((row) => row.openedAt, (row) => row.link), limit)
  }
  async nextDue(): Promise<number | undefined> {
    const rows = await this.#rows('command', (row) => row.state === 'due' || row.state === 'sending' || row.state === 'unsure')
    return rows.length === 0 ? undefined : Math.min(...rows.map((row) => (row.state === 'sending' ? row.leaseUntil : row.notBefore)))
  }
  async referrers(goldens: readonly string[]): Promise<{ golden: string; link: number }[]> {
    const links = new Set((await this.linksOfGoldens(goldens)).map((row) => row.id))
    return this.#rows('reference', (row) => links.has(row.link))
  }
  decisions(about: readonly string[]): Promise<DecisionRow[]> {
    return this.#rows('decision', (row) => !row.ended && row.about.some((item) => about.includes(item)), by((row) => row.at, (row) => row.id))
  }
  decisionsOf(kind: DecisionRow['kind']): Promise<DecisionRow[]> {
    return this.#rows('decision', (row) => !row.ended && row.kind === kind, by((row) => row.at, (row) => row.id))
  }
  later(options: { links?: readonly number[]; system?: string; now?: number; limit: number }): Promise<LaterRow[]> {
    const { links, system, now, limit } = options
    if (links) return this.#rows('later', (row) => links.includes(row.link))
    return this.#rows('later', (row) => (system === undefined || row.system === system) && (now === undefined || row.notBefore <= now), by((row) => row.notBefore, (row) => row.link), limit)
  }
  async laterCounts(): Promise<{ system: string; resource: string; n: number }[]> {
    const counts = new Map<string, { system: string; resource: string; n: number }>()
    for (const { system, resource } of await this.#rows('later')) {
      const key = JSON.stringify([system, resource])
      counts.set(key, { system, resource, n: (counts.get(key)?.n ?? 0) + 1 })
    }
    return [...counts.values()]
  }
  asidesByKey(place: ResourceId, keys: readonly string[]): Promise<AsideRow[]> {
    return this.#rows('aside', (row) => at(place)(row) && keys.includes(row.key) && row.state !== 'closed', by((row) => row.at, (row) => row.id))
  }
  asides(filter: { ids?: readonly string[]; states?: readonly AsideRow['state'][]; limit: number }): Promise<AsideRow[]> {
    const states = filter.states ?? ['open', 'fixed']
    return this.#rows('aside', (row) => (filter.ids ? filter.ids.includes(row.id) : states.includes(row.state)), by((row) => row.at, (row) => row.id), filter.limit)
  }
  changes(filter: { golden?: string; kind?: ChangeRow['kind']; after?: number; limit: number }): Promise<ChangeRow[]> {
    const { golden, kind, after = 0, limit } = filter
    return this.#rows('change', (row) => (golden === undefined || row.golden === golden) && (kind === undefined || row.kind === kind) && row.seq > after, by((row) => row.seq), limit)
  }
  goldensInReview(limit: number): Promise<GoldenRow[]> {
    return this.#rows('golden', (row) => row.review.length > 0, by((row) => row.id), limit)
  }
  async search(filter: { entity?: string; text: string; limit: number }): Promise<GoldenRow[]> {
    const folded = filter.text.toLowerCase()
    const says = (value: unknown): boolean =>
      typeof value === 'string' ? value.toLowerCase().includes(folded) : value !== null && typeof value === 'object' && Object.values(value).some(says)
    const claiming = new Set((await this.#rows('claim', (row) => says(row.value))).map((row) => row.link))
    const found = new Set((await this.#rows('link', (row) => row.key === filter.text || claiming.has(row.id))).map((row) => row.golden))
    return this.#rows('golden', (row) => row.mergedInto === null && (filter.entity === undefined || row.entity === filter.entity) &&
      (row.id === filter.text || found.has(row.id) || says(row.values)), by((row) => row.id), filter.limit)
  }
  runs(limit: number): Promise<RunRow[]> {
    const order = by<RunRow>((row) => row.startedAt, (row) => row.id)
    return this.#rows('run', undefined, (a, b) => order(b, a), limit)
  }
  ledger(run: string): Promise<LedgerRow[]> {
    return this.#rows('ledger', (row) => row.run === run)
  }
  writes(run: string, afterRow: number, limit: number): Promise<(WriteRow & { row: number })[]> {
    return this.#rows('write', (row) => row.run === run && row.row > afterRow, by((row) => row.row), limit)
  }
  async overwrittenSince(place: { system: string; resource: string; operation: string; since: number }): Promise<number> {
    const here = (row: { system: string; resource: string }): boolean => row.system === place.system && row.resource === place.resource
    const open = new Set((await this.#rows('command', (row) => here(row) && row.kind === place.operation && (row.state === 'due' || row.state === 'held'))).map((row) => row.golden))
    const rows = await this.#rows('write', (row) => here(row) && row.operation === place.operation && row.at > place.since && row.overwrites && !open.has(row.golden))
    return new Set(rows.map((row) => row.golden)).size
  }
  async counts(): Promise<{ goldens: Record<string, number>; links: number; asides: number; review: number }> {
    const goldens = new Map<string, number>()
    for (const row of await this.#rows('golden', (golden) => golden.mergedInto === null)) goldens.set(row.entity, (goldens.get(row.entity) ?? 0) + 1)
    return {
      goldens: Object.fromEntries(goldens),
      links: (await this.#rows('link', (row) => row.state === 'live')).length,
      asides: (await this.#rows('aside', (row) => row.state === 'open' || row.state === 'fixed')).length,
      review: (await this.#rows('golden', (row) => row.review.length > 0)).length,
    }
  }
  inbox(system: string | undefined, limit: number): Promise<InboxRow[]> {
    return this.#rows('inbox', (row) => system === undefined || row.system === system, by((row) => row.receivedAt, (row) => row.id), limit)
  }
  async deliveries(ids: readonly string[]): Promise<string[]> {
    return (await this.#rows('delivery', (row) => ids.includes(row.id))).map((row) => row.id)
  }
  async deliveryBefore(n: number): Promise<number | undefined> {
    return (await this.#rows('delivery', undefined, by((row) => -row.at)))[n]?.at
  }
  schedules(): Promise<ScheduleRow[]> {
    return this.#rows('schedule')
  }
  systems(): Promise<SystemRow[]> {
    return this.#rows('system')
  }
  conditions(): Promise<ConditionRow[]> {
    return this.#rows('condition')
  }
  secrets(): Promise<SecretRow[]> {
    return this.#rows('secret')
  }

  async hasten(system: string, now: number): Promise<void> {
    await this.#write()
    const late = [...this.state.tables.command.values()].filter((row) => row.state === 'due' && row.system === system && row.notBefore > now)
    this.state = saved(this.state, { commands: late.map((row) => ({ ...row, notBefore: now })) })
  }
  async fireSchedule(row: ScheduleRow, was: number): Promise<boolean> {
    await this.#write()
    if (this.state.tables.schedule.get(row.lane)?.nextAt !== was) return false
    this.state = saved(this.state, { schedules: [row] })
    return true
  }
  async reserveLinkIds(n: number): Promise<number> {
    await this.#write()
    const first = this.state.lastLink + 1
    this.state = { ...this.state, lastLink: this.state.lastLink + n }
    return first
  }
  async save(changes: Changes): Promise<void> {
    // Copied at once: whoever saves may change its rows while this waits.
    const copy = kept(changes)
    await this.#write()
    this.state = saved(this.state, copy)
  }
  async forgetRuns({ before, quietBefore, limit }: { before: number; quietBefore: number; limit: number }): Promise<boolean> {
    await this.#write()
    const [newest] = await this.runs(1)
    const old = await this.#rows('run', (row) => row.id !== newest?.id && row.state !== 'running' && (row.startedAt < before || (row.quiet && row.startedAt < quietBefore)), by((row) => row.startedAt, (row) => row.id), limit + 1)
    const { state, more } = forgotten(this.state, new Set(old.slice(0, limit).map((row) => row.id)), limit)
    this.state = state
    return more || old.length > limit
  }
  async rename(what: 'system' | 'entity' | 'flow' | 'resource', from: string, to: string, within?: string): Promise<void> {
    await this.#write()
    this.state = renamed(this.state, what, from, to, within)
  }

  async #write(): Promise<void> {
    if (!this.#writable) throw new PlimsollError('store.read_only', 'A transaction that only loads was to change something.')
    await this.#answer()
  }
}
