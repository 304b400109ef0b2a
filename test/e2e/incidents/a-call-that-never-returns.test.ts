/** One source takes a call and never answers: its lane is shown dead and is replaced, the other flow and the process go on. */
import { afterEach, expect, test } from 'vitest'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'
import { manifest, Shop } from './shop.ts'

const plan = (shop: string): string => `
plimsoll: 1
name: Shop and list
systems:
  shop: { connector: http, settings: { url: "${shop}", manifest: ./shop.yaml, timeout: 5m }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
  list: { connector: csv, settings: { folder: ./list, settle: 0 }, holds: { customer: { resource: customers.csv, key: code, fields: { code: code, name: name } } } }
  copy: { connector: sqlite, settings: { file: ./copy.db }, holds: [product, customer] }
entities:
  product: { identifiers: [code], fields: { code: text, name: text } }
  customer: { identifiers: [code], fields: { code: text, name: text } }
flows:
  products: { entity: product, from: shop, to: copy, trigger: 1 second }
  customers: { entity: customer, from: list, to: copy, trigger: 1 second }
`
let at: Project
let shop: Shop
let serving: Serving | undefined
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  at.done()
  await shop.close()
})
const LANE = 'reading/shop/items/product'
interface Status { readonly lanes: readonly { readonly lane: string; readonly state: string; readonly since: string; readonly says: string }[]; readonly systems: readonly { readonly system: string; readonly ok: boolean; readonly state: string; readonly since: string | null; readonly says: string | null }[] }
const names = (table: string): unknown[] => {
  try {
    return at.rows('copy.db', `select name from ${table} order by code`).map((row) => row['name'])
  } catch {
    return []
  }
}

test('The lane is dead at its deadline, in status, API and metrics; it is replaced, said once, and everything catches up.', async () => {
  shop = await Shop.open([{ code: 'P-1', name: 'Anchor' }])
  at = new Project({ 'plan.yaml': plan(shop.url), 'shop.yaml': manifest(), 'list/customers.csv': 'code,name\nC-1,Anna\n' })
  at.env['PLIMSOLL_SILENCE'] = '4'
  serving = await new Serving(at).started()
  const s = serving
  await until(() => names('product').length === 1 && names('customer').length === 1, 'the first load')
  const status = async (): Promise<Status> => (await s.get('/api/v1/status')).json as unknown as Status
  expect((await status()).lanes).toEqual([])

  let held = 0
  shop.trouble = () => {
    held += 1
    return true
  }
  shop.edit(1, { name: 'Great anchor' })
  await until(() => held > 0, 'the call hangs')
  at.put('list/customers.csv', 'code,name\nC-1,Anna Nowak\n')
  await until(() => names('customer').includes('Anna Nowak'), 'the other flow goes on meanwhile')
  await until(async () => (await status()).lanes.some((lane) => lane.lane === LANE && lane.state === 'dead'), 'it is shown dead')
  const dead = await status()
  expect(dead.lanes.find((lane) => lane.lane === LANE)).toMatchObject({ says: expect.stringMatching(/no sign of life for 4 seconds/) as unknown })
  expect(dead.systems.find((system) => system.system === 'shop')).toMatchObject({ ok: false, state: 'dead', since: expect.stringMatching(/^\d{4}-/) as unknown })
  expect(dead.systems.find((system) => system.system === 'list')).toMatchObject({ ok: true, state: 'ok' })
  const metrics = (await s.get('/metrics')).text
  expect(metrics).toContain(`plimsoll_lane_ok{lane="${LANE}",state="dead"} 0`)
  expect(metrics).toContain('plimsoll_system_ok{system="shop"} 0')
  expect(metrics).toMatch(new RegExp(`plimsoll_lane_deaths_total\\{lane="${LANE}"\\} [1-9]`))
  expect((await at.say('status')).out).toMatch(new RegExp(`The lane ${LANE} is dead since \\d`))
  await until(() => held > 1, 'another attempt takes its place')
  expect((await s.get('/health')).status).toBe(200)

  shop.trouble = undefined
  await until(() => names('product').join() === 'Great anchor', 'what was missed arrives', 60_000)
  await until(async () => (await status()).systems.every((system) => system.ok), 'it is well again')
  expect((await s.get('/metrics')).text).toContain('plimsoll_system_ok{system="shop"} 1')
  const told = s.events.filter((event) => event.event === 'state' && event['about'] === 'lane').map((event) => [event['name'], event['was'], event['state']])
  expect(told).toEqual([[LANE, 'ok', 'dead'], [LANE, 'dead', 'ok']])
  expect((await s.stop()).exit).toBe(0)
  expect(s.runs().filter((run) => !run.summary.balanced)).toEqual([])
})

test('A source that holds its call does not keep Plimsoll from stopping, and the next start goes on.', async () => {
  shop = await Shop.open([{ code: 'P-1', name: 'Anchor' }])
  let held = 0
  shop.trouble = () => {
    held += 1
    return true
  }
  at = new Project({ 'plan.yaml': plan(shop.url), 'shop.yaml': manifest(), 'list/customers.csv': 'code,name\nC-1,Anna\n' })
  serving = await new Serving(at).started()
  await until(() => held > 0 && names('customer').length === 1, 'the call hangs, the other flow works')
  const { exit, ms } = await serving.stop()
  expect([exit, ms < 15_000]).toEqual([0, true])
  shop.trouble = undefined
  await at.synced()
  expect(names('product')).toEqual(['Anchor'])
})
