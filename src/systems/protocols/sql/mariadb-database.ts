/** Connections to a MariaDB or MySQL server. Values are bound by the server, never put into the text. */
import { createPool, type PoolConnection } from 'mysql2/promise'
import type { Connection, Database } from './dialect.ts'
import { CommitUnsure } from './errors.ts'
import { serverDatabase } from './server-database.ts'
import type { ServerAddress } from './settings.ts'

/** What does not fit is an error, not shortened. Zones and other modes stay: triggers and defaults may rely on them. */
const SESSION = `SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES')`

export function openMariadb(server: ServerAddress, timeoutMs: number): Database {
  const pool = createPool({
    host: server.host,
    port: server.port,
    user: server.user,
    ...(server.password === undefined ? {} : { password: server.password }),
    ...(server.database === undefined ? {} : { database: server.database }),
    ...(server.ssl === 'no' ? {} : { ssl: { rejectUnauthorized: server.ssl === 'yes' } }),
    charset: 'utf8mb4',
    connectionLimit: 4,
    connectTimeout: timeoutMs,
    maxPreparedStatements: 100,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    decimalNumbers: false,
    jsonStrings: true,
    rowsAsArray: true,
    multipleStatements: false,
  })
  const prepared = new WeakSet<object>()

  return serverDatabase({
    begin: 'START TRANSACTION',
    snapshot: ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', 'START TRANSACTION READ ONLY'],
    async take() {
      const lent = await pool.getConnection()
      const raw = (lent as unknown as { connection: object }).connection
      if (!prepared.has(raw)) {
        try {
          await lent.query({ sql: SESSION, timeout: timeoutMs })
        } catch (error) {
          lent.destroy()
          throw error
        }
        prepared.add(raw)
      }
      return { connection: connectionOf(lent, timeoutMs), giveBack: (broken) => { if (broken) lent.destroy(); else lent.release() } }
    },
    async commit(connection) {
      try {
        await connection.query('COMMIT')
      } catch (error) {
        const { errno, message } = error as { errno?: number; message: string }
        if (errno === 1213 || errno === 1205) throw error
        throw new CommitUnsure(message, { cause: error })
      }
    },
    close: () => pool.end(),
  })
}

function connectionOf(lent: PoolConnection, timeoutMs: number): Connection {
  return {
    async query(text, values = []) {
      const bound = values.map((value) => (typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? Buffer.from(value) : value))
      // Some statements can't be prepared; those have no values.
      const [result] = bound.length === 0
        ? await lent.query({ sql: text, timeout: timeoutMs, rowsAsArray: true })
        : await lent.execute({ sql: text, timeout: timeoutMs, rowsAsArray: true, values: bound })
      if (Array.isArray(result)) return { rows: result as unknown as unknown[][] }
      return { rows: [], firstId: BigInt((result as { insertId?: number | string }).insertId ?? 0) }
    },
  }
}
