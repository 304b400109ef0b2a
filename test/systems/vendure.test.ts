/** The catalogue's entry for Vendure on a real one: what its manifest promises, and an exchange with a database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import type { Native, NativeRecord, Page, Resource, SystemSession, WriteItem } from '../../src/systems/contract.ts'
import { httpConnector } from '../../src/systems/protocols/http/index.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'
import { administrator, placeOrder, type Placed } from './harness/vendure-shopping.ts'

const signal = new AbortController().signal
const options = { signal, deadline: Number.MAX_SAFE_INTEGER }
let shop: RunningSystem
let admin: <T>(query: string, variables?: object) => Promise<T>
let session: SystemSession

const openSession = (password: string): Promise<SystemSession> =>
  httpConnector.open({ url: shop.url, manifest: 'vendure', user: String(shop.access['user']), password }, { clock: systemClock, system: 'shop', timeZone: 'UTC', readOnly: false, budget: async () => {} })
const resource = (name: string, identifiers: readonly string[] = []): Resource => session.resource({ resource: name, key: [], parts: new Map(), identifiers: identifiers.map((path) => [path]) })

async function readAll(of: Resource, since?: string): Promise<{ readonly records: ReadonlyMap<string, NativeRecord>; readonly complete: boolean | undefined; readonly position: string | undefined; readonly broken: number }> {
  const pages: Page[] = []
  for await (const page of of.read({ signal, pageSize: 500, ...(since === undefined ? {} : { since }) })) pages.push(page)
  return {
    records: new Map(pages.flatMap((page) => page.records.map((record) => [record.key, record.values] as const))),
    complete: pages.at(-1)?.complete, position: pages.findLast((page) => page.position !== undefined)?.position,
    broken: pages.reduce((sum, page) => sum + (page.broken?.length ?? 0), 0),
  }
}
let written = 0
const item = (operation: WriteItem['operation'], values: NativeRecord, key?: string): WriteItem => ({ operation, values, idempotencyKey: `test-${(written += 1)}`, ...(key === undefined ? {} : { key }) })
/** Calls of the admin API while `work` ran. */
async function callsOf<T>(work: () => Promise<T>): Promise<{ readonly calls: number; readonly result: T }> {
  shop.forget()
  const result = await work()
  return { calls: shop.requests().filter((one) => one.path === '/admin-api').length, result }
}
const buyer = (n: number) => ({ email: `buyer${n}@example.test`, first: `Żaneta ${n}`, last: 'Öz', street: `Długa ${n}`, city: 'Łódź', postalCode: '90-001', country: 'PL' })

beforeAll(async () => {
  shop = await startSystem('vendure', { bodies: true })
  admin = await administrator(shop)
  session = await openSession(String(shop.access['password']))
}, 600_000)
afterAll(async () => {
  await session?.close()
  await shop?.end()
})

