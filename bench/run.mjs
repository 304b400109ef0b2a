// npm run bench -- <name…|all> [--json] [--records N] [--rounds N] [--smoke] [--save] [--only <kinds of readers>]
// Measures the built product (`npm run build` first). Everything is a ratio within one run on one machine; see bench/README.md.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PLIMSOLL } from './child.mjs'
import { commit, machine } from './machine.mjs'

/** Name → module that exports `bench(context)`: an answer, or several, each `{ name, value, unit, against, ratio, noise, … }`. */
const BENCHES = ['load', 'unchanged', 'memory', 'growth', 'latency', 'deliver', 'twoway', 'plan', 'readers']

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false }, records: { type: 'string' }, rounds: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string', default: '1' },
    smoke: { type: 'boolean', default: false }, save: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false }, only: { type: 'string' },
  },
})
const names = positionals.includes('all') ? BENCHES : positionals
const unknown = names.filter((name) => !BENCHES.includes(name))
if (names.length === 0 || unknown.length > 0) fail(`${unknown.length > 0 ? `There is no bench ${unknown.join(', ')}. ` : ''}Name one or more of: ${BENCHES.join(', ')}, all.`)
if (!existsSync(PLIMSOLL)) fail('There is no build yet: run `npm run build` first.')

function fail(says) {
  console.error(says)
  process.exit(2)
}

const number = (name, usual, smoke) => (flags[name] === undefined ? (flags.smoke ? smoke : usual) : Number(flags[name]))
const results = fileURLToPath(new URL('results', import.meta.url))
let failed = false
for (const name of names) {
  const { bench } = await import(`./${name}.mjs`)
  const folder = mkdtempSync(join(tmpdir(), `plimsoll-bench-${name}-`))
  const before = machine()
  try {
    const answers = await bench({
      folder, smoke: flags.smoke, seed: Number(flags.seed), only: flags.only?.split(','),
      records: (usual, smoke) => number('records', usual, smoke), rounds: (usual) => number('rounds', usual, 1), seconds: (usual, smoke) => number('seconds', usual, smoke),
      say: (line) => void (flags.json || console.error(`  ${line}`)),
    })
    const list = [answers].flat()
    for (const answer of list) {
      const broken = Object.entries(answer.checks ?? {}).filter(([, good]) => good !== true)
      if (broken.length > 0) failed = true
      console.log(flags.json ? JSON.stringify(answer) : text(answer, broken))
    }
    if (flags.save) {
      mkdirSync(results, { recursive: true })
      writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ at: new Date().toISOString(), ...commit(), machine: before, results: list }, null, 2)}\n`)
    }
  } finally {
    if (!flags.keep) rmSync(folder, { recursive: true, force: true })
    else console.error(`kept: ${folder}`)
  }
}
process.exitCode = failed ? 1 : 0

function text({ name, value, unit, against, ratio, noise, bar, ...more }, broken) {
  const parts = [`${name.padEnd(10)} ${Number(value).toLocaleString('en', { maximumFractionDigits: 2 })} ${unit}`]
  if (against !== null && against !== undefined) parts.push(`against ${typeof against === 'number' ? against.toLocaleString('en', { maximumFractionDigits: 2 }) : against}`)
  if (ratio !== null && ratio !== undefined) parts.push(`ratio ${ratio}`)
  if (bar !== undefined) parts.push(`(${bar})`)
  if (noise !== null && noise !== undefined) parts.push(`noise ${Math.round(noise * 100)} %`)
  if (broken.length > 0) parts.push(`BROKEN: ${broken.map(([what, says]) => `${what}${says === false ? '' : ` (${says})`}`).join(', ')}`)
  return `${parts.join(' · ')}\n${Object.entries(more).filter(([key]) => key !== 'checks').map(([key, of]) => `           ${key}: ${JSON.stringify(of)}`).join('\n')}`
}
