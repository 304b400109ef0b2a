/** MQTT against Mosquitto: the contract, and what only a real broker can do. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { incomingBench, outgoingBench } from '../conformance/benches/messages.ts'
import { type BrokerServer, hasMosquitto, startMosquitto } from '../support/brokers.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { mqttOther } from '../support/mqtt-other.ts'
import { available } from '../support/servers.ts'

describe.runIf(available('Mosquitto', hasMosquitto()))('the mqtt connector', () => {
  let server: BrokerServer
  beforeAll(async () => {
    server = await startMosquitto({ lines: ['max_inflight_messages 1000'] })
  })
  afterAll(async () => {
    await server?.stop()
  })

  test('keeps the contract where a topic is read', async () => {
    const other = await mqttOther(server, 'in')
    await keepsTheContract(incomingBench(other), 12)
    await other.close()
  })

  test('keeps the contract where a topic is written', async () => {
    const other = await mqttOther(server, 'out')
    await keepsTheContract(outgoingBench(other), 10)
    await other.close()
  })
})
