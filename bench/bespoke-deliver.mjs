// The bar of `deliver`: an upsert loop into the target's table that also stores what it wrote, so that it could tell later what to
// write again. One file, no import from Plimsoll. Large transactions on both sides, statements of many rows.
//   node bespoke-deliver.mjs <database of bespoke-load.mjs> <target database> <own database>
import Database from 'better-sqlite3'

const [, , from, target, own] = process.argv
const ROWS = 40
const IN_TRANSACTION = 5000
const began = performance.now()
const source = new Database(from, { readonly: true })
// The target as it is: a file of somebody else, with the settings that SQLite has by itself. The own file like that of the load.
const to = new Database(target)
const kept = new Database(own)
kept.pragma('journal_mode = WAL')
kept.pragma('synchronous = NORMAL')
const COLUMNS = ['sku', 'name', 'brand', 'category', 'price', 'price_currency', 'cost', 'cost_currency', 'stock', 'weight', 'weight_unit', 'available', 'released', 'contact', 'note']
const TYPES = { price: 'DECIMAL_TEXT', cost: 'DECIMAL_TEXT', weight: 'DECIMAL_TEXT', stock: 'INTEGER', available: 'BOOLEAN' }
to.exec(`CREATE TABLE IF NOT EXISTS product (id INTEGER PRIMARY KEY AUTOINCREMENT, ${COLUMNS.map((name) => `${name} ${TYPES[name] ?? 'TEXT'}`).join(', ')}); CREATE UNIQUE INDEX IF NOT EXISTS product_by_sku ON product (sku)`)
kept.exec('CREATE TABLE IF NOT EXISTS written (sku TEXT PRIMARY KEY, golden TEXT, "values" TEXT, at INTEGER)')
const many = (n, rows) => Array.from({ length: rows }, () => `(${Array.from({ length: n }, () => '?').join(',')})`).join(',')
const upsert = (rows) => ({
  to: to.prepare(`INSERT INTO product (${COLUMNS.join(', ')}) VALUES ${many(COLUMNS.length, rows)} ON CONFLICT (sku) DO UPDATE SET ${COLUMNS.slice(1).map((name) => `${name} = excluded.${name}`).join(', ')}`),
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
  const [sku, name, brand, category, price, cost, stock, weight, available, released, contact, note] = JSON.parse(values)
  cells.push(sku, name, brand, category, price, 'EUR', cost, 'EUR', Number(stock), weight, null, available ? 1 : 0, released, contact, note ?? null)
  memory.push(sku, id, values, at)
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
