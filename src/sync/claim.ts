/** Claims due commands of one place and gives them their content (semantics §2.6, §2.7). Invariant 1: the intent is stored before the call. */
import { type Native, numeral } from '../base/numeral.ts'
import type { FollowLink, KeyOf, Seen } from '../record/contracts.ts'
import { checkRecord } from '../record/quality.ts'
import { isGroup, type Value } from '../record/value.ts'
import { HOLDER_LEASE_MS, type Store, type Transaction } from '../store/contract.ts'
import type { CommandRow, GoldenRow, Intent, LinkRow } from '../store/rows.ts'
import type { Traits } from '../systems/contract.ts'
import { resolver, sameNative } from './agree.ts'
import { Brake } from './brake.ts'
import { askedAnew } from './identify.ts'
import { mergeAndOpen } from './intake.ts'
import { LookAlikes } from './look-alike.ts'
import { createKey, plainCreates } from './creates.ts'
import { IN_PART } from './judge.ts'
import { FOR_PASS } from './may-exist.ts'
import { madeNow, recordName } from './record-name.ts'
import { prepareReferences } from './references.ts'
import { type Place, placeKey } from './runtime.ts'
import { doubtsOf, endClaims, loadSlots } from './statements.ts'
import { PRIORITY, belongs, deletedOverEdit, unequal, unseenEdit, wantable } from './scope.ts'
import { linksIn, type Work, WorkingSet } from './working-set.ts'

/**
 * A claim outlives the slowest request; after it the command counts as unsure. No call is begun in its second half: whoever takes
 * the place of a silent holder finds nothing that could still be sent.
 */
export const LEASE_MS = HOLDER_LEASE_MS
const DAY_MS = 24 * 3_600_000

export interface Claimed {
  readonly command: CommandRow
  readonly link: LinkRow
  readonly golden: Pick<GoldenRow, 'id' | 'values'>
  readonly intent: Intent
  /** For people: the key, or where the record comes from. */
  readonly record: string
}

export interface Claim {
  readonly place: Place
  /** To be sent. */
  readonly send: readonly Claimed[]
  /** Writes of which nobody knows the end; they are looked up before anything else. */
  readonly unsure: readonly Claimed[]
  /** Commands that were looked at; none: nothing is due. */
  readonly looked: number
}

export interface ClaimOptions {
  readonly system: string
  readonly work: Work
  readonly holder: string
  readonly limit: number
  readonly traits: (place: Place) => Traits | undefined
  /** Filled by the claims of one delivery. */
  readonly brakes: Map<Place, Brake>
  readonly lookAlikes: Map<Place, LookAlikes>
}

