import { afterEach, describe, expect, test } from 'vitest'
import { json, never, openHttp, readAll, specOf, startServer, writeOptions } from '../../../../test/support/http-servers.ts'
import type { NativeRecord, SystemSession, WriteItem } from '../../contract.ts'
import { Numeral } from '../../contract.ts'
import { readTyped, typedValues, writeTyped } from './call/typed.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const typed = typedValues.parse({
  tag: 'kind',
  kinds: {
    date: { is: 'date', parts: ['year', 'month', 'day'] }, moment: { is: 'datetime', parts: ['year', 'month', 'day', 'hour', 'minute', 'second', 'micro'], utc: true }, clock: { is: 'time', parts: ['h', 'm', 's'] },
    decimal: { is: 'decimal', value: 'digits' }, bytes: { is: 'bytes', value: 'data' }, span: { is: 'number', value: 'seconds' },
  },
})

describe('Values with a tag', () => {
  test.each([
    ['date', { kind: 'date', year: 2026, month: 2, day: 9 }, '2026-02-09'],
    ['moment', { kind: 'moment', year: 2026, month: 11, day: 21, hour: 7, minute: 5, second: 9, micro: 1200 }, '2026-11-21T07:05:09.001200Z'],
    ['moment', { kind: 'moment', year: 2026, month: 11, day: 21, hour: 7, minute: 5, second: 9, micro: 0 }, '2026-11-21T07:05:09Z'],
    ['clock', { kind: 'clock', h: 7, m: 5, s: 0 }, '07:05:00'],
    ['decimal', { kind: 'decimal', digits: '19.9900' }, new Numeral('19.9900')],
    ['decimal', { kind: 'decimal', digits: '-12345678901234567890.10' }, new Numeral('-12345678901234567890.10')],
    ['decimal', { kind: 'decimal', digits: '40' }, 40],
    ['bytes', { kind: 'bytes', data: 'AP8=' }, new Uint8Array([0, 255])],
    ['span', { kind: 'span', seconds: 90 }, 90],
  ])('A %s %j is read as it is meant and written as it was.', (kind, written, value) => {
    const read = readTyped(typed, [{ deep: { at: written } }] as never) as [{ deep: { at: never } }]
    expect(read[0].deep.at).toEqual(value)
    expect(writeTyped(typed, kind, value)).toEqual(written)
  })

  test.each([['1E+2', 100], ['1.50E-3', new Numeral('0.00150')], ['12.5e1', 125]])('A decimal with an exponent, %s, is written out.', (digits, value) => {
    expect(readTyped(typed, { kind: 'decimal', digits })).toEqual(value)
  })

  test.each([
    { kind: 'date', year: 2026, month: 13, day: 1 }, { kind: 'date', year: '2026', month: 1, day: 1 }, { kind: 'decimal', digits: 'NaN' }, { kind: 'decimal', digits: { x: 1 } },
    { kind: 'decimal', digits: '9'.repeat(5_000) }, { kind: 'unknown', x: 1 }, { kind: 'toString' }, { kind: ['date'] }, { kind: 'bytes', data: '<script>' }, { kind: 'decimal', digits: '1e999999' },
  ])('The map %j is no such value and stays a map.', (map) => {
    expect(readTyped(typed, map as never)).toEqual(map)
  })

  test('A key __proto__ in an answer stays an own key.', () => {
    const read = readTyped(typed, JSON.parse('{"__proto__":{"kind":"decimal","digits":"1.5"}}') as never) as NativeRecord
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.getOwnPropertyDescriptor(read, '__proto__')?.value).toEqual(new Numeral('1.5'))
  })

  test.each([['date', 'soon'], ['decimal', 'many'], ['moment', 5], ['nothing', 'x'], ['date', null]])('What is no %s (%j) is sent as it is.', (kind, value) => {
    expect(writeTyped(typed, kind, value)).toEqual(value)
  })

  test('A moment with another offset is written in UTC with all its digits.', () => {
    expect(writeTyped(typed, 'moment', '2026-01-01T00:30:00.123456+02:00')).toEqual({ kind: 'moment', year: 2025, month: 12, day: 31, hour: 22, minute: 30, second: 0, micro: 123456 })
  })
})

