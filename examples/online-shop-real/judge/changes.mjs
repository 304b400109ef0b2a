// Where open parcels go, what was cancelled, and what a person was told of it; and the money that went back.
import { all } from '../world/stripe.mjs'
import { compared, listed, once } from './compare.mjs'

export async function judge({ hub, shop, erp: { call }, pay }) {
  const orders = await listed(shop.admin, 'orders', `code state shippingAddress { fullName streetLine1 city postalCode countryCode } payments { transactionId state refunds { reason total state } }`, ', filter: { active: { eq: false } }')
  const orderOf = new Map(orders.map((order) => [order.code, order]))
  const sales = await call('sale.sale.search_read', [['reference', '!=', null]], 0, 10_000, null, ['reference', 'state', 'shipments'])
  const saleOf = new Map(sales.flatMap((sale) => sale.shipments.map((id) => [id, sale])))
  const shipments = await call('stock.shipment.out.search_read', [['state', 'not in', ['done', 'cancelled']]], 0, 10_000, null, ['delivery_address.party_name', 'delivery_address.street', 'delivery_address.city', 'delivery_address.postal_code', 'delivery_address.country.code'])
  const open = shipments.map((one) => ({ id: one.id, order: orderOf.get(saleOf.get(one.id)?.reference), to: one['delivery_address.'] })).filter(({ order }) => order)
  // The ERP has begun with them; what that means for goods and invoices is for people to say.
  const late = sales.filter(({ reference, state }) => state === 'processing' && orderOf.get(reference)?.state === 'Cancelled')
  const { result: status } = await hub.run('status')
  const told = status.open.filter(({ entity, state }) => entity === 'order' && state === 'aside').reduce((sum, { n }) => sum + n, 0)
  const refunds = (await all(pay, '/v1/refunds')).filter(({ charge }) => orders.some(({ payments }) => payments.some(({ transactionId }) => transactionId === charge)))
  return [
    compared('parcel that waits',
      new Map(open.map(({ id, order: { state, shippingAddress: to } }) => [id, state === 'Cancelled' ? 'none' : [to.fullName, to.streetLine1, to.city, to.postalCode, to.countryCode]])),
      new Map(open.map(({ id, to }) => [id, [to.party_name, to.street, to.city, to.postal_code, to['country.'].code]]))),
    compared('late cancellation that a person is told of', new Map(late.map((_, n) => [n, true])), new Map(Array.from({ length: told }, (_, n) => [n, true]))),
    compared('refund',
      once(refunds.map(({ id, charge, amount }) => [id, { charge, amount, state: 'Settled' }]), 'refund of the provider'),
      once(orders.flatMap(({ payments }) => payments.flatMap(({ transactionId, refunds: some }) => some.map(({ reason, total, state }) => [reason, { charge: transactionId, amount: total, state }]))), 'refund of the shop')),
  ]
}
