/** A real Tryton: the contract of its parties, and an exchange by a plan that says no more of it than its address. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trytonBench } from '../conformance/benches/tryton.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { Numeral } from '../../src/systems/contract.ts'
import type { Written } from '../../src/sync/engine.ts'
import { PlanOnDisk } from '../support/plan-on-disk.ts'
import { type TrytonUser, trytonUser } from '../support/tryton-user.ts'
import { openHttp } from '../support/http-servers.ts'
import { proveResources } from './harness/resources.ts'
import { staysTheSame } from './harness/two-way.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

const PLAN = (url: string, user: string): string => `plimsoll: 1
name: A shop and its ERP
country: PL
systems:
  shop:
    connector: sqlite
    settings: { file: ./shop.db }
    types: { money: { currency: EUR } }
    holds:
      customer: { resource: customers }
      variant: { resource: articles }
      order:
        resource: orders
        parts: { rows: { resource: order_rows, parent: order_id, key: pos } }
        fields: { number: no, customer: customer_id, state: { path: state, codes: { placed: new, paid: paid, cancelled: gone, partly_shipped: none, shipped: sent, delivered: none } }, lines: { path: rows, fields: { line: pos, variant: article_id, quantity: qty, price: price } }, billing: { fields: { street: street, city: city } }, shipping: { fields: { street: street, city: city } } }
      stock: { resource: stock, fields: { variant: article_id, location: place, on_hand: amount } }
      shipment: { resource: parcels, fields: { order: order_id, tracking: tracking, carrier: carrier, lines: lines } }
  erp:
    connector: tryton
    settings: { url: "${url}", user: ${user} }
    holds: [customer, variant, order, stock, shipment]
entities:
  customer:
    identifiers: [email]
    golden: { home: shop, by_field: { phone: latest, billing: latest } }
    fields: { email: email, first_name: text, last_name: text, phone: phone, billing: { group: { street: text, postal_code: postal_code, city: text, country: country } } }
  variant: { identifiers: [sku], fields: { sku: text, name: text, price: money } }
  order:
    identifiers: [number]
    required: [customer]
    fields: { number: text, customer: { to: customer }, state: { codes: [placed, paid, partly_shipped, shipped, delivered, cancelled] }, lines: { list: { line: text, variant: { to: variant }, quantity: integer, price: money }, key: line }, billing: { group: { street: text, city: text } }, shipping: { group: { street: text, city: text } } }
  stock: { identifiers: [[variant, location]], fields: { variant: { to: variant }, location: text, on_hand: integer } }
  shipment: { identifiers: [tracking], required: [tracking], fields: { order: { to: order }, tracking: text, carrier: text, state: { codes: [pending, shipped, delivered, cancelled] }, lines: { list: { line: text, quantity: integer }, key: line } } }
flows:
  customers: { entity: customer, between: { shop: {}, erp: {} } }
  shipments: { entity: shipment, from: erp, to: shop, where: shipment.state == "shipped" }
  articles: { entity: variant, from: erp, to: shop }
  orders: { entity: order, from: shop, to: erp }
  stock: { entity: stock, from: erp, to: shop }
`

let system: RunningSystem
let erp: TrytonUser
let at: PlanOnDisk
beforeAll(async () => {
  system = await startSystem('tryton', { bodies: true })
  erp = await trytonUser(system)
  at = new PlanOnDisk(PLAN(system.url, String(system.access['user'])), { PLIMSOLL_SYSTEM_ERP_PASSWORD: String(system.access['password']) })
  at.sql('shop.db', `
    create table customers (id integer primary key, email text, first_name text, last_name text, phone text, billing_street text, billing_postal_code text, billing_city text, billing_country text);
    create table articles (id integer primary key, sku text, name text, price numeric);
    create table orders (id integer primary key, no text, customer_id integer, state text, street text, city text);
    create table order_rows (order_id integer, pos integer, article_id integer, qty integer, price numeric, primary key (order_id, pos));
    create table parcels (id integer primary key, order_id integer, tracking text, carrier text, lines text);
    create table stock (article_id integer, place text, amount integer, primary key (article_id, place));`)
})
afterAll(async () => {
  at?.end()
  await erp?.close()
  await system?.end()
})

const methods = (): string[] => system.requests().flatMap((one) => (one.body === undefined ? [] : [(JSON.parse(String(one.body)) as { method: string }).method]))
const party = (email: string) => erp.call<Record<string, unknown>[]>('model.party.party.search_read', [['contact_mechanisms.value', '=', email]], 0, null, null, ['name', 'addresses.street', 'addresses.city', 'addresses.invoice', 'addresses.country.code', 'contact_mechanisms.type', 'contact_mechanisms.value'])
const orders = (reference: string) => erp.call<Record<string, unknown>[]>('model.sale.sale.search_read', [['reference', '=', reference]], 0, null, null, ['state', 'party.name', 'total_amount', 'lines.sequence', 'lines.product.code', 'lines.quantity', 'lines.unit_price', 'shipment_address.street', 'shipment_address.city'])

describe('A shop and a real Tryton', () => {
  /** One pass that leaves nothing undone, and the calls that it took. */
  const synced = async (): Promise<{ readonly writes: readonly Written[]; readonly calls: readonly string[] }> => {
    system.forget()
    const { writes, aside } = await at.sync()
    expect(aside).toEqual([])
    const calls = methods().filter((method) => !method.startsWith('common.'))
    return { writes, calls }
  }
  const quiet = async (): Promise<void> => {
    const { writes, calls } = await synced()
    expect(writes).toEqual([])
    expect(calls.filter((method) => !method.endsWith('.search_read'))).toEqual([])
  }
  const counted = (calls: readonly string[], method: string): number => calls.filter((call) => call === method).length

  test('exchange customers both ways, articles and stock one way: forty customers are made in one call.', async () => {
    at.sql('shop.db', `insert into customers values ${Array.from({ length: 40 }, (_, n) => `(${n + 1}, 'buyer${n}@example.test', 'Łucja', 'Öz ${n}', '+48 600 000 ${String(n).padStart(3, '0')}', 'Długa ${n}', '90-001', 'Łódź', 'PL')`).join(', ')}`)
    const { calls } = await synced()
    expect(counted(calls, 'model.party.party.create')).toBe(1)
    expect(counted(calls, 'model.party.party.write')).toBe(0)
    expect(counted(calls, 'model.country.country.search_read')).toBe(1)
    for (const n of [0, 7, 39]) {
      expect(await party(`buyer${n}@example.test`)).toMatchObject([{ name: `Łucja Öz ${n}`, 'addresses.': [{ street: `Długa ${n}`, city: 'Łódź', invoice: true, 'country.': { code: 'PL' } }] }])
    }
    expect(at.rows('shop.db', "select first_name, last_name from customers where email = 'anna@example.test'")).toEqual([{ first_name: 'Anna', last_name: 'Example' }])
    expect(at.rows('shop.db', 'select sku, name, price from articles order by sku')).toEqual([
      { sku: 'DELIVERY', name: 'Delivery', price: 5 }, { sku: 'GC-1', name: 'Garden chair', price: 49.9 }, { sku: 'GT-1', name: 'Garden table', price: 129 }, { sku: 'PA-1', name: 'Parasol', price: 79.5 },
    ])
    expect(at.rows('shop.db', 'select sku, amount from stock join articles on id = article_id order by sku')).toEqual([{ sku: 'GC-1', amount: 100 }, { sku: 'GT-1', amount: 20 }, { sku: 'PA-1', amount: 0 }])
    await quiet()
  })

  test('A changed address is an update of the right one, whoever changes it; what stands beside it stays.', async () => {
    const [before] = await party('buyer3@example.test')
    const [address] = before!['addresses.'] as { id: number }[]
    await erp.call('model.party.party.write', [before!['id']], { addresses: [['create', [{ street: 'Second 2', city: 'Bonn' }]]], contact_mechanisms: [['create', [{ type: 'website', value: 'https://example.test' }]]] })
    at.sql('shop.db', "update customers set billing_city = 'Kraków' where email = 'buyer3@example.test'")
    const { calls } = await synced()
    expect(counted(calls, 'model.party.party.write')).toBe(1)
    const [after] = await party('buyer3@example.test')
    expect((after!['addresses.'] as object[]).toSorted((a, b) => (a as { id: number }).id - (b as { id: number }).id)).toMatchObject([{ id: address!.id, street: 'Długa 3', city: 'Kraków', 'country.': { code: 'PL' } }, { street: 'Second 2', city: 'Bonn' }])
    expect(after!['contact_mechanisms.']).toHaveLength(3)
    // By itself: the time of the party does not move, that of the address does.
    await erp.call('model.party.address.write', [address!.id], { street: 'Krótka 1' })
    await synced()
    expect(at.rows('shop.db', "select billing_street, billing_city from customers where email = 'buyer3@example.test'")).toEqual([{ billing_street: 'Krótka 1', billing_city: 'Kraków' }])
    await quiet()
  })

  test('Orders arrive with their lines, customer and articles, each made in one call, and take the steps of their state.', async () => {
    at.sql('shop.db', `insert into orders values (1, 'W-1', 4, 'new', 'Krótka 1', 'Kraków'), (2, 'W-2', 8, 'paid', 'Nowa 1', 'Lublin'), (3, 'W-3', 9, 'new', 'Nowa 2', 'Lublin');
      insert into order_rows select 1, 1, id, 2, 49.90 from articles where sku = 'GC-1';
      insert into order_rows select 1, 2, id, 1, 129.00 from articles where sku = 'GT-1';
      insert into order_rows select 2, 1, id, 3, 45.50 from articles where sku = 'GC-1';
      insert into order_rows select 3, 1, id, 1, 79.50 from articles where sku = 'PA-1'`)
    const { calls } = await synced()
    expect(counted(calls, 'model.sale.sale.create')).toBe(1)
    // One of the three addresses was there.
    expect(counted(calls, 'model.party.address.create')).toBe(2)
    const decimal = (text: string) => ({ __class__: 'Decimal', decimal: text })
    expect(await orders('W-1')).toMatchObject([{ state: 'quotation', 'party.': { name: 'Łucja Öz 3' }, total_amount: decimal('228.80'), 'lines.': [{ sequence: 1, quantity: 2, unit_price: decimal('49.9'), 'product.': { code: 'GC-1' } }, { sequence: 2, quantity: 1, 'product.': { code: 'GT-1' } }] }])
    expect(await orders('W-2')).toMatchObject([{ state: 'processing', 'lines.': [{ quantity: 3, unit_price: decimal('45.5') }] }])
    await quiet()
    const [held] = await orders('W-1')
    at.sql('shop.db', "update order_rows set qty = 5 where order_id = 1 and pos = 2; update orders set city = 'Gdańsk' where no = 'W-1'; update orders set state = 'gone' where no = 'W-3'")
    const { calls: more } = await synced()
    expect(counted(more, 'model.sale.sale.write')).toBe(1)
    const [changed] = await orders('W-1')
    const ids = (order: Record<string, unknown>): unknown[] => (order['lines.'] as { id: number }[]).map(({ id }) => id)
    expect(ids(changed!)).toEqual(ids(held!))
    expect(held).toMatchObject({ 'shipment_address.': { street: 'Krótka 1', city: 'Kraków' } })
    expect(changed).toMatchObject({ 'shipment_address.': { street: 'Krótka 1', city: 'Gdańsk' }, 'lines.': [{ quantity: 2 }, { quantity: 5 }] })
    expect(await orders('W-3')).toMatchObject([{ state: 'cancelled' }])
    await quiet()
  })

  test('What the warehouse sends comes back with its tracking number, in the lines of the order: a part of it first, then the rest.', async () => {
    const ship = async (tracking: string, quantity: number): Promise<void> => {
      const [{ shipments }] = await erp.call<[{ shipments: number[] }]>('model.sale.sale.search_read', [['reference', '=', 'W-2']], 0, 1, null, ['shipments'])
      const [{ id }] = await erp.call<[{ id: number }]>('model.stock.shipment.out.search_read', [['id', 'in', shipments], ['state', '=', 'waiting']], 0, 1, null, ['id'])
      const shipment = `stock.shipment.out,${id}`
      const moves = (to: string): Promise<number[]> => erp.call('model.stock.move.search', [['shipment', '=', shipment], ['to_location.type', '=', to]])
      await erp.call('model.stock.move.write', await moves('storage'), { quantity })
      expect(await erp.call('model.stock.shipment.out.assign_try', [id])).toBe(true)
      await erp.call('model.stock.shipment.out.pick', [id])
      await erp.call('model.stock.shipment.out.write', [id], { carrier: (await erp.call<number[]>('model.carrier.search', []))[0] })
      const type = (await erp.call<number[]>('model.stock.package.type.create', [{ name: tracking }]))[0]
      await erp.call('model.stock.package.create', [{ shipment, type, shipping_reference: tracking, moves: [['add', await moves('customer')]] }])
      await erp.call('model.stock.shipment.out.pack', [id])
      await erp.call('model.stock.shipment.out.done', [id])
    }
    const parcels = (): unknown[] => at.rows('shop.db', 'select no, tracking, carrier, lines from parcels join orders on orders.id = order_id order by tracking').map((row) => ({ ...row, lines: JSON.parse(String(row['lines'])) as unknown }))
    const parcel = (tracking: string, quantity: number): object => ({ no: 'W-2', tracking, carrier: expect.stringContaining('Parcel Carrier') as string, lines: [{ line: '1', quantity }] })
    await ship('TRK-1', 1)
    await synced()
    expect(parcels()).toEqual([parcel('TRK-1', 1)])
    await ship('TRK-2', 2)
    at.sql('shop.db', "update orders set state = 'sent' where no = 'W-2'")
    await synced()
    expect(parcels()).toEqual([parcel('TRK-1', 1), parcel('TRK-2', 2)])
    // That an order was sent is known where it was sent.
    expect(await orders('W-2')).toMatchObject([{ state: 'processing' }])
    await quiet()
  })

  test('Stock that changes in the warehouse is seen by the next pass, though no time of change says so.', async () => {
    const [{ id: product }] = await erp.call<[{ id: number }]>('model.product.product.search_read', [['code', '=', 'PA-1']], 0, 1, null, ['id'])
    const [{ id: location }] = await erp.call<[{ id: number }]>('model.stock.location.search_read', [['code', '=', 'STO']], 0, 1, null, ['id'])
    const made = await erp.call<number[]>('model.stock.inventory.create', [{ location, company: 1, lines: [['create', [{ product, quantity: 7 }]]] }])
    await erp.call('model.stock.inventory.confirm', made)
    const { writes } = await synced()
    expect(writes).toMatchObject([{ system: 'shop', resource: 'stock' }])
    expect(at.rows('shop.db', "select amount from stock join articles on id = article_id where sku = 'PA-1'")).toEqual([{ amount: 7 }])
  })

  test('What is sent can no longer be cancelled: the sale stays as it is, and a person is told.', async () => {
    at.sql('shop.db', "update orders set state = 'gone' where no = 'W-2'; update order_rows set qty = 0 where order_id = 2")
    system.forget()
    expect((await at.sync()).aside).toEqual([expect.stringContaining('state can be changed only while state is draft or quotation or cancelled, and it is "processing"')])
    expect(methods().filter((method) => /sale\.(write|cancel)$/.test(method))).toEqual([])
    expect(await orders('W-2')).toMatchObject([{ state: 'processing', 'lines.': [{ quantity: 3 }] }])
  })
})

