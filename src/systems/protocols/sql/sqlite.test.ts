import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { create, openSql, pagesOf, recordsOf, specOf, sqlSuite, write } from '../../../../test/support/sql-suite.ts'

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sql-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

sqlSuite('SQLite', {
  serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  bigint: 'INTEGER',
  text: (length) => `VARCHAR(${length})`,
  decimal: 'DECIMAL(12, 3)',
  time: 'DATETIME',
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
}, async () => {
  const file = join(folder, 'suite.db')
  const other = new Sqlite(file)
  return {
    settings: { dialect: 'sqlite', file },
    run: async (text) => { other.exec(text) },
    close: async () => { other.close() },
  }
})

test('a database file that is not there yet is made by the first write, and by nothing before it', async () => {
  const file = join(folder, 'fresh.db')
  const session = await openSql({ dialect: 'sqlite', file })
  const spec = specOf('product', { creates: [{ path: 'sku', type: 'text' }] })
  const signal = new AbortController().signal
  await session.check(signal)
  expect(await session.discover!(signal)).toEqual([])
  expect(await recordsOf(session.resource(spec))).toEqual([])
  expect(existsSync(file)).toBe(false)
  expect(await write(session.resource(spec), [create({ sku: '1' })])).toMatchObject([{ is: 'done', key: '1' }])
  await session.close()
  const source = await openSql({ dialect: 'sqlite', file: join(folder, 'missing.db') })
  await expect(recordsOf(source.resource(specOf('product')))).rejects.toMatchObject({ code: 'sql.no_database', class: 'config' })
  await source.close()
})

test('a number that SQLite would round is refused with its column, not stored', async () => {
  const file = join(folder, 'exact.db')
  const other = new Sqlite(file)
  other.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, price NUMERIC, size INTEGER)')
  other.close()
  const session = await openSql({ dialect: 'sqlite', file })
  const { Numeral } = await import('../../contract.ts')
  const results = await write(session.resource(specOf('t')), [
    create({ price: new Numeral('12345678901234567.89') }), create({ size: new Numeral('9223372036854775808') }), create({ size: new Numeral('9223372036854775807'), price: new Numeral('0.1') }),
  ])
  expect(results).toMatchObject([{ is: 'refused', code: 'precision', field: 'price' }, { is: 'refused', code: 'range', field: 'size' }, { is: 'done' }])
  expect((await recordsOf(session.resource(specOf('t'))))[0]!.values).toEqual({ id: 1, price: new Numeral('0.1'), size: new Numeral('9223372036854775807') })
  await session.close()
})

test('while somebody else holds the file a write waits, and says later when the time is up', async () => {
  const file = join(folder, 'held.db')
  const other = new Sqlite(file)
  other.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, label TEXT)')
  const session = await openSql({ dialect: 'sqlite', file, timeout_seconds: 0.05 })
  other.exec('BEGIN IMMEDIATE')
  expect(await write(session.resource(specOf('t')), [create({ label: 'x' })])).toMatchObject([{ is: 'later' }])
  other.exec('COMMIT')
  expect(await write(session.resource(specOf('t')), [create({ label: 'x' })])).toMatchObject([{ is: 'done' }])
  other.close()
  await session.close()
})

test('a row without a key is refused, though SQLite would take it', async () => {
  const file = join(folder, 'keyless.db')
  const other = new Sqlite(file)
  other.exec('CREATE TABLE t (code TEXT PRIMARY KEY, label TEXT)')
  const session = await openSql({ dialect: 'sqlite', file })
  const results = await write(session.resource(specOf('t')), [create({ label: 'a' }), create({ code: null, label: 'b' }), create({ code: 'c' })])
  expect(results).toMatchObject([{ is: 'refused', code: 'required', field: 'code' }, { is: 'refused', code: 'required', field: 'code' }, { is: 'done', key: 'c' }])
  expect(other.prepare('SELECT count(*) FROM t').pluck().get()).toBe(1)
  other.close()
  await session.close()
})

test('times that are written in two ways in one column are both read since the last one', async () => {
  const file = join(folder, 'forms.db')
  const other = new Sqlite(file)
  other.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, changed TEXT); INSERT INTO t (changed) VALUES ('2026-03-01 09:00:00'), ('2026-03-01T10:00:00Z')")
  const session = await openSql({ dialect: 'sqlite', file })
  const resource = session.resource(specOf('t', { changedAt: 'changed' }))
  const position = (await pagesOf(resource)).at(-1)!.position!
  other.exec("INSERT INTO t (changed) VALUES ('2026-03-01 10:00:01'), ('2026-03-01T10:00:01Z')")
  expect((await recordsOf(resource, { since: position })).map((record) => record.key)).toEqual(expect.arrayContaining(['3', '4']))
  other.close()
  await session.close()
})

test('a column that is added while a session is open is there after the first error', async () => {
  const file = join(folder, 'grown.db')
  const other = new Sqlite(file)
  other.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('x')")
  const session = await openSql({ dialect: 'sqlite', file })
  const resource = session.resource(specOf('t'))
  expect(await recordsOf(resource)).toHaveLength(1)
  other.exec('ALTER TABLE t RENAME COLUMN a TO b')
  await expect(recordsOf(resource)).rejects.toMatchObject({ code: 'sql.statement' })
  expect((await recordsOf(resource))[0]!.values).toEqual({ id: 1, b: 'x' })
  other.close()
  await session.close()
})

test('writes of two sessions on one file at the same time all arrive', async () => {
  const file = join(folder, 'two.db')
  const other = new Sqlite(file)
  other.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, label TEXT)')
  other.close()
  const sessions = await Promise.all([1, 2, 3].map(() => openSql({ dialect: 'sqlite', file })))
  const results = await Promise.all(sessions.flatMap((session) => Array.from({ length: 5 }, (_, i) => write(session.resource(specOf('t')), [create({ label: `a${i}` }), create({ label: `b${i}` })]))))
  expect(results.flat().every((result) => result.is === 'done')).toBe(true)
  expect(await recordsOf(sessions[0]!.resource(specOf('t')))).toHaveLength(30)
  for (const session of sessions) await session.close()
})

test('also without an overlap a row that bears the time of the last one is not passed over', async () => {
  const file = join(folder, 'edge.db')
  const other = new Sqlite(file)
  other.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, changed TEXT); INSERT INTO t (changed) VALUES ('2026-03-01 10:00:00')")
  const session = await openSql({ dialect: 'sqlite', file, overlap_seconds: 0 })
  const resource = session.resource(specOf('t', { changedAt: 'changed' }))
  const position = (await pagesOf(resource)).at(-1)!.position!
  other.exec("INSERT INTO t (changed) VALUES ('2026-03-01 10:00:00')")
  expect((await recordsOf(resource, { since: position })).map((record) => record.key)).toContain('2')
  other.close()
  await session.close()
})
