/** Answers that contradict what else the plan says open their question again, with the reason. What the checks of the plan find already is not found twice. */
import type { Mistake } from '../mistakes.ts'
import { readRate } from '../times.ts'
import { isWrong } from '../values.ts'
import type { Facts } from './facts.ts'

/** What a check found opens the questions of the subject whose name stands at this step of the mistake's place: `systems/shop/holds/order/…`. */
const MISTAKES: readonly { readonly id: string; readonly questions: readonly string[]; readonly section: string; readonly step: number }[] = [
  { id: 'home-silent', questions: ['entity-golden'], section: 'entities', step: 1 },
  { id: 'owner-silent', questions: ['entity-golden'], section: 'entities', step: 1 },
  { id: 'no-identifier', questions: ['entity-identifiers'], section: 'entities', step: 1 },
  { id: 'identifier-unsent', questions: ['entity-identifiers'], section: 'entities', step: 1 },
  { id: 'looks-personal', questions: ['entity-personal'], section: 'entities', step: 1 },
  { id: 'never-fires', questions: ['flow-trigger'], section: 'flows', step: 1 },
  { id: 'nobody-reachable', questions: ['escalation'], section: 'teams', step: 1 },
  { id: 'nobody-reachable', questions: ['scenario-told'], section: 'scenarios', step: 1 },
  { id: 'nobody-told', questions: ['scenario-told'], section: 'scenarios', step: 1 },
  { id: 'code-missing', questions: ['entity-codes'], section: 'systems', step: 3 },
  { id: 'code-ambiguous', questions: ['entity-codes'], section: 'systems', step: 3 },
  { id: 'type-conflict', questions: ['entity-codes'], section: 'systems', step: 3 },
  { id: 'unknown-code', questions: ['entity-codes'], section: 'systems', step: 3 },
]

/** Question and name of its subject → what a check said. */
export function reopened(mistakes: readonly Mistake[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { id, place, says } of mistakes) {
    const rows = byMistake.get(id)
    if (!rows) continue
    const steps = place.pointer.split('/').slice(1)
    for (const { questions, section, step } of rows) {
      const name = steps[step]
      if (steps[0] !== section || name === undefined) continue
      for (const question of questions) if (!found.has(`${question} ${name}`)) found.set(`${question} ${name}`, says)
    }
  }
  return found
}
const byMistake = new Map<string, typeof MISTAKES>()
for (const row of MISTAKES) byMistake.set(row.id, [...(byMistake.get(row.id) ?? []), row])

interface Rule {
  readonly questions: readonly string[]
  /** Why the question is open, whatever was said; undefined: nothing speaks against it. */
  readonly says: (facts: Facts, of: readonly string[]) => string | undefined
}

const rate = (facts: Facts, ...path: readonly string[]): number | undefined => {
  const text = facts.text(...path)
  const read = text === undefined ? undefined : readRate(text, '')
  return read && !isWrong(read) ? read.value.count / read.value.perMs : undefined
}
const isPast = (facts: Facts, due: string | undefined): boolean => {
  const day = facts.dayOf(due)
  return day !== undefined && day < facts.today
}
const peakBelow = (section: string): Rule['says'] => (facts, [name]) => {
  const [usual, peak] = ['usual', 'peak'].map((key) => rate(facts, section, name!, 'volume', key))
  return usual !== undefined && peak !== undefined && peak < usual ? `The peak, ${facts.text(section, name!, 'volume', 'peak')}, is less than what is usual, ${facts.text(section, name!, 'volume', 'usual')}.` : undefined
}

