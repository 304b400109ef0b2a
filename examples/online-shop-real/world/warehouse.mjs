// The warehouse's people, by the ERP's own API: they take goods from the shelves, pack them, and hand them to a carrier.

/** What still has to go of an order, oldest shipment first: `[{ id, lines: [{ line, quantity, move }] }]`; `line` is the shop's. */
export async function toShip(call, order) {
  const [sale] = await call('sale.sale.search_read', [['reference', '=', order]], 0, 1, null, ['shipments'])
  const found = await call('stock.shipment.out.search_read', [['id', 'in', sale?.shipments ?? []], ['state', 'in', ['waiting', 'assigned']]], 0, 100, [['id', 'ASC']], ['outgoing_moves.quantity', 'outgoing_moves.origin.sequence'])
  return found.map((one) => ({ id: one.id, lines: one['outgoing_moves.'].map((move) => ({ line: String(move['origin.'].sequence), quantity: move.quantity, move: move.id })) }))
}

/** Picks and packs what is open of an order, or of each line as many as `take` says: the ERP makes another shipment for the rest. */
export async function pack(call, order, take) {
  const [shipment] = await toShip(call, order)
  const of = `stock.shipment.out,${shipment.id}`
  if (take) {
    const picking = await call('stock.move.search_read', [['shipment', '=', of], ['origin', 'in', shipment.lines.map(({ move }) => `stock.move,${move}`)]], 0, 100, null, ['origin'])
    for (const { id, origin } of picking) {
      const quantity = take[shipment.lines.find(({ move }) => origin === `stock.move,${move}`).line] ?? 0
      if (quantity === 0) await call('stock.move.delete', [id])
      else await call('stock.move.write', [id], { quantity })
    }
  }
  if (!await call('stock.shipment.out.assign_try', [shipment.id])) throw new Error(`There are not enough goods for ${order}.`)
  await call('stock.shipment.out.pick', [shipment.id])
  const moves = await call('stock.move.search', [['shipment', '=', of], ['to_location.type', '=', 'customer'], ['state', 'not in', ['cancelled', 'staging']]])
  const [carrier] = await call('carrier.search', [])
  const [type] = await call('stock.package.type.search', []).then((some) => (some.length > 0 ? some : call('stock.package.type.create', [{ name: 'Parcel' }])))
  await call('stock.shipment.out.write', [shipment.id], { carrier })
  const [parcel] = await call('stock.package.create', [{ shipment: of, type, moves: [['add', moves]] }])
  await call('stock.shipment.out.pack', [shipment.id])
  return { shipment: shipment.id, parcel }
}

/** The carrier takes the parcel, and said under which number it can be followed. */
export async function handOver(call, { shipment, parcel }, tracking) {
  await call('stock.package.write', [parcel], { shipping_reference: tracking })
  await call('stock.shipment.out.done', [shipment])
}

export const ship = async (call, order, tracking, take) => handOver(call, await pack(call, order, take), tracking)
