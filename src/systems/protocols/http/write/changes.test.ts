import { afterEach, expect, test } from 'vitest'
import { json, openHttp, type Received, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import type { Resource, WriteItem } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const HELD = {
  id: 'a', version: 4, name: { en: 'Tea', pl: 'Herbata' }, size: 3,
  places: [{ id: 'x1', key: 'home', city: 'Łódź', note: 'kept' }, { id: 'x2', key: 'work', city: 'Gdynia' }, { id: 'x3', city: 'nameless' }],
}
const UPDATE = {
  path: '/things/{key}', method: 'POST', condition: { body: 'version', as: 'number', always: true }, body: { actions: '{changes}' },
  changes: {
    size: { set: { action: 'setSize', size: '{value}' }, unset: { action: 'setSize' } },
    name: { set: { action: 'rename', name: '{value}' } },
    'own.*': { set: { action: 'setOwn', name: '{field}', value: '{value}' } },
    places: { key: 'key', add: { action: 'addPlace', place: '{item}' }, change: { action: 'changePlace', id: '{held.id}', place: '{item}' } },
  },
}
const THINGS = { version: { path: 'version', order: true }, get: { path: '/things/{key}' }, update: UPDATE, delete: { path: '/things/{key}', condition: { query: 'version', always: true } } }

async function serve(things: object = THINGS, answer: (request: Received) => void = ({ response }) => json(response, 200, HELD)): Promise<{ resource: Resource; seen: string[]; sent: unknown[] }> {
  const sent: unknown[] = []
  const server = await startServer((request) => {
    if (request.method !== 'GET') sent.push(request.body === '' ? request.query.get('version') : JSON.parse(request.body))
    answer(request)
  })
  const session = await openHttp(server.url, { definition: { http: 1, parallel: 1, resources: { things } } as never })
  open.push(server, session)
  return { resource: session.resource(specOf('things')), seen: server.seen, sent }
}
const update = (values: object, ifVersion?: string): WriteItem => ({ operation: 'update', key: 'a', values: values as never, idempotencyKey: 'k', ...(ifVersion === undefined ? {} : { ifVersion }) })

test('Each changed field becomes the change that the table says, in the order of the table and under the version as a number.', async () => {
  const { resource, seen, sent } = await serve()
  expect(await resource.write!([update({ own: { 'a b': '{value}', c: 1 }, size: 5 }, '4')], writeOptions)).toMatchObject([{ is: 'done', version: '4' }])
  expect(sent).toEqual([{ version: 4, actions: [{ action: 'setSize', size: 5 }, { action: 'setOwn', name: 'a b', value: '{value}' }, { action: 'setOwn', name: 'c', value: 1 }] }])
  expect(seen).toEqual(['POST /things/a'])
})

test('A field that is emptied has a form of its own, or is sent as nothing.', async () => {
  const { resource, sent } = await serve()
  await resource.write!([update({ size: null, own: { c: null } }, '4')], writeOptions)
  expect(sent).toEqual([{ version: 4, actions: [{ action: 'setSize' }, { action: 'setOwn', name: 'c', value: null }] }])
})

test('A change inside a nested value is sent with what stands beside it.', async () => {
  const { resource, seen, sent } = await serve()
  await resource.write!([update({ name: { pl: 'Napar' } }, '4')], writeOptions)
  expect(sent).toEqual([{ version: 4, actions: [{ action: 'rename', name: { en: 'Tea', pl: 'Napar' } }] }])
  expect(seen).toEqual(['GET /things/a', 'POST /things/a'])
})

test('Items of a list are told apart by their key: some are changed, some added, and those that nobody names stay.', async () => {
  const { resource, sent } = await serve()
  await resource.write!([update({ places: [{ key: 'home', city: 'Sopot' }, { key: 'club', city: 'Hel' }, { key: 'work', city: 'Gdynia' }] }, '4')], writeOptions)
  expect(sent).toEqual([{ version: 4, actions: [
    { action: 'changePlace', id: 'x1', place: { id: 'x1', key: 'home', city: 'Sopot', note: 'kept' } },
    { action: 'addPlace', place: { key: 'club', city: 'Hel' } },
  ] }])
})

test('With a form for it, items that are no longer there are removed before others take their place.', async () => {
  const remove = { ...THINGS, update: { ...UPDATE, changes: { places: { ...UPDATE.changes.places, remove: { action: 'removePlace', id: '{held.id}' } } } } }
  const { resource, sent } = await serve(remove)
  await resource.write!([update({ places: [{ key: 'work', city: 'Hel' }] }, '4')], writeOptions)
  expect(sent).toMatchObject([{ actions: [{ action: 'removePlace', id: 'x1' }, { action: 'removePlace', id: 'x3' }, { action: 'changePlace', id: 'x2' }] }])
})

test('A list that holds what it should needs no call to change it.', async () => {
  const { resource, sent } = await serve()
  expect(await resource.write!([update({ places: [{ key: 'work', city: 'Gdynia' }] }, '4')], writeOptions)).toMatchObject([{ is: 'done', record: { version: '4' } }])
  expect(sent).toEqual([])
})

test('What no entry of the table takes is refused by name, and nothing is sent.', async () => {
  const { resource, seen } = await serve()
  expect(await resource.write!([update({ size: 1, deep: { er: 2 } }, '4')], writeOptions)).toMatchObject([{ is: 'refused', field: 'deep.er' }])
  expect(seen).toEqual([])
})

test('Where no write goes without a version, one is read for whoever has none; an old one is a conflict before anything is sent.', async () => {
  const { resource, seen, sent } = await serve()
  await resource.write!([update({ size: 1 }), { operation: 'delete', key: 'a', values: {}, idempotencyKey: 'k' }], writeOptions)
  expect(sent).toEqual([{ version: 4, actions: [{ action: 'setSize', size: 1 }] }, '4'])
  expect(seen.filter((call) => call.startsWith('GET'))).toHaveLength(2)
  expect(await resource.write!([update({ name: { pl: 'x' } }, '3')], writeOptions)).toMatchObject([{ is: 'conflict', record: { version: '4' } }])
  expect(sent).toHaveLength(2)
})

test('A record that is gone is missing, whether it was to be read first or not.', async () => {
  const { resource } = await serve(THINGS, ({ response }) => json(response, 404, {}))
  for (const item of [update({ size: 1 }), update({ size: 1 }, '4'), update({ name: { pl: 'x' } }, '4')]) expect(await resource.write!([item], writeOptions)).toEqual([{ is: 'missing' }])
})

test('What is always sent goes along with the record, and nothing as the text that means it.', async () => {
  const things = {
    fields: { title: { at: 'title.raw' } },
    create: { path: '/things', with: { status: 'draft', c: { e: 1 } }, null_as: '' },
    update: { path: '/things/{key}', null_as: '' },
  }
  const { resource, sent } = await serve(things)
  await resource.write!([{ operation: 'create', values: { title: 'T', c: { d: 2 }, empty: {} }, idempotencyKey: 'k' }], writeOptions)
  await resource.write!([update({ title: null, more: { inner: null } })], writeOptions)
  expect(sent).toEqual([{ status: 'draft', c: { e: 1, d: 2 }, title: 'T', empty: {} }, { title: '', more: { inner: '' } }])
})

test.each([
  [{ ...UPDATE, body: undefined }, 'needs a `body`'],
  [{ ...UPDATE, body: { all: '{record}' } }, 'never uses {changes}'],
  [{ ...UPDATE, changes: { size: { set: { a: '{item}' } } } }, 'unknown placeholder {item}'],
])('A table of changes that can not work is a mistake in the manifest.', async (given, says) => {
  const { body, ...rest } = given
  const definition = { http: 1, resources: { things: { ...THINGS, update: body === undefined ? rest : given } } }
  await expect(openHttp('http://127.0.0.1:1', { definition } as never)).rejects.toThrow(says)
})