describe('Vendure', () => {
  test('lets in who knows the password, and nobody else.', async () => {
    await session.check(signal)
    const locked = await openSession('a wrong one')
    await expect(locked.check(signal)).rejects.toMatchObject({ class: 'auth' })
    await locked.close()
  })

  test('has 54 products and 88 variants, which are read whole.', async () => {
    const products = await readAll(resource('products'))
    expect([products.records.size, products.complete, products.broken]).toEqual([54, true, 0])
    const variants = await readAll(resource('variants'))
    expect([variants.records.size, variants.complete, variants.broken]).toEqual([88, true, 0])
    const { productVariants } = await admin<{ productVariants: { items: { id: string; sku: string; price: number }[] } }>('{ productVariants(options: { take: 1000 }) { items { id sku price } } }')
    expect([...variants.records].map(([key, values]) => [key, values['sku'], values['price']]).toSorted()).toEqual(productVariants.items.map((one) => [one.id, one.sku, one.price]).toSorted())
    expect((await readAll(resource('stock'))).records.size).toBe(88)
  })

  test('is given texts in a second language and prices in a second currency, several variants a call, and keeps the first.', async () => {
    const variants = resource('variants', ['sku'])
    const some = [...(await readAll(variants)).records].slice(0, 60)
    const { calls, result } = await callsOf(() => variants.write!(some.map(([key], n) => item('update', { translations: [{ languageCode: 'pl', name: `Wariant ${n}` }], prices: [{ currencyCode: 'PLN', price: 100 + n }] }, key)), options))
    expect(result.every((one) => one.is === 'done' && one.record?.key !== undefined)).toBe(true)
    expect(calls).toBe(2)
    const held = (await readAll(variants)).records
    for (const [n, [key, before]] of some.entries()) {
      const now = held.get(key)!
      expect(now['translations']).toEqual(expect.arrayContaining([...(before['translations'] as Native[]), { languageCode: 'pl', name: `Wariant ${n}` }]))
      expect(now['prices']).toEqual(expect.arrayContaining([...(before['prices'] as Native[]), { currencyCode: 'PLN', price: 100 + n }]))
    }
    const [found] = await variants.find!(['sku'], [[some[3]![1]['sku']!]], signal)
    expect(found?.key).toBe(some[3]![0])
  })

  test('says which variants and products were changed, and not that stock was.', async () => {
    const variants = resource('variants')
    const { position } = await readAll(variants)
    await admin('mutation { updateProductVariants(input: [{ id: 7, enabled: false }]) { id } }')
    expect((await readAll(variants, position)).records.get('7')).toMatchObject({ enabled: false })
    await admin('mutation { updateProductVariants(input: [{ id: 7, enabled: true }]) { id } }')
    const products = resource('products')
    const before = await readAll(products)
    await admin('mutation { updateProduct(input: { id: 5, translations: [{ languageCode: pl, name: "Nazwa", slug: "nazwa", description: "" }] }) { id } }')
    expect(JSON.stringify((await readAll(products, before.position)).records.get('5'))).toContain('Nazwa')
  })

  test('has its stock changed, fifty places a call.', async () => {
    const stock = resource('stock')
    const all = [...(await readAll(stock)).records]
    const { calls, result } = await callsOf(() => stock.write!(all.map(([key], n) => item('update', { stockOnHand: 1_000 + n }, key)), options))
    expect(result.every((one) => one.is === 'done')).toBe(true)
    expect(calls).toBe(2)
    const held = (await readAll(stock)).records
    expect(all.map(([key]) => held.get(key)!['stockOnHand'])).toEqual(all.map((_, n) => 1_000 + n))
  })

  test('customers are made, found, changed and deleted, 25 a call, each with its own result.', async () => {
    const customers = resource('customers', ['emailAddress'])
    const person = (n: number): NativeRecord => ({ emailAddress: `Person${n}@Example.test`, firstName: `Łucja ${n}`, lastName: n === 30 ? '' : 'Ω', phoneNumber: '+48 600 000 000' })
    const made = await callsOf(() => customers.write!([...Array.from({ length: 60 }, (_, n) => item('create', person(n))), item('create', person(3))], options))
    expect(made.result.slice(0, 60).every((one) => one.is === 'done')).toBe(true)
    expect(made.result[60]).toMatchObject({ is: 'exists' })
    expect(made.calls).toBe(3)
    const keys = made.result.slice(0, 60).map((one) => (one.is === 'done' ? one.key : ''))
    expect(made.result[0]).toMatchObject({ record: { values: { emailAddress: 'person0@example.test', firstName: 'Łucja 0' } } })
    expect((await customers.find!(['emailAddress'], [['PERSON7@example.TEST'], ['nobody@example.test']], signal)).map((record) => record.key)).toEqual([keys[7]])
    const { position } = await readAll(customers)
    const changed = await callsOf(() => customers.write!([...keys.slice(0, 30).map((key) => item('update', { lastName: 'Nowak' }, key)), item('update', { lastName: 'x' }, '99999')], options))
    expect(changed.result.map((one) => one.is)).toEqual([...Array.from({ length: 30 }, () => 'done'), 'missing'])
    const fresh = (await readAll(customers, position)).records
    for (const key of keys.slice(0, 30)) expect(fresh.get(key)).toMatchObject({ lastName: 'Nowak' })
    expect((await customers.readKeys!([keys[0]!, '99999', keys[1]!], signal)).map((record) => record.key)).toEqual([keys[0], keys[1]])
    const deleted = await customers.write!([...keys.slice(0, 10).map((key) => item('delete', {}, key)), item('delete', {}, '99999')], options)
    expect(deleted.map((one) => one.is)).toEqual([...Array.from({ length: 10 }, () => 'done'), 'missing'])
    expect((await readAll(customers)).records.size).toBe(50)
  })

  test('addresses belong to customers, and are made, changed and deleted by themselves.', async () => {
    const addresses = resource('addresses')
    const [customer] = [...(await readAll(resource('customers'))).records.keys()]
    const [made] = await addresses.write!([item('create', { customer: { id: customer! }, fullName: 'Ż', streetLine1: 'Polna 1', city: 'Łódź', postalCode: '90-001', countryCode: 'PL' })], options)
    expect(made).toEqual({ is: 'done', key: expect.any(String) as string })
    const key = made!.is === 'done' ? made!.key : ''
    expect((await readAll(addresses)).records.get(key)).toMatchObject({ streetLine1: 'Polna 1', countryCode: 'PL', customer: { id: customer } })
    expect(await addresses.write!([item('update', { city: 'Kraków', countryCode: 'DE' }, key)], options)).toMatchObject([{ is: 'done' }])
    expect((await readAll(addresses)).records.get(key)).toMatchObject({ city: 'Kraków', streetLine1: 'Polna 1', countryCode: 'DE' })
    expect(await addresses.write!([item('delete', {}, key)], options)).toMatchObject([{ is: 'done' }])
    expect((await readAll(addresses)).records.size).toBe(0)
  })
})

