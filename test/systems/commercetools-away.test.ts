import { expect, test } from 'vitest'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { comesBack } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

const definition = {
  http: 1,
  auth: { kind: 'oauth2', token_path: '/oauth/token', parameters: { scope: 'manage_project:shop' } },
  resources: {
    customers: {
      changed: 'lastModifiedAt', version: { path: 'version', order: true },
      list: { path: '/shop/customers', query: { sort: 'id asc' }, records: 'results', paging: { kind: 'offset', parameter: 'offset', size: 'limit', at_most: 5, total: { path: 'total' } } },
      get: { path: '/shop/customers/{key}' },
      create: { path: '/shop/customers', record: 'customer' },
    },
  },
}

await describeSystem('commercetools', (system) => {
  test('Customers are read in pages behind OAuth 2, and one is created and read back after the address was away.', async () => {
    const session = await openHttp(system().url, { definition: definition as never, client_id: system().access['client'], client_secret: system().access['secret'] })
    const customers = session.resource(specOf('customers'))
    const read = await readAll(customers)
    expect([read.complete, read.keys.length]).toEqual([true, 12])
    const [made] = await customers.write!([{ operation: 'create', values: { email: 'zoe@example.test', password: 'unused', firstName: 'Zoë', lastName: 'שלום 👋' }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    await comesBack(system(), async () => {
      expect(await customers.readKeys!([key], never)).toMatchObject([{ key, values: { email: 'zoe@example.test', lastName: 'שלום 👋' } }])
    })
    expect(system().counts().get('POST /oauth/token')).toBe(1)
    await session.close()
  })
})
