// The bar of `load`: what a good engineer would write for this one list and nothing else. One file, no import from Plimsoll.
// It keeps the same values as Plimsoll does, per record: link (key, hash and interval of what was seen, and that itself), golden
// record (values, and where they come from), the identifier's claim; and one row for the run. A first load writes no history, here as there.
//
//   node bespoke-load.mjs <csv> <database> [--variant one|worker]     one thread, or a thread that reads, maps and hashes for the one that writes
//   node bespoke-load.mjs <csv> --map                                 reading, mapping and hashing alone, with objects: the yardstick
//   node bespoke-load.mjs <csv> --lean                                the same as the load does it, without objects
//   node bespoke-load.mjs --digest <database>                         digest of everything kept, by key
import { createHash, hash as digestOf, randomFillSync } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'

// ── reading: blocks of the file, cut at line ends ──

const BLOCK = 1 << 20

function* blocks(file) {
  const fd = openSync(file, 'r')
  const buffer = Buffer.allocUnsafe(BLOCK)
  let rest = Buffer.alloc(0)
  let header = true
  for (;;) {
    const n = readSync(fd, buffer, 0, BLOCK, null)
    if (n === 0) break
    const whole = rest.length > 0 ? Buffer.concat([rest, buffer.subarray(0, n)]) : buffer.subarray(0, n)
    const end = whole.lastIndexOf(10) + 1
    let text = whole.toString('utf8', 0, end)
    rest = Buffer.from(whole.subarray(end))
    if (header) {
      text = text.slice(text.indexOf('\n') + 1)
      header = false
    }
    yield text
  }
  if (rest.length > 0) yield `${rest.toString('utf8')}\n`
  closeSync(fd)
}

/** Cells of one line that contains quotes. The generator writes no line breaks inside quotes; a broken line is refused. */
function quotedCells(line) {
  const cells = []
  let at = 0
  for (;;) {
    if (line.charCodeAt(at) === 34) {
      let text = ''
      for (;;) {
        const end = line.indexOf('"', at + 1)
        if (end < 0) throw new Error(`unclosed quote: ${line}`)
        text += line.slice(at + 1, end)
        at = end + 1
        if (line.charCodeAt(at) !== 34) break
        text += '"'
      }
      cells.push(text)
    } else {
      const end = line.indexOf(',', at)
      cells.push(end < 0 ? line.slice(at) : line.slice(at, end))
      at = end < 0 ? line.length : end
    }
    if (at >= line.length) return cells
    at += 1
    if (at === line.length) {
      cells.push('')
      return cells
    }
  }
}

// ── mapping: normal forms and what is not allowed ──

