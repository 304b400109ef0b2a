/**
 * A bench on a place of a real plan. Reading needs nothing more. Where writing is allowed, records are made after the pattern of
 * one that is there, through a session of their own, and are deleted again; nobody else's records are changed.
 */
import type { Native, NativeRecord, Resource, SourceRecord, WriteItem, WriteResult } from '../../systems/contract.ts'
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
  // Of this run alone: what an earlier one left behind when it was killed is not in its way.
  const mark = `plimsoll-test-${place.clock.now().toString(36)}-`
  const user = new OwnRecords(resource, identifier, mark)
  const hubKey = types.has(key) && spec.key.length === 1 && key === identifier
  return {
    bench: { ...base, shape: { ...shape, text, keyBy: hubKey ? 'hub' : 'system' }, user, record: (n) => recordLike(pattern, { identifier, text, key: spec.key, types, n, mark }) },
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

interface Pattern { readonly identifier: string; readonly text: string; readonly key: readonly string[]; readonly types: ReadonlyMap<string, string>; readonly n: number; readonly mark: string }

function recordLike(pattern: NativeRecord, { identifier, text, key, types, n, mark }: Pattern): NativeRecord {
  const values: Record<string, Native> = {}
  // Only what the plan writes: keys, times and counters are the system's own.
  for (const path of Object.keys(pattern)) if (types.has(path) && !key.includes(path)) values[path] = pattern[path]!
  values[identifier] = types.get(identifier) === 'email' ? `${mark}${n}@example.test` : `${mark}${n}`
  values[text] = `Plimsoll test ${n}`
  return values
}

/** Acts through another session of the same connector: what both get wrong alike is not seen. */
class OwnRecords implements User {
  readonly #resource: Resource
  readonly #identifier: string
  readonly #mark: string
  #sent = 0

  constructor(resource: Resource, identifier: string, mark: string) {
    this.#resource = resource
    this.#identifier = identifier
    this.#mark = mark
  }

  /** Only what carries the mark of this run is ever changed or deleted. */
  #isOwn(values: NativeRecord): boolean {
    return String(values[this.#identifier] ?? '').startsWith(this.#mark)
  }
  async reset(): Promise<void> {
    const own = (await this.#read()).filter((record) => record.deleted !== true && this.#isOwn(record.values))
    await this.#write(own.map(({ key }) => ({ operation: 'delete', key, values: {} })))
  }
  async seed(records: readonly NativeRecord[]): Promise<readonly string[]> {
    const results = await this.#write(records.map((values) => ({ operation: 'create', values })))
    return results.map((result) => {
      if (result.is !== 'done') throw new Error(`A record for the test could not be made: ${'says' in result ? result.says : result.is}`)
      return result.key
    })
  }
  async edit(key: string, values: NativeRecord): Promise<void> {
    const held = await this.#own(key)
    await this.#write([{ operation: 'update', key, values: this.#resource.traits.updateStyle === 'put' ? { ...held, ...values } : values }])
  }
  async remove(key: string): Promise<void> {
    await this.#own(key)
    await this.#write([{ operation: 'delete', key, values: {} }])
  }
  async all(): Promise<ReadonlyMap<string, NativeRecord>> {
    return new Map((await this.#read()).map((record) => [record.key, record.values]))
  }

  /** With those that were deleted and only marked so, where a system keeps them. */
  async #read(): Promise<readonly SourceRecord[]> {
    const all: SourceRecord[] = []
    for await (const page of this.#resource.read({ signal: never(), pageSize: 500 })) all.push(...page.records)
    return all
  }

  async #own(key: string): Promise<NativeRecord> {
    const held = this.#resource.readKeys ? (await this.#resource.readKeys([key], never()))[0]?.values : (await this.all()).get(key)
    if (held === undefined || !this.#isOwn(held)) throw new Error(`Record ${key} is not one of the test's own; it is left alone.`)
    return held
  }
  async #write(items: readonly Omit<WriteItem, 'idempotencyKey'>[]): Promise<readonly WriteResult[]> {
    const results: WriteResult[] = []
    const { batch } = this.#resource.traits
    for (let start = 0; start < items.length; start += batch) {
      const some = items.slice(start, start + batch).map((item) => ({ ...item, idempotencyKey: `${this.#mark}user-${(this.#sent += 1)}` }))
      results.push(...(await this.#resource.write!(some, { signal: never(), deadline: Number.MAX_SAFE_INTEGER })))
    }
    return results
  }
}
