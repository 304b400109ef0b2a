/** Benches on HTTP: json-server as it is, and a small server with times, versions, idempotency keys, webhooks and a secret. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../../src/base/clock.ts'
import { parseJson, unpackNative, packNative, writeJson } from '../../../src/base/json.ts'
import type { Bench, Faults } from '../../../src/rehearse/conformance/bench.ts'
import { type Native, type NativeRecord, numeral, Numeral, type SettingValues } from '../../../src/systems/contract.ts'
import { httpConnector } from '../../../src/systems/protocols/http/index.ts'

type Row = Record<string, Native>
interface Fault { kind?: 'half' | 'empty' | 'broken' | 'missing' | 'lose' | 'limit' }

const context = { clock: systemClock, system: 'shop', timeZone: 'UTC', readOnly: false, budget: async () => {} }
const copy = (row: NativeRecord): Row => unpackNative(packNative(row)) as Row
const person = (n: number): NativeRecord => ({ email: `p${n}@example.test`, name: `Łucja ${n}`, city: `City ${n}`, born: '1990-01-31' })
const TEXTS: readonly Native[] = ['007', ' x ', 'a "b"', 'line\nend', 'Zażółć ß 日本 😀', 'null', '1e5']

/** A server on loopback until it is closed. */
export async function listening(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    }),
  }
}

function faultsOf(fault: Fault): Faults {
  return {
    half: async () => { fault.kind = 'half' },
    empty: async () => { fault.kind = 'empty' },
    breakOff: async () => async () => { fault.kind = 'broken' },
    missing: async () => { fault.kind = 'missing' },
    loseAnswer: async () => { fault.kind = 'lose' },
    limit: async () => { fault.kind = 'limit' },
    mend: async () => { delete fault.kind },
  }
}

// ── json-server ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface JsonServer {
  create(): ((request: IncomingMessage, response: ServerResponse) => void) & { use(...handlers: unknown[]): void }
  router(data: object): { readonly db: { getState(): Record<string, Record<string, unknown>[]> }; render?: (request: IncomingMessage, response: ServerResponse & { locals: { data: unknown }; jsonp(data: unknown): void }) => void }
  bodyParser: unknown
}

export async function jsonServerBench(): Promise<{ readonly bench: Bench; close(): Promise<void> }> {
  const fault: Fault = {}
  const jsonServer = createRequire(import.meta.url)('json-server') as JsonServer
  const app = jsonServer.create()
  const router = jsonServer.router({ people: [] })
  app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (fault.kind === 'limit') return void response.writeHead(429, { 'retry-after': '7' }).end()
    if (fault.kind === 'missing') return void response.writeHead(404).end('{}')
    if (fault.kind === 'broken') return void response.destroy()
    if (fault.kind === 'lose' && request.method === 'POST') {
      const end = response.end.bind(response)
      response.end = () => (response.destroy(), end())
    }
    next()
  })
  app.use(jsonServer.bodyParser)
  // What a house rule of such a server would be.
  app.use((request: IncomingMessage & { body?: { name?: unknown } }, response: ServerResponse, next: () => void) => {
    if (request.body?.name === 'poison') return void response.writeHead(422, { 'content-type': 'application/json' }).end('{"error":"not allowed","field":"name"}')
    next()
  })
  router.render = (_request, response) => {
    const { data } = response.locals
    if (Array.isArray(data) && fault.kind === 'half') return response.jsonp(data.slice(0, Math.floor(data.length / 2) - 1))
    response.jsonp(Array.isArray(data) && fault.kind === 'empty' ? [] : data)
  }
  app.use(router)
  const server = await listening(app)
  const rows = (): Record<string, unknown>[] => router.db.getState()['people']!
  let next = 1
  return {
    close: server.close,
    bench: {
      name: 'http json-server', clock: systemClock,
      open: () => httpConnector.open({ url: server.url, manifest: 'json-server' }, context),
      spec: { resource: 'people', key: [], parts: new Map(), identifiers: [['email'], ['email', 'city']] },
      shape: { key: 'id', keyBy: 'system', text: 'name', identifier: 'email', second: 'city', outside: 'note', nullable: true },
      record: person,
      exact: new Map<string, readonly Native[]>([['name', TEXTS], ['born', ['2024-02-29']]]),
      poison: { record: (n) => ({ ...person(n), name: 'poison' }), update: { name: 'poison' }, field: 'name' },
      faults: faultsOf(fault),
      user: {
        reset: async () => {
          rows().length = 0
          next = 1
        },
        seed: async (records) => records.map((values) => {
          next = Math.max(next, ...rows().map((row) => Number(row['id']) + 1))
          rows().push({ id: next, ...values })
          return String(next)
        }),
        edit: async (key, values) => { Object.assign(rows().find((row) => String(row['id']) === key)!, values) },
        remove: async (key) => { rows().splice(rows().findIndex((row) => String(row['id']) === key), 1) },
        all: async () => new Map(rows().map((row) => [String(row['id']), parseJson(JSON.stringify(row)) as NativeRecord])),
      },
    },
  }
}

