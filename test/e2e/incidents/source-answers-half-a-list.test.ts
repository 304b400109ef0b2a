/** A source that fails half way, forgets half of its list, or answers that it holds nothing: nobody's records are deleted for it. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { json } from '../../support/http-servers.ts'
import { type Answer, Project, shortly } from '../project.ts'
import { manifest, Shop } from './shop.ts'

const N = 300
const plan = (url: string): string => `
plimsoll: 1
name: Shop to warehouse
systems:
  shop: { connector: http, settings: { url: "${url}", manifest: ./shop.yaml }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
  warehouse: { connector: sqlite, settings: { file: ./warehouse.db }, holds: { product: { resource: product } } }
entities:
  product: { identifiers: [code], fields: { code: text, name: text } }
flows:
  products: { entity: product, from: shop, to: warehouse, when_deleted: delete }
`
let at: Project
let shop: Shop
beforeEach(async () => {
  shop = await Shop.open(Array.from({ length: N }, (_, i) => ({ code: `P-${i}`, name: `Product ${i}` })))
  at = new Project({ 'plan.yaml': plan(shop.url), 'shop.yaml': manifest() })
  await at.synced()
})
afterEach(async () => {
  at.done()
  await shop.close()
})

const inWarehouse = (): unknown => at.rows('warehouse.db', 'select count(*) n from product')[0]!['n']
interface Shown { readonly systems: readonly { readonly system: string; readonly ok: boolean; readonly state: string; readonly says: string | null }[]; readonly shrunk: readonly { readonly was: number; readonly now: number }[] }
const status = async (): Promise<Shown & Answer> => {
  const answer = await at.run('status')
  return { ...(answer.result as unknown as Shown), ...answer }
}
/** The run is no success, nothing is deleted, and status says why. */
async function harmless(why: RegExp): Promise<void> {
  const answer = await at.sync()
  expect([answer.exit, answer.summary['deleted'], answer.summary['gone'], answer.summary.balanced]).toEqual([1, 0, 0, true])
  expect(inWarehouse()).toBe(N)
  const now = await status()
  expect(now.systems.find((system) => system.system === 'shop')).toMatchObject({ ok: false, state: 'failing', says: expect.stringMatching(why) as unknown })
  expect((now.result as unknown as { last_run: { state: string } }).last_run.state).toBe('failed')
}
async function wellAgain(): Promise<void> {
  shop.trouble = undefined
  expect(shortly(await at.synced())).toEqual([])
  expect((await status()).systems.map((system) => [system.system, system.ok, system.state])).toEqual([['shop', true, 'ok'], ['warehouse', true, 'ok']])
  expect(inWarehouse()).toBe(N)
}
const inList = (request: { method: string; path: string }): boolean => request.method === 'GET' && request.path === '/items'

test('Status 500 on the third page: what was read is kept, nothing is deleted, and status says since when and why.', async () => {
  shop.trouble = ({ method, path, query, response }) => {
    if (!inList({ method, path }) || Number(query.get('offset')) < 150) return false
    json(response, 500, { message: 'the database is gone' })
    return true
  }
  shop.edit(3, { name: 'Renamed' })
  await harmless(/status 500.*the database is gone/)
  expect((await at.say('status')).out).toMatch(/shop fails since \d.*status 500.*the database is gone/)
  expect(at.rows('warehouse.db', `select name from product where code = 'P-2'`)).toEqual([{ name: 'Renamed' }])
  await wellAgain()
})

test('An empty list that says that it is whole.', async () => {
  shop.trouble = ({ method, path, response }) => inList({ method, path }) && (json(response, 200, { items: [], total: 0 }), true)
  const answer = await at.sync()
  expect([answer.exit, answer.summary['deleted'], answer.summary['gone']]).toEqual([1, 0, 0])
  expect((await status()).shrunk).toMatchObject([{ was: N, now: 0 }])
  expect(inWarehouse()).toBe(N)
  await wellAgain()
})

test('An empty page in the middle of a list that says that there is more.', async () => {
  shop.trouble = ({ method, path, query, response }) => {
    if (!inList({ method, path }) || Number(query.get('offset')) < 150) return false
    json(response, 200, { items: [], total: N })
    return true
  }
  await harmless(/changes faster than it can be read/)
  await wellAgain()
})

test('Half a list that says that it is whole stops at the brake; the rest of the list is not deleted, also when it comes twice.', async () => {
  shop.trouble = ({ method, path, query, response }, { all }) => {
    if (!inList({ method, path }) || query.getAll('id').length > 0) return false
    const half = all.call(shop).slice(0, N / 2)
    const from = Number(query.get('offset') ?? 0)
    json(response, 200, { items: half.slice(from, from + Number(query.get('limit'))), total: half.length })
    return true
  }
  for (let again = 0; again < 2; again += 1) {
    const answer = await at.sync()
    expect([answer.exit, answer.summary['deleted'], answer.summary['gone']]).toEqual([1, 0, 0])
    expect(inWarehouse()).toBe(N)
    expect((await at.say('status')).out).toMatch(/300.*150|150.*300/)
  }
  await wellAgain()
})

test('A list that is short by less than the brake, though nothing was deleted: each missing record is asked for, and none is deleted.', async () => {
  shop.trouble = ({ method, path, query, response }, { all }) => {
    if (!inList({ method, path }) || query.getAll('id').length > 0) return false
    const most = all.call(shop).filter((item) => item.id % 12 !== 0)
    const from = Number(query.get('offset') ?? 0)
    json(response, 200, { items: most.slice(from, from + Number(query.get('limit'))), total: most.length })
    return true
  }
  for (let again = 0; again < 2; again += 1) expect((await at.sync()).summary['deleted']).toBe(0)
  expect(inWarehouse()).toBe(N)
  await wellAgain()
})

test('A page of a maintenance site instead of the list, and an answer that breaks off.', async () => {
  shop.trouble = ({ method, path, response }) => {
    if (!inList({ method, path })) return false
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<h1>We are back soon</h1>')
    return true
  }
  await harmless(/no valid JSON/)
  shop.trouble = ({ method, path, response }) => {
    if (!inList({ method, path })) return false
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' })
    response.write('{"items":[{"id":1')
    setTimeout(() => response.destroy(), 20)
    return true
  }
  await harmless(/no whole answer/)
  await wellAgain()
})
