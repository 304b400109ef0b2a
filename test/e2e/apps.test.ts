import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { OFFICE, planOf } from '../apps/plan.ts'
import { Project, ROOT } from './project.ts'
import { Serving, until } from './serving.ts'

const TOKEN = 'canary-0123456789-abcdefgh'
const open: { kill(): void }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.kill()
})

function projectOf(plan: string): Project {
  const project = new Project({ 'plan.yaml': plan })
  project.sql('office.db', OFFICE)
  project.env['PLIMSOLL_SYSTEM_APP_TOKEN'] = TOKEN
  project.env['PLIMSOLL_SYSTEM_APP_WEBHOOK_SECRET'] = `whsec_${randomBytes(32).toString('base64')}`
  return project
}
async function serving(project: Project): Promise<Serving> {
  const serve = new Serving(project)
  open.push(serve)
  return serve.started()
}
const call = (serve: Serving, path: string, options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown } = {}): Promise<Response> =>
  fetch(serve.apps[0]! + path, { method: options.method ?? 'GET', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...options.headers }, ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }) })
interface Item { readonly key: string; readonly etag: string; readonly values: { readonly code: string; readonly note?: string; readonly rating?: number } }
const items = async (serve: Serving): Promise<Item[]> => ((await (await call(serve, '/items?limit=1000')).json()) as { records: Item[] }).records

test('What was answered with 2xx is there after kill -9, and arrives in the other system once.', async () => {
  const project = projectOf(planOf({ flow: '' }))
  const accepted = new Map<string, { notes: readonly string[]; key: string }>()
  for (let round = 0; round < 4; round += 1) {
    const serve = await serving(project)
    await until(async () => (await items(serve)).length >= 3, 'the office was read')
    // Before anything new is said, all that was accepted so far is there.
    const held = new Map((await items(serve)).map((one) => [one.values.code, one]))
    for (const [code, { notes, key }] of accepted) {
      expect([code, held.get(code)?.key]).toEqual([code, key])
      expect(notes).toContain(held.get(code)!.values.note)
    }
    let killed = false
    const writer = async (lane: number): Promise<void> => {
      for (let n = 0; !killed; n += 1) {
        const code = `R${round}-${lane}-${n}`
        try {
          const made = await call(serve, '/items', { method: 'POST', headers: { 'idempotency-key': code }, body: { code, names: { title: `Made ${code}` }, note: 'new' } })
          if (made.status === 429) return
          const one = (await made.json()) as Item
          expect(made.status).toBe(201)
          // A change whose answer is lost with the process may have been made as well.
          accepted.set(code, { notes: ['new', `changed ${n}`], key: one.key })
          const changed = await call(serve, `/items/${one.key}`, { method: 'PATCH', headers: { 'if-match': one.etag }, body: { note: `changed ${n}` } })
          if (changed.status === 200) accepted.set(code, { notes: [`changed ${n}`], key: one.key })
        } catch (error) {
          if (!killed) throw error
        }
      }
    }
    const before = accepted.size
    const writers = [0, 1, 2, 3].map(writer)
    await until(() => accepted.size >= before + 15 + round * 7, 'some were accepted', 30_000, 1)
    killed = true
    serve.kill()
    await Promise.all(writers)
    await serve.ended
  }
  const serve = await serving(project)
  await until(() => [...accepted].every(([code, { notes }]) => notes.includes(String(project.rows('office.db', `SELECT note FROM things WHERE code = '${code}'`)[0]?.['note']))), 'all of it is in the office', 90_000)
  const doubled = project.rows('office.db', 'SELECT code, count(*) AS n FROM things GROUP BY code HAVING n > 1')
  expect(doubled).toEqual([])
  const { exit } = await serve.stop()
  expect(exit).toBe(0)
  expect(serve.runs().filter((run) => !run.summary.balanced)).toEqual([])
  const quiet = await project.synced()
  expect(quiet.summary['writes']).toBe(0)
  project.done()
}, 240_000)

