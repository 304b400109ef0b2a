import { check } from '../judge/compare.mjs'
import { judge } from '../judge/courier-and-cdp.mjs'
import { pack, toShip } from '../world/warehouse.mjs'

export const title = 'What waited is packed, and a courier is booked for it: its tracking number comes back before he takes the parcel'

export async function play(world) {
  const { hub, shop, erp: { call } } = world
  const { orders } = await shop.admin('{ orders(options: { take: 1000, sort: { id: ASC }, filter: { state: { in: ["PaymentSettled", "PartiallyShipped"] } } }) { items { code } } }')
  const packed = []
  for (const { code } of orders.items) if ((await toShip(call, code)).length > 0) packed.push(await pack(call, code))
  await hub.agree()
  check(await judge(world))
  // The warehouse's people hand over what has a number.
  for (const { shipment } of packed) await call('stock.shipment.out.done', [shipment])
  await hub.agree()
}
