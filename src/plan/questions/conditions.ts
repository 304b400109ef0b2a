/** To which subjects a question belongs. A question that depends on what nobody said yet is not asked before it was. */
import { textAt } from '../normal/reading.ts'
import type { Facts } from './facts.ts'

/** The names that stand for `*` in a question's place. */
type Of = readonly string[]
type Test = (facts: Facts, of: Of) => boolean

const isCritical: Test = (facts, [flow]) => facts.plan.flows.get(flow!)?.criticality === 'critical'
const formOf = (facts: Facts, system: string): string | undefined => facts.text('systems', system, 'interface', 'form')
const FORM_OF_CONNECTOR: Readonly<Record<string, string>> = { http: 'api', sql: 'database', files: 'files', amqp: 'messages', mqtt: 'messages', mail: 'mail' }
export const derivedForm = (facts: Facts, system: string): string | undefined => {
  const connector = facts.plan.systems.get(system)?.connector
  return connector === undefined ? undefined : FORM_OF_CONNECTOR[connector] ?? 'api'
}
const kindOf = (facts: Facts, team: string): string | undefined => facts.plan.teams.get(team)?.kind

const CONDITIONS = {
  /** A team of the company itself. */
  inside: (facts, [team]) => kindOf(facts, team!) === 'business' || kindOf(facts, team!) === 'technology',
  /** Whoever is alerted is asked for more urgently. */
  has_a_part: (facts, [person]) => facts.parties.has(person!) && !facts.alerted.has(person!),
  live: (facts, [system]) => facts.isLive(system!),
  exchangeable: (facts, [system]) => !['none', 'by_hand'].includes(formOf(facts, system!) ?? ''),
  called: (facts, [system]) => ['api', 'messages'].includes(formOf(facts, system!) ?? derivedForm(facts, system!) ?? ''),
  in_critical_flow: (facts, [system]) => facts.flowsOf('systems', system!).some((flow) => flow.criticality === 'critical'),
  partner: (facts, [system]) => facts.team(facts.plan.systems.get(system!)?.operates)?.kind === 'partner',
  replaced: (facts, [existing]) => facts.text('existing', existing!, 'fate') === 'replace',
  something_replaced: (facts) => facts.entries('existing').some(({ value }) => textAt(value, 'fate') === 'replace'),
  exchanged: (facts, [entity]) => facts.flowsOf('entities', entity!).length > 0,
  personal: (facts, [entity]) => (facts.plan.entities.get(entity!)?.personal?.length ?? 0) > 0,
  anything_personal: (facts) => [...facts.plan.entities.values()].some((entity) => (entity.personal?.length ?? 0) > 0),
  goals_exist: (facts) => facts.entries('objectives').length + facts.entries('problems').length > 0,
  critical: isCritical,
  important: (facts, [flow]) => ['high', 'critical'].includes(facts.plan.flows.get(flow!)?.criticality ?? ''),
  something_critical: (facts) => facts.flows.some((flow) => flow.criticality === 'critical'),
  scheduled: (facts, [flow]) => (facts.plan.flows.get(flow!)?.ends ?? []).some((end) => end.sends && (end.trigger.at.length > 0 || end.trigger.cron !== undefined)),
  by_files: (facts, [flow]) => {
    const of = facts.plan.flows.get(flow!)
    return (of?.ends ?? []).some((end) => {
      if (!end.sends) return false
      const system = facts.plan.systems.get(end.system)
      return end.trigger.file || (system?.interface.form ?? '') === 'files' || (system?.connector === 'files' && end.trigger.every === undefined)
    })
  },
  done_in_a_system: (facts, [process, step]) => {
    const of = facts.at('processes', process!, 'steps', step!)
    return facts.isParty(textAt(of, 'who')) && textAt(of, 'by_hand') !== 'true' && textAt(of, 'flow') === undefined
  },
  has_deadline: (facts, [process, step]) => facts.text('processes', process!, 'steps', step!, 'within') !== undefined,
  alerted: (facts, [party]) => facts.alerted.has(party!),
  alerted_critical: (facts, [team]) => facts.alerted.has(team!) && facts.flows.some((flow) => flow.criticality === 'critical') && kindOf(facts, team!) !== 'partner',
  acted_on: (facts, [scenario]) => facts.texts('scenarios', scenario!, 'alert').length > 0,
  for_tests: (facts, [environment]) => {
    const kind = facts.text('environments', environment!, 'kind')
    return kind === 'test' || (kind === undefined && environment !== 'production' && environment !== 'development')
  },
} satisfies Record<string, Test>

export type Condition = keyof typeof CONDITIONS
export const holds = (condition: Condition, facts: Facts, of: Of): boolean => CONDITIONS[condition](facts, of)
