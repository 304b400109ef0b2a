import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sqlFidelity } from '../../../../test/support/sql-fidelity.ts'

process.env['TZ'] = 'Pacific/Auckland'

sqlFidelity('sqlite', 'SQLite', (name) => `"${name}"`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-sql-'))
  const file = join(folder, 'fidelity.db')
  const other = new Sqlite(file)
  return {
    settings: { dialect: 'sqlite', file },
    run: async (text) => { other.exec(text) },
    close: async () => {
      other.close()
      rmSync(folder, { recursive: true })
    },
  }
})
