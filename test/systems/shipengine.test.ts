/**
 * A courier that nobody here wrote and that keeps nothing: each request is held to what its maker published of it, by a program that
 * nobody here wrote either. What is not as described is answered with the faults in a header.
 */
import { expect, test } from 'vitest'
import { Project, shortly } from '../e2e/project.ts'
import { openHttp, specOf, writeOptions } from '../support/http-servers.ts'
import { describeSystem } from './harness/describe.ts'
import { proves, saw, watched } from './harness/proof.ts'
import type { RunningSystem } from './harness/start.ts'

/** A mistake in the request; Prism also complains of answers that it made up itself. */
const faults = (system: RunningSystem): unknown[] => system.requests().flatMap(({ method, path, headers }) =>
  (JSON.parse(String(headers?.['sl-violations'] ?? '[]')) as { location: string[]; message: string }[]).filter(({ location }) => location[0] === 'request').map(({ message }) => [method, path, message]))

const plan = (url: string, more = '', courier = '') => `plimsoll: 1
name: Parcels
time_zone: Europe/Warsaw
systems:
  erp:
    connector: sqlite
    settings: { file: ./erp.db }
    holds:
      shipment: { resource: shipments, key: id, fields: { number: number, state: state, shipped_at: packed_at, tracking: tracking, label: label, to: { fields: { name: to_name, street: to_street, postal_code: to_postal_code, city: to_city, country: to_country, phone: to_phone } } } }
  shop:
    connector: sqlite
    settings: { file: ./shop.db }
    holds:
      shipment: { resource: parcels, key: id, fields: { number: number, tracking: tracking, state: none, shipped_at: none, to: none, label: none } }
  courier:
    connector: shipengine
    settings: { url: "${url}", parameters: { carrier: se-100, service: dhl_express_worldwide, warehouse: se-7, from_name: Shop, from_phone: "+48221234567", from_street: Prosta 1, from_city: Warszawa, from_postal_code: 00-838, from_country: PL } }
    holds:
      shipment: { fields: { label: { path: label_download.href, access: read }${courier} } }
entities:
  shipment:
    golden: { home: erp, by_field: { tracking: courier, label: courier } }
    identifiers: [number]
    fields:
      number: text
      state: { codes: [pending, packed, shipped] }
      shipped_at: datetime
      tracking: text
      label: url
      to: { group: { name: text, street: text, postal_code: postal_code, city: text, country: country, phone: phone } }
flows:
  parcels: { entity: shipment, between: { erp: { may: update }, courier: { may: create } }, where: shipment.state == "packed" }
  followed: { entity: shipment, from: erp, to: shop, where: shipment.tracking != null }
${more}`

const begun = (url: string, courier = ''): Project => {
  const project = new Project({ 'plan.yaml': plan(url, '', courier) })
  project.env['PLIMSOLL_SYSTEM_COURIER_KEY'] = 'TEST_plimsoll'
  project.sql('erp.db', 'CREATE TABLE shipments (id INTEGER PRIMARY KEY, number TEXT UNIQUE, state TEXT, packed_at TEXT, tracking TEXT, label TEXT, to_name TEXT, to_street TEXT, to_postal_code TEXT, to_city TEXT, to_country TEXT, to_phone TEXT)')
  project.sql('shop.db', 'CREATE TABLE parcels (id INTEGER PRIMARY KEY, number TEXT UNIQUE, tracking TEXT)')
  project.insert('erp.db', 'INSERT INTO shipments (number, state, packed_at, to_name, to_street, to_postal_code, to_city, to_country, to_phone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', Array.from({ length: 12 }, (_, n) =>
    [`S-${n}`, n % 4 === 3 ? 'pending' : 'packed', '2026-11-21T10:00:00Z', `Zoë "Ł" ${n}`, `Straße ${n}`, '10115', 'Berlin', 'DE', `+4930123456${n}`]))
  return project
}

