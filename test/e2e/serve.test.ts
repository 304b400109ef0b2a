/** What arrives while Plimsoll serves, without another command; and that nobody else gets in. */
import { createHmac } from 'node:crypto'
import { request as rawRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startJsonServer } from '../support/http-servers.ts'
import { Project } from './project.ts'
import { answered, Serving, until } from './serving.ts'

const PRODUCTS = (trigger: string): string => `
plimsoll: 1
name: Supplier to database
systems:
  supplier:
    connector: csv
    settings: { folder: ./inbox${trigger.includes('file') ? ', archive: ./done, errors: ./bad' : ''} }
    holds:
      product: { resource: "products*.csv", fields: { sku: Article, name: Description, stock: Qty } }
  database:
    connector: sqlite
    settings: { file: ./products.db }
    holds: [product]
entities:
  product: { identifiers: [sku], fields: { sku: text, name: text, stock: integer } }
flows:
  products: { entity: product, from: supplier, to: database, trigger: ${trigger} }
`
const CSV = (...rows: string[]): string => `Article,Description,Qty\n${rows.join('\n')}\n`

let at: Project
let serving: Serving | undefined
const serve = async (...args: string[]): Promise<Serving> => (serving = await new Serving(at, args).started())
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  at.done()
})
const names = (): unknown[] => {
  try {
    return at.rows('products.db', 'select name from product order by sku').map((row) => row['name'])
  } catch {
    return []
  }
}

describe('what makes a flow run', () => {
  test('A file that is dropped into an inbox arrives, and leaves for the archive.', async () => {
    at = new Project({ 'plan.yaml': PRODUCTS('{ file: arrives }'), 'inbox/products1.csv': CSV('A1,Anchor,3') })
    const s = await serve()
    await until(() => names().length === 1, 'the first file arrives')
    at.put('inbox/products2.csv', CSV('A2,Buoy,4', 'A3,Cleat,x'))
    await until(() => names().length === 2, 'the second file arrives')
    await until(() => Object.keys(at.digest('done')).length === 2, 'both are archived')
    const errors = await s.get('/api/v1/errors')
    expect(errors.json['items']).toMatchObject([{ record: 'A3', field: 'stock', state: 'open' }])
    expect((await s.stop()).exit).toBe(0)
    expect(s.runs().every((run) => run.summary.balanced)).toBe(true)
  })

  test('A cron line and an interval fire by themselves.', async () => {
    at = new Project({ 'plan.yaml': PRODUCTS('{ cron: "* * * * * *" }'), 'inbox/products.csv': CSV('A1,Anchor,3') })
    const s = await serve()
    await until(() => names().join() === 'Anchor', 'the first second')
    at.put('inbox/products.csv', CSV('A1,Great anchor,3'))
    await until(() => names().join() === 'Great anchor', 'a later second')
    await s.stop()
    at.put('plan.yaml', PRODUCTS('1 second'))
    at.put('inbox/products.csv', CSV('A1,Greater anchor,3'))
    await serve()
    await until(() => names().join() === 'Greater anchor', 'an interval')
  })

  test('Run now: nothing happens by itself, and everything after one call.', async () => {
    at = new Project({ 'plan.yaml': PRODUCTS('on_demand'), 'inbox/products.csv': CSV('A1,Anchor,3') })
    const s = await serve()
    expect((await s.get('/api/v1/runs')).json['items']).toEqual([])
    const answer = await s.post('/api/v1/runs', { flow: 'products' })
    expect(answer.status).toBe(202)
    await until(async () => (await s.get(`/api/v1/runs/${answer.json['run']}`)).json['state'] === 'ended', 'the run ends')
    expect(names()).toEqual(['Anchor'])
    const run = (await s.get(`/api/v1/runs/${answer.json['run']}`)).json
    expect(run).toMatchObject({ summary: { read: 1, writes: 1, balanced: true }, writes: { items: expect.arrayContaining([expect.objectContaining({ system: 'database', fields: expect.arrayContaining([{ field: 'name', before: null, after: 'Anchor' }]) })]) } })
    expect(run['ledger']).toEqual(expect.arrayContaining([expect.objectContaining({ system: 'supplier', counts: expect.objectContaining({ read: 1, new: 1 }) })]))
    expect((await s.post('/api/v1/runs', { flow: 'nothing' })).status).toBe(404)
  })
})

