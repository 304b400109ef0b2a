// `npm run test:model -- --runs N --seed S`: N random sequences in two processes. A failure names the seed and the path that
// repeat it: `-- --seed S --path P`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' } } })
for (const name of ['runs', 'seed']) {
  if (values[name] !== undefined && !/^\d+$/.test(values[name])) {
    console.error(`--${name} must be a number, not ${values[name]}`)
    process.exit(2)
  }
}
const seed = values.seed ?? String(Math.floor(Date.now() / 1000) % 1_000_000)
const alone = values.path !== undefined
console.log(`model test: --runs ${values.runs ?? 2000} --seed ${seed}`)
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.model.config.ts'], {
  cwd: root, stdio: 'inherit',
  env: { ...process.env, MODEL_RUNS: values.runs ?? '2000', MODEL_SEED: seed, MODEL_PARTS: alone ? '1' : '2', ...(alone ? { MODEL_PATH: values.path } : {}) },
})
process.exit(status ?? 1)
