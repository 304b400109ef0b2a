// The project on real software, from empty systems to the judges:
// `node examples/online-shop-real/project.mjs [--orders 20] [--newcomers 120] [--away 120] [--only first-load,stock,…]`.
// Chapters build on each other; `--only` leaves out those that are not named (first-load and stock should stay). `content` is played
// where it is named: `--only first-load,content`.
import { openWorld } from './world/open.mjs'

/** In the order in which they are played: files in `chapters/`. */
const CHAPTERS = ['first-load', 'stock', 'orders', 'fulfilment', 'courier', 'changes', 'refunds', 'merge', 'both-sides', 'killed', 'outage']
/** Files in `judge/`. */
const JUDGES = ['shop-and-erp', 'content', 'fulfilment', 'courier-and-cdp', 'changes', 'both-sides', 'writes']

const given = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise)
const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 96 - text.length))}\n`)

heading('Real systems start')
const world = await openWorld({ orders: Number(given('--orders', '20')), newcomers: Number(given('--newcomers', '120')), away: Number(given('--away', '120')) })
let failed = 0
try {
  for (const name of given('--only', CHAPTERS.join(',')).split(',')) {
    const { title, play } = await import(`./chapters/${name}.mjs`)
    heading(title)
    await play(world)
  }
  heading('The judge')
  for (const name of JUDGES) {
    const { judge } = await import(`./judge/${name}.mjs`)
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