describe('Each resource of the manifest', () => {
  const find = async (model: string, domain: readonly unknown[]): Promise<number> => (await erp.call<{ id: number }[]>(`model.${model}.search_read`, domain, 0, 1, null, ['id']))[0]!.id
  const place = (code: string) => find('stock.location', [['code', '=', code]])
  const product = () => find('product.product', [['code', '=', 'GC-1']])
  const customer = () => find('party.party', [['name', '=', 'Anna Example']])
  const shipment = () => find('stock.shipment.out', [])
  const box = async () => (await erp.call<number[]>('model.stock.package.type.create', [{ name: 'Box' }]))[0]!
  beforeAll(async () => {
    await erp.call('model.stock.package.create', [{ shipment: `stock.shipment.out,${await shipment()}`, type: await box(), shipping_reference: 'TRK-0' }])
  })
  const today = new Date().toISOString().slice(0, 10)

  proveResources({
    system: 'tryton', at: () => system, open: () => openHttp(system.url, { manifest: 'tryton', user: String(system.access['user']), password: String(system.access['password']), parameters: { database: erp.database } }),
    reads: {
      parties: [], addresses: [], products: [], variants: [], stock: [], inventories: [], moves: [], sales: [], shipments: [], packages: [], invoices: [],
      warehouses: [], locations: [], carriers: [], countries: [], currencies: [], languages: [], units: [], categories: [],
    },
    writes: {
      addresses: { make: async () => ({ party: await customer(), street: 'Nowa 1', city: 'Łódź', country: 'PL' }), made: { street: 'Nowa 1', city: 'Łódź' }, change: { city: 'Kraków' } },
      products: { make: { name: 'Bench', list_price: '19.90' }, made: { name: 'Bench' }, change: { name: 'Ławka 😀' } },
      variants: { make: async () => ({ template: await find('product.template', [['name', '=', 'Garden chair']]), suffix_code: 'NEW' }), made: {}, change: { description: 'New' } },
      inventories: { make: async () => ({ location: await place('STO'), date: today, state: 'draft', lines: [{ product: await product(), quantity: 90 }] }), made: { state: 'draft' }, change: { state: 'done' } },
      moves: { make: async () => ({ product: await product(), quantity: 1, from_location: await place('STO'), to_location: await place('OUT'), state: 'draft' }), made: { state: 'draft' }, change: { quantity: 2 }, changed: { quantity: new Numeral('2.0') } },
      sales: { make: async () => ({ reference: 'BY-HAND', party: await customer(), lines: [{ sequence: 1, product: await product(), quantity: 1, unit_price: '10.00' }] }), made: { reference: 'BY-HAND', state: 'draft' }, change: { description: 'Ω' } },
      shipments: { of: async () => String(await shipment()), change: { reference: 'BY-HAND' } },
      packages: { make: async () => ({ shipment: `stock.shipment.out,${await shipment()}`, type: await box(), shipping_reference: 'TRK-1' }), made: { shipping_reference: 'TRK-1' }, change: { shipping_reference: 'TRK-2' } },
      invoices: { of: async () => String(await find('account.invoice', [])), change: { state: 'posted' } },
    },
  })
})

