/** Takes a batch of observations in (semantics §2.3): one transaction moves everything that follows from it. Invariant 1. */
import { packNative } from '../base/json.ts'
import type { NativeRecord } from '../base/numeral.ts'
import type { FieldRead, Seen } from '../record/contracts.ts'
import { checkRecord } from '../record/quality.ts'
import type { Value } from '../record/value.ts'
import type { BrokenRecord } from '../systems/contract.ts'
import type { Store } from '../store/contract.ts'
import type { AsideRow, LinkRow, ResourceRow } from '../store/rows.ts'
import { fill } from './fill.ts'
import { absorb, askedAnew, identify, regroup } from './identify.ts'
import type { Identity } from './identity.ts'
import { judge, type JudgeOptions } from './judge.ts'
import { madeAmong, madeBy } from './made-by.ts'
import { merge, referredBy } from './merge.ts'
import { welcome } from './newcomer.ts'
import type { Prepared } from './prepare.ts'
import { loadIdentifying, loadReferred, prepareReferences, referencesAmong, resolveReferences } from './references.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { openCommands, type Priority } from './scope.ts'
import { identitiesIn, loadSlots, renewClaims, statementsOf } from './statements.ts'
import { nativeText, readFields, type Work, WorkingSet } from './working-set.ts'

export interface IntakeOptions {
  readonly place: Place
  readonly work: Work
  readonly judging: JudgeOptions
  readonly priority: Priority
  readonly listLagMs: number
  /** Loaded and changed together with the batch: position, last look, pass. Not `whole`: some records wait to be verified, so the position stays. */
  readonly resource?: (row: ResourceRow | undefined, whole: boolean) => ResourceRow
  /** Records that the reader could not read. */
  readonly broken?: readonly BrokenRecord[]
  /** Links (by id) that a read by key has just found missing or there. */
  readonly verified?: ReadonlyMap<number, 'found' | 'missing'>
  /** When this pass over the whole resource began: what was seen since is surely there. */
  readonly passStartedAt?: number
  readonly inbox?: readonly string[]
  /** Parked observations that are taken up again: their records were asked for, and the batch holds those that are there. */
  readonly unparked?: readonly { readonly link: number; readonly key: string }[]
  /** A confirming read that the ledger does not expect. */
  readonly muted?: 'observations' | 'all'
  /** Records of this resource can't be read by key. */
  readonly noKeys?: boolean
}

/** A link whose record must be read before another one can be placed. */
export interface Other { readonly id: number; readonly key: string; readonly seenTo: number }

export interface IntakeResult {
  /** Links met, for the detection of deletes. */
  readonly met: readonly number[]
  /** Keys of other links that must be read before these records can be placed. */
  readonly verify: readonly { readonly record: Prepared; readonly other: Other }[]
  readonly setAside: number
  /** Records that had to be looked at: neither unchanged nor simply new. */
  readonly different: number
}

export function intake(store: Store, batch: readonly Prepared[], options: IntakeOptions): Promise<IntakeResult> {
  return store.transaction(async (tx) => {
    const set = new WorkingSet(tx, options.work)
    set.muted = options.muted ?? false
    const row = options.resource && (await tx.resources()).find((r) => r.system === options.place.system && r.resource === options.place.resource && r.entity === options.place.entity)
    // Fenced before anything is taken in.
    options.resource?.(row, false)
    if (options.unparked) await unpark(set, batch, options.place, options.unparked)
    const result = await takeIn(set, batch, options)
    // Nothing that waited is let go before it was judged: what must be verified first waits on.
    if (options.unparked) await parkAgain(set, result.verify, options.place, options.unparked)
    if (options.resource) set.putResource(options.resource(row, result.verify.length === 0))
    for (const id of options.inbox ?? []) set.readInbox(id)
    // Where nothing can be read by key, the next list is what a parked observation waited for.
    if (options.noKeys) await set.overtaken(result.met, options.place.entity)
    await set.save()
    return result
  }, { as: 'intake' })
}

