/**
 * The exchange (semantics §2): intake → merge → deliver. This file: the plan compiled for running, once per plan.
 * A *place* is one resource of one system that holds one entity.
 */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { End, Entity, Field, FieldRule, Flow, Hold, Plan, System } from '../plan/model.ts'
import type { CompiledEntity } from '../record/quality.ts'
import { compileEntity } from '../record/quality.ts'
import { type CompiledCondition, compileCondition } from '../record/cel.ts'
import { compileMapping } from '../record/mapping/compile.ts'
import type { MappedField, Mapping } from '../record/contracts.ts'
import type { MappingFunction } from '../plan/model.ts'
import type { ResourceId } from '../store/contract.ts'

registerErrors({
  'plan.two_receivers': { class: 'plan', hint: 'Let one flow deliver an entity to a system; other flows may send it.' },
})

export interface Runtime {
  readonly plan: Plan
  readonly entities: ReadonlyMap<string, EntityRuntime>
  /** By `placeKey`. */
  readonly places: ReadonlyMap<string, Place>
  /** Order of systems in the plan: ties, ranks. */
  readonly rank: ReadonlyMap<string, number>
}

export interface EntityRuntime {
  readonly entity: Entity
  readonly units: readonly Unit[]
  readonly identifiers: readonly Identifier[]
  readonly places: readonly Place[]
  readonly quality: CompiledEntity
  /** Some system holds the golden record's own id. */
  readonly hasId: boolean
  /** Fields that hold references, at any depth. */
  readonly references: readonly string[]
}

/** Fields that survive together from one source; mostly one. */
export interface Unit {
  readonly fields: readonly string[]
  readonly rule: FieldRule
}

export interface Identifier {
  readonly kind: string
  readonly fields: readonly string[]
  /** Two different values mean two different things: only identifiers of a single field contradict. */
  readonly strong: boolean
}

export interface Place extends ResourceId {
  readonly hold: Hold
  readonly of: System
  readonly mapping: Mapping
  readonly fields: ReadonlyMap<string, MappedField>
  readonly sends: boolean
  /** One flow delivers an entity into a resource. */
  readonly receiver: { readonly flow: Flow; readonly end: End; readonly where: readonly CompiledCondition[] } | undefined
  readonly senders: readonly { readonly flow: Flow; readonly end: End }[]
  /** Fields of which this system's users' words count as statements. */
  readonly contributes: ReadonlySet<string>
  /** Fields that are written here, other than what it owns. */
  readonly written: ReadonlySet<string>
  /** Fields that this system decides. */
  readonly owns: ReadonlySet<string>
  /** Both sends and receives: guarded updates. */
  readonly twoWay: boolean
  readonly rank: number
  /** Fields of each identifier, in order of strength. */
  readonly identifierFields: readonly (readonly string[])[]
  /** Field → its path, where one plain path reads it: what a target can be asked for. */
  readonly plainPaths: ReadonlyMap<string, string>
  /** Sources of the mapping as one text; another text means a whole pass. */
  readonly sources: string
}

export const placeKey = (id: ResourceId): string => `${id.system}/${id.resource}/${id.entity}`

export interface RuntimeOptions {
  /** Functions of a system's mappings, by `file#name`, loaded by whoever may do I/O. */
  readonly functions: (system: System) => ReadonlyMap<string, { readonly read?: MappingFunction; readonly write?: MappingFunction }>
  /** Systems whose records are flat (files, tables). */
  readonly flat: (system: System, hold: Hold) => boolean
}

export function compileRuntime(plan: Plan, options: RuntimeOptions): Runtime {
  const rank = new Map([...plan.systems.keys()].map((name, index) => [name, index + 1]))
  const flows = [...plan.flows.values()].filter((flow) => flow.notRunnable.length === 0 && flow.paused === undefined)
  const places = new Map<string, Place>()
  const entities = new Map<string, EntityRuntime>()
  for (const entity of plan.entities.values()) {
    const own: Place[] = []
    for (const system of plan.systems.values()) {
      for (const hold of system.holds) {
        if (hold.entity !== entity.key || system.mode !== 'real' || (hold.connector ?? system.connector) === undefined) continue
        const place = compilePlace(plan, entity, system, hold, flows, rank.get(system.key)!, options)
        if (!place.sends && !place.receiver) continue
        places.set(placeKey(place), place)
        own.push(place)
      }
    }
    entities.set(entity.key, {
      entity,
      units: unitsOf(entity),
      identifiers: (entity.identifiers ?? []).map((fields) => ({ kind: fields.join('+'), fields, strong: fields.length === 1 })),
      places: own,
      hasId: own.some((place) => place.fields.has('id')) && !entity.fields.has('id'),
      quality: compileEntity(entity, plan.entities),
      references: [...entity.fields].filter(([, field]) => refers(field)).map(([name]) => name),
    })
  }
  return { plan, entities, places, rank }
}

