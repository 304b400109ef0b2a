/** One resource of the manifest, made ready: what it can do (traits), and what its calls share. */
import { type MediaForTarget, type Native, type NativeRecord, PlimsollError, type Resource, type ResourceSpec, type Traits } from '../../contract.ts'
import type { Send } from './auth/auth.ts'
import type { FieldContext } from './read/fields.ts'
import type { ErrorsManifest, Manifest, ResourceManifest } from './manifest/manifest.ts'
import { inParallel } from './call/parallel.ts'
import { withParts } from './scopes/parts.ts'
import { namedResource } from './manifest/named.ts'
import { findInList } from './read/find-in-list.ts'
import { findParameter, findRecords, readKeys, readList } from './read/read.ts'
import { type RecordReader, recordReader } from './read/record.ts'
import { type Scope, scopeFill, scopePlaces } from './scopes/scope.ts'
import { scopedResource } from './scopes/scoped-resource.ts'
import { at, placed } from '../../path.ts'
import { encodeSegment, type Fill, fillBody, fillText, fitsPath } from './manifest/template.ts'
import { durationMs } from './call/times.ts'
import { writeTyped } from './call/typed.ts'
import type { Uploading } from './write/uploads.ts'
import { writeItems } from './write/write-items.ts'

export interface SessionContext {
  readonly manifest: Manifest
  readonly send: Send
  readonly mask: (text: string) => string
  readonly now: () => number
  readonly zone: string
  readonly pageSize: number
  /** Those of the plan, else of the manifest. */
  readonly parameters: ReadonlyMap<string, Native>
  readonly lookup: FieldContext['lookup']
  readonly record: FieldContext['record']
  readonly media?: MediaForTarget | undefined
  readonly uploading: Uploading
}

export interface ResourceContext {
  /** As the plan calls it. */
  readonly name: string
  readonly reader: RecordReader
  readonly errors: ErrorsManifest | undefined
  readonly zone: string
  readonly pageSize: number
  readonly send: Send
  readonly mask: (text: string) => string
  readonly now: () => number
  readonly media: MediaForTarget | undefined
  readonly uploading: Uploading
  fill(own: Fill): Fill
  readonly fields: FieldContext
  /** A value in one of the interface's own forms (`typed`). */
  typed(kind: string, value: Native): Native
  path(template: string, own: Fill): string
  query(table: Readonly<Record<string, string>> | undefined, own: Fill): [string, string][]
  /** Undefined: this key can't be part of an address here. */
  keyFill(key: string): Fill | undefined
  unable(what: string): PlimsollError
  parallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void>
}

export function openResource(session: SessionContext, spec: ResourceSpec, pushes: boolean): Resource {
  const { manifest } = session
  const found = namedResource(manifest, spec.resource)?.manifest
  if (!found) {
    throw new PlimsollError('http.not_there', `The manifest has no resource ${spec.resource}; it has ${Object.keys(manifest.resources).join(', ') || 'none'}.`)
  }
  const scoped = (scope: Scope): Resource => coreResource(session, spec, found, scope, pushes)
  const resource = scopedResource(session, spec, found, scoped, (name) => openResource(session, { resource: name, key: [], parts: new Map(), identifiers: [] }, false))
  return spec.parts.size === 0 ? resource : withParts(session, spec, found, resource, { open: openResource, inScope: coreResource, context: resourceContext })
}

/** What one scope of the resource can do; all of it where there are no scopes. */
function coreResource(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest, scope: Scope, pushes: boolean): Resource {
  const context = resourceContext(session, spec, manifest, scope)
  const traits = traitsOf(session, spec, manifest, pushes)
  return {
    traits,
    read: (options) => readList(context, manifest, options),
    ...(traits.readByKey ? { readKeys: (keys: readonly string[], signal: AbortSignal) => readKeys(context, manifest, keys, signal) } : {}),
    ...(traits.find && !manifest.find ? { find: (paths: readonly string[], values: readonly (readonly Native[])[], signal: AbortSignal) => findInList(context, manifest, paths, values, signal) } : {}),
    ...(manifest.find ? { find: (paths: readonly string[], values: readonly (readonly Native[])[], signal: AbortSignal) => findRecords(context, manifest, paths, values, signal) } : {}),
    ...(traits.create || traits.update || traits.delete ? { write: (items, options) => writeItems(context, manifest, items, options) } : {}),
  }
}

