import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** The built product with a small heap, given what nobody sends in good faith; `npm run build` first. One file at a time: memory is measured. */
export default defineConfig({
  test: {
    reporters: reporters('hostile'),
    cache: false,
    include: ['test/hostile/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
})
