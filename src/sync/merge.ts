/** Golden records from statements, decisions and policy (semantics §2.5): nothing else moves them. */
import { canonical } from '../record/canonical.ts'
import { type Outcome, type Said, survive } from '../record/survivorship.ts'
import { typeParser } from '../record/types/rules.ts'
import type { Value } from '../record/value.ts'
import type { GoldenRow, LinkRow, ReviewItem, Statement } from '../store/rows.ts'
import { resolver } from './agree.ts'
import type { EntityRuntime, Unit } from './runtime.ts'
import { saidAbout, statementsOf } from './statements.ts'
import { linksIn, type WorkingSet } from './working-set.ts'

/** Merges one golden record; its links, decisions and referred links must be loaded. True if a value changed. */
export function merge(set: WorkingSet, entity: EntityRuntime, id: string): boolean {
  const golden = set.golden(id)
  if (!golden || golden.mergedInto !== null) return false
  const about = saidAbout(set, entity, golden)
  const pins = new Map(set.decisionsOn(id).filter((d) => d.kind === 'pin' && d.field !== null).map((d) => [d.field!, d]))
  const resolve = resolver(set)
  const values: Record<string, Value> = {}
  const from: Record<string, GoldenRow['from'][string]> = {}
  const undecided: string[] = []
  const conflicts: { field: string; outcome: Outcome; losers: readonly Said[] }[] = []

  for (const unit of entity.units) {
    for (const [field, outcome] of decideUnit(set, entity, unit, about, golden)) {
      const pin = pins.get(field)
      const type = entity.entity.fields.get(field)!.type
      if (outcome.undecided && !pin) {
        undecided.push(field)
        if (golden.values[field] !== undefined) {
          values[field] = golden.values[field]
          from[field] = golden.from[field]!
        }
        continue
      }
      const value = pin ? pin.value : outcome.value === undefined ? defaultOf(set, entity, golden, field) : outcome.value
      if (value === undefined) continue
      values[field] = value
      from[field] = pin
        ? { link: 0, time: pin.at, rule: 'pin' }
        : { link: outcome.by?.link ?? -1, time: outcome.by?.time ?? null, rule: outcome.value === undefined ? 'default' : outcome.rule }
      const losers = pin ? (about.get(field) ?? []).filter((s) => s.rev === null && canonical(s.value, type, resolve) !== canonical(pin.value, type, resolve)) : outcome.losers
      if (losers.length > 0) conflicts.push({ field, outcome, losers })
    }
  }

  // The golden record's own id is a field that every system may be given.
  if (entity.hasId) values['id'] = id

  const changed = [...new Set([...Object.keys(values), ...Object.keys(golden.values)])].filter((field) => {
    const type = entity.entity.fields.get(field)?.type
    if (!type) return false
    const [before, after] = [golden.values[field], values[field]]
    return before === undefined || after === undefined ? before !== after : canonical(before, type, resolve) !== canonical(after, type, resolve)
  })
  const rev = changed.length > 0 ? golden.rev + 1 : golden.rev
  const review = withUndecided(golden.review, undecided, set.work.now)
  const moved = JSON.stringify(from) !== JSON.stringify(golden.from)
  if (changed.length > 0 || moved || review !== golden.review) set.putGolden({ ...golden, values, from, rev, review })
  if (changed.length > 0 && entity.references.length > 0) set.refer(id)
  // The first revision is no history: where each value came from stands at the golden record.
  if (golden.rev > 0) {
    for (const field of changed) {
      set.change({ golden: id, entity: entity.entity.key, field, kind: 'change', rev, before: golden.values[field], after: values[field], rule: from[field]?.rule ?? '', ...winnerOf(set, from[field]) })
    }
  }
  for (const { field, outcome, losers } of conflicts) {
    for (const loser of losers) {
      set.change({
        golden: id, entity: entity.entity.key, field, kind: 'conflict', rev, before: undefined, after: values[field], rule: outcome.rule,
        loser: { link: loser.link, system: loser.system, value: loser.value, time: loser.time }, ...winnerOf(set, from[field]),
      })
    }
  }
  for (const link of set.linksOf(id)) takenIn(set, link, Math.max(rev, 1))
  return changed.length > 0
}

function winnerOf(set: WorkingSet, from: GoldenRow['from'][string] | undefined): { winner?: { link: number; system: string; time: number | null } } {
  if (!from) return {}
  return { winner: { link: from.link, system: set.link(from.link)?.system ?? (from.link === 0 ? 'steward' : 'default'), time: from.time } }
}

