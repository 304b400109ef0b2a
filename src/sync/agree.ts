/** When two values are the same (semantics §2.2). Canonical forms are made at comparison and never stored. */
import type { FieldType } from '../plan/model.ts'
import { canonicalNative } from '../base/json.ts'
import type { Native } from '../base/numeral.ts'
import { canonical } from '../record/canonical.ts'
import type { KeyOf, MappedField, Seen } from '../record/contracts.ts'
import { isGroup, type Value } from '../record/value.ts'
import type { GoldenRow, LinkRow } from '../store/rows.ts'
import { resolveReferences, SYMBOLIC } from './references.ts'
import type { Place } from './runtime.ts'
import type { WorkingSet } from './working-set.ts'

/** A link as the golden record it belongs to now. */
export const resolver = (set: WorkingSet) => (link: string): string | undefined => {
  if (link.startsWith(SYMBOLIC)) return link.slice(SYMBOLIC.length)
  const row = set.link(Number(link))
  return row && set.survivor(row.golden)
}

export function canonicalOf(set: WorkingSet, value: Value, type: FieldType): string {
  return canonical(value, type, resolver(set))
}

/** What a link's record says about a field, references resolved; undefined: nothing, or nothing readable. */
export function readValue(set: WorkingSet, link: LinkRow, field: MappedField): Value | undefined {
  const read = set.reads(link).get(field.field)
  if (read?.is !== 'value') return undefined
  return resolveReferences(set, read.value, field.type, link.system)
}

/** Stands for real keys while values are compared: reading it back gives the same golden record. */
const symbolicKeys = (set: WorkingSet): KeyOf => (reference) => {
  if (!isGroup(reference) || typeof reference['link'] !== 'string') return undefined
  const golden = resolver(set)(reference['link'])
  return golden === undefined ? undefined : SYMBOLIC + golden
}

/** The golden value as this place could give it back: cut, rounded, without members it does not hold. undefined: it has no form for it. */
function projected(set: WorkingSet, place: Place, field: MappedField, golden: GoldenRow): Value | undefined | 'leave' {
  const out = place.mapping.write(field.field, golden.values, symbolicKeys(set))
  if (out.is === 'leave') return 'leave'
  if (out.is !== 'sources') return undefined
  const back = field.read(out.sources)
  if (back.is !== 'value') return undefined
  return symbolicReferences(back.value, field.type)
}

function symbolicReferences(value: Value, type: FieldType): Value {
  if (value === null) return null
  if (type.is === 'reference') {
    const key = isGroup(value) ? value['key'] : undefined
    return typeof key === 'string' && key.startsWith(SYMBOLIC) ? { link: key } : value
  }
  if (type.is === 'group' && isGroup(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, type.fields.has(name) ? symbolicReferences(member, type.fields.get(name)!.type) : member]))
  }
  if (type.is === 'list' && Array.isArray(value)) return value.map((item) => symbolicReferences(item as Value, type.of))
  return value
}

/** `value`, as this place reads it, means what the golden record says. */
export function meansGolden(set: WorkingSet, place: Place, field: MappedField, value: Value, golden: GoldenRow): boolean {
  const truth = golden.values[field.field]
  if (truth === undefined) return false
  const said = canonicalOf(set, value, field.type)
  if (said === canonicalOf(set, truth, field.type)) return true
  if (!field.writes) return false
  const back = projected(set, place, field, golden)
  return back === 'leave' || (back !== undefined && said === canonicalOf(set, back, field.type))
}

/**
 * Does a link's record agree with the golden record in this field? What the system made of a value that it was given counts
 * as agreement while both are as they were (`altered`).
 */
export function agrees(set: WorkingSet, link: LinkRow, place: Place, field: MappedField, golden: GoldenRow): boolean {
  const truth = golden.values[field.field]
  if (truth === undefined) return true
  const seen = link.seen?.[field.source]
  const altered = link.altered[field.field]
  if (altered && canonicalOf(set, truth, field.type) === canonicalOf(set, altered.hub, field.type) && sameNative(seen, altered.held)) return true
  if (field.reads) {
    const value = readValue(set, link, field)
    // A record that lacks the path agrees with "empty".
    if (value === undefined) return truth === null && (seen === undefined || seen === null)
    return meansGolden(set, place, field, value, golden)
  }
  const out = place.mapping.write(field.field, golden.values, symbolicKeys(set))
  if (out.is === 'leave') return true
  if (out.is !== 'sources') return false
  return sameSources(out.sources, link.seen ?? {})
}

export const sameNative = (a: Native | undefined, b: Native | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && !(typeof a === 'string' && typeof b === 'string') && canonicalNative(a) === canonicalNative(b))

const sameSources = (wanted: Seen, held: Seen): boolean => Object.keys(wanted).every((source) => sameNative(wanted[source], held[source] ?? null))