const RULES: readonly Rule[] = [
  {
    questions: ['objective-today'],
    says: (facts, [name]) => (facts.said('objectives', name!, 'target') && !facts.said('objectives', name!, 'today') ? 'There is a target, but nothing to compare it with.' : undefined),
  },
  {
    questions: ['objective-target'],
    says: (facts, [name]) => {
      const target = facts.text('objectives', name!, 'target')
      return target !== undefined && target === facts.text('objectives', name!, 'today') ? `${target} is what it is today already.` : undefined
    },
  },
  { questions: ['objective-due'], says: (facts, [name]) => (isPast(facts, facts.text('objectives', name!, 'due')) ? 'That day has passed.' : undefined) },
  {
    questions: ['objective-measure'],
    says: (facts, [name]) => {
      const of = facts.text('objectives', name!, 'metric')?.split('.')[0]
      const isThere = of === undefined || facts.plan.entities.has(of) || facts.plan.flows.has(of) || facts.at('processes', of) !== undefined
      return isThere ? undefined : `It is to be measured at ${of}, but no object, flow or process of this plan is called so.`
    },
  },
  {
    questions: ['system-documentation'],
    says: (facts, [name]) => {
      const documentation = facts.text('systems', name!, 'interface', 'documentation')
      const spec = facts.said('systems', name!, 'interface', 'spec')
      if (documentation === 'current' && !spec) return 'It is called current, but nothing says where it is: `spec`, its file or address.'
      return documentation === 'none' && spec ? 'It is said that there is none, and `spec` says where it is.' : undefined
    },
  },
  {
    questions: ['entity-fields'],
    says: (facts, [name]) => (facts.flows.length > 0 && facts.flowsOf('entities', name!).length === 0 && !facts.isReferredTo(name!) ? `No flow exchanges ${facts.label('entities', name!)}.` : undefined),
  },
  {
    questions: ['flow-trigger'],
    says: (facts, [name]) => {
      const flow = facts.plan.flows.get(name!)
      const senders = flow?.ends.filter((end) => end.sends) ?? []
      const isByHand = senders.length > 0 && senders.every(({ trigger }) => trigger.onDemand && !trigger.event && !trigger.file && trigger.every === undefined && trigger.at.length === 0 && trigger.cron === undefined)
      return isByHand && flow?.freshness ? `It runs only on demand, and yet a change shall have arrived within ${flow.freshness.text}.` : undefined
    },
  },
  { questions: ['flow-peak'], says: peakBelow('flows') },
  { questions: ['process-volume'], says: peakBelow('processes') },
  {
    questions: ['process-follows'],
    says: (facts, [name]) => {
      const entity = facts.text('processes', name!, 'follows')
      return entity !== undefined && facts.flows.length > 0 && facts.flowsOf('entities', entity).length === 0 ? `No flow exchanges ${facts.label('entities', entity)}, so nobody sees where a case is.` : undefined
    },
  },
  {
    questions: ['environments'],
    says: (facts) => {
      const places = [...facts.plan.systems.keys()].filter((system) => ['own', 'shared'].includes(facts.text('systems', system, 'interface', 'sandbox') ?? ''))
      const hasData = facts.names('environments').some((name) => facts.said('environments', name, 'data'))
      return places.length > 0 && facts.entries('environments').length > 0 && !hasData ? 'There are places to try the exchange, but no environment says which data are there: `data`.' : undefined
    },
  },
  {
    questions: ['first-load'],
    says: (facts) => {
      const named = new Set(facts.texts('launch', 'first_load'))
      const left = facts.flows.filter((flow) => !named.has(flow.key))
      return named.size > 0 && left.length > 0 ? `It does not say when ${left.slice(0, 3).map((flow) => facts.label('flows', flow.key)).join(', ')}${left.length > 3 ? ` and ${left.length - 3} more` : ''} ${left.length === 1 ? 'is' : 'are'} loaded.` : undefined
    },
  },
  {
    questions: ['freeze'],
    says: (facts) => (facts.at('launch', 'freeze') !== undefined && !facts.said('launch', 'freeze', 'systems') ? 'It does not say which systems.' : undefined),
  },
]
/** Questions about which something is known even though nobody answered them. */
export const SPEAKS_OF_SILENCE: ReadonlySet<string> = new Set(['objective-today'])

const byQuestion = new Map<string, Rule[]>()
for (const rule of RULES) for (const id of rule.questions) byQuestion.set(id, [...(byQuestion.get(id) ?? []), rule])

export function contradiction(facts: Facts, question: string, of: readonly string[]): string | undefined {
  const found = of[0] === undefined || facts.reopened.size === 0 ? undefined : facts.reopened.get(`${question} ${of[0]}`)
  if (found !== undefined) return found
  for (const rule of byQuestion.get(question) ?? NONE) {
    const says = rule.says(facts, of)
    if (says !== undefined) return says
  }
  return undefined
}
const NONE: readonly Rule[] = []
