/** Calls from outside to a serving process with a small heap: none gets in that may not, and those that may are served all the while. */
import { createHmac } from 'node:crypto'
import { request as rawRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startJsonServer } from '../support/http-servers.ts'
import { Serving, until } from '../e2e/serving.ts'
import { Bounded } from './bounded.ts'

const SECRET = 'a secret of webhooks'
const MB = 1024 * 1024

const plan = (url: string): string => `
plimsoll: 1
name: Shop to database
systems:
  shop:
    connector: http
    settings:
      url: "${url}"
      webhook_secret: "\${env:SHOP_SECRET}"
      definition:
        http: 1
        resources: { customers: { key: id, list: { path: /customers, paging: { kind: offset, parameter: _start, size: _limit, at_most: 1000 } }, get: { path: "/customers/{key}" } } }
        webhooks:
          signature: { kind: hmac-sha256, header: X-Signature, timestamp: { header: X-Time }, signed: "{timestamp}.{body}" }
          delivery: { header: X-Delivery }
          events: [{ when: [{ of: type, is: [changed] }], resource: { value: customers }, kind: changed, key: id, record: data }]
    holds: { customer: { resource: customers, fields: { email: email, name: name } } }
  database: { connector: sqlite, settings: { file: ./customers.db }, holds: [customer] }
entities:
  customer: { identifiers: [email], fields: { email: email, name: text } }
flows:
  customers: { entity: customer, from: shop, to: database, trigger: { event: true, every: 1 day } }
`
let at: Bounded
let s: Serving
let shop: Awaited<ReturnType<typeof startJsonServer>>
const sockets: Socket[] = []
const customers = (): unknown[] => {
  try {
    return at.rows('customers.db', 'select name from customer order by email').map((row) => row['name'])
  } catch {
    return []
  }
}
beforeEach(async () => {
  shop = await startJsonServer({ customers: [{ id: 1, email: 'anna@example.com', name: 'Anna' }, { id: 2, email: 'ole@example.com', name: 'Ole' }] })
  at = new Bounded({ 'plan.yaml': plan(shop.url) })
  at.env['SHOP_SECRET'] = SECRET
  s = await new Serving(at).started()
  await until(() => customers().length === 2, 'the first load')
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  s.kill()
  await s.ended
  await shop.close()
  at.done()
})

