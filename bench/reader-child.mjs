// Reads one source to its end, as Plimsoll's connector does or with the bare parser or driver, and says how long that took.
// node reader-child.mjs <ours|bare> <kind> <JSON of what is read>
import { createReadStream, readFileSync } from 'node:fs'
import { once } from 'node:events'

const [, , whose, kind, json] = process.argv
const source = JSON.parse(json)

/** Every record with all its fields, as objects; each reader says how many there were and adds up one field, so that nothing is skipped. */
const BARE = {
  async csv({ file }) {
    const { parse } = await import('csv-parse')
    const seen = begin()
    const parser = createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(parse({ columns: true, bom: true }))
    for await (const row of parser) seen.add(row)
    return seen.all
  },
  async ndjson({ file }) {
    const seen = begin()
    let rest = ''
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()
      for (const line of lines) seen.add(JSON.parse(line))
    }
    return seen.all
  },
  async json({ file }) {
    const seen = begin()
    for (const row of JSON.parse(readFileSync(file, 'utf8'))) seen.add(row)
    return seen.all
  },
  async xml({ file }) {
    const { SaxesParser } = await import('saxes')
    const seen = begin()
    const parser = new SaxesParser()
    let depth = 0
    let row
    let text = ''
    parser.on('opentag', () => {
      depth += 1
      if (depth === 3) row = {}
      text = ''
    })
    parser.on('text', (more) => { text += more })
    parser.on('closetag', ({ name }) => {
      if (depth === 4) row[name] = text
      if (depth === 3) seen.add(row)
      depth -= 1
    })
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) parser.write(chunk)
    parser.close()
    return seen.all
  },
  async xlsx({ file }) {
    const ExcelJS = (await import('exceljs')).default
    const seen = begin()
    const book = new ExcelJS.stream.xlsx.WorkbookReader(file, { sharedStrings: 'cache', worksheets: 'emit', styles: 'ignore' })
    for await (const sheet of book) {
      let names
      for await (const { values } of sheet) {
        if (!names) names = values
        else seen.add(Object.fromEntries(values.flatMap((value, i) => (i === 0 ? [] : [[names[i], value]]))))
      }
    }
    return seen.all
  },
  async sqlite({ file }) {
    const Database = (await import('better-sqlite3')).default
    const seen = begin()
    const db = new Database(file, { readonly: true })
    for (const row of db.prepare('SELECT * FROM product ORDER BY sku').iterate()) seen.add(row)
    return seen.all
  },
  async postgres({ host, port, user, password, database }) {
    const { Client } = (await import('pg')).default
    const client = new Client({ host, port, user, password, database })
    await client.connect()
    const seen = begin()
    await client.query('BEGIN')
    await client.query('DECLARE c NO SCROLL CURSOR FOR SELECT * FROM product ORDER BY sku')
    for (;;) {
      const { rows } = await client.query('FETCH 2000 FROM c')
      if (rows.length === 0) break
      for (const row of rows) seen.add(row)
    }
    await client.end()
    return seen.all
  },
  async mariadb({ host, port, user, password, database }) {
    const { createConnection } = (await import('mysql2')).default
    const seen = begin()
    const connection = createConnection({ host, port, user, password, database })
    for await (const row of connection.query('SELECT * FROM product ORDER BY sku').stream({ highWaterMark: 1000 })) seen.add(row)
    connection.end()
    return seen.all
  },
}

async function ours() {
  const { loadConnector } = await import('../dist/systems/registry.js')
  const { systemClock } = await import('../dist/base/clock.js')
  const { connector, settings, resource, key } = source.plimsoll
  const session = await (await loadConnector(connector)).open(settings, { clock: systemClock, system: 'bench', timeZone: 'UTC', readOnly: true, budget: async () => undefined })
  const { signal } = new AbortController()
  // Opens the connection.
  await session.check(signal)
  const seen = begin()
  for await (const page of session.resource({ resource, key, parts: new Map(), identifiers: [] }).read({ signal, pageSize: 1000 })) for (const record of page.records) seen.add(record.values)
  await session.close()
  return seen.all
}

/** What was loaded is ready; from here on it counts. */
function begin() {
  began = performance.now()
  cpuBegan = process.cpuUsage()
  const all = { records: 0, stock: 0, letters: 0 }
  return {
    all,
    add(row) {
      all.records += 1
      all.stock += Number(row.stock)
      all.letters += String(row.name).length
    },
  }
}

let began = 0
let cpuBegan
const all = whose === 'ours' ? await ours() : await BARE[kind](source)
const ms = performance.now() - began
const cpu = process.cpuUsage(cpuBegan)
process.stdout.write(JSON.stringify({ ...all, ms, cpuMs: (cpu.user + cpu.system) / 1000 }))
if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
process.exit(0)
