import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, remove, type Running, running, until } from '../support/application.ts'
import { OFFICE, planOf } from './plan.ts'

let app: Running
beforeAll(async () => {
  app = await running({ plan: planOf({ settings: 'origins: ["https://shop.example"]' }), office: OFFICE })
  await until(async () => (await app.all('items')).length === 3, 'three records are there')
})
afterAll(async () => {
  await app.stop()
  remove(app.folder)
})
const byCode = async (code: string): Promise<Json> => (await app.all('items')).find((one) => String(one['values']?.['code']) === code)!
const codes = (records: readonly Json[]): unknown[] => records.map((one) => one['values']?.['code']).toSorted()
const list = async (query: string): Promise<Json> => (await app.call(`/items?${query}`)).json

test('Records come under the names and in the forms of the application, with every digit, and without what it does not hold.', async () => {
  expect((await byCode('A-1'))['values']).toEqual({ code: 'A-1', names: { title: 'Lantern' }, price: 19.9, born: '29.02.2024', active: true, size: 'S' })
  const { text } = await app.call('/items')
  expect(text).toContain('"price":12345678901234567.89')
  expect(text).not.toContain('never shown')
})

test('One record is answered with its ETag, and with 304 while that is the newest.', async () => {
  const { key, etag } = await byCode('A-2') as unknown as { key: string; etag: string }
  const one = await app.call(`/items/${key}`)
  expect([one.status, one.headers.get('etag'), one.json['key']]).toEqual([200, etag, key])
  expect((await app.call(`/items/${key}`, { headers: { 'if-none-match': `"1", ${etag}` } })).status).toBe(304)
  expect((await app.call(`/items/${key}`, { headers: { 'if-none-match': '"1"' } })).status).toBe(200)
  expect((await app.call('/items/none')).status).toBe(404)
})

test('Pages of any size bring every record once, and after the last position only what changed comes.', async () => {
  const seen: unknown[] = []
  let page = await list('limit=1')
  for (;;) {
    seen.push(...(page['records'] as unknown as Json[]).map((one) => one['values']!['code']))
    if (!page['more']) break
    page = await list(`limit=1&since=${String(page['position'])}`)
  }
  expect(seen.toSorted()).toEqual(['A-1', 'A-2', 'A-3'])
  const position = String(page['position'])
  expect((await list(`since=${position}`))['records']).toEqual([])
  app.sql("UPDATE things SET name = 'Big anchor' WHERE code = 'A-2'")
  await until(async () => ((await list(`since=${position}`))['records'] as unknown as Json[]).length > 0, 'the change comes')
  const changed = (await list(`since=${position}`))['records'] as unknown as Json[]
  expect(changed.map((one) => (one['values'] as unknown as { names: unknown }).names)).toEqual([{ title: 'Big anchor' }])
})

test('Filters compare values of the field’s type, as the application writes them.', async () => {
  const filtered = async (query: string): Promise<unknown[]> => codes(await app.all('items', `&${query}`))
  expect(await filtered('filter[code]=A-1&filter[code]=A-3')).toEqual(['A-1', 'A-3'])
  expect(await filtered('filter[born][gte]=01.02.2023')).toEqual(['A-1'])
  expect(await filtered('filter[born][lt]=01.02.2023')).toEqual(['A-2'])
  expect(await filtered('filter[size]=L')).toEqual(['A-2'])
  expect(await filtered('filter[active]=true')).toEqual(['A-1'])
  expect(await filtered('filter[size]=')).toEqual(['A-3'])
  expect(await filtered(`filter[names.title]=${encodeURIComponent('Łódź "quay"')}`)).toEqual(['A-3'])
})

test('What leaves a filter is named to whoever reads on, so that it is dropped there.', async () => {
  const first = await list('filter[code]=A-1&filter[active]=true')
  const position = String(first['position'])
  app.sql("UPDATE things SET active = 0 WHERE code = 'A-1'")
  const next = async (): Promise<Json[]> => (await list(`filter[active]=true&since=${position}`))['records'] as unknown as Json[]
  await until(async () => (await next()).length > 0, 'it leaves')
  expect((await next()).map(({ outside, values }) => [outside, values])).toEqual([[true, undefined]])
  app.sql("UPDATE things SET active = 1 WHERE code = 'A-1'")
  await until(async () => (await byCode('A-1'))['values']!['active'] as unknown as boolean, 'it is back')
})

