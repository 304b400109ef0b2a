/**
 * A first manifest for a GraphQL interface that nobody has described yet, from what it says about itself. It is a beginning: what the
 * names of arguments suggest is guessed, what can't be guessed is left out, and the comments say what a person should look at.
 * What only an answer can tell (where pages begin) is found out by graphql-discover.ts.
 */
import { Document, isMap, visit } from 'yaml'
import { CHANGED, fieldsOfType, type FieldOfType, keyOfFields, type ListOfSchema, listsOf, type Schema, selectionOf, type SchemaType, type TypeRef } from './graphql-schema.ts'

/** Part of a manifest, while it is being written. */
export type Draft = Record<string, unknown>
/** Where an argument is sent: itself, or inside one that is a map. */
interface Sent { readonly path: string; readonly type: TypeRef; readonly arg: { readonly name: string; readonly type: TypeRef } }

const CALLS = new Set(['graphql', 'auth', 'errors', 'list', 'get', 'find', 'create', 'update', 'delete'])
/** Failures that are types of their own are asked for their message under this name. */
const PROBLEM = 'problem'
const ERRORS = { failed: ['errors', `data.*.${PROBLEM}`, 'data.*.userErrors', 'data.*.errors'], text: [`data.*.${PROBLEM}`, 'data.*.userErrors.0.message', 'data.*.errors.0.message', 'errors.0.message'] }
const MOST_FIELDS = 60
const MOST_RESOURCES = 200

export function draftedResources(schema: Schema): Map<string, Draft> {
  const resources = new Map<string, Draft>()
  for (const list of listsOf(schema).slice(0, MOST_RESOURCES)) {
    const one = resourceOf(schema, list)
    if (one) resources.set(list.name, one)
  }
  return resources
}

export function draftText(resources: ReadonlyMap<string, Draft>, path: string, auth: object): string {
  const head = [
    ' A first manifest, made from what the interface says about itself. docs/connectors/http-manifest.md explains each key. Look at:',
    ' - what records hold: lists inside records, and fields that need arguments, are left out of the queries;',
    ' - `since`: does the time of change really move with every change? If not, take it away, and the list is read whole;',
    ' - `create` and `update`: does the input take what the record holds under the same names? `fields` and `leave_out` say what differs;',
    ' - `errors`: where else does an answer with a good status report a failure?',
  ].map((line) => `#${line}`).join('\n')
  const document = new Document({ http: 1, graphql: { path }, ...auth, errors: ERRORS, resources: Object.fromEntries(resources) }, { aliasDuplicateObjects: false })
  // A call is a line: the whole stays short enough to be read.
  visit(document, { Pair: (_, pair) => { if (isMap(pair.value) && CALLS.has(String(pair.key))) pair.value.flow = true } })
  return `${head}\n${document.toString({ lineWidth: 0, flowCollectionPadding: true })}`
}

function resourceOf(schema: Schema, list: ListOfSchema): Draft | undefined {
  const fields = fieldsOfType(schema, list.record).slice(0, MOST_FIELDS)
  const key = keyOfFields(fields)
  if (key === undefined) return undefined
  const changed = fields.find((field) => CHANGED.test(field.path))
  const selection = selectionOf(fields.map((field) => field.path))
  const taken = argumentsOf(schema, list.field)
  const since = changed ? filterBy(schema, taken, changed.path, AFTER) : undefined
  // A number that does not heed the filter contradicts a filtered list.
  const counted = list.counted && (!since || list.counted.field.args.some((arg) => arg.name === since.arg.name && arg.type.text === since.arg.type.text)) ? list.counted : undefined
  const paging = pagingOf(list, counted, taken)
  const asked = [...new Set([...paging.uses, ...(since ? [since.arg] : [])])]
  const inner = list.records === '' ? selection : `${list.records} { ${list.node ? `${list.node} { ${selection} }` : selection} }${list.total === undefined ? '' : ` ${list.total}`}${paging.selects}`
  const result: Draft = {
    ...(key === 'id' ? {} : { key }),
    ...(since && changed ? { changed: changed.path } : {}),
    list: {
      graphql: `query${declared(asked)} { ${list.name}${passed(asked)} { ${inner} }${counted && paging.draft ? ` ${counted.field.name}${passed(since ? [since.arg] : [])}${counted.below === '' ? '' : ` { ${counted.below} }`}` : ''} }`,
      records: list.records === '' ? `data.${list.name}` : `data.${list.name}.${list.records}`,
      ...(list.node ? { record: list.node } : {}),
      ...(paging.draft ? { paging: paging.draft } : {}),
      ...(since ? { since: { variables: nested(since.path, '{since}') } } : {}),
    },
  }
  Object.assign(result, getOf(schema, list, key, selection), findOf(schema, list, taken, fields.map((field) => field.path), inner), writesOf(schema, list, key, selection))
  return result
}

