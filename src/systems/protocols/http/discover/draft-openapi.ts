/** A first manifest from an OpenAPI 3 document: what stands in it is taken for true, what does not is guessed by its name. */
import { CHANGED, CURSORS, IDENTIFIERS, NEXTS, OFFSETS, PAGES, SINCES, SIZES, TOTALS, VERSIONS } from './draft-words.ts'
import { isJson, itemsOf, type Json, keyFieldOf, own, propertiesOf, recordSchema, resolve } from './openapi.ts'

export interface DraftedApi {
  readonly auth?: Json
  readonly resources: Readonly<Record<string, Json>>
  readonly notes: readonly string[]
}

/** `base`: path of `url`; addresses of the document are written below it. */
export function draftFromOpenApi(document: unknown, base: string): DraftedApi {
  const paths = own(document, 'paths')
  const resources: Record<string, Json> = {}
  const notes: string[] = []
  const server = own((own(document, 'servers') as unknown[] | undefined)?.[0], 'url')
  const before = typeof server === 'string' ? serverPath(server) : ''
  const prefix = before !== '' && !base.replace(/\/$/, '').endsWith(before) ? before : ''
  for (const path of isJson(paths) ? Object.keys(paths) : []) {
    const parts = path.split('/').filter((part) => part !== '')
    const name = parts.at(-1)
    if (name === undefined || parts.some((part) => part.includes('{'))) continue
    const list = own(own(paths, path), 'get')
    const record = recordSchema(document, list)
    if (!record) continue
    const fields = Object.keys(propertiesOf(document, record))
    const item = Object.keys(paths as Json).find((other) => new RegExp(`^${escape(path.replace(/\/$/, ''))}/\\{[^{}/]+\\}/?$`).test(other))
    const key = keyFieldOf(paths as Json, path, fields)
    resources[Object.hasOwn(resources, name) ? parts.join('-') : name] = resource(document, own(paths, path), item === undefined ? undefined : own(paths, item), `${prefix}${path}`, key, fields)
  }
  const auth = authOf(document)
  return { ...(auth ? { auth } : {}), resources, notes }
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
const serverPath = (url: string): string => {
  try {
    return new URL(url, 'http://any').pathname.replace(/\/$/, '')
  } catch {
    return ''
  }
}

function resource(document: unknown, collection: unknown, item: unknown, path: string, key: string | undefined, fields: readonly string[]): Json {
  const list = own(collection, 'get')
  const names = parametersOf(document, collection, list)
  const has = (words: readonly string[]): string | undefined => words.find((word) => names.includes(word))
  const answer = answerSchema(document, list)
  const records = Object.keys(propertiesOf(document, answer)).find((name) => itemsOf(document, resolve(document, propertiesOf(document, answer)[name])))
  const paths = flat(document, answer, '', 0)
  const total = TOTALS.find((one) => paths.includes(one))
  const next = NEXTS.find((one) => paths.includes(one))
  const [size, page, offset, cursor] = [has(SIZES), has(PAGES), has(OFFSETS), has(CURSORS)]
  const sizes = { ...(size === undefined ? {} : { size }), ...(total === undefined ? {} : { total: { path: total } }) }
  const paging = cursor !== undefined && next !== undefined ? { kind: 'cursor', parameter: cursor, next, ...sizes }
    : page !== undefined ? { kind: 'page', parameter: page, ...sizes }
    : offset !== undefined ? { kind: 'offset', parameter: offset, ...sizes }
    : next !== undefined && !/cursor|token/i.test(next) ? { kind: 'link', path: next, ...sizes } : undefined
  const changed = fields.find((field) => CHANGED.test(field))
  const since = changed === undefined ? undefined : has(SINCES)
  const version = fields.find((field) => VERSIONS.test(field))
  const found = fields.filter((field) => IDENTIFIERS.test(field) && names.includes(field))
  const address = `${path.replace(/\/$/, '')}/{key}`
  const record = (operation: unknown): Json => {
    const properties = propertiesOf(document, answerSchema(document, operation))
    const inner = Object.keys(properties).filter((name) => Object.keys(propertiesOf(document, resolve(document, properties[name]))).length > 0)
    return inner.length === 1 && (key === undefined || !Object.hasOwn(properties, key)) ? { record: inner[0]! } : {}
  }
  const wrap = (operation: unknown): Json => {
    const body = resolve(document, own(operation, 'requestBody'))
    const content = own(body, 'content')
    const type = isJson(content) ? Object.keys(content).find((name) => /json/.test(name)) : undefined
    const properties = propertiesOf(document, resolve(document, own(type === undefined ? undefined : own(content, type), 'schema')))
    const [only, ...more] = Object.keys(properties)
    return only !== undefined && more.length === 0 && Object.keys(propertiesOf(document, resolve(document, properties[only]))).length > 0 ? { wrap: only } : {}
  }
  const call = (operation: unknown): Json => ({ ...wrap(operation), ...record(operation), ...(Object.keys(propertiesOf(document, answerSchema(document, operation))).length === 0 ? { answers: 'nothing' } : {}) })
  const [post, patch, put, remove, get] = [own(collection, 'post'), own(item, 'patch'), own(item, 'put'), own(item, 'delete'), own(item, 'get')]
  return {
    ...(key === undefined || key === 'id' ? {} : { key }), ...(changed === undefined ? {} : { changed }), ...(version === undefined ? {} : { version: { path: version } }),
    list: { path, ...(records === undefined ? {} : { records }), ...(paging ? { paging } : {}), ...(since === undefined ? {} : { since: { query: { [since]: '{since}' } } }) },
    ...(get ? { get: { path: address, ...record(get) } } : {}),
    ...(found.length === 0 ? {} : { find: { path, query: { '{field}': '{value}' }, ...(records === undefined ? {} : { records }), fields: found } }),
    ...(post ? { create: { path, ...call(post) } } : {}),
    ...(patch ? { update: { path: address, ...call(patch) } } : put && get ? { update: { path: address, style: 'put', ...call(put) } } : {}),
    ...(remove ? { delete: { path: address } } : {}),
  }
}

function parametersOf(document: unknown, ...holders: readonly unknown[]): string[] {
  return holders.flatMap((holder) => {
    const listed = own(holder, 'parameters')
    return (Array.isArray(listed) ? listed : []).flatMap((one: unknown) => {
      const parameter = resolve(document, one)
      const name = own(parameter, 'name')
      return own(parameter, 'in') === 'query' && typeof name === 'string' ? [name] : []
    })
  })
}

function answerSchema(document: unknown, operation: unknown): Json | undefined {
  const responses = own(operation, 'responses')
  for (const status of ['200', '201', '202', '2XX', 'default']) {
    const content = own(resolve(document, own(responses, status)), 'content')
    const type = isJson(content) ? Object.keys(content).find((name) => /\bjson\b/.test(name)) : undefined
    const schema = resolve(document, own(type === undefined ? undefined : own(content, type), 'schema'))
    if (schema) return schema
  }
  return undefined
}

/** Paths of the values in an answer, lists left out. */
function flat(document: unknown, schema: Json | undefined, above: string, depth: number): string[] {
  if (depth > 3) return []
  const properties = propertiesOf(document, schema)
  return Object.keys(properties).flatMap((name) => {
    const inner = resolve(document, properties[name])
    const path = above + (/^[^."()\s][^."()]*$/.test(name) ? name : JSON.stringify(name))
    return Object.keys(propertiesOf(document, inner)).length > 0 ? flat(document, inner, `${path}.`, depth + 1) : [path]
  })
}

function authOf(document: unknown): Json | undefined {
  const schemes = own(own(document, 'components'), 'securitySchemes')
  const found = (isJson(schemes) ? Object.keys(schemes) : []).map((name) => resolve(document, own(schemes, name)))
  for (const scheme of found) {
    const type = own(scheme, 'type')
    if (type === 'http') return own(scheme, 'scheme') === 'basic' ? { kind: 'basic' } : { kind: 'bearer' }
    const [where, name] = [own(scheme, 'in'), own(scheme, 'name')]
    if (type === 'apiKey' && (where === 'header' || where === 'query') && typeof name === 'string') return { kind: 'key', in: where, name }
    const flows = own(scheme, 'flows')
    if (type === 'oauth2') return { kind: 'oauth2', ...(own(flows, 'clientCredentials') === undefined ? { grant: 'authorization_code' } : {}) }
  }
  return undefined
}
