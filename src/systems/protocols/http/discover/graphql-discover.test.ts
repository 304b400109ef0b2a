import { afterEach, expect, test } from 'vitest'
import { parse } from 'yaml'
import { contextOf, json, openHttp, readAll, type Received, specOf, startServer } from '../../../../../test/support/http-servers.ts'
import type { SettingValue } from '../../../contract.ts'
import { httpConnector } from '../index.ts'
import { parseManifest } from '../manifest/manifest-load.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

type Ref = { kind: string; name: string | null; ofType: Ref | null }
/** `[Thing!]!` as introspection says it. */
function ref(text: string): Ref {
  if (text.endsWith('!')) return { kind: 'NON_NULL', name: null, ofType: ref(text.slice(0, -1)) }
  if (text.startsWith('[')) return { kind: 'LIST', name: null, ofType: ref(text.slice(1, -1)) }
  return { kind: KINDS[text] ?? 'SCALAR', name: text, ofType: null }
}
const KINDS: Record<string, string> = { Person: 'OBJECT', People: 'OBJECT', Edge: 'OBJECT', PageInfo: 'OBJECT', Tag: 'OBJECT', City: 'OBJECT', Saved: 'UNION', Taken: 'OBJECT', PersonInput: 'INPUT_OBJECT', Where: 'INPUT_OBJECT', Text: 'INPUT_OBJECT', Gone: 'OBJECT' }
/** `name(arg: Type): Type` */
const field = (text: string): object => {
  const [, name, args, type] = /^(\w+)(?:\((.*)\))?: (.*)$/.exec(text)!
  return { name, isDeprecated: false, type: ref(type!), args: (args ?? '').split(', ').filter(Boolean).map((one) => ({ name: one.split(': ')[0], defaultValue: null, type: ref(one.split(': ')[1]!) })) }
}
const input = (text: string): object => ({ name: text.split(': ')[0], defaultValue: null, type: ref(text.split(': ')[1]!) })
const object = (name: string, ...fields: string[]): object => ({ kind: 'OBJECT', name, fields: fields.map(field), inputFields: null, possibleTypes: null })
const SCHEMA = {
  queryType: { name: 'Query' }, mutationType: { name: 'Mutation' },
  types: [
    object('Query', 'people(first: Int, after: String, where: Where): People!', 'person(id: ID!): Person', 'allTags(page: Int, perPage: Int): [Tag]', 'me: Person', 'secret(id: ID!): [Tag]'),
    object('Mutation', 'createPerson(input: PersonInput!): Saved!', 'updatePerson(id: ID!, input: PersonInput!): Saved!', 'deletePerson(id: ID!): Gone', 'createTag(label: String!, rank: Int): Tag', 'updateTag(id: ID!, label: String, rank: Int): Tag', 'removeTag(id: ID!): Boolean'),
    object('People', 'edges: [Edge!]!', 'pageInfo: PageInfo!', 'totalCount: Int!'), object('Edge', 'node: Person!', 'cursor: String'), object('PageInfo', 'endCursor: String', 'hasNextPage: Boolean!'),
    object('Person', 'id: ID!', 'name: String!', 'updatedAt: DateTime!', 'city: City', 'born: Date', 'friends(first: Int!): People', 'tags: [Tag!]!'),
    object('City', 'code: String!', 'name: String'), object('Tag', 'id: ID!', 'label: String', 'rank: Int'), object('Gone', 'ok: Boolean'), object('Taken', 'message: String!', 'code: String'),
    { kind: 'UNION', name: 'Saved', fields: null, inputFields: null, possibleTypes: [{ name: 'Person' }, { name: 'Taken' }] },
    { kind: 'INPUT_OBJECT', name: 'PersonInput', fields: null, inputFields: [input('name: String')], possibleTypes: null },
    { kind: 'INPUT_OBJECT', name: 'Where', fields: null, inputFields: [input('updatedAt_gte: DateTime'), input('name: Text')], possibleTypes: null },
    { kind: 'INPUT_OBJECT', name: 'Text', fields: null, inputFields: [input('_in: [String!]')], possibleTypes: null },
  ],
}

