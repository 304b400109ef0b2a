/** MQTT against Mosquitto: the contract, and what only a real broker can do. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import { incomingBench, outgoingBench } from '../conformance/benches/messages.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { mqttOther } from '../support/mqtt-other.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

describe('the mqtt connector', () => {
  let server: RunningSystem
  beforeAll(async () => {
    server = await startSystem('mosquitto')
  })
  afterAll(async () => {
    await server?.end()
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
