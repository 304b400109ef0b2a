import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** Tests against real servers, which each test file starts for itself. One file at a time: the servers are not small. */
export default defineConfig({
  test: {
    reporters: reporters('systems'),
    include: ['test/systems/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
