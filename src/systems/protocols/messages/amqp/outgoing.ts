/** An exchange that is written: each message is confirmed by the broker, and one that reaches no queue is refused. */
import type { Channel, ReturnedMessage } from 'rabbitmq-client'
import { type ConnectorContext, PlimsollError, type ResourceSpec, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { type Made, making } from '../making.ts'
import type { MeaningSettings } from '../meaning-settings.ts'
import { within } from '../waits.ts'
import type { Broker } from './connection.ts'
import { inWords } from './failures.ts'

/** Bytes that a routing key may have. */
const LONGEST_KEY = 255

export interface Way { readonly exchange: string; readonly routingKey: string }

export class Exchange {
  readonly #broker: Broker
  readonly #way: Way
  readonly #make: (item: WriteItem) => Made | WriteResult
  readonly #context: ConnectorContext
  readonly #what: string
  #channel: { readonly channel: Channel; readonly returned: Map<string, string> } | undefined

  constructor(broker: Broker, way: Way, meaning: MeaningSettings, spec: ResourceSpec, context: ConnectorContext) {
    this.#broker = broker
    this.#way = way
    this.#make = making(meaning, spec, context.system)
    this.#context = context
    this.#what = way.exchange === '' ? `The queue ${spec.resource} of ${context.system}` : `The exchange ${way.exchange} of ${context.system}`
  }

  async write(items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
    await this.#context.budget(options.signal).catch((error: unknown) => {
      if (!options.signal.aborted) throw error
    })
    const { clock } = this.#context
    const isOver = (): boolean => options.signal.aborted || clock.now() >= options.deadline
    if (isOver()) return items.map(() => OVER)
    const { channel, returned } = await this.#open(options.signal)
    if (this.#broker.blocked !== undefined) throw new PlimsollError('messages.refused', `${this.#what}: the broker takes no messages now (${this.#broker.blocked}).`, { executed: false })
    const until = Math.min(this.#broker.timeoutMs, options.deadline - clock.now())
    const answers = await Promise.all(items.map(async (item): Promise<WriteResult | PlimsollError> => {
      const made = this.#make(item)
      if ('is' in made) return made
      const routingKey = made.fill(this.#way.routingKey)
      if (routingKey === undefined || Buffer.byteLength(routingKey) > LONGEST_KEY) return { is: 'refused', code: 'routing_key', says: `The routing key ${JSON.stringify(this.#way.routingKey)} ${routingKey === undefined ? 'needs a value that the record lacks' : 'gets too long'}.` }
      if (isOver()) return OVER
      return this.#publish(channel, returned, made, routingKey, until)
    }))
    const hard = answers.find((answer) => answer instanceof PlimsollError)
    // Nobody may publish there, or there is nothing: then no message of this batch was taken.
    if (hard && !answers.some((answer) => !(answer instanceof PlimsollError) && (answer.is === 'done' || answer.is === 'unsure'))) throw hard
    const results = answers.map((answer): WriteResult => (answer instanceof PlimsollError ? { is: 'unsure', says: answer.message } : answer))
    if (results.some((result) => result.is === 'unsure')) await this.#giveUp()
    return results
  }

  async #publish(channel: Channel, returned: Map<string, string>, made: Made, routingKey: string, until: number): Promise<WriteResult | PlimsollError> {
    try {
      await within(until, this.#what, channel.basicPublish({
        exchange: this.#way.exchange, routingKey, mandatory: true, durable: true, messageId: made.id, contentType: 'application/json', timestamp: Math.floor(this.#context.clock.now() / 1_000),
        ...(made.type === undefined ? {} : { type: made.type }), ...(made.headers.size === 0 ? {} : { headers: Object.fromEntries(made.headers) }),
      }, made.body))
    } catch (error) {
      return this.#failed(error)
    }
    // What came back is told in the turn after the confirmation.
    await this.#context.clock.sleep(0)
    const reason = returned.get(made.id)
    returned.delete(made.id)
    if (reason !== undefined) return { is: 'refused', code: 'unroutable', says: `No queue takes messages with the routing key ${routingKey} (${reason}).` }
    return { is: 'done', key: made.key }
  }

  /** An error: for all that was published with it. */
  #failed(thrown: unknown): WriteResult | PlimsollError {
    const { code } = thrown as { code?: string }
    // Where several queues are meant, some may have taken it.
    if (code === 'NACK') return this.#way.exchange === '' ? { is: 'later', says: `${this.#what} takes no more messages now.` } : { is: 'unsure', says: `${this.#what}: a queue behind it takes no more messages.` }
    const error = inWords(thrown, this.#what, { opening: false })
    // Rights to single routing keys: the message that is blamed need not be the one.
    const isForAll = error.code === 'messages.missing' || (error.code === 'messages.denied' && !/topic/i.test(error.message))
    return isForAll ? error : { is: 'unsure', says: error.message }
  }

  async #open(signal: AbortSignal): Promise<{ readonly channel: Channel; readonly returned: Map<string, string> }> {
    if (this.#channel?.channel.active) return this.#channel
    const channel = await this.#broker.channel(this.#what, signal)
    const returned = new Map<string, string>()
    channel.on('basic.return', (message: ReturnedMessage) => returned.set(message.messageId ?? '', message.replyText))
    try {
      await within(this.#broker.timeoutMs, this.#what, channel.confirmSelect(), signal)
    } catch (error) {
      void channel.close()
      throw inWords(error, this.#what, { opening: true })
    }
    this.#channel = { channel, returned }
    return this.#channel
  }

  /** Nothing that is still under way may arrive later than the answer "unsure" allows. */
  async #giveUp(): Promise<void> {
    const open = this.#channel
    this.#channel = undefined
    if (open) await within(1_000, this.#what, open.channel.close()).catch(() => undefined)
  }
}

/** Nothing failed: it waits for the next claim. */
const OVER: WriteResult = { is: 'later', says: 'It was not sent: its time was over.', retryAfterMs: 1 }
