import { posix } from 'node:path'
import type { FieldMapping, MappingFunction } from '../model.ts'
import type { MapNode, Node } from '../tree.ts'
import type { Name } from '../values.ts'
import type { TypedField } from './fields.ts'
import { at, entriesAt, given, overlay, textAt, textsAt } from './reading.ts'

/** What a mapping needs to know about the system it stands in. */
export interface MappingContext {
  /** `systems.<name>.types`: how this system writes a type. */
  readonly types: ReadonlyMap<string, Node>
  /** Folder of the file in which the system stands, relative to the root's. */
  readonly folder: string
}

/** The mapping of all fields: those that are named, or every field under its own name (`same`, or nothing written). */
export function fieldMappings(written: Node | undefined, fields: ReadonlyMap<Name, TypedField>, context: MappingContext): ReadonlyMap<Name, FieldMapping> {
  const result = new Map<Name, FieldMapping>()
  const add = (name: Name, node: Node | undefined, typed: TypedField | undefined): void => {
    const mapping = fieldMapping(name, node, typed, context)
    if (mapping) result.set(name, mapping)
  }
  if (written?.is !== 'map') {
    for (const [name, typed] of fields) add(name, undefined, typed)
    return result
  }
  const id = at(written, 'id')
  if (id) add('id', id, undefined)
  // The order of the entity counts: fields that share a path are joined again in it.
  for (const [name, typed] of fields) {
    const own = at(written, name)
    if (own) add(name, own, typed)
  }
  return result
}

/** undefined: the system does not have the field (`none`). */
function fieldMapping(name: Name, own: Node | undefined, typed: TypedField | undefined, context: MappingContext): FieldMapping | undefined {
  const ownPath = textsAt(own, 'path')
  if (ownPath.length === 1 && ownPath[0] === 'none') return undefined
  let node = own
  // By far the most: a path and nothing else.
  const bare = own?.is === 'map' && own.entries.length === 1 && ownPath.length > 0 && !typed?.members
  if (bare && (context.types.size === 0 || !typed?.typeNames.some((type) => context.types.has(type)))) return { path: ownPath, access: 'both' }
  for (const type of typed?.typeNames ?? []) node = overlay(context.types.get(type), node)

  // Members that are named without a path for the group stand at the top of the record.
  const each = at(node, 'each')
  const atTop = typed?.field.type.is === 'group' && (each !== undefined || at(own, 'fields') !== undefined)
  const elsewhere = atTop || ['value', 'read', 'write', 'function'].some((key) => at(own, key))
  return {
    ...simpleKeys(node, context.folder),
    ...given({
      path: ownPath.length > 0 ? ownPath : elsewhere ? undefined : [name],
      // Where no member is named, all have their own names.
      fields: typed?.members && fieldMappings(each && typed.field.type.is === 'group' ? forEach(each, typed.members, at(node, 'fields')) : at(node, 'fields'), typed.members, context),
    }),
    access: (textAt(node, 'access') ?? 'both') as FieldMapping['access'],
  }
}

/** What is said of all members, for each of them; what is said of one wins. */
function forEach(each: Node, members: ReadonlyMap<Name, TypedField>, own: Node | undefined): MapNode {
  const entries = [...members].map(([name, { field }]) => {
    const currency = field.type.is === 'money' ? field.type.currency : undefined
    return { key: name, keyPlace: each.place, value: at(own, name) ?? worded(each, new Map([['{member}', name], ...(currency === undefined ? [] : [['{currency}', currency] as const])])) }
  })
  return { is: 'map', place: each.place, entries }
}

function worded(node: Node, words: ReadonlyMap<string, string>): Node {
  if (node.is === 'text') return { ...node, text: node.text.replace(WORD, (word) => words.get(word) ?? word) }
  if (node.is === 'list') return { ...node, items: node.items.map((item) => worded(item, words)) }
  if (node.is === 'map') return { ...node, entries: node.entries.map((e) => ({ ...e, value: worded(e.value, words) })) }
  return node
}
const WORD = /\{(?:member|currency)\}/g

const NOT_SIMPLE: ReadonlySet<string> = new Set(['path', 'fields', 'each', 'access'])

function simpleKeys(node: Node | undefined, folder: string): Omit<FieldMapping, 'access' | 'path' | 'fields'> {
  // Most mappings are a path alone.
  if (node?.is !== 'map' || node.entries.every((e) => NOT_SIMPLE.has(e.key))) return {}
  const transform = textsAt(node, 'transform')
  const ignore = textsAt(node, 'ignore')
  const codes = at(node, 'codes')
  return given({
    unit: textAt(node, 'unit'),
    currency: textAt(node, 'currency'),
    join: textAt(node, 'join'),
    value: textAt(node, 'value'),
    default: textAt(node, 'default'),
    codes: codes && new Map(entriesAt(codes).map((e) => {
      const system = e.value.is === 'list' ? e.value.items.flatMap((item) => (item.is === 'text' ? [item.text] : [])) : []
      return [e.key, system.length === 1 && system[0] === 'none' ? [] : system] as const
    })),
    unknown: unknownCode(textAt(node, 'unknown')),
    ignore: ignore.length > 0 ? ignore : undefined,
    format: textAt(node, 'format'),
    timeZone: textAt(node, 'time_zone'),
    decimal: textAt(node, 'decimal'),
    split: textAt(node, 'split'),
    take: part(textAt(node, 'take')),
    transform: transform.length > 0 ? transform : undefined,
    identifier: textAt(node, 'identifier'),
    read: computed(at(node, 'read')),
    write: computed(at(node, 'write')),
    function: fromSystem(at(node, 'function'), folder),
  })
}

/** Paths are relative to the file in which they stand; the normal form says them from the system's folder. */
function fromSystem(node: Node | undefined, folder: string): string | undefined {
  if (node?.is !== 'text') return undefined
  const here = posix.dirname(node.place.file)
  if (here === folder) return node.text
  const path = posix.relative(folder, posix.join(here, node.text))
  return path.startsWith('.') ? path : `./${path}`
}

const unknownCode = (text: string | undefined): FieldMapping['unknown'] =>
  text === undefined ? undefined : text === 'set_aside' || text === 'ignore' ? text : { code: text }

const part = (text: string | undefined): FieldMapping['take'] =>
  text === undefined ? undefined : text === 'first' || text === 'rest' || text === 'last' ? text : Number(text)

const computed = (node: Node | undefined): string | MappingFunction | undefined =>
  node?.is === 'function' ? (node.call as MappingFunction) : node?.is === 'text' ? node.text : undefined
