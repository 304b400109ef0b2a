import { afterEach, describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import { json, never, openHttp, readAll, type Received, specOf, startServer } from '../../../../../test/support/http-servers.ts'
import type { SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(things: object, answer: (request: Received) => void): Promise<{ session: SystemSession; seen: string[] }> {
  const server = await startServer(answer)
  const session = await openHttp(server.url, { definition: { http: 1, resources: { things } } as never })
  open.push(server, session)
  return { session, seen: server.seen }
}

interface Row { id: number; at: string | number }
const START = Date.UTC(2026, 0, 1)
const iso = (second: number): string => new Date(START + second * 1_000).toISOString()

/** A list by time of change, as most systems offer it: `since` inclusive or not, ascending, in pages. */
function changesServer(rows: Row[], options: { inclusive?: boolean; afterPage?: () => void } = {}) {
  return ({ query, response }: Received): void => {
    const since = query.get('since')
    const size = Number(query.get('size'))
    const page = Number(query.get('page'))
    const held = rows.filter((row) => since === null || (options.inclusive === false ? row.at > since : row.at >= since)).toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id))
    json(response, 200, held.slice((page - 1) * size, page * size), { date: new Date(START + 1_000_000_000).toUTCString() })
    options.afterPage?.()
  }
}
const CHANGES = { key: 'id', changed: 'at', list: { path: '/things', paging: { kind: 'page', parameter: 'page', size: 'size' }, since: { query: { since: '{since}' }, overlap: '5s', order: 'ascending' } }, get: { path: '/things/{key}' } }

