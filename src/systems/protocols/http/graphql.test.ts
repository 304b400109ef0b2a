import { afterEach, describe, expect, test } from 'vitest'
import { json, openHttp, type Received, specOf, startServer, writeOptions } from '../../../../test/support/http-servers.ts'
import { parseJson } from '../../../base/json.ts'
import type { Page, Resource, WriteItem } from '../../contract.ts'
import { readGraphql } from './manifest/graphql-text.ts'
import { parseManifest } from './manifest/manifest-load.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

interface Sent { readonly query: string; readonly variables: Record<string, unknown> }
async function serve(manifest: object, answer: (sent: Sent, count: number) => unknown, identifiers: readonly string[] = []): Promise<{ resource: Resource; sent: Sent[] }> {
  const sent: Sent[] = []
  const server = await startServer((request: Received) => {
    const body = parseJson(request.body) as unknown as Sent
    sent.push(body)
    json(request.response, 200, answer(body, sent.length))
  })
  const session = await openHttp(server.url, { definition: { http: 1, parallel: 1, graphql: { path: '/api' }, ...manifest } as never })
  open.push(server, session)
  return { resource: session.resource({ ...specOf('things'), identifiers: identifiers.map((path) => [path]) }), sent }
}
const item = (operation: WriteItem['operation'], values: object, key?: string): WriteItem => ({ operation, values: values as never, idempotencyKey: `k-${key ?? 'new'}`, ...(key === undefined ? {} : { key }) })
const signal = new AbortController().signal
async function read(resource: Resource, since?: string): Promise<Page[]> {
  const pages: Page[] = []
  for await (const page of resource.read({ signal, pageSize: 100, ...(since === undefined ? {} : { since }) })) pages.push(page)
  return pages
}
const tidy = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('The text of a request', () => {
  const repeated = (text: string): string => {
    const read = readGraphql(text)
    return 'problem' in read || !read.repeated ? 'not' : tidy(read.repeated(2))
  }

  test('is repeated with variables and an alias for each record; strings, comments and fragments stay what they are.', () => {
    expect(repeated('mutation Change($input: T!, $n: Int = 3) { x: updateThing(input: $input, n: $n, note: "costs $input {") @live { ...F } } fragment F on Thing { id # no $variable\n name }')).toBe(
      'mutation ($m0_input: T!, $m0_n: Int = 3, $m1_input: T!, $m1_n: Int = 3) { m0: updateThing(input: $m0_input, n: $m0_n, note: "costs $input {") @live { ...F } m1: updateThing(input: $m1_input, n: $m1_n, note: "costs $input {") @live { ...F } } fragment F on Thing { id # no $variable name }',
    )
    expect(repeated('{ thing { id } }')).toBe('query { m0: thing { id } m1: thing { id } }')
  })

  test('can\'t be repeated with several fields at its root or variables in its fragments.', () => {
    expect(repeated('{ a { id } b { id } }')).toBe('not')
    expect(repeated('{ ...F }')).toBe('not')
    expect(repeated('query ($x: Int) { a { ...F } } fragment F on A { b(x: $x) }')).toBe('not')
  })

  test('is checked when the manifest is loaded.', () => {
    const load = (call: string, more = ''): string => {
      try {
        parseManifest(`http: 1\ngraphql: { path: /g }\nresources:\n  a:\n    list: { graphql: ${JSON.stringify(call)}, records: data.a${more} }`, 'shop.yaml')
        return 'loaded'
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(load('{ a { id } }')).toBe('loaded')
    expect(load('{ a { id }')).toContain('does not close')
    expect(load('subscription { a }')).toContain('begins with `subscription`')
    expect(load('{ a } { b }')).toContain('several operations')
    expect(load('{ a(x: ^) }')).toContain('position 8')
    expect(load('{ a { id } }', ', paging: { kind: offset, parameter: variables.skip, in: body }')).toContain('declares no variable $skip')
    expect(load('{ a { id } }', ', each: { path: inner, parent: a }')).toBe('loaded')
    expect(() => parseManifest('http: 1\ngraphql: { path: /g }\nresources:\n  a:\n    get: { graphql: "query ($id: ID!) { a(id: $id) { id } b { id } }", variables: { id: "{key}" }, record: data.a, aliases: 9 }', 'shop.yaml')).toThrow('exactly one field at its root')
    expect(() => parseManifest('http: 1\nresources:\n  a:\n    delete: { path: "/a/{key}", aliases: 9 }', 'shop.yaml')).toThrow('needs `graphql`')
  })
})

describe('Several records in one request', () => {
  const manifest = {
    errors: { failed: ['errors', { path: 'data.*.result', is: ['KEPT'] }], code: ['data.*.code', 'errors.0.extensions.code'], text: ['data.*.message', 'errors.0.message'], means: [{ code: 'NOT_FOUND', is: 'missing' }] },
    resources: {
      things: {
        list: { graphql: '{ things { id } }', records: 'data.things' },
        get: { graphql: 'query ($id: ID!) { thing(id: $id) { id name } }', variables: { id: '{key}' }, record: 'data.thing', may_lack_record: true, aliases: 3 },
        find: { graphql: 'query ($name: String!) { things(name: $name) { id name } }', variables: { name: '{value}' }, records: 'data.things', fields: ['name'], aliases: 10, letters: 'lower' },
        create: { graphql: 'mutation ($input: T!) { createThing(input: $input) { id name } }', variables: { input: '{record}' }, record: 'data.createThing', aliases: 50 },
        update: { graphql: 'mutation ($input: T!) { updateThing(input: $input) { id name } }', key_in: 'id', variables: { input: '{record}' }, record: 'data.updateThing', may_lack_record: true, aliases: 50 },
        delete: { graphql: 'mutation ($id: ID!) { deleteThing(id: $id) { result message } }', variables: { id: '{key}' }, aliases: 50 },
      },
    },
  }
  type Answers = (name: string, variables: Record<string, unknown>) => unknown
  const each = (answers: Answers) => (sent: Sent): unknown => {
    const data: Record<string, unknown> = {}
    for (const [, alias, field] of sent.query.matchAll(/(m\d+): (\w+)/g)) {
      data[alias!] = answers(field!, Object.fromEntries(Object.entries(sent.variables).filter(([name]) => name.startsWith(`${alias}_`)).map(([name, value]) => [name.slice(alias!.length + 1), value])))
    }
    return { data }
  }

  test('are changed, each with its own result.', async () => {
    const { resource, sent } = await serve(manifest, each((_, { input }) => {
      const { id, name } = input as { id: string; name: string }
      return id === '2' ? { code: 'TOO_LONG', message: 'The name is too long' } : id === '3' ? null : { id, name }
    }))
    expect(await resource.write!(['1', '2', '3', '4'].map((key) => item('update', { name: `N${key}` }, key)), writeOptions)).toMatchObject([
      { is: 'done', key: '1', record: { values: { name: 'N1' } } }, { is: 'unsure' }, { is: 'missing' }, { is: 'done', key: '4' },
    ])
    expect(sent).toHaveLength(1)
    expect(sent[0]!.variables).toMatchObject({ m0_input: { name: 'N1', id: '1' }, m3_input: { name: 'N4', id: '4' } })
  })

  test('are refused by what the answer about each says, whatever it says about others.', async () => {
    const failing = { ...manifest, errors: { ...manifest.errors, failed: ['errors', 'data.*.code', { path: 'data.*.result', is: ['KEPT'] }] } }
    const { resource, sent } = await serve(failing, each((field, { input, id }) => (field === 'deleteThing' ? { result: id === '8' ? 'KEPT' : 'DELETED', message: 'It is in use' } : (input as { name: string }).name === 'bad' ? { code: 'TOO_LONG', message: 'The name is too long' } : { id: '5', name: 'good' })))
    expect(await resource.write!([item('create', { name: 'good' }), item('create', { name: 'bad' }), item('delete', {}, '7'), item('delete', {}, '8')], writeOptions)).toMatchObject([
      { is: 'done', key: '5' }, { is: 'refused', code: 'TOO_LONG', says: 'The name is too long' }, { is: 'done', key: '7' }, { is: 'refused', says: 'It is in use' },
    ])
    expect(sent).toHaveLength(2)
  })

  test('of which one takes the whole answer with it: updates are sent again, creates are unsure.', async () => {
    const { resource, sent } = await serve(manifest, (one, count) => {
      if (count <= 1 || one.query.includes('createThing')) return { data: null, errors: [{ message: 'No such thing', path: ['m1'], extensions: { code: 'NOT_FOUND' } }] }
      const { id } = (one.variables as { input: { id: string } }).input
      return { data: { updateThing: { id, name: 'N' } } }
    })
    expect(await resource.write!(['1', '2', '3'].map((key) => item('update', { name: 'N' }, key)), writeOptions)).toMatchObject([{ is: 'done', key: '1' }, { is: 'missing' }, { is: 'done', key: '3' }])
    expect(sent.map((one) => Object.keys(one.variables).length)).toEqual([3, 1, 1])
    // A create that was refused with code NOT_FOUND is a mistake of the manifest, and nobody's record.
    expect(await resource.write!([item('create', { name: 'a' }), item('create', { name: 'b' }), item('create', { name: 'c' })], writeOptions)).toMatchObject([{ is: 'unsure' }, { is: 'later' }, { is: 'unsure' }])
  })

  test('that were refused before anything was executed are sent by themselves; who may not, stops all.', async () => {
    const { resource, sent } = await serve(manifest, (one, count) => {
      if (count === 1) return { errors: [{ message: 'Variable "$m1_input" got an invalid value', extensions: { code: 'BAD_USER_INPUT' } }] }
      const { input } = one.variables as { input: { id: string; name: unknown } }
      return input.name === 7 ? { errors: [{ message: 'Variable "$input" got an invalid value', extensions: { code: 'BAD_USER_INPUT' } }] } : { data: { updateThing: { id: input.id, name: input.name } } }
    })
    expect(await resource.write!([item('update', { name: 'a' }, '1'), item('update', { name: 7 }, '2')], writeOptions)).toMatchObject([{ is: 'done' }, { is: 'refused', code: 'BAD_USER_INPUT' }])
    expect(sent).toHaveLength(3)
    const locked = await serve(manifest, () => ({ data: null, errors: [{ message: 'You are not authorized', path: ['m0'], extensions: { code: 'FORBIDDEN' } }] }))
    await expect(locked.resource.write!([item('update', { name: 'a' }, '1'), item('update', { name: 'b' }, '2')], writeOptions)).rejects.toMatchObject({ class: 'auth' })
    expect(locked.sent).toHaveLength(1)
  })

  test('are read by key and looked up, and what one of them lacks is asked for by itself.', async () => {
    const { resource, sent } = await serve(manifest, (one, count) => {
      if (count === 2) return { data: null, errors: [{ message: 'no', path: ['m0'], extensions: { code: 'NOT_FOUND' } }] }
      if (!one.query.includes('m0')) return one.variables['id'] === '4' ? { data: { thing: null } } : { data: { thing: { id: one.variables['id'], name: 'N' } } }
      return each((field, { id, name }) => (field === 'things' ? [{ id: '9', name }, { id: '8', name: 'another' }] : id === '2' ? null : { id, name: 'N' }))(one)
    }, ['name'])
    expect((await resource.readKeys!(['1', '2', '3', '4', '5'], signal)).map((record) => record.key)).toEqual(['1', '3', '5'])
    expect(sent).toHaveLength(4)
    expect(resource.traits.find).toBe(true)
    expect((await resource.find!(['name'], [['Red'], ['BLUE']], signal)).map((record) => record.values['name'])).toEqual(['blue'])
    expect(sent.at(-1)!.variables).toEqual({ m0_name: 'red', m1_name: 'blue' })
  })
})

describe('Lists', () => {
  const relay = {
    resources: {
      things: {
        changed: 'at',
        list: {
          graphql: 'query ($first: Int, $after: String, $since: DateTime) { things(first: $first, after: $after, since: $since) { edges { node { id at name } } pageInfo { endCursor hasNextPage } } }',
          records: 'data.things.edges', record: 'node',
          paging: { kind: 'cursor', parameter: 'variables.after', size: 'variables.first', in: 'body', at_most: 2, next: 'data.things.pageInfo.endCursor', more: 'data.things.pageInfo.hasNextPage' },
          since: { variables: { since: '{since}' } },
        },
      },
    },
  }
  const node = (n: number): object => ({ node: { id: String(n), at: `2026-01-0${n}T00:00:00Z`, name: `N${n}` } })
  const page = (edges: readonly object[], endCursor: string | null): object => ({ things: { edges, pageInfo: { endCursor, hasNextPage: endCursor !== null } } })

  test('are turned by the cursor of the connection, and are complete when it says that no page follows.', async () => {
    const { resource, sent } = await serve(relay, (one) => ({ data: one.variables['after'] === 'c2' ? page([node(3)], null) : page([node(1), node(2)], 'c2') }))
    const pages = await read(resource)
    expect(pages.flatMap((one) => one.records.map((record) => record.key))).toEqual(['1', '2', '3'])
    expect(pages.map((one) => one.complete)).toEqual([undefined, true])
    expect(sent.map((one) => one.variables)).toEqual([{ first: 2 }, { after: 'c2', first: 2 }])
    await read(resource, pages[1]!.position)
    expect(sent[2]!.variables).toEqual({ since: '2026-01-02T23:59:00.000Z', first: 2 })
  })

  test('with records that could not be answered whole set these aside, are never complete, and no position passes them.', async () => {
    const { resource } = await serve(relay, () => ({ data: page([node(1), node(2)], null), errors: [{ message: 'no stock service', path: ['things', 'edges', 1, 'node', 'name'] }] }))
    const pages = await read(resource)
    expect(pages).toMatchObject([{ records: [{ key: '1' }], broken: [{ key: '2', says: 'The system could not answer this record whole: no stock service' }], complete: false }])
    expect(pages[0]!.position).toBeUndefined()
  })

  test('with a failure anywhere else are a failure.', async () => {
    const { resource } = await serve(relay, (_, count) => (count === 1 ? { data: page([node(1)], null), errors: [{ message: 'no count', path: ['things', 'pageInfo'] }] } : { data: null, errors: [{ message: 'fault', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }))
    await expect(read(resource)).rejects.toMatchObject({ code: 'http.refused' })
    await expect(read(resource)).rejects.toMatchObject({ class: 'remote' })
  })

  test('inside other records are read with what stands around them.', async () => {
    const { resource } = await serve({
      resources: { things: { key: ['order.id', 'id'], list: { graphql: 'query ($skip: Int, $take: Int) { orders(skip: $skip, take: $take) { id code boxes { id } } }', records: 'data.orders', each: { path: 'boxes', parent: 'order' }, paging: { kind: 'offset', parameter: 'variables.skip', size: 'variables.take', in: 'body', end: 'short', at_most: 2 } } } },
    }, (one) => ({ data: { orders: [{ id: '1', code: 'A', boxes: [{ id: '1' }, { id: '2' }] }, { id: '2', code: 'B', boxes: null }, { id: '3', code: 'C', boxes: [{ id: '1' }] }].slice(one.variables['skip'] as number, (one.variables['skip'] as number) + 2) } }))
    const pages = await read(resource)
    expect(pages.flatMap((one) => one.records.map((record) => [record.key, record.values]))).toEqual([
      ['1|1', { id: '1', order: { id: '1', code: 'A' } }], ['1|2', { id: '2', order: { id: '1', code: 'A' } }], ['3|1', { id: '1', order: { id: '3', code: 'C' } }],
    ])
    expect(pages.at(-1)!.complete).toBe(true)
  })
})

test('Where queries have a price, nobody calls before there is enough left, and a read that was too dear is asked again.', async () => {
  const rests: number[] = []
  let now = 0
  const clock = { now: () => now, sleep: async (ms: number) => { now += ms }, after: () => () => undefined }
  const cost = (needs: number, left: number): object => ({ cost: { requestedQueryCost: needs, throttleStatus: { currentlyAvailable: left, restoreRate: 50 } } })
  let asked = 0
  const server = await startServer((request: Received) => {
    asked += 1
    json(request.response, 200, asked === 1 ? { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: cost(300, 100) } : { data: { things: [{ id: '1' }] }, extensions: cost(300, 250) })
  })
  const session = await openHttp(server.url, {
    definition: {
      http: 1, graphql: { path: '/api', cost: { needs: 'extensions.cost.requestedQueryCost', left: 'extensions.cost.throttleStatus.currentlyAvailable', restores: 'extensions.cost.throttleStatus.restoreRate' } },
      resources: { things: { list: { graphql: '{ things { id } }', records: 'data.things' } } },
    } as never,
  }, { clock: clock as never, rest: async (ms: number) => { rests.push(ms) } })
  open.push(server, session)
  expect((await read(session.resource(specOf('things')))).flatMap((one) => one.records)).toHaveLength(1)
  expect(rests).toEqual([4_000, 1_000])
  expect(now).toBe(4_000)
})
