// The bar of `deliver`: an upsert loop into the target's table that also stores what it wrote, so that it could tell later what to
// write again. One file, no import from Plimsoll. Large transactions on both sides, statements of many rows.
//   node bespoke-deliver.mjs <store with golden records> <target database> <own database>
import Database from 'better-sqlite3'

const [, , from, target, own] = process.argv
const ROWS = 40
const IN_TRANSACTION = 5000
const began = performance.now()
const source = new Database(from, { readonly: true })
const open = (file) => {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = NORMAL')
  return db
}
const to = open(target)
const kept = open(own)
const COLUMNS = ['sku', 'name', 'brand', 'category', 'price', 'price_currency', 'cost', 'cost_currency', 'stock', 'weight', 'weight_unit', 'available', 'released', 'contact', 'note']
to.exec(`CREATE TABLE IF NOT EXISTS product (${COLUMNS.map((name) => `${name} TEXT`).join(', ')}, PRIMARY KEY (sku))`)
kept.exec('CREATE TABLE IF NOT EXISTS written (sku TEXT PRIMARY KEY, golden TEXT, "values" TEXT, at INTEGER)')
const many = (n, rows) => Array.from({ length: rows }, () => `(${Array.from({ length: n }, () => '?').join(',')})`).join(',')
const upsert = (rows) => ({
  to: to.prepare(`INSERT INTO product VALUES ${many(COLUMNS.length, rows)} ON CONFLICT (sku) DO UPDATE SET ${COLUMNS.slice(1).map((name) => `${name} = excluded.${name}`).join(', ')}`),
  kept: kept.prepare(`INSERT INTO written VALUES ${many(4, rows)} ON CONFLICT (sku) DO UPDATE SET golden = excluded.golden, "values" = excluded."values", at = excluded.at`),
})
const full = upsert(ROWS)
let cells = []
let memory = []
let n = 0
let inTransaction = 0
const at = Date.now()
const put = (statements) => {
  statements.to.run(cells)
  statements.kept.run(memory)
  inTransaction += memory.length / 4
  cells = []
  memory = []
}
const begin = () => {
  to.exec('BEGIN IMMEDIATE')
  kept.exec('BEGIN IMMEDIATE')
}
/** The target first: what is stored as written was written. */
const commit = () => {
  to.exec('COMMIT')
  kept.exec('COMMIT')
  inTransaction = 0
}
begin()
for (const { id, values } of source.prepare('SELECT id, "values" FROM golden').iterate()) {
  const v = JSON.parse(values)
  cells.push(v.sku, v.name, v.brand, v.category, v.price.amount, v.price.currency, v.cost.amount, v.cost.currency, v.stock, v.weight.amount, v.weight.unit, v.available ? '1' : '0', v.released, v.contact, v.note ?? null)
  memory.push(v.sku, id, values, at)
  n += 1
  if (n % ROWS === 0) put(full)
  if (inTransaction >= IN_TRANSACTION) {
    commit()
    begin()
  }
}
if (memory.length > 0) put(upsert(memory.length / 4))
commit()
for (const db of [source, to, kept]) db.close()
console.log(JSON.stringify({ records: n, ms: performance.now() - began }))