describe('reading what changed', () => {
  test('A whole read ends with a position, and the next read asks from there minus the overlap.', async () => {
    const rows: Row[] = [{ id: 1, at: iso(10) }, { id: 2, at: iso(20) }]
    const { session, seen } = await serve(CHANGES, changesServer(rows))
    const resource = session.resource(specOf('things'))
    expect(resource.traits.incremental).toBe(true)
    const first = await readAll(resource)
    expect(first).toMatchObject({ keys: ['1', '2'], complete: true, position: `t:${START + 20_000}` })
    rows.push({ id: 3, at: iso(30) })
    const second = await readAll(resource, { since: first.position! })
    expect(second).toMatchObject({ keys: ['2', '3'], position: `t:${START + 30_000}`, complete: false })
    expect(decodeURIComponent(seen.find((line) => line.includes('since'))!)).toContain(`since=${iso(15)}`)
  })

  test('Nothing new keeps the position where it is.', async () => {
    const { session } = await serve(CHANGES, changesServer([]))
    const read = await readAll(session.resource(specOf('things')), { since: `t:${START}` })
    expect(read).toMatchObject({ keys: [], position: `t:${START}`, complete: false })
  })

  test.each([true, false])('Records of one second are never cut in two by a page (since inclusive: %s).', async (inclusive) => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 25 }), fc.integer({ min: 1, max: 5 }), async (seconds, pageSize) => {
      const rows = seconds.map((second, index) => ({ id: index + 1, at: iso(100 + second) }))
      const { session } = await serve(CHANGES, changesServer(rows, { inclusive }))
      const read = await readAll(session.resource(specOf('things')), { since: `t:${START + 99_000}`, pageSize })
      expect(new Set(read.keys)).toEqual(new Set(rows.map((row) => String(row.id))))
    }), { numRuns: 40 })
  })

  test('Records that change while they are read move to the end and push no other out.', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(100), { maxLength: 15 }), fc.integer({ min: 2, max: 5 }), async (moves, pageSize) => {
      const rows = Array.from({ length: 16 }, (_, index) => ({ id: index + 1, at: iso(100 + index) }))
      let now = 200
      const left = [...moves]
      const { session } = await serve(CHANGES, changesServer(rows, { afterPage: () => {
        const move = left.shift()
        if (move === undefined) return
        now += 1
        rows[move % rows.length]!.at = iso(now)
      } }))
      const resource = session.resource(specOf('things'))
      const last = new Map<string, unknown>()
      const read = await readAll(resource, { since: `t:${START + 99_000}`, pageSize })
      const again = await readAll(resource, { since: read.position!, pageSize })
      for (const record of [...read.pages, ...again.pages].flatMap((page) => page.records)) last.set(record.key, record.values['at'])
      expect(Object.fromEntries(last)).toEqual(Object.fromEntries(rows.map((row) => [String(row.id), row.at])))
    }), { numRuns: 40 })
  })

  test('A record that changes right after its page was read is delivered again in the same reading.', async () => {
    const rows: Row[] = [{ id: 1, at: iso(100) }, { id: 2, at: iso(101) }]
    const { session } = await serve(CHANGES, changesServer(rows, { afterPage: () => { rows[1]!.at = iso(150) } }))
    const read = await readAll(session.resource(specOf('things')), { since: `t:${START + 99_000}`, pageSize: 2 })
    expect(read.values.filter((one) => one['id'] === 2).map((one) => one['at'])).toEqual([iso(101), iso(150)])
  })

  test('A position never lies beyond the moment at which the system was asked first.', async () => {
    const rows: Row[] = [{ id: 1, at: iso(10) }, { id: 2, at: iso(5_000) }]
    const { session } = await serve({ ...CHANGES, list: { ...CHANGES.list, since: { ...CHANGES.list.since, order: 'any' } } }, ({ response, query }) => json(response, 200, query.get('page') === '1' ? rows : [], { date: new Date(START + 60_000).toUTCString() }))
    expect((await readAll(session.resource(specOf('things')))).position).toBe(`t:${START + 60_000}`)
  })

  test('Without an order only the last page has a position.', async () => {
    const rows: Row[] = Array.from({ length: 7 }, (_, index) => ({ id: index + 1, at: iso(70 - index) }))
    const { session } = await serve({ ...CHANGES, list: { ...CHANGES.list, since: { ...CHANGES.list.since, order: 'any' } } }, changesServer(rows))
    const read = await readAll(session.resource(specOf('things')), { since: `t:${START}`, pageSize: 3 })
    expect(read.pages.map((page) => page.position !== undefined)).toEqual([false, false, false, true])
  })

  test.each([
    ['seconds', 'seconds', 1_767_225_610, { since: '{since}' }, 'since=1767225604'],
    ['milliseconds', 'milliseconds', 1_767_225_610_123, { since: '{since}' }, 'since=1767225605123'],
    ['a time without zone, in the zone of the system', 'local', '2026-07-01 12:00:00', { since: '{since}' }, 'since=2026-07-01T11:59:55'],
    ['a filter around it', 'iso_seconds', '2026-07-01T12:00:00Z', { filter: "changed ge '{since}'" }, "filter=changed ge '2026-07-01T11:59:55Z'"],
  ])('It asks in the form that the system speaks: %s.', async (_what, format, at, query, expected) => {
    const { session, seen } = await serve({ ...CHANGES, changed_format: format, list: { path: '/things', since: { query, overlap: '5s', order: 'any' } } }, ({ response }) => json(response, 200, [{ id: 1, at }], { date: 'Fri, 01 Jan 2027 00:00:00 GMT' }))
    const resource = session.resource(specOf('things'))
    const { position } = await readAll(resource)
    await readAll(resource, { since: position! })
    const asked = decodeURIComponent(seen.at(-1)!.replaceAll('+', ' '))
    // Seconds are floored, so that a fraction never asks too late.
    expect(asked === `GET /things?${expected}` || asked === `GET /things?${expected.replace('604', '605')}`).toBe(true)
  })

  test('A counter of changes beyond floating point is kept exactly.', async () => {
    const { session, seen } = await serve({ key: 'id', changed: 'n', changed_format: 'number', list: { path: '/things', since: { query: { from: '{since}' }, overlap: 3, order: 'any' } } }, ({ response }) => json(response, 200, '[{"id":1,"n":9007199254740995}]'))
    const resource = session.resource(specOf('things'))
    const { position } = await readAll(resource)
    expect(position).toBe('n:9007199254740995')
    await readAll(resource, { since: position! })
    expect(seen.at(-1)).toBe('GET /things?from=9007199254740992')
  })

  test('A position of another form is refused instead of guessed.', async () => {
    const { session } = await serve(CHANGES, changesServer([]))
    await expect(readAll(session.resource(specOf('things')), { since: 'n:5' })).rejects.toMatchObject({ class: 'config' })
  })
})

