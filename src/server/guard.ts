/** Who may speak to the API: this machine, no page of another site, and for changes whoever knows the token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { PlimsollError } from '../base/errors.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** A name that leads here but is not ours is how a page of another site gets at servers of this machine (DNS rebinding). */
export function checkHost(host: string | undefined): void {
  const name = (host ?? '').toLowerCase().replace(/:\d{1,5}$/, '')
  if (!LOOPBACK.has(name)) throw new PlimsollError('api.host', 'Plimsoll answers to the names of this machine only.')
}

/** Browsers say from which page a request comes. Only our own pages may. */
export function checkOrigin(headers: { readonly origin?: string | undefined; readonly host?: string | undefined; readonly 'sec-fetch-site'?: string | string[] | undefined }, navigates: boolean): void {
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${(headers.host ?? '').toLowerCase()}`) {
    throw new PlimsollError('api.origin', 'The request comes from a page of another site.')
  }
  if (!navigates && headers['sec-fetch-site'] === 'cross-site') throw new PlimsollError('api.origin', 'The request comes from a page of another site.')
}

export function checkToken(authorization: string | undefined, token: string): void {
  const given = /^bearer (.{1,512})$/i.exec(authorization ?? '')?.[1]
  if (given === undefined) throw new PlimsollError('api.token', 'A change needs the token.')
  // Equal lengths, whatever was given: the time taken says nothing.
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  if (!timingSafeEqual(digest(given), digest(token))) throw new PlimsollError('api.token', 'The token is not the right one.')
}
