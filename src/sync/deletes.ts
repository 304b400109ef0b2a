/** What is no longer there (semantics §2.9). Invariant 9: no delete follows from an incomplete, failed or shrunken read. */
import { FIRST_KEY, type Store } from '../store/contract.ts'
import type { LinkRow, ResourceRow } from '../store/rows.ts'
import type { Resource } from '../systems/contract.ts'
import { askedAnew } from './identify.ts'
import { intake, type IntakeOptions, mergeAndOpen } from './intake.ts'
import { prepare } from './prepare.ts'
import type { Place } from './runtime.ts'
import { deletedOverEdit, PRIORITY, unseenEdit } from './scope.ts'
import { prepareReferences, referencesAmong } from './references.ts'
import { endClaims, loadSlots, logSuspects, renewClaims, writtenOut } from './statements.ts'
import { type Work, WorkingSet } from './working-set.ts'

/** Fewer missing records than this are never a shrunken read, unless nothing is left at all. */
const FEW = 3
const PAGE = 5000
/** Missing records are asked for by key, so many at a time. */
const ASKED = 500

export interface Pass {
  readonly startedAt: number
  readonly count: number
  /** One bit a link id: a million records are 125 KB. */
  readonly met: { has(link: number): boolean }
}

export function shrunken(row: ResourceRow, count: number, share: number): boolean {
  const lost = row.lastCount - count
  return row.lastCount > 0 && (count === 0 || (lost > FEW && lost > row.lastCount * share))
}

/** Live links that a complete pass did not meet, asked for by key where that can be done. Returns how many are gone. */
export async function detectDeletes(store: Store, place: Place, resource: Resource, pass: Pass, options: IntakeOptions & { readonly signal: AbortSignal; readonly clock: { now(): number } }): Promise<number> {
  let gone = 0
  for await (const missing of unmet(store, place, pass.met)) {
    for (let i = 0; i < missing.length; i += ASKED) {
      const links = await store.transaction((tx) => tx.linksById(missing.slice(i, i + ASKED)), { readOnly: true })
      gone += await confirm(store, place, resource, links.filter((link) => link.state === 'live' && link.seenTo < pass.startedAt - resource.traits.listLagMs), options)
    }
  }
  return gone
}

/** Live links that a pass did not meet, page by page. */
export async function* unmet(store: Store, place: Place, met: Pass['met']): AsyncGenerator<readonly number[], void> {
  for (let after = FIRST_KEY; ; ) {
    const { ids, last } = await store.transaction((tx) => tx.idsAfter(place, after, PAGE), { readOnly: true })
    if (ids.length === 0) return
    after = last
    const missing = ids.filter((link) => !met.has(link))
    if (missing.length > 0) yield missing
  }
}

/** Records that seem to be gone, or that a message says are gone. */
export async function confirm(store: Store, place: Place, resource: Resource, missing: readonly LinkRow[], options: IntakeOptions & { readonly signal: AbortSignal; readonly clock: { now(): number } }): Promise<number> {
  let ended = missing
  if (resource.traits.readByKey && resource.readKeys) {
    const from = options.clock.now() - resource.traits.keyLagMs
    const found = await resource.readKeys(missing.map((link) => link.key!), options.signal)
    const keys = new Set(found.map((record) => record.key))
    const interval = { from, to: options.clock.now() }
    if (found.length > 0) {
      const { resource: _, ...rest } = options
      await intake(store, found.map((record) => prepare(place, record, interval)), { ...rest, muted: 'observations' })
      await store.transaction((tx) => tx.save({ ledger: [{ run: options.work.run, system: place.system, resource: place.resource, entity: place.entity, count: 'found', n: found.length }] }), { as: 'deletes.found' })
    }
    const away = missing.filter((link) => !keys.has(link.key!))
    // Invariant 9: an answer that may be older than what is known of a record does not say that it is gone.
    ended = away.filter((link) => link.seenTo <= from)
    const early = away.filter((link) => link.seenTo > from)
    if (early.length > 0) await askLater(store, place, early, resource.traits.keyLagMs, options.work)
  } else {
    // Twice in a row, since nobody can be asked about a single record.
    const once = missing.filter((link) => link.missed === 0)
    if (once.length > 0) await store.transaction((tx) => tx.save({ links: once.map((link) => ({ ...link, missed: 1 })) }), { as: 'deletes.missed' })
    ended = missing.filter((link) => link.missed > 0)
  }
  if (ended.length > 0) await end(store, place, ended, options.work)
  return ended.length
}

function askLater(store: Store, place: Place, links: readonly LinkRow[], lagMs: number, work: Work): Promise<void> {
  return store.transaction(async (tx) => {
    const set = new WorkingSet(tx, work)
    for (const link of links) await set.park({ link: link.id, system: place.system, resource: place.resource, key: link.key!, observation: null, at: work.now, notBefore: link.seenTo + lagMs }, place.entity, 'told')
    await set.save()
  }, { as: 'deletes.later' })
}

/** These records are gone. */
export function end(store: Store, place: Place, links: readonly LinkRow[], work: Work): Promise<void> {
  return store.transaction(async (tx) => {
    const set = new WorkingSet(tx, work)
    const entity = set.entity(place.entity)
    set.addLinks(await tx.linksById(links.map((link) => link.id)))
    const goldens = links.map((link) => set.link(link.id)?.golden).filter((id) => id !== undefined)
    await set.loadGoldens(goldens)
    await loadSlots(set, goldens)
    // What these records said is written out below and kept: what it refers to must be known by then.
    if (entity.references.length > 0) await prepareReferences(set, links.flatMap(({ id }) => (set.link(id) ? referencesAmong(entity, place, set.reads(set.link(id)!)) : [])))
    const touched = new Set<string>()
    for (const { id } of links) {
      const link = set.link(id)
      if (!link || link.state !== 'live') continue
      logSuspects(set, place, link)
      renewClaims(set, entity, set.putLink({ ...writtenOut(set, link), state: 'gone', seenTo: work.now }))
      await set.loadCommands([link.id])
      set.dropCommand(link.id, 'withdrawn')
      set.count(place, 'gone')
      touched.add(link.golden)
      ended(set, place, link)
      endClaims(set, link.golden)
      for (const golden of await askedAnew(set, entity, link.golden)) touched.add(golden)
    }
    await mergeAndOpen(set, entity, touched, PRIORITY.run)
    await set.save()
  }, { as: 'deletes.end' })
}

/** Does the end of one record end the golden record? */
function ended(set: WorkingSet, place: Place, link: LinkRow): void {
  const golden = set.golden(link.golden)
  if (!golden || golden.state === 'ended') return
  const others = set.linksOf(golden.id).filter((other) => other.id !== link.id)
  if (others.some((other) => other.state === 'live' && other.system === link.system && other.resource === link.resource)) return
  const { home } = set.entity(place.entity).entity.golden
  const decides = home === 'plimsoll' ? place.sends : home === place.system
  const policy = place.senders[0]?.flow.whenDeleted ?? place.receiver?.flow.whenDeleted ?? 'ignore'
  if (!decides || policy === 'ignore') return
  if (place.receiver !== undefined && unseenEdit(set, golden)) {
    set.putGolden(deletedOverEdit(golden, set.work.now))
    return
  }
  set.change({ golden: golden.id, entity: golden.entity, field: '', kind: 'state', rev: golden.rev + 1, before: golden.state, after: policy === 'archive' ? 'archived' : 'ended' })
  set.putGolden({ ...golden, state: policy === 'archive' ? 'archived' : 'ended', rev: golden.rev + 1 })
}
