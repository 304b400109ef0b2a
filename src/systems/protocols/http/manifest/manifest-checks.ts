/** What the schema of one key of a manifest can't see: keys that only make sense together. */
import { authChecks } from './auth-manifest.ts'
import { EACH } from '../read/fields.ts'
import { graphqlChecks } from './graphql-checks.ts'
import type { Manifest } from './manifest.ts'
import { scopeChecks } from './scope-manifest.ts'
import { placeholders } from './template.ts'
import { webhookChecks } from './webhook-manifest.ts'

interface Body {
  readonly body?: unknown
  readonly graphql?: string | undefined
  readonly variables?: unknown
  readonly wrap?: string | undefined
}

export function crossChecks(manifest: Manifest): { readonly at: readonly string[]; readonly says: string }[] {
  const found: { at: readonly string[]; says: string }[] = []
  for (const [name, one] of Object.entries(manifest.resources)) {
    const here = ['resources', name]
    if (one.create?.after && !one.update) found.push({ at: [...here, 'create', 'after'], says: 'needs `update`: by that it follows' })
    if (one.list?.since && one.changed === undefined) found.push({ at: [...here, 'list', 'since'], says: `needs \`changed\`: the path of the time (or number) that it asks for` })
    if (one.list?.since && !one.list.since.query && !one.list.since.body && !one.list.since.variables && !one.list.since.set) found.push({ at: [...here, 'list', 'since'], says: 'needs `query`, `body` or `variables` with {since}' })
    if (one.list?.paging?.kind === 'cursor' && (one.list.paging.next === undefined) === (one.list.paging.last === undefined)) found.push({ at: [...here, 'list', 'paging'], says: 'needs either `next`, where the answer says how to go on, or `last`, the path in the last record' })
    if (one.list?.paging?.kind === 'cursor' && one.list.paging.last !== undefined && one.list.paging.more === undefined) found.push({ at: [...here, 'list', 'paging', 'last'], says: 'needs `more`: the last record never says that it is the last' })
    if (one.list?.paging?.kind === 'link' && one.list.paging.header !== undefined && one.list.paging.path !== undefined) found.push({ at: [...here, 'list', 'paging'], says: 'has `header` and `path`; the next link stands in one of them' })
    if (one.list?.by && !JSON.stringify([one.list.by.query ?? {}, one.list.by.body ?? null, one.list.by.variables ?? null, one.list.by.set ?? null]).includes('{values')) found.push({ at: [...here, 'list', 'by'], says: 'never uses {values}: the keys of the parents' })
    if (one.find_in_list && (one.find || !one.list)) found.push({ at: [...here, 'find_in_list'], says: one.find ? 'has no use beside `find`' : 'needs `list`' })
    if (one.only_while && !one.get) found.push({ at: [...here, 'only_while'], says: 'needs `get`: what the record holds is read before it is changed' })
    if (one.find && !JSON.stringify([one.find.path, one.find.query ?? {}, one.find.body ?? null, one.find.variables ?? null]).includes('{value')) found.push({ at: [...here, 'find'], says: 'never uses {value}, so it would answer with every record' })
    for (const operation of ['get', 'update', 'delete'] as const) {
      const call = one[operation]
      const keyIn = operation === 'update' && one.update?.key_in !== undefined
      if (call && !keyIn && !/\{key[.}]/.test(JSON.stringify([call.path, call.query ?? {}, call.body ?? null, call.variables ?? null]))) found.push({ at: [...here, operation], says: 'never uses {key}, so it would not say which record is meant' })
    }
    if (typeof one.create?.key === 'string' && placeholders(one.create.key).some((used) => !used.startsWith('record.'))) found.push({ at: [...here, 'create', 'key'], says: 'can use {record.<path>} only' })
    if (one.update?.condition && !one.version) found.push({ at: [...here, 'update', 'condition'], says: 'needs `version` at the resource' })
    if (one.update?.nested === 'replaced' && one.update.style !== 'put' && !one.get) found.push({ at: [...here, 'update', 'nested'], says: 'needs `get`: what stands beside a nested value is read before it is written' })
    if (one.update?.changes && one.update.body === undefined && one.update.variables === undefined) found.push({ at: [...here, 'update', 'changes'], says: 'needs a `body` (or `variables`) with {changes} at the place of the list' })
    if (one.update?.changes && !one.get) found.push({ at: [...here, 'update', 'changes'], says: 'needs `get`: nested values and lists are read before they are changed' })
    if ((one.update?.condition?.always || one.delete?.condition?.always) && !one.get) found.push({ at: [...here, 'update', 'condition', 'always'], says: 'needs `get`: a version that nobody has is read' })
    for (const [path, change] of Object.entries(one.update?.changes ?? {})) {
      const allowed = 'key' in change ? ['item', 'held', 'value'] : ['field', 'value']
      const unknown = placeholders(JSON.stringify(change)).find((used) => !allowed.includes(used.split('.')[0]!) && used !== 'resource' && !used.startsWith('parameter.'))
      if (unknown !== undefined) found.push({ at: [...here, 'update', 'changes', path], says: `has the unknown placeholder {${unknown}}` })
    }
    for (const [path, field] of Object.entries(one.fields ?? {})) {
      if (path.includes('*') && !(path.endsWith(EACH) && path.indexOf('*') === path.length - 1 && /^[^*]+\.\*\.[^*]+$/.test(field.at ?? '') && Object.keys(field).length === 1)) {
        found.push({ at: [...here, 'fields', path], says: 'a `*` stands for each name at the end of a path, and needs `at`, and nothing else: `values.*: { at: values.*.text }`' })
      }
    }
    if (one.update?.style === 'put' && !one.get && !one.get_many) found.push({ at: [...here, 'update', 'style'], says: '`put` needs `get`: a whole record is read before it is written' })
  }
  for (const [name, one] of Object.entries(manifest.resources)) {
    const calls: [string[], Body | undefined, string[]][] = [
      [['list'], one.list, []], [['list', 'since'], one.list?.since, ['since']], [['list', 'by'], one.list?.by, ['values']], [['get'], one.get, ['key']], [['get_many'], one.get_many, ['keys']],
      [['find'], one.find, ['field', 'value', 'values']], [['create'], one.create, ['key', 'record', 'idempotency_key']], [['update'], one.update, ['key', 'record', 'version', 'changes']],
      [['delete'], one.delete, ['key', 'version']], [['create', 'batch'], one.create?.batch, ['records']], [['delete', 'batch'], one.delete?.batch, ['records', 'keys']], [['update', 'batch'], one.update?.batch, ['records']],
      ...(one.actions ?? []).flatMap((action, index) => (action.calls ?? []).map((call, place): [string[], Body, string[]] => [['actions', String(index), 'calls', String(place)], call, ['key', 'value']])),
    ]
    for (const [at, call] of calls) {
      if (call?.graphql !== undefined && call.body !== undefined) found.push({ at: ['resources', name, ...at], says: 'has `graphql` and `body`; what is sent stands in one of them' })
      if (call?.graphql === undefined && call?.variables !== undefined && at.at(-1) !== 'since' && at.at(-1) !== 'by') found.push({ at: ['resources', name, ...at, 'variables'], says: 'belongs to a `graphql`, which is not there' })
    }
    for (const operation of ['create', 'update'] as const) {
      const write = one[operation]
      for (const [at, call, wanted] of [[[operation], write, 'record'], [[operation, 'batch'], write?.batch, 'records']] as const) {
        const template = call?.graphql === undefined ? call?.body : (call.variables ?? {})
        const named = operation === 'update' && at.length === 1 && one.update?.changes !== undefined ? 'changes' : wanted
        if (template !== undefined && !JSON.stringify(template).includes(`{${named}`)) found.push({ at: ['resources', name, ...at], says: `never uses {${named}}, so nothing of the record would be sent` })
        if (template !== undefined && call?.wrap !== undefined) found.push({ at: ['resources', name, ...at, 'wrap'], says: 'has no use beside a body of its own; put {record} where it belongs' })
      }
    }
    const bodies = calls.flatMap(([at, call, allowed]): [string[], unknown, string[]][] => [[[...at, 'body'], call?.body, allowed], [[...at, 'variables'], call?.variables, allowed]])
    for (const operation of ['update', 'delete'] as const) {
      const condition = one[operation]?.condition
      if (condition && 'set' in condition) bodies.push([[operation, 'condition', 'set'], condition.set, ['key', 'version']])
    }
    bodies.push([['list', 'since', 'set'], one.list?.since?.set, ['since']])
    bodies.push([['list', 'by', 'set'], one.list?.by?.set, ['values']])
    for (const [at, value, allowed] of bodies) {
      const unknown = placeholders(JSON.stringify(value ?? null)).filter((used) => ![...allowed, 'resource', 'partition', 'parent'].includes(used) && !/^(?:parameter|parent)\./.test(used) && !['key', 'record', 'version'].some((one) => allowed.includes(one) && used.startsWith(`${one}.`)))
      if (unknown.length > 0) found.push({ at: ['resources', name, ...at], says: `has the unknown placeholder {${unknown[0]}}` })
    }
  }
  if (manifest.auth) found.push(...authChecks(manifest.auth))
  found.push(...scopeChecks(manifest.resources))
  if (manifest.webhooks) found.push(...webhookChecks(manifest.webhooks))
  found.push(...graphqlChecks(manifest))
  return found
}
