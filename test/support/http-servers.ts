/** Real HTTP servers for the tests: json-server, and a bare node:http server for what that can't do. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../src/base/clock.ts'
import type { ConnectorContext, NativeRecord, Page, ReadOptions, Resource, ResourceSpec, SettingValues, SystemSession, WriteOptions } from '../../src/systems/contract.ts'
import { httpConnector } from '../../src/systems/protocols/http/index.ts'

export const never: AbortSignal = new AbortController().signal

export interface Running {
  readonly url: string
  close(): Promise<void>
}

const listen = (server: Server): Promise<Running> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        url: `http://127.0.0.1:${port}`,
        close: () => new Promise((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        }),
      })
    })
  })

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void
interface JsonServer {
  create(): Handler & { use(...handlers: unknown[]): void }
  router(data: object): Handler & { readonly db: { getState(): Record<string, Record<string, unknown>[]> } }
  bodyParser: unknown
}

export async function startJsonServer(data: object): Promise<Running & { readonly data: Record<string, Record<string, unknown>[]>; readonly seen: string[] }> {
  const jsonServer = createRequire(import.meta.url)('json-server') as JsonServer
  const app = jsonServer.create()
  const router = jsonServer.router(structuredClone(data))
  const seen: string[] = []
  app.use((request: IncomingMessage, _response: ServerResponse, next: () => void) => {
    seen.push(`${request.method} ${request.url}`)
    next()
  })
  app.use(jsonServer.bodyParser)
  app.use(router)
  // Express prints faults to the error stream unless somebody else answers them.
  app.use((error: Error, _request: IncomingMessage, response: ServerResponse, _next: () => void) => {
    response.statusCode = 500
    response.end(error.message)
  })
  return { ...(await listen(createServer(app as never))), data: router.db.getState(), seen }
}

export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly response: ServerResponse
}

export async function startServer(answer: (request: Received) => void | Promise<void>): Promise<Running & { readonly seen: string[] }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://loopback')
      void answer({ method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body: Buffer.concat(chunks).toString(), response })
    })
  })
  return { ...(await listen(server)), seen }
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

export const contextOf = (over: Partial<ConnectorContext> = {}): ConnectorContext =>
  ({ clock: systemClock, system: 'shop', timeZone: 'Europe/Warsaw', readOnly: false, budget: async () => {}, ...over })

export const openHttp = (url: string, settings: SettingValues, over: Partial<ConnectorContext> = {}): Promise<SystemSession> =>
  httpConnector.open({ url, ...settings }, contextOf(over))

export const specOf = (resource: string, over: Partial<ResourceSpec> = {}): ResourceSpec =>
  ({ resource, key: [], parts: new Map(), identifiers: [], ...over })

export async function readAll(resource: Resource, over: Partial<ReadOptions> = {}): Promise<{ readonly pages: Page[]; readonly keys: string[]; readonly complete: boolean | undefined; readonly position: string | undefined; readonly values: NativeRecord[] }> {
  const pages: Page[] = []
  for await (const page of resource.read({ signal: never, pageSize: 100, ...over })) pages.push(page)
  const records = pages.flatMap((page) => page.records)
  return {
    pages,
    keys: records.map((record) => record.key),
    values: records.map((record) => record.values),
    complete: pages.at(-1)?.complete,
    position: pages.findLast((page) => page.position !== undefined)?.position,
  }
}

export const writeOptions: WriteOptions = { signal: never, deadline: Number.MAX_SAFE_INTEGER }
