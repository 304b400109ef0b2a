import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** The built product, killed and cut off in the middle of its work. One file at a time: each loads the machine. */
export default defineConfig({
  test: {
    reporters: reporters('fault'),
    cache: false,
    include: ['test/fault/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 1_200_000,
    hookTimeout: 120_000,
  },
})
