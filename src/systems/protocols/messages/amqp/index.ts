/** The connector `amqp`: queues that are read and exchanges that are written at brokers that speak AMQP 0-9-1. */
import type { Connector, ConnectorContext, ResourceSpec, Resource, SettingSpec, SettingValues, SystemSession } from '../../../contract.ts'
import '../failures.ts'
import { settingError } from '../failures.ts'
import { Inflow } from '../inflow.ts'
import { Meaning, notRead } from '../meaning.ts'
import { meaningSettings, type MeaningSettings, readMeaning } from '../meaning-settings.ts'
import { numberIn, readServer, type Schemes, serverSettings, textIn } from '../server.ts'
import { INCOMING, isWritten, outgoing } from '../traits.ts'
import { Broker } from './connection.ts'
import { Queue } from './incoming.ts'
import { Exchange } from './outgoing.ts'

const SCHEMES: Schemes = { amqp: { tls: false, port: 5672 }, amqps: { tls: true, port: 5671 } }

const settings: readonly SettingSpec[] = [
  ...serverSettings(SCHEMES, 'amqps://broker.example.com/shop (what follows the host is the virtual host)'),
  { name: 'exchange', type: 'text', about: 'Exchange to which messages are published. Default: none, so that they go to the queue that the resource names.' },
  { name: 'routing_key', type: 'text', about: 'Routing key of what is published; {field} stands for a field of the record, {@kind} for its kind. Default: the name of the resource.' },
  { name: 'prefetch', type: 'number', default: '200', about: 'Messages that are handed over before the first of them is acknowledged.' },
  { name: 'peek', type: 'number', default: '0', about: 'How many messages a preview may look at. They go back, marked as delivered once, which counts where a queue limits deliveries. 0: it only counts them.' },
  ...meaningSettings,
]

interface AmqpSettings {
  readonly exchange: string
  readonly routingKey: string | undefined
  readonly prefetch: number
  readonly peek: number
  readonly meaning: MeaningSettings
}

export const amqpConnector: Connector = {
  name: 'amqp',
  about: 'Queues and exchanges of brokers that speak AMQP 0-9-1, such as RabbitMQ.',
  form: 'messages',
  settings,
  async open(values, context) {
    const server = readServer(values, context, SCHEMES)
    return session(new Broker(server, virtualHost(server.url), `plimsoll ${context.system}`), readSettings(values), context)
  },
}

function readSettings(values: SettingValues): AmqpSettings {
  return {
    exchange: textIn(values, 'exchange') ?? '', routingKey: textIn(values, 'routing_key'), prefetch: Math.floor(numberIn(values, 'prefetch', 200, 1, 1_000)),
    peek: Math.floor(numberIn(values, 'peek', 0, 0, 1_000)), meaning: readMeaning(values),
  }
}

function virtualHost(url: URL): string {
  const name = url.pathname.slice(1)
  if (name.includes('/')) throw settingError('url', 'has more than one name after the host; a slash in the name of a virtual host is written %2F')
  try {
    return name === '' ? '/' : decodeURIComponent(name)
  } catch {
    throw settingError('url', 'has a name after the host that is not written rightly')
  }
}

function session(broker: Broker, of: AmqpSettings, context: ConnectorContext): SystemSession {
  return {
    async check(signal) {
      await (await broker.channel(`The broker of ${context.system}`, signal)).close()
      return {}
    },
    resource: (spec) => (isWritten(spec) ? written(broker, of, spec, context) : read(broker, of, spec, context)),
    close: () => broker.close(),
  }
}

function read(broker: Broker, of: AmqpSettings, spec: ResourceSpec, context: ConnectorContext): Resource {
  const queue = new Queue(broker, spec.resource, of.prefetch, of.meaning, context)
  const meaning = new Meaning(of.meaning, spec)
  if (context.readOnly) return { traits: INCOMING, read: (options) => queue.look(options, meaning, of.peek) }
  const inflow = new Inflow(queue, meaning, context)
  return { traits: INCOMING, read: (options) => inflow.read(options), arrived: (signal) => inflow.arrived(signal), acknowledge: (position) => inflow.acknowledge(position) }
}

function written(broker: Broker, of: AmqpSettings, spec: ResourceSpec, context: ConnectorContext): Resource {
  const way = { exchange: of.exchange, routingKey: of.routingKey ?? spec.resource }
  const exchange = new Exchange(broker, way, of.meaning, spec, context)
  return {
    traits: outgoing(of.meaning),
    // oxlint-disable-next-line require-yield
    async *read() {
      throw notRead(spec.resource)
    },
    write: (items, options) => exchange.write(items, options),
  }
}
