import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { sqlConnector } from '../../src/systems/protocols/sql/index.ts'
import { contextOf, never, specOf, writeOptions } from '../support/http-servers.ts'
import { comesBack, portOf } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

interface Login { readonly host: string; readonly port: number; readonly user: string; readonly password: string; readonly database: string }
async function inPostgres(login: Login, text: string): Promise<void> {
  const client = new Client(login)
  await client.connect()
  await client.query(text)
  await client.end()
}
async function inMariadb(login: Login, text: string): Promise<void> {
  const client = await createConnection(login)
  await client.query(text)
  await client.end()
}

for (const [name, dialect] of [['postgresql', 'postgres'], ['mariadb', 'mariadb']] as const) {
  await describeSystem(name, (system) => {
    test('A row is written and read back, and is still there after the server was away.', async () => {
      const { user, password, database } = system().access
      const open = () => sqlConnector.open({ dialect, host: '127.0.0.1', port: portOf(system()), user, password, database }, contextOf())
      await (dialect === 'postgres' ? inPostgres : inMariadb)({ host: '127.0.0.1', port: portOf(system()), user: String(user), password: String(password), database: String(database) }, 'CREATE TABLE customers (id integer PRIMARY KEY, name varchar(100))')
      const spec = specOf('customers', { key: ['id'] })
      const session = await open()
      expect((await session.check(never)).version).toBeDefined()
      const [made] = await session.resource(spec).write!([{ operation: 'create', key: '7', values: { id: 7, name: 'שלום 👋' }, idempotencyKey: 'a' }], writeOptions)
      expect(made).toMatchObject({ is: 'done', key: '7' })
      await session.close()
      await comesBack(system(), async () => {
        const again = await open()
        expect(await again.resource(spec).readKeys!(['7'], never)).toMatchObject([{ key: '7', values: { name: 'שלום 👋' } }])
        await again.close()
      })
    })
  })
}
