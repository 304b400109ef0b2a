import { PlimsollError } from '../../contract.ts'
import type { SettingSpec, SettingValue, SettingValues } from '../../contract.ts'
import './failures.ts'

export type FormatName = 'csv' | 'json' | 'ndjson' | 'xlsx' | 'xml'
const FORMATS: readonly FormatName[] = ['csv', 'json', 'ndjson', 'xlsx', 'xml']

export const filesSettings: readonly SettingSpec[] = [
  { name: 'folder', type: 'path', needed: true, unless: 'url', about: 'The folder with the files, on this machine.' },
  { name: 'url', type: 'url', about: 'Instead of `folder`, one at a distance: sftp://host/folder, ftps://host/folder, ftp://host/folder or s3://bucket/folder. After the host, `/~/` is where the login leads to.' },
  { name: 'user', type: 'text', about: 'Who logs in over SFTP and FTP; may stand in `url`, too (sftp://user@host).' },
  { name: 'password', type: 'text', secret: true, about: 'Password of the user.' },
  { name: 'private_key', type: 'text', secret: true, about: 'SFTP: the private key of the user, instead of a password (the text of the file).' },
  { name: 'passphrase', type: 'text', secret: true, about: 'SFTP: what the private key is locked with.' },
  { name: 'host_key', type: 'list', about: 'SFTP: fingerprint of the server\'s key (SHA256:…), or the key itself; several, while a key is changed. Without it and `known_hosts` no connection is made, and the message shows what the server has.' },
  { name: 'known_hosts', type: 'path', about: 'SFTP: a file of known hosts, as `ssh` keeps it.' },
  { name: 'tls', type: 'text', values: ['explicit', 'implicit', 'none'], about: 'FTP: how the connection is encrypted. Default: explicit for ftps:// (implicit at port 990), none for ftp://.' },
  { name: 'ca', type: 'path', about: 'FTPS and S3: certificate of an own certificate authority (PEM). Certificates are always checked.' },
  { name: 'endpoint', type: 'url', about: 'S3: address of a server that speaks its protocol. Default: Amazon\'s in the region.' },
  { name: 'region', type: 'text', about: 'S3: region of the bucket (us-east-1).' },
  { name: 'access_key', type: 'text', about: 'S3: access key.' },
  { name: 'secret_key', type: 'text', secret: true, about: 'S3: secret key.' },
  { name: 'session_token', type: 'text', secret: true, about: 'S3: token of a temporary login.' },
  { name: 'format', type: 'text', values: FORMATS, about: 'How the files are written. Default: from the ending of the resource.' },
  { name: 'encoding', type: 'text', about: 'Encoding of text files: utf-8, utf-16le, windows-1250, iso-8859-2 and so on. Default: from the byte order mark, else utf-8.' },
  { name: 'delimiter', type: 'text', about: 'What separates cells of a CSV file: one character, or `tab`. Default: found by looking (comma, semicolon, tab, bar).' },
  { name: 'quote', type: 'text', default: '"', about: 'What encloses cells of a CSV file; `none` if nothing does.' },
  { name: 'header', type: 'boolean', default: 'true', about: 'Whether the first row names the columns. Without it they are called 1, 2, 3.' },
  { name: 'null_text', type: 'text', about: 'A text without quotes that means "nothing" in a CSV file, such as NULL. An empty cell without quotes always does.' },
  { name: 'escape_formulas', type: 'boolean', default: 'true', about: 'Puts an apostrophe before text that a spreadsheet program would compute (= + - @ at its beginning, but not numbers and phone numbers) when writing CSV, and takes it away when reading. `false` for files that only programs read.' },
  { name: 'sheet', type: 'text', about: 'Name or number of the sheet in an XLSX file. Default: the first one that is not hidden.' },
  { name: 'list', type: 'text', about: 'Where the list stands in a JSON file, such as `data.items` (default: the file itself is the list); in an XML file which element is a record, from the outermost on, such as `catalog.products.product` (default: found by looking for what repeats and has the key).' },
  { name: 'lists', type: 'list', about: 'XML: paths inside a record that are lists even where there is one item or none, such as `lines.line`.' },
  { name: 'namespaces', type: 'map', about: 'XML: the prefix that the plan uses for each namespace, such as { g: "http://base.google.com/ns/1.0" }; the file may have another prefix. Default: names as they stand in the file.' },
  { name: 'archive', type: 'path', unless: 'url', about: 'Makes the folder an inbox: each file brings changes, is read once and then moved here (with `url`: a folder there, from its folder on). Without it each file is the full list, and what is missing in it counts as deleted.' },
  { name: 'errors', type: 'path', unless: 'url', about: 'Where an inbox puts files that can\'t be read, each with a reason beside it. Default: `errors` in the archive folder.' },
  { name: 'settle', type: 'number', default: '1', about: 'A file must have been unchanged for so many seconds before it is read.' },
]

