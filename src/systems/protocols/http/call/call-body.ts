/** What a call of the manifest sends: its body with the placeholders filled, or a GraphQL request. */
import type { Native, NativeRecord } from '../../../contract.ts'
import { isMap, merged, put } from '../../../path.ts'
import { type Fill, fillBody } from '../manifest/template.ts'

export interface CallBody {
  readonly body?: unknown
  readonly graphql?: string | undefined
  readonly variables?: unknown
}

/** Undefined: nothing is sent. GraphQL text stands as it is written; braces are its own signs. */
export function callBody(call: CallBody, fill: Fill): Native | undefined {
  if (call.graphql !== undefined) return { query: call.graphql, variables: fillBody((call.variables ?? {}) as Native, fill) }
  if (call.variables !== undefined) return { variables: fillBody(call.variables as Native, fill) }
  return call.body === undefined ? undefined : fillBody(call.body as Native, fill)
}

/** `whole` with what another part of the call adds to it (the position of a `since`). */
export const joinedBody = (whole: Native | undefined, more: Native | undefined): Native | undefined =>
  more === undefined ? whole : isMap(whole) && isMap(more) ? merged(whole, more as NativeRecord) : more

/** What the codes mean that most GraphQL servers answer with; a manifest's own rules come first. */
const USUAL: readonly NativeRecord[] = [
  { code: 'UNAUTHENTICATED', is: 'auth' }, { code: 'FORBIDDEN', is: 'auth' },
  { code: 'THROTTLED', is: 'later' }, { code: 'RATE_LIMITED', is: 'later' },
  { code: 'INTERNAL_SERVER_ERROR', is: 'unsure' },
]

/**
 * Calls with `graphql` go to the one address of the interface, and a failure in it is told in `errors` of an answer with a good
 * status (GraphQL over HTTP): the manifest is completed with both, unless it says otherwise. Anything odd is left for the checks.
 */
export function expandGraphql(given: unknown): unknown {
  if (!isMap(given as Native)) return given
  const manifest = given as NativeRecord
  const { graphql, resources } = manifest
  if (!isMap(graphql) || !isMap(resources)) return given
  const complete = (value: Native): Native => {
    if (Array.isArray(value)) return value.map(complete)
    if (!isMap(value)) return value
    const result: Record<string, Native> = {}
    if (Object.hasOwn(value, 'graphql') && !Object.hasOwn(value, 'path') && graphql['path'] !== undefined) {
      result['path'] = graphql['path']
      if (!Object.hasOwn(value, 'method')) result['method'] = 'POST'
    }
    for (const name of Object.keys(value)) put(result, name, name === 'body' || name === 'variables' ? value[name]! : complete(value[name]!))
    return result
  }
  const errors: NativeRecord = { failed: ['errors'], code: 'errors.0.extensions.code', text: 'errors.0.message' }
  const auth = manifest['auth'] === undefined ? {} : { auth: complete(manifest['auth']) }
  const own = manifest['errors']
  if (own !== undefined && !isMap(own)) return { ...manifest, ...auth, resources: complete(resources) }
  const means = own?.['means'] ?? []
  return { ...manifest, ...auth, errors: { ...errors, ...own, means: Array.isArray(means) ? [...means, ...USUAL] : means }, resources: complete(resources) }
}
