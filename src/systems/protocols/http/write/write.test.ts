import { afterEach, describe, expect, test } from 'vitest'
import { json, openHttp, type Received, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import type { ConnectorContext, Resource, WriteItem } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(things: object, answer: (request: Received) => void, manifest: object = {}, over: Partial<ConnectorContext> = {}): Promise<{ resource: Resource; seen: string[] }> {
  const server = await startServer(answer)
  const session = await openHttp(server.url, { definition: { http: 1, parallel: 1, ...manifest, resources: { things } } as never }, over)
  open.push(server, session)
  return { resource: session.resource(specOf('things')), seen: server.seen }
}
const REST = { create: { path: '/things' }, update: { path: '/things/{key}' }, delete: { path: '/things/{key}' }, get: { path: '/things/{key}' } }
const create = (values: object = {}, key = 'k'): WriteItem => ({ operation: 'create', values: values as never, idempotencyKey: key })
const update = (key: string, values: object = {}, ifVersion?: string): WriteItem => ({ operation: 'update', key, values: values as never, idempotencyKey: 'k', ...(ifVersion === undefined ? {} : { ifVersion }) })
const remove = (key: string): WriteItem => ({ operation: 'delete', key, values: {}, idempotencyKey: 'k' })

describe('what an answer to a write means', () => {
  test.each([
    [200, ['unsure', 'done', 'done']],
    [204, ['unsure', 'done', 'done']],
    [404, ['throws', 'missing', 'missing']],
    [410, ['throws', 'missing', 'missing']],
    [409, ['exists', 'conflict', 'conflict']],
    [412, ['conflict', 'conflict', 'conflict']],
    [400, ['refused', 'refused', 'refused']],
    [422, ['refused', 'refused', 'refused']],
    [423, ['later', 'later', 'later']],
    [429, ['later', 'later', 'later']],
    [408, ['unsure', 'unsure', 'unsure']],
    [500, ['unsure', 'unsure', 'unsure']],
    [502, ['unsure', 'unsure', 'unsure']],
    [503, ['unsure', 'unsure', 'unsure']],
  ])('%i', async (status, expected) => {
    const { resource } = await serve(REST, ({ response }) => json(response, status, status === 204 ? '' : '{}'))
    const got: string[] = []
    for (const item of [create(), update('1'), remove('1')]) {
      got.push(await resource.write!([item], writeOptions).then(([result]) => result!.is, () => 'throws'))
    }
    expect(got).toEqual(expected)
  })

  test('A refusal carries code, text and field from the answer.', async () => {
    const own = { errors: { code: 'fault.id', text: 'fault.says', field: 'fault.where' } }
    const { resource } = await serve(REST, ({ response }) => json(response, 422, { fault: { id: 'E17', says: 'Postal code\nis not Polish', where: 'address.zip' } }), own)
    expect(await resource.write!([create()], writeOptions)).toEqual([{ is: 'refused', code: 'E17', says: 'Postal code is not Polish', field: 'address.zip' }])
    const common = await serve(REST, ({ response }) => json(response, 400, { errors: [{ code: 'x', message: 'bad', field: 'name' }] }))
    expect(await common.resource.write!([create()], writeOptions)).toEqual([{ is: 'refused', code: 'x', says: 'bad', field: 'name' }])
  })

  test.each([
    [{ errors: ['Subject cannot be blank', 'Project cannot be blank'] }, 'Subject cannot be blank'],
    [{ errors: { name: ['is taken'] } }, 'is taken'],
    [{ errors: 'no such project' }, 'no such project'],
    [{ error: 'Unprocessable', errors: [{ message: 'bad' }] }, 'bad'],
    [{ errors: [], error: 'no' }, 'no'],
    [{ errors: [{ odd: 1 }] }, 'status 422'],
  ])('Why it was refused is found where many interfaces say it: %j.', async (body, says) => {
    const { resource } = await serve(REST, ({ response }) => json(response, 422, body))
    expect(await resource.write!([create()], writeOptions)).toMatchObject([{ is: 'refused', says }])
  })

  test('The manifest can say that a status means something else.', async () => {
    const means = { errors: { code: 'code', key: 'id', means: [{ status: 400, code: 'taken', is: 'exists' }, { status: 403, is: 'refused' }, { status: 503, is: 'later' }] } }
    let answer: [number, object] = [400, { code: 'taken', id: '77' }]
    const { resource } = await serve(REST, ({ response }) => json(response, ...answer), means)
    expect(await resource.write!([create()], writeOptions)).toEqual([{ is: 'exists', key: '77' }])
    answer = [400, { code: 'other' }]
    expect(await resource.write!([create()], writeOptions)).toMatchObject([{ is: 'refused', code: 'other' }])
    answer = [403, {}]
    expect(await resource.write!([update('1')], writeOptions)).toMatchObject([{ is: 'refused' }])
    answer = [503, {}]
    expect(await resource.write!([update('1')], writeOptions)).toMatchObject([{ is: 'later' }])
  })

  test('A fault after the system had executed the write is unsure, never refused and never done.', async () => {
    const held: string[] = []
    const { resource } = await serve(REST, ({ body, response }) => {
      held.push(body)
      json(response, 500, { message: 'late fault' })
    })
    expect(await resource.write!([create({ name: 'x' })], writeOptions)).toMatchObject([{ is: 'unsure' }])
    expect(held).toEqual(['{"name":"x"}'])
  })

  test.each(['no answer', 'a broken connection'])('%s after sending is unsure.', async (what) => {
    const { resource } = await serve(REST, ({ response }) => { if (what === 'a broken connection') response.destroy() }, { timeout: '200ms' })
    expect(await resource.write!([create()], writeOptions)).toMatchObject([{ is: 'unsure' }])
  })

  test('After three faults in a row nothing more is sent, so a system that is down is not asked 500 times.', async () => {
    const { resource, seen } = await serve(REST, ({ response }) => json(response, 500, {}))
    const results = await resource.write!(Array.from({ length: 50 }, (_, index) => update(String(index + 1))), writeOptions)
    expect(results.filter((result) => result.is === 'unsure')).toHaveLength(3)
    expect(results.filter((result) => result.is === 'later')).toHaveLength(47)
    expect(seen).toHaveLength(3)
  })

  test('One record that always fails holds up no other.', async () => {
    const { resource } = await serve(REST, ({ path, response }) => (path === '/things/7' ? json(response, 500, {}) : json(response, 200, {})))
    const results = await resource.write!(Array.from({ length: 20 }, (_, index) => update(String(index + 1))), writeOptions)
    expect(results.map((result) => result.is)).toEqual(Array.from({ length: 20 }, (_, index) => (index === 6 ? 'unsure' : 'done')))
  })

  test('A record that can not be read before it is completed holds up no other, and was surely not written.', async () => {
    const { resource } = await serve({ ...REST, update: { path: '/things/{key}', nested: 'replaced' } }, ({ method, path, response }) => {
      if (method === 'GET' && path === '/things/2') json(response, 200, { id: 'another' })
      else json(response, 200, { id: path.split('/').at(-1), address: {} })
    })
    const results = await resource.write!(['1', '2', '3', '4'].map((key) => update(key, { address: { city: 'x' } })), writeOptions)
    expect(results.map((result) => result.is)).toEqual(['done', 'later', 'done', 'done'])
  })

  test('Nothing is sent after the deadline.', async () => {
    const { resource, seen } = await serve(REST, ({ response }) => json(response, 200, {}))
    expect(await resource.write!([create(), update('1')], { ...writeOptions, deadline: 1 })).toMatchObject([{ is: 'later' }, { is: 'later' }])
    expect(seen).toEqual([])
  })

  test('Work that is stopped leaves what was under way unsure and the rest unsent.', async () => {
    const stop = new AbortController()
    const { resource, seen } = await serve(REST, () => stop.abort())
    const results = await resource.write!([update('1'), update('2'), update('3')], { ...writeOptions, signal: stop.signal })
    expect(results.map((result) => result.is)).toEqual(['unsure', 'later', 'later'])
    expect(seen).toHaveLength(1)
  })
})

test('Work that is stopped while it waits for its place in the budget was surely not sent.', async () => {
  const stop = new AbortController()
  const { resource, seen } = await serve(REST, ({ response }) => json(response, 200, {}), { parallel: 4 }, { budget: async () => { stop.abort() } })
  const results = await resource.write!([update('1'), update('2'), remove('3')], { ...writeOptions, signal: stop.signal })
  expect(results.map((result) => result.is)).toEqual(['later', 'later', 'later'])
  expect(seen).toEqual([])
})

describe('how a write is sent', () => {
  test('A version that no header can hold costs its own record; the others of the batch are written.', async () => {
    const { resource, seen } = await serve({ ...REST, version: { path: 'v' }, update: { ...REST.update, condition: { header: 'If-Match' } } }, ({ path, response }) => json(response, 200, { id: path.slice(8), v: 1 }))
    const results = await resource.write!([update('1', { a: 1 }, '1\r\nX-Evil: 1'), update('2', { a: 1 }, '\u0142'), update('3', { a: 1 }, '7')], writeOptions)
    expect(results.map((result) => result.is)).toEqual(['refused', 'refused', 'done'])
    expect(seen).toEqual(['PATCH /things/3'])
  })

  test('A conditional write carries the version, and another version is a conflict.', async () => {
    let held = 'v1'
    const { resource } = await serve({ ...REST, version: { header: 'ETag' }, update: { ...REST.update, condition: { header: 'If-Match' } }, delete: { ...REST.delete, condition: { header: 'If-Match' } } }, ({ headers, response }) => {
      if (headers['if-match'] !== undefined && headers['if-match'] !== held) json(response, 412, {})
      else {
        held = 'v2'
        json(response, 200, { id: 1 }, { etag: held })
      }
    })
    expect(resource.traits).toMatchObject({ conditional: true, version: 'opaque' })
    expect(await resource.write!([update('1', {}, 'v1')], writeOptions)).toMatchObject([{ is: 'done', version: 'v2' }])
    expect(await resource.write!([update('1', {}, 'v1')], writeOptions)).toEqual([{ is: 'conflict' }])
  })

  test.each([
    [{ query: 'ver' }, 'PATCH /things/1?ver=7 {"name":"x"}'],
    [{ body: 'meta.version' }, 'PATCH /things/1 {"name":"x","meta":{"version":"7"}}'],
    [{ header: 'If-Match', value: '"{version}"' }, 'PATCH /things/1 {"name":"x"} "7"'],
  ])('The version travels as the interface wants it: %j', async (condition, expected) => {
    let got = ''
    const { resource } = await serve({ ...REST, version: { path: 'meta.version' }, update: { ...REST.update, condition } }, ({ method, path, query, headers, body, response }) => {
      got = `${method} ${path}${query.size > 0 ? `?${query}` : ''} ${body}${headers['if-match'] === undefined ? '' : ` ${headers['if-match']}`}`
      json(response, 200, {})
    })
    await resource.write!([update('1', { name: 'x' }, '7')], writeOptions)
    expect(got).toBe(expected)
  })

  test('A create carries its idempotency key, the same at each repetition.', async () => {
    const made = new Map<string, number>()
    const { resource } = await serve({ create: { path: '/things', idempotency: 'Idempotency-Key' } }, ({ headers, response }) => {
      const key = String(headers['idempotency-key'])
      if (!made.has(key)) made.set(key, made.size + 1)
      json(response, 201, { id: made.get(key) })
    })
    expect(resource.traits.idempotency).toBe(true)
    const first = await resource.write!([create({}, 'same')], writeOptions)
    expect(await resource.write!([create({}, 'same')], writeOptions)).toEqual(first)
    expect([...made.keys()]).toEqual(['same'])
  })

  test('Wrapped bodies, fields that are left out, and answers that are wrapped too.', async () => {
    let got = ''
    const { resource } = await serve({ update: { path: '/things/{key}', method: 'POST', wrap: 'data.thing', leave_out: ['created', 'meta.etag'], record: 'data.thing' } }, ({ method, body, response }) => {
      got = `${method} ${body}`
      json(response, 200, { data: { thing: { id: '1', name: 'X' } } })
    })
    const [result] = await resource.write!([update('1', { name: 'x', created: 'then', meta: { etag: 'a', by: 'jo' } })], writeOptions)
    expect(got).toBe('POST {"data":{"thing":{"name":"x","meta":{"by":"jo"}}}}')
    expect(result).toMatchObject({ is: 'done', record: { values: { id: '1', name: 'X' } } })
  })

  test('A form is sent as interfaces that take forms expect it.', async () => {
    let got = ''
    const { resource } = await serve({ create: { path: '/things', encoding: 'form' } }, ({ headers, body, response }) => {
      got = `${headers['content-type']} ${body}`
      json(response, 200, { id: 'x' })
    })
    await resource.write!([create({ name: 'A & B', address: { city: 'Łódź' }, tags: ['a', 'b'] })], writeOptions)
    expect(got).toBe('application/x-www-form-urlencoded name=A+%26+B&address%5Bcity%5D=%C5%81%C3%B3d%C5%BA&tags%5B0%5D=a&tags%5B1%5D=b')
  })

  test.each([
    ['in the answer', { key: 'result.id' }, { result: { id: 42 } }, {}, '42'],
    ['in Location', { key: { header: 'Location' }, answers: 'nothing' }, {}, { location: '/things/a%2Fb' }, 'a/b'],
    ['in a header of its own', { key: { header: 'X-Id' }, answers: 'nothing' }, {}, { 'x-id': '9' }, '9'],
  ])('The key of a new record is found %s.', async (_what, own, body, headers, key) => {
    const { resource } = await serve({ create: { path: '/things', ...own } }, ({ response }) => json(response, 201, body, headers))
    expect(await resource.write!([create()], writeOptions)).toMatchObject([{ is: 'done', key }])
  })

  test('Where the hub decides the key it stands in the address.', async () => {
    const { resource, seen } = await serve({ create: { path: '/things/{key}', method: 'PUT', key_by: 'hub', answers: 'nothing' } }, ({ response }) => json(response, 204, ''))
    expect(await resource.write!([{ ...create(), key: 'SKU 1' }], writeOptions)).toEqual([{ is: 'done', key: 'SKU 1' }])
    expect(seen).toEqual(['PUT /things/SKU%201'])
  })

  test('An answer about another record says nothing about the one that was written.', async () => {
    const { resource } = await serve(REST, ({ response }) => json(response, 200, { id: 'other', name: 'y' }))
    expect(await resource.write!([update('1')], writeOptions)).toEqual([{ is: 'done', key: '1' }])
  })
})

describe('many records in one request', () => {
  const BATCH = { path: '/things/batch', at_most: 3, wrap: 'items', results: 'results', record: 'item', status: 'status', code: 'error.code', text: 'error.text', field: 'error.field' }
  const things = { ...REST, create: { path: '/things', batch: BATCH }, update: { path: '/things/{key}', batch: { ...BATCH, match: 'key', key: 'id', record: 'item' } } }
  const items = (body: string): { id?: string; name?: string }[] => (JSON.parse(body) as { items: { id?: string; name?: string }[] }).items

  test('Each record has its own result, the bad one and no other is refused.', async () => {
    const { resource, seen } = await serve(things, ({ body, response }) => json(response, 207, { results: items(body).map((item) => (item.name === 'bad' ? { status: 422, error: { code: 'E1', text: 'no', field: 'name' } } : { status: 201, item: { id: `id-${item.name}`, name: item.name } })) }))
    const results = await resource.write!(['a', 'bad', 'c', 'd'].map((name) => create({ name })).concat(create({ name: 'e' })), writeOptions)
    expect(results.map((result) => (result.is === 'done' ? result.key : result.is))).toEqual(['id-a', 'refused', 'id-c', 'id-d', 'id-e'])
    expect(results[1]).toEqual({ is: 'refused', code: 'E1', says: 'no', field: 'name' })
    expect(seen).toEqual(['POST /things/batch', 'POST /things/batch'])
    expect(resource.traits.batch).toBe(3)
  })

  test('Results in another order are matched by key.', async () => {
    const { resource } = await serve(things, ({ body, response }) => json(response, 200, { results: items(body).toReversed().map((item) => ({ id: item.id, status: item.id === '2' ? 409 : 200 })) }))
    const results = await resource.write!([update('1'), update('2'), update('3')], writeOptions)
    expect(results.map((result) => result.is)).toEqual(['done', 'conflict', 'done'])
  })

  test.each([
    ['fewer results than records', () => ({ results: [{ status: 201, item: { id: '1' } }] }), 200],
    ['no results', () => ({}), 200],
    ['a fault', () => ({ message: 'x' }), 500],
  ])('With %s nobody knows which record was written: all are unsure.', async (_what, body, status) => {
    const { resource } = await serve(things, ({ response }) => json(response, status, body()))
    const results = await resource.write!([create({ name: 'a' }), create({ name: 'b' })], writeOptions)
    expect(results.map((result) => result.is)).toEqual(['unsure', 'unsure'])
  })

  test('A batch that is refused as a whole is sent record by record, so that only the bad one fails.', async () => {
    const { resource, seen } = await serve(things, ({ path, body, response }) => {
      if (path === '/things/batch' || body.includes('bad')) json(response, 400, { code: 'bad' })
      else json(response, 201, { id: (JSON.parse(body) as { name: string }).name })
    })
    const results = await resource.write!(['a', 'bad', 'c'].map((name) => create({ name })), writeOptions)
    expect(results.map((result) => result.is)).toEqual(['done', 'refused', 'done'])
    expect(seen).toHaveLength(4)
  })

  test('A batch that may have been executed in part is not repeated.', async () => {
    const { resource, seen } = await serve({ create: { path: '/things', batch: { ...BATCH, atomic: false } } }, ({ response }) => json(response, 400, {}))
    const results = await resource.write!([create({ name: 'a' }), create({ name: 'b' })], writeOptions)
    expect(results.map((result) => result.is)).toEqual(['unsure', 'unsure'])
    expect(seen).toHaveLength(1)
  })

  test('A limit on the batch leaves all of it for later.', async () => {
    const { resource } = await serve(things, ({ response }) => json(response, 429, {}, { 'retry-after': '3' }))
    const results = await resource.write!(Array.from({ length: 7 }, () => create({ name: 'a' })), writeOptions)
    expect(results.every((result) => result.is === 'later')).toBe(true)
    expect(results[0]).toMatchObject({ retryAfterMs: 3_000 })
  })
})
