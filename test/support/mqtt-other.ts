/** Another user of a broker that speaks MQTT. */
import { createHash } from 'node:crypto'
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { mqttConnector } from '../../src/systems/protocols/messages/mqtt/index.ts'
import { KINDS, type MessageOther, type Received } from '../conformance/benches/messages.ts'
import { loginOf } from './amqp-other.ts'
import type { RunningSystem } from '../systems/harness/start.ts'

export const mqttClient = (server: RunningSystem, options: IClientOptions = {}): Promise<MqttClient> =>
  connectAsync(server.url, { username: loginOf(server).user, password: loginOf(server).password, protocolVersion: 5, reconnectPeriod: 200, ...options })

/** The name under which the connector reads a topic. */
export const sessionOf = (clientId: string, topic: string): string => `${clientId}-${createHash('sha256').update(topic).digest('hex').slice(0, 6)}`

/** Makes the session that a reader finds, empty. */
export async function freshSession(server: RunningSystem, name: string, topic: string): Promise<void> {
  await (await mqttClient(server, { clientId: name, clean: true, reconnectPeriod: 0 })).endAsync()
  const made = await mqttClient(server, { clientId: name, clean: false, reconnectPeriod: 0, properties: { sessionExpiryInterval: 3_600 } })
  await made.subscribeAsync(topic, { qos: 1 })
  await made.endAsync()
}

/** How many messages the broker keeps for a session; they are handed over, and not acknowledged. */
export async function keptFor(server: RunningSystem, name: string): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const count = await handedOver(server, name)
    if (count !== undefined) return count
    if (tries === 20) throw new Error('The broker closes every connection.')
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
}

/** Undefined: the connection was closed before anything was said; another one under the same name takes its place. */
async function handedOver(server: RunningSystem, name: string): Promise<number | undefined> {
  let count = 0
  const reader = connect(server.url, {
    username: loginOf(server).user, password: loginOf(server).password, protocolVersion: 5, clientId: name, clean: false, reconnectPeriod: 0, connectTimeout: 5_000,
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: 1_000 },
  })
  reader.handleMessage = (_, done) => {
    count += 1
    done(new Error('not acknowledged'))
  }
  try {
    const connected = await new Promise<boolean>((resolve) => {
      reader.once('connect', () => resolve(true))
      reader.once('close', () => resolve(false))
      reader.on('error', () => resolve(false))
    })
    if (!connected) return undefined
    await new Promise((resolve) => { setTimeout(resolve, 250) })
    return count
  } finally {
    reader.end(true)
  }
}

export async function mqttOther(server: RunningSystem, way: 'in' | 'out', settings: Readonly<Record<string, string>> = {}): Promise<MessageOther & { close(): Promise<void> }> {
  const topic = way === 'in' ? 'bench/in' : 'bench/out/{sku}'
  const name = sessionOf('bench', topic)
  const all: Received[] = []
  const other = await mqttClient(server)
  if (way === 'out') {
    other.on('message', (_, body, packet) => all.push({ body: body.toString(), id: String(packet.properties?.userProperties?.['message-id'] ?? '') }))
    await other.subscribeAsync('bench/out/#', { qos: 1 })
  }
  return {
    name: way === 'in' ? 'mqtt topic' : 'mqtt publish', connector: mqttConnector, resource: topic, secret: loginOf(server).password,
    settings: { url: server.url, ...loginOf(server), client_id: 'bench', ...KINDS, repeats: 'dropped', ...settings },
    async reset() {
      all.length = 0
      if (way === 'in') await freshSession(server, name, topic)
    },
    async publish(body) {
      await other.publishAsync(topic, Buffer.from(body as Uint8Array), { qos: 1 })
    },
    left: () => keptFor(server, name),
    async received() {
      // What the broker confirmed is on its way here.
      await new Promise((resolve) => { setTimeout(resolve, 100) })
      return all
    },
    close: () => other.endAsync(true),
  }
}
