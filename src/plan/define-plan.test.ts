import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { loadObject, loadText } from '../../test/support/load-text.ts'
import type { LoadedPlan } from './load.ts'
import { definePart, definePlan } from './define-plan.ts'

const load = loadObject

const plan = definePlan({
  plimsoll: 1,
  name: 'New online shop',
  people: { anna: { name: 'Anna Nowak', email: 'anna.nowak@baltica.example' } },
  teams: { marketing: { kind: 'business', lead: 'anna' } },
  objectives: { one_customer: 'Every channel knows the same customer' },
  types: { address: { group: { street: 'text', city: 'text' } } },
  systems: {
    shop: { category: 'shop', connector: 'csv', holds: { customer: { fields: { email: 'emailAddress', phone: { path: 'tel', access: 'read' }, last_name: 'surname' } } } },
    crm: { category: 'crm', connector: 'sqlite', accountable: 'marketing', holds: ['customer'], types: { address: { fields: { street: 'line1' } } } },
  },
  entities: {
    customer: {
      identifiers: ['email', ['last_name', 'phone']], personal: ['email', 'phone'],
      golden: { home: 'crm', by_field: { phone: 'latest', last_name: ['shop', 'crm'] } },
      fields: { email: 'email', phone: 'phone', last_name: { type: 'text', length: 80 }, address: 'address', status: { codes: ['new', 'old'] } },
    },
  },
  flows: { customers: { entity: 'customer', between: ['shop', 'crm'], trigger: '5 minutes', service_level: { freshness: '10 minutes' }, serves: 'one_customer', writes: ['id', 'email'] } },
})

const SAME_IN_YAML = `
plimsoll: 1
name: New online shop
people: { anna: { name: Anna Nowak, email: anna.nowak@baltica.example } }
teams: { marketing: { kind: business, lead: anna } }
objectives: { one_customer: { statement: Every channel knows the same customer } }
types: { address: { group: { street: text, city: text } } }
systems:
  shop:
    category: shop
    connector: csv
    holds: { customer: { fields: { email: emailAddress, phone: { path: tel, access: read }, last_name: surname } } }
  crm: { category: crm, connector: sqlite, accountable: marketing, holds: customer, types: { address: { fields: { street: line1 } } } }
entities:
  customer:
    identifiers: [email, [last_name, phone]]
    personal: [email, phone]
    golden: { home: crm, by_field: { phone: { rule: latest }, last_name: [shop, crm] } }
    fields: { email: email, phone: phone, last_name: { type: text, length: 80 }, address: address, status: { codes: [new, old] } }
flows:
  customers: { entity: customer, between: [shop, crm], trigger: { every: 5 minutes }, service_level: { freshness: 10 minutes }, serves: [one_customer], writes: [id, email] }
`

test('the same plan in TypeScript and in YAML has the same digest', () => {
  const yaml = loadText(SAME_IN_YAML)
  const errors = (loaded: LoadedPlan) => loaded.mistakes.filter((m) => m.severity === 'error')
  expect([...errors(yaml), ...errors(load(plan))]).toEqual([])
  expect(load(plan).plan!.digest).toBe(yaml.plan!.digest)
  expect(loadText(SAME_IN_YAML.replace('[shop, crm] } }', '[crm, shop] } }')).plan!.digest).not.toBe(yaml.plan!.digest)
})

test('a whole plan of the specification means the same as an object', () => {
  const text = readFileSync('test/plans/customer-360.yaml', 'utf8')
  // The failsafe schema keeps text as written, as the loader does.
  expect(load({ ...(parse(text, { schema: 'failsafe' }) as object), plimsoll: 1 }).plan!.digest).toBe(loadText(text).plan!.digest)
})

test('a function may stand where CEL ends', () => {
  const read = (r: { name: string }) => r.name.split(' ').at(-1)
  const { plan: made, mistakes } = load({ plimsoll: 1, name: 'F', systems: { s: { connector: 'csv', holds: { c: { fields: { last: { read, write: 'c.last' } } } } } }, entities: { c: { fields: { last: 'text' } } } })
  expect(mistakes).toEqual([])
  expect(made!.systems.get('s')!.holds[0]!.fields.get('last')).toEqual({ read, write: 'c.last', access: 'both' })
})

test('a plan and its parts are merged like files, and nothing may stand in two of them', () => {
  const root = definePlan({ plimsoll: 1, name: 'P', systems: { shop: { connector: 'csv' } } })
  const part = definePart({ entities: { customer: { fields: { email: 'email' } } }, systems: { crm: { connector: 'sqlite', holds: ['customer'] } } })
  const { plan: made, mistakes } = load([root, part])
  expect(mistakes).toEqual([])
  expect([...made!.systems.keys()]).toEqual(['shop', 'crm'])
  expect(load([root, definePart({ systems: { shop: { connector: 'json' } } })]).mistakes.map((m) => m.id)).toEqual(['given-twice'])
})

/** Never called: the compiler is the test. A line that stops being an error makes `tsc` fail. */
export function wrongNames(): void {
  definePlan({
    plimsoll: 1, name: 'A',
    people: { anna: { name: 'Anna' } },
    // @ts-expect-error bob is nobody
    teams: { sales: { kind: 'business', lead: 'bob' } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    systems: { shop: { connector: 'csv' } },
    entities: { customer: { fields: { email: 'email' } } },
    // @ts-expect-error no such entity
    flows: { customers: { entity: 'custmer', from: 'shop' } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    systems: { shop: { connector: 'csv' } },
    entities: { customer: { fields: { email: 'email' } } },
    // @ts-expect-error no such system
    flows: { customers: { entity: 'customer', from: 'shpo' } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    // @ts-expect-error no such field
    entities: { customer: { fields: { email: 'email' }, identifiers: ['emial'] } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    // @ts-expect-error no such type
    entities: { customer: { fields: { email: 'emial' } } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    // @ts-expect-error no such field in what the system holds
    systems: { shop: { connector: 'csv', holds: { customer: { fields: { emial: 'mail' } } } } },
    entities: { customer: { fields: { email: 'email' } } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    systems: { shop: { connector: 'csv' } },
    entities: { customer: { fields: { email: 'email' } } },
    // @ts-expect-error a duration needs a unit
    flows: { customers: { entity: 'customer', from: 'shop', trigger: '5' } },
  })
  definePlan({
    plimsoll: 1, name: 'A',
    // @ts-expect-error unknown key
    sytems: {},
  })
}
