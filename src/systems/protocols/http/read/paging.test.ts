import { afterEach, describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { json, openHttp, readAll, type Received, type Running, specOf, startServer } from '../../../../../test/support/http-servers.ts'
import { parseLinks } from './paging.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const ids = (count: number): { id: number }[] => Array.from({ length: count }, (_, index) => ({ id: index + 1 }))
const keysOf = (rows: readonly { id: number }[]): string[] => rows.map((row) => String(row.id))

async function reading(list: object, answer: (request: Received) => void, pageSize = 3) {
  const server: Running & { seen: string[] } = await startServer(answer)
  open.push(server)
  const session = await openHttp(server.url, { definition: { http: 1, resources: { things: { list: { path: '/things', ...list } } } } as never })
  open.push(session)
  return { server, read: () => readAll(session.resource(specOf('things')), { pageSize }) }
}

const PAGE = { kind: 'page', parameter: 'page', size: 'per_page' }
const OFFSET = { kind: 'offset', parameter: 'start', size: 'limit' }
const pageOf = (rows: readonly object[], request: Received, first = 1) => {
  const size = Number(request.query.get('per_page'))
  const page = Number(request.query.get('page')) - first
  return rows.slice(page * size, (page + 1) * size)
}
const sliceOf = (rows: readonly object[], request: Received) => {
  const start = Number(request.query.get('start'))
  return rows.slice(start, start + Number(request.query.get('limit')))
}

describe('every kind of list is read to its end', () => {
  const rows = ids(8)
  const kinds: [string, object, (request: Received) => void, number][] = [
    ['pages until an empty one', { paging: PAGE }, (request) => json(request.response, 200, pageOf(rows, request)), 4],
    ['pages from zero', { paging: { ...PAGE, first: 0 } }, (request) => json(request.response, 200, pageOf(rows, request, 0)), 4],
    ['pages until a short one', { paging: { ...PAGE, end: 'short' } }, (request) => json(request.response, 200, pageOf(rows, request)), 3],
    ['pages with a total in a header', { paging: { ...PAGE, total: { header: 'X-Total' } } }, (request) => json(request.response, 200, pageOf(rows, request), { 'x-total': '8' }), 3],
    ['pages with a total in the answer', { records: 'data', paging: { ...PAGE, total: { path: 'meta.total' } } }, (request) => json(request.response, 200, { data: pageOf(rows, request), meta: { total: 8 } }), 3],
    ['pages with a number of pages', { records: 'data', paging: { ...PAGE, pages: 'pages' } }, (request) => json(request.response, 200, { data: pageOf(rows, request), pages: 3 }), 3],
    ['pages that say whether more follow', { records: 'data', paging: { ...PAGE, more: 'more' } }, (request) => json(request.response, 200, { data: pageOf(rows, request), more: request.query.get('page') !== '3' }), 3],
    ['offsets with a total', { records: 'data', paging: { ...OFFSET, total: { path: 'total' } } }, (request) => json(request.response, 200, { data: sliceOf(rows, request), total: 8 }), 4],
    ['offsets without a total', { paging: OFFSET }, (request) => json(request.response, 200, sliceOf(rows, request)), 5],
    ['offsets without overlap', { paging: { ...OFFSET, overlap: false } }, (request) => json(request.response, 200, sliceOf(rows, request)), 4],
    ['a cursor', { records: 'data', paging: { kind: 'cursor', parameter: 'after', next: 'next', size: 'limit' } }, ({ query, response }) => {
      const start = Number(query.get('after') ?? 0)
      json(response, 200, { data: rows.slice(start, start + 3), next: start + 3 < 8 ? String(start + 3) : null })
    }, 3],
    ['the last record as the cursor', { records: 'data', paging: { kind: 'cursor', parameter: 'after', last: 'id', more: 'has_more', size: 'limit', at_most: 3 } }, ({ query, response }) => {
      const start = rows.findIndex((row) => String(row.id) === query.get('after')) + 1
      json(response, 200, { data: rows.slice(start, start + 3), has_more: start + 3 < 8 })
    }, 3],
    ['a cursor beside a flag', { records: 'data', paging: { kind: 'cursor', parameter: 'after', next: 'data.2.id', more: 'has_more' } }, ({ query, response }) => {
      const start = Number(query.get('after') ?? 0)
      json(response, 200, { data: rows.slice(start, start + 3), has_more: start + 3 < 8 })
    }, 3],
    ['a Link header', { paging: { kind: 'link' } }, ({ query, response }) => {
      const page = Number(query.get('page') ?? 1)
      json(response, 200, rows.slice((page - 1) * 3, page * 3), page < 3 ? { link: `</things?page=1>; rel="first", </things?page=${page + 1}>; rel="next"` } : {})
    }, 3],
    ['a next link in the answer', { records: 'items', paging: { kind: 'link', path: 'links.next' } }, ({ query, response }) => {
      const page = Number(query.get('page') ?? 1)
      json(response, 200, { items: rows.slice((page - 1) * 3, page * 3), links: { next: page < 3 ? `?page=${page + 1}` : null } })
    }, 3],
    ['one page', {}, ({ response }) => json(response, 200, rows), 1],
    ['a search by POST with the page in the body', { method: 'POST', body: { query: { all: true } }, records: 'data', paging: { ...PAGE, parameter: 'page.number', size: 'page.size', in: 'body', more: 'more' } }, ({ method, body, response }) => {
      const asked = JSON.parse(body) as { query: { all: boolean }; page: { number: number; size: number } }
      if (method !== 'POST' || !asked.query.all) throw new Error('not asked for as the manifest says')
      json(response, 200, { data: rows.slice((asked.page.number - 1) * 3, asked.page.number * 3), more: asked.page.number < 3 })
    }, 3],
  ]
  test.each(kinds)('%s', async (_what, list, answer, requests) => {
    const { read, server } = await reading(list, answer)
    const result = await read()
    expect(result.keys).toEqual(keysOf(rows))
    expect(result.complete).toBe(true)
    expect(result.pages.filter((page) => page.complete !== undefined)).toHaveLength(1)
    expect(server.seen).toHaveLength(requests)
  })

  test('The page size is never larger than the interface allows.', async () => {
    const { read, server } = await reading({ paging: { ...PAGE, at_most: 2 } }, (request) => json(request.response, 200, pageOf(ids(3), request)), 500)
    await read()
    expect(server.seen[0]).toBe('GET /things?page=1&per_page=2')
  })

  test('For any length and page size an offset list is read once and whole.', async () => {
    let rows = ids(0)
    const { server: live } = await reading({ paging: OFFSET }, (request) => json(request.response, 200, sliceOf(rows, request)))
    const session = await openHttp(live.url, { definition: { http: 1, resources: { things: { list: { path: '/things', paging: OFFSET } } } } as never })
    open.push(session)
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 9 }), async (count, pageSize) => {
      rows = ids(count)
      const result = await readAll(session.resource(specOf('things')), { pageSize })
      expect(result.keys).toEqual(keysOf(rows))
      expect(result.complete).toBe(true)
    }), { numRuns: 60 })
  })
})

