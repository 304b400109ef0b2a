/** Settings of the `sql` connector. */
import { PlimsollError, type SettingSpec, type SettingValues } from '../../contract.ts'
import { MINUTE, SECOND } from '../../../base/duration.ts'

export const sqlSettings: readonly SettingSpec[] = [
  { name: 'dialect', type: 'text', about: 'Which database it is.', needed: true, values: ['sqlite', 'postgres', 'mariadb', 'mysql'] },
  { name: 'file', type: 'path', about: 'SQLite: the database file.' },
  { name: 'url', type: 'url', about: 'Address in one line, for example postgres://host:5432/shop. Other settings win over what it says.', secret: true },
  { name: 'host', type: 'text', about: 'Server name or address.' },
  { name: 'port', type: 'number', about: 'Port; 5432 for PostgreSQL, 3306 for MariaDB and MySQL.' },
  { name: 'user', type: 'text', about: 'Database user.' },
  { name: 'password', type: 'text', about: 'Password of this user.', secret: true },
  { name: 'database', type: 'text', about: 'Name of the database.' },
  { name: 'schema', type: 'text', about: 'PostgreSQL: the schema of the tables; default is the search path of the user.' },
  { name: 'ssl', type: 'text', about: '`yes`: encrypted, certificate checked; `no_check`: encrypted only; `no`.', values: ['yes', 'no_check', 'no'], default: 'no' },
  { name: 'create_tables', type: 'boolean', about: 'May a missing table be made for what the plan writes? Default: SQLite yes, others no.' },
  { name: 'overlap_seconds', type: 'number', about: 'How far before the last time of change a read begins again; longer than the longest transaction that writes. Default 60, SQLite 5.' },
  { name: 'lag_seconds', type: 'number', about: 'How long a change may be missing from reads, for example at a replica.', default: '0' },
  { name: 'timeout_seconds', type: 'number', about: 'After this time a connection attempt or a statement is given up.', default: '30' },
]

export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string | undefined
  readonly ssl: 'yes' | 'no_check' | 'no'
}

export interface SqlSettings {
  readonly dialect: 'sqlite' | 'postgres' | 'mariadb'
  readonly file: string
  readonly server: ServerAddress
  readonly schema: string | undefined
  readonly createTables: boolean
  readonly overlapMs: number
  readonly lagMs: number
  readonly timeoutMs: number
}

function fail(setting: string, says: string, system: string): never {
  throw new PlimsollError('sql.setting', says, { details: { setting }, place: `systems.${system}.settings.${setting}`, executed: false })
}

export function readSettings(values: SettingValues, system: string): SqlSettings {
  const text = (name: string): string | undefined => {
    const value = values[name]
    return value === undefined || value === '' ? undefined : String(value)
  }
  const number = (name: string, fallback: number): number => {
    const value = Number(values[name] ?? fallback)
    if (!Number.isFinite(value) || value < 0) fail(name, `${name} of system ${system} is no number from 0 up.`, system)
    return value
  }
  const named = text('dialect')
  const dialect = named === 'mysql' ? 'mariadb' : named
  if (dialect !== 'sqlite' && dialect !== 'postgres' && dialect !== 'mariadb') {
    fail('dialect', `System ${system} needs a dialect: sqlite, postgres, mariadb or mysql.`, system)
  }
  const file = text('file') ?? ''
  if (dialect === 'sqlite' && file === '') fail('file', `System ${system} needs the setting file: where the SQLite database is.`, system)
  const ssl = text('ssl') ?? 'no'
  if (ssl !== 'yes' && ssl !== 'no_check' && ssl !== 'no') fail('ssl', `ssl of system ${system} is none of yes, no_check, no.`, system)
  return {
    dialect,
    file,
    server: serverAddress(text, number, dialect, ssl, system),
    schema: dialect === 'postgres' ? text('schema') : undefined,
    createTables: values['create_tables'] === undefined ? dialect === 'sqlite' : values['create_tables'] === true || values['create_tables'] === 'yes' || values['create_tables'] === 'true',
    overlapMs: number('overlap_seconds', dialect === 'sqlite' ? (5 * SECOND) / SECOND : MINUTE / SECOND) * SECOND,
    lagMs: number('lag_seconds', 0) * SECOND,
    timeoutMs: number('timeout_seconds', 30) * SECOND,
  }
}

function serverAddress(
  text: (name: string) => string | undefined, number: (name: string, fallback: number) => number,
  dialect: 'sqlite' | 'postgres' | 'mariadb', ssl: 'yes' | 'no_check' | 'no', system: string,
): ServerAddress {
  const standard = dialect === 'mariadb' ? 3306 : 5432
  let url: URL | undefined
  const written = text('url')
  if (written !== undefined && dialect !== 'sqlite') {
    try {
      url = new URL(written)
    } catch {
      // The address may hold a password: it is not repeated.
      fail('url', `url of system ${system} is no address such as postgres://host:5432/shop.`, system)
    }
  }
  const from = (part: string | undefined): string | undefined => (part === undefined || part === '' ? undefined : decodeURIComponent(part))
  const host = text('host') ?? from(url?.hostname)
  if (dialect !== 'sqlite' && host === undefined) fail('host', `System ${system} needs the setting host, or url.`, system)
  return {
    host: host ?? '',
    port: number('port', Number(from(url?.port) ?? standard)),
    user: text('user') ?? from(url?.username) ?? '',
    password: text('password') ?? from(url?.password),
    database: text('database') ?? from(url?.pathname.slice(1)),
    ssl,
  }
}
