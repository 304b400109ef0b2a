// The most memory that a first load and a further `sync` hold, against what is allowed.
import { round } from './figures.mjs'
import { loadedAll, supplier, unchangedAll } from './supplier.mjs'

const ALLOWED_MB = 512

export async function bench({ folder, records: count, seed, say }) {
  const records = count(1_000_000, 5000)
  const at = supplier(folder, { records, seed })
  const load = await at.load()
  say(`load: ${(load.ms / 1000).toFixed(1)} s, ${Math.round(load.rssMb)} MB`)
  const again = await at.again()
  const most = Math.max(load.rssMb, again.rssMb)
  return {
    name: 'memory', value: Math.round(most), unit: 'MB resident', against: ALLOWED_MB, ratio: round(most / ALLOWED_MB), noise: null, bar: '≤ 1.0',
    records, load_mb: Math.round(load.rssMb), unchanged_mb: Math.round(again.rssMb), seconds: round(load.ms / 1000), unchanged_seconds: round(again.ms / 1000),
    checks: { all_loaded: loadedAll(load, records), writes_nothing: unchangedAll(again, records), measured: most > 0 || 'memory can be measured on Linux only' },
  }
}
