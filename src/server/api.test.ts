import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { exchange, type Exchange } from '../../test/support/exchange.ts'
import type { Worker } from '../sync/serve.ts'
import { ENDPOINTS } from './api/all.ts'
import { metrics } from './metrics.ts'
import { build } from './server.ts'

const PLAN = `
plimsoll: 1
name: Shop & CRM
systems:
  shop: { connector: simulated, holds: { customer: { key: id, fields: { email: email, name: name, phone: phone } } } }
  crm: { connector: simulated, holds: { customer: { key: id, fields: { email: email, name: name, phone: phone } } } }
entities:
  customer: { identifiers: [email], golden: { home: crm, by_field: { phone: latest } }, fields: { email: email, name: text, phone: text } }
flows:
  customers: { entity: customer, between: [shop, crm] }
`
const TOKEN = 'the token of this test'
let x: Exchange
let app: FastifyInstance
const asked: unknown[] = []
/** Nothing is due by itself here: what the worker does has tests of its own. */
const worker: Worker = {
  work: async () => undefined, between: (work) => work(), ring: () => undefined, note: () => undefined, lanes: async () => [], openRun: undefined,
  readNow: async (what) => {
    asked.push(what)
    return 'a-run'
  },
}

beforeAll(async () => {
  x = exchange(PLAN, { shop: { tellsEditTimes: true }, crm: { tellsEditTimes: true } })
  x.systems['shop']!.edit('customer', '1', { email: 'anna@example.com', name: 'Anna', phone: '1' })
  x.systems['crm']!.edit('customer', '9', { email: 'anna@example.com', name: 'Anna Nowak', phone: '2' })
  for (let i = 2; i < 8; i += 1) x.systems['shop']!.edit('customer', String(i), { email: `c${i}@example.com`, name: `Customer <${i}>`, phone: null })
  x.systems['shop']!.edit('customer', '8', { email: 'no address', name: 'Ole', phone: null })
  x.clock.advance(60_000)
  const measured = metrics(x.parts())
  measured.ran(await x.sync())
  x.clock.advance(60_000)
  measured.ran(await x.sync())
  x.systems['shop']!.edit('customer', '1', { phone: '3' })
  x.clock.advance(60_000)
  measured.ran(await x.sync())
  app = build({ served: { parts: x.parts(), worker, signal: new AbortController().signal }, metrics: measured, token: TOKEN, version: '1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await x.store.close()
})

const ask = (url: string, method: 'GET' | 'POST' = 'GET', payload?: object) =>
  app.inject({ method, url, headers: { host: 'localhost', ...(method === 'POST' ? { authorization: `Bearer ${TOKEN}` } : {}) }, ...(payload ? { payload } : {}) })
const get = async (path: string): Promise<Record<string, never> & { items: never[]; next: string | null }> => {
  const answer = await ask(`/api/v1${path}`)
  expect([path, answer.statusCode, answer.statusCode === 200 ? '' : answer.body]).toEqual([path, 200, ''])
  return answer.json()
}
const anna = async (): Promise<string> => ((await get('/records?text=anna@example.com')).items as { id: string }[])[0]!.id

describe('the API', () => {
  test('Every answer is what the document says of it.', async () => {
    const [run] = (await get('/runs')).items as { run: string }[]
    const [error] = (await get('/errors')).items as { id: string }[]
    const ids: Record<string, string> = { '/runs/{id}': run!.run, '/records/{id}': await anna(), '/errors/{id}': error!.id }
    const reading = ENDPOINTS.filter((one) => one.method === 'GET')
    expect(reading.length).toBeGreaterThan(8)
    for (const endpoint of reading) {
      const parsed = endpoint.answer.safeParse(await get(endpoint.path.replace('{id}', ids[endpoint.path] ?? '')))
      expect([endpoint.path, parsed.error?.issues]).toEqual([endpoint.path, undefined])
    }
  })

  test('The document has every endpoint, with its parameters, and says which need the token.', async () => {
    const document = await get('/openapi.json') as unknown as { openapi: string; paths: Record<string, Record<string, { parameters: { name: string }[]; security?: unknown; requestBody?: unknown }>> }
    expect(document.openapi).toBe('3.1.0')
    expect(Object.entries(document.paths).flatMap(([path, of]) => Object.keys(of).map((method) => `${method.toUpperCase()} ${path}`)).toSorted()).toEqual(ENDPOINTS.map((one) => `${one.method} ${one.path}`).toSorted())
    expect(document.paths['/records']!['get']!.parameters.map((one) => one.name)).toEqual(['limit', 'cursor', 'text', 'entity'])
    for (const of of Object.values(document.paths)) for (const [method, one] of Object.entries(of)) expect([one.security !== undefined, one.requestBody !== undefined]).toEqual([method === 'post', method === 'post'])
  })

  test('Lists come in pages without a gap or a double.', async () => {
    for (const path of ['/records?limit=3', '/records?limit=3&text=example', '/runs?limit=2', '/records?limit=1&entity=customer']) {
      const found: string[] = []
      for (let next: string | null | undefined = undefined; next !== null;) {
        const page: { items: never[]; next: string | null } = await get(`${path}${next === undefined ? '' : `&cursor=${next}`}`)
        found.push(...page.items.map((item: { id?: string; run?: string }) => item.id ?? item.run!))
        next = page.next
      }
      const all = (await get(path.replace(/limit=\d/, 'limit=200'))).items
      expect([path, found.length, new Set(found).size]).toEqual([path, all.length, all.length])
      expect(found.length).toBeGreaterThan(2)
    }
  })

  test('A record shows who said each value, where it is known and what lost.', async () => {
    const record = await get(`/records/${await anna()}`) as unknown as { provenance: { field: string; system: string }[]; links: { system: string; key: string }[]; history: { field: string }[] }
    expect(record.provenance).toEqual(expect.arrayContaining([
      expect.objectContaining({ field: 'name', value: 'Anna Nowak', system: 'crm', key: '9', rule: 'owner' }), expect.objectContaining({ field: 'phone', value: '3', system: 'shop', rule: 'latest' }),
    ]))
    expect(record.links.map((link) => `${link.system} ${link.key}`).toSorted()).toEqual(['crm 9', 'shop 1'])
    expect(record.history.map((change) => change.field)).toContain('phone')
    expect((await get(`/records/${encodeURIComponent('shop/customer/1')}`) as unknown as { id: string }).id).toBe(await anna())
  })

  test('A run has its ledger, and every field that it wrote.', async () => {
    const [last] = (await get('/runs?limit=1')).items as { run: string }[]
    expect(await get(`/runs/${last!.run}`)).toMatchObject({
      summary: { writes: 1, balanced: true }, ledger: expect.arrayContaining([expect.objectContaining({ system: 'crm', counts: expect.objectContaining({ updated: 1 }) })]),
      writes: { items: [{ system: 'crm', record: '9', operation: 'update', fields: [{ field: 'phone', before: '1', after: '3' }] }], next: null },
    })
  })

  test('What was set aside is fixed and taken up, or given up.', async () => {
    const [error] = (await get('/errors')).items as { id: string; field: string }[]
    expect(error).toMatchObject({ field: 'email', record: '8', direction: 'in', state: 'open' })
    expect((await ask(`/api/v1/errors/${error!.id}/fix`, 'POST', { values: { email: 'wrong again' } })).statusCode).toBe(400)
    expect((await ask(`/api/v1/errors/${error!.id}/fix`, 'POST', { values: { email: 'ole@example.com' } })).json()).toMatchObject({ state: 'fixed' })
    expect((await ask(`/api/v1/errors/${error!.id}/retry`, 'POST', {})).json()).toMatchObject({ outcome: 'arrived' })
    expect((await get('/errors')).items).toEqual([])
    expect((await get('/records?text=ole@example.com')).items).toHaveLength(1)
    expect((await ask('/api/v1/errors/nothing/discard', 'POST', {})).statusCode).toBe(404)
  })

  test('A run is asked for, a release of nothing is refused, and unknown things are told as problems.', async () => {
    expect((await ask('/api/v1/runs', 'POST', { flow: 'customers' })).json()).toEqual({ run: 'a-run', href: '/api/v1/runs/a-run' })
    expect(asked).toEqual([{ flow: 'customers' }])
    expect((await ask('/api/v1/releases', 'POST', { system: 'crm', resource: 'customer' })).json()).toMatchObject({ status: 409, code: 'sync.nothing_held', type: 'urn:plimsoll:error:sync.nothing_held' })
    for (const path of ['/runs/none', '/records/none', '/errors/none', '/nowhere', '/records?entity=none']) {
      const answer = await ask(`/api/v1${path}`)
      expect([path, answer.statusCode, answer.headers['content-type']]).toEqual([path, 404, 'application/problem+json; charset=utf-8'])
      expect(answer.json()).toMatchObject({ status: 404, title: expect.any(String), detail: expect.any(String), instance: `/api/v1${path.split('?')[0]}` })
    }
    expect((await ask('/api/v1/runs', 'POST', { floww: 'x' })).json()).toMatchObject({ status: 400, code: 'api.invalid', detail: expect.stringContaining('floww') })
  })

  test('Measurements count what was read and written, and say how old everything is.', async () => {
    const text = (await ask('/metrics')).body
    expect(text).toContain('plimsoll_records_written_total{system="crm",resource="customer",operation="updated"} 2')
    expect(text).toMatch(/plimsoll_records_read_total\{system="shop",resource="customer",outcome="set_aside"\} \d/)
    expect(text).toMatch(/plimsoll_lane_last_success_age_seconds\{system="shop",resource="customer",entity="customer"\} [\d.]+/)
    expect(text).toContain('plimsoll_runs_total{outcome="ok"}')
  })
})

describe('the pages', () => {
  test('Each is one document with landmarks, headed tables and nothing unescaped.', async () => {
    const [run] = (await get('/runs')).items as { run: string }[]
    for (const path of ['/', '/records', '/records?text=Customer', `/records/${await anna()}`, '/errors', '/review', '/runs', `/runs/${run!.run}`]) {
      const answer = await ask(path)
      expect([path, answer.statusCode, answer.headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8'])
      const page = answer.body
      expect(page).not.toMatch(/<[0-9]>|<script|\bundefined\b|\[object|NaN/)
      expect([path, page.match(/<h1>/g)?.length, page.match(/<main /g)?.length]).toEqual([path, 1, 1])
      expect(page.match(/<(section|div|table|tr|ul|li|td|th|p)\b/g)!.length).toBe(page.match(/<\/(section|div|table|tr|ul|li|td|th|p)>/g)!.length)
      for (const table of page.match(/<table[\s\S]*?<\/table>/g) ?? []) expect(table).toContain('<th scope="col"')
    }
    expect((await ask('/records')).body).toContain('Customer &lt;2&gt;')
    expect((await ask('/')).body).toContain('Shop &amp; CRM')
  })

  test('What is not there is a page for people and a problem for programs.', async () => {
    const person = await app.inject({ url: '/records/none', headers: { host: 'localhost', accept: 'text/html,*/*' } })
    expect([person.statusCode, person.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    expect((await ask('/records/none')).headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })
})