const definition = {
  http: 1, rpc: { path: '/{parameter.database}/' }, typed,
  parameters: { database: { default: 'main' }, company: { type: 'number', default: 7 } },
  errors: { code: 'error.0', text: 'error.1', otherwise: 'refused', means: [{ code: 'Stale', is: 'conflict' }, { code: 'Gone', is: 'missing' }] },
  patterns: {
    record: {
      key_type: 'number', changed: ['changed', 'lines.*.changed'], version: { path: ['changed', 'lines.*.changed'] },
      list: {
        rpc: '{with.model}.search', params: [[], 0, 9, '{with.fields}', { company: '{parameter.company}' }], records: 'result',
        paging: { kind: 'offset', parameter: 'params.1', size: 'params.2', in: 'body', end: 'short' }, since: { set: { 'params.0': [['changed', '>=', '{since}']] }, as: 'moment', overlap: '1s' },
      },
      get: { rpc: '{with.model}.search', params: [[['id', '=', '{key}']], 0, 1, '{with.fields}'], record: 'result.0', may_lack_record: true },
      find: { rpc: '{with.model}.search', params: [[['{field}', 'in', '{values}']], 0, 100, '{with.fields}'], at_most: 10, records: 'result' },
      create: { rpc: '{with.model}.create', params: [['{record}']], key: 'result.0', answers: 'key', batch: { rpc: '{with.model}.create', params: ['{records}'], results: 'result', key: '', at_most: 10 } },
      update: { rpc: '{with.model}.write', params: [['{key}'], '{record}', {}], answers: 'nothing', condition: { set: { 'params.2.stamp': { '{with.model},{key}': '{version.0}' } } } },
      delete: { rpc: '{with.model}.delete', params: [['{key}']] },
    },
  },
  resources: {
    countries: { like: 'record', with: { model: 'country', fields: ['code'] }, create: null, update: null, delete: null },
    orders: {
      like: 'record', with: { model: 'order', fields: ['no', 'lines'] },
      fields: {
        day: { as: 'date' }, country: { at: 'country.code', by: { resource: 'countries', field: 'code' } }, tags: { at: 'labels.*.id' },
        lines: { at: '"lines."', items: { match: ['sku'], create: ['create', ['{item}']], change: ['write', ['{key}'], '{item}'], remove: ['delete', ['{key}']], fields: { price: { as: 'decimal' } } } },
      },
    },
  },
}

interface Call { readonly id: number; readonly method: string; readonly params: readonly unknown[] }
const MOMENT = { kind: 'moment', year: 2026, month: 11, day: 21, hour: 7, minute: 0, second: 0, micro: 5 }
const ORDER = {
  id: 4, no: 'A-1', changed: MOMENT, day: { kind: 'date', year: 2026, month: 11, day: 20 }, country: { id: 9, code: 'PL' }, labels: [{ id: 1 }, { id: 3 }],
  'lines.': [{ id: 11, sku: 'x', quantity: 1, price: { kind: 'decimal', digits: '2.50' }, changed: { ...MOMENT, second: 30 } }, { id: 12, sku: 'y', quantity: 2, price: { kind: 'decimal', digits: '4.0' }, changed: null }],
}

