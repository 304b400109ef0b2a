import { expect, test } from 'vitest'
import { changed, COMPLETE, load, type Written } from './complete-plan.test-support.ts'
import { openQuestions } from './open-questions.ts'

const derived = (plan: Written): Map<string, string> => {
  const loaded = load(plan)
  return new Map(openQuestions(loaded.draft!, '2026-11-21', loaded.mistakes).derived.map(({ question, of, says }) => [[question.id, ...of].join(' '), says]))
}

test.each<[says: string, id: string, answer: string, ...changes: [string, unknown][]]>([
  ['The number of systems follows from the flows', 'systems-counted', '3 systems in 1 flow: Ledger – Stall, Parcels – Stall, Ledger – Parcels'],
  ['Whether a flow goes one way or both follows from who sends and who receives', 'flow-direction orders', 'Both ways: Stall, Ledger; to Parcels'],
  ['Whether a system is a partner’s follows from the team that operates it', 'system-control parcels', 'A partner’s: Carrier'],
  ['The form of an interface follows from the connector', 'system-form ledger', '`files`, as its connector works', ['systems.ledger.interface.form', undefined]],
  ['The only sender is right', 'entity-golden order', 'Stall, the only one that sends it', ['entities.order.golden', undefined], ['flows.orders', { entity: 'order', from: 'stall', to: 'ledger' }]],
  ['What is never the same in two systems has no home', 'entity-golden order', 'Each record where it is: it is never the same in two systems', ['entities.order.golden', undefined], ['entities.order.identifiers', []]],
  ['Whoever is accountable decides about single records', 'entity-steward order', 'Sales', ['entities.order.steward', undefined]],
  ['The decider of the launch says go', 'launch-decides', 'Ala Testowa', ['launch.decides', undefined]],
  ['A team without a ladder is reached through its lead', 'alert-reachable engineers', 'Ben Tester, by e-mail', ['teams.engineers.on_call', undefined]],
  ['Workload and time are counted', 'effort', 'To be counted from 3 systems, 1 flow and 3 fields'],
  ['What comes later is what goes live later', 'systems-later', 'Club from 2027-09-01', ['systems.club', { live_from: '2027-09-01' }]],
])('%s: nobody is asked', (_, id, answer, ...changes) => {
  expect(derived((changes as [string, unknown][]).reduce((plan, [place, value]) => changed(plan, place, value), COMPLETE)).get(id)).toBe(answer)
})
