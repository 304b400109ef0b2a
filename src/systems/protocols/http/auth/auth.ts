/** Logging in: what is added to each request, and what happens when the system does not accept it. */
import { type Credentials as Keeper, PlimsollError, type SettingValues } from '../../../contract.ts'
import type { AuthManifest } from '../manifest/auth-manifest.ts'
import type { ErrorsManifest } from '../manifest/manifest.ts'
import { tokenSource } from './oauth.ts'
import type { Answer, HttpClient, Outgoing } from '../call/request.ts'
import { sessionTokens } from './session.ts'

/** Sends with credentials. Throws class `auth` when the system refuses them; every other answer is the caller's to judge. */
export type Send = (outgoing: Outgoing) => Promise<Answer>

interface Credentials {
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: readonly (readonly [string, string])[]
}

export function authorised(client: HttpClient, manifest: AuthManifest, settings: SettingValues, errors: ErrorsManifest | undefined, keeper?: Keeper): Send {
  const isRecordRefusal = (answer: Answer): boolean => (errors?.means ?? []).some((rule) => rule.status === answer.status && rule.is !== 'auth')
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
      const tokens = tokenSource(client, manifest, settings, text, keeper)
      return async (outgoing) => {
        let used = ''
        const bearing = (token: () => Promise<string>): Outgoing => ({ ...outgoing, late: async () => ({ authorization: `Bearer ${(used = await token())}` }) })
        const answer = await client.request(bearing(tokens.current))
        if ((answer.status !== 401 && answer.status !== 403) || isRecordRefusal(answer)) return answer
        // A token is not replaced for what it does not allow. Refused before anything was done, so sending it once more with a new token can't double anything.
        if (answer.status === 403 && manifest.grant === 'refresh_token') throw refused(answer)
        await tokens.insteadOf(used)
        return judge(await client.request(bearing(tokens.current)))
      }
    }
    case 'session': {
      const tokens = sessionTokens(client, manifest, settings, text, errors)
      return async (outgoing) => {
        let used = ''
        const bearing: Outgoing = { ...outgoing, late: async () => tokens.header(used = await tokens.current()) }
        const answer = await client.request(bearing)
        if (!tokens.isOver(answer)) return answer
        // Refused for who asks, before anything was done: with a new session it is sent once more.
        await tokens.insteadOf(used)
        const again = await client.request(bearing)
        if (!tokens.isOver(again)) return again
        tokens.helpedNothing(used)
        throw refused(again)
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
