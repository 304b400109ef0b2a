// The first load: `plimsoll sync` of a supplier's list into golden records, against a script that was written for that list alone.
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asked, run } from './child.mjs'
import { interleave, median, noise, round } from './figures.mjs'
import { digestOf } from './kept.mjs'
import { keyAt, writePlan, writeProducts } from './products.mjs'
import { loadedAll, supplier, unchangedAll } from './supplier.mjs'

const BESPOKE = fileURLToPath(new URL('bespoke-load.mjs', import.meta.url))
/** The bespoke script is only a bar if it reaches this share of what the machine maps without a database. */
const WORTHY = 0.22
/** Records of the run in small batches and reverse order that the golden records are compared with. */
const SLOW_RECORDS = 3000

export async function bench({ folder, records: count, rounds: times, seed, say }) {
  const records = count(100_000, 3000)
  const rounds = times(2)
  const at = supplier(folder, { records, seed })
  const database = (variant) => join(folder, `bespoke-${variant}.db`)
  const bespoke = async (variant) => {
    for (const end of ['', '-wal', '-shm']) rmSync(database(variant) + end, { force: true })
    return run(process.execPath, [BESPOKE, at.csv, database(variant), '--variant', variant])
  }
  const alone = async (how) => JSON.parse((await run(process.execPath, [BESPOKE, at.csv, how])).stdout).ms

  const runs = await interleave({
    plimsoll: async (i) => said(say, `plimsoll, run ${i + 1}`, await at.load()),
    one: async (i) => said(say, `bespoke on one thread, run ${i + 1}`, await bespoke('one')),
    worker: async (i) => said(say, `bespoke with a worker, run ${i + 1}`, await bespoke('worker')),
    map: () => alone('--map'),
    lean: () => alone('--lean'),
  }, rounds)

  const rate = (list) => (records / median(list)) * 1000
  const wall = (name) => runs[name].map((one) => one.ms)
  const variant = median(wall('one')) <= median(wall('worker')) ? 'one' : 'worker'
  const [own, bar, mapped] = [rate(wall('plimsoll')), rate(wall(variant)), rate(runs.map)]

  say('looking at what was kept')
  const again = await at.again()
  const digest = await digestOf(at.store, 'product')
  const bespokeDigest = JSON.parse((await run(process.execPath, [BESPOKE, '--digest', database(variant)])).stdout)
  return {
    name: 'load', value: round(own), unit: 'records/s', against: round(bar), ratio: round(own / bar), noise: round(noise(wall('plimsoll'))), bar: '≥ 1.0',
    records, rounds, seconds: wall('plimsoll').map((ms) => round(ms / 1000)), cpu_seconds: runs.plimsoll.map((one) => round(one.cpuMs / 1000)),
    rss_mb: Math.round(Math.max(...runs.plimsoll.map((one) => one.rssMb))), store_mb: Math.round(statSync(at.store).size / 2 ** 20),
    bespoke: {
      variant, one: round(rate(wall('one'))), worker: round(rate(wall('worker'))), noise: round(noise(wall(variant))), cpu_seconds: runs[variant].map((one) => round(one.cpuMs / 1000)),
      store_mb: Math.round(statSync(database(variant)).size / 2 ** 20),
    },
    parse_map_hash: round(mapped), parse_map_hash_lean: round(rate(runs.lean)), bespoke_share: round(bar / mapped), counts: bar / mapped >= WORTHY,
    checks: {
      all_loaded: runs.plimsoll.every((one) => loadedAll(one, records)),
      explain: await explains(at, records),
      second_sync_writes_nothing: unchangedAll(again, records),
      equals_bespoke: digest.digest === bespokeDigest.digest || `${digest.first}\n${bespokeDigest.first}`,
      equals_slow_run: await equalsSlowRun(folder, at.store, records, seed),
    },
  }
}

function said(say, what, done) {
  say(`${what}: ${(done.ms / 1000).toFixed(1)} s`)
  return done
}

/** `records explain` answers for records all over the list, with every field and where it comes from. */
async function explains(at, records) {
  for (const share of [0, 0.37, 0.5, 0.99, 1]) {
    const key = keyAt(records, share)
    const { answer } = await at.ask(['records', 'explain', `supplier/products*.csv/${key}`], { expect: [0, 1, 2] })
    if (!answer.ok || !JSON.stringify(answer.result).includes(key)) return `${key} is not explained`
  }
  return true
}

/** The same records in reverse order, out of many small files that are each read once: small batches. */
async function equalsSlowRun(folder, fast, records, seed) {
  const project = join(folder, 'slow')
  const only = Math.min(SLOW_RECORDS, records)
  writePlan(project, { settings: '{ folder: ./inbox, archive: ./done }' })
  writeProducts(join(project, 'inbox'), { records, only, seed, perFile: 37, reversed: true })
  const { answer } = await asked(['sync'], { cwd: project })
  if (answer.summary.read !== only) return `the slow run read ${answer.summary.read} of ${only}`
  const slow = await digestOf(join(project, '.plimsoll', 'store.db'), 'product')
  const keys = new Set(Array.from({ length: only }, (_, i) => keyAt(records, i / records)))
  const same = await digestOf(fast, 'product', { only: keys })
  return (slow.records === only && same.digest === slow.digest) || `${same.first}\n${slow.first}`
}