/** While their records were asked for, others may have taken up what was parked: then this is one more observation. */
async function unpark(set: WorkingSet, batch: readonly Prepared[], place: Place, items: NonNullable<IntakeOptions['unparked']>): Promise<void> {
  const waiting = new Set((await set.tx.later({ links: items.map((item) => item.link), limit: items.length })).map((row) => row.link))
  const there = new Set(batch.map((o) => o.key))
  for (const { link, key } of items) {
    if (waiting.has(link)) set.unpark(link)
    // What is no longer there has nothing to say.
    if (waiting.has(link) && !there.has(key)) set.count(place, 'stale')
    if (!waiting.has(link) && there.has(key)) set.count(place, 'read')
  }
}

async function parkAgain(set: WorkingSet, verify: IntakeResult['verify'], place: Place, items: NonNullable<IntakeOptions['unparked']>): Promise<void> {
  const linkOf = new Map(items.map((item) => [item.key, item.link]))
  for (const { record } of verify) {
    const link = linkOf.get(record.key)
    if (link !== undefined) await set.park({ link, system: place.system, resource: place.resource, key: record.key, observation: null, at: set.work.now, notBefore: set.work.now }, place.entity)
  }
}

async function takeIn(set: WorkingSet, batch: readonly Prepared[], options: IntakeOptions): Promise<IntakeResult> {
  const { place } = options
  const entity = set.entity(place.entity)
  const keys = batch.map((o) => o.key)
  const brokenKeys = (options.broken ?? []).flatMap((broken) => (broken.key === undefined ? [] : [broken.key]))
  const heads = await set.tx.heads(place, keys)
  const asides = await openAsides(set, place, keys)
  const met: number[] = []
  const unknown: boolean[] = []
  let different: Prepared[] = []
  for (const [i, o] of batch.entries()) {
    const head = heads[i]
    if (head && head.state === 'live' && o.hash === head.hash && o.hash !== '' && o.inScope && !o.broken) {
      met.push(head.id)
      continue
    }
    different.push(o)
    unknown.push(!head && !asides.has(o.key))
  }
  set.count(place, 'unchanged', met.length)
  const placed = !unknown.includes(true) || (await createInFlight(set, place)) ? [] : await welcome(set, entity, different, unknown, options)
  for (const link of placed) if (link !== undefined) met.push(link)
  if (placed.length > 0) different = different.filter((_, i) => placed[i] === undefined)
  if (different.length === 0 && brokenKeys.length === 0 && options.broken === undefined && asides.size === 0) return { met, verify: [], setAside: 0, different: 0 }
  set.addLinks(await set.tx.linksByKey(place, [...different.map((o) => o.key), ...brokenKeys]))
  // A record that can't be read is there all the same.
  for (const key of brokenKeys) {
    const link = set.linkByKey(place.system, place.resource, place.entity, key)
    if (link) met.push(link.id)
  }
  const verify: { record: Prepared; other: Other }[] = []
  let setAside = 0

  // An unchanged record that has an open entry: what was wrong was undone at the source.
  if (asides.size > 0) {
    const open = new Set(different.map((o) => o.key))
    for (const [key, rows] of asides) if (!open.has(key)) for (const row of rows) if (row.state === 'open') set.putAside({ ...row, state: 'closed' })
  }

  for (const broken of options.broken ?? []) {
    setAside += 1
    putAside(set, place, asides, { key: broken.key ?? broken.place, hash: '', field: null, value: null, rule: 'unreadable', says: broken.says, raw: { raw: broken.raw.slice(0, 2000), place: broken.place }, link: null })
  }

  const good: { o: Prepared; reads: ReadonlyMap<string, FieldRead>; fixes: LinkRow['fixes'] }[] = []
  for (const o of different) {
    const rows = asides.get(o.key) ?? []
    const link = set.linkByKey(place.system, place.resource, place.entity, o.key)
    if (o.broken !== undefined) {
      setAside += 1
      putAside(set, place, asides, { key: o.key, hash: o.hash, field: null, value: null, ...o.broken, raw: o.raw, link: link?.id ?? null })
      continue
    }
    if (!o.inScope) {
      if (link && (link.state === 'live' || link.state === 'gone')) {
        set.putLink({ ...link, state: 'left', seenFrom: o.from, seenTo: o.to })
        await set.loadGoldens([link.golden])
      }
      if (link) met.push(link.id)
      set.count(place, 'filtered')
      continue
    }
    if (rows.some((row) => row.hash === o.hash && row.state === 'discarded')) {
      setAside += 1
      set.count(place, 'set_aside')
      if (link) met.push(link.id)
      continue
    }
    const fixes = repairs(rows, link, o.seen, place)
    const reads = readFields(place, o.seen, fixes)
    const wrong = firstWrong(entity, place, reads)
    if (wrong) {
      setAside += 1
      if (link) met.push(link.id)
      putAside(set, place, asides, { key: o.key, hash: o.hash, field: wrong.field, value: shown(o.seen, place, wrong.field), rule: wrong.rule, says: wrong.says, raw: o.raw, link: link?.id ?? null, fix: Object.keys(fixes).length > 0 ? fixes : null })
      continue
    }
    for (const row of rows) if (row.state !== 'closed' && row.state !== 'discarded') set.putAside({ ...row, state: 'closed' })
    good.push({ o, reads, fixes })
  }

  // For the records themselves and the slots that follow from them.
  await set.newLinkIds(good.length * entity.places.length + 8)
  if (entity.references.length > 0) await prepareReferences(set, good.flatMap((item) => referencesAmong(entity, place, item.reads)))

  // Known links and their golden records; claimants of what new records say they are.
  const known = good.map(({ o }) => set.linkByKey(place.system, place.resource, place.entity, o.key)).filter((link) => link !== undefined)
  await set.loadGoldens(known.map((link) => link.golden))
  await set.loadCommands(known.map((link) => link.id))
  await set.loadClaims(known.map((link) => link.id))
  const identitiesByItem = new Map<Prepared, Identity[]>()
  const marks = new Map<Prepared, string>()
  const wantedClaims: Identity[] = []
  for (const item of good) {
    const identities = identitiesIn(set, entity, (name) => {
      const read = item.reads.get(name)
      return read?.is === 'value' ? resolveReferences(set, read.value, place.fields.get(name)!.type, place.system) : undefined
    })
    identitiesByItem.set(item.o, identities)
    wantedClaims.push(...identities)
    const mark = item.reads.get('id')
    if (mark?.is === 'value' && typeof mark.value === 'string') marks.set(item.o, mark.value)
  }
  await set.loadClaimants(entity.entity.key, wantedClaims)
  await loadIdentifying(set, entity, () => wantedClaims.flatMap(({ kind, value }) => set.claimants(entity.entity.key, kind, value)))
  if (marks.size > 0) await set.loadGoldens(marks.values())

  const touched = new Set<string>()
  for (const item of good) {
    const { o } = item
    const link = set.linkByKey(place.system, place.resource, place.entity, o.key)
    // What may be older than the end of a record does not say that it is there again.
    if (link?.state === 'gone' && o.from < link.seenTo) {
      if (o.to <= link.seenTo) set.count(place, 'stale')
      else {
        await set.park({ link: link.id, system: place.system, resource: place.resource, key: o.key, observation: null, at: set.work.now, notBefore: set.work.now + options.listLagMs }, place.entity)
        set.count(place, 'parked')
      }
      continue
    }
    const isNew = !link || link.state === 'gone' || link.state === 'mentioned'
    if (isNew) {
      const placed = await placeNew(set, entity, item, link, identitiesByItem.get(o)!, marks.get(o), options)
      if (placed.is === 'verify') {
        verify.push({ record: o, other: placed.other })
        continue
      }
      if (placed.is === 'parked') {
        set.count(place, 'parked')
        continue
      }
      met.push(placed.link.id)
      for (const golden of placed.touched) touched.add(golden)
      set.count(place, placed.counts)
      continue
    }
    met.push(link.id)
    let current = link
    if (Object.keys(item.fixes).length > 0 && JSON.stringify(item.fixes) !== JSON.stringify(link.fixes)) current = set.putLink({ ...link, fixes: item.fixes })
    if (current.state === 'left') current = set.putLink({ ...current, state: 'live' })
    const verdict = judge(set, place, current, o, options.judging)
    if (verdict === 'parked' || verdict === 'again') {
      await set.park({ link: link.id, system: place.system, resource: place.resource, key: o.key, observation: null, at: set.work.now, notBefore: set.work.now + options.listLagMs }, place.entity)
      set.count(place, 'parked')
    } else set.count(place, verdict)
    // What it said on a field for the first time was taken in all the same.
    if (verdict === 'parked' || verdict === 'again' || verdict === 'stale') {
      if (set.link(link.id) !== current) touched.add(link.golden)
      continue
    }
    touched.add(link.golden)
    const after = set.link(link.id)!
    const before = set.claimsOf(link.id)
    renewClaims(set, entity, after)
    if (set.claimsOf(link.id) !== before) await meetOthers(set, entity, after, touched)
  }
  await mergeAndOpen(set, entity, touched, options.priority)
  return { met, verify, setAside, different: different.length }
}

