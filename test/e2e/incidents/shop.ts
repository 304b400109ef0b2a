/** A shop behind a real HTTP interface: lists in pages, versions, look-ups, batches. An incident says what goes wrong in it. */
import { json, type Received, type Running, startServer } from '../../support/http-servers.ts'

export type Item = Record<string, unknown> & { id: number }

/** Answers a request itself, or lets it pass. */
type Trouble = (request: Received, shop: Shop) => boolean | Promise<boolean>

export class Shop {
  readonly items = new Map<number, Item>()
  /** Every change that somebody asked for over HTTP, in order. */
  readonly writes: { readonly method: string; readonly id: number; readonly body: Readonly<Record<string, unknown>> }[] = []
  trouble: Trouble | undefined
  /** Called after each change, also of a user. */
  onChange: ((item: Item, byHub: boolean) => void) | undefined
  #server: (Running & { readonly seen: string[] }) | undefined
  #next = 1

  static async open(items: readonly Readonly<Record<string, unknown>>[] = []): Promise<Shop> {
    const shop = new Shop()
    for (const item of items) shop.add(item)
    shop.#server = await startServer((request) => shop.#answer(request))
    return shop
  }
  get url(): string {
    return this.#server!.url
  }
  get seen(): readonly string[] {
    return this.#server!.seen
  }
  close(): Promise<void> {
    return this.#server!.close()
  }

  /** What a user of the shop does. */
  add(values: Readonly<Record<string, unknown>>, byHub = false): Item {
    const id = typeof values['id'] === 'number' ? values['id'] : this.#next
    this.#next = Math.max(this.#next, id + 1)
    return this.#put({ ...values, id, version: 1 }, byHub)
  }
  edit(id: number, values: Readonly<Record<string, unknown>>, byHub = false): Item {
    const before = this.items.get(id)!
    return this.#put({ ...before, ...values, id, version: Number(before['version']) + 1 }, byHub)
  }
  #put(item: Item, byHub: boolean): Item {
    this.items.set(item.id, item)
    this.onChange?.(item, byHub)
    return item
  }
  all(): Item[] {
    return [...this.items.values()].toSorted((a, b) => a.id - b.id)
  }

  async #answer(request: Received): Promise<void> {
    const { method, path, query, response } = request
    if (await this.trouble?.(request, this)) return
    const id = Number(/^\/items\/(\d+)$/.exec(path)?.[1])
    const body = request.body === '' ? {} : (JSON.parse(request.body) as Record<string, unknown>)
    if (path === '/items/batch') return json(response, 200, { results: (body['items'] as Record<string, unknown>[]).map((values) => this.create(values)) })
    if (path === '/items' && method === 'POST') return json(response, 201, this.create(body)['item'])
    if (path === '/items') {
      const wanted = query.getAll('code')
      const ids = query.getAll('id').map(Number)
      const found = this.all().filter((item) => (wanted.length === 0 || wanted.includes(String(item['code']))) && (ids.length === 0 || ids.includes(item.id)))
      const from = Number(query.get('offset') ?? 0)
      return json(response, 200, { items: found.slice(from, from + Number(query.get('limit') ?? 1000)), total: found.length })
    }
    const item = this.items.get(id)
    if (!item) return json(response, 404, { message: 'no such item' })
    if (method === 'GET') return json(response, 200, item)
    const match = request.headers['if-match']
    if (match !== undefined && match !== String(item['version'])) return json(response, 412, { message: 'somebody changed it' })
    this.writes.push({ method, id, body })
    if (method === 'DELETE') {
      this.items.delete(id)
      response.writeHead(204)
      response.end()
      return
    }
    return json(response, 200, this.edit(id, body, true))
  }
  create(values: Readonly<Record<string, unknown>>): { readonly status: number; readonly item: Item } {
    const item = this.add(values, true)
    this.writes.push({ method: 'POST', id: item.id, body: values })
    return { status: 201, item }
  }
}

export interface Told {
  readonly batch?: boolean
  /** No version, no condition: the record is read right before it is changed. */
  readonly bare?: boolean
  readonly answers?: 'whole' | 'key' | 'nothing'
  readonly webhooks?: boolean
  readonly more?: string
}
/** What the interface of the shop can do. */
export const manifest = (told: Told = {}): string => `
http: 1
name: shop
late: 1s
${told.more ?? ''}
resources:
  items:
    key: id
${told.bare ? '' : '    version: { path: version, order: true }'}
    list: { path: /items, records: items, paging: { kind: offset, parameter: offset, size: limit, at_most: 100, total: { path: total } } }
    get: { path: "/items/{key}" }
    get_many: { path: /items, query: { id: "{keys}" }, records: items, at_most: 100 }
    find: { path: /items, query: { "{field}": "{values}" }, records: items, at_most: 50 }
    create: { path: /items${told.answers ? `, answers: ${told.answers}` : ''}${told.batch ? ', batch: { path: /items/batch, at_most: 500, wrap: items, results: results, record: item, key: item.id, status: status, code: code, text: message }' : ''} }
    update: { path: "/items/{key}", method: PATCH${told.answers ? `, answers: ${told.answers}` : ''}${told.bare ? '' : ', condition: { header: If-Match }'} }
    delete: { path: "/items/{key}"${told.bare ? '' : ', condition: { header: If-Match }'} }
${told.webhooks ? `webhooks:
  signature: { kind: hmac-sha256, header: X-Signature, prefix: "sha256=" }
  delivery: { header: X-Delivery }
  events:
    - { resource: { value: items }, kind: changed, key: id, record: item }` : ''}
`
