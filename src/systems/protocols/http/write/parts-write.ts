/** Writing parts: the list that the plan has becomes the children that the parent has, with as few calls as that takes. */
import { canonicalNative } from '../../../../base/json.ts'
import { keyOf, type Native, type NativeRecord, PlimsollError, type Resource, type SourceRecord, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import type { Part } from '../scopes/parts.ts'
import { at, isMap, merged, textOf, without, wrap } from '../../../path.ts'

type Write = NonNullable<Resource['write']>

interface Due {
  readonly part: Part
  readonly rows: readonly NativeRecord[]
}

export function partsWriter(resource: Resource, write: Write, parts: readonly Part[]): Write {
  return async (items, options) => {
    const results: (WriteResult | undefined)[] = items.map(() => undefined)
    const dues = items.map((item): readonly Due[] | WriteResult => duesOf(parts, item))
    const own = items.map((item) => ({ ...item, values: without(item.values, parts.map((part) => part.name)) }))
    const sent: number[] = []
    for (const [index, item] of own.entries()) {
      const due = dues[index]!
      if ('is' in due) results[index] = due
      // Only its parts changed: the parent itself needs no call.
      else if (item.operation === 'update' && Object.keys(item.values).length === 0 && due.length > 0) results[index] = { is: 'done', key: item.key! }
      else sent.push(index)
    }
    if (sent.length > 0) {
      const done = await write.call(resource, sent.map((index) => own[index]!), options)
      sent.forEach((index, place) => { results[index] = done[place]! })
    }
    for (const part of parts) {
      const due = items.flatMap((item, index) => {
        const result = results[index]!
        const of = dues[index]!
        const rows = 'is' in of || result.is !== 'done' || item.operation === 'delete' ? undefined : of.find((one) => one.part === part)?.rows
        return rows === undefined || result.is !== 'done' ? [] : [{ index, key: result.key, created: item.operation === 'create', id: item.idempotencyKey, rows }]
      })
      if (due.length === 0) continue
      const failures = await writePart(part, due, options)
      for (const one of due) {
        const failure = failures.get(one.index)
        if (failure) results[one.index] = one.created ? { is: 'unsure', says: `It was created as ${one.key}, but then its part ${part.name}: ${'says' in failure ? failure.says : failure.is}` } : failure
      }
    }
    // What the parent's answer held is without its parts.
    return results.map((result, index) => (result!.is === 'done' && (dues[index] as readonly Due[]).length > 0 ? { is: 'done', key: result!.key } : result!))
  }
}

function duesOf(parts: readonly Part[], item: WriteItem): readonly Due[] | WriteResult {
  const found: Due[] = []
  if (item.operation === 'delete') return found
  for (const part of parts) {
    if (!Object.hasOwn(item.values, part.name)) continue
    const rows = item.values[part.name]!
    const list = rows === null ? [] : rows
    if (!Array.isArray(list) || !list.every(isMap)) return { is: 'refused', code: 'type', says: `${part.name} is no list of records.`, field: part.name }
    found.push({ part, rows: list.map((row) => without(row, [part.parent])) })
  }
  return found
}

interface PartDue {
  readonly index: number
  readonly key: string
  readonly created: boolean
  readonly id: string
  readonly rows: readonly NativeRecord[]
}

/** By the place of the parent's item: what went wrong first. */
async function writePart(part: Part, due: readonly PartDue[], options: WriteOptions): Promise<ReadonlyMap<number, WriteResult>> {
  const failures = new Map<number, WriteResult>()
  const { traits, write } = part.resource
  const held = await heldOf(part, due.filter((one) => !one.created), options, failures)
  const work: { readonly index: number; readonly item: WriteItem }[] = []
  for (const one of due) {
    if (failures.has(one.index)) continue
    const { gone, kept, fresh } = paired(part, held.get(one.key) ?? [], one.rows)
    const items = [
      ...gone.map((child): WriteItem => ({ operation: 'delete', key: child.key, values: {}, ...versionOf(child), idempotencyKey: `${one.id}/${part.name}/-${child.key}` })),
      ...kept.flatMap(({ child, row }): WriteItem[] => {
        const changes = Object.fromEntries(Object.keys(row).filter((name) => canonicalNative(row[name]!) !== canonicalNative(at(child.values, name) ?? null)).map((name) => [name, row[name]!]))
        if (Object.keys(changes).length === 0) return []
        return [{ operation: 'update', key: child.key, values: traits.updateStyle === 'put' ? merged(child.values, changes) : changes, ...versionOf(child), idempotencyKey: `${one.id}/${part.name}/${child.key}` }]
      }),
      ...fresh.map((row, place): WriteItem => ({ operation: 'create', values: merged(row, wrap(part.parent, part.keyOfParent(one.key)) as NativeRecord), idempotencyKey: `${one.id}/${part.name}/+${place}` })),
    ]
    const unable = items.find((item) => !traits[item.operation])
    if (unable) failures.set(one.index, { is: 'refused', code: 'part', says: `The manifest does not say how to ${unable.operation} ${part.name}.`, field: part.name })
    else work.push(...items.map((item) => ({ index: one.index, item })))
  }
  // Deletes first: a new line may have the number of an old one.
  for (const operation of ['delete', 'update', 'create'] as const) {
    const now = work.filter((one) => one.item.operation === operation && !failures.has(one.index))
    if (now.length === 0) continue
    let results: readonly WriteResult[]
    try {
      results = await write!.call(part.resource, now.map((one) => one.item), options)
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error
      results = now.map(() => ({ is: 'unsure', says: error.message }))
    }
    now.forEach(({ index, item }, place) => {
      const result = results[place]!
      if (result.is === 'done' || operation === 'delete' && result.is === 'missing' || failures.has(index)) return
      failures.set(index, failureOf(part, item, result))
    })
  }
  return failures
}

const versionOf = (child: SourceRecord): { ifVersion?: string } => (child.version === undefined ? {} : { ifVersion: child.version })

/** The parent and perhaps other parts are written: the whole is looked at again, unless the part itself was refused. */
function failureOf(part: Part, item: WriteItem, result: WriteResult): WriteResult {
  if (result.is === 'refused') return { ...result, says: `${part.name}: ${result.says}`, field: result.field === undefined ? part.name : `${part.name}.${result.field}` }
  return { is: 'unsure', says: `Its part ${part.name} was not written (${item.operation}): ${'says' in result ? result.says : result.is}` }
}

async function heldOf(part: Part, due: readonly PartDue[], options: WriteOptions, failures: Map<number, WriteResult>): Promise<ReadonlyMap<string, readonly SourceRecord[]>> {
  if (due.length === 0) return new Map()
  try {
    const { records, broken } = await part.read(due.map((one) => ({ key: one.key, values: {} })), options.signal)
    if (broken.length === 0) return records
    throw new PlimsollError('http.answer', `Its part ${part.name} can't be read: ${broken[0]!.says}`)
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    for (const one of due) failures.set(one.index, { is: 'unsure', says: error.message })
    return new Map()
  }
}

interface Paired {
  readonly kept: readonly { readonly child: SourceRecord; readonly row: NativeRecord }[]
  readonly gone: readonly SourceRecord[]
  readonly fresh: readonly NativeRecord[]
}

/** Rows with a key belong to the child that has it. Rows without one to a child that says the same, then to any child that is left. */
function paired(part: Part, held: readonly SourceRecord[], rows: readonly NativeRecord[]): Paired {
  const left = new Map(held.map((child) => [keyIn(part, child.values) ?? child.key, child]))
  const kept: { child: SourceRecord; row: NativeRecord }[] = []
  const fresh: NativeRecord[] = []
  const unnamed: NativeRecord[] = []
  for (const row of rows) {
    const key = keyIn(part, row)
    const child = key === undefined ? undefined : left.get(key)
    if (key === undefined) unnamed.push(row)
    else if (child) kept.push({ child, row: without(row, part.keyPaths) })
    else fresh.push(row)
    if (key !== undefined) left.delete(key)
  }
  const changed: NativeRecord[] = []
  for (const row of unnamed) {
    const same = [...left].find(([, child]) => Object.keys(row).every((name) => canonicalNative(row[name]!) === canonicalNative(at(child.values, name) ?? null)))
    if (same) left.delete(same[0])
    else changed.push(row)
  }
  for (const row of changed) {
    const next = [...left][0]
    if (!next) {
      fresh.push(row)
      continue
    }
    left.delete(next[0])
    kept.push({ child: next[1], row })
  }
  return { kept, gone: [...left.values()], fresh }
}

function keyIn(part: Part, values: Native): string | undefined {
  const texts = part.keyPaths.map((path) => textOf(at(values, path)))
  return texts.length > 0 && texts.every((text) => text !== undefined && text !== '') ? keyOf(texts as string[]) : undefined
}
