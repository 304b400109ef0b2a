/** The example as its README tells it: its own systems on free ports, its own data, a copy of the plan. */
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../support/servers.ts'
import { namesOf, Project, ROOT, shortly } from './project.ts'

const EXAMPLE = join(ROOT, 'examples/online-shop')
let at: Project
const systems = (...args: string[]): string =>
  execFileSync(process.execPath, [join(EXAMPLE, 'systems/run.mjs'), ...args], { env: { ...process.env, ...at.env }, encoding: 'utf8' })
const url = (system: 'STOREFRONT' | 'PAYDESK' | 'PARCELWAY'): string => `http://127.0.0.1:${at.env[`EXAMPLE_${system}_PORT`]}`
const get = async (path: string): Promise<Record<string, unknown>> => (await (await fetch(`${url('STOREFRONT')}${path}`)).json()) as Record<string, unknown>
const send = (method: string, path: string, body: unknown): Promise<Response> =>
  fetch(`${url('STOREFRONT')}${path}`, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const sync = () => at.sync('--env', 'other_ports')
const synced = () => at.synced('--env', 'other_ports')
const crm = (query: string) => at.rows('data/salesdesk.sqlite', query)
const erp = (query: string) => at.rows('data/backoffice.sqlite', query)
interface Known { readonly id: number; readonly email: string }
interface Truth { readonly people: readonly { readonly email: string; readonly storefront?: Known; readonly salesdesk?: Known; readonly backoffice?: Known }[] }
const addresses = (table: string): Map<string, number> =>
  new Map((table === 'contacts' ? crm : erp)(`select lower(trim(e_mail)) mail, count(*) n from ${table} where e_mail is not null group by 1`).map((row) => [String(row['mail']), Number(row['n'])]))
let before: { contacts: Map<string, number>; parties: Map<string, number> }

beforeAll(async () => {
  at = new Project()
  cpSync(EXAMPLE, at.folder, { recursive: true, filter: (path) => !/\/(?:data|\.plimsoll)(?:\/|$)/.test(path.slice(EXAMPLE.length)) })
  for (const name of ['STOREFRONT', 'PAYDESK', 'PARCELWAY']) at.env[`EXAMPLE_${name}_PORT`] = String(await freePort())
  at.env['EXAMPLE_DATA'] = at.path('data')
  systems('start')
  before = { contacts: addresses('contacts'), parties: addresses('parties') }
})
afterAll(() => {
  systems('stop')
  at.done()
})

test('The preview names exactly the writes of the first sync, and a second sync writes nothing.', async () => {
  const preview = await at.run('preview', '--env', 'other_ports')
  expect(preview.exit).toBe(4)
  const first = await synced()
  expect(namesOf(first)).toEqual(namesOf(preview))
  expect(first.summary['held']).toBe(0)
  const second = await synced()
  expect([second.summary['writes'], second.summary.balanced]).toEqual([0, true])
})

test('Who has a clean e-mail address in two systems is nowhere there more often than before.', () => {
  const { people } = JSON.parse(readFileSync(at.path('data/truth.json'), 'utf8')) as Truth
  const now = { contacts: addresses('contacts'), parties: addresses('parties') }
  const shared = people.filter((p) => p.email && [p.storefront, p.salesdesk, p.backoffice].filter((known) => known?.email === 'clean').length > 1)
  expect(shared.length).toBeGreaterThan(500)
  const doubled = shared.filter((p) => (['contacts', 'parties'] as const).some((table) => (now[table].get(p.email) ?? 0) > Math.max(1, before[table].get(p.email) ?? 0)))
  expect(doubled.map((p) => p.email)).toEqual([])
})

test('A phone changed in the shop without a time stamp and an e-mail changed in the CRM go exactly where they are received.', async () => {
  expect((await send('PATCH', '/customers/5', { phone: '512 000 777' })).status).toBe(200)
  at.sql('data/salesdesk.sqlite', `update contacts set e_mail = 'marcin.bak@example.net' where e_mail = 'marcin_bak25@example.com'`)
  const answer = await synced()
  expect(answer.result.writes.map((w) => [w.system, w.operation, w.field, w.after]).toSorted()).toEqual([
    ['backoffice', 'update', 'e_mail', 'marcin.bak@example.net'], ['backoffice', 'update', 'phone', '+48512000777'],
    ['salesdesk', 'update', 'mobile', '+48512000777'], ['storefront', 'update', 'email', 'marcin.bak@example.net'],
  ])
  expect(shortly(await synced())).toEqual([])
})

test('Who registers in the shop is created in the CRM that owns customers, and in the back office, once.', async () => {
  await send('POST', '/customers', { email: 'nowa.osoba@example.com', firstName: 'Nowa', lastName: 'Osoba', phone: '+48 512 000 778', active: true })
  expect((await synced()).summary['created']).toBe(2)
  expect(crm(`select given_name, family_name from contacts where e_mail = 'nowa.osoba@example.com'`)).toEqual([{ given_name: 'Nowa', family_name: 'Osoba' }])
  expect(erp(`select count(*) n from parties where e_mail = 'nowa.osoba@example.com'`)).toEqual([{ n: 1 }])
  expect(shortly(await synced())).toEqual([])
})

test('A name changed in the shop, where it is not decided, is restored and logged.', async () => {
  const before = await get('/customers/5')
  await send('PATCH', '/customers/5', { lastName: 'Zmieniony' })
  const answer = await synced()
  expect(shortly(answer)).toEqual([`storefront/customers 5 update lastName: "Zmieniony" → ${JSON.stringify(before['lastName'])}`])
  expect(await get('/customers/5')).toEqual(before)
  expect((await at.say('records', 'show', 'storefront/customers/5', '--env', 'other_ports')).out).toContain('Zmieniony')
})

test('A parcel is packed: it travels to the courier, whose tracking number comes back in the same run.', async () => {
  at.sql('data/backoffice.sqlite', `insert into delivery_notes (note_no, order_id, weight_kg) select 'WZ/2026/99001', order_id, 1.5 from sales_orders where order_no = 'WS-2026-003135'`)
  await synced()
  const parcels = (await (await fetch(`${url('STOREFRONT')}/shipments?noteNumber=WZ/2026/99001`)).json()) as Record<string, unknown>[]
  expect(parcels).toHaveLength(1)
  expect(parcels[0]!['trackingCode']).toBeTruthy()
  expect(shortly(await synced())).toEqual([])
})

test('Half a price list deletes no price and is no success.', async () => {
  const prices = at.text('data/goodsbook/prices.csv')
  const lines = prices.split('\n')
  const held = erp('select count(*) n from item_prices')
  at.put('data/goodsbook/prices.csv', lines.slice(0, lines.length >> 1).join('\n') + '\n')
  const answer = await sync()
  expect([answer.exit, answer.summary['deleted']]).toEqual([1, 0])
  expect(erp('select count(*) n from item_prices')).toEqual(held)
  expect((await at.say('status', '--env', 'other_ports')).out).toMatch(/plimsoll release goodsbook\/prices\.csv/)
  at.put('data/goodsbook/prices.csv', prices)
  expect(shortly(await synced())).toEqual([])
})

test('A lost store is rebuilt without a write.', async () => {
  rmSync(at.path('.plimsoll'), { recursive: true })
  const answer = await synced()
  // Long lists are cut, so that a failure can be read.
  expect(shortly(answer).slice(0, 20)).toEqual([])
})

test('With a system that does not answer, the run fails and names it; the others go on.', async () => {
  systems('stop', 'parcelway')
  await send('PATCH', '/customers/5', { phone: '512 000 779' })
  const answer = await sync()
  expect(answer.exit).toBe(1)
  expect(JSON.stringify(answer.result['failures'])).toContain('parcelway')
  expect(JSON.stringify(answer.result['failures'])).not.toContain('paydesk')
  expect(answer.result.writes.map((w) => w.system).toSorted()).toEqual(['backoffice', 'salesdesk'])
  systems('stop')
  const all = await at.say('sync', '--env', 'other_ports')
  expect(all.exit).toBe(1)
  for (const name of ['storefront', 'paydesk', 'parcelway']) expect(all.out).toContain(name)
})
