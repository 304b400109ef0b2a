/**
 * The short way for a record that nobody knows and that shares no identifier with any other (most of a first load): its golden
 * record is what it says, so nothing is looked up, judged or merged. What is made is what `identify`, `merge` and
 * `openCommands` make of such a record; where that is not sure from the plan or the record, there is no short way.
 */
import { canonical } from '../record/canonical.ts'
import type { MappedField } from '../record/contracts.ts'
import { identifies } from '../record/placeholders.ts'
import { checkRecord } from '../record/quality.ts'
import { type Said, survive } from '../record/survivorship.ts'
import type { Value } from '../record/value.ts'
import { packNative } from '../base/json.ts'
import type { Native } from '../base/numeral.ts'
import type { NewcomerRow } from '../store/rows.ts'
import type { Prepared } from './prepare.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { openCreate, type Priority, takesNew } from './scope.ts'
import { emptyShape, type Shape } from './shape.ts'
import type { Identity } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

/** What a newcomer says, as it is stored: `packNative` of the values as a list. */
export interface NewcomerText {
  readonly shape: Shape
  readonly values: string
  readonly claims: readonly Identity[]
}

/** What the plan says about all newcomers of a place. */
export interface Newcomers {
  readonly read: (o: Prepared) => NewcomerText | null
  /** What any record of the place says that it is. */
  readonly claims: (o: Prepared) => Identity[]
  /** Which rule decides a value that only this place said. */
  readonly rule: string
  readonly others: Readonly<Record<string, string>>
  /** Where such a record is due to be made. */
  readonly creates: readonly Place[]
}

interface Part {
  readonly field: MappedField
  /** The value counts as said. */
  readonly said: boolean
  /** A value here is decided by more than who said it. */
  readonly alone: boolean
  /** Somebody else says something when this record does not. */
  readonly needed: boolean
}

const known = new WeakMap<Place, Newcomers | null>()

/** null: every record of this place goes the long way. */
export function newcomersOf(entity: EntityRuntime, place: Place): Newcomers | null {
  let of = known.get(place)
  if (of === undefined) {
    of = compile(entity, place)
    known.set(place, of)
  }
  return of
}

function compile(entity: EntityRuntime, place: Place): Newcomers | null {
  if (entity.entity.fields.has('__proto__')) return null
  if (!place.sends || entity.hasId || place.fields.has('id') || entity.identifiers.length === 0) return null
  const typeOf = (name: string) => entity.entity.fields.get(name)?.type
  if (entity.identifiers.some((identifier) => identifier.fields.some((name) => typeOf(name)?.is === 'reference'))) return null
  // A value that is written in another form than it is read in may have to be written back.
  if (place.receiver && [...place.written].some((name) => place.fields.get(name)?.reads !== true)) return null
  // A default of a field that the place does not hold is a value that nobody said.
  if ([...entity.entity.fields].some(([name, field]) => field.default !== undefined && !place.contributes.has(name))) return null
  const rules = new Map<string, string>()
  const parts: Part[] = []
  for (const unit of entity.units) {
    for (const name of unit.fields) {
      const field = place.fields.get(name)
      if (!field || !field.reads) continue
      const said = place.contributes.has(name)
      const rule = said && unit.fields.length === 1 ? ruleFor(entity, place, name) : undefined
      if (rule !== undefined) rules.set(name, rule)
      parts.push({
        field, said, alone: said && rule !== undefined && !entity.references.includes(name),
        needed: said && (entity.entity.fields.get(name)!.default !== undefined || field.default !== undefined),
      })
    }
  }
  const [rule] = rules.values()
  if (rule === undefined) return null
  const others = Object.fromEntries([...rules].filter(([, of]) => of !== rule))
  const identify = identifier(entity)
  const names = new Set(entity.identifiers.flatMap((of) => of.fields))
  const naming = [...names].flatMap((name) => place.fields.get(name) ?? [])
  return {
    read: reader(entity, place, parts, identify),
    claims(o) {
      const values: Record<string, Value> = {}
      for (const field of naming) {
        const read = field.read(o.seen)
        if (read.is === 'value') values[field.field] = read.value
      }
      return identify(values)
    },
    rule, others, creates: createsOf(entity, place),
  }
}

/** The rule that decides for the only statement there is; undefined: it does not simply win. */
function ruleFor(entity: EntityRuntime, place: Place, name: string): string | undefined {
  const type = entity.entity.fields.get(name)!.type
  const rule = entity.units.find((unit) => unit.fields[0] === name)!.rule
  if (type.is === 'list' || rule.rule === 'union') return undefined
  const only: Said = { system: place.system, rank: place.rank, link: 1, lastWords: false, value: 'x', time: null, on: 'g', over: 0, rev: null, first: true }
  const outcome = survive({ rule, type: { is: 'text' }, said: [only], resolve: () => undefined })
  return outcome.by === only && outcome.value === 'x' && !outcome.undecided && outcome.losers.length === 0 ? outcome.rule : undefined
}

