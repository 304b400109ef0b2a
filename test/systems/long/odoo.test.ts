/** Odoo 14 by the call that its own pages make (the catalogue's entry) and by the one that is meant for other programs; exchanges with a database. */
import { expect, test } from 'vitest'
import { Numeral } from '../../../src/base/numeral.ts'
import { never, openHttp, readAll, specOf, writeOptions } from '../../support/http-servers.ts'
import { comesBack } from '../harness/comes-back.ts'
import { describeSystem } from '../harness/describe.ts'
import { proveResources } from '../harness/resources.ts'
import { staysTheSame, type TwoWay } from '../harness/two-way.ts'

const call = (model: string, method: string, args: readonly unknown[], more: object = {}) => ({
  rpc: 'call', params: { service: 'object', method: 'execute_kw', args: ['{parameter.database}', '{parameter.id}', '{parameter.word}', model, method, args, more] },
})
const definition = {
  http: 1,
  rpc: { path: '/jsonrpc', version: '2.0' },
  parameters: { database: { about: 'Its database' }, id: { type: 'number', about: 'Number of the user' }, word: { about: 'Password of the user' } },
  errors: { code: ['error.data.name'], text: ['error.data.message', 'error.message'] },
  resources: {
    partners: {
      key_type: 'number',
      list: { ...call('res.partner', 'search_read', [[]], { fields: ['name', 'email', 'write_date'], order: 'id', offset: 0, limit: 10 }), records: 'result', paging: { kind: 'offset', parameter: 'params.args.6.offset', size: 'params.args.6.limit', in: 'body', at_most: 10, end: 'short' } },
      get: { ...call('res.partner', 'read', [['{key}']], { fields: ['name', 'email', 'write_date'] }), record: 'result.0', may_lack_record: true },
      create: { ...call('res.partner', 'create', ['{record}']), key: 'result', answers: 'key' },
      update: { ...call('res.partner', 'write', [['{key}'], '{record}']), answers: 'nothing' },
    },
  },
} as const

