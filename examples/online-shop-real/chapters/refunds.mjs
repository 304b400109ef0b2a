import { all } from '../world/stripe.mjs'

export const title = 'The provider gives money back: all of it for what was cancelled, and some, twice, for what was damaged'

export async function play({ hub, shop, pay }) {
  const { orders } = await shop.admin('{ orders(options: { take: 1000, sort: { id: ASC }, filter: { active: { eq: false } } }) { items { state payments { transactionId state } } } }')
  const settled = orders.items.filter(({ payments: [payment] }) => payment?.state === 'Settled')
  const chargeOf = ({ payments: [payment] }) => payment.transactionId
  for (const order of settled.filter(({ state }) => state === 'Cancelled')) await pay('/v1/refunds', { charge: chargeOf(order) })
  const [damaged, late] = settled.filter(({ state }) => state === 'Shipped')
  await pay('/v1/refunds', { charge: chargeOf(damaged), amount: '500', reason: 'requested_by_customer' })
  await pay('/v1/refunds', { charge: chargeOf(late), amount: '250' })
  await hub.agree()
  // The same amount once more, for the same payment, is another refund.
  await pay('/v1/refunds', { charge: chargeOf(damaged), amount: '500', reason: 'requested_by_customer' })
  await hub.agree()
  console.log(`  ${(await all(pay, '/v1/refunds')).length} refunds`)
}
