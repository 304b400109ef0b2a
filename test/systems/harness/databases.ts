/** PostgreSQL and MariaDB as systems of their own. */
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { MARIADB_PROGRAM, startMariadbIn } from './mariadb.ts'
import { PASSWORD } from './password.ts'
import { POSTGRES_PROGRAM, startPostgresIn } from './postgres.ts'
import type { SystemDefinition } from './system.ts'

const NAME = 'tests'

export const POSTGRESQL: SystemDefinition = {
  name: 'postgresql',
  kind: 'database',
  title: 'PostgreSQL',
  programs: [POSTGRES_PROGRAM],
  speaks: 'tcp',
  address: { scheme: 'postgres', path: `/${NAME}` },
  memory: 40,
  seconds: 2,
  async seed(place) { await startPostgresIn(place, NAME) },
  async start(place) {
    const { port, log } = await startPostgresIn(place, NAME)
    const client = new Client({ host: '127.0.0.1', port, user: NAME, password: PASSWORD, database: NAME })
    await client.connect()
    const answer = await client.query<{ server_version: string }>('SHOW server_version')
    await client.end()
    return { port, version: answer.rows[0]?.server_version ?? '', log, access: { user: NAME, password: PASSWORD, database: NAME } }
  },
}

export const MARIADB: SystemDefinition = {
  name: 'mariadb',
  kind: 'database',
  title: 'MariaDB',
  programs: [MARIADB_PROGRAM],
  speaks: 'tcp',
  address: { scheme: 'mariadb', path: `/${NAME}` },
  memory: 90,
  seconds: 2,
  async seed(place) { await startMariadbIn(place, NAME) },
  async start(place) {
    const { port, log } = await startMariadbIn(place, NAME)
    const connection = await createConnection({ host: '127.0.0.1', port, user: NAME, password: PASSWORD, database: NAME })
    const [rows] = await connection.query('SELECT VERSION() AS version')
    await connection.end()
    return { port, version: (rows as { version: string }[])[0]?.version ?? '', log, access: { user: NAME, password: PASSWORD, database: NAME } }
  },
}
