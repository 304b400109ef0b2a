/** Nothing failed, and nothing arrived either: at the deadline of its service level a flow is stale, wherever somebody looks, and fresh again later. */
import { afterEach, expect, test } from 'vitest'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'
import { manifest, Shop } from './shop.ts'

const plan = (shop: string, trigger: string): string => `
plimsoll: 1
name: Shop to copy
systems:
  shop: { connector: http, settings: { url: "${shop}", manifest: ./shop.yaml }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
  copy: { connector: sqlite, settings: { file: ./copy.db }, holds: [product] }
entities:
  product: { identifiers: [code], fields: { code: text, name: text } }
flows:
  products: { entity: product, from: shop, to: copy, trigger: ${trigger}, service_level: { freshness: 6 seconds } }
`
let at: Project
let shop: Shop
let serving: Serving
afterEach(async () => {
  serving.kill()
  await serving.ended
  at.done()
  await shop.close()
})
interface Flow { readonly stale: boolean; readonly read_at: string; readonly deadline: string; readonly late: string }
const flow = async (): Promise<Flow> => ((await serving.get('/api/v1/flows')).json['items'] as unknown as Flow[])[0]!
const told = (): unknown[] => serving.events.filter((event) => event.event === 'state' && event['about'] === 'flow').map((event) => [event['name'], event['was'], event['state'], event['since']])
const copied = (): unknown[] => {
  try {
    return at.rows('copy.db', 'select name from product').map((row) => row['name'])
  } catch {
    return []
  }
}
/** Everywhere, from the deadline on and with since when. */
async function isStale(late: string): Promise<void> {
  await until(async () => (await flow()).stale, 'it is stale')
  const now = await flow()
  expect([Date.parse(now.deadline) - Date.parse(now.read_at), now.late]).toEqual([6_000, late])
  expect((await serving.get('/metrics')).text).toMatch(/plimsoll_flow_stale\{flow="products"\} 1\n/)
  expect((await serving.get('/metrics')).text).toMatch(/plimsoll_flow_deadline_seconds\{flow="products"\} -\d/)
  expect((await serving.get('/api/v1/status')).json['summary']).toMatchObject({ stale: 1 })
  expect((await at.say('status')).out).toMatch(new RegExp(`Flow products is stale: .* stale since \\d.*${late}`))
  await until(() => told().length === 1, 'it is told')
  expect(told()).toEqual([['products', 'ok', 'stale', now.deadline]])
}
async function isFresh(): Promise<void> {
  await until(async () => !(await flow()).stale, 'it is fresh again', 60_000)
  expect((await serving.get('/metrics')).text).toMatch(/plimsoll_flow_stale\{flow="products"\} 0\n/)
  await until(() => told().length === 2, 'it is told once more')
  expect((told()[1] as unknown[]).slice(0, 3)).toEqual(['products', 'stale', 'ok'])
}

test('A source that does not answer any more: stale at the deadline, with the reason; fresh when it answers.', async () => {
  shop = await Shop.open([{ code: 'P-1', name: 'Anchor' }])
  at = new Project({ 'plan.yaml': plan(shop.url, '1 second'), 'shop.yaml': manifest() })
  serving = await new Serving(at).started()
  await until(() => copied().length === 1, 'the first load')
  expect((await flow()).stale).toBe(false)
  shop.trouble = ({ response }) => {
    response.writeHead(503)
    response.end()
    return true
  }
  await isStale('shop/items was not read')
  shop.trouble = undefined
  await isFresh()
})

test('A trigger that was switched off: nothing fails, and yet it is stale at the deadline; asked for, it is fresh.', async () => {
  shop = await Shop.open([{ code: 'P-1', name: 'Anchor' }])
  at = new Project({ 'plan.yaml': plan(shop.url, 'on_demand'), 'shop.yaml': manifest() })
  await at.synced()
  serving = await new Serving(at).started()
  await isStale('shop/items was not read')
  expect(serving.events.filter((event) => event.event === 'trouble')).toEqual([])
  await serving.post('/api/v1/runs', { flow: 'products' })
  await isFresh()
})
