import { expect, test } from 'vitest'
import { changed, COMPLETE, load, type Written } from './complete-plan.test-support.ts'
import { openQuestions } from './open-questions.ts'
import type { Readiness } from './readiness.ts'

const readiness = (plan: Written): Readiness => {
  const loaded = load(plan)
  return openQuestions(loaded.draft!, '2026-11-21', loaded.mistakes)
}
const all = (changes: readonly Change[]): Written => changes.reduce((plan, [place, value]) => changed(plan, place, value), COMPLETE)
const opened = (of: Readiness, id: string): string | undefined => of.open.find(({ question }) => question.id === id)?.reason

type Change = readonly [place: string, value: unknown]
const CONTRADICTIONS: [says: string, id: string, reason: RegExp, ...changes: Change[]][] = [
  ['a system that is in no flow', 'system-holds', /Spare is in no flow/, ['systems.spare', { accountable: 'sales', operates: 'engineers', category: 'cms', holds: ['order'] }]],
  ['an object that no flow exchanges', 'entity-fields', /No flow exchanges Coupon/, ['entities.coupon', { fields: { code: 'text' } }]],
  ['a golden home that sends nothing', 'entity-golden', /sends? no|never sends|does not send/, ['entities.order.golden.home', 'parcels']],
  ['a decider who does not exist', 'decider-launch', /zoe is no person/, ['deciders.launch', 'zoe']],
  ['a decider whose name nobody knows', 'decider-launch', /dan is no person/, ['people.dan', { name: 'T.B.D.' }], ['deciders.launch', 'dan']],
  ['an operator who does not exist', 'system-operates', /nobody_yet is no person/, ['systems.stall.operates', 'nobody_yet']],
  ['a team on call without any address', 'alert-reachable', /no address/, ['teams.mute', { kind: 'technology' }], ['operation.team', 'mute']],
  ['an escalation that ends without an address', 'escalation', /fay/, ['people.fay', { name: 'Fay Essai' }], ['teams.engineers.on_call', [{ who: 'ben' }, { who: 'fay', after: '1 hour' }]]],
  ['“automatic” without a time', 'flow-trigger', /says nothing about when/, ['flows.orders.trigger', { missed: 'once' }]],
  ['a trigger that never fires', 'flow-trigger', /never fires/, ['flows.orders.trigger', { cron: '0 4 31 2 *' }]],
  ['“on demand” with a promise of freshness', 'flow-trigger', /only on demand/, ['flows.orders.trigger', 'on_demand']],
  ['“documented” without a link', 'system-documentation', /nothing says where it is/, ['systems.stall.interface.spec', undefined]],
  ['“not documented” with a link', 'system-documentation', /says where it is/, ['systems.stall.interface.documentation', 'none']],
  ['a word that is none', 'system-documentation', /not `tbd`/, ['systems.stall.interface.documentation', 'tbd']],
  ['a target without the number of today', 'objective-today', /nothing to compare/, ['objectives.no_typing.today', undefined]],
  ['a target that is reached already', 'objective-target', /already/, ['objectives.no_typing.target', '900']],
  ['an objective that was due yesterday', 'objective-due', /passed/, ['objectives.no_typing.due', '2026-11-20']],
  ['a metric of something that is not there', 'objective-measure', /customer/, ['objectives.no_typing.metric', 'customer.uniqueness']],
  ['an objective that nothing serves', 'objective-served', /No flow/, ['flows.orders.serves', 'typing']],
  ['a peak below what is usual', 'flow-peak', /less than what is usual/, ['flows.orders.volume.peak', '1/day']],
  ['a deadline that nobody hears of', 'step-late', /nobody is told/, ['processes.sale.accountable', undefined], ['processes.sale.steps.sent.else', undefined]],
  ['a lane of somebody unknown', 'step-who', /ghost is no person/, ['processes.sale.steps.sent.who', 'ghost']],
  ['a process whose case nobody exchanges', 'process-follows', /No flow exchanges/, ['entities.coupon', { fields: { code: 'text' } }], ['processes.sale.follows', 'coupon']],
  ['a place to try without data', 'environments', /which data/, ['environments.trial.data', undefined]],
  ['only production', 'environments', /only production/, ['environments.trial', undefined]],
  ['machines, none of which runs the exchange', 'nodes', /none of them runs/, ['infrastructure.nodes.hub.runs', 'stall']],
  ['a first load that forgets a flow', 'first-load', /Parcels back/, ['flows.back', { name: 'Parcels back', entity: 'order', from: 'parcels', to: 'stall' }]],
  ['a code that a receiver does not have', 'entity-codes', /no code/, ['systems.ledger.holds.order.fields.state', { path: 'state', codes: { placed: 'P' } }]],
  ['a scenario of which nobody is told', 'scenario-told', /Nobody is told/, ['scenarios.late_parcel.alert', undefined]],
  ['the words of the example', 'security-secrets', /example/, ['security.secrets.kept_in', 'The vault of the container platform.']],
  ['the list of the example', 'go-back', /example/, ['launch.go_back', ['Point the address back to the old shop', 'Type in the new orders']]],
  ['the objective of the example', 'objectives', /example/, ['objectives', { one_customer: { statement: 'Every channel knows the same customer' } }]],
  ['somebody who is alerted and has no address', 'alerted-person', /no address/, ['people.dee.email', undefined]],
]