/** One rule for all fields of a unit: the winner's whole word counts. */
function decideUnit(set: WorkingSet, entity: EntityRuntime, unit: Unit, about: ReadonlyMap<string, readonly Said[]>, golden: GoldenRow): [string, Outcome][] {
  const resolve = resolver(set)
  if (unit.fields.length === 1) {
    const field = unit.fields[0]!
    return [[field, survive({ rule: unit.rule, type: entity.entity.fields.get(field)!.type, said: about.get(field) ?? [], resolve })]]
  }
  const byLink = new Map<number, Said[]>()
  for (const field of unit.fields) for (const s of about.get(field) ?? []) byLink.set(s.link, [...(byLink.get(s.link) ?? []), s])
  // The unit as one text value per link; its newest member dates it.
  const whole = [...byLink.values()].map((parts): Said => {
    const first = parts[0]!
    const value = JSON.stringify(unit.fields.map((field) => {
      const s = (about.get(field) ?? []).find((part) => part.link === first.link)
      return s ? canonical(s.value, entity.entity.fields.get(field)!.type, resolve) : null
    }))
    const times = parts.map((s) => s.time)
    const known = times.filter((t) => t !== null)
    return {
      ...first, value, time: known.length > 0 ? Math.max(...known) : null, over: Math.max(...parts.map((s) => s.over)),
      rev: parts.some((s) => s.rev === null) ? null : Math.max(...parts.map((s) => s.rev ?? 0)), first: parts.every((s) => s.first),
    }
  })
  const outcome = survive({ rule: unit.rule, type: { is: 'text' }, said: whole, resolve })
  return unit.fields.map((field): [string, Outcome] => {
    const all = about.get(field) ?? []
    const by = all.find((s) => s.link === outcome.by?.link)
    const losers = all.filter((s) => outcome.losers.some((loser) => loser.link === s.link) && s !== by)
    // A member that the winner never said keeps its golden value; another source would break the unit.
    return [field, { ...outcome, by, value: by ? by.value : outcome.by ? golden.values[field] : undefined, losers }]
  })
}

/** Nobody said anything: what the entity says then, else the mapping of a place where the record is. */
function defaultOf(set: WorkingSet, entity: EntityRuntime, golden: GoldenRow, field: string): Value | undefined {
  const of = entity.entity.fields.get(field)!
  if (of.default === undefined) {
    const places = set.linksOf(golden.id).filter((link) => link.state === 'live').map((link) => set.placeOf(link)).filter((place) => place?.contributes.has(field))
    return places.toSorted((a, b) => a!.rank - b!.rank).map((place) => place!.fields.get(field)?.default).find((value) => value !== undefined)
  }
  const parsed = typeParser(of.type, { timeZone: 'UTC' })(of.default)
  return parsed.ok ? parsed.value : undefined
}

function withUndecided(review: readonly ReviewItem[], fields: readonly string[], now: number): readonly ReviewItem[] {
  const open = review.filter((item) => item.kind === 'ask').map((item) => item.field)
  if (open.length === fields.length && fields.every((field) => open.includes(field))) return review
  return [
    ...review.filter((item) => item.kind !== 'ask' || fields.includes(item.field!)),
    ...fields.filter((field) => !open.includes(field)).map((field): ReviewItem => ({ kind: 'ask', field, says: `The systems disagree about ${field}; a person decides.`, at: now })),
  ]
}

/** Statements of this merge get the revision that took them in. */
function takenIn(set: WorkingSet, link: LinkRow, rev: number): void {
  if (link.state === 'slot' || link.state === 'mentioned') return
  if (link.said === null) {
    if (link.firstRev === 0) set.putLink({ ...link, firstRev: rev })
    return
  }
  const open = Object.entries(link.said).some(([, s]) => s.rev === null)
  if (!open) return
  const said: Record<string, Statement> = {}
  for (const [field, s] of Object.entries(statementsOf(set, link))) said[field] = s.rev === null ? { ...s, rev, ...(s.elements ? { elements: Object.fromEntries(Object.entries(s.elements).map(([key, vote]) => [key, vote.rev === null ? { ...vote, rev } : vote])) } : {}) } : s
  set.putLink({ ...link, said })
}

/** Links that the statements and values of these golden records refer to. */
export function referredBy(set: WorkingSet, entity: EntityRuntime, goldens: Iterable<string>): Set<number> {
  const found = new Set<number>()
  if (entity.references.length === 0) return found
  for (const id of goldens) {
    const golden = set.golden(id)
    if (golden) linksIn(golden.values, found)
    for (const link of set.linksOf(id)) if (link.said) for (const name of entity.references) linksIn(link.said[name]?.value ?? null, found)
  }
  return found
}
