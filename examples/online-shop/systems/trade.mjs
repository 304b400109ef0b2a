// Orders with their lines, payments and parcels: what happened, before any system writes it down.
import { lists } from './goods.mjs'
import { countries } from './words.mjs'

export const stages = ['placed', 'paid', 'packed', 'shipped', 'delivered']
const day = 86400000
const end = Date.UTC(2026, 10, 20, 16)          // the data end on a Friday afternoon

export function makeOrders(random, buyers, variants, count) {
  const times = Array.from({ length: count }, () => end - Math.floor(random.next() ** 1.6 * 640) * day - random.int(0, 10 * 3600) * 1000).sort((a, b) => a - b)
  return times.map((at, i) => {
    const buyer = random.pick(buyers)
    const list = countries[buyer.country].list
    const lines = random.shuffle(Array.from({ length: 12 }, () => random.pick(variants)))
      .filter((variant, at2, all) => all.indexOf(variant) === at2)
      .slice(0, random.weighted([[1, 42], [2, 28], [3, 16], [4, 9], [5, 5]]))
      .map((variant, at2) => ({ line: at2 + 1, variant, quantity: random.weighted([[1, 70], [2, 18], [3, 7], [6, 5]]), unit: variant.prices[list] }))
    const age = (end - at) / day
    const stage = age > 9 ? 'delivered' : age > 5 ? random.pick(['shipped', 'delivered']) : age > 2 ? random.pick(['packed', 'shipped']) : random.pick(['placed', 'paid', 'packed'])
    const cancelled = random.share(0.035)
    return {
      n: i + 1, number: `WS-${new Date(at).getUTCFullYear()}-${String(i + 1).padStart(6, '0')}`,
      at: new Date(at), buyer, list, currency: lists[list], lines, stage: cancelled ? random.pick(['placed', 'paid']) : stage,
      cancelled: cancelled ? new Date(at + random.int(1, 30) * 3600000) : null,
      total: lines.reduce((sum, line) => sum + line.quantity * line.unit, 0),
      billing: buyer.address,
      delivery: random.share(0.12) ? { ...buyer.address, street: `${random.pick(countries[buyer.country].streets)} ${random.int(1, 80)}` } : buyer.address,
    }
  })
}

export const reached = (order, stage) => stages.indexOf(order.stage) >= stages.indexOf(stage)

export function makePayments(random, orders) {
  const payments = []
  const add = (order, state, minutes) =>
    payments.push({
      number: `pd_${(BigInt(order.n) * 2654435761n + BigInt(payments.length) * 40503n).toString(36).padStart(9, '0')}`,
      order, state, amount: order.total, currency: order.currency,
      method: random.weighted([['card', 50], ['instant', 35], ['transfer', 15]]),
      at: new Date(order.at.getTime() + minutes * 60000),
    })
  for (const order of orders) {
    if (random.share(0.05)) add(order, 'refused', random.int(1, 4))
    if (reached(order, 'paid')) add(order, order.cancelled ? 'refunded' : 'paid', random.int(5, 90))
    else if (!order.cancelled && random.share(0.5)) add(order, 'pending', random.int(1, 3))
  }
  return payments
}

export function makeParcels(random, orders) {
  return orders.filter((order) => reached(order, 'packed') && !order.cancelled).map((order, i) => {
    const delivered = order.stage === 'delivered'
    return {
      number: `WZ/${order.at.getUTCFullYear()}/${String(i + 1).padStart(5, '0')}`, order,
      tracking: trackingOf(i + 1),
      state: delivered ? (random.share(0.015) ? 'returned' : 'delivered') : order.stage === 'shipped' ? random.pick(['picked_up', 'in_transit']) : 'created',
      weight: order.lines.reduce((sum, line) => sum + line.quantity * line.variant.weight, 150),
      packed: new Date(order.at.getTime() + random.int(20, 44) * 3600000),
      delivered: delivered ? new Date(order.at.getTime() + random.int(60, 130) * 3600000) : null,
    }
  })
}

export const trackingOf = (n) => `62${String(700000000000 + n * 7919).padStart(12, '0')}PL`
