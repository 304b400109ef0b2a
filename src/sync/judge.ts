/** What an observation of a known record means (semantics §2.3). */
import type { Native } from '../base/numeral.ts'
import type { MappedField, Seen } from '../record/contracts.ts'
import { votesOfEdit, votesOfValue } from '../record/survivorship.ts'
import type { Value } from '../record/value.ts'
import type { Altered, Doubt, ElementVote, GoldenRow, LinkRow, Statement } from '../store/rows.ts'
import { agrees, canonicalOf, meansGolden, resolver, sameNative } from './agree.ts'
import { resolveReferences } from './references.ts'
import type { Place } from './runtime.ts'
import { completed, doubted, doubtWithout, logSuspect, statementsOf, suspected, suspectsBefore, writtenOut } from './statements.ts'
import { type WorkingSet, readFields } from './working-set.ts'

/** A record as a system said it, and the interval of hub time in which that was true. */
export interface Observation {
  readonly key: string
  readonly seen: Seen
  /** Of the canonical `seen`; partial observations have none. */
  readonly hash: string
  readonly version: string | null
  readonly editedAt: number | null
  /** When the request was sent, less the lag of that kind of read; a webhook: -1 (unknown). */
  readonly from: number
  readonly to: number
  readonly partial: boolean
}

export type Verdict = 'unchanged' | 'changed' | 'echo' | 'stale' | 'parked' | 'again'

/**
 * Instead of the hash of a record of which a message told a part and the newest version: what the rest of it holds at that version
 * is not known, and a write on condition of it would overwrite the rest unseen. Invariant 5.
 */
export const IN_PART = 'in part'

/** Older, newer, or nobody can say. */
function freshness(link: LinkRow, o: Observation, ordered: boolean): 'stale' | 'fresh' | 'unknown' {
  if (ordered && o.version !== null && link.version !== null && o.version !== link.version) {
    return compareVersions(o.version, link.version) < 0 ? 'stale' : 'fresh'
  }
  if (o.to <= link.seenFrom && o.to < link.seenTo) return 'stale'
  return o.from >= link.seenTo ? 'fresh' : 'unknown'
}

function compareVersions(a: string, b: string): number {
  if (/^\d+$/.test(a) && /^\d+$/.test(b)) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
  return a < b ? -1 : a > b ? 1 : 0
}

export interface JudgeOptions {
  /** Versions of this resource can be ordered. */
  readonly ordered: boolean
  /** A path that the record leaves out is empty. */
  readonly omitsEmpty: boolean
  /** When every record of the resource that was not reported since was known to be unchanged. */
  readonly lookedAt: number
  /** The observation is the target's answer to a write: no waiting for that write's end. */
  readonly settling?: true
}

