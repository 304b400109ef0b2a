/** The catalogue's entry for Vendure on a real one: what its manifest promises, and an exchange with a database. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { sync } from '../../src/cli/commands/sync.ts'
import type { Native, NativeRecord, Page, Resource, SystemSession, WriteItem } from '../../src/systems/contract.ts'
import { httpConnector } from '../../src/systems/protocols/http/index.ts'
import { proves, watched } from './harness/proof.ts'
import { proveResources } from './harness/resources.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'
import { administrator, placeOrder, type Placed } from './harness/vendure-shopping.ts'

const signal = new AbortController().signal
const options = { signal, deadline: Number.MAX_SAFE_INTEGER }
let shop: RunningSystem
let admin: <T>(query: string, variables?: object) => Promise<T>
let session: SystemSession

const openSession = async (password: string): Promise<SystemSession> =>
  watched(await httpConnector.open({ url: shop.url, manifest: 'vendure', user: String(shop.access['user']), password }, { clock: systemClock, system: 'shop', timeZone: 'UTC', readOnly: false, budget: async () => {} }), { system: 'vendure', at: shop })
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
const ORDERS = 200
const item = (operation: WriteItem['operation'], values: NativeRecord, key?: string): WriteItem => ({ operation, values, idempotencyKey: `test-${(written += 1)}`, ...(key === undefined ? {} : { key }) })
/** Calls of the admin API while `work` ran. */
async function callsOf<T>(work: () => Promise<T>): Promise<{ readonly calls: number; readonly result: T }> {
  shop.forget()
  const result = await work()
  return { calls: shop.requests().filter((one) => one.path === '/admin-api' && !(one.body ?? '').includes('login(')).length, result }
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
    proves('vendure', 'variants', ['read'])
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
    proves('vendure', 'variants', ['update', 'find'])
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
    for (const name of ['variants', 'products']) proves('vendure', name, ['since'])
  })

  test('has its stock changed, fifty places a call.', async () => {
    const stock = resource('stock')
    const all = [...(await readAll(stock)).records]
    const { calls, result } = await callsOf(() => stock.write!(all.map(([key], n) => item('update', { stockOnHand: 1_000 + n }, key)), options))
    expect(result.every((one) => one.is === 'done')).toBe(true)
    expect(calls).toBe(2)
    const held = (await readAll(stock)).records
    expect(all.map(([key]) => held.get(key)!['stockOnHand'])).toEqual(all.map((_, n) => 1_000 + n))
    proves('vendure', 'stock', ['read', 'update'])
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
    proves('vendure', 'customers', ['read', 'by key', 'since', 'find', 'create', 'update', 'delete'])
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
    proves('vendure', 'addresses', ['read', 'create', 'update', 'delete'])
  })
})

describe(`${ORDERS} orders from the shop`, () => {
  const orders: Placed[] = []
  beforeAll(async () => {
    for (let n = 0; n < ORDERS; n += 4) {
      orders.push(...await Promise.all([0, 1, 2, 3].map((more) => placeOrder(shop, buyer(n + more), [{ variant: '1', quantity: 1 + (more % 2) }, { variant: '9', quantity: 1 }], { transaction: `tx-${n + more}`, settled: true }))))
    }
  }, 300_000)

  test('are read with lines, addresses, customer and payment, in few calls.', async () => {
    const { calls, result } = await callsOf(() => readAll(resource('orders')))
    expect([result.records.size, result.complete, calls]).toEqual([ORDERS, true, Math.ceil((ORDERS + 1) / 100)])
    const buyers = new Set<unknown>()
    for (const values of result.records.values()) {
      const { lines, customer, shippingAddress, payments } = values as { lines: NativeRecord[]; customer: NativeRecord; shippingAddress: NativeRecord; payments: NativeRecord[] }
      buyers.add(customer['emailAddress'])
      expect(lines.map((line) => (line['productVariant'] as NativeRecord)['id'])).toEqual(['1', '9'])
      expect(shippingAddress).toMatchObject({ city: 'Łódź', postalCode: '90-001', countryCode: 'PL' })
      expect(payments).toMatchObject([{ state: 'Settled', amount: values['totalWithTax'] }])
    }
    expect(buyers.size).toBe(ORDERS)
    const [found] = await resource('orders', ['code']).find!(['code'], [[orders[5]!.code]], signal)
    expect(found?.key).toBe(orders[5]!.id)
    proves('vendure', 'orders', ['read', 'find'])
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
    proves('vendure', 'shipments', ['read', 'create', 'update'])
    proves('vendure', 'payments', ['read'])
    proves('vendure', 'refunds', ['read', 'create'])
    proves('vendure', 'orders', ['by key', 'update'])
  })

  test('take another payment when they grow, which is not mistaken for the first.', async () => {
    const { id } = orders[2]!
    const to = (state: string) => admin('mutation ($id: ID!, $state: String!) { transitionOrderToState(id: $id, state: $state) { __typename } }', { id, state })
    await to('Modifying')
    await admin('mutation ($id: ID!) { modifyOrder(input: { dryRun: false, orderId: $id, addItems: [{ productVariantId: 2, quantity: 1 }] }) { __typename } }', { id })
    await to('ArrangingAdditionalPayment')
    const payments = resource('payments', ['transactionId'])
    const [made] = await payments.write!([item('create', { order: { id }, method: 'bank', transactionId: 'more-1' })], options)
    const [found] = await payments.find!(['transactionId'], [['more-1']], signal)
    expect([made, found?.values]).toMatchObject([{ is: 'done', key: found?.key }, { transactionId: 'more-1', order: { id } }])
  })
})