describe('200 orders from the shop', () => {
  const orders: Placed[] = []
  beforeAll(async () => {
    for (let n = 0; n < 200; n += 4) {
      orders.push(...await Promise.all([0, 1, 2, 3].map((more) => placeOrder(shop, buyer(n + more), [{ variant: '1', quantity: 1 + (more % 2) }, { variant: '9', quantity: 1 }], { transaction: `tx-${n + more}`, settled: true }))))
    }
  }, 300_000)

  test('are read with lines, addresses, customer and payment, in three calls.', async () => {
    const { calls, result } = await callsOf(() => readAll(resource('orders')))
    expect([result.records.size, result.complete, calls]).toEqual([200, true, 3])
    const buyers = new Set<unknown>()
    for (const values of result.records.values()) {
      const { lines, customer, shippingAddress, payments } = values as { lines: NativeRecord[]; customer: NativeRecord; shippingAddress: NativeRecord; payments: NativeRecord[] }
      buyers.add(customer['emailAddress'])
      expect(lines.map((line) => (line['productVariant'] as NativeRecord)['id'])).toEqual(['1', '9'])
      expect(shippingAddress).toMatchObject({ city: 'Łódź', postalCode: '90-001', countryCode: 'PL' })
      expect(payments).toMatchObject([{ state: 'Settled', amount: values['totalWithTax'] }])
    }
    expect(buyers.size).toBe(200)
    const [found] = await resource('orders', ['code']).find!(['code'], [[orders[5]!.code]], signal)
    expect(found?.key).toBe(orders[5]!.id)
  })

  test('are shipped in parts with tracking codes, refunded and cancelled.', async () => {
    const all = resource('orders')
    const [first, second] = orders
    const lines = (await all.readKeys!([first!.id], signal))[0]!.values['lines'] as NativeRecord[]
    const shipments = resource('shipments')
    const [made] = await shipments.write!([item('create', { order: { id: first!.id }, lines: [{ orderLineId: lines[0]!['id']!, quantity: 1 }], method: 'courier', trackingCode: 'TRK-1', state: 'Shipped' })], options)
    expect(made).toMatchObject({ is: 'done' })
    const key = made!.is === 'done' ? made!.key : ''
    expect((await readAll(shipments)).records.get(key)).toMatchObject({ state: 'Shipped', trackingCode: 'TRK-1', order: { id: first!.id } })
    expect((await all.readKeys!([first!.id], signal))[0]!.values).toMatchObject({ state: 'PartiallyShipped' })
    expect(await shipments.write!([item('update', { state: 'Delivered' }, key)], options)).toMatchObject([{ is: 'done' }])
    expect(await shipments.write!([item('update', { trackingCode: 'another' }, key)], options)).toMatchObject([{ is: 'refused', field: 'trackingCode' }])
    expect(await shipments.write!([item('update', { state: 'Delivered' }, '99999')], options)).toMatchObject([{ is: 'missing' }])

    const payment = [...(await readAll(resource('payments'))).records].find(([, values]) => (values['order'] as NativeRecord)['id'] === first!.id)!
    const [refund] = await resource('refunds').write!([item('create', { payment: { id: payment[0] }, total: 500, reason: 'broken' })], options)
    expect(refund).toMatchObject({ is: 'done' })
    expect([...(await readAll(resource('refunds'))).records.values()]).toMatchObject([{ total: 500, payment: { id: payment[0], order: { id: first!.id } } }])

    expect(await all.write!([item('update', { state: 'Cancelled' }, second!.id), item('update', { state: 'Shipped' }, first!.id)], options)).toMatchObject([{ is: 'done' }, { is: 'refused', field: 'state' }])
    expect((await all.readKeys!([second!.id], signal))[0]!.values).toMatchObject({ state: 'Cancelled' })
  })
})
