/**
 * A resource that is read in scopes (partitions, children of parents), made of the resources of its scopes. What can be said of
 * the whole is what can be said of every scope: it is complete only if all were.
 */
import { PlimsollError, type Native, type Resource, type ResourceSpec, type WriteItem, type WriteOptions, type WriteResult } from '../../../contract.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { mergedPartitions } from './merged-partitions.ts'
import { readParents } from './nested.ts'
import { readPartitions } from './partitions.ts'
import { at, textOf } from '../../../path.ts'
import { recordReader } from '../read/record.ts'
import type { SessionContext } from '../resource.ts'
import { type Scope, scopeName, scopeOfKey, scopeOfValues, scopePlaces } from './scope.ts'

export type OpenScope = (scope: Scope) => Resource

export function scopedResource(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest, core: OpenScope, openNamed: (name: string) => Resource): Resource {
  const { partition, parent } = manifest
  if (!partition && !parent) return core({})
  const values = async (signal: AbortSignal): Promise<readonly string[]> => (partition ? partitionValues(session, partition.values, openNamed, signal) : [])
  // Partitions of one record are one scope for whatever stands around them.
  const inner: OpenScope = partition?.merge === undefined ? core : (scope) => mergedPartitions({ ...partition, merge: partition.merge!, fields: Array.isArray(partition.fields) ? partition.fields : valuesOf(session, partition.fields!.parameter) }, core, scope, values)
  const inPartitions = partition !== undefined && partition.merge === undefined
  const reading: OpenScope = (scope) => (inPartitions ? { ...core(scope), read: (options) => readPartitions(core, scope, values, session.now, options) } : inner(scope))

  const places = scopePlaces(manifest).filter((place) => place.name === 'parent' || inPartitions)
  const reader = recordReader(manifest, spec, session.zone)
  const scopeOf = (key: string): Scope => scopeOfKey(places, reader.keyPaths, key)
  const base = inner({})
  const parents = parent && openNamed(parent.resource)
  const { readKeys, find, write } = base
  const findsIn = (placeholder: string): boolean => JSON.stringify([manifest.find?.path, manifest.find?.query ?? {}, manifest.find?.body ?? null, manifest.find?.variables ?? null]).includes(placeholder)
  const findsBelow = findsIn('{parent')
  const findsParted = inPartitions && findsIn('{partition}')
  const creates = JSON.stringify([manifest.create?.path, manifest.create?.query ?? {}, manifest.create?.body ?? null, manifest.create?.variables ?? null, manifest.create?.batch ?? null])

  return {
    traits: {
      ...base.traits,
      incremental: parents ? parent?.changes === true && parents.traits.incremental : base.traits.incremental,
      complete: base.traits.complete && (parents?.traits.complete ?? true),
      listLagMs: Math.max(base.traits.listLagMs, parents?.traits.listLagMs ?? 0),
      find: base.traits.find && !findsBelow,
    },
    read: (options) => (parents ? readParents(parents, parent!, manifest, reading, session, options) : reading({}).read(options)),
    ...(readKeys ? {
      readKeys: async (keys, signal) => {
        const found = await Promise.all([...grouped(keys, scopeOf)].map(async ({ scope, items }) => inner(scope).readKeys!(items, signal)))
        const byKey = new Map(found.flat().map((record) => [record.key, record]))
        return keys.flatMap((key) => byKey.get(key) ?? [])
      },
    } : {}),
    ...(find && !findsBelow ? {
      find: async (paths: readonly string[], wanted: readonly (readonly Native[])[], signal: AbortSignal) => {
        if (!findsParted) return find(paths, wanted, signal)
        const found = await Promise.all((await values(signal)).map((value) => core({ partition: value }).find!(paths, wanted, signal)))
        return found.flat()
      },
    } : {}),
    ...(write ? {
      write: (items, options) => writeInScopes(items, (item) => {
        const scope = item.key !== undefined && item.operation !== 'create' ? scopeOf(item.key) : { ...(item.key === undefined ? {} : scopeOf(item.key)), ...scopeOfValues(places, item.values) }
        const lacking = item.operation === 'create' ? places.find((place) => scope[place.name] === undefined && creates.includes(`{${place.name}}`)) : undefined
        return lacking ? { is: 'refused', code: lacking.name, says: `The record does not say at ${lacking.path} to which ${lacking.name} it belongs.`, field: lacking.path } : scope
      }, inner, options),
    } : {}),
  }
}

function* grouped<T>(items: readonly T[], scopeOf: (item: T) => Scope): Generator<{ readonly scope: Scope; readonly items: readonly T[] }> {
  const groups = new Map<string, { scope: Scope; items: T[] }>()
  for (const item of items) {
    const scope = scopeOf(item)
    const group = groups.get(scopeName(scope))
    if (group) group.items.push(item)
    else groups.set(scopeName(scope), { scope, items: [item] })
  }
  yield* groups.values()
}

/** Scope by scope. What stops one of them (a refused login, a limit) stops those after it. */
async function writeInScopes(items: readonly WriteItem[], scopeOf: (item: WriteItem) => Scope | WriteResult, open: OpenScope, options: WriteOptions): Promise<readonly WriteResult[]> {
  const results = new Map<WriteItem, WriteResult>()
  const scoped: { readonly item: WriteItem; readonly scope: Scope }[] = []
  for (const item of items) {
    const scope = scopeOf(item)
    if ('is' in scope) results.set(item, scope)
    else scoped.push({ item, scope })
  }
  let failure: PlimsollError | undefined
  let sent = false
  for (const group of grouped(scoped, (one) => one.scope)) {
    if (failure) break
    const own = group.items.map((one) => one.item)
    try {
      const done = await open(group.scope).write!(own, options)
      sent = true
      own.forEach((item, index) => results.set(item, done[index]!))
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error
      failure = error
    }
  }
  if (failure && !sent) throw failure
  return items.map((item) => results.get(item) ?? { is: 'later', says: failure?.message ?? 'It was not sent.', ...(failure?.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }) })
}

/** Beyond this it is no list of languages or warehouses. */
const MOST_VALUES = 10_000

function valuesOf(session: SessionContext, parameter: string): readonly string[] {
  const text = String(session.parameters.get(parameter) ?? '')
  const values = [...new Set(text.split(',').map((one) => one.trim()).filter((one) => one !== ''))]
  if (values.length === 0) throw new PlimsollError('http.setting', `The manifest needs the parameter ${parameter} (values joined by commas), which the setting parameters does not have.`, { details: { setting: 'parameters' } })
  return values
}

async function partitionValues(session: SessionContext, from: NonNullable<ResourceManifest['partition']>['values'], openNamed: (name: string) => Resource, signal: AbortSignal): Promise<readonly string[]> {
  if (Array.isArray(from)) return from
  if ('parameter' in from) {
    return valuesOf(session, from.parameter)
  }
  const found = new Set<string>()
  let complete: boolean | undefined
  for await (const page of openNamed(from.resource).read({ signal, pageSize: 500 })) {
    for (const record of page.records) {
      const value = from.path === undefined ? record.key : textOf(at(record.values, from.path))
      if (record.deleted !== true && value !== undefined && value !== '') found.add(value)
    }
    complete = page.complete ?? complete
    if (found.size > MOST_VALUES) throw new PlimsollError('http.answer', `${from.resource} has more than ${MOST_VALUES} values to read a list for.`)
  }
  // A value that is missing would pass for records that are gone.
  if (complete !== true) throw new PlimsollError('http.answer', `The list of ${from.resource}, whose values say which lists there are, was not read to its end.`)
  return [...found]
}
