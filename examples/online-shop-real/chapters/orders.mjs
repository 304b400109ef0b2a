import { listed } from '../judge/compare.mjs'
import { address, person } from '../world/people.mjs'
import { all } from '../world/stripe.mjs'
import { placeOrder } from '../world/vendure.mjs'

export const title = 'Customers order, and the provider takes the money of half of them'

/** What can be bought: of three, two came with the shop and one from the product information. */
async function offers({ shop, content }) {
  const variants = await listed(shop.admin, 'productVariants', 'id enabled product { id enabled }')
  const sold = variants.filter(({ enabled, product }) => enabled && product.enabled)
  const own = sold.filter(({ product }) => content.products.has(product.id))
  const others = sold.filter(({ product }) => !content.products.has(product.id))
  return Array.from({ length: 80 }, (_, n) => (n % 3 === 2 ? others[(n - 2) / 3] : own[n - Math.floor(n / 3)]).id)
}

export async function play(world) {
  const { hub, shop, pay, orders } = world
  const offered = await offers(world)
  for (let n = 0; n < orders; n += 1) {
    await placeOrder(shop.system, {
      person: person(n), address: address(n),
      lines: [{ variant: offered[n % 80], quantity: 1 + (n % 3) }, { variant: offered[(n * 7 + 1) % 80], quantity: 1 }].filter((line, index, lines) => lines.findIndex((one) => one.variant === line.variant) === index),
      pay: async ({ order, amount, currency }) => (await pay('/v1/charges', { amount: String(amount), currency, source: 'tok_visa', capture: 'false', 'metadata[order]': order })).id,
    })
  }
  for (const [n, charge] of (await all(pay, '/v1/charges')).entries()) if (n % 2 === 0) await pay(`/v1/charges/${charge.id}/capture`, {})
  await hub.agree()
}
