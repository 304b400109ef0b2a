import { expect, test } from 'vitest'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { comesBack } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

const resource = (path: string, query: Record<string, string>) => ({
  key: 'documentId', changed: 'updatedAt',
  list: { path, query: { sort: 'id', ...query }, records: 'data', paging: { kind: 'page', parameter: 'pagination[page]', size: 'pagination[pageSize]', at_most: 100, total: { path: 'meta.pagination.total' } } },
  get: { path: `${path}/{key}`, query, record: 'data' },
  create: { path, query, wrap: 'data', record: 'data' },
  update: { path: `${path}/{key}`, query, method: 'PUT', wrap: 'data', record: 'data' },
  delete: { path: `${path}/{key}` },
})
const definition = {
  http: 1, auth: { kind: 'bearer' },
  resources: {
    products: resource('/api/products', { 'populate': '*' }),
    polish: resource('/api/products', { locale: 'pl' }),
    variants: resource('/api/variants', { 'populate': '*' }),
  },
}

await describeSystem('strapi', (system) => {
  const open = () => openHttp(system().url, { definition: definition as never, token: system().access['token'] })

  test('It begins with 60 products in two languages, and with variants in two currencies.', async () => {
    const session = await open()
    const products = await readAll(session.resource(specOf('products')))
    const polish = await readAll(session.resource(specOf('polish')))
    const variants = await readAll(session.resource(specOf('variants')))
    expect([products.complete, products.keys.length, polish.keys.length, variants.keys.length]).toEqual([true, 60, 60, 150])
    expect(polish.keys.toSorted()).toEqual(products.keys.toSorted())
    expect((variants.values[0]!['prices'] as { currency: string }[]).map((price) => price.currency)).toEqual(['EUR', 'PLN'])
    const [picture] = products.values[0]!['pictures'] as { url: string }[]
    expect((await fetch(`${system().url}${picture!.url}`)).headers.get('content-type')).toBe('image/png')
    await session.close()
  })

  test('A variant is created, changed and read back, and is still there after the server was away.', async () => {
    const session = await open()
    const variants = session.resource(specOf('variants'))
    const [made] = await variants.write!([{ operation: 'create', values: { sku: 'ZZ-1', stock: 3, prices: [{ currency: 'EUR', amount: 12.5 }] }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    expect(await variants.write!([{ operation: 'update', key, values: { name: 'שלום 👋', stock: 4 }, idempotencyKey: 'b' }], writeOptions)).toMatchObject([{ is: 'done' }])
    await comesBack(system(), async () => {
      expect(await variants.readKeys!([key], never)).toMatchObject([{ key, values: { sku: 'ZZ-1', name: 'שלום 👋', stock: 4 } }])
    })
    await session.close()
  })
})
