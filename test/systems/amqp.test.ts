/** AMQP against RabbitMQ: the contract, and what only a real broker can do. */
import type { Connection } from 'rabbitmq-client'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { incomingBench, outgoingBench } from '../conformance/benches/messages.ts'
import { amqpClient, amqpOther } from '../support/amqp-other.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

describe('the amqp connector', () => {
  let server: RunningSystem
  let client: Connection
  beforeAll(async () => {
    server = await startSystem('rabbitmq')
    client = amqpClient(server)
  })
  afterAll(async () => {
    client?.unsafeDestroy()
    await server?.end()
  })

  test('keeps the contract where a queue is read', async () => {
    const other = amqpOther(server, client)
    await keepsTheContract(incomingBench(other), 12, { system: 'rabbitmq', resource: 'queues', at: server })
    await other.close()
  })

  test('keeps the contract where an exchange is written', async () => {
    const other = amqpOther(server, client, 'bench')
    await keepsTheContract(outgoingBench(other), 10, { system: 'rabbitmq', resource: 'exchanges', at: server })
    await other.close()
  })
})
