/**
 * The manifest: an HTTP interface described as data. This file is its format; `docs/connectors/http-manifest.md` explains each
 * key. Everything is checked when it is loaded, so that the code which runs it never meets a manifest that makes no sense.
 */
import { z } from 'zod'
import { steps } from './path.ts'
import { placeholders } from './template.ts'
import { durationMs } from './times.ts'

/**
 * Where a text is meant, `100` and `true` are that text; where a number or yes/no is meant, so is its text: in a plan every
 * value arrives as text.
 */
const asText = (value: unknown): unknown => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)
const asNumber = (value: unknown): unknown => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)
const asFlag = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value)
const text = z.preprocess(asText, z.string())
const flag = z.preprocess(asFlag, z.boolean())

const path = z.string().refine((text) => text === '' || steps(text) !== undefined, { error: 'must be a path such as `data.items` or `"odd name".id`' })
const duration = z.string().refine((text) => durationMs(text) !== undefined, { error: 'must be a duration such as `30s`, `500ms`, `5m`, `1h` or `1d`' })
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of an HTTP header' })
// oxlint-disable-next-line no-control-regex
const headerValue = z.preprocess(asText, z.string().regex(/^[^\u0000-\u001F\u007F]*$/, { error: 'must not contain line breaks or control characters' }))
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
const whole = (least: number, most: number) => z.preprocess(asNumber, z.number().int().min(least).max(most))
const count = (most: number) => whole(1, most)

const template = (allowed: readonly string[]) =>
  text.superRefine((text, check) => {
    for (const name of placeholders(text)) {
      const known = allowed.includes(name) || name.startsWith('parameter.') || (allowed.includes('key') && name.startsWith('key.'))
      if (!known) check.addIssue({ code: 'custom', message: `has the unknown placeholder {${name}}; known here: ${[...allowed, 'parameter.<name>'].map((known) => `{${known}}`).join(' ')}` })
    }
  })
const urlPath = (allowed: readonly string[]) =>
  template(['resource', ...allowed]).refine((text) => text.startsWith('/') && !text.includes('?') && !text.includes('#') && !text.startsWith('//') && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(text), {
    error: 'must begin with one `/`, without `?`, `#` and `..`; the query stands under `query`',
  })
const query = (allowed: readonly string[]) => z.record(z.string(), template(['resource', ...allowed]))
/** JSON that is sent as written; texts in it may have placeholders. */
const body = z.json()

const MEANINGS = ['done', 'missing', 'exists', 'conflict', 'refused', 'later', 'unsure', 'auth'] as const
export type Meaning = (typeof MEANINGS)[number]

const answerOfErrors = z.strictObject({
  code: path.optional(),
  text: path.optional(),
  field: path.optional(),
  key: path.optional(),
  means: z.array(z.strictObject({
    status: whole(200, 599).optional(),
    code: text.optional(),
    text: z.preprocess(asText, z.string().min(1)).optional(),
    is: z.enum(MEANINGS),
  })).optional(),
})

const total = z.union([z.strictObject({ header: headerName }), z.strictObject({ path })])
const size = { size: z.string().optional(), at_most: count(100_000).optional(), in: z.enum(['query', 'body']).optional() }
const paging = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('page'), parameter: z.string(), first: whole(0, 1).optional(), ...size, total: total.optional(), pages: path.optional(), more: path.optional(), end: z.enum(['short', 'empty']).optional() }),
  z.strictObject({ kind: z.literal('offset'), parameter: z.string(), ...size, total: total.optional(), more: path.optional(), end: z.enum(['short', 'empty']).optional(), overlap: flag.optional() }),
  z.strictObject({ kind: z.literal('cursor'), parameter: z.string(), next: path, ...size, total: total.optional(), more: path.optional() }),
  z.strictObject({ kind: z.literal('link'), header: headerName.optional(), path: path.optional(), size: z.string().optional(), at_most: count(100_000).optional(), total: total.optional() }),
])

const TIME_FORMATS = ['iso', 'iso_seconds', 'local', 'date', 'seconds', 'milliseconds', 'number'] as const
const since = z.strictObject({
  query: query(['since']).optional(),
  body: body.optional(),
  format: z.enum(TIME_FORMATS).optional(),
  overlap: z.union([duration, whole(0, 1_000_000_000)]).optional(),
  order: z.enum(['ascending', 'any']).optional(),
})