async function serve(over: (call: Call) => unknown = () => undefined, settings: object = {}): Promise<{ session: SystemSession; calls: Call[]; paths: string[] }> {
  const calls: Call[] = []
  const server = await startServer(({ body, response }) => {
    const call = JSON.parse(body) as Call
    calls.push(call)
    const answer = over(call)
    const domain = JSON.stringify(call.params[0])
    const standard = call.method === 'order.search' ? { result: domain.includes('99') ? [] : [ORDER] }
      : call.method === 'country.search' ? { result: domain.includes('PL') ? [{ id: 9, code: 'PL' }] : domain.includes('XX') ? [{ id: 1, code: 'XX' }, { id: 2, code: 'xx' }] : [] }
        : call.method.endsWith('.create') ? { result: (call.params[0] as unknown[]).map((_, index) => 50 + index) } : { result: null }
    json(response, 200, { jsonrpc: '2.0', id: call.id, ...(answer === undefined ? standard : answer as object) })
  })
  open.push(server)
  const session = await openHttp(server.url, { definition: definition as never, ...settings })
  open.push(session)
  return { session, calls, paths: server.seen }
}
const orders = (session: SystemSession) => session.resource(specOf('orders'))
const item = (over: Partial<WriteItem>): WriteItem => ({ operation: 'update', ...(over.operation === 'create' ? {} : { key: '4' }), values: {}, idempotencyKey: 'k', ...over })

describe('Calls by name', () => {
  test('go to the one address with the parameters of plan and manifest, and fields stand where the plan meets them.', async () => {
    const { session, calls, paths } = await serve(undefined, { parameters: { company: '12' }, page_size: 9 })
    const { keys, values } = await readAll(orders(session))
    expect(paths[0]).toBe('POST /main/')
    expect(calls[0]).toEqual({ jsonrpc: '2.0', id: 1, method: 'order.search', params: [[], 0, 9, ['no', 'lines'], { company: 12 }] })
    expect(keys).toEqual(['4'])
    expect(values[0]).toMatchObject({ day: '2026-11-20', country: 'PL', tags: [1, 3], lines: [{ id: 11, price: new Numeral('2.50') }, { id: 12 }] })
  })

  test('What changed is asked for since the newest of all times of a record, in the form of the interface.', async () => {
    const { session, calls } = await serve()
    const { position } = await readAll(orders(session))
    await readAll(orders(session), { since: position! })
    expect(calls.at(-1)!.params[0]).toEqual([['changed', '>=', { ...MOMENT, second: 29, micro: 0 }]])
  })

  test('A record that is not there, and a failure in a good answer.', async () => {
    const { session } = await serve((call) => (call.method === 'order.write' ? { error: ['Gone', 'no such record'] } : undefined))
    expect(await orders(session).readKeys!(['99'], never)).toEqual([])
    expect(await orders(session).write!([item({ values: { no: 'B' } })], writeOptions)).toEqual([{ is: 'missing' }])
    const refusing = await serve((call) => (call.method === 'order.create' ? { error: ['UserError', 'not today'] } : undefined))
    expect(await orders(refusing.session).write!([item({ operation: 'create', values: { no: 'B' } })], writeOptions)).toMatchObject([{ is: 'refused', code: 'UserError', says: 'not today' }])
  })

  test('Several creates are one call; each record gets the key at its place.', async () => {
    const { session, calls } = await serve()
    const results = await orders(session).write!(['A', 'B', 'C'].map((no) => item({ operation: 'create', values: { no } })), writeOptions)
    expect(results).toMatchObject([{ is: 'done', key: '50' }, { is: 'done', key: '51' }, { is: 'done', key: '52' }])
    expect(calls.map((call) => call.params)).toEqual([[[{ no: 'A' }, { no: 'B' }, { no: 'C' }]]])
  })

  test('A condition is set at its place with the first part of the version.', async () => {
    const { session, calls } = await serve((call) => (call.method === 'order.write' ? { error: ['Stale', 'changed meanwhile'] } : undefined))
    const [record] = await orders(session).readKeys!(['4'], never)
    expect(await orders(session).write!([item({ values: { no: 'B' }, ifVersion: record!.version! })], writeOptions)).toEqual([{ is: 'conflict' }])
    expect(calls.at(-1)!.params).toEqual([[4], { no: 'B' }, { stamp: { 'order,4': '2026-11-21T07:00:00.000005Z' } }])
  })
})

