/** A queue that is read: messages are handed over as far as `prefetch` allows, and acknowledged when what they said is durable. */
import type { AsyncMessage, Channel } from 'rabbitmq-client'
import { type ConnectorContext, type Native, type Page, PlimsollError, type ReadOptions } from '../../../contract.ts'
import type { Source } from '../inflow.ts'
import { Line } from '../line.ts'
import type { Meaning, Message } from '../meaning.ts'
import type { MeaningSettings } from '../meaning-settings.ts'
import { put } from '../../../path.ts'
import { soon, within } from '../waits.ts'
import type { Broker } from './connection.ts'
import { inWords } from './failures.ts'
import { type Around, takeRaw } from './raw-channel.ts'

/** Messages that are ready are handed over at once; so long is waited for one of them. */
const HANDED_OVER_MS = 2_000

export class Queue implements Source {
  readonly #broker: Broker
  readonly #name: string
  readonly #prefetch: number
  readonly #meaning: MeaningSettings
  readonly #context: ConnectorContext
  #subscribed: { readonly line: Line; readonly channel: Channel } | undefined

  constructor(broker: Broker, name: string, prefetch: number, meaning: MeaningSettings, context: ConnectorContext) {
    this.#broker = broker
    this.#name = name
    this.#prefetch = prefetch
    this.#meaning = meaning
    this.#context = context
  }

  get #what(): string {
    return `The queue ${this.#name} of ${this.#context.system}`
  }

  async line(signal: AbortSignal): Promise<Line> {
    if (this.#subscribed && !this.#subscribed.line.lost) return this.#subscribed.line
    const channel = await this.#broker.channel(this.#what, signal)
    const raw = takeRaw(channel, this.#meaning.maxBytes)
    const line = new Line(async (held) => {
      try {
        // Tags are handed out without a gap, so all up to the last are exactly these.
        channel.basicAck({ deliveryTag: held.at(-1)!.tag, multiple: true })
      } catch (error) {
        throw inWords(error, this.#what, { opening: false })
      }
    })
    let tag = 0
    channel.on('error', (error: unknown) => line.end(inWords(error, this.#what, { opening: false })))
    channel.on('close', () => line.end(new PlimsollError('messages.lost', `${this.#what}: the connection was lost.`)))
    channel.on('basic.cancel', () => line.end(new PlimsollError('messages.missing', `${this.#what} was taken away while it was read.`)))
    try {
      await this.#ask(channel.basicQos({ prefetchCount: this.#prefetch }), signal)
      // Exclusive: another reader would take a part of the messages, and the order would be lost.
      await this.#ask(channel.basicConsume({ queue: this.#name, exclusive: true }, (message) => {
        tag += 1
        const around = raw.next()
        if (message.deliveryTag !== tag) {
          line.end(new PlimsollError('messages.lost', `${this.#what}: a message did not come through.`))
          void channel.close()
        } else line.add(received(message, around), tag)
      }), signal)
    } catch (error) {
      void channel.close()
      throw inWords(error, this.#what, { opening: false })
    }
    this.#subscribed = { line, channel }
    return line
  }

  #ask<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    return within(this.#broker.timeoutMs, this.#what, work, signal)
  }

  async #ready(signal: AbortSignal): Promise<number> {
    try {
      return (await this.#ask(this.#subscribed!.channel.queueDeclare({ queue: this.#name, passive: true }), signal)).messageCount
    } catch (error) {
      throw inWords(error, this.#what, { opening: false })
    }
  }

  async waiting(line: Line, signal: AbortSignal): Promise<number> {
    return line.waiting + (await this.#ready(signal))
  }

  /** The broker answers in the order of the channel: what it handed over before its answer is here, after a turn. */
  async more(line: Line, signal: AbortSignal): Promise<boolean> {
    const ready = await this.#ready(signal)
    await this.#context.clock.sleep(0, signal)
    if (line.waiting === 0 && ready > 0) await line.came(soon(HANDED_OVER_MS, signal))
    signal.throwIfAborted()
    if (line.lost) throw line.lost
    return line.waiting > 0
  }

  /** For previews. Without `peek` only how many wait; a message that is looked at goes back, and others see that it came again. */
  async *look(options: ReadOptions, meaning: Meaning, peek: number): AsyncGenerator<Page> {
    const { signal } = options
    const { clock } = this.#context
    await this.#context.budget(signal)
    const channel = await this.#broker.channel(this.#what, signal)
    const raw = takeRaw(channel, this.#meaning.maxBytes)
    try {
      const { messageCount } = await this.#ask(channel.queueDeclare({ queue: this.#name, passive: true }), signal)
      const count = Math.min(peek, messageCount)
      for (let looked = 0; looked < count; looked += 1) {
        const message = await this.#ask(channel.basicGet({ queue: this.#name, noAck: false }), signal)
        if (!message) break
        const { records, broken } = meaning.of(received(message, raw.next()))
        for (let start = 0; start === 0 || start < records.length; start += options.pageSize) {
          yield { records: records.slice(start, start + options.pageSize), requestedAt: clock.now(), ...(start === 0 && broken.length > 0 ? { broken } : {}) }
        }
      }
      const note = peek > 0
        ? `${messageCount} messages wait in ${this.#name}; ${count} were looked at and put back.`
        : `${messageCount} messages wait in ${this.#name}. They are not looked at before they are read: \`peek\` allows it, and says what it does.`
      yield { records: [], requestedAt: clock.now(), complete: false, notes: [note] }
    } catch (error) {
      throw inWords(error, this.#what, { opening: false })
    } finally {
      // What was looked at goes back with this.
      await channel.close()
    }
  }
}

type Delivered = Pick<AsyncMessage, 'body' | 'headers' | 'messageId' | 'routingKey' | 'exchange' | 'redelivered' | 'type' | 'timestamp' | 'correlationId' | 'appId'>

function received(message: Delivered, { bytes, contentType, digest }: Around): Message {
  const header: Record<string, Native> = {}
  for (const [name, value] of Object.entries((message.headers ?? {}) as Record<string, unknown>)) put(header, name, headerValue(value))
  const text = (value: unknown): Native => (value === undefined || value === null ? null : String(value))
  return {
    body: Buffer.isBuffer(message.body) ? message.body : Buffer.alloc(0), bytes, id: message.messageId === '' ? undefined : message.messageId, again: message.redelivered,
    ...(digest ? { instead: digest.digest('base64url') } : {}),
    about: {
      header, routing_key: message.routingKey, exchange: message.exchange, type: text(message.type), message_id: text(message.messageId), correlation_id: text(message.correlationId),
      app_id: text(message.appId), content_type: text(contentType), timestamp: typeof message.timestamp === 'number' ? message.timestamp : null,
    },
  }
}

/** Headers have types of their own; deep ones are not looked into. */
function headerValue(value: unknown): Native {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? String(value) : null
}
