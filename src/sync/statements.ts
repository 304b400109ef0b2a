/** What the users of a system said (semantics §2.1). Implied by what was read until the first change makes it explicit. */
import { DAY } from '../base/duration.ts'
import type { Native } from '../base/numeral.ts'
import type { Seen } from '../record/contracts.ts'
import type { Said } from '../record/survivorship.ts'
import { isGroup, type Value } from '../record/value.ts'
import type { Doubt, GoldenRow, Intent, LinkRow, Statement } from '../store/rows.ts'
import { canonicalOf, readValue, sameNative } from './agree.ts'
import { identitiesAmong, type Identity } from './identity.ts'
import { mayHaveMade } from './may-exist.ts'
import { resolveReferences } from './references.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import type { WorkingSet } from './working-set.ts'

/** All statements of a link; for a link that was only read they follow from `seen`. A record made by the hub implies none. */
export function statementsOf(set: WorkingSet, link: LinkRow): Readonly<Record<string, Statement>> {
  if (link.said !== null) return link.said
  if (link.origin === 'made') return {}
  const place = set.placeOf(link)
  const said: Record<string, Statement> = {}
  if (!place) return said
  for (const name of place.contributes) {
    const field = place.fields.get(name)!
    const value = readValue(set, link, field)
    // Null at first sight is "not said".
    if (value === undefined || value === null) continue
    said[name] = { value, time: link.editedAt, on: link.golden, over: 0, rev: link.firstRev === 0 ? null : link.firstRev, first: true }
  }
  return said
}

/** Before what was read is overwritten by something nobody said, the implied statements are written out. */
export function writtenOut(set: WorkingSet, link: LinkRow): LinkRow {
  return link.said === null ? { ...link, said: statementsOf(set, link) } : link
}

/** Statements about one field of a golden record, of all its links. */
export function saidAbout(set: WorkingSet, entity: EntityRuntime, golden: GoldenRow): Map<string, Said[]> {
  const about = new Map<string, Said[]>()
  const cameIn = mergedIn(set, golden)
  for (const link of set.linksOf(golden.id)) {
    if (link.state === 'slot' || link.state === 'mentioned') continue
    const place = set.placeOf(link)
    const resting = link.state !== 'live' || place === undefined
    for (const [field, statement] of Object.entries(statementsOf(set, link))) {
      // A statement of a system that left the plan, or of a field that no longer counts, rests.
      if (place !== undefined && !place.contributes.has(field)) continue
      if (!entity.entity.fields.has(field)) continue
      const list = about.get(field) ?? []
      list.push({
        system: link.system, rank: set.work.runtime.rank.get(link.system) ?? Number.MAX_SAFE_INTEGER, link: link.id, lastWords: resting,
        value: statement.value, time: statement.time, on: statement.on, over: statement.over, rev: statement.rev, first: statement.first === true, ...(statement.elements ? { elements: statement.elements } : {}), ...cameIn(statement.on),
      })
      about.set(field, list)
    }
  }
  for (const decision of set.decisionsOn(golden.id)) {
    if (decision.kind !== 'choice' || decision.field === null) continue
    const list = about.get(decision.field) ?? []
    list.push({ system: '', rank: 0, link: 0, lastWords: false, value: decision.value, time: decision.at, on: decision.about[0]!, over: decision.over, rev: decision.over + 1, first: false, ...cameIn(decision.about[0]!) })
    about.set(decision.field, list)
  }
  return about
}

/** What was said about a record that a steward merged into this one counts as known from that merge on (semantics §2.1). */
function mergedIn(set: WorkingSet, golden: GoldenRow): (on: string) => { readonly cameIn?: number } {
  const merges = new Map(set.decisionsOn(golden.id).flatMap((decision): [string, { into: string; rev: number }][] => {
    const value = decision.kind === 'same' && isGroup(decision.value) ? decision.value : undefined
    return value ? [[String(value['from']), { into: String(value['into']), rev: Number(value['rev']) }]] : []
  }))
  return (on) => {
    let at = on
    let rev: number | undefined
    for (let steps = merges.size; steps > 0 && at !== golden.id; steps -= 1) {
      const merge = merges.get(at)
      if (!merge) return {}
      at = merge.into
      rev = merge.rev
    }
    return rev === undefined || at !== golden.id ? {} : { cameIn: rev }
  }
}