const STRANGE = [
  'limit=0', 'limit=1001', 'limit=x', 'limit=1&limit=2', 'since=x', 'since=-1', 'since=1%27', 'nonsense=1', 'filter[secret]=x', 'filter[__proto__]=x', 'filter[constructor]=x', 'filter[born]=yesterday', 'filter[price][gt]=1',
  'filter[code][gt]=a&filter[code][gt]=b', `filter[code]=${'x'.repeat(2_000)}`, Array.from({ length: 101 }, (_, i) => `filter[code]=${i}`).join('&'),
]
test('A query that can’t be understood is refused and not guessed.', async () => {
  for (const query of STRANGE) {
    const { status, json } = await app.call(`/items?${query}`)
    expect([query.slice(0, 60), status, json['code']]).toEqual([query.slice(0, 60), 400, 'apps.query'])
  }
})

test('From a position that this box never gave out, everything is to be read anew.', async () => {
  for (const since of ['1', '9007199254740991']) expect(await app.call(`/items?since=${since}`)).toMatchObject({ status: 410, json: { code: 'apps.position' } })
})

test('Nobody reads without the token, or more than is held.', async () => {
  for (const token of [null, 'x', 'canary-0123456789-abcdefgx', 'canary-0123456789-abcdefghi']) expect((await app.call('/items', { token })).status).toBe(401)
  expect((await fetch(`${app.address}/apps/office/things`, { headers: { authorization: 'Bearer canary-0123456789-abcdefgh' } })).status).toBe(401)
  for (const path of ['/things', '/__proto__', '/thing', '/items/../../office', '/%2e%2e/office']) expect([404, 401]).toContain((await app.call(path)).status)
  const { text } = await app.call('/items', { token: null })
  expect(text).not.toContain('canary')
})

test('Who guesses tokens is slowed down, and the application is not.', async () => {
  const guesses = await Promise.all(Array.from({ length: 60 }, () => app.call('/items', { token: 'guess' })))
  expect(guesses.map(({ status }) => status)).toContain(429)
  expect(guesses.find(({ status }) => status === 429)!.headers.get('retry-after')).toMatch(/^\d+$/)
  expect((await app.call('/items')).status).toBe(200)
})

test('Pages of other sites may call only if the plan names them.', async () => {
  const named = await app.call('/items', { headers: { origin: 'https://shop.example' } })
  expect([named.status, named.headers.get('access-control-allow-origin')]).toEqual([200, 'https://shop.example'])
  for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example']) {
    const other = await app.call('/items', { headers: { origin } })
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null])
  }
  const asked = await app.call('/items', { method: 'OPTIONS', token: null, headers: { origin: 'https://shop.example', 'access-control-request-method': 'PATCH' } })
  expect([asked.status, asked.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, POST, PUT, PATCH, DELETE'])
})

test('The document describes what this application holds and nothing else.', async () => {
  const { json } = await app.call('/openapi.json')
  const of = json as unknown as { paths: Record<string, Record<string, { parameters: { name: string }[] }>>; components: { schemas: Record<string, { properties: Record<string, unknown> }> } }
  expect(Object.keys(of.paths)).toEqual(['/items', '/items/{key}'])
  expect(Object.keys(of.paths['/items/{key}']!)).toEqual(['get', 'put', 'patch', 'delete'])
  expect(Object.keys(of.components.schemas['items_values']!.properties)).toEqual(['code', 'names', 'price', 'born', 'active', 'note', 'rating', 'size'])
  expect(of.components.schemas['items_values']!.properties['size']).toEqual({ enum: ['S', 'L', null] })
  expect(of.paths['/items']!['get']!.parameters.map(({ name }) => name)).toContain('filter[born][lte]')
})
