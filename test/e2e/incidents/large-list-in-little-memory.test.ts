/**
 * A list four times as long must not need more memory: what grows with the records is on the disk. Measured at the process itself, as the
 * kernel counts it (peak of the resident set); a million records are measured in bench/.
 */
import { spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { afterEach, expect, test } from 'vitest'
import { Project, ROOT } from '../project.ts'

const COMMAND = join(process.env['PLIMSOLL_DIST'] ?? join(ROOT, 'dist'), 'cli/main.js')
const PLAN = `
plimsoll: 1
name: Large list
systems:
  supplier: { connector: csv, settings: { folder: ./inbox, settle: 0 }, holds: { product: { resource: products.csv, key: sku, fields: { sku: sku, name: name, price: price, stock: stock } } } }
  database: { connector: sqlite, settings: { file: ./products.db }, holds: [product] }
entities:
  product: { identifiers: [sku], fields: { sku: text, name: text, price: decimal, stock: integer } }
flows:
  products: { entity: product, from: supplier, to: database }
`
const SMALL = 25_000
const LARGE = 100_000
const MB = 1024
/** Of JavaScript values that live longer than a moment: a list that kept a few hundred bytes of each record would end here. */
const HEAP_MB = 96
/** So long that the small list is long enough for a thread of its own, too: a thread has its price, but only once. */
const ABOUT = 'with a description of a length as it is usual '.repeat(4)

let projects: Project[] = []
afterEach(() => {
  for (const project of projects.splice(0)) project.done()
})

async function project(records: number): Promise<Project> {
  const made = new Project({ 'plan.yaml': PLAN, 'inbox/none': '' })
  projects.push(made)
  const file = createWriteStream(made.path('inbox/products.csv'))
  file.write('sku,name,price,stock\n')
  for (let n = 0; n < records; n += 1) file.write(`A-${n},"Article number ${n}, żółty, ${ABOUT}",${n % 900}.${String(n % 100).padStart(2, '0')},${n % 5000}\n`)
  file.end()
  await finished(file)
  return made
}

/** Peak of the resident set in KB. */
function sync(of: Project): Promise<{ readonly exit: number | null; readonly peak: number }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, 'sync'], { cwd: of.folder, stdio: 'ignore', env: { PATH: process.env['PATH'], HOME: of.folder, TZ: 'UTC', NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` } })
    let peak = 0
    const timer = setInterval(() => {
      try {
        peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0))
      } catch {
        // It has just ended.
      }
    }, 20)
    child.on('close', (exit) => {
      clearInterval(timer)
      resolve({ exit, peak })
    })
  })
}

test.runIf(process.platform === 'linux')(`${LARGE.toLocaleString('en')} records need hardly more memory than ${SMALL.toLocaleString('en')}, when they are loaded and when nothing has changed.`, async () => {
  const [small, large] = [await project(SMALL), await project(LARGE)]
  const runs = [await sync(small), await sync(large), await sync(large)]
  expect(large.rows('products.db', 'select count(*) n from product')).toEqual([{ n: LARGE }])
  const figures = runs.map((one) => Math.round(one.peak / MB)) as [number, number, number]
  process.stderr.write(`peak of the resident set in MB: ${SMALL} loaded ${figures[0]}, ${LARGE} loaded ${figures[1]}, unchanged ${figures[2]}\n`)
  expect(runs.map((one) => one.exit)).toEqual([0, 0, 0])
  expect(Math.min(...figures)).toBeGreaterThan(30)
  // While the store grows its page cache fills (64 MB), and garbage comes and goes; beyond that nothing may grow with the records.
  expect({ load: figures[1] - figures[0] < 160, again: figures[2] - figures[0] < 60, most: Math.max(...figures) < 400, figures }).toEqual({ load: true, again: true, most: true, figures })
}, 300_000)
