/** A place at a distance, by its address. What a protocol needs is loaded when it is used. */
import { readFile } from 'node:fs/promises'
import { PlimsollError } from '../../../contract.ts'
import type { ConnectorContext, SettingValues } from '../../../contract.ts'
import { checkAddress } from '../../../network.ts'
import type { Place } from '../place.ts'

export interface RemoteContext {
  readonly budget: (signal?: AbortSignal) => Promise<void>
  readonly publicOnly: boolean
}

export interface RemoteSettings {
  readonly host: string
  readonly port: number | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly privateKey: string | undefined
  readonly passphrase: string | undefined
  readonly hostKeys: readonly string[]
  /** Texts of files. */
  readonly knownHosts: string | undefined
  readonly ca: string | undefined
  readonly tls: 'explicit' | 'implicit' | 'none'
}

const PROTOCOLS = ['sftp:', 'ftp:', 'ftps:', 's3:']

export async function remotePlace(address: string, values: SettingValues, context: ConnectorContext): Promise<Place> {
  const { system } = context
  const fail = (name: string, says: string): never => {
    throw new PlimsollError('files.settings', `Setting \`${name}\` of ${system} ${says}.`, { place: system })
  }
  const text = (name: string): string | undefined => {
    const value = values[name]
    if (value === undefined || value === '') return undefined
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : fail(name, 'must be one text')
  }
  const file = async (name: string): Promise<string | undefined> => {
    const path = text(name)
    return path === undefined ? undefined : readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => fail(name, `names a file that can't be read: ${error.code}`))
  }
  if (!URL.canParse(address)) fail('url', 'is no address; write sftp://host/folder, ftps://host/folder or s3://bucket/folder')
  const url = new URL(address)
  if (!PROTOCOLS.includes(url.protocol)) fail('url', `begins with ${url.protocol}//; it must begin with sftp://, ftps://, ftp:// or s3://`)
  if (url.password !== '') fail('url', 'holds a password; leave it out and set `password` in the environment')
  if (url.search !== '' || url.hash !== '') fail('url', 'has a `?` or `#`, which a folder\'s address has not; write it as %3F or %23')
  const rest: RemoteContext = { budget: context.budget, publicOnly: context.publicOnly === true }
  const path = pathIn(url, (says) => fail('url', says))
  if (url.protocol === 's3:') {
    const { s3Place } = await import('./s3.ts')
    const region = text('region') ?? 'us-east-1'
    const endpoint = text('endpoint') ?? `https://s3.${region}.amazonaws.com`
    if (!/^https?:\/\//.test(endpoint)) fail('endpoint', 'must begin with https:// (or http://)')
    checkAddress(new URL(endpoint), rest.publicOnly)
    return s3Place({
      endpoint: new URL(endpoint), bucket: url.hostname, prefix: path.replace(/^\/+|\/+$/g, ''), region,
      accessKey: text('access_key') ?? text('user') ?? fail('access_key', 'is needed'), secretKey: text('secret_key') ?? text('password') ?? fail('secret_key', 'is needed'), sessionToken: text('session_token'), ca: await file('ca'),
    }, rest)
  }
  checkAddress(new URL(`http://${url.host}`), rest.publicOnly)
  const tls = text('tls') ?? (url.protocol === 'ftps:' ? (url.port === '990' ? 'implicit' : 'explicit') : 'none')
  const keys = values['host_key'] ?? []
  const settings: RemoteSettings = {
    host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? undefined : Number(url.port), user: text('user') ?? (url.username === '' ? undefined : decodeURIComponent(url.username)),
    password: text('password'), privateKey: text('private_key'), passphrase: text('passphrase'),
    hostKeys: (Array.isArray(keys) ? keys : [keys]).map((key) => (typeof key === 'string' ? key : fail('host_key', 'must be a list of texts'))),
    knownHosts: await file('known_hosts'), ca: await file('ca'), tls: tls as RemoteSettings['tls'],
  }
  const { renamingPlace } = await import('./renaming.ts')
  if (url.protocol === 'sftp:') {
    if (settings.user === undefined) fail('user', 'is needed')
    if (settings.password === undefined && settings.privateKey === undefined) fail('password', 'or `private_key` is needed')
    const { sftpFiles } = await import('./sftp.ts')
    return renamingPlace(sftpFiles(settings, rest), path, context.readOnly)
  }
  const { ftpFiles } = await import('./ftp.ts')
  return renamingPlace(ftpFiles(settings, rest), path, context.readOnly)
}

/** `/~/in` begins where the login leads to. */
function pathIn(url: URL, fail: (says: string) => never): string {
  let path: string
  try {
    path = decodeURIComponent(url.pathname)
  } catch {
    return fail('has a `%` that is no sign')
  }
  if (path.includes('\0') || /[\r\n]/.test(path) || path.split('/').includes('..')) return fail('has `..` or a control character in its path')
  const plain = path.replace(/\/+$/, '')
  return plain.startsWith('/~') ? `.${plain.slice(2)}` : plain === '' ? '/' : plain
}