await describeSystem('shipengine', (system) => {
  test('What the ERP packed is booked once; tracking number and label come back to the ERP and go on to the shop, and the second pass writes nothing.', async () => {
    const project = begun(system().url)
    system().forget()
    await project.synced()
    const booked = system().requests().filter(({ method }) => method !== 'GET')
    expect(booked.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual(Array.from({ length: 9 }, () => 'POST /v1/labels 200'))
    expect(faults(system())).toEqual([])
    expect(booked.map(({ body }) => (JSON.parse(body!) as { shipment: { external_shipment_id: string; ship_to: { name: string } } }).shipment).map((one) => [one.external_shipment_id, one.ship_to.name]).toSorted())
      .toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10].map((n) => [`S-${n}`, `Zoë "Ł" ${n}`]).toSorted())
    const rows = project.rows('erp.db', 'SELECT number, state, tracking, label FROM shipments ORDER BY id')
    for (const { state, tracking, label } of rows) {
      if (state === 'packed') expect([tracking, label]).toEqual([expect.stringMatching(/^\d{18}$/u), expect.stringMatching(/^https?:/u)])
      else expect([tracking, label]).toEqual([null, null])
    }
    expect(new Set(rows.map(({ tracking }) => tracking)).size).toBe(10)
    expect(project.rows('shop.db', 'SELECT number, tracking FROM parcels ORDER BY number')).toEqual(rows.filter(({ tracking }) => tracking !== null).map(({ number, tracking }) => ({ number, tracking })).toSorted((a, b) => String(a.number).localeCompare(String(b.number))))
    saw('shipengine', 'labels', 'create')

    system().forget()
    expect(shortly(await project.synced())).toEqual([])
    expect(system().requests().filter(({ method }) => method !== 'GET')).toEqual([])

    // What is shipped is left alone: a label can't be changed, and none is bought twice.
    project.sql('erp.db', "UPDATE shipments SET state = 'shipped', to_city = 'Potsdam' WHERE number = 'S-1'")
    project.sql('erp.db', "UPDATE shipments SET state = 'packed' WHERE number = 'S-3'")
    await project.synced()
    expect(system().requests().filter(({ method }) => method !== 'GET').map(({ body }) => (JSON.parse(body!) as { shipment: { external_shipment_id: string } }).shipment.external_shipment_id)).toEqual(['S-3'])
    expect(faults(system())).toEqual([])
    proves('shipengine', 'labels', ['create'])
  }, 120_000)

  test('A request that is not as the courier describes it is caught: it is refused with the fault, and nothing is taken back.', async () => {
    const project = begun(system().url)
    project.sql('erp.db', "DELETE FROM shipments WHERE id > 1; UPDATE shipments SET to_phone = NULL")
    system().forget()
    const said = await project.sync()
    expect(said.summary).toMatchObject({ set_aside: 1, created: 0 })
    expect(system().requests().filter(({ method }) => method === 'POST').map(({ status }) => status)).toEqual([400])
    expect(faults(system())).toEqual([['POST', '/v1/labels', 'Request body property shipment.ship_to.phone must be string']])
    expect(project.rows('erp.db', 'SELECT tracking FROM shipments')).toEqual([{ tracking: null }])

    const direct = async (headers: Record<string, string>, body: string) => (await fetch(`${system().url}/v1/labels`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })).status
    expect([await direct({}, '{}'), await direct({ 'API-Key': 'x' }, '{"shipment":{}}')]).toEqual([401, 400])
  }, 60_000)

  test('A label is voided as the courier describes it, and counts as gone only if the courier approves.', async () => {
    const session = watched(await openHttp(system().url, { manifest: 'shipengine', key: 'TEST_plimsoll' }), { system: 'shipengine', at: system() })
    system().forget()
    const results = await session.resource(specOf('labels')).write!(Array.from({ length: 40 }, (_, n) => ({ operation: 'delete' as const, key: `se-${n}`, values: {}, idempotencyKey: `void-${n}` })), writeOptions)
    await session.close()
    expect(system().requests().map(({ method, path, status }) => `${method} ${path} ${status}`).toSorted()).toEqual(Array.from({ length: 40 }, (_, n) => `PUT /v1/labels/se-${n}/void 200`).toSorted())
    expect(faults(system())).toEqual([])
    // Prism approves every other one: that of forty all are answered alike does not happen.
    expect([...new Set(results.map(({ is }) => is))].toSorted()).toEqual(['done', 'refused'])
    proves('shipengine', 'labels', ['delete'])
  }, 60_000)
}, { bodies: true })
