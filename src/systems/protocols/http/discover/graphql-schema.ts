/** What a GraphQL interface says about itself (introspection): its lists, what their records hold, and which calls change them. */
import type { DiscoveredField, DiscoveredResource, Native } from '../../../contract.ts'
import { at, isMap, textOf } from '../../../path.ts'

/** Four levels of wrapping (`[Thing!]!`) are as deep as a type goes. */
const TYPE = 'kind name ofType { kind name ofType { kind name ofType { kind name } } }'
export const INTROSPECTION = `query { __schema { queryType { name } mutationType { name } types { kind name
  fields { name isDeprecated type { ${TYPE} } args { name defaultValue type { ${TYPE} } } }
  inputFields { name defaultValue type { ${TYPE} } } possibleTypes { name } } } }`

export interface TypeRef {
  readonly name: string
  readonly kind: string
  readonly list: boolean
  readonly needed: boolean
  /** As the language writes it: `[Thing!]!`. */
  readonly text: string
}
export interface Argument { readonly name: string; readonly type: TypeRef; readonly needed: boolean }
export interface FieldOfType { readonly name: string; readonly type: TypeRef; readonly args: readonly Argument[] }
export interface SchemaType { readonly kind: string; readonly fields: ReadonlyMap<string, FieldOfType>; readonly inputs: ReadonlyMap<string, Argument>; readonly possible: readonly string[] }
export interface Schema {
  readonly types: ReadonlyMap<string, SchemaType>
  readonly queries: ReadonlyMap<string, FieldOfType>
  readonly mutations: ReadonlyMap<string, FieldOfType>
}

/** Undefined: the answer holds no schema. */
export function schemaIn(body: Native): Schema | undefined {
  const schema = at(body, 'data.__schema')
  const types = new Map<string, SchemaType>()
  for (const one of listAt(schema, 'types')) {
    const name = textOf(at(one, 'name'))
    if (name === undefined || name.startsWith('__')) continue
    types.set(name, {
      kind: textOf(at(one, 'kind')) ?? '',
      fields: named(listAt(one, 'fields').filter((field) => at(field, 'isDeprecated') !== true).map((field) => ({ ...argument(field), args: listAt(field, 'args').map(argument) }))),
      inputs: named(listAt(one, 'inputFields').map(argument)),
      possible: listAt(one, 'possibleTypes').flatMap((possible) => textOf(at(possible, 'name')) ?? []),
    })
  }
  const root = (place: string): ReadonlyMap<string, FieldOfType> => types.get(textOf(at(schema, place)) ?? '')?.fields ?? new Map<string, FieldOfType>()
  const queries = root('queryType.name')
  return queries.size === 0 ? undefined : { types, queries, mutations: root('mutationType.name') }
}

const listAt = (value: Native | undefined, path: string): readonly Native[] => {
  const held = at(value, path)
  return Array.isArray(held) ? held : []
}
const named = <T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> => new Map(list.filter((one) => /^[_A-Za-z][_0-9A-Za-z]*$/.test(one.name)).map((one) => [one.name, one]))

function argument(value: Native): Argument {
  const type = typeRef(at(value, 'type'))
  return { name: textOf(at(value, 'name')) ?? '', type, needed: type.needed && (at(value, 'defaultValue') ?? null) === null }
}

function typeRef(value: Native | undefined, depth = 0): TypeRef {
  const kind = textOf(at(value, 'kind')) ?? ''
  if (depth < 8 && isMap(value) && (kind === 'NON_NULL' || kind === 'LIST')) {
    const inner = typeRef(at(value, 'ofType'), depth + 1)
    return kind === 'NON_NULL' ? { ...inner, needed: true, text: `${inner.text}!` } : { ...inner, list: true, needed: false, text: `[${inner.text}]` }
  }
  const name = textOf(at(value, 'name')) ?? ''
  return { name, kind, list: false, needed: false, text: name }
}

// ── what a record holds ──────────────────────────────────────────────────────────────────────────────────────────────

const BY_NAME: Readonly<Record<string, string>> = { Int: 'integer', BigInt: 'integer', Long: 'integer', Float: 'decimal', Decimal: 'decimal', BigDecimal: 'decimal', Boolean: 'boolean', Date: 'date', LocalDate: 'date', DateTime: 'datetime', ISO8601DateTime: 'datetime', Timestamp: 'datetime', timestamptz: 'datetime', numeric: 'decimal', Time: 'time', URL: 'url', EmailAddress: 'email', JSON: 'json', JSONObject: 'json' }
const MOST_DEPTH = 2

