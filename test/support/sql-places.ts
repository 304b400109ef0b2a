/** Real servers as places for the SQL suites. */
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { type DatabaseServer, startMariadb, startPostgres } from './servers.ts'
import type { SqlPlace } from './sql-suite.ts'

export interface ServerPlace extends SqlPlace {
  readonly server: DatabaseServer
  /** Rows as arrays. */
  ask(text: string): Promise<unknown[][]>
}

export async function postgresPlace(settings: readonly string[] = []): Promise<ServerPlace> {
  const server = await startPostgres({ settings })
  const { host, port, user, password, database } = server
  const other = new Client({ host, port, user, password, database })
  other.on('error', () => {})
  await other.connect()
  return {
    server,
    settings: { dialect: 'postgres', host, port, user, password, database },
    run: async (text) => { await other.query(text) },
    ask: async (text) => (await other.query<unknown[]>({ text, rowMode: 'array' })).rows,
    close: async () => {
      await other.end()
      await server.stop()
    },
  }
}

export async function mariadbPlace(settings: readonly string[] = []): Promise<ServerPlace> {
  const server = await startMariadb({ settings })
  const { host, port, user, password, database } = server
  const other = await createConnection({ host, port, user, password, database })
  other.on('error', () => {})
  return {
    server,
    settings: { dialect: 'mariadb', host, port, user, password, database },
    run: async (text) => { await other.query(text) },
    ask: async (text) => (await other.query({ sql: text, rowsAsArray: true }))[0] as unknown as unknown[][],
    close: async () => {
      await other.end().catch(() => {})
      await server.stop()
    },
  }
}
