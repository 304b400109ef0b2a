/**
 * The process is killed at random moments of its work. What the systems then hold is judged by looking into them, not by what the
 * product says: nothing lost, nothing doubled. FAULT_SEED repeats a run.
 */
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../../src/base/clock.ts'
import { type Answer, Project, ROOT, shortly } from '../e2e/project.ts'
import { startJsonServer } from '../support/http-servers.ts'
import { killedAfter } from './killed.ts'

const KILLS = 10
const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 1e9))
process.stderr.write(`FAULT_SEED=${SEED}\n`)

let open: { done(): void | Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.done()
})

/** The moments of the kills are spread over this. */
async function howLong(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** After the kill: at most a few passes until it is quiet, and then nothing more. */
async function settled(project: Project): Promise<void> {
  let answer: Answer = await project.sync()
  for (let again = 0; again < 5 && !answer.ok; again += 1) answer = await project.sync()
  expect({ ok: answer.ok, balanced: answer.summary.balanced, unsure: answer.summary['unsure'], error: answer.error }).toEqual({ ok: true, balanced: true, unsure: 0, error: null })
  const last = await project.sync()
  expect(shortly(last)).toEqual([])
  expect(last.summary).toMatchObject({ writes: 0, balanced: true })
  const runs = project.rows('.plimsoll/store.db', 'SELECT state, count(*) AS n FROM run GROUP BY state') as { state: string; n: number }[]
  expect(runs.filter((run) => run.state === 'running')).toEqual([])
  expect(project.rows('.plimsoll/store.db', "SELECT count(*) AS n FROM command WHERE state <> 'done'")).toEqual([{ n: 0 }])
}

describe('a process that is killed', () => {
  test(`A first load of 5,000 products into SQLite, killed at ${KILLS} moments, loses and doubles nothing.`, async () => {
    const random = seededRandom(SEED)
    const sku = (n: number): string => `A-${String(n).padStart(5, '0')}`
    const make = (): Project => {
      const project = new Project()
      open.push(project)
      cpSync(join(ROOT, 'examples/first-25-lines/plan.yaml'), project.path('plan.yaml'))
      project.put('inbox/products.csv', ['Article no.,Description,Price,Qty', ...Array.from({ length: 5_000 }, (_, n) => `${sku(n)},"Mug no. ${n}, żółty",${n % 90}.${String(n % 100).padStart(2, '0')},${n % 300}`)].join('\n'))
      return project
    }
    const whole = make()
    const ms = await howLong(() => whole.synced())
    const truth = (project: Project) => project.rows('products.db', 'SELECT * FROM product ORDER BY sku')
    const wanted = truth(whole)
    expect(wanted).toHaveLength(5_000)
    let killed = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      const project = make()
      if (await killedAfter(project.folder, ms * (0.1 + 0.85 * random()))) killed += 1
      await settled(project)
      expect(truth(project)).toEqual(wanted)
      project.done()
    }
    expect(killed).toBeGreaterThan(KILLS / 2)
  })

  test(`An exchange in both directions between SQLite and a server that stamps nothing, killed at ${KILLS} moments, agrees afterwards.`, async () => {
    const random = seededRandom(SEED + 1)
    const person = (n: number) => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, phone: `+4850100${String(n).padStart(4, '0')}` })
    const make = async () => {
      // Numbers 200 to 299 are in both.
      const server = await startJsonServer({ customers: Array.from({ length: 300 }, (_, i) => ({ id: i + 1, ...person(200 + i), note: 'kept' })) })
      const project = new Project({ 'plan.yaml': planFor(server.url), 'shop.yaml': MANIFEST })
      open.push({ done: () => server.close() }, project)
      project.sql('crm.db', 'CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT, name TEXT, phone TEXT, note TEXT)')
      project.insert('crm.db', "INSERT INTO contact (email, name, phone, note) VALUES (?, ?, ?, 'kept')", Array.from({ length: 300 }, (_, n) => [person(n).email, person(n).name, person(n).phone]))
      return { project, server }
    }
    const whole = await make()
    const ms = await howLong(() => whole.project.synced())
    let killed = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { project, server } = await make()
      if (await killedAfter(project.folder, ms * (0.1 + 0.85 * random()))) killed += 1
      await settled(project)
      const wanted = Array.from({ length: 500 }, (_, n) => person(n).email).toSorted()
      const shop = server.data['customers']!
      const crm = project.rows('crm.db', 'SELECT * FROM contact')
      expect(shop.map((row) => row['email'] as string).toSorted()).toEqual(wanted)
      expect(crm.map((row) => row['email'] as string).toSorted()).toEqual(wanted)
      expect([shop, crm].map((rows) => rows.filter((row) => row['note'] === 'kept').length)).toEqual([300, 300])
      // People edit on both sides, the next exchange is killed too, and no edit is lost.
      project.sql('crm.db', "UPDATE contact SET name = 'Edited in CRM' WHERE email IN ('p1@example.test', 'p250@example.test')")
      for (const row of shop) if (row['email'] === 'p2@example.test' || row['email'] === 'p251@example.test') row['phone'] = '+48501999999'
      await killedAfter(project.folder, ms * (0.1 + 0.85 * random()))
      await settled(project)
      for (const rows of [server.data['customers']!, project.rows('crm.db', 'SELECT * FROM contact')]) {
        const of = (n: number) => rows.find((row) => row['email'] === `p${n}@example.test`)
        expect([of(1)?.['name'], of(250)?.['name'], of(2)?.['phone'], of(251)?.['phone']]).toEqual(['Edited in CRM', 'Edited in CRM', '+48501999999', '+48501999999'])
        expect(rows).toHaveLength(500)
      }
      for (const one of open.splice(-2)) await one.done()
    }
    expect(killed).toBeGreaterThan(KILLS / 2)
  })
})

/** The server answers at once: what it has not executed after a second it never will. */
const MANIFEST = `late: 1s\n${readFileSync(join(ROOT, 'src/systems/catalog/json-server.yaml'), 'utf8')}`

const planFor = (url: string): string => `
plimsoll: 1
name: Shop and CRM
country: PL
systems:
  crm:
    connector: sqlite
    settings: { file: ./crm.db }
    holds:
      customer: { resource: contact, fields: { email: email, name: name, phone: phone } }
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml }
    holds:
      customer: { resource: customers, fields: { email: email, name: name, phone: phone } }
entities:
  customer:
    identifiers: [email]
    golden: { home: crm, by_field: { phone: latest } }
    fields: { email: email, name: text, phone: phone }
flows:
  customers: { entity: customer, between: [crm, shop] }
`
