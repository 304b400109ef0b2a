/**
 * The manifest: an HTTP interface described as data. This file is its format; `docs/connectors/http-manifest.md` explains each
 * key. Everything is checked when it is loaded, so that the code which runs it never meets a manifest that makes no sense.
 */
import { z } from 'zod'
import { asNumber, asText, body, count, duration, flag, headerName, headerValue, method, path, query, rate, sent, template, text, urlPath, whole } from './manifest-words.ts'
import { auth } from './auth-manifest.ts'
import { by, parent, partition } from './scope-manifest.ts'
import { fields } from '../read/fields.ts'
import { typedValues } from '../call/typed.ts'
import { webhooks } from './webhook-manifest.ts'

const MEANINGS = ['done', 'missing', 'exists', 'conflict', 'refused', 'later', 'unsure', 'auth'] as const
export type Meaning = (typeof MEANINGS)[number]

/** The first of them that is there. */
const places = z.union([path, z.array(path).min(1)])
const answerOfErrors = z.strictObject({
  failed: z.array(z.union([path, z.strictObject({ path, is: z.array(text).min(1) })])).min(1).optional(),
  otherwise: z.enum(MEANINGS).optional(),
  code: places.optional(),
  text: places.optional(),
  field: places.optional(),
  key: path.optional(),
  means: z.array(z.strictObject({
    status: whole(200, 599).optional(),
    code: text.optional(),
    text: z.preprocess(asText, z.string().min(1)).optional(),
    on: z.array(z.enum(['read', 'create', 'update', 'delete'])).min(1).optional(),
    is: z.enum(MEANINGS),
  })).optional(),
})

const total = z.union([z.strictObject({ header: headerName }), z.strictObject({ path })])
const size = { size: z.string().optional(), at_most: count(100_000).optional(), in: z.enum(['query', 'body']).optional() }
const paging = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('page'), parameter: z.string(), first: whole(0, 1).optional(), ...size, total: total.optional(), pages: path.optional(), more: path.optional(), end: z.enum(['short', 'empty']).optional() }),
  z.strictObject({ kind: z.literal('offset'), parameter: z.string(), ...size, total: total.optional(), more: path.optional(), end: z.enum(['short', 'empty']).optional(), overlap: flag.optional() }),
  z.strictObject({ kind: z.literal('cursor'), parameter: z.string(), next: path.optional(), last: path.optional(), ...size, total: total.optional(), more: path.optional() }),
  z.strictObject({ kind: z.literal('link'), header: headerName.optional(), path: path.optional(), size: z.string().optional(), at_most: count(100_000).optional(), total: total.optional() }),
])

const TIME_FORMATS = ['iso', 'iso_seconds', 'local', 'utc', 'date', 'seconds', 'milliseconds', 'number'] as const
const since = z.strictObject({
  query: query(['since']).optional(),
  body: body.optional(),
  variables: body.optional(),
  set: z.record(path, body).optional(),
  format: z.enum(TIME_FORMATS).optional(),
  as: z.string().optional(),
  overlap: z.union([duration, whole(0, 1_000_000_000)]).optional(),
  order: z.enum(['ascending', 'any']).optional(),
})

