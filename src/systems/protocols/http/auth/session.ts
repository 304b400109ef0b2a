/**
 * Sessions: a call logs in with user and password, its answer brings a token (in its body, a header or a cookie), and a header of each
 * later request carries it. When the system says that the session is over, one login serves all who wait, and each repeats its request once.
 */
import { writeJson } from '../../../../base/json.ts'
import { type Native, PlimsollError, type SettingValues } from '../../../contract.ts'
import { isBegun } from '../call/aliases.ts'
import { meaningOf, retryAfterMs, whatItSays } from '../call/answer.ts'
import { formOf } from '../write/body.ts'
import { callBody } from '../call/call-body.ts'
import { type AuthManifest, LOGIN } from '../manifest/auth-manifest.ts'
import type { ErrorsManifest } from '../manifest/manifest.ts'
import { NEVER, renewable, type Token } from './oauth.ts'
import { at, textOf } from '../../../path.ts'
import type { Answer, HttpClient } from '../call/request.ts'
import { encodeSegment, type Fill, fillText, fitsPath, placeholders } from '../manifest/template.ts'
import { durationMs } from '../call/times.ts'

type Session = Extract<AuthManifest, { kind: 'session' }>
type Call = Session['login']

/** A new session that was refused at once is not tried again for so long: many systems lock whoever logs in too often. */
const FUTILE_MS = 60_000

export interface SessionTokens {
  current(): Promise<string>
  insteadOf(refused: string): Promise<void>
  /** This token is as good as new and was refused: another login would help nobody. */
  helpedNothing(token: string): void
  header(token: string): Readonly<Record<string, string>>
  isOver(answer: Answer): boolean
}

export function sessionTokens(client: HttpClient, manifest: Session, settings: SettingValues, text: (name: string) => string, errors: ErrorsManifest | undefined): SessionTokens {
  const fill = loginFill(manifest, settings, text)
  const life = new AbortController()
  const send = async (call: Call, own: Fill, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    const body = callBody(call, own)
    return client.request({
      method: call.method ?? 'POST',
      path: fillText(call.path, own, segment),
      query: Object.entries(call.query ?? {}).map(([name, value]) => [name, fillText(value, own)] as const),
      headers,
      ...(body === undefined ? {} : call.encoding === 'form' ? { body: formOf(body), type: 'application/x-www-form-urlencoded' } : { body: writeJson(body) }),
      signal: life.signal,
    })
  }
  const lasts = manifest.lasts === undefined ? undefined : durationMs(manifest.lasts)!
  const futile = { token: '', until: 0 }
  let newest: string | undefined
  const tokens = renewable(client.clock, async (): Promise<Token> => {
    if (futile.token !== '' && client.clock.now() < futile.until) throw new PlimsollError('http.auth', 'The system refuses each new session; it is not logged in to again for a minute.', { executed: false })
    const askedAt = client.clock.now()
    const answer = await send(manifest.login, fill)
    judge(answer, errors, client.mask)
    const access = tokenIn(manifest, answer, fill, whatItSays(answer, errors, client.mask).text)
    client.secret(access.raw)
    client.secret(access.token)
    newest = access.token
    return { access: access.token, staleAt: lasts === undefined ? NEVER : askedAt + lasts }
  })
  const header = (token: string): Record<string, string> => ({ [manifest.send.header.toLowerCase()]: (manifest.send.value ?? '{token}').replaceAll('{token}', () => token) })
  const { logout } = manifest
  if (logout) {
    client.beforeClose(async () => {
      if (newest === undefined) return
      await send(logout, (name) => (name === 'token' ? newest : fill(name)), header(newest))
    })
  }
  return {
    current: () => tokens.current(),
    insteadOf: (refused) => tokens.insteadOf(refused),
    helpedNothing(token) {
      futile.token = token
      futile.until = client.clock.now() + FUTILE_MS
    },
    header,
    // What was executed in part is never sent again for it.
    isOver: (answer) => !isBegun(answer) && meaningOf(answer, 'read', errors, () => whatItSays(answer, errors, client.mask)) === 'auth',
  }
}

