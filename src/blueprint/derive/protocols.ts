/** How the hub talks to a system: from its connector and settings, else from the form of its interface. */
import type { Settings, System } from '../../plan/model.ts'
import type { Protocol } from '../model.ts'

/** Where applications are answered, until the plan can say otherwise. */
const APPS_PORT = 7402

interface Way { readonly form: string; readonly protocol: Protocol }

const DATABASES: Readonly<Record<string, { readonly name: string; readonly port?: number }>> = {
  postgres: { name: 'PostgreSQL', port: 5432 }, mariadb: { name: 'MariaDB', port: 3306 }, mysql: { name: 'MySQL', port: 3306 }, sqlite: { name: 'SQLite file' },
}
const SCHEMES: Readonly<Record<string, { readonly name: string; readonly port: number; readonly encrypted: boolean }>> = {
  https: { name: 'HTTPS', port: 443, encrypted: true }, http: { name: 'HTTP', port: 80, encrypted: false },
}
/** Schemes of brokers and mail servers. Mail on the port for handing in is encrypted as soon as the connection stands. */
const SERVERS: Readonly<Record<string, { readonly name: string; readonly port: number; readonly encrypted: boolean }>> = {
  amqp: { name: 'AMQP', port: 5672, encrypted: false }, amqps: { name: 'AMQPS', port: 5671, encrypted: true }, mqtt: { name: 'MQTT', port: 1883, encrypted: false },
  mqtts: { name: 'MQTTS', port: 8883, encrypted: true }, smtp: { name: 'SMTP', port: 587, encrypted: true }, smtps: { name: 'SMTPS', port: 465, encrypted: true },
}
/** Connector → the form of its interface, and the scheme where the address stands outside the plan. */
const SERVED: Readonly<Record<string, { readonly form: string; readonly scheme: string }>> = {
  amqp: { form: 'messages', scheme: 'amqps' }, mqtt: { form: 'messages', scheme: 'mqtts' }, mail: { form: 'mail', scheme: 'smtp' },
}
/** What a connector is called where no table above knows more; the form of the interface that it stands for. */
const FORMS: Readonly<Record<string, Protocol>> = {
  api: { name: 'API', overNetwork: true }, database: { name: 'Database', overNetwork: true }, files: { name: 'Files', overNetwork: false },
  messages: { name: 'Messages', overNetwork: true }, edi: { name: 'EDI', overNetwork: true }, mail: { name: 'Mail', overNetwork: true },
}

const text = (settings: Settings, name: string): string | undefined => {
  const value = settings.get(name)
  return typeof value === 'string' ? value : undefined
}

export function interfaceOf(system: System): { readonly form?: string; readonly protocol?: Protocol } {
  const way = wayOf(system)
  const form = system.interface.form ?? way?.form
  const protocol = way?.protocol ?? (form !== undefined && Object.hasOwn(FORMS, form) ? FORMS[form] : undefined)
  return { ...(form === undefined ? {} : { form }), ...(protocol ? { protocol } : {}) }
}

function wayOf({ connector, settings }: System): Way | undefined {
  if (connector === 'http') return { form: 'api', protocol: webProtocol(text(settings, 'url')) }
  if (connector === 'app') return { form: 'api', protocol: { name: 'HTTP', port: APPS_PORT, overNetwork: true, answered: true, ...(settings.has('webhook_url') ? { rings: webProtocol(text(settings, 'webhook_url')) } : {}) } }
  if (connector === 'sql') return { form: 'database', protocol: databaseProtocol(settings) }
  if (connector === 'files') return { form: 'files', protocol: { name: `${(text(settings, 'format') ?? 'text').toUpperCase()} files`, overNetwork: false } }
  if (connector !== undefined && Object.hasOwn(SERVED, connector)) return { form: SERVED[connector]!.form, protocol: serverProtocol(SERVED[connector]!.scheme, settings) }
  return undefined
}

function serverProtocol(usual: string, settings: Settings): Protocol {
  const { scheme = '', port } = addressIn(text(settings, 'url'))
  const known = SERVERS[Object.hasOwn(SERVERS, scheme) ? scheme : usual]!
  const encrypted = known.encrypted && text(settings, 'starttls') !== 'off'
  return { name: known.name, encrypted, overNetwork: true, ...withPort(port ?? known.port) }
}

const ADDRESS = /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/]*@)?(?:\[[^\]]*\]|\$\{[^}]*\}|[^:/?#])*(?::([^/?#]*))?/i

/** Scheme and port of an address. Parts that come from the environment (`${env:…}`) are `unknown`. */
function addressIn(url: string | undefined): { readonly scheme?: string; readonly port?: number | 'unknown' } {
  const match = ADDRESS.exec(url ?? '')
  if (!match) return {}
  const [, scheme = '', port] = match
  return { scheme: scheme.toLowerCase(), ...(port === undefined ? {} : { port: /^\d{1,5}$/.test(port) ? Number(port) : 'unknown' }) }
}

function webProtocol(url: string | undefined): Protocol {
  const { scheme = '', port } = addressIn(url)
  const known = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined
  if (!known) return { name: 'HTTPS', port: 443, overNetwork: true }
  return { name: known.name, encrypted: known.encrypted, overNetwork: true, ...withPort(port ?? known.port) }
}

const withPort = (port: number | 'unknown'): { readonly port?: number } => (port === 'unknown' ? {} : { port })

function databaseProtocol(settings: Settings): Protocol {
  const dialect = text(settings, 'dialect') ?? ''
  const known = Object.hasOwn(DATABASES, dialect) ? DATABASES[dialect]! : { name: 'Database' }
  if (known.port === undefined) return { name: known.name, overNetwork: dialect !== 'sqlite' }
  const written = text(settings, 'port')
  const port = written === undefined ? (addressIn(text(settings, 'url')).port ?? known.port) : /^\d{1,5}$/.test(written) ? Number(written) : 'unknown'
  const ssl = text(settings, 'ssl')
  return { name: known.name, overNetwork: true, encrypted: ssl === 'yes' || ssl === 'no_check', ...withPort(port) }
}
