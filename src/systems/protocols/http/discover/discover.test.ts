import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { never, openHttp, startJsonServer } from '../../../../../test/support/http-servers.ts'
import { numeral } from '../../../contract.ts'
import { fieldsOf } from './discover.ts'
import { resourcesOf } from './openapi.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

test('A real server that lists its collections is discovered with keys, types and examples, but no secrets.', async () => {
  const server = await startJsonServer({
    customers: Array.from({ length: 30 }, (_, index) => ({ id: index + 1, email: `p${index}@example.com`, since: '2026-01-02', password: 'hunter2', vip: index % 2 === 0, address: { city: 'Łódź' }, tags: ['a'], ...(index === 3 ? {} : { phone: '123' }) })),
    orders: [{ id: 'o1', total: 12.5 }],
    settings: { theme: 'dark' },
  })
  const session = await openHttp(server.url, { manifest: 'json-server' })
  open.push(server, session)
  const found = await session.discover!(never)
  expect(found.map((one) => [one.name, one.key])).toEqual([['customers', ['id']], ['orders', ['id']]])
  const fields = new Map(found[0]!.fields.map((field) => [field.path, field]))
  expect(fields.get('id')).toMatchObject({ type: 'integer', unique: true, nullable: false })
  expect(fields.get('email')).toMatchObject({ type: 'email', unique: true, examples: ['p0@example.com', 'p1@example.com', 'p2@example.com'] })
  expect([...fields].map(([name, field]) => [name, field.type])).toEqual([['id', 'integer'], ['email', 'email'], ['since', 'date'], ['password', 'text'], ['vip', 'boolean'], ['address.city', 'text'], ['tags', 'json'], ['phone', 'text']])
  expect(fields.get('phone')!.nullable).toBe(true)
  expect(JSON.stringify(found)).not.toContain('hunter2')
  expect(found[1]!.fields.find((field) => field.path === 'total')!.type).toBe('decimal')
})

test('A type is the widest of what the sample holds.', () => {
  const type = (...values: unknown[]) => fieldsOf(values.map((value) => ({ a: value as never })))[0]!.type
  expect(type(1, numeral('1.5'))).toBe('decimal')
  expect(type(numeral('12345678901234567890'))).toBe('integer')
  expect(type('2026-01-01', 'soon')).toBe('text')
  expect(type('2026-01-01T00:00:00Z')).toBe('datetime')
  expect(type('x', [1])).toBe('json')
  expect(type(null)).toBe('text')
})

const DOCUMENT = {
  openapi: '3.0.3',
  info: { title: 'x', version: '1' },
  paths: {
    '/v1/customers': { get: { responses: { 200: { $ref: '#/components/responses/List' } } } },
    '/v1/customers/{customer_id}': { get: { responses: {} } },
    '/v1/customers/{customer_id}/notes': { get: { responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } } } } } } } },
    '/v1/ping': { get: { responses: { 200: { content: { 'application/json': { schema: { type: 'string' } } } } } } },
    '/v1/skus': { get: { responses: { '2XX': { content: { 'application/vnd.x+json': { schema: { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/Base' }, { properties: { sku: { type: 'string', maxLength: 20 } }, required: ['sku'] }] } } } } } } } },
    '/v1/skus/{sku}': {},
  },
  components: {
    responses: { List: { content: { 'application/json': { schema: { type: 'object', properties: { meta: { type: 'object' }, data: { type: 'array', items: { $ref: '#/components/schemas/Customer' } } } } } } } },
    schemas: {
      Base: { type: 'object', properties: { price: { type: 'number' }, updatedAt: { type: 'string', format: 'date-time' } } },
      Customer: { type: 'object', required: ['customer_id', 'email'], properties: { customer_id: { type: 'integer' }, email: { type: 'string', format: 'email' }, born: { type: ['string', 'null'], format: 'date' }, parent: { $ref: '#/components/schemas/Customer' }, address: { type: 'object', properties: { city: { type: 'string' } } }, tags: { type: 'array', items: { type: 'string' } } } },
    },
  },
}

test('Lists of an OpenAPI document become resources with key, time of change and types.', () => {
  const found = resourcesOf(DOCUMENT)
  expect(found.map((one) => [one.name, one.key, one.changedAt])).toEqual([['customers', ['customer_id'], undefined], ['skus', ['sku'], 'updatedAt']])
  const fields = new Map(found[0]!.fields.map((field) => [field.path, field]))
  expect(fields.get('email')).toEqual({ path: 'email', type: 'email', nullable: false })
  expect(fields.get('born')).toEqual({ path: 'born', type: 'date', nullable: true })
  expect(fields.get('address.city')!.type).toBe('text')
  expect(fields.get('tags')!.type).toBe('json')
  expect(found[1]!.fields.find((field) => field.path === 'sku')).toMatchObject({ length: 20 })
})

test('A document that refers to itself, or to somewhere else, ends and fetches nothing.', () => {
  const circle = { openapi: '3.1.0', paths: { '/a': { get: { responses: { 200: { $ref: '#/paths/~1a/get/responses/200' } } } }, '/b': { get: { responses: { 200: { $ref: 'http://127.0.0.1:9/x' } } } } } }
  expect(resourcesOf(circle)).toEqual([])
  expect(() => resourcesOf({ swagger: '2.0' })).toThrow('OpenAPI 3')
  expect(() => resourcesOf('text')).toThrow('OpenAPI 3')
})

test('The document is read from the setting, as YAML or JSON.', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'spec-'))
  const file = path.join(folder, 'api.json')
  await writeFile(file, JSON.stringify(DOCUMENT))
  const session = await openHttp('http://127.0.0.1:9', { manifest: 'json-server', spec: file })
  open.push(session as never, { close: () => rm(folder, { recursive: true }) })
  expect((await session.discover!(never)).map((one) => one.name)).toEqual(['customers', 'skus'])
})
