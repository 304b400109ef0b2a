/**
 * One request to the system and its answer: one origin, limits on time and size, exact numbers, and errors that never show a
 * secret. Sockets wait in real time whatever the hub's clock says, so their time-outs are the driver's.
 */
import { Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Agent, request as send, type Dispatcher } from 'undici'
import { parseRecords } from '../../../../base/json.ts'
import { type Clock, type Native, PlimsollError } from '../../../contract.ts'
import { retryAfterMs } from './answer.ts'
import { maskOf } from '../../../masking.ts'
import '../errors.ts'
import { restTold } from './limits.ts'
import { parseXml } from '../../../xml-values.ts'
import { checkAddress, guardedLookup } from '../../../network.ts'

export interface Outgoing {
  readonly method: string
  /** Joined to the base address; begins with `/`. */
  readonly path?: string
  /** A whole address from an answer (next link). Must have the same origin. */
  readonly url?: string
  readonly query?: readonly (readonly [string, string])[]
  readonly headers?: Readonly<Record<string, string>>
  /** Headers that are made right before sending: a token may have run out while the call waited for its place. */
  readonly late?: () => Promise<Readonly<Record<string, string>>>
  /** Asked for fewer calls, it waits and asks again: for reads, whose list would else begin anew. */
  readonly patient?: true
  /** It has its place in the rate budget already. */
  readonly placed?: true
  readonly body?: string
  /** A body that is not held in memory; made anew when the request is repeated. */
  readonly stream?: { readonly bytes: number; content(): AsyncIterable<Uint8Array> }
  readonly type?: string
  /** Takes the body of a good answer as it comes; the answer's text is empty then. */
  readonly into?: (body: AsyncIterable<Uint8Array>, headers: Readonly<Record<string, string>>) => Promise<void>
  readonly signal: AbortSignal
  /** Only for the token of OAuth 2, which may live at an address of its own. */
  readonly base?: URL
  /** After it nothing may be sent any more (clock of the hub). */
  readonly deadline?: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly requestedAt: number
  /** `GET /customers`: without query, which may hold secrets. */
  readonly what: string
  /** The address that answered, after redirects. */
  readonly url: URL
  json(): Native
}

export interface ClientOptions {
  readonly base: URL
  /** Further addresses that the settings name (token of OAuth 2). */
  readonly alsoAllowed: readonly URL[]
  /** Where files may lie besides; nothing but files is fetched there. */
  readonly filesFrom?: readonly URL[]
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly mostBytes: number
  readonly connections: number
  readonly clock: Clock
  readonly budget: (signal?: AbortSignal) => Promise<void>
  readonly rest: (ms: number) => Promise<void>
  /** Never shown, also when a system repeats them in its answers. */
  readonly secrets: readonly string[]
  /** Elements of XML answers that are lists also where there is only one of them. */
  readonly xmlLists: readonly string[]
  /** Neither this machine nor a private network may be called. */
  readonly publicOnly: boolean
}

export type HttpClient = ReturnType<typeof httpClient>

/** A read waits for so long, so often in a row; then it fails and is begun anew later. */
const PATIENCE_MS = 60_000
const PATIENCE = 5
/** A large file over a slow line; silence in between is noticed sooner. */
const MOST_FOR_FILE_MS = 30 * 60_000
const REDIRECTS = new Set([301, 302, 303, 307, 308])

