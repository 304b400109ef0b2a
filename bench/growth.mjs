// Ten times the records: how many times longer does the first load take? What a start of the program takes is left out.
import { median, noise, round } from './figures.mjs'
import { loadedAll, supplier } from './supplier.mjs'

const TIMES = 10

export async function bench({ folder, records: count, rounds: times, seed, say }) {
  const many = count(300_000, 5000)
  const few = Math.round(many / TIMES)
  const sizes = { none: 1, few, many }
  const at = Object.fromEntries(Object.entries(sizes).map(([name, records]) => [name, supplier(folder, { records, seed, name })]))
  const runs = { none: [], few: [], many: [] }
  const load = async (name) => {
    const done = await at[name].load()
    say(`${sizes[name].toLocaleString('en')} records: ${(done.ms / 1000).toFixed(1)} s`)
    runs[name].push(done)
  }
  // The small ones before and after the large one, so that a machine that slows down slows both.
  for (let i = 0; i < times(1); i += 1) for (const name of ['none', 'few', 'many', 'few', 'none']) await load(name)
  const time = (name) => median(runs[name].map((run) => run.ms))
  const ratio = (time('many') - time('none')) / (time('few') - time('none'))
  return {
    name: 'growth', value: round(ratio), unit: `× the time for ${TIMES} × the records`, against: TIMES, ratio: round(ratio / TIMES), noise: round(noise(runs.few.map((run) => run.ms))), bar: '≤ 1.1',
    records: [few, many], seconds: [round(time('few') / 1000), round(time('many') / 1000)], start_seconds: round(time('none') / 1000),
    checks: Object.fromEntries(Object.keys(sizes).map((name) => [`all_loaded_${name}`, runs[name].every((run) => loadedAll(run, sizes[name]))])),
  }
}