/** Takes an observation into a link. Rules of broken values must have been looked at before. */
export function judge(set: WorkingSet, place: Place, before: LinkRow, o: Observation, options: JudgeOptions): Verdict {
  const command = set.command(before.id)
  const writing = command && (command.state === 'sending' || command.state === 'unsure')
  if (!options.settling) {
    const age = writing ? 'writing' : freshness(before, o, options.ordered)
    if (age !== 'fresh') {
      // Nothing was ever written to a path that was never read: its value is first sight, however old, and whatever becomes of an
      // open write of other paths. The list that brings it may be the only one that is read for it.
      const first = Object.entries(o.seen).filter(([source]) => before.seen !== null && !Object.hasOwn(before.seen, source) && !(writing && Object.hasOwn(command.intent?.sources ?? {}, source)))
      if (first.length > 0) judge(set, place, before, { ...o, seen: Object.fromEntries(first), hash: '', version: null, from: before.seenFrom, to: before.seenTo, partial: true }, { ...options, settling: true })
      return age === 'writing' ? 'parked' : age === 'stale' ? 'stale' : differs(set.link(before.id) ?? before, o) ? 'again' : 'unchanged'
    }
  }
  const seen = complete(before.seen, o, place, options.omitsEmpty)
  const now = readFields(place, seen, before.fixes)
  const then = set.reads(before)
  const golden = set.golden(before.golden)
  const said: Record<string, Statement> = {}
  const kept: Record<string, Altered> = {}
  const doubt: Record<string, Doubt> = { ...before.doubt }
  let silent = false
  for (const field of place.mapping.fields) {
    if (!field.reads) {
      if (!sameNative(seen[field.source], before.seen?.[field.source])) silent = true
      continue
    }
    const value: Native | undefined = seen[field.source]
    const had = before.seen !== null && Object.hasOwn(before.seen, field.source)
    const suspect = value === undefined || !place.contributes.has(field.field) ? undefined : suspectOf(before, field.field, o.to)
    // The value that was written once more stayed, or twice the same was made of it, and nobody saw it in between: then that is its form.
    const form = suspect && sameNative(before.seen?.[field.source], suspect.sent) ? suspect.values.find((one) => sameNative(one, value)) : undefined
    if (suspect && (form !== undefined || sameNative(value, suspect.sent))) {
      settled(doubt, field.field, suspect.sent, o.to)
      // What else was read before it had been typed.
      const typed = suspect.values.filter((one) => !sameNative(one, value))
      for (const one of typed.slice(0, -1)) logSuspect(set, place, before, field.field, one)
      const edit = typed.length > 0 ? field.read({ ...before.seen, [field.source]: typed.at(-1)! }) : undefined
      if (edit?.is === 'value') said[field.field] = { value: resolveReferences(set, edit.value, field.type, place.system), time: before.seenTo, on: before.golden, over: Math.max(before.agreed, suspect.rev), rev: null }
      if (form !== undefined) {
        const given = field.read({ ...before.seen, [field.source]: suspect.sent })
        if (given.is === 'value') kept[field.field] = { hub: resolveReferences(set, given.value, field.type, place.system), sent: suspect.sent, held: value! }
        silent = true
        continue
      }
    }
    if (value === undefined || (had && sameNative(value, before.seen![field.source]))) continue
    const read = now.get(field.field)
    if (read?.is !== 'value') continue
    const hub = resolveReferences(set, read.value, field.type, place.system)
    const old = then.get(field.field)
    if (had && old?.is === 'value' && canonicalOf(set, hub, field.type) === canonicalOf(set, resolveReferences(set, old.value, field.type, place.system), field.type)) continue // form only
    const altered = before.altered[field.field]
    const echo = (altered && (sameNative(value, altered.sent) || sameNative(value, altered.held))) || doubted(before, field.field, value, o.to)
    const receives = place.written.has(field.field)
    if (echo || (receives && golden && meansGolden(set, place, field, hub, golden)) || !place.contributes.has(field.field)) {
      silent = true
      continue
    }
    if (had && receives && suspected(before, field.field, o.to)) {
      // Writing it once more tells whether somebody typed it.
      doubt[field.field] = { ...before.doubt[field.field]!, suspect: value, ...suspectsBefore(before.doubt[field.field], value) }
      silent = true
      continue
    }
    if (!had) {
      // A path that was never read here: first sight, whatever else was known of the record.
      if (hub !== null) said[field.field] = { value: hub, time: o.editedAt === null ? null : Math.min(o.editedAt, o.to), on: before.golden, over: 0, rev: null, first: true }
      continue
    }
    // The edit's time is between the last look at the record and now, whatever the system's clock says. A look may have been
    // answered at its beginning, and a webhook may tell of a state that was over long before it came.
    // What is not dated arrived with the run, so that the order in which systems are read decides nothing. Invariant 10.
    const time = Math.max(Math.min(o.editedAt ?? set.work.startedAt, o.to), Math.max(before.seenFrom, options.lookedAt))
    const whole = completed(before, place, field.field, hub, golden)
    const statement: Statement = { value: whole, time, on: before.golden, over: knownTo(set, place, before, field.field, golden), rev: null }
    said[field.field] = field.type.is === 'list' && set.entity(place.entity).entity.golden.rules.get(field.field)?.rule === 'union'
      ? { ...statement, elements: elementsOf(set, before, place, field, hub, statement) }
      : statement
    // Members that the system cut and its user left alone stay cut: that is no reason to write.
    if (altered && canonicalOf(set, whole, field.type) !== canonicalOf(set, completed({ ...before, altered: {} }, place, field.field, hub, golden), field.type)) {
      kept[field.field] = { hub: whole, sent: altered.sent, held: value }
    } else if (golden && reportedOnly(set, place, field.field) && golden.values[field.field] !== undefined) {
      // Left as it is until its owner changes the field; the conflict log names it.
      kept[field.field] = { hub: golden.values[field.field]!, sent: before.seen![field.source] ?? null, held: value }
    }
  }
  const edited = Object.keys(said).length > 0
  const base = edited || silent ? writtenOut(set, before) : before
  set.putLink({
    ...base,
    seen,
    hash: o.partial ? (before.hash === IN_PART || (o.version !== null && o.version !== before.version) ? IN_PART : '') : o.hash,
    version: o.version ?? before.version,
    seenFrom: Math.max(o.from, before.seenFrom),
    seenTo: o.to,
    said: edited ? { ...base.said, ...said } : base.said,
    altered: { ...base.altered, ...kept },
    doubt,
    missed: 0,
  })
  if (edited) return 'changed'
  return silent ? 'echo' : 'unchanged'
}

