/** What questions ask a plan: what was said where, what is due when, and which flows hang on what. Worked out once. */
import type { FieldType, Flow, Plan, Team } from '../model.ts'
import type { Mistake } from '../mistakes.ts'
import { labelOf } from '../names.ts'
import { entriesAt, textAt, textsAt } from '../normal/reading.ts'
import { dayOf } from '../normal/runnable.ts'
import type { Entry, Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { reopened } from './contradictions.ts'
import { isPlaceholder, isPlaceholderName } from './placeholders.ts'

/** Of ITIL’s impact: what a flow weighs among others. */
const CRITICALITY: Readonly<Record<Flow['criticality'], number>> = { low: 0.5, normal: 1, high: 2, critical: 4 }

const NO_FLOWS: readonly Flow[] = []

export class Facts {
  readonly plan: Plan
  readonly today: string
  readonly flows: readonly Flow[]
  /** What the checks found against an answer, by question and subject. */
  readonly reopened: ReadonlyMap<string, string>
  readonly #byEntity = new Map<Name, Flow[]>()
  readonly #bySystem = new Map<Name, Flow[]>()
  readonly #labels = new Map<string, string>()
  readonly #milestones = new Map<Name, string>()
  /** By the pointer of their place. */
  readonly #errors = new Map<string, Mistake>()
  readonly #launch: string
  /** Of all flows. */
  #weight: number | undefined
  #parties: ReadonlySet<Name> | undefined
  #alerted: ReadonlySet<Name> | undefined
  #referred: ReadonlySet<Name> | undefined
  #served: ReadonlySet<Name> | undefined
  #inProcesses: ReadonlySet<Name> | undefined
  readonly #byProcess = new Map<Name, readonly Flow[]>()

  constructor(plan: Plan, today: string, mistakes: readonly Mistake[]) {
    this.plan = plan
    this.today = today
    for (const { key, value } of this.entries('milestones')) {
      const day = textAt(value, 'date')
      if (day !== undefined) this.#milestones.set(key, day)
    }
    const launch = this.dayOf(this.text('launch', 'milestone'))
    this.#launch = launch !== undefined && launch > today ? launch : today
    this.flows = [...plan.flows.values()].filter((flow) => this.#isInScope(flow))
    for (const flow of this.flows) {
      push(this.#byEntity, flow.entity, flow)
      for (const end of flow.ends) push(this.#bySystem, end.system, flow)
    }
    this.reopened = reopened(mistakes)
    for (const mistake of mistakes) if (mistake.severity === 'error') this.#errors.set(mistake.place.pointer, mistake)
  }

  // ── what was said ────────────────────────────────────────────────────────────────────────────────────────────────────

  at(...path: readonly string[]): Node | undefined {
    return this.plan.said(path)
  }
  text(...path: readonly string[]): string | undefined {
    return textAt(this.at(...path))
  }
  entries(...path: readonly string[]): readonly Entry[] {
    return entriesAt(this.at(...path))
  }
  names(...path: readonly string[]): readonly Name[] {
    return this.entries(...path).map(({ key }) => key)
  }
  texts(...path: readonly string[]): readonly string[] {
    return textsIn(this.at(...path))
  }
  said(...path: readonly string[]): boolean {
    return isFilled(this.at(...path))
  }
  get hasErrors(): boolean {
    return this.#errors.size > 0
  }
  /** What is wrong at exactly this place. */
  errorAt(path: readonly string[]): Mistake | undefined {
    return this.#errors.get(`/${path.map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`)
  }
  /** `section`: where the element is listed. */
  label(section: string, name: string): string {
    const key = `${section}.${name}`
    let label = this.#labels.get(key)
    if (label === undefined) {
      const of = this.at(...section.split('.'), name)
      const own = textAt(of, 'name')
      const statement = textAt(of, 'statement')
      label = own !== undefined && !isPlaceholder(own) ? own : statement !== undefined && statement.length <= 90 ? statement : labelOf(name)
      // A name stands in the middle of a sentence.
      label = label.replaceAll(/\s+/g, ' ').trim()
      this.#labels.set(key, label)
    }
    return label
  }

  // ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Somebody of this plan, with a name that is one. */
  isParty(name: string | undefined): name is Name {
    if (name === undefined) return false
    const person = this.plan.people.get(name)
    return person ? !isPlaceholder(person.name) : this.plan.teams.has(name)
  }
  team(name: Name | undefined): Team | undefined {
    return name === undefined ? undefined : this.plan.teams.get(name)
  }
  hasAddress(name: Name, seen: Set<Name> = new Set()): boolean {
    if (seen.has(name)) return false
    seen.add(name)
    const person = this.plan.people.get(name)
    if (person) return isAddress(person.email) || isAddress(person.phone)
    const team = this.plan.teams.get(name)
    if (!team) return false
    return isAddress(team.email) || (team.lead !== undefined && this.hasAddress(team.lead, seen)) || team.onCall.some((rung) => this.hasAddress(rung.who, seen))
      || team.members.some((member) => this.hasAddress(member, seen))
  }
  /** Everybody who decides something, stands on a ladder or is told. */
  get parties(): ReadonlySet<Name> {
    if (this.#parties) return this.#parties
    const found = new Set<Name>()
    const add = (name: string | undefined): void => {
      if (name === undefined || found.has(name)) return
      found.add(name)
      const team = this.plan.teams.get(name)
      if (team) {
        add(team.lead)
        for (const rung of team.onCall) add(rung.who)
      }
    }
    for (const { value } of this.entries('deciders')) add(textAt(value))
    for (const system of this.plan.systems.values()) for (const who of [system.accountable, system.operates]) add(who)
    for (const entity of this.plan.entities.values()) for (const who of [entity.accountable, entity.steward]) add(who)
    for (const who of this.alerted) add(who)
    add(this.text('launch', 'decides'))
    return (this.#parties = found)
  }
  /** Whoever is told first when something breaks. */
  get alerted(): ReadonlySet<Name> {
    if (this.#alerted) return this.#alerted
    const found = new Set<Name>()
    const team = this.text('operation', 'team')
    if (team !== undefined) found.add(team)
    for (const [name, system] of this.plan.systems) if (system.operates !== undefined && this.flowsOf('systems', name).length > 0) found.add(system.operates)
    for (const name of this.names('scenarios')) for (const who of this.texts('scenarios', name, 'alert')) found.add(who)
    return (this.#alerted = found)
  }

  // ── scope and weight ─────────────────────────────────────────────────────────────────────────────────────────────────

  dayOf(due: string | undefined): string | undefined {
    return due === undefined ? undefined : dayOf(due, this.#milestones)
  }
  /** What comes after the launch, or has ended, is not asked about yet or any more. */
  #isInScope(of: { readonly liveFrom?: string; readonly liveUntil?: string }): boolean {
    const from = this.dayOf(of.liveFrom)
    const until = this.dayOf(of.liveUntil)
    return (from === undefined || from <= this.#launch) && (until === undefined || until >= this.today)
  }
  isLive(system: Name): boolean {
    const of = this.plan.systems.get(system)
    return of !== undefined && this.#isInScope(of)
  }
  isFlowInScope(flow: Name): boolean {
    const of = this.plan.flows.get(flow)
    return of !== undefined && this.#isInScope(of)
  }
  weightOf(flows: readonly Flow[]): number {
    if (flows === this.flows && this.#weight !== undefined) return this.#weight
    let sum = 0
    for (const flow of flows) sum += CRITICALITY[flow.criticality]
    if (flows === this.flows) this.#weight = sum
    return sum
  }
  /** The flows that hang on an element of a section. */
  flowsOf(section: string, name: Name): readonly Flow[] {
    switch (section) {
      case 'flows': {
        const flow = this.plan.flows.get(name)
        return flow ? [flow] : NO_FLOWS
      }
      case 'systems': return this.#bySystem.get(name) ?? NO_FLOWS
      case 'entities': return this.#byEntity.get(name) ?? NO_FLOWS
      case 'processes': return this.flowsOfProcess(name)
      default: return NO_FLOWS
    }
  }
  /** Whether fields of another entity point at it. */
  isReferredTo(entity: Name): boolean {
    this.#referred ??= new Set([...this.plan.entities.values()].flatMap((of) => [...of.fields.values()].flatMap(({ type }) => referencesIn(type))))
    return this.#referred.has(entity)
  }
  flowsOfProcess(name: Name): readonly Flow[] {
    let found = this.#byProcess.get(name)
    if (!found) this.#byProcess.set(name, (found = this.#carriedBy(name)))
    return found
  }
  isInAProcess(flow: Name): boolean {
    this.#inProcesses ??= new Set(this.names('processes').flatMap((process) => this.flowsOfProcess(process).map(({ key }) => key)))
    return this.#inProcesses.has(flow)
  }
  /** Objectives and problems that some flow or process serves. */
  get served(): ReadonlySet<Name> {
    this.#served ??= new Set(['flows', 'processes'].flatMap((section) => this.names(section).flatMap((name) => this.texts(section, name, 'serves'))))
    return this.#served
  }
  #carriedBy(name: Name): readonly Flow[] {
    const carried = new Set<Name>()
    const process = this.at('processes', name)
    const steps = [...entriesAt(process, 'steps'), ...entriesAt(process, 'exceptions').flatMap(({ value }) => entriesAt(value, 'steps'))]
    for (const { value } of steps) {
      const flow = textAt(value, 'flow')
      if (flow !== undefined) carried.add(flow)
    }
    const follows = this.text('processes', name, 'follows')
    return this.flows.filter((flow) => carried.has(flow.key) || flow.entity === follows)
  }
}

/** Whether anything is said: an empty list, an empty object and words for “nobody knows” are nothing. */
export function isFilled(value: Node | undefined): boolean {
  if (value === undefined) return false
  if (value.is === 'text') return !value.empty && !isPlaceholder(value.text)
  if (value.is === 'list') return value.items.some(isFilled)
  // Who names something says that it is there, even when nothing more is known of it.
  return value.is === 'function' || value.entries.some((e) => !isPlaceholderName(e.key) && (isFilled(e.value) || (e.value.is === 'map' && e.value.entries.length === 0)))
}

/** A text, or the texts of a list. */
export const textsIn = (node: Node | undefined): readonly string[] => {
  const text = textAt(node)
  return text === undefined ? textsAt(node) : [text]
}

const isAddress = (text: string | undefined): boolean => text !== undefined && !isPlaceholder(text.split('@')[0]!)

function referencesIn(type: FieldType): readonly Name[] {
  if (type.is === 'reference') return [type.to]
  if (type.is === 'list') return referencesIn(type.of)
  return type.is === 'group' ? [...type.fields.values()].flatMap((field) => referencesIn(field.type)) : []
}

function push<T>(map: Map<string, T[]>, key: string, one: T): void {
  const list = map.get(key)
  if (list) list.push(one)
  else map.set(key, [one])
}
