// Delivery to a table: what `plimsoll sync` takes longer when a database receives the list, against an upsert loop that also stores what it wrote.
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { run } from './child.mjs'
import { interleave, median, noise, round } from './figures.mjs'
import { loadedAll, supplier, unchangedAll } from './supplier.mjs'

const BESPOKE_LOAD = fileURLToPath(new URL('bespoke-load.mjs', import.meta.url))
const BESPOKE = fileURLToPath(new URL('bespoke-deliver.mjs', import.meta.url))
const DATABASE = `  database:
    connector: sqlite
    settings: { file: ./target.db }
    holds: [product]
`

export async function bench({ folder, records: count, rounds: times, seed, say }) {
  const records = count(50_000, 1000)
  const keeps = supplier(folder, { records, seed, name: 'keeps' })
  const delivers = supplier(folder, { records, seed, name: 'delivers', plan: { target: DATABASE, flow: '{ entity: product, from: supplier, to: database }' } })
  const target = join(delivers.project, 'target.db')
  const remove = (...files) => files.forEach((file) => ['', '-wal', '-shm', '-journal'].forEach((end) => rmSync(file + end, { force: true })))
  const golden = join(folder, 'golden.db')
  await run(process.execPath, [BESPOKE_LOAD, keeps.csv, golden, '--variant', 'one'])
  const [bespokeTarget, bespokeOwn] = [join(folder, 'bespoke-target.db'), join(folder, 'bespoke-own.db')]
  const runs = await interleave({
    keeps: () => keeps.load(),
    delivers: async (i) => {
      remove(target)
      const done = await delivers.load()
      say(`run ${i + 1}: ${(done.ms / 1000).toFixed(1)} s with a target`)
      return done
    },
    bespoke: async () => {
      remove(bespokeTarget, bespokeOwn)
      return run(process.execPath, [BESPOKE, golden, bespokeTarget, bespokeOwn])
    },
  }, times(2))
  const time = (name) => median(runs[name].map((one) => one.ms))
  const more = Math.max(1, time('delivers') - time('keeps'))
  const [own, bar] = [(records / more) * 1000, (records / time('bespoke')) * 1000]
  const again = await delivers.again()
  return {
    name: 'deliver', value: round(own), unit: 'records/s', against: round(bar), ratio: round(own / bar), noise: round(noise(runs.delivers.map((one) => one.ms))), bar: '≥ 0.8',
    records, seconds: runs.delivers.map((one) => round(one.ms / 1000)), without_target_seconds: runs.keeps.map((one) => round(one.ms / 1000)), bespoke_seconds: runs.bespoke.map((one) => round(one.ms / 1000)),
    checks: {
      all_loaded: runs.delivers.every((one) => loadedAll(one, records)), all_created: runs.delivers.every(({ answer: { summary } }) => summary.created === records && summary.writes === records),
      second_sync_writes_nothing: unchangedAll(again, again.answer.summary.unchanged) && again.answer.summary.unchanged >= records, equals_bespoke: rowsOf(target) === rowsOf(bespokeTarget) || 'the tables differ',
    },
  }
}

function rowsOf(file) {
  const db = new Database(file, { readonly: true })
  const hash = createHash('sha256')
  for (const { id: _, ...row } of db.prepare('SELECT * FROM product ORDER BY sku').iterate()) hash.update(JSON.stringify(row))
  db.close()
  return hash.digest('hex')
}
