/** Parts of a record that are a resource of their own: its lines, read for many parents at once, written after the parent. */
import { type BrokenRecord, keyOf, type Native, PlimsollError, type ReadOptions, type Resource, type ResourceSpec, type SourceRecord } from '../../../contract.ts'
import { at, put, textOf, without } from '../../../path.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { namedResource } from '../manifest/named.ts'
import { inParallel } from '../call/parallel.ts'
import { partsWriter } from '../write/parts-write.ts'
import { readList } from '../read/read.ts'
import type { ResourceContext, SessionContext } from '../resource.ts'
import type { Scope } from './scope.ts'

export interface Part {
  readonly name: string
  /** Path in the part that holds the key of its parent. */
  readonly parent: string
  readonly resource: Resource
  readonly keyPaths: readonly string[]
  /** As the child holds it: some interfaces take only a number. */
  keyOfParent(key: string): Native
  /** The parts of these parents; throws where the list is not surely whole. */
  read(parents: readonly SourceRecord[], signal: AbortSignal): Promise<{ readonly records: ReadonlyMap<string, readonly SourceRecord[]>; readonly broken: readonly BrokenRecord[] }>
}

const DEFAULT_AT_MOST = 50

/** How resources are opened: this file is one of those that opening one needs. */
export interface Openers {
  open(session: SessionContext, spec: ResourceSpec, pushes: boolean): Resource
  inScope(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest, scope: Scope, pushes: boolean): Resource
  context(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest): ResourceContext
}

export function withParts(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest, resource: Resource, openers: Openers): Resource {
  const parts = [...spec.parts].map(([name, of]) => openPart(session, spec, manifest, openers, name, of))
  const whole = async (records: readonly SourceRecord[], signal: AbortSignal): Promise<{ readonly records: readonly SourceRecord[]; readonly broken: readonly BrokenRecord[] }> => {
    const living = records.filter((record) => record.deleted !== true)
    const held = await Promise.all(parts.map((part) => readOf(part, living, signal)))
    const broken = held.flatMap((one) => one.broken)
    const unreadable = new Set(broken.map((one) => one.key))
    return {
      broken,
      records: records.filter((record) => !unreadable.has(record.key)).map((record) => {
        if (record.deleted === true) return record
        const values: Record<string, Native> = { ...record.values }
        parts.forEach((part, index) => put(values, part.name, (held[index]!.records.get(record.key) ?? []).map((child) => without(child.values, [part.parent]))))
        return { ...record, values }
      }),
    }
  }
  const certain = async (records: readonly SourceRecord[], signal: AbortSignal): Promise<readonly SourceRecord[]> => {
    const { records: found, broken } = await whole(records, signal)
    if (broken[0]) throw new PlimsollError('http.answer', `${broken[0].place}: ${broken[0].says}`)
    return found
  }
  const { readKeys, find, write } = resource
  return {
    traits: { ...resource.traits, answers: false },
    async *read(options) {
      for await (const page of resource.read(options)) {
        const { records, broken } = await whole(page.records, options.signal)
        const all = [...(page.broken ?? []), ...broken]
        yield { ...page, records, ...(all.length === 0 ? {} : { broken: all }) }
      }
    },
    ...(readKeys ? { readKeys: async (keys: readonly string[], signal: AbortSignal) => certain(await readKeys(keys, signal), signal) } : {}),
    ...(find ? { find: async (...given: Parameters<typeof find>) => certain(await find(...given), given[2]) } : {}),
    ...(write ? { write: partsWriter(resource, write, parts) } : {}),
  }
}

