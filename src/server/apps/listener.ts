/** Where applications call. A listener of its own, so that it can be opened to the outside without anything else. */
import { STATUS_CODES } from 'node:http'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { SECOND } from '../../base/duration.ts'
import { asPlimsollError, PlimsollError } from '../../base/errors.ts'
import { parseJson, writeJson } from '../../base/json.ts'
import type { Native, NativeRecord } from '../../base/numeral.ts'
import type { Served } from '../endpoint.ts'
import { problemOf, statusOf } from '../errors.ts'
import { listen, type OpenServer } from '../server.ts'
import type { Application, AppResource } from './application.ts'
import { type Change, change, type Changed, Refused } from './changing.ts'
import { isRecord } from './checking.ts'
import { appDocument } from './document.ts'
import { Bucket } from './rate.ts'
import { etagOf, listing, recordView, shownRecord } from './reading.ts'

const MOST_BYTES = 1024 * 1024
/** Wrong tokens, of all callers together: nobody tries out many. */
const GUESSES = { text: '20/10 seconds', count: 20, perMs: 10 * SECOND }
const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

export interface AppsOptions {
  readonly served: Served
  readonly applications: readonly Application[]
  readonly host: string
  readonly port: number
  readonly version: string
  readonly onDefect?: (error: PlimsollError) => void
}

export async function openApps(options: AppsOptions): Promise<OpenServer> {
  const app = buildApps(options)
  return { address: await listen(app, options.host, options.port), close: () => app.close() }
}

function buildApps({ served, applications, version, onDefect }: Omit<AppsOptions, 'host' | 'port'>): FastifyInstance {
  const { clock, runtime } = served.parts
  const known = new Map(applications.map((of) => [of.system, { of, calls: new Bucket(of.rate, clock), document: appDocument(of, runtime.plan.name, version) }]))
  const guesses = new Bucket(GUESSES, clock)
  const app = fastify({ bodyLimit: MOST_BYTES, requestTimeout: 20_000, connectionTimeout: 60_000, keepAliveTimeout: 10_000, forceCloseConnections: true, return503OnClosing: true, exposeHeadRoutes: false, routerOptions: { maxParamLength: 20_000 } })
  // Bodies are read here: numbers keep their digits, and a name like __proto__ is a name.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((thrown: FastifyError | Refused, request, reply) => refuse(thrown, request, reply, onDefect))
  app.setNotFoundHandler((request, reply) => refuse(new PlimsollError('apps.resource', `There is no ${request.method} ${pathOf(request)}.`), request, reply, onDefect))

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', vary: 'Origin' })
    const { system } = request.params as { system?: string }
    const found = known.get(system ?? '')
    const { origin } = request.headers
    if (origin !== undefined) {
      if (found?.of.hosted.origins.includes(origin) !== true) throw new PlimsollError('apps.origin', 'Pages of this origin may not call.')
      void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': 'ETag, Location, Retry-After, Idempotent-Replayed' })
      if (request.method === 'OPTIONS') return
    }
    const token = /^bearer (.{1,512})$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined || !found?.of.hosted.bears(token)) {
      tooMany(guesses, reply)
      throw new PlimsollError('apps.token', token === undefined ? 'An application says who it is with its token.' : 'The token is not the right one.')
    }
    tooMany(found.calls, reply)
  })

  app.options('/apps/:system/*', async (_request, reply) => reply.status(204).headers({ 'access-control-allow-methods': METHODS, 'access-control-allow-headers': 'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Edited-At', 'access-control-max-age': '600' }).send())
  app.get('/apps/:system/openapi.json', async (request) => known.get(paramsOf(request).system)!.document)
  app.get('/apps/:system/:resource', async (request, reply) => {
    const { of, resource } = wanted(known, request)
    return json(reply, await listing(of, resource, new URLSearchParams(request.url.split('?').slice(1).join('?'))))
  })
  app.get('/apps/:system/:resource/:key', async (request, reply) => {
    const { of, resource } = wanted(known, request)
    const record = await shownRecord(of, resource, paramsOf(request).key!)
    void reply.header('etag', etagOf(record))
    const match = request.headers['if-none-match']
    if (match !== undefined && (match.trim() === '*' || match.split(',').some((one) => one.trim().replace(/^W\//, '') === etagOf(record)))) return reply.status(304).send()
    return json(reply, writeJson(recordView(resource, record)))
  })
  app.post('/apps/:system/:resource', async (request, reply) => answer(request, reply, 'POST'))
  for (const method of ['PUT', 'PATCH', 'DELETE'] as const) app.route({ method, url: '/apps/:system/:resource/:key', handler: async (request, reply) => answer(request, reply, method) })

  async function answer(request: FastifyRequest, reply: FastifyReply, method: Change['method']): Promise<FastifyReply> {
    const { of, resource } = wanted(known, request)
    const { key } = paramsOf(request)
    const header = (name: string): string | undefined => (typeof request.headers[name] === 'string' ? request.headers[name] : undefined)
    const [ifMatch, ifNoneMatch, idempotencyKey] = [header('if-match'), header('if-none-match'), header('idempotency-key')]
    const editedAt = editedAtOf(header('edited-at'), clock.now())
    try {
      const changed = await change(of, resource, {
        method, ...(key === undefined ? {} : { key }), ...(method === 'DELETE' ? {} : { body: bodyOf(request) }),
        ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }), ...(idempotencyKey === undefined ? {} : { idempotencyKey }), ...(editedAt === undefined ? {} : { editedAt }),
      })
      return changedAnswer(reply, of, resource, changed)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return refuse(error, request, reply, onDefect, error.current && recordView(resource, error.current))
    }
  }
  return app
}

function changedAnswer(reply: FastifyReply, { system }: Application, resource: AppResource, { record, made, again, decidedElsewhere }: Changed): FastifyReply {
  if (again) void reply.header('idempotent-replayed', 'true')
  if (record.values === undefined) return reply.status(204).send()
  if (made) void reply.header('location', `/apps/${system}/${encodeURIComponent(resource.name)}/${encodeURIComponent(record.key)}`)
  const more: NativeRecord = decidedElsewhere.length > 0 ? { decided_elsewhere: decidedElsewhere.map(({ pointer, by, outcome }) => ({ pointer, by: [...by], outcome })) } : {}
  void reply.status(made ? 201 : 200).header('etag', etagOf(record))
  return json(reply, writeJson({ ...recordView(resource, record), ...more }))
}

const json = (reply: FastifyReply, text: string): FastifyReply => reply.type('application/json; charset=utf-8').send(text)

function tooMany(bucket: Bucket, reply: FastifyReply): void {
  const wait = bucket.wait()
  if (wait === 0) return
  void reply.header('retry-after', String(Math.max(1, Math.ceil(wait / SECOND))))
  throw new PlimsollError('apps.rate', 'There were too many calls.', { retryAfterMs: wait })
}

interface Params { readonly system: string; readonly resource?: string; readonly key?: string }
const paramsOf = (request: FastifyRequest): Params => request.params as Params
const pathOf = (request: FastifyRequest): string => request.url.split('?')[0]!.slice(0, 300)

function wanted(known: ReadonlyMap<string, { readonly of: Application }>, request: FastifyRequest): { readonly of: Application; readonly resource: AppResource } {
  const { of } = known.get(paramsOf(request).system)!
  const name = paramsOf(request).resource!
  const resource = of.resources.get(name)
  if (!resource) throw new PlimsollError('apps.resource', `This application holds no ${JSON.stringify(name.slice(0, 100))}.`)
  return { of, resource }
}

function bodyOf(request: FastifyRequest): NativeRecord {
  if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) throw new PlimsollError('apps.media_type', 'The body is not JSON.')
  let body: Native
  try {
    body = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.isBuffer(request.body) ? request.body : new Uint8Array()))
  } catch (error) {
    throw new PlimsollError('apps.body', error instanceof PlimsollError ? error.message : 'The body is no UTF-8.', { cause: error })
  }
  if (!isRecord(body)) throw new PlimsollError('apps.body', 'The body is no JSON object.')
  return body
}