function refers(field: Field): boolean {
  const type = field.type
  if (type.is === 'reference') return true
  if (type.is === 'group') return [...type.fields.values()].some(refers)
  return type.is === 'list' && refers({ type: type.of, was: [] })
}

function unitsOf(entity: Entity): Unit[] {
  const units: Unit[] = []
  const taken = new Set<string>()
  for (const fields of entity.golden.together) {
    units.push({ fields, rule: entity.golden.rules.get(fields[0]!)! })
    for (const field of fields) taken.add(field)
  }
  for (const field of entity.fields.keys()) {
    if (!taken.has(field)) units.push({ fields: [field], rule: entity.golden.rules.get(field)! })
  }
  return units
}

function compilePlace(plan: Plan, entity: Entity, system: System, hold: Hold, flows: readonly Flow[], rank: number, options: RuntimeOptions): Place {
  const takesPart = flows.filter((flow) => flow.entity === entity.key).flatMap((flow) => flow.ends.filter((end) => end.system === system.key).map((end) => ({ flow, end })))
  const senders = takesPart.filter(({ end }) => end.sends)
  const receivers = takesPart.filter(({ end }) => end.receives)
  if (receivers.length > 1) {
    throw new PlimsollError('plan.two_receivers', `The flows ${receivers.map((r) => r.flow.key).join(' and ')} both deliver ${entity.key} to ${system.key}.`)
  }
  const mapping = compileMapping({ hold, entity, entities: plan.entities, system: { timeZone: system.timeZone, flat: options.flat(system, hold), ...(system.country === undefined ? {} : { country: system.country }) }, functions: options.functions(system) })
  const fields = new Map(mapping.fields.map((field) => [field.field, field]))
  const owns = new Set([...entity.golden.rules].filter(([, rule]) => rule.rule === 'owner' && rule.among[0] === system.key).map(([name]) => name))
  const counts = (field: string): boolean => {
    const rule = entity.golden.rules.get(field)
    // Under an owner everybody's word counts until the owner knows the record.
    return rule === undefined || rule.rule === 'owner' || rule.among.length === 0 || rule.among.includes(system.key)
  }
  const receiver = receivers[0]
  const contributes = new Set(senders.length === 0 ? [] : mapping.fields.filter((f) => f.reads && counts(f.field) && entity.fields.has(f.field)).map((f) => f.field))
  const written = new Set(
    receiver === undefined ? [] : mapping.fields.filter((f) => f.writes && (receiver.end.writes === 'all' || receiver.end.writes.has(f.field))).map((f) => f.field),
  )
  return {
    system: system.key,
    resource: hold.resource,
    entity: entity.key,
    hold,
    of: system,
    mapping,
    fields,
    sends: senders.length > 0,
    receiver: receiver && { ...receiver, where: [...receiver.flow.where, ...receiver.end.where].map((text) => compileCondition(text, { entity, entities: plan.entities })) },
    senders,
    contributes,
    written,
    owns,
    twoWay: senders.length > 0 && receiver !== undefined,
    rank,
    identifierFields: entity.identifiers ?? [],
    plainPaths: new Map([...hold.fields].flatMap(([name, mapped]) => (mapped.path?.length === 1 && mapped.fields === undefined ? [[name, mapped.path[0]!] as const] : []))),
    sources: [...new Set(mapping.fields.map((field) => field.source))].toSorted().join('\n'),
  }
}

/** Entities so that what is referred to comes first; cycles are cut at the plan's order. */
export function inReferenceOrder(runtime: Runtime): EntityRuntime[] {
  const done = new Set<string>()
  const ordered: EntityRuntime[] = []
  const visit = (name: string): void => {
    if (done.has(name)) return
    done.add(name)
    const entity = runtime.entities.get(name)
    if (!entity) return
    for (const field of entity.entity.fields.values()) for (const to of targets(field)) visit(to)
    ordered.push(entity)
  }
  for (const name of runtime.entities.keys()) visit(name)
  return ordered
}

function targets(field: Field): string[] {
  const type = field.type
  if (type.is === 'reference') return [type.to]
  if (type.is === 'group') return [...type.fields.values()].flatMap(targets)
  return type.is === 'list' ? targets({ type: type.of, was: [] }) : []
}
