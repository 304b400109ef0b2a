/* oxlint-disable unicorn/no-thenable -- `then` is a word of the plan language; this data is never awaited. */
import { expect, test } from 'vitest'
import { CATALOGUE } from './catalogue.ts'
import { changed, COMPLETE, load, type Written } from './complete-plan.test-support.ts'
import { openQuestions } from './open-questions.ts'
import type { Readiness } from './readiness.ts'

const readiness = (plan: Written): Readiness => {
  const loaded = load(plan)
  return openQuestions(loaded.draft!, '2026-11-21', loaded.mistakes)
}
const idsOf = (list: readonly { readonly question: { readonly id: string } }[]): string[] => list.map(({ question }) => question.id)
const unanswered = (of: Readiness): string[] => [...idsOf(of.open), ...idsOf(of.later)]

/** What is taken out of the complete plan, or put in its place, so that the question is open: `place` or `[place, value]`. */
const OPENS: Readonly<Record<string, string | readonly [place: string, value: unknown]>> = {
  'objectives': 'objectives', 'problems': 'problems', 'objective-measure': 'objectives.no_typing.measure', 'objective-target': 'objectives.no_typing.target', 'objective-today': 'objectives.no_typing.today',
  'objective-due': 'objectives.no_typing.due', 'objective-accountable': 'objectives.no_typing.accountable', 'problem-costs': 'problems.typing.costs',
  'objective-served': ['flows.orders.serves', 'typing'], 'problem-solved': ['flows.orders.serves', 'no_typing'],
  'teams': 'teams', 'people': 'people', 'team-lead': 'teams.engineers.lead', 'person-reachable': 'people.cia.email',
  'decider-purpose': 'deciders.purpose', 'decider-systems': 'deciders.systems', 'decider-data': 'deciders.data', 'decider-processes': 'deciders.processes', 'decider-security': 'deciders.security',
  'decider-infrastructure': 'deciders.infrastructure', 'decider-money': 'deciders.money', 'decider-operation': 'deciders.operation', 'decider-launch': 'deciders.launch',
  'systems': 'systems', 'systems-counted': 'flows', 'system-category': 'systems.stall.category', 'system-accountable': 'systems.stall.accountable', 'system-operates': 'systems.stall.operates',
  'system-control': 'systems.stall.operates', 'system-functions': 'systems.stall.functions',
  'system-form': ['systems.spare', { category: 'cms' }], 'system-documentation': 'systems.stall.interface.documentation', 'system-connector': 'systems.stall.connector', 'system-sandbox': 'systems.stall.interface.sandbox',
  'system-limits': 'systems.stall.limits', 'system-closed': 'systems.stall.unavailable', 'system-notice': 'systems.parcels.interface.change_notice', 'system-contract': 'systems.parcels.contract',
  'existing': 'existing', 'existing-works': 'existing.mails.works', 'existing-fate': 'existing.mails.fate', 'existing-successor': 'existing.mails.flow',
  'entities': 'entities', 'entity-fields': 'entities.order.fields', 'entity-identifiers': 'entities.order.identifiers', 'entity-golden': 'entities.order.golden', 'entity-accountable': 'entities.order.accountable',
  'entity-steward': ['entities.order', { fields: { number: 'text' } }], 'entity-required': 'entities.order.required', 'entity-codes': ['systems.ledger.holds.order.fields.state', { path: 'state', codes: { placed: 'P' } }],
  'system-holds': ['systems.spare', { category: 'cms', holds: ['order'] }], 'entity-personal': 'entities.order.personal', 'entity-retention': 'entities.order.retention', 'entity-records': 'entities.order.records', 'entity-rules': 'entities.order.rules',
  'flows': 'flows', 'flow-direction': ['flows.orders', { entity: 'order', to: ['stall', 'ledger', 'parcels'] }], 'flow-trigger': 'flows.orders.trigger', 'flow-criticality': 'flows.orders.criticality', 'flow-serves': 'flows.orders.serves', 'flow-if-lost': 'flows.orders.if_lost',
  'flow-if-late': 'flows.orders.if_late', 'policy-deleted': 'defaults.flow.when_deleted', 'policy-brake': 'defaults.flow.brake', 'policy-missed': 'flows.orders.trigger.missed',
  'policy-freshness': 'defaults.flow.service_level.freshness', 'policy-completeness': 'defaults.flow.service_level.completeness', 'policy-consistency': 'defaults.flow.service_level.consistency',
  'flow-expects': 'flows.orders.expects', 'flow-usual': 'flows.orders.volume', 'flow-peak': 'flows.orders.volume.peak',
  'order-and-repeats': 'flows', 'policy-consulted': 'defaults.flow.consulted', 'policy-informed': 'defaults.flow.informed', 'time-zone': 'time_zone', 'step-in': 'processes.sale.steps.packed.in', 'alerted-person': ['people.dee.email', undefined],
  'processes': 'processes', 'flow-process': ['processes.sale', { accountable: 'sales', steps: { placed: { who: 'stall' } } }], 'process-accountable': 'processes.sale.accountable', 'process-follows': 'processes.sale.follows',
  'process-steps': 'processes.sale.steps', 'process-exceptions': 'processes.sale.exceptions', 'step-who': 'processes.sale.steps.sent.who', 'step-does': 'processes.sale.steps.sent.does',
  'step-late': ['processes.sale', { steps: { sent: { within: '1 day' } } }], 'process-volume': 'processes.sale.volume',
  'scenarios': 'scenarios', 'alert-reachable': ['teams.sales', { kind: 'business', hours: 'office' }], 'escalation': 'teams.engineers.on_call', 'team-hours': 'teams.engineers.hours', 'channels': 'channels',
  'scenario-told': ['scenarios.late_parcel', { impact: 'A customer waits' }], 'scenario-do': 'scenarios.late_parcel.do', 'scenario-impact': 'scenarios.late_parcel.impact',
  'personal-basis': 'security.personal_data.basis', 'personal-officer': 'security.personal_data.officer', 'personal-region': 'security.personal_data.region', 'security-access': 'security.access',
  'security-secrets': 'security.secrets.kept_in', 'security-rotation': 'security.secrets.rotate', 'security-transport': 'security.transport', 'security-audit': 'security.audit', 'security-reviews': 'security.reviews', 'security-standards': 'security.standards',
  'peaks': 'performance.peaks', 'catch-up': 'performance.catch_up', 'headroom': 'performance.headroom', 'nodes': 'infrastructure.nodes', 'zones': 'infrastructure.zones', 'recovery-loss': 'infrastructure.recovery.data_loss',
  'recovery-downtime': 'infrastructure.recovery.downtime', 'recovery-backup': 'infrastructure.recovery.backup', 'environments': 'environments', 'test-data': 'environments.trial.data', 'test-examples': 'tests.examples',
  'flow-acceptance': ['tests.acceptance', { parcel: { when: 'A parcel leaves', then: 'It arrives', accepts: 'sales' } }], 'acceptance': 'tests.acceptance', 'acceptance-who': 'tests.acceptance.order_arrives.accepts', 'test-load': 'tests.load',
  'milestones': 'milestones', 'systems-later': 'milestones', 'launch-day': 'launch.milestone', 'milestone-accountable': ['milestones.opening.accountable', 'tbd'], 'first-load': 'launch.first_load', 'go-back': 'launch.go_back', 'go-if': 'launch.go_if',
  'launch-decides': ['launch.decides', 'nobody'], 'freeze': 'launch.freeze', 'alongside': 'launch.alongside',
  'operation-team': 'operation.team', 'operation-hours': 'operation.hours', 'operation-staff': 'operation.staff', 'operation-review': 'operation.review', 'operation-tools': 'operation.tools', 'operation-report': 'operation.report',
  'budget-project': 'budget.project.limit', 'budget-contingency': 'budget.project.contingency', 'budget-rates': 'budget.rates', 'budget-running': 'budget.running', 'budget-maintenance': 'budget.maintenance.yearly', 'budget-accountable': 'budget.maintenance.accountable',
  'effort': 'entities.order.fields', 'decisions': 'decisions', 'decision-who': 'decisions.home.who', 'decision-date': 'decisions.home.date',
}

const complete = readiness(COMPLETE)

test('a plan can answer every question of the catalogue, and is ready then', () => {
  expect(load(COMPLETE).mistakes.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(complete.open.map(({ ask, reason }) => `${ask} ${reason ?? ''}`)).toEqual([])
  expect(complete.later).toEqual([])
  expect(complete.share).toBe(1)
})

test.each(CATALOGUE.map(({ id }) => id))('the complete plan answers the question %s, and it is open where its answer is taken out', (id) => {
  expect(complete.answered.get(id) ?? 0, 'asked of the complete plan').toBeGreaterThan(0)
  const opens = OPENS[id]
  expect(opens, 'a plan that leaves it open').toBeDefined()
  const [place, value] = typeof opens === 'string' ? [opens, undefined] : opens!
  expect(unanswered(readiness(changed(COMPLETE, place, value)))).toContain(id)
})
