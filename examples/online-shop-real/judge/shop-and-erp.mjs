// Articles, customers, orders, stock and payments.
import { all } from '../world/stripe.mjs'
import { plain } from '../world/tryton.mjs'
import { compared, listed, once } from './compare.mjs'

/** What the ERP knows of an order's state: it has its own shipments, so what is under way is all the same to it. */
const STATES = { PaymentSettled: 'processing', PartiallyShipped: 'processing', Shipped: 'processing', Delivered: 'processing', Cancelled: 'cancelled' }
/** What was paid is under way in the ERP, which then no longer cancels it by itself: the sale stays as it was ordered. */
const isLate = ({ state, payments }) => state === 'Cancelled' && payments.some((payment) => payment.state === 'Settled')

export async function judge({ shop, erp: { call, stock }, pay }) {
  const orders = await listed(shop.admin, 'orders', `code state currencyCode customer { emailAddress } shippingAddress { fullName streetLine1 city postalCode countryCode }
    lines { id quantity orderPlacedQuantity unitPriceWithTax productVariant { sku } } payments { transactionId state amount }`, ', filter: { active: { eq: false } }')
  const variants = await listed(shop.admin, 'productVariants', 'id sku stockLevels { stockOnHand }')
  const counts = new Map()
  for (const { sku } of variants) counts.set(sku, (counts.get(sku) ?? 0) + 1)
  const unique = variants.filter(({ sku }) => counts.get(sku) === 1)
  const customers = await listed(shop.admin, 'customers', 'firstName lastName emailAddress phoneNumber')

  const products = await call('product.product.search_read', [['type', '=', 'goods']], 0, 10_000, null, ['id', 'code'])
  const skuOf = new Map(products.map(({ id, code }) => [id, code]))
  const parties = await call('party.party.search_read', [], 0, 10_000, null, ['name', 'contact_mechanisms.type', 'contact_mechanisms.value'])
  const contact = (party, type) => party['contact_mechanisms.'].find((one) => one.type === type)?.value ?? null
  const emailOf = new Map(parties.map((party) => [party.id, contact(party, 'email')]))
  const sales = await call('sale.sale.search_read', [], 0, 10_000, null, ['reference', 'state', 'party', 'shipment_address.party_name', 'shipment_address.street', 'shipment_address.city', 'shipment_address.postal_code', 'shipment_address.country.code', 'lines.product', 'lines.quantity', 'lines.unit_price', 'lines.sequence'])
  const stocked = await stock()
  const charges = (await all(pay, '/v1/charges')).filter((charge) => orders.some((order) => order.code === charge.metadata?.order))

  return [
    compared('article',
      once(unique.map(({ sku }) => [sku, true]), 'article of the shop'),
      once(products.filter(({ code }) => unique.some(({ sku }) => sku === code)).map(({ code }) => [code, true]), 'article of the ERP')),
    compared('customer',
      once(customers.map((one) => [one.emailAddress, [`${one.firstName} ${one.lastName}`, one.phoneNumber]]), 'customer of the shop'),
      once(parties.filter((party) => contact(party, 'email')).map((party) => [contact(party, 'email'), [party.name, contact(party, 'phone')]]), 'party of the ERP')),
    compared('order',
      once(orders.map((order) => [order.code, {
        customer: order.customer.emailAddress, state: isLate(order) ? 'processing' : STATES[order.state] ?? 'quotation',
        address: [order.shippingAddress.fullName, order.shippingAddress.streetLine1, order.shippingAddress.city, order.shippingAddress.postalCode, order.shippingAddress.countryCode],
        lines: order.lines.map((line) => [line.productVariant.sku, isLate(order) ? line.orderPlacedQuantity : line.quantity, line.unitPriceWithTax / 100]).toSorted(),
      }]), 'order of the shop'),
      once(sales.map((sale) => [sale.reference, {
        customer: emailOf.get(sale.party), state: sale.state,
        address: [sale['shipment_address.'].party_name, sale['shipment_address.'].street, sale['shipment_address.'].city, sale['shipment_address.'].postal_code, sale['shipment_address.']['country.'].code],
        lines: sale['lines.'].map((line) => [skuOf.get(line.product), line.quantity, Number(plain(line.unit_price))]).toSorted(),
      }]), 'sale of the ERP')),
    compared('stock',
      new Map(stocked.filter(({ code }) => unique.some(({ sku }) => sku === code)).map(({ code, quantity }) => [code, quantity])),
      new Map(unique.map(({ sku, stockLevels }) => [sku, stockLevels[0].stockOnHand]))),
    compared('payment',
      once(charges.map((charge) => [charge.id, [charge.captured ? 'Settled' : 'Authorized', charge.amount]]), 'charge'),
      once(orders.flatMap((order) => order.payments.map((payment) => [payment.transactionId, [payment.state, payment.amount]])), 'payment of the shop')),
  ]
}
