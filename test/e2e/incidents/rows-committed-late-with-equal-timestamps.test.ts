/**
 * Two sources are asked a thousand times what changed, while other processes write into them with times in whole seconds, many equal
 * ones, and commits that come later than the time they bear. Within the lag that the plan declares nothing is missing.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'

const POLLS = 1_000
/** A machine that is too slow for all of them in this time is asked less often, but never this rarely. */
const MOST_MS = 180_000
const FEWEST = 500
const WRITER = fileURLToPath(new URL('late-writer.mjs', import.meta.url))

interface Final { readonly rows: readonly (readonly [string, string])[]; readonly seen: number; readonly sinces: number }
class Writer {
  readonly child: ChildProcessWithoutNullStreams
  readonly #lines: string[] = []
  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, [WRITER, ...args])
    createInterface(this.child.stdout).on('line', (line) => this.#lines.push(line))
    this.child.stderr.pipe(process.stderr)
  }
  async #line(n: number): Promise<unknown> {
    await until(() => this.#lines.length > n || this.child.exitCode !== null, 'the writer says something')
    return JSON.parse(this.#lines[n]!)
  }
  address = async (): Promise<string> => ((await this.#line(0)) as { address: string }).address
  async rest(): Promise<Final> {
    this.child.stdin.write('\n')
    return (await this.#line(1)) as Final
  }
}

const plan = (url: string): string => `
plimsoll: 1
name: Two sources that move while they are read
systems:
  shop: { connector: http, settings: { url: "${url}", manifest: ./shop.yaml }, holds: { article: { resource: items, key: id, fields: { code: code, value: value } } } }
  erp: { connector: sqlite, settings: { file: ./erp.db, overlap_seconds: 3 }, holds: { part: { resource: item, key: id, changed_at: changed, fields: { code: code, value: value } } } }
  copy: { connector: sqlite, settings: { file: ./copy.db }, holds: [article, part] }
entities:
  article: { identifiers: [code], fields: { code: text, value: text } }
  part: { identifiers: [code], fields: { code: text, value: text } }
flows:
  articles: { entity: article, from: shop, to: copy, trigger: on_demand, brake: 100% }
  parts: { entity: part, from: erp, to: copy, trigger: on_demand, brake: 100% }
`
const MANIFEST = `
http: 1
name: shop
resources:
  items:
    key: id
    changed: changed
    changed_format: local
    list:
      path: /
      records: items
      paging: { kind: offset, parameter: offset, size: limit, at_most: 100, end: short }
      since: { query: { since: "{since}" }, format: local, overlap: 3s, order: ascending }
`
const writers: Writer[] = []
let at: Project
let serving: Serving | undefined
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  for (const writer of writers.splice(0)) writer.child.kill()
  at.done()
})

test('Nothing is missing in the copies, and no list was read as a whole for it.', async () => {
  at = new Project({ 'shop.yaml': MANIFEST })
  const shop = new Writer()
  const erp = new Writer(at.path('erp.db'))
  writers.push(shop, erp)
  await erp.address()
  at.put('plan.yaml', plan(await shop.address()))
  serving = await new Serving(at).started()
  const polled = async (): Promise<void> => {
    const before = serving!.runs().length
    await serving!.post('/api/v1/runs', {})
    await until(() => serving!.runs().length > before, 'a run ends', 60_000, 2)
  }
  const end = performance.now() + MOST_MS
  for (let poll = 0; poll < POLLS && (poll < FEWEST || performance.now() < end); poll += 1) await polled()
  const [articles, parts] = [await shop.rest(), await erp.rest()]
  // The last ones become visible within the lag.
  await polled()
  await wait(200)
  await polled()

  const copied = (table: string): string[] => at.rows('copy.db', `select code, value from ${table}`).map((row) => `${String(row['code'])} ${String(row['value'])}`).toSorted()
  const held = (of: Final): string[] => of.rows.map((row) => row.join(' ')).toSorted()
  expect(articles.rows.length).toBeGreaterThan(200)
  expect(copied('article')).toEqual(held(articles))
  expect(copied('part')).toEqual(held(parts))
  expect([articles.seen >= FEWEST, articles.seen - articles.sinces <= 2]).toEqual([true, true])
  const runs = serving.runs()
  expect(runs.filter((run) => !run.summary.balanced)).toEqual([])
  // What is read again and again because of the overlap is a few seconds of writing, not the table.
  expect(runs.at(-1)!.summary.read).toBeLessThan((articles.rows.length + parts.rows.length) * 0.8)
}, 300_000)
