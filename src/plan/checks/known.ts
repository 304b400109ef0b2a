/** What names there are in a plan, by what they name, and which of those that are used exist. */
import type { FieldType } from '../model.ts'
import { at, textAt } from '../normal/reading.ts'
import { SCALAR_TYPES } from '../schema/chapter-data.ts'
import { pointerOf, type NameUse } from '../schema/validate.ts'
import type { Place } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { matching } from './tree-walk.ts'

export interface Use extends Omit<NameUse, 'to'> { readonly to: NameUse['to'] | 'process' }

/** Where a name may be defined, and what it is called there. */
export interface Choice {
  readonly id: string
  /** `is no <what>`. */
  readonly what: string
  readonly names: ReadonlySet<string>
  readonly sections: readonly (readonly string[])[]
}

const KINDS: Readonly<Partial<Record<Use['to'], { readonly id: string; readonly what: string; readonly sections: readonly (readonly string[])[]; readonly builtIn?: readonly string[] }>>> = {
  person: { id: 'unknown-person', what: 'person of this plan', sections: [['people']] },
  team: { id: 'unknown-team', what: 'team of this plan', sections: [['teams']] },
  party: { id: 'unknown-party', what: 'person or team of this plan', sections: [['people'], ['teams']] },
  lane: { id: 'unknown-party', what: 'person, team or system of this plan', sections: [['people'], ['teams'], ['systems']] },
  system: { id: 'unknown-system', what: 'system of this plan', sections: [['systems']] },
  entity: { id: 'unknown-entity', what: 'entity of this plan', sections: [['entities']] },
  flow: { id: 'unknown-flow', what: 'flow of this plan', sections: [['flows']] },
  process: { id: 'unknown-process', what: 'process of this plan', sections: [['processes']] },
  scenario: { id: 'unknown-scenario', what: 'scenario of this plan', sections: [['scenarios']] },
  calendar: { id: 'unknown-calendar', what: 'calendar of this plan', sections: [['calendars']] },
  milestone: { id: 'unknown-milestone', what: 'milestone of this plan', sections: [['milestones']] },
  channel: { id: 'unknown-channel', what: 'channel of this plan', sections: [['channels']], builtIn: ['email'] },
  node: { id: 'unknown-node', what: 'node of this plan', sections: [['infrastructure', 'nodes']] },
  zone: { id: 'unknown-zone', what: 'zone of this plan', sections: [['infrastructure', 'zones']] },
  type: { id: 'unknown-type', what: 'type', sections: [['types']], builtIn: SCALAR_TYPES },
  objective: { id: 'unknown-objective', what: 'objective of this plan', sections: [['objectives']] },
  serves: { id: 'unknown-objective', what: 'objective or problem of this plan', sections: [['objectives'], ['problems']] },
}

