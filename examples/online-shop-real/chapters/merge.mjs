import { check, compared } from '../judge/compare.mjs'
import { address, person } from '../world/people.mjs'
import { replaceParty } from '../world/tryton.mjs'
import { ordersOf, placeOrder } from '../world/vendure.mjs'

export const title = 'One customer was two: the ERP’s staff makes them one, and the other systems follow'

export async function play({ hub, shop, erp: { call }, pay }) {
  const { productVariants: { items: [first] } } = await shop.admin('{ productVariants(options: { take: 1, sort: { id: ASC } }) { items { id } } }')
  const emails = ['first.account@example.test', 'second.account@example.test']
  const codes = []
  for (const [n, emailAddress] of emails.entries()) {
    for (const capture of ['true', 'false']) {
      const { code } = await placeOrder(shop.system, {
        person: { ...person(980), emailAddress }, address: address(980 + n), lines: [{ variant: first.id, quantity: 1 }],
        pay: async ({ order, amount, currency }) => (await pay('/v1/charges', { amount: String(amount), currency, source: 'tok_visa', capture, 'metadata[order]': order })).id,
      })
      codes.push(code)
    }
  }
  await hub.agree()
  const partyOf = async (email) => (await call('party.party.search', [['contact_mechanisms.value', '=', email]]))[0]
  const [destination, source] = [await partyOf(emails[0]), await partyOf(emails[1])]
  const { customers } = await shop.admin('query ($emails: [String!]) { customers(options: { filter: { emailAddress: { in: $emails } } }) { items { id emailAddress } } }', { emails })
  const [stays, goes] = emails.map((email) => customers.items.find((one) => one.emailAddress === email).id)

  await replaceParty(call, { source, destination })
  await hub.agree()
  // Which accounts are one person's is for a person to say; the newest e-mail address counts, and the other account still has it.
  await hub.run('records', 'same', `shop/customers/${stays}`, `shop/customers/${goes}`, '--why', 'made one in the ERP', '--plan')
  await hub.agree()
  // The shop's staff moves the orders and closes that account; what could not be written then can be now.
  for (const { id } of await ordersOf(shop.admin, codes)) await shop.admin('mutation ($order: ID!, $customer: ID!) { setOrderCustomer(input: { orderId: $order, customerId: $customer }) { id } }', { order: id, customer: stays })
  await shop.admin('mutation ($id: ID!) { deleteCustomer(id: $id) { result } }', { id: goes })
  await hub.run('sync', '--full')
  const { result: refused } = await hub.run('errors', 'list', '--plan')
  const mine = refused.errors.filter((one) => one.system === 'shop' && one.resource === 'customers' && one.key === stays)
  await hub.run('errors', 'retry', ...mine.map(({ id }) => id), '--plan')
  await hub.agree()

  const { customers: left } = await shop.admin('query ($id: String!) { customers(options: { filter: { id: { eq: $id } } }) { items { emailAddress orders { totalItems } } } }', { id: stays })
  const sales = await call('sale.sale.search_read', [['reference', 'in', codes]], 0, 10, null, ['reference', 'party'])
  check([
    compared('account of the customer', new Map([[emails[1], 4]]), new Map(left.items.map((one) => [one.emailAddress, one.orders.totalItems]))),
    compared('sale of the customer', new Map(codes.map((code) => [code, destination])), new Map(sales.map((sale) => [sale.reference, sale.party]))),
  ])
}