const GROUPS = { T: 'tools', G: 'garden', K: 'kitchen', O: 'office' }
const FLAGS = { Y: 'true', N: 'false' }
const AMOUNT = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,2})?$/
const COUNT = /^-?(?:0|[1-9]\d{0,17})$/
const DAY = /^(\d\d)\.(\d\d)\.(\d{4})$/
const EMAIL = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
// oxlint-disable-next-line no-control-regex
const UNSAFE = /["\\\u0000-\u001f\ud800-\udfff]/
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const text = (cell) => (PLAIN.test(cell) ? cell : cell.trim().normalize('NFC'))
const json = (value) => (UNSAFE.test(value) ? JSON.stringify(value) : `"${value}"`)

function refuse(what, value) {
  throw new Error(`${what}: ${value}`)
}
function amount(cell) {
  if (!AMOUNT.test(cell)) refuse('no amount', cell)
  const dot = cell.indexOf('.')
  if (dot < 0) return cell
  let end = cell.length
  while (cell.charCodeAt(end - 1) === 48) end -= 1
  return cell.slice(0, end === dot + 1 ? dot : end)
}
function day(cell) {
  const m = DAY.exec(cell)
  if (!m) refuse('no date', cell)
  const month = +m[2]
  const date = +m[1]
  if (month < 1 || month > 12 || date < 1 || date > DAYS[month - 1] || (month === 2 && date === 29 && !leap(+m[3]))) refuse('no date', cell)
  return `${m[3]}-${m[2]}-${m[1]}`
}
const leap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
function kilograms(cell) {
  if (!COUNT.test(cell)) refuse('no weight', cell)
  if (cell === '0') return cell
  const padded = cell.padStart(4, '0')
  const whole = padded.slice(0, -3)
  let end = padded.length
  while (padded.charCodeAt(end - 1) === 48) end -= 1
  return end <= padded.length - 3 ? whole : `${whole}.${padded.slice(-3, end === padded.length ? undefined : end)}`
}
function email(cell) {
  const address = cell.trim().toLowerCase()
  if (!EMAIL.test(address) || address.length > 254) refuse('no address', cell)
  return address
}

/** Maps a block of lines; `take` gets per record: key, seen (JSON list), hash, values (JSON). */
function map(block, take) {
  let at = 0
  for (let end = block.indexOf('\n'); end >= 0; end = block.indexOf('\n', at)) {
    const stop = block.charCodeAt(end - 1) === 13 ? end - 1 : end
    const line = block.slice(at, stop)
    at = end + 1
    if (line === '') continue
    const c = line.includes('"') ? quotedCells(line) : line.split(',')
    if (c.length !== 12) refuse(`a row with ${c.length} cells`, line)
    const key = text(c[0])
    if (key === '' || key.length > 40) refuse('no article number', line)
    const group = GROUPS[c[3]] ?? refuse('unknown group', c[3])
    const flag = FLAGS[c[8]] ?? refuse('neither yes nor no', c[8])
    if (!COUNT.test(c[6])) refuse('no number', c[6])
    const note = text(c[11])
    const values = `["${key}",${json(text(c[1]))},${json(text(c[2]))},"${group}","${amount(c[4])}","${amount(c[5])}","${c[6]}","${kilograms(c[7])}",${flag},"${day(c[9])}",${json(email(c[10]))}${note === '' ? '' : `,${json(note)}`}]`
    take(c[0], line, digestOf('sha1', line, 'base64url'), values)
  }
}

// ── writing ──

const ROWS = 40
const IN_TRANSACTION = 20_000

function open(file) {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma('cache_size = -65536')
  db.exec(`
    CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, started INTEGER, ended INTEGER, read INTEGER, loaded INTEGER);
    CREATE TABLE IF NOT EXISTS link (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, golden TEXT NOT NULL, seen TEXT NOT NULL, hash TEXT NOT NULL, seen_from INTEGER, seen_to INTEGER);
    CREATE TABLE IF NOT EXISTS golden (id TEXT PRIMARY KEY, "values" TEXT NOT NULL, link INTEGER NOT NULL, rule TEXT NOT NULL, rev INTEGER NOT NULL, created_at INTEGER);
    CREATE TABLE IF NOT EXISTS claim (kind TEXT, value TEXT, link INTEGER, golden TEXT, PRIMARY KEY (kind, value, link)) WITHOUT ROWID;`)
  return db
}

function writer(file) {
  const db = open(file)
  const started = Date.now()
  const run = db.prepare('INSERT INTO run (started) VALUES (?)').run(started).lastInsertRowid
  let id = db.prepare('SELECT coalesce(max(id), 0) AS n FROM link').get().n
  const statements = (rows) => {
    const many = (tuple) => Array.from({ length: rows }, () => tuple).join(',')
    return {
      link: db.prepare(`INSERT OR FAIL INTO link VALUES ${many('(?,?,?,?,?,?,?)')} ON CONFLICT (key) DO UPDATE SET seen = excluded.seen, hash = excluded.hash, seen_from = excluded.seen_from, seen_to = excluded.seen_to`),
      golden: db.prepare(`INSERT OR FAIL INTO golden VALUES ${many("(?,?,?,'owner',1,?)")} ON CONFLICT (id) DO UPDATE SET "values" = excluded."values", link = excluded.link, rev = rev + 1`),
      claim: db.prepare(`INSERT OR FAIL INTO claim VALUES ${many("('sku',?,?,?)")} ON CONFLICT (kind, value, link) DO UPDATE SET golden = excluded.golden`),
    }
  }
  const full = statements(ROWS)
  const [link, golden, claim] = [7, 4, 3].map((width) => Array.from({ length: ROWS * width }))
  let n = 0
  let total = 0
  let open_ = false
  let inTransaction = 0
  const put = (stmts) => {
    stmts.link.run(link)
    stmts.golden.run(golden)
    stmts.claim.run(claim)
  }
  return {
    row(key, seen, hash, values) {
      if (!open_) {
        db.exec('BEGIN IMMEDIATE')
        open_ = true
      }
      id += 1
      const uuid = uuid7(started)
      let at = n * 7
      link[at++] = id
      link[at++] = key
      link[at++] = uuid
      link[at++] = seen
      link[at++] = hash
      link[at++] = started
      link[at] = started
      at = n * 4
      golden[at++] = uuid
      golden[at++] = values
      golden[at++] = id
      golden[at] = started
      at = n * 3
      claim[at++] = key
      claim[at++] = id
      claim[at] = uuid
      total += 1
      n += 1
      if (n === ROWS) {
        put(full)
        n = 0
        inTransaction += ROWS
        if (inTransaction >= IN_TRANSACTION) {
          db.exec('COMMIT')
          open_ = false
          inTransaction = 0
        }
      }
    },
    end() {
      if (n > 0) {
        link.length = n * 7
        golden.length = n * 4
        claim.length = n * 3
        put(statements(n))
      }
      db.prepare('UPDATE run SET ended = ?, read = ?, loaded = ? WHERE id = ?').run(Date.now(), total, total, run)
      if (open_) db.exec('COMMIT')
      db.close()
      return total
    },
  }
}

let sequence = 0
const pool = Buffer.alloc(16 * 256)
let poolAt = pool.length
/** UUIDv7 whose 12 bits after the version count within the millisecond, so that new rows are appended. */
function uuid7(now) {
  if (poolAt === pool.length) {
    randomFillSync(pool)
    poolAt = 0
  }
  const tail = pool.toString('hex', poolAt, poolAt + 8)
  poolAt += 8
  sequence += 1
  const ms = (now + (sequence >>> 12)).toString(16).padStart(12, '0')
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${(sequence & 0xfff).toString(16).padStart(3, '0')}-8${tail.slice(1, 4)}-${tail.slice(4)}`
}

// ── the three ways to run it ──

function loadAlone(csv, file) {
  const out = writer(file)
  for (const block of blocks(csv)) map(block, out.row)
  return out.end()
}

/** A second thread reads, maps and hashes; at most a few blocks wait for the writer. */
async function loadWithWorker(csv, file) {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { csv, gate } })
  const out = writer(file)
  await new Promise((resolve, reject) => {
    worker.on('message', (rows) => {
      for (let i = 0; i < rows.length; i += 4) out.row(rows[i], rows[i + 1], rows[i + 2], rows[i + 3])
      Atomics.sub(gate, 0, 1)
      Atomics.notify(gate, 0)
    })
    worker.on('error', reject)
    worker.on('exit', resolve)
  })
  return out.end()
}

function work({ csv, gate }) {
  for (const block of blocks(csv)) {
    const rows = []
    map(block, (key, seen, hash, values) => rows.push(key, seen, hash, values))
    while (Atomics.load(gate, 0) >= 4) Atomics.wait(gate, 0, 4, 100)
    Atomics.add(gate, 0, 1)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort.postMessage(rows)
  }
}

/** The yardstick: what the machine does with the same records in plain objects, without a database. */
function mapPlainly(csv) {
  let n = 0
  for (const block of blocks(csv)) {
    for (const line of block.split('\n')) {
      if (line === '') continue
      const cells = line.includes('"') ? quotedCells(line) : line.split(',')
      if (cells.length !== 12) refuse(`a row with ${cells.length} cells`, line)
      const seen = {}
      for (let i = 0; i < 12; i += 1) seen[SOURCES[i]] = cells[i] === '' ? null : cells[i]
      const values = {
        sku: text(seen['Article no.']), name: text(seen.Description), brand: text(seen.Brand), category: GROUPS[seen.Group] ?? refuse('unknown group', line),
        price: { amount: amount(seen.Price), currency: 'EUR' }, cost: { amount: amount(seen.Cost), currency: 'EUR' }, stock: COUNT.test(seen.Qty) ? seen.Qty : refuse('no number', line),
        weight: { amount: kilograms(seen.Weight), unit: 'kg' }, available: (FLAGS[seen.Available] ?? refuse('neither yes nor no', line)) === 'true', released: day(seen.Released),
        contact: email(seen.Contact), ...(seen.Remarks === null ? {} : { note: text(seen.Remarks) }),
      }
      if (digestOf('sha1', JSON.stringify(seen), 'base64url') !== values.sku) n += 1
    }
  }
  return n
}

function mapAlone(csv) {
  let n = 0
  let bytes = 0
  for (const block of blocks(csv)) map(block, (key, seen, hash, values) => {
    n += 1
    bytes += hash.length + values.length
  })
  return bytes > 0 ? n : 0
}

// ── what was kept, as one digest: the same lines as the bench makes of Plimsoll's store ──

const NAMES = ['sku', 'name', 'brand', 'category', 'price', 'cost', 'stock', 'weight', 'available', 'released', 'contact', 'note']
const SOURCES = ['Article no.', 'Description', 'Brand', 'Group', 'Price', 'Cost', 'Qty', 'Weight', 'Available', 'Released', 'Contact', 'Remarks']
const WRAPPED = { price: (amount) => ({ amount, currency: 'EUR' }), cost: (amount) => ({ amount, currency: 'EUR' }), weight: (amount) => ({ amount, unit: 'kg' }) }

const sorted = (object) => Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)))

function digest(file) {
  const db = new Database(file, { readonly: true })
  const lines = []
  const rows = db.prepare(`SELECT link.key, link.seen, link.seen_from IS NOT NULL AND link.seen_to IS NOT NULL AS timed, golden."values" AS value, golden.link = link.id AS own, golden.rule, golden.rev,
    (SELECT json_group_array(json_array(kind, value)) FROM claim WHERE claim.kind = 'sku' AND claim.value = link.key AND claim.link = link.id AND claim.golden = golden.id) AS claims
    FROM link JOIN golden ON golden.id = link.golden`)
  for (const row of rows.iterate()) {
    const list = JSON.parse(row.value)
    const cells = quotedCells(row.seen)
    const values = Object.fromEntries(list.map((value, i) => [NAMES[i], WRAPPED[NAMES[i]]?.(value) ?? value]))
    const from = Object.fromEntries(list.map((_, i) => [NAMES[i], row.own ? { key: row.key, time: null, rule: row.rule } : null]))
    const seen = Object.fromEntries(cells.map((cell, i) => [SOURCES[i], cell === '' ? null : cell]))
    lines.push(JSON.stringify([row.key, sorted(values), sorted(from), sorted(seen), row.timed === 1, row.rev, JSON.parse(row.claims)]))
  }
  return { records: lines.length, digest: createHash('sha256').update(lines.sort().join('\n')).digest('hex'), first: lines[0] }
}

if (!isMainThread) work(workerData)
else if (process.argv[2] === '--digest') console.log(JSON.stringify(digest(process.argv[3])))
else {
  const [csv, file] = process.argv.slice(2)
  const began = performance.now()
  const records = file === '--map' ? mapPlainly(csv) : file === '--lean' ? mapAlone(csv) : process.argv[5] === 'worker' ? await loadWithWorker(csv, file) : loadAlone(csv, file)
  console.log(JSON.stringify({ records, ms: performance.now() - began }))
}
