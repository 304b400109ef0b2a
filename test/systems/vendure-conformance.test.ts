/** The conformance kit on customers of a real GraphQL interface; the kit's other user is its administrator. */
import { afterAll, beforeAll, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { NativeRecord } from '../../src/systems/contract.ts'
import { httpConnector } from '../../src/systems/protocols/http/index.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'
import { staysTheSame } from './harness/two-way.ts'
import { administrator } from './harness/vendure-shopping.ts'

let shop: RunningSystem
beforeAll(async () => { shop = await startSystem('vendure', { bodies: true }) }, 600_000)
afterAll(() => shop?.end())

test('GraphQL keeps the contract on Vendure.', async () => {
  const admin = await administrator(shop)
  const open = (password: string) => httpConnector.open({ url: shop.url, manifest: 'vendure', user: String(shop.access['user']), password }, { clock: systemClock, system: 'shop', timeZone: 'UTC', readOnly: false, budget: async () => {} })
  const all = async (): Promise<ReadonlyMap<string, NativeRecord>> => {
    const { customers } = await admin<{ customers: { items: (NativeRecord & { id: string })[] } }>('{ customers(options: { take: 1000 }) { items { id createdAt updatedAt title firstName lastName emailAddress phoneNumber } } }')
    return new Map(customers.items.map((one) => [one.id, one]))
  }
  const remove = async (keys: readonly string[]): Promise<void> => {
    for (let start = 0; start < keys.length; start += 50) await admin(`mutation { ${keys.slice(start, start + 50).map((key, n) => `d${n}: deleteCustomer(id: ${JSON.stringify(key)}) { result }`).join(' ')} }`)
  }
  await keepsTheContract({
    name: 'http GraphQL', clock: systemClock,
    open: () => open(String(shop.access['password'])),
    locked: () => open('wrong canary 81'),
    secrets: [String(shop.access['password']), 'wrong canary 81'],
    spec: { resource: 'customers', key: [], changedAt: 'updatedAt', parts: new Map(), identifiers: [['emailAddress']] },
    shape: { key: 'id', keyBy: 'system', text: 'lastName', identifier: 'emailAddress', unique: 'emailAddress', outside: 'title' },
    record: (n) => ({ emailAddress: `p${n}@example.test`, firstName: `Łucja ${n}`, lastName: `Name ${n}`, phoneNumber: '+48600100100' }),
    exact: new Map([['lastName', ['007', 'a "b"', 'line\nend', 'Zażółć ß 日本 😀', 'null', '1e5']]]),
    user: {
      reset: async () => remove([...(await all()).keys()]),
      seed: async (records) => {
        const keys: string[] = []
        for (let start = 0; start < records.length; start += 50) {
          const some = records.slice(start, start + 50)
          const made = await admin<Record<string, { id: string }>>(`mutation (${some.map((_, n) => `$i${n}: CreateCustomerInput!`).join(', ')}) { ${some.map((_, n) => `c${n}: createCustomer(input: $i${n}) { ... on Customer { id } }`).join(' ')} }`, Object.fromEntries(some.map((values, n) => [`i${n}`, values])))
          keys.push(...some.map((_, n) => made[`c${n}`]!.id))
        }
        return keys
      },
      edit: async (key, values) => { await admin('mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename } }', { input: { ...values, id: key } }) },
      remove: async (key) => remove([key]),
      all,
    },
  }, 25, { system: 'vendure', at: shop })
}, 300_000)

test('Customers and rows of a table stay the same, both ways; whoever changes nothing causes no write.', async () => {
  const admin = await administrator(shop)
  const all = async () => (await admin<{ customers: { items: { id: string; emailAddress: string; firstName: string; lastName: string }[] } }>('{ customers(options: { take: 1000 }) { items { id emailAddress firstName lastName } } }')).customers.items
  const idOf = async (email: string): Promise<string> => (await all()).find((one) => one.emailAddress === email)!.id
  await staysTheSame({
    system: shop, connector: 'vendure', settings: { user: String(shop.access['user']) }, secrets: { password: String(shop.access['password']) },
    resource: 'customers', kit: false,
    entity: 'customer', fields: { email: 'email', first_name: 'text', last_name: 'text' }, identifier: 'email', text: 'last_name',
    record: (n) => ({ email: `person${n}@example.test`, first_name: `Żaneta ${n}`, last_name: `Öz & ${n}` }),
    user: {
      all: async () => (await all()).map((one) => ({ email: one.emailAddress, first_name: one.firstName, last_name: one.lastName })),
      create: async (record) => { await admin('mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename } }', { input: { emailAddress: record['email'], firstName: record['first_name'], lastName: record['last_name'] } }) },
      edit: async (email, lastName) => { await admin('mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename } }', { input: { id: await idOf(email), lastName } }) },
      remove: async (email) => { await admin('mutation ($id: ID!) { deleteCustomer(id: $id) { result } }', { id: await idOf(email) }) },
    },
    writes: ({ body = '' }) => body.includes('mutation') && !body.includes('login('),
  })
}, 300_000)
