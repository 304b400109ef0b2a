// `npm run fuzz -- --inputs N --seed S`: N inputs for the readers of plans, mappings, files and webhooks, in two processes. The
// same seed gives the same inputs.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string' } } })
for (const name of ['inputs', 'seed']) {
  if (values[name] !== undefined && !/^\d+$/.test(values[name])) {
    console.error(`--${name} must be a number, not ${values[name]}`)
    process.exit(2)
  }
}
const seed = values.seed ?? String(Math.floor(Date.now() / 1000) % 1_000_000)
console.log(`fuzz: --inputs ${values.inputs} --seed ${seed}`)
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.fuzz.config.ts'], {
  cwd: root, stdio: 'inherit', env: { ...process.env, FUZZ_INPUTS: values.inputs, FUZZ_SEED: seed, FUZZ_PARTS: '2' },
})
process.exit(status ?? 1)
