// The project on real software, from empty systems to the judges: `node examples/online-shop-real/project.mjs [--orders 20] [--only a,b]`.
// Chapters build on each other; `--only` leaves out those that are not named (first-load and stock should stay).
import * as changes from './chapters/changes.mjs'
import * as firstLoad from './chapters/first-load.mjs'
import * as fulfilment from './chapters/fulfilment.mjs'
import * as orders from './chapters/orders.mjs'
import * as refunds from './chapters/refunds.mjs'
import * as stock from './chapters/stock.mjs'
import * as changed from './judge/changes.mjs'
import * as parcels from './judge/fulfilment.mjs'
import * as shopAndErp from './judge/shop-and-erp.mjs'
import { openWorld } from './world/open.mjs'

const CHAPTERS = { 'first-load': firstLoad, stock, orders, fulfilment, changes, refunds }
const JUDGES = [shopAndErp, parcels, changed]

const given = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise)
const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 96 - text.length))}\n`)
const names = given('--only', Object.keys(CHAPTERS).join(',')).split(',')

heading('Real systems start')
const world = await openWorld({ orders: Number(given('--orders', '20')) })
let failed = 0
try {
  for (const name of names) {
    heading(CHAPTERS[name].title)
    await CHAPTERS[name].play(world)
  }
  heading('The judge')
  for (const { judge } of JUDGES) {
    for (const { what, should, is, faults } of await judge(world)) {
      console.log(`  ${faults.length === 0 ? '✓' : '✗'} ${what}: ${is} of ${should}`)
      for (const fault of faults.slice(0, 10)) console.log(`      ${fault}`)
      failed += faults.length
    }
  }
  console.log(failed === 0 ? '\nThe systems agree, record by record.' : `\n${failed} differences.`)
} finally {
  await world.end()
}
process.exitCode = failed === 0 ? 0 : 1