/**
 * The revision that whoever types over a field knows: the newest one where the record held what the golden record says of it, and
 * of what survives together with it, whatever else is due there. `agreed` is about the whole record.
 */
function knownTo(set: WorkingSet, place: Place, before: LinkRow, name: string, golden: GoldenRow | undefined): number {
  const unit = set.entity(place.entity).units.find(({ fields }) => fields.includes(name))
  const together = (unit?.fields ?? [name]).flatMap((of) => place.fields.get(of) ?? [])
  return golden && together.every((of) => agrees(set, before, place, of, golden)) ? golden.rev : before.agreed
}

/** Under `union` an edit speaks only of the elements that it added or took out. */
function elementsOf(set: WorkingSet, before: LinkRow, place: Place, field: MappedField, now: Value, edit: Statement): Readonly<Record<string, ElementVote>> {
  const resolve = resolver(set)
  const old = statementsOf(set, before)[field.field]
  const said = old?.elements ?? (old ? votesOfValue(old.value, field.type, resolve, old) : {})
  const held = set.reads(before).get(field.field)
  const list = held?.is === 'value' ? resolveReferences(set, held.value, field.type, place.system) : null
  const { time, on, over, rev } = edit
  return Object.fromEntries(Object.entries(votesOfEdit(said, list, now, field.type, resolve, { time, on, over, rev })).map(([key, v]) => [key, { present: v.present, time: v.time, on: v.on, over: v.over, rev: v.rev }]))
}

/** `edited_elsewhere: report`: another system owns the field, and what is typed here is not written over. */
function reportedOnly(set: WorkingSet, place: Place, field: string): boolean {
  const { golden } = set.entity(place.entity).entity
  return golden.editedElsewhere === 'report' && golden.rules.get(field)?.rule === 'owner' && !place.owns.has(field)
}

/** What was read after a write of which nobody knows the end, while that is open. */
function suspectOf(link: LinkRow, field: string, now: number): { readonly sent: Native; readonly rev: number; readonly values: readonly Native[] } | undefined {
  const doubt = link.doubt[field]
  if (doubt?.suspect === undefined || doubt.until <= now || sameNative(doubt.suspect, doubt.sent)) return undefined
  return { sent: doubt.sent, rev: doubt.rev ?? 0, values: [...(doubt.suspectsBefore ?? []), doubt.suspect] }
}

/** What of a value came is known; those that were sent before it may still arrive. */
function settled(doubt: Record<string, Doubt>, field: string, sent: Native, now: number): void {
  const left = doubtWithout(doubt[field]!, sent, now)
  if (left) doubt[field] = left
  else delete doubt[field]
}

function differs(link: LinkRow, o: Observation): boolean {
  return Object.keys(o.seen).some((source) => !sameNative(o.seen[source], link.seen?.[source]))
}

/** A whole observation that lacks a path says "empty" only where the connector declares it; a partial one says nothing about it. */
function complete(before: LinkRow['seen'], o: Observation, place: Place, omitsEmpty: boolean): Seen {
  if (before === null) return o.seen
  const seen: Record<string, Native> = { ...before, ...o.seen }
  if (!o.partial && omitsEmpty) {
    for (const field of place.mapping.fields) if (!Object.hasOwn(o.seen, field.source) && Object.hasOwn(before, field.source)) seen[field.source] = null
  }
  return seen
}
