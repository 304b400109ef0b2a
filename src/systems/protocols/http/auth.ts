/** Logging in: what is added to each request, and what happens when the system does not accept it. */
import { type Native, PlimsollError, type SettingValues } from '../../contract.ts'
import type { AuthManifest } from './manifest.ts'
import { at, textOf } from './path.ts'
import type { Answer, HttpClient, Outgoing } from './request.ts'
import { retryAfterMs } from './answer.ts'
import { durationMs } from './times.ts'

/** Sends with credentials. Throws class `auth` when the system refuses them; every other answer is the caller's to judge. */
export type Send = (outgoing: Outgoing) => Promise<Answer>

interface Credentials {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: readonly (readonly [string, string])[]
}

export function authorised(client: HttpClient, manifest: AuthManifest, settings: SettingValues, isRecordRefusal: (answer: Answer) => boolean): Send {
  const text = (name: string): string => {
    const value = settings[name]
    if (typeof value !== 'string' || value === '') throw new PlimsollError('http.setting', `The setting ${name} is needed to log in (${manifest.kind}).`, { details: { setting: name } })
    return value
  }
  const withFixed = (fixed: Credentials): Send => async (outgoing) => judge(await client.request(joined(outgoing, fixed)))
  const judge = (answer: Answer): Answer => {
    if ((answer.status === 401 || answer.status === 403) && !isRecordRefusal(answer)) throw refused(answer)
    return answer
  }
  const refused = (answer: Answer): PlimsollError =>
    new PlimsollError('http.auth', `${answer.what} was refused (status ${answer.status}): ${answer.status === 401 ? 'the credentials are not accepted' : 'the credentials do not allow it'}.`, { executed: false })

  switch (manifest.kind) {
    case 'none': return withFixed({})
    case 'basic': {
      const user = text('user')
      if (user.includes(':')) throw new PlimsollError('http.setting', 'The setting user must not contain a colon (RFC 7617).', { details: { setting: 'user' } })
      const encoded = Buffer.from(`${user}:${text('password')}`).toString('base64')
      client.secret(encoded)
      return withFixed({ headers: { authorization: `Basic ${encoded}` } })
    }
    case 'key': {
      const value = `${manifest.prefix ?? ''}${headerSafe('key', text('key'))}`
      return withFixed(manifest.in === 'header' ? { headers: { [manifest.name.toLowerCase()]: value } } : { query: [[manifest.name, value]] })
    }
    case 'bearer': return withFixed({ headers: { authorization: `${manifest.scheme ?? 'Bearer'} ${headerSafe('token', text('token'))}` } })
    case 'oauth2': {
      const tokens = tokenSource(client, manifest, settings, text)
      return async (outgoing) => {
        const token = await tokens.current()
        const answer = await client.request(joined(outgoing, { headers: { authorization: `Bearer ${token}` } }))
        if ((answer.status !== 401 && answer.status !== 403) || isRecordRefusal(answer)) return answer
        // Refused before anything was done, so sending it once more with a new token can't double anything.
        const fresh = await tokens.insteadOf(token)
        return judge(await client.request(joined(outgoing, { headers: { authorization: `Bearer ${fresh}` } })))
      }
    }
  }
}

const joined = (outgoing: Outgoing, extra: Credentials): Outgoing => ({
  ...outgoing,
  headers: { ...outgoing.headers, ...extra.headers },
  query: [...(outgoing.query ?? []), ...(extra.query ?? [])],
})

export function headerSafe(setting: string, value: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(value)) throw new PlimsollError('http.setting', `The setting ${setting} contains a line break or control character.`, { details: { setting } })
  return value
}

type OAuth2 = Extract<AuthManifest, { kind: 'oauth2' }>

