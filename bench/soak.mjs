// npm run soak -- --minutes 30
// `plimsoll serve` for a long time: a shop that calls a hundred times a second, a store front whose users edit too and which fails
// 5 % of the calls. Nothing may grow but the data, every run must balance, and when nobody edits any more both sides must be
// equal and nothing may be written. One JSON line at the end; exit 1 if something is not so. Needs a build, and Linux for memory.
import { createHmac } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { asked } from './child.mjs'
import { median } from './figures.mjs'
import { commit, machine } from './machine.mjs'
import { random } from './products.mjs'
import { loopback, serve, writeShop } from './shop.mjs'

const { values: flags } = parseArgs({ options: { minutes: { type: 'string', default: '30' }, rate: { type: 'string', default: '100' }, records: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' }, keep: { type: 'boolean', default: false } } })
const [minutes, rate, records] = [Number(flags.minutes), Number(flags.rate), Number(flags.records)]
const EDITS_AT_FRONT = 2
const FAILING = 0.05
const LOOKS = 24
/** How much more memory the last third may hold than the middle one, where it is flat. */
const FLAT = { share: 0.1, mb: 16 }
/** A row for each lane or system. */
const FEW = 20
/** Tables that grow with what happens, since they tell it: history, journal, remembered deliveries, runs and their counts. */
const HISTORY = new Set(['change', 'write', 'delivery', 'run', 'ledger'])

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-soak-'))
const project = join(folder, 'project')
const next = random(Number(flags.seed))
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const before = machine()
const [shop, front] = [await loopback(records), await loopback(0)]
writeShop(project, { shop: shop.address, front: front.address, twoWay: true })
const serving = await serve(project)
const count = { events: 0, front_edits: 0, lost_calls: 0 }
const refused = []
const say = (line) => console.error(line)

function call(address, method, body, headers = {}) {
  const text = JSON.stringify(body)
  return new Promise((resolve) => {
    const sent = request(address, { method, agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers } }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part)).on('end', () => resolve({ status: response.statusCode, json: () => JSON.parse(Buffer.concat(parts).toString()) }))
    })
    sent.on('error', () => resolve({ status: 0 }))
    sent.end(text)
  })
}
const pick = () => String(1 + Math.floor(next() * records))

async function editShop(n) {
  const answer = await call(`${shop.address}/products/${pick()}`, 'PATCH', { price: String(10 + Math.floor(next() * 900)), note: `n${n}` }, { 'x-user': '1' })
  if (answer.status !== 200) return void (count.lost_calls += 1)
  const body = JSON.stringify({ type: 'changed', record: answer.json() })
  const tell = () => call(serving.started.hooks[0], 'POST', JSON.parse(body), { 'x-delivery': `d${n}`, 'x-signature': `sha256=${createHmac('sha256', 'bench').update(body).digest('hex')}` })
  count.events += 1
  let said = await tell()
  // The connection was closed in the same moment: any sender tries once more.
  if (said.status === 0) said = await tell()
  if (said.status !== 202) refused.push(said.status)
}
async function editFront(n) {
  const answer = await call(`${front.address}/products/${pick()}`, 'PATCH', { name: `Renamed ${n}` }, { 'x-user': '1' })
  count.front_edits += 1
  if (answer.status !== 200) count.lost_calls += 1
}

const file = join(project, '.plimsoll', 'store.db')
function look() {
  const db = new Database(file, { readonly: true, timeout: 30_000 })
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").pluck().all()
  const tables = Object.fromEntries(names.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()]))
  db.close()
  const status = existsSync(`/proc/${serving.pid}/status`) ? readFileSync(`/proc/${serving.pid}/status`, 'utf8') : ''
  const size = (name) => (existsSync(name) ? Math.round(statSync(name).size / 2 ** 20) : 0)
  return { rss_mb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024), store_mb: size(file), log_mb: size(`${file}-wal`), tables }
}

async function equal() {
  return (await shop.ask('hash')) === (await front.ask('hash'))
}
/** Nothing was written anywhere for so long. */
async function calm(ms, mostMs) {
  const end = performance.now() + mostMs
  for (let since = performance.now(); performance.now() < end; await wait(500)) {
    const written = (await shop.ask('applied')).length + (await front.ask('applied')).length
    if (written > 0) since = performance.now()
    else if (performance.now() - since > ms) return true
  }
  return false
}

