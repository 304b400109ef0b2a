/**
 * A topic that is read. The broker keeps a session for the client's name: what comes while nobody is there, and what was handed over
 * and not acknowledged. Each resource has a session of its own.
 */
import { createHash } from 'node:crypto'
import type { IPublishPacket, MqttClient } from 'mqtt'
import { type ConnectorContext, type Native, PlimsollError } from '../../../contract.ts'
import { settingError } from '../failures.ts'
import type { Source } from '../inflow.ts'
import { Line } from '../line.ts'
import type { Message } from '../meaning.ts'
import type { MeaningSettings } from '../meaning-settings.ts'
import { put } from '../../../path.ts'
import type { Server } from '../server.ts'
import { soon, within } from '../waits.ts'
import { closed, connected, type Version } from './client.ts'
import { inWords } from './failures.ts'

/** Nobody can ask a broker how much it has: when nothing has come for so long, that was all. Longer where it has just begun to send. */
const QUIET_MS = 250
const FIRST_MS = 1_500

export interface TopicSettings {
  readonly clientId: string | undefined
  readonly keepS: number
  readonly most: number
  readonly version: Version
  readonly meaning: MeaningSettings
}

export class Topic implements Source {
  readonly #server: Server
  readonly #filter: string
  readonly #of: TopicSettings
  readonly #context: ConnectorContext
  #subscribed: { readonly line: Line; readonly client: MqttClient } | undefined
  #any = false

  constructor(server: Server, filter: string, of: TopicSettings, context: ConnectorContext) {
    this.#server = server
    this.#filter = filter
    this.#of = of
    this.#context = context
  }

  get #what(): string {
    return `The topic ${this.#filter} of ${this.#context.system}`
  }

  async line(signal: AbortSignal): Promise<Line> {
    if (this.#subscribed && !this.#subscribed.line.lost) return this.#subscribed.line
    const { clientId, keepS, most, version } = this.#of
    if (clientId === undefined) throw settingError('client_id', 'is missing: under this name the broker keeps what comes while nobody is there')
    // Another topic is another session: else what the old one still keeps would be read as this one's.
    const name = `${clientId}-${createHash('sha256').update(this.#filter).digest('hex').slice(0, 6)}`
    let line: Line | undefined
    const early: Message[] = []
    const tags: number[] = []
    const take: MqttClient['handleMessage'] = (packet, done) => {
      const message = received(packet, this.#of.meaning.maxBytes)
      if (line) line.add(message, packet.messageId ?? 0)
      else {
        early.push(message)
        tags.push(packet.messageId ?? 0)
      }
      // Said so, the driver goes on and does not acknowledge: that is done when what it says is durable.
      done(new Error('acknowledged later'))
    }
    const { client } = await connected(this.#server, version, this.#what, { clientId: name, keepS, most }, signal, take)
    line = new Line(async (held) => {
      for (const { tag } of held) if (tag > 0) acknowledge(client, tag)
    })
    const of = line
    for (const [i, message] of early.entries()) of.add(message, tags[i]!)
    client.on('error', (error) => of.end(inWords(error, this.#what, { opening: false })))
    client.on('disconnect', (packet) => of.end(packet.reasonCode === TAKEN_OVER
      ? new PlimsollError('messages.taken', `${this.#what}: somebody else came with the client_id ${clientId}.`)
      : new PlimsollError('messages.lost', `${this.#what}: the broker ended the connection (reason ${packet.reasonCode ?? 0}).`)))
    client.on('close', () => of.end(new PlimsollError('messages.lost', `${this.#what}: the connection was lost.`)))
    try {
      // `rh: 1`: what is retained comes only with a new subscription.
      const granted = await within(this.#server.timeoutMs, this.#what, client.subscribeAsync(this.#filter, version === 5 ? { qos: 1, rh: 1 } : { qos: 1 }), signal)
      if (granted.some((one) => one.qos === 0)) throw new PlimsollError('messages.refused', `${this.#what}: the broker gives only QoS 0, which loses messages.`)
    } catch (error) {
      client.end(true)
      throw inWords(error, this.#what, { opening: true })
    }
    this.#subscribed = { line: of, client }
    this.#any = false
    return of
  }

  async waiting(line: Line): Promise<number> {
    return line.waiting
  }

  async more(line: Line, signal: AbortSignal): Promise<boolean> {
    await line.came(soon(this.#any ? QUIET_MS : FIRST_MS, signal))
    signal.throwIfAborted()
    if (line.lost) throw line.lost
    this.#any = true
    return line.waiting > 0
  }

  async close(): Promise<void> {
    const open = this.#subscribed
    this.#subscribed = undefined
    if (open) await closed(open.client)
  }
}

const TAKEN_OVER = 142

/** The driver acknowledges by itself or not at all; its own way of sending a packet is used. A test holds each of its versions to this. */
function acknowledge(client: MqttClient, messageId: number): void {
  const { _sendPacket: send } = client as unknown as { _sendPacket?: (packet: object) => void }
  if (typeof send !== 'function') throw new Error('this version of mqtt sends packets in another way')
  if (!client.connected) throw new PlimsollError('messages.lost', 'The connection was lost before a message was acknowledged.')
  send.call(client, { cmd: 'puback', messageId, reasonCode: 0 })
}

function received(packet: IPublishPacket, maxBytes: number): Message {
  const { payload, properties } = packet
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload
  const topic = packet.topic
  const header: Record<string, Native> = {}
  for (const [name, value] of Object.entries(properties?.userProperties ?? {})) put(header, name, Array.isArray(value) ? value.join(',') : String(value))
  const isTooLarge = body.length > maxBytes
  const id = Object.hasOwn(header, 'message-id') && typeof header['message-id'] === 'string' && header['message-id'] !== '' ? header['message-id'] : undefined
  return {
    body: isTooLarge ? Buffer.alloc(0) : body, bytes: body.length, id, again: packet.dup,
    ...(isTooLarge ? { instead: createHash('sha256').update(body).digest('base64url') } : {}),
    about: { header, topic: topic.split('/'), topic_name: topic, content_type: properties?.contentType ?? null, message_id: id ?? null, retained: packet.retain },
  }
}
