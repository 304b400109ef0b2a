/** Systems that answer with what nobody expects: each is refused with a reason, and what others sent arrives. */
import { createServer as createSocket, type Server, type Socket } from 'node:net'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, constants, createGzip, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { Bounded, GOOD } from './bounded.ts'

const MB = 1024 * 1024
const open: Server[] = []
const sockets = new Set<Socket>()
let at: Bounded | undefined
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => { server.close(resolve) })))
  at?.done()
  at = undefined
})

const listening = (server: Server): Promise<string> => {
  open.push(server)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  })
  return new Promise((resolve) => { server.listen(0, '127.0.0.1', () => { resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) }) })
}
const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> => listening(createServer(answer))

const plan = (settings: string, list = 'path: /things'): string => `
plimsoll: 1
name: A list and an interface
systems:
  supplier:
    connector: csv
    settings: { folder: ./list, settle: 0 }
    holds: { product: { resource: "good.csv", key: sku, fields: { sku: sku, name: name, stock: stock } } }
  shop:
    connector: rest
    settings: { ${settings}, timeout: 1s, max_response_mb: 8, definition: { http: 1, resources: { things: { list: { ${list} } } } } }
    holds: { thing: { resource: things, key: id, fields: { id_no: id, name: name } } }
  database:
    connector: sqlite
    settings: { file: ./products.db }
    holds: [product, thing]
entities:
  product: { identifiers: [sku], fields: { sku: text, name: text, stock: integer } }
  thing: { identifiers: [id_no], fields: { id_no: text, name: text } }
flows:
  products: { entity: product, from: supplier, to: database }
  things: { entity: thing, from: shop, to: database }
`
const list = ['sku,name,stock', ...GOOD.map((row) => row.join(',')), ''].join('\n')

async function outcome(settings: string, of: { list?: string; env?: Record<string, string> } = {}) {
  at = new Bounded({ 'plan.yaml': plan(settings, of.list), 'list/good.csv': list })
  Object.assign(at.env, of.env)
  const { reasons, answer } = await at.survives()
  expect(at.rows('products.db', 'select sku from product order by sku').map((row) => row['sku'])).toEqual(GOOD.map(([sku]) => sku))
  const there = at.rows('products.db', `select name from sqlite_master where name = 'thing'`).length > 0
  return { reasons, answer, things: there ? at.rows('products.db', 'select id_no, name from thing order by id_no').map((row) => `${String(row['id_no'])} ${String(row['name'])}`) : [] }
}