describe('a list that is not what it seems is not complete', () => {
  test.each([
    ['an empty first page while the total says otherwise', { paging: { ...PAGE, total: { header: 'X-Total' } } }, () => [[], '5'] as const],
    ['a total that is larger than what is sent', { paging: { ...PAGE, total: { header: 'X-Total' } } }, (request: Received) => [pageOf(ids(4), request), '5'] as const],
    ['an offset list that ends before its total', { paging: { ...OFFSET, total: { header: 'X-Total' } } }, (request: Received) => [sliceOf(ids(4), request), '9'] as const],
    ['an empty offset list while the total says otherwise', { paging: { ...OFFSET, total: { header: 'X-Total' } } }, () => [[], '9'] as const],
  ])('%s', async (_what, list, answer) => {
    const { read } = await reading(list, (request) => {
      const [rows, total] = answer(request)
      json(request.response, 200, rows, { 'x-total': total })
    })
    expect((await read()).complete).toBe(false)
  })

  test('A cursor that is missing although more is announced', async () => {
    const { read } = await reading({ records: 'data', paging: { kind: 'cursor', parameter: 'after', next: 'next', more: 'more' } }, ({ response }) => json(response, 200, { data: ids(3), more: true }))
    expect((await read()).complete).toBe(false)
  })

  test('A total that changes while pages are read', async () => {
    let total = 7
    const { read } = await reading({ paging: { ...PAGE, total: { header: 'X-Total' } } }, (request) => {
      json(request.response, 200, pageOf(ids(total), request), { 'x-total': String(total) })
      total = 6
    })
    expect((await read()).complete).toBe(false)
  })

  test('A record that slides onto the next page', async () => {
    const rows = ids(7)
    const { read } = await reading({ paging: PAGE }, (request) => {
      json(request.response, 200, pageOf(rows, request))
      if (request.query.get('page') === '1') rows.unshift({ id: 0 })
    })
    expect((await read()).complete).toBe(false)
  })

  test('A promised total that is not there is a fault.', async () => {
    const { read } = await reading({ paging: { ...PAGE, total: { header: 'X-Total' } } }, (request) => json(request.response, 200, pageOf(ids(4), request)))
    await expect(read()).rejects.toMatchObject({ code: 'http.answer' })
  })

  test('An error in the middle is thrown after the good pages.', async () => {
    const { read } = await reading({ paging: PAGE }, (request) => (request.query.get('page') === '2' ? json(request.response, 500, { message: 'disk full' }) : json(request.response, 200, pageOf(ids(7), request))))
    await expect(read()).rejects.toMatchObject({ class: 'remote', message: expect.stringContaining('disk full') })
  })

  test('An empty answer without a count is asked for again before it is believed.', async () => {
    let asked = 0
    const { read } = await reading({ paging: PAGE }, (request) => {
      asked += 1
      json(request.response, 200, asked === 1 ? [] : pageOf(ids(2), request))
    })
    expect(await read()).toMatchObject({ keys: ['1', '2'], complete: true })
  })
})

