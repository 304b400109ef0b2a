/**
 * Access tokens of OAuth 2 (RFC 6749): by the client's own credentials (§4.4), held in memory; or by a refresh token (§6), which many
 * services replace at each use and accept only once: that chain is kept in the store, and one writer goes on with it.
 */
import { type Credentials, type KeptCredential, type Native, PlimsollError, type SettingValues } from '../../../contract.ts'
import { retryAfterMs } from '../call/answer.ts'
import type { AuthManifest } from '../manifest/auth-manifest.ts'
import { at, textOf } from '../../../path.ts'
import type { Answer, HttpClient } from '../call/request.ts'
import { durationMs } from '../call/times.ts'

type OAuth2 = Extract<AuthManifest, { kind: 'oauth2' }>

export interface Tokens {
  current(): Promise<string>
  /** The token that was refused; another caller may have replaced it already. */
  insteadOf(refused: string): Promise<void>
}

export interface Token {
  readonly access: string
  /** Hub time from which it is renewed; JSON has no infinity. */
  readonly staleAt: number
  readonly refresh?: string
}
export const NEVER = Number.MAX_SAFE_INTEGER
/** A refresh token that was refused is not shown again for so long: many services count that as an attack. */
const REFUSED_MS = 60_000

export function tokenSource(client: HttpClient, manifest: OAuth2, settings: SettingValues, text: (name: string) => string, keeper: Credentials | undefined): Tokens {
  const service = tokenService(client, manifest, settings, text)
  const source = manifest.grant === 'refresh_token' ? kept(client, service, text('refresh_token'), keeper)
    : manifest.grant === 'authorization_code' ? kept(client, service, undefined, keeper) : inMemory(service)
  return renewable(client.clock, source)
}

type Source = (refused: string | undefined) => Promise<Token>

/** Holds a token as long as it is good. Many callers that need a new one cause one call. */
export function renewable(clock: Pick<HttpClient['clock'], 'now'>, source: Source): Tokens {
  let held: Token | undefined
  let pending: Promise<void> | undefined
  const renew = (refused?: string): Promise<void> => {
    pending ??= source(refused).then((token) => { held = token }).catch((error: unknown) => { throw asNotSent(error) }).finally(() => { pending = undefined })
    return pending
  }
  return {
    async current() {
      if (!held || clock.now() >= held.staleAt) await renew()
      return held!.access
    },
    async insteadOf(refused) {
      if (held?.access === refused) await renew(refused)
    },
  }
}

const inMemory = (service: TokenService): Source => () => service.ask({ grant_type: 'client_credentials' })

/** Which login this is, and what it began with; a login in a browser begins with nothing. */
export const loginOrigin = (service: TokenService, first: string | undefined): string => JSON.stringify(['oauth2', service.address, service.client, ...(first === undefined ? [] : [first])])

function kept(client: HttpClient, service: TokenService, first: string | undefined, keeper: Credentials | undefined): Source {
  if (!keeper) throw new PlimsollError('http.unable', 'This system gives a new refresh token at each use, and without a plan there is no store that could keep it.')
  const origin = loginOrigin(service, first)
  const opened = (one: KeptCredential): Partial<Token> => {
    const token = JSON.parse(one.text) as Partial<Token>
    for (const secret of [token.access, token.refresh]) if (secret !== undefined) client.secret(secret)
    return token
  }
  const usable = (one: KeptCredential | undefined, refused: string | undefined): Token | undefined => {
    const token = one && opened(one)
    return token?.access !== undefined && token.access !== refused && client.clock.now() < (token.staleAt ?? 0) ? (token as Token) : undefined
  }
  return async (refused) => {
    keeper.ready()
    const known = await keeper.kept(origin)
    const there = usable(known, refused)
    if (there) return there
    if (first === undefined && !known) throw new PlimsollError('http.login_needed', 'Nobody has logged in to this system yet.', { executed: false })
    if (known && first === undefined && opened(known).refresh === undefined) throw new PlimsollError('http.login_needed', 'The login has run out, and the token service gave no refresh token to go on with.', { executed: false })
    // Whoever fetches the next one has little time: its place in the rate budget comes first.
    await service.place()
    const next = await keeper.next(origin, { after: known?.rev ?? 0, first: JSON.stringify(first === undefined ? {} : { refresh: first }), leaseMs: 2 * client.timeoutMs + 5_000 }, async (held) => {
      if (held.refusedAt !== null && client.clock.now() < held.refusedAt + REFUSED_MS) throw refusal(held, { executed: false })
      const { refresh } = opened(held) as { refresh: string }
      try {
        const token = await service.ask({ grant_type: 'refresh_token', refresh_token: refresh })
        // Without a new one the old one stays good (§6).
        return JSON.stringify({ refresh, ...token })
      } catch (error) {
        if (error instanceof PlimsollError && error.details['error'] === 'invalid_grant') throw refusal(held, {})
        // It answered with a yes that can't be read: what it holds now, nobody knows.
        if (error instanceof PlimsollError && error.class === 'auth' && error.executed !== false) throw new PlimsollError('http.answer', error.message)
        throw error
      }
    })
    return opened(next) as Token
  }
}

