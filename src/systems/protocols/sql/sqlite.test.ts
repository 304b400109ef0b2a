import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, expect, test } from 'vitest'
import { create, openSql, recordsOf, specOf, sqlSuite, write } from '../../../../test/support/sql-suite.ts'

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
