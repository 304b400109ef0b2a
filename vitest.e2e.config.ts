import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

/** The built command on real files, databases and servers; `npm run build` first. One file at a time: the machine is theirs. */
export default defineConfig({
  test: {
    reporters: reporters('e2e'),
    cache: false,
    include: ['test/e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
