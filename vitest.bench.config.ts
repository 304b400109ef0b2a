import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** Each benchmark once, small: whether it runs and finds right what it measures. One at a time: each loads the machine. */
export default defineConfig({
  test: {
    reporters: reporters('bench'),
    cache: false,
    include: ['test/bench/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
  },
})
