import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

const limits = { testTimeout: 30_000, hookTimeout: 60_000 }
const exclude = ['test/e2e/**', 'test/systems/**', 'test/fault/**', 'test/hostile/**', 'test/fuzz/**', 'test/model/**', 'test/mutants/**', 'test/bench/**', 'test/browser/**', 'node_modules/**']

export default defineConfig({
  test: {
    reporters: reporters('unit'),
    cache: false,
    projects: [
      { test: { name: 'all', include: ['src/**/*.test.ts', 'test/**/*.test.ts'], exclude, ...limits } },
      // The engine's tests once more, on a store that answers late and lets transactions run side by side.
      { test: { name: 'memory store', include: ['src/sync/scenarios/**/*.test.ts'], exclude, env: { PLIMSOLL_TEST_STORE: 'memory' }, ...limits } },
    ],
  },
})
