/** Connections to a PostgreSQL server. Results stay the text that the server sent; nothing becomes a Date or a number. */
import { Pool } from 'pg'
import type { Connection, Database } from './dialect.ts'
import { CommitRefused, CommitUnsure } from './errors.ts'
import { serverDatabase } from './server-database.ts'
import type { ServerAddress } from './settings.ts'

const asText = { getTypeParser: () => (text: unknown) => text }

/** How values are written as text. What the application relies on (time zone, order of days and months) is left alone. */
const SESSION = `SET datestyle = 'ISO'; SET bytea_output = 'hex'; SET extra_float_digits = 1`

export function openPostgres(server: ServerAddress, timeoutMs: number): Database {
  const pool = new Pool({
    host: server.host,
    port: server.port,
    user: server.user,
    database: server.database ?? server.user,
    ...(server.password === undefined ? {} : { password: server.password }),
    ssl: server.ssl === 'no' ? false : { rejectUnauthorized: server.ssl === 'yes' },
    max: 4,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    // The server gives up first and says why; this is for a server that is gone.
    query_timeout: timeoutMs + 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'plimsoll',
    allowExitOnIdle: true,
  })
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    // A connection that breaks while it is lent fails the statement that runs; without a listener it would end the process.
    client.on('error', () => {})
    client.query(SESSION).catch(() => {})
  })

  return serverDatabase({
    begin: 'BEGIN',
    snapshot: ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'],
    async take() {
      const client = await pool.connect()
      const connection: Connection = {
        async query(text, values = []) {
          const bound = values.map((value) => (typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? Buffer.from(value) : value))
          const result = await client.query<unknown[]>({ text, values: bound, rowMode: 'array', types: asText as never })
          return { rows: result.rows ?? [] }
        },
      }
      return { connection, giveBack: (broken) => { client.release(broken) } }
    },
    async commit(connection) {
      try {
        await connection.query('COMMIT')
      } catch (error) {
        const { code, message } = error as { code?: string; message: string }
        if (/^2[34]|^P0001/.test(code ?? '')) throw new CommitRefused(message, { cause: error })
        if (/^40|^57014/.test(code ?? '')) throw error
        throw new CommitUnsure(message, { cause: error })
      }
    },
    close: () => pool.end(),
  })
}
