import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { json, never, openHttp, readAll, type Received, type Running, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import { virtualClock } from '../../../../base/clock.ts'
import type { ConnectorContext, SystemSession } from '../../../contract.ts'
import { guardedLookup, networkOf } from '../../../network.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(answer: (request: Received) => void, settings: object = {}, list: object = {}, over: Partial<ConnectorContext> = {}): Promise<{ session: SystemSession; server: Running & { seen: string[] } }> {
  const server = await startServer(answer)
  const session = await openHttp(server.url, {
    definition: { http: 1, parallel: 1, resources: { things: { list: { path: '/things', ...list }, get: { path: '/things/{key}' }, create: { path: '/things' }, update: { path: '/things/{key}' } } } },
    ...settings,
  }, over)
  open.push(server, session)
  return { session, server }
}
const things = (session: SystemSession) => session.resource(specOf('things'))
const item = { operation: 'create' as const, values: { name: 'x' }, idempotencyKey: 'k' }

describe('one request', () => {
  test('Numbers beyond what floating point holds arrive and leave exactly.', async () => {
    let sent = ''
    const { session } = await serve(({ method, body, response }) => {
      if (method === 'POST') sent = body
      json(response, 200, method === 'POST' ? '{"id":9007199254740993,"price":12.30}' : '[{"id":9007199254740993,"price":12.30}]')
    })
    const read = await readAll(things(session))
    expect(read.keys).toEqual(['9007199254740993'])
    const [result] = await things(session).write!([{ ...item, values: { ...read.values[0]! } }], writeOptions)
    expect(sent).toBe('{"id":9007199254740993,"price":12.30}')
    expect(result).toMatchObject({ is: 'done', key: '9007199254740993' })
  })

  test('A packed answer is unpacked, and one that unpacks beyond the limit is refused without being held.', async () => {
    // Made first: packing stops this process, and with it the server, for seconds.
    const large = gzipSync(Buffer.alloc(200 * 1024 * 1024, 32))
    expect(large.length).toBeLessThan(1024 * 1024)
    let body = gzipSync('[{"id":1}]')
    const { session } = await serve(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(body)
    }, { max_response_mb: 2 })
    expect((await readAll(things(session))).keys).toEqual(['1'])
    body = large
    await expect(readAll(things(session))).rejects.toMatchObject({ code: 'http.too_large' })
  })

  test('An answer that drips is given up, and a write that drips is unsure.', async () => {
    const { session } = await serve(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), 40)
      response.on('close', () => clearInterval(timer))
    }, { timeout: '150ms' })
    await expect(readAll(things(session))).rejects.toMatchObject({ code: 'http.timeout', class: 'remote', executed: undefined })
    expect(await things(session).write!([item], writeOptions)).toMatchObject([{ is: 'unsure' }])
  })

  test('An answer that never begins is given up.', async () => {
    const { session } = await serve(() => {}, { timeout: '100ms' })
    await expect(readAll(things(session))).rejects.toMatchObject({ code: 'http.timeout' })
  })

  test('A connection that breaks in the middle of an answer is never taken for its end.', async () => {
    const { session } = await serve(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
      response.write('[{"id":1}]')
      setTimeout(() => response.destroy(), 20)
    })
    await expect(readAll(things(session))).rejects.toMatchObject({ code: 'http.broken' })
  })

  test.each([
    ['a page in HTML', (request: Received) => { request.response.writeHead(200, { 'content-type': 'text/html' }); request.response.end('<html>log in</html>') }],
    ['nothing at all', (request: Received) => { request.response.writeHead(200); request.response.end() }],
    ['null', (request: Received) => json(request.response, 200, 'null')],
    ['a map where a list is expected', (request: Received) => json(request.response, 200, { error: 'none' })],
    ['half a document', (request: Received) => json(request.response, 200, '[{"id":1},{"id"')],
    ['bytes that are no text', (request: Received) => { request.response.writeHead(200); request.response.end(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])) }],
    ['nesting without end', (request: Received) => json(request.response, 200, '['.repeat(100_000))],
  ])('A list that answers with %s is a fault, never an empty list.', async (_what, answer) => {
    const { session } = await serve(answer)
    await expect(readAll(things(session))).rejects.toMatchObject({ code: 'http.answer', class: 'remote' })
  })

  test('A key named __proto__ in an answer stays a key and changes nothing else.', async () => {
    const { session } = await serve(({ response }) => json(response, 200, '[{"id":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}]'))
    const read = await readAll(things(session))
    expect(Object.hasOwn(read.values[0]!, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('where requests may go', () => {
  test('A redirect within the same origin is followed, three times at most.', async () => {
    const { session, server } = await serve(({ path, response }) => {
      const step = /^\/hop(\d)$/.exec(path)?.[1]
      if (path === '/things') json(response, 302, '', { location: '/hop1' })
      else if (step === '3') json(response, 200, '[{"id":1}]')
      else json(response, 307, '', { location: `/hop${Number(step) + 1}` })
    })
    expect((await readAll(things(session))).keys).toEqual(['1'])
    expect(server.seen).toHaveLength(4)
  })

  test('A redirect that never ends is given up.', async () => {
    const { session, server } = await serve(({ response }) => json(response, 302, '', { location: '/things' }))
    await expect(readAll(things(session))).rejects.toMatchObject({ code: 'http.origin' })
    expect(server.seen).toHaveLength(4)
  })

  test('Neither a redirect nor a next link leaves the origin, and no credentials go there.', async () => {
    const other = await startServer(({ response }) => json(response, 200, '[]'))
    open.push(other)
    const redirecting = await serve(({ response }) => json(response, 302, '', { location: `${other.url}/things` }))
    await expect(readAll(things(redirecting.session))).rejects.toMatchObject({ code: 'http.origin', class: 'config' })
    const linking = await serve(({ response }) => json(response, 200, '[{"id":1}]', { link: `<${other.url}/things?page=2>; rel="next"` }), {}, { paging: { kind: 'link' } })
    await expect(readAll(things(linking.session))).rejects.toMatchObject({ code: 'http.origin' })
    expect(other.seen).toEqual([])
  })

  test('A write that is redirected as if it were a read is not repeated and counts as unsure.', async () => {
    const { session, server } = await serve(({ response }) => json(response, 302, '', { location: '/elsewhere' }))
    expect(await things(session).write!([item], writeOptions)).toMatchObject([{ is: 'unsure' }])
    expect(server.seen).toEqual(['POST /things'])
  })

  test('A write that is redirected with its method kept is sent there whole.', async () => {
    const bodies: string[] = []
    const { session } = await serve(({ path, body, response }) => {
      bodies.push(`${path} ${body}`)
      if (path === '/things') json(response, 308, '', { location: '/v2/things' })
      else json(response, 201, '{"id":7}')
    })
    expect(await things(session).write!([item], writeOptions)).toMatchObject([{ is: 'done', key: '7' }])
    expect(bodies).toEqual(['/things {"name":"x"}', '/v2/things {"name":"x"}'])
  })

  test.each([
    ['http://user:secret@127.0.0.1/', 'user and password'],
    ['ftp://127.0.0.1/', 'https:// or http://'],
    ['http://127.0.0.1/?a=1', 'query'],
    ['not an address', 'no address'],
  ])('The address %s is refused in the settings, without repeating it.', async (url, says) => {
    await expect(openHttp(url, { manifest: 'json-server' })).rejects.toMatchObject({ code: 'http.setting', message: expect.stringContaining(says) })
    await expect(openHttp(url, { manifest: 'json-server' })).rejects.not.toMatchObject({ message: expect.stringContaining('secret@') })
  })

  test.each([{ 'X-A': 'a\r\nX-B: b' }, { 'X A': 'b' }, { Host: 'evil.example' }, { 'Content-Length': '0' }])('The header %j is refused in the settings.', async (headers) => {
    await expect(openHttp('http://127.0.0.1:9', { manifest: 'json-server', headers })).rejects.toMatchObject({ code: 'http.setting' })
  })

  test.each([
    ['127.0.0.1', 'this machine'], ['127.9.9.9', 'this machine'], ['::1', 'this machine'], ['::ffff:127.0.0.1', 'this machine'], ['::ffff:7f00:1', 'this machine'],
    ['10.1.2.3', 'private'], ['::ffff:192.168.1.1', 'private'], ['::ffff:c0a8:101', 'private'], ['fd00::1', 'private'], ['100.64.0.1', 'private'], ['64:ff9b::a9fe:a9fe', 'private'],
    ['169.254.169.254', 'nobody'], ['::ffff:a9fe:a9fe', 'nobody'], ['fe80::1', 'nobody'], ['fd00:ec2::254', 'nobody'], ['100.100.100.200', 'nobody'], ['0.0.0.0', 'nobody'], ['::', 'nobody'], ['224.0.0.1', 'nobody'], ['255.255.255.255', 'nobody'],
    ['8.8.8.8', 'public'], ['2606:4700::1111', 'public'],
  ])('%s is an address of: %s.', (address, expected) => {
    expect(networkOf(address)).toBe(expected)
  })

  const asking = (answers: readonly (readonly string[])[], publicOnly = false) => {
    const left = [...answers]
    const lookup = guardedLookup(publicOnly, ((_host: string, _options: object, callback: (error: null, found: object[]) => void) => callback(null, left.shift()!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))) as never)
    return (host: string) => new Promise<string>((resolve, reject) => { lookup(host, {}, (error, address) => (error ? reject(error) : resolve(String(address)))) })
  }

  test('A name that was public and suddenly leads into the private network is not followed.', async () => {
    const ask = asking([['93.184.216.34'], ['93.184.216.35'], ['10.0.0.1'], ['93.184.216.34', '192.168.1.1']])
    expect([await ask('api.example.com'), await ask('api.example.com')]).toEqual(['93.184.216.34', '93.184.216.35'])
    await expect(ask('api.example.com')).rejects.toMatchObject({ code: 'systems.address', executed: false })
    await expect(ask('api.example.com')).rejects.toMatchObject({ code: 'systems.address' })
  })

  test('A name of one\'s own network may lead there; a public name never leads to this machine, not even at first.', async () => {
    expect(await asking([['10.0.0.1']])('erp.example.com')).toBe('10.0.0.1')
    expect(await asking([['127.0.0.1']])('localhost')).toBe('127.0.0.1')
    expect(await asking([['::1']])('erp.internal')).toBe('::1')
    await expect(asking([['127.0.0.1']])('api.example.com')).rejects.toMatchObject({ code: 'systems.address' })
    await expect(asking([['93.184.216.34', '::ffff:7f00:1']])('api.example.com')).rejects.toMatchObject({ code: 'systems.address' })
  })

  test.each([[['169.254.169.254']], [['8.8.8.8', 'fe80::1']]])('A name that leads to %j is never followed, whatever it is called.', async (...answers) => {
    for (const host of ['localhost', 'metadata.internal', 'api.example.com']) await expect(asking(answers)(host)).rejects.toMatchObject({ code: 'systems.address' })
  })

  test.each(['http://169.254.169.254/', 'http://[::ffff:169.254.169.254]/', 'http://0xa9fea9fe/', 'http://2852039166/', 'http://[fe80::1]/', 'http://0.0.0.0:80/'])('The address %s is refused in the settings before anything is sent.', async (url) => {
    await expect(openHttp(url, { manifest: 'json-server' })).rejects.toMatchObject({ code: 'systems.address', class: 'config' })
    await expect(openHttp('http://127.0.0.1:9', { definition: { http: 1, auth: { kind: 'oauth2' }, resources: {} }, client_id: 'a', client_secret: 'b', token_url: url })).rejects.toMatchObject({ class: 'config' })
  })

  test('Where only public networks are allowed, neither an address nor a name leads to this machine or into a private network.', async () => {
    for (const url of ['http://127.0.0.1:9', 'http://10.0.0.1', 'http://[::1]']) await expect(openHttp(url, { manifest: 'json-server' }, { publicOnly: true })).rejects.toMatchObject({ code: 'systems.address' })
    await expect(asking([['10.0.0.1']], true)('erp.example.com')).rejects.toMatchObject({ code: 'systems.address' })
    await expect(asking([['127.0.0.1']], true)('localhost')).rejects.toMatchObject({ code: 'systems.address' })
    expect(await asking([['93.184.216.34']], true)('api.example.com')).toBe('93.184.216.34')
  })
})

describe('what the other side says about itself', () => {
  test.each([['2', 2_000], ['Thu, 01 Jan 2026 00:01:30 GMT', 90_000], ['99999999', 86_400_000], ['soon', undefined]])('A 429 with Retry-After %s is a limit that surely executed nothing.', async (header, expected) => {
    const { session } = await serve(({ response }) => json(response, 429, '{}', { 'retry-after': header, date: 'Thu, 01 Jan 2026 00:00:00 GMT' }), {}, {}, { clock: virtualClock(1_000_000) })
    await expect(readAll(things(session))).rejects.toMatchObject({ class: 'limit', executed: false, retryAfterMs: expected })
    const results = await things(session).write!([item, item], writeOptions)
    expect(results.map((result) => [result.is, 'retryAfterMs' in result ? result.retryAfterMs : undefined])).toEqual([['later', expected], ['later', expected]])
  })

  test('A read that is asked to wait tells everybody who shares the budget, and goes on where it was; not for ever.', async () => {
    const clock = virtualClock(1_000_000)
    const rests: number[] = []
    let refusals = 3
    const { session, server } = await serve(({ path, response }) => {
      if (path !== '/things') return json(response, 429, {}, { 'retry-after': '7' })
      refusals -= 1
      if (refusals === 2) return json(response, 429, {}, { 'retry-after': '2' })
      return refusals === 1 ? json(response, 503, {}, { 'retry-after': '3' }) : json(response, 200, '[{"id":1}]')
    }, {}, {}, { clock, rest: async (ms) => void rests.push(ms) })
    expect((await readAll(session.resource(specOf('things')))).keys).toEqual(['1'])
    expect([rests, clock.now()]).toEqual([[2_000, 3_000], 1_005_000])
    await expect(session.resource(specOf('things')).readKeys!(['1'], never)).rejects.toMatchObject({ class: 'limit', retryAfterMs: 7_000 })
    expect(server.seen.filter((line) => line === 'GET /things/1')).toHaveLength(6)
  })

  test('The budget is asked before each request, redirects included.', async () => {
    let asked = 0
    const server = await startServer(({ path, response }) => json(response, path === '/things' ? 302 : 200, '[{"id":1}]', { location: '/other' }))
    const session = await openHttp(server.url, { definition: { http: 1, resources: { things: { list: { path: '/things' } } } } }, { budget: async () => { asked += 1 } })
    open.push(server, session)
    await readAll(things(session))
    expect(asked).toBe(server.seen.length)
    expect(asked).toBe(2)
  })

  test('Stopping ends a read at once.', async () => {
    const { session } = await serve(() => {})
    const stop = new AbortController()
    const reading = readAll(things(session), { signal: stop.signal })
    stop.abort(new Error('stopped'))
    await expect(reading).rejects.toThrow('stopped')
  })
})
