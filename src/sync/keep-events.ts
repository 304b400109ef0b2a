/**
 * What systems say by themselves (webhooks) is kept durably before it is acknowledged. Invariant 4: the same delivery twice
 * changes nothing. Calls that come while the disk is waited for share the next transaction.
 */
import { createHash } from 'node:crypto'
import { packNative } from '../base/json.ts'
import type { Store } from '../store/contract.ts'
import type { InboxRow } from '../store/rows.ts'
import type { WebhookEvent } from '../systems/contract.ts'
import type { EngineParts } from './engine.ts'

/** Events per transaction. */
const MOST = 500

interface Call { readonly rows: readonly InboxRow[]; readonly kept: (n: number) => void; readonly failed: (error: unknown) => void }

/** Stores events before they are acknowledged. Returns how many were new. */
export async function keepEvents(parts: EngineParts, system: string, events: readonly WebhookEvent[], receivedAt: number): Promise<number> {
  const known = new Set([...parts.runtime.places.values()].filter((place) => place.system === system && place.sends).map((place) => place.resource))
  const rows = events.filter((event) => known.has(event.resource)).map((event): InboxRow => ({
    // Grows with each event, so that those of one moment stay in their order.
    id: parts.newId(), system, resource: event.resource, deliveryId: event.deliveryId ?? '', body: packed(event), receivedAt,
  }))
  if (rows.length === 0) return 0
  let keeper = keepers.get(parts.store)
  if (!keeper) keepers.set(parts.store, (keeper = new Keeper(parts)))
  return keeper.keep(rows)
}

const keepers = new WeakMap<Store, Keeper>()

class Keeper {
  readonly #parts: EngineParts
  #waiting: Call[] = []
  #going = false

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  keep(rows: readonly InboxRow[]): Promise<number> {
    return new Promise((kept, failed) => {
      this.#waiting.push({ rows, kept, failed })
      if (!this.#going) void this.#go()
    })
  }

  async #go(): Promise<void> {
    const { clock } = this.#parts
    this.#going = true
    while (this.#waiting.length > 0) {
      // Whoever calls in this very moment comes along.
      await clock.sleep(0)
      const calls = this.#taken()
      try {
        const counts = await keep(this.#parts.store, calls.map((call) => call.rows))
        for (const [i, call] of calls.entries()) call.kept(counts[i]!)
      } catch (error) {
        for (const call of calls) call.failed(error)
      }
    }
    this.#going = false
  }

  #taken(): readonly Call[] {
    let n = 0
    const end = this.#waiting.findIndex((call, i) => (n += call.rows.length) > MOST && i > 0)
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end)
  }
}

/** How many of each call's events were new. */
function keep(store: Store, calls: readonly (readonly InboxRow[])[]): Promise<number[]> {
  // Survives a loss of power, since the sender will not send it again. Invariant 4: what was taken in before is not taken in again.
  return store.transaction(async (tx) => {
    const named = calls.flat().filter((row) => row.deliveryId !== '')
    const known = new Set(named.length > 0 ? await tx.deliveries(named.map(deliveryOf)) : [])
    const fresh: InboxRow[] = []
    const counts = calls.map((rows) => rows.filter((row) => {
      if (row.deliveryId !== '') {
        const delivery = deliveryOf(row)
        if (known.has(delivery)) return false
        known.add(delivery)
      }
      fresh.push(row)
      return true
    }).length)
    if (fresh.length > 0) await tx.save({ inbox: fresh, deliveries: fresh.filter((row) => row.deliveryId !== '').map((row) => ({ id: deliveryOf(row), at: row.receivedAt })) })
    return counts
  }, { durable: true, as: 'webhook.keep' })
}

const deliveryOf = ({ system, resource, deliveryId }: InboxRow): string => createHash('sha256').update(JSON.stringify([system, resource, deliveryId])).digest('base64url').slice(0, 32)

function packed(event: WebhookEvent): string {
  const { kind, key, record } = event
  return packNative({
    kind, key,
    record: record === undefined ? null : { key: record.key, values: record.values, version: record.version ?? null, editedAt: record.editedAt === undefined ? null : String(record.editedAt), partial: record.partial === true },
  })
}
