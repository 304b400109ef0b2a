// Shipments with their parcels, what the shop's customers see of them, and what state of an order follows.
import { compared, listed, once } from './compare.mjs'

export async function judge({ shop, erp: { call } }) {
  const orders = await listed(shop.admin, 'orders', 'code state lines { id orderPlacedQuantity } fulfillments { state method trackingCode lines { orderLineId quantity } }', ', filter: { active: { eq: false } }')
  const sales = await call('sale.sale.search_read', [['reference', '!=', null]], 0, 10_000, null, ['reference', 'lines.sequence', 'lines.quantity'])
  const shipments = await call('stock.shipment.out.search_read', [['state', '=', 'done']], 0, 10_000, null,
    ['carrier.party.name', 'packages.shipping_reference', 'outgoing_moves.state', 'outgoing_moves.quantity', 'outgoing_moves.origin.sequence', 'outgoing_moves.origin.sale'])
  const codeOf = new Map(sales.map(({ id, reference }) => [id, reference]))
  const sent = shipments.map((one) => {
    const moves = one['outgoing_moves.'].filter(({ state, quantity }) => state === 'done' && quantity > 0)
    return {
      order: codeOf.get(moves[0]['origin.'].sale), carrier: one['carrier.']['party.'].name, tracking: one['packages.'].map((parcel) => parcel.shipping_reference).join(),
      lines: moves.map((move) => [String(move['origin.'].sequence), move.quantity]).toSorted(),
    }
  })
  const shipped = new Map()
  for (const { order, lines } of sent) for (const [line, quantity] of lines) shipped.set(`${order} ${line}`, (shipped.get(`${order} ${line}`) ?? 0) + quantity)
  // Cancelled afterwards: that is said of the order from then on.
  const cancelled = new Set(orders.flatMap(({ code, state }) => (state === 'Cancelled' ? [code] : [])))
  const gone = sales.filter(({ reference }) => sent.some(({ order }) => order === reference) && !cancelled.has(reference))
  return [
    compared('shipment',
      once(sent.map(({ order, carrier, tracking, lines }) => [tracking, { order, carrier, lines, state: 'Shipped' }]), 'shipment of the ERP'),
      once(orders.flatMap(({ code, fulfillments }) => fulfillments.map((one) => [one.trackingCode, {
        order: code, carrier: one.method, lines: one.lines.map(({ orderLineId, quantity }) => [orderLineId, quantity]).toSorted(), state: one.state,
      }])), 'fulfilment of the shop')),
    compared('order with a shipment',
      once(gone.map((sale) => [sale.reference, sale['lines.'].every(({ sequence, quantity }) => (shipped.get(`${sale.reference} ${sequence}`) ?? 0) >= quantity) ? 'Shipped' : 'PartiallyShipped']), 'sale'),
      once(orders.filter(({ code, fulfillments }) => fulfillments.length > 0 && !cancelled.has(code)).map(({ code, state }) => [code, state]), 'order of the shop')),
  ]
}