// ── a server with everything ─────────────────────────────────────────────────────────────────────────────────────────

const SECRET = 'canary/secret 4711'
const HOOK = 'hook canary 0815'

const MANIFEST = {
  http: '1', auth: { kind: 'bearer' }, check: { path: '/people' }, errors: { field: 'field', text: 'error', key: 'key' },
  resources: {
    people: {
      changed: 'changed', changed_format: 'iso_seconds', version: { path: 'version', order: 'true' },
      list: { path: '/people', records: 'rows', paging: { kind: 'offset', parameter: 'offset', size: 'limit', total: { path: 'total' } }, since: { query: { since: '{since}' }, overlap: '30s', order: 'ascending' } },
      get: { path: '/people/{key}' },
      find: { path: '/people', query: { '{field}': '{value}' }, records: 'rows' },
      create: { path: '/people', idempotency: 'Idempotency-Key', batch: { path: '/batch', at_most: '100', results: 'results', record: 'record', status: 'status', text: 'error', field: 'field' } },
      update: { path: '/people/{key}', style: 'put', condition: { header: 'If-Match' } },
      delete: { path: '/people/{key}', condition: { header: 'If-Match' } },
    },
  },
  webhooks: {
    signature: { kind: 'hmac-sha256', header: 'X-Signature' }, delivery: { header: 'X-Delivery' },
    events: [{ when: [{ of: 'type', is: ['changed'] }], resource: { value: 'people' }, kind: 'changed', key: 'key', record: 'record' }, { when: [{ of: 'type', is: ['deleted'] }], resource: { value: 'people' }, kind: 'deleted', key: 'key' }],
  },
}

class People {
  readonly rows = new Map<string, Row>()
  readonly idempotent = new Map<string, string>()
  readonly fault: Fault = {}
  next = 1

  put(key: string, values: NativeRecord, at = Date.now()): Row {
    const before = this.rows.get(key)
    // Prices are kept with two places, as shops do; the time of change to the second.
    const price = values['price'] instanceof Numeral ? { price: new Numeral(rounded(values['price'].text)) } : {}
    const row = { ...values, ...price, id: numeral(key), version: Number(before?.['version'] ?? 0) + 1, changed: `${new Date(at).toISOString().slice(0, 19)}Z` }
    this.rows.set(key, row)
    return row
  }
  create(values: NativeRecord, idempotencyKey?: string): { status: number; body: Native; record?: Row } {
    if (values['name'] === 'poison') return { status: 422, body: { error: 'This name is not allowed.', field: 'name' } }
    const known = idempotencyKey === undefined ? undefined : this.idempotent.get(idempotencyKey)
    if (known !== undefined) return { status: 200, body: this.rows.get(known)! }
    const twin = [...this.rows].find(([, row]) => row['email'] === values['email'])
    if (twin) return { status: 409, body: { error: 'exists', key: twin[0] } }
    const key = String(this.next++)
    if (idempotencyKey !== undefined) this.idempotent.set(idempotencyKey, key)
    return { status: 201, body: this.put(key, values) }
  }
  list(query: URLSearchParams): Native {
    const since = query.get('since')
    let rows = [...this.rows.values()].toSorted((a, b) => (String(a['changed']) < String(b['changed']) ? -1 : 1))
    if (since !== null) rows = rows.filter((row) => String(row['changed']) >= since)
    for (const field of ['email', 'city']) if (query.has(field)) rows = rows.filter((row) => row[field] === query.get(field))
    const total = rows.length
    if (this.fault.kind === 'half') rows = rows.slice(0, total / 2)
    if (this.fault.kind === 'empty') rows = []
    const offset = Number(query.get('offset') ?? 0)
    return { total, rows: rows.slice(offset, offset + Number(query.get('limit') ?? 1000)) }
  }
}

function rounded(text: string): string {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text)!
  const cents = BigInt(`${match[1]}${(match[2] ?? '').padEnd(3, '0').slice(0, 3)}`)
  const whole = String((cents + 5n) / 10n).padStart(3, '0')
  return `${whole.slice(0, -2)}.${whole.slice(-2)}`
}

