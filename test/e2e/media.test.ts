/** Pictures go from one system to another: fetched once, recognised by their content, sent once. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Project, shortly } from './project.ts'

interface Product { id: number; sku: string; picture: string | null }

const pictures = new Map<string, Buffer>()
let offered: Product[] = []
let fetched: string[] = []
/** Also where nothing new came of it. */
let asked: string[] = []
/** What the shop has: media by key, products by key. */
let media: { readonly name: string; readonly type: string; readonly content: Buffer }[] = []
let sold: Record<string, unknown>[] = []

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
const answer = (response: ServerResponse, value: unknown): void => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))

function pim(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.authorization !== 'Bearer token-of-the-pim') return void response.writeHead(401).end()
  if (request.url === '/products') return answer(response, offered)
  const content = pictures.get(request.url!)
  if (!content) return void response.writeHead(404).end()
  asked.push(request.url!)
  const etag = `"${createHash('md5').update(content).digest('hex')}"`
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end()
  fetched.push(request.url!)
  response.writeHead(200, { 'content-type': 'image/png', etag }).end(content)
}

async function shop(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/media') {
    const form = await new Response(new Uint8Array(await bodyOf(request)), { headers: { 'content-type': request.headers['content-type']! } }).formData()
    const file = form.get('file') as File
    media.push({ name: file.name, type: file.type, content: Buffer.from(await file.arrayBuffer()) })
    return answer(response, { media: { id: media.length, alt: form.get('alt') } })
  }
  const id = Number(request.url!.split('/')[2])
  if (request.method === 'GET') return answer(response, Number.isInteger(id) ? sold.find((one) => one['id'] === id) : sold)
  const values = JSON.parse((await bodyOf(request)).toString()) as Record<string, unknown>
  const record = Number.isInteger(id) ? sold.find((one) => one['id'] === id)! : sold[sold.push({ id: sold.length + 1 }) - 1]!
  answer(response, Object.assign(record, values))
}

const servers: Server[] = []
async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
let plan: string
beforeAll(async () => {
  const [from, to] = [await listen(pim), await listen((request, response) => void shop(request, response))]
  plan = `plimsoll: 1
name: Pictures
systems:
  pim:
    connector: http
    settings: { url: "${from}", definition: { http: 1, auth: { kind: bearer }, resources: { products: { list: { path: /products } } } } }
    holds: { product: { resource: products, fields: { sku: sku, picture: picture } } }
  shop:
    connector: http
    settings:
      url: "${to}"
      definition:
        http: 1
        resources:
          products:
            list: { path: /products }
            get: { path: "/products/{key}" }
            create: { path: /products }
            update: { path: "/products/{key}" }
            uploads: { mediaId: { path: /media, file: file, fields: { alt: "picture {name}" }, key: media.id, key_type: number } }
    holds: { product: { resource: products, fields: { sku: sku, picture: { path: mediaId, access: write } } } }
entities:
  product: { identifiers: [sku], golden: pim, fields: { sku: text, picture: file } }
flows:
  products: { entity: product, from: pim, to: shop }
`
})
afterAll(() => servers.forEach((server) => (server.closeAllConnections(), server.close())))
beforeEach(() => {
  pictures.clear()
  pictures.set('/red.png', Buffer.from('red picture')).set('/also-red.png', Buffer.from('red picture')).set('/blue ü.png', Buffer.from('blue picture'))
  pictures.set('/blue%20%C3%BC.png', pictures.get('/blue ü.png')!)
  offered = [{ id: 1, sku: 'a', picture: '/red.png' }, { id: 2, sku: 'b', picture: '/also-red.png' }, { id: 3, sku: 'c', picture: '/blue ü.png' }, { id: 4, sku: 'd', picture: null }]
  fetched = []
  asked = []
  media = []
  sold = []
})
function started(): Project {
  const project = new Project({ 'plan.yaml': plan })
  project.env['PLIMSOLL_SYSTEM_PIM_TOKEN'] = 'token-of-the-pim'
  return project
}
const shown = (): unknown[] => sold.toSorted((a, b) => (String(a['sku']) < String(b['sku']) ? -1 : 1)).map((one) => [one['sku'], one['mediaId'] === undefined || one['mediaId'] === null ? null : media[(one['mediaId'] as number) - 1]!.content.toString()])

test('a picture is fetched once and sent once, whatever its address; a second pass sends nothing', async () => {
  const project = started()
  await project.synced()
  expect(shown()).toEqual([['a', 'red picture'], ['b', 'red picture'], ['c', 'blue picture'], ['d', null]])
  expect(media.map((one) => one.content.toString()).toSorted()).toEqual(['blue picture', 'red picture'])
  expect(media.every((one) => one.type === 'image/png' && /^[\da-f]{12}-[\w.-]+\.png$/.test(one.name))).toBe(true)
  expect(fetched.length).toBe(3)
  const again = await project.synced()
  expect(shortly(again)).toEqual([])
  expect(fetched.length).toBe(3)
  expect(media.length).toBe(2)
})

test('an address that several records name is asked for once in a read', async () => {
  offered = offered.map((one) => ({ ...one, picture: '/red.png' }))
  const project = started()
  await project.synced()
  expect(shown().map((one) => (one as string[])[1])).toEqual(offered.map(() => 'red picture'))
  asked = []
  await project.synced()
  expect(asked).toEqual(['/red.png'])
})

test('a content that changes under its address is a change; the same content under a new address is none', async () => {
  const project = started()
  await project.synced()
  pictures.set('/red.png', Buffer.from('dark red picture'))
  offered[1]!.picture = '/red-again.png'
  pictures.set('/red-again.png', Buffer.from('red picture'))
  await project.synced()
  expect(shown()).toEqual([['a', 'dark red picture'], ['b', 'red picture'], ['c', 'blue picture'], ['d', null]])
  expect(media.length).toBe(3)
})

test('a picture that can not be fetched holds up no other record, and its own goes when it is there', async () => {
  const project = started()
  pictures.delete('/red.png')
  const first = await project.sync()
  expect(first.summary.balanced).toBe(true)
  expect(first.summary['set_aside']).toBe(1)
  expect(shown()).toEqual([['b', 'red picture'], ['c', 'blue picture'], ['d', null]])
  pictures.set('/red.png', Buffer.from('red picture'))
  await project.synced()
  expect(shown()).toEqual([['a', 'red picture'], ['b', 'red picture'], ['c', 'blue picture'], ['d', null]])
  expect(media.length).toBe(2)
})

test('a file beyond the size allowed is not taken in, and nothing of it is kept', async () => {
  const project = started()
  pictures.set('/red.png', Buffer.alloc(3 * 1024 * 1024, 1))
  project.env['PLIMSOLL_MAX_FILE_MB'] = '2'
  await project.sync()
  expect(sold.map((one) => one['sku']).toSorted()).toEqual(['b', 'c', 'd'])
  expect(Object.keys(project.digest('.plimsoll')).filter((name) => name.includes('/arriving/'))).toEqual([])
})