function resourceContext(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest, scope: Scope = {}): ResourceContext {
  const reader = recordReader(manifest, spec, session.zone, scope)
  const fill = (own: Fill): Fill => (name) => {
    if (name === 'resource') return namedResource(session.manifest, spec.resource)?.called ?? spec.resource
    if (name.startsWith('parameter.')) {
      const parameter = name.slice('parameter.'.length)
      if (!session.parameters.has(parameter)) throw new PlimsollError('http.setting', `The manifest uses {${name}}, which the setting parameters does not have.`, { details: { setting: 'parameters' } })
      return session.parameters.get(parameter)
    }
    return scopeFill(scope, name) ?? own(name)
  }
  const segment = (value: string): string => {
    if (!fitsPath(value)) throw new PlimsollError('http.setting', `\`${value.slice(0, 60)}\` can't be part of a path.`, { details: { setting: 'resource or parameters' } })
    return encodeSegment(value)
  }
  const keyed = JSON.stringify([manifest.get?.path, manifest.update?.path, manifest.delete?.path, manifest.create?.path])
  return {
    name: spec.resource,
    reader,
    errors: session.manifest.errors,
    zone: session.zone,
    pageSize: session.pageSize,
    send: session.send,
    mask: session.mask,
    now: session.now,
    media: session.media,
    uploading: session.uploading,
    fill,
    fields: {
      beneath: (defaults, record) => Object.entries(defaults ?? {}).reduce((whole, [path, value]) => (at(whole, path) === undefined ? (placed(whole, path, fillBody(value as Native, fill(() => undefined))) as NativeRecord) : whole), record),
      typed: session.manifest.typed,
      lookup: session.lookup,
      record: session.record,
    },
    typed: (kind, value) => (session.manifest.typed === undefined ? value : writeTyped(session.manifest.typed, kind, value)),
    path: (template, own) => fillText(template, fill(own), segment),
    query: (table, own) => Object.entries(table ?? {}).flatMap(([name, value]): [string, string][] => {
      const called = fillText(name, fill(own))
      const only = /^\{([A-Za-z_][\w.-]*)\}$/.exec(value)
      const filled = only ? fill(own)(only[1]!) : fillText(value, fill(own))
      // A list becomes a repeated parameter; a placeholder without a value leaves its parameter out.
      if (Array.isArray(filled)) return filled.map((item) => [called, String(item)])
      return filled === undefined || filled === null ? [] : [[called, String(filled)]]
    }),
    keyFill(key) {
      const own: Fill = (name) => reader.fillKey(key, name)
      const used = ['key', ...scopePlaces(manifest).flatMap((place) => (place.inKey ? [place.name] : [])), ...reader.keyPaths.flatMap((path, index) => [`key.${index}`, `key.${path}`])].filter((name) => keyed.includes(`{${name}}`))
      return own('key') !== undefined && used.every((name) => fitsPath(String(own(name) ?? ''))) ? own : undefined
    },
    unable: (what) => new PlimsollError('http.unable', `The manifest does not say how to ${what} ${spec.resource}.`),
    parallel: (items, work) => inParallel(session.manifest.parallel ?? 4, items, work),
  }
}

function traitsOf(session: SessionContext, spec: ResourceSpec, manifest: ResourceManifest, pushes: boolean): Traits {
  const { create, update, list } = manifest
  const lag = (text: string | undefined): number => (text === undefined ? 0 : durationMs(text)!)
  const writes = [create, update].filter((one) => one !== undefined)
  const batch = Math.max(1, ...writes.map((one) => one.batch?.at_most ?? one.aliases ?? 1))
  return {
    read: list !== undefined,
    incremental: list?.since !== undefined,
    complete: endsSurely(manifest),
    version: manifest.version === undefined ? 'none' : 'path' in manifest.version && manifest.version.order === true ? 'ordered' : 'opaque',
    readByKey: manifest.get !== undefined || manifest.get_many !== undefined,
    find: (manifest.find !== undefined || manifest.find_in_list !== undefined) && spec.identifiers.every((paths) => paths.every((path) => findable(manifest, path))),
    create: create !== undefined,
    update: update !== undefined || manifest.actions?.some((action) => action.calls !== undefined) === true,
    delete: manifest.delete !== undefined,
    updateStyle: update?.style ?? 'patch',
    conditional: update?.condition !== undefined && (manifest.delete === undefined || manifest.delete.condition !== undefined),
    idempotency: create?.idempotency !== undefined,
    answers: writes.length > 0 && manifest.actions === undefined && writes.every((one) => (one.answers ?? 'whole') === 'whole'),
    omitsEmpty: manifest.omits_empty === true,
    listLagMs: lag(list?.lag),
    keyLagMs: lag(manifest.get?.lag),
    lateMs: durationMs(session.manifest.late ?? '60s')!,
    batch: batch > 1 ? batch : 50,
    pushes,
  }
}

const findable = (manifest: ResourceManifest, path: string): boolean => (manifest.find ? findParameter(manifest, path) !== undefined : manifest.find_in_list?.includes(path) === true)

/**
 * Lists by page number can lose a record that slides up while they are read. A total shows it, and a read by key finds it before
 * it passes for deleted; with neither nobody would notice.
 */
function endsSurely({ list, get, get_many: getMany }: ResourceManifest): boolean {
  if (!list) return false
  const { paging } = list
  const slides = paging?.kind === 'page' || paging?.kind === 'offset' && paging.overlap === false
  return !slides || paging.total !== undefined || get !== undefined || getMany !== undefined
}
