/**
 * A field gets another rule, or another owner (semantics §2.12): what everybody holds now is what they say from now on. What was
 * typed years ago and overruled since does not come back with the new rule, as it would not in a fresh store.
 */
import { agrees, canonicalOf, readValue } from './agree.ts'
import type { MappedField } from '../record/contracts.ts'
import type { Value } from '../record/value.ts'
import type { GoldenRow, LinkRow, Statement } from '../store/rows.ts'
import { writtenOut } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

export function handOver(set: WorkingSet, before: LinkRow, golden: GoldenRow, fields: ReadonlySet<string>): void {
  const place = set.placeOf(before)
  if (!place || before.state !== 'live' || before.seen === null) return
  const link = writtenOut(set, before)
  const said: Record<string, Statement> = { ...link.said }
  for (const name of fields) {
    const field = place.fields.get(name)
    const truth = golden.values[name]
    const value = field && place.contributes.has(name) ? readValue(set, link, field) : undefined
    if (!field || value === undefined || truth === undefined) continue
    const own = isOwn(set, link, field, value)
    const replaced = isReplaced(set, link, field, value)
    if (replaced || agrees(set, link, place, field, golden)) {
      // Over everything older, but not over what the others hold now.
      said[name] = { value: truth, time: golden.from[name]?.time ?? null, on: golden.id, over: Math.max(0, golden.rev - 1), rev: golden.rev, adopted: true }
    } else if (value === null) delete said[name]
    else if (!own) {
      said[name] = { value, time: said[name]?.time ?? null, on: golden.id, over: link.agreed, rev: null, adopted: true }
    }
  }
  set.putLink({ ...link, said })
}

const isOwn = (set: WorkingSet, link: LinkRow, field: MappedField, value: Value): boolean => {
  const said = link.said?.[field.field]
  return said !== undefined && canonicalOf(set, said.value, field.type) === canonicalOf(set, value, field.type)
}

/** What the hub wrote here and is about to write over is nobody's word: the new value counts as held. Statements must be written out. */
const isReplaced = (set: WorkingSet, link: LinkRow, field: MappedField, value: Value): boolean =>
  value !== null && !isOwn(set, link, field, value) && set.command(link.id) !== undefined && set.placeOf(link)!.written.has(field.field)

/**
 * Somebody's word counts no longer under this plan: their system left it, or does not send any more. What the golden record says
 * because of them stays: as their last words, or as the word of those who hold it now. A fresh store would find it there.
 */
export function keepWords(set: WorkingSet, golden: GoldenRow): void {
  for (const link of set.linksOf(golden.id)) {
    const place = set.placeOf(link)
    const won = Object.keys(golden.from).filter((field) => golden.from[field]!.link === link.id && golden.values[field] !== undefined)
    if (won.length === 0 || link.state === 'slot' || link.state === 'mentioned') continue
    if (!place) {
      // What it said followed from a mapping that is gone.
      if (link.said === null) {
        set.putLink({ ...link, said: Object.fromEntries(won.map((field) => [field, { value: golden.values[field]!, time: golden.from[field]!.time, on: golden.id, over: 0, rev: link.firstRev === 0 ? null : link.firstRev, first: true as const }])) })
      }
      continue
    }
    const silent = won.filter((field) => place.fields.has(field) && !place.contributes.has(field))
    if (silent.length === 0) continue
    for (const other of set.linksOf(golden.id)) adopt(set, other, golden, silent)
  }
}

/** A field is in the plan (again), and nobody has said anything about it: what the records hold is first sight, as in a fresh store. */
export function firstSight(set: WorkingSet, golden: GoldenRow, fields: Iterable<string>): void {
  const unsaid = [...fields].filter((field) => golden.values[field] === undefined)
  if (unsaid.length === 0) return
  for (const link of set.linksOf(golden.id)) {
    const place = set.placeOf(link)
    if (!place || link.state !== 'live' || link.seen === null) continue
    const words = unsaid.filter((field) => place.contributes.has(field) && link.said?.[field] === undefined).flatMap((field): [string, Statement][] => {
      const value = readValue(set, link, place.fields.get(field)!)
      return value === undefined || value === null ? [] : [[field, { value, time: link.editedAt, on: golden.id, over: 0, rev: null, first: true }]]
    })
    if (words.length > 0) set.putLink({ ...link, said: { ...writtenOut(set, link).said, ...Object.fromEntries(words) } })
  }
}

function adopt(set: WorkingSet, before: LinkRow, golden: GoldenRow, fields: readonly string[]): void {
  const place = set.placeOf(before)
  if (!place || before.state !== 'live' || before.seen === null) return
  const link = writtenOut(set, before)
  const held = fields.filter((name) => {
    const field = place.fields.get(name)!
    if (!place.contributes.has(name) || golden.values[name] === null) return false
    const value = readValue(set, link, field)
    return (value !== undefined && isReplaced(set, link, field, value)) || agrees(set, link, place, field, golden)
  })
  if (held.length === 0) return
  // Its own older word was overruled, and does not come back.
  const words = held.map((field): [string, Statement] =>
    [field, { value: golden.values[field]!, time: golden.from[field]?.time ?? null, on: golden.id, over: Math.max(0, golden.rev - 1), rev: golden.rev, adopted: true }])
  set.putLink({ ...link, said: { ...link.said, ...Object.fromEntries(words) } })
}
