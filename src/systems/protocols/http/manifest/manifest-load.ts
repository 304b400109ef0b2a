/** Finds, reads and checks a manifest. Every mistake is named with `file:line`, all of them together. */
import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { isNode, isMap as isYamlMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { PlimsollError, type SettingValue } from '../../../contract.ts'
import '../errors.ts'
import { expandGraphql } from '../call/call-body.ts'
import { expandPatterns, expandRpc } from './patterns.ts'
import { manifestSchema, type Manifest } from './manifest.ts'
import { crossChecks } from './manifest-checks.ts'

/** Manifests of known products: data that lies beside the code. */
const CATALOG = new URL('../../../catalog/', import.meta.url)
const MOST_BYTES = 2 * 1024 * 1024

/** `given`: an absolute path, the name of a catalogue entry (perhaps made absolute by whoever read the plan), or the manifest itself. */
export async function loadManifest(given: SettingValue): Promise<Manifest> {
  if (typeof given === 'string' && given !== '') {
    const file = await isFile(given)
    if (file) return parseManifest(await readFile(given, 'utf8'), given)
    const name = path.basename(given)
    if (/^[a-z0-9][a-z0-9-]*$/.test(name)) {
      const entry = new URL(`${name}.yaml`, CATALOG)
      if (await isFile(entry)) return parseManifest(await readFile(entry, 'utf8'), `${name}.yaml`)
    }
    throw new PlimsollError('http.setting', `There is no manifest ${given}, neither as a file nor in the catalogue (which has ${(await catalogNames()).join(', ') || 'no entries'}).`, { details: { setting: 'manifest' } })
  }
  if (given !== null && typeof given === 'object' && !Array.isArray(given)) return checkManifest(given, (at, key) => ['manifest', ...at, ...(key === undefined ? [] : [key])].join('.'))
  throw new PlimsollError('http.setting', 'The system has no manifest: nothing says which paths its interface has.', { details: { setting: 'manifest' } })
}

export async function catalogNames(): Promise<string[]> {
  const names = await readdir(CATALOG).catch(() => [])
  return names.filter((name) => name.endsWith('.yaml')).map((name) => name.slice(0, -5)).toSorted()
}

async function isFile(file: string | URL): Promise<boolean> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile() && found.size > MOST_BYTES) throw new PlimsollError('http.manifest', `${String(file)} is larger than a manifest can be (${MOST_BYTES} bytes).`)
  return found?.isFile() === true
}

export function parseManifest(text: string, file: string): Manifest {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: true })
  const name = path.basename(file)
  if (document.errors.length > 0) {
    const error = document.errors[0]!
    throw new PlimsollError('http.manifest', `${name}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`, { place: `${name}:${lines.linePos(error.pos[0]).line}` })
  }
  const lineOf = (at: readonly string[], key?: string): string => `${name}:${lines.linePos(offsetOf(document, at, key)).line}`
  return checkManifest(document.toJS({ maxAliasCount: 1_000 }) as unknown, (at, key) => `${lineOf(at, key)}: ${[...at, ...(key === undefined ? [] : [key])].join('.')}`)
}

