/** The connector `mqtt`: topics that are read and written at brokers that speak MQTT 5 or 3.1.1. */
import type { Connector, ConnectorContext, Resource, ResourceSpec, SettingSpec, SettingValues, SystemSession } from '../../../contract.ts'
import '../failures.ts'
import { settingError } from '../failures.ts'
import { Inflow } from '../inflow.ts'
import { Meaning, notRead } from '../meaning.ts'
import { meaningSettings, oneOf, readMeaning } from '../meaning-settings.ts'
import { numberIn, readServer, type Schemes, type Server, serverSettings, textIn, yesIn } from '../server.ts'
import { INCOMING, isWritten, outgoing } from '../traits.ts'
import { closed, connected } from './client.ts'
import { Topic, type TopicSettings } from './incoming.ts'
import { Publishing } from './outgoing.ts'

const SCHEMES: Schemes = { mqtt: { tls: false, port: 1883 }, mqtts: { tls: true, port: 8883 } }
const DAY_S = 86_400

const settings: readonly SettingSpec[] = [
  ...serverSettings(SCHEMES, 'mqtts://broker.example.com'),
  { name: 'version', type: 'text', values: ['5', '3.1.1'], default: '5', about: 'Version of the protocol. Before 5 there are no headers, and a broker confirms also what it may not take.' },
  { name: 'client_id', type: 'text', about: 'Name under which the broker keeps what comes while nobody is there; needed for reading, and a name of its own for each plan and environment.' },
  { name: 'keep_days', type: 'number', default: '7', about: 'For how many days the broker keeps that.' },
  { name: 'prefetch', type: 'number', default: '200', about: 'Messages that are handed over before the first of them is acknowledged; brokers have their own limit as well.' },
  { name: 'topic', type: 'text', about: 'Topic to which messages are published; {field} stands for a field of the record. Default: the name of the resource.' },
  { name: 'retain', type: 'boolean', default: 'false', about: 'Whether the broker keeps the last message of each topic for whoever subscribes later.' },
  { name: 'receivers', type: 'text', values: ['needed', 'any'], default: 'needed', about: 'A message that nobody has subscribed to is gone: it is refused (`needed`) or counts as done (`any`).' },
  ...meaningSettings,
]

export const mqttConnector: Connector = {
  name: 'mqtt',
  about: 'Topics of brokers that speak MQTT 5 or 3.1.1.',
  form: 'messages',
  settings,
  async open(values, context) {
    const server = readServer(values, context, SCHEMES)
    if (server.url.pathname !== '' && server.url.pathname !== '/') throw settingError('url', 'must end with the host; topics are named as resources')
    return session(server, readSettings(values), values, context)
  },
}

function readSettings(values: SettingValues): TopicSettings {
  const clientId = textIn(values, 'client_id')
  if (clientId !== undefined && !/^[\w.:@-]{1,100}$/.test(clientId)) throw settingError('client_id', 'may have letters, digits and . : @ _ -, and at most 100 of them')
  return {
    clientId, keepS: Math.round(numberIn(values, 'keep_days', 7, 0.01, 365) * DAY_S), most: Math.floor(numberIn(values, 'prefetch', 200, 1, 1_000)),
    version: oneOf(values, 'version', ['5', '3.1.1']) === '5' ? 5 : 4, meaning: readMeaning(values),
  }
}

function session(server: Server, of: TopicSettings, values: SettingValues, context: ConnectorContext): SystemSession {
  const open: { close(): Promise<void> }[] = []
  return {
    async check(signal) {
      const { client } = await connected(server, of.version, `The broker of ${context.system}`, { clientId: '' }, signal)
      await closed(client)
      return {}
    },
    resource: (spec) => (isWritten(spec) ? written(server, of, values, spec, context, open) : read(server, of, spec, context, open)),
    async close() {
      await Promise.all(open.map((one) => one.close()))
    },
  }
}

function read(server: Server, of: TopicSettings, spec: ResourceSpec, context: ConnectorContext, open: { close(): Promise<void> }[]): Resource {
  const { resource } = spec
  if (!/^[^#]*(?:(?:^|\/)#)?$/.test(resource) || /[^/]\+|\+[^/]/.test(resource) || resource.startsWith('$share/')) throw settingError('resource', `is ${JSON.stringify(resource)}; it must be a topic, with + for one part and # only at the end, and not shared`)
  const topic = new Topic(server, resource, of, context)
  open.push(topic)
  if (context.readOnly) {
    return {
      traits: INCOMING,
      async *read() {
        yield { records: [], requestedAt: context.clock.now(), complete: false, notes: [`What waits in ${resource} can't be looked at without taking it, so a preview shows nothing of it.`] }
      },
    }
  }
  const inflow = new Inflow(topic, new Meaning(of.meaning, spec), context)
  return { traits: INCOMING, read: (options) => inflow.read(options), arrived: (signal) => inflow.arrived(signal), acknowledge: (position) => inflow.acknowledge(position) }
}

function written(server: Server, of: TopicSettings, values: SettingValues, spec: ResourceSpec, context: ConnectorContext, open: { close(): Promise<void> }[]): Resource {
  const way = { topic: textIn(values, 'topic') ?? spec.resource, retain: yesIn(values, 'retain', false), needsReceiver: oneOf(values, 'receivers', ['needed', 'any']) === 'needed', version: of.version }
  const publishing = new Publishing(server, way, of.meaning, spec, context)
  open.push(publishing)
  return {
    traits: outgoing(of.meaning),
    // oxlint-disable-next-line require-yield
    async *read() {
      throw notRead(spec.resource)
    },
    write: (items, options) => publishing.write(items, options),
  }
}