const sign = (body: string, time: string, secret = SECRET): string => createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
const now = (): string => String(Math.floor(Date.now() / 1000))
async function send(body: string, of: { secret?: string; time?: string; delivery?: string; headers?: Record<string, string> } = {}): Promise<{ status: number; text: string }> {
  const time = of.time ?? now()
  const response = await fetch(s.hooks[0]!, { method: 'POST', headers: { 'x-signature': sign(body, time, of.secret), 'x-time': time, ...(of.delivery === undefined ? {} : { 'x-delivery': of.delivery }), ...of.headers }, body })
  return { status: response.status, text: await response.text() }
}
const changed = (id: number, name: string): string => JSON.stringify({ type: 'changed', id, data: { id, email: id === 1 ? 'anna@example.com' : 'ole@example.com', name } })
const rename = (id: number, name: string) => fetch(`${shop.url}/customers/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name }) })

/** Bytes as they are, and what comes back until the other side closes. */
const raw = (address: string, pieces: readonly string[], everyMs = 0): Promise<string> => new Promise((resolve) => {
  const { hostname, port } = new URL(address)
  let text = ''
  const socket = connect(Number(port), hostname)
  sockets.push(socket)
  socket.on('data', (piece) => (text += String(piece))).on('error', () => undefined).on('close', () => resolve(text))
  let i = 0
  const go = (): void => {
    if (i >= pieces.length || socket.destroyed) return
    socket.write(pieces[i++]!)
    setTimeout(go, everyMs)
  }
  socket.on('connect', go)
})

describe('webhooks', () => {
  test('What is wrongly signed, late, changed on its way, too large or no webhook leaves no trace; the right one arrives.', async () => {
    await rename(1, 'Anna Nowak')
    const reads = shop.seen.length
    const body = changed(1, 'Anna Nowak')
    expect((await send(body, { secret: 'another' })).status).toBe(401)
    expect((await send(body, { secret: '' })).status).toBe(401)
    expect((await send(body, { headers: { 'x-signature': '' } })).status).toBe(401)
    expect((await send(body, { time: String(Number(now()) - 900) })).status).toBe(401)
    expect((await send(body, { time: String(Number(now()) + 900) })).status).toBe(401)
    expect((await send(body, { headers: { 'x-time': '1' } })).status).toBe(401)
    const time = now()
    expect((await fetch(s.hooks[0]!, { method: 'POST', headers: { 'x-signature': sign(body, time), 'x-time': time }, body: body.replace('Nowak', 'Evil') })).status).toBe(401)
    for (const bad of ['{"type":"changed","id":1,"id":2}', '{', '[]', 'null', '"x"', '{"type":"changed","id":{"a":1}}', `{"type":"changed","id":1,"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, '{"type":"changed","id":""}', '{"__proto__":{"type":"changed"},"id":1}']) {
      expect([400, 401], bad.slice(0, 60)).toContain((await send(bad)).status)
    }
    expect((await send('{"type":"changed","id":"../../etc"}')).status).toBe(202)
    expect((await send('{"type":"changed","id":"x\\ud800"}')).status).toBe(202)
    expect((await send('x'.repeat(50 * MB)).catch(() => ({ status: 413 }))).status).toBe(413)
    expect((await s.get('/api/v1/status')).status).toBe(200)
    expect(customers()).toEqual(['Anna', 'Ole'])
    expect(shop.seen.slice(reads).filter((seen) => seen.includes('customers/1'))).toEqual([])

    expect(await send(body, { delivery: 'd1' })).toMatchObject({ status: 202, text: '{"taken":1}' })
    await until(() => customers().includes('Anna Nowak'), 'the change arrives')
    // The very same call once more, and the same delivery signed anew.
    for (let i = 0; i < 2; i += 1) expect(await send(body, { delivery: 'd1' })).toMatchObject({ status: 202, text: '{"taken":0}' })
    expect((await s.stop()).exit).toBe(0)
    expect(at.peak()).toBeLessThan(512)
    expect(s.runs().every((run) => run.summary.balanced)).toBe(true)
    expect(JSON.stringify(s.events)).not.toContain(SECRET)
  })

  test('A hundred callers that drip a byte at a time, and bodies that never come, hold up nobody.', async () => {
    const { host } = new URL(s.hooks[0]!)
    const drips = Array.from({ length: 100 }, (_, i) => raw(s.hooks[0]!, [...`POST /hooks/shop HTTP/1.1\r\nHost: ${host}\r\nX-A: ${'y'.repeat(400)}`], 40 + i))
    const waits = Array.from({ length: 20 }, () => raw(s.hooks[0]!, [`POST /hooks/shop HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\nX-Time: 1\r\nX-Signature: 00\r\n\r\n{`]))
    await rename(2, 'Ole Dahl')
    expect((await send(changed(2, 'Ole Dahl'), { delivery: 'd2' })).status).toBe(202)
    await until(() => customers().includes('Ole Dahl'), 'the change arrives meanwhile')
    // Each is shown the door within the time that a request may take.
    const ended = await Promise.all([...waits, ...drips])
    expect(ended.filter((text) => text !== '' && !text.includes(' 408 ') && !text.includes(' 400 '))).toEqual([])
    expect((await s.stop()).exit).toBe(0)
    expect(at.peak()).toBeLessThan(512)
  }, 120_000)

  test.each(['POST /hooks/shop HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n', 'POST /hooks/shop HTTP/1.1\r\n\r\n', `POST /hooks/${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, `POST /hooks/shop HTTP/1.1\r\nHost: a\r\n${'X-A: b\r\n'.repeat(5_000)}\r\n`, '\0\0\0\0', 'GET http://169.254.169.254/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n'])('The bytes %j are refused.', async (bytes) => {
    expect(await raw(s.hooks[0]!, [bytes])).toMatch(/^$|^HTTP\/1\.1 (?:4\d\d|503) /)
    expect((await s.get('/ready')).status).toBe(200)
  })
})

describe('the API on this machine', () => {
  const call = (headers: Record<string, string>, method = 'POST', path = '/api/v1/runs', body = '{"flow":"customers"}'): Promise<number> => new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(s.address)
    const request = rawRequest({ hostname, port, path, method, headers: { host, 'content-type': 'application/json', ...headers } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode!))
    })
    request.on('error', reject)
    request.end(method === 'POST' ? body : '')
  })

  test('No other name, no page of another origin and nobody without the token starts anything; who may, does.', async () => {
    const token = { authorization: `Bearer ${s.token}` }
    const { port, host } = new URL(s.address)
    await until(() => s.runs().length > 0, 'the first run is said')
    const before = s.runs().length
    for (const name of ['evil.test', `evil.test:${port}`, '127.0.0.1.evil.test', 'localhost.evil.test', `127.0.0.1:${port}@evil.test`, '[::ffff:127.0.0.1]', '0.0.0.0']) {
      expect(await call({ ...token, host: name }), name).toBe(403)
      expect([400, 403], name).toContain(await call({ host: name }, 'GET', '/api/v1/status'))
    }
    for (const origin of ['https://evil.test', 'null', `https://${host}`, `http://evil.test:${port}`, 'http://127.0.0.1', `http://${host}.evil.test`, `http://localhost:${port}`]) {
      expect(await call({ ...token, origin }), origin).toBe(403)
      expect(await call({ origin }, 'GET', '/api/v1/records'), origin).toBe(403)
    }
    expect(await call({ 'sec-fetch-site': 'cross-site' }, 'GET', '/api/v1/records')).toBe(403)
    for (const given of [{}, { authorization: 'Bearer ' }, { authorization: 'Bearer x' }, { authorization: `Basic ${s.token}` }, { cookie: `token=${s.token}` }]) expect(await call(given as Record<string, string>)).toBe(401)
    // What a form of another page can send without asking first.
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a']) expect([401, 415]).toContain(await call({ 'content-type': type, origin: 'null' }, 'POST').then((status) => (status === 403 ? 401 : status)))
    expect(await call({ ...token, 'content-type': 'text/plain' })).toBe(415)
    expect(await call(token, 'POST', '/api/v1/runs', `{"flow":"${'x'.repeat(2 * MB)}"}`).catch(() => 413)).toBe(413)
    expect([400, 404]).toContain(await call(token, 'POST', '/api/v1/runs', '{"__proto__":{"flow":"customers"},"flow":"__proto__"}'))
    expect(s.runs()).toHaveLength(before)
    expect([200, 202]).toContain(await call({ ...token, origin: `http://${host}` }))
    await until(() => s.runs().length > before, 'the run that was asked for')
  })
})