export function claim(store: Store, options: ClaimOptions): Promise<Claim | undefined> {
  return store.transaction(async (tx) => {
    const { work } = options
    const due = await tx.dueCommands({ system: options.system, now: work.now, limit: options.limit })
    const first = due[0]
    if (!first) return undefined
    const place = work.runtime.places.get(placeKey(first))
    const rows = due.filter((row) => row.resource === first.resource && row.entity === first.entity)
    const set = new WorkingSet(tx, work)
    set.addCommands(rows)
    if (!place) {
      // Its system or flow left the plan; the command rests until it is back or removed.
      for (const row of rows) set.putCommand({ ...row, state: 'waiting', reason: 'paused' })
      await set.save()
      return { place: undefined as never, send: [], unsure: [], looked: rows.length }
    }
    const traits = options.traits(place)
    const entity = set.entity(place.entity)
    const resources = await tx.resources()
    const gate = entity.places.find((p) => {
      const row = resources.find((r) => r.system === p.system && r.resource === p.resource && r.entity === p.entity)
      return (row?.firstPassAt ?? null) === null && options.traits(p)?.read !== false
    })
    const resource = resources.find((r) => r.system === place.system && r.resource === place.resource && r.entity === place.entity)
    const settledAt = resource?.settledAt ?? null
    // What was seen of a record in part is seen as a whole by the next list; before a conditional write nobody looks at it.
    const unlooked = traits?.read === true && (!traits.readByKey || traits.conditional)
    const unread = resource !== undefined && resource.sources !== place.sources && traits?.read !== false
    const lookAlikes = settledAt === null ? await lookAlikesOf(tx, place, options) : undefined
    // What was to be deleted and lives on may be the same as what is to be made: then that is looked at as a whole.
    const plain = gate || lookAlikes?.any || rows.some((row) => row.kind === 'delete') ? new Map<number, never>() : await plainCreates(set, entity, place, rows)
    const others = rows.filter((row) => !plain.has(row.link))
    set.addLinks(await tx.linksById(others.map((row) => row.link)))
    await set.loadGoldens(others.map((row) => row.golden))
    await loadReferredGoldens(set, others.map((row) => row.golden), place)
    // Looked at once for all claims of a delivery: what is open and what was done add up to the same.
    const brake = options.brakes.get(place) ?? (await Brake.of(tx, place, settledAt, work.now))
    options.brakes.set(place, brake)

    const send: Claimed[] = []
    const unsure: Claimed[] = []
    const sending = (row: CommandRow, intent: Intent): CommandRow => set.putCommand({
      ...row, kind: intent.kind, state: 'sending', reason: row.reason === 'released' ? row.reason : null, waitsFor: null, holder: options.holder, fence: row.fence + 1,
      attempts: row.attempts + 1, leaseUntil: work.now + LEASE_MS, intent,
    })
    for (const row of rows) {
      const create = plain.get(row.link)
      if (create) {
        if (!create.golden.established) set.establish(create.golden.id)
        send.push({ ...create, command: sending({ ...row, golden: create.golden.id }, create.intent) })
        continue
      }
      const link = set.link(row.link)
      const golden = link && set.golden(set.survivor(link.golden))
      if (!link || !golden) {
        set.dropCommand(row.link, 'withdrawn')
        continue
      }
      if (row.state === 'sending') {
        // The lease is over: whoever sent it died or was stopped, and the request may still be executed.
        set.putCommand({ ...row, state: 'unsure', holder: null, fence: row.fence + 1, notBefore: work.now + (traits?.lateMs ?? 60_000) })
        continue
      }
      if (row.state === 'unsure') {
        const claimed = set.putCommand({ ...row, holder: options.holder, fence: row.fence + 1, notBefore: work.now + LEASE_MS })
        // However it is answered, the request may still be executed later.
        const doubting = set.putLink({ ...link, doubt: doubtsOf(place, link, row.intent!, work.now) })
        unsure.push({ command: claimed, link: doubting, golden, intent: row.intent!, record: recordName(set.work, link, set.linksOf(golden.id)) })
        continue
      }
      const verdict = content(set, place, row, link, golden, { gate: gate !== undefined, readable: traits?.read === true, unread: unread || (link.hash === '' && unlooked), inPart: link.hash === IN_PART && unlooked && place.twoWay, brake, now: work.now })
      if (verdict.is === 'drop') {
        set.dropCommand(row.link, verdict.count)
        if (link.state === 'slot') {
          set.removeLink(link.id)
          await loadSlots(set, [golden.id])
          endClaims(set, golden.id)
        } else if (verdict.count === 'already_equal') set.putLink({ ...link, agreed: golden.rev })
      } else if (verdict.is === 'wait') {
        set.putCommand({ ...row, golden: golden.id, state: verdict.reason === 'brake' ? 'held' : 'waiting', reason: verdict.reason, waitsFor: verdict.on ?? null, kind: verdict.kind ?? row.kind })
      } else if (verdict.intent.kind === 'create' && await lookAlikes?.take(set, entity, place, golden, verdict.intent.sources)) {
        set.dropCommand(row.link, 'already_equal')
        set.removeLink(link.id)
        await mergeAndOpen(set, entity, [golden.id], PRIORITY.run)
      } else {
        const command = sending({ ...row, golden: golden.id }, verdict.intent)
        if (!golden.established) set.putGolden({ ...golden, established: true })
        send.push({ command, link, golden, intent: verdict.intent, record: recordName(set.work, link, set.linksOf(golden.id)) })
      }
      // It lives on: whether others are the same is asked anew.
      if (golden.state === 'ended' && set.golden(golden.id)?.state === 'live') await mergeAndOpen(set, entity, await askedAnew(set, entity, golden.id), PRIORITY.run)
    }
    await set.save()
    return { place, send, unsure, looked: rows.length }
  }, { as: 'claim' })
}