describe('webhooks', () => {
  const SECRET = 'a secret of the shop'
  const PLAN = (url: string): string => `
plimsoll: 1
name: Shop to database
systems:
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml, webhook_secret: "\${env:SHOP_SECRET}" }
    holds:
      customer: { resource: customers, fields: { email: email, name: name } }
  database:
    connector: sqlite
    settings: { file: ./customers.db }
    holds: [customer]
entities:
  customer: { identifiers: [email], fields: { email: email, name: text } }
flows:
  customers: { entity: customer, from: shop, to: database, trigger: { event: true, every: 1 day }, when_deleted: delete }
`
  const MANIFEST = `
http: 1
name: shop
resources:
  customers:
    key: id
    list: { path: /customers, paging: { kind: offset, parameter: _start, size: _limit, at_most: 1000 } }
    get: { path: "/customers/{key}" }
webhooks:
  signature: { kind: hmac-sha256, header: X-Signature, prefix: "sha256=" }
  delivery: { header: X-Delivery }
  events:
    - { when: [{ of: type, is: [changed] }], resource: { value: customers }, kind: changed, key: id }
    - { when: [{ of: type, is: [deleted] }], resource: { value: customers }, kind: deleted, key: id }
`
  let shop: Awaited<ReturnType<typeof startJsonServer>>
  beforeEach(async () => {
    shop = await startJsonServer({ customers: [{ id: 1, email: 'anna@example.com', name: 'Anna' }, { id: 2, email: 'ole@example.com', name: 'Ole' }] })
    at = new Project({ 'plan.yaml': PLAN(shop.url), 'shop.yaml': MANIFEST })
    at.env['SHOP_SECRET'] = SECRET
  })
  afterEach(() => shop.close())
  const customers = (): unknown[] => {
    try {
      return at.rows('customers.db', 'select name from customer order by email').map((row) => row['name'])
    } catch {
      return []
    }
  }
  const send = async (s: Serving, body: string, more: Record<string, string> = {}, secret = SECRET) =>
    answered(await fetch(s.hooks[0]!, { method: 'POST', headers: { 'content-type': 'application/json', 'x-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`, ...more }, body }))
  const change = (id: number, of: object) => fetch(`${shop.url}/customers/${id}`, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(of) })

  test('A signed call arrives; a repeated one changes nothing; a deletion is carried out.', async () => {
    const s = await serve()
    await until(() => customers().length === 2, 'the first load')
    await change(1, { name: 'Anna Nowak' })
    const body = JSON.stringify({ type: 'changed', id: 1 })
    expect(await send(s, body, { 'x-delivery': 'd1' })).toMatchObject({ status: 202, json: { taken: 1 } })
    await until(() => customers().includes('Anna Nowak'), 'the change arrives')
    const before = shop.seen.length
    expect(await send(s, body, { 'x-delivery': 'd1' })).toMatchObject({ status: 202, json: { taken: 0 } })
    expect(shop.seen.length).toBe(before)

    await fetch(`${shop.url}/customers/2`, { method: 'DELETE' })
    expect((await send(s, JSON.stringify({ type: 'deleted', id: 2 }), { 'x-delivery': 'd2' })).status).toBe(202)
    await until(() => customers().length === 1, 'the deletion arrives')
    expect((await s.stop()).exit).toBe(0)
    expect(s.runs().every((run) => run.summary.balanced)).toBe(true)
  })

  test('A call that says deleted of a record that is there deletes nothing.', async () => {
    const s = await serve()
    await until(() => customers().length === 2, 'the first load')
    await change(1, { name: 'Anna Nowak' })
    await send(s, JSON.stringify({ type: 'deleted', id: 1 }), { 'x-delivery': 'd3' })
    await until(() => customers().includes('Anna Nowak'), 'what the record says arrives')
    expect(customers()).toHaveLength(2)
  })

  test('Wrong, unsigned, too large and misdirected calls are refused and nothing is kept of them.', async () => {
    const s = await serve()
    await until(() => customers().length === 2, 'the first load')
    const reads = shop.seen.length
    const body = JSON.stringify({ type: 'changed', id: 1 })
    expect((await send(s, body, {}, 'another secret')).status).toBe(401)
    expect((await answered(await fetch(s.hooks[0]!, { method: 'POST', body }))).status).toBe(401)
    expect((await send(s, 'x'.repeat(1024 * 1024 + 1)).catch(() => ({ status: 413 }))).status).toBe(413)
    expect((await send(s, '{"type":')).status).toBe(400)
    expect((await answered(await fetch(s.hooks[0]!.replace('/shop', '/database'), { method: 'POST', body }))).status).toBe(404)
    expect((await answered(await fetch(s.hooks[0]!.replace('/shop', '/..%2F..%2Fetc'), { method: 'POST', body }))).status).toBe(404)
    expect((await answered(await fetch(s.hooks[0]!))).status).toBe(404)
    expect((await s.get('/metrics')).text).toContain('plimsoll_inbox 0')
    expect(shop.seen.length).toBe(reads)
    expect(s.events.filter((event) => JSON.stringify(event).includes(SECRET))).toEqual([])
  })

  test('A call taken while the shop does not answer is kept, and carried out when it does, also by the next process.', async () => {
    const s = await serve()
    await until(() => customers().length === 2, 'the first load')
    await change(1, { name: 'Anna Nowak' })
    const { port } = new URL(shop.url)
    await shop.close()
    expect((await send(s, JSON.stringify({ type: 'changed', id: 1 }), { 'x-delivery': 'd4' })).status).toBe(202)
    await until(() => s.events.some((event) => event.event === 'trouble'), 'the trouble is said')
    expect((await s.stop()).exit).toBe(0)
    expect(Number(port)).toBeGreaterThan(0)
    shop = await startJsonServer({ customers: [{ id: 1, email: 'anna@example.com', name: 'Anna Nowak' }, { id: 2, email: 'ole@example.com', name: 'Ole' }] })
    at.put('plan.yaml', PLAN(shop.url))
    await serve()
    await until(() => customers().includes('Anna Nowak'), 'the change arrives')
  })
})

describe('one store, one process', () => {
  test('A second serve on the same store ends with 3 and names the first.', async () => {
    at = new Project({ 'plan.yaml': PRODUCTS('1 second'), 'inbox/products.csv': CSV('A1,Anchor,3') })
    await serve()
    const second = await at.say('serve', '--port', '0')
    expect(second.exit).toBe(3)
    expect(second.err).toMatch(/`plimsoll serve .*` \(process \d+ on /)
    const sync = await at.say('sync')
    expect(sync.exit).toBe(3)
  })

  test('A port that is taken is an answer, not a crash; the store is free afterwards.', async () => {
    at = new Project({ 'plan.yaml': PRODUCTS('1 second'), 'inbox/products.csv': CSV('A1,Anchor,3') })
    const s = await serve()
    const other = new Project({ 'plan.yaml': PRODUCTS('1 second'), 'inbox/products.csv': CSV('A1,Anchor,3') })
    try {
      const answer = await other.run('serve', '--port', new URL(s.address).port)
      expect(answer).toMatchObject({ exit: 3, error: { code: 'api.port' } })
      expect((await other.synced()).summary.balanced).toBe(true)
    } finally {
      other.done()
    }
  })

  test('Stopped during a load it ends within ten seconds; the next run balances and brings the rest.', async () => {
    const many = 12_000
    at = new Project({ 'plan.yaml': PRODUCTS('1 hour'), 'inbox/products.csv': CSV(...Array.from({ length: many }, (_, i) => `A${i},Thing ${i},${i % 50}`)) })
    const s = await serve()
    await until(async () => Number(/"golden_records":(\d+)/.exec((await s.get('/api/v1/status')).text)?.[1] ?? 0) >= 500, 'the load is under way')
    const { exit, ms } = await s.stop()
    expect(exit).toBe(0)
    expect(ms).toBeLessThan(10_000)
    expect(s.runs().at(-1)!.summary.balanced).toBe(true)
    expect(s.runs().at(-1)!.summary.read).toBeLessThan(many)
    const next = await at.synced()
    expect(next.summary.balanced).toBe(true)
    expect(at.rows('products.db', 'select count(*) as n, count(distinct sku) as different from product')).toEqual([{ n: many, different: many }])
    expect((await at.synced()).summary.writes).toBe(0)
  })
})

describe('nobody else gets in', () => {
  beforeEach(async () => {
    at = new Project({ 'plan.yaml': PRODUCTS('1 hour'), 'inbox/products.csv': CSV('A1,"<script>alert(1)</script> & ""so""",3') })
    await serve()
    await until(() => names().length === 1, 'the first load')
  })
  /** As no browser would: any Host, any path, byte by byte. */
  const raw = (path: string, headers: Record<string, string>, method = 'GET', body = ''): Promise<{ status: number; text: string }> => new Promise((resolve, reject) => {
    const { hostname, port } = new URL(serving!.address)
    const request = rawRequest({ hostname, port, path, method, headers: { ...headers, ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }) } }, (response) => {
      let text = ''
      response.on('data', (piece: Buffer) => (text += piece.toString()))
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    })
    request.on('error', reject)
    request.end(body)
  })

  test('Other names for this machine and pages of other sites are refused.', async () => {
    expect((await raw('/api/v1/status', { host: 'evil.test' })).status).toBe(403)
    expect((await raw('/', { host: 'evil.test' })).status).toBe(403)
    expect((await raw('/', { host: '127.0.0.1.evil.test' })).status).toBe(403)
    expect((await raw('/api/v1/status', { host: 'localhost:1', origin: 'http://evil.test' })).status).toBe(403)
    expect((await raw('/api/v1/status', { host: 'localhost', origin: 'null' })).status).toBe(403)
    expect((await raw('/api/v1/status', { host: 'localhost', 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const answer = await serving!.post('/api/v1/runs', {}, { authorization: `Bearer ${serving!.token}`, origin: 'http://evil.test' })
    expect(answer).toMatchObject({ status: 403, type: expect.stringContaining('application/problem+json'), json: { code: 'api.origin' } })
    expect((await serving!.get('/api/v1/status', { origin: serving!.address })).status).toBe(200)
  })

  test('Every change needs the token; a wrong one and none are refused.', async () => {
    for (const path of ['/api/v1/runs', '/api/v1/releases', '/api/v1/errors/x/retry', '/api/v1/errors/x/fix', '/api/v1/errors/x/discard']) {
      expect([path, (await serving!.post(path, {}, {})).status]).toEqual([path, 401])
      expect([path, (await serving!.post(path, {}, { authorization: 'Bearer wrong' })).status]).toEqual([path, 401])
    }
    expect((await raw('/api/v1/runs', { host: 'localhost', authorization: `Basic ${serving!.token}`, 'content-type': 'application/json' }, 'POST', '{}')).status).toBe(401)
  })

  test('A body of 50 MB, bodies that are no JSON and wrong ones cost nothing.', async () => {
    const headers = { host: 'localhost', authorization: `Bearer ${serving!.token}`, 'content-type': 'application/json' }
    const large = await raw('/api/v1/runs', headers, 'POST', JSON.stringify({ flow: 'x'.repeat(50 * 1024 * 1024) })).catch(() => ({ status: 413, text: '' }))
    expect(large.status).toBe(413)
    expect((await raw('/api/v1/runs', headers, 'POST', '{"a":')).status).toBe(400)
    expect((await raw('/api/v1/runs', { ...headers, 'content-type': 'text/plain' }, 'POST', '{}')).status).toBe(415)
    expect((await raw('/api/v1/runs', headers, 'POST', '{"__proto__":{"flow":"x"},"unknown":1}')).status).toBe(400)
    expect((await raw('/api/v1/runs?limit=1', headers)).status).toBe(200)
    expect((await raw('/api/v1/runs?limit=100000', headers)).status).toBe(400)
    expect((await raw(`/api/v1/runs?cursor=${Buffer.from('1 OR 1=1').toString('base64url')}`, headers)).status).toBe(400)
    expect((await serving!.get('/health')).json).toEqual({ status: 'ok' })
  })

  test('No path leads to a file, and addresses that can’t be read are an answer.', async () => {
    for (const path of ['/../../etc/passwd', '/..%2f..%2fetc/passwd', '/%2e%2e/plan.yaml', '/records/..%2f..%2fplan.yaml', '/errors/%2e%2e', '//evil.test/', '/plan.yaml', '/.plimsoll/store.db', '/%', '/records/%00', '/style.css/../../plan.yaml']) {
      const { status, text } = await raw(path, { host: 'localhost' })
      expect([path, status >= 400 && status < 500]).toEqual([path, true])
      expect(text).not.toMatch(/root:|plimsoll: 1/)
    }
  })

  test('A connection that sends nothing more does not keep anybody from an answer.', async () => {
    const { hostname, port } = new URL(serving!.address)
    const slow = Array.from({ length: 50 }, () => connect(Number(port), hostname, function (this: { write(text: string): void }) {
      this.write('POST /api/v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{')
    }))
    expect((await serving!.get('/ready')).status).toBe(200)
    for (const socket of slow) socket.destroy()
  })

  test('Pages show values as text, carry no script, and let nothing in from elsewhere.', async () => {
    const response = await fetch(serving!.address)
    const page = await response.text()
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot;')
    expect(page).not.toMatch(/<script|\son\w+=|https?:\/\/(?!127\.0\.0\.1)/)
    const found = await serving!.get(`/records?text=${encodeURIComponent('"><script>x</script>')}`)
    expect(found.text).not.toContain('<script')
    expect(found.text).toContain('value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"')
  })
})