describe('Lists that are changed by commands', () => {
  test('are created whole with their record in one call, with values in their form and keys looked up once.', async () => {
    const { session, calls } = await serve()
    const values = { no: 'B', day: '2026-02-03', country: 'PL', lines: [{ sku: 'x', quantity: 3, price: new Numeral('1.10') }, { sku: 'z', quantity: 1, price: 2 }] }
    for (const no of ['B', 'C']) expect(await orders(session).write!([item({ operation: 'create', values: { ...values, no } })], writeOptions)).toMatchObject([{ is: 'done' }])
    expect(calls.map((call) => call.method)).toEqual(['country.search', 'order.create', 'order.create'])
    expect(calls[1]!.params).toEqual([[{
      no: 'B', day: { kind: 'date', year: 2026, month: 2, day: 3 }, country: 9,
      lines: [['create', [{ sku: 'x', quantity: 3, price: { kind: 'decimal', digits: '1.10' } }]], ['create', [{ sku: 'z', quantity: 1, price: { kind: 'decimal', digits: '2' } }]]],
    }]])
  })

  test.each([
    ['by what they are recognised by', [{ sku: 'y', quantity: 2, price: 4 }, { sku: 'x', quantity: 5, price: new Numeral('2.5') }], [['write', [11], { quantity: 5 }]]],
    ['by their keys', [{ id: 11, sku: 'renamed', quantity: 1 }, { id: 12, sku: 'y' }], [['write', [11], { sku: 'renamed' }]]],
    ['where one is new and one is gone', [{ sku: 'x', quantity: 1 }, { sku: 'n', quantity: 9 }], [['delete', [12]], ['create', [{ sku: 'n', quantity: 9 }]]]],
    ['where nothing differs', [{ sku: 'x', quantity: 1 }, { sku: 'y', quantity: 2 }], []],
    ['where all are gone', [], [['delete', [11]], ['delete', [12]]]],
  ])('are updated item by item %s.', async (_what, lines, commands) => {
    const { session, calls } = await serve()
    expect(await orders(session).write!([item({ values: { lines } as never })], writeOptions)).toMatchObject([{ is: 'done', key: '4' }])
    expect(calls.at(-1)!.params).toEqual([[4], { lines: commands }, {}])
  })

  test('A record that changed between the look and the write is a conflict, with what it holds.', async () => {
    const { session, calls } = await serve()
    const results = await orders(session).write!([item({ values: { lines: [] }, ifVersion: 'older' })], writeOptions)
    expect(results).toMatchObject([{ is: 'conflict', record: { key: '4' } }])
    expect(calls.map((call) => call.method)).toEqual(['order.search'])
  })

  test.each([
    [{ country: 'DE' }, 'country', 'There is no one record in countries whose code is "DE".'],
    [{ country: 'XX' }, 'country', 'There is no one record in countries whose code is "XX".'],
    [{ lines: 'x' }, 'lines', 'lines must be a list of records.'],
  ])('%j is refused at its field, and nothing is sent.', async (values, field, says) => {
    const { session, calls } = await serve()
    const results = await orders(session).write!([item({ operation: 'create', values: values as never })], writeOptions)
    expect(results).toMatchObject([{ is: 'refused', field, says }])
    expect(calls.filter((call) => call.method === 'order.create')).toEqual([])
  })
})

describe('A manifest with patterns', () => {
  const refused = (change: object) => openHttp('http://127.0.0.1:1', { definition: { ...definition, ...change } as never })
  test.each([
    [{ resources: { orders: { like: 'recrod' } } }, 'resources.orders.like is no key here'],
    [{ resources: { orders: { like: 'record', with: { model: 'order' } } } }, 'has the unknown placeholder {with.fields}'],
    [{ rpc: undefined, resources: { orders: { list: { rpc: 'a.b' } } } }, 'resources.orders.list.rpc is no key here'],
    [{ resources: { orders: { like: 'record', with: { model: 'order', fields: [] }, update: { params: [['{key}'], {}] } } } }, 'never uses {record}'],
    [{ resources: { orders: { like: 'record', with: { model: 'order', fields: [] }, update: { condition: { set: { 'params.2': '{idea}' } } } } } }, 'has the unknown placeholder {idea}'],
  ])('%j is refused with its place.', async (change, says) => {
    await expect(refused(change)).rejects.toMatchObject({ code: 'http.manifest', message: expect.stringContaining(says) })
  })
  test('needs a number where a parameter is one.', async () => {
    await expect(openHttp('http://127.0.0.1:1', { definition: definition as never, parameters: { company: 'first' } })).rejects.toMatchObject({ code: 'http.setting' })
  })
})

