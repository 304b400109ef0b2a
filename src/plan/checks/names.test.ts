import { describe, expect, test } from 'vitest'
import { checkText, marked } from '../../../test/support/check-text.ts'
import { loadTexts } from '../../../test/support/load-text.ts'
import { printMistakes } from '../print-mistakes.ts'

const BASE = `people: { anna: { name: Anna, email: a@x.example } }
teams: { service: { kind: business, lead: anna } }
calendars: { office: { days: mon-fri } }
milestones: { go_live: 2027-03-01 }
objectives: { one_view: { statement: One view } }
types: { address: { group: { street: text, city: text } } }
entities: { customer: { identifiers: [email], required: [email], fields: { email: email, home: address, status: { codes: [new, old] }, best: { to: customer, late: true } } } }
systems:
  shop: { connector: csv, holds: [customer] }
  crm: { connector: sqlite, holds: [customer] }
flows: { customers: { entity: customer, from: shop, to: crm, serves: one_view } }
scenarios: { late_one: { alert: service } }
processes: { sale: { follows: customer, steps: { begun: { who: shop, flow: customers, within: 1 hour, else: late_one } } } }
infrastructure: { zones: { dmz: Outside }, nodes: { web: { zone: dmz, runs: shop } } }
channels: { chat: { kind: slack } }
`

test('the plan of these tests has no mistake', () => {
  expect(checkText(BASE)).toEqual([])
})

describe('a name that nothing bears is told once, at its place, with the nearest one', () => {
  test.each<[id: string, right: string, wrong: string, suggestion: string]>([
    ['unknown-person', 'lead: anna }', 'lead: «ana» }', 'anna'],
    ['unknown-party', 'alert: service', 'alert: «servise»', 'service'],
    ['unknown-party', 'who: shop', 'who: «shob»', 'shop'],
    ['unknown-system', 'from: shop', 'from: «shopp»', 'shop'],
    ['unknown-system', 'runs: shop', 'runs: «shp»', 'shop'],
    ['unknown-entity', 'entity: customer', 'entity: «custmer»', 'customer'],
    ['unknown-entity', 'follows: customer', 'follows: «customr»', 'customer'],
    ['unknown-entity', 'to: customer', 'to: «custommer»', 'customer'],
    ['unknown-entity', 'shop: { connector: csv, holds: [customer]', 'shop: { connector: csv, holds: [«customers»]', 'customer'],
    ['unknown-field', 'identifiers: [email]', 'identifiers: [«emial»]', 'email'],
    ['unknown-field', 'required: [email]', 'required: [«mail»]', 'email'],
    ['unknown-flow', 'flow: customers', 'flow: «custommers»', 'customers'],
    ['unknown-scenario', 'else: late_one', 'else: «lateone»', 'late_one'],
    ['unknown-objective', 'serves: one_view', 'serves: «one_vue»', 'one_view'],
    ['unknown-type', 'home: address', 'home: «adress»', 'address'],
    ['unknown-zone', 'zone: dmz', 'zone: «dzm»', 'dmz'],
  ])('%s: %s', (id, right, wrong, suggestion) => {
    expect(BASE).toContain(right)
    const { text, places } = marked(BASE.replace(right, wrong))
    const found = checkText(text).filter((m) => m.severity === 'error')
    expect(found.map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`, m.suggestion])).toEqual([[id, places[0], suggestion]])
    expect(found[0]!.also).toHaveLength(1)
    expect(found[0]!.mend).toBe(`Did you mean \`${suggestion}\`?`)
  })

  test.each<[id: string, more: string, suggestion: string | undefined]>([
    ['unknown-team', 'operation: { team: «servce» }', 'service'],
    ['unknown-calendar', 'operation: { hours: «ofice» }', 'office'],
    ['unknown-calendar', 'defaults: { flow: { trigger: { at: 06:00, days: «offise» } } }', 'office'],
    ['unknown-milestone', 'launch: { milestone: «golive» }', 'go_live'],
    ['unknown-milestone', 'questions: { open: { question: What?, due: «go_liv» } }', 'go_live'],
    ['unknown-flow', 'launch: { first_load: [«customer_s»] }', 'customers'],
    ['unknown-system', 'questions: { «systems.shup.interface»: { ask: anna } }', 'shop'],
    ['unknown-question', 'questions: { «sistems.shop.interface»: { ask: anna } }', 'systems'],
    ['unknown-entity', 'decisions: { d: { decision: So it is, concerns: «entities.custome.golden» } }', 'customer'],
    ['unknown-system', 'environments: { test: { systems: { «crn»: simulated } } }', 'crm'],
    ['unknown-team', 'operation: { team: «wholly_different» }', undefined],
  ])('%s: %s', (id, more, suggestion) => {
    const { text, places } = marked(BASE + more)
    expect(checkText(text).filter((m) => m.severity === 'error').map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`, m.suggestion])).toEqual([[id, places[0], suggestion]])
  })

  test.each<[what: string, right: string, wrong: string, suggestion: string]>([
    ['a held field', 'crm: { connector: sqlite, holds: [customer] }', 'crm: { connector: sqlite, holds: { customer: { fields: { «emai»: mail, home: h, status: s } } } }', 'email'],
    ['a member of a group', 'crm: { connector: sqlite, holds: [customer] }', 'crm: { connector: sqlite, holds: { customer: { fields: { email: m, home: { fields: { street: s, «sity»: c } } } } } }', 'city'],
    ['a member of a type', 'crm: { connector: sqlite, ', 'crm: { connector: sqlite, types: { address: { fields: { «stret»: s, city: c } } }, ', 'street'],
    ['a field that decides', 'fields: { email: email', 'golden: { home: shop, by_field: { «stauts»: shop } }, fields: { email: email', 'status'],
    ['a field that is written', 'to: crm', 'to: { crm: { writes: [«homme»] } }', 'home'],
    ['a field that shows a step', 'flow: customers, within', 'reached: { «statuss»: new }, within', 'status'],
    ['the identifier of a reference', 'crm: { connector: sqlite, holds: [customer] }', 'crm: { connector: sqlite, holds: { customer: { fields: { email: m, home: h, status: s, best: { path: b, identifier: «emaill» } } } } }', 'email'],
  ])('unknown-field: %s', (_what, right, wrong, suggestion) => {
    expect(BASE).toContain(right)
    const { text, places } = marked(BASE.replace(right, wrong))
    expect(checkText(text).filter((m) => m.severity === 'error').map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`, m.suggestion])).toEqual([['unknown-field', places[0], suggestion]])
  })
})

