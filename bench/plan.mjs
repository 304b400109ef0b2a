// `plimsoll check` of a plan of 500 systems and 2,000 flows, against parsing the same files; and a second check of the same files.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asked, plimsoll, run } from './child.mjs'
import { interleave, median, noise, round } from './figures.mjs'
import { writeLargePlan } from './large-plan.mjs'

const PARSE = fileURLToPath(new URL('parse-plan.mjs', import.meta.url))
const SECOND_MS = 500

export async function bench({ folder, rounds: times, seed, smoke }) {
  const [systems, flows] = smoke ? [25, 100] : [500, 2000]
  writeLargePlan(folder, { systems, flows, seed })
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.yaml')).map((file) => join(folder, file))
  const forget = () => rmSync(join(folder, '.plimsoll'), { recursive: true, force: true })
  const runs = await interleave({
    check: async () => {
      forget()
      return plimsoll(['check'], { cwd: folder })
    },
    again: async () => {
      await plimsoll(['check'], { cwd: folder })
      return plimsoll(['check'], { cwd: folder })
    },
    parse: () => run(process.execPath, [PARSE, folder]),
  }, times(3))
  forget()
  const { answer } = await asked(['check'], { cwd: folder })
  const ms = (name) => runs[name].map((one) => one.ms)
  const cpu = (name) => runs[name].map((one) => one.cpuMs)
  return {
    name: 'plan', value: Math.round(median(ms('check'))), unit: 'ms', against: Math.round(median(ms('parse'))), ratio: round(median(ms('check')) / median(ms('parse'))), noise: round(noise(ms('check'))), bar: '≤ 1.5',
    again_ms: Math.round(median(ms('again'))), again_bar_ms: SECOND_MS, cpu_ratio: round(median(cpu('check')) / median(cpu('parse'))), again_cpu_ms: median(cpu('again')),
    systems, flows, files: files.length, kilobytes: Math.round(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1024), rss_mb: Math.round(Math.max(...runs.check.map((one) => one.rssMb))),
    checks: { no_mistakes: answer.summary.errors === 0 && answer.summary.flows === flows && answer.summary.not_runnable === 0 },
  }
}
