import { afterEach, describe, expect, test } from 'vitest'
import { json, openHttp, readAll, type Received, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import { virtualClock } from '../../../../base/clock.ts'
import type { ConnectorContext, SystemSession } from '../../../contract.ts'
import { restTold } from './limits.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})
async function serve(manifest: object, answer: (request: Received) => void | Promise<void>, over: Partial<ConnectorContext> = {}): Promise<{ session: SystemSession; seen: string[] }> {
  const server = await startServer(answer)
  const session = await openHttp(server.url, { definition: { http: 1, ...manifest } as never }, over)
  open.push(server, session)
  return { session, seen: server.seen }
}
const THINGS = { things: { list: { path: '/things' }, get: { path: '/things/{key}' }, create: { path: '/things' } } }
const keys = Array.from({ length: 6 }, (_, index) => String(index + 1))
const byKey = ({ path, response }: Received): void => json(response, 200, { id: path.split('/')[2] })

describe('limits of an interface', () => {
  test('More calls than it allows wait until there is room, unless the plan says its own rate.', async () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1))
    const { session } = await serve({ limits: { calls: '2/minute' }, resources: THINGS }, byKey, { clock })
    const read = (of: SystemSession) => of.resource(specOf('things')).readKeys!(keys.slice(0, 4), new AbortController().signal)
    const before = clock.now()
    expect(await read(session)).toHaveLength(4)
    // Two at once, then one each half minute: the clock goes on while somebody waits.
    expect(clock.now() - before).toBeGreaterThanOrEqual(60_000)
    const after = clock.now()
    const { session: planned } = await serve({ limits: { calls: '2/minute' }, resources: THINGS }, byKey, { clock, limited: true })
    expect(await read(planned)).toHaveLength(4)
    expect(clock.now()).toBe(after)
  })

  test('No more calls are under way than it allows, whoever makes them.', async () => {
    let [now, most] = [0, 0]
    const { session } = await serve({ parallel: 6, limits: { concurrent: 2 }, resources: THINGS }, async (request) => {
      most = Math.max(most, ++now)
      await new Promise((done) => { setTimeout(done, 5) })
      now -= 1
      byKey(request)
    })
    const read = () => session.resource(specOf('things')).readKeys!(keys, new AbortController().signal)
    await Promise.all([read(), read()])
    expect(most).toBe(2)
  })

  test('When nothing is left, everybody rests before the system has to refuse.', async () => {
    const rests: number[] = []
    const { session } = await serve({ resources: THINGS }, ({ response }) => json(response, 200, '[{"id":1}]', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '7' }), { rest: async (ms) => void rests.push(ms) })
    await readAll(session.resource(specOf('things')))
    expect(rests).toEqual([7_000])
  })

  const NOW = Date.UTC(2026, 0, 1)
  test.each([
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 30) }, 30_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW + 30_000) }, 30_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 90), date: new Date(NOW + 60_000).toUTCString() }, 30_000],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '12' }, 12_000],
    [{ ratelimit: '"burst";r=3;t=1, "default";r=0;t=30' }, 30_000],
    [{ ratelimit: 'limit=100, remaining=0, reset=50' }, 50_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999' }, 3_600_000],
    [{ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '30' }, undefined],
    [{ 'x-ratelimit-remaining': '0' }, undefined],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 - 30) }, undefined],
    [{ 'x-ratelimit-remaining': '-1', 'x-ratelimit-reset': 'soon' }, undefined],
    [{ ratelimit: ';'.repeat(100_000) }, undefined],
    [{}, undefined],
  ])('%j asks for a rest of %s ms.', (headers, ms) => {
    expect(restTold(headers as unknown as Record<string, string>, NOW)).toBe(ms)
  })
})

describe('answers in other forms', () => {
  test('XML is read by the names of its elements, a list also where there is only one; lines of JSON are a list.', async () => {
    const { session } = await serve({ xml: { lists: ['item'] }, resources: { xml: { list: { path: '/xml', records: 'items.item' } }, lines: { list: { path: '/lines' } }, broken: { list: { path: '/broken' } } } }, ({ path, response }) => {
      const [type, text] = path === '/xml' ? ['text/xml; charset=utf-8', '<?xml version="1.0"?><items><item><id>1</id><name>Łucja &amp; co</name></item></items>'] : path === '/lines' ? ['application/x-ndjson', '{"id":1}\n{"id":90071992547409931}\n'] : ['application/xml', '<!DOCTYPE x [<!ENTITY e "x">]><items>&e;']
      response.writeHead(200, { 'content-type': type })
      response.end(text)
    })
    expect((await readAll(session.resource(specOf('xml')))).values).toEqual([{ id: '1', name: 'Łucja & co' }])
    expect((await readAll(session.resource(specOf('lines')))).keys).toEqual(['1', '90071992547409931'])
    await expect(readAll(session.resource(specOf('broken')))).rejects.toMatchObject({ code: 'http.answer' })
  })
})

describe('deletions in one call, and records that say their own key', () => {
  test('Keys go together, with a result for each; a version that must be checked goes alone.', async () => {
    const sent: string[] = []
    const answer = ({ path, method, body, response }: Received): void => {
      sent.push(`${method} ${path} ${body}`)
      json(response, 200, { results: [{ id: '1', status: 200 }, { id: '2', status: 404 }, { id: '3', status: 409 }] })
    }
    const batch = { path: '/delete', at_most: 10, body: { ids: '{keys}' }, results: 'results', status: 'status' }
    const items = ['1', '2', '3'].map((key) => ({ operation: 'delete' as const, key, values: {}, ifVersion: 'v', idempotencyKey: key }))
    const { session } = await serve({ resources: { things: { get: { path: '/things/{key}' }, delete: { path: '/things/{key}', batch } } } }, answer)
    expect(await session.resource(specOf('things')).write!(items, writeOptions)).toEqual([{ is: 'done', key: '1' }, { is: 'missing' }, { is: 'conflict' }])
    expect(sent).toEqual(['POST /delete {"ids":["1","2","3"]}'])
    const { session: careful } = await serve({ resources: { things: { version: { path: 'v' }, delete: { path: '/things/{key}', condition: { header: 'If-Match' }, batch } } } }, answer)
    await careful.resource(specOf('things')).write!(items, writeOptions)
    expect(sent.slice(1).map((one) => one.split(' ')[0])).toEqual(['DELETE', 'DELETE', 'DELETE'])
  })

  test('A record is put at the address that its own key gives.', async () => {
    const { session, seen } = await serve({ resources: { things: { key: 'sku', create: { path: '/things/{key}', method: 'PUT', key_by: 'record', answers: 'nothing' } } } }, ({ response }) => void response.writeHead(204).end())
    const write = async (values: { [name: string]: string }) => (await session.resource(specOf('things')).write!([{ operation: 'create', values, idempotencyKey: 'k' }], writeOptions))[0]
    expect(await write({ sku: 'A/1', name: 'x' })).toEqual({ is: 'done', key: 'A/1' })
    expect(seen).toEqual(['PUT /things/A%2F1'])
  })
})
