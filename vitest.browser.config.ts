import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** Drawings in a real Chromium, which has the last word on their geometry. */
export default defineConfig({
  test: {
    reporters: reporters('browser'),
    cache: false,
    include: ['test/browser/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
})
