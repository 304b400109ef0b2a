/** `kill -9` at the moments that hurt: while a page is read, before a write is executed, and after it, before its answer. Nothing is lost or doubled. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Received } from '../../support/http-servers.ts'
import { Project, ROOT, shortly } from '../project.ts'
import { manifest, Shop } from './shop.ts'

const N = 120
const plan = (a: string, b: string): string => `
plimsoll: 1
name: Two shops
systems:
  a: { connector: http, settings: { url: "${a}", manifest: ./shop.yaml }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
  b: { connector: http, settings: { url: "${b}", manifest: ./shop.yaml }, holds: { product: { resource: items, fields: { code: code, name: name } } } }
entities:
  product: { identifiers: [code], golden: { home: a, by_field: { name: latest } }, fields: { code: text, name: text } }
flows:
  products: { entity: product, between: [a, b], brake: 100% }
`
let at: Project
let a: Shop
let b: Shop
beforeEach(async () => {
  a = await Shop.open(Array.from({ length: N }, (_, n) => ({ code: `P-${n}`, name: `Product ${n}` })))
  // The second half of A and another half.
  b = await Shop.open(Array.from({ length: N }, (_, n) => ({ code: `P-${n + N / 2}`, name: `Product ${n + N / 2}` })))
  at = new Project({ 'plan.yaml': plan(a.url, b.url), 'shop.yaml': manifest() })
})
afterEach(async () => {
  at.done()
  await a.close()
  await b.close()
})

const COMMAND = join(process.env['PLIMSOLL_DIST'] ?? join(ROOT, 'dist'), 'cli/main.js')
/** Runs a sync and kills it when a request of this kind comes in for the n-th time; `then` is what the shop still does with it. */
function killedAt(shop: Shop, when: (request: Received) => boolean, nth: number, then: (request: Received) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, 'sync', '--json'], { cwd: at.folder, stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: at.folder, TZ: 'UTC', PLIMSOLL_PATIENCE: '2' } })
    let met = 0
    shop.trouble = (request) => {
      if (!when(request)) return false
      met += 1
      if (met !== nth) return false
      child.kill('SIGKILL')
      then(request)
      return true
    }
    child.once('exit', (_code, signal) => {
      shop.trouble = undefined
      resolve(signal)
    })
  })
}
const codes = (shop: Shop): string[] => shop.all().map((item) => String(item['code'])).toSorted()

test('After each kill the next runs bring the rest; every record is there once, no run stays running, and then it is quiet.', async () => {
  const isCreate = ({ method, path }: Received): boolean => method === 'POST' && path === '/items'
  const created = ({ body }: Received): void => void b.create(JSON.parse(body) as Record<string, unknown>)
  const ends = [
    await killedAt(a, ({ path, query }) => path === '/items' && Number(query.get('offset')) > 0, 1, () => undefined),
    await killedAt(b, isCreate, 7, () => undefined),
    await killedAt(b, isCreate, 11, created),
    await killedAt(b, isCreate, 3, created),
  ]
  expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL'])
  a.edit(3, { name: 'Edited in A' })
  b.edit(5, { name: 'Edited in B' })
  // What was on its way may still be executed for a second; until then nobody knows, and a run says so.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  let answer = await at.sync()
  for (let again = 0; again < 4 && !answer.ok; again += 1) answer = await at.sync()
  expect([answer.ok, answer.summary.balanced]).toEqual([true, true])
  const everybody = Array.from({ length: 1.5 * N }, (_, n) => `P-${n}`).toSorted()
  expect([codes(a), codes(b)]).toEqual([everybody, everybody])
  const named = (shop: Shop): unknown[] => shop.all().map((item) => `${String(item['code'])} ${String(item['name'])}`).toSorted()
  expect(named(a)).toEqual(named(b))
  expect(named(a).filter((name) => String(name).includes('Edited'))).toHaveLength(2)
  expect(shortly(await at.synced())).toEqual([])
  const states = at.rows('.plimsoll/store.db', 'select state, count(*) as n from run group by state')
  expect(states.filter((row) => row['state'] === 'running')).toEqual([])
  expect(states).toContainEqual({ state: 'crashed', n: 4 })
  // The ledger over all runs, those that were killed too: each shop got its other half, and each other's edit.
  const { runs } = (await at.run('runs', 'list')).result as unknown as { readonly runs: readonly { readonly state: string; readonly writes: Record<string, { created: number; updated: number; deleted: number }> }[] }
  const total = (system: string, what: 'created' | 'updated' | 'deleted'): number => runs.reduce((sum, run) => sum + (run.writes[system]?.[what] ?? 0), 0)
  expect(['a', 'b'].map((system) => [total(system, 'created'), total(system, 'updated'), total(system, 'deleted')])).toEqual([[N / 2, 1, 0], [N / 2, 1, 0]])
  expect(runs.filter((run) => run.state === 'crashed')).toHaveLength(4)
})
