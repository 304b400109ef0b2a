/** From what the interface sends to a record: key, version, time of change, marked as deleted. */
import { jsonFault, writeJson } from '../../../../base/json.ts'
import { type BrokenRecord, keyOf, type Native, type NativeRecord, numeral, Numeral, type ResourceSpec, type SourceRecord, splitKey } from '../../../contract.ts'
import type { ResourceManifest, TimeFormat } from '../manifest/manifest.ts'
import { readFields } from './fields.ts'
import { allAt, at, isMap, put, textOf } from '../../../path.ts'
import { inScope, keyWithoutScopes, type Scope, scopedKey, scopeOfKey, scopePlaces, wholeKey } from '../scopes/scope.ts'
import { readTime } from '../call/times.ts'

export interface RecordReader {
  readonly keyPaths: readonly string[]
  readonly changedFormat: TimeFormat
  key(record: Native | undefined): string | undefined
  /** What stands at the path, or the paths, of the time of change. */
  changed(raw: Native): readonly Native[]
  /** One part of a version that is put together from several places. */
  versionPart(version: string, index: number): string | undefined
  read(raw: Native, place: string, headers?: Readonly<Record<string, string>>): { readonly record: SourceRecord } | { readonly broken: BrokenRecord }
  /** Value of a placeholder `{key}`, `{key.1}`, `{key.<path>}`, or of the scope that stands in the key. */
  fillKey(key: string, name: string): Native | undefined
  /** From the system's own key, where a scope stands before it. */
  whole(own: string): string
  /** Paths that are not the system's: they say to which scope a record belongs. */
  readonly scopePaths: readonly string[]
}

const listOf = (paths: string | readonly string[] | undefined): readonly string[] => (paths === undefined ? [] : typeof paths === 'string' ? [paths] : paths)
const isNumber = (value: Native | undefined): boolean => typeof value === 'number' || value instanceof Numeral

/** The interface's own word for nothing (`false` in place of a text) is null, but where it is a value. */
function saidNothing(nothing: ResourceManifest['nothing'], raw: NativeRecord): NativeRecord {
  if (nothing === undefined || !Object.values(raw).includes(nothing.is)) return raw
  const result: Record<string, Native> = {}
  for (const name of Object.keys(raw)) put(result, name, raw[name] === nothing.is && nothing.but?.includes(name) !== true ? null : raw[name]!)
  return result
}

export function recordReader(manifest: ResourceManifest, spec: ResourceSpec, zone: string, scope: Scope = {}): RecordReader {
  const places = scopePlaces(manifest)
  const named = manifest.key === undefined ? ['id'] : typeof manifest.key === 'string' ? [manifest.key] : manifest.key
  const keyPaths = scopedKey(places, spec.key.length > 0 ? spec.key : named)
  const changedPaths = listOf(spec.changedAt ?? manifest.changed)
  const changedFormat = manifest.changed_format ?? 'iso'
  const { version } = manifest
  const versionPaths = version && 'path' in version ? listOf(version.path) : []
  const versionIn = (record: NativeRecord): string | undefined => {
    const parts = versionPaths.map((path) => allAt(record, path).map((value) => textOf(value) ?? '').join(','))
    return parts.every((part) => part === '') ? undefined : keyOf(parts)
  }
  /** Fields stand where the plan meets them; asked for several times a record. */
  const shapes = new WeakMap<NativeRecord, NativeRecord>()
  const shaped = (raw: NativeRecord): NativeRecord => {
    if (manifest.fields === undefined && manifest.nothing === undefined) return raw
    const known = shapes.get(raw) ?? readFields(manifest.fields, saidNothing(manifest.nothing, raw))
    shapes.set(raw, known)
    return known
  }

  const scoped = places.length === 0 ? (record: NativeRecord) => record : (record: NativeRecord) => inScope(places, scope, record)
  const key = (raw: Native | undefined): string | undefined => {
    const record = isMap(raw) ? scoped(raw) : raw
    const parts = keyPaths.map((path) => textOf(at(record, path)))
    return parts.every((part) => part !== undefined && part !== '') ? keyOf(parts as string[]) : undefined
  }
  const isDeleted = (record: NativeRecord): boolean => {
    if (manifest.deleted === undefined) return false
    if (typeof manifest.deleted !== 'string') {
      const held = at(record, manifest.deleted.path)
      return manifest.deleted.is.some((value) => held !== null && held !== undefined && textOf(held) === String(value))
    }
    // A flag, or the time of the deletion: anything but nothing, false and zero.
    const held = at(record, manifest.deleted)
    return held !== undefined && held !== null && held !== false && held !== '' && held !== 0
  }
  // A text that is no number is no key here, so nothing is asked for it.
  const asSent = (part: string): Native | undefined => (manifest.key_type !== 'number' ? part : /^-?\d{1,30}$/.test(part) ? numeral(part) : undefined)
  return {
    keyPaths,
    changedFormat,
    key,
    changed: (raw) => changedPaths.flatMap((path) => allAt(isMap(raw) ? shaped(raw) : raw, path)),
    versionPart: (whole, index) => (versionPaths.length < 2 ? (index === 0 ? whole : undefined) : splitKey(whole, versionPaths.length)[index]),
    scopePaths: places.map((one) => one.path),
    whole: (own) => wholeKey(places, keyPaths, scope, own),
    read(given, place, headers) {
      const raw = isMap(given) ? shaped(scoped(given)) : given
      const shown = () => writeJson(raw).slice(0, 2_000)
      if (!isMap(raw)) return { broken: { place, says: 'This is no record but a single value.', raw: shown() } }
      const ownKey = key(raw)
      if (ownKey === undefined) return { broken: { place, says: `The record has no value at its key (${keyPaths.join(', ')}).`, raw: shown() } }
      const fault = jsonFault(raw)
      if (fault !== undefined) return { broken: { place, key: ownKey, says: `The record can't be read: ${fault}.`, raw: shown() } }
      const held = version && ('path' in version ? versionIn(raw) : headers?.[version.header.toLowerCase()])
      const times = changedFormat === 'number' ? [] : changedPaths.flatMap((path) => allAt(raw, path)).flatMap((value) => readTime(value, changedFormat, zone) ?? [])
      const editedAt = times.length === 0 ? undefined : Math.max(...times)
      return {
        record: {
          key: ownKey,
          ...(keyPaths.length === 1 && isNumber(at(raw, keyPaths[0]!)) ? { numericKey: true as const } : {}),
          values: raw,
          ...(held === undefined || held === '' ? {} : { version: held }),
          ...(editedAt === undefined ? {} : { editedAt }),
          ...(isDeleted(raw) ? { deleted: true } : {}),
        },
      }
    },
    fillKey(whole, name) {
      if (name === 'key') return asSent(keyWithoutScopes(places, keyPaths, whole))
      if (name === 'parent' || name === 'partition') {
        const of = scopeOfKey(places, keyPaths, whole)
        return name === 'parent' ? (of.parent ?? scope.parent)?.key : (of.partition ?? scope.partition)
      }
      if (!name.startsWith('key.')) return undefined
      const parts = splitKey(whole, keyPaths.length)
      const wanted = name.slice(4)
      const index = /^\d{1,2}$/.test(wanted) ? Number(wanted) : keyPaths.indexOf(wanted)
      return parts[index] === undefined ? undefined : asSent(parts[index])
    },
  }
}