describe('records', () => {
  test('Key, version, time of change and deletion are taken from where the manifest says.', async () => {
    const { session } = await serve({ key: ['region', 'no'], changed: 'meta.changed', version: { path: 'meta.version', order: true }, deleted: { path: 'state', is: ['removed'] }, list: { path: '/things', records: 'data', record: 'attributes' } },
      ({ response }) => json(response, 200, { data: [{ attributes: { region: 'pl|1', no: 7, state: 'removed', meta: { changed: '2026-01-01T00:00:00.5+01:00', version: 12 } } }] }))
    const resource = session.resource(specOf('things'))
    expect(resource.traits.version).toBe('ordered')
    const { pages } = await readAll(resource)
    expect(pages[0]!.records[0]).toMatchObject({ key: 'pl%7C1|7', version: '12', editedAt: Date.UTC(2025, 11, 31, 23, 0, 0, 500), deleted: true })
  })

  test('A record without a key is broken and named; the others are read.', async () => {
    const { session } = await serve({ list: { path: '/things' } }, ({ response }) => json(response, 200, [{ id: 1 }, { name: 'no key' }, 'text', { id: '' }, { id: 2 }]))
    const read = await readAll(session.resource(specOf('things')))
    expect(read.keys).toEqual(['1', '2'])
    expect(read.pages[0]!.broken).toHaveLength(3)
    expect(read.pages[0]!.broken![0]).toMatchObject({ place: 'things/#2', says: expect.stringContaining('id') })
  })

  test('The plan decides about the key where it names one.', async () => {
    const { session } = await serve({ list: { path: '/things' } }, ({ response }) => json(response, 200, [{ id: 1, sku: 'A' }]))
    expect((await readAll(session.resource(specOf('things', { key: ['sku'] })))).keys).toEqual(['A'])
  })
})

describe('by key and by identifier', () => {
  test('A version in a header is known from a read by key.', async () => {
    const { session } = await serve({ version: { header: 'ETag' }, get: { path: '/things/{key}', record: 'thing' } }, ({ response }) => json(response, 200, { thing: { id: 5 } }, { etag: '"v7"' }))
    expect(await session.resource(specOf('things')).readKeys!(['5'], never)).toMatchObject([{ key: '5', version: '"v7"' }])
  })

  test('A record that a list of keys leaves out is asked for by itself before it counts as missing.', async () => {
    const { session, seen } = await serve({ get: { path: '/things/{key}' }, get_many: { path: '/things', query: { ids: '{keys}' }, join: ',', at_most: 10 } }, ({ path, response }) => {
      if (path === '/things') json(response, 200, [{ id: 1 }])
      else if (path === '/things/2') json(response, 200, { id: 2 })
      else json(response, 404, {})
    })
    const records = await session.resource(specOf('things')).readKeys!(['1', '2', '3'], never)
    expect(records.map((record) => record.key)).toEqual(['1', '2'])
    expect(seen[0]).toBe('GET /things?ids=1%2C2%2C3')
  })

  test('A server that answers with another record than the one asked for is not believed.', async () => {
    const { session } = await serve({ get: { path: '/things/{key}' } }, ({ response }) => json(response, 200, { id: 1 }))
    await expect(session.resource(specOf('things')).readKeys!(['2'], never)).rejects.toMatchObject({ code: 'http.answer' })
  })

  test('A fault while reading by key is thrown: it is no missing record.', async () => {
    const { session } = await serve({ get: { path: '/things/{key}' } }, ({ response }) => json(response, 500, {}))
    await expect(session.resource(specOf('things')).readKeys!(['2'], never)).rejects.toMatchObject({ class: 'remote' })
  })

  test('The parts of a composite key stand where the address wants them.', async () => {
    const { session, seen } = await serve({ key: ['region', 'no'], get: { path: '/regions/{key.region}/things/{key.1}' } }, ({ response }) => json(response, 200, { region: 'a b', no: 7 }))
    expect(await session.resource(specOf('things')).readKeys!(['a b|7'], never)).toHaveLength(1)
    expect(seen).toEqual(['GET /regions/a%20b/things/7'])
  })

  test('A value in a query language can not end its quotation.', async () => {
    const { session, seen } = await serve({ find: { path: '/things', query: { filter: "{field} eq '{value}'" }, escape: { "'": "''" } } }, ({ response }) => json(response, 200, []))
    await session.resource(specOf('things')).find!(['name'], [["x' or 1 eq 1 or name eq '{field}"]], never)
    expect(decodeURIComponent(seen[0]!.replaceAll('+', ' '))).toBe("GET /things?filter=name eq 'x'' or 1 eq 1 or name eq ''{field}'")
  })

  test('A look-up by a field that the interface does not offer is refused, and the trait says so before.', async () => {
    const { session } = await serve({ find: { path: '/things', query: { '{field}': '{value}' }, fields: { email: 'mail' } } }, ({ response }) => json(response, 200, [{ id: 1, email: 'A@x.pl' }]))
    expect(session.resource(specOf('things', { identifiers: [['vat']] })).traits.find).toBe(false)
    const resource = session.resource(specOf('things', { identifiers: [['email']] }))
    expect(resource.traits.find).toBe(true)
    expect((await resource.find!(['email'], [['a@x.pl'], [null]], never)).map((record) => record.key)).toEqual(['1'])
    await expect(resource.find!(['vat'], [['1']], never)).rejects.toMatchObject({ code: 'http.unable' })
  })

  test('A look-up by address that finds nothing is empty, a list that is not there is a mistake.', async () => {
    const none = await serve({ find: { path: '/things/by-email/{value}', record: 'it', records: 'found' } }, ({ response }) => json(response, 404, {}))
    expect(await none.session.resource(specOf('things')).find!(['email'], [['a@x.pl']], never)).toEqual([])
    const wrong = await serve({ find: { path: '/thingz', query: { email: '{value}' } } }, ({ response }) => json(response, 404, {}))
    await expect(wrong.session.resource(specOf('things')).find!(['email'], [['a@x.pl']], never)).rejects.toMatchObject({ code: 'http.not_there' })
  })
})