export function httpClient(options: ClientOptions) {
  for (const url of [options.base, ...options.alsoAllowed, ...(options.filesFrom ?? [])]) checkAddress(url, options.publicOnly)
  const agent = new Agent({
    connections: options.connections,
    pipelining: 1,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    maxHeaderSize: 64 * 1024,
    connect: { timeout: Math.min(options.timeoutMs, 15_000), lookup: guardedLookup(options.publicOnly) },
  })
  const secrets = new Set(options.secrets)
  const closing: (() => Promise<void>)[] = []
  let masking: ((text: string) => string) | undefined
  const mask = (text: string): string => (masking ??= maskOf([...secrets]))(text)
  const origins = new Set([options.base.origin, ...options.alsoAllowed.map((url) => url.origin)])
  const withFiles = new Set([...origins, ...(options.filesFrom ?? []).map((url) => url.origin)])

  function address(outgoing: Outgoing): URL {
    const base = outgoing.base ?? options.base
    const url = outgoing.url === undefined
      ? new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${outgoing.path ?? ''}`)
      : resolveLink(outgoing.url, base)
    for (const [name, value] of outgoing.query ?? []) url.searchParams.append(name, value)
    return url
  }

  /** Whoever was stopped while waiting is told so by its own signal. */
  const place = (signal: AbortSignal): Promise<void> => options.budget(signal).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })

  async function request(outgoing: Outgoing): Promise<Answer> {
    let url = address(outgoing)
    if (!(outgoing.into ? withFiles : origins).has(url.origin)) throw elsewhere(url, options.base)
    let { method, body, stream } = outgoing
    const what = `${method} ${url.pathname}`
    let asked = 0
    for (let redirects = 0; ; ) {
      if (!outgoing.placed || redirects > 0 || asked > 0) await place(outgoing.signal)
      if (outgoing.signal.aborted) throw new PlimsollError('base.stopped', `${what} was not sent: the work was stopped.`, { cause: outgoing.signal.reason, executed: false })
      const late = await outgoing.late?.()
      const requestedAt = options.clock.now()
      if (outgoing.deadline !== undefined && requestedAt >= outgoing.deadline) {
        throw new PlimsollError('http.timeout', `${what} was not sent: its time was over.`, { executed: false })
      }
      const headers: Record<string, string> = {
        accept: 'application/json', 'accept-encoding': 'gzip, deflate, br', ...options.headers, ...outgoing.headers, ...late,
        ...(body === undefined && stream === undefined ? {} : { 'content-type': outgoing.type ?? 'application/json' }),
        ...(stream === undefined ? {} : { 'content-length': String(stream.bytes) }),
      }
      const timer = AbortSignal.timeout(outgoing.into || stream ? MOST_FOR_FILE_MS : options.timeoutMs * 2)
      let received: { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly text: string }
      try {
        const response = await send(url, {
          method: method as Dispatcher.HttpMethod, headers, body: body ?? (stream ? Readable.from(stream.content(), { objectMode: false }) : null), dispatcher: agent, signal: AbortSignal.any([outgoing.signal, timer]),
        })
        const flat = flatHeaders(response.headers)
        const redirected = REDIRECTS.has(response.statusCode)
        received = { status: response.statusCode, headers: flat, text: redirected ? '' : await bodyOf(outgoing, response, flat, what) }
        if (redirected) await response.body.dump()
      } catch (error) {
        if (outgoing.signal.aborted) throw outgoing.signal.reason
        throw asTransportError(error, what, timer.aborted, options.timeoutMs)
      }
      const restMs = restAsked({ ...received, requestedAt }, asked)
      if (restMs !== undefined) {
        await options.rest(restMs)
        if (outgoing.patient && restMs <= PATIENCE_MS && asked < PATIENCE) {
          asked += 1
          await options.clock.sleep(restMs, outgoing.signal)
          continue
        }
      }
      // Nothing is left: whoever shares the budget waits before the system has to refuse.
      const told = restMs === undefined ? restTold(received.headers, requestedAt) : undefined
      if (told !== undefined) await options.rest(told)
      const { location } = received.headers
      if (!REDIRECTS.has(received.status) || location === undefined) {
        let read: { readonly value: Native } | undefined
        return { ...received, requestedAt, what, url, json: () => (read ??= { value: readJson(received, what, mask, options.xmlLists) }).value }
      }
      const next = resolveLink(location, url)
      if (next.origin !== url.origin) throw elsewhere(next, url, `${what} is redirected to`)
      if (redirects >= 3) throw new PlimsollError('http.origin', `${what} is redirected more than three times.`)
      // A 301–303 turns a write into a read; nobody knows then whether the write took place.
      if (method !== 'GET' && (received.status < 307)) throw new PlimsollError('http.origin', `${what} is redirected (status ${received.status}), which a write does not follow.`)
      url = next
      redirects += 1
      if (method === 'GET') body = stream = undefined
    }
  }

  async function bodyOf(outgoing: Outgoing, response: Dispatcher.ResponseData, headers: Readonly<Record<string, string>>, what: string): Promise<string> {
    if (!outgoing.into || response.statusCode !== 200) return readBody(response.body, headers, options.mostBytes, what)
    await outgoing.into(unpacked(response.body, headers, what), headers)
    return ''
  }

  return {
    request,
    place,
    clock: options.clock,
    timeoutMs: options.timeoutMs,
    close: async () => {
      for (const work of closing) await work().catch(() => {})
      await agent.destroy()
    },
    /** Done once when nothing more is asked (a logout); that it fails is nobody's concern. */
    beforeClose: (work: () => Promise<void>) => {
      closing.push(work)
    },
    secret: (text: string) => {
      secrets.add(text)
      masking = undefined
    },
    mask,
  }
}

/** How long nobody shall call; undefined: it does not ask for that. Without a time it is a little longer each time. */
function restAsked(answer: Pick<Answer, 'status' | 'headers' | 'requestedAt'>, asked: number): number | undefined {
  const given = retryAfterMs(answer)
  if (answer.status === 429) return given ?? 1_000 * 2 ** asked
  return answer.status === 503 ? given : undefined
}

function resolveLink(link: string, base: URL): URL {
  let url: URL
  try {
    url = new URL(link, base)
  } catch {
    throw new PlimsollError('http.answer', 'The system answered with a link that is no address.')
  }
  url.hash = ''
  if (url.username !== '' || url.password !== '') throw new PlimsollError('http.origin', 'The system answered with a link that carries credentials; it is not followed.')
  return url
}

const elsewhere = (url: URL, from: URL, how = 'The system points to'): PlimsollError =>
  new PlimsollError('http.origin', `${how} ${url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : url.protocol}, but only ${from.origin} is allowed.`, { executed: false })

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  return flat
}

function unpacked(body: Readable, headers: Readonly<Record<string, string>>, what: string): Readable {
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(',').map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
  if (encodings.length > 1) throw new PlimsollError('http.answer', `The answer to ${what} is packed ${encodings.length} times.`)
  if (encodings[0] === undefined) return body
  const unpack = unpacker(encodings[0])
  if (!unpack) throw new PlimsollError('http.answer', `The answer to ${what} is packed as ${encodings[0]}, which was not asked for.`)
  body.on('error', (error) => unpack.destroy(error))
  return body.pipe(unpack)
}

/** At most `most` bytes, counted after unpacking: a small answer can unpack to gigabytes. */
async function readBody(body: Readable, headers: Readonly<Record<string, string>>, most: number, what: string): Promise<string> {
  const tooLarge = () => new PlimsollError('http.too_large', `The answer to ${what} is larger than ${Math.floor(most / 1024 / 1024)} MB.`)
  const stream = unpacked(body, headers, what)
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > most) throw tooLarge()
      chunks.push(chunk)
    }
  } finally {
    body.on('error', () => {})
    stream.destroy()
    body.destroy()
  }
  const charset = /charset="?([\w-]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Buffer.concat(chunks))
  } catch {
    throw new PlimsollError('http.answer', `The answer to ${what} is no text in ${charset}.`)
  }
}

function unpacker(encoding: string): Transform | undefined {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip()
  if (encoding === 'deflate') return createInflate()
  return encoding === 'br' ? createBrotliDecompress() : undefined
}

/** One JSON value a line. */
const LINES = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines', 'application/json-lines'])

function readJson(answer: { readonly text: string; readonly headers: Readonly<Record<string, string>>; readonly status: number }, what: string, mask: (text: string) => string, xmlLists: readonly string[]): Native {
  if (answer.text.trim() === '') throw new PlimsollError('http.answer', `The answer to ${what} (status ${answer.status}) is empty.`)
  const type = (answer.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  const isXml = /^(?:application|text)\/(?:[\w.-]+\+)?xml$/.test(type)
  try {
    if (isXml) {
      const { name, value } = parseXml(answer.text, xmlLists)
      return { [name]: value }
    }
    if (LINES.has(type)) return answer.text.split('\n').filter((line) => line.trim() !== '').map((line) => parseRecords(line))
    return parseRecords(answer.text)
  } catch (error) {
    throw new PlimsollError('http.answer', `The answer to ${what} (status ${answer.status}, ${mask(answer.headers['content-type'] ?? 'no content type').slice(0, 100)}) is no valid ${isXml ? 'XML' : 'JSON'}.`, { cause: error })
  }
}

/** Failures before the request left (name, connection, TLS) surely executed nothing. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'UND_ERR_CONNECT_TIMEOUT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED', 'ERR_SSL_WRONG_VERSION_NUMBER', 'UND_ERR_INVALID_ARG'])

function asTransportError(error: unknown, what: string, timedOut: boolean, timeoutMs: number): PlimsollError {
  if (error instanceof PlimsollError) return error
  const code = codeOf(error)
  if (error instanceof Error && error.cause instanceof PlimsollError) return error.cause
  if (NOT_SENT.has(code)) return new PlimsollError('http.unreachable', `${what} could not be sent: ${SAYS[code] ?? code}.`, { cause: error, executed: false })
  if (timedOut || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new PlimsollError('http.timeout', `${what} was not answered in time (${timeoutMs} ms).`, { cause: error })
  }
  return new PlimsollError('http.broken', `${what} got no whole answer: ${code || (error instanceof Error ? error.name : 'unknown fault')}.`, { cause: error })
}

const SAYS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at the address',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up just now',
  EHOSTUNREACH: 'no way leads to the address',
  ENETUNREACH: 'no way leads to the network',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
}

function codeOf(error: unknown): string {
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
    const { code } = one as NodeJS.ErrnoException
    if (typeof code === 'string') return code
    if (one instanceof AggregateError && one.errors.length > 0) return codeOf(one.errors[0])
  }
  return ''
}
