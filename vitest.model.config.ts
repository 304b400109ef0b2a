import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

const PARTS = Number(process.env['MODEL_PARTS'] ?? 1)

/** The engine on simulated systems, in many random sequences; `npm run test:model` counts them and says with which seed. */
export default defineConfig({
  test: {
    reporters: reporters('model'),
    projects: Array.from({ length: PARTS }, (_, part) => ({
      test: { name: `part ${part + 1}`, include: ['test/model/*.test.ts'], env: { MODEL_PART: String(part) }, testTimeout: 1_800_000 },
    })),
    maxWorkers: PARTS,
  },
})