/**
 * A unit is said as a whole (§2.11): members that the place does not hold come from the golden record, members that the
 * system cut but the user left alone from what it was given.
 */
export function completed(link: LinkRow, place: Place, fieldName: string, value: Value, golden: GoldenRow | undefined): Value {
  const field = place.fields.get(fieldName)!
  if (field.type.is !== 'group' || !isGroup(value)) return value
  const whole: Record<string, Value> = {}
  const truth = golden?.values[fieldName]
  if (isGroup(truth)) for (const [member, of] of Object.entries(truth)) if (!(member in value)) whole[member] = of
  Object.assign(whole, value)
  const altered = link.altered[fieldName]
  if (altered && isGroup(altered.hub) && link.seen) {
    const held = field.read({ ...link.seen, [field.source]: altered.held })
    if (held.is === 'value' && isGroup(held.value)) {
      for (const [member, given] of Object.entries(altered.hub)) {
        if (member in value && JSON.stringify(value[member]) === JSON.stringify(held.value[member])) whole[member] = given
      }
    }
  }
  return whole
}

export const identitiesIn = (set: WorkingSet, entity: EntityRuntime, value: (field: string) => Value | undefined): Identity[] =>
  identitiesAmong(entity, value, (of, type) => canonicalOf(set, of, type))

/** What a link claims to be: from what its users said; in a place that only receives, from what was found there. */
export function identitiesOf(set: WorkingSet, entity: EntityRuntime, link: LinkRow): Identity[] {
  const said = statementsOf(set, link)
  const place = set.placeOf(link)
  return identitiesIn(set, entity, (name) => {
    if (said[name] !== undefined) return said[name].value
    const field = place?.fields.get(name)
    if (!field || !place || place.contributes.has(name) || link.origin === 'made') return undefined
    return readValue(set, link, field)
  })
}

/** A record that is gone still says who the others of its golden record are, as long as there are any. */
export function renewClaims(set: WorkingSet, entity: EntityRuntime, link: LinkRow): void {
  if (link.state === 'mentioned' || link.state === 'slot') return
  // Of a system that left the plan nothing is read: who it said the record is stays.
  if (!set.placeOf(link)) return
  const ended = link.state === 'gone' && isClosed(set, link.golden)
  set.putClaims(link.id, ended ? [] : identitiesOf(set, entity, link).map((id) => ({ entity: link.entity, ...id, link: link.id })))
}

/**
 * Nothing of it is left, and nothing of it is being made: what a create may have made lives on as this golden record. Where a
 * record goes, the commands of the slots must have been loaded (`loadSlots`). An ended golden record is closed all the same.
 */
function isClosed(set: WorkingSet, id: string): boolean {
  const ended = set.golden(id)?.state === 'ended'
  return !set.linksOf(id).some((link) => link.state === 'live' || link.state === 'left' || (!ended && link.state === 'slot' && mayHaveMade(set.command(link.id))))
}

export const loadSlots = (set: WorkingSet, goldens: readonly string[]): Promise<void> =>
  set.loadCommands(goldens.flatMap((id) => set.linksOf(id).filter((link) => link.state === 'slot').map((link) => link.id)))

/** A golden record whose last record is gone is closed: a later record with the same identifiers is another one. */
export function endClaims(set: WorkingSet, golden: string): void {
  if (isClosed(set, golden)) for (const link of set.linksOf(golden)) if (link.state === 'gone') set.putClaims(link.id, [])
}

export const doubted = (link: LinkRow, field: string, value: unknown, now: number): boolean => {
  const doubt = link.doubt[field]
  return doubt !== undefined && [doubt, ...(doubt.earlier ?? [])].some(({ sent, until }) => until > now && sameNative(value as never, sent))
}

/** As many values of a day as one field may be sent without anybody knowing their end. */
const MOST_EARLIER = 8

/** A value was sent of which nobody knows the end. What was sent before it may arrive after it. */
export function doubting(before: Doubt | undefined, sent: Native, rev: number, now: number, suspect?: Native): Doubt {
  const earlier = (before ? [before, ...(before.earlier ?? [])] : []).filter((one) => one.until > now && !sameNative(one.sent, sent)).map((one) => ({ sent: one.sent, until: one.until }))
  return { sent, until: now + DAY, rev, ...(suspect === undefined ? {} : { suspect, ...suspectsBefore(before, suspect) }), ...(earlier.length === 0 ? {} : { earlier: earlier.slice(0, MOST_EARLIER) }) }
}

