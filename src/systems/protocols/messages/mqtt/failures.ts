/** What a broker says when it refuses, and what that means. Reason codes are those of MQTT 5; the old ones stand below 6. */
import { PlimsollError } from '../../../contract.ts'

const CERTIFICATE = /CERT|UNABLE_TO_VERIFY|SELF_SIGNED|ALTNAME/
const LOGIN = new Set([4, 134])
const DENIED = new Set([5, 135, 138, 156, 157])
const NAMES = new Set([2, 133, 143, 144])

/** `opening`: while the connection was made; nothing can have been executed then. */
export function inWords(thrown: unknown, what: string, of: { readonly opening: boolean }): PlimsollError {
  if (thrown instanceof PlimsollError) return thrown
  const { code, message = String(thrown) } = thrown as { code?: string | number; message?: string }
  const text = message.replaceAll(/\s+/g, ' ').slice(0, 300)
  const say = (id: string, says: string, executed?: false): PlimsollError => new PlimsollError(id, `${what}: ${says}`, { cause: thrown, ...(executed === false || of.opening ? { executed: false as const } : {}) })
  if (typeof code === 'number') {
    if (LOGIN.has(code)) return say('messages.login', 'user or password is wrong.', false)
    // Before version 5 a wrong password is answered so by many brokers.
    if (code === 5 || (of.opening && code === 135)) return say('messages.login', 'user or password is wrong, or the user may not come from here.', false)
    if (DENIED.has(code)) return say('messages.denied', `the user may not do this. (${text})`, false)
    if (NAMES.has(code)) return new PlimsollError('messages.setting', `${what}: the broker does not take this name. (${text})`, { details: { setting: code === 143 || code === 144 ? 'resource' : 'client_id' }, executed: false })
    return say('messages.refused', `the broker refused. (${text})`, false)
  }
  if (CERTIFICATE.test(code ?? '')) return say('messages.certificate', `the certificate of the server can't be trusted (${code}).`, false)
  if (of.opening) return say('messages.connection', `there is no connection (${code ?? text}).`)
  return say('messages.lost', `the connection was lost (${code ?? text}).`)
}
