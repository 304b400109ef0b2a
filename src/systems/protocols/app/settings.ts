/** Settings of the `app` connector. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ConnectorContext, PlimsollError, type SettingSpec, type SettingValues } from '../../contract.ts'
import './errors.ts'

export const appSettings: readonly SettingSpec[] = [
  { name: 'token', type: 'text', about: 'What the application shows with every call; at least 20 characters nobody can guess, for example from `openssl rand -base64 32`.', secret: true, needed: true },
  { name: 'old_token', type: 'text', about: 'A token that is still taken while the application gets the new one.', secret: true },
  { name: 'origins', type: 'list', about: 'Web pages that may call from a browser, for example https://shop.example; default: none.' },
  { name: 'webhook_url', type: 'url', about: 'Address of the application that is called when something changed.' },
  { name: 'webhook_secret', type: 'text', about: 'Secret with which these calls are signed (Standard Webhooks): `whsec_` and Base64, 24 to 64 bytes.', secret: true },
  { name: 'webhook_content', type: 'text', about: '`keys`: what changed; `records`: with the records.', values: ['keys', 'records'], default: 'keys' },
  { name: 'file', type: 'path', about: 'Where the records of the application are kept; default: beside the store.' },
]

export interface AppSettings {
  readonly tokens: readonly string[]
  readonly origins: readonly string[]
  readonly file: string
  /** Where the records lie if the system was renamed since. */
  readonly before?: string
  readonly webhook?: { readonly url: URL; readonly key: Uint8Array; readonly records: boolean }
}

const SHORTEST_TOKEN = 20
const SECRET_BYTES = { least: 24, most: 64 }

export function readSettings(values: SettingValues, { system, keeps, formerly = [] }: Pick<ConnectorContext, 'system' | 'keeps' | 'formerly'>): AppSettings {
  const fail = (setting: string, says: string): never => {
    throw new PlimsollError('apps.setting', says, { details: { setting }, place: `systems.${system}.settings.${setting}`, executed: false })
  }
  const text = (name: string): string => (typeof values[name] === 'string' ? values[name] : '')
  const tokens = ['token', 'old_token'].filter((name) => text(name) !== '').map((name) => {
    if (text(name).length < SHORTEST_TOKEN || !/^[\x21-\x7e]+$/.test(text(name))) fail(name, `${name} of system ${system} is shorter than ${SHORTEST_TOKEN} characters, or has blanks or letters that no header can carry.`)
    return text(name)
  })
  if (tokens.length === 0) fail('token', `System ${system} needs the setting token: what its application shows with every call.`)
  const file = text('file') || (keeps === undefined ? fail('file', `System ${system} needs the setting file: where the records of the application are kept.`) : join(keeps, `${system}.db`))
  const before = text('file') !== '' || existsSync(file) ? undefined : formerly.map((name) => join(keeps!, `${name}.db`)).find((one) => existsSync(one))
  const url = text('webhook_url')
  const list = values['origins']
  const origins = (Array.isArray(list) ? list : []).map((one) => originOf(String(one)) ?? fail('origins', `origins of system ${system}: ${JSON.stringify(one)} is no origin such as https://shop.example, without a path.`))
  return { tokens, origins, file, ...(before === undefined ? {} : { before }), ...(url === '' ? {} : { webhook: { url: addressOf(url) ?? fail('webhook_url', `webhook_url of system ${system} is no address that begins with https:// or http://.`), key: keyOf(text('webhook_secret')) ?? fail('webhook_secret', `System ${system} has a webhook_url, so it needs webhook_secret: \`whsec_\` and ${SECRET_BYTES.least} to ${SECRET_BYTES.most} bytes in Base64.`), records: text('webhook_content') === 'records' } }) }
}

function addressOf(text: string): URL | undefined {
  const url = URL.parse(text)
  return url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url : undefined
}

function originOf(text: string): string | undefined {
  const url = addressOf(text)
  return url && url.origin === text.replace(/\/$/, '').toLowerCase() ? url.origin : undefined
}

function keyOf(text: string): Uint8Array | undefined {
  const written = text.replace(/^whsec_/, '')
  const key = Buffer.from(written, 'base64')
  return key.toString('base64').replace(/=+$/, '') === written.replace(/=+$/, '') && key.length >= SECRET_BYTES.least && key.length <= SECRET_BYTES.most ? key : undefined
}
