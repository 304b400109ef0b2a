export const title = 'The warehouse counts its goods: the shop may sell them'

export async function play({ hub, erp: { call } }) {
  const [storage] = await call('stock.location.search_read', [['code', '=', 'STO']], 0, 1, null, ['id'])
  const goods = await call('product.product.search_read', [['type', '=', 'goods']], 0, 10_000, null, ['id'])
  const today = new Date()
  const [inventory] = await call('stock.inventory.create', [{
    location: storage.id, date: { __class__: 'date', year: today.getFullYear(), month: today.getMonth() + 1, day: today.getDate() },
    lines: [['create', goods.map(({ id }, n) => ({ product: id, quantity: 300 + n }))]],
  }])
  await call('stock.inventory.confirm', [inventory])
  await hub.agree()
}