await describeSystem('odoo', (system) => {
  test('Partners are read in pages; one is created, changed and read back, and is still there after the server was away.', async () => {
    const { database, id, password } = system().access
    const session = await openHttp(system().url, { definition: definition as never, parameters: { database: String(database), id: String(id), word: String(password) } })
    const partners = session.resource(specOf('partners'))
    const read = await readAll(partners)
    expect([read.complete, read.keys.length > 20, read.pages.length > 2]).toEqual([true, true, true])
    const [made] = await partners.write!([{ operation: 'create', values: { name: 'Zoë Żak', email: 'zoe@example.test' }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    expect(await partners.write!([{ operation: 'update', key, values: { name: 'שלום 👋' }, idempotencyKey: 'b' }], writeOptions)).toMatchObject([{ is: 'done' }])
    await comesBack(system(), async () => {
      expect(await partners.readKeys!([key], never)).toMatchObject([{ key, values: { name: 'שלום 👋', email: 'zoe@example.test' } }])
    })
    await session.close()
  })

  const open = (password = String(system().access['password'])) => openHttp(system().url, { manifest: 'odoo', user: String(system().access['user']), password, parameters: { database: String(system().access['database']) } })
  /** As somebody with a program of their own. */
  async function ask<T>(model: string, method: string, args: readonly unknown[], more: object = {}): Promise<T> {
    const { database, id, password } = system().access
    const answer = await fetch(`${system().url}/jsonrpc`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params: { service: 'object', method: 'execute_kw', args: [database, id, password, model, method, args, more] } }),
    })
    const said = await answer.json() as { readonly result?: T; readonly error?: unknown }
    if (said.result === undefined) throw new Error(`${model}.${method}: ${JSON.stringify(said.error).slice(0, 500)}`)
    return said.result
  }
  const some = async (model: string, only: readonly unknown[] = []): Promise<number> => (await ask<number[]>(model, 'search', [only], { limit: 1 }))[0]!

  test('Who does not know the password is not let in.', async () => {
    const session = await open('wrong')
    await expect(readAll(session.resource(specOf('partners')))).rejects.toMatchObject({ class: 'auth' })
    await session.close()
  })

  proveResources({
    system: 'odoo', at: system, open,
    reads: {
      partners: ['email', 'name'], products: ['default_code', 'name'], variants: ['default_code'], stock: [], orders: ['name'], order_lines: [], shipments: ['name', 'origin'], tracked_shipments: ['name'], invoices: [], countries: ['code', 'name'],
    },
    writes: {
      partners: { make: { name: 'Łucja Öz', email: 'lucja@example.test', street: 'Długa 1', city: 'Łódź' }, change: { name: 'שלום 😀', phone: '+48 600 000 000' } },
      products: { make: { name: 'Cup', default_code: 'NEW-1', list_price: new Numeral('4.5') }, change: { name: 'Kubek „ß”', list_price: new Numeral('5.25') } },
      variants: { make: { name: 'Plate', default_code: 'NEW-2', barcode: '5901234123457' }, change: { default_code: 'NEW-3' } },
      orders: { make: async () => ({ client_order_ref: 'W-1', partner_id: await some('res.partner'), state: 'draft' }), change: { client_order_ref: 'W-2', state: 'sale' } },
      order_lines: { make: async () => ({ order_id: await some('sale.order', [['state', '=', 'draft']]), product_id: await some('product.product'), product_uom_qty: new Numeral('2.0'), price_unit: new Numeral('7.5'), name: 'Two' }), change: { product_uom_qty: new Numeral('3.0') } },
    },
  })

  test('A barcode that somebody has is said to exist; who is gone is missing; a field that is wrong is refused.', async () => {
    const session = await open()
    const variants = session.resource(specOf('variants', { identifiers: [['barcode']] }))
    const make = (name: string) => ({ operation: 'create' as const, values: { name, barcode: '4006381333931' }, idempotencyKey: name })
    expect(await variants.write!([make('first')], writeOptions)).toMatchObject([{ is: 'done' }])
    expect(await variants.write!([make('second')], writeOptions)).toMatchObject([{ is: 'exists' }])
    const partners = session.resource(specOf('partners'))
    expect(await partners.write!([{ operation: 'update', key: '99999999', values: { name: 'N' }, idempotencyKey: 'm' }], writeOptions)).toEqual([{ is: 'missing' }])
    expect(await partners.write!([{ operation: 'create', values: { email: 'nameless@example.test' }, idempotencyKey: 'n' }], writeOptions)).toMatchObject([{ is: 'refused' }])
    await session.close()
  })

  const exchange = (more: Pick<TwoWay, 'entity' | 'fields' | 'identifier' | 'text' | 'record' | 'resource'> & { readonly holds: object; readonly model: string }): Promise<unknown> => {
    const { model, ...it } = more
    const fields = Object.keys(it.fields)
    const idOf = async (identifier: string): Promise<number> => (await ask<number[]>(model, 'search', [[[it.identifier, '=', identifier]]]))[0]!
    return staysTheSame({
      // Who is archived stays in the list, marked: the kit does not know such systems yet.
      ...it, kit: false, system: system(), connector: 'odoo', settings: { user: String(system().access['user']) }, secrets: { password: String(system().access['password']) },
      user: {
        all: async () => (await ask<Record<string, unknown>[]>(model, 'search_read', [[[it.identifier, '!=', false]]], { fields })).map((row) => Object.fromEntries(fields.map((field) => [field, row[field] === false ? null : row[field]]))),
        create: async (record) => { await ask(model, 'create', [record]) },
        edit: async (identifier, text) => { await ask(model, 'write', [[await idOf(identifier)], { [it.text]: text }]) },
        remove: async (identifier) => { await ask(model, 'write', [[await idOf(identifier)], { active: false }]) },
      },
      writes: (request) => /"method":"(create|write|unlink)"/.test(request.body ?? ''),
    })
  }

  test('Customers and rows of a table stay the same, both ways; whoever changes nothing causes no write.', () => exchange({
    model: 'res.partner', entity: 'customer', identifier: 'email', text: 'name', fields: { email: 'email', name: 'text', city: 'text' },
    holds: { resource: 'partners', fields: 'same', where: 'record.email != null' }, resource: 'partners',
    record: (n) => ({ email: `row${n}@example.test`, name: `Łucja & ${n}`, city: 'Łódź' }),
  }), 600_000)

  test('So do products.', () => exchange({
    model: 'product.template', entity: 'product', identifier: 'default_code', text: 'name', fields: { default_code: 'text', name: 'text', list_price: 'decimal' },
    holds: { resource: 'products', fields: 'same', where: 'record.default_code != null' }, resource: 'products',
    record: (n) => ({ default_code: `ROW-${n}-X`, name: `Towar & ${n}`, list_price: n + 0.5 }),
  }), 600_000)
}, { bodies: true })