/** Where a value stands, or the key of that name in it; what is missing stands where it should have been. */
function offsetOf(document: Document, at: readonly string[], key?: string): number {
  for (let length = at.length; length >= 0; length -= 1) {
    const steps = at.slice(0, length)
    const node: unknown = steps.length === 0 ? document.contents : document.getIn(steps, true)
    if (key !== undefined && length === at.length && isYamlMap(node)) {
      for (const pair of node.items) if (isScalar(pair.key) && pair.key.value === key && pair.key.range) return pair.key.range[0]
    }
    const holder: unknown = steps.length === 0 ? undefined : steps.length === 1 ? document.contents : document.getIn(steps.slice(0, -1), true)
    if (isYamlMap(holder)) {
      for (const pair of holder.items) if (isScalar(pair.key) && String(pair.key.value) === steps.at(-1) && pair.key.range) return pair.key.range[0]
    }
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function checkManifest(value: unknown, say: (at: readonly string[], key?: string) => string): Manifest {
  const result = manifestSchema.safeParse(expandGraphql(expandRpc(expandPatterns(value))))
  const mistakes = result.success
    ? crossChecks(result.data).map((one) => `${say(one.at)} ${one.says}`)
    : result.error.issues.flatMap((issue) => explain(issue, [], say))
  if (mistakes.length > 0) {
    const most = 20
    const shown = mistakes.slice(0, most).join('\n')
    throw new PlimsollError('http.manifest', mistakes.length > most ? `${shown}\n… and ${mistakes.length - most} more` : shown, { place: mistakes[0]!.split(': ')[0]! })
  }
  return (result as { data: Manifest }).data
}

function explain(issue: z.core.$ZodIssue, above: readonly string[], say: (at: readonly string[], key?: string) => string): string[] {
  const at = [...above, ...issue.path.map(String)]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const near = nearest(key, keysAt(manifestSchema, at))
        return `${say(at, key)} is no key here${near ? `; did you mean \`${near}\`?` : `; known: ${keysAt(manifestSchema, at).join(', ')}`}`
      })
    case 'invalid_union': {
      // The branch that got furthest is the one that was meant.
      const branches = issue.errors.filter((branch) => branch.length > 0)
      const deepest = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0]
      if (deepest && depth(deepest) > 0) return deepest.flatMap((inner) => explain(inner, at, say))
      const kinds = (issue as { discriminator?: string }).discriminator ? [`${say(at)} must be one of those that docs/connectors/http-manifest.md lists`] : []
      if (kinds.length > 0) return kinds
      return deepest ? deepest.flatMap((inner) => explain(inner, at, say)) : [`${say(at)} has a value that is not known here`]
    }
    case 'invalid_type': return [`${say(at)} ${issue.input === undefined ? 'is missing or empty' : 'has the wrong type'}; expected ${issue.expected === 'record' || issue.expected === 'object' ? 'a map' : `a ${issue.expected}`}`]
    case 'invalid_value': return [`${say(at)} must be ${issue.values.map((value) => `\`${String(value)}\``).join(' or ')}`]
    case 'too_small': return [`${say(at)} must be at least ${String(issue.minimum)}`]
    case 'too_big': return [`${say(at)} must be at most ${String(issue.maximum)}`]
    case 'invalid_key': return issue.issues.flatMap((inner) => [`${say(at)} ${inner.message}`])
    default: return [`${say(at)} ${issue.message}`]
  }
}

const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)))

interface AnySchema {
  readonly _zod: { readonly def: { readonly type: string; readonly innerType?: AnySchema; readonly shape?: Record<string, AnySchema>; readonly valueType?: AnySchema; readonly element?: AnySchema; readonly options?: readonly AnySchema[] } }
}

/** The keys that are allowed at a place, over all forms that the place may have. */
export function keysAt(schema: unknown, at: readonly string[]): string[] {
  let here: AnySchema[] = [schema as AnySchema]
  const open = (list: readonly AnySchema[]): AnySchema[] =>
    list.flatMap((one) => {
      const def = one._zod.def
      if (def.innerType) return open([def.innerType])
      return def.options ? open(def.options) : [one]
    })
  for (const step of at) {
    here = open(here).flatMap(({ _zod: { def } }) => (def.shape ? (Object.hasOwn(def.shape, step) ? [def.shape[step]!] : []) : def.valueType ? [def.valueType] : def.element ? [def.element] : []))
  }
  return [...new Set(open(here).flatMap(({ _zod: { def } }) => Object.keys(def.shape ?? {})))]
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const scored = known.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) })).toSorted((a, b) => a.distance - b.distance)
  return scored[0] && scored[0].distance <= Math.max(1, Math.floor(word.length / 3)) ? scored[0].candidate : undefined
}

function editDistance(a: string, b: string): number {
  if (a.length > 64) return a.length
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