/** One token for all requests of the session; many callers that need a new one cause one call. */
function tokenSource(client: HttpClient, manifest: OAuth2, settings: SettingValues, text: (name: string) => string) {
  const id = text('client_id')
  const secret = text('client_secret')
  const given = settings['token_url']
  const url = typeof given === 'string' && given !== '' ? new URL(given) : undefined
  if (!url && manifest.token_path === undefined) throw new PlimsollError('http.setting', 'The setting token_url is needed to log in (oauth2).', { details: { setting: 'token_url' } })
  const early = durationMs(manifest.early ?? '60s')!
  const life = new AbortController()
  let held: { readonly token: string; readonly staleAt: number } | undefined
  let pending: Promise<string> | undefined

  const fetchToken = async (): Promise<string> => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...(manifest.scope === undefined ? {} : { scope: manifest.scope }), ...manifest.parameters })
    const headers: Record<string, string> = {}
    if (manifest.client === 'body') {
      form.set('client_id', id)
      form.set('client_secret', secret)
    } else {
      // RFC 6749 §2.3.1: both are form-encoded before they are joined.
      const encoded = [id, secret].map((part) => new URLSearchParams({ p: part }).toString().slice(2)).join(':')
      headers['authorization'] = `Basic ${Buffer.from(encoded).toString('base64')}`
    }
    const askedAt = client.clock.now()
    const answer = await client.request({
      method: 'POST', headers, body: form.toString(), type: 'application/x-www-form-urlencoded', signal: life.signal,
      ...(url ? { base: new URL(url.origin), path: url.pathname, query: [...url.searchParams] } : { path: manifest.token_path! }),
    })
    const { token, seconds } = readToken(answer)
    // A token that lives shorter than `early` would otherwise be renewed before each request.
    const lifeMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1_000
    client.secret(token)
    held = { token, staleAt: askedAt + Math.max(lifeMs - early, lifeMs / 2) }
    return token
  }
  const renew = (): Promise<string> => {
    pending ??= fetchToken().catch((error: unknown) => { throw asNotSent(error) }).finally(() => { pending = undefined })
    return pending
  }
  return {
    async current(): Promise<string> {
      return held && client.clock.now() < held.staleAt ? held.token : renew()
    },
    /** The token that was refused; another caller may have replaced it already. */
    async insteadOf(refused: string): Promise<string> {
      if (held && held.token !== refused) return held.token
      held = undefined
      return renew()
    },
  }
}

function readToken(answer: Answer): { readonly token: string; readonly seconds: number | undefined } {
  if (answer.status === 429) throw new PlimsollError('http.limit', 'The token service asks for fewer calls.', retryOptions(answer))
  if (answer.status >= 500) throw new PlimsollError('http.server', `The token service has a fault (status ${answer.status}).`)
  let body: Native = null
  if (answer.status < 400 || answer.text.trim().startsWith('{')) body = answer.json()
  const problem = textOf(at(body, 'error'))
  if (answer.status >= 400 || problem !== undefined) {
    throw new PlimsollError('http.auth', `The token service refuses the client (status ${answer.status}${problem !== undefined && /^[\w.-]{1,60}$/.test(problem) ? `, ${problem}` : ''}).`)
  }
  const token = textOf(at(body, 'access_token'))
  if (token === undefined || !/^[\u0021-\u007E]+$/.test(token)) throw new PlimsollError('http.auth', 'The token service answered without a usable access_token.')
  const seconds = Number(textOf(at(body, 'expires_in')) ?? Number.NaN)
  return { token, seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined }
}

const retryOptions = (answer: Answer): { executed: false; retryAfterMs?: number } => {
  const retry = retryAfterMs(answer)
  return retry === undefined ? { executed: false } : { executed: false, retryAfterMs: retry }
}

/** Whatever happened to the preparation (token, read before the write): the request that needed it was not sent. */
export function asNotSent(error: unknown): unknown {
  if (!(error instanceof PlimsollError) || error.executed === false) return error
  return new PlimsollError(error.code, error.message, {
    details: error.details, cause: error, executed: false, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  })
}
