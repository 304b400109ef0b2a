// The project on real software, from empty systems to the judge: `node examples/online-shop-real/project.mjs [--orders 20]`.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { judge } from './judge.mjs'
import { address, person } from './world/people.mjs'
import { all, provider } from './world/stripe.mjs'
import { startSystems } from './world/systems.mjs'
import { erp as openErp } from './world/tryton.mjs'
import { placeOrder, staff } from './world/vendure.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const count = Number(process.argv[process.argv.indexOf('--orders') + 1]) || 20
const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 96 - text.length))}\n`)

heading('1 Real systems start: shop, ERP, payment provider')
const systems = await startSystems(['vendure', 'tryton', 'stripe'])
const store = mkdtempSync(join(tmpdir(), 'plimsoll-real-'))
const env = {
  ...process.env, PLIMSOLL_STORE: store,
  PLIMSOLL_SYSTEM_SHOP_URL: systems.vendure.url, PLIMSOLL_SYSTEM_SHOP_USER: systems.vendure.user, PLIMSOLL_SYSTEM_SHOP_PASSWORD: systems.vendure.password,
  PLIMSOLL_SYSTEM_ERP_URL: systems.tryton.url, PLIMSOLL_SYSTEM_ERP_USER: systems.tryton.user, PLIMSOLL_SYSTEM_ERP_PASSWORD: systems.tryton.password,
  PLIMSOLL_SYSTEM_CARDPAY_URL: systems.stripe.url, PLIMSOLL_SYSTEM_CARDPAY_TOKEN: systems.stripe.key,
}
const plimsoll = (...args) => new Promise((done) => {
  execFile(process.execPath, [join(here, '../../dist/cli/main.js'), ...args, here, '--json'], { env, maxBuffer: 256 * 1024 * 1024 }, (_error, said) => done(JSON.parse(said)))
})
/** Passes until one writes nothing. */
const agree = async (most = 6) => {
  for (let pass = 1; ; pass += 1) {
    const { summary, error, result } = await plimsoll('sync')
    if (!summary) throw new Error(`${error.code}: ${error.message}`)
    console.log(`  pass ${pass}: ${summary.read} read, ${summary.writes} written, ${summary.set_aside} set aside, ${summary.unsure} unsure, ${summary.balanced ? 'balanced' : 'NOT BALANCED'}`)
    for (const failure of result.failures ?? []) console.log(`  ! ${JSON.stringify(failure).slice(0, 300)}`)
    if (summary.writes === 0 && summary.unsure === 0) return pass
    if (pass === most) throw new Error('The systems do not come to rest.')
  }
}

let failed = 0
try {
  const [admin, call] = [await staff(systems.vendure), await openErp(systems.tryton)]
  const pay = provider(systems.stripe)
  const erp = async (method, ...params) => (method === 'product.product.stock_of'
    ? call('product.product.search_read', [['type', '=', 'goods']], 0, 10_000, null, ['code', 'quantity'], { company: 1, locations: params, with_childs: true })
    : call(method, ...params))

  heading('2 The first load: what the shop sells is known to the ERP')
  await agree()
  // The shop came with three variants under one number; whoever knows them gives two of them their own.
  const { productVariants } = await admin('{ productVariants(options: { take: 1000, sort: { id: ASC } }) { items { id sku } } }')
  const seen = new Map()
  for (const { id, sku } of productVariants.items) {
    const times = seen.get(sku) ?? 0
    seen.set(sku, times + 1)
    if (times > 0) await admin('mutation ($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }', { input: [{ id, sku: `${sku}-${times + 1}` }] })
  }
  await agree()

  heading('3 The warehouse counts its goods: the shop may sell them')
  const [storage] = await call('stock.location.search_read', [['code', '=', 'STO']], 0, 1, null, ['id'])
  const goods = await call('product.product.search_read', [['type', '=', 'goods']], 0, 10_000, null, ['id'])
  const today = new Date()
  const [inventory] = await call('stock.inventory.create', [{
    location: storage.id, date: { __class__: 'date', year: today.getFullYear(), month: today.getMonth() + 1, day: today.getDate() },
    lines: [['create', goods.map(({ id }, n) => ({ product: id, quantity: 300 + n }))]],
  }])
  await call('stock.inventory.confirm', [inventory])
  await agree()

  heading(`4 ${count} customers order, and the provider takes the money of half of them`)
  const { productVariants: offered } = await admin('{ productVariants(options: { take: 80, sort: { id: ASC } }) { items { id } } }')
  for (let n = 0; n < count; n += 1) {
    await placeOrder(systems.vendure, {
      person: person(n), address: address(n),
      lines: [{ variant: offered.items[n % 80].id, quantity: 1 + (n % 3) }, { variant: offered.items[(n * 7 + 1) % 80].id, quantity: 1 }].filter((line, index, lines) => lines.findIndex((one) => one.variant === line.variant) === index),
      pay: async ({ order, amount, currency }) => (await pay('/v1/charges', { amount: String(amount), currency, source: 'tok_visa', capture: 'false', 'metadata[order]': order })).id,
    })
  }
  for (const [n, charge] of (await all(pay, '/v1/charges')).entries()) if (n % 2 === 0) await pay(`/v1/charges/${charge.id}/capture`, {})
  await agree()

  heading('5 The judge')
  const { results, twice } = await judge({ admin, erp, pay })
  for (const { what, should, is, faults } of results) {
    console.log(`  ${faults.length === 0 ? '✓' : '✗'} ${what}: ${is} of ${should}`)
    for (const fault of faults.slice(0, 10)) console.log(`      ${fault}`)
    failed += faults.length
  }
  for (const fault of twice) console.log(`  ✗ ${fault}`)
  failed += twice.length
  console.log(failed === 0 ? '\nThe systems agree, record by record.' : `\n${failed} differences.`)
} finally {
  await systems.end()
  rmSync(store, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