export interface FilesSettings {
  /** On this machine; undefined: `url` says where. */
  readonly folder: string | undefined
  readonly url: string | undefined
  readonly format: FormatName | undefined
  readonly encoding: string | undefined
  readonly delimiter: string | undefined
  /** Empty: no quoting. */
  readonly quote: string
  readonly header: boolean
  readonly nullText: string | undefined
  readonly escapeFormulas: boolean
  readonly sheet: string | undefined
  readonly list: string | undefined
  readonly lists: readonly string[]
  /** Prefix of the plan by namespace. */
  readonly namespaces: ReadonlyMap<string, string>
  readonly archive: string | undefined
  readonly errors: string | undefined
  readonly settleMs: number
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = { tab: '\t', '\\t': '\t', comma: ',', semicolon: ';', bar: '|', pipe: '|' }

export function readSettings(values: SettingValues, system: string): FilesSettings {
  const fail = (name: string, says: string): never => {
    throw new PlimsollError('files.settings', `Setting \`${name}\` of ${system} ${says}.`, { place: system })
  }
  const text = (name: string): string | undefined => {
    const value = values[name]
    if (value === undefined || value === '') return undefined
    if (typeof value === 'string') return value
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : fail(name, 'must be one text')
  }
  const yes = (name: string, otherwise: boolean): boolean => {
    const value = text(name)
    if (value === undefined) return otherwise
    return value === 'true' || (value === 'false' ? false : fail(name, 'must be true or false'))
  }
  const texts = (name: string): readonly string[] => {
    const value = values[name] ?? []
    const list: readonly SettingValue[] = Array.isArray(value) ? value : [value as SettingValue]
    return list.map((item) => (typeof item === 'string' && item !== '' ? item : fail(name, 'must be a list of texts')))
  }
  const pairs = (name: string): (readonly [string, string])[] => {
    const value = values[name] ?? {}
    if (typeof value !== 'object' || Array.isArray(value)) return fail(name, 'must be a list of `name: value` pairs')
    return Object.entries(value).map(([key, item]) => [key, typeof item === 'string' ? item : fail(name, 'must have texts as values')] as const)
  }
  const character = (name: string, value: string): string =>
    value.length === 1 && value !== '\n' && value !== '\r' ? value : fail(name, `must be one character, not ${JSON.stringify(value)}`)

  const format = text('format')
  if (format !== undefined && !FORMATS.includes(format as FormatName)) fail('format', `is ${JSON.stringify(format)}; it must be one of ${FORMATS.join(', ')}`)
  const delimiter = text('delimiter')
  const quote = text('quote') ?? '"'
  const settle = Number(text('settle') ?? '1')
  if (!Number.isFinite(settle) || settle < 0 || settle > 3600) fail('settle', 'must be a number of seconds from 0 to 3600')
  const archive = text('archive')
  const errors = text('errors') ?? (archive === undefined ? undefined : `${archive}/errors`)
  if (archive === undefined && text('errors') !== undefined) fail('errors', 'is only for an inbox: set `archive` as well')
  const url = text('url')
  const folder = text('folder')
  if (folder === undefined && url === undefined) fail('folder', 'is needed (or `url`)')
  if (folder !== undefined && url !== undefined) fail('url', 'and `folder` are two places; take one of them out')
  return {
    folder,
    url,
    format: format as FormatName | undefined,
    encoding: text('encoding'),
    delimiter: delimiter === undefined ? undefined : character('delimiter', DELIMITER_NAMES[delimiter] ?? delimiter),
    quote: quote === 'none' ? '' : character('quote', quote),
    header: yes('header', true),
    nullText: text('null_text'),
    escapeFormulas: yes('escape_formulas', true),
    sheet: text('sheet'),
    list: text('list'),
    lists: texts('lists'),
    namespaces: new Map(pairs('namespaces').map(([prefix, uri]) => [uri, prefix])),
    archive,
    errors,
    settleMs: settle * 1_000,
  }
}
