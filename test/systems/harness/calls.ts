/**
 * What a changed record costs: requests of a whole run, logging in and reading among them, counted by the proxy; and what it may cost at
 * most by what the manifest says: the run in which nothing changes, one call for as many writes as the system takes together, and what
 * the guard needs around them.
 */
import type { Manifest } from '../../../src/systems/protocols/http/manifest/manifest.ts'
import { namedResource } from '../../../src/systems/protocols/http/manifest/named.ts'

/** Requests for each changed record; `most`: what they may be. `quiet`: requests of a run in which nothing changed. */
export interface CallsSeen {
  readonly create?: number
  readonly update?: number
  readonly delete?: number
  readonly quiet: number
  readonly most: { readonly create?: number; readonly update?: number; readonly delete?: number }
}

/** How many records go in one request. */
export function togetherIn(manifest: Manifest, resource: string, what: 'create' | 'update' | 'delete'): number {
  const call = namedResource(manifest, resource)!.manifest[what]
  return call?.batch?.at_most ?? call?.aliases ?? 1
}

/** The most requests that `n` records of a resource may take, in a run that otherwise takes `quiet`. */
export function mostCalls(manifest: Manifest, resource: string, quiet: number, n: { readonly create?: number; readonly update?: number; readonly delete?: number }): CallsSeen['most'] {
  const { find, get, get_many: many, create, update, delete: remove, version } = namedResource(manifest, resource)!.manifest
  const calls = (records: number, together: number | undefined): number => Math.ceil(records / (together ?? 1))
  const readAgain = (records: number): number => calls(records, many?.at_most ?? get?.aliases)
  /** What a list of keys does not bring is asked for by itself before it counts as gone. */
  const gone = (records: number): number => readAgain(records) + (many === undefined || get === undefined ? 0 : calls(records, get.aliases))
  const shown = (of: { readonly answers?: string | undefined } | undefined, records: number): number => ((of?.answers ?? 'whole') === 'whole' ? 0 : readAgain(records))
  const guard = (of: { readonly condition?: unknown } | undefined, records: number): number => (of?.condition !== undefined && version !== undefined ? 0 : readAgain(records))
  const each = (records: number | undefined, sum: (records: number) => number): number | undefined => (records === undefined ? undefined : (quiet + sum(records)) / records)
  const most = {
    create: each(n.create, (records) => (find === undefined ? 0 : calls(records, find.at_most ?? find.aliases)) + calls(records, togetherIn(manifest, resource, 'create')) + shown(create, records)),
    update: each(n.update, (records) => guard(update, records) + calls(records, togetherIn(manifest, resource, 'update')) + shown(update, records)),
    delete: each(n.delete, (records) => guard(remove, records) + calls(records, togetherIn(manifest, resource, 'delete')) + gone(records)),
  }
  return Object.fromEntries(Object.entries(most).filter(([, value]) => value !== undefined))
}
