import { person } from '../world/people.mjs'

export const title = 'The same records are edited in two systems at once'

/** Expected by the judge of the same name. */
export const edits = {
  /** Another field on each side: both stay. */
  apart: { n: 0, shop: { lastName: 'Both-Sides' }, erp: { phone: '+48221112233' } },
  /** The same field: its owner is right. */
  same: { n: 1, shop: { firstName: 'Owner' }, erp: { name: 'Guest Guest' } },
  /** A product's name: it is the shop's. */
  product: { shop: 'Named by the shop', erp: 'Named by the warehouse' },
}

export async function play({ hub, shop, erp, orders }) {
  if (orders < 2) throw new Error('Two customers are needed.')
  const { apart, same, product } = edits
  for (const { n, ...sides } of [apart, same]) {
    const email = person(n).emailAddress
    const { customers } = await shop.admin('query ($email: String!) { customers(options: { filter: { emailAddress: { eq: $email } } }) { items { id } } }', { email })
    await shop.admin('mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { __typename ... on ErrorResult { errorCode message } } }', { input: { id: customers.items[0].id, ...sides.shop } })
    const [party] = await erp.call('party.party.search_read', [['contact_mechanisms.value', '=', email]], 0, 1, null, ['id'])
    if (sides.erp.name) await erp.call('party.party.write', [party.id], { name: sides.erp.name })
    if (sides.erp.phone) {
      const [phone] = await erp.call('party.contact_mechanism.search_read', [['party', '=', party.id], ['type', '=', 'phone']], 0, 1, null, ['id'])
      await erp.call('party.contact_mechanism.write', [phone.id], { value: sides.erp.phone })
    }
  }
  const { products } = await shop.admin('{ products(options: { take: 1, sort: { id: ASC } }) { items { id name translations { id languageCode name } } } }')
  const [one] = products.items
  const [template] = await erp.call('product.template.search_read', [['name', '=', one.name]], 0, 1, null, ['id'])
  product.id = template.id
  const { id } = one.translations.find(({ languageCode }) => languageCode === 'en')
  await shop.admin('mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { id } }', { input: { id: one.id, translations: [{ id, languageCode: 'en', name: product.shop }] } })
  await erp.call('product.template.write', [template.id], { name: product.erp })
  await hub.agree()
}
