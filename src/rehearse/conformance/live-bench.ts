/**
 * A bench on a place of a real plan. Reading needs nothing more. Where writing is allowed, records are made after the pattern of
 * one that is there, through a session of their own, and are deleted again; nobody else's records are changed.
 */
import type { Native, NativeRecord, Resource, WriteItem } from '../../systems/contract.ts'
import type { Bench, Shape, User } from './bench.ts'
import type { PlaceToTest } from './run.ts'

const never = (): AbortSignal => new AbortController().signal

export async function liveBench(place: PlaceToTest, touch: boolean): Promise<{ readonly bench: Bench; clear(): Promise<void> }> {
  const base = {
    name: place.name, clock: place.clock, spec: place.spec, open: () => place.open(!touch),
    ...(place.secrets ? { secrets: place.secrets } : {}),
  }
  const { spec } = place
  const identifier = spec.identifiers.find((paths) => paths.length === 1)?.[0]
  const key = spec.key[0] ?? identifier ?? ''
  const shape: Shape = { key, keyBy: 'system', text: '', ...(identifier === undefined ? {} : { identifier }) }
  const readOnly = { bench: { ...base, shape }, clear: async () => {} }
  if (!touch || identifier === undefined) return readOnly

  const session = await place.open(false)
  const resource = session.resource(spec)
  const pattern = await firstRecord(resource)
  const types = new Map(spec.creates?.map((column) => [column.path, column.type]))
  const text = [...types].find(([path, type]) => type === 'text' && path !== identifier && !spec.key.includes(path))?.[0]
  const { traits } = resource
  if (!pattern || text === undefined || !traits.create || !traits.delete || !traits.complete || !resource.write) {
    await session.close()
    return readOnly
  }
  const user = new OwnRecords(resource)
  const hubKey = types.has(key) && spec.key.length === 1 && key === identifier
  return {
    bench: { ...base, shape: { ...shape, text, keyBy: hubKey ? 'hub' : 'system' }, user, record: (n) => recordLike(pattern, { identifier, text, key: spec.key, types, n, run: place.clock.now() }) },
    async clear() {
      await user.reset()
      await session.close()
    },
  }
}

async function firstRecord(resource: Resource): Promise<NativeRecord | undefined> {
  for await (const page of resource.read({ signal: never(), pageSize: 1 })) {
    if (page.records[0]) return page.records[0].values
  }
  return undefined
}

interface Pattern { readonly identifier: string; readonly text: string; readonly key: readonly string[]; readonly types: ReadonlyMap<string, string>; readonly n: number; readonly run: number }

function recordLike(pattern: NativeRecord, { identifier, text, key, types, n }: Pattern): NativeRecord {
  const values: Record<string, Native> = {}
  // Only what the plan writes: keys, times and counters are the system's own.
  for (const path of Object.keys(pattern)) if (types.has(path) && !key.includes(path)) values[path] = pattern[path]!
  values[identifier] = types.get(identifier) === 'email' ? `plimsoll-test-${n}@example.test` : `plimsoll-test-${n}`
  values[text] = `Plimsoll test ${n}`
  return values
}

/** Acts through another session of the same connector: what both get wrong alike is not seen. */
class OwnRecords implements User {
  readonly #resource: Resource
  readonly #before = new Set<string>()
  #looked = false
  #sent = 0

  constructor(resource: Resource) {
    this.#resource = resource
  }

  /** Whatever came since the beginning and carries the mark of the kit is deleted. */
  async reset(): Promise<void> {
    const all = await this.#all()
    if (!this.#looked) for (const [key] of all) this.#before.add(key)
    this.#looked = true
    const own = [...all].filter(([key, values]) => !this.#before.has(key) && Object.values(values).some((value) => typeof value === 'string' && value.startsWith('plimsoll-test-')))
    for (const [key] of own) await this.remove(key)
  }
  async seed(records: readonly NativeRecord[]): Promise<readonly string[]> {
    const keys: string[] = []
    for (const values of records) {
      const result = await this.#write({ operation: 'create', values })
      if (result.is !== 'done') throw new Error(`A record for the test could not be made: ${'says' in result ? result.says : result.is}`)
      keys.push(result.key)
    }
    return keys
  }
  async edit(key: string, values: NativeRecord): Promise<void> {
    const held = this.#resource.traits.updateStyle === 'put' ? (await this.#all()).get(key) : undefined
    await this.#write({ operation: 'update', key, values: { ...held, ...values } })
  }
  async remove(key: string): Promise<void> {
    await this.#write({ operation: 'delete', key, values: {} })
  }
  async all(): Promise<ReadonlyMap<string, NativeRecord>> {
    return this.#all()
  }

  async #all(): Promise<Map<string, NativeRecord>> {
    const all = new Map<string, NativeRecord>()
    for await (const page of this.#resource.read({ signal: never(), pageSize: 500 })) for (const record of page.records) all.set(record.key, record.values)
    return all
  }
  async #write(item: Omit<WriteItem, 'idempotencyKey'>) {
    const [result] = await this.#resource.write!([{ ...item, idempotencyKey: `plimsoll-test-user-${(this.#sent += 1)}` }], { signal: never(), deadline: Number.MAX_SAFE_INTEGER })
    return result!
  }
}
