import { expect, test } from 'vitest'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { comesBack } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

const definition = {
  http: 1,
  rpc: { path: '/tryton/', version: 'none' },
  auth: {
    kind: 'session', token: '{user}:{answer.result.0}:{answer.result.1}', base64: true, send: { header: 'Authorization', value: 'Session {token}' },
    login: { path: '/tryton/', body: { id: 1, method: 'common.db.login', params: ['{user}', { password: '{password}' }, 'en'] } },
  },
  typed: { tag: '__class__', kinds: { datetime: { is: 'datetime', parts: ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] }, Decimal: { is: 'decimal', value: 'decimal' } } },
  resources: {
    parties: {
      key_type: 'number',
      list: { rpc: 'model.party.party.search_read', params: [[], 0, 100, [['id', 'ASC']], ['name', 'code', 'lang', 'write_date'], {}], records: 'result', paging: { kind: 'offset', parameter: 'params.1', size: 'params.2', in: 'body', at_most: 500, end: 'short' } },
      get: { rpc: 'model.party.party.search_read', params: [[['id', '=', '{key}']], 0, 1, null, ['name', 'code', 'create_date', 'write_date'], {}], record: 'result.0', may_lack_record: true },
      create: { rpc: 'model.party.party.create', params: [['{record}'], {}], key: 'result.0', answers: 'key' },
      update: { rpc: 'model.party.party.write', params: [['{key}'], '{record}', {}], answers: 'nothing' },
    },
    products: { list: { rpc: 'model.product.product.search_read', params: [[], 0, 100, [['id', 'ASC']], ['code', 'list_price', 'quantity'], { locations: ['{parameter.warehouse}'] }], records: 'result' } },
  },
} as const

await describeSystem('tryton', (system) => {
  const open = () => openHttp(system().url, { definition: definition as never, user: system().access['user'], password: system().access['password'], parameters: { warehouse: '4' } })

  test('It begins with a company, parties and products.', async () => {
    const session = await open()
    const parties = await readAll(session.resource(specOf('parties')))
    expect(parties.values.map((party) => party['name'])).toEqual(expect.arrayContaining(['Example Trading', 'Anna Example', 'Bernd Beispiel']))
    const products = await readAll(session.resource(specOf('products')))
    expect(products.values.map((product) => product['code'])).toEqual(['DELIVERY', 'GC-1', 'GT-1', 'PA-1'])
    await session.close()
  })

  test('A party is created, changed and read back, and is still there after the server was away.', async () => {
    const session = await open()
    const parties = session.resource(specOf('parties'))
    const [made] = await parties.write!([{ operation: 'create', values: { name: 'Zoë Żak' }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    expect(await parties.write!([{ operation: 'update', key, values: { name: 'שלום 👋' }, idempotencyKey: 'b' }], writeOptions)).toMatchObject([{ is: 'done' }])
    await comesBack(system(), async () => {
      const [record] = await parties.readKeys!([key], never)
      expect(record).toMatchObject({ key, values: { name: 'שלום 👋' } })
    })
    await session.close()
  })
})
