// Products, their variants, texts in two languages, prices in two currencies and pictures: product information, shop, website.
import { createHash } from 'node:crypto'
import { compared, listed, once } from './compare.mjs'

const hashed = (bytes) => createHash('sha256').update(bytes).digest('hex')
const cents = (amount) => Math.round(Number(amount) * 100)

/** Each picture is asked for once. */
function hashes(bytes) {
  const known = new Map()
  return async (address) => {
    if (address === undefined || address === null) return null
    if (!known.has(address)) known.set(address, hashed(await bytes(address)))
    return known.get(address)
  }
}

export async function judge({ pim, shop, web, content: { products: came, assets: cameAssets, pictures: known, deleted, touched } }) {
  if (!touched) return []
  const [products, polish, variants] = [await pim.all('products'), await pim.all('products', 'pl'), await pim.all('variants')]
  const inPolish = new Map(polish.map((one) => [one.documentId, one]))
  const offered = hashes(pim.bytes)

  // ── what should be there ──
  const goods = [], pages = [], texts = []
  for (const one of products) {
    const picture = await offered(one.pictures[0]?.url)
    for (const [language, text] of [['en', one], ['pl', inPolish.get(one.documentId)]]) {
      goods.push([`${one.slug} ${language}`, { enabled: one.active, name: text.name, description: text.description, slug: one.slug, picture }])
      pages.push([`${one.slug} ${language}`, { status: one.active ? 'publish' : 'draft', title: text.name, body: text.description, picture }])
    }
  }
  for (const one of variants) {
    const price = (currency) => cents(one.prices.find((it) => it.currency === currency).amount)
    const picture = await offered(one.picture?.url)
    texts.push([one.sku, { product: one.product.slug, name: one.name, EUR: price('EUR'), PLN: price('PLN'), option: one.size, picture }])
  }

  // ── what is there ──
  const shown = hashes((url) => fetch(url).then(async (answer) => Buffer.from(await answer.arrayBuffer())))
  const sold = await listed(shop.admin, 'products', 'id enabled featuredAsset { id source } translations { languageCode name slug description }')
  const soldVariants = await listed(shop.admin, 'productVariants', 'sku enabled featuredAsset { source } options { name } prices { currencyCode price } translations { languageCode name } product { id slug }')
  const assets = await listed(shop.admin, 'assets', 'id source')
  const slugOf = (product) => product.translations.find((text) => text.languageCode === 'en').slug
  const inShop = []
  for (const one of sold.filter((product) => !came.has(product.id) && !deleted.products.has(slugOf(product)))) {
    for (const { languageCode, name, slug, description } of one.translations) inShop.push([`${slugOf(one)} ${languageCode}`, { enabled: one.enabled, name, description, slug, picture: await shown(one.featuredAsset?.source) }])
  }
  const inShopVariants = []
  for (const one of soldVariants.filter(({ sku, product }) => !came.has(product.id) && !deleted.variants.has(sku))) {
    const price = (currency) => one.prices.find((it) => it.currencyCode === currency)?.price
    inShopVariants.push([one.sku, { product: one.product.slug, name: one.translations.map((text) => text.name).join(' = '), EUR: price('EUR'), PLN: price('PLN'), option: one.options.map(({ name }) => name).join(), picture: await shown(one.featuredAsset?.source) }])
  }

  const posts = await web.all('products', '&status=any')
  const media = new Map((await web.all('media')).map((one) => [one.id, one.source_url]))
  const seen = hashes(web.bytes)
  const onSite = [], onSiteVariants = []
  for (const one of posts.filter(({ status }) => status !== 'trash')) {
    const picture = await seen(media.get(one.featured_media))
    const { sku, language, source, price_eur: eur, price_pln: pln } = one.meta
    if (language !== '') onSite.push([`${sku} ${language}`, { status: one.status, title: one.title.raw, body: one.content.raw, picture }])
    else if (!deleted.variants.has(sku)) onSiteVariants.push([sku, { status: one.status, product: source, name: one.title.raw, EUR: cents(eur), PLN: cents(pln), picture }])
  }
  const pictures = (list) => once(list.map((hash) => [hash, true]), 'picture')
  const contents = new Set([...goods, ...texts].map(([, { picture }]) => picture).filter(Boolean).concat([...known]))
  return [
    compared('product of the shop, by language', once(goods, 'product of the PIM'), once(inShop, 'product of the shop')),
    compared('variant of the shop', once(texts.map(([sku, one]) => [sku, { ...one, name: `${one.name} = ${one.name}` }]), 'variant of the PIM'), once(inShopVariants, 'variant of the shop')),
    compared('page of the website, by language', once(pages, 'product of the PIM'), once(onSite, 'page')),
    compared('variant of the website', once(texts.map(([sku, { product, name, EUR, PLN, picture }]) => [sku, { status: 'publish', product, name, EUR, PLN, picture }]), 'variant of the PIM'), once(onSiteVariants, 'variant of the website')),
    compared('picture of the shop', pictures([...contents]), pictures(await Promise.all(assets.filter(({ id }) => !cameAssets.has(id)).map(({ source }) => shown(source))))),
    compared('picture of the website', pictures([...contents]), pictures(await Promise.all([...media.values()].map(seen)))),
    compared('product that came with the shop', ...touched),
    compared('gone from the PIM, and sold no more',
      new Map([...deleted.products, ...deleted.variants].map((key) => [key, false])),
      new Map([...sold.filter((one) => deleted.products.has(slugOf(one))).map((one) => [slugOf(one), one.enabled]), ...soldVariants.filter(({ sku }) => deleted.variants.has(sku)).map(({ sku, enabled }) => [sku, enabled])])),
    compared('gone from the PIM, and not shown any more',
      new Map([...deleted.variants].map((sku) => [sku, 'draft'])),
      new Map(posts.filter(({ meta }) => deleted.variants.has(meta.sku)).map(({ meta, status }) => [meta.sku, status]))),
  ]
}
