/** The parts of the manifest about resources that are read in pieces: once for each of some values, or for each parent. */
import { z } from 'zod'
import { body, count, flag, path, query, text } from './manifest-words.ts'

/** Lists that exist once for each of some values: a language, a warehouse, a currency. */
export const partition = z.strictObject({
  values: z.union([
    z.array(text).min(1),
    z.strictObject({ parameter: z.string().min(1) }),
    z.strictObject({ resource: z.string().min(1), path: path.optional() }),
  ]),
  in: path.optional(),
  in_key: flag.optional(),
  merge: path.optional(),
  fields: z.union([z.array(path).min(1), z.strictObject({ parameter: z.string().min(1) })]).optional(),
})

/** Lists that exist once for each record of another resource. */
export const parent = z.strictObject({
  resource: z.string().min(1),
  in: path,
  in_key: flag.optional(),
  changes: flag.optional(),
})

/** How a list is asked for the children of several parents at once. */
export const by = z.strictObject({
  path,
  query: query(['values']).optional(),
  body: body.optional(),
  variables: body.optional(),
  set: z.record(path, body).optional(),
  at_most: count(10_000).optional(),
  join: z.string().optional(),
})

export type PartitionManifest = z.infer<typeof partition>
export type ParentManifest = z.infer<typeof parent>
export type ByManifest = z.infer<typeof by>

interface Call { readonly path?: string | undefined; readonly query?: unknown; readonly body?: unknown; readonly variables?: unknown }
interface Scoped {
  readonly partition?: PartitionManifest | undefined
  readonly parent?: ParentManifest | undefined
  readonly list?: (Call & { readonly since?: unknown }) | undefined
  readonly get?: Call | undefined
  readonly get_many?: Call | undefined
  readonly find?: Call | undefined
  readonly create?: (Call & { readonly batch?: Call | undefined }) | undefined
  readonly update?: (Call & { readonly batch?: Call | undefined }) | undefined
  readonly delete?: Call | undefined
}

const CALLS = ['list', 'get', 'get_many', 'find', 'create', 'update', 'delete'] as const

/** Keys that only make sense together. */
export function scopeChecks(resources: Readonly<Record<string, Scoped>>): { readonly at: readonly string[]; readonly says: string }[] {
  const found: { at: readonly string[]; says: string }[] = []
  for (const [name, one] of Object.entries(resources)) {
    const at = ['resources', name]
    const { partition: parted, parent: under } = one
    for (const called of CALLS) {
      const call = one[called]
      const parts: [readonly string[], Call | undefined][] = [[[called], call], [[called, 'batch'], called === 'create' || called === 'update' ? one[called]?.batch : undefined]]
      for (const [where, part] of parts) {
        const used = JSON.stringify([part?.path ?? '', part?.query ?? {}, part?.body ?? null, part?.variables ?? null])
        if (used.includes('{partition}') && !parted) found.push({ at: [...at, ...where], says: 'uses {partition}, but the resource has no `partition`' })
        if (/\{parent[.}]/.test(used) && !under) found.push({ at: [...at, ...where], says: 'uses {parent}, but the resource has no `parent`' })
      }
    }
    const uses = (call: Call | undefined, placeholder: RegExp): boolean => call !== undefined && placeholder.test(JSON.stringify([call.path ?? '', call.query ?? {}, call.body ?? null, call.variables ?? null]))
    if (parted) {
      const here = [...at, 'partition']
      if (one.list && !uses(one.list, /\{partition\}/)) found.push({ at: [...at, 'list'], says: 'never uses {partition}, so every partition would be the same list' })
      if (parted.merge === undefined) {
        if (parted.in === undefined) found.push({ at: here, says: 'needs `in`: the path at which a record says to which partition it belongs (or `merge`)' })
        if (parted.fields) found.push({ at: [...here, 'fields'], says: 'belongs to `merge`, which is not there' })
        if (parted.in_key !== true) for (const call of ['get', 'get_many', 'update', 'delete'] as const) if (uses(one[call], /\{partition\}/)) found.push({ at: [...at, call], says: 'uses {partition}, so the key must say which one is meant: set `in_key` at `partition`' })
      } else {
        if (!parted.fields) found.push({ at: here, says: 'needs `fields`: which of them differ from one partition to the other' })
        if (parted.in_key === true) found.push({ at: [...here, 'in_key'], says: 'and `merge` exclude each other: a merged record holds all partitions' })
        if (!one.get && !one.get_many) found.push({ at: here, says: '`merge` needs `get_many` or `get`: what the other partitions hold is read by key' })
      }
      if (parted.values && 'resource' in parted.values && !Object.hasOwn(resources, parted.values.resource)) found.push({ at: [...here, 'values', 'resource'], says: `is no resource of this manifest; it has ${Object.keys(resources).join(', ')}` })
    }
    if (under) {
      const here = [...at, 'parent']
      if (one.list && !uses(one.list, /\{parent[.}]/)) found.push({ at: [...at, 'list'], says: 'never uses {parent}, so every parent would have the same children' })
      if (one.list?.since) found.push({ at: [...at, 'list', 'since'], says: 'has no use below a `parent`: say `changes: true` at `parent` if a change of a child is a change of its parent' })
      if (!Object.hasOwn(resources, under.resource)) found.push({ at: [...here, 'resource'], says: `is no resource of this manifest; it has ${Object.keys(resources).join(', ')}` })
      if (under.in_key === false) for (const call of ['get', 'get_many', 'update', 'delete'] as const) if (uses(one[call], /\{parent[.}]/)) found.push({ at: [...at, call], says: 'uses {parent}, so the key must say which one is meant: leave out `in_key: false`' })
      for (const call of ['get', 'get_many', 'create', 'update', 'delete'] as const) if (uses(one[call], /\{parent\./)) found.push({ at: [...at, call], says: 'uses a value of the parent\'s record; only {parent}, its key, is known there' })
      let above: string | undefined = under.resource
      for (let hops = 0; above !== undefined && hops <= Object.keys(resources).length; hops += 1) {
        if (above === name) {
          found.push({ at: [...here, 'resource'], says: 'leads back to the resource itself' })
          break
        }
        above = resources[above]?.parent?.resource
      }
    }
  }
  return found
}