describe('a list that never ends is given up', () => {
  test.each([
    ['a cursor that stands still', { records: 'data', paging: { kind: 'cursor', parameter: 'after', next: 'next' } }, (turn: number) => ({ data: [{ id: turn }], next: 'same' })],
    ['cursors in a circle', { records: 'data', paging: { kind: 'cursor', parameter: 'after', next: 'next' } }, (turn: number) => ({ data: [{ id: turn }], next: `c${turn % 5}` })],
    ['a next link that leads back', { records: 'data', paging: { kind: 'link', path: 'next' } }, (turn: number) => ({ data: [{ id: turn }], next: `/things?p=${turn % 2}` })],
    ['a server that ignores the page', { records: 'data', paging: PAGE }, () => ({ data: ids(3) })],
    ['a server that ignores the offset', { records: 'data', paging: OFFSET }, () => ({ data: ids(3) })],
  ])('%s', async (_what, list, answer) => {
    let turn = 0
    const { read, server } = await reading(list, ({ response }) => {
      turn += 1
      json(response, 200, answer(turn))
    })
    await expect(read()).rejects.toMatchObject({ code: 'http.paging' })
    expect(server.seen.length).toBeLessThan(30)
  })
})

test('Whatever is taken away or added while an offset list is read, what stayed is delivered.', async () => {
  let rows = ids(0)
  let changes: { at: number; remove: boolean }[][] = []
  let next = 1_000
  const touched = new Set<string>()
  const { server } = await reading({ paging: OFFSET }, (request) => {
    json(request.response, 200, sliceOf(rows, request))
    for (const change of changes.shift() ?? []) {
      const place = change.at % Math.max(rows.length, 1)
      if (change.remove && rows.length > 0) touched.add(String(rows.splice(place, 1)[0]!.id))
      if (change.remove) continue
      next += 1
      touched.add(String(next))
      rows.splice(place, 0, { id: next })
    }
  })
  const session = await openHttp(server.url, { definition: { http: 1, resources: { things: { list: { path: '/things', paging: OFFSET } } } } as never })
  open.push(session)
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 30 }), fc.integer({ min: 2, max: 6 }), fc.array(fc.array(fc.record({ at: fc.nat(40), remove: fc.boolean() }), { maxLength: 5 }), { maxLength: 12 }),
    async (count, pageSize, plan) => {
      rows = ids(count)
      const stayed = new Set(keysOf(rows))
      changes = [...plan]
      touched.clear()
      const result = await readAll(session.resource(specOf('things')), { pageSize })
      const got = new Set(result.keys)
      for (const key of touched) stayed.delete(key)
      expect([...stayed].filter((key) => !got.has(key))).toEqual([])
    },
  ), { numRuns: 200 })
})

test.each([
  ['<https://x.example/a?b=1,2>; rel="next"', { next: 'https://x.example/a?b=1,2' }],
  ['</a>; title="x; rel=\\"prev\\""; rel=next', { next: '/a' }],
  ['</a>; rel="prev next"', { prev: '/a', next: '/a' }],
  ['', {}],
  ['<'.repeat(50_000), {}],
])('The link header %j', (header, expected) => {
  expect(parseLinks(header)).toMatchObject(expected)
})
