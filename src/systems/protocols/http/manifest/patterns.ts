/**
 * What many resources of one interface have in common is written once: a pattern, which a resource is `like`, `with` what is its own.
 * And calls by name (JSON-RPC): one address, a method and its parameters. Both become ordinary calls before the manifest is checked.
 */
import type { Native, NativeRecord } from '../../../contract.ts'
import { isMap, merged, put } from '../../../path.ts'

/** Resources that are `like` a pattern become whole; anything odd is left for the checks. */
export function expandPatterns(given: unknown): unknown {
  if (!isMap(given as Native)) return given
  const { patterns, resources, ...manifest } = given as NativeRecord
  if (!isMap(patterns) || !isMap(resources)) return given
  const whole: Record<string, Native> = {}
  for (const name of Object.keys(resources)) {
    const own = resources[name]!
    const like = isMap(own) ? patternOf(patterns, own['like'], 0) : undefined
    if (!isMap(own) || like === undefined) {
      put(whole, name, own)
      continue
    }
    const { like: _pattern, with: words, ...rest } = own
    put(whole, name, named(withoutNulls(merged(like, rest)), isMap(words) ? words : {}))
  }
  return { ...manifest, resources: whole }
}

/** A pattern may be like another one. */
function patternOf(patterns: NativeRecord, name: Native | undefined, depth: number): NativeRecord | undefined {
  const pattern = typeof name === 'string' && Object.hasOwn(patterns, name) ? patterns[name] : undefined
  if (!isMap(pattern) || depth > 5) return undefined
  const { like, ...own } = pattern
  if (like === undefined) return own
  const base = patternOf(patterns, like, depth + 1)
  return base && merged(base, own)
}

/** `delete: null` takes away what the pattern has, `list: { since: null }` a part of it; a `last` of null says something itself. */
function withoutNulls(resource: NativeRecord, depth = 0): NativeRecord {
  return Object.fromEntries(Object.entries(resource).filter(([name, value]) => value !== null || (depth > 0 && name === 'last'))
    .map(([name, value]) => [name, depth === 0 && isMap(value) ? withoutNulls(value, 1) : value]))
}

const WORD = /\{with\.([A-Za-z_]\w*)\}/g
/** Only `{with.<name>}` is filled; a text that is nothing else keeps the type of its value. */
function named(value: Native, words: NativeRecord): Native {
  if (typeof value === 'string') {
    const only = /^\{with\.([A-Za-z_]\w*)\}$/.exec(value)?.[1]
    if (only !== undefined) return Object.hasOwn(words, only) ? words[only]! : value
    return value.replaceAll(WORD, (all, name: string) => (Object.hasOwn(words, name) ? String(words[name]) : all))
  }
  if (Array.isArray(value)) return value.map((item) => named(item, words))
  if (!isMap(value)) return value
  const result: Record<string, Native> = {}
  for (const name of Object.keys(value)) put(result, name.replaceAll(WORD, (all, word: string) => (Object.hasOwn(words, word) ? String(words[word]) : all)), named(value[name]!, words))
  return result
}

/** `rpc: <method>` with `params` becomes a POST to the one address (JSON-RPC 2.0), whose failures stand in answers with a good status. */
export function expandRpc(given: unknown): unknown {
  if (!isMap(given as Native)) return given
  const manifest = given as NativeRecord
  const { rpc } = manifest
  if (!isMap(rpc)) return given
  /** What stands at the end of the parameters of every call about records. */
  const paramsOf = (call: NativeRecord): Native => {
    const params = call['params'] ?? []
    const last = Object.hasOwn(call, 'last') ? call['last'] : rpc['last']
    return last === undefined || last === null || !Array.isArray(params) ? params : [...params, last]
  }
  const complete = (value: Native): Native => {
    if (Array.isArray(value)) return value.map(complete)
    if (!isMap(value)) return value
    const result: Record<string, Native> = {}
    const called = Object.hasOwn(value, 'rpc')
    if (called) {
      if (!Object.hasOwn(value, 'path') && rpc['path'] !== undefined) result['path'] = rpc['path']
      if (!Object.hasOwn(value, 'method')) result['method'] = 'POST'
      result['body'] = { ...(rpc['version'] === 'none' ? {} : { jsonrpc: '2.0' }), id: 1, method: value['rpc']!, params: paramsOf(value) }
    }
    for (const name of Object.keys(value)) {
      if (called && (name === 'rpc' || name === 'params' || name === 'last')) continue
      put(result, name, OPAQUE.has(name) ? value[name]! : complete(value[name]!))
    }
    return result
  }
  const errors: NativeRecord = { failed: ['error'], code: 'error.code', text: 'error.message' }
  const own = manifest['errors']
  return {
    ...manifest,
    ...Object.fromEntries(['auth', 'check', 'names', 'resources'].flatMap((name) => (manifest[name] === undefined ? [] : [[name, complete(manifest[name])]]))),
    errors: own === undefined ? errors : isMap(own) ? { ...errors, ...own } : own,
  }
}

/** Data that is sent as it stands. */
const OPAQUE = new Set(['body', 'variables', 'set', 'query', 'params'])