test.each<[says: string, id: string, reason: RegExp, changes: Change[]]>(CONTRADICTIONS.map(([says, id, reason, ...changes]) => [says, id, reason, changes]))('%s opens %s again, with the reason', (_, id, reason, changes) => {
  expect(opened(readiness(COMPLETE), id)).toBeUndefined()
  const of = readiness(all(changes))
  expect(of.open.map(({ question }) => question.id)).toContain(id)
  expect(opened(of, id)).toMatch(reason)
})

const EMPTY = ['tbd', 'TBD', 'T.B.D.', 't b d', 'ＴＢＤ', 'TBD (the board decides in May)', '?', '???', 'n/a', 'N. A.', '-', '—', '…', '...', 'todo', 'To-Do: ask the warehouse', 'xxx', 'XXXX', 'unknown', 'Do ustalenia', 'do ustalenia z magazynem',
  'nie wiem', 'à définir', 'A DEFINIR', 'noch offen', 'unbekannt', 'por definir', 'da definire', 'неизвестно', 'уточняется', '未定', '待定', 'לא ידוע', '<what it costs>', '[your answer]', '\u200Btbd\u200B', '_', 'lorem ipsum dolor']

test.each(EMPTY)('%j answers nothing', (text) => {
  expect(readiness(changed(COMPLETE, 'problems.typing.costs', text)).open.map(({ question }) => question.id)).toContain('problem-costs')
})

test.each(['Nothing', '0', '12', 'None of the mails is answered', 'An unknown number of hours, at least three', 'Later orders are lost', 'ха', '三小时', 'x10 the price', 'NATO numbers', 'Open orders pile up', 'Todos los pedidos', '1000'])('%j is an answer', (text) => {
  expect(readiness(changed(COMPLETE, 'problems.typing.costs', text)).open.map(({ question }) => question.id)).not.toContain('problem-costs')
})

test.each([['functions', 'systems.stall.functions', [], 'system-functions'], ['systems to freeze', 'launch.freeze.systems', [], 'freeze'], ['the way back', 'launch.go_back', ['tbd', '?'], 'go-back']])('an empty list of %s is no answer', (_, place, value, id) => {
  expect(readiness(changed(COMPLETE, place, value)).open.map(({ question }) => question.id)).toContain(id)
})

test.each([['identifiers', 'entities.order.identifiers', [], 'entity-identifiers'], ['required fields', 'entities.order.required', [], 'entity-required'], ['personal fields', 'entities.order.personal', [], 'entity-personal'], ['existing integrations', 'existing', {}, 'existing'], ['exceptions', 'processes.sale.exceptions', {}, 'process-exceptions']])('an empty list of %s is an answer', (_, place, value, id) => {
  const of = readiness(changed(COMPLETE, place, value))
  expect([...of.open, ...of.later].map(({ question }) => question.id)).not.toContain(id)
})
