// The three systems behind HTTP: the shop, the payment provider and the courier. Each is one JSON document for json-server.
import { utcTime } from './chance.mjs'
import { lists } from './goods.mjs'

const place = ({ street, code, town, country }) => ({ street, postalCode: code, city: town, countryCode: country })

export function storefrontData(random, { records, models, variants, orders, payments, parcels }) {
  const customers = records.storefront.map((record) => ({
    id: record.id, email: record.mail.value, firstName: record.given, lastName: record.family, phone: record.phone,
    language: random.share(0.01) ? null : record.person.language, newsletter: record.person.newsletter, cardNumber: record.card,
    points: random.share(0.01) ? Math.max(0, record.person.points - 50) : record.person.points, active: true, address: place(record.address),
    registeredAt: utcTime(new Date(Date.UTC(2019, random.int(0, 80), random.int(1, 28), random.int(5, 20), random.int(0, 59), random.int(0, 59)))), visits: random.int(1, 240),
  }))
  const shownModels = models.filter((model) => model.n % 19 !== 0)
  const shown = variants.filter((variant) => variant.inShop)
  const idOf = new Map(shown.map((variant, i) => [variant, 2001 + i]))
  const prices = []
  const stock = []
  for (const variant of shown) {
    const variantId = idOf.get(variant)
    for (const [list, currency] of Object.entries(lists)) {
      if (random.share(0.05)) continue
      prices.push({ id: prices.length + 1, variantId, channel: list, amount: random.share(0.03) ? variant.prices[list] + 200 : variant.prices[list], currency })
    }
    for (const location of ['north', 'south']) stock.push({ id: stock.length + 1, variantId, location, onHand: random.share(0.1) ? Math.max(0, variant.stock[location] + random.int(-4, 4)) : variant.stock[location] })
  }
  const soldHere = orders.map((order) => ({
    id: 5000 + order.n, number: order.number, placedAt: utcTime(order.at), customerId: customerOf(random, order),
    state: order.cancelled ? 'cancelled' : { placed: 'new', paid: 'paid', packed: 'paid', shipped: 'sent', delivered: random.share(0.03) ? 'sent' : 'completed' }[order.stage],
    currency: order.currency, total: order.total, billing: place(order.billing), shipping: place(order.delivery),
    lines: order.lines.map((line) => ({ no: line.line, variantId: idOf.get(line.variant), quantity: line.quantity, unitPrice: line.unit })),
    cancelledAt: order.cancelled ? utcTime(order.cancelled) : null, note: random.share(0.05) ? random.pick(['Proszę dzwonić', 'Bitte klingeln', 'prosím zvonit 2x']) : '',
  }))
  return {
    customers,
    models: shownModels.map((model) => ({ id: 300 + model.n, code: model.code, name: model.name, description: model.description, category: model.category, brand: model.brand, hidden: false })),
    variants: shown.map((variant) => ({
      id: idOf.get(variant), modelId: 300 + variant.model.n, sku: variant.sku, ean: variant.ean, name: random.share(0.03) ? { pl: variant.name.pl, de: '' } : variant.name,
      colour: variant.colour[0], size: variant.size, weight: variant.weight, taxClass: { 23: 'standard', 8: 'reduced', 5: 'low', 0: 'zero' }[variant.vat], enabled: variant.active, hidden: false, rating: random.int(30, 50) / 10,
    })),
    prices, stock,
    orders: soldHere,
    payments: payments.filter((payment) => payment.state !== 'pending' && !random.share(0.07)).map((payment, i) => ({
      id: i + 1, reference: payment.number, orderId: 5000 + payment.order.n, amount: payment.amount, currency: payment.currency,
      state: { paid: 'settled', refused: 'declined', refunded: 'returned' }[payment.state], paidAt: utcTime(payment.at),
    })),
    shipments: parcels.filter((parcel) => parcel.announced && parcel.order.stage !== 'packed' && !random.share(0.08)).map((parcel, i) => ({
      id: i + 1, noteNumber: parcel.number, orderId: 5000 + parcel.order.n, trackingCode: parcel.tracking,
      state: parcel.state === 'delivered' && random.share(0.04) ? 'in_transit' : parcel.state, deliveredAt: parcel.delivered ? utcTime(parcel.delivered) : null,
    })),
  }
}

/** Two orders lost their customer when an account was closed. */
const customerOf = (random, order) => (order.n === 1777 ? null : order.n === 2345 ? 999999 : order.buyer.records.storefront.id)

export function paydeskData({ payments }) {
  return {
    transactions: payments.map((payment) => ({
      id: payment.number, merchantOrder: payment.order.number, amount: payment.amount, currencyCode: payment.currency,
      status: { paid: 'COMPLETED', refused: 'REJECTED', refunded: 'REFUNDED', pending: 'PENDING' }[payment.state], method: payment.method, finishedAt: utcTime(payment.at), fee: Math.round(payment.amount * 0.012),
    })),
  }
}

export function parcelwayData(random, { parcels }) {
  return {
    parcels: parcels.filter((parcel) => parcel.announced).map((parcel, i) => ({
      id: 880000 + i, reference: parcel.number, orderNumber: parcel.order.number, tracking: parcel.tracking, weightGrams: parcel.weight,
      status: { created: 'created', picked_up: 'collected', in_transit: random.pick(['sorting', 'on_the_way', 'out_for_delivery']), delivered: 'delivered', returned: 'returned' }[parcel.state],
      deliveredAt: parcel.delivered && parcel.state === 'delivered' ? utcTime(parcel.delivered) : null, locker: null,
    })),
  }
}
