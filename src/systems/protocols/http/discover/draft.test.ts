import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { contextOf, json, never, type Received, startJsonServer, startServer } from '../../../../../test/support/http-servers.ts'
import type { SettingValues } from '../../../contract.ts'
import { listPath } from './draft-probe.ts'
import { httpConnector } from '../index.ts'
import { parseManifest } from '../manifest/manifest-load.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function draft(url: string, paths: readonly string[] = [], settings: SettingValues = {}) {
  const { text, notes } = await httpConnector.draft!({ url, ...settings }, contextOf(), { paths }, never)
  parseManifest(text, 'manifest.yaml')
  return { text, notes, resources: (parse(text) as { resources: Record<string, unknown>; auth?: unknown }).resources, auth: (parse(text) as { auth?: unknown }).auth }
}
const rows = Array.from({ length: 7 }, (_, index) => ({ id: index + 1, sku: `A-${index + 1}`, name: 'x', updated_at: `2026-01-0${index + 1}T00:00:00Z` }))
async function serve(answer: (request: Received) => void) {
  const server = await startServer(answer)
  open.push(server)
  return server
}

describe('a first manifest of an interface that nobody described', () => {
  test('Pages, count, key, what changed, look-up and addresses are found out by asking, and the list is read with it.', async () => {
    const server = await startJsonServer({ products: rows })
    open.push(server)
    const { resources, notes } = await draft(server.url, ['/products'])
    expect(resources).toEqual({
      products: {
        changed: 'updated_at',
        list: { path: '/products', paging: { kind: 'offset', parameter: '_start', size: '_limit', total: { header: 'X-Total-Count' } }, since: { query: { updated_at_gte: '{since}' } } },
        get: { path: '/products/{key}' }, find: { path: '/products', query: { '{field}': '{value}' }, fields: ['sku', 'name'] },
        create: { path: '/products' }, update: { path: '/products/{key}' }, delete: { path: '/products/{key}' },
      },
    })
    expect(notes).toContainEqual('✓ products: 7 records read with it.')
    expect(server.seen.filter((line) => !/^(?:GET|OPTIONS) /.test(line))).toEqual([])
  })

  test('A cursor is followed only if it leads to the next record; records and one record stand where the interface puts them.', async () => {
    const server = await serve(({ method, path, query, response }) => {
      if (method === 'OPTIONS') return void response.writeHead(204, { allow: path === '/v2/items' ? 'GET, POST' : 'GET, PUT, DELETE' }).end()
      const key = path.split('/')[3]
      if (key !== undefined) return rows.some((row) => row.sku === key) ? json(response, 200, { item: rows.find((row) => row.sku === key) }) : json(response, 404, {})
      const from = Number(query.get('starting_after') ?? 0)
      const size = Math.min(3, Number(query.get('limit') ?? 3))
      json(response, 200, { object: 'list', items: rows.slice(from, from + size), paging: from + size < rows.length ? { next_cursor: String(from + size) } : {} })
    })
    const { resources } = await draft(`${server.url}/v2`, ['items'])
    expect(resources).toEqual({
      items: {
        key: 'sku', changed: 'updated_at',
        list: { path: '/items', records: 'items', paging: { kind: 'cursor', parameter: 'starting_after', next: 'paging.next_cursor', size: 'limit' } },
        get: { path: '/items/{key}', record: 'item' },
        create: { path: '/items', record: 'item' }, update: { path: '/items/{key}', style: 'put', record: 'item' }, delete: { path: '/items/{key}' },
      },
    })
  })

  test('A parameter that is taken and ignored is no page, no filter and no time; what could not be found out is said.', async () => {
    const server = await serve(({ path, response }) => (path === '/things' ? json(response, 200, rows) : json(response, 404, {})))
    const { resources, notes } = await draft(server.url, ['/things'])
    expect(resources).toEqual({ things: { changed: 'updated_at', list: { path: '/things' } } })
    expect(notes.join(' ')).toMatch(/read whole.*address of its own/s)
  })

  test('Addresses that end in their format keep that end; a filter with an operator before its value is found, and what may be written is said with the words to add.', async () => {
    const jobs = rows.map(({ id, updated_at }) => ({ id, subject: 'x', updated_on: updated_at }))
    const server = await serve(({ method, path, query, response }) => {
      if (method !== 'GET') return json(response, 404, {})
      const key = /^\/jobs\/(\d+)\.json$/.exec(path)?.[1]
      if (key !== undefined) return json(response, 200, { job: jobs.find((one) => String(one.id) === key) })
      if (path !== '/jobs.json') return json(response, 404, {})
      const changed = query.get('updated_on')
      if (changed !== null && !/^>=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(changed)) return json(response, 422, { errors: ['Updated is invalid'] })
      const held = jobs.filter((one) => changed === null || one.updated_on >= changed.slice(2))
      const [offset, limit] = [Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 3)]
      json(response, 200, { jobs: held.slice(offset, offset + limit), total_count: held.length, offset, limit })
    })
    const { resources, notes } = await draft(server.url, ['/jobs.json'])
    expect(resources).toEqual({
      jobs: {
        changed: 'updated_on',
        list: { path: '/jobs.json', records: 'jobs', paging: { kind: 'offset', parameter: 'offset', size: 'limit', total: { path: 'total_count' } }, since: { query: { updated_on: '>={since}' }, format: 'iso_seconds' } },
        get: { path: '/jobs/{key}.json', record: 'job' },
      },
    })
    const added = /create: \{.*delete: \{.*? \}(?=\.)/.exec(notes.join(' '))![0].replace(/ \(with.*?\)/, '')
    expect(parse(`{ ${added} }`)).toEqual({ create: { path: '/jobs.json', wrap: 'job', record: 'job' }, update: { path: '/jobs/{key}.json', wrap: 'job', record: 'job' }, delete: { path: '/jobs/{key}.json' } })
  })

  test('An OpenAPI document that the interface shows is taken at its word.', async () => {
    const product = { type: 'object', properties: { code: { type: 'string' }, modifiedAt: { type: 'string', format: 'date-time' }, revision: { type: 'integer' } } }
    const answer = (schema: object): object => ({ responses: { 200: { content: { 'application/json': { schema } } } } })
    const body = { requestBody: { content: { 'application/json': { schema: { type: 'object', properties: { product: { $ref: '#/components/schemas/Product' } } } } } } }
    const document = {
      openapi: '3.1.0', servers: [{ url: '/shop/v1' }], components: { schemas: { Product: product }, securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
      paths: {
        '/products': {
          get: { parameters: ['limit', 'offset', 'modified_since', 'code'].map((name) => ({ name, in: 'query' })), ...answer({ type: 'object', properties: { total: { type: 'integer' }, products: { type: 'array', items: { $ref: '#/components/schemas/Product' } } } }) },
          post: { ...body, ...answer({ type: 'object', properties: { product: { $ref: '#/components/schemas/Product' } } }) },
        },
        '/products/{code}': { get: answer({ type: 'object', properties: { product: { $ref: '#/components/schemas/Product' } } }), patch: { ...body, responses: { 204: {} } }, delete: {} },
        '/products/{code}/prices': { get: answer({ type: 'array', items: product }) },
      },
    }
    const server = await serve(({ path, response }) => (path === '/openapi.json' ? json(response, 200, document) : json(response, 404, {})))
    const { resources, auth, notes } = await draft(server.url)
    expect(auth).toEqual({ kind: 'key', in: 'header', name: 'X-Key' })
    expect(resources).toEqual({
      products: {
        key: 'code', changed: 'modifiedAt', version: { path: 'revision' },
        list: { path: '/shop/v1/products', records: 'products', paging: { kind: 'offset', parameter: 'offset', size: 'limit', total: { path: 'total' } }, since: { query: { modified_since: '{since}' } } },
        get: { path: '/shop/v1/products/{key}', record: 'product' }, find: { path: '/shop/v1/products', query: { '{field}': '{value}' }, records: 'products', fields: ['code'] },
        create: { path: '/shop/v1/products', wrap: 'product', record: 'product' }, update: { path: '/shop/v1/products/{key}', wrap: 'product', answers: 'nothing' }, delete: { path: '/shop/v1/products/{key}' },
      },
    })
    expect(notes.join(' ')).toContain('✗ products')
  })

  test('A start page that lists what there is leads to the lists; what lies elsewhere is not asked.', async () => {
    const server = await serve(({ path, headers, response }) => {
      if (path === '/api' || path === '/api/') return json(response, 200, { products: `http://${headers.host}/api/products`, _links: { orders: { href: '/api/orders' } }, evil: 'http://169.254.169.254/latest', docs: '/elsewhere' })
      if (path === '/api/products' || path === '/api/orders') return json(response, 200, rows)
      json(response, 404, {})
    })
    expect(Object.keys((await draft(`${server.url}/api`)).resources)).toEqual(['products', 'orders'])
    expect(server.seen.some((line) => line.includes('latest') || line.includes('elsewhere'))).toBe(false)
  })

  test.each([['nothing', 404, '{}'], ['a page for people', 200, '<html></html>'], ['an empty list', 200, '[]'], ['single values', 200, '[1,2]'], ['deep nothing', 200, `${'{"a":'.repeat(50)}1${'}'.repeat(50)}`]])('Of %s nothing is made up.', async (_what, status, body) => {
    const server = await serve(({ response }) => json(response, status, body))
    await expect(draft(server.url, ['/x'])).rejects.toMatchObject({ code: 'http.draft', class: 'config' })
    await expect(draft(server.url)).rejects.toMatchObject({ code: 'http.draft' })
  })

  test('Who is not let in is told so.', async () => {
    const server = await serve(({ response }) => json(response, 401, {}))
    await expect(draft(server.url, ['/x'])).rejects.toMatchObject({ class: 'auth' })
  })

  test('Hostile names stay names.', async () => {
    const hostile = [{ id: '__proto__', '__proto__': 1, 'a.b': '#{x}', 'x: y': '- z' }, { id: '../../..', 'a.b': '2', 'x: y': '1' }]
    const server = await serve(({ response }) => json(response, 200, JSON.stringify({ 'odd "list"': hostile }).replace('"a.b"', '"__proto__":1,"a.b"')))
    const { resources } = await draft(server.url, ['/things?filter=a%20b'])
    expect(resources).toMatchObject({ things: { list: { path: '/things', query: { filter: 'a b' }, records: JSON.stringify('odd "list"') } } })
    expect(listPath(JSON.parse('{"__proto__":[{"a":1}]}') as never)).toBe('__proto__')
  })
})
