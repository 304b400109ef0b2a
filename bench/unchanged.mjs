// Nothing changed: a further `plimsoll sync` of the same list, against the first load of it.
import { median, noise, round } from './figures.mjs'
import { loadedAll, supplier, unchangedAll } from './supplier.mjs'

export async function bench({ folder, records: count, rounds: times, seed, say }) {
  const records = count(100_000, 2000)
  const at = supplier(folder, { records, seed })
  const loads = []
  const agains = []
  for (let i = 0; i < times(2); i += 1) {
    loads.push(await at.load())
    for (let n = 0; n < 2; n += 1) agains.push(await at.again())
    say(`run ${i + 1}: load ${(loads.at(-1).ms / 1000).toFixed(1)} s, unchanged ${(agains.at(-1).ms / 1000).toFixed(1)} s`)
  }
  const rate = (runs) => (records / median(runs.map((run) => run.ms))) * 1000
  return {
    name: 'unchanged', value: round(rate(agains)), unit: 'records/s', against: round(rate(loads)), ratio: round(rate(agains) / rate(loads)), noise: round(noise(agains.map((run) => run.ms))), bar: '≥ 2.0',
    records, seconds: agains.map((run) => round(run.ms / 1000)), load_seconds: loads.map((run) => round(run.ms / 1000)),
    checks: { all_loaded: loads.every((run) => loadedAll(run, records)), writes_nothing: agains.every((run) => unchangedAll(run, records)) },
  }
}
