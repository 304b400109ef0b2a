/** The address of a server and how safe the way to it is: the same settings for brokers and mail servers. */
import { readFileSync } from 'node:fs'
import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectSafely } from 'node:tls'
import type { ConnectorContext, SettingSpec, SettingValues } from '../../contract.ts'
import { checkAddress, guardedLookup } from '../../network.ts'
import { settingError } from './failures.ts'

export interface Server {
  readonly url: URL
  readonly host: string
  readonly port: number
  readonly tls: boolean
  /** For `tls.connect`. */
  readonly safety: { readonly rejectUnauthorized: boolean; readonly ca?: string; readonly servername?: string; readonly minVersion: 'TLSv1.2' }
  readonly lookup: LookupFunction
  readonly user: string | undefined
  readonly password: string | undefined
  readonly timeoutMs: number
}

/** Scheme → whether it is encrypted from the start, and the usual port. */
export type Schemes = Readonly<Record<string, { readonly tls: boolean; readonly port: number }>>

export const serverSettings = (schemes: Schemes, example: string): readonly SettingSpec[] => [
  { name: 'url', type: 'url', needed: true, about: `Address of the server: ${Object.keys(schemes).map((scheme) => `${scheme}://`).join(' or ')}, for example ${example}.` },
  { name: 'user', type: 'text', about: 'User.' },
  { name: 'password', type: 'text', secret: true, about: 'Password of the user.' },
  { name: 'ca', type: 'path', about: 'Certificates (PEM) of the authority that signed the certificate of the server, where the system does not know it.' },
  { name: 'check_certificate', type: 'boolean', default: 'true', about: 'false accepts any certificate: whoever stands in between can read along. For trials only.' },
  { name: 'timeout', type: 'number', default: '30', about: 'How many seconds to wait for an answer.' },
]

export function readServer(values: SettingValues, context: ConnectorContext, schemes: Schemes): Server {
  const url = addressOf(values['url'], schemes)
  const { tls, port } = schemes[url.protocol.slice(0, -1)]!
  const publicOnly = context.publicOnly === true
  checkAddress(url, publicOnly)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const ca = textIn(values, 'ca')
  const timeout = numberIn(values, 'timeout', 30, 1, 600)
  return {
    url, host, tls, port: url.port === '' ? port : Number(url.port), lookup: guardedLookup(publicOnly), timeoutMs: timeout * 1_000,
    user: textIn(values, 'user'), password: textIn(values, 'password'),
    safety: {
      rejectUnauthorized: yesIn(values, 'check_certificate', true), minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca: certificates(ca) }), ...(isIP(host) === 0 ? { servername: host } : {}),
    },
  }
}

/** A connection to it, on its way. */
export function socketTo({ host, port, lookup, tls, safety }: Server): Socket {
  return tls ? connectSafely({ host, port, lookup, ...safety }) : connect({ host, port, lookup })
}

function addressOf(value: unknown, schemes: Schemes): URL {
  const words = Object.keys(schemes).map((scheme) => `${scheme}://`).join(' or ')
  let url: URL
  try {
    url = new URL(String(value ?? ''))
  } catch {
    throw settingError('url', `is no address that begins with ${words}`)
  }
  if (!Object.hasOwn(schemes, url.protocol.slice(0, -1))) throw settingError('url', `must begin with ${words}`)
  if (url.hostname === '') throw settingError('url', 'names no host')
  if (url.username !== '' || url.password !== '') throw settingError('url', 'must not contain user and password; they have settings of their own')
  if (url.search !== '' || url.hash !== '') throw settingError('url', 'must not contain a query or a fragment')
  return url
}

function certificates(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw settingError('ca', `names a file that can't be read (${(error as NodeJS.ErrnoException).code})`)
  }
}

export function textIn(values: SettingValues, name: string): string | undefined {
  const value = values[name]
  if (value === undefined || value === '') return undefined
  if (typeof value === 'object') throw settingError(name, 'must be one text')
  return String(value)
}

export function yesIn(values: SettingValues, name: string, otherwise: boolean): boolean {
  const value = textIn(values, name)
  if (value === undefined) return otherwise
  if (value !== 'true' && value !== 'false') throw settingError(name, 'must be true or false')
  return value === 'true'
}

export function numberIn(values: SettingValues, name: string, otherwise: number, least: number, most: number): number {
  const value = textIn(values, name)
  const number = value === undefined ? otherwise : Number(value)
  if (!Number.isFinite(number) || number < least || number > most) throw settingError(name, `must be a number from ${least} to ${most}`)
  return number
}

/** A map of texts; own keys only. */
export function mapIn(values: SettingValues, name: string): ReadonlyMap<string, string | readonly string[]> {
  const value = values[name]
  if (value === undefined || value === '') return new Map()
  if (typeof value !== 'object' || Array.isArray(value)) throw settingError(name, 'must be a list of `name: value` pairs')
  return new Map(Object.entries(value).map(([key, one]) => [key, Array.isArray(one) ? one.map(String) : String(one)]))
}