async function lookAlikesOf(tx: Transaction, place: Place, options: ClaimOptions): Promise<LookAlikes> {
  const known = options.lookAlikes.get(place) ?? (await LookAlikes.of(tx, place))
  options.lookAlikes.set(place, known)
  return known
}

type Content =
  | { readonly is: 'send'; readonly intent: Intent }
  | { readonly is: 'drop'; readonly count: 'already_equal' | 'skipped' | 'withdrawn' }
  | { readonly is: 'wait'; readonly reason: string; readonly on?: string; readonly kind?: CommandRow['kind'] }

/** The order of the questions is part of the meaning (semantics §2.6). */
function content(set: WorkingSet, place: Place, row: CommandRow, link: LinkRow, golden: GoldenRow, at: { gate: boolean; unread: boolean; inPart: boolean; readable: boolean; brake: Brake; now: number }): Content {
  const released = row.reason === 'released'
  const flow = place.receiver!.flow
  const suspects = suspectsOf(place, link)
  /** What is sent once more though the golden record has gone on: only the same value can tell what the target makes of it. */
  const once = new Map<string, Value>()
  const intent = (kind: Intent['kind'], fields: readonly string[], sources: Seen): Intent => ({
    kind, fields, sources, rev: golden.rev, sentAt: at.now, repeats: row.intent?.repeats ?? 0,
    hub: Object.fromEntries(fields.map((field) => [field, once.get(field) ?? golden.values[field]!])),
    before: Object.fromEntries(Object.keys(sources).map((source) => [source, link.seen?.[source] ?? null])),
    idempotencyKey: kind === 'create' ? createKey(link.id, link.generation) : `${link.id}-${link.generation}-${golden.rev}-${kind}`,
    ...(suspects === undefined ? {} : { suspects }),
  })
  // A create that may have been executed is remembered until a whole list tells: what it made is nobody's own record.
  const withdrawn: Content = link.key === null && row.intent?.kind === 'create' && at.readable ? { is: 'wait', reason: FOR_PASS } : { is: 'drop', count: 'withdrawn' }
  // A record that left what the plan looks at is given nothing, not even what was due before.
  if (link.state === 'left') return { is: 'drop', count: 'withdrawn' }
  if (golden.state === 'ended') {
    if (link.key === null) return withdrawn
    if (flow.whenDeleted !== 'delete') return { is: 'drop', count: 'withdrawn' }
    // Perhaps somebody typed what was read after a write of which nobody knows the end.
    if (unseenEdit(set, golden) || suspects !== undefined) {
      set.putGolden(deletedOverEdit(golden, at.now))
      return { is: 'wait', reason: 'review', kind: 'update' }
    }
    if (!released && at.brake.holds('delete')) return { is: 'wait', reason: 'brake', kind: 'delete' }
    return { is: 'send', intent: intent('delete', [], {}) }
  }
  if (!belongs(set, place, golden) || (golden.state === 'archived' && link.key === null)) return withdrawn
  if (!conditionsHold(set, place, golden)) return { is: 'drop', count: 'skipped' }
  if (at.gate) return { is: 'wait', reason: 'gate' }
  const inReview = golden.review.some((item) => item.kind === 'same' || item.kind === 'duplicate' || item.kind === 'found')
  // The target has it already as another record: asked again, it would say the same for ever.
  if (link.key === null && golden.review.some((item) => item.kind === 'found')) return { is: 'wait', reason: 'review' }
  if (inReview && link.key === null && partnerGoesFirst(set, place, golden)) return { is: 'wait', reason: 'review' }
  if (golden.review.some((item) => item.kind === 'deleted')) return { is: 'wait', reason: 'review' }
  const missing = set.entity(place.entity).entity.required.filter((field) => golden.values[field] === undefined || golden.values[field] === null)
  // A rule that came with a new plan holds for what was taken in before it, too.
  const broken = checkRecord(set.entity(place.entity).quality, golden.values, undefined, followIn(set)).find((finding) => finding.ifBroken === 'set_aside')
  if (broken) return { is: 'wait', reason: `rule: ${broken.says}`.slice(0, 300) }
  // Identifiers that somebody else claims are not carried further while a person has not decided.
  const contested = new Set(inReview ? set.entity(place.entity).identifiers.flatMap((identifier) => identifier.fields) : [])
  const creating = link.key === null
  const due = (creating ? wantable(set, place, link, golden).filter((field) => golden.values[field] !== null) : unequal(set, place, link, golden))
    .filter((field) => creating || !contested.has(field))
  // Invariant 5: what a field that is new in the plan holds here was not looked at yet, nor what a message left out.
  const fields = due.filter((field) => creating || !(at.inPart || (at.unread && isUnread(place, link, field))))
  if (fields.length === 0 && due.length > 0) return { is: 'wait', reason: 'gate' }
  if (missing.length > 0 && (creating || fields.length > 0)) {
    return at.now - row.openedAt > DAY_MS ? { is: 'wait', reason: `required: ${missing.join(', ')}` } : { is: 'wait', reason: 'required' }
  }
  const keyOf = keysIn(set, place)
  const named = namesIn(set, place, keyOf)
  const sources: Record<string, Native> = {}
  const shown: Record<string, Native> = {}
  const written: string[] = []
  for (const field of fields) {
    const type = place.fields.get(field)!.type
    const out = place.mapping.write(field, golden.values, keyOf, followIn(set))
    if (out.is === 'waiting') {
      if (type.is === 'reference' && type.late && creating) continue
      const link = isGroup(out.on) ? out.on['link'] : undefined
      const on = typeof link === 'string' ? resolver(set)(link) : undefined
      // Invariant 8: what it refers to is not there yet; the command waits for that record, with reason and age.
      return { is: 'wait', reason: 'reference', ...(on === undefined ? {} : { on }) }
    }
    if (out.is !== 'sources') continue
    if (named.has(golden.values[field] ?? null)) {
      const names = place.mapping.write(field, golden.values, named.keyOf, followIn(set))
      if (names.is === 'sources') Object.assign(shown, names.sources)
    }
    const doubt = link.doubt[field]
    const { source: own } = place.fields.get(field)!
    if (suspects !== undefined && Object.hasOwn(suspects, own) && doubt !== undefined && !sameNative(out.sources[own], doubt.sent) && type.is !== 'reference') {
      const read = place.fields.get(field)!.read({ ...link.seen, [own]: doubt.sent })
      if (read.is === 'value') {
        once.set(field, read.value)
        sources[own] = doubt.sent
        written.push(field)
        continue
      }
    }
    for (const [source, value] of Object.entries(out.sources)) {
      if (creating ? value !== null : !sameNative(value, link.seen?.[source])) sources[source] = value
    }
    if (creating || Object.entries(out.sources).some(([source, value]) => !sameNative(value, link.seen?.[source] ?? null))) written.push(field)
  }
  if (golden.state === 'archived' && flow.whenDeleted === 'archive' && place.mapping.archived && !creating) {
    for (const [source, value] of Object.entries(place.mapping.archived)) if (!sameNative(value, link.seen?.[source])) sources[source] = value
  }
  if (creating ? !place.receiver!.end.may.has('create') : Object.keys(sources).length === 0) return { is: 'drop', count: 'already_equal' }
  if (!creating && !place.receiver!.end.may.has('update')) return { is: 'drop', count: 'skipped' }
  // Under one idempotency key one request: a target answers the repetition with what it made of the first. What changed since is an update.
  if (creating && row.intent?.kind === 'create') return { is: 'send', intent: { ...row.intent, sentAt: at.now } }
  const overwrites = Object.keys(sources).some((source) => (link.seen?.[source] ?? null) !== null)
  if (!creating && !released && overwrites && at.brake.holds('update')) return { is: 'wait', reason: 'brake', kind: 'update' }
  return { is: 'send', intent: { ...intent(creating ? 'create' : 'update', written, sources), ...(Object.keys(shown).length > 0 ? { shown: { ...sources, ...shown } } : {}) } }
}

