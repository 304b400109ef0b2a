/** Connections to a MariaDB or MySQL server. Values are bound by the server, never put into the text. */
import type { Socket } from 'node:net'
import { createPool, type PoolConnection } from 'mysql2/promise'
import type { Connection, Database } from './dialect.ts'
import { CommitUnsure } from './errors.ts'
import { serverDatabase } from './server-database.ts'
import type { ServerAddress } from './settings.ts'

/**
 * What does not fit is an error, not shortened; a statement that takes too long or waits for a lock is given up by the server
 * (`/*M!`: MariaDB only). Zones and other modes stay: triggers and defaults may rely on them.
 */
const session = (seconds: number): string => `SET SESSION /*M! max_statement_time = ${seconds}, */ innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(seconds))},
  sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES')`

/** The server gives up first and says why; the socket's own time is for a server that is gone. */
const SPARE_MS = 5_000

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
      const raw = (lent as unknown as { connection: { stream: Socket } }).connection
      raw.stream.setTimeout(timeoutMs + SPARE_MS)
      if (!prepared.has(raw)) {
        raw.stream.on('timeout', () => { raw.stream.destroy(new Error('the server did not answer in time')) })
        try {
          await lent.query(session(timeoutMs / 1_000))
        } catch (error) {
          lent.destroy()
          throw error
        }
        prepared.add(raw)
      }
      const giveBack = (broken: boolean): void => {
        raw.stream.setTimeout(0)
        if (broken) lent.destroy()
        else lent.release()
      }
      return { connection: connectionOf(lent), giveBack }
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

function connectionOf(lent: PoolConnection): Connection {
  return {
    async query(text, values = []) {
      const bound = values.map((value) => (typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? Buffer.from(value) : value))
      // Prepared statements bring numbers exactly, others a FLOAT with six digits; but not every statement can be prepared.
      const [result] = bound.length > 0 || text.startsWith('SELECT')
        ? await lent.execute({ sql: text, rowsAsArray: true, values: bound })
        : await lent.query({ sql: text, rowsAsArray: true })
      if (Array.isArray(result)) return { rows: result as unknown as unknown[][] }
      return { rows: [], firstId: BigInt((result as { insertId?: number | string }).insertId ?? 0) }
    },
  }
}