// ── arguments ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The arguments of a list, and one level of what stands in those that are maps. */
function argumentsOf(schema: Schema, field: FieldOfType): Sent[] {
  return field.args.flatMap((arg): Sent[] => {
    const own: Sent = { path: arg.name, type: arg.type, arg }
    const inside = arg.type.list ? undefined : schema.types.get(arg.type.name)?.inputs
    return [own, ...[...(inside?.values() ?? [])].map((one): Sent => ({ path: `${arg.name}.${one.name}`, type: one.type, arg }))]
  })
}
const named = (taken: readonly Sent[], names: readonly string[]): Sent | undefined => names.map((name) => taken.find((one) => one.path === name || one.path.endsWith(`.${name}`))).find((one) => one !== undefined)
const declared = (args: readonly { readonly name: string; readonly type: TypeRef }[]): string => (args.length === 0 ? '' : ` (${args.map((arg) => `$${arg.name}: ${arg.type.text}`).join(', ')})`)
const passed = (args: readonly { readonly name: string }[]): string => (args.length === 0 ? '' : `(${args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')})`)
const nested = (path: string, value: unknown): Draft => path.split('.').toReversed().reduce<unknown>((inner, name) => ({ [name]: inner }), value) as Draft

function pagingOf(list: ListOfSchema, counted: ListOfSchema['counted'], taken: readonly Sent[]): { readonly draft?: Draft; readonly uses: readonly Sent['arg'][]; readonly selects: string } {
  const size = (...names: string[]): Sent | undefined => named(taken, names)
  const place = (one: Sent): string => `variables.${one.path}`
  const total = list.total !== undefined ? { total: { path: `data.${list.name}.${list.total}` } } : counted ? { total: { path: `data.${counted.field.name}${counted.below === '' ? '' : `.${counted.below}`}` } } : { end: 'short' }
  const first = size('first', 'limit', 'pageSize')
  const after = named(taken, ['after', 'cursor'])
  if (list.pageInfo && after) {
    const info = `data.${list.name}.pageInfo`
    return { draft: { kind: 'cursor', in: 'body', parameter: place(after), ...(first ? { size: place(first), at_most: 100 } : {}), next: `${info}.endCursor`, more: `${info}.hasNextPage` }, uses: [after.arg, ...(first ? [first.arg] : [])], selects: ' pageInfo { endCursor hasNextPage }' }
  }
  const offset = named(taken, ['skip', 'offset', 'start'])
  const take = size('take', 'limit', 'first', 'count')
  if (offset && take) return { draft: { kind: 'offset', in: 'body', parameter: place(offset), size: place(take), at_most: 100, ...total }, uses: [offset.arg, take.arg], selects: '' }
  const page = named(taken, ['page', 'pageNumber'])
  const per = size('perPage', 'pageSize', 'itemsPerPage', 'limit', 'size')
  if (page && per) return { draft: { kind: 'page', in: 'body', parameter: place(page), size: place(per), at_most: 100, ...total }, uses: [page.arg, per.arg], selects: '' }
  return { uses: [], selects: '' }
}

// ── filters ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const AFTER = ['after', 'gte', '_gte', 'greaterThanOrEqual', 'ge', 'from', 'gt', '_gt', 'greaterThan']
const AMONG = ['in', '_in']
const EQUAL = ['eq', '_eq', 'equals', 'is']

/** `filter.updatedAt.after`, `where.updated_at._gte`, `filter.updatedAt_gte`: where a value for this field is sent. */
function filterBy(schema: Schema, taken: readonly Sent[], field: string, operators: readonly string[]): { readonly path: string; readonly arg: Sent['arg'] } | undefined {
  for (const one of taken) {
    if (!/(?:^|\.)(?:filter|filters|where|conditions?)$/.test(one.path) || one.type.list) continue
    const inputs = schema.types.get(one.type.name)?.inputs
    const own = inputs?.get(field)
    const inside = own && !own.type.list ? schema.types.get(own.type.name)?.inputs : undefined
    for (const operator of operators) {
      if (inside?.has(operator)) return { path: `${one.path}.${field}.${operator}`, arg: one.arg }
      for (const joined of [`${field}_${operator}`, `${field}${operator.charAt(0).toUpperCase()}${operator.slice(1)}`]) if (inputs?.has(joined)) return { path: `${one.path}.${joined}`, arg: one.arg }
    }
  }
  return undefined
}