function isUnread(place: Place, link: LinkRow, field: string): boolean {
  const { reads, source } = place.fields.get(field)!
  return reads && !Object.hasOwn(link.seen ?? {}, source)
}

/** Values that were read after a write whose end nobody knows: the target's form of it or an edit, as this write will tell. */
function suspectsOf(place: Place, link: LinkRow): Seen | undefined {
  const found = Object.entries(link.doubt).flatMap(([name, doubt]): [string, Native][] => {
    const source = place.fields.get(name)?.source
    return source !== undefined && doubt.suspect !== undefined && sameNative(link.seen?.[source], doubt.suspect) ? [[source, doubt.suspect]] : []
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

const conditionsHold = (set: WorkingSet, place: Place, golden: GoldenRow): boolean =>
  place.receiver!.where.every((condition) => condition.holds(golden.values, followIn(set)))

function followIn(set: WorkingSet): FollowLink {
  const resolve = resolver(set)
  return (link) => {
    const id = resolve(link)
    return id === undefined ? undefined : set.golden(id)?.values
  }
}

/** Of two records in review, nothing is created where the partner has a record, nor where the partner comes first. */
function partnerGoesFirst(set: WorkingSet, place: Place, golden: GoldenRow): boolean {
  for (const item of golden.review) {
    if (item.with === undefined) continue
    const partner = set.golden(item.with)
    if (!partner) return true
    const there = set.linksOf(partner.id).some((link) => link.system === place.system && link.resource === place.resource && link.state === 'live')
    const oldest = (id: string): number => Math.min(...set.linksOf(id).filter((link) => link.state === 'live').map((link) => link.id), Number.MAX_SAFE_INTEGER)
    if (there || oldest(partner.id) < oldest(golden.id)) return true
  }
  return false
}

/** Golden record → the key this system uses: that of its oldest live link, or one of its identifiers. */
function keysIn(set: WorkingSet, place: Place): KeyOf {
  const resolve = resolver(set)
  return (reference: Value, by: string): Native | undefined => {
    if (!isGroup(reference) || typeof reference['link'] !== 'string') return undefined
    const golden = resolve(reference['link'])
    if (golden === undefined) return undefined
    if (by !== '') {
      const value = set.golden(golden)?.values[by]
      return typeof value === 'string' ? value : undefined
    }
    const link = set.linksOf(golden).find((other) => other.system === place.system && other.state === 'live' && other.key !== null)
    return link ? (link.numericKey ? numeral(link.key!) : link.key!) : undefined
  }
}

async function loadReferredGoldens(set: WorkingSet, goldens: readonly string[], place: Place): Promise<void> {
  const entity = set.entity(place.entity)
  const partners = goldens.flatMap((id) => set.golden(set.survivor(id))?.review.flatMap((item) => (item.with === undefined ? [] : [item.with])) ?? [])
  if (partners.length > 0) await set.loadGoldens(partners)
  if (entity.references.length === 0) return
  const ids = new Set<number>()
  for (const id of goldens) {
    const golden = set.golden(set.survivor(id))
    if (golden) linksIn(golden.values, ids)
    for (const link of set.linksOf(id)) for (const statement of Object.values(statementsIfWritten(link))) linksIn(statement.value, ids)
  }
  const missing = [...ids].filter((id) => set.link(id) === undefined)
  if (missing.length > 0) set.addLinks(await set.tx.linksById(missing))
  await set.loadGoldens([...ids].map((id) => set.link(id)?.golden).filter((id) => id !== undefined))
  await set.newLinkIds(8)
  await prepareReferences(set, goldens.flatMap((id) => set.linksOf(id)).flatMap((link) => {
    const of = set.placeOf(link)
    return entity.references.flatMap((name) => {
      const field = of?.fields.get(name)
      const read = field && set.reads(link).get(name)
      return field && read?.is === 'value' ? [{ system: link.system, value: read.value, type: field.type }] : []
    })
  }))
}

const statementsIfWritten = (link: LinkRow): NonNullable<LinkRow['said']> => link.said ?? {}

/** Keys as a preview shows them: the name of a record that this run makes. */
function namesIn(set: WorkingSet, place: Place, keyOf: KeyOf): { has: (value: Value) => boolean; keyOf: KeyOf } {
  const resolve = resolver(set)
  const made = (link: string): LinkRow | undefined => {
    const golden = resolve(link)
    return golden === undefined ? undefined : set.linksOf(golden).find((other) => other.system === place.system && other.state === 'live' && madeNow(set.work, other))
  }
  const has = (value: Value): boolean => [...linksIn(value)].some((link) => made(String(link)) !== undefined)
  return {
    has,
    keyOf: (reference, by) => {
      const link = by === '' && isGroup(reference) && typeof reference['link'] === 'string' ? made(reference['link']) : undefined
      return link ? recordName(set.work, link, set.linksOf(link.golden)) : keyOf(reference, by)
    },
  }
}