function openPart(of: SessionContext, parent: ResourceSpec, manifest: ResourceManifest, openers: Openers, name: string, { resource: child, parent: path, key }: { readonly resource: string; readonly parent: string; readonly key?: string }): Part {
  const found = namedResource(of.manifest, child)?.manifest
  if (!found) throw new PlimsollError('http.not_there', `${parent.resource}: the manifest has no resource ${child} for its part ${name}.`)
  const parentReader = openers.context(of, parent, manifest).reader
  const childSpec: ResourceSpec = { resource: child, key: key === undefined ? [] : [key], parts: new Map(), identifiers: [] }
  const opened = openers.open(of, childSpec, false)
  const below = found.parent?.resource === parent.resource && found.parent.in === path
  const by = found.list?.by?.path === path ? found.list.by : undefined
  if (!by && !below) throw new PlimsollError('http.unable', `${parent.resource}: the manifest does not say how ${child} is listed for some of its parents. Say \`by: { path: ${path}, query: … {values} … }\` at its list, or \`parent: { resource: ${parent.resource}, in: ${path} }\`.`)
  const context = openers.context(of, childSpec, found)
  const keyPaths = context.reader.keyPaths.filter((one) => one !== path)
  const ownKeyOf = (record: SourceRecord): string => keyOf(keyPaths.map((one) => textOf(at(record.values, one)) ?? ''))
  const options = (signal: AbortSignal): ReadOptions => ({ signal, pageSize: of.pageSize })
  return {
    name, parent: path, resource: opened, keyPaths, keyOfParent: (text) => parentReader.fillKey(text, 'key') ?? text,
    async read(parents, signal) {
      const records = new Map<string, SourceRecord[]>()
      const broken: BrokenRecord[] = []
      const take = async (pages: AsyncIterable<{ readonly records: readonly SourceRecord[]; readonly broken?: readonly BrokenRecord[]; readonly complete?: boolean }>, asked: ReadonlySet<string>): Promise<void> => {
        let complete: boolean | undefined
        for await (const page of pages) {
          broken.push(...(page.broken ?? []))
          complete = page.complete ?? complete
          for (const record of page.records) {
            // A filter that the interface does not know answers with everything.
            const parentKey = textOf(at(record.values, path))
            if (record.deleted === true || parentKey === undefined || !asked.has(parentKey)) continue
            const list = (records.get(parentKey) ?? []).filter((one) => one.key !== record.key)
            records.set(parentKey, [...list, record])
          }
        }
        if (complete !== true) throw new PlimsollError('http.answer', `The list of ${child} (part ${name} of ${parent.resource}) was not read to its end.`)
      }
      if (by) {
        const atMost = by.at_most ?? DEFAULT_AT_MOST
        const lots = Array.from({ length: Math.ceil(parents.length / atMost) }, (_, index) => parents.slice(index * atMost, (index + 1) * atMost).map((one) => one.key))
        await inParallel(of.manifest.parallel ?? 4, lots, (lot) => take(readList(context, found, options(signal), lot), new Set(lot)))
      } else {
        await inParallel(of.manifest.parallel ?? 4, parents, (one) => take(openers.inScope(of, childSpec, found, { parent: { key: one.key, record: one } }, false).read(options(signal)), new Set([one.key])))
      }
      for (const list of records.values()) list.sort((a, b) => byKey(ownKeyOf(a), ownKeyOf(b)))
      return { records, broken }
    },
  }
}
/** Where a part can't be read, its parents are asked for one by one: only that parent is set aside. */
async function readOf(part: Part, parents: readonly SourceRecord[], signal: AbortSignal): Promise<{ readonly records: ReadonlyMap<string, readonly SourceRecord[]>; readonly broken: readonly BrokenRecord[] }> {
  if (parents.length === 0) return { records: new Map(), broken: [] }
  const read = await part.read(parents, signal)
  if (read.broken.length === 0) return read
  if (parents.length === 1) {
    const first = read.broken[0]!
    return { records: new Map(), broken: [{ place: first.place, key: parents[0]!.key, says: `Its part ${part.name} can't be read: ${first.says}`, raw: first.raw }] }
  }
  const records = new Map<string, readonly SourceRecord[]>()
  const broken: BrokenRecord[] = []
  for (const parent of parents) {
    const one = await readOf(part, [parent], signal)
    for (const [key, list] of one.records) records.set(key, list)
    broken.push(...one.broken)
  }
  return { records, broken }
}

/** Numbers by size, everything else as text: the order in which an interface happens to list says nothing. */
function byKey(a: string, b: string): number {
  if (/^\d{1,30}$/.test(a) && /^\d{1,30}$/.test(b)) return BigInt(a) < BigInt(b) ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