/** Merges golden records and opens what follows, for everything that was touched. */
export async function mergeAndOpen(set: WorkingSet, entity: EntityRuntime, touched: Iterable<string>, priority: Priority): Promise<void> {
  const ids = [...new Set(touched)].map((id) => set.survivor(id)).filter((id) => set.golden(id) !== undefined)
  await set.loadGoldens(ids)
  const links = ids.flatMap((id) => set.linksOf(id))
  if (entity.references.length > 0) {
    await prepareReferences(set, links.flatMap((link) => referencesAmong(entity, set.placeOf(link), set.reads(link))))
    const referred = [...referredBy(set, entity, ids)].filter((id) => set.link(id) === undefined)
    if (referred.length > 0) set.addLinks(await set.tx.linksById(referred))
    await loadReferred(set, links.flatMap((link) => Object.values(link.said ?? {}).map((s) => s.value)))
  }
  await set.loadCommands(links.map((link) => link.id))
  for (const id of ids) {
    merge(set, entity, id)
    await openCommands(set, entity, id, priority)
  }
}

type Placed =
  | { readonly is: 'placed'; readonly link: LinkRow; readonly touched: readonly string[]; readonly counts: 'new' | 'echo' }
  | { readonly is: 'verify'; readonly other: Other }
  | { readonly is: 'parked' }