const json = (response: ServerResponse, body: string, headers: Record<string, string> = {}): void => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers })
  response.end(body)
}
/** Blanks without end, packed as they go. */
const bomb = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  const pack = createGzip()
  pack.pipe(response)
  let sent = 0
  const go = (): void => {
    while (sent < 2_000 && !response.destroyed) {
      sent += 1
      if (!pack.write(Buffer.alloc(MB, 32))) return void pack.once('drain', go)
    }
    pack.end()
  }
  response.on('close', () => pack.destroy())
  go()
}
const brotli = brotliCompressSync(Buffer.alloc(200 * MB, 32), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
const drip = (response: ServerResponse, what: string): void => {
  const timer = setInterval(() => response.write(what), 100)
  response.on('close', () => clearInterval(timer))
}

describe('an answer as a whole', () => {
  test.each([
    ['2 GB of blanks, packed with gzip', (response: ServerResponse) => bomb(response), /http\.too_large.* larger than 8 MB/],
    ['200 MB of blanks, packed with brotli', (response: ServerResponse) => { response.writeHead(200, { 'content-encoding': 'br' }); response.end(brotli) }, /http\.too_large.* larger than 8 MB/],
    ['gzip in gzip in gzip', (response: ServerResponse) => { response.writeHead(200, { 'content-encoding': 'gzip, gzip, gzip' }); response.end(gzipSync(gzipSync(gzipSync('[]')))) }, /packed 3 times/],
    ['something that is not packed as it says', (response: ServerResponse) => { response.writeHead(200, { 'content-encoding': 'gzip' }); response.end('[]') }, /no whole answer/],
    ['a packing that nobody asked for', (response: ServerResponse) => { response.writeHead(200, { 'content-encoding': 'zstd' }); response.end('[]') }, /packed as zstd/],
    ['20 MB without packing', (response: ServerResponse) => json(response, `["${'x'.repeat(20 * MB)}"]`), /larger than 8 MB/],
    ['a length of a terabyte', (response: ServerResponse) => { response.writeHead(200, { 'content-length': String(2 ** 40) }); drip(response, ' ') }, /not answered in time/],
    ['a body that drips for ever', (response: ServerResponse) => { response.writeHead(200, { 'content-type': 'application/json' }); drip(response, ' ') }, /not answered in time/],
    ['nothing at all', () => undefined, /not answered in time/],
    ['two million lists in a list', (response: ServerResponse) => json(response, `[${'[],'.repeat(2_000_000)}[]]`), /most of which are no records/],
    ['half a million distinct keys', (response: ServerResponse) => json(response, `[{"id":"1","name":"a",${Array.from({ length: 500_000 }, (_, i) => `"k${i}":1`).join(',')}}]`), /^$/],
    ['nesting without end', (response: ServerResponse) => json(response, '['.repeat(4 * MB)), /no valid JSON/],
    ['another encoding than it says', (response: ServerResponse) => { response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }); response.end(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d])) }, /no text in utf-8/],
    ['an encoding of a name that is none', (response: ServerResponse) => { response.writeHead(200, { 'content-type': 'application/json; charset=x-evil' }); response.end('[]') }, /no text in x-evil/],
    ['XML with an entity bomb', (response: ServerResponse) => { response.writeHead(200, { 'content-type': 'application/xml' }); response.end('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>') }, /application\/xml\) is no valid XML/],
  ] as const)('%s: the reason is said, and what the supplier sent arrives.', async (_what, answer, says) => {
    const url = await serve((_request, response) => answer(response))
    const { reasons } = await outcome(`url: "${url}"`)
    expect(reasons).toMatch(says)
  })

  test('A list of many distinct objects has as much memory as its size allows, and its records arrive.', async () => {
    const body = `[${Array.from({ length: 5_000 }, (_, i) => `{"id":"${10_000 + i}","name":"n",${Array.from({ length: 20 }, (_, k) => `"k${i}_${k}":1`).join(',')}}`).join(',')}]`
    const url = await serve((_request, response) => json(response, body))
    expect((await outcome(`url: "${url}"`)).things).toHaveLength(5_000)
  })

  test('Headers that never end are given up.', async () => {
    const url = await listening(createSocket((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write(`X-${Math.random()}: ${'y'.repeat(200)}\r\n`), 50)
      socket.on('close', () => clearInterval(timer))
    }))
    expect((await outcome(`url: "${url}"`)).reasons).toMatch(/not answered in time|no whole answer/)
  })

  test.each(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n[]', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n[]', 'NONSENSE\r\n\r\n', 'HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n[]', '\0'.repeat(100_000)])('The bytes %j are no answer.', async (bytes) => {
    const url = await listening(createSocket((socket) => { socket.on('data', () => socket.end(bytes)) }))
    expect((await outcome(`url: "${url}"`)).reasons).toMatch(/no whole answer|no valid JSON|is empty/)
  })
})

