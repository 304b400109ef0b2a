/** A group goes into a table that is made when it is missing: a column for each member. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { createApp } from '../../src/app.ts'
import { sync } from '../../src/cli/commands/sync.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-group-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const PLAN = `
plimsoll: 1
name: Groups
systems:
  list: { connector: csv, settings: { folder: . }, holds: { thing: { resource: things.csv, fields: { sku: sku, name: { path: n, fields: { en: english, pl: polish } }, price: { path: price, currency: EUR } } } } }
  database: { connector: sqlite, settings: { file: ./made.db }, holds: { thing: { resource: things } } }
entities:
  thing: { identifiers: [sku], fields: { sku: text, name: { group: { en: text, pl: text } }, price: { money: EUR } } }
flows:
  things: { entity: thing, between: [list, database] }
`

test('and is read again from there, also when somebody changes it.', async () => {
  writeFileSync(join(folder, 'plan.yaml'), PLAN)
  writeFileSync(join(folder, 'things.csv'), 'sku,n_english,n_polish,price\na,Chair,Krzesło,10.50\nb,Table,,3\n')
  const pass = async () => (await sync.run({ where: '.' }, {}, { app: createApp({ env: {}, cwd: folder }), signal: new AbortController().signal, say: () => undefined, json: true })).summary
  expect(await pass()).toMatchObject({ balanced: true, created: 2 })
  const database = new Database(join(folder, 'made.db'))
  expect(database.prepare('SELECT sku, name_en, name_pl FROM things ORDER BY sku').all()).toEqual([{ sku: 'a', name_en: 'Chair', name_pl: 'Krzesło' }, { sku: 'b', name_en: 'Table', name_pl: null }])
  database.exec("UPDATE things SET name_pl = 'Stół' WHERE sku = 'b'")
  database.close()
  expect(await pass()).toMatchObject({ balanced: true, writes: 1 })
  expect(await pass()).toMatchObject({ writes: 0 })
})