describe('A plan that says little more than the address', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-vendure-'))
  const file = join(folder, 'shop.db')
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const PLAN = (): string => `
plimsoll: 1
name: Shop and database
currency: EUR
systems:
  shop:
    connector: vendure
    settings: { url: "${shop.url}" }
    holds:
      customer: {}
      variant:
        fields:
          name: { fields: { en: "translations(languageCode=en).name", pl: "translations(languageCode=pl).name" } }
          price_eur: { path: "prices(currencyCode=EUR).price", unit: minor, currency: EUR }
          price_pln: { path: "prices(currencyCode=PLN).price", unit: minor, currency: PLN }
      order: {}
  database: { connector: sqlite, settings: { file: ./shop.db }, holds: { customer: { resource: people }, variant: { resource: articles }, order: { resource: orders } } }
entities:
  customer: { identifiers: [email], fields: { email: email, first_name: text, last_name: text, phone: phone }, golden: { home: plimsoll } }
  variant:
    identifiers: [sku]
    fields: { sku: text, name: { group: { en: text, pl: text } }, price_eur: { money: EUR }, price_pln: { money: PLN }, active: boolean }
    golden: { home: plimsoll }
  order:
    identifiers: [number]
    fields:
      number: text
      customer: { to: customer }
      placed_at: datetime
      state: { codes: [placed, paid, partly_shipped, shipped, delivered, cancelled] }
      lines: { list: { line: text, variant: { to: variant }, quantity: integer, price: money }, key: line }
      shipping: { group: { name: text, street: text, postal_code: postal_code, city: text, country: country } }
      total: money
flows:
  customers: { entity: customer, between: [shop, database], when_deleted: delete }
  articles: { entity: variant, between: [shop, database] }
  orders: { entity: order, from: shop, to: database }
`
  const pass = async (flags: { readonly full?: true } = {}): Promise<Readonly<Record<string, unknown>>> => {
    shop.forget()
    const app = createApp({ env: { PLIMSOLL_SYSTEM_SHOP_USER: String(shop.access['user']), PLIMSOLL_SYSTEM_SHOP_PASSWORD: String(shop.access['password']) }, cwd: folder })
    const answer = await sync.run({ where: '.' }, flags, { app, signal, say: () => undefined, json: true })
    const { summary, result } = answer as { summary: Readonly<Record<string, unknown>>; result: unknown }
    if (summary['balanced'] !== true || summary['set_aside'] !== 0) throw new Error(JSON.stringify({ summary, result }).slice(0, 4_000))
    return summary
  }
  /** Bodies of the calls that changed something. */
  const mutations = (): readonly string[] => shop.requests().filter((one) => one.path === '/admin-api' && /"query":"\s*mutation/.test(one.body ?? '') && !(one.body ?? '').includes('login(')).map((one) => one.body!)
  const rows = <T>(text: string): T[] => {
    const database = new Database(file)
    try {
      return database.prepare(text).all() as T[]
    } finally {
      database.close()
    }
  }
  const change = (text: string): void => {
    const database = new Database(file)
    database.exec(text)
    database.close()
  }

  test('brings customers, variants with two languages and currencies, and orders with lines and addresses into a database, exactly.', async () => {
    writeFileSync(join(folder, 'plan.yaml'), PLAN())
    const first = await pass()
    const { productVariants, customers } = await admin<{ productVariants: { items: { sku: string; enabled: boolean; translations: { languageCode: string; name: string }[]; prices: { currencyCode: string; price: number }[] }[] }; customers: { items: { emailAddress: string }[] } }>(
      '{ productVariants(options: { take: 1000 }) { items { sku enabled translations { languageCode name } prices { currencyCode price } } } customers(options: { take: 1000 }) { items { emailAddress } } }',
    )
    const price = (list: { currencyCode: string; price: number }[], currency: string): number | null => {
      const found = list.find((one) => one.currencyCode === currency)
      return found ? found.price / 100 : null
    }
    const text = (list: { languageCode: string; name: string }[], language: string): string | null => list.find((one) => one.languageCode === language)?.name ?? null
    // The shop's own sample has three variants with one number: two of them wait for a person.
    const once = productVariants.items.filter((one, index, all) => all.findIndex((other) => other.sku === one.sku) === index)
    expect([productVariants.items.length, once.length, first['review']]).toEqual([88, 86, expect.any(Number)])
    const held = rows<Record<string, unknown>>('SELECT sku, name_en, name_pl, price_eur, price_pln FROM articles ORDER BY sku')
    expect(held.map((row) => [row['sku'], row['name_en'], row['name_pl'], Number(row['price_eur']), row['price_pln'] === null ? null : Number(row['price_pln'])])).toEqual(
      once.toSorted((a, b) => (a.sku < b.sku ? -1 : 1)).map((one) => [one.sku, text(one.translations, 'en'), text(one.translations, 'pl'), price(one.prices, 'EUR'), price(one.prices, 'PLN')]),
    )
    expect(rows<{ email: string }>('SELECT email FROM people').map((row) => row.email).toSorted()).toEqual(customers.items.map((one) => one.emailAddress).toSorted())
    expect(rows('SELECT * FROM orders')).toHaveLength(ORDERS)
    expect(mutations()).toEqual([])
    expect(first['created']).toBe(held.length + customers.items.length + ORDERS)
  })

  test('writes nothing the second time.', async () => {
    const second = await pass()
    expect([second['writes'], mutations()]).toEqual([0, []])
  })

  test('carries customers both ways, made, changed and deleted, in few calls.', async () => {
    const before = rows<{ id: unknown; email: string }>("SELECT * FROM people WHERE email LIKE 'buyer%' ORDER BY email LIMIT 40")
    change(`INSERT INTO people (email, first_name, last_name, phone) VALUES ${Array.from({ length: 40 }, (_, n) => `('new${n}@example.test', 'Nowa ${n}', 'Ósoba', '+48600100${String(n).padStart(3, '0')}')`).join(', ')}`)
    change(`UPDATE people SET last_name = 'Changed' WHERE email IN (${before.slice(0, 30).map((row) => `'${row.email}'`).join(', ')})`)
    const [someone] = (await admin<{ customers: { items: { id: string }[] } }>(`{ customers(options: { filter: { emailAddress: { eq: "buyer${ORDERS - 1}@example.test" } } }) { items { id } } }`)).customers.items
    await admin('mutation ($id: ID!) { updateCustomer(input: { id: $id, firstName: "From the shop" }) { __typename } }', { id: someone!.id })
    const summary = await pass()
    expect([mutations().filter((body) => body.includes('createCustomer')).length, mutations().filter((body) => body.includes('updateCustomer')).length]).toEqual([2, 2])
    expect(summary['writes']).toBe(71)
    const { customers } = await admin<{ customers: { items: { emailAddress: string; lastName: string; phoneNumber: string }[] } }>('{ customers(options: { take: 1000 }) { items { emailAddress lastName phoneNumber } } }')
    expect(customers.items.filter((one) => one.lastName === 'Changed')).toHaveLength(30)
    expect(customers.items.find((one) => one.emailAddress === 'new7@example.test')).toMatchObject({ lastName: 'Ósoba', phoneNumber: '+48600100007' })
    expect(rows("SELECT * FROM people WHERE first_name = 'From the shop'")).toHaveLength(1)
    expect((await pass())['writes']).toBe(0)
    // Deleted on either side.
    change("DELETE FROM people WHERE email IN ('new1@example.test', 'new2@example.test')")
    const [gone] = (await admin<{ customers: { items: { id: string }[] } }>('{ customers(options: { filter: { emailAddress: { eq: "new3@example.test" } } }) { items { id } } }')).customers.items
    await admin('mutation ($id: ID!) { deleteCustomer(id: $id) { result } }', { id: gone!.id })
    await pass({ full: true })
    expect(rows("SELECT * FROM people WHERE email = 'new3@example.test'")).toEqual([])
    expect((await admin<{ customers: { totalItems: number } }>('{ customers(options: { filter: { emailAddress: { in: ["new1@example.test", "new2@example.test"] } } }) { totalItems } }')).customers.totalItems).toBe(0)
    expect((await pass())['writes']).toBe(0)
  })

  test('carries prices and names of both languages back into the shop, and leaves the others alone.', async () => {
    change("UPDATE articles SET price_pln = 1234.50, name_pl = 'Zmieniony' WHERE sku IN (SELECT sku FROM articles ORDER BY sku LIMIT 20)")
    await pass()
    expect(mutations()).toHaveLength(1)
    const { productVariants } = await admin<{ productVariants: { items: { translations: { languageCode: string; name: string }[]; prices: { currencyCode: string; price: number }[] }[] } }>('{ productVariants(options: { take: 1000 }) { items { translations { languageCode name } prices { currencyCode price } } } }')
    const changed = productVariants.items.filter((one) => one.prices.some((price) => price.currencyCode === 'PLN' && price.price === 123_450))
    expect(changed).toHaveLength(20)
    for (const one of changed) {
      expect(one.prices.find((price) => price.currencyCode === 'EUR')!.price).toBeGreaterThan(0)
      expect(one.translations.find((translation) => translation.languageCode === 'pl')).toMatchObject({ name: 'Zmieniony' })
      expect(one.translations.find((translation) => translation.languageCode === 'en')!.name).not.toBe('Zmieniony')
    }
    expect((await pass())['writes']).toBe(0)
  })
})