/** Lists of an interface that counts its pages from `first`, with a query beside each that counts it. */
async function serveBoats(first: number, refusesZero = false) {
  const schema = {
    queryType: { name: 'Query' }, mutationType: null,
    types: [
      object('Query', 'boats(page: Int, perPage: Int, filter: Where): [Person]', '_boatsMeta(page: Int, filter: Where): Taken', 'piers(page: Int, perPage: Int): [Person]'),
      object('Person', 'id: ID!', 'name: String!', 'length: Int', 'updatedAt: DateTime'), object('Taken', 'count: Int'),
      { kind: 'INPUT_OBJECT', name: 'Where', fields: null, inputFields: [input('name: String'), input('length: Int'), input('updatedAt_gte: DateTime')], possibleTypes: null },
    ],
  }
  const boats = Array.from({ length: 7 }, (_, index) => ({ id: String(index + 1), name: `Boat ${index + 1}`, length: index, updatedAt: '2026-01-01T00:00:00Z' }))
  const server = await startServer((request: Received) => {
    const { query, variables } = JSON.parse(request.body) as { query: string; variables?: { page: number; perPage: number } }
    if (query.includes('__schema')) return json(request.response, 200, { data: { __schema: schema } })
    const { page, perPage } = variables!
    if (page < first && refusesZero) return json(request.response, 200, { errors: [{ message: 'There is no page 0' }], data: { boats: null } })
    const at = Math.max(0, page - first) * perPage
    json(request.response, 200, { data: query.includes('piers') ? { piers: [] } : { boats: boats.slice(at, at + perPage), _boatsMeta: { count: boats.length } } })
  })
  open.push(server)
  const { text } = await httpConnector.draft!({ url: `${server.url}/graphql`, graphql: true }, contextOf(), { paths: [] }, signal)
  const session = await openHttp(server.url, { definition: parse(text) as SettingValue, page_size: 3 })
  open.push(session)
  return { manifest: parseManifest(text, 'draft.yaml'), session }
}

async function serve(answer: unknown, status = 200) {
  const server = await startServer((request: Received) => json(request.response, status, answer))
  const session = await openHttp(`${server.url}/api/graphql`, { graphql: true, token: 'canary' })
  open.push(server, session)
  const draft = async (): Promise<string> => (await httpConnector.draft!({ url: `${server.url}/api/graphql`, graphql: true, token: 'canary' }, contextOf(), { paths: [] }, signal)).text
  return { session, draft, seen: server.seen }
}
const signal = new AbortController().signal

test('A GraphQL interface without a manifest says what it has.', async () => {
  const { session, seen } = await serve({ data: { __schema: SCHEMA } })
  await session.check(signal)
  expect(await session.discover!(signal)).toMatchObject([
    { name: 'people', key: ['id'], changedAt: 'updatedAt', fields: [{ path: 'id', type: 'text', nullable: false }, { path: 'name' }, { path: 'updatedAt', type: 'datetime' }, { path: 'city.code' }, { path: 'city.name', nullable: true }, { path: 'born', type: 'date' }] },
    { name: 'allTags', key: ['id'], fields: [{ path: 'id' }, { path: 'label' }, { path: 'rank', type: 'integer' }] },
  ])
  expect(seen).toEqual(['POST /api/graphql', 'POST /api/graphql'])
})

