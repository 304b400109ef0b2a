/**
 * The short way for a record that nobody knows and that shares no identifier with any other (most of a first load): its golden
 * record is what it says, so nothing is looked up, judged or merged. What is made is what `identify`, `merge` and
 * `openCommands` make of such a record; where that is not sure from the plan or the record, there is no short way.
 */
import { canonical } from '../record/canonical.ts'
import type { MappedField } from '../record/contracts.ts'
import { checkRecord } from '../record/quality.ts'
import { type Said, survive } from '../record/survivorship.ts'
import type { Value } from '../record/value.ts'
import { packNative } from '../base/json.ts'
import type { Native } from '../base/numeral.ts'
import type { DueRow, NewcomerRow, PackedRow } from '../store/rows.ts'
import { identitiesAmong, type Identity } from './identity.ts'
import type { Prepared } from './prepare.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { dueRow, type Priority, takesNew } from './scope.ts'
import { emptyShape } from './shape.ts'
import type { WorkingSet } from './working-set.ts'

/** What a newcomer says. */
export interface NewcomerSays {
  readonly values: PackedRow
  readonly claims: readonly Identity[]
}

/** What the plan says about all newcomers of a place. */
export interface Newcomers {
  readonly read: (o: Prepared) => NewcomerSays | null
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
  // No identifier of such a place is a reference.
  const identify = (values: Readonly<Record<string, Value>>): Identity[] => identitiesAmong(entity, (name) => values[name], canonical)
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
    return claims.length === 0 ? null : { values: { names: shape.names, list: packNative(kept) }, claims }
  }
}

/** Takes the short way with as many of the unknown records as it is open to, and says which links they have; others share something with somebody. */
export async function welcome(set: WorkingSet, entity: EntityRuntime, batch: readonly Prepared[], unknown: readonly boolean[], options: { readonly place: Place; readonly priority: Priority }): Promise<readonly (number | undefined)[]> {
  const { place } = options
  const newcomers = newcomersOf(entity, place)
  if (!newcomers) return []
  const says = batch.map((o, i) => (!unknown[i] ? null : o.newcomer === undefined ? newcomers.read(o) : o.newcomer))
  const shared = await sharedAmong(set, entity, batch, (o, i) => says[i]?.claims ?? newcomers.claims(o))
  const alone = says.reduce((n, of, i) => n + (of && !shared[i] ? 1 : 0), 0)
  if (alone === 0) return []
  await set.newLinkIds(alone * (1 + newcomers.creates.length))
  const links: (number | undefined)[] = []
  const rows: NewcomerRow[] = []
  const due: DueRow[] = []
  for (const [i, record] of batch.entries()) {
    const of = says[i]
    if (!of || shared[i]) {
      links.push(undefined)
      continue
    }
    const [link, golden] = [set.nextLinkId(), set.work.newId()]
    rows.push({ link, golden, editedAt: record.editedAt === null ? null : Math.min(record.editedAt, record.to), record, says: of })
    links.push(link)
    for (const target of newcomers.creates) due.push(dueRow(set, target, golden, set.nextLinkId(), options.priority))
  }
  const { entity: name, system, resource } = place
  // Saved at once: the others of the batch may have to meet them.
  await set.tx.save({ newcomers: { entity: name, system, resource, rule: newcomers.rule, others: newcomers.others, createdAt: set.work.now, rows }, dueToExist: due })
  set.count(place, 'new', rows.length)
  for (const target of newcomers.creates) set.count(target, 'opened', rows.length)
  return links
}

/** Which of the records share a key or an identifier with another one, of the batch or of the store. */
async function sharedAmong(set: WorkingSet, entity: EntityRuntime, batch: readonly Prepared[], claimsOf: (o: Prepared, i: number) => readonly Identity[]): Promise<Uint8Array> {
  const shared = new Uint8Array(batch.length)
  const kinds = new Map<string, { readonly values: string[]; readonly of: number[] }>(entity.identifiers.map(({ kind }) => [kind, { values: [], of: [] }]))
  for (const [i, o] of batch.entries()) {
    for (const { kind, value } of claimsOf(o, i)) {
      const all = kinds.get(kind)!
      all.values.push(value)
      all.of.push(i)
    }
  }
  markDoubled(batch.map((o) => o.key), (at) => at, shared)
  for (const [kind, { values, of }] of kinds) {
    markDoubled(values, (at) => of[at]!, shared)
    for (const [at, taken] of (await set.tx.claimed(entity.entity.key, kind, values)).entries()) if (taken) shared[of[at]!] = 1
  }
  return shared
}

function markDoubled(values: readonly string[], recordAt: (at: number) => number, shared: Uint8Array): void {
  if (new Set(values).size === values.length) return
  const first = new Map<string, number>()
  for (const [at, value] of values.entries()) {
    const before = first.get(value)
    if (before === undefined) first.set(value, at)
    else shared[recordAt(before)] = shared[recordAt(at)] = 1
  }
}
