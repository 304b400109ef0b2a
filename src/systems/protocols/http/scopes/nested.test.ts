import { afterEach, describe, expect, test } from 'vitest'
import { json, never, openHttp, readAll, type Received, specOf, startJsonServer, startServer, writeOptions } from '../../../../../test/support/http-servers.ts'
import type { SystemSession } from '../../../contract.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function serve(resources: object, answer: (request: Received) => void, manifest: object = {}): Promise<{ session: SystemSession; seen: string[] }> {
  const server = await startServer(answer)
  const session = await openHttp(server.url, { definition: { http: 1, ...manifest, resources } as never })
  open.push(server, session)
  return { session, seen: server.seen }
}

const SINCE = { query: { since: '{since}' }, overlap: '0s' }
const NESTED = {
  orders: { changed: 'at', list: { path: '/orders', since: SINCE }, get: { path: '/orders/{key}' } },
  lines: {
    key: 'no', parent: { resource: 'orders', in: 'order_id', changes: true },
    list: { path: '/orders/{parent}/lines', query: { shop: '{parent.shop}' } }, get: { path: '/orders/{parent}/lines/{key}' },
    create: { path: '/orders/{parent}/lines' }, update: { path: '/orders/{parent}/lines/{key}' }, delete: { path: '/orders/{parent}/lines/{key}' },
  },
}
interface Order { id: number; at: string; shop?: string; lines: { no: number; sku: string }[] }
const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString()
const DATE = { date: new Date(Date.UTC(2027, 0, 1)).toUTCString() }

function ordersServer(orders: Order[]) {
  return ({ method, path, query, body, response }: Received): void => {
    const [, , id, part, no] = path.split('/')
    const since = query.get('since')
    if (id === undefined) return json(response, 200, orders.filter((one) => since === null || one.at >= since).map(({ lines: _lines, ...one }) => one), DATE)
    const order = orders.find((one) => String(one.id) === id)
    if (!order) return json(response, 404, {})
    if (part === undefined) return json(response, 200, { id: order.id, at: order.at })
    if (method === 'GET' && no === undefined) return json(response, 200, order.lines)
    const sent = body === '' ? undefined : (JSON.parse(body) as { no?: number; sku: string })
    const index = order.lines.findIndex((line) => String(line.no) === no)
    if (no !== undefined && index < 0) return json(response, 404, {})
    if (method === 'POST') order.lines.push({ no: order.lines.length + 1, ...sent! })
    if (method === 'PATCH') Object.assign(order.lines[index]!, sent)
    const line = method === 'POST' ? order.lines.at(-1) : order.lines[index]
    if (method === 'DELETE') order.lines.splice(index, 1)
    json(response, 200, line)
  }
}
const line = (no: number, sku = `s${no}`) => ({ no, sku })

