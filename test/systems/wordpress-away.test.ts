import { expect, test } from 'vitest'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { comesBack } from './harness/comes-back.ts'
import { describeSystem } from './harness/describe.ts'

const resource = (name: string) => ({
  changed: 'modified_gmt', changed_format: 'iso',
  list: { path: `/wp-json/wp/v2/${name}`, query: { context: 'edit', orderby: 'id', order: 'asc' }, paging: { kind: 'page', parameter: 'page', size: 'per_page', at_most: 20, total: { header: 'X-WP-Total' } } },
  get: { path: `/wp-json/wp/v2/${name}/{key}`, query: { context: 'edit' } },
  create: { path: `/wp-json/wp/v2/${name}` },
  update: { path: `/wp-json/wp/v2/${name}/{key}`, method: 'POST' },
  delete: { path: `/wp-json/wp/v2/${name}/{key}`, query: { force: 'true' } },
})
const definition = { http: 1, auth: { kind: 'basic' }, resources: { posts: resource('posts'), products: resource('products') } }

await describeSystem('wordpress', (system) => {
  const open = () => openHttp(system().url, { definition: definition as never, user: system().access['user'], password: system().access['password'] })

  test('It begins with articles, which are read in pages.', async () => {
    const session = await open()
    const posts = await readAll(session.resource(specOf('posts')))
    expect([posts.complete, posts.keys.length, posts.pages.length > 1]).toEqual([true, 24, true])
    await session.close()
  })

  test('A product with a price is created, changed and read back, and is still there after the server was away.', async () => {
    const session = await open()
    const products = session.resource(specOf('products'))
    const [made] = await products.write!([{ operation: 'create', values: { title: 'Chair', status: 'publish', meta: { sku: 'ZZ-1', price_eur: '12.50', stock: 3 } }, idempotencyKey: 'a' }], writeOptions)
    expect(made).toMatchObject({ is: 'done' })
    const { key } = made as { key: string }
    expect(await products.write!([{ operation: 'update', key, values: { title: 'שלום 👋', meta: { stock: 4 } }, idempotencyKey: 'b' }], writeOptions)).toMatchObject([{ is: 'done' }])
    await comesBack(system(), async () => {
      expect(await products.readKeys!([key], never)).toMatchObject([{ key, values: { title: { raw: 'שלום 👋' } } }])
    })
    const [record] = await products.readKeys!([key], never)
    expect(record!.values['meta']).toMatchObject({ sku: 'ZZ-1', price_eur: '12.50' })
    expect(String((record!.values['meta'] as Record<string, unknown>)['stock'])).toBe('4')
    await session.close()
  })
})