async function placeNew(set: WorkingSet, entity: EntityRuntime, item: { o: Prepared; fixes: LinkRow['fixes'] }, link: LinkRow | undefined, identities: readonly Identity[], mark: string | undefined, options: IntakeOptions): Promise<Placed> {
  const { place } = options
  const { o } = item
  const touched = new Set<string>()
  if (link?.state === 'gone' && !isClosed(set, link.golden) && revives(set, entity, link, identities)) {
    // What changed while it was away is somebody's word.
    set.putLink({ ...link, state: 'live', said: link.said ?? {} })
    judge(set, place, set.link(link.id)!, o, { ...options.judging, settling: true })
    const revived = set.link(link.id)!
    await takeBackEnded(set, revived.golden)
    renewClaims(set, entity, revived)
    return { is: 'placed', link: revived, touched: [revived.golden], counts: 'new' }
  }
  const here = { system: place.system, resource: place.resource, ...(link && link.state === 'mentioned' ? { id: link.id } : {}) }
  const identified = identify(set, entity, here, identities, mark)
  const made = identified.is === 'regroup' ? await madeAmong(set, entity, here, identities, identified.goldens)
    : identified.is === 'new' && link?.state === 'mentioned' ? await madeBy(set, place, link) : undefined
  const found = made ?? identified
  let golden: string | undefined
  let review = false
  if (found.is === 'golden') golden = found.golden
  if (found.is === 'other_key') {
    const state = options.verified?.get(found.other.id) ?? (options.passStartedAt !== undefined && found.other.seenTo >= options.passStartedAt ? 'found' : undefined)
    if (state === undefined) return { is: 'verify', other: { id: found.other.id, key: found.other.key!, seenTo: found.other.seenTo } }
    if (state === 'missing') {
      const gone = set.putLink({ ...writtenOutLink(set, found.other), state: 'gone' })
      await loadSlots(set, [gone.golden])
      renewClaims(set, entity, gone)
      golden = found.golden
    } else review = true
  }
  if ((found.is === 'new' && (await createInFlight(set, place))) || (found.is === 'golden' && found.slot && (await isOpen(set, found.slot.id)))) {
    // Perhaps it is the record that a create is making right now: looked at again when that answer is known.
    const id = link?.state === 'mentioned' ? link.id : await set.newLinkId()
    if (link?.state !== 'mentioned') set.putLink({ ...newLink(place, item, { id, generation: link ? link.generation + 1 : 0, golden: found.is === 'golden' ? found.golden : set.newGolden(entity.entity.key).id }), state: 'mentioned', seen: null, hash: '', said: {} })
    await set.park({ link: id, system: place.system, resource: place.resource, key: o.key, observation: null, at: set.work.now, notBefore: set.work.now + 1000 }, place.entity)
    return { is: 'parked' }
  }
  if (found.is === 'golden' && found.slot) {
    if (link?.state === 'mentioned') {
      await set.loadGoldens([link.golden])
      absorb(set, entity, link.golden, found.golden)
      set.removeLink(link.id)
    }
    const filled = await fill(set, place, { ...found.slot, generation: link?.state === 'gone' ? link.generation + 1 : found.slot.generation }, item)
    renewClaims(set, entity, filled)
    if (identified.is === 'regroup') for (const id of await regroup(set, entity, [filled.golden, ...identified.goldens])) touched.add(id)
    return { is: 'placed', link: set.link(filled.id)!, touched: [...touched, filled.golden], counts: filled.origin === 'made' ? 'echo' : 'new' }
  }

  const fresh = newLink(place, item, {
    id: link && link.state === 'mentioned' ? link.id : await set.newLinkId(),
    generation: link && link.state === 'gone' ? link.generation + 1 : 0,
    golden: golden ?? (link?.state === 'mentioned' ? link.golden : set.newGolden(entity.entity.key, lostId(set, mark)).id),
  })
  if (link?.state === 'mentioned') {
    await set.loadGoldens([link.golden])
    if (golden !== undefined && link.golden !== golden) absorb(set, entity, link.golden, golden)
  }
  set.putLink(fresh)
  touched.add(fresh.golden)
  renewClaims(set, entity, fresh)
  if (found.is === 'regroup' || review) {
    for (const id of await regroup(set, entity, [fresh.golden, ...(found.is === 'regroup' ? found.goldens : found.is === 'other_key' ? [found.golden] : [])])) touched.add(id)
  } else await takeBackEnded(set, fresh.golden)
  return { is: 'placed', link: set.link(fresh.id)!, touched: [...touched], counts: 'new' }
}

