/** Waits on this machine's own address for the browser that a login service leads back (RFC 8252 §7.3). Open for one login only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Clock } from '../base/clock.ts'
import { asPlimsollError, PlimsollError, registerErrors } from '../base/errors.ts'

registerErrors({ 'cli.login': { class: 'environment', hint: 'Begin again, or use --paste: then the address to which the service leads is typed in here.' } })

export interface LoginListener {
  readonly redirect: string
  /** Resolves when `finish` took an answer; what is no answer to this login is turned away, and the right one is waited for. */
  answered(finish: (answer: string) => Promise<{ readonly renews: boolean }>, signal: AbortSignal): Promise<{ readonly renews: boolean }>
  close(): Promise<void>
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** `fixed`: where the client is registered to be led back to; undefined if another address than this machine's. */
export function loopbackOf(fixed: string | undefined): URL | undefined {
  const url = new URL(fixed ?? 'http://127.0.0.1:0/callback')
  return url.protocol === 'http:' && LOOPBACK.has(url.hostname) ? url : undefined
}

export async function listenForLogin(at: URL, clock: Clock, patienceMs: number): Promise<LoginListener> {
  let handle: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => void response.writeHead(404).end()
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => handle(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new PlimsollError('cli.login', `Nothing can wait at ${at.host} for the browser to come back (${error.code ?? error.name}).`, { cause: error })))
    // Whatever name the address has: nothing but this machine may reach it.
    server.listen(Number(at.port), at.hostname === '[::1]' ? '::1' : '127.0.0.1', resolve)
  })
  const { port } = server.address() as { readonly port: number }
  const host = `${at.hostname}:${port}`
  return {
    redirect: `http://${host}${at.pathname}`,
    async answered(finish, signal) {
      const over = new AbortController()
      try {
        return await new Promise<{ readonly renews: boolean }>((resolve, reject) => {
          handle = (request, response) => {
            const say = (status: number, text: string, told: () => void = () => {}): void => void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', connection: 'close' }).end(`${text}\n`, told)
            // A page elsewhere may lead a name of its own to this machine.
            if (request.headers.host !== host || request.method !== 'GET' || request.url?.split('?')[0] !== at.pathname) return say(404, 'Nothing is here.')
            finish(request.url).then((done) => {
              // The browser is told before the listener goes.
              say(200, 'You are logged in. This window may be closed.', () => resolve(done))
            }, (thrown: unknown) => {
              const error = asPlimsollError(thrown)
              say(400, `${error.message} ${error.hint}`, () => {
                if (error.code !== 'http.login_state') reject(error)
              })
            })
          }
          clock.sleep(patienceMs, AbortSignal.any([signal, over.signal])).then(
            () => reject(new PlimsollError('cli.login', `Nobody came back within ${Math.round(patienceMs / 60_000)} minutes.`)),
            (reason: unknown) => reject(signal.aborted ? asPlimsollError(reason) : new Error('over')),
          )
        })
      } finally {
        over.abort()
      }
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    }),
  }
}
