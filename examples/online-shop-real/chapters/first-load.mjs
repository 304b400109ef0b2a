export const title = 'The first load: product information goes to the shop and the website, and what the shop sells to the ERP'

export async function play({ hub, shop }) {
  await hub.agree()
  // The shop came with three variants under one number; whoever knows them gives two of them their own.
  const { productVariants } = await shop.admin('{ productVariants(options: { take: 1000, sort: { id: ASC } }) { items { id sku } } }')
  const seen = new Map()
  for (const { id, sku } of productVariants.items) {
    const times = seen.get(sku) ?? 0
    seen.set(sku, times + 1)
    if (times > 0) await shop.admin('mutation ($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }', { input: [{ id, sku: `${sku}-${times + 1}` }] })
  }
  await hub.agree()
}