const call = <const P extends readonly string[]>(allowed: P) => ({
  path: urlPath(allowed),
  method: method.optional(),
  query: query(allowed).optional(),
  body: body.optional(),
})
const list = z.strictObject({
  ...call([]),
  records: path.optional(),
  record: path.optional(),
  may_lack_records: flag.optional(),
  paging: paging.optional(),
  since: since.optional(),
  lag: duration.optional(),
})
const get = z.strictObject({ ...call(['key']), record: path.optional(), lag: duration.optional() })
const getMany = z.strictObject({ ...call(['key', 'keys']), records: path.optional(), record: path.optional(), at_most: count(10_000), join: z.string().optional() })
const find = z.strictObject({
  ...call(['field', 'value', 'values']),
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
  wrap: path.optional(),
  leave_out: z.array(path).optional(),
  record: path.optional(),
  answers: z.enum(['whole', 'key', 'nothing']).optional(),
  encoding: z.enum(['json', 'form']).optional(),
  batch: batch.optional(),
})
const create = z.strictObject({
  ...write(['key']),
  key: z.union([path, z.strictObject({ header: headerName })]).optional(),
  key_by: z.enum(['system', 'hub']).optional(),
  idempotency: headerName.optional(),
})
const condition = z.union([
  z.strictObject({ header: headerName, value: z.string().optional() }),
  z.strictObject({ query: z.string() }),
  z.strictObject({ body: path }),
])
const update = z.strictObject({
  ...write(['key']),
  style: z.enum(['patch', 'put']).optional(),
  nested: z.enum(['merged', 'replaced']).optional(),
  condition: condition.optional(),
})
const remove = z.strictObject({ path: urlPath(['key']), method: method.optional(), query: query(['key']).optional(), condition: condition.optional() })

const version = z.union([
  z.strictObject({ path, order: flag.optional() }),
  z.strictObject({ header: headerName }),
])
const resource = z.strictObject({
  about: z.string().optional(),
  key: z.union([path, z.array(path).min(1)]).optional(),
  changed: path.optional(),
  changed_format: z.enum(TIME_FORMATS).optional(),
  version: version.optional(),
  deleted: z.union([path, z.strictObject({ path, is: z.array(z.union([z.string(), z.number(), z.boolean()])) })]).optional(),
  omits_empty: flag.optional(),
  list: list.optional(),
  get: get.optional(),
  get_many: getMany.optional(),
  find: find.optional(),
  create: create.optional(),
  update: update.optional(),
  delete: remove.optional(),
})

const from = z.union([path, z.strictObject({ header: headerName }), z.strictObject({ value: text })])
const webhooks = z.strictObject({
  signature: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('standard-webhooks'), tolerance: duration.optional() }),
    z.strictObject({
      kind: z.literal('hmac-sha256'),
      header: headerName,
      encoding: z.enum(['hex', 'base64']).optional(),
      prefix: z.string().optional(),
      part: z.string().regex(/^[A-Za-z0-9_]+$/).optional(),
      timestamp: z.union([z.strictObject({ header: headerName }), z.strictObject({ part: z.string().regex(/^[A-Za-z0-9_]+$/) })]).optional(),
      signed: template(['timestamp', 'body', 'id']).optional(),
      tolerance: duration.optional(),
      secret: z.enum(['text', 'base64', 'hex']).optional(),
    }),
  ]),
  delivery: from.optional(),
  events: z.array(z.strictObject({
    when: z.array(z.strictObject({ of: from, is: z.array(text).min(1) })).optional(),
    each: path.optional(),
    resource: from,
    kind: z.enum(['changed', 'deleted', 'ignored']),
    key: from.optional(),
    record: path.optional(),
    partial: flag.optional(),
  })).min(1),
})

const auth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic') }),
  z.strictObject({ kind: z.literal('key'), in: z.enum(['header', 'query']), name: z.string().min(1), prefix: headerValue.optional() }),
  z.strictObject({ kind: z.literal('bearer'), scheme: headerValue.optional() }),
  z.strictObject({
    kind: z.literal('oauth2'),
    token_path: urlPath([]).optional(),
    grant: z.enum(['client_credentials', 'refresh_token']).optional(),
    client: z.enum(['header', 'body', 'none']).optional(),
    scope: z.string().optional(),
    parameters: z.record(z.string(), text).optional(),
    early: duration.optional(),
  }),
])

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
  names: z.strictObject({ path: urlPath([]), list: path.optional(), name: path.optional() }).optional(),
  check: z.strictObject({ path: urlPath([]), method: z.enum(['GET', 'POST']).optional(), version: path.optional() }).optional(),
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
export type Condition = z.infer<typeof condition>
export type WebhooksManifest = z.infer<typeof webhooks>
export type From = z.infer<typeof from>
export type AuthManifest = z.infer<typeof auth>
export type ErrorsManifest = z.infer<typeof answerOfErrors>
export type TimeFormat = (typeof TIME_FORMATS)[number]

