/** One connection to a broker. Where it breaks it is given up, and the next call makes another: nothing is sent again behind our back. */
import { MqttClient, type IClientOptions, type Packet } from 'mqtt'
import type { Server } from '../server.ts'
import { socketTo } from '../server.ts'
import { within } from '../waits.ts'
import { inWords } from './failures.ts'

const KEEP_ALIVE_S = 30
const CLOSING_MS = 5_000

export interface Kept {
  readonly clientId: string
  /** The broker keeps the subscription and what comes for so many seconds while nobody is there. Absent: it forgets both. */
  readonly keepS?: number
  /** Messages that it hands over before the first is acknowledged. */
  readonly most?: number
}

export type Version = 5 | 4

export async function connected(server: Server, version: Version, what: string, kept: Kept, signal?: AbortSignal, onMessage?: MqttClient['handleMessage']): Promise<{ readonly client: MqttClient; readonly resumed: boolean }> {
  const { user, password, timeoutMs } = server
  const properties = { ...(kept.keepS === undefined ? {} : { sessionExpiryInterval: kept.keepS }), ...(kept.most === undefined ? {} : { receiveMaximum: kept.most }) }
  const options: IClientOptions = {
    protocolVersion: version, clientId: kept.clientId, clean: kept.keepS === undefined, reconnectPeriod: 0, resubscribe: false, connectTimeout: timeoutMs, keepalive: KEEP_ALIVE_S, manualConnect: true,
    ...(user === undefined ? {} : { username: user }), ...(password === undefined ? {} : { password }), ...(version === 5 ? { properties } : {}),
  }
  let socketError: unknown
  const client = new MqttClient(() => {
    const socket = socketTo(server)
    socket.on('error', (error) => { socketError = error })
    return socket
  }, options)
  if (onMessage) client.handleMessage = onMessage
  const opened = new Promise<boolean>((resolve, reject) => {
    client.on('error', (error) => reject(error))
    client.once('close', () => reject(socketError ?? new Error('the broker closed the connection')))
    client.once('connect', (packet: Packet & { readonly sessionPresent?: boolean }) => resolve(packet.sessionPresent === true))
  })
  client.connect()
  try {
    return { client, resumed: await within(timeoutMs, what, opened, signal) }
  } catch (error) {
    client.end(true)
    throw inWords(error, what, { opening: true })
  }
}

/** What was sent last arrives before it closes. */
export async function closed(client: MqttClient): Promise<void> {
  if (!client.connected) {
    client.end(true)
    return
  }
  await within(CLOSING_MS, 'Closing the connection', client.endAsync()).catch(() => client.end(true))
}