const call = <const P extends readonly string[]>(allowed: P) => ({
  path: urlPath(allowed),
  method: method.optional(),
  query: query(allowed).optional(),
  ...sent,
})
const each = z.strictObject({ path, parent: z.string().min(1).optional() })
const list = z.strictObject({
  ...call([]),
  records: path.optional(),
  record: path.optional(),
  may_lack_records: flag.optional(),
  each: z.union([each, z.array(each).min(1)]).optional(),
  paging: paging.optional(),
  since: since.optional(),
  by: by.optional(),
  lag: duration.optional(),
})
/** As many records a call, each under an alias of its own (GraphQL). */
const aliases = count(100).optional()
const get = z.strictObject({ ...call(['key']), aliases, record: path.optional(), may_lack_record: flag.optional(), lag: duration.optional() })
const getMany = z.strictObject({ ...call(['key', 'keys']), records: path.optional(), record: path.optional(), at_most: count(10_000), join: z.string().optional() })
const find = z.strictObject({
  ...call(['field', 'value', 'values']),
  aliases,
  letters: z.enum(['lower', 'upper']).optional(),
  records: path.optional(),
  record: path.optional(),
  fields: z.union([z.array(path), z.record(z.string(), z.string())]).optional(),
  escape: z.record(z.string(), z.string()).optional(),
  at_most: count(1_000).optional(),
  join: z.string().optional(),
})
const batch = z.strictObject({
  path: urlPath([]),
  method: method.optional(),
  query: query([]).optional(),
  ...sent,
  at_most: count(10_000),
  wrap: path.optional(),
  results: path,
  match: z.enum(['order', 'key']).optional(),
  record: path.optional(),
  key: path.optional(),
  status: path.optional(),
  done: z.array(z.union([z.string(), z.number(), z.boolean()])).optional(),
  code: path.optional(),
  text: path.optional(),
  field: path.optional(),
  atomic: flag.optional(),
})
const write = <const P extends readonly string[]>(allowed: P) => ({
  path: urlPath(allowed),
  method: method.optional(),
  query: query(allowed).optional(),
  ...sent,
  wrap: path.optional(),
  key_in: path.optional(),
  leave_out: z.array(path).optional(),
  with: body.optional(),
  null_as: z.string().optional(),
  record: path.optional(),
  may_lack_record: flag.optional(),
  aliases,
  answers: z.enum(['whole', 'key', 'nothing']).optional(),
  encoding: z.enum(['json', 'form']).optional(),
  batch: batch.optional(),
})
const create = z.strictObject({
  ...write(['key']),
  after: z.array(path).min(1).optional(),
  defaults: z.record(path, body).optional(),
  key: z.union([path, z.strictObject({ header: headerName })]).optional(),
  key_by: z.enum(['system', 'hub', 'record']).optional(),
  idempotency: headerName.optional(),
})
/** `always`: the interface takes no write without a version. */
const condition = z.union([
  z.strictObject({ header: headerName, value: z.string().optional(), always: flag.optional() }),
  z.strictObject({ query: z.string(), always: flag.optional() }),
  z.strictObject({ body: path, as: z.enum(['text', 'number']).optional(), always: flag.optional() }),
  z.strictObject({ set: z.record(path, body), always: flag.optional() }),
])
/** How a changed field is told to an interface that takes changes; with `key`, how the items of a list are. */
const change = z.union([
  z.strictObject({ set: body, unset: body.optional() }),
  z.strictObject({ key: path, add: body.optional(), change: body.optional(), remove: body.optional() }),
])
const update = z.strictObject({
  ...write(['key']),
  style: z.enum(['patch', 'put']).optional(),
  nested: z.enum(['merged', 'replaced']).optional(),
  condition: condition.optional(),
  changes: z.record(z.union([path, z.literal('*')]), change).optional(),
})
const remove = z.strictObject({ ...call(['key']), batch: batch.optional(), aliases, record: path.optional(), may_lack_record: flag.optional(), condition: condition.optional() })
const FACTS = ['name', 'type', 'bytes', 'hash'] as const
const upload = z.strictObject({
  path: urlPath(FACTS),
  method: method.optional(),
  query: query(FACTS).optional(),
  headers: z.record(headerName, template(FACTS)).optional(),
  file: z.string().min(1).optional(),
  fields: z.record(z.string(), text).optional(),
  key: path,
  key_type: z.enum(['text', 'number']).optional(),
  find: z.strictObject({ path: urlPath(FACTS), method: method.optional(), query: query(FACTS).optional(), key: path }).optional(),
})
/** A field whose change is a call of its own. */
const action = z.strictObject({
  field: path,
  is: z.array(text).min(1).optional(),
  calls: z.array(z.strictObject(call(['key', 'value']))).optional(),
})
/** `field` (with `to`: to these values) can be changed while `of` is one of these. */
const onlyWhile = z.array(z.strictObject({ field: path, to: z.array(text).min(1).optional(), of: path, is: z.array(text).min(1) })).min(1)