test('A first manifest is written from that, and is accepted as it stands.', async () => {
  const { draft } = await serve({ data: { __schema: SCHEMA } })
  const text = await draft()
  expect(text.split('\n').length).toBeLessThan(40)
  const manifest = parseManifest(text, 'draft.yaml')
  expect(manifest).toMatchObject({
    graphql: { path: '/api/graphql' }, auth: { kind: 'bearer' },
    resources: {
      people: {
        changed: 'updatedAt',
        list: {
          records: 'data.people.edges', record: 'node', since: { variables: { where: { updatedAt_gte: '{since}' } } },
          paging: { kind: 'cursor', parameter: 'variables.after', size: 'variables.first', next: 'data.people.pageInfo.endCursor', more: 'data.people.pageInfo.hasNextPage' },
        },
        get: { variables: { id: '{key}' }, record: 'data.person', may_lack_record: true },
        find: { variables: { where: { '{field}': { _in: '{values}' } } }, fields: ['name'] },
        create: { variables: { input: '{record}' } }, update: { variables: { id: '{key}', input: '{record}' } }, delete: { graphql: 'mutation ($id: ID!) { deletePerson(id: $id) { ok } }' },
      },
      allTags: { list: { paging: { kind: 'page', parameter: 'variables.page', size: 'variables.perPage', end: 'short' } }, create: { variables: '{record}' }, update: { variables: '{record}', key_in: 'id' }, delete: { graphql: 'mutation ($id: ID!) { removeTag(id: $id) }' } },
    },
  })
  expect(manifest.resources['people']!.list!.graphql).toBe('query ($after: String, $first: Int, $where: Where) { people(after: $after, first: $first, where: $where) { edges { node { id name updatedAt city { code name } born } } totalCount pageInfo { endCursor hasNextPage } } }')
  expect(manifest.resources['people']!.create!.graphql).toContain('{ __typename ... on Person { id name updatedAt city { code name } born } ... on Taken { problem: message } }')
})

test.each([
  ['that is switched off', { errors: [{ message: 'GraphQL introspection is not allowed', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }, 400],
  ['that is refused in a good answer', { errors: [{ message: 'Introspection is disabled' }] }, 200],
  ['that says nothing', { data: { __schema: null } }, 200],
])('An introspection %s is told with what to do instead.', async (_, answer, status) => {
  const { session } = await serve(answer, status)
  await expect(session.discover!(signal)).rejects.toMatchObject({ code: 'http.introspection', hint: expect.stringContaining('write the manifest by the documentation') as string })
})

test('Who may not come in is told that, and nothing about introspection.', async () => {
  const { session } = await serve({ errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] })
  await expect(session.discover!(signal)).rejects.toMatchObject({ class: 'auth' })
})

test.each([[0, false], [1, false], [1, true]])('Where pages begin is asked, and no page is left out (first page %i, page 0 refused: %s).', async (first, refuses) => {
  const { manifest, session } = await serveBoats(first, refuses)
  const start = first === 0 ? { first: 0 } : {}
  expect(manifest.resources['boats']!.list!.paging).toEqual({ kind: 'page', in: 'body', parameter: 'variables.page', size: 'variables.perPage', at_most: 100, total: { path: 'data._boatsMeta.count' }, ...start })
  // An empty list does not tell: it is taken to be like the others.
  expect(manifest.resources['piers']!.list!.paging).toMatchObject({ end: 'short', ...start })
  const read = await readAll(session.resource(specOf('boats')))
  expect(read.complete).toBe(true)
  expect(read.keys).toEqual(['1', '2', '3', '4', '5', '6', '7'])
})

test('A filter that takes the value itself is a look-up, for texts; a number that counts the list heeds the filter of `since`.', async () => {
  const { manifest } = await serveBoats(0)
  expect(manifest.resources['boats']!.find).toMatchObject({ variables: { filter: { '{field}': '{value}' } }, fields: ['name'], aliases: 20 })
  expect(manifest.resources['boats']!.list!.graphql).toBe('query ($page: Int, $perPage: Int, $filter: Where) { boats(page: $page, perPage: $perPage, filter: $filter) { id name length updatedAt } _boatsMeta(filter: $filter) { count } }')
})

test('An address at which nothing is, is told so, and nothing about introspection.', async () => {
  const { session } = await serve({}, 404)
  await expect(session.discover!(signal)).rejects.toMatchObject({ code: 'http.not_there', message: expect.stringContaining('no GraphQL interface at /api/graphql') as string })
})