describe('one record of an answer', () => {
  test('Doubled keys, halves of characters, nesting and keys that are none cost their own record only.', async () => {
    const records = [
      '{"id":"1","name":"good"}', '{"id":"2","name":"a","name":"b"}', `{"id":"3","name":"deep","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, '{"id":"4\\ud800","name":"half"}', '{"id":"4\\ud801","name":"half"}',
      '{"id":"5","name":"\\udc00"}', '{"id":{"a":1},"name":"x"}', '"text"', '{"id":"../../admin","name":"climbs"}', '{"id":"__proto__","name":"proto","__proto__":{"x":1}}', '{"id":"9","name":"last","n":1e400}',
    ]
    const url = await serve((_request, response) => json(response, `[${records.join(',')}]`))
    const { things, reasons, answer } = await outcome(`url: "${url}"`)
    expect(things).toEqual(['../../admin climbs', '1 good', '9 last', '__proto__ proto'])
    expect(answer.summary['set_aside']).toBe(7)
    for (const says of [/"name" stands twice/, /nested deeper than 100/, /half a character[^]*half a character/, /5 name .*half a character/]) expect(reasons).toMatch(says)
  })
})

describe('where requests go', () => {
  test.each([
    ['http', (other: string) => `${other}/things`], ['https', (other: string) => `${other.replace('http:', 'https:')}/things`], ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data'],
    ['another scheme', () => 'file:///etc/passwd'], ['an address without a scheme', (other: string) => `//${other.slice(7)}/things`], ['credentials', (other: string) => `${other.replace('//', '//user:pass@')}/things`],
  ] as const)('A redirect to another place of this machine is not followed (%s).', async (_what, target) => {
    let asked = 0
    const other = await serve((_request, response) => { asked += 1; json(response, '[{"id":"1","name":"stolen"}]') })
    const url = await serve((_request, response) => { response.writeHead(302, { location: target(other) }); response.end() })
    const { reasons, things } = await outcome(`url: "${url}"`)
    expect(reasons).toMatch(/http\.origin/)
    expect([things, asked]).toEqual([[], 0])
  })

  test('A next link to another place of this machine is not followed.', async () => {
    let asked = 0
    const other = await serve((_request, response) => { asked += 1; json(response, '[]') })
    const url = await serve((_request, response) => json(response, '[{"id":"1","name":"a"}]', { link: `<${other}/things>; rel="next"` }))
    expect((await outcome(`url: "${url}"`, { list: 'path: /things, paging: { kind: link }' })).reasons).toMatch(/http\.origin/)
    expect(asked).toBe(0)
  })

  test.each(['http://169.254.169.254/latest', 'http://[::ffff:a9fe:a9fe]/', 'http://0xa9.0xfe.0xa9.0xfe/', 'http://[fe80::1]:80/', 'http://0.0.0.0:1/'])('An address that no system can have is refused: %s.', async (url) => {
    expect((await outcome(`url: "${url}"`)).reasons).toMatch(/systems\.address: The address .* that no system can have/)
  })

  test('Where only public networks are allowed, an interface on this machine is not called.', async () => {
    let asked = 0
    const url = await serve((_request, response) => { asked += 1; json(response, '[]') })
    for (const address of [url, url.replace('127.0.0.1', 'localhost'), url.replace('127.0.0.1', '[::ffff:127.0.0.1]')]) {
      expect((await outcome(`url: "${address}"`, { env: { PLIMSOLL_NETWORKS: 'public' } })).reasons).toMatch(/systems\.address: .* which PLIMSOLL_NETWORKS=public forbids/)
      at!.done()
    }
    expect(asked).toBe(0)
  })

  test('A line break in a setting never becomes a header of its own.', async () => {
    const seen: string[] = []
    const url = await serve((request, response) => { seen.push(...request.rawHeaders); json(response, '[]') })
    for (const value of ['a\r\nX-Evil: 1', 'a\nX-Evil: 1', 'a\0b']) {
      const { reasons } = await outcome(`url: "${url}"`, { env: { PLIMSOLL_SYSTEM_SHOP_HEADERS: JSON.stringify({ 'X-Own': value }) } })
      expect(reasons).toMatch(/http\.setting: The setting headers contains a line break or control character/)
      expect(reasons).not.toContain('X-Evil')
      at!.done()
    }
    expect(seen).toEqual([])
  })
})
