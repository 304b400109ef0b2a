import { describe, expect, test } from 'vitest'
import { checkText } from '../../test/support/check-text.ts'
import { loadText } from '../../test/support/load-text.ts'
import type { Catalogue } from './catalogue.ts'

const catalogue: Catalogue = {
  product: (connector) => (connector !== 'quickcart' ? undefined : {
    connector: 'http', settings: { manifest: 'quickcart' }, category: 'shop', limits: { calls: '60/minute' }, types: { money: { unit: 'minor' } },
    holds: {
      customer: { resource: 'customers', key: 'uid', changed_at: 'modified', fields: { email: 'mail', name: 'display', address: { path: 'home', fields: { street: 'line1', city: 'town' } } } },
      order: { resource: 'orders', fields: { number: 'no', customer: 'customer.uid', total: 'amount' } },
    },
  }),
  standard: () => ({
    customer: { identifiers: ['email'], fields: { email: 'email', name: 'text', address: { group: { street: 'text', city: 'text' } } } },
    order: { identifiers: ['number'], fields: { number: 'text', customer: { to: 'customer' }, total: 'money' } },
  }),
}
const planOf = (text: string) => {
  const { plan, mistakes } = loadText(`plimsoll: 1\nname: Known\n${text}`, { catalogue })
  expect(mistakes.filter((mistake) => mistake.severity === 'error')).toEqual([])
  return plan!
}
const file = '{ connector: csv, settings: { folder: . }, holds: { person: { fields: same } } }'
const settings = 'settings: { url: "http://127.0.0.1:1" }'

describe('a system of a known product', () => {
  const text = (person: string, hold = '[person]') => `systems:
  web: { connector: quickcart, ${settings}, holds: ${hold} }
  list: ${file}
entities:
  person: { standard: customer, ${person} }
flows:
  people: { entity: person, from: web, to: list }
`
  test('needs no mapping for fields whose names and types agree with the standard', () => {
    const plan = planOf(text('identifiers: [email], fields: { email: email, name: text, address: { group: { city: text } }, shoe: text }'))
    const web = plan.systems.get('web')!
    expect(web).toMatchObject({ connector: 'http', category: 'shop', limits: { calls: { count: 60, perMs: 60000 } } })
    expect(web.settings.get('manifest')).toBe('quickcart')
    const [hold] = web.holds
    expect(hold).toMatchObject({ resource: 'customers', key: ['uid'], changedAt: 'modified' })
    expect([...hold!.fields.keys()]).toEqual(['email', 'name', 'address'])
    expect([...hold!.fields.get('address')!.fields!.keys()]).toEqual(['city'])
  })

  test('is said otherwise where the plan says so', () => {
    const own = text('identifiers: [email], fields: { email: email, name: text }', '{ person: { key: number, fields: { name: { path: full, transform: trim } } } }').replace('connector: quickcart', 'connector: quickcart, category: crm')
    const web = planOf(own).systems.get('web')!
    expect(web.category).toBe('crm')
    expect(web.holds[0]).toMatchObject({ resource: 'customers', key: ['number'] })
    expect(web.holds[0]!.fields.get('name')!.path).toEqual(['full'])
    expect(web.holds[0]!.fields.get('email')!.path).toEqual(['mail'])
    const other = planOf(text('identifiers: [email], fields: { email: email, name: text }', '{ person: { resource: guests, fields: { email: e } } }')).systems.get('web')!
    expect([...other.holds[0]!.fields.keys()]).toEqual(['email'])
  })

  test('a field of another type is told where it stands, with the choice', () => {
    const told = checkText(text('identifiers: [email], fields: { email: text, name: text }'), { catalogue })
    expect(told.map((m) => [m.severity, m.id, m.place.line])).toContainEqual(['error', 'type-conflict', 7])
    expect(told.find((m) => m.id === 'type-conflict')!.says).toBe('person.email is a text here; the catalogue knows it as an email, so its mapping does not fit.')
    expect(checkText(text('identifiers: [email], fields: { email: text, name: text }', '{ person: { fields: { email: mail } } }'), { catalogue })).toEqual([])
    expect(checkText(text('identifiers: [email], fields: { email: text, name: text }').replace('standard: customer', 'standard: none').replace('[person]', '{ person: { resource: customers, fields: { email: mail, name: display } } }'), { catalogue })).toEqual([])
  })
})

test('an entity that is a standard one and says no fields has those of the standard, without references to what the plan does not have', () => {
  const written = (entities: string) => planOf(`systems: { web: { connector: quickcart, ${settings}, holds: [order] } }\nentities: ${entities}`)
  const alone = written('{ order: {} }')
  expect([...alone.entities.get('order')!.fields.keys()]).toEqual(['number', 'total'])
  expect([...alone.systems.get('web')!.holds[0]!.fields.keys()]).toEqual(['number', 'total'])
  const both = written('{ order: { records: 5 }, buyer: { standard: customer } }')
  expect(both.entities.get('order')!.fields.get('customer')!.type).toMatchObject({ is: 'reference', to: 'buyer' })
  expect([...both.entities.get('buyer')!.fields.keys()]).toEqual(['email', 'name', 'address'])
  expect(both.entities.get('buyer')!.identifiers).toEqual([['email']])
})
