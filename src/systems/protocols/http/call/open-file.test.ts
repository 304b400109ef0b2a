import { afterEach, expect, test } from 'vitest'
import { never, openHttp, type Received, specOf, startServer, writeOptions, json } from '../../../../../test/support/http-servers.ts'
import type { ArrivingFile, MediaForTarget, SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function server(answer: (request: Received) => void) {
  const running = await startServer(answer)
  open.push(running)
  return running
}
async function session(url: string, settings: object = {}, media?: MediaForTarget, resource: object = {}): Promise<SystemSession> {
  const opened = await openHttp(url, { token: 'secret-of-mine', definition: { http: 1, auth: { kind: 'bearer' }, resources: { things: { list: { path: '/things' }, ...resource } } }, ...settings } as never, media ? { media } : {})
  open.push(opened)
  return opened
}
async function fetched(from: SystemSession, written: string, known?: Pick<ArrivingFile, 'etag'>) {
  const asked: string[] = []
  let file: (Omit<ArrivingFile, 'content'> & { readonly text: string }) | undefined
  const outcome = await from.openFile!(written, async (address) => (asked.push(address), known), async ({ content, ...about }) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    file = { ...about, text: Buffer.concat(chunks).toString() }
  }, never)
  return { outcome, asked, file }
}
const picture = (seen: string[]) => ({ headers, response }: Received): void => {
  seen.push(headers.authorization ?? 'nobody')
  if (headers['if-none-match'] === '"1"') return void response.writeHead(304).end()
  response.writeHead(200, { 'content-type': 'image/PNG; x=y', etag: '"1"' }).end('picture')
}

test('A file is fetched with the credentials of the interface, by its whole address, and not again while it is the same.', async () => {
  const seen: string[] = []
  const own = await server(picture(seen))
  const from = await session(own.url)
  expect(await fetched(from, '/up/../a%2F..%2Fb c.png')).toEqual({ outcome: 'taken', asked: [`${own.url}/a%2F..%2Fb%20c.png`], file: { name: 'a-..-b-c.png', type: 'image/png', etag: '"1"', text: 'picture' } })
  expect(await fetched(from, `${own.url}/x.png`, { etag: '"1"' })).toMatchObject({ outcome: 'same', file: undefined })
  expect(seen).toEqual(['Bearer secret-of-mine', 'Bearer secret-of-mine'])
})

test('Another origin is asked only if the settings name it, and never with credentials; what is no address is none.', async () => {
  const seen: string[] = []
  const [own, other] = [await server(() => undefined), await server(picture(seen))]
  for (const written of [`${other.url}/a.png`, 'file:///etc/passwd', 'http://169.254.169.254/latest', 'ftp://x/y', 'http://[', '\\\\host\\share']) {
    expect((await fetched(await session(own.url), written)).outcome, written).toBe('none')
  }
  expect(seen).toEqual([])
  expect(await fetched(await session(own.url, { media_origins: [other.url] }), `${other.url}/a.png`)).toMatchObject({ outcome: 'taken', file: { text: 'picture' } })
  expect(seen).toEqual(['nobody'])
})

test('A redirect does not lead a fetch to another origin, and an answer without a file is an error.', async () => {
  const other = await server(({ response }) => void response.end('secret'))
  const own = await server(({ path, response }) => void response.writeHead(path === '/gone' ? 404 : 302, { location: `${other.url}/x` }).end())
  const from = await session(own.url)
  await expect(fetched(from, '/away')).rejects.toMatchObject({ code: 'http.origin' })
  await expect(fetched(from, '/gone')).rejects.toMatchObject({ code: 'http.not_there' })
  expect(other.seen).toEqual([])
})

test('Records of one batch that show the same content send it once, and one without content is refused alone.', async () => {
  const bodies: string[] = []
  const own = await server(({ path, body, headers, response }) => {
    bodies.push(`${path} ${path === '/up' ? `${headers['content-type']} ${headers['content-length']} ${body}` : body}`)
    json(response, 200, path === '/up' ? { id: 7 } : { id: bodies.length })
  })
  const kept = new Map<string, string>()
  const media: MediaForTarget = {
    open: async (value) => (value.startsWith('https:') ? { hash: 'ab'.repeat(32), bytes: 7, name: 'a.png', content: async function* () { yield Buffer.from('picture') } } : undefined),
    sent: async (hash) => kept.get(hash),
    keep: async (hash, key) => void kept.set(hash, key),
  }
  const to = await session(own.url, {}, media, { create: { path: '/things' }, uploads: { image: { path: '/up', headers: { 'content-disposition': 'attachment; filename="{name}"' }, key: 'id', key_type: 'number' }, 'more.files': { path: '/up', key: 'id' } } })
  const item = (values: object, key: string) => ({ operation: 'create' as const, values: values as never, idempotencyKey: key })
  const results = await to.resource(specOf('things')).write!([item({ image: 'https://x/a.png' }, '1'), item({ image: 'https://y/b.png' }, '2'), item({ image: 'x' }, '3'), item({ more: { files: ['https://x/a.png'] } }, '4'), item({ image: null }, '5')], writeOptions)
  expect(results.map((result) => result.is)).toEqual(['done', 'done', 'refused', 'done', 'done'])
  expect(results[2]).toMatchObject({ code: 'file', field: 'image' })
  expect(bodies.filter((body) => body.startsWith('/up'))).toEqual(['/up image/png 7 picture'])
  expect(bodies.filter((body) => body.startsWith('/things')).toSorted()).toEqual(['/things {"image":7}', '/things {"image":7}', '/things {"image":null}', '/things {"more":{"files":["7"]}}'])
  expect(kept.get('ab'.repeat(32))).toBe('7')
})