test.each<[right: string, wrong: string]>([
  ['crm: { connector: sqlite, holds: [customer] }', 'crm: { connector: sqlite, holds: { customer: { fields: { email: m, home: h, status: { path: s, codes: { new: N, «odl»: O } } } } } }'],
  ['crm: { connector: sqlite, holds: [customer] }', 'crm: { connector: sqlite, holds: { customer: { fields: { email: m, home: h, status: { path: s, codes: { new: N, old: O }, unknown: «olt» } } } } }'],
  ['flow: customers, within', 'reached: { status: «odl» }, within'],
  ['codes: [new, old] }', 'codes: [new, old], default: «od» }'],
])('a code that the list lacks is told with the list: %s', (right, wrong) => {
  const { text, places } = marked(BASE.replace(right, wrong))
  const found = checkText(text).filter((m) => m.severity === 'error')
  expect(found.map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`, m.suggestion])).toEqual([['unknown-code', places[0], 'old']])
  expect(found[0]!.says).toMatch(/is no code of customer\.status \(new, old\)\.$/)
})

test('a name of another kind is called by its kind', () => {
  const [found] = checkText(`${BASE}operation: { team: customers_of_us }\n`.replace('customers_of_us', 'anna')).filter((m) => m.severity === 'error')
  expect([found!.says, found!.mend]).toEqual(['`anna` is a person, no team of this plan.', 'Write one of service, or define it under `teams`.'])
})

test('the place where the right name is defined is printed behind the question, also in another file', () => {
  const { mistakes, sources } = loadTexts({
    'plan.yaml': 'plimsoll: 1\nname: A\ninclude: teams.yaml\nsystems: { s: { operates: intgration } }\n', 'teams.yaml': 'teams:\n\n  integration: { kind: technology }\n',
  })
  expect(printMistakes(mistakes, sources)).toBe([
    'plan.yaml:4:27  error  unknown-party', '    `intgration` is no person or team of this plan.', '    | systems: { s: { operates: intgration } }', '    → Did you mean `integration`?   (teams.yaml:3)',
  ].join('\n'))
})

test('nothing is said about names while a file can not be read: they may stand there', () => {
  const { mistakes } = loadTexts({ 'plan.yaml': 'plimsoll: 1\nname: A\ninclude: teams.yaml\nsystems: { s: { operates: integration } }\n', 'teams.yaml': 'teams: [\n' })
  expect(mistakes.map((m) => m.id)).toEqual(['yaml-syntax'])
})

test('nothing is said about what follows from an unknown name', () => {
  const { text } = marked(BASE.replace('entity: customer,', 'entity: «custmer»,'))
  expect(checkText(text).map((m) => m.id)).toEqual(['unknown-entity'])
  expect(checkText(BASE.replace('from: shop', 'from: shopp')).map((m) => m.id)).toEqual(['unknown-system'])
})

test('an environment that is chosen but not written is told, with those that are', () => {
  const plan = `${BASE}environments: { test: { alerts: anna } }`
  expect(checkText(plan, { environment: 'tset' }).map((m) => [m.id, m.suggestion])).toEqual([['unknown-environment', 'test']])
  expect(checkText(plan, { environment: 'test' })).toEqual([])
})

test('a connector that is nearly the name of another is asked about; one that does not exist yet is no mistake', () => {
  const connectors = new Set(['files', 'sql', 'csv', 'sqlite', 'postgres'])
  expect(checkText('systems: { s: { connector: postgress } }', { connectors }).map((m) => [m.severity, m.id, m.suggestion])).toEqual([['warning', 'unknown-connector', 'postgres']])
  expect(checkText('systems: { s: { connector: hubspot } }', { connectors })).toEqual([])
})
