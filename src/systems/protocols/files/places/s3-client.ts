/** Requests to S3 and what speaks its protocol: signed, path style, answers in bounded memory. */
import { createHash } from 'node:crypto'
import { AwsV4Signer } from 'aws4fetch'
import { Agent, request as send } from 'undici'
import type { Dispatcher } from 'undici'
import { PlimsollError } from '../../../contract.ts'
import type { NativeRecord } from '../../../contract.ts'
import { guardedLookup } from '../../../network.ts'
import { parseXml } from '../../../xml-values.ts'
import type { RemoteContext } from './remote.ts'

export interface S3Settings {
  readonly endpoint: URL
  readonly bucket: string
  /** Without slashes at its ends; '' for the whole bucket. */
  readonly prefix: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
  readonly sessionToken: string | undefined
  readonly ca: string | undefined
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** '' for the bucket itself. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** Answers that are no failure besides 2xx. */
  readonly expect?: readonly number[]
}
export interface S3Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Dispatcher.ResponseData['body']
}

/** Answers in XML are lists of at most a thousand names. */
const MAX_ANSWER = 16 * 1024 * 1024

export class S3Client {
  readonly settings: S3Settings
  readonly #context: RemoteContext
  readonly #agent: Agent

  constructor(settings: S3Settings, context: RemoteContext) {
    this.settings = settings
    this.#context = context
    this.#agent = new Agent({ connect: { lookup: guardedLookup(context.publicOnly), ...(settings.ca === undefined ? {} : { ca: settings.ca }) }, headersTimeout: 60_000, bodyTimeout: 300_000, connections: 8 })
  }

  async ask({ method, key, query = {}, headers = {}, body, expect = [] }: S3Request, signal: AbortSignal): Promise<S3Answer> {
    const { endpoint, bucket, region, accessKey, secretKey, sessionToken } = this.settings
    await this.#context.budget(signal)
    const url = new URL(endpoint)
    url.pathname = [endpoint.pathname.replace(/\/+$/, ''), encoded(bucket), ...(key === '' ? [] : key.split('/').map(encoded))].join('/')
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const signed = await new AwsV4Signer({
      method, url: url.href, service: 's3', region, accessKeyId: accessKey, secretAccessKey: secretKey, ...(sessionToken === undefined ? {} : { sessionToken }), singleEncode: true, allHeaders: true,
      headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body ?? '').digest('hex') },
    }).sign()
    let answer: Dispatcher.ResponseData
    try {
      answer = await send(signed.url, { method, headers: Object.fromEntries(signed.headers), ...(body === undefined ? {} : { body }), dispatcher: this.#agent, signal })
    } catch (error) {
      signal.throwIfAborted()
      throw unreachable(error, endpoint)
    }
    const { statusCode } = answer
    if ((statusCode >= 200 && statusCode < 300) || expect.includes(statusCode)) return { status: statusCode, headers: answer.headers as S3Answer['headers'], body: answer.body }
    throw this.#refusal(statusCode, await textOf(answer.body).catch(() => ''), `${bucket}/${key}`, answer.headers['retry-after'])
  }

  /** An answer that is read whole. */
  async xml(request: S3Request, lists: readonly string[], signal: AbortSignal): Promise<NativeRecord> {
    const answer = await this.ask(request, signal)
    const text = await textOf(answer.body)
    try {
      const { name, value } = parseXml(text, lists)
      // Some long requests begin with 200 and fail later.
      if (name !== 'Error') return value
    } catch (error) {
      throw new PlimsollError('files.unreachable', `${this.settings.endpoint.host} does not answer as S3 does: ${(error as Error).message.slice(0, 100)}`, { cause: error })
    }
    throw this.#refusal(500, text, `${this.settings.bucket}/${request.key}`, undefined)
  }

  #refusal(status: number, text: string, what: string, retryAfter: unknown): PlimsollError {
    let says = `answer ${status}`
    let code = ''
    try {
      const { value } = parseXml(text)
      code = String(value['Code'] ?? '')
      says = `${String(value['Message'] ?? says)} (${code || status})`
    } catch {
      // Answers to HEAD have no text, and gateways answer in HTML.
    }
    const options = { executed: false as const, details: { status, code } }
    if (status === 403 || status === 401) return new PlimsollError(/AccessDenied|^$/.test(code) && status === 403 ? 'files.access' : 'files.login', `${what}: ${says}`, options)
    if (status === 404) return new PlimsollError(code === 'NoSuchBucket' ? 'files.folder' : 'files.missing', `${what}: ${says}`, options)
    if (status === 412 || status === 409) return new PlimsollError('files.changing', `${what} was changed by another program meanwhile.`, options)
    const wait = Number(retryAfter)
    if (status === 429 || status === 503) return new PlimsollError('files.busy', `${what}: ${says}`, { ...options, ...(wait > 0 ? { retryAfterMs: wait * 1_000 } : {}) })
    if (status >= 500 && status !== 501) return new PlimsollError('files.unreachable', `${what}: ${says}`, { details: options.details })
    return new PlimsollError('files.refused', `${what}: ${says}`, options)
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** Everything but letters, digits and four signs, as signatures want it. */
export const encoded = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > MAX_ANSWER) throw new PlimsollError('files.unreachable', 'The answer of the server is longer than 16 MB.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function unreachable(error: unknown, endpoint: URL): PlimsollError {
  if (error instanceof PlimsollError) return error
  const { cause } = error as { cause?: unknown }
  if (cause instanceof PlimsollError) return cause
  const code = String((error as { code?: unknown }).code ?? '')
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code)) return new PlimsollError('files.certificate', `The certificate of ${endpoint.host} is not accepted: ${(error as Error).message}.`, { cause: error, executed: false })
  const sure = /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT/.test(code)
  return new PlimsollError('files.unreachable', `${endpoint.host} can't be reached: ${code || (error as Error).message}.`, { cause: error, ...(sure ? { executed: false as const } : {}) })
}