const writtenOutLink = (set: WorkingSet, link: LinkRow): LinkRow => (link.said === null ? { ...link, said: statementsOf(set, link) } : link)

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** A golden id that a system was given once and this store does not know: the store was lost, and the id is kept. */
const lostId = (set: WorkingSet, mark: string | undefined): string | undefined => (mark !== undefined && UUID7.test(mark) && set.golden(mark) === undefined ? mark : undefined)

function newLink(place: Place, { o, fixes }: { o: Prepared; fixes: LinkRow['fixes'] }, at: { id: number; generation: number; golden: string }): LinkRow {
  return {
    ...at, entity: place.entity, system: place.system, resource: place.resource, key: o.key, numericKey: o.numericKey, state: 'live', origin: 'read', seen: o.seen,
    hash: o.partial ? '' : o.hash, version: o.version, seenFrom: o.from, seenTo: o.to, editedAt: o.editedAt === null ? null : Math.min(o.editedAt, o.to), said: null,
    firstRev: 0, altered: {}, agreed: 0, doubt: {}, flips: {}, fixes, missed: 0,
  }
}

/** The create of this slot has no end yet: its answer, or the look-up after it, tells what the target made of it. */
async function isOpen(set: WorkingSet, slot: number): Promise<boolean> {
  await set.loadCommands([slot])
  const state = set.command(slot)?.state
  return state === 'sending' || state === 'unsure'
}

