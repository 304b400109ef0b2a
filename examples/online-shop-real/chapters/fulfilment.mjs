import { check } from '../judge/compare.mjs'
import { judge } from '../judge/fulfilment.mjs'
import { ship } from '../world/warehouse.mjs'

export const title = 'The warehouse ships, some orders in two parcels; a few wait for tomorrow'

export async function play(world) {
  const { hub, shop, erp: { call } } = world
  const { orders } = await shop.admin('{ orders(options: { take: 1000, sort: { id: ASC }, filter: { state: { eq: "PaymentSettled" } } }) { items { code lines { id quantity } } } }')
  const parted = []
  for (const [n, { code, lines }] of orders.items.entries()) {
    if (n % 4 === 3) continue
    const first = lines.reduce((sum, { quantity }) => sum + quantity, 0) > 1 && n % 2 === 1 ? { [lines[0].id]: 1 } : undefined
    await ship(call, code, `PX${code}-1`, first)
    if (first) parted.push(code)
  }
  await hub.agree()
  check(await judge(world))
  for (const code of parted.slice(1)) await ship(call, code, `PX${code}-2`)
  await hub.agree()
}
