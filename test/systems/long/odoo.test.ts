import { expect, test } from 'vitest'
import { never, openHttp, readAll, specOf, writeOptions } from '../../support/http-servers.ts'
import { comesBack } from '../harness/comes-back.ts'
import { describeSystem } from '../harness/describe.ts'

const call = (model: string, method: string, args: readonly unknown[], more: object = {}) => ({
  rpc: 'call', params: { service: 'object', method: 'execute_kw', args: ['{parameter.database}', '{parameter.id}', '{parameter.word}', model, method, args, more] },
})
const definition = {
  http: 1,
  rpc: { path: '/jsonrpc', version: '2.0' },
  parameters: { database: { about: 'Its database' }, id: { type: 'number', about: 'Number of the user' }, word: { about: 'Password of the user' } },
  errors: { code: ['error.data.name'], text: ['error.data.message', 'error.message'] },
  resources: {
    partners: {
      key_type: 'number',
      list: { ...call('res.partner', 'search_read', [[]], { fields: ['name', 'email', 'write_date'], order: 'id', offset: 0, limit: 10 }), records: 'result', paging: { kind: 'offset', parameter: 'params.args.6.offset', size: 'params.args.6.limit', in: 'body', at_most: 10, end: 'short' } },
      get: { ...call('res.partner', 'read', [['{key}']], { fields: ['name', 'email', 'write_date'] }), record: 'result.0', may_lack_record: true },
      create: { ...call('res.partner', 'create', ['{record}']), key: 'result', answers: 'key' },
      update: { ...call('res.partner', 'write', [['{key}'], '{record}']), answers: 'nothing' },
    },
  },
} as const

await describeSystem('odoo', (system) => {
  test('Partners are read in pages; one is created, changed and read back, and is still there after the server was away.', async () => {
    const { database, id, password } = system().access
    const session = await openHttp(system().url, { definition: definition as never, parameters: { database: String(database), id: String(id), word: String(password) } })
    const partners = session.resource(specOf('partners'))
    const read = await readAll(partners)
    expect([read.complete, read.keys.length > 20, read.pages.length > 2]).toEqual([true, true, true])
    const [made] = await partners.write!([{ operation: 'create', values: { name: 'Zoë Żak', email: 'zoe@example.test' }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    expect(await partners.write!([{ operation: 'update', key, values: { name: 'שלום 👋' }, idempotencyKey: 'b' }], writeOptions)).toMatchObject([{ is: 'done' }])
    await comesBack(system(), async () => {
      expect(await partners.readKeys!([key], never)).toMatchObject([{ key, values: { name: 'שלום 👋', email: 'zoe@example.test' } }])
    })
    await session.close()
  })
})