describe('children of each parent', () => {
  test('They are read with their parent in record and key; a value of the parent may stand in the call.', async () => {
    const { session, seen } = await serve(NESTED, ordersServer([{ id: 1, at: at(1), shop: 'x', lines: [line(1), line(2)] }, { id: 2, at: at(2), lines: [] }, { id: 3, at: at(3), lines: [line(1)] }]))
    const resource = session.resource(specOf('lines'))
    const read = await readAll(resource)
    expect(read).toMatchObject({ keys: ['1|1', '1|2', '3|1'], complete: true })
    expect(read.values[0]).toEqual({ no: 1, sku: 's1', order_id: '1' })
    expect(seen).toContain('GET /orders/1/lines?shop=x')
    expect(seen).toContain('GET /orders/3/lines')
    expect(resource.traits).toMatchObject({ incremental: true, complete: true, find: false, readByKey: true })
  })

  test('Where a change of a child is a change of its parent, only children of changed parents are read.', async () => {
    const orders: Order[] = Array.from({ length: 20 }, (_, index) => ({ id: index + 1, at: at(index), lines: [line(1)] }))
    const { session, seen } = await serve(NESTED, ordersServer(orders))
    const resource = session.resource(specOf('lines'))
    const first = await readAll(resource)
    orders[4]!.lines.push(line(2))
    orders[4]!.at = at(100)
    seen.length = 0
    const second = await readAll(resource, { since: first.position! })
    expect(second).toMatchObject({ keys: ['5|1', '5|2', '20|1'], complete: false })
    expect(seen.filter((one) => one.includes('/lines'))).toHaveLength(2)
  })

  test('Without that word they are read whole each time.', async () => {
    const { session } = await serve({ ...NESTED, lines: { ...NESTED.lines, parent: { resource: 'orders', in: 'order_id' } } }, ordersServer([{ id: 1, at: at(1), lines: [line(1)] }]))
    const resource = session.resource(specOf('lines'))
    expect(resource.traits.incremental).toBe(false)
    expect(await readAll(resource)).toMatchObject({ keys: ['1|1'], complete: true, position: undefined })
  })

  test('Each write goes below the parent that its key, or its values, name.', async () => {
    const orders: Order[] = [{ id: 1, at: at(1), lines: [line(1)] }, { id: 2, at: at(2), lines: [line(1), line(2)] }]
    const { session } = await serve(NESTED, ordersServer(orders))
    const resource = session.resource(specOf('lines'))
    const results = await resource.write!([
      { operation: 'create', values: { order_id: '1', sku: 'new' }, idempotencyKey: '1' },
      { operation: 'update', key: '2|1', values: { sku: 'other' }, idempotencyKey: '2' },
      { operation: 'delete', key: '2|2', values: {}, idempotencyKey: '3' },
      { operation: 'create', values: { sku: 'lost' }, idempotencyKey: '4' },
      { operation: 'update', key: '9|1', values: { sku: 'x' }, idempotencyKey: '5' },
    ], writeOptions)
    expect(results).toMatchObject([{ is: 'done', key: '1|2' }, { is: 'done', key: '2|1', record: { key: '2|1' } }, { is: 'done', key: '2|2' }, { is: 'refused', field: 'order_id' }, { is: 'missing' }])
    expect(orders.map((one) => one.lines)).toEqual([[line(1), { no: 2, sku: 'new' }], [{ no: 1, sku: 'other' }]])
    expect((await resource.readKeys!(['2|1', '1|9', '1|1'], never)).map((one) => one.key)).toEqual(['2|1', '1|1'])
  })

  test('A parent that goes while it is read has no children; a list that is wrong for a parent which is there is a mistake.', async () => {
    const orders: Order[] = [{ id: 1, at: at(1), lines: [line(1)] }, { id: 2, at: at(2), lines: [line(1)] }]
    const whole = ordersServer(orders)
    const { session } = await serve(NESTED, (request) => {
      if (request.path === '/orders/2/lines') orders.splice(1)
      whole(request)
    })
    expect(await readAll(session.resource(specOf('lines')))).toMatchObject({ keys: ['1|1'], complete: true })
    const { session: wrong } = await serve({ ...NESTED, lines: { ...NESTED.lines, list: { path: '/orders/{parent}/lnes' } } }, (request) => (request.path.endsWith('lnes') ? json(request.response, 404, {}) : whole(request)))
    await expect(readAll(wrong.resource(specOf('lines')))).rejects.toMatchObject({ code: 'http.not_there' })
  })

  test('It is not complete when one parent could not be read to its end, and a parent whose key fits no address holds up no other.', async () => {
    const paged = { ...NESTED, lines: { ...NESTED.lines, list: { path: '/orders/{parent}/lines', records: 'rows', paging: { kind: 'page', parameter: 'p', total: { path: 'total' } } } } }
    const { session } = await serve(paged, ({ path, query, response }) => {
      if (path === '/orders') return json(response, 200, [{ id: '..' }, { id: 'a' }, { id: 'b' }])
      json(response, 200, { total: path.includes('/b/') ? 2 : 1, rows: query.get('p') === '1' ? [line(1)] : [] })
    })
    const read = await readAll(session.resource(specOf('lines')))
    expect(read).toMatchObject({ keys: ['a|1', 'b|1'], complete: false })
    expect(read.pages.flatMap((page) => page.broken ?? [])).toMatchObject([{ place: '..' }])
  })

  test('No more lists are asked for at the same time than the manifest allows.', async () => {
    let now = 0
    let most = 0
    const { session } = await serve(NESTED, async (request) => {
      most = Math.max(most, ++now)
      await new Promise((done) => setTimeout(done, 5))
      now -= 1
      if (request.path === '/orders') return json(request.response, 200, Array.from({ length: 12 }, (_, id) => ({ id: id + 1 })))
      json(request.response, 200, [line(1)])
    }, { parallel: 3 })
    expect((await readAll(session.resource(specOf('lines')))).keys).toHaveLength(12)
    expect(most).toBe(3)
  })
})

