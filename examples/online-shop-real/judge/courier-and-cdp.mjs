// What was booked at the courier, by the requests that reached him, beside the warehouse's parcels; and what is known of customers.
import { compared, listed, once } from './compare.mjs'

/** Who was made one later (chapter `merge`) is left out: an event keeps the address of its day, and the platform refuses a profile the e-mail address that another one still has. */
const kept = (email) => !/^(first|second)\.account@/.test(email)

export async function judge({ shop, systems, cdp, erp: { call } }) {
  const asked = (await systems.requests('shipengine')).filter(({ method }) => method === 'POST')
  const parcels = await call('stock.package.search_read', [['shipment', 'like', 'stock.shipment.out,%']], 0, 10_000, null, [
    'code', 'shipping_reference', 'shipment.state', 'shipment.delivery_address.party_name', 'shipment.delivery_address.street', 'shipment.delivery_address.postal_code', 'shipment.delivery_address.city', 'shipment.delivery_address.country.code'])
  // What people numbered themselves begins otherwise: no courier was booked for it.
  const booked = parcels.filter((one) => one['shipment.'].state === 'packed' || /^\d{18}$/.test(one.shipping_reference ?? ''))
  const faults = asked.flatMap(({ status, headers }) => [
    ...(status === 200 ? [] : [`a request was answered with ${status}`]),
    ...JSON.parse(headers?.['sl-violations'] ?? '[]').filter(({ location }) => location[0] === 'request').map(({ message }) => message),
  ])

  const all = async (list) => (await (await fetch(`${cdp.url}/api/v1/${list}?limit=100000&apiKey=${cdp.key}`)).json())[list]
  const customers = await listed(shop.admin, 'customers', 'firstName lastName emailAddress phoneNumber')
  const orders = await listed(shop.admin, 'orders', 'code orderPlacedAt customer { emailAddress }', ', filter: { active: { eq: false } }')
  return [
    { what: 'request to the courier as he describes it', should: asked.length, is: asked.length - faults.length, faults },
    compared('booking',
      once(booked.map((one) => {
        const to = one['shipment.']['delivery_address.']
        return [one.code, [to.party_name, to.street, to.postal_code, to.city, to['country.'].code]]
      }), 'parcel'),
      once(asked.map(({ body }) => JSON.parse(body).shipment).map(({ external_shipment_id: number, ship_to: to }) => [number, [to.name, to.address_line1, to.postal_code, to.city_locality, to.country_code]]), 'booking')),
    { what: 'tracking number', should: booked.length, is: new Set(booked.map((one) => one.shipping_reference)).size, faults: booked.filter((one) => !one.shipping_reference).map(({ code }) => `parcel ${code} has no tracking number`) },
    compared('profile',
      once(customers.filter((one) => kept(one.emailAddress)).map((one) => [one.emailAddress, [one.firstName, one.lastName, one.phoneNumber]]), 'customer of the shop'),
      once((await all('profiles')).filter(({ properties: { email } }) => kept(email.values[0])).map(({ properties: { email, firstName, lastName, phone } }) => [email.values[0], [firstName.values[0], lastName.values[0], phone.values[0]]]), 'profile')),
    compared('event',
      once(orders.filter(({ customer }) => kept(customer.emailAddress)).map(({ code, orderPlacedAt, customer }) => [code, [customer.emailAddress, Date.parse(orderPlacedAt)]]), 'order'),
      once((await all('events')).filter(({ userId }) => kept(userId)).map(({ data, userId, occurredAt }) => [data.number, [userId, occurredAt]]), 'event')),
  ]
}
