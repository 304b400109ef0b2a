/** MQTT against Mosquitto: the contract, and what only a real broker can do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
    await keepsTheContract(incomingBench(other), 12, { system: 'mosquitto', resource: 'topics that are read', at: server })
    await other.close()
  })

  test('keeps the contract where a topic is written', async () => {
    const other = await mqttOther(server, 'out')
    await keepsTheContract(outgoingBench(other), 10, { system: 'mosquitto', resource: 'topics that are written', at: server })
    await other.close()
  })

  test('A broker that is started again has kept what came for a reader that was away, and what it had not acknowledged.', async () => {
    const other = await mqttOther(server, 'in')
    const bench = incomingBench(other)
    await bench.user!.reset()
    const keys = await bench.user!.seed([1, 2, 3, 4, 5].map((n) => bench.record!(n)))
    const session = await bench.open()
    const resource = session.resource(bench.spec)
    const read = async (of: typeof resource): Promise<string[]> => {
      const found: string[] = []
      for await (const page of of.read({ signal: new AbortController().signal, pageSize: 2 })) {
        found.push(...page.records.map((record) => record.key))
        // The first page alone is durable.
        if (page.position !== undefined && found.length === 2) await of.acknowledge!(page.position)
      }
      return found
    }
    expect(await read(resource)).toEqual(keys)
    // What was acknowledged is with the broker before it stops.
    await new Promise((resolve) => { setTimeout(resolve, 300) })
    await server.stop()
    await server.start()
    expect(await read(resource)).toEqual(keys.slice(2))
    await session.close()
    await other.close()
  })
})
