/** A target that says yes and does nothing: the run is no success, exit code, JSON, ledger and status say so, and nobody is told that it arrived. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { json } from '../../support/http-servers.ts'
import { Project } from '../project.ts'
import { manifest, Shop } from './shop.ts'

const plan = (shop: string): string => `
plimsoll: 1
name: List to two targets
systems:
  list: { connector: csv, settings: { folder: ./list, settle: 0 }, holds: { product: { resource: products.csv, key: code, fields: { code: code, name: name } } } }
  shop: { connector: http, settings: { url: "${shop}", manifest: ./shop.yaml }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
  warehouse: { connector: sqlite, settings: { file: ./warehouse.db }, holds: { product: { resource: product, fields: { code: code, name: name } } } }
entities:
  product: { identifiers: [code], fields: { code: text, name: text } }
flows:
  products: { entity: product, from: list, to: [shop, warehouse], when_deleted: delete }
`
const list = (rows: readonly (readonly [string, string])[]): string => ['code,name', ...rows.map((row) => row.join()), ''].join('\n')
const ROWS = Array.from({ length: 20 }, (_, i) => [`P-${i}`, `Product ${i}`] as const)
const renamed = (code: string, name: string) => ROWS.map((row) => (row[0] === code ? ([code, name] as const) : row))

let at: Project
let shop: Shop
beforeEach(async () => {
  shop = await Shop.open()
  at = new Project({ 'plan.yaml': plan(shop.url), 'shop.yaml': manifest({ answers: 'key' }), 'list/products.csv': list(ROWS) })
  at.env['PLIMSOLL_PATIENCE'] = '0'
  at.sql('warehouse.db', 'create table product (id integer primary key, code text, name text)')
})
afterEach(async () => {
  at.done()
  await shop.close()
})

/** No success, in every place where somebody looks. */
async function noSuccess(system: string, resource: string, ignored: number): Promise<void> {
  const answer = await at.sync()
  expect([answer.exit, answer.ok, answer.summary['ignored'], answer.summary.balanced]).toEqual([1, false, ignored, true])
  expect((answer.result['systems'] as unknown as Record<string, Record<string, unknown>>)[system]![resource]).toMatchObject({ ignored })
  expect(answer.result.writes.filter((write) => write.system === system)).toEqual([])
  const status = await at.run('status')
  expect((status.result as unknown as { last_run: unknown }).last_run).toMatchObject({ state: 'failed', summary: { ignored } })
}

test('A shop that answers 200 to a change and keeps the old value; the database beside it has the new one.', async () => {
  await at.synced()
  shop.trouble = ({ method, path, response }) => method === 'PATCH' && (json(response, 200, { id: Number(path.split('/').at(-1)) }), true)
  at.put('list/products.csv', list(renamed('P-7', 'Renamed')))
  const said = await at.say('sync')
  expect(said.exit).toBe(1)
  expect(said.out + said.err).toMatch(/1 writes were answered with success, but the target did nothing/)
  expect(at.rows('warehouse.db', `select name from product where code = 'P-7'`)).toEqual([{ name: 'Renamed' }])
  shop.trouble = undefined
  // Once more by itself, after the time in which the first one may still be executed.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await at.synced()
  expect(shop.all().find((item) => item['code'] === 'P-7')!['name']).toBe('Renamed')
})

test('A shop that answers 201 with a number and made nothing.', async () => {
  shop.trouble = ({ method, path, response }) => method === 'POST' && path === '/items' && (json(response, 201, { id: 4711 }), true)
  await noSuccess('shop', 'items', ROWS.length)
  expect(at.rows('warehouse.db', 'select count(*) n from product')).toEqual([{ n: ROWS.length }])
  shop.trouble = undefined
  const entries = (await at.run('errors', 'list')).result['errors'] as unknown as { id: string; system: string }[]
  expect(entries.map((entry) => entry.system)).toEqual(ROWS.map(() => 'shop'))
  expect((await at.run('errors', 'retry', ...entries.map((entry) => entry.id))).exit).toBe(0)
  await at.synced()
  expect(shop.all().map((item) => item['code']).toSorted()).toEqual(ROWS.map(([code]) => code).toSorted())
})

test('A shop that answers 200 to a creation with an error in the body, and says no key.', async () => {
  shop.trouble = ({ method, path, response }) => method === 'POST' && path === '/items' && (json(response, 200, { success: false, error: 'quota exceeded' }), true)
  const answer = await at.sync()
  expect([answer.exit, answer.ok, answer.summary.balanced, Number(answer.summary['unsure']) + Number(answer.summary['due'])]).toEqual([1, false, true, ROWS.length])
  expect(answer.result.writes.filter((write) => write.system === 'shop')).toEqual([])
})

test('A database whose trigger drops a row, and one that drops a change, without an error.', async () => {
  at.sql('warehouse.db', `create trigger dropped before insert on product when new.code = 'P-3' begin select raise(ignore); end`)
  const answer = await at.sync()
  expect([answer.exit, answer.ok, answer.summary['ignored'], answer.summary['set_aside'], answer.summary.balanced]).toEqual([1, false, 1, 1, true])
  expect(at.rows('warehouse.db', 'select count(*) n from product')).toEqual([{ n: ROWS.length - 1 }])
  const refused = (await at.run('errors', 'list')).result['errors'] as unknown as { id: string; record: string }[]
  expect(refused).toHaveLength(1)
  at.sql('warehouse.db', `drop trigger dropped; create trigger kept before update on product when new.name = 'Renamed' begin select raise(ignore); end`)
  await at.run('errors', 'retry', refused[0]!.id)
  await at.synced()
  expect(at.rows('warehouse.db', 'select count(*) n, count(distinct code) d from product')).toEqual([{ n: ROWS.length, d: ROWS.length }])
  at.put('list/products.csv', list(renamed('P-7', 'Renamed')))
  // A database says at once what it holds: it is repeated in the same run.
  await noSuccess('warehouse', 'product', 2)
})

test('A shop that says 204 to a deletion and keeps the record.', async () => {
  await at.synced()
  shop.trouble = ({ method, response }) => {
    if (method !== 'DELETE') return false
    response.writeHead(204)
    response.end()
    return true
  }
  at.put('list/products.csv', list(ROWS.filter(([code]) => code !== 'P-7')))
  await noSuccess('shop', 'items', 1)
  expect(at.rows('warehouse.db', 'select count(*) n from product')).toEqual([{ n: ROWS.length - 1 }])
})
