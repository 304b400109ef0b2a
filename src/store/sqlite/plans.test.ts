import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase } from './open.ts'
import { QUERIES } from './queries.ts'
import { SqliteTransaction } from './transaction.ts'

const db = openDatabase(':memory:')
void new SqliteTransaction(db, undefined)
afterAll(() => db.close())

/** Tables whose rows are as many as systems, resources or plans. */
const SMALL = /^SCAN (plan|resource|schedule|system|secret|condition|later)\b/
/** What goes through a whole table, and why it may. */
const SCANS: Readonly<Record<string, string>> = {
  commandCounts: 'counts everything that is open, for a status and a balance',
  laterDue: 'for people; the engine asks per system',
  changes: 'follows the numbers of the change log from where it stood',
  search: 'a person looks for a part of a text',
  countGoldens: 'counts, from an index alone',
  countRest: 'counts, from indexes alone',
  inbox: 'for people; the engine asks per system',
}

const steps = (sql: string): string[] => {
  const statement = db.prepare(`EXPLAIN QUERY PLAN ${sql}`)
  const named = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((match) => [match[1]!, match[1] === 'limit' ? 1 : 'x']))
  const rows = Object.keys(named).length > 0 ? statement.all(named) : statement.all(...Array.from({ length: sql.split('?').length - 1 }, () => '[]'))
  return (rows as { detail: string }[]).map((row) => row.detail)
}
/** Steps that go through a whole table; lists of keys and parts of an answer are none. */
const scans = (sql: string): string[] =>
  steps(sql).filter((step) => step.startsWith('SCAN') && !SMALL.test(step) && !/VIRTUAL TABLE|^SCAN \(|^SCAN CONSTANT ROW|SUBQUERY|^SCAN \w+ USING INDEX (golden_review|run_started)$|COVERING INDEX delivery_at$/.test(step))

describe('queries of the embedded store', () => {
  test.each(Object.entries(QUERIES).filter(([name]) => !(name in SCANS)))('%s finds its rows by an index', (_, sql) => {
    expect(scans(sql)).toEqual([])
  })

  test('that may scan do scan, so the list of exceptions is short', () => {
    expect(Object.keys(SCANS).filter((name) => scans(QUERIES[name as keyof typeof QUERIES]).length === 0 && !['laterDue', 'changes'].includes(name))).toEqual([])
  })

  test('answer counts of links without touching the links', () => {
    for (const sql of [QUERIES.countLive, QUERIES.countOther, QUERIES.countRest]) {
      const onLinks = steps(sql).filter((step) => /link/.test(step))
      expect(onLinks.length).toBeGreaterThan(0)
      expect(onLinks.filter((step) => !step.includes('COVERING INDEX'))).toEqual([])
    }
  })

  test.each(['linksAfter', 'idsAfter', 'goldensAfter', 'writes', 'changesOfGolden', 'changesOfKind', 'laterDueOf', 'inboxOf', 'runs', 'dueCommands', 'unsureCommands', 'orphanedCommands'] as const)('%s pages in the order of its index, without sorting', (name) => {
    expect(steps(QUERIES[name]).join()).not.toContain('USE TEMP B-TREE')
  })

})