const version = z.union([
  z.strictObject({ path: z.union([path, z.array(path).min(2)]), order: flag.optional() }),
  z.strictObject({ header: headerName }),
])
const resource = z.strictObject({
  about: z.string().optional(),
  key: z.union([path, z.array(path).min(1)]).optional(),
  changed: z.union([path, z.array(path).min(1)]).optional(),
  changed_format: z.enum(TIME_FORMATS).optional(),
  version: version.optional(),
  deleted: z.union([path, z.strictObject({ path, is: z.array(z.union([z.string(), z.number(), z.boolean()])) })]).optional(),
  omits_empty: flag.optional(),
  key_type: z.enum(['text', 'number']).optional(),
  fields: fields.optional(),
  nothing: z.strictObject({ is: z.union([z.string(), z.boolean(), z.number()]), but: z.array(path).optional() }).optional(),
  actions: z.array(action).optional(),
  only_while: onlyWhile.optional(),
  partition: partition.optional(),
  parent: parent.optional(),
  uploads: z.record(path, upload).optional(),
  list: list.optional(),
  get: get.optional(),
  get_many: getMany.optional(),
  find: find.optional(),
  find_in_list: z.array(path).min(1).optional(),
  create: create.optional(),
  update: update.optional(),
  delete: remove.optional(),
})

export const manifestSchema = z.strictObject({
  http: z.preprocess(asNumber, z.literal(1)),
  name: z.string().optional(),
  about: z.string().optional(),
  documentation: z.string().optional(),
  auth: auth.optional(),
  headers: z.record(headerName, headerValue).optional(),
  timeout: duration.optional(),
  late: duration.optional(),
  parallel: count(64).optional(),
  limits: z.strictObject({ calls: rate.optional(), concurrent: count(64).optional() }).optional(),
  xml: z.strictObject({ lists: z.array(z.string().min(1)).min(1) }).optional(),
  graphql: z.strictObject({ path: urlPath([]), cost: z.strictObject({ needs: path, left: path, restores: path }).optional() }).optional(),
  rpc: z.strictObject({ path: urlPath([]), version: z.enum(['2.0', 'none']).optional(), last: body.optional() }).optional(),
  typed: typedValues.optional(),
  parameters: z.record(z.string(), z.strictObject({ about: z.string().optional(), type: z.enum(['text', 'number']).optional(), default: text.optional() })).optional(),
  /** What a plan says of such a system; read by the catalogue, checked as the plan is. */
  plan: z.record(z.string(), z.json()).optional(),
  names: z.strictObject({ path: urlPath([]), list: path.optional(), name: path.optional() }).optional(),
  check: z.strictObject({ path: urlPath([]), method: z.enum(['GET', 'POST']).optional(), ...sent, version: path.optional() }).optional(),
  errors: answerOfErrors.optional(),
  resources: z.record(z.string(), resource),
  webhooks: webhooks.optional(),
})

export type Manifest = z.infer<typeof manifestSchema>
export type ResourceManifest = z.infer<typeof resource>
export type Paging = z.infer<typeof paging>
export type BatchManifest = z.infer<typeof batch>
export type CreateManifest = z.infer<typeof create>
export type UpdateManifest = z.infer<typeof update>
export type DeleteManifest = z.infer<typeof remove>
export type ActionManifest = z.infer<typeof action>
export type UploadManifest = z.infer<typeof upload>
/** Both forms of an entry of `changes`. */
export interface ChangeManifest {
  readonly set?: unknown
  readonly unset?: unknown
  readonly key?: string
  readonly add?: unknown
  readonly change?: unknown
  readonly remove?: unknown
}
export type Condition = z.infer<typeof condition>
export type ErrorsManifest = z.infer<typeof answerOfErrors>
export type TimeFormat = (typeof TIME_FORMATS)[number]