/** Of one value it is known now. */
export function doubtWithout({ earlier = [], ...last }: Doubt, sent: Native | undefined, now: number): Doubt | undefined {
  const [first, ...more] = [last, ...earlier].filter((one) => one.until > now && !sameNative(one.sent, sent)).map((one) => ({ sent: one.sent, until: one.until }))
  return first && { ...first, ...(more.length === 0 ? {} : { earlier: more }) }
}

/** The first look since a write of which nobody knows the end: another value may be what the target made of it. */
export const suspected = (link: LinkRow, field: string, now: number): boolean => {
  const doubt = link.doubt[field]
  return doubt !== undefined && doubt.until > now && link.seenTo <= doubt.until - DAY
}

/** Values of a write of which nobody knows the end: seen again, they are nobody's edit. */
export const doubtsOf = (place: Place, link: LinkRow, intent: Intent, now: number): LinkRow['doubt'] => ({
  ...link.doubt,
  ...Object.fromEntries(intent.fields.flatMap((name) => {
    const source = place.fields.get(name)?.source
    return source === undefined ? [] : [[name, doubting(link.doubt[name], intent.sources[source] ?? null, intent.rev, now, link.doubt[name]?.suspect)] as const]
  })),
})

/** What was read after such a write, where it is not what was sent: the target's form of it or an edit, as the next write will tell. */
export function suspecting(place: Place, link: LinkRow, intent: Intent, read: Seen, now: number): LinkRow {
  const seen: Record<string, Native> = { ...link.seen }
  const doubt = { ...link.doubt }
  for (const name of intent.fields) {
    const source = place.fields.get(name)?.source
    if (source === undefined || !Object.hasOwn(read, source) || sameNative(read[source], intent.sources[source])) continue
    // As it was before the write: nobody did anything to it.
    if (intent.kind === 'update' && sameNative(read[source], intent.before[source] ?? null)) continue
    seen[source] = read[source]!
    doubt[name] = doubting(link.doubt[name], intent.sources[source] ?? null, intent.rev, now, doubted(link, name, read[source], now) ? undefined : read[source]!)
  }
  return { ...link, seen, hash: '', doubt }
}

/** Another value stands where one was read of which nobody knows whether somebody typed it: both are remembered. */
export function suspectsBefore(doubt: Doubt | undefined, suspect: Native | undefined): Pick<Doubt, 'suspectsBefore'> {
  if (suspect === undefined) return {}
  const values = [...(doubt?.suspectsBefore ?? []), ...(doubt?.suspect === undefined ? [] : [doubt.suspect])].filter((one) => !sameNative(one, suspect))
  return values.length > 0 ? { suspectsBefore: values.slice(-MOST_EARLIER) } : {}
}

/** Nothing will tell any more, or not before a person did something, which of these values somebody typed: the log keeps them. */
export function logSuspects(set: WorkingSet, place: Place, link: LinkRow): void {
  for (const [name, { suspect, suspectsBefore: more = [] }] of Object.entries(link.doubt)) for (const value of suspect === undefined ? [] : [...more, suspect]) logSuspect(set, place, link, name, value)
}

/** A value that somebody may have typed, and that another one was written over. */
export function logSuspect(set: WorkingSet, place: Place, link: LinkRow, name: string, value: Native): void {
  const field = place.fields.get(name)
  const golden = set.golden(set.survivor(link.golden))
  const read = field?.read({ ...link.seen, [field.source]: value })
  if (!field || !golden || read?.is !== 'value' || sameNative(value, link.doubt[name]?.sent)) return
  set.change({
    golden: golden.id, entity: golden.entity, field: name, kind: 'conflict', rev: golden.rev, before: undefined, after: golden.values[name], rule: WRITTEN_OVER,
    loser: { link: link.id, system: link.system, value: resolveReferences(set, read.value, field.type, place.system), time: null },
  })
}
export const WRITTEN_OVER = 'written over before it was known whether somebody typed it'