/** What the schema of one key can't see: keys that only make sense together. */
export function crossChecks(manifest: Manifest): { readonly at: readonly string[]; readonly says: string }[] {
  const found: { at: readonly string[]; says: string }[] = []
  for (const [name, one] of Object.entries(manifest.resources)) {
    const here = ['resources', name]
    if (one.list?.since && one.changed === undefined) found.push({ at: [...here, 'list', 'since'], says: `needs \`changed\`: the path of the time (or number) that it asks for` })
    if (one.list?.since && !one.list.since.query && !one.list.since.body) found.push({ at: [...here, 'list', 'since'], says: 'needs `query` or `body` with {since}' })
    if (one.list?.paging?.kind === 'link' && one.list.paging.header !== undefined && one.list.paging.path !== undefined) found.push({ at: [...here, 'list', 'paging'], says: 'has `header` and `path`; the next link stands in one of them' })
    if (one.find && !JSON.stringify([one.find.path, one.find.query ?? {}, one.find.body ?? null]).includes('{value')) found.push({ at: [...here, 'find'], says: 'never uses {value}, so it would answer with every record' })
    for (const operation of ['get', 'update', 'delete'] as const) {
      const text = JSON.stringify([one[operation]?.path, one[operation]?.query ?? {}, operation === 'get' ? (one.get?.body ?? null) : null])
      if (one[operation] && !/\{key[.}]/.test(text)) found.push({ at: [...here, operation], says: 'never uses {key}, so it would not say which record is meant' })
    }
    if (one.update?.condition && !one.version) found.push({ at: [...here, 'update', 'condition'], says: 'needs `version` at the resource' })
    if (one.update?.nested === 'replaced' && one.update.style !== 'put' && !one.get) found.push({ at: [...here, 'update', 'nested'], says: 'needs `get`: what stands beside a nested value is read before it is written' })
    if (one.update?.style === 'put' && !one.get && !one.get_many) found.push({ at: [...here, 'update', 'style'], says: '`put` needs `get`: a whole record is read before it is written' })
  }
  for (const [name, one] of Object.entries(manifest.resources)) {
    const bodies: [string[], unknown, string[]][] = [
      [['list', 'body'], one.list?.body, []], [['list', 'since', 'body'], one.list?.since?.body, ['since']], [['get', 'body'], one.get?.body, ['key']],
      [['get_many', 'body'], one.get_many?.body, ['keys']], [['find', 'body'], one.find?.body, ['field', 'value', 'values']],
    ]
    for (const [at, value, allowed] of bodies) {
      const unknown = placeholders(JSON.stringify(value ?? null)).filter((used) => ![...allowed, 'resource'].includes(used) && !used.startsWith('parameter.') && !(allowed.includes('key') && used.startsWith('key.')))
      if (unknown.length > 0) found.push({ at: ['resources', name, ...at], says: `has the unknown placeholder {${unknown[0]}}` })
    }
  }
  const signature = manifest.webhooks?.signature
  if (signature?.kind === 'hmac-sha256') {
    const at = ['webhooks', 'signature']
    if (signature.signed !== undefined && !signature.signed.includes('{body}')) found.push({ at: [...at, 'signed'], says: 'must contain {body}' })
    if (signature.timestamp && signature.signed !== undefined && !signature.signed.includes('{timestamp}')) found.push({ at: [...at, 'signed'], says: 'must contain {timestamp}: a time that is not signed protects from nothing' })
  }
  for (const [index, event] of (manifest.webhooks?.events ?? []).entries()) {
    if (event.kind !== 'ignored' && event.key === undefined && event.record === undefined) found.push({ at: ['webhooks', 'events', String(index)], says: 'needs `key` or `record`, or nobody knows which record is meant' })
  }
  return found
}