let exit = 1
try {
  for (let i = 0; (await front.ask('rows')).rows < records; i += 1) {
    if (i > 1200) throw new Error(`the first load does not end: ${JSON.stringify(serving.events.slice(-2))}`)
    await wait(250)
  }
  say('the first load is done')
  await calm(3000, 60_000)
  front.tell(`fail ${FAILING}`)
  const looks = []
  const began = performance.now()
  const lasts = minutes * 60_000
  let shopEdits = 0
  let frontEdits = 0
  let nextLook = lasts / LOOKS
  while (performance.now() - began < lasts) {
    const seconds = (performance.now() - began) / 1000
    while (shopEdits < seconds * rate) void editShop((shopEdits += 1))
    while (frontEdits < seconds * EDITS_AT_FRONT) void editFront((frontEdits += 1))
    if (performance.now() - began > nextLook) {
      nextLook += lasts / LOOKS
      looks.push({ minute: Math.round((performance.now() - began) / 6000) / 10, ...look() })
      say(JSON.stringify(looks.at(-1)))
    }
    await Promise.all([shop.ask('applied'), front.ask('applied')])
    await wait(20)
  }
  say('nobody edits any more')
  // A write of which nobody knows the end is looked up a minute later.
  const settled = await calm(75_000, 600_000)
  const same = await equal()
  const last = look()
  const writesWhenQuiet = settled ? 0 : null
  await Promise.race([serving.stop(), wait(60_000)])
  const runs = serving.events.filter((event) => event.event === 'run')
  front.tell('fail 0')
  const after = (await asked(['sync'], { cwd: project, env: { SHOP_SECRET: 'bench' }, expect: [0, 1] })).answer
  const third = (n) => looks.slice(Math.floor((looks.length * n) / 3), Math.floor((looks.length * (n + 1)) / 3)).map((one) => one.rss_mb)
  const [middle, end] = [median(third(1)), median(third(2))]
  const first = looks[Math.floor(looks.length / 3)].tables
  const open = Object.fromEntries(['command', 'inbox', 'later'].map((name) => [name, last.tables[name]]))
  const grown = Object.keys(last.tables).filter((name) => !HISTORY.has(name) && last.tables[name] > Math.max(first[name], FEW) && !(name in open))
  const checks = {
    memory_flat: end <= middle * (1 + FLAT.share) + FLAT.mb || `${middle} MB, later ${end} MB`,
    nothing_grew_but_history: grown.length === 0 || grown.map((name) => `${name}: ${first[name]}, later ${last.tables[name]}`).join('; '),
    nothing_left_open: Object.values(open).every((n) => n === 0) || JSON.stringify(open),
    all_runs_balanced: (runs.length > 0 && runs.every((run) => run.summary.balanced)) || `${runs.filter((run) => !run.summary.balanced).length} of ${runs.length} not`,
    came_to_rest: settled || 'it still wrote after five minutes', both_sides_equal: same, then_nothing_to_write: after.summary.writes === 0 && after.summary.balanced,
    no_call_refused: (refused.length === 0 && count.lost_calls === 0) || `${refused.length} calls refused (${[...new Set(refused)].join(', ')}), ${count.lost_calls} edits failed`,
  }
  const broken = Object.values(checks).filter((good) => good !== true)
  console.log(JSON.stringify({
    name: 'soak', minutes, a_second: rate, records, ...count, runs: runs.length, rss_mb: { middle, end, most: Math.max(...looks.map((one) => one.rss_mb)) }, store_mb: last.store_mb, log_mb: Math.max(...looks.map((one) => one.log_mb)),
    tables: last.tables, writes_when_quiet: writesWhenQuiet, checks, ok: broken.length === 0, ...commit(), machine: before,
  }))
  exit = broken.length === 0 ? 0 : 1
} catch (error) {
  console.log(JSON.stringify({ name: 'soak', minutes, ...count, ok: false, error: String(error?.stack ?? error) }))
} finally {
  serving.kill()
  for (const system of [shop, front]) system.child.kill()
  agent.destroy()
  if (flags.keep) say(`kept: ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
process.exit(exit)