/** Refused although nothing was lost, or because the answer to an earlier use was lost: a person needs to know which. */
function refusal(held: KeptCredential, options: { executed?: false }): PlimsollError {
  if (held.usedAt === null) return new PlimsollError('http.token_refused', 'The token service does not accept the refresh token any more: it has run out, was withdrawn, or was used elsewhere.', options)
  return new PlimsollError('http.token_lost', `The refresh token was used at ${new Date(held.usedAt).toISOString()}, but the answer with the next one never arrived or could not be kept (the process or the connection ended in between). The token service accepts each only once.`, options)
}

export interface TokenService {
  readonly address: string
  readonly client: string
  place(): Promise<void>
  ask(form: Readonly<Record<string, string>>): Promise<Token>
}

export function tokenService(client: HttpClient, manifest: OAuth2, settings: SettingValues, text: (name: string) => string): TokenService {
  const id = text('client_id')
  const secret = manifest.client === 'none' ? '' : text('client_secret')
  const given = settings['token_url']
  const url = typeof given === 'string' && given !== '' ? new URL(given) : undefined
  if (!url && manifest.token_path === undefined) throw new PlimsollError('http.setting', 'The setting token_url is needed to log in (oauth2).', { details: { setting: 'token_url' } })
  const early = durationMs(manifest.early ?? '60s')!
  const life = new AbortController()
  return {
    address: url?.href ?? `${String(settings['url'])}${manifest.token_path!}`,
    client: id,
    place: () => client.place(life.signal),
    async ask(grant) {
      // What a code is good for was said when it was asked for.
      const form = new URLSearchParams({ ...grant, ...(manifest.scope === undefined || grant['grant_type'] === 'authorization_code' ? {} : { scope: manifest.scope }), ...manifest.parameters })
      const headers: Record<string, string> = {}
      if (manifest.client === 'body' || manifest.client === 'none') {
        form.set('client_id', id)
        if (manifest.client === 'body') form.set('client_secret', secret)
      } else {
        // RFC 6749 §2.3.1: both are form-encoded before they are joined.
        const encoded = [id, secret].map((part) => new URLSearchParams({ p: part }).toString().slice(2)).join(':')
        const joined = Buffer.from(encoded).toString('base64')
        client.secret(joined)
        headers['authorization'] = `Basic ${joined}`
      }
      const askedAt = client.clock.now()
      const answer = await client.request({
        method: 'POST', headers, body: form.toString(), type: 'application/x-www-form-urlencoded', signal: life.signal,
        ...(grant['grant_type'] === 'refresh_token' ? { placed: true as const } : {}),
        ...(url ? { base: new URL(url.origin), path: url.pathname, query: [...url.searchParams] } : { path: manifest.token_path! }),
      })
      const { access, refresh, seconds } = readToken(answer, client.mask)
      for (const one of [access, refresh]) if (one !== undefined) client.secret(one)
      // A token that lives shorter than `early` would otherwise be renewed before each request.
      const lifeMs = seconds === undefined ? undefined : seconds * 1_000
      return { access, staleAt: lifeMs === undefined ? NEVER : askedAt + Math.max(lifeMs - early, lifeMs / 2), ...(refresh === undefined ? {} : { refresh }) }
    },
  }
}

function readToken(answer: Answer, mask: (text: string) => string): { readonly access: string; readonly refresh: string | undefined; readonly seconds: number | undefined } {
  if (answer.status === 429) throw new PlimsollError('http.limit', 'The token service asks for fewer calls.', { executed: false, ...retryOptions(answer) })
  if (answer.status >= 500) throw new PlimsollError('http.server', `The token service has a fault (status ${answer.status}).`, retryOptions(answer))
  let body: Native = null
  if (answer.status < 400 || answer.text.trim().startsWith('{')) body = answer.json()
  const problem = textOf(at(body, 'error'))
  if (answer.status >= 400 || problem !== undefined) {
    const named = problem !== undefined && /^[\w.-]{1,60}$/.test(problem) ? mask(problem) : undefined
    // Whatever it is about, the refresh token was not used up.
    throw new PlimsollError('http.auth', `The token service refuses the client (status ${answer.status}${named === undefined ? '' : `, ${named}`}).`, { executed: false, details: { error: named ?? null } })
  }
  const access = textOf(at(body, 'access_token'))
  if (access === undefined || !TOKEN.test(access)) throw new PlimsollError('http.auth', 'The token service answered without a usable access_token.')
  const refresh = textOf(at(body, 'refresh_token'))
  const seconds = Number(textOf(at(body, 'expires_in')) ?? Number.NaN)
  return { access, refresh: refresh === undefined || refresh === '' ? undefined : refresh, seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined }
}

const TOKEN = /^[\u0021-\u007E]+$/

const retryOptions = (answer: Answer): { retryAfterMs?: number } => {
  const retry = retryAfterMs(answer)
  return retry === undefined ? {} : { retryAfterMs: retry }
}

/** Whatever happened to the preparation (token, read before the write): the request that needed it was not sent. */
export function asNotSent(error: unknown): unknown {
  if (!(error instanceof PlimsollError) || error.executed === false) return error
  return new PlimsollError(error.code, error.message, {
    details: error.details, cause: error, executed: false, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  })
}