/** Values that are dates unless they begin with a letter: then the name of a milestone. */
const DUES: readonly (readonly string[])[] = [
  ['objectives', '*', 'due'], ['systems', '*', 'live_from'], ['systems', '*', 'live_until'], ['systems', '*', 'contract', 'ends'],
  ['flows', '*', 'live_from'], ['flows', '*', 'live_until'], ['defaults', 'flow', 'live_from'], ['defaults', 'flow', 'live_until'],
  ['security', 'reviews', '*', 'due'], ['launch', 'freeze', 'from'], ['launch', 'freeze', 'until'], ['questions', '*', 'due'], ['questions', '*', 'until'],
]
const TRIGGERS: readonly (readonly string[])[] = [
  ['flows', '*', 'trigger'], ['defaults', 'flow', 'trigger'], ['environments', '*', 'flows', '*', 'trigger'],
  ...['from', 'to', 'between'].map((side) => ['flows', '*', side, '*', 'trigger']),
]
const DAYS = /^(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?(?:,|$)/

class Known {
  readonly #context: CheckContext
  readonly #sections = new Map<string, ReadonlySet<string>>()
  readonly #choices = new Map<string, Choice>()
  /** Fields of an entity. */
  readonly #fields = new Map<string, Choice>()
  /** Pointers at or below which an unknown name stands. */
  readonly #touched = new Set<string>()
  readonly #unknownAt = new Set<string>()
  readonly unknown: readonly (Use & { readonly choice: Choice })[]

  constructor(context: CheckContext) {
    this.#context = context
    this.unknown = [...context.uses, ...this.#moreUses()].flatMap((use) => {
      const choice = this.choiceFor(use)
      return choice && !choice.names.has(use.name) ? [{ ...use, choice }] : []
    })
    for (const use of this.unknown) {
      this.#unknownAt.add(pointerOf(use.path))
      for (let i = 0; i <= use.path.length; i += 1) this.#touched.add(pointerOf(use.path.slice(0, i)))
    }
  }

  names(...section: readonly string[]): ReadonlySet<string> {
    const key = section.join('/')
    let found = this.#sections.get(key)
    if (!found) this.#sections.set(key, (found = this.#context.names(...section)))
    return found
  }

  /** Nothing at, below or above this place was found wrong, and no name there is unknown. */
  isSound(...path: readonly string[]): boolean {
    if ((this.#touched.size > 0 && this.#touched.has(pointerOf(path))) || this.#context.isWrong(...path)) return false
    return this.#unknownAt.size === 0 || path.every((_, i) => !this.#unknownAt.has(pointerOf(path.slice(0, i + 1))))
  }

  /** undefined: what may stand here can't be told, since it depends on something that is wrong or unknown. */
  choiceFor(use: Use): Choice | undefined {
    if (use.to === 'field') return this.#fieldsFor(use.path)
    if (use.to === 'step') return this.#named('unknown-step', 'step of this process', ['processes', use.path[1]!, 'steps'])
    const kind = KINDS[use.to]
    if (!kind) return undefined
    let choice = this.#choices.get(use.to)
    if (!choice) {
      const names = new Set([...kind.sections.flatMap((section) => [...this.names(...section)]), ...(kind.builtIn ?? [])])
      this.#choices.set(use.to, (choice = { id: kind.id, what: kind.what, sections: kind.sections, names }))
    }
    return choice
  }

  /** Where a name of this choice is defined; undefined for built-in ones. */
  definitionOf(name: string, choice: Choice): Place | undefined {
    const section = choice.sections.find((one) => at(this.#context.tree, ...one, name))
    return section && this.#context.keyPlaceOf(...section, name)
  }

  #named(id: string, what: string, ...sections: readonly (readonly string[])[]): Choice {
    const names = sections.length === 1 ? this.names(...sections[0]!) : new Set(sections.flatMap((section) => [...this.names(...section)]))
    return { id, what, names, sections }
  }

  #fieldsFor(path: readonly string[]): Choice | undefined {
    const { tree } = this.#context
    const [section, name] = path as [string, string]
    switch (section) {
      case 'entities': return this.fieldsOf(name)
      case 'flows': return this.fieldsOf(textAt(tree, 'flows', name, 'entity'))
      case 'processes': return this.fieldsOf(textAt(tree, 'processes', name, 'follows'))
      case 'systems': return path[2] === 'types' ? this.#membersOf(path[3]!, this.#typeNamed(path[3]!), path.slice(4, -1), ['types', path[3]!, 'group']) : this.#heldFields(path)
      default: return undefined
    }
  }

  /** The fields of an entity; undefined when there is no such entity. */
  fieldsOf(entity: string | undefined): Choice | undefined {
    if (entity === undefined) return undefined
    let choice = this.#fields.get(entity)
    if (choice) return choice
    if (!this.names('entities').has(entity)) return undefined
    this.#fields.set(entity, (choice = this.#named('unknown-field', `field of ${entity}`, ['entities', entity, 'fields'])))
    return choice
  }

  /** systems/<s>/holds/<e>/<i>/fields/<field>(/fields/<member>)… */
  #heldFields(path: readonly string[]): Choice | undefined {
    const entity = path[3]!
    if (path.length === 7) return this.fieldsOf(entity)
    const rest = path.slice(5, -1)
    return this.#membersOf(`${entity}.${rest[1]!}`, this.#context.plan.entities.get(entity)?.fields.get(rest[1]!)?.type, rest.slice(2), ['entities', entity, 'fields', rest[1]!, 'group'])
  }

  #membersOf(of: string, type: FieldType | undefined, rest: readonly string[], section: readonly string[]): Choice | undefined {
    // rest: fields, or fields/<member>/fields …
    let found = membersIn(type)
    let label = of
    for (let i = 1; i < rest.length && found; i += 2) {
      label = `${label}.${rest[i]!}`
      found = membersIn(found.get(rest[i]!)?.type)
    }
    return found && { id: 'unknown-field', what: `member of ${label}`, names: new Set(found.keys()), sections: [section] }
  }

  #typeNamed(name: string): FieldType | undefined {
    return this.#context.plan.types.get(name)
  }

  *#moreUses(): Generator<Use> {
    const { tree } = this.#context
    for (const pattern of DUES) {
      for (const { node, path } of matching(tree, pattern)) {
        if (node.is === 'text' && /^[a-z]/.test(node.text)) yield { to: 'milestone', name: node.text, place: node.place, path }
      }
    }
    for (const pattern of TRIGGERS) {
      for (const { node, path } of matching(tree, [...pattern, 'days'])) {
        if (node.is === 'text' && !DAYS.test(node.text)) yield { to: 'calendar', name: node.text, place: node.place, path }
      }
    }
    for (const { node, path } of matching(tree, ['objectives', '*', 'metric'])) {
      if (node.is !== 'text') continue
      const [name, measure] = node.text.split('.') as [string, string]
      const kinds = METRICS.get(measure) ?? []
      const kind = kinds.find((one) => this.names(SECTION[one]).has(name)) ?? kinds[0]
      if (kind) yield { to: kind, name, place: node.place, path }
    }
  }
}

type Measured = 'entity' | 'flow' | 'process'
const SECTION: Readonly<Record<Measured, string>> = { entity: 'entities', flow: 'flows', process: 'processes' }
/** What a metric can be asked of. */
const METRICS: ReadonlyMap<string, readonly Measured[]> = new Map<string, readonly Measured[]>([
  ['uniqueness', ['entity']], ['validity', ['entity']], ['completeness', ['entity', 'flow']], ['freshness', ['flow']], ['consistency', ['flow']],
  ['duration', ['process']], ['on_time', ['process']], ['happy_path', ['process']], ['by_hand', ['process']],
])

/** Members of a group, or of the groups in a list. */
export function membersIn(type: FieldType | undefined): ReadonlyMap<string, { readonly type: FieldType }> | undefined {
  if (type?.is === 'group') return type.fields
  return type?.is === 'list' ? membersIn(type.of) : undefined
}

const made = new WeakMap<CheckContext, Known>()
export function known(context: CheckContext): Known {
  let found = made.get(context)
  if (!found) made.set(context, (found = new Known(context)))
  return found
}
