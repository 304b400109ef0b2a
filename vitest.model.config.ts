import { defineConfig } from 'vitest/config'
import { reporters } from './test/support/reports.ts'

const PARTS = Number(process.env['MODEL_PARTS'] ?? 1)
/** Where certain sequences are asked for, nothing else is played. */
const CERTAIN = ['MODEL_PATH', 'MODEL_ONLY', 'MODEL_SURVEY'].some((name) => process.env[name] !== undefined)

/** The engine on simulated systems, in many random sequences; `npm run test:model` counts them and says with which seed. */
export default defineConfig({
  test: {
    reporters: reporters('model'),
    cache: false,
    projects: Array.from({ length: PARTS }, (_, part) => ({
      test: { name: `part ${part + 1}`, include: [CERTAIN ? 'test/model/model.test.ts' : 'test/model/*.test.ts'], env: { MODEL_PART: String(part) }, testTimeout: 1_800_000 },
    })),
    maxWorkers: PARTS,
  },
})
