import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { agendaOf } from './agenda.ts'
import { CATALOGUE } from './catalogue.ts'
import { changed, COMPLETE, load, type Written } from './complete-plan.test-support.ts'
import { openQuestions } from './open-questions.ts'
import type { Readiness } from './readiness.ts'

const TODAY = '2026-11-21'
const readiness = (plan: Written, today = TODAY): Readiness => {
  const loaded = load(plan)
  return openQuestions(loaded.draft!, today, loaded.mistakes)
}
const places = (list: readonly { readonly place: readonly string[] }[]): string[] => list.map(({ place }) => place.join('.'))

const NEWCOMER: Written = {
  plimsoll: 1, name: 'A new shop', objectives: { sell: 'Sell on the Internet' },
  systems: { shop: { category: 'shop' }, books: { category: 'erp' } },
}

test('A newcomer is asked for the purpose first, then who, then what is exchanged; everything else waits', () => {
  const of = readiness(NEWCOMER)
  const ids = of.open.map(({ question }) => question.id)
  expect(ids.slice(0, 7)).toEqual(['problems', 'objective-measure', 'objective-target', 'teams', 'people', 'decider-purpose', 'entities'])
  expect(new Set(of.open.map(({ question }) => question.area))).toEqual(new Set(['purpose', 'people', 'data', 'systems']))
  expect(of.later.map(({ question }) => question.id)).toContain('flows')
})

test('Objects come after systems, flows after objects, and what is asked of a flow after the flow', () => {
  const withData = changed(NEWCOMER, 'entities', { order: { fields: { number: 'text', customer: 'text' } } })
  expect(readiness(withData).open.map(({ question }) => question.id)).toContain('flows')
  const withFlow = changed(changed(withData, 'flows', { orders: { entity: 'order', from: 'shop', to: 'books' } }), 'teams', { sales: { kind: 'business' } })
  const of = readiness(withFlow)
  expect(of.open[0]!.question.id).toBe('problems')
  expect(of.open.slice(0, 14).map(({ question }) => question.id)).toEqual(expect.arrayContaining(['entity-identifiers', 'policy-freshness', 'system-form', 'system-accountable', 'flow-criticality']))
  expect(of.later.length).toBeLessThan(readiness(NEWCOMER).later.length)
})

test('Each answer makes the plan more ready, and asks for what it opens', () => {
  const steps: readonly (readonly [string, unknown])[] = [
    ['problems', { typing: 'Orders are typed by hand' }], ['objectives.sell', { statement: 'Sell on the Internet', measure: 'Orders without a phone call' }], ['objectives.sell.target', '80%'],
    ['teams', { sales: { kind: 'business' } }], ['people', { eve: { name: 'Eve Prova' } }], ['deciders', { purpose: 'eve' }], ['entities', { order: { fields: { number: 'text' } } }],
    ['existing', {}], ['flows', { orders: { entity: 'order', from: 'shop', to: 'books' } }], ['systems.shop.interface', { form: 'api' }],
  ]
  let plan = NEWCOMER
  let before = readiness(plan).share
  for (const [place, value] of steps) {
    plan = changed(plan, place, value)
    const { share } = readiness(plan)
    expect(share, place).toBeGreaterThan(before)
    before = share
  }
})

test('A question about a critical flow comes before the same question about one that hardly matters', () => {
  const two = changed(changed(COMPLETE, 'flows.gossip', { entity: 'order', from: 'stall', to: 'ledger', criticality: 'low', trigger: '1 day', serves: ['typing'] }), 'flows.orders.volume', undefined)
  expect(places(readiness(two).open.filter(({ question }) => question.id === 'flow-usual'))).toEqual(['flows.orders.volume.usual', 'flows.gossip.volume.usual'])
})

