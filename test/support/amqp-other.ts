/** Another user of a broker that speaks AMQP. */
import { Connection, type AsyncMessage } from 'rabbitmq-client'
import { amqpConnector } from '../../src/systems/protocols/messages/amqp/index.ts'
import { KINDS, type MessageOther, type Received } from '../conformance/benches/messages.ts'
import type { RunningSystem } from '../systems/harness/start.ts'

export const loginOf = (server: RunningSystem): { readonly user: string; readonly password: string } => ({ user: String(server.access['user']), password: String(server.access['password']) })

export function amqpClient(server: RunningSystem): Connection {
  const client = new Connection({ url: server.url.replace('://', `://${loginOf(server).user}:${loginOf(server).password}@`), retryLow: 100, retryHigh: 500 })
  client.on('error', () => {})
  return client
}

export const received = (message: Pick<AsyncMessage, 'body' | 'messageId'>): Received =>
  ({ body: Buffer.isBuffer(message.body) ? message.body.toString() : typeof message.body === 'string' ? message.body : JSON.stringify(message.body), id: message.messageId ?? '' })

/** Takes everything out of a queue, as bytes: the driver would read JSON with rounded numbers. */
export async function drain(client: Connection, queue: string): Promise<Received[]> {
  const channel = await client.acquire()
  const frames = channel as unknown as { _onHeader(frame: { fields: { contentType?: string | undefined } }): void }
  const onHeader = frames._onHeader.bind(channel)
  frames._onHeader = (frame) => {
    frame.fields.contentType = undefined
    onHeader(frame)
  }
  const all: Received[] = []
  for (;;) {
    const message = await channel.basicGet({ queue, noAck: true })
    if (!message) break
    all.push(received(message))
  }
  await channel.close()
  return all
}

/** `queue` is read; with `exchange` it is bound to what is written. */
export function amqpOther(server: RunningSystem, client: Connection, exchange?: string): MessageOther & { close(): Promise<void> } {
  const queue = exchange === undefined ? 'bench-in' : 'bench-out'
  const all: Received[] = []
  const publisher = client.createPublisher({ confirm: true })
  return {
    name: exchange === undefined ? 'amqp queue' : 'amqp exchange', connector: amqpConnector, resource: queue, secret: loginOf(server).password,
    settings: { url: server.url, ...loginOf(server), ...KINDS, ...(exchange === undefined ? {} : { exchange, routing_key: 'item.{sku}.{@kind}', repeats: 'dropped' }) },
    async reset() {
      all.length = 0
      await client.queueDelete({ queue })
      await client.queueDeclare({ queue, durable: true })
      if (exchange !== undefined) {
        await client.exchangeDeclare({ exchange, type: 'topic', durable: true })
        await client.queueBind({ exchange, queue, routingKey: 'item.#' })
      }
    },
    publish: (body) => publisher.send({ routingKey: queue, durable: true, contentType: 'application/json' }, Buffer.from(body as Uint8Array)),
    left: async () => (await client.queueDeclare({ queue, passive: true })).messageCount,
    async received() {
      all.push(...(await drain(client, queue)))
      return all
    },
    close: () => publisher.close(),
  }
}