describe('parts of a record over an interface', () => {
  const PARTS = {
    parallel: 2,
    resources: {
      orders: { key_type: 'number', list: { path: '/orders' }, get: { path: '/orders/{key}' }, create: { path: '/orders' }, update: { path: '/orders/{key}' } },
      lines: {
        list: { path: '/lines', by: { path: 'orderId', query: { orderId: '{values}' }, at_most: 10 } },
        create: { path: '/lines' }, update: { path: '/lines/{key}' }, delete: { path: '/lines/{key}' },
      },
    },
  }
  const spec = specOf('orders', { parts: new Map([['lines', { resource: 'lines', parent: 'orderId' }]]) })
  async function shop(orders: number) {
    const server = await startJsonServer({
      orders: Array.from({ length: orders }, (_, index) => ({ id: index + 1, name: `o${index + 1}` })),
      lines: Array.from({ length: orders * 2 }, (_, index) => ({ id: index + 1, orderId: Math.floor(index / 2) + 1, sku: `s${index + 1}`, qty: 1 })),
    })
    const session = await openHttp(server.url, { definition: { http: 1, ...PARTS } as never })
    open.push(server, session)
    return { server, resource: session.resource(spec) }
  }

  test('Children of many parents are read in few calls and stand in their records, in the order of their keys.', async () => {
    const { server, resource } = await shop(30)
    const read = await readAll(resource)
    expect(read).toMatchObject({ complete: true })
    expect(read.values[29]).toEqual({ id: 30, name: 'o30', lines: [{ id: 59, sku: 's59', qty: 1 }, { id: 60, sku: 's60', qty: 1 }] })
    expect(server.seen.filter((one) => one.startsWith('GET /lines'))).toHaveLength(3)
    expect((await resource.readKeys!(['2'], never))[0]!.values['lines']).toHaveLength(2)
  })

  test('A changed list changes only the children that differ; the parent is not called when nothing of it changed.', async () => {
    const { server, resource } = await shop(2)
    server.seen.length = 0
    const [result] = await resource.write!([{ operation: 'update', key: '1', values: { lines: [{ id: 1, sku: 's1', qty: 5 }, { sku: 'new', qty: 1 }] }, idempotencyKey: 'k' }], writeOptions)
    expect(result).toEqual({ is: 'done', key: '1' })
    expect(server.data['lines']!.filter((one) => one['orderId'] === 1)).toEqual([{ id: 1, orderId: 1, sku: 's1', qty: 5 }, { id: 2, orderId: 1, sku: 'new', qty: 1 }])
    expect(server.seen.filter((one) => !one.startsWith('GET')).toSorted()).toEqual(['PATCH /lines/1', 'PATCH /lines/2'])
    server.seen.length = 0
    await resource.write!([{ operation: 'update', key: '1', values: { name: 'x', lines: [{ sku: 'new', qty: 1 }] }, idempotencyKey: 'k' }], writeOptions)
    expect(server.seen.filter((one) => !one.startsWith('GET'))).toEqual(['PATCH /orders/1', 'DELETE /lines/1'])
  })

  test('A new record gets its children after it, under the key that it was given.', async () => {
    const { server, resource } = await shop(1)
    const [result] = await resource.write!([{ operation: 'create', values: { name: 'new', lines: [{ sku: 'a', qty: 1 }, { sku: 'b', qty: 2 }] }, idempotencyKey: 'k' }], writeOptions)
    expect(result).toEqual({ is: 'done', key: '2' })
    expect(server.data['orders']!.at(-1)).toEqual({ id: 2, name: 'new' })
    expect(server.data['lines']!.slice(2)).toEqual([{ id: 3, orderId: 2, sku: 'a', qty: 1 }, { id: 4, orderId: 2, sku: 'b', qty: 2 }])
  })

  const LISTS = { orders: [{ id: 1 }, { id: 2 }], lines: [{ id: 1, orderId: 1 }, { id: 2, orderId: 2 }] }
  test('A child that is refused is the affair of its parent alone, with the field; after a create it is unsure.', async () => {
    const { session } = await serve(PARTS.resources, ({ method, path, body, response }) => {
      if (method === 'GET') return json(response, 200, path === '/orders' ? LISTS.orders : LISTS.lines)
      if (path.startsWith('/orders')) return json(response, 200, { id: 9 })
      json(response, body.includes('poison') ? 422 : 200, body.includes('poison') ? { message: 'no', field: 'sku' } : { id: 7 })
    })
    const resource = session.resource(spec)
    const results = await resource.write!([
      { operation: 'update', key: '1', values: { lines: [{ id: 1, sku: 'poison' }] }, idempotencyKey: 'a' },
      { operation: 'update', key: '2', values: { lines: [{ id: 2, sku: 'fine' }] }, idempotencyKey: 'b' },
      { operation: 'create', values: { lines: [{ sku: 'poison' }] }, idempotencyKey: 'c' },
      { operation: 'update', key: '2', values: { lines: 'none' }, idempotencyKey: 'd' },
    ], writeOptions)
    expect(results).toMatchObject([{ is: 'refused', field: 'lines.sku' }, { is: 'done', key: '2' }, { is: 'unsure', says: expect.stringContaining('created as 9') }, { is: 'refused', field: 'lines' }])
  })

  test('Half a list of children is never taken for the whole, and a child that is no record sets aside its own parent only.', async () => {
    const halved = { ...PARTS.resources, lines: { ...PARTS.resources.lines, list: { ...PARTS.resources.lines.list, records: 'rows', paging: { kind: 'page', parameter: 'p', total: { path: 'total' } } } } }
    const { session } = await serve(halved, ({ path, query, response }) => (path === '/orders' ? json(response, 200, LISTS.orders) : json(response, 200, { total: 3, rows: query.get('p') === '1' ? LISTS.lines : [] })))
    await expect(readAll(session.resource(spec))).rejects.toMatchObject({ code: 'http.answer', message: expect.stringContaining('part lines') })
    const { session: odd } = await serve(PARTS.resources, ({ path, query, response }) => (path === '/orders' ? json(response, 200, LISTS.orders) : json(response, 200, query.getAll('orderId').flatMap((id): unknown[] => (id === '1' ? ['odd'] : [LISTS.lines[1]])))))
    const read = await readAll(odd.resource(spec))
    expect(read.keys).toEqual(['2'])
    expect(read.pages.flatMap((page) => page.broken ?? [])).toMatchObject([{ key: '1', says: expect.stringContaining('part lines') }])
  })

  test('Children that lie below their parent are read there; an interface that can do neither says what the manifest lacks.', async () => {
    const nested = { orders: NESTED.orders, lines: NESTED.lines }
    const { session } = await serve(nested, ordersServer([{ id: 1, at: at(1), lines: [line(2), line(10), line(1)] }]))
    const read = await readAll(session.resource(specOf('orders', { parts: new Map([['lines', { resource: 'lines', parent: 'order_id' }]]) })))
    expect(read.values[0]!['lines']).toEqual([line(1), line(2), line(10)])
    const { session: without } = await serve({ orders: NESTED.orders, lines: { list: { path: '/lines' } } }, () => {})
    expect(() => without.resource(spec)).toThrow(/by: \{ path: orderId/)
  })
})
