/** The catalogue's entry for commercetools on a double that others wrote: update actions under a version, and an exchange with a database. */
import { beforeAll, expect, test } from 'vitest'
import type { NativeRecord } from '../../src/systems/contract.ts'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { describeSystem } from './harness/describe.ts'
import { proveResources } from './harness/resources.ts'
import { staysTheSame } from './harness/two-way.ts'

await describeSystem('commercetools', (system) => {
  const access = () => ({ client_id: String(system().access['client']), client_secret: String(system().access['secret']) })
  const project = () => String(system().access['project'])
  const open = () => openHttp(system().url, { manifest: 'commercetools', ...access(), parameters: { project: project() } })
  let token: string | undefined
  const ask = async (path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<{ id: string; version: number; email: string; results: { id: string; version: number; email: string; firstName?: string; lastName?: string }[] }> => {
    token ??= (await (await fetch(`${system().url}/oauth/token`, {
      method: 'POST', headers: { authorization: `Basic ${btoa(`${access().client_id}:${access().client_secret}`)}`, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials',
    })).json() as { access_token: string }).access_token
    const answer = await fetch(`${system().url}/${project()}${path}`, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, ...(body ? { body: JSON.stringify(body) } : {}) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as never
  }
  beforeAll(async () => {
    await ask('/tax-categories', { key: 'half', name: 'Half', rates: [] })
    await ask('/standalone-prices', { key: 'p-0', sku: 'T-0', value: { currencyCode: 'EUR', centAmount: 100 } })
  })
  const item = (operation: 'create' | 'update' | 'delete', values: NativeRecord, key?: string, ifVersion?: string) => ({ operation, values, idempotencyKey: 'k', ...(key === undefined ? {} : { key }), ...(ifVersion === undefined ? {} : { ifVersion }) })

  test('A customer is created, found, changed by update actions under the version that was read, and deleted.', async () => {
    const session = await open()
    const customers = session.resource(specOf('customers', { identifiers: [['email']] }))
    const [made] = await customers.write!([item('create', { email: 'Zoë@Example.test', firstName: 'Zoë', addresses: [{ key: 'shipping', country: 'PL', city: 'Łódź' }] })], writeOptions)
    const { key, version } = made as { key: string; version: string }
    expect(await customers.write!([item('create', { email: 'zoë@example.test' })], writeOptions)).toEqual([{ is: 'exists' }])
    expect((await customers.find!(['email'], [['ZOË@example.test'], ['x" or "1" = "1']], never)).map((record) => record.key)).toEqual([key])

    system().forget()
    const [done] = await customers.write!([item('update', { firstName: 'Zofia', lastName: 'Öz' }, key, version)], writeOptions)
    expect(done).toMatchObject({ is: 'done', record: { values: { firstName: 'Zofia', lastName: 'Öz' } } })
    expect(system().requests().map((one) => one.method)).toEqual(['POST'])
    expect(await customers.write!([item('update', { firstName: 'late' }, key, version)], writeOptions)).toMatchObject([{ is: 'conflict' }])
    expect(await customers.write!([item('update', { addresses: [{ key: 'shipping', city: 'Hel' }, { key: 'billing', country: 'DE', city: 'Köln' }], lastName: null }, key)], writeOptions)).toMatchObject([{ is: 'done' }])
    const [held] = await customers.readKeys!([key, 'nobody'], never)
    expect(held!.values['addresses']).toMatchObject([{ key: 'shipping', country: 'PL', city: 'Hel' }, { key: 'billing', country: 'DE', city: 'Köln' }])
    expect(held!.values['lastName']).toBeUndefined()
    expect(await customers.write!([item('update', { nickname: 'Z' }, key)], writeOptions)).toMatchObject([{ is: 'refused', field: 'nickname' }])
    expect(await customers.write!([item('delete', {}, key)], writeOptions)).toEqual([{ is: 'done', key }])
    expect(await customers.write!([item('delete', {}, key), item('update', { firstName: 'x' }, key, '1')], writeOptions)).toEqual([{ is: 'missing' }, { is: 'missing' }])
    await session.close()
  })

  test('Products with variants and prices are read as what is staged, and changed in two languages.', async () => {
    await ask('/product-types', { key: 'general', name: 'general', description: 'd', attributes: [] })
    const session = await open()
    const products = session.resource(specOf('products', { identifiers: [['key']] }))
    const price = (centAmount: number, currencyCode = 'EUR') => ({ value: { currencyCode, centAmount } })
    const [made] = await products.write!([item('create', {
      productType: { typeId: 'product-type', key: 'general' }, key: 'tea', name: { en: 'Tea' }, slug: { en: 'tea' }, masterVariant: { sku: 'T-1', prices: [price(500), price(2100, 'PLN')] }, variants: [{ sku: 'T-2', prices: [price(700)] }],
    })], writeOptions)
    const { key } = made as { key: string }
    expect(await products.write!([item('update', { name: { pl: 'Herbata' }, variants: [{ sku: 'T-2' }, { sku: 'T-3', prices: [price(900)] }] }, key)], writeOptions)).toEqual([{ is: 'done', key }])
    const [held] = await products.readKeys!([key], never)
    expect(held!.values).toMatchObject({ key: 'tea', name: { en: 'Tea', pl: 'Herbata' }, variants: [{ sku: 'T-2', prices: [price(700)] }, { sku: 'T-3', prices: [price(900)] }] })
    await session.close()
  })

  test('Stock, orders and payments are made, changed and read whole, also over several pages.', async () => {
    const session = await open()
    const inventory = session.resource(specOf('inventory', { identifiers: [['sku']] }))
    const made = await inventory.write!(Array.from({ length: 120 }, (_, n) => item('create', { sku: `S-${n}`, quantityOnStock: n })), writeOptions)
    const [, , third] = made as unknown as { key: string; version: string }[]
    expect(await inventory.write!([item('update', { quantityOnStock: 77 }, third!.key, third!.version)], writeOptions)).toMatchObject([{ is: 'done', record: { values: { quantityOnStock: 77 } } }])
    const whole = await readAll(inventory, { pageSize: 50 })
    expect([whole.complete, whole.keys.length, new Set(whole.keys).size]).toEqual([true, 120, 120])
    await inventory.write!([item('update', { quantityOnStock: 78 }, third!.key)], writeOptions)
    const later = await readAll(inventory, { since: whole.position! })
    expect(later.values.find((values) => values['sku'] === 'S-2')).toMatchObject({ quantityOnStock: 78 })

    const amount = { currencyCode: 'EUR', centAmount: 500 }
    const payments = session.resource(specOf('payments', { identifiers: [['key']] }))
    const [paid] = await payments.write!([item('create', { key: 'pay-1', amountPlanned: amount, transactions: [{ type: 'Charge', amount, state: 'Pending', interactionId: 'c-1' }] })], writeOptions)
    expect(await payments.write!([item('update', { transactions: [{ interactionId: 'c-1', state: 'Success' }, { interactionId: 'r-1', type: 'Refund', amount, state: 'Success' }] }, (paid as { key: string }).key)], writeOptions)).toMatchObject([{ is: 'done' }])
    expect((await payments.find!(['key'], [['pay-1']], never))[0]!.values['transactions']).toMatchObject([{ type: 'Charge', state: 'Success' }, { type: 'Refund', state: 'Success' }])

    const orders = session.resource(specOf('orders', { identifiers: [['orderNumber']] }))
    const [ordered] = await orders.write!([item('create', { orderNumber: 'O-1', totalPrice: amount, lineItems: [{ name: { en: 'Tea' }, variant: { sku: 'T-1' }, quantity: 2, price: { value: amount } }] })], writeOptions)
    expect(await orders.write!([item('update', { orderState: 'Complete', shipmentState: 'Shipped' }, (ordered as { key: string }).key)], writeOptions)).toMatchObject([{ is: 'done', record: { values: { orderState: 'Complete', shipmentState: 'Shipped' } } }])
    await session.close()
  })

  const cents = (centAmount: number) => ({ currencyCode: 'EUR', centAmount })
  proveResources({
    system: 'commercetools', at: system, open,
    reads: { customers: [], products: [], 'standalone-prices': [], inventory: [], orders: [], payments: [], 'tax-categories': ['key'] },
    writes: {
      inventory: { make: { sku: 'NEW-1', quantityOnStock: 3 }, change: { quantityOnStock: 4 } },
      products: { make: { productType: { typeId: 'product-type', key: 'general' }, key: 'cup', name: { en: 'Cup' }, slug: { en: 'cup' }, masterVariant: { sku: 'CUP' } }, made: { key: 'cup', name: { en: 'Cup' } }, change: { name: { en: 'Mug' } } },
      'standalone-prices': { make: { sku: 'T-1', value: cents(500) }, made: { sku: 'T-1' }, change: { value: cents(600) }, changed: { value: { centAmount: 600 } } },
      orders: { make: { orderNumber: 'O-2', totalPrice: cents(500), lineItems: [] }, made: { orderNumber: 'O-2' }, change: { orderState: 'Complete' } },
      payments: { make: { key: 'pay-2', amountPlanned: cents(500) }, made: { key: 'pay-2' }, change: { interfaceId: 'there-1' } },
      'tax-categories': { make: { key: 'full', name: 'Full', rates: [] }, made: { key: 'full' }, change: { name: 'Whole' } },
    },
  })

  test('Customers and rows of a table stay the same, both ways; whoever changes nothing causes no write.', async () => {
    const one = async (email: string) => (await ask('/customers?limit=500')).results.find((customer) => customer.email === email)!
    await staysTheSame({
      system: system(), connector: 'commercetools', settings: { parameters: { project: project() } }, secrets: access(),
      resource: 'customers', deviates: ['conditional_write'],
      entity: 'customer', fields: { email: 'email', first_name: 'text', last_name: 'text' }, identifier: 'email', text: 'last_name',
      record: (n) => ({ email: `person${n}@example.test`, first_name: `Żaneta ${n}`, last_name: `Öz & ${n}` }),
      user: {
        all: async () => (await ask('/customers?limit=500')).results.map((customer) => ({ email: customer.email, first_name: customer.firstName, last_name: customer.lastName })),
        create: async (record) => { await ask('/customers', { email: record['email'], firstName: record['first_name'], lastName: record['last_name'], authenticationMode: 'ExternalAuth' }) },
        edit: async (email, lastName) => {
          const { id, version } = await one(email)
          await ask(`/customers/${id}`, { version, actions: [{ action: 'setLastName', lastName }] })
        },
        remove: async (email) => {
          const { id, version } = await one(email)
          await ask(`/customers/${id}?version=${version}`, undefined, 'DELETE')
        },
      },
      writes: (request) => request.method !== 'GET' && !request.path.startsWith('/oauth/'),
    })
  }, 300_000)
}, { bodies: true })
