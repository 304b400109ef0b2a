/** Reads one resource (a lane with one holder, fenced) and takes what it yields in, batch by batch. */
import { asPlimsollError, PlimsollError, registerErrors } from '../base/errors.ts'
import { PAGE } from '../plan/pace.ts'
import type { Resource } from '../systems/contract.ts'
import type { AsideRow, ResourceRow } from '../store/rows.ts'
import { isOfStore, type Store, type Transaction } from '../store/contract.ts'
import { confirm, detectDeletes, shrunken as isShrunken, unmet } from './deletes.ts'
import { asFieldsChanged, FieldWatch } from './fields-changed.ts'
import type { EngineParts } from './engine.ts'
import { intake, type IntakeOptions, type Other } from './intake.ts'
import { newcomersOf } from './newcomer.ts'
import type { Prepared } from './prepare.ts'
import { readyPages } from './ready.ts'
import { shrunken } from './release.ts'
import { type Place, placeKey, type Runtime } from './runtime.ts'
import { FOR_PASS } from './may-exist.ts'
import { PRIORITY, type Priority } from './scope.ts'
import { endClaims, loadSlots } from './statements.ts'
import { type Work, WorkingSet } from './working-set.ts'

registerErrors({
  'sync.incomplete': { class: 'remote', hint: 'Run again; if it stays so, see what {system} answers. A source that is really empty has to say so with a complete list.' },
})

/** One batch is one transaction: large enough to be fast, small enough that others get their turn. */
const BATCH = PAGE
/** As long as most records of a batch are unchanged or new they cost so little that more of them go at once … */
const LIGHT_BATCH = 20_000
/** … but not where each new one is due in another system too. */
const CREATING_BATCH = 5000

export interface ReadReport {
  readonly place: Place
  readonly read: number
  /** The read delivered everything that it promised. */
  readonly complete: boolean
  readonly shrunk: { readonly was: number; readonly now: number } | undefined
  readonly failure?: PlimsollError
  readonly gone: number
  /** What a person should know though it is no error. */
  readonly notes: readonly string[]
}

export interface ReadContext {
  readonly parts: EngineParts
  readonly work: () => Work
  readonly signal: AbortSignal
  readonly priority?: Priority
  /** Everything, whatever the position. */
  readonly full?: boolean
  readonly onProgress?: (place: Place, read: number) => void
}

