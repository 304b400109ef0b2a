import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { type PlaceToTest, testPlace } from '../../src/rehearse/conformance/run.ts'
import { sqlConnector } from '../../src/systems/protocols/sql/index.ts'

let folder: string
let database: Sqlite.Database
let opened: boolean[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-place-'))
  database = new Sqlite(join(folder, 'crm.db'))
  database.pragma('journal_mode = wal')
  database.exec(`CREATE TABLE contact (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT, city TEXT NOT NULL);
    INSERT INTO contact (email, name, city) VALUES ('a@example.test', 'Anna', 'Łódź'), ('b@example.test', 'Bert', 'Köln'), ('c@example.test', NULL, 'Brno')`)
  opened = []
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const place = (more: Partial<PlaceToTest> = {}): PlaceToTest => ({
  name: 'crm/contact', clock: systemClock,
  spec: {
    resource: 'contact', key: [], parts: new Map(), identifiers: [['email']], columns: ['email', 'name', 'city'],
    creates: [{ path: 'email', type: 'email' }, { path: 'name', type: 'text' }, { path: 'city', type: 'text' }],
  },
  open: (readOnly) => {
    opened.push(readOnly)
    return sqlConnector.open({ dialect: 'sqlite', file: join(folder, 'crm.db') }, { clock: systemClock, system: 'crm', timeZone: 'UTC', readOnly, budget: async () => {} })
  },
  ...more,
})
const rows = (): unknown[] => database.prepare('SELECT * FROM contact ORDER BY id').all()

test('A place of a plan is held to the contract by reading alone, unless writing is allowed.', async () => {
  const before = rows()
  const report = await testPlace(place())
  expect(report).toMatchObject({ bench: 'crm/contact', broken: 0 })
  expect(report.passed).toBeGreaterThan(8)
  expect(report.results.find((result) => result.name === 'round_trip')).toMatchObject({ is: 'skipped', reason: expect.stringContaining('--write') as string })
  expect(opened.every((readOnly) => readOnly)).toBe(true)
  expect(rows()).toEqual(before)
})

test('With permission to write it makes records of its own, and leaves the system as it was.', async () => {
  const before = rows()
  const report = await testPlace(place({ write: true }))
  expect(report.results.filter((result) => result.is === 'broken')).toEqual([])
  expect(report.results.find((result) => result.name === 'round_trip')).toMatchObject({ is: 'passed' })
  expect(report.results.find((result) => result.name === 'conditional_write')).toMatchObject({ is: 'passed' })
  expect(rows()).toEqual(before)
})

test('A place that does not answer breaks with the reason, and no check is left out.', async () => {
  database.exec('DROP TABLE contact')
  const report = await testPlace(place({ spec: { resource: 'contact', key: [], parts: new Map(), identifiers: [] } }))
  expect(report.results.find((result) => result.name === 'two_reads_agree')).toMatchObject({ is: 'broken', saw: expect.stringContaining('no table') as string })
})
