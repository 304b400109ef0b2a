/** Resources and fields from an OpenAPI 3 document: lists are GETs that answer with an array of objects. */
import { type DiscoveredField, type DiscoveredResource, PlimsollError } from '../../../contract.ts'

export type Json = Readonly<Record<string, unknown>>
export const isJson = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value)
export const own = (value: unknown, name: string): unknown => (isJson(value) && Object.hasOwn(value, name) ? value[name] : undefined)

const MOST_DEPTH = 5
/** Names under which lists usually stand in an answer that wraps them. */
const CHANGED = /^(?:updated|modified|changed|last_?modified|last_?updated)(?:_?(?:at|on|date|time))?$/i

export function resourcesOf(document: unknown): DiscoveredResource[] {
  const version = own(document, 'openapi')
  if (typeof version !== 'string' || !version.startsWith('3.')) {
    throw new PlimsollError('http.setting', 'The document in `spec` is no OpenAPI 3 document.', { details: { setting: 'spec' } })
  }
  const paths = own(document, 'paths')
  const found = new Map<string, DiscoveredResource>()
  for (const path of isJson(paths) ? Object.keys(paths) : []) {
    const parts = path.split('/').filter((part) => part !== '')
    const name = parts.at(-1)
    // A list below one record (`/orders/{id}/lines`) is no resource of its own.
    if (name === undefined || parts.some((part) => part.includes('{'))) continue
    const record = recordSchema(document, own(own(paths, path), 'get'))
    if (!record) continue
    const fields: DiscoveredField[] = []
    collect(document, record, '', 0, fields, new Set())
    if (fields.length === 0) continue
    const changedAt = fields.find((field) => CHANGED.test(field.path))?.path
    const called = found.has(name) ? parts.join('/') : name
    found.set(called, { name: called, key: keyPathsOf(paths as Json, path, fields), ...(changedAt === undefined ? {} : { changedAt }), fields })
  }
  return [...found.values()]
}

const keyPathsOf = (paths: Json, path: string, fields: readonly DiscoveredField[]): string[] => {
  const key = keyFieldOf(paths, path, fields.map((field) => field.path))
  return key === undefined ? [] : [key]
}

/** The parameter of `/customers/{customer_id}`, where the records have a field of that name. */
export function keyFieldOf(paths: Json, path: string, fields: readonly string[]): string | undefined {
  for (const other of Object.keys(paths)) {
    if (!other.startsWith(`${path.replace(/\/$/, '')}/`)) continue
    const parameter = /^\/?\{([^{}/]+)\}\/?$/.exec(other.slice(path.replace(/\/$/, '').length))?.[1]
    if (parameter === undefined) continue
    const field = fields.find((one) => one === parameter) ?? fields.find((one) => one.toLowerCase() === parameter.toLowerCase().replace(/^.*?(id|uuid|sku|code|key)$/, '$1'))
    if (field !== undefined) return field
  }
  return fields.includes('id') ? 'id' : undefined
}

export function recordSchema(document: unknown, operation: unknown): Json | undefined {
  const responses = own(operation, 'responses')
  for (const status of ['200', '2XX', 'default']) {
    const content = own(resolve(document, own(responses, status)), 'content')
    const type = isJson(content) ? Object.keys(content).find((name) => /\bjson\b/.test(name)) : undefined
    const schema = resolve(document, own(type === undefined ? undefined : own(content, type), 'schema'))
    const direct = itemsOf(document, schema)
    if (direct) return direct
    const properties = propertiesOf(document, schema)
    for (const name of Object.keys(properties)) {
      const inner = itemsOf(document, resolve(document, properties[name]))
      if (inner) return inner
    }
  }
  return undefined
}

/** The schema of the objects in an array of objects. */
export function itemsOf(document: unknown, schema: Json | undefined): Json | undefined {
  if (!schema || !typesOf(schema).includes('array')) return undefined
  const items = resolve(document, schema['items'])
  return items && Object.keys(propertiesOf(document, items)).length > 0 ? items : undefined
}

function collect(document: unknown, schema: Json, above: string, depth: number, fields: DiscoveredField[], open: ReadonlySet<Json>): void {
  const needed = own(schema, 'required')
  const properties = propertiesOf(document, schema)
  for (const name of Object.keys(properties)) {
    const property = resolve(document, properties[name])
    if (!property) continue
    const path = above + (/^[^."()\s][^."()]*$/.test(name) ? name : JSON.stringify(name))
    if (Object.keys(propertiesOf(document, property)).length > 0 && depth < MOST_DEPTH && !open.has(property)) {
      collect(document, property, `${path}.`, depth + 1, fields, new Set([...open, property]))
      continue
    }
    const length = own(property, 'maxLength')
    fields.push({
      path,
      type: typeIn(property),
      nullable: property['nullable'] === true || typesOf(property).includes('null') || !(Array.isArray(needed) && needed.includes(name)),
      ...(typeof length === 'number' && Number.isSafeInteger(length) ? { length } : {}),
    })
  }
}

/** Own and inherited (`allOf`) properties. */
export function propertiesOf(document: unknown, schema: Json | undefined, depth = 0): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  if (!schema || depth > 10) return result
  const parts = own(schema, 'allOf')
  for (const part of Array.isArray(parts) ? parts : []) Object.assign(result, propertiesOf(document, resolve(document, part), depth + 1))
  const properties = own(schema, 'properties')
  if (isJson(properties)) Object.assign(result, properties)
  return result
}

const typesOf = (schema: Json): readonly unknown[] => (Array.isArray(schema['type']) ? schema['type'] : [schema['type']])

const BY_FORMAT: Readonly<Record<string, string>> = { date: 'date', 'date-time': 'datetime', email: 'email', 'idn-email': 'email', uri: 'url', url: 'url', int32: 'integer', int64: 'integer', decimal: 'decimal' }

function typeIn(schema: Json): string {
  const types = typesOf(schema)
  const format = schema['format']
  if (types.includes('integer')) return 'integer'
  if (types.includes('number')) return 'decimal'
  if (types.includes('boolean')) return 'boolean'
  if (types.includes('string')) return typeof format === 'string' && Object.hasOwn(BY_FORMAT, format) ? BY_FORMAT[format]! : 'text'
  return 'json'
}

/** Only references inside the document: nothing is fetched because a document says so. */
export function resolve(document: unknown, value: unknown): Json | undefined {
  let here = value
  for (let hops = 0; hops < 20; hops += 1) {
    const reference = own(here, '$ref')
    if (typeof reference !== 'string') return isJson(here) ? here : undefined
    if (!reference.startsWith('#/')) return undefined
    here = reference.slice(2).split('/').reduce<unknown>((inside, step) => own(inside, decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')), document)
  }
  return undefined
}