/** Only what the manifest names is asked for, before anything is sent. */
function loginFill(manifest: Session, settings: SettingValues, text: (name: string) => string): Fill {
  const parameters = settings['parameters']
  const used = new Set(placeholders(JSON.stringify([manifest.login, manifest.logout ?? null, manifest.token])))
  const known = new Map<string, string>()
  for (const name of LOGIN) if (used.has(name)) known.set(name, text(name))
  for (const name of used) {
    if (!name.startsWith('parameter.')) continue
    const own = name.slice('parameter.'.length)
    const held = parameters !== null && typeof parameters === 'object' && !Array.isArray(parameters) && Object.hasOwn(parameters, own) ? (parameters as Readonly<Record<string, unknown>>)[own] : undefined
    if (held === undefined) throw new PlimsollError('http.setting', `The manifest uses {${name}}, which the setting parameters does not have.`, { details: { setting: 'parameters' } })
    known.set(name, String(held))
  }
  return (name) => known.get(name)
}

function segment(value: string): string {
  if (!fitsPath(value)) throw new PlimsollError('http.setting', `\`${value.slice(0, 60)}\` can't be part of a path.`, { details: { setting: 'parameters' } })
  return encodeSegment(value)
}

function judge(answer: Answer, errors: ErrorsManifest | undefined, mask: (text: string) => string): void {
  const say = () => whatItSays(answer, errors, mask)
  const retry = retryAfterMs(answer)
  const options = { executed: false, ...(retry === undefined ? {} : { retryAfterMs: retry }) } as const
  switch (meaningOf(answer, 'read', errors, say)) {
    case 'done': return
    case 'later': throw new PlimsollError('http.limit', `The login has to wait: the system asks for fewer calls (status ${answer.status}).`, options)
    case 'unsure': throw new PlimsollError('http.server', `The login failed at the system (status ${answer.status}): ${say().text}.`, options)
    case 'missing': throw new PlimsollError('http.not_there', `The login ${answer.what} does not exist (status ${answer.status}).`, options)
    default: throw new PlimsollError('http.auth', `The login was refused (status ${answer.status}): ${say().text}.`, options)
  }
}

function tokenIn(manifest: Session, answer: Answer, fill: Fill, says: string): { readonly raw: string; readonly token: string } {
  let body: Native = null
  try {
    if (answer.text.trim() !== '') body = answer.json()
  } catch {
    // The token may stand in a header.
  }
  const missing: string[] = []
  const raw = fillText(manifest.token, (name) => {
    const value = name.startsWith('answer.') ? textOf(at(body, name.slice('answer.'.length)))
      : name.startsWith('header.') ? answer.headers[name.slice('header.'.length).toLowerCase()]
        : name.startsWith('cookie.') ? cookieIn(answer.headers['set-cookie'] ?? '', name.slice('cookie.'.length)) : fill(name)
    if (value === undefined || value === '') missing.push(name)
    return value
  })
  const what = says.startsWith('status ') ? '' : ` It says: ${says}`
  if (missing.length > 0) throw new PlimsollError('http.auth', `The login was answered without {${missing[0]!}}: the credentials are not accepted, or \`token\` in the manifest does not fit.${what}`, { executed: false })
  const token = manifest.base64 === true ? Buffer.from(raw).toString('base64') : raw
  if (!TOKEN.test(token)) throw new PlimsollError('http.auth', 'The login was answered with a token that no header can hold.', { executed: false })
  return { raw, token }
}

/** What may stand in a header, without spaces around it. */
const TOKEN = /^[\u0021-\u007E](?:[\u0020-\u007E]{0,16000}[\u0021-\u007E])?$/

/** Several cookies arrive joined by commas, which dates in them hold too. */
function cookieIn(header: string, wanted: string): string | undefined {
  for (const cookie of header.split(/,\s*(?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/)) {
    const [name, value] = cookie.split(';', 1)[0]!.split(/=(.*)/s)
    if (name?.trim() === wanted) return value?.trim()
  }
  return undefined
}