/** Fields that can be asked for without arguments, and those of single records inside by their keys. */
export function fieldsOfType(schema: Schema, name: string, above = '', depth = 0): DiscoveredField[] {
  const found: DiscoveredField[] = []
  for (const field of schema.types.get(name)?.fields.values() ?? []) {
    if (field.args.some((one) => one.needed)) continue
    const path = `${above}${field.name}`
    const kind = schema.types.get(field.type.name)?.kind ?? field.type.kind
    if (kind === 'SCALAR' || kind === 'ENUM') found.push({ path, type: field.type.list ? 'json' : (BY_NAME[field.type.name] ?? 'text'), nullable: !field.type.needed })
    else if (kind === 'OBJECT' && !field.type.list && depth < MOST_DEPTH) {
      // Of a record with a key of its own the key is enough: the rest is that record's.
      const inner = schema.types.get(field.type.name)
      const isPage = [...(inner?.fields.values() ?? [])].some((one) => one.type.list && (schema.types.get(one.type.name)?.fields.size ?? 0) > 0)
      if (isPage && !inner?.fields.has('id')) continue
      if (inner?.fields.has('id')) found.push(...fieldsOfType(schema, field.type.name, `${path}.`, MOST_DEPTH).filter((one) => one.path === `${path}.id`))
      else found.push(...fieldsOfType(schema, field.type.name, `${path}.`, depth + 1))
    }
  }
  return found
}

/** The text that asks for these fields: `id name country { code }`. */
export function selectionOf(paths: readonly string[]): string {
  const tree = new Map<string, string[]>()
  for (const path of paths) {
    const [first, ...rest] = path.split('.')
    tree.set(first!, [...(tree.get(first!) ?? []), ...(rest.length > 0 ? [rest.join('.')] : [])])
  }
  return [...tree].map(([name, inner]) => (inner.length > 0 ? `${name} { ${selectionOf(inner)} }` : name)).join(' ')
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ListOfSchema {
  /** Name of the query. */
  readonly name: string
  readonly field: FieldOfType
  readonly record: string
  /** Where the records stand below the query's field: `items`, or `edges` with `node`. */
  readonly records: string
  readonly node?: string
  readonly total?: string
  /** A query of its own that counts the list, and where the number stands below it: `_allPeopleMeta { count }`. */
  readonly counted?: { readonly field: FieldOfType; readonly below: string }
  readonly pageInfo: boolean
}

const TOTALS = ['totalItems', 'totalCount', 'total', 'count']

function countOf(schema: Schema, list: string): ListOfSchema['counted'] {
  const names = ['Meta', 'Count', 'Total', '_meta', '_count'].flatMap((word) => [`_${list}${word}`, `${list}${word}`])
  for (const name of names) {
    const field = schema.queries.get(name)
    if (!field || field.type.list || field.args.some((one) => one.needed)) continue
    if (field.type.name === 'Int') return { field, below: '' }
    const inner = schema.types.get(field.type.name)?.fields
    const below = TOTALS.find((one) => inner?.get(one)?.type.name === 'Int')
    if (below !== undefined) return { field, below }
  }
  return undefined
}

export function listsOf(schema: Schema): ListOfSchema[] {
  const found: ListOfSchema[] = []
  for (const field of schema.queries.values()) {
    if (field.args.some((one) => one.needed)) continue
    const isObject = (name: string): boolean => (schema.types.get(name)?.fields.size ?? 0) > 0
    if (field.type.list) {
      const counted = countOf(schema, field.name)
      if (isObject(field.type.name)) found.push({ name: field.name, field, record: field.type.name, records: '', ...(counted ? { counted } : {}), pageInfo: false })
      continue
    }
    const wrapper = schema.types.get(field.type.name)
    const list = [...(wrapper?.fields.values() ?? [])].find((one) => one.type.list && isObject(one.type.name) && one.args.every((arg) => !arg.needed))
    if (!wrapper || !list || wrapper.fields.has('id')) continue
    const node = schema.types.get(list.type.name)?.fields.get('node')
    const total = TOTALS.find((name) => wrapper.fields.has(name))
    const record = list.name === 'edges' && node ? node.type.name : list.type.name
    if (!isObject(record)) continue
    found.push({ name: field.name, field, record, records: list.name, ...(list.name === 'edges' && node ? { node: 'node' } : {}), ...(total === undefined ? {} : { total }), pageInfo: wrapper.fields.has('pageInfo') })
  }
  return found
}

export const CHANGED = /^(?:updated|modified|changed|last_?modified|last_?updated)(?:_?(?:at|on|date|time))?$/i
export const keyOfFields = (fields: readonly DiscoveredField[]): string | undefined => ['id', '_id', 'uuid', 'key', 'code', 'handle', 'sku'].find((name) => fields.some((field) => field.path === name)) ?? fields.find((field) => /(?:Id|_id|ID)$/.test(field.path) && !field.path.includes('.'))?.path

export function resourcesOfSchema(schema: Schema): DiscoveredResource[] {
  return listsOf(schema).flatMap((list) => {
    const fields = fieldsOfType(schema, list.record)
    const key = keyOfFields(fields)
    if (fields.length === 0) return []
    const changedAt = fields.find((field) => CHANGED.test(field.path))?.path
    return [{ name: list.name, key: key === undefined ? [] : [key], ...(changedAt === undefined ? {} : { changedAt }), fields }]
  })
}
