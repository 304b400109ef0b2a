/**
 * Stock stands in the shop and in the warehouse's table; both change it. While the hub is on its way to the shop with the warehouse's number, a
 * customer buys. The older number must not overwrite the sale: else the same piece is sold twice.
 */
import { afterEach, expect, test } from 'vitest'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'
import { manifest, Shop, type Told } from './shop.ts'

const PLAN = (url: string): string => `
plimsoll: 1
name: Stock
systems:
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml }
    holds: { item: { resource: items, key: id, fields: { code: code, stock: stock } } }
  warehouse:
    connector: sqlite
    settings: { file: ./warehouse.db }
    holds: { item: { resource: items, key: code, fields: { code: code, stock: stock } } }
entities:
  item: { identifiers: [code], golden: { home: warehouse, by_field: { stock: latest } }, fields: { code: text, stock: integer } }
flows:
  stock: { entity: item, between: [shop, warehouse], trigger: 1 second }
`
const ITEMS = 12

let at: Project
let shop: Shop
let serving: Serving | undefined
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  await shop.close()
  at.done()
})
const warehouse = (): number[] => at.rows('warehouse.db', 'select stock from items order by code').map((row) => Number(row['stock']))
const inShop = (): number[] => shop.all().map((item) => Number(item['stock']))

async function begin(told: Told): Promise<void> {
  shop = await Shop.open(Array.from({ length: ITEMS }, (_, i) => ({ code: `C${String(i + 1).padStart(2, '0')}`, stock: 1 })))
  at = new Project({ 'plan.yaml': PLAN(shop.url), 'shop.yaml': manifest(told) })
  at.sql('warehouse.db', 'create table items (code text primary key, stock integer)')
  at.insert('warehouse.db', 'insert into items values (?, ?)', shop.all().map((item) => [item['code'], 1]))
  expect((await at.synced()).summary['writes']).toBe(0)
}

test.each<[string, Told, (method: string) => boolean]>([
  ['with versions: between the hub’s decision and the moment in which the shop carries it out', {}, (method) => method === 'PATCH'],
  ['without versions: up to the moment in which the hub looks, right before it writes', { bare: true }, (method) => method === 'GET'],
])('The last piece is sold during a sync, %s. The sale stands on both sides.', async (_how, told, moment) => {
  await begin(told)
  const sold = new Set<number>()
  let refused = 0
  const raised: string[] = []
  shop.onChange = (item, byHub) => {
    if (byHub && sold.has(item.id) && Number(item['stock']) > 0) raised.push(`${String(item['code'])}: ${String(item['stock'])}`)
  }
  shop.trouble = ({ method, path, query }) => {
    const ids = /^\/items\/(\d+)$/.exec(path)?.[1]?.split(',').map(Number) ?? (path === '/items' && query.has('id') ? query.getAll('id').map(Number) : [])
    if (ids.length === 0 || !moment(method)) return false
    for (const id of ids) {
      if (sold.has(id)) continue
      sold.add(id)
      refused += 1
      shop.edit(id, { stock: 0 })
    }
    return false
  }
  serving = await new Serving(at).started()
  // A stock-taking in the warehouse finds some more of each: a newer number than the shop's, until somebody buys.
  at.sql('warehouse.db', 'update items set stock = 5')
  await until(() => sold.size === ITEMS, 'a customer buys each of them at that moment')
  await until(() => warehouse().every((stock) => stock === 0) && inShop().every((stock) => stock === 0), 'the sale stands on both sides')
  expect({ refused, raised }).toEqual({ refused: ITEMS, raised: [] })
  // What the warehouse had said is not lost silently: it is in the conflict log.
  await until(() => Number(at.rows('.plimsoll/store.db', "select count(*) n from change where kind = 'conflict'")[0]?.['n']) >= ITEMS, 'the other number is in the conflict log')
  const { exit } = await serving.stop()
  expect(exit).toBe(0)
  const quiet = await at.synced()
  expect(quiet.summary['writes']).toBe(0)
  shop.trouble = undefined
  // And from here on the warehouse's numbers count again.
  at.sql('warehouse.db', "update items set stock = 3 where code = 'C01'")
  await at.synced()
  expect(inShop()[0]).toBe(3)
})
