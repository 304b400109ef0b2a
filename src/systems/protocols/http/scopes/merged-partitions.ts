/**
 * Partitions of one record (its languages) as one record: what differs stands under `<merge>.<value>`. The first partition is
 * the main one: it holds what is the same in all of them.
 */
import { createHash } from 'node:crypto'
import { canonicalNative } from '../../../../base/json.ts'
import { type Native, type NativeRecord, type Page, PlimsollError, type ReadOptions, type Resource, type SourceRecord, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import { readPositions, writePositions } from './partitions.ts'
import { at, isMap, merged, put, without, wrap } from '../../../path.ts'
import type { Scope } from './scope.ts'
import type { PartitionManifest } from '../manifest/scope-manifest.ts'
import type { OpenScope } from './scoped-resource.ts'

type Merge = Omit<PartitionManifest, 'fields'> & { readonly merge: string; readonly fields: readonly string[] }
type Values = (signal: AbortSignal) => Promise<readonly string[]>

interface Joined {
  readonly record: SourceRecord
  /** As it was read in one partition. */
  readonly of: (value: string) => SourceRecord | undefined
}

export function mergedPartitions(manifest: Merge, core: OpenScope, scope: Scope, values: Values): Resource {
  const { fields } = manifest
  const open = (value: string): Resource => core({ ...scope, partition: value })
  const base = core(scope)
  const joined = async (keys: readonly string[], all: readonly string[], signal: AbortSignal, known: ReadonlyMap<string, ReadonlyMap<string, SourceRecord>> = new Map()): Promise<Joined[]> => {
    const held = new Map<string, ReadonlyMap<string, SourceRecord>>()
    await Promise.all(all.map(async (value) => {
      const here = known.get(value)
      const lacking = here ? keys.filter((key) => !here.has(key)) : keys
      const read = lacking.length === 0 ? [] : await open(value).readKeys!(lacking, signal)
      held.set(value, new Map([...(here ?? []), ...read.map((record) => [record.key, record] as const)]))
    }))
    return keys.flatMap((key) => {
      const of = (value: string): SourceRecord | undefined => held.get(value)!.get(key)
      const record = joinedRecord(manifest, fields, all, of)
      return record ? [{ record, of }] : []
    })
  }
  return {
    traits: { ...base.traits, version: base.traits.version === 'none' ? 'none' : 'opaque', answers: false },
    read: (options) => readMerged(open, joined, values, options),
    readKeys: async (keys, signal) => (await joined([...new Set(keys)], await values(signal), signal)).map((one) => one.record),
    ...(base.find ? {
      async find(paths, wanted, signal) {
        const all = await values(signal)
        const keys = new Set<string>()
        // An identifier inside a partition is looked up there; any other in each, since a record need not be in all of them.
        for (const value of all) {
          const inside = `${manifest.merge}.${value}.`
          if (paths.some((path) => path.startsWith(`${manifest.merge}.`) && !path.startsWith(inside))) continue
          const found = await open(value).find!(paths.map((path) => (path.startsWith(inside) ? path.slice(inside.length) : path)), wanted, signal)
          for (const record of found) keys.add(record.key)
        }
        return (await joined([...keys], all, signal)).map((one) => one.record)
      },
    } satisfies Partial<Resource> : {}),
    ...(base.write ? { write: (items: readonly WriteItem[], options: WriteOptions) => writeMerged(manifest, base, open, values, items, options) } : {}),
  }
}

function joinedRecord(manifest: Merge, fields: readonly string[], all: readonly string[], of: (value: string) => SourceRecord | undefined): SourceRecord | undefined {
  const present = all.flatMap((value) => of(value) ?? [])
  const first = present[0]
  if (!first) return undefined
  const parts: Record<string, Native> = {}
  for (const value of all) {
    const record = of(value)
    let part: NativeRecord = {}
    for (const field of fields) {
      const held = record ? at(record.values, field) : null
      if (held !== undefined) part = merged(part, wrap(field, held) as NativeRecord)
    }
    put(parts, value, part)
  }
  const versions = all.flatMap((value) => (of(value)?.version === undefined ? [] : [[value, of(value)!.version!]]))
  const times = present.flatMap((record) => record.editedAt ?? [])
  const { version: _one, editedAt: _time, deleted: _gone, ...main } = first
  return {
    ...main,
    values: merged(without(first.values, [...fields, ...(manifest.in === undefined ? [] : [manifest.in])]), wrap(manifest.merge, parts) as NativeRecord),
    ...(versions.length === 0 ? {} : { version: JSON.stringify(versions) }),
    ...(times.length === 0 ? {} : { editedAt: Math.max(...times) }),
    ...(present.every((record) => record.deleted === true) ? { deleted: true } : {}),
  }
}

type Join = (keys: readonly string[], all: readonly string[], signal: AbortSignal, known: ReadonlyMap<string, ReadonlyMap<string, SourceRecord>>) => Promise<Joined[]>

async function* readMerged(open: (value: string) => Resource, joined: Join, values: Values, options: ReadOptions): AsyncGenerator<Page> {
  const since = options.since === undefined ? undefined : readPositions(options.since)
  const all = await values(options.signal)
  const reached = new Map([...(since ?? [])].filter(([value]) => all.includes(value)))
  let complete = since === undefined && all.length > 0
  /** What was delivered already of lists that are read later: only what differs from it is delivered again. */
  const delivered = new Map<string, string>()
  for (const [index, value] of all.entries()) {
    const { since: _whole, ...whole } = options
    const from = since?.get(value)
    let ended: boolean | undefined
    for await (const { complete: here, position, records, ...page } of open(value).read(from === undefined ? whole : { ...whole, since: from })) {
      const fresh = new Map(records.filter((record) => delivered.get(`${value}\n${record.key}`) !== mark(record)).map((record) => [record.key, record]))
      const made = await joined([...fresh.keys()], all, options.signal, new Map([[value, fresh]]))
      for (const { record, of } of made) {
        for (const later of all.slice(index + 1)) {
          const part = of(later)
          if (part) delivered.set(`${later}\n${record.key}`, mark(part))
        }
      }
      if (position !== undefined) reached.set(value, position)
      ended = here ?? ended
      const last = here !== undefined && index === all.length - 1
      const safe = position !== undefined && since !== undefined || last ? writePositions(reached) : undefined
      if (last) complete &&= here
      yield { ...page, records: made.map((one) => one.record), ...(safe === undefined ? {} : { position: safe }), ...(last ? { complete } : {}) }
    }
    complete &&= ended === true
  }
}

const mark = (record: SourceRecord): string => createHash('sha256').update(canonicalNative(record.values)).digest('base64').slice(0, 20)

interface Piece {
  /** The main partition makes and holds the record; the others say how it reads there. */
  readonly value: string
  readonly item: WriteItem
}

async function writeMerged(manifest: Merge, base: Resource, open: (value: string) => Resource, values: Values, items: readonly WriteItem[], options: WriteOptions): Promise<readonly WriteResult[]> {
  const all = await values(options.signal)
  const results = new Map<WriteItem, WriteResult>()
  const pieces = new Map<WriteItem, readonly Piece[]>()
  for (const item of items) {
    const cut = piecesOf(manifest, base.traits.updateStyle === 'put', all, item)
    if ('is' in cut) results.set(item, cut)
    else pieces.set(item, cut)
  }
  const begun = new Set<WriteItem>()
  const keys = new Map<WriteItem, string>()
  // The main one first: it makes the record. A deletion ends with it.
  const order = items.some((item) => item.operation === 'delete') ? [...all.slice(1), all[0]!] : all
  for (const value of order) {
    const due = [...pieces].flatMap(([item, own]) => (results.has(item) ? [] : own.filter((piece) => piece.value === value).map((piece) => ({ whole: item, item: withKey(piece.item, item, keys.get(item)) }))))
    if (due.length === 0) continue
    let done: readonly WriteResult[]
    try {
      done = await open(value).write!(due.map((one) => one.item), options)
    } catch (error) {
      if (!(error instanceof PlimsollError) || begun.size === 0) throw error
      done = due.map(() => ({ is: 'later', says: error.message }))
    }
    for (const [index, { whole }] of due.entries()) {
      const result = done[index]!
      if (result.is === 'done') {
        begun.add(whole)
        keys.set(whole, result.key)
      } else if (!(whole.operation === 'delete' && result.is === 'missing' && value !== all[0])) {
        results.set(whole, begun.has(whole) ? halfDone(manifest, value, whole, result, keys.get(whole)) : result)
      }
    }
  }
  return items.map((item) => results.get(item) ?? { is: 'done', key: keys.get(item) ?? item.key ?? '' })
}

/** Made in the main partition: from then on the record has a key, and the others are changes of it. */
const withKey = (piece: WriteItem, whole: WriteItem, key: string | undefined): WriteItem =>
  whole.operation === 'create' && key !== undefined ? { ...piece, operation: 'update', key } : piece

/** What was written before this went wrong stays written. */
function halfDone(manifest: Merge, value: string, whole: WriteItem, result: WriteResult, key: string | undefined): WriteResult {
  const says = 'says' in result ? result.says : result.is
  if (whole.operation === 'create') return { is: 'unsure', says: `It was created as ${key ?? ''}, but then ${manifest.merge}.${value}: ${says}` }
  if (result.is === 'conflict') return result
  if (result.is === 'refused') return { ...result, field: `${manifest.merge}.${value}${result.field === undefined ? '' : `.${result.field}`}` }
  if (result.is === 'missing') return { is: 'refused', code: 'partition', says: `The record is not there in ${value}, and a change can't add it.`, field: `${manifest.merge}.${value}` }
  return { is: 'unsure', says: `A part of it was written, but then ${manifest.merge}.${value}: ${says}` }
}

function piecesOf(manifest: Merge, isPut: boolean, all: readonly string[], item: WriteItem): readonly Piece[] | WriteResult {
  const versions = versionsOf(item.ifVersion)
  const piece = (value: string, values: NativeRecord): Piece => {
    const { ifVersion: _all, ...rest } = item
    const version = versions.get(value)
    return { value, item: { ...rest, values, ...(version === undefined ? {} : { ifVersion: version }) } }
  }
  if (item.operation === 'delete') return all.map((value) => piece(value, {}))
  const parts = at(item.values, manifest.merge)
  const unknown = isMap(parts) ? Object.keys(parts).find((value) => !all.includes(value)) : undefined
  if (unknown !== undefined) return { is: 'refused', code: 'partition', says: `There is no ${unknown.slice(0, 60)} here; there are ${all.slice(0, 20).join(', ')}.`, field: manifest.merge }
  const own = (value: string): NativeRecord => {
    const part = isMap(parts) && Object.hasOwn(parts, value) ? parts[value] : undefined
    return isMap(part) ? part : {}
  }
  const top = without(item.values, [manifest.merge])
  return all.flatMap((value, index) => {
    const changes = own(value)
    const named = Object.keys(changes).length > 0
    // A language in which nothing is said is not made.
    if (index > 0 && (!named || item.operation === 'create' && Object.values(changes).every((one) => one === null))) return []
    const values = index === 0 || isPut ? merged(top, changes) : changes
    return index === 0 && item.operation === 'update' && Object.keys(values).length === 0 ? [] : [piece(value, values)]
  })
}

function versionsOf(text: string | undefined): ReadonlyMap<string, string> {
  if (text === undefined) return new Map()
  try {
    return readPositions(text)
  } catch {
    return new Map()
  }
}
