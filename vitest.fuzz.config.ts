import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

const PARTS = Number(process.env['FUZZ_PARTS'] ?? 1)

/** Readers against inputs that are nearly right; `npm run fuzz` counts them and says with which seed. */
export default defineConfig({
  test: {
    reporters: reporters('fuzz'),
    cache: false,
    projects: Array.from({ length: PARTS }, (_, part) => ({
      test: { name: `part ${part + 1}`, include: ['test/fuzz/fuzz.test.ts'], env: { FUZZ_PART: String(part) }, testTimeout: 3_600_000 },
    })),
    maxWorkers: PARTS,
  },
})