test('What stands behind every call, and what a new record has where it says nothing, are written once.', async () => {
  const { resources, patterns } = definition
  const calls: Call[] = []
  const server = await startServer(({ body, response }) => {
    calls.push(JSON.parse(body) as Call)
    json(response, 200, { result: [50] })
  })
  open.push(server)
  const session = await openHttp(server.url, { definition: {
    ...definition, rpc: { ...definition.rpc, last: { company: '{parameter.company}' } },
    patterns: { ...patterns, bare: { like: 'record', create: { last: null } } },
    resources: {
      orders: { ...resources.orders, create: { defaults: { unit: 'piece', 'deep.company': '{parameter.company}' } }, fields: { lines: { items: { ...resources.orders.fields.lines.items, defaults: { quantity: 1 } } } } },
      plain: { like: 'bare', with: { model: 'plain', fields: [] }, changed: null, list: { since: null } },
    },
  } as never })
  open.push(session)
  // Without a part of the pattern's list it is read whole.
  expect([session.resource(specOf('orders')).traits.incremental, session.resource(specOf('plain')).traits.incremental]).toEqual([true, false])
  const create = (resource: string, values: object) => session.resource(specOf(resource)).write!([item({ operation: 'create', values: values as never })], writeOptions)
  await create('orders', { no: 'A', lines: [{ sku: 'x' }] })
  await create('orders', { no: 'B', unit: 'box', deep: { company: 1, own: 2 } })
  await create('plain', { no: 'C' })
  expect(calls.map((call) => call.params)).toEqual([
    [[{ no: 'A', unit: 'piece', deep: { company: 7 }, lines: [['create', [{ sku: 'x', quantity: 1 }]]] }], { company: 7 }],
    [[{ no: 'B', unit: 'box', deep: { company: 1, own: 2 } }], { company: 7 }],
    [[{ no: 'C' }]],
  ])
})

describe('Fields whose change is a call of its own', () => {
  const withActions = { ...definition, resources: { ...definition.resources, orders: { ...definition.resources.orders, actions: [{ field: 'state', is: ['draft'] }, { field: 'state', is: ['sent'], calls: [{ rpc: 'order.send', params: [['{key}']] }] }] } } }
  async function acting(refuses?: number) {
    const calls: Call[] = []
    const server = await startServer(({ body, response }) => {
      const call = JSON.parse(body) as Call
      calls.push(call)
      const [first] = call.params as [unknown[]]
      json(response, 200, call.method === 'order.create' ? { result: first.map((_, index) => 50 + index) } : call.method === 'order.search' ? { result: [ORDER] }
        : call.method === 'order.send' && first[0] === refuses ? { error: ['UserError', 'no address'] } : { result: null })
    })
    open.push(server)
    const session = await openHttp(server.url, { definition: withActions as never })
    open.push(session)
    return { calls, write: (items: readonly WriteItem[]) => orders(session).write!(items, writeOptions) }
  }

  test('follow records that are made several a call, each for its own.', async () => {
    const { calls, write } = await acting(51)
    const results = await write([['A', 'sent'], ['B', 'sent'], ['C', 'draft'], ['D', 'lost']].map(([no, state]) => item({ operation: 'create', values: { no: no!, state: state! } })))
    expect(results).toEqual([
      { is: 'done', key: '50' }, { is: 'unsure', says: 'It was created as 51, but then: no address' }, { is: 'done', key: '52' },
      { is: 'refused', code: 'action', says: 'This interface has no way to set state to "lost".', field: 'state' },
    ])
    expect(calls.filter((call) => call.method === 'order.create').map((call) => call.params)).toEqual([[[{ no: 'A' }, { no: 'B' }, { no: 'C' }]]])
    expect(calls.filter((call) => call.method === 'order.send').map((call) => call.params[0]).toSorted()).toEqual([[50], [51]])
  })

  test('are not called for a record that changed meanwhile.', async () => {
    const { calls, write } = await acting()
    expect(await write([item({ values: { state: 'sent' }, ifVersion: 'older' })])).toMatchObject([{ is: 'conflict', record: { key: '4' } }])
    expect(calls.map((call) => call.method)).toEqual(['order.search'])
    expect(await write([item({ values: { state: 'sent' } })])).toEqual([{ is: 'done', key: '4' }])
  })
})