/** `filter.name`: the value itself. Only texts, since what is looked up is sent as one. */
function filterByItself(schema: Schema, taken: readonly Sent[], field: string): { readonly path: string; readonly arg: Sent['arg'] } | undefined {
  for (const one of taken) {
    if (!/(?:^|\.)(?:filter|filters|where|conditions?)$/.test(one.path) || one.type.list) continue
    const own = schema.types.get(one.type.name)?.inputs.get(field)
    if (own && !own.type.list && (own.type.name === 'String' || own.type.name === 'ID')) return { path: `${one.path}.${field}`, arg: one.arg }
  }
  return undefined
}

function getOf(schema: Schema, list: ListOfSchema, key: string, selection: string): Draft {
  const query = [...schema.queries.values()].find((one) => one.type.name === list.record && !one.type.list && keyArgument(schema, one, key) !== undefined)
  const arg = query && keyArgument(schema, query, key)
  if (!query || !arg) return {}
  return { get: { graphql: `query ($${arg.name}: ${arg.type.text}) { ${query.name}(${arg.name}: $${arg.name}) { ${selection} } }`, variables: { [arg.name]: '{key}' }, record: `data.${query.name}`, ...(query.type.needed ? {} : { may_lack_record: true }), aliases: 20 } }
}

/** The one argument that a call cannot do without, or the one that is named like the key. */
function keyArgument(schema: Schema, field: FieldOfType, key: string): FieldOfType['args'][number] | undefined {
  const needed = field.args.filter((arg) => arg.needed)
  const one = needed.length === 1 ? needed[0] : needed.length === 0 ? field.args.find((arg) => arg.name === key) : undefined
  return one && !one.type.list && schema.types.get(one.type.name)?.kind !== 'INPUT_OBJECT' ? one : undefined
}

