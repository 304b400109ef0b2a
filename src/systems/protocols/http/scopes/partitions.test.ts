import { afterEach, describe, expect, test } from 'vitest'
import { json, never, openHttp, readAll, type Received, specOf, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import type { NativeRecord, SettingValues, SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(definition: object, answer: (request: Received) => void, settings: SettingValues = {}): Promise<{ session: SystemSession; seen: string[] }> {
  const server = await startServer(answer)
  const session = await openHttp(server.url, { definition: { http: 1, ...definition } as never, ...settings })
  open.push(server, session)
  return { session, seen: server.seen }
}

interface Text { [field: string]: unknown }

/** Records with an entry for each language, as content systems keep them: the same key in all, a time of change in each. */
function translated(entries: Map<string, Map<string, Text>>) {
  let clock = 100
  const touch = (locale: string, key: string, fields: Text): Text => {
    const of = entries.get(locale)!
    const next = { ...of.get(key), ...fields, documentId: key, locale, updatedAt: new Date(Date.UTC(2026, 0, 1) + (clock += 10) * 1_000).toISOString() }
    of.set(key, next)
    return next
  }
  const answer = ({ method, path, query, body, response }: Received): void => {
    const locale = query.get('locale') ?? 'en'
    const of = entries.get(locale)
    if (!of) return json(response, 400, { error: { message: 'Unknown locale' } })
    const key = path.split('/')[2]
    if (method === 'GET' && key === undefined) {
      const wanted = query.getAll('id')
      const since = query.get('since')
      const rows = [...of.values()].filter((row) => (wanted.length === 0 || wanted.includes(String(row['documentId']))) && (since === null || String(row['updatedAt']) >= since)).toSorted((a, b) => (String(a['updatedAt']) < String(b['updatedAt']) ? -1 : 1))
      const page = Number(query.get('page') ?? 1)
      const size = Number(query.get('size') ?? 100)
      return json(response, 200, { data: rows.slice((page - 1) * size, page * size), meta: { total: rows.length } }, { date: new Date(Date.UTC(2027, 0, 1)).toUTCString() })
    }
    const data = body === '' ? {} : (JSON.parse(body) as { data: Text }).data
    if (method === 'POST') return json(response, 201, { data: touch(locale, `d${entries.get('en')!.size + 1}`, data) })
    if (method === 'DELETE') return of.delete(key!) ? json(response, 204, '') : json(response, 404, { error: { message: 'Not Found' } })
    if (data['name'] === 'poison') return json(response, 400, { error: { message: 'not this name', field: 'name' } })
    // Shared values are the same in every language, whichever it is sent with.
    if (data['price'] !== undefined) for (const other of entries.values()) if (other.has(key!)) other.set(key!, { ...other.get(key!)!, price: data['price'] })
    return json(response, 200, { data: touch(locale, key!, data) })
  }
  return { answer, touch }
}

const PRODUCTS = {
  key: 'documentId', changed: 'updatedAt',
  partition: { values: { parameter: 'locales' }, in: 'locale', merge: 'translations', fields: ['name', 'slug'] },
  list: { path: '/products', query: { locale: '{partition}' }, records: 'data', paging: { kind: 'page', parameter: 'page', size: 'size', total: { path: 'meta.total' } }, since: { query: { since: '{since}' }, overlap: '0s' } },
  get_many: { path: '/products', query: { locale: '{partition}', id: '{keys}' }, records: 'data', at_most: 50 },
  find: { path: '/products', query: { locale: '{partition}', '{field}': '{value}' }, records: 'data' },
  create: { path: '/products', query: { locale: '{partition}' }, wrap: 'data', record: 'data' },
  update: { path: '/products/{key}', method: 'PUT', query: { locale: '{partition}' }, wrap: 'data', record: 'data' },
  delete: { path: '/products/{key}', query: { locale: '{partition}' } },
}
const LOCALES = { parameters: { locales: 'en, pl' } }

async function products(count: number) {
  const entries = new Map([['en', new Map<string, Text>()], ['pl', new Map<string, Text>()]])
  const system = translated(entries)
  for (let n = 1; n <= count; n += 1) {
    system.touch('en', `d${n}`, { name: `Cup ${n}`, price: n })
    if (n % 2 === 1) system.touch('pl', `d${n}`, { name: `Kubek ${n}`, price: n })
  }
  const { session, seen } = await serve({ resources: { products: PRODUCTS } }, system.answer, LOCALES)
  return { entries, system, seen, session, resource: session.resource(specOf('products')) }
}

describe('partitions of one record, merged', () => {
  test('A record has the values of each language under its name, what is not there is said to be empty, and shared values stand once.', async () => {
    const { resource } = await products(2)
    const read = await readAll(resource)
    expect(read).toMatchObject({ keys: ['d1', 'd2'], complete: true })
    expect(read.values[0]).toEqual({ documentId: 'd1', price: 1, updatedAt: expect.any(String), translations: { en: { name: 'Cup 1' }, pl: { name: 'Kubek 1' } } })
    expect(read.values[1]!['translations']).toEqual({ en: { name: 'Cup 2' }, pl: { name: null, slug: null } })
  })

  test('A whole read asks for the other languages once a page, and a record that is in the second only is found.', async () => {
    const { resource, seen, system } = await products(120)
    system.touch('pl', 'only', { name: 'Tylko', price: 7 })
    seen.length = 0
    const read = await readAll(resource, { pageSize: 50 })
    expect(new Set(read.keys).size).toBe(121)
    expect(read.values.find((one) => one['documentId'] === 'only')).toMatchObject({ price: 7, translations: { en: { name: null }, pl: { name: 'Tylko' } } })
    // 3 pages in English, 2 in Polish, what belongs to each page in one call, and the one record that only Polish has.
    expect(seen.length).toBeLessThanOrEqual(3 + 2 + 3 + 1)
  })

  test('Each language has its own position: a change in one alone is read, whole, and nothing else is.', async () => {
    const { resource, system } = await products(6)
    const first = await readAll(resource)
    expect(JSON.parse(first.position!)).toEqual([['en', expect.stringMatching(/^t:/)], ['pl', expect.stringMatching(/^t:/)]])
    system.touch('pl', 'd3', { name: 'Filiżanka' })
    const second = await readAll(resource, { since: first.position! })
    expect(second.values.find((one) => one['documentId'] === 'd3')).toMatchObject({ price: 3, translations: { en: { name: 'Cup 3' }, pl: { name: 'Filiżanka' } } })
    expect(second.keys.length).toBeLessThanOrEqual(3)
    expect(second.complete).toBe(false)
  })

  test('A change while the other language is still to be read is not lost.', async () => {
    const entries = new Map([['en', new Map<string, Text>()], ['pl', new Map<string, Text>()]])
    const system = translated(entries)
    system.touch('en', 'd1', { name: 'Cup' })
    system.touch('pl', 'd1', { name: 'Kubek' })
    let edited = false
    const { session } = await serve({ resources: { products: PRODUCTS } }, (request) => {
      // Right after Polish was read beside the English page, and before its own list is.
      if (request.query.get('locale') === 'pl' && request.query.getAll('id').length === 0 && !edited) {
        edited = true
        system.touch('pl', 'd1', { name: 'Filiżanka' })
      }
      system.answer(request)
    }, LOCALES)
    const resource = session.resource(specOf('products'))
    const first = await readAll(resource)
    expect(first.values.at(-1)).toMatchObject({ translations: { pl: { name: 'Filiżanka' } } })
  })

  test('A changed value goes to its language only, a shared one to the first; the record is made in the first and then said in the others.', async () => {
    const { resource, seen, entries } = await products(2)
    const write = async (item: { operation: 'create' | 'update' | 'delete'; key?: string; values: NativeRecord }) => {
      seen.length = 0
      const [result] = await resource.write!([{ idempotencyKey: 'k', ...item }], writeOptions)
      return { result, calls: seen.filter((line) => !line.startsWith('GET')) }
    }
    expect(await write({ operation: 'update', key: 'd1', values: { translations: { pl: { name: 'Kubeczek' } } } })).toEqual({ result: { is: 'done', key: 'd1' }, calls: ['PUT /products/d1?locale=pl'] })
    expect(await write({ operation: 'update', key: 'd1', values: { price: 9 } })).toEqual({ result: { is: 'done', key: 'd1' }, calls: ['PUT /products/d1?locale=en'] })
    expect(entries.get('pl')!.get('d1')).toMatchObject({ name: 'Kubeczek', price: 9 })
    expect(await write({ operation: 'create', values: { price: 3, translations: { en: { name: 'Mug' }, pl: { name: 'Kufel' } } } })).toEqual({ result: { is: 'done', key: 'd3' }, calls: ['POST /products?locale=en', 'PUT /products/d3?locale=pl'] })
    expect(entries.get('en')!.get('d3')).not.toHaveProperty('translations')
    expect((await write({ operation: 'create', values: { price: 3, translations: { en: { name: 'Jug' }, pl: { name: null } } } })).calls).toEqual(['POST /products?locale=en'])
    expect(await write({ operation: 'delete', key: 'd2', values: {} })).toEqual({ result: { is: 'done', key: 'd2' }, calls: ['DELETE /products/d2?locale=pl', 'DELETE /products/d2?locale=en'] })
  })

  test('What goes wrong in the second language says so: a change is refused at its field, a new record is unsure.', async () => {
    const { resource } = await products(2)
    const write = async (operation: 'create' | 'update', values: NativeRecord) => (await resource.write!([{ operation, values, idempotencyKey: 'k', ...(operation === 'update' ? { key: 'd1' } : {}) }], writeOptions))[0]
    expect(await write('update', { price: 1, translations: { pl: { name: 'poison' } } })).toMatchObject({ is: 'refused', field: 'translations.pl.name' })
    expect(await write('create', { translations: { en: { name: 'x' }, pl: { name: 'poison' } } })).toMatchObject({ is: 'unsure', says: expect.stringContaining('d3') })
    expect(await write('update', { translations: { de: { name: 'Tasse' } } })).toMatchObject({ is: 'refused', code: 'partition', says: expect.stringContaining('en, pl') })
  })

  test('Records are found and read by key with all their languages.', async () => {
    const { resource } = await products(3)
    expect((await resource.readKeys!(['d3', 'nope', 'd2'], never)).map((one) => [one.key, one.values['translations']])).toEqual([['d3', { en: { name: 'Cup 3' }, pl: { name: 'Kubek 3' } }], ['d2', { en: { name: 'Cup 2' }, pl: { name: null, slug: null } }]])
    expect((await resource.find!(['name'], [['Kubek 1']], never)).map((one) => one.key)).toEqual(['d1'])
    expect((await resource.find!(['translations.pl.name'], [['Kubek 1']], never)).map((one) => one.key)).toEqual(['d1'])
    expect(await resource.find!(['translations.en.name'], [['Kubek 1']], never)).toEqual([])
  })

  test('A system that ignores the language it is asked for is noticed.', async () => {
    const { session } = await serve({ resources: { products: PRODUCTS } }, ({ response }) => json(response, 200, { data: [{ documentId: 'd1', locale: 'en', name: 'Cup', updatedAt: '2026-01-01T00:00:00Z' }], meta: { total: 1 } }), LOCALES)
    await expect(readAll(session.resource(specOf('products')))).rejects.toMatchObject({ code: 'http.answer', message: expect.stringContaining('ignores') })
  })
})

const STOCK = {
  resources: {
    warehouses: { key: 'code', list: { path: '/warehouses' } },
    stock: {
      key: 'sku', partition: { values: { resource: 'warehouses' }, in: 'warehouse', in_key: true },
      list: { path: '/warehouses/{partition}/stock' }, get: { path: '/warehouses/{partition}/stock/{key}' },
      create: { path: '/warehouses/{partition}/stock' }, update: { path: '/warehouses/{partition}/stock/{key}' }, delete: { path: '/warehouses/{partition}/stock/{key}' },
    },
  },
}
const stockServer = (held: Record<string, Record<string, number>>) => ({ method, path, body, response }: Received): void => {
  const [, , house, , sku] = path.split('/').map(decodeURIComponent)
  if (house === undefined) return json(response, 200, Object.keys(held).map((code) => ({ code })))
  if (!Object.hasOwn(held, house)) return json(response, 404, {})
  const of = held[house]!
  if (method === 'GET' && sku === undefined) return json(response, 200, Object.entries(of).map(([name, qty]) => ({ sku: name, qty })))
  const sent = body === '' ? {} : (JSON.parse(body) as { sku?: string; qty?: number })
  const name = sku ?? sent.sku!
  if (sku !== undefined && !Object.hasOwn(of, sku)) return json(response, 404, {})
  if (Object.hasOwn(sent, 'warehouse')) return json(response, 422, { message: 'no such field' })
  if (method === 'DELETE') delete of[name]
  else if (method !== 'GET') of[name] = sent.qty!
  json(response, 200, { sku: name, qty: of[name] })
}

describe('partitions as records of their own', () => {
  test('The value is part of record and key, and each write goes to the partition of its key.', async () => {
    const held = { north: { a: 1, 'b|c': 2 }, 'south/1': { a: 3 } } as Record<string, Record<string, number>>
    const { session } = await serve(STOCK, stockServer(held))
    const resource = session.resource(specOf('stock'))
    const read = await readAll(resource)
    expect(read).toMatchObject({ keys: ['north|a', 'north|b%7Cc', 'south/1|a'], complete: true })
    expect(read.values[2]).toEqual({ sku: 'a', qty: 3, warehouse: 'south/1' })
    expect((await resource.readKeys!(['north|b%7Cc', 'south/1|a', 'east|a'], never)).map((one) => one.values['qty'])).toEqual([2, 3])
    const results = await resource.write!([
      { operation: 'update', key: 'south/1|a', values: { qty: 4 }, idempotencyKey: '1' },
      { operation: 'create', values: { warehouse: 'north', sku: 'd', qty: 5 }, idempotencyKey: '2' },
      { operation: 'delete', key: 'north|a', values: {}, idempotencyKey: '3' },
      { operation: 'create', values: { sku: 'e', qty: 5 }, idempotencyKey: '4' },
    ], writeOptions)
    expect(results).toMatchObject([{ is: 'done', key: 'south/1|a', record: { key: 'south/1|a' } }, { is: 'done', key: 'north|d' }, { is: 'done', key: 'north|a' }, { is: 'refused', code: 'partition', field: 'warehouse' }])
    expect(held).toEqual({ north: { 'b|c': 2, d: 5 }, 'south/1': { a: 4 } })
  })

  test('It is not complete if one of its lists was not, nor if there is nothing to read a list for.', async () => {
    const { session } = await serve({ resources: { stock: { ...STOCK.resources.stock, partition: { ...STOCK.resources.stock.partition, values: ['north', 'south'] }, list: { path: '/stock', query: { in: '{partition}' }, records: 'rows', paging: { kind: 'page', parameter: 'p', total: { path: 'total' } } } } } }, ({ query, response }) =>
      json(response, 200, { total: query.get('in') === 'north' ? 2 : 1, rows: query.get('p') === '1' ? [{ sku: 'a' }] : [] }))
    const read = await readAll(session.resource(specOf('stock')))
    expect(read).toMatchObject({ keys: ['north|a', 'south|a'], complete: false })
    const { session: empty } = await serve(STOCK, ({ response }) => json(response, 200, '[]'))
    expect(await readAll(empty.resource(specOf('stock')))).toMatchObject({ keys: [], complete: false })
  })

  test('A position of another manifest, or one that somebody made up, is refused.', async () => {
    const { session } = await serve(STOCK, ({ response }) => json(response, 200, '[]'))
    for (const since of ['t:1', '{}', '[1]', '[["a"]]', '[["__proto__",1]]', 'x'.repeat(5_000)]) await expect(readAll(session.resource(specOf('stock')), { since })).rejects.toMatchObject({ code: 'http.position' })
  })
})
