/** Where systems call. A listener of its own, so that it can be opened to the outside without anything else. */
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { asPlimsollError, PlimsollError } from '../base/errors.ts'
import { keepEvents } from '../sync/keep-events.ts'
import { inboxLane } from '../sync/lanes.ts'
import type { Served } from './endpoint.ts'
import { problemOf, statusOf } from './errors.ts'
import { listen, type OpenServer } from './server.ts'

const MOST_BYTES = 1024 * 1024

export interface HooksOptions {
  readonly served: Served
  /** Systems that may call. */
  readonly systems: readonly string[]
  readonly host: string
  readonly port: number
  readonly onTrouble?: (system: string, error: PlimsollError) => void
}

export async function openHooks(options: HooksOptions): Promise<OpenServer> {
  const app = buildHooks(options)
  return { address: await listen(app, options.host, options.port), close: () => app.close() }
}

function buildHooks({ served, systems, onTrouble }: HooksOptions): FastifyInstance {
  const { parts, worker } = served
  const app = fastify({ bodyLimit: MOST_BYTES, requestTimeout: 10_000, connectionTimeout: 15_000, keepAliveTimeout: 5_000, forceCloseConnections: true, return503OnClosing: true, exposeHeadRoutes: false })
  // The signature is over the bytes as they came, whatever they call themselves.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = thrown.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? new PlimsollError('api.too_large', 'The body is too large.')
      : !(thrown instanceof PlimsollError) && thrown.statusCode !== undefined && thrown.statusCode < 500 ? new PlimsollError('api.invalid', 'The request can’t be read.', { cause: thrown }) : asPlimsollError(thrown)
    return reply.status(statusOf(error)).type('application/problem+json; charset=utf-8').send(JSON.stringify(problemOf(error, request.url.split('?')[0]!.slice(0, 300))))
  })
  app.setNotFoundHandler(() => {
    throw new PlimsollError('hooks.unknown', 'Nothing is taken here.')
  })
  app.post('/hooks/:system', async (request, reply) => {
    const { system } = request.params as { system: string }
    const session = systems.includes(system) ? parts.connections.session(system) : undefined
    if (!session?.receive) throw new PlimsollError('hooks.unknown', 'No webhooks are taken for this system.')
    const receivedAt = parts.clock.now()
    const headers = Object.fromEntries(Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
    try {
      const events = await session.receive({ headers, body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(), receivedAt, address: request.ip })
      parts.reached?.('webhook.read')
      const kept = await keepEvents(parts, system, events, receivedAt)
      if (kept > 0) worker.ring(inboxLane(system))
      return reply.status(202).send({ taken: kept })
    } catch (error) {
      onTrouble?.(system, asPlimsollError(error))
      throw error
    }
  })
  return app
}
