import { check } from '../judge/compare.mjs'
import { judge } from '../judge/changes.mjs'
import { address, person } from '../world/people.mjs'
import { cancelOrder, changeAddress, ordersOf, placeOrder } from '../world/vendure.mjs'
import { ship } from '../world/warehouse.mjs'

export const title = 'Customers change their minds: another address, cancelled before and after the parcel left'

export async function play(world) {
  const { hub, shop, pay, erp: { call } } = world
  const { productVariants: { items: [first, second] } } = await shop.admin('{ productVariants(options: { take: 2, sort: { id: ASC } }) { items { id } } }')
  /** Half of them are paid: those are under way in the ERP. */
  const codes = []
  for (let n = 0; n < 8; n += 1) {
    const { code } = await placeOrder(shop.system, {
      person: person(900 + n), address: address(900 + n), lines: [{ variant: first.id, quantity: 2 }, { variant: second.id, quantity: 1 }],
      pay: async ({ order, amount, currency }) => (await pay('/v1/charges', { amount: String(amount), currency, source: 'tok_visa', capture: String(n % 2 === 0), 'metadata[order]': order })).id,
    })
    codes.push(code)
  }
  await hub.agree()
  const orders = await ordersOf(shop.admin, codes)
  // Two parcels have left, one of them with half of the goods.
  await ship(call, codes[4], `PX${codes[4]}-1`)
  await ship(call, codes[6], `PX${codes[6]}-1`, { [orders[6].lines[0].id]: 1 })
  await hub.agree()

  const [paid, open, cancelled, early, sent, , parted] = await ordersOf(shop.admin, codes)
  for (const [n, order] of [paid, open, parted].entries()) await changeAddress(shop.admin, order, { ...address(950 + n), fullName: 'Front desk' })
  for (const order of [cancelled, early, sent]) await cancelOrder(shop.admin, order)
  await hub.agree()
  check(await judge(world))
  await ship(call, codes[0], `PX${codes[0]}-1`)
  await hub.agree()
}