/** A new key may be the record that a create is making right now; its answer tells. */
async function createInFlight(set: WorkingSet, place: Place): Promise<boolean> {
  const counts = await commandStates(set)
  return counts.has(`${place.system}/${place.resource}`)
}

const inFlight = new WeakMap<WorkingSet, Promise<Set<string>>>()
function commandStates(set: WorkingSet): Promise<Set<string>> {
  let known = inFlight.get(set)
  if (!known) {
    known = set.tx.commandsIn('sending', 5000).then((rows) => new Set(rows.filter((row) => row.intent?.kind === 'create').map((row) => `${row.system}/${row.resource}`)))
    inFlight.set(set, known)
  }
  return known
}

/** It ended and was deleted everywhere: whoever comes now begins anew, and nothing of the old comes back. */
function isClosed(set: WorkingSet, id: string): boolean {
  return set.golden(id)?.state === 'ended' && !set.linksOf(id).some((link) => link.state === 'live')
}

/** The same record came back: an identifier is the same and none contradicts. */
function revives(set: WorkingSet, entity: EntityRuntime, link: LinkRow, identities: readonly Identity[]): boolean {
  // Closed: everybody's record was deleted. What comes later is another one, and is made anew everywhere.
  if (set.golden(link.golden)?.state === 'ended' && !set.linksOf(link.golden).some((other) => other.state === 'live' || other.state === 'left')) return false
  const before = identitiesIn(set, entity, (name) => link.said?.[name]?.value ?? (set.reads(link).get(name) as { value?: Value } | undefined)?.value)
  if (entity.identifiers.length === 0) return true
  return identities.some((id) => before.some((b) => b.kind === id.kind && b.value === id.value))
    && !identities.some((id) => before.some((b) => b.kind === id.kind && b.value !== id.value))
}

/** A new live record takes "ended" back; deletes that were not claimed yet are withdrawn. */
async function takeBackEnded(set: WorkingSet, id: string): Promise<void> {
  const golden = set.golden(id)
  if (!golden || golden.state === 'live') return
  set.putGolden({ ...golden, state: 'live', rev: golden.rev + 1 })
  const links = set.linksOf(id)
  await set.loadCommands(links.map((link) => link.id))
  for (const link of links) {
    const command = set.command(link.id)
    if (command && command.state !== 'sending' && command.state !== 'unsure' && golden.state === 'ended') {
      set.dropCommand(link.id, 'withdrawn')
    }
  }
}

