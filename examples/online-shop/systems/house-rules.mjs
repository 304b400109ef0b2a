// What json-server does not know by itself but these systems do: the courier gives every new parcel its tracking number.
import { trackingOf } from './trade.mjs'

export function rulesOf(system, data) {
  if (system !== 'parcelway') return []
  return [
    (request, response, next) => {
      if (request.method === 'POST' && request.path === '/parcels' && !request.body.tracking) {
        request.body = { ...request.body, tracking: trackingOf(500000 + data.parcels.length), status: request.body.status ?? 'created' }
      }
      next()
    },
  ]
}
