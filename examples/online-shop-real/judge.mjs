// Compares the systems record by record. What should be there is computed from what the systems say themselves, never from Plimsoll.
import { plain } from './world/tryton.mjs'
import { all } from './world/stripe.mjs'

const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b)

/** Two maps of the same things: what is missing, what is too much, what differs. */
function compared(what, should, is) {
  const faults = []
  for (const [key, value] of should) {
    if (!is.has(key)) faults.push(`${what} ${key} is missing`)
    else if (!equal(value, is.get(key))) faults.push(`${what} ${key} is ${JSON.stringify(is.get(key))}, and should be ${JSON.stringify(value)}`)
  }
  for (const key of is.keys()) if (!should.has(key)) faults.push(`${what} ${key} should not be there`)
  return { what, should: should.size, is: is.size, faults }
}

/** A map that notices what stands twice. */
function once(entries, what, twice) {
  const map = new Map()
  for (const [key, value] of entries) {
    if (map.has(key)) twice.push(`${what} ${key} is there twice`)
    map.set(key, value)
  }
  return map
}

async function listed(admin, list, fields, filter = '') {
  const found = []
  for (;;) {
    const { [list]: page } = await admin(`{ ${list}(options: { skip: ${found.length}, take: 100, sort: { id: ASC }${filter} }) { totalItems items { ${fields} } } }`)
    found.push(...page.items)
    if (page.items.length === 0 || found.length >= page.totalItems) return found
  }
}

export async function judge({ admin, erp, pay }) {
  const twice = []
  const orders = await listed(admin, 'orders', `code state currencyCode customer { emailAddress } shippingAddress { fullName streetLine1 city postalCode countryCode }
    lines { id quantity unitPriceWithTax productVariant { sku } } payments { transactionId state amount }`, ', filter: { active: { eq: false } }')
  const variants = await listed(admin, 'productVariants', 'id sku stockLevels { stockOnHand }')
  const counts = new Map()
  for (const { sku } of variants) counts.set(sku, (counts.get(sku) ?? 0) + 1)
  const unique = variants.filter(({ sku }) => counts.get(sku) === 1)
  const customers = await listed(admin, 'customers', 'firstName lastName emailAddress phoneNumber')

  const products = await erp('product.product.search_read', [['type', '=', 'goods']], 0, 10_000, null, ['id', 'code'])
  const skuOf = new Map(products.map(({ id, code }) => [id, code]))
  const parties = await erp('party.party.search_read', [], 0, 10_000, null, ['name', 'contact_mechanisms.type', 'contact_mechanisms.value'])
  const contact = (party, type) => party['contact_mechanisms.'].find((one) => one.type === type)?.value ?? null
  const emailOf = new Map(parties.map((party) => [party.id, contact(party, 'email')]))
  const sales = await erp('sale.sale.search_read', [], 0, 10_000, null, ['reference', 'state', 'party', 'shipment_address.party_name', 'shipment_address.street', 'shipment_address.city', 'shipment_address.postal_code', 'shipment_address.country.code', 'lines.product', 'lines.quantity', 'lines.unit_price', 'lines.sequence'])
  const [warehouse] = await erp('stock.location.search_read', [['type', '=', 'warehouse']], 0, 1, null, ['id'])
  const stocked = await erp('product.product.stock_of', warehouse.id)

  const results = []
  results.push(compared('article', once(unique.map(({ sku }) => [sku, true]), 'article of the shop', twice), once(products.filter(({ code }) => unique.some(({ sku }) => sku === code)).map(({ code }) => [code, true]), 'article of the ERP', twice)))
  results.push(compared('customer',
    once(customers.map((one) => [one.emailAddress, [`${one.firstName} ${one.lastName}`, one.phoneNumber]]), 'customer of the shop', twice),
    once(parties.filter((party) => contact(party, 'email')).map((party) => [contact(party, 'email'), [party.name, contact(party, 'phone')]]), 'party of the ERP', twice)))
  results.push(compared('order',
    once(orders.map((order) => [order.code, {
      customer: order.customer.emailAddress, state: order.state === 'PaymentSettled' ? 'processing' : order.state === 'Cancelled' ? 'cancelled' : 'quotation',
      address: [order.shippingAddress.fullName, order.shippingAddress.streetLine1, order.shippingAddress.city, order.shippingAddress.postalCode, order.shippingAddress.countryCode],
      lines: order.lines.map((line) => [line.productVariant.sku, line.quantity, line.unitPriceWithTax / 100]).toSorted(),
    }]), 'order of the shop', twice),
    once(sales.map((sale) => [sale.reference, {
      customer: emailOf.get(sale.party), state: sale.state,
      address: [sale['shipment_address.'].party_name, sale['shipment_address.'].street, sale['shipment_address.'].city, sale['shipment_address.'].postal_code, sale['shipment_address.']['country.'].code],
      lines: sale['lines.'].map((line) => [skuOf.get(line.product), line.quantity, Number(plain(line.unit_price))]).toSorted(),
    }]), 'sale of the ERP', twice)))
  results.push(compared('stock',
    new Map(stocked.filter(({ code }) => unique.some(({ sku }) => sku === code)).map(({ code, quantity }) => [code, quantity])),
    new Map(unique.map(({ sku, stockLevels }) => [sku, stockLevels[0].stockOnHand]))))
  const charges = (await all(pay, '/v1/charges')).filter((charge) => orders.some((order) => order.code === charge.metadata?.order))
  results.push(compared('payment',
    once(charges.map((charge) => [charge.id, [charge.captured ? 'Settled' : 'Authorized', charge.amount]]), 'charge', twice),
    once(orders.flatMap((order) => order.payments.map((payment) => [payment.transactionId, [payment.state, payment.amount]])), 'payment of the shop', twice)))
  return { results, twice }
}