test('A policy is asked once, with all flows that leave it open, and answered in the defaults', () => {
  const bare = { entity: 'order', from: 'stall', to: 'ledger' }
  const plan = changed(changed(changed(changed(COMPLETE, 'flows.one', bare), 'flows.two', bare), 'defaults', undefined), 'flows.orders.when_deleted', 'ignore')
  const asked = readiness(plan).open.filter(({ question }) => question.id === 'policy-deleted')
  expect(places(asked)).toEqual(['defaults.flow.when_deleted'])
  expect(asked[0]!.touches.flows).toEqual(['one', 'two'])
  expect(readiness(changed(plan, 'defaults', { flow: { when_deleted: 'ignore' } })).open.filter(({ question }) => question.id === 'policy-deleted')).toEqual([])
})

test.each<[says: string, waiver: Written, isWaived: boolean, today?: string]>([
  ['with a reason and a name', { waived: 'Agreed by mail', who: 'ala' }, true],
  ['without a name', { waived: 'Agreed by mail' }, false],
  ['without a reason', { waived: 'tbd', who: 'ala' }, false],
  ['by somebody who does not exist', { waived: 'Agreed by mail', who: 'nobody_known' }, false],
  ['until a day to come', { waived: 'Agreed by mail', who: 'ala', until: '2026-12-31' }, true],
  ['until a day that has passed', { waived: 'Agreed by mail', who: 'ala', until: '2026-12-31' }, false, '2027-01-01'],
  ['until a milestone to come', { waived: 'Agreed by mail', who: 'ala', until: 'opening' }, true],
])('A waiver %s', (_, waiver, isWaived, today) => {
  const plan = changed(changed(COMPLETE, 'launch.go_back', undefined), 'questions', { 'launch.go_back': waiver })
  const of = readiness(plan, today)
  expect(of.open.some(({ question }) => question.id === 'go-back')).toBe(!isWaived)
  expect(of.waived.map(({ question, waiver: found }) => [question.id, found.why, found.who])).toEqual(isWaived ? [['go-back', 'Agreed by mail', 'ala']] : [])
})

test('A place above waives all below it, and nothing beside it', () => {
  const plan = changed(changed(changed(COMPLETE, 'infrastructure', undefined), 'performance', undefined), 'questions', { infrastructure: { waived: 'Drawn by its own team', who: 'ben' } })
  const of = readiness(plan)
  expect(of.waived.map(({ question }) => question.area)).toEqual(Array.from({ length: 5 }, () => 'infrastructure'))
  expect(of.areas.find(({ area }) => area === 'infrastructure')).toMatchObject({ share: 1, waived: 5, open: 0 })
  expect(of.open.map(({ question }) => question.id).toSorted()).toEqual(['catch-up', 'headroom', 'peaks'])
})

test('What is answered elsewhere is waived at its element, without waiving the same for others', () => {
  const other = { entity: 'order', from: 'stall', to: 'ledger', criticality: 'critical', trigger: '1 day', serves: ['typing'], if_lost: 'Much', if_late: 'Much', volume: { usual: '1/day', peak: '2/day' } }
  const plan = changed(changed(changed(COMPLETE, 'flows.back', other), 'tests.load', undefined), 'launch.first_load', ['orders', 'back'])
  const asked = readiness(plan).open.filter(({ question }) => question.id === 'test-load')
  expect(asked.map(({ entry }) => entry.join('.'))).toEqual(['flows.orders.test-load', 'flows.back.test-load'])
  const of = readiness(changed(plan, 'questions', { 'flows.back.test-load': { waived: 'One a day', who: 'ala' } }))
  expect(of.open.filter(({ question }) => question.id === 'test-load').map(({ of: names }) => names)).toEqual([['orders']])
  expect(of.waived.map(({ place }) => place.join('.'))).toEqual(['flows.back.test-load'])
})

