// How fast the connectors read, against the bare parser or driver that yields the same records, each in a process of its own.
import { createWriteStream, statSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'
import { interleave, median, noise, round } from './figures.mjs'
import { withServers } from './reader-servers.mjs'

const CHILD = fileURLToPath(new URL('reader-child.mjs', import.meta.url))
const BARE = {
  csv: 'csv-parse (stream, columns)', ndjson: 'JSON.parse of each line', json: 'JSON.parse of the whole file', xml: 'saxes with a handler for this one list', xlsx: 'exceljs (stream)',
  sqlite: 'better-sqlite3 (iterate)', postgres: 'pg with a cursor', mariadb: 'mysql2 (stream)',
}
const BAR = 0.7

export const record = (n) => ({
  sku: `A-${String(n).padStart(7, '0')}`, name: `Article no. ${n}, żółty "mug" of stoneware`, ean: String(5_900_000_000_000 + n), price: `${n % 900}.${String(n % 100).padStart(2, '0')}`, stock: n % 5000,
  brand: `Brand ${n % 97}`, description: `A mug that holds ${n % 7}00 ml and survives the dishwasher`,
})

async function fill(file, pieces) {
  const out = createWriteStream(file, { highWaterMark: 1 << 20 })
  for (const piece of pieces) if (!out.write(piece)) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}

const xml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const WRITE = {
  * csv(count) {
    yield 'sku,name,ean,price,stock,brand,description\n'
    for (let n = 0; n < count; n += 1) {
      const r = record(n)
      yield `${r.sku},"${r.name.replaceAll('"', '""')}",${r.ean},${r.price},${r.stock},${r.brand},${r.description}\n`
    }
  },
  * ndjson(count) {
    for (let n = 0; n < count; n += 1) yield `${JSON.stringify(record(n))}\n`
  },
  * json(count) {
    for (let n = 0; n < count; n += 1) yield `${n === 0 ? '[\n' : ',\n'}${JSON.stringify(record(n))}`
    yield '\n]\n'
  },
  * xml(count) {
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<catalog>\n  <products>\n'
    for (let n = 0; n < count; n += 1) yield `    <product>\n${Object.entries(record(n)).map(([name, value]) => `      <${name}>${xml(String(value))}</${name}>\n`).join('')}    </product>\n`
    yield '  </products>\n</catalog>\n'
  },
}

async function workbook(file, count) {
  const ExcelJS = (await import('exceljs')).default
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: file, useSharedStrings: true })
  const sheet = book.addWorksheet('list')
  sheet.addRow(Object.keys(record(0))).commit()
  for (let n = 0; n < count; n += 1) sheet.addRow(Object.values(record(n))).commit()
  await book.commit()
}

async function table(file, count) {
  const Database = (await import('better-sqlite3')).default
  const db = new Database(file)
  db.exec('CREATE TABLE product (sku TEXT PRIMARY KEY, name TEXT, ean TEXT, price TEXT, stock INTEGER, brand TEXT, description TEXT)')
  const insert = db.prepare('INSERT INTO product VALUES (?, ?, ?, ?, ?, ?, ?)')
  db.transaction(() => {
    for (let n = 0; n < count; n += 1) insert.run(...Object.values(record(n)))
  })()
  db.close()
}

/** What the sums over so many records must be. */
function sumsOf(count) {
  const sums = { stock: 0, letters: 0 }
  for (let n = 0; n < count; n += 1) {
    const { stock, name } = record(n)
    sums.stock += stock
    sums.letters += name.length
  }
  return sums
}

export async function bench({ folder, smoke, records: asked, rounds: askedRounds, only, say }) {
  const count = asked(400_000, 2_000)
  const rounds = askedRounds(5)
  const sources = []
  for (const kind of ['csv', 'ndjson', 'json', 'xml']) {
    const file = join(folder, `products.${kind}`)
    await fill(file, WRITE[kind](count))
    sources.push({ kind, count, source: { file, plimsoll: { connector: kind, settings: { folder, format: kind, settle: 0 }, resource: `products.${kind}`, key: ['sku'] } } })
  }
  const rows = Math.min(count, 200_000)
  await workbook(join(folder, 'products.xlsx'), rows)
  sources.push({ kind: 'xlsx', count: rows, source: { file: join(folder, 'products.xlsx'), plimsoll: { connector: 'xlsx', settings: { folder, format: 'xlsx', settle: 0 }, resource: 'products.xlsx', key: ['sku'] } } })
  await table(join(folder, 'products.db'), count)
  sources.push({ kind: 'sqlite', count, source: { file: join(folder, 'products.db'), plimsoll: { connector: 'sqlite', settings: { dialect: 'sqlite', file: join(folder, 'products.db') }, resource: 'product', key: ['sku'] } } })
  say(`sources of ${count.toLocaleString('en')} records made`)
  return withServers({ count, record, smoke, say }, async (servers) => {
    const answers = []
    for (const { kind, count: of, source } of [...sources, ...servers]) {
      if (only && !only.includes(kind)) continue
      const reads = (whose) => async () => {
        const done = await run(process.execPath, [CHILD, whose, kind, JSON.stringify(source)])
        return { ...JSON.parse(done.stdout), rssMb: done.rssMb }
      }
      const results = await interleave({ ours: reads('ours'), bare: reads('bare') }, rounds)
      const ms = { ours: median(results.ours.map((one) => one.ms)), bare: median(results.bare.map((one) => one.ms)) }
      const all = [...results.ours, ...results.bare]
      const cpu = { ours: median(results.ours.map((one) => one.cpuMs)), bare: median(results.bare.map((one) => one.cpuMs)) }
      const ratio = round(ms.bare / ms.ours)
      const sums = sumsOf(of)
      const right = (one) => one.stock === sums.stock && one.letters === sums.letters
      const answer = {
        name: `read ${kind}`, value: Math.round((of / ms.ours) * 1000), unit: 'records/s', against: Math.round((of / ms.bare) * 1000), ratio, noise: round(Math.max(noise(results.ours.map((one) => one.ms)) ?? 0, noise(results.bare.map((one) => one.ms)) ?? 0)), bar: `≥ ${BAR}`,
        bare: BARE[kind], records: of, ...(source.file === undefined ? {} : { mb_per_s: round(statSync(source.file).size / 1e6 / (ms.ours / 1000)) }), cpu_ratio: round(cpu.bare / cpu.ours), rss_mb: Math.round(Math.max(...results.ours.map((one) => one.rssMb))), bare_rss_mb: Math.round(Math.max(...results.bare.map((one) => one.rssMb))),
        checks: {
          all_read: all.every((one) => one.records === of) || `read ${[...new Set(all.map((one) => one.records))].join(', ')} of ${of}`,
          right_values: results.ours.every(right),
        },
        // A parser that damages texts is no less a bar for the time that it takes.
        ...(results.bare.every(right) ? {} : { bare_values: `wrong: ${results.bare[0].letters} letters instead of ${sums.letters}` }),
      }
      say(`${kind}: ${answer.value.toLocaleString('en')} records/s, ratio ${ratio}`)
      answers.push(answer)
    }
    return answers
  })
}
