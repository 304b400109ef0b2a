/** Who sends and receives which entity, and what is known about the systems that do. */
import { direction, reads, writes } from '../direction.ts'
import type { End, Entity, FieldMapping, FieldRule, Flow, Hold, System } from '../model.ts'
import { nearest } from '../names.ts'
import { at } from '../normal/reading.ts'
import { CONNECTOR_WORDS } from '../normal/systems.ts'
import type { CheckContext } from './index.ts'
import { known } from './known.ts'

export interface Part { readonly flow: Flow; readonly end: End; readonly system: System }

class TakingPart {
  readonly #context: CheckContext
  readonly #parts = new Map<string, Part[]>()
  readonly #holds = new Map<string, readonly Hold[]>()
  readonly #sound = new Map<string, boolean>()
  #meant: ReadonlySet<string> | undefined
  #misheld: ReadonlySet<string> | undefined

  constructor(context: CheckContext) {
    this.#context = context
    for (const flow of context.plan.flows.values()) {
      const parts = this.#parts.get(flow.entity) ?? []
      this.#parts.set(flow.entity, parts)
      for (const end of flow.ends) parts.push({ flow, end, system: context.plan.systems.get(end.system)! })
    }
    for (const system of context.plan.systems.values()) {
      for (const hold of system.holds) {
        const key = `${system.key}/${hold.entity}`
        this.#holds.set(key, [...(this.#holds.get(key) ?? []), hold])
      }
    }
  }

  /** Every end of every flow that carries the entity. */
  of(entity: string): readonly Part[] {
    return this.#parts.get(entity) ?? []
  }

  holds(system: string, entity: string): readonly Hold[] {
    return this.#holds.get(`${system}/${entity}`) ?? []
  }

  /** Systems that send the entity, each once, in the order of the plan. */
  senders(entity: string): readonly string[] {
    const sending = new Set(this.of(entity).filter((part) => part.end.sends).map((part) => part.end.system))
    return sending.size < 2 ? [...sending] : [...this.#context.plan.systems.keys()].filter((name) => sending.has(name))
  }

  /** Nothing is wrong with the entity itself, with its flows, or with how the systems in them hold it: checks across them make sense. */
  isSound(entity: string): boolean {
    let sound = this.#sound.get(entity)
    if (sound === undefined) {
      const of = known(this.#context)
      sound = !this.#context.incomplete && of.isSound('entities', entity)
        && this.of(entity).every(({ flow, system }) => this.isSoundFlow(flow) && this.isSoundHold(system.key, entity))
        && !this.#maybeMeant(entity)
      this.#sound.set(entity, sound)
    }
    return sound
  }

  isSoundFlow(flow: Flow): boolean {
    const of = known(this.#context)
    return ['entity', 'from', 'to', 'between'].every((key) => of.isSound('flows', flow.key, key)) && !this.#context.isWrong('flows', flow.key, 'entity')
  }

  isSoundHold(system: string, entity: string): boolean {
    const of = known(this.#context)
    // An entity that is misspelt here may be this one.
    this.#misheld ??= new Set(of.unknown.flatMap(({ path }) => (path[0] === 'systems' && path[2] === 'holds' && path.length === 4 ? [path[1]!] : [])))
    return !this.#misheld.has(system) && of.isSound('systems', system, 'holds', entity) && of.isSound('systems', system, 'types') && of.isSound('systems', system, 'like') && of.isSound('systems', system, 'connector')
  }

  /** A flow whose entity is misspelt may be one of this entity. */
  #maybeMeant(entity: string): boolean {
    this.#meant ??= new Set(known(this.#context).unknown.flatMap((use) => (use.path[0] === 'flows' && use.path[2] === 'entity' ? (nearest(use.name, use.choice.names) ?? []) : [])))
    return this.#meant.has(entity)
  }

  /** Whether the plan says all of the mapping; that of a product comes from the catalogue, and is not known before its entry exists. */
  isComplete(system: System, entity: string): boolean {
    return this.holds(system.key, entity).every((hold) => {
      const connector = hold.connector ?? system.connector
      return connector === undefined || isProtocol(this.#context, connector)
    })
  }

  mappings(system: string, entity: string, field: string): readonly FieldMapping[] {
    return this.holds(system, entity).flatMap((hold) => hold.fields.get(field) ?? [])
  }

  reads(system: string, entity: string, field: string): boolean {
    return this.mappings(system, entity, field).some(reads)
  }

  writes(part: Part, field: string): boolean {
    return ['written', 'both'].includes(direction(this.#context.plan, part.flow, part.end.system, field)) && this.mappings(part.end.system, part.flow.entity, field).some(writes)
  }

  /** Systems that speak for a field, each once. */
  speakers(entity: string, field: string): readonly string[] {
    return [...new Set(this.of(entity).filter((part) => this.contributes(part, field)).map((part) => part.end.system))]
  }

  /** Several systems speak for it, and what they say decides rather than who says it. */
  isDecidedByValue(entity: Entity, field: string): boolean {
    const rule = entity.golden.rules.get(field)?.rule
    return rule !== undefined && BY_VALUE.has(rule) && this.speakers(entity.key, field).length > 1
  }

  contributes(part: Part, field: string): boolean {
    return ['contributes', 'both'].includes(direction(this.#context.plan, part.flow, part.end.system, field))
  }
}

const BY_VALUE: ReadonlySet<FieldRule['rule']> = new Set(['latest', 'longest', 'highest', 'lowest', 'union'] as const)

/** Connectors that know no products: what they exchange stands in the plan alone. */
export const isProtocol = (context: CheckContext, connector: string): boolean =>
  connector === 'files' || connector === 'sql' || connector === 'http' || connector === 'rest' || Object.hasOwn(CONNECTOR_WORDS, connector) || context.connectors?.has(connector) === true

const made = new WeakMap<CheckContext, TakingPart>()
export function takingPart(context: CheckContext): TakingPart {
  let found = made.get(context)
  if (!found) made.set(context, (found = new TakingPart(context)))
  return found
}

/** Entities about which checks across flows make sense. */
export const soundEntities = (context: CheckContext): readonly Entity[] => [...context.plan.entities.values()].filter((entity) => takingPart(context).isSound(entity.key))

/** Where a system stands in a flow: its key at `from`, `to` or `between`. */
export function endPath(context: CheckContext, flow: string, system: string): readonly string[] {
  for (const side of ['from', 'between', 'to']) {
    if (at(context.tree, 'flows', flow, side, system)) return ['flows', flow, side, system]
  }
  return ['flows', flow]
}