class Met {
  #bits = new Uint8Array(1024)
  add(link: number): void {
    const byte = link >> 3
    if (byte >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2))
      larger.set(this.#bits)
      this.#bits = larger
    }
    this.#bits[byte]! |= 1 << (link & 7)
  }
  has(link: number): boolean {
    return ((this.#bits[link >> 3] ?? 0) & (1 << (link & 7))) !== 0
  }
}

const newResource = (place: Place, epoch: number): ResourceRow => ({
  system: place.system, resource: place.resource, entity: place.entity, position: null, epoch, fence: 0, holder: null, leaseUntil: 0, firstPassAt: null,
  lookedAt: 0, lastCount: 0, shrunk: null, fields: null, sources: place.sources, settledAt: null, lastError: null,
})

export async function readPlace(context: ReadContext, place: Place, resource: Resource): Promise<ReadReport> {
  const { parts, signal } = context
  const { store, clock } = parts
  const startedAt = clock.now()
  const { row, epoch } = await store.transaction(async (tx) => {
    const plan = await tx.plan()
    const found = (await tx.resources()).find((r) => r.system === place.system && r.resource === place.resource && r.entity === place.entity)
    const held = { ...(found ?? newResource(place, plan?.epoch ?? 1)), fence: (found?.fence ?? 0) + 1, holder: parts.holder }
    await tx.save({ resources: [held] })
    return { row: held, epoch: plan?.epoch ?? 1 }
  }, { as: 'read.begin' })
  const whole = context.full === true || !resource.traits.incremental || row.position === null || row.firstPassAt === null || row.sources !== place.sources || row.epoch !== epoch
  const met = new Met()
  let read = 0
  let complete = false
  let position: string | null = whole ? null : row.position
  const options = (extra: Partial<IntakeOptions>): IntakeOptions => ({
    place, work: context.work(), priority: context.priority ?? (row.firstPassAt === null ? PRIORITY.backfill : PRIORITY.run), listLagMs: Math.max(resource.traits.listLagMs, 1), noKeys: resource.readKeys === undefined,
    judging: { ordered: resource.traits.version === 'ordered', omitsEmpty: resource.traits.omitsEmpty, lookedAt: row.lookedAt },
    ...(whole ? { passStartedAt: startedAt } : {}),
    ...extra,
  })
  /** Invariant 2: the position moves with the batch, only under this fence, and is never older within an epoch. */
  const moving = (to: string | undefined) => (now: ResourceRow | undefined, allTaken: boolean): ResourceRow => {
    if (now && now.fence !== row.fence) throw new PlimsollError('store.fenced', `Another worker reads ${place.system}/${place.resource} now.`)
    if (to !== undefined && allTaken && (!whole || resource.traits.incremental)) position = to
    return { ...(now ?? row), position: whole ? (now?.position ?? null) : position, epoch }
  }
  const acknowledge = async (to: string): Promise<void> => {
    if (!resource.acknowledge) return
    await resource.acknowledge(to)
    parts.reached?.('read.acknowledged')
  }
  let failure: PlimsollError | undefined
  let gone = 0
  /** Records that can't be read and whose key nobody knows: each may be one that seems to be missing. */
  let nameless = 0
  /** Nothing more would come if it were read again. Where the hub writes, only a whole list tells what must not be made twice. */
  let exhausted = false
  let acknowledged: string | undefined
  const notes: string[] = []
  const unreadable = new Set<string>()
  const accepted = await releaseOf(parts, `fields:${place.system}/${place.resource}`)
  const watch = new FieldWatch(place, accepted ? null : row.fields)
  /** Of the page that is under way: read, and not handed over to be taken in. */
  let notHanded = 0
  try {
    const first = row.firstPassAt === null
    const reading = { ...(whole ? {} : { since: row.position! }), signal, pageSize: PAGE }
    const newcomers = newcomersOf(parts.runtime.entities.get(place.entity)!, place)
    const light = newcomers && newcomers.creates.length > 0 ? CREATING_BATCH : LIGHT_BATCH
    const pages = (await parts.readApart?.(place, resource, { ...reading, first }))
      ?? readyPages(resource, place, reading, clock, first ? newcomers : null)
    let size = BATCH
    for await (const page of pages) {
      signal.throwIfAborted()
      parts.reached?.('read.page')
      // Counted here, where the connector yields; the outcomes are counted in the transaction. Invariant 3.
      const { records: batch, deleted, broken } = page
      watch.look(batch, parts.runtime)
      const yielded = batch.length + deleted.length + broken.length
      read += yielded
      await countRead(parts, context.work(), place, yielded)
      notHanded = yielded - deleted.length
      // Before the position moves: what was deleted is asked for, and that can fail.
      if (deleted.length > 0) gone += await deletedByMessage(context, place, resource, deleted, options({}))
      for (let start = 0, end = 0; start === 0 || start < batch.length; start = end) {
        signal.throwIfAborted()
        end = Math.max(start + size, 1)
        const last = end >= batch.length
        const resourceMoves = moving(last ? page.position : undefined)
        const chunk = batch.slice(start, end)
        const result = await intake(store, chunk, options({
          resource: resourceMoves,
          ...(last && broken.length > 0 ? { broken } : {}),
        }))
        notHanded -= chunk.length - result.verify.length + (last ? broken.length : 0)
        for (const link of result.met) met.add(link)
        size = result.different * 4 > end - start ? BATCH : light
        // Others get their turn between batches, and so does whoever wants to stop this.
        await clock.sleep(0)
        if (result.verify.length > 0) {
          for (const link of await verified(resource, result.verify, (extra) => options({ ...extra, resource: resourceMoves }), parts, signal)) met.add(link)
          notHanded -= result.verify.length
        }
      }
      if (page.position !== undefined) {
        acknowledged = page.position
        // What is left of a queue is all there is: nothing of it is held back for the end.
        if (!whole || !resource.traits.complete) await acknowledge(page.position)
      }
      for (const one of broken) {
        unreadable.add(one.key ?? one.place)
        if (one.key === undefined) nameless += 1
      }
      if (page.complete !== undefined) complete = page.complete && nameless === 0
      exhausted = (page.ended === true || page.complete === true) && place.receiver === undefined
      notes.push(...(page.notes ?? []))
      context.onProgress?.(place, read)
    }
  } catch (error) {
    failure = asFieldsChanged(asPlimsollError(error), place, parts.runtime)
    // Without the store nothing can be said about the source.
    if (isOfStore(failure)) throw error
    await countAgain(parts, context.work(), place, notHanded)
    if (failure.code === 'internal.defect' && !signal.aborted) throw error
    complete = false
  }
  const stopped = signal.aborted
  const share = place.receiver?.flow.brake.share?.of1 ?? place.senders[0]?.flow.brake.share?.of1 ?? 0.2
  const counts = whole && resource.traits.complete && complete
  const released = await releaseOf(parts, `shrunk:${place.system}/${place.resource}`)
  const shrunk = counts && !released && isShrunken(row, read, share) ? { was: row.lastCount, now: read, at: clock.now() } : null
  if (counts && !shrunk && !failure && !stopped) {
    try {
      gone += await detectDeletes(store, place, resource, { startedAt, count: read, met }, { ...options({}), signal, clock })
    } catch (error) {
      failure = asPlimsollError(error)
      if (isOfStore(failure) || failure.code === 'internal.defect') throw error
    }
  }
  const ended = !failure && !stopped
  // Invariant 3: what was read is kept, but a list that is not whole is no success.
  const incomplete = ended && whole && resource.traits.complete && !complete
    ? new PlimsollError('sync.incomplete', `${place.system}/${place.resource} did not deliver its whole list: ${read === 0 ? 'it was empty' : nameless > 0 ? `${nameless} of ${read} records can't be read, and nobody knows their keys` : `it ended after ${read} records`}. Nothing was taken as deleted.`, { details: { system: place.system } })
    : undefined
  const said = failure ?? incomplete
  // Under another mapping a place is read when every record was: lists that lag leave some out.
  const readAnew = row.sources !== place.sources && ended && whole && !shrunk && (!resource.traits.complete || (complete && (await unmet(store, place, met).next()).done === true))
  await store.transaction(async (tx) => {
    const now = (await tx.resources()).find((r) => r.system === place.system && r.resource === place.resource && r.entity === place.entity)!
    if (now.fence !== row.fence) throw new PlimsollError('store.fenced', `Another worker reads ${place.system}/${place.resource} now.`)
    await tx.save({
      resources: [{
        ...now, holder: null, epoch,
        position: ended && whole && resource.traits.incremental ? (position ?? now.position) : now.position,
        firstPassAt: now.firstPassAt ?? (((ended && (complete || !resource.traits.complete)) || exhausted) && !shrunk && !stopped ? clock.now() : null),
        lookedAt: ended ? startedAt - resource.traits.listLagMs : now.lookedAt,
        lastCount: counts && !shrunk && ended ? read : now.lastCount,
        shrunk: shrunk ?? (counts && ended ? null : now.shrunk),
        fields: whole && ended && read > 0 ? watch.shares : now.fields,
        sources: readAnew ? place.sources : now.sources,
        lastError: said ? { code: said.code, says: said.message, at: clock.now() } : ended ? null : now.lastError,
      }],
      ...(ended && counts ? { asides: await readableAgain(tx, place, unreadable) } : {}),
      decisions: [...(released && counts ? [released] : []), ...(accepted && ended && whole ? [accepted] : [])].map((row) => ({ ...row, ended: true })),
    })
  }, { as: 'read.end' })
  let left: PlimsollError | undefined
  if (ended && whole && acknowledged !== undefined) {
    try {
      await acknowledge(acknowledged)
    } catch (error) {
      // What was read is kept; it is acknowledged again by the next read.
      left = asPlimsollError(error)
      if (left.code === 'internal.defect') throw error
    }
  }
  await wakePassWaiters(parts, context.work(), place, ended && counts && !shrunk)
  const failed = said ?? left
  return { place, read, complete: ended && complete, shrunk: shrunk ?? undefined, gone, notes, ...(failed ? { failure: failed } : {}) }
}

/** What could not be read by its place (a line of a file) is closed when a whole list came without it. */
async function readableAgain(tx: Transaction, place: Place, unreadable: ReadonlySet<string>): Promise<AsideRow[]> {
  const open = await tx.asides({ states: ['open'], limit: 10_000 })
  return open.filter((row) => row.rule === 'unreadable' && row.system === place.system && row.resource === place.resource && row.entity === place.entity && !unreadable.has(row.key))
    .map((row) => ({ ...row, state: 'closed' as const }))
}

export const countRead = (parts: EngineParts, work: Work, place: Place, n: number): Promise<void> => count(parts, work, place, 'read', n)

/** Read, and not taken in: the position or the message stays, so it comes once more. */
export const countAgain = (parts: EngineParts, work: Work, place: Place, n: number): Promise<void> => count(parts, work, place, 'again', n)

async function count(parts: EngineParts, work: Work, place: Place, name: string, n: number): Promise<void> {
  if (n > 0) await parts.store.transaction((tx) => tx.save({ ledger: [{ run: work.run, system: place.system, resource: place.resource, entity: place.entity, count: name, n }] }), { as: 'read.count' })
}

/** Reads the other keys that these records collide with, and takes the records in again with what was found. */
export async function verified(resource: Resource, items: readonly { readonly record: Prepared; readonly other: Other }[], options: (extra: Partial<IntakeOptions>) => IntakeOptions, parts: EngineParts, signal: AbortSignal): Promise<readonly number[]> {
  const known = new Map<number, 'found' | 'missing'>()
  if (resource.readKeys && resource.traits.readByKey) {
    const from = parts.clock.now() - resource.traits.keyLagMs
    const found = new Set((await resource.readKeys(items.map((item) => item.other.key), signal)).map((record) => record.key))
    // An answer that may be older than what is known of a record does not say that it is gone.
    for (const { other } of items) known.set(other.id, found.has(other.key) || other.seenTo > from ? 'found' : 'missing')
  } else for (const { other } of items) known.set(other.id, 'found')
  const result = await intake(parts.store, items.map((item) => item.record), options({ verified: known }))
  return result.met
}

export async function deletedByMessage(context: ReadContext, place: Place, resource: Resource, keys: readonly string[], options: IntakeOptions): Promise<number> {
  const links = await context.parts.store.transaction((tx) => tx.linksByKey(place, keys), { readOnly: true })
  const live = links.filter((link) => link.state === 'live')
  // In the ledger a deletion that was read is an outcome like any other.
  await context.parts.store.transaction((tx) => tx.save({ ledger: [{ run: options.work.run, system: place.system, resource: place.resource, entity: place.entity, count: 'changed', n: keys.length }] }), { as: 'deletes.told' })
  return live.length === 0 ? 0 : confirm(context.parts.store, place, resource, live.map((link) => ({ ...link, missed: 1 })), { ...options, signal: context.signal, clock: context.parts.clock })
}

/** A person said that a source is right: that it shrank, or lost fields. */
async function releaseOf(parts: EngineParts, about: string) {
  return (await parts.store.transaction((tx) => tx.decisionsOf('release'), { readOnly: true })).find((decision) => decision.about.includes(about))
}

/** Creates whose end only a whole list can tell are due again after a pass that began later, or are not owed any more. */
async function wakePassWaiters(parts: EngineParts, work: Work, place: Place, complete: boolean): Promise<void> {
  if (!complete) return
  await parts.store.transaction(async (tx) => {
    const waiting = (await tx.commandsIn('waiting', 10_000)).filter((row) => row.reason === FOR_PASS && row.system === place.system && row.resource === place.resource)
    if (waiting.length === 0) return
    const set = new WorkingSet(tx, work)
    set.addCommands(waiting)
    set.addLinks(await tx.linksById(waiting.map((row) => row.link)))
    await set.loadGoldens(waiting.map((row) => row.golden))
    await loadSlots(set, waiting.map((row) => set.survivor(row.golden)))
    for (const row of waiting) {
      if (place.receiver) set.putCommand({ ...row, state: 'due', reason: null, intent: null })
      else set.removeLink(row.link)
    }
    for (const row of place.receiver ? [] : waiting) endClaims(set, set.survivor(row.golden))
    await set.save()
  }, { as: 'pass.waiters' })
}

/** Places whose whole list somebody waits for, though nothing is sent from there: creates, or a person who said that it may be shorter. */
export async function awaitedPlaces(store: Store, runtime: Runtime): Promise<ReadonlySet<Place>> {
  const names = await store.transaction(async (tx) => new Set([
    ...(await tx.commandsIn('waiting', 10_000)).filter((row) => row.reason === FOR_PASS), ...(await shrunken(tx)).filter(({ released }) => released).map(({ row }) => row),
  ].map(placeKey)), { readOnly: true })
  return new Set([...runtime.places.values()].filter((place) => names.has(placeKey(place))))
}
