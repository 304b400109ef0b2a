import { STATUS_CODES } from 'node:http'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { asPlimsollError, PlimsollError } from '../base/errors.ts'
import { ENDPOINTS } from './api/all.ts'
import type { Endpoint, Served } from './endpoint.ts'
import { problemOf, statusOf } from './errors.ts'
import { checkHost, checkOrigin, checkToken } from './guard.ts'
import type { Metrics } from './metrics.ts'
import { openApi } from './openapi.ts'
import { addPages, problemPage, sendPage } from './page/pages.ts'

export interface ServerOptions {
  readonly served: Served
  readonly metrics: Metrics
  readonly token: string
  readonly version: string
  readonly port: number
  readonly onDefect?: (error: PlimsollError) => void
}

export interface OpenServer { readonly address: string; close(): Promise<void> }

const MOST_BYTES = 1024 * 1024
const API = '/api/v1'

/** Opens the API and the pages on loopback, whatever the port; 0 takes a free one. */
export async function openServer(options: ServerOptions): Promise<OpenServer> {
  const app = build(options)
  return { address: await listen(app, '127.0.0.1', options.port), close: () => app.close() }
}

export async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw new PlimsollError('api.port', `The port ${port} on ${host} can't be used: ${(error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another program listens there' : (error as Error).message}.`, { cause: error })
  }
}

export function build(options: ServerOptions): FastifyInstance {
  const { served, metrics, token } = options
  // Slow or endless requests cost a connection for some seconds only.
  const app = fastify({ bodyLimit: MOST_BYTES, requestTimeout: 20_000, connectionTimeout: 60_000, keepAliveTimeout: 10_000, forceCloseConnections: true, return503OnClosing: true, exposeHeadRoutes: true, routerOptions: { maxParamLength: 1000 } })
  app.removeContentTypeParser('text/plain')
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin', 'x-frame-options': 'DENY' })
    checkHost(request.headers.host)
    const reads = request.method === 'GET' || request.method === 'HEAD'
    checkOrigin(request.headers, reads && request.headers['sec-fetch-mode'] === 'navigate')
    if (!reads) checkToken(request.headers.authorization, token)
  })
  const refuse = (error: PlimsollError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error.class === 'internal') options.onDefect?.(error)
    const status = statusOf(error)
    if (status === 401) void reply.header('www-authenticate', 'Bearer realm="plimsoll"')
    void reply.status(status)
    const person = request.method === 'GET' && !request.url.startsWith('/api') && /text\/html/.test(request.headers.accept ?? '')
    if (person) return sendPage(reply, served, '', problemPage(problemOf(error, pathOf(request))))
    return reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(problemOf(error, pathOf(request))))
  }
  app.setErrorHandler((error: FastifyError, request, reply) => refuse(asKnown(error), request, reply))
  app.setNotFoundHandler((request, reply) => refuse(new PlimsollError('api.not_found', `There is no ${request.method} ${pathOf(request)}.`), request, reply))

  for (const endpoint of ENDPOINTS) addEndpoint(app, endpoint, served)
  const document = openApi(ENDPOINTS, options.version)
  app.get(`${API}/openapi.json`, async () => document)
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/ready', async (_request, reply) => {
    // Ready: the store answers and nothing is being stopped.
    await served.parts.store.transaction((tx) => tx.plan(), { readOnly: true })
    if (served.signal.aborted) return reply.status(503).send({ status: 'stopping' })
    return { status: 'ready' }
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
  addPages(app, served)
  return app
}

function addEndpoint(app: FastifyInstance, endpoint: Endpoint, served: Served): void {
  app.route({
    method: endpoint.method,
    url: API + endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    async handler(request, reply) {
      const input = {
        params: checked(endpoint.params, request.params, 'The path'), query: checked(endpoint.query ?? z.strictObject({}), request.query, 'The query'),
        body: checked(endpoint.body, endpoint.method === 'POST' ? (request.body ?? {}) : undefined, 'The body'),
      }
      const answer = await endpoint.handle(served, input)
      return reply.status(endpoint.status ?? 200).type('application/json; charset=utf-8').send(JSON.stringify(answer))
    },
  })
}

function checked(schema: z.ZodType | undefined, value: unknown, what: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const says = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''}${issue.message}`).join('; ')
  throw new PlimsollError('api.invalid', `${what} is not right: ${says}.`)
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0]!.slice(0, 300)

const OF_FASTIFY: Readonly<Record<string, readonly [code: string, says: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['api.too_large', 'The body is too large.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['api.media_type', 'The body is not JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['api.invalid', 'The body is empty.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['api.invalid', 'The body is no valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['api.invalid', 'The body is not as long as it says.'],
  FST_ERR_BAD_URL: ['api.invalid', 'The address can’t be read.'],
}

function asKnown(error: FastifyError): PlimsollError {
  const known = OF_FASTIFY[error.code]
  if (known) return new PlimsollError(known[0], known[1], { cause: error })
  if (!(error instanceof PlimsollError) && error.statusCode !== undefined && error.statusCode < 500) return new PlimsollError('api.invalid', `The request can’t be read: ${STATUS_CODES[error.statusCode] ?? 'it is wrong'}.`, { cause: error })
  return asPlimsollError(error)
}