test('Parties and rows of a table stay the same, both ways; whoever changes nothing causes no write.', async () => {
  const all = () => erp.call<{ id: number; code: string; name: string }[]>('model.party.party.search_read', [], 0, null, null, ['code', 'name'])
  const idOf = async (code: string): Promise<number> => (await all()).find((one) => one.code === code)!.id
  await staysTheSame({
    system, connector: 'tryton', settings: { user: String(system.access['user']), parameters: { database: erp.database } }, secrets: { password: String(system.access['password']) },
    resource: 'parties', kit: false,
    entity: 'customer', holds: { fields: { code: 'code', name: 'name' } }, fields: { code: 'text', name: 'text' }, identifier: 'code', text: 'name',
    record: (n) => ({ code: `ROW-${n}-X`, name: `Öz & ${n}` }),
    user: {
      all,
      create: async (record) => { await erp.call('model.party.party.create', [{ code: record['code'], name: record['name'] }]) },
      edit: async (code, name) => { await erp.call('model.party.party.write', [await idOf(code)], { name }) },
      remove: async (code) => { await erp.call('model.party.party.write', [await idOf(code)], { active: false }) },
    },
    writes: ({ body = '' }) => /"method":\s*"model\.[\w.]+\.(?:create|write|delete)"/u.test(body),
  })
}, 300_000)

test('The catalogue keeps the contract on the parties of a real Tryton.', async () => {
  const { bench, close } = await trytonBench(system)
  try {
    await keepsTheContract(bench, 38, { system: 'tryton', at: system })
  } finally {
    await close()
  }
}, 400_000)
