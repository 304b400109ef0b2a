/**
 * A plain proxy in front of a system. Its address stays the same when the system is started again; what goes through it is counted, and
 * it refuses connections while the system is stopped, as the system itself would.
 */
import { type IncomingHttpHeaders, type IncomingMessage, type Server as HttpServer, type ServerResponse, createServer as createHttpServer, request as httpRequest } from 'node:http'
import { type Server, type Socket, connect, createServer } from 'node:net'

/** One request (HTTP) or one connection (everything else). */
export interface Counted {
  readonly at: number
  /** `GET`, or `CONNECT` for a connection. */
  readonly method: string
  /** With its query. Empty for a connection. */
  readonly path: string
  /** Absent: no answer arrived. */
  status?: number
  /** Bytes of the body, or of the connection, towards the system. */
  sent: number
  /** And back. */
  received: number
  /** The body's text, where the proxy was asked to keep bodies and it was not longer than `KEEP`. */
  body?: string
  /** Of the answer, where bodies are kept. */
  headers?: IncomingHttpHeaders
  /** The answer's, likewise; not if it is compressed. */
  answer?: string
}

export interface Proxy {
  readonly port: number
  requests(): readonly Counted[]
  forget(): void
  /** Whether anything was ever asked and answered well (HTTP), or went both ways. */
  answered(): boolean
  /** Refuses connections from now on, and cuts those that are open. */
  close(): Promise<void>
  /** Answers again, and passes on to this port. */
  open(target: number): Promise<void>
}

/** What is said about one connection is not passed on to the other. */
const OWN = new Set(['connection', 'keep-alive', 'proxy-connection'])
function passed(raw: readonly string[]): string[] {
  const kept: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) if (!OWN.has(raw[at]!.toLowerCase())) kept.push(raw[at]!, raw[at + 1]!)
  return kept
}

const KEEP = 1_048_576
const MANY = 1_000_000

/** Below the ports that a machine gives to outgoing connections, so that nobody takes the port while the system is stopped. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer()
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
    })
    if (free) return port
  }
  throw new Error('There is no free port between 20000 and 30000.')
}

export async function startProxy(speaks: 'http' | 'tcp', bodies: boolean): Promise<Proxy> {
  const port = await freePort()
  const requests: Counted[] = []
  const sockets = new Set<Socket>()
  let target = 0
  let answered = false
  let server: Server | HttpServer | undefined
  const count = (method: string, path: string): Counted => {
    const one: Counted = { at: Date.now(), method, path, sent: 0, received: 0 }
    if (requests.length < MANY) requests.push(one)
    return one
  }

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const one = count(incoming.method ?? '', incoming.url ?? '')
    // A connection of its own for each: one that is kept may be closed by the system at the moment of its use.
    const onward = httpRequest({ host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers: passed(incoming.rawHeaders), agent: false })
    const parts: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => {
      one.sent += chunk.length
      if (bodies && one.sent <= KEEP) parts.push(chunk)
    })
    incoming.on('end', () => { if (bodies && one.sent <= KEEP) one.body = Buffer.concat(parts).toString() })
    const cut = (): void => {
      outgoing.destroy()
      onward.destroy()
    }
    onward.on('error', cut)
    incoming.on('error', cut)
    outgoing.on('close', () => { if (!outgoing.writableFinished) onward.destroy() })
    onward.on('response', (answer) => {
      one.status = answer.statusCode ?? 0
      if (bodies) one.headers = answer.headers
      if (one.status >= 200 && one.status < 400) answered = true
      const said: Buffer[] = []
      const kept = bodies && answer.headers['content-encoding'] === undefined
      answer.on('data', (chunk: Buffer) => {
        one.received += chunk.length
        if (kept && one.received <= KEEP) said.push(chunk)
      })
      answer.on('end', () => { if (kept && one.received <= KEEP) one.answer = Buffer.concat(said).toString() })
      answer.on('error', cut)
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, passed(answer.rawHeaders))
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  }

  const join = (client: Socket): void => {
    const one = count('CONNECT', '')
    const onward = connect(target, '127.0.0.1')
    for (const socket of [client, onward]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    const cut = (): void => {
      client.destroy()
      onward.destroy()
    }
    client.on('error', cut).on('data', (chunk: Buffer) => { one.sent += chunk.length })
    onward.on('error', cut).on('data', (chunk: Buffer) => {
      one.received += chunk.length
      answered ||= one.sent > 0
    })
    client.pipe(onward).pipe(client)
  }

  return {
    port,
    requests: () => requests,
    forget: () => { requests.length = 0 },
    answered: () => answered,
    async close() {
      const closing = server
      if (closing === undefined) return
      server = undefined
      const closed = new Promise<void>((resolve) => { closing.close(() => resolve()) })
      if ('closeAllConnections' in closing) closing.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async open(to) {
      target = to
      if (server !== undefined) return
      const opening = speaks === 'http' ? createHttpServer({ requestTimeout: 0 }, pass) : createServer(join)
      await new Promise<void>((resolve, reject) => {
        opening.once('error', reject)
        opening.listen(port, '127.0.0.1', resolve)
      })
      server = opening
    },
  }
}
