/** The same pass on a copy of the store that is thrown away, against systems that only listen (semantics §2.13). */
import { PlimsollError } from '../base/errors.ts'
import type { ReadOptions, Resource, SourceRecord, WriteItem, WriteResult } from '../systems/contract.ts'
import { activate } from './activate.ts'
import { connections, type Connections } from './connections.ts'
import { type EngineParts, pass, type PassOptions, type PassReport, writesOf, type Written } from './engine.ts'
import { recognised, type Recognised } from './recognised.ts'
import { type Place, placeKey } from './runtime.ts'

export interface Preview {
  readonly report: PassReport
  readonly writes: readonly Written[]
  /** Golden records that would join records of several systems for the first time. */
  readonly recognised: readonly Recognised[]
}

/** Nothing outside changes: `parts.connections` must have been opened read-only. */
export async function preview(parts: EngineParts, options: PassOptions): Promise<Preview> {
  const overlay = await parts.store.overlay()
  try {
    const before = await overlay.transaction((tx) => tx.reserveLinkIds(1), { as: 'run.open' })
    const silent: EngineParts = { ...parts, store: overlay, connections: listening(parts) }
    await activate(silent, {})
    const report = await pass(silent, { ...options, patienceMs: 0 })
    const writes: Written[] = []
    for await (const write of writesOf(overlay, report.run)) writes.push(write)
    return { report, writes, recognised: await recognised(silent, before) }
  } finally {
    await overlay.close()
  }
}

function listening(parts: EngineParts): Connections {
  const resources = new Map<string, Resource>()
  for (const place of parts.runtime.places.values()) {
    const resource = parts.connections.resource(place)
    if (resource) resources.set(placeKey(place), new Listening(place, resource))
  }
  const real = parts.connections
  return { ...connections(new Map(), resources, new Map()), failure: (system) => real.failure(system), session: (system) => real.session(system), close: async () => undefined }
}

/** Reads the real system; writes are remembered and answered as a target would that keeps what it is given. */
class Listening implements Resource {
  readonly traits: Resource['traits']
  readonly #real: Resource
  readonly #place: Place
  readonly #written = new Map<string, SourceRecord | null>()
  #made = 0

  constructor(place: Place, real: Resource) {
    this.#place = place
    this.#real = real
    this.traits = { ...real.traits, answers: true, conditional: false, omitsEmpty: false, lateMs: 0 }
  }
  read(options: ReadOptions) {
    return this.#real.read(options)
  }
  async readKeys(keys: readonly string[], signal: AbortSignal): Promise<readonly SourceRecord[]> {
    const real = keys.filter((key) => !this.#written.has(key))
    const read = real.length > 0 && this.#real.readKeys ? await this.#real.readKeys(real, signal) : []
    return [...read, ...keys.map((key) => this.#written.get(key)).filter((record) => record != null)]
  }
  async find(paths: readonly string[], values: Parameters<NonNullable<Resource['find']>>[1], signal: AbortSignal): Promise<readonly SourceRecord[]> {
    if (!this.#real.find) throw new PlimsollError('internal.defect', 'find was called on a resource that can not find')
    return this.#real.find(paths, values, signal)
  }
  async write(items: readonly WriteItem[]): Promise<readonly WriteResult[]> {
    return items.map((item): WriteResult => {
      const key = item.key ?? `new ${(this.#made += 1)} in ${this.#place.system}`
      if (item.operation === 'delete') {
        this.#written.set(key, null)
        return { is: 'done', key }
      }
      const before = this.#written.get(key)
      const record: SourceRecord = { key, values: this.#place.mapping.place(this.#place.mapping.pick(item.values), before?.values ?? {}) }
      // Only what was created here is known whole; of others the written paths are enough.
      if (item.operation === 'create' || before) this.#written.set(key, record)
      return { is: 'done', key, record }
    })
  }
}
