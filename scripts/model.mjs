// `npm run test:model -- --runs N --seed S`: N random sequences in two processes. A failure names the seed and the path that
// repeat it: `-- --seed S --path P`. `-- --seed S --only 23,47` plays the sequences with these numbers and lists all that go wrong;
// `-- --seed S --survey --runs N` plays N in one process, whatever fails, and lists the numbers that do.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' }, only: { type: 'string' }, survey: { type: 'boolean', default: false } } })
for (const name of ['runs', 'seed']) {
  if (values[name] !== undefined && !/^\d+$/.test(values[name])) {
    console.error(`--${name} must be a number, not ${values[name]}`)
    process.exit(2)
  }
}
if (values.only !== undefined && !/^\d+(,\d+)*$/.test(values.only)) {
  console.error(`--only must be numbers of sequences, like 23,47, not ${values.only}`)
  process.exit(2)
}
const seed = values.seed ?? String(Math.floor(Date.now() / 1000) % 1_000_000)
const alone = values.path !== undefined || values.only !== undefined || values.survey
console.log(`model test: ${values.only === undefined ? `--runs ${values.runs ?? 2000}` : `--only ${values.only}`} --seed ${seed}`)
const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.model.config.ts'], {
  cwd: root, stdio: 'inherit',
  env: { ...process.env, MODEL_RUNS: values.runs ?? '2000', MODEL_SEED: seed, MODEL_PARTS: alone ? '1' : '2', ...(values.path === undefined ? {} : { MODEL_PATH: values.path }), ...(values.only === undefined ? {} : { MODEL_ONLY: values.only }), ...(values.survey ? { MODEL_SURVEY: 'yes' } : {}) },
})
process.exit(status ?? 1)