test('A question of the plan’s own is open until it is waived, and its assumption holds meanwhile', () => {
  const own = { question: 'How do parcels come back?', concerns: 'flows.orders', ask: 'ben', due: '2026-12-18', assume: 'By hand' }
  const of = readiness(changed(COMPLETE, 'questions', { returns: own }))
  expect(of.open.map(({ ask, assumed, assigned, touches }) => ({ ask, assumed, who: assigned?.ask, flows: touches.flows }))).toEqual([{ ask: 'How do parcels come back?', assumed: 'By hand', who: 'ben', flows: ['orders'] }])
  expect(readiness(changed(COMPLETE, 'questions', { returns: { ...own, waived: 'There are none', who: 'ala' } })).open).toEqual([])
})

test('Who was asked, by when and what is assumed stands at the question', () => {
  const plan = changed(changed(COMPLETE, 'systems.stall.interface.documentation', undefined), 'questions', { 'systems.stall.interface': { ask: 'ben', due: '2026-12-04', assume: 'It is worked out' } })
  expect(readiness(plan).open.map(({ assigned, assumed }) => [assigned?.ask, assigned?.due, assumed])).toEqual([['ben', '2026-12-04', 'It is worked out']])
})

test.each(CATALOGUE.map((question) => [question.id, question] as const))('the example of the question %s is accepted by the plan language at its place', (_, { place, example, policy }) => {
  const steps = (policy ? ['defaults', 'flow', ...place.split('.').slice(2)] : place.split('.')).map((step) => (step === '*' ? 'one' : step))
  const value: unknown = parse(/^[a-z_]+: /.test(example) && !example.includes('{ due') && isNamed(steps) ? `{ ${example} }` : example, { schema: 'failsafe' })
  const required: Record<string, Written> = { objectives: { statement: 'S' }, problems: { statement: 'S' }, teams: { kind: 'business' }, people: { name: 'N' }, flows: { entity: 'e' }, milestones: { date: '2027-01-01' }, decisions: { decision: 'D' } }
  const base = steps[1] === 'one' && required[steps[0]!] ? changed({ plimsoll: 1, name: 'n' }, `${steps[0]!}.one`, required[steps[0]!]) : { plimsoll: 1, name: 'n' }
  const plan = changed(base, steps.join('.'), steps.length === 2 && steps[1] === 'one' ? { ...required[steps[0]!], ...(value as Written) } : value)
  expect(load(plan).mistakes.filter(({ id }) => ['bad-value', 'unknown-key', 'bad-name', 'reserved-name'].includes(id)).map(({ says }) => says)).toEqual([])
})
const isNamed = (steps: readonly string[]): boolean => steps.length <= 3

test('The agenda puts every open question once into a session with everybody who must be there', () => {
  const of = readiness(changed(changed(changed(COMPLETE, 'launch', undefined), 'systems.parcels.contract', undefined), 'entities.order.personal', undefined))
  const { sessions } = agendaOf(of)
  const discussed = sessions.flatMap(({ topics }) => topics.flatMap(({ questions }) => questions))
  expect(places(discussed).toSorted()).toEqual(places(of.open).toSorted())
  for (const { room, topics, minutes } of sessions) {
    const seats = new Set(room.map(({ seat }) => seat))
    for (const { questions } of topics) for (const one of questions) for (const { seat } of one.room) expect(seats).toContain(seat)
    expect(minutes).toBeLessThanOrEqual(90)
    expect(minutes).toBe(topics.reduce((sum, topic) => sum + topic.minutes, 0))
  }
  const contract = sessions.find(({ topics }) => topics.some(({ questions }) => questions[0]!.question.id === 'system-contract'))!
  expect(contract.room.map(({ label, note }) => [label, note])).toContainEqual(['Sales', 'Ala Testowa'])
})

test('A role that nobody has is named in the agenda, with all whom it concerns', () => {
  const { sessions } = agendaOf(readiness(NEWCOMER))
  expect(sessions.flatMap(({ room }) => room.map(({ label }) => label))).toContain('whoever operates Shop and Books')
})
