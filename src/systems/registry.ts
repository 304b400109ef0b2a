/** Which connectors there are. A connector and its drivers are loaded when a plan uses them, and not before. */
import { nearest } from '../plan/names.ts'
import { productNames } from './catalogue.ts'
import { PlimsollError, registerErrors } from './contract.ts'
import type { Connector, SettingSpec } from './contract.ts'

registerErrors({
  'systems.connector': { class: 'plan', hint: 'Write one of the connectors that `plimsoll connectors list` shows.' },
})

const CONNECTORS: ReadonlyMap<string, () => Promise<Connector>> = new Map([
  ['files', async () => (await import('./protocols/files/index.ts')).filesConnector],
  ['sql', async () => (await import('./protocols/sql/index.ts')).sqlConnector],
  ['http', async () => (await import('./protocols/http/index.ts')).httpConnector],
  ['app', async () => (await import('./protocols/app/index.ts')).appConnector],
  ['amqp', async () => (await import('./protocols/messages/amqp/index.ts')).amqpConnector],
  ['mqtt', async () => (await import('./protocols/messages/mqtt/index.ts')).mqttConnector],
  ['mail', async () => (await import('./protocols/messages/mail/index.ts')).mailConnector],
])

export interface Alias {
  readonly connector: string
  /** Settings that the alias stands for; what the plan sets wins. */
  readonly settings: Readonly<Record<string, string>>
}

/** Short names in plans. */
export const connectorAliases: ReadonlyMap<string, Alias> = new Map<string, Alias>([
  ['csv', { connector: 'files', settings: { format: 'csv' } }],
  ['xlsx', { connector: 'files', settings: { format: 'xlsx' } }],
  ['json', { connector: 'files', settings: { format: 'json' } }],
  ['ndjson', { connector: 'files', settings: { format: 'ndjson' } }],
  ['xml', { connector: 'files', settings: { format: 'xml' } }],
  ['sqlite', { connector: 'sql', settings: { dialect: 'sqlite' } }],
  ['postgres', { connector: 'sql', settings: { dialect: 'postgres' } }],
  ['mariadb', { connector: 'sql', settings: { dialect: 'mariadb' } }],
  ['mysql', { connector: 'sql', settings: { dialect: 'mysql' } }],
  ['rest', { connector: 'http', settings: {} }],
  ['graphql', { connector: 'http', settings: { graphql: 'true' } }],
  ...productNames().map((name): [string, Alias] => [name, { connector: 'http', settings: { manifest: name } }]),
])

/** What a connector wants to be told, where that can be had without the connector itself. */
const SETTINGS: ReadonlyMap<string, () => Promise<readonly SettingSpec[]>> = new Map([
  ['files', async () => (await import('./protocols/files/settings.ts')).filesSettings],
  ['sql', async () => (await import('./protocols/sql/settings.ts')).sqlSettings],
  ['app', async () => (await import('./protocols/app/settings.ts')).appSettings],
])

export async function connectorSettings(name: string): Promise<readonly SettingSpec[]> {
  const load = SETTINGS.get(connectorAliases.get(name)?.connector ?? name)
  return load ? load() : (await loadConnector(name)).settings
}

/** Whose systems are served here and say by themselves what changed, whatever their settings are. */
export const isHosted = (connector: string | undefined): boolean => connector === 'app'

export const connectorNames = (): readonly string[] => [...CONNECTORS.keys()]

/** Loads a connector by its name or an alias. */
export async function loadConnector(name: string): Promise<Connector> {
  const load = CONNECTORS.get(connectorAliases.get(name)?.connector ?? name)
  if (load) return load()
  const right = nearest(name, [...CONNECTORS.keys(), ...connectorAliases.keys()])
  throw new PlimsollError('systems.connector', `There is no connector ${JSON.stringify(name)}${right === undefined ? '' : `; did you mean ${JSON.stringify(right)}?`}`, { place: name })
}
