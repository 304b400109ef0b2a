/**
 * The rows that one transaction works on: loaded for a whole batch, changed in memory, saved in one call. Every rule of the
 * exchange reads and writes here, so a rule never talks to the store record by record.
 */
import type { Changes, Transaction } from '../store/contract.ts'
import type {
  AsideRow, ChangeRow, ClaimRow, CommandRow, DecisionRow, GoldenRow, LaterRow, LinkRow, MadeRow, ResourceRow, WriteRow,
} from '../store/rows.ts'
import { canonicalNative } from '../base/json.ts'
import type { FieldRead } from '../record/contracts.ts'
import type { Value } from '../record/value.ts'
import { OUTCOMES } from './ledger.ts'
import { type EntityRuntime, type Place, placeKey, type Runtime } from './runtime.ts'

export interface Work {
  readonly runtime: Runtime
  readonly run: string
  readonly startedAt: number
  readonly now: number
  readonly newId: () => string
}

/** What becomes of observations; the rest counts commands. */
const OF_OBSERVATIONS: ReadonlySet<string> = new Set([...OUTCOMES, 'parked'])

export class WorkingSet {
  readonly work: Work
  readonly tx: Transaction
  readonly #links = new Map<number, LinkRow>()
  readonly #ofGolden = new Map<string, Set<number>>()
  readonly #goldens = new Map<string, GoldenRow>()
  readonly #complete = new Set<string>()
  readonly #commands = new Map<number, CommandRow>()
  readonly #commandsLoaded = new Set<number>()
  readonly #claims = new Map<number, readonly ClaimRow[]>()
  /** `entity/kind/value` → links that claim it, as far as loaded. */
  readonly #claimants = new Map<string, Set<number>>()
  /** Values whose claimants were loaded. */
  readonly #looked = new Set<string>()
  readonly #decisions = new Map<string, DecisionRow>()
  /** `system/resource/entity/key` → link, for references and mentions. */
  readonly #byKey = new Map<string, number>()
  readonly #reads = new Map<number, ReadonlyMap<string, FieldRead>>()

