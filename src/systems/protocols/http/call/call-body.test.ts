import { afterEach, describe, expect, test } from 'vitest'
import { json, openHttp, type Received, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import type { Resource, SourceRecord, WriteItem } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

/** `answer` gets what was sent, as text. */
async function serve(manifest: object, answer: (sent: string) => unknown): Promise<{ resource: Resource; sent: string[] }> {
  const sent: string[] = []
  const server = await startServer((request: Received) => {
    sent.push(`${request.path} ${request.body}`)
    json(request.response, 200, answer(request.body))
  })
  const session = await openHttp(server.url, { definition: { http: 1, parallel: 1, ...manifest } as never })
  open.push(server, session)
  return { resource: session.resource(specOf('things')), sent }
}
const item = (operation: WriteItem['operation'], values: object, key?: string): WriteItem => ({ operation, values: values as never, idempotencyKey: 'k1', ...(key === undefined ? {} : { key }) })
const signal = new AbortController().signal

describe('GraphQL', () => {
  const manifest = {
    graphql: { path: '/api' },
    errors: { failed: ['errors', 'data.*.errorCode'], code: 'data.*.errorCode', text: 'data.*.message', means: [{ code: 'GONE', is: 'missing' }] },
    resources: {
      things: {
        list: { graphql: 'query ($skip: Int, $take: Int) { things(skip: $skip, first: $take) {id name} }', records: 'data.things', paging: { kind: 'offset', parameter: 'variables.skip', size: 'variables.take', in: 'body', end: 'short' } },
        get: { graphql: 'query ($id: ID!) { thing(id: $id) {id} }', variables: { id: '{key}' }, record: 'data.thing', may_lack_record: true },
        update: { graphql: 'mutation ($input: T!) { updateThing(input: $input) {id name} }', key_in: 'id', variables: { input: '{record}' }, record: 'data.updateThing' },
      },
    },
  }

  test('is read in pages, its braces stand as they are written, and variables carry what changes.', async () => {
    const { resource, sent } = await serve(manifest, () => ({ data: { things: [{ id: '1', name: 'A' }] } }))
    const records: SourceRecord[] = []
    for await (const page of resource.read({ signal, pageSize: 10 })) records.push(...page.records)
    expect(records.map((record) => record.key)).toEqual(['1'])
    expect(sent).toEqual(['/api {"query":"query ($skip: Int, $take: Int) { things(skip: $skip, first: $take) {id name} }","variables":{"skip":0,"take":10}}'])
  })

  test('a record that is null does not exist, and one by another key is a fault.', async () => {
    let thing: unknown = null
    const { resource, sent } = await serve(manifest, () => ({ data: { thing } }))
    expect(await resource.readKeys!(['7'], signal)).toEqual([])
    expect(sent[0]).toContain('"variables":{"id":"7"}')
    thing = { id: '8' }
    await expect(resource.readKeys!(['7'], signal)).rejects.toThrow('another record')
  })

  test('a failure that an answer with a good status reports is no success.', async () => {
    let answer: unknown = { data: { updateThing: { id: '7', name: 'B' } } }
    const { resource, sent } = await serve(manifest, () => answer)
    expect(await resource.write!([item('update', { name: 'B' }, '7')], writeOptions)).toMatchObject([{ is: 'done', key: '7', record: { values: { name: 'B' } } }])
    expect(sent[0]).toContain('"variables":{"input":{"name":"B","id":"7"}}')
    answer = { data: { updateThing: { errorCode: 'TOO_LONG', message: 'The name is too long' } } }
    expect(await resource.write!([item('update', { name: 'B' }, '7')], writeOptions)).toEqual([{ is: 'refused', code: 'TOO_LONG', says: 'The name is too long' }])
    answer = { data: { updateThing: { errorCode: 'GONE', message: '' } } }
    expect(await resource.write!([item('update', { name: 'B' }, '7')], writeOptions)).toEqual([{ is: 'missing' }])
    answer = { errors: [{ message: 'broken' }], data: null }
    expect(await resource.write!([item('update', { name: 'B' }, '7')], writeOptions)).toMatchObject([{ is: 'refused' }])
  })
})

test('A body of its own form carries the record, its key as a number, and the key of repetition.', async () => {
  const { resource, sent } = await serve({
    resources: {
      things: {
        key_type: 'number',
        create: { path: '/rpc', body: { method: 'create', params: [['{record}'], { token: '{idempotency_key}', name: 'as {record.name}' }] }, key: 'result.0', answers: 'key' },
        update: { path: '/rpc', method: 'POST', body: { method: 'write', params: [['{key}'], '{record}'] }, answers: 'nothing' },
      },
    },
  }, () => ({ result: [42] }))
  expect(await resource.write!([item('create', { name: '{key}' }), item('update', { name: 'B' }, '7'), item('update', { name: 'B' }, 'x')], writeOptions)).toMatchObject([
    { is: 'done', key: '42' }, { is: 'done', key: '7' }, { is: 'refused', code: 'key' },
  ])
  expect(sent).toEqual(['/rpc {"method":"create","params":[[{"name":"{key}"}],{"token":"k1","name":"as {key}"}]}', '/rpc {"method":"write","params":[[7],{"name":"B"}]}'])
})

describe('actions', () => {
  const resources = {
    things: {
      create: { path: '/things' }, update: { path: '/things/{key}' }, get: { path: '/things/{key}' },
      actions: [{ field: 'state', is: ['draft'] }, { field: 'state', is: ['confirmed'], calls: [{ path: '/things/{key}/quote' }, { path: '/things/{key}/confirm', body: { to: '{value}' } }] }],
    },
  }

  test('follow the record, in their order, and are left out of it.', async () => {
    const { resource, sent } = await serve({ resources }, () => ({ id: '5' }))
    expect(resource.traits.answers).toBe(false)
    expect(await resource.write!([item('create', { name: 'A', state: 'confirmed' })], writeOptions)).toEqual([{ is: 'done', key: '5' }])
    expect(await resource.write!([item('create', { name: 'B', state: 'draft' })], writeOptions)).toMatchObject([{ is: 'done' }])
    expect(await resource.write!([item('update', { state: 'confirmed' }, '5')], writeOptions)).toEqual([{ is: 'done', key: '5' }])
    expect(sent).toEqual(['/things {"name":"A"}', '/things/5/quote ', '/things/5/confirm {"to":"confirmed"}', '/things {"name":"B"}', '/things/5/quote ', '/things/5/confirm {"to":"confirmed"}'])
    expect(await resource.write!([item('update', { state: 'eaten' }, '5')], writeOptions)).toMatchObject([{ is: 'refused', field: 'state' }])
  })

  test('that fail after a create leave it unsure, so that nobody makes the record twice.', async () => {
    const { resource } = await serve({ errors: { failed: ['fault'], text: 'fault' }, resources }, (sent) => (sent.includes('"to"') ? { fault: 'not today' } : { id: '5' }))
    expect(await resource.write!([item('create', { state: 'confirmed' })], writeOptions)).toEqual([{ is: 'unsure', says: 'It was created as 5, but then: not today' }])
    expect(await resource.write!([item('update', { state: 'confirmed' }, '5')], writeOptions)).toMatchObject([{ is: 'refused', says: 'not today', field: 'state' }])
  })

  test('know what they name before anything is written: what is not there leaves no half record behind.', async () => {
    const groups = { find: { path: '/groups', query: { code: '{value}' }, fields: ['code'] } }
    const { resource, sent } = await serve({ resources: {
      groups,
      things: { ...resources.things, fields: { group: { by: { resource: 'groups', field: 'code' } }, tags: { by: { resource: 'groups', field: 'code' } } }, actions: [{ field: 'group', calls: [{ path: '/things/{key}/group', body: { id: '{value}' } }] }] },
    } }, (said) => (said === '' ? [{ id: '8', code: 'known' }] : { id: '5' }))
    expect(await resource.write!([item('create', { name: 'A', group: 'unknown' })], writeOptions)).toMatchObject([{ is: 'refused', code: 'unknown', field: 'group' }])
    expect(sent).toEqual(['/groups '])
    expect(await resource.write!([item('create', { tags: ['known', 'known'], group: 'known' })], writeOptions)).toEqual([{ is: 'done', key: '5' }])
    expect(sent.slice(1)).toEqual(['/groups ', '/things {"tags":["8","8"]}', '/things/5/group {"id":"8"}'])
  })

  test('follow records that went several to a request, each its own.', async () => {
    const { resource, sent } = await serve({ graphql: { path: '/api' }, resources: { things: {
      create: { graphql: 'mutation ($input: New!) { make(input: $input) { id name } }', variables: { input: '{record}' }, record: 'data.make', aliases: 10 },
      actions: [{ field: 'state', calls: [{ graphql: 'mutation ($id: ID!, $to: String!) { move(id: $id, to: $to) { id } }', variables: { id: '{key}', to: '{value}' } }] }],
    } } }, (said) => (said.includes('m0') ? { data: { m0: { id: '1', name: 'A' }, m1: { id: '2', name: 'B' } } } : { data: { move: { id: '1' } } }))
    expect(await resource.write!([item('create', { name: 'A', state: 'on' }), item('create', { name: 'B', state: 'off' })], writeOptions)).toEqual([{ is: 'done', key: '1' }, { is: 'done', key: '2' }])
    expect(sent).toHaveLength(3)
    expect(sent.slice(1).map((one) => (JSON.parse(one.slice('/api '.length)) as { readonly variables: unknown }).variables)).toEqual([{ id: '1', to: 'on' }, { id: '2', to: 'off' }])
  })
})

test('A change that comes too late is refused by name and not sent; the others are.', async () => {
  const rules = [{ field: 'lines', of: 'state', is: ['draft'] }, { field: 'state', to: ['cancelled'], of: 'state', is: ['draft', 'open'] }]
  let held = { id: '1', state: 'draft' }
  const { resource, sent } = await serve({ resources: { things: { only_while: rules, get: { path: '/things/{key}' }, update: { path: '/things/{key}', answers: 'nothing' }, actions: [{ field: 'state', is: ['cancelled'], calls: [{ path: '/things/{key}/cancel' }] }, { field: 'state' }] } } }, () => held)
  const write = (values: object, key: string) => resource.write!([item('update', values, key)], writeOptions)
  expect(await write({ lines: [1] }, '1')).toMatchObject([{ is: 'done' }])
  expect(await write({ state: 'cancelled' }, '1')).toMatchObject([{ is: 'done' }])
  held = { id: '2', state: 'sent' }
  sent.length = 0
  expect(await write({ lines: [1], name: 'A' }, '2')).toMatchObject([{ is: 'refused', field: 'lines', says: 'lines can be changed only while state is draft, and it is "sent". Somebody has to see to it in the system itself.' }])
  expect(await write({ state: 'cancelled' }, '2')).toMatchObject([{ is: 'refused', field: 'state' }])
  expect(sent).toEqual(['/things/2 ', '/things/2 '])
  expect(await write({ name: 'B', state: 'done' }, '2')).toMatchObject([{ is: 'done' }])
  expect(sent.slice(2)).toEqual(['/things/2 {"name":"B"}'])
})

test('A new record is known among others of its kind by what it holds, whatever that is.', async () => {
  const { resource } = await serve({ resources: { things: { create: { path: '/things', key: 'all(code={record.code}).id', answers: 'key' } } } }, () => ({ all: [{ id: '1', code: 'a' }, { id: '2', code: 'b) (' }, { id: '3', code: '' }] }))
  const made = (values: object) => resource.write!([item('create', values)], writeOptions)
  expect(await made({ code: 'a' })).toMatchObject([{ is: 'done', key: '1' }])
  expect(await made({ code: 'b) (' })).toMatchObject([{ is: 'done', key: '2' }])
  expect(await made({ code: '' })).toMatchObject([{ is: 'unsure' }])
  expect(await made({ code: 'c' })).toMatchObject([{ is: 'unsure' }])
})

describe('what a create does not take', () => {
  const things = { create: { path: '/things', after: ['prices', 'size.wide'] }, update: { path: '/things/{key}', key_in: 'id', batch: { path: '/many', wrap: 'list', results: 'all', at_most: 10 } } }

  test('follows by updates, several a call, for those records that say something of it.', async () => {
    let made = 0
    const { resource, sent } = await serve({ resources: { things } }, (said) => (said.includes('list') ? { all: [{ id: '1' }, { id: '3' }] } : { id: String((made += 1)) }))
    expect(await resource.write!([item('create', { name: 'A', prices: [1], size: { wide: 2, high: 3 } }), item('create', { name: 'B' }), item('create', { name: 'C', prices: [] })], writeOptions)).toMatchObject([{ is: 'done', key: '1' }, { is: 'done', key: '2' }, { is: 'done', key: '3' }])
    expect(sent).toEqual(['/things {"name":"A","size":{"high":3}}', '/things {"name":"B"}', '/things {"name":"C"}', '/many {"list":[{"prices":[1],"size":{"wide":2},"id":"1"},{"prices":[],"id":"3"}]}'])
  })

  test('leaves the create unsure if it is refused, so that nobody makes the record twice.', async () => {
    const { resource } = await serve({ errors: { failed: ['fault'], text: 'fault' }, resources: { things } }, (said) => (said.includes('prices') ? { fault: 'too much' } : { id: '5' }))
    expect(await resource.write!([item('create', { name: 'A', prices: [1] })], writeOptions)).toEqual([{ is: 'unsure', says: 'It was created as 5, but then: too much' }])
  })
})
