// The world of the project: real systems, their own interfaces for whoever works in them, and Plimsoll between them.
import { listed } from '../judge/compare.mjs'
import { openHub } from './hub.mjs'
import { productInformation } from './strapi.mjs'
import { provider } from './stripe.mjs'
import { startSystems } from './systems.mjs'
import { erp as openErp } from './tryton.mjs'
import { sellsBySize, staff } from './vendure.mjs'
import { website } from './wordpress.mjs'

const secret = (name, values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [`PLIMSOLL_SYSTEM_${name}_${key}`.toUpperCase(), value]))

/** How many customers order, how many more the ERP gets, and for how many seconds the shop is away. */
export async function openWorld(scale) {
  const systems = await startSystems(['vendure', 'tryton', 'stripe', 'shipengine', 'grouparoo', 'strapi', 'wordpress'])
  try {
    const { vendure, tryton, stripe, shipengine, grouparoo, strapi, wordpress } = systems
    const hub = openHub({
      ...secret('shop', { url: vendure.url, user: vendure.user, password: vendure.password }),
      ...secret('erp', { url: tryton.url, user: tryton.user, password: tryton.password }),
      ...secret('assortment', { url: strapi.url, token: strapi.token }),
      ...secret('homepage', { url: wordpress.url, user: wordpress.user, password: wordpress.password }),
      ...secret('cardpay', { url: stripe.url, token: stripe.key }),
      ...secret('courier', { url: shipengine.url, key: shipengine.key }),
      ...secret('cdp', { url: grouparoo.url, key: grouparoo.key }),
    }, { shop: 'vendure', erp: 'tryton', cardpay: 'stripe', cdp: 'grouparoo', assortment: 'strapi', homepage: 'wordpress' }, systems)
    const call = await openErp(tryton)
    const admin = await staff(vendure)
    await sellsBySize(admin)
    const came = async (list) => new Set((await listed(admin, list, 'id')).map(({ id }) => id))
    return {
      ...scale, systems, hub,
      shop: { system: vendure, admin },
      erp: {
        call,
        /** What of each product is in the warehouse: `[{ code, quantity }]`. */
        stock: async () => {
          const [warehouse] = await call('stock.location.search_read', [['type', '=', 'warehouse']], 0, 1, null, ['id'])
          return call('product.product.search_read', [['type', '=', 'goods']], 0, 10_000, null, ['code', 'quantity'], { company: 1, locations: [warehouse.id], with_childs: true })
        },
      },
      pay: provider(stripe),
      cdp: grouparoo,
      pim: productInformation(strapi),
      web: website(wordpress),
      /** What was in the shop before, and what happens to what comes to it. */
      content: { products: await came('products'), assets: await came('assets'), deleted: { products: new Set(), variants: new Set() } },
      async end() {
        hub.end()
        await systems.end()
      },
    }
  } catch (error) {
    await systems.end()
    throw error
  }
}
