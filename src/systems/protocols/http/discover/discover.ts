/** Which resources and fields an interface has: from its OpenAPI document, else from a sample of what its lists hold. */
import { readFile, stat } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { type DiscoveredField, type DiscoveredResource, type Native, type NativeRecord, Numeral, PlimsollError, type SettingValue } from '../../../contract.ts'
import { orThrow } from '../call/answer.ts'
import { discoverGraphql, isBare } from './graphql-discover.ts'
import { resourcesOf } from './openapi.ts'
import { namedResource } from '../manifest/named.ts'
import { at, isMap, textOf } from '../../../path.ts'
import { openResource, type SessionContext } from '../resource.ts'

const SAMPLE = 100
const MOST_SPEC_BYTES = 32 * 1024 * 1024
const MOST_DEPTH = 4
const UNREADABLE: ReadonlySet<string> = new Set(['http.answer', 'http.not_there', 'http.refused'])

export async function discover(session: SessionContext, spec: SettingValue, signal: AbortSignal): Promise<readonly DiscoveredResource[]> {
  if (typeof spec === 'string' && spec !== '') return resourcesOf(await readSpec(spec))
  if (isBare(session)) return discoverGraphql(session, signal)
  const named = Object.keys(session.manifest.resources).filter((name) => !name.endsWith('*'))
  const found: DiscoveredResource[] = []
  for (const name of [...named, ...(await listedNames(session, signal)).filter((name) => !named.includes(name))]) {
    const manifest = namedResource(session.manifest, name)?.manifest
    if (!manifest?.list) continue
    const resource = openResource(session, { resource: name, key: [], parts: new Map(), identifiers: [] }, false)
    const sample: NativeRecord[] = []
    try {
      for await (const page of resource.read({ signal, pageSize: SAMPLE })) {
        sample.push(...page.records.map((record) => record.values))
        if (sample.length >= SAMPLE) break
      }
    } catch (error) {
      // What the interface lists by itself need not be read as the manifest says for any name.
      if (named.includes(name) || !(error instanceof PlimsollError) || !UNREADABLE.has(error.code)) throw error
      continue
    }
    found.push({
      name,
      key: manifest.key === undefined ? ['id'] : typeof manifest.key === 'string' ? [manifest.key] : manifest.key,
      ...(manifest.changed === undefined ? {} : { changedAt: typeof manifest.changed === 'string' ? manifest.changed : manifest.changed[0]! }),
      fields: fieldsOf(sample),
    })
  }
  return found
}

/** Names that the interface itself lists, for a manifest that takes any. */
async function listedNames(session: SessionContext, signal: AbortSignal): Promise<string[]> {
  const { names } = session.manifest
  if (!names || !Object.hasOwn(session.manifest.resources, '*')) return []
  const answer = orThrow(await session.send({ method: 'GET', path: names.path, signal }), 'read', session.manifest.errors, session.mask)
  if (answer.missing) return []
  const listed = at(answer.json(), names.list ?? '')
  if (Array.isArray(listed)) return listed.map((one) => textOf(at(one, names.name ?? ''))).filter((name) => name !== undefined)
  if (!isMap(listed)) return []
  return names.name === undefined ? Object.keys(listed).filter((name) => Array.isArray(listed[name])) : Object.values(listed).map((one) => textOf(at(one, names.name!))).filter((name) => name !== undefined)
}

export async function readSpec(file: string): Promise<unknown> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile() || found.size > MOST_SPEC_BYTES) {
    throw new PlimsollError('http.setting', `The OpenAPI document ${file} ${found ? 'is not a file of a usable size' : 'does not exist'}.`, { details: { setting: 'spec' } })
  }
  const document = parseDocument(await readFile(file, 'utf8'))
  if (document.errors.length > 0) throw new PlimsollError('http.setting', `The OpenAPI document ${file} can't be read: ${document.errors[0]!.message.split('\n')[0]}`, { details: { setting: 'spec' } })
  return document.toJS({ maxAliasCount: 100 }) as unknown
}

/** Values of such fields are never shown. */
const LOOKS_SECRET = /pass(?:word|wd|phrase)?|secret|token|api_?key|credential|hash|salt|iban|card|cvv|ssn|pesel/i

interface Tally {
  count: number
  nulls: number
  readonly types: Set<string>
  readonly values: Set<string>
  readonly examples: string[]
  longest: number
}

export function fieldsOf(sample: readonly NativeRecord[]): DiscoveredField[] {
  const tallies = new Map<string, Tally>()
  const walk = (record: NativeRecord, above: string, depth: number): void => {
    for (const name of Object.keys(record)) {
      const path = above + (/^[^."()\s][^."()]*$/.test(name) ? name : `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
      const value = record[name]!
      if (isMap(value) && depth < MOST_DEPTH) {
        walk(value, `${path}.`, depth + 1)
        continue
      }
      let tally = tallies.get(path)
      if (!tally) tallies.set(path, (tally = { count: 0, nulls: 0, types: new Set(), values: new Set(), examples: [], longest: 0 }))
      tally.count += 1
      if (value === null || value === '') {
        tally.nulls += 1
        continue
      }
      tally.types.add(typeOf(value))
      const text = textOf(value)
      if (text === undefined) continue
      tally.longest = Math.max(tally.longest, text.length)
      tally.values.add(text)
      if (tally.examples.length < 3 && !tally.examples.includes(text.slice(0, 40)) && !LOOKS_SECRET.test(path)) tally.examples.push(text.slice(0, 40))
    }
  }
  for (const record of sample) walk(record, '', 0)
  return [...tallies].map(([path, tally]) => {
    const filled = tally.count - tally.nulls
    const type = oneType(tally.types)
    return {
      path,
      type,
      nullable: tally.nulls > 0 || tally.count < sample.length,
      ...(type === 'text' && tally.longest > 0 ? { length: tally.longest } : {}),
      ...(filled >= 20 && tally.values.size === filled ? { unique: true } : {}),
      ...(tally.examples.length > 0 ? { examples: tally.examples } : {}),
    }
  })
}

function typeOf(value: Native): string {
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return 'integer'
  if (value instanceof Numeral) return /^-?\d+$/.test(value.text) ? 'integer' : 'decimal'
  if (typeof value !== 'string') return 'json'
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'date'
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(value)) return 'datetime'
  if (value.length < 255 && /^[^\s@]+@[^\s@.]+\.[^\s@]+$/.test(value)) return 'email'
  return /^https?:\/\/\S+$/.test(value) ? 'url' : 'text'
}

function oneType(types: ReadonlySet<string>): string {
  if (types.size === 1) return [...types][0]!
  if (types.size === 2 && types.has('integer') && types.has('decimal')) return 'decimal'
  return types.has('json') ? 'json' : 'text'
}