describe('Each resource of the manifest', () => {
  const own = (query: string, variables: object) => admin<Record<string, { readonly id: string; readonly __typename?: string }>>(query, variables)
  /** An order that waits for more money: it was changed after it was paid. */
  const waiting = async (): Promise<string> => {
    const { id } = await placeOrder(shop, buyer(ORDERS + 1), [{ variant: '1', quantity: 1 }], { transaction: 'tx-waiting', settled: true })
    const to = (state: string) => own('mutation ($id: ID!, $state: String!) { moved: transitionOrderToState(id: $id, state: $state) { __typename ... on Order { id } } }', { id, state })
    await to('Modifying')
    await own('mutation ($id: ID!) { changed: modifyOrder(input: { dryRun: false, orderId: $id, addItems: [{ productVariantId: "9", quantity: 1 }] }) { __typename ... on Order { id } } }', { id })
    await to('ArrangingAdditionalPayment')
    return id
  }
  const authorised = async (): Promise<string> => {
    const { id } = await placeOrder(shop, buyer(ORDERS + 2), [{ variant: '1', quantity: 1 }], { transaction: 'tx-authorised', settled: false })
    const { order } = await admin<{ order: { payments: { id: string }[] } }>('query ($id: ID!) { order(id: $id) { payments { id } } }', { id })
    return order.payments[0]!.id
  }
  const text = (name: string) => ({ translations: [{ languageCode: 'en', name, slug: name.toLowerCase().replaceAll(' ', '-'), description: '' }] })

  proveResources({
    system: 'vendure', at: () => shop, open: () => openSession(String(shop.access['password'])),
    reads: { products: [], variants: [], stock: [], stock_locations: [], orders: [], order_addresses: [], payments: [], refunds: [], shipments: [], customers: [] },
    writes: {
      products: { make: { enabled: true, ...text('A new one') }, change: { enabled: false } },
      variants: {
        make: async () => ({ productId: (await own('mutation ($input: CreateProductInput!) { made: createProduct(input: $input) { id } }', { input: { enabled: true, ...text('With variants') } }))['made']!.id, sku: 'NEW-1', translations: [{ languageCode: 'en', name: 'New' }] }),
        made: { sku: 'NEW-1' }, change: { enabled: false },
      },
      payments: { make: async () => ({ order: { id: await waiting() }, method: 'provider-payment', transactionId: 'by-hand-1' }) },
      'payments that were authorised': { resource: 'payments', of: authorised, change: { state: 'Settled' } },
      order_addresses: { of: async () => (await placeOrder(shop, buyer(ORDERS + 3), [{ variant: '1', quantity: 1 }], { transaction: 'tx-3', settled: true })).id, change: { state: 'Cancelled' } },
    },
  })
})
