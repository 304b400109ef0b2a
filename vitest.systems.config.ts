import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

const long = process.env['PLIMSOLL_SYSTEMS_LONG'] !== undefined

/** Tests against real servers, which each test file starts for itself. One file at a time: the servers are not small. */
export default defineConfig({
  test: {
    reporters: reporters('systems'),
    cache: false,
    include: [long ? 'test/systems/long/*.test.ts' : 'test/systems/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
