import { address, person } from '../world/people.mjs'
import { all } from '../world/stripe.mjs'
import { placeOrder } from '../world/vendure.mjs'

export const title = 'Customers order, and the provider takes the money of half of them'

export async function play({ hub, shop, pay, orders }) {
  const { productVariants: offered } = await shop.admin('{ productVariants(options: { take: 80, sort: { id: ASC } }) { items { id } } }')
  for (let n = 0; n < orders; n += 1) {
    await placeOrder(shop.system, {
      person: person(n), address: address(n),
      lines: [{ variant: offered.items[n % 80].id, quantity: 1 + (n % 3) }, { variant: offered.items[(n * 7 + 1) % 80].id, quantity: 1 }].filter((line, index, lines) => lines.findIndex((one) => one.variant === line.variant) === index),
      pay: async ({ order, amount, currency }) => (await pay('/v1/charges', { amount: String(amount), currency, source: 'tok_visa', capture: 'false', 'metadata[order]': order })).id,
    })
  }
  for (const [n, charge] of (await all(pay, '/v1/charges')).entries()) if (n % 2 === 0) await pay(`/v1/charges/${charge.id}/capture`, {})
  await hub.agree()
}
