/** What a simulated system calls out by itself, and what goes wrong with it on the way. */
import { packNative, unpackNative } from '../../base/json.ts'
import type { NativeRecord } from '../../base/numeral.ts'
import type { SourceRecord, WebhookEvent } from '../../systems/contract.ts'
import type { Change, SimulatedSystem } from './simulated.ts'

/** How long a webhook that is late is on its way. */
const LATE_MS = 45_000
const USUAL_MS = 200

export class SimulatedWebhooks {
  readonly #system: SimulatedSystem
  /** Bells name the record only; the others hold it. */
  readonly #kind: 'none' | 'bells' | 'records'
  #sent: { readonly at: number; readonly event: WebhookEvent }[] = []
  #number = 0

  constructor(system: SimulatedSystem, kind: 'none' | 'bells' | 'records') {
    this.#system = system
    this.#kind = kind
  }

  changed({ resource, key, row }: Change): void {
    const system = this.#system
    if (this.#kind === 'none' || system.strikes('hook-lost')) return
    const record: SourceRecord | undefined = row && this.#kind === 'records'
      ? {
        key, values: this.#part(unpackNative(packNative(row.values)) as NativeRecord),
        ...(system.traits.version === 'none' ? {} : { version: String(row.version) }), ...(system.options.tellsEditTimes ? { editedAt: row.editedAt } : {}),
        ...(this.#partial ? { partial: true } : {}),
      }
      : undefined
    const event: WebhookEvent = { resource, key, kind: row ? 'changed' : 'deleted', deliveryId: `${(this.#number += 1)}`, ...(record ? { record } : {}) }
    const at = system.options.clock.now() + Math.floor(system.random() * (system.strikes('hook-late') ? LATE_MS : USUAL_MS))
    this.#sent.push({ at, event })
    if (system.strikes('hook-doubled')) this.#sent.push({ at: at + Math.floor(system.random() * LATE_MS), event })
  }
  #partial = false
  #part(values: NativeRecord): NativeRecord {
    this.#partial = this.#system.strikes('hook-partial')
    if (!this.#partial) return values
    return Object.fromEntries(Object.entries(values).filter((_, i) => i % 2 === 0))
  }

  /** Takes what has arrived by now, in the order of arrival. */
  arrived(): WebhookEvent[] {
    const now = this.#system.options.clock.now()
    const due = this.#sent.filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at)
    this.#sent = this.#sent.filter(({ at }) => at > now)
    return due.map(({ event }) => event)
  }
}