function findOf(schema: Schema, list: ListOfSchema, taken: readonly Sent[], fields: readonly string[], inner: string): Draft {
  for (const operators of [AMONG, EQUAL, undefined]) {
    const found = fields.flatMap((field) => {
      const place = field.includes('.') ? undefined : operators ? filterBy(schema, taken, field, operators) : filterByItself(schema, taken, field)
      return place ? [{ field, ...place, parts: place.path.split('.') }] : []
    }).filter((one, _, all) => one.parts.length === all[0]!.parts.length && one.parts.at(operators ? -2 : -1) === one.field)
    const [first] = found
    if (!first) continue
    const path = operators ? [...first.parts.slice(0, -2), '{field}', first.parts.at(-1)!] : [...first.parts.slice(0, -1), '{field}']
    const value = operators === AMONG ? '{values}' : '{value}'
    const variables = path.toReversed().reduce<unknown>((held, name) => ({ [name]: held }), value) as Draft
    return { find: { graphql: `query${declared([first.arg])} { ${list.name}${passed([first.arg])} { ${inner} } }`, variables, records: list.records === '' ? `data.${list.name}` : `data.${list.name}.${list.records}`, ...(list.node ? { record: list.node } : {}), fields: found.map((one) => one.field), ...(operators === AMONG ? { at_most: 20 } : { aliases: 20 }) } }
  }
  return {}
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const WORDS = { create: ['create', 'add', 'insert', 'new'], update: ['update', 'edit', 'modify', 'change', 'patch'], delete: ['delete', 'remove', 'destroy'] } as const

function writesOf(schema: Schema, list: ListOfSchema, key: string, selection: string): Draft {
  const result: Draft = {}
  for (const operation of ['create', 'update', 'delete'] as const) {
    const names = WORDS[operation].flatMap((word) => [`${word}${list.record}`, `${list.record}${word}`, `${word}_${list.record}`, `${list.record}_${word}`]).map((name) => name.toLowerCase())
    const mutation = [...schema.mutations.values()].find((one) => names.includes(one.name.toLowerCase()))
    const draft = mutation && (operation === 'delete' ? deleteOf(schema, mutation, key) : writeOf(schema, mutation, operation, list.record, key, selection))
    if (draft) result[operation] = draft
  }
  return result
}

function writeOf(schema: Schema, mutation: FieldOfType, operation: 'create' | 'update', record: string, key: string, selection: string): Draft | undefined {
  const answer = answerOf(schema, mutation.type, record, selection)
  const maps = mutation.args.filter((arg) => !arg.type.list && schema.types.get(arg.type.name)?.kind === 'INPUT_OBJECT')
  const input = maps.find((arg) => arg.needed) ?? maps[0]
  const ownKey = operation === 'update' ? mutation.args.find((arg) => arg !== input && (arg.name === key || /^(?:id|key)$/i.test(arg.name))) : undefined
  const others = mutation.args.filter((arg) => arg.needed && arg !== input && arg !== ownKey)
  const common = { record: `data.${mutation.name}${answer.below}`, aliases: 20, ...(answer.selection === '' ? { answers: 'nothing' } : {}) }
  if (input) {
    if (others.length > 0) return undefined
    const used = [...(ownKey ? [ownKey] : []), input]
    const keyIn = operation === 'update' && !ownKey && schema.types.get(input.type.name)?.inputs.has(key) ? { key_in: key } : {}
    if (operation === 'update' && !ownKey && !('key_in' in keyIn)) return undefined
    return { graphql: `mutation${declared(used)} { ${mutation.name}${passed(used)}${answer.selection} }`, variables: { ...(ownKey ? { [ownKey.name]: '{key}' } : {}), [input.name]: '{record}' }, ...keyIn, ...common }
  }
  // Every field is an argument of its own: the record is the variables.
  if (mutation.args.length === 0 || mutation.args.some((arg) => arg.type.list && arg.needed)) return undefined
  const keyIn = ownKey ? { key_in: ownKey.name } : {}
  return { graphql: `mutation${declared(mutation.args)} { ${mutation.name}${passed(mutation.args)}${answer.selection} }`, variables: '{record}', ...keyIn, ...common }
}

function deleteOf(schema: Schema, mutation: FieldOfType, key: string): Draft | undefined {
  const arg = keyArgument(schema, mutation, key)
  if (!arg) return undefined
  const simple = scalarsOf(schema.types.get(mutation.type.name))
  const selects = (schema.types.get(mutation.type.name)?.fields.size ?? 0) > 0 ? ` { ${simple.length > 0 ? simple.join(' ') : '__typename'} }` : schema.types.get(mutation.type.name)?.kind === 'UNION' ? ' { __typename }' : ''
  return { graphql: `mutation ($${arg.name}: ${arg.type.text}) { ${mutation.name}(${arg.name}: $${arg.name})${selects} }`, variables: { [arg.name]: '{key}' }, aliases: 20 }
}

const scalarsOf = (type: SchemaType | undefined): string[] => [...(type?.fields.values() ?? [])].filter((field) => (field.type.kind === 'SCALAR' || field.type.kind === 'ENUM') && !field.args.some((arg) => arg.needed)).slice(0, 5).map((field) => field.name)

/** The record is the answer itself, one of the types that it may have, or a field of it. */
function answerOf(schema: Schema, type: TypeRef, record: string, selection: string): { readonly selection: string; readonly below: string } {
  if (type.name === record) return { selection: ` { ${selection} }`, below: type.list ? '.0' : '' }
  const held = schema.types.get(type.name)
  if (held?.possible.includes(record)) {
    const failures = held.possible.filter((name) => name !== record && schema.types.get(name)?.fields.get('message')?.type.name === 'String').map((name) => ` ... on ${name} { ${PROBLEM}: message }`)
    return { selection: ` { __typename ... on ${record} { ${selection} }${failures.join('')} }`, below: '' }
  }
  const field = [...(held?.fields.values() ?? [])].find((one) => one.type.name === record)
  if (field) return { selection: ` { ${field.name} { ${selection} } ${[...(held?.fields.values() ?? [])].filter((one) => /^(?:user)?errors?$/i.test(one.name) && (schema.types.get(one.type.name)?.fields.has('message') ?? false)).map((one) => `${one.name} { message }`).join(' ')} }`, below: `.${field.name}${field.type.list ? '.0' : ''}` }
  return { selection: (held?.fields.size ?? 0) > 0 ? ' { __typename }' : '', below: '' }
}