function createsOf(entity: EntityRuntime, place: Place): Place[] {
  return entity.places.filter((target) =>
    target.system !== place.system && target.receiver !== undefined && target.receiver.end.may.has('create') && takesNew(entity, target)
    && target.receiver.flow.ends.some((end) => end.sends && end.system === place.system))
}

/** As `identitiesIn`, for identifiers that hold no references. */
function identifier(entity: EntityRuntime): (values: Readonly<Record<string, Value>>) => Identity[] {
  const identifiers = entity.identifiers.map(({ kind, fields }) => ({ kind, fields: fields.map((name) => ({ name, type: entity.entity.fields.get(name)?.type })) }))
  return (values) => {
    const claims: Identity[] = []
    for (const { kind, fields } of identifiers) {
      const names: string[] = []
      for (const { name, type } of fields) {
        const value = values[name]
        if (value === undefined || value === null || !type || !identifies(value, type)) break
        names.push(canonical(value, type))
      }
      if (names.length === fields.length) claims.push({ kind, value: names.length === 1 ? names[0]! : JSON.stringify(names) })
    }
    return claims
  }
}

function reader(entity: EntityRuntime, place: Place, parts: readonly Part[], identify: (values: Readonly<Record<string, Value>>) => Identity[]): Newcomers['read'] {
  const only = new Set(place.fields.keys())
  const judges = entity.quality.rules.length > 0
  return (o) => {
    if (o.partial || !o.inScope || o.broken !== undefined) return null
    const values: Record<string, Value> = {}
    const kept: Native[] = []
    let shape = emptyShape()
    for (const { field, said, alone, needed } of parts) {
      const read = field.read(o.seen)
      if (read.is === 'broken') return null
      if (read.is === 'absent' || read.value === null) {
        if (needed) return null
        if (read.is === 'value') values[field.field] = null
        continue
      }
      if (said && !alone) return null
      values[field.field] = read.value
      if (said) {
        kept.push(read.value as Native)
        shape = shape.with(field.field)
      }
    }
    if (kept.length === 0) return null
    if (judges && checkRecord(entity.quality, values, only).some((finding) => finding.ifBroken === 'set_aside')) return null
    const claims = identify(values)
    return claims.length === 0 ? null : { shape, values: packNative(kept), claims }
  }
}

/** Takes the short way with as many of the unknown records as it is open to, and says which links they have; others share something with somebody. */
export async function welcome(set: WorkingSet, entity: EntityRuntime, batch: readonly Prepared[], unknown: ReadonlySet<Prepared>, options: { readonly place: Place; readonly priority: Priority }): Promise<ReadonlyMap<Prepared, number>> {
  const placed = new Map<Prepared, number>()
  const { place } = options
  const { system, resource } = place
  const newcomers = newcomersOf(entity, place)
  if (!newcomers) return placed
  const alone: { readonly o: Prepared; readonly text: NewcomerText }[] = []
  const claims: Identity[] = []
  const names: string[] = []
  // What stands twice in the batch is shared, too.
  const times = new Map<string, number>()
  const meet = (name: string): unknown => times.set(name, (times.get(name) ?? 0) + 1)
  for (const o of batch) {
    const text = !unknown.has(o) ? null : o.newcomer === undefined ? newcomers.read(o) : o.newcomer
    meet(o.key)
    for (const claim of text ? text.claims : newcomers.claims(o)) {
      const name = `${claim.kind}\n${claim.value}`
      meet(name)
      if (!text) continue
      claims.push(claim)
      names.push(name)
    }
    if (text) alone.push({ o, text })
  }
  const taken = await set.tx.claimed(entity.entity.key, claims)
  await set.newLinkIds(alone.length * (1 + newcomers.creates.length))
  const rows: NewcomerRow[] = []
  let at = 0
  for (const { o, text } of alone) {
    let shared = times.get(o.key)! > 1
    for (let left = text.claims.length; left > 0; left -= 1, at += 1) shared = taken[at]! || times.get(names[at]!)! > 1 || shared
    if (shared) continue
    const [link, golden] = [set.nextLinkId(), set.work.newId()]
    rows.push({
      link, entity: place.entity, system, resource, key: o.key, numericKey: o.numericKey, golden, seen: o.text.list, seenNames: o.text.shape.names,
      values: text.values, valueNames: text.shape.names, claims: text.claims, hash: o.hash, version: o.version,
      seenFrom: o.from, seenTo: o.to, editedAt: o.editedAt === null ? null : Math.min(o.editedAt, o.to), rule: newcomers.rule, others: newcomers.others, createdAt: set.work.now,
    })
    placed.set(o, link)
    for (const target of newcomers.creates) openCreate(set, target, golden, set.nextLinkId(), options.priority)
  }
  // Saved at once: the others of the batch may have to meet them.
  if (rows.length > 0) await set.tx.save({ newcomers: rows })
  set.count(place, 'new', rows.length)
  return placed
}
