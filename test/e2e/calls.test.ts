import { expect, test } from 'vitest'
import { Project } from './project.ts'

const PLAN = `
plimsoll: 1
name: What it costs
systems:
  source: { connector: sqlite, settings: { file: ./source.db }, holds: { thing: { resource: things, key: id, changed_at: changed, fields: { code: code, f: f } } } }
  target: { connector: sqlite, settings: { file: ./target.db }, holds: { thing: { resource: things, key: id, fields: { code: code, f: f } } } }
entities: { thing: { identifiers: [code], golden: source, fields: { code: text, f: text } } }
flows: { things: { entity: thing, from: source, to: target, brake: { share: 100% } } }
`
interface Calls { readonly read: number; readonly get: number; readonly find: number; readonly write: number; readonly other: number; readonly calls: number; readonly changed: number; readonly per_change: number | null }

test('The summary says how many requests each system got, what for, and how many for each record that changed: one a batch, and what the guard needs.', async () => {
  const project = new Project({ 'plan.yaml': PLAN })
  for (const name of ['source', 'target']) project.sql(`${name}.db`, 'CREATE TABLE things (id INTEGER PRIMARY KEY, code TEXT, f TEXT, changed DATETIME)')
  const count = 2_000
  project.insert('source.db', 'INSERT INTO things (code, f, changed) VALUES (?, ?, ?)', Array.from({ length: count }, (_, n) => [`c${n}`, 'v', '2026-01-01 00:00:00']))
  const calls = async (): Promise<Record<string, Calls>> => (await project.synced()).result['calls'] as unknown as Record<string, Calls>
  const first = await calls()
  const batches = count / 500
  expect(first['target']).toMatchObject({ find: batches, write: batches, get: 0, changed: count })
  expect(first['source']).toMatchObject({ find: 0, write: 0, get: 0, changed: count })
  expect(first['target']!.per_change!).toBeLessThanOrEqual(2 / 500 + first['target']!.read / count)
  project.sql('source.db', "UPDATE things SET f = 'w', changed = datetime('now') WHERE id <= 700")
  const second = await calls()
  expect(second['target']).toMatchObject({ write: 2, find: 0, changed: 700 })
  expect(second['target']!.calls).toBe(second['target']!.write + second['target']!.get)
  const quiet = await calls()
  expect([quiet['target'], quiet['source']?.per_change ?? null]).toEqual([undefined, null])
  const status = await project.say('status')
  expect(status.out).toMatch(/Calls of the last run:\n +calls +read +get +find +write +other +all +changed +per change\n +source +\d/)
  project.done()
}, 180_000)