test('A time with its zone is a position too; what is none is told what one looks like.', async () => {
  const rows = [{ id: 1, at: iso(0) }, { id: 2, at: iso(7_200) }]
  const { session } = await serve({ changed: 'at', list: { path: '/things', since: { query: { since: '{since}' } } } }, ({ query, response }) => json(response, 200, rows.filter((row) => row.at >= (query.get('since') ?? ''))))
  const things = session.resource(specOf('things'))
  expect((await readAll(things, { since: '2026-01-01T02:00:00+01:00' })).keys).toEqual(['2'])
  expect((await readAll(things, { since: '2026-01-01' })).keys).toEqual(['1', '2'])
  for (const since of ['yesterday', '2026-01-01T01:00:00', 'n:5']) await expect(readAll(things, { since })).rejects.toMatchObject({ code: 'http.position', message: expect.stringContaining('t:1767225600000, or a time') as string })
})

test.each([
  [{ orders: [{ id: 1 }], total: 1, 'a\u0007<b>': 1 }, ' at things. It has orders (a list), total.'],
  [[{ id: 1 }], ' at things. The answer itself is a list.'],
  ['none', ' at things.'],
])('Where the list of records is not where it should be, what is there is said: %j.', async (body, says) => {
  const { session } = await serve({ list: { path: '/things', records: 'things' } }, ({ response }) => json(response, 200, JSON.stringify(body)))
  await expect(readAll(session.resource(specOf('things')))).rejects.toMatchObject({ code: 'http.answer', message: `The answer to GET /things has no list of records${says}` })
})

test('What can be looked up is said to whoever asks for something else.', async () => {
  const { session } = await serve({ list: { path: '/things' }, find: { path: '/things', query: { '{field}': '{value}' }, fields: ['sku', 'email'] } }, ({ response }) => json(response, 200, []))
  await expect(session.resource(specOf('things')).find!(['vat'], [['1']], never)).rejects.toMatchObject({ code: 'http.unable', message: "things can't be looked up by vat, only by sku, email." })
})
