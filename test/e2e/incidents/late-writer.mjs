/**
 * A system in another process into which people write all the time, in the way that loses records: times in whole seconds, many
 * records with one time, and writes that become visible only some time after the moment that they bear. `late-writer.mjs <sqlite file>`
 * writes into a database; without a file it is a shop with an HTTP interface, and prints its address. A line on stdin ends the writing;
 * then it prints what it holds.
 */
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'

const LATEST_MS = 1_200
const EACH_MS = 30
const file = process.argv[2]
const say = (of) => process.stdout.write(`${JSON.stringify(of)}\n`)

/** In whole seconds, as text without a zone. */
const second = (ms) => new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)
let state = 12345
const random = () => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return (state >>> 8) / 16_777_216
}

const rows = new Map()
let put
let seen = 0
let sinces = 0
if (file === undefined) {
  put = (row) => rows.set(row.id, row)
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://loopback')
    const since = url.searchParams.get('since')
    const found = [...rows.values()].filter((row) => since === null || row.changed >= since.replace(/Z$/, '')).sort((a, b) => (a.changed < b.changed ? -1 : a.changed > b.changed ? 1 : a.id - b.id))
    const from = Number(url.searchParams.get('offset') ?? 0)
    if (from === 0) seen += 1
    if (from === 0 && since !== null) sinces += 1
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ items: found.slice(from, from + Number(url.searchParams.get('limit') ?? 100)) }))
  })
  server.listen(0, '127.0.0.1', () => say({ address: `http://127.0.0.1:${server.address().port}` }))
} else {
  const db = new Database(file, { timeout: 10_000 })
  db.pragma('journal_mode = WAL')
  db.exec('CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, code TEXT, value TEXT, changed TEXT)')
  const upsert = db.prepare('INSERT INTO item VALUES (@id, @code, @value, @changed) ON CONFLICT (id) DO UPDATE SET value = excluded.value, changed = excluded.changed')
  put = (row) => {
    rows.set(row.id, row)
    upsert.run(row)
  }
  say({ address: file })
}

let next = 1
let n = 0
const late = new Set()
const busy = new Set()
function write() {
  n += 1
  // One in three changes what is there; nobody changes what somebody else has not committed yet.
  const id = random() < 0.34 && next > 10 ? 1 + Math.floor(random() * (next - 1)) : next++
  if (busy.has(id)) return
  const row = { id, code: `${file === undefined ? 'H' : 'S'}-${id}`, value: `v${n}`, changed: second(Date.now()) }
  if (random() < 0.5) return put(row)
  busy.add(id)
  const pending = new Promise((resolve) => setTimeout(() => {
    put(row)
    busy.delete(id)
    late.delete(pending)
    resolve()
  }, random() * LATEST_MS))
  late.add(pending)
}
const timer = setInterval(write, EACH_MS)

createInterface({ input: process.stdin }).once('line', async () => {
  clearInterval(timer)
  await Promise.all(late)
  say({ rows: [...rows.values()].map(({ code, value }) => [code, value]), seen, sinces })
})
process.stdin.once('end', () => setTimeout(() => process.exit(0), 100))
