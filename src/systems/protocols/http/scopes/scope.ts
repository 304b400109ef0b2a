/**
 * A scope is the piece of a resource that one call can see: one partition, the children of one parent. Its values fill
 * {partition} and {parent}, stand in its records, and may be part of their keys.
 */
import { keyOf, type Native, type NativeRecord, PlimsollError, type SourceRecord, splitKey } from '../../../contract.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { at, merged, textOf, wrap } from '../../../path.ts'

export interface Scope {
  readonly partition?: string
  readonly parent?: { readonly key: string; readonly record?: SourceRecord }
}

/** Undefined: the name is none of the scope's. */
export function scopeFill(scope: Scope, name: string): Native | undefined {
  if (name === 'partition') return scope.partition
  if (name === 'parent') return scope.parent?.key
  return name.startsWith('parent.') ? at(scope.parent?.record?.values, name.slice('parent.'.length)) : undefined
}

interface Place {
  readonly name: 'parent' | 'partition'
  readonly path: string
  readonly inKey: boolean
}

/** Where scopes stand in records, outermost first. */
export const scopePlaces = ({ parent, partition }: Pick<ResourceManifest, 'parent' | 'partition'>): readonly Place[] => [
  ...(parent ? [{ name: 'parent' as const, path: parent.in, inKey: parent.in_key !== false }] : []),
  ...(partition?.in === undefined ? [] : [{ name: 'partition' as const, path: partition.in, inKey: partition.in_key === true }]),
]

/** Key paths with those of the scopes before them. */
export const scopedKey = (places: readonly Place[], own: readonly string[]): readonly string[] => {
  const scopes = places.filter((place) => place.inKey).map((place) => place.path)
  return [...scopes, ...own.filter((path) => !scopes.includes(path))]
}

/** The record with the scope that it was asked for in. One that says it is of another is a fault: the interface ignores what was asked. */
export function inScope(places: readonly Place[], scope: Scope, record: NativeRecord): NativeRecord {
  let whole = record
  for (const place of places) {
    const value = place.name === 'parent' ? scope.parent?.key : scope.partition
    if (value === undefined) continue
    const held = textOf(at(record, place.path))
    if (held === value) continue
    if (held !== undefined && held !== '') throw new PlimsollError('http.answer', `A record of ${place.name} ${JSON.stringify(value.slice(0, 60))} says that it belongs to ${JSON.stringify(held.slice(0, 60))}: the system ignores what it was asked for, or \`in\` names another value.`)
    whole = merged(whole, wrap(place.path, value) as NativeRecord)
  }
  return whole
}

/** What stands in the key before the system's own. */
export function scopeOfKey(places: readonly Place[], keyPaths: readonly string[], key: string): Scope {
  const parts = splitKey(key, keyPaths.length)
  const part = (name: Place['name']): string | undefined => {
    const index = places.filter((place) => place.inKey).findIndex((place) => place.name === name)
    return index < 0 ? undefined : parts[index]
  }
  const [parent, partition] = [part('parent'), part('partition')]
  return { ...(parent === undefined ? {} : { parent: { key: parent } }), ...(partition === undefined ? {} : { partition }) }
}

/** The scope that the values of a new record name. */
export function scopeOfValues(places: readonly Place[], values: NativeRecord): Scope {
  const held = (name: Place['name']): string | undefined => {
    const place = places.find((one) => one.name === name)
    const text = place && textOf(at(values, place.path))
    return text === '' ? undefined : text
  }
  const [parent, partition] = [held('parent'), held('partition')]
  return { ...(parent === undefined ? {} : { parent: { key: parent } }), ...(partition === undefined ? {} : { partition }) }
}

/** The system's own key, which is what stands in its addresses. */
export const keyWithoutScopes = (places: readonly Place[], keyPaths: readonly string[], key: string): string =>
  keyOf(splitKey(key, keyPaths.length).slice(places.filter((place) => place.inKey).length))

/** The inverse of `keyWithoutScopes` within a scope. */
export function wholeKey(places: readonly Place[], keyPaths: readonly string[], scope: Scope, own: string): string {
  const before = places.filter((place) => place.inKey).map((place) => (place.name === 'parent' ? scope.parent?.key : scope.partition) ?? '')
  return before.length === 0 ? own : keyOf([...before, ...splitKey(own, keyPaths.length - before.length)])
}

export const scopeName = (scope: Scope): string => keyOf([scope.parent?.key ?? '', scope.partition ?? ''])
