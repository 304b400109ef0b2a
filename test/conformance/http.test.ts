import { test } from 'vitest'
import { keepsTheContract } from '../support/conformance-run.ts'
import { incrementalBench, jsonServerBench } from './benches/http.ts'

test.each([['json-server, whose lists are read whole', jsonServerBench, 30], ['a server with times, versions, idempotency keys and webhooks', incrementalBench, 45]] as const)('The HTTP connector keeps the contract on %s.', async (_what, start, atLeast) => {
  const { bench, close } = await start()
  try {
    await keepsTheContract(bench, atLeast)
  } finally {
    await close()
  }
})