test('The application of the example lists, keeps up by being called, and changes one thing back.', async () => {
  const project = new Project()
  cpSync(join(ROOT, 'examples/own-website'), project.folder, { recursive: true })
  const port = await freePort()
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  project.put('plan.yaml', project.text('plan.yaml').replace(':8099/', `:${port}/`))
  Object.assign(project.env, { PLIMSOLL_SYSTEM_SHOPFRONT_TOKEN: TOKEN, PLIMSOLL_SYSTEM_SHOPFRONT_WEBHOOK_SECRET: secret })
  expect(project.text('app.mjs').trimEnd().split('\n').length).toBeLessThanOrEqual(30)
  const serve = await serving(project)
  await until(() => serve.runs().some((run) => run.summary.writes === 3), 'the list is there')
  const site = spawn(process.execPath, ['app.mjs'], { cwd: project.folder, env: { PATH: process.env['PATH'], API: serve.apps[0], TOKEN, WEBHOOK_SECRET: secret, PORT: String(port) } })
  open.push({ kill: () => void site.kill('SIGKILL') })
  const at = `http://127.0.0.1:${port}`
  const page = async (): Promise<string> => (await fetch(at)).text().catch(() => '')
  await until(async () => /Anchor/.test(await page().catch(() => '')), 'the site shows the list')
  expect((await page()).split('\n').filter(Boolean).toSorted()).toEqual(['P-1\tLantern\t19.9\t', 'P-2\tAnchor\t120\t', 'P-3\tCompass\t45.5\t'])
  project.put('stockroom/products.csv', project.text('stockroom/products.csv').replace('Lantern', 'Storm lantern'))
  await until(async () => (await page()).includes('Storm lantern'), 'the site was called')
  const changed = await fetch(`${at}/remark`, { method: 'POST', body: JSON.stringify({ sku: 'P-2', text: 'heavy' }) })
  expect(changed.status).toBe(200)
  await until(() => project.text('stockroom/products.csv').includes('P-2,Anchor,120.00,1,heavy'), 'the remark is in the stockroom')
  // Nobody else can ring.
  expect((await fetch(`${at}/changed`, { method: 'POST', headers: { 'webhook-signature': 'v1,x' }, body: '{}' })).status).toBe(401)
  expect((await serve.stop()).exit).toBe(0)
  project.done()
}, 180_000)

test('An application that can’t be called is shown as failing, and whatever it missed it can read.', async () => {
  const project = projectOf(planOf({ settings: `webhook_url: "http://127.0.0.1:${await freePort()}/bell"` }))
  const serve = await serving(project)
  await until(() => serve.events.some((event) => event.event === 'state' && event['name'] === 'app' && event['code'] === 'apps.bell_failing'), 'it is said')
  expect((await items(serve)).length).toBe(3)
  const shown = (await serve.get('/api/v1/status')).json as unknown as { lanes: { lane: string; state: string; code: string; next_attempt: string | null }[] }
  expect(shown.lanes.filter(({ lane }) => lane === 'bell/app').map(({ state, code, next_attempt }) => [state, code, typeof next_attempt])).toEqual([['failing', 'apps.bell_failing', 'string']])
  expect((await serve.get('/metrics')).text).toContain('plimsoll_lane_ok{lane="bell/app",state="failing"} 0')
  // No secret is said anywhere.
  expect(JSON.stringify(serve.events)).not.toMatch(/canary|whsec_/)
  expect((await serve.stop()).exit).toBe(0)
  project.done()
}, 180_000)

test('A receiver that never answers holds up nobody, and is called again.', async () => {
  const calls: number[] = []
  const server = createServer((request) => {
    request.resume()
    calls.push(1)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  open.push({ kill: () => server.closeAllConnections() })
  const project = projectOf(planOf({ settings: `webhook_url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/bell"` }))
  const serve = await serving(project)
  await until(() => calls.length === 1, 'it was called')
  const [first] = await items(serve)
  const changed = await call(serve, `/items/${first!.key}`, { method: 'PATCH', headers: { 'if-match': first!.etag }, body: { note: 'meanwhile' } })
  expect(changed.status).toBe(200)
  await until(() => project.rows('office.db', `SELECT note FROM things WHERE code = '${first!.values.code}'`)[0]?.['note'] === 'meanwhile', 'the change arrives all the same')
  await until(() => serve.events.some((event) => event.event === 'trouble' && event['code'] === 'apps.bell_failing'), 'it is said that it does not answer')
  await until(() => calls.length === 2, 'it is called again')
  expect((await serve.stop()).exit).toBe(0)
  server.close()
  project.done()
}, 180_000)

test('A preview changes nothing in the box, a second pass writes nothing, and a lost store is made anew without a write.', async () => {
  const project = projectOf(planOf())
  const before = project.digest()
  const preview = await project.preview()
  expect([preview.exit, preview.summary['created']]).toEqual([4, 3])
  expect(project.digest()).toEqual(before)
  expect((await project.synced()).summary['writes']).toBe(3)
  expect((await project.synced()).summary['writes']).toBe(0)
  for (const name of ['store.db', 'store.db-wal', 'store.db-shm']) project.remove(`.plimsoll/${name}`)
  const again = await project.synced()
  expect([again.summary['writes'], again.summary['new']]).toEqual([0, 6])
  const positions = project.rows('.plimsoll/store.apps/app.db', 'SELECT count(*) AS n FROM record')
  expect(positions).toEqual([{ n: 3 }])
  project.done()
}, 180_000)

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise<void>((closed) => { server.close(() => closed()) })
  return port
}