  readonly #dirty = {
    links: new Set<number>(), removedLinks: new Set<number>(), goldens: new Set<string>(), removedGoldens: new Set<string>(),
    commands: new Set<number>(), removedCommands: new Set<number>(), claims: new Set<number>(), references: new Set<string>(),
  }
  readonly #made: MadeRow[] = []
  readonly #established: string[] = []
  readonly #resources: ResourceRow[] = []
  readonly #decided: DecisionRow[] = []
  readonly #asides = new Map<string, AsideRow>()
  readonly #later: LaterRow[] = []
  readonly #removedLater: number[] = []
  /** Links of records that were removed: nothing of them stays parked. */
  readonly #vanished: LinkRow[] = []
  readonly #changes: ChangeRow[] = []
  readonly #writes: WriteRow[] = []
  readonly #counts = new Map<string, number>()
  readonly #removedInbox: string[] = []
  /** Observations that the ledger does not expect (confirming reads) leave no count of their own. */
  muted: false | 'observations' | 'all' = false
  #ids: { next: number; end: number } = { next: 0, end: 0 }

  constructor(tx: Transaction, work: Work) {
    this.tx = tx
    this.work = work
  }

  // ── links ──
  addLinks(rows: readonly LinkRow[]): void {
    for (const row of rows) {
      if (this.#links.has(row.id)) continue
      this.#links.set(row.id, row)
      this.#index(row)
    }
  }

  #index(row: LinkRow): void {
    const ids = this.#ofGolden.get(row.golden)
    if (ids) ids.add(row.id)
    else this.#ofGolden.set(row.golden, new Set([row.id]))
    if (row.key !== null) {
      const name = `${row.system}/${row.resource}/${row.entity}/${row.key}`
      const other = this.#links.get(this.#byKey.get(name) ?? -1)
      if (!other || other.generation <= row.generation) this.#byKey.set(name, row.id)
    }
  }

  link(id: number): LinkRow | undefined {
    return this.#links.get(id)
  }
  linkByKey(system: string, resource: string, entity: string, key: string): LinkRow | undefined {
    return this.#links.get(this.#byKey.get(`${system}/${resource}/${entity}/${key}`) ?? -1)
  }
  putLink(row: LinkRow): LinkRow {
    const before = this.#links.get(row.id)
    if (before && before.golden !== row.golden) this.#ofGolden.get(before.golden)?.delete(row.id)
    if (before && before.seen !== row.seen) this.#reads.delete(row.id)
    if (before && before.fixes !== row.fixes) this.#reads.delete(row.id)
    this.#links.set(row.id, row)
    this.#index(row)
    this.#dirty.links.add(row.id)
    return row
  }
  /** A slot, of which nothing else is loaded, became a record; its command has done what it was for. */
  made(row: MadeRow, command: CommandRow): void {
    this.#made.push(row)
    this.addCommands([command])
    this.dropCommand(row.id, 'delivered')
  }
  removeLink(id: number): void {
    const row = this.#links.get(id)
    if (row) this.#ofGolden.get(row.golden)?.delete(id)
    if (row && row.key !== null) this.#vanished.push(row)
    this.#links.delete(id)
    this.#dirty.links.delete(id)
    this.#dirty.removedLinks.add(id)
    this.dropCommand(id, 'withdrawn')
    this.putClaims(id, [])
    this.#dirty.claims.add(id)
  }
  /** In the order of their ids; the golden record must have been loaded. */
  linksOf(golden: string): LinkRow[] {
    return [...(this.#ofGolden.get(golden) ?? [])].toSorted((a, b) => a - b).map((id) => this.#links.get(id)!)
  }
  async newLinkIds(n: number): Promise<void> {
    if (n > 0) {
      const next = await this.tx.reserveLinkIds(n)
      this.#ids = { next, end: next + n }
    }
  }
  /** Ids are taken from a reserve of the batch; it is refilled when a batch needs more than was thought. */
  async newLinkId(): Promise<number> {
    if (this.#ids.next >= this.#ids.end) await this.newLinkIds(64)
    return this.nextLinkId()
  }
  /** The next of those that were asked for by `newLinkIds`. */
  nextLinkId(): number {
    return this.#ids.next++
  }

  // ── golden records ──
  async loadGoldens(ids: Iterable<string>): Promise<void> {
    let missing = [...new Set(ids)].filter((id) => !this.#complete.has(id))
    while (missing.length > 0) {
      for (const row of await this.tx.goldens(missing)) if (!this.#goldens.has(row.id)) this.#goldens.set(row.id, row)
      this.addLinks(await this.tx.linksOfGoldens(missing))
      for (const row of await this.tx.decisions(missing)) this.#decisions.set(row.id, row)
      for (const id of missing) this.#complete.add(id)
      missing = missing.map((id) => this.#goldens.get(id)?.mergedInto).filter((id): id is string => typeof id === 'string' && !this.#complete.has(id))
    }
  }
  golden(id: string): GoldenRow | undefined {
    return this.#goldens.get(id)
  }
  /** Follows merges. */
  survivor(id: string): string {
    let at = id
    for (let next = this.#goldens.get(at)?.mergedInto; next; next = this.#goldens.get(at)?.mergedInto) at = next
    return at
  }
  putGolden(row: GoldenRow): GoldenRow {
    this.#goldens.set(row.id, row)
    this.#complete.add(row.id)
    this.#dirty.goldens.add(row.id)
    return row
  }
  /** `id`: one that a system still bears from a store that was lost. */
  newGolden(entity: string, id = this.work.newId()): GoldenRow {
    return this.putGolden({
      id, entity, values: {}, from: {}, rev: 0, state: 'live', established: false, review: [], mergedInto: null,
      createdAt: this.work.now,
    })
  }
  /** Of a golden record that is not loaded. */
  establish(id: string): void {
    this.#established.push(id)
  }
  removeGolden(id: string): void {
    this.#goldens.delete(id)
    this.#dirty.goldens.delete(id)
    this.#dirty.removedGoldens.add(id)
    this.#dirty.references.add(id)
  }
  get changedGoldens(): ReadonlySet<string> {
    return this.#dirty.goldens
  }

  // ── commands ──
  async loadCommands(links: Iterable<number>): Promise<void> {
    const missing = [...new Set(links)].filter((id) => !this.#commandsLoaded.has(id))
    for (const id of missing) this.#commandsLoaded.add(id)
    for (const row of await this.tx.commands(missing)) if (!this.#dirty.removedCommands.has(row.link)) this.#commands.set(row.link, row)
  }
  addCommands(rows: readonly CommandRow[]): void {
    for (const row of rows) {
      this.#commandsLoaded.add(row.link)
      this.#commands.set(row.link, row)
    }
  }
  command(link: number): CommandRow | undefined {
    return this.#commands.get(link)
  }
  putCommand(row: CommandRow): CommandRow {
    if (!this.#commands.has(row.link)) this.count(row, 'opened')
    this.#commands.set(row.link, row)
    this.#commandsLoaded.add(row.link)
    this.#dirty.commands.add(row.link)
    this.#dirty.removedCommands.delete(row.link)
    return row
  }
  /** Closes a command; `why` is its place in the ledger. */
  dropCommand(link: number, why: 'delivered' | 'already_equal' | 'skipped' | 'withdrawn'): void {
    const row = this.#commands.get(link)
    if (!row) return
    this.count(row, why)
    this.#commands.delete(link)
    this.#dirty.commands.delete(link)
    this.#dirty.removedCommands.add(link)
  }

  // ── claims ──
  async loadClaims(links: Iterable<number>): Promise<void> {
    const missing = [...new Set(links)].filter((id) => !this.#claims.has(id))
    if (missing.length === 0) return
    for (const id of missing) this.#claims.set(id, [])
    for (const row of await this.tx.claimsOfLinks(missing)) {
      this.#claims.set(row.link, [...this.#claims.get(row.link)!, row])
      this.#claim(row)
    }
  }
  /** Loads who claims these values, with their golden records and all links of those. */
  async loadClaimants(entity: string, values: readonly { readonly kind: string; readonly value: string }[]): Promise<void> {
    const asked = values.filter(({ kind, value }) => !this.#looked.has(`${entity}/${kind}/${value}`))
    if (asked.length === 0) return
    for (const { kind, value } of asked) this.#looked.add(`${entity}/${kind}/${value}`)
    const rows = await this.tx.claims(entity, asked)
    await this.loadGoldens(rows.map((row) => row.golden))
    for (const row of rows) if (!this.#dirty.claims.has(row.link)) this.#claim(row)
  }
  #claim(row: ClaimRow): void {
    const name = `${row.entity}/${row.kind}/${row.value}`
    const links = this.#claimants.get(name)
    if (links) links.add(row.link)
    else this.#claimants.set(name, new Set([row.link]))
  }
  claimants(entity: string, kind: string, value: string): LinkRow[] {
    return [...(this.#claimants.get(`${entity}/${kind}/${value}`) ?? [])].map((id) => this.#links.get(id)).filter((row) => row !== undefined)
  }
  claimsOf(link: number): readonly ClaimRow[] {
    return this.#claims.get(link) ?? []
  }
  putClaims(link: number, rows: readonly ClaimRow[]): void {
    const before = this.#claims.get(link)
    if (before && before.length === rows.length && before.every((b, i) => b.kind === rows[i]!.kind && b.value === rows[i]!.value)) return
    for (const row of before ?? []) this.#claimants.get(`${row.entity}/${row.kind}/${row.value}`)?.delete(link)
    this.#claims.set(link, rows)
    for (const row of rows) this.#claim(row)
    this.#dirty.claims.add(link)
  }

  // ── values that a link's record holds, read once ──
  reads(link: LinkRow): ReadonlyMap<string, FieldRead> {
    let reads = this.#reads.get(link.id)
    if (!reads) {
      reads = readFields(this.placeOf(link), link.seen, link.fixes)
      this.#reads.set(link.id, reads)
    }
    return reads
  }

  placeOf(link: LinkRow): Place | undefined {
    return this.work.runtime.places.get(placeKey(link))
  }
  entity(name: string): EntityRuntime {
    return this.work.runtime.entities.get(name)!
  }

  decisionsOn(golden: string): DecisionRow[] {
    return [...this.#decisions.values(), ...this.#decided].filter((row) => row.about.includes(golden) && !row.ended)
  }
  decide(row: DecisionRow): void {
    this.#decisions.delete(row.id)
    this.#decided.push(row)
  }

  // ── the rest is only written ──
  putResource(row: ResourceRow): void {
    this.#resources.push(row)
  }
  putAside(row: AsideRow): void {
    this.#asides.set(row.id, row)
  }
  /**
   * A record is looked at again later; one row a link. What comes on top of a parked observation replaces it, and what is parked
   * without having been read (an answer that says only that something changed) counts as read: so the ledger's parked balance.
   */
  async park(row: LaterRow, entity: string, was: 'read' | 'told' = 'read'): Promise<void> {
    const known = this.#later.some((other) => other.link === row.link)
      || (!this.#removedLater.includes(row.link) && (await this.tx.later({ links: [row.link], limit: 1 })).length > 0)
    const read = was === 'read' && !this.muted
    if (read && known) this.#add({ ...row, entity }, 'stale', 1)
    else if (!read && !known) this.#add({ ...row, entity }, 'read', 1)
    if (!this.#later.some((other) => other.link === row.link)) this.#later.push(row)
  }
  unpark(link: number): void {
    this.#removedLater.push(link)
  }
  /** Newer observations of these records were taken in: what was parked of them says nothing any more. */
  async overtaken(links: readonly number[], entity: string): Promise<void> {
    for (const row of links.length === 0 ? [] : await this.tx.later({ links, limit: links.length })) {
      if (this.#removedLater.includes(row.link) || this.#later.some((other) => other.link === row.link)) continue
      this.unpark(row.link)
      this.#add({ ...row, entity }, 'stale', 1)
    }
  }
  change(row: Omit<ChangeRow, 'at' | 'run'>): void {
    this.#changes.push({ ...row, at: this.work.now, run: this.work.run })
  }
  wrote(row: Omit<WriteRow, 'run' | 'at' | 'overwrites'>): void {
    this.#writes.push({ ...row, at: this.work.now, run: this.work.run, overwrites: row.operation === 'delete' || row.fields.some(({ before }) => before !== null) })
  }
  refer(golden: string): void {
    this.#dirty.references.add(golden)
  }
  readInbox(id: string): void {
    this.#removedInbox.push(id)
  }
  /** Adds to a count of the run's ledger. */
  count(place: { readonly system: string; readonly resource: string; readonly entity: string }, name: string, n = 1): void {
    const silent = this.muted === 'all' || (this.muted === 'observations' && OF_OBSERVATIONS.has(name))
    if (!silent && n !== 0) this.#add(place, name, n)
  }
  #add(place: { readonly system: string; readonly resource: string; readonly entity: string }, name: string, n: number): void {
    const key = JSON.stringify([place.system, place.resource, place.entity, name])
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + n)
  }

  async save(): Promise<void> {
    const dirty = this.#dirty
    for (const { id, entity } of this.#vanished) await this.overtaken([id], entity)
    const referring = [...dirty.references]
    const changes: Changes = {
      resources: this.#resources,
      links: [...dirty.links].map((id) => this.#links.get(id)!),
      removedLinks: [...dirty.removedLinks],
      made: this.#made,
      goldens: [...dirty.goldens].map((id) => this.#goldens.get(id)!),
      removedGoldens: [...dirty.removedGoldens],
      established: this.#established,
      claimsOf: [...dirty.claims],
      claims: [...dirty.claims].flatMap((link) => this.#claims.get(link) ?? []),
      commands: [...dirty.commands].map((link) => this.#commands.get(link)!),
      removedCommands: [...dirty.removedCommands],
      referencesOf: referring,
      references: referring.flatMap((golden) => {
        const row = this.#goldens.get(golden)
        return row ? [...linksIn(row.values)].map((link) => ({ golden, link })) : []
      }),
      decisions: this.#decided,
      later: this.#later,
      removedLater: this.#removedLater,
      asides: [...this.#asides.values()],
      changes: this.#changes,
      writes: this.#writes,
      removedInbox: this.#removedInbox,
      ledger: [...this.#counts].map(([key, n]) => {
        const [system, resource, entity, count] = JSON.parse(key) as [string, string, string, string]
        return { run: this.work.run, system, resource, entity, count, n }
      }),
    }
    await this.tx.save(changes)
  }
}

/** Every field of a place, read from what is kept of a record; repairs of known wrong values applied. */
export function readFields(place: Place | undefined, seen: LinkRow['seen'], fixes: LinkRow['fixes']): ReadonlyMap<string, FieldRead> {
  const reads = new Map<string, FieldRead>()
  if (!place || seen === null) return reads
  for (const field of place.mapping.fields) {
    if (!field.reads) continue
    const fix = fixes[field.field]
    if (fix && fix.native === nativeText(seen[field.source])) reads.set(field.field, { is: 'value', value: fix.value })
    else reads.set(field.field, field.read(seen))
  }
  return reads
}

export function nativeText(value: unknown): string {
  return value === undefined ? '' : canonicalNative(value as never)
}

/** Ids of all links that a value refers to. */
export function linksIn(value: Value | Readonly<Record<string, Value>>, found = new Set<number>()): Set<number> {
  if (value === null || typeof value !== 'object') return found
  if (Array.isArray(value)) for (const item of value) linksIn(item as Value, found)
  else {
    const record = value as Readonly<Record<string, Value>>
    const link = record['link']
    if (typeof link === 'string' && Object.keys(record).length === 1 && /^\d+$/.test(link)) found.add(Number(link))
    else for (const key of Object.keys(record)) linksIn(record[key]!, found)
  }
  return found
}
