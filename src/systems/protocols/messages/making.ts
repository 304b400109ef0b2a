/** From a record to the message that tells of it. */
import { createHash } from 'node:crypto'
import { writeJson } from '../../../base/json.ts'
import { keyOf, type Native, type NativeRecord, type ResourceSpec, splitKey, type WriteItem, type WriteResult } from '../../contract.ts'
import { keyPaths } from './meaning.ts'
import type { MeaningSettings } from './meaning-settings.ts'
import { at, merged, textOf, wrap } from '../../path.ts'
import { filled, placeholders } from './template.ts'

export interface Made {
  readonly body: Buffer
  readonly headers: ReadonlyMap<string, string>
  /** What `kind: "@type"` says. */
  readonly type: string | undefined
  readonly key: string
  /** The same for every repetition of this write, and for no other message of any store. */
  readonly id: string
  /** A text with placeholders, filled; undefined: one of them is empty. */
  fill(text: string, encode?: (value: string) => string): string | undefined
}
type Refused = Extract<WriteResult, { readonly is: 'refused' }>
const refused = (code: string, says: string): Refused => ({ is: 'refused', code, says })

export function making(settings: MeaningSettings, spec: ResourceSpec, system: string): (item: WriteItem) => Made | Refused {
  const paths = keyPaths(spec)
  return (item) => {
    const { operation } = item
    const word = settings.kinds.get(operation)?.[0]
    const isEmpty = operation === 'delete' && settings.emptyDeletes
    if (operation === 'delete' && word === undefined && !isEmpty) return refused('deletes', 'No message says here that a record is deleted: name its kind in `kinds`, or set `empty_deletes`.')
    if (operation !== 'delete' && word === undefined && settings.kinds.size > 0) return refused('kinds', `\`kinds\` has no word for ${operation}.`)
    const values = operation === 'delete' ? keyed(paths, item.key ?? '') : item.values
    const own = paths.map((path) => at(values, path))
    const key = item.key ?? (own.length > 0 && own.every((value) => textOf(value) !== undefined && value !== '') ? keyOf(own as Native[]) : item.idempotencyKey)
    const about = new Map([['@key', key], ['@kind', word ?? operation]])
    const value = (path: string): Native | undefined => (path.startsWith('@') ? about.get(path) : at(values, path))
    const fill = (text: string, encode?: (value: string) => string): string | undefined =>
      placeholders(text).some((path) => (textOf(value(path)) ?? '') === '') ? undefined : filled(text, value, encode)

    const headers = new Map<string, string>()
    for (const [name, text] of settings.headers) headers.set(name, filled(text, value))
    let type: string | undefined
    let body = settings.record === '' ? values : (wrap(settings.record, values) as NativeRecord)
    const say = (path: string | undefined, text: string): void => {
      if (path === undefined) return
      if (!path.startsWith('@')) body = merged(body, wrap(path, text) as NativeRecord)
      else if (path.startsWith('@header.')) headers.set(path.slice('@header.'.length), text)
      else if (path === '@type') type = text
    }
    if (word !== undefined) say(settings.kind, word)
    say(settings.key, key)
    // oxlint-disable-next-line no-control-regex
    const bad = [...headers].find(([name, text]) => /[\u0000-\u001F\u007F]/.test(name + text))
    if (bad) return refused('header', `The header ${bad[0]} would hold a sign that no header may hold.`)
    const bytes = isEmpty ? Buffer.alloc(0) : Buffer.from(writeJson(body) + (settings.lines ? '\n' : ''))
    if (bytes.length > settings.maxBytes) return refused('size', `The message has ${bytes.length} bytes; max_message_kb allows ${settings.maxBytes}.`)
    const digest = createHash('sha256').update(`${system}\0${spec.resource}\0${key}\0`).update(bytes).digest('hex').slice(0, 16)
    return { body: bytes, headers, type, key, id: `${item.idempotencyKey}.${digest}`, fill }
  }
}

function keyed(paths: readonly string[], key: string): NativeRecord {
  const parts = splitKey(key, Math.max(1, paths.length))
  return paths.reduce<NativeRecord>((values, path, i) => merged(values, wrap(path, parts[i] ?? '') as NativeRecord), {})
}
