// Who was right where two systems were edited at once.
import { edits } from '../chapters/both-sides.mjs'
import { person } from '../world/people.mjs'
import { compared } from './compare.mjs'

export async function judge({ shop, erp: { call } }) {
  const { apart, same, product } = edits
  if (product.id === undefined) return []
  const [should, is] = [new Map(), new Map()]
  const expected = [[apart.n, { ...person(apart.n), ...apart.shop }], [same.n, { ...person(same.n), ...same.shop }]]
  for (const [n, { firstName, lastName }] of expected) {
    const email = person(n).emailAddress
    const { customers: { items: [customer] } } = await shop.admin('query ($email: String!) { customers(options: { filter: { emailAddress: { eq: $email } } }) { items { firstName lastName } } }', { email })
    const [party] = await call('party.party.search_read', [['contact_mechanisms.value', '=', email]], 0, 1, null, ['name'])
    should.set(email, [`${firstName} ${lastName}`, `${firstName} ${lastName}`])
    is.set(email, [`${customer.firstName} ${customer.lastName}`, party.name])
  }
  const [template] = await call('product.template.search_read', [['id', '=', product.id]], 0, 1, null, ['name'])
  should.set('product', product.shop)
  is.set('product', template.name)
  return [compared('edit on both sides', should, is)]
}
