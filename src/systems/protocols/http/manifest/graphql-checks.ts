/** Whether the GraphQL texts of a manifest can be read, know the variables that they are sent, and can stand under aliases. */
import { readGraphql } from './graphql-text.ts'
import type { Manifest } from './manifest.ts'

interface Call {
  readonly graphql?: string | undefined
  readonly variables?: unknown
  readonly query?: unknown
  readonly aliases?: number | undefined
}
type Fault = { readonly at: readonly string[]; readonly says: string }

export function graphqlChecks(manifest: Manifest): Fault[] {
  const found: Fault[] = []
  for (const [name, one] of Object.entries(manifest.resources)) {
    const calls: [readonly string[], Call | undefined, readonly string[]][] = [
      [['list'], one.list, [...namesOf(one.list?.since?.variables), ...pagingNames(one.list?.paging)]],
      [['get'], one.get, []], [['get_many'], one.get_many, []], [['find'], one.find, []], [['create'], one.create, []], [['update'], one.update, []], [['delete'], one.delete, []],
      [['create', 'batch'], one.create?.batch, []], [['update', 'batch'], one.update?.batch, []],
      ...(one.actions ?? []).flatMap((action, index) => (action.calls ?? []).map((call, place): [readonly string[], Call, readonly string[]] => [['actions', String(index), 'calls', String(place)], call, []])),
    ]
    for (const [below, call, further] of calls) if (call) found.push(...checkCall(['resources', name, ...below], call, further))
    for (const operation of ['create', 'update', 'delete'] as const) {
      const call = one[operation]
      if (call?.aliases === undefined) continue
      const at = ['resources', name, operation, 'aliases']
      if ('batch' in call && call.batch !== undefined) found.push({ at, says: 'stands beside a `batch`; several records travel one way or the other' })
      if ('idempotency' in call && call.idempotency !== undefined) found.push({ at, says: 'and `idempotency` do not go together: one request has one header' })
      if ('condition' in call && call.condition !== undefined && !('body' in call.condition)) found.push({ at, says: 'needs a `condition` in the body: one request has one header' })
    }
  }
  return found
}

function checkCall(at: readonly string[], call: Call, further: readonly string[]): Fault[] {
  if (call.graphql === undefined) return call.aliases === undefined ? [] : [{ at: [...at, 'aliases'], says: 'needs `graphql`: only there a request can hold several calls' }]
  const text = readGraphql(call.graphql)
  if ('problem' in text) return [{ at: [...at, 'graphql'], says: text.problem }]
  const unknown = [...namesOf(call.variables), ...further].filter((name) => !text.variables.has(name))
  const found: Fault[] = unknown.slice(0, 1).map((name) => ({ at: [...at, 'graphql'], says: `declares no variable $${name}, which it is sent; it has ${[...text.variables].map((one) => `$${one}`).join(', ') || 'none'}` }))
  if (call.aliases !== undefined && !text.repeated) found.push({ at: [...at, 'aliases'], says: 'needs a `graphql` with exactly one field at its root, and no variables in its fragments' })
  return found
}

const namesOf = (variables: unknown): string[] => (variables !== null && typeof variables === 'object' && !Array.isArray(variables) ? Object.keys(variables) : [])

/** `variables.options.skip` is a part of the variable `options`. */
function pagingNames(paging: object | undefined): string[] {
  const given = paging as { readonly in?: string; readonly parameter?: string; readonly size?: string } | undefined
  if (given?.in !== 'body') return []
  return [given.parameter, given.size].flatMap((path) => /^variables\.([^.]+)/.exec(path ?? '')?.[1] ?? [])
}