describe('A record of another resource that belongs to the same owner', () => {
  const held = [{ id: 5, owner: 8, street: 'Main 1', city: 'Lwów', changed: null }, { id: 6, owner: 8, street: 'Main 2', city: null, changed: null }]
  async function owning() {
    const calls: Call[] = []
    const server = await startServer(({ body, response }) => {
      const call = JSON.parse(body) as Call
      calls.push(call)
      const made = held.length + calls.filter((one) => one.method === 'address.create').length
      json(response, 200, call.method === 'address.search' ? { result: held } : call.method === 'address.create' ? { result: [10 + made] }
        : call.method === 'order.search' ? { result: [{ id: 4, owner: 8, 'address.': { id: 5, street: 'Main 1', city: 'Lwów' } }] } : { result: call.method.endsWith('create') ? [70] : null })
    })
    open.push(server)
    const session = await openHttp(server.url, { definition: {
      ...definition, resources: {
        addresses: { like: 'record', with: { model: 'address', fields: [] }, find: { fields: ['owner'] } },
        orders: { like: 'record', with: { model: 'order', fields: [] }, fields: { address: { at: '"address."', record: { resource: 'addresses', with: { owner: 'owner' } } } } },
      },
    } as never })
    open.push(session)
    return { calls, orders: orders(session), write: async (one: Partial<WriteItem>) => (await orders(session).write!([item(one)], writeOptions))[0], sent: () => (calls.at(-1)!.params as [unknown, unknown]) }
  }

  test.each([
    ['is taken where one fits', { street: 'Main 2', city: '' }, 6, 0],
    ['is made where none fits', { street: 'Main 3', city: 'Lwów' }, 13, 1],
    ['is not asked for where nothing is said', null, null, 0],
  ])('%s.', async (_what, address, key, made) => {
    const { calls, write, sent } = await owning()
    expect(await write({ operation: 'create', values: { owner: 8, address } })).toMatchObject({ is: 'done' })
    expect(sent()[0]).toEqual([{ owner: 8, address: key }])
    expect(calls.filter((call) => call.method === 'address.create').map((call) => call.params[0])).toEqual(made === 0 ? [] : [[{ ...address, owner: 8 }]])
  })

  test('is another one when a part of it changes; nobody else who uses the first is changed.', async () => {
    const { calls, orders: all, write, sent } = await owning()
    expect((await all.readKeys!(['4'], never))[0]!.values['address']).toEqual({ id: 5, street: 'Main 1', city: 'Lwów' })
    expect(await write({ values: { address: { city: 'Gdynia' } } })).toMatchObject({ is: 'done' })
    expect(sent()).toEqual([[4], { address: 13 }, {}])
    expect(calls.map((call) => call.method)).toEqual(['order.search', 'order.search', 'address.search', 'address.create', 'order.write'])
  })

  test('needs to know whose it is.', async () => {
    const { calls, write } = await owning()
    expect(await write({ operation: 'create', values: { address: { street: 'x' } } })).toMatchObject({ is: 'refused', field: 'address', says: 'address needs owner, which says whose it is.' })
    expect(calls).toEqual([])
  })
})
