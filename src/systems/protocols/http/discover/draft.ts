/** A first manifest of an interface that nobody has described yet: from its OpenAPI document if it shows one, else from what its lists answer. */
import { Document, isCollection, isMap as isYamlMap, parseDocument, visit } from 'yaml'
import { type Draft, type Native, PlimsollError, type SettingValues } from '../../../contract.ts'
import type { Send } from '../auth/auth.ts'
import { readSpec } from './discover.ts'
import { draftFromOpenApi } from './draft-openapi.ts'
import { nameOf, probe } from './draft-probe.ts'
import { DOCUMENTS } from './draft-words.ts'
import { parseManifest } from '../manifest/manifest-load.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { own } from './openapi.ts'
import { at, isMap, textOf } from '../../../path.ts'
import type { Answer } from '../call/request.ts'

export interface DraftParts {
  readonly send: Send
  /** Opens what was drafted, to read a page with it. */
  readonly tried: (manifest: Manifest, resource: string) => Promise<{ readonly records: number; readonly more: boolean }>
  readonly base: URL
  readonly values: SettingValues
  readonly auth: Manifest['auth']
}

const MOST_RESOURCES = 60

export async function draftManifest(parts: DraftParts, paths: readonly string[], signal: AbortSignal): Promise<Draft> {
  const notes: string[] = []
  const resources: Record<string, unknown> = {}
  let auth: unknown = parts.auth
  const { spec } = parts.values
  const document = paths.length > 0 ? undefined : typeof spec === 'string' && spec !== '' ? await readSpec(spec) : await shownDocument(parts, signal, notes)
  if (document !== undefined) {
    const drafted = draftFromOpenApi(document, parts.base.pathname)
    auth = drafted.auth ?? auth
    Object.assign(resources, Object.fromEntries(Object.entries(drafted.resources).slice(0, MOST_RESOURCES)))
    notes.push(...drafted.notes)
    if (Object.keys(resources).length === 0) notes.push('The OpenAPI document has no lists of records.')
  }
  if (Object.keys(resources).length === 0) {
    const asked = paths.length > 0 ? paths : await shownPaths(parts, signal)
    for (const path of asked.slice(0, MOST_RESOURCES)) {
      const [where, query] = [path.split('?')[0]!, [...new URLSearchParams(path.split('?')[1] ?? '')] as const]
      const found = await probe(parts.send, where.startsWith('/') ? where : `/${where}`, query, signal)
      const name = nameOf(where)
      if ('none' in found) notes.push(`${found.none}.`)
      else {
        resources[Object.hasOwn(resources, name) ? where.split('/').filter((part) => part !== '').join('-') : name] = found.resource
        notes.push(...found.notes.map((note) => `${name}: ${note}`))
      }
    }
  }
  if (Object.keys(resources).length === 0) {
    throw new PlimsollError('http.draft', `Nothing was found to describe.${notes.length === 0 ? '' : ` ${notes.join(' ')}`}`)
  }
  const isOpen = auth === undefined || isMap(auth as Native) && textOf(at(auth as Native, 'kind')) === 'none'
  const text = textOfManifest({ http: 1, ...(isOpen ? {} : { auth }), resources }, notes)
  return { text, notes: [...notes, ...(await trials(parts, text))] }
}

/** What was drafted is used at once: a manifest that can't be read, or reads nothing, is no help. */
async function trials(parts: DraftParts, text: string): Promise<string[]> {
  const manifest = parseManifest(text, 'manifest.yaml')
  const said: string[] = []
  for (const name of Object.keys(manifest.resources).slice(0, 20)) {
    try {
      const { records, more } = await parts.tried(manifest, name)
      said.push(`✓ ${name}: ${more ? 'the first ' : ''}${records} records read with it.`)
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error
      said.push(`✗ ${name}: ${error.message}`)
    }
  }
  return said
}

async function shownDocument(parts: DraftParts, signal: AbortSignal, notes: string[]): Promise<unknown> {
  for (const path of DOCUMENTS) {
    const answer = await quietly(parts.send, `/${path}`, signal)
    if (!answer || answer.status >= 300) continue
    const document = parseDocument(answer.text)
    const read: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 })
    const version = own(read, 'openapi')
    if (typeof version !== 'string' || !version.startsWith('3.')) continue
    notes.push(`It shows an OpenAPI document at /${path}.`)
    return read
  }
  return undefined
}

/** Names that the start page lists: links to lists, or the lists themselves. */
async function shownPaths(parts: DraftParts, signal: AbortSignal): Promise<readonly string[]> {
  for (const path of ['', '/']) {
    const answer = await quietly(parts.send, path, signal)
    let body: Native = null
    try {
      if (answer && answer.status < 300) body = answer.json()
    } catch {
      continue
    }
    if (Array.isArray(body) && body.some(isMap)) return ['/']
    if (!isMap(body)) continue
    const below = parts.base.pathname.replace(/\/+$/, '')
    const links = Object.entries({ ...body, ...(isMap(body['_links']) ? body['_links'] : {}), ...(isMap(body['links']) ? body['links'] : {}) }).flatMap(([name, value]) => {
      const text = textOf(value) ?? textOf(at(value, 'href'))
      if (Array.isArray(value) && value.length > 0 && value.every(isMap)) return [`/${name}`]
      if (text === undefined || !/^(?:https?:\/\/|\/)/.test(text) || text.includes('{')) return []
      const url = new URL(text, parts.base)
      return url.origin === parts.base.origin && url.pathname.startsWith(`${below}/`) && url.pathname.length > below.length + 1 ? [url.pathname.slice(below.length)] : []
    })
    if (links.length > 0) return [...new Set(links)]
  }
  throw new PlimsollError('http.draft', 'The interface shows neither an OpenAPI document nor a start page that lists what it has.')
}

async function quietly(send: Send, path: string, signal: AbortSignal): Promise<Answer | undefined> {
  try {
    return await send({ method: 'GET', path, headers: { accept: 'application/json, application/yaml;q=0.5' }, signal, patient: true })
  } catch (error) {
    if (!(error instanceof PlimsollError) || error.class === 'auth' || error.code === 'http.unreachable' || error.code === 'base.stopped') throw error
    return undefined
  }
}

/** Calls on a line each, as people write them. */
function textOfManifest(manifest: unknown, notes: readonly string[]): string {
  const document = new Document(manifest)
  document.commentBefore = [
    ' A first manifest, found out by reading. Every key: docs/connectors/http-manifest.md', ' Try it: plimsoll connectors read <resource> --url <address> --manifest <this file>',
    ' Writes are what the interface says of itself; try them with `plimsoll connectors write`.', ...notes.map((note) => ` ${note.replaceAll(/\s+/g, ' ')}`),
  ].join('\n')
  visit(document, {
    Map(_key, node, path) {
      if (path.length < 6 && !(path.length >= 2 && isSmall(node))) return undefined
      node.flow = true
      return visit.SKIP
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

const isSmall = (node: unknown): boolean => isYamlMap(node) && JSON.stringify(node).length < 200 && !node.items.some((pair) => isCollection(pair.value) && isYamlMap(pair.value) && pair.value.items.some((inner) => isYamlMap(inner.value)))
