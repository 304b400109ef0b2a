import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { listed } from '../judge/compare.mjs'

export const title = 'The editors of the product information change this and that: shop, website and ERP follow'

/** What the judge needs to know of the time before, `world.content`: what nobody may touch, and what was deleted. */
export async function play(world) {
  const { hub, pim, shop } = world
  const seen = world.content
  seen.pictures = new Set(await Promise.all([...await pim.all('products'), ...await pim.all('variants')].flatMap(({ pictures = [], picture }) => [pictures[0], picture]).filter(Boolean).map(async ({ url }) => createHash('sha256').update(await pim.bytes(url)).digest('hex'))))
  const goods = async () => new Map((await listed(shop.admin, 'products', 'id enabled featuredAsset { id } translations { languageCode name slug description }')).filter((one) => seen.products.has(one.id)).map((one) => [one.id, one]))
  const before = await goods()
  const [product] = await pim.all('products')
  const variants = await pim.all('variants')

  console.log('  A Polish name alone:')
  await pim.ask(`/products/${product.documentId}?locale=pl`, { name: `${product.name} — nowość „ąęś”` }, 'PUT')
  await hub.agree()

  console.log('  A price in złoty alone:')
  const [variant] = variants
  await pim.ask(`/variants/${variant.documentId}`, { prices: variant.prices.map(({ currency, amount }) => ({ currency, amount: currency === 'PLN' ? amount + 10.05 : amount })) }, 'PUT')
  await hub.agree()

  console.log('  Another picture:')
  const replaced = (await pim.all('products'))[1]
  await pim.ask(`/products/${replaced.documentId}?locale=en`, { pictures: [await pim.picture('painted.png', png([200, 30, 60]))] }, 'PUT')
  await hub.agree()

  console.log('  A new product with two variants, and a picture that is known already:')
  const { data: made } = await pim.ask('/products?locale=en', { slug: 'cork-tray', name: 'Tray “Cork”', description: 'Holds four cups.', active: true, pictures: [product.pictures[0].id] }, 'POST')
  await pim.ask(`/products/${made.documentId}?locale=pl`, { slug: 'cork-tray', name: 'Taca „Korkowa”', description: 'Mieści cztery filiżanki.', active: true, pictures: [product.pictures[0].id] }, 'PUT')
  for (const [at, size] of ['S', 'M'].entries()) {
    await pim.ask('/variants', { sku: `TR-061-${at + 1}`, name: `Cork ${size}`, size, prices: [{ currency: 'EUR', amount: 14.5 + at }, { currency: 'PLN', amount: 62.35 + at }], product: made.documentId, picture: product.pictures[0].id })
  }
  await hub.agree()

  console.log('  One is taken out of the offer, another deleted with its variants:')
  const [hidden, gone] = (await pim.all('products')).slice(2, 4)
  await pim.ask(`/products/${hidden.documentId}?locale=en`, { active: false }, 'PUT')
  for (const one of variants.filter(({ product: of }) => of.documentId === gone.documentId)) {
    await pim.ask(`/variants/${one.documentId}`, undefined, 'DELETE')
    seen.deleted.variants.add(one.sku)
  }
  await pim.ask(`/products/${gone.documentId}?locale=*`, undefined, 'DELETE')
  seen.deleted.products.add(gone.slug)
  await hub.agree({ full: true })
  seen.touched = [before, await goods()]
}

/** A picture of one colour. */
function png(colour, width = 32, height = 24) {
  const table = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n) >>> 0)
  const crc = (bytes) => (bytes.reduce((c, byte) => table[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
    const out = Buffer.alloc(body.length + 8)
    out.writeUInt32BE(data.length, 0)
    body.copy(out, 4)
    out.writeUInt32BE(crc(body), body.length + 4)
    return out
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const rows = Buffer.concat(Array.from({ length: height }, () => Buffer.from([0, ...Array.from({ length: width }).flatMap(() => colour)])))
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}
