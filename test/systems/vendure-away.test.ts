import { expect, test } from 'vitest'
import type { SystemSession } from '../../src/systems/contract.ts'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { comesBack } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'
import type { RunningSystem } from './harness/start.ts'

const FIELDS = 'id updatedAt emailAddress firstName lastName'
const definition = {
  http: 1,
  graphql: { path: '/admin-api' },
  auth: {
    kind: 'session', token: '{header.vendure-auth-token}', send: { header: 'Authorization', value: 'Bearer {token}' },
    login: { path: '/admin-api', graphql: 'mutation ($user: String!, $password: String!) { login(username: $user, password: $password) { __typename } }', variables: { user: '{user}', password: '{password}' } },
  },
  resources: {
    products: {
      changed: 'updatedAt',
      list: {
        graphql: 'query ($skip: Int, $take: Int) { products(options: { skip: $skip, take: $take, sort: { id: ASC } }) { items { id updatedAt name variants { sku } featuredAsset { preview } } totalItems } }',
        records: 'data.products.items', paging: { kind: 'offset', parameter: 'variables.skip', size: 'variables.take', in: 'body', at_most: 100, total: { path: 'data.products.totalItems' } },
      },
    },
    customers: {
      changed: 'updatedAt',
      list: {
        graphql: `query ($skip: Int, $take: Int) { customers(options: { skip: $skip, take: $take, sort: { id: ASC } }) { items { ${FIELDS} } totalItems } }`,
        records: 'data.customers.items', paging: { kind: 'offset', parameter: 'variables.skip', size: 'variables.take', in: 'body', at_most: 100, total: { path: 'data.customers.totalItems' } },
      },
      get: { graphql: `query ($id: ID!) { customer(id: $id) { ${FIELDS} } }`, variables: { id: '{key}' }, record: 'data.customer', may_lack_record: true },
      create: { graphql: `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { ... on Customer { ${FIELDS} } } }`, variables: { input: '{record}' }, record: 'data.createCustomer' },
      update: { graphql: `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { ... on Customer { ${FIELDS} } } }`, key_in: 'id', variables: { input: '{record}' }, record: 'data.updateCustomer' },
    },
  },
} as const
const open = (shop: RunningSystem): Promise<SystemSession> => openHttp(shop.url, { definition: definition as never, user: shop.access['user'], password: shop.access['password'] })

await describeSystem('vendure', (system) => {
  test('It begins with 54 products with variants, whose pictures can be fetched.', async () => {
    const session = await open(system())
    const { values, complete } = await readAll(session.resource(specOf('products')))
    await session.close()
    expect(complete).toBe(true)
    expect(values).toHaveLength(54)
    expect(values.flatMap((value) => value['variants'] as unknown[])).toHaveLength(88)
    const picture = await fetch((values[0]!['featuredAsset'] as { preview: string }).preview)
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(10_000)
  })

  test('A customer is created, changed and read back, and is still there after the shop was away.', async () => {
    const shop = system()
    shop.forget()
    const session = await open(shop)
    const customers = session.resource(specOf('customers'))
    const [made] = await customers.write!([{ operation: 'create', values: { emailAddress: 'zoe@example.test', firstName: 'Zoë', lastName: 'Żak' }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    expect(await customers.write!([{ operation: 'update', key, values: { lastName: 'שלום 👋' }, idempotencyKey: 'b' }], writeOptions)).toMatchObject([{ is: 'done' }])
    const holds = async (): Promise<void> => {
      expect(await customers.readKeys!([key], never)).toMatchObject([{ key, values: { emailAddress: 'zoe@example.test', lastName: 'שלום 👋' } }])
    }
    await holds()
    const sent = shop.requests().map((request) => /createCustomer|updateCustomer|login|customer/u.exec(request.body ?? '')?.[0])
    expect(sent).toEqual(['login', 'createCustomer', 'updateCustomer', 'customer'])
    await comesBack(shop, holds)
    await session.close()
  })

  test('After a reset it is as it was seeded.', async () => {
    await system().reset()
    const session = await open(system())
    expect((await readAll(session.resource(specOf('customers')))).keys).toEqual([])
    await session.close()
  })
}, { bodies: true })
