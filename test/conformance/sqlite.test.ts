import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { test } from 'vitest'
import { keepsTheContract } from '../support/conformance-run.ts'
import { sqlBench } from './benches/sql.ts'

test('The SQL connector keeps the contract on SQLite.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'))
  const file = join(folder, 'people.db')
  const database = new Sqlite(file)
  database.defaultSafeIntegers()
  database.pragma('synchronous = off')
  try {
    await keepsTheContract(sqlBench({
      name: 'SQLite', settings: { dialect: 'sqlite', file },
      words: { serial: 'INTEGER PRIMARY KEY AUTOINCREMENT', bigint: 'INTEGER', decimal: 'DECIMAL_TEXT', time: 'DATETIME', text: (length) => `VARCHAR(${length})` },
      run: async (text) => { database.exec(text) },
      rows: async (text) => (database.prepare(text).raw().all() as unknown[][]).map((row) => row.map((value) => (value === null ? null : String(value)))),
    }), 33)
  } finally {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
