/**
 * OAuth 2 with a person in front of a browser: the authorization code (RFC 6749 §4.1) with a proof that whoever exchanges it is who
 * asked for it (PKCE, RFC 7636), led back to this machine (RFC 8252). What comes of it goes on by itself, like any refresh token.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { newNonce } from '../../../../base/clock.ts'
import { type BrowserLogin, type Credentials, type LoginTurn, PlimsollError, type SettingValues } from '../../../contract.ts'
import type { AuthManifest } from '../manifest/auth-manifest.ts'
import { loginOrigin, tokenService } from './oauth.ts'
import type { HttpClient } from '../call/request.ts'

type OAuth2 = Extract<AuthManifest, { kind: 'oauth2' }>

/** Others that share the login may fetch a token just then; whoever logs in has the last word. */
const MOST_TRIES = 5

export function browserLogin(client: HttpClient, manifest: OAuth2, settings: SettingValues, keeper: Credentials | undefined): BrowserLogin {
  const text = (name: string): string => {
    const value = settings[name]
    if (typeof value !== 'string' || value === '') throw new PlimsollError('http.setting', `The setting ${name} is needed to log in (oauth2).`, { details: { setting: name } })
    return value
  }
  const redirect = settings['redirect_url']
  return {
    ...(typeof redirect === 'string' && redirect !== '' ? { redirect } : {}),
    begin: (back) => begin(client, manifest, settings, text, back, keeper),
  }
}

function begin(client: HttpClient, manifest: OAuth2, settings: SettingValues, text: (name: string) => string, back: string, keeper: Credentials | undefined): LoginTurn {
  if (!keeper) throw new PlimsollError('http.unable', 'Without a plan there is no store that could keep a login.')
  keeper.ready()
  const service = tokenService(client, manifest, settings, text)
  const [state, verifier] = [newNonce(24), newNonce(32)].map((bytes) => Buffer.from(bytes).toString('base64url')) as [string, string]
  client.secret(verifier)
  const address = authorizeAddress(manifest, settings)
  const asked: Record<string, string> = {
    ...manifest.authorize_parameters, response_type: 'code', client_id: service.client, redirect_uri: back, state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', ...(manifest.scope === undefined ? {} : { scope: manifest.scope }),
  }
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value)
  return {
    address: address.href,
    async finish(answer) {
      const code = codeIn(answer, back, state, client.mask)
      client.secret(code)
      const token = await service.ask({ grant_type: 'authorization_code', code, redirect_uri: back, code_verifier: verifier }).catch((error: unknown) => {
        if (!(error instanceof PlimsollError) || error.class !== 'auth') throw error
        throw new PlimsollError('http.login_refused', error.message, { executed: false, details: error.details })
      })
      const origin = loginOrigin(service, undefined)
      const kept = JSON.stringify(token)
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const before = await keeper.kept(origin)
        const now = await keeper.next(origin, { after: before?.rev ?? 0, first: '{}', leaseMs: 2 * client.timeoutMs + 5_000 }, async () => kept)
        if (now.text === kept) return { renews: token.refresh !== undefined }
      }
      throw new PlimsollError('http.login_refused', 'Other processes replaced the login again and again while it was being kept.', { executed: false })
    },
  }
}

function authorizeAddress(manifest: OAuth2, settings: SettingValues): URL {
  const given = settings['authorize_url']
  if (typeof given === 'string' && given !== '') return new URL(given)
  if (manifest.authorize_path === undefined) throw new PlimsollError('http.setting', 'The setting authorize_url is needed: nothing says where a person logs in.', { details: { setting: 'authorize_url' } })
  const base = new URL(String(settings['url']))
  return new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}${manifest.authorize_path}`)
}

/** A whole address, or what stands behind its question mark. */
function codeIn(answer: string, back: string, state: string, mask: (text: string) => string): string {
  const text = answer.trim().slice(0, 8_192)
  let given: URLSearchParams
  try {
    given = /^[a-z][a-z0-9+.-]*:/i.test(text) ? new URL(text).searchParams : new URL(text.startsWith('/') ? text : `?${text.replace(/^\?/, '')}`, back).searchParams
  } catch {
    throw new PlimsollError('http.login_state', 'This is no address that the service led back to.')
  }
  const [theirs, ...more] = given.getAll('state')
  const [one, other] = [theirs ?? '', state].map((value) => createHash('sha256').update(value).digest()) as [Buffer, Buffer]
  if (more.length > 0 || !timingSafeEqual(one, other)) throw new PlimsollError('http.login_state', 'This is not the answer to the login that was begun here.')
  const problem = given.get('error')
  if (problem !== null) {
    const why = [problem, given.get('error_description') ?? ''].filter((part) => part !== '').map((part) => mask(part).replaceAll(/[^\p{L}\p{N}\p{P} ]/gu, ' ').slice(0, 200)).join(': ')
    throw new PlimsollError('http.login_refused', `The service refused the login (${why}).`)
  }
  const codes = given.getAll('code')
  if (codes.length !== 1 || codes[0] === '') throw new PlimsollError('http.login_refused', 'The service led back without a code.')
  return codes[0]!
}
