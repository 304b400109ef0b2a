/** What a broker says when it refuses, and what that means. */
import { PlimsollError } from '../../../contract.ts'

const CERTIFICATE = /CERT|UNABLE_TO_VERIFY|SELF_SIGNED|ALTNAME/

/** `open`: while the connection was made; nothing can have been executed then. */
export function inWords(thrown: unknown, what: string, of: { readonly opening: boolean }): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  const { code = '', message = String(thrown) } = thrown as { code?: string; message?: string }
  const never = of.opening ? { executed: false as const } : {}
  const say = (id: string, says: string, more: { executed?: false } = never): PlimsollError => new PlimsollError(id, says, { ...more, cause: thrown })
  const text = message.replaceAll(/\s+/g, ' ').slice(0, 300)
  if (of.opening && code === 'ACCESS_REFUSED') return say('messages.login', `${what}: user or password is wrong, or the user may not come from here.`)
  if (CERTIFICATE.test(code)) return say('messages.certificate', `${what}: the certificate of the server can't be trusted (${code}).`, { executed: false })
  if (/exclusive/i.test(text) || code === 'RESOURCE_LOCKED') return say('messages.taken', `${what}: somebody else reads it and lets nobody in. (${text})`, { executed: false })
  if (code === 'ACCESS_REFUSED' || code === 'NOT_ALLOWED') return say('messages.denied', `${what}: the user may not do this. (${text})`, { executed: false })
  if (code === 'NOT_FOUND') return say('messages.missing', `${what}: it is not there. (${text})`, { executed: false })
  if (code === 'PRECONDITION_FAILED') return say('messages.refused', `${what}: the broker refused. (${text})`)
  if (of.opening) return say('messages.connection', `${what}: there is no connection (${code || text}).`)
  return say('messages.lost', `${what}: the connection was lost (${code || text}).`)
}
