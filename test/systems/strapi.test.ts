/** The catalogue's entry for Strapi on a real one: content types in one language and in two, and an exchange with a database. */
import { expect, test } from 'vitest'
import type { NativeRecord } from '../../src/systems/contract.ts'
import { never, openHttp, readAll, specOf, writeOptions } from '../support/http-servers.ts'
import { describeSystem } from './harness/describe.ts'
import { proveResources } from './harness/resources.ts'
import { staysTheSame } from './harness/two-way.ts'

type Document = Readonly<Record<'documentId' | 'name' | 'sku' | 'slug', string>>

await describeSystem('strapi', (system) => {
  const token = () => String(system().access['token'])
  const open = () => openHttp(system().url, { manifest: 'strapi', token: token(), parameters: { locales: 'en,pl', localized: 'name,description' } })
  const ask = async (path: string, data?: object, method = data ? 'POST' : 'GET'): Promise<{ readonly data: Document & readonly Document[] }> => {
    const answer = await fetch(`${system().url}/api${path}`, { method, headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' }, ...(data ? { body: JSON.stringify({ data }) } : {}) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (answer.status === 204 ? { data: [] } : await answer.json()) as never
  }
  const item = (operation: 'create' | 'update' | 'delete', values: NativeRecord, key?: string) => ({ operation, values, idempotencyKey: 'k', ...(key === undefined ? {} : { key }) })

  test('Who does not know the token is not let in.', async () => {
    const session = await openHttp(system().url, { manifest: 'strapi', token: 'wrong' })
    await expect(session.resource(specOf('products')).read({ signal: never, pageSize: 10 })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ class: 'auth' })
    await session.close()
  })

  test('Every variant is read over several pages, with its prices and the product that it belongs to; every product in two languages.', async () => {
    const session = await open()
    const variants = await readAll(session.resource(specOf('variants')))
    expect([variants.complete, variants.keys.length, new Set(variants.keys).size]).toEqual([true, 150, 150])
    expect(variants.values.every((values) => (values['prices'] as { currency: string }[]).length === 2 && (values['product'] as NativeRecord)['documentId'] !== undefined)).toBe(true)
    const products = await readAll(session.resource(specOf('localized-products')))
    expect([products.complete, new Set(products.keys).size]).toEqual([true, 60])
    expect(products.values[0]).toMatchObject({ locales: { en: { name: expect.stringContaining('“') as string }, pl: { name: expect.stringContaining('„') as string } } })
    expect((await readAll(session.resource(specOf('locales')))).keys.toSorted()).toEqual(['en', 'pl'])
    await session.close()
  })

  test('A product is made in two languages; a change goes to the language that it belongs to, and leaves the other alone.', async () => {
    const session = await open()
    const products = session.resource(specOf('localized-products', { identifiers: [['slug']] }))
    const whole = await readAll(products)
    const [made] = await products.write!([item('create', { slug: 'new-cup', brand: 'B', locales: { en: { name: 'Cup' }, pl: { name: 'Kubek' } } })], writeOptions)
    const { key } = made as { key: string }
    system().forget()
    expect(await products.write!([item('update', { locales: { pl: { name: 'Kubek „ß” 😀' } } }, key)], writeOptions)).toMatchObject([{ is: 'done' }])
    expect(system().requests().filter((one) => one.method === 'PUT').map((one) => new URL(one.path, 'http://x').searchParams.get('locale'))).toEqual(['pl'])
    expect((await products.readKeys!([key, 'nobody'], never)).map((record) => [record.key, record.values['brand'], record.values['locales']])).toEqual([[key, 'B', { en: { name: 'Cup', description: null }, pl: { name: 'Kubek „ß” 😀', description: null } }]])
    expect((await readAll(products, { since: whole.position! })).keys).toContain(key)
    expect((await products.find!(['slug'], [['new-cup'], ['nobody']], never)).map((record) => record.key)).toEqual([key])
    expect(await products.write!([item('delete', {}, key)], writeOptions)).toMatchObject([{ is: 'done' }])
    expect(await products.readKeys!([key], never)).toEqual([])
    await session.close()
  })

  test('A variant is refused with its field, said to exist, moved to another product, and given prices as a whole.', async () => {
    const session = await open()
    const variants = session.resource(specOf('variants', { identifiers: [['sku']] }))
    const { data: [first, second] } = await ask('/products?pagination[limit]=2')
    const [made] = await variants.write!([item('create', { sku: 'NEW-1', stock: 5, product: { documentId: first!.documentId }, prices: [{ currency: 'EUR', amount: 4.99 }] })], writeOptions)
    const { key } = made as { key: string }
    expect(await variants.write!([item('create', { sku: 'NEW-1' })], writeOptions)).toMatchObject([{ is: 'exists' }])
    expect(await variants.write!([item('update', { stock: 'many' }, key)], writeOptions)).toMatchObject([{ is: 'refused', field: 'stock' }])
    const [done] = await variants.write!([item('update', { product: { documentId: second!.documentId }, prices: [{ currency: 'PLN', amount: 20 }], stock: null }, key)], writeOptions)
    expect(done).toMatchObject({ is: 'done', record: { values: { sku: 'NEW-1', stock: null, product: { documentId: second!.documentId }, prices: [{ currency: 'PLN', amount: 20 }] } } })
    expect(await variants.write!([item('update', { stock: 1 }, 'nobody')], writeOptions)).toEqual([{ is: 'missing' }])
    await session.close()
  })

  proveResources({
    system: 'strapi', at: system, open,
    reads: { products: ['slug', 'name'], variants: ['sku'], categories: ['slug'], articles: ['slug'], 'localized-products': ['slug'], locales: [] },
    writes: {
      products: { make: { slug: 'a-bench', name: 'Bench', brand: 'B' }, change: { name: 'Ławka 😀' } },
      'localized-categories': { make: { slug: 'chairs', locales: { en: { name: 'Chairs' }, pl: { name: 'Krzesła' } } }, made: { slug: 'chairs' }, change: { slug: 'seats' } },
    },
  })

  test('Variants and rows of a table stay the same, both ways; whoever changes nothing causes no write.', async () => {
    const all = async (): Promise<readonly Document[]> => {
      const pages = await Promise.all([0, 100].map((start) => ask(`/variants?pagination[start]=${start}&pagination[limit]=100&sort=sku:asc`)))
      return pages.flatMap((page) => page.data)
    }
    const idOf = async (sku: string): Promise<string> => (await all()).find((one) => one.sku === sku)!.documentId
    await staysTheSame({
      system: system(), connector: 'strapi', settings: {}, secrets: { token: token() },
      // A deletion is answered in the same way whether there was anything or not.
      resource: 'variants', deviates: ['missing_record'],
      entity: 'variant', fields: { sku: 'text', name: 'text', stock: 'integer' }, identifier: 'sku', text: 'name',
      record: (n) => ({ sku: `ROW-${n}-X`, name: `Wariant & ${n}`, stock: n }),
      user: {
        all,
        create: async (record) => { await ask('/variants', record) },
        edit: async (sku, name) => { await ask(`/variants/${await idOf(sku)}`, { name }, 'PUT') },
        remove: async (sku) => { await ask(`/variants/${await idOf(sku)}`, undefined, 'DELETE') },
      },
      writes: (request) => request.method !== 'GET',
    })
  }, 300_000)
}, { bodies: true })
