// A guarded two-way link between two tables: edits on both sides, each written to the other only where nobody has changed it
// meanwhile. Beside it the same number of edits over a link in one direction.
import { join } from 'node:path'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { asked } from './child.mjs'
import { median, noise, round } from './figures.mjs'

const PLAN = (flow, cityFrom) => `plimsoll: 1
name: Two tables
systems:
  office: { connector: sqlite, settings: { file: ./office.db }, holds: { person: { resource: person, key: id } } }
  shop: { connector: sqlite, settings: { file: ./shop.db }, holds: { person: { resource: person, key: id } } }
entities:
  person:
    identifiers: [email]
    golden: { home: office, by_field: { phone: latest, city: ${cityFrom} } }
    fields: { email: email, name: text, phone: text, city: text }
flows:
  people: { entity: person, ${flow}, brake: 100% }
`

function makeTables(project, records) {
  for (const file of ['office.db', 'shop.db']) {
    rmSync(join(project, file), { force: true })
    const db = new Database(join(project, file))
    db.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, city TEXT); CREATE INDEX person_email ON person (email)')
    const insert = db.prepare('INSERT INTO person (email, name, phone, city) VALUES (?, ?, ?, ?)')
    db.transaction(() => {
      for (let i = 0; i < records; i += 1) insert.run(`person${i}@example.com`, `Person ${i}`, `${600_000_000 + i}`, 'Gdynia')
    })()
    db.close()
  }
}

function edit(project, file, column, value, which) {
  const db = new Database(join(project, file))
  db.prepare(`UPDATE person SET ${column} = ? || id WHERE id % 2 = ?`).run(value, which)
  db.close()
}

export async function bench({ folder, records: count, rounds: times, say }) {
  const records = count(20_000, 400)
  const projects = {}
  for (const [name, flow, cityFrom] of [['both', 'between: [office, shop]', 'shop'], ['one', 'from: office, to: shop', 'office']]) {
    projects[name] = join(folder, name)
    mkdirSync(projects[name])
    writeFileSync(join(projects[name], 'plan.yaml'), PLAN(flow, cityFrom))
    makeTables(projects[name], records)
    await asked(['sync'], { cwd: projects[name] })
  }
  const runs = { both: [], one: [], quiet: [] }
  for (let i = 0; i < times(2); i += 1) {
    edit(projects.both, 'office.db', 'name', `Name ${i} of `, 0)
    edit(projects.both, 'shop.db', 'city', `City ${i} of `, 1)
    runs.both.push(await asked(['sync'], { cwd: projects.both }))
    edit(projects.one, 'office.db', 'name', `Name ${i} of `, 0)
    edit(projects.one, 'office.db', 'city', `City ${i} of `, 1)
    runs.one.push(await asked(['sync'], { cwd: projects.one }))
    runs.quiet.push(await asked(['sync'], { cwd: projects.both }))
    say(`run ${i + 1}: both ways ${(runs.both.at(-1).ms / 1000).toFixed(1)} s, one way ${(runs.one.at(-1).ms / 1000).toFixed(1)} s`)
  }
  const rate = (name) => (records / median(runs[name].map((one) => one.ms))) * 1000
  const shop = rows(join(projects.both, 'shop.db'))
  const differ = rows(join(projects.both, 'office.db')).filter((row, i) => row !== shop[i]).length
  return {
    name: 'twoway', value: round(rate('both')), unit: 'edits/s', against: round(rate('one')), ratio: round(rate('both') / rate('one')), noise: round(noise(runs.both.map((one) => one.ms))), bar: 'none; beside one way',
    records, edits: records, seconds: runs.both.map((one) => round(one.ms / 1000)), one_way_seconds: runs.one.map((one) => round(one.ms / 1000)),
    checks: {
      all_written: runs.both.every(({ answer: { summary } }) => summary.updated === records && summary.balanced) || JSON.stringify(runs.both[0].answer.summary), both_agree: differ === 0 || `${differ} records differ`,
      then_quiet: runs.quiet.every(({ answer: { summary } }) => summary.writes === 0),
    },
  }
}

const rows = (file) => {
  const db = new Database(file, { readonly: true })
  const found = db.prepare('SELECT email, name, phone, city FROM person ORDER BY email').all().map((row) => JSON.stringify(row))
  db.close()
  return found
}
