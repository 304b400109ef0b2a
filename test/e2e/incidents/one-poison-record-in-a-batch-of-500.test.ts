/** One record of five hundred that the target can't take: the others arrive, it is set aside, and once mended it arrives exactly once. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { json } from '../../support/http-servers.ts'
import { type Answer, Project, shortly } from '../project.ts'
import { manifest, Shop } from './shop.ts'

const N = 500
const plan = (shop: string): string => `
plimsoll: 1
name: List to shop
systems:
  list: { connector: csv, settings: { folder: ./list, settle: 0 }, holds: { product: { resource: products.csv, key: code, fields: { code: code, name: name } } } }
  shop: { connector: http, settings: { url: "${shop}", manifest: ./shop.yaml }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
entities:
  product: { identifiers: [code], fields: { code: text, name: text } }
flows:
  products: { entity: product, from: list, to: shop }
`
const list = (name: string): string => ['code,name', ...Array.from({ length: N }, (_, i) => `P-${i},${i === 250 ? name : `Product ${i}`}`), ''].join('\n')
const isPoison = (item: Readonly<Record<string, unknown>>): boolean => String(item['name']).includes('poison')

let at: Project
let shop: Shop
/** What the shop was sent, by code. */
let sent: Map<string, number>
beforeEach(async () => {
  shop = await Shop.open()
  sent = new Map()
  at = new Project({ 'plan.yaml': plan(shop.url), 'shop.yaml': manifest({ batch: true }), 'list/products.csv': list('poison') })
})
afterEach(async () => {
  at.done()
  await shop.close()
})

const taken = (): string[] => shop.all().map((item) => String(item['code']))
async function othersArrived(answer: Answer): Promise<void> {
  expect([answer.exit, answer.summary['created'], answer.summary['set_aside'], answer.summary.balanced, answer.summary['due'], answer.summary['unsure']]).toEqual([0, N - 1, 1, true, 0, 0])
  expect([taken().length, new Set(taken()).size, taken().includes('P-250')]).toEqual([N - 1, N - 1, false])
}
const entry = async (): Promise<{ id: string; record: string; says: string }> => {
  const found = (await at.run('errors', 'list')).result['errors'] as unknown as { id: string; record: string; says: string }[]
  expect(found).toHaveLength(1)
  return found[0]!
}
/** Mended by a person, taken up again, and then nothing more. */
async function mendedOnce(): Promise<void> {
  const { id } = await entry()
  expect((await at.run('errors', 'fix', id, 'name=Antidote')).exit).toBe(0)
  expect((await at.run('errors', 'retry', id)).exit).toBe(0)
  await at.synced()
  expect(shop.all().filter((item) => item['code'] === 'P-250').map((item) => item['name'])).toEqual(['Antidote'])
  expect(shop.writes.filter((write) => write.body['code'] === 'P-250')).toHaveLength(1)
  expect([taken().length, (await at.run('errors', 'list')).result['errors']]).toEqual([N, []])
  expect(shortly(await at.synced())).toEqual([])
}

test('A shop that refuses the whole batch for it and does not say for which.', async () => {
  shop.trouble = ({ path, body, response }) => {
    if (path !== '/items/batch' && path !== '/items' || body === '') return false
    const items = path === '/items' ? [JSON.parse(body)] : (JSON.parse(body) as { items: Record<string, unknown>[] }).items
    if (!items.some(isPoison)) return false
    json(response, 400, { code: 'invalid', message: 'a name is not allowed' })
    return true
  }
  await othersArrived(await at.sync())
  expect((await entry()).says).toContain('a name is not allowed')
  await mendedOnce()
})

test('A shop that takes the others and refuses it in its list of results; later runs do not send it again.', async () => {
  shop.trouble = ({ path, body, response }) => {
    if (path !== '/items/batch' && !(path === '/items' && body !== '')) return false
    const { items } = path === '/items' ? { items: [JSON.parse(body) as Record<string, unknown>] } : (JSON.parse(body) as { items: Record<string, unknown>[] })
    for (const item of items) sent.set(String(item['code']), (sent.get(String(item['code'])) ?? 0) + 1)
    if (path === '/items') {
      if (!isPoison(items[0]!)) return false
      json(response, 422, { code: 'name', message: 'not this name' })
      return true
    }
    json(response, 207, { results: items.map((item) => (isPoison(item) ? { status: 422, code: 'name', message: 'not this name' } : shop.create(item))) })
    return true
  }
  await othersArrived(await at.sync())
  for (let again = 0; again < 2; again += 1) expect((await at.synced()).summary['writes']).toBe(0)
  expect([...sent].filter(([, times]) => times > 1)).toEqual([])
  expect((await at.sync('--strict')).exit).toBe(1)
  await mendedOnce()
})

test('A shop that breaks the connection at it: nobody is made twice, and the source mends it.', async () => {
  shop.trouble = ({ path, body, response }) => {
    if (path !== '/items/batch' && path !== '/items' || body === '') return false
    const items = path === '/items' ? [JSON.parse(body)] : (JSON.parse(body) as { items: Record<string, unknown>[] }).items
    if (!items.some(isPoison)) return false
    // Half of the batch is made before the process of the shop falls over.
    for (const item of items.slice(0, items.findIndex(isPoison))) shop.create(item)
    response.destroy()
    return true
  }
  expect((await at.sync()).exit).toBe(1)
  at.put('list/products.csv', list('Antidote'))
  shop.trouble = undefined
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  await at.sync()
  await at.synced()
  expect([taken().length, new Set(taken()).size]).toEqual([N, N])
  expect(shop.all().find((item) => item['code'] === 'P-250')!['name']).toBe('Antidote')
})