/** The clock of a phone may be wrong: nothing was done later than now. */
function editedAtOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new PlimsollError('apps.query', 'Edited-At is no time with its zone, such as 2026-11-21T08:30:00Z.')
  return Math.min(ms, now)
}

function refuse(thrown: FastifyError | Refused | PlimsollError, request: FastifyRequest, reply: FastifyReply, onDefect: AppsOptions['onDefect'], current?: NativeRecord): FastifyReply {
  const error = thrown instanceof Refused ? thrown.error : asKnown(thrown)
  if (error.class === 'internal') onDefect?.(error)
  const status = statusOf(error)
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="plimsoll"')
  const problem: Record<string, Native> = { ...(problemOf(error, pathOf(request)) as Record<string, Native>) }
  if (thrown instanceof Refused && thrown.errors.length > 0) problem['errors'] = thrown.errors.map((one) => ({ ...one }))
  if (current) {
    problem['current'] = current
    void reply.header('etag', String(current['etag']))
  }
  return reply.status(status).type('application/problem+json; charset=utf-8').send(writeJson(problem))
}

function asKnown(error: FastifyError | PlimsollError): PlimsollError {
  if (error instanceof PlimsollError) return error
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PlimsollError('api.too_large', 'The body is too large.', { cause: error })
  if (error.statusCode !== undefined && error.statusCode < 500) return new PlimsollError('apps.body', `The request can’t be read: ${STATUS_CODES[error.statusCode] ?? 'it is wrong'}.`, { cause: error })
  return asPlimsollError(error)
}