export async function incrementalBench(): Promise<{ readonly bench: Bench; close(): Promise<void> }> {
  const people = new People()
  const { rows, fault } = people
  const server = await listening((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url!, 'http://loopback')
      const [, collection, key] = url.pathname.split('/')
      const say = (status: number, body: Native, headers: Record<string, string> = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(writeJson(body))
      }
      // As real systems do: it repeats what it did not like.
      if (request.headers.authorization !== `Bearer ${SECRET}`) return say(401, { error: `no access for ${request.headers.authorization}` })
      if (fault.kind === 'limit') return say(429, {}, { 'retry-after': '7' })
      if (fault.kind === 'missing') return say(404, {})
      if (fault.kind === 'broken') return void response.destroy()
      const text = Buffer.concat(chunks).toString()
      const body = (text === '' ? {} : parseJson(text)) as Row
      const method = request.method!
      if (method === 'GET' && key === undefined) return say(200, people.list(url.searchParams))
      if (method === 'POST') {
        const lost = fault.kind === 'lose'
        if (collection === 'batch') {
          const results = (body as unknown as Row[]).map((values) => {
            const made = people.create(values)
            return made.status < 300 ? { status: made.status, record: made.body } : { ...(made.body as Row), status: made.status }
          })
          return lost ? void response.destroy() : say(200, { results })
        }
        const made = people.create(body, request.headers['idempotency-key'] as string | undefined)
        return lost ? void response.destroy() : say(made.status, made.body)
      }
      const held = rows.get(key ?? '')
      if (!held) return say(404, {})
      if (method === 'GET') return say(200, held)
      const wanted = request.headers['if-match']
      if (wanted !== undefined && wanted.replaceAll('"', '') !== String(held['version'])) return say(412, {})
      if (method === 'DELETE') {
        rows.delete(key!)
        return say(200, {})
      }
      if (body['name'] === 'poison') return say(422, { error: 'This name is not allowed.', field: 'name' })
      say(200, people.put(key!, body))
    })
  })
  const settings = { url: server.url, definition: MANIFEST as unknown as SettingValues, webhook_secret: HOOK }
  const record = (n: number): NativeRecord => ({ ...person(n), price: new Numeral('12.30'), size: n })
  return {
    close: server.close,
    bench: {
      name: 'http incremental', clock: systemClock,
      open: () => httpConnector.open({ ...settings, token: SECRET }, context),
      locked: () => httpConnector.open({ ...settings, token: 'wrong canary 81' }, context),
      secrets: [SECRET, HOOK, 'wrong canary 81'],
      spec: { resource: 'people', key: [], changedAt: 'changed', parts: new Map(), identifiers: [['email'], ['email', 'city']] },
      shape: { key: 'id', keyBy: 'system', text: 'name', identifier: 'email', second: 'city', unique: 'email', outside: 'note', nullable: true },
      record, times: { stepMs: 1_000, lateMs: 30_000 },
      exact: new Map<string, readonly Native[]>([['name', TEXTS], ['born', ['2024-02-29']], ['price', [new Numeral('0.10'), new Numeral('12345678901234567890.12')]], ['size', [numeral('9223372036854775807'), 0]]]),
      poison: { record: (n) => ({ ...record(n), name: 'poison' }), update: { name: 'poison' }, field: 'name' },
      altered: { price: new Numeral('1.234') },
      faults: faultsOf(fault),
      webhooks: (event) => {
        const body = Buffer.from(writeJson({ type: event.kind, key: event.key, ...(event.record ? { record: { id: numeral(event.key), ...event.record } } : {}) }))
        const signature = createHmac('sha256', HOOK).update(event.signature === 'wrong' ? 'another' : body).digest('hex')
        return { headers: { 'x-delivery': event.deliveryId, ...(event.signature === 'none' ? {} : { 'x-signature': signature }) }, body, receivedAt: systemClock.now() }
      },
      user: {
        reset: async () => {
          rows.clear()
          people.idempotent.clear()
        },
        seed: async (records, at) => records.map((values) => {
          const key = String(people.next++)
          people.put(key, copy(values), at)
          return key
        }),
        edit: async (key, values, at) => { people.put(key, { ...rows.get(key), ...values }, at) },
        remove: async (key) => { rows.delete(key) },
        all: async () => new Map([...rows].map(([key, row]) => [key, copy(row)])),
      },
    },
  }
}
