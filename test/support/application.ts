/** A plan with an application (connector `app`), really served in this process: store, worker, box and listeners on free ports of loopback. */
import { createHmac } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { createApp, openDispatcher, readPlan, start } from '../../src/app.ts'
import { applications } from '../../src/server/apps/application.ts'
import { openApps } from '../../src/server/apps/listener.ts'
import { openTelling } from '../../src/server/apps/telling.ts'
import type { StateChange } from '../../src/sync/conditions.ts'
import type { PassReport } from '../../src/sync/engine.ts'
import { openWorker } from '../../src/sync/serve.ts'

export const TOKEN = 'canary-0123456789-abcdefgh'
export const SECRET = `whsec_${Buffer.from('canary secret of 32 bytes, nearly').toString('base64')}`

export interface Answer { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: Json }
export interface Json { readonly [name: string]: Json } 
export interface Called { readonly headers: IncomingHttpHeaders; readonly body: string }

export interface Running {
  readonly folder: string
  readonly address: string
  readonly reports: PassReport[]
  readonly changes: StateChange[]
  call(path: string, options?: { readonly method?: string; readonly token?: string | null; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }): Promise<Answer>
  /** Everything from the beginning. */
  all(resource: string, query?: string): Promise<readonly Json[]>
  sql(statement: string): unknown[]
  stop(): Promise<void>
}

export interface Options { readonly plan: string; readonly office: string; readonly env?: Readonly<Record<string, string>>; readonly folder?: string }

export async function running(options: Options): Promise<Running> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'plimsoll-apps-'))
  const put = (name: string, content: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  put('plan.yaml', options.plan)
  const sql = (statement: string): unknown[] => {
    const db = new Database(join(folder, 'office.db'), { timeout: 5_000 })
    try {
      if (/^\s*select/i.test(statement)) return db.prepare(statement).all()
      db.exec(statement)
      return []
    } finally {
      db.close()
    }
  }
  if (options.folder === undefined) sql(options.office)
  const app = createApp({ cwd: folder, env: { PLIMSOLL_SYSTEM_APP_TOKEN: TOKEN, PLIMSOLL_SYSTEM_APP_WEBHOOK_SECRET: SECRET, ...options.env } })
  const { parts, ...of } = await start(app, await readPlan(app, folder), { readOnly: false })
  const stop = new AbortController()
  const dispatcher = openDispatcher()
  const reports: PassReport[] = []
  const changes: StateChange[] = []
  const worker = openWorker(parts, { dispatcher, signal: stop.signal, onRun: (report) => void reports.push(report), onChange: (change) => void changes.push(change) })
  const served = { parts, worker, signal: stop.signal }
  const apps = await Promise.resolve().then(() => applications(parts)).catch(async (error: unknown) => {
    await of.close()
    remove(folder)
    throw error
  })
  const server = await openApps({ served, applications: apps, host: '127.0.0.1', port: 0, version: 'test' })
  const telling = openTelling(served, apps, () => undefined)
  const working = worker.work()
  const call: Running['call'] = async (path, { method = 'GET', token = TOKEN, headers = {}, body } = {}) => {
    const response = await fetch(`${server.address}/apps/app${path}`, {
      method, headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body) }),
    })
    const said = await response.text()
    return { status: response.status, headers: response.headers, text: said, json: (/json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(said) : {}) as Json }
  }
  return {
    folder, address: server.address, reports, changes, call, sql,
    async all(resource, query = '') {
      const found: Json[] = []
      for (let since = '', more = true; more;) {
        const { json } = await call(`/${resource}?limit=1000${since}${query}`)
        found.push(...(json['records'] as unknown as Json[]))
        since = `&since=${String(json['position'])}`
        more = json['more'] as unknown as boolean
      }
      return found
    },
    async stop() {
      stop.abort(new Error('stopped on request'))
      await Promise.allSettled([server.close(), telling.close()])
      await working
      await dispatcher.close()
      await of.close()
    },
  }
}

export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 400; i += 1) {
    if (await holds()) return
    await wait(50)
  }
  throw new Error(`still not so: ${what}`)
}

/** Takes webhooks, and answers as it is told. */
export async function receiver(): Promise<{ readonly url: string; readonly calls: Called[]; respond: (n: number) => { readonly status: number; readonly headers?: Record<string, string> } | 'nothing'; close(): Promise<void> }> {
  const calls: Called[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      calls.push({ headers: request.headers, body })
      const answer = of.respond(calls.length)
      if (answer !== 'nothing') response.writeHead(answer.status, answer.headers ?? {}).end()
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const of = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bell`, calls, respond: (_n: number): ReturnType<Awaited<ReturnType<typeof receiver>>['respond']> => ({ status: 204 }),
    close: () => new Promise<void>((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    }),
  }
  return of
}

export function signatureOf({ headers, body }: Called): string {
  return `v1,${createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64')).update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')}`
}