/** The record's identifiers changed: does somebody else claim the new ones, and is what a person was asked about the old ones still a question? */
async function meetOthers(set: WorkingSet, entity: EntityRuntime, link: LinkRow, touched: Set<string>): Promise<void> {
  const claims = set.claimsOf(link.id)
  await set.loadClaimants(entity.entity.key, claims)
  const others = claims.flatMap(({ kind, value }) => set.claimants(entity.entity.key, kind, value)).filter((other) => set.survivor(other.golden) !== set.survivor(link.golden))
  for (const id of others.length > 0 ? await regroup(set, entity, [link.golden, ...others.map((other) => other.golden)]) : []) touched.add(id)
  for (const id of await askedAnew(set, entity, set.survivor(link.golden))) touched.add(id)
}

// ── set aside ────────────────────────────────────────────────────────────────────────────────────────────────────────

async function openAsides(set: WorkingSet, place: Place, keys: readonly string[]): Promise<Map<string, AsideRow[]>> {
  const found = new Map<string, AsideRow[]>()
  for (const row of await set.tx.asidesByKey(place, keys)) if (row.direction === 'in') found.set(row.key, [...(found.get(row.key) ?? []), row])
  return found
}

/** Repairs that still fit: the source's value is the wrong one that was repaired. A new value from the source replaces them. */
function repairs(rows: readonly AsideRow[], link: LinkRow | undefined, seen: Seen, place: Place): LinkRow['fixes'] {
  const all: Record<string, LinkRow['fixes'][string]> = { ...link?.fixes }
  for (const row of rows) if ((row.state === 'fixed' || row.state === 'open') && row.fix) Object.assign(all, row.fix)
  return Object.fromEntries(Object.entries(all).filter(([field, fix]) => fix.native === nativeText(seen[place.fields.get(field)?.source ?? ''])))
}

function firstWrong(entity: EntityRuntime, place: Place, reads: ReadonlyMap<string, FieldRead>): { field: string | null; rule: string; says: string } | undefined {
  for (const [field, read] of reads) if (read.is === 'broken') return { field, rule: read.broken.rule, says: read.broken.says }
  const values: Record<string, Value> = {}
  for (const [field, read] of reads) if (read.is === 'value') values[field] = read.value
  const finding = checkRecord(entity.quality, values, new Set(place.fields.keys())).find((f) => f.ifBroken === 'set_aside')
  return finding && { field: finding.field ?? null, rule: finding.rule, says: finding.says }
}

function shown(seen: Seen, place: Place, field: string | null): string | null {
  const value = field === null ? undefined : seen[place.fields.get(field)?.source ?? '']
  return value === undefined ? null : packNative(value).slice(0, 200)
}

function putAside(set: WorkingSet, place: Place, asides: ReadonlyMap<string, readonly AsideRow[]>, what: { key: string; hash: string; field: string | null; value: string | null; rule: string; says: string; raw: NativeRecord; link: number | null; fix?: AsideRow['fix'] }): void {
  set.count(place, 'set_aside')
  const rows = asides.get(what.key) ?? []
  const same = rows.find((row) => row.state === 'open' && row.hash === what.hash && row.rule === what.rule && row.field === what.field)
  if (same) return set.putAside({ ...same, times: same.times + 1 })
  for (const row of rows) if (row.state === 'open' || row.state === 'fixed') set.putAside({ ...row, state: 'closed' })
  set.putAside({
    id: shortId(set), direction: 'in', entity: place.entity, system: place.system, resource: place.resource, fix: null, ...what,
    mend: what.field === null
      ? `Mend the record ${what.key} in ${place.system}; it is read again by itself.`
      : `Mend ${what.field} of ${what.key} in ${place.system}, or give the right value with \`plimsoll errors fix\` and \`plimsoll errors retry\`.`,
    state: 'open', at: set.work.now, run: set.work.run, times: 1,
  })
}

/** Ten hexadecimal digits are enough to tell open entries apart and short enough to type. */
export const shortId = (set: WorkingSet): string => set.work.newId().replaceAll('-', '').slice(-10)
