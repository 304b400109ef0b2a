/** A topic that is written with QoS 1: each message is confirmed by the broker. What was not confirmed is never sent again by the driver. */
import type { IClientPublishOptions, MqttClient } from 'mqtt'
import type { ConnectorContext, ResourceSpec, WriteItem, WriteOptions, WriteResult } from '../../../contract.ts'
import { type Made, making } from '../making.ts'
import type { MeaningSettings } from '../meaning-settings.ts'
import type { Server } from '../server.ts'
import { within } from '../waits.ts'
import { closed, connected, type Version } from './client.ts'
import { inWords } from './failures.ts'

const NOBODY = 16
/** Bytes that a topic may have. */
const LONGEST_TOPIC = 65_535
const OVER: WriteResult = { is: 'later', says: 'It was not sent: its time was over.', retryAfterMs: 1 }
/** Reasons that one message, not the connection, is refused for: its size or its form. */
const ABOUT_THE_MESSAGE = new Set([144, 149, 153])
/** The broker asks for patience. */
const LATER = new Set([137, 147, 150, 151])

export interface Way {
  /** With placeholders. */
  readonly topic: string
  readonly retain: boolean
  readonly needsReceiver: boolean
  readonly version: Version
}

export class Publishing {
  readonly #server: Server
  readonly #way: Way
  readonly #make: (item: WriteItem) => Made | WriteResult
  readonly #context: ConnectorContext
  readonly #what: string
  #client: Promise<{ readonly client: MqttClient; readonly unheard: Set<number> }> | undefined

  constructor(server: Server, way: Way, meaning: MeaningSettings, spec: ResourceSpec, context: ConnectorContext) {
    this.#server = server
    this.#way = way
    this.#make = making(meaning, spec, context.system)
    this.#context = context
    this.#what = `The topic ${way.topic} of ${context.system}`
  }

  async write(items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
    await this.#context.budget(options.signal).catch((error: unknown) => {
      if (!options.signal.aborted) throw error
    })
    const { clock } = this.#context
    const isOver = (): boolean => options.signal.aborted || clock.now() >= options.deadline
    if (isOver()) return items.map(() => OVER)
    const { client, unheard } = await this.#connected(options.signal)
    const until = Math.min(this.#server.timeoutMs, options.deadline - clock.now())
    const results = await Promise.all(items.map(async (item): Promise<WriteResult> => {
      const made = this.#make(item)
      if ('is' in made) return made
      const topic = topicOf(this.#way.topic, made)
      if (topic === undefined) return { is: 'refused', code: 'topic', says: `The topic ${JSON.stringify(this.#way.topic)} needs a value that the record lacks, or that no topic may hold (+, #, /).` }
      return isOver() ? OVER : this.#publish(client, unheard, topic, made, until)
    }))
    // Whoever waits no longer for a confirmation must not get what is still under way.
    if (results.some((result) => result.is === 'unsure')) this.#giveUp(client)
    return results
  }

  async #publish(client: MqttClient, unheard: Set<number>, topic: string, made: Made, until: number): Promise<WriteResult> {
    const { retain, version, needsReceiver } = this.#way
    const properties: IClientPublishOptions['properties'] = { contentType: 'application/json', userProperties: { ...Object.fromEntries(made.headers), ...(made.type === undefined ? {} : { type: made.type }), 'message-id': made.id } }
    if (!client.connected) return { is: 'later', says: `${this.#what}: the connection was lost before it was sent.` }
    const confirmed = new Promise<void>((resolve, reject) => {
      client.once('close', () => reject(new Error('the connection was lost before the confirmation came')))
      client.publish(topic, made.body, { qos: 1, retain, ...(version === 5 ? { properties } : {}) }, (error) => (error ? reject(error) : resolve()))
    })
    const id = client.getLastMessageId()
    try {
      await within(until, this.#what, confirmed)
    } catch (thrown) {
      const { code } = thrown as { code?: string | number }
      const error = inWords(thrown, this.#what, { opening: false })
      if (typeof code !== 'number') return { is: 'unsure', says: error.message }
      if (ABOUT_THE_MESSAGE.has(code)) return { is: 'refused', code: `mqtt ${code}`, says: error.message }
      if (LATER.has(code)) return { is: 'later', says: error.message }
      if (error.class === 'auth') return { is: 'refused', code: 'denied', says: error.message }
      return { is: 'unsure', says: error.message }
    }
    if (unheard.delete(id) && needsReceiver && !retain) return { is: 'refused', code: 'nobody', says: `Nobody has subscribed to ${topic}: the broker dropped the message. \`receivers: any\` takes that for done.` }
    return { is: 'done', key: made.key }
  }

  async #connected(signal: AbortSignal): Promise<{ readonly client: MqttClient; readonly unheard: Set<number> }> {
    const open = await this.#client?.catch(() => undefined)
    if (open?.client.connected) return open
    const name = `plimsoll-${Math.floor(this.#context.clock.random() * 36 ** 8).toString(36)}`
    this.#client = connected(this.#server, this.#way.version, this.#what, { clientId: name }, signal).then(({ client }) => {
      const unheard = new Set<number>()
      client.setMaxListeners(0)
      client.on('error', () => client.end(true))
      client.on('packetreceive', (packet) => {
        if (packet.cmd === 'puback' && packet.reasonCode === NOBODY && packet.messageId !== undefined) unheard.add(packet.messageId)
      })
      return { client, unheard }
    })
    return this.#client
  }

  #giveUp(client: MqttClient): void {
    this.#client = undefined
    client.end(true)
  }

  async close(): Promise<void> {
    const open = await this.#client?.catch(() => undefined)
    this.#client = undefined
    if (open) await closed(open.client)
  }
}

function topicOf(template: string, made: Made): string | undefined {
  let fits = true
  const topic = made.fill(template, (value) => {
    // oxlint-disable-next-line no-control-regex
    if (/[+#/\u0000-\u001F]/.test(value)) fits = false
    return value
  })
  return topic === undefined || !fits || topic === '' || /[+#]/.test(topic) || Buffer.byteLength(topic) > LONGEST_TOPIC ? undefined : topic
}
