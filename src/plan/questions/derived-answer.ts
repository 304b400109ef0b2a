/** What Plimsoll answers itself, from what was said elsewhere in the plan. */
import type { Name } from '../values.ts'
import { derivedForm } from './conditions.ts'
import type { Facts } from './facts.ts'
import type { Question } from './question.ts'
import { nameOf } from './room.ts'
import { filled } from './words.ts'

type Says = (facts: Facts, of: readonly Name[]) => string

const MOST_NAMED = 12
const number = (n: number, one: string): string => `${n.toLocaleString('en')} ${n === 1 ? one : `${one}s`}`
const listed = (names: readonly string[]): string => (names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${(names.length - MOST_NAMED).toLocaleString('en')} more`)
const systems = (facts: Facts, names: Iterable<Name>): string => [...names].map((name) => facts.label('systems', name)).join(', ')

function directionOf(facts: Facts, flow: Name): string {
  const ends = facts.plan.flows.get(flow)?.ends ?? []
  const both = ends.filter((end) => end.sends && end.receives).map((end) => end.system)
  const from = ends.filter((end) => end.sends && !end.receives).map((end) => end.system)
  const to = ends.filter((end) => end.receives && !end.sends).map((end) => end.system)
  const parts = [both.length > 0 ? `both ways: ${systems(facts, both)}` : '', from.length > 0 ? `from ${systems(facts, from)}` : '', to.length > 0 ? `to ${systems(facts, to)}` : from.length > 0 && both.length === 0 ? 'known in Plimsoll only' : '']
  const text = parts.filter((part) => part !== '').join('; ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const SAYS: Readonly<Record<string, Says>> = {
  'systems-counted': (facts) => {
    const pairs = new Set<string>()
    const taking = new Set<Name>()
    for (const { ends } of facts.flows) for (const end of ends) {
      taking.add(end.system)
      if (end.sends) for (const other of ends) if (other !== end && other.receives) pairs.add([end.system, other.system].toSorted().map((name) => facts.label('systems', name)).join(' – '))
    }
    return `${number(taking.size, 'system')} in ${number(facts.flows.length, 'flow')}: ${listed([...pairs])}`
  },
  'flow-direction': (facts, [flow]) => directionOf(facts, flow!),
  'system-control': (facts, [system]) => {
    const operates = facts.plan.systems.get(system!)?.operates
    const isPartners = facts.team(operates)?.kind === 'partner'
    return isPartners ? `A partner’s: ${nameOf(facts, operates!)}` : 'The company’s own'
  },
  'system-form': (facts, [system]) => `\`${derivedForm(facts, system!)!}\`, as its connector works`,
  'entity-golden': (facts, [entity]) => {
    const of = facts.plan.entities.get(entity!)
    if (of?.identifiers?.length === 0) return 'Each record where it is: it is never the same in two systems'
    return `${facts.label('systems', of!.golden.home)}, the only one that sends it`
  },
  'entity-codes': () => 'No code or unit contradicts another',
  'entity-steward': (facts, [entity]) => nameOf(facts, facts.plan.entities.get(entity!)!.accountable!),
  'order-and-repeats': () => 'Nothing: each record is compared with what was last seen, in whatever order and however often it comes',
  'objective-accountable': (facts) => nameOf(facts, facts.text('deciders', 'purpose')!),
  'launch-decides': (facts) => nameOf(facts, facts.text('deciders', 'launch')!),
  'milestone-accountable': (facts) => nameOf(facts, facts.text('deciders', 'launch')!),
  'step-late': (facts, [process]) => nameOf(facts, facts.text('processes', process!, 'accountable')!),
  'alert-reachable': (facts, [team]) => {
    const { lead, email } = facts.plan.teams.get(team!)!
    return lead === undefined ? `The team, at ${email ?? 'the address of its members'}` : `${nameOf(facts, lead)}, by e-mail`
  },
  'scenario-told': () => 'Whoever operates the system or flow',
  'systems-later': (facts) => {
    const later = [...facts.plan.systems.values()].filter((system) => system.liveFrom !== undefined).map((system) => `${system.name} from ${facts.dayOf(system.liveFrom) ?? system.liveFrom!}`)
    return later.length === 0 ? 'None that the plan names' : listed(later)
  },
  'effort': (facts) => {
    const fields = [...facts.plan.entities.values()].reduce((sum, entity) => sum + entity.fields.size, 0)
    return `To be counted from ${number(facts.plan.systems.size, 'system')}, ${number(facts.flows.length, 'flow')} and ${number(fields, 'field')}`
  },
}

export class DerivedAnswer {
  readonly question: Question
  readonly of: readonly Name[]
  readonly #facts: Facts

  constructor(facts: Facts, question: Question, of: readonly Name[]) {
    this.#facts = facts
    this.question = question
    this.of = of
  }
  get ask(): string {
    return filled({ facts: this.#facts, question: this.question, of: this.of }, this.question.ask)
  }
  get says(): string {
    return SAYS[this.question.id]?.(this.#facts, this.of) ?? 'It follows from the rest of the plan'
  }
}
