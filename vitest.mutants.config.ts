import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** Each rule switched off in turn: slow, since every mutant runs a test of its own. */
export default defineConfig({
  test: {
    reporters: reporters('mutants'),
    cache: false,
    include: ['test/mutants/**/*.test.ts'],
    maxConcurrency: 2,
    testTimeout: 720_000,
    hookTimeout: 120_000,
  },
})
