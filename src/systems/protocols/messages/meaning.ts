/** From a message to the records that it speaks of. What can't be understood is set aside; it never blocks what comes after it. */
import { createHash } from 'node:crypto'
import { asPlimsollError } from '../../../base/errors.ts'
import { parseJson, writeJson } from '../../../base/json.ts'
import { type BrokenRecord, keyOf, type Native, type NativeRecord, Numeral, PlimsollError, type ResourceSpec, type SourceRecord } from '../../contract.ts'
import type { Kind, MeaningSettings } from './meaning-settings.ts'
import { at, isMap, put, textOf } from '../../path.ts'

/** A message as a broker hands it over. */
export interface Message {
  /** Empty where it was too large to be kept. */
  readonly body: Uint8Array
  readonly bytes: number
  /** What tells such a body from others. */
  readonly instead?: string
  /** What stands around the body: `header`, `routing_key`, `topic` … */
  readonly about: NativeRecord
  /** The sender's id of it, if it gave one. */
  readonly id: string | undefined
  /** The broker says that it may have come before. */
  readonly again: boolean
}

export interface Said {
  readonly records: readonly SourceRecord[]
  readonly broken: readonly BrokenRecord[]
  readonly ignored: number
}

/** Of a broken message so much is shown. */
const SHOWN = 2_000

/** 48 bits of what makes a message this one. */
export function digestOf({ body, about, id, instead = '' }: Message): string {
  const place = textOf(about['routing_key']) ?? textOf(about['topic_name']) ?? ''
  return createHash('sha256').update(`${id ?? ''}\0${place}\0${instead}\0`).update(body).digest('base64url').slice(0, 8)
}

export class Meaning {
  readonly #settings: MeaningSettings
  readonly #spec: ResourceSpec
  readonly #paths: readonly string[]

  constructor(settings: MeaningSettings, spec: ResourceSpec) {
    this.#settings = settings
    this.#spec = spec
    this.#paths = keyPaths(spec)
  }

  of(message: Message): Said {
    const name = `message ${message.id === undefined ? digestOf(message) : message.id.slice(0, 200)}`
    if (message.bytes > this.#settings.maxBytes) return broken(name, `it has ${message.bytes} bytes; max_message_kb allows ${this.#settings.maxBytes}`, message.body)
    if (message.body.length === 0 && this.#settings.emptyDeletes) return this.#deletion(name, message, null)
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(message.body)
    } catch {
      return broken(name, 'it is no text in UTF-8', message.body)
    }
    if (!this.#settings.lines) return this.#part(name, text, message)
    const lines = text.split('\n').map((line, i) => [line, i + 1] as const).filter(([line]) => line.trim() !== '')
    return joined(lines.map(([line, n]) => this.#part(`${name}, line ${n}`, line, message)))
  }

  #part(name: string, text: string, message: Message): Said {
    let body: Native
    try {
      body = parseJson(text)
    } catch (error) {
      return broken(name, asPlimsollError(error).message, text)
    }
    const kind = this.#kindOf(message, body)
    if (kind === 'other') return this.#settings.ignoresOthers ? { records: [], broken: [], ignored: 1 } : broken(name, `its kind ${JSON.stringify(textOf(this.#value(message, body, this.#settings.kind!)) ?? null).slice(0, 100)} is none of those in \`kinds\``, text)
    const found = at(body, this.#settings.record)
    if (kind === 'delete' && !Array.isArray(found)) return this.#deletion(name, message, body)
    if (Array.isArray(found)) return joined(found.map((one, i) => this.#record(`${name}, record ${i + 1}`, one, message, body, kind)))
    return this.#record(name, found, message, body, kind)
  }

  #kindOf(message: Message, body: Native): Kind | 'other' {
    const { kind, kinds } = this.#settings
    if (kind === undefined) return 'update'
    const says = textOf(this.#value(message, body, kind))
    return [...kinds].find(([, words]) => says !== undefined && words.includes(says))?.[0] ?? 'other'
  }

  /** `@…` is around the body, the rest inside it. */
  #value(message: Message, body: Native, path: string): Native | undefined {
    return path.startsWith('@') ? at(message.about, path.slice(1)) : at(body, path)
  }

  #record(name: string, found: Native | undefined, message: Message, body: Native, kind: Kind): Said {
    if (!isMap(found)) return broken(name, found === undefined ? `it has nothing at ${JSON.stringify(this.#settings.record)}` : 'its record is no object', found ?? body)
    const values: Record<string, Native> = {}
    for (const field of Object.keys(found)) put(values, field, found[field]!)
    for (const [field, path] of this.#settings.fields) put(values, field, this.#value(message, body, path) ?? null)
    // Of many records in one message each has its own key.
    const key = this.#keyOf(values, message, body)
    if ('says' in key) return broken(name, key.says, found)
    if (kind === 'delete') return one({ ...key, values: {}, deleted: true })
    const editedAt = this.#editedAt(values, message, body)
    return one({ ...key, values, ...(editedAt === undefined ? {} : { editedAt }), ...(this.#settings.part ? { partial: true } : {}) })
  }

  #deletion(name: string, message: Message, body: Native): Said {
    const found = at(body, this.#settings.record)
    const key = this.#keyOf(isMap(found) ? found : isMap(body) ? body : {}, message, body)
    return 'says' in key ? broken(name, key.says, body) : one({ ...key, values: {}, deleted: true })
  }

  #keyOf(values: NativeRecord, message: Message, body: Native): { readonly key: string; readonly numericKey?: true } | { readonly says: string } {
    const { key: named } = this.#settings
    const paths = named === undefined ? this.#paths : [named]
    if (paths.length === 0) return { says: 'nobody knows its key: say `key` in `holds` or in the settings' }
    const parts: Native[] = []
    for (const path of paths) {
      const value = named === undefined ? at(values, path) : this.#value(message, body, path)
      if (textOf(value) === undefined || value === '') return { says: `its key ${JSON.stringify(path)} is ${value === undefined ? 'not there' : value === null || value === '' ? 'empty' : 'no single value'}` }
      parts.push(value!)
    }
    const [only] = parts
    return { key: keyOf(parts), ...(parts.length === 1 && (typeof only === 'number' || only instanceof Numeral) ? { numericKey: true as const } : {}) }
  }

  #editedAt(values: NativeRecord, message: Message, body: Native): number | undefined {
    const { changedAt } = this.#spec
    if (changedAt === undefined) return undefined
    return momentOf(changedAt.startsWith('@') ? this.#value(message, body, changedAt) : at(values, changedAt))
  }
}

export const keyPaths = (spec: ResourceSpec): readonly string[] => (spec.key.length > 0 ? spec.key : (spec.identifiers[0] ?? []))

/** ISO with a zone, seconds or milliseconds since 1970. A time without a zone says too little. */
function momentOf(value: Native | undefined): number | undefined {
  const text = textOf(value) ?? ''
  if (/^\d{9,11}(?:\.\d+)?$/.test(text)) return Math.floor(Number(text) * 1_000)
  if (/^\d{12,14}$/.test(text)) return Number(text)
  const ms = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

const one = (record: SourceRecord): Said => ({ records: [record], broken: [], ignored: 0 })

function broken(place: string, says: string, raw: Uint8Array | Native): Said {
  const text = raw instanceof Uint8Array ? Buffer.from(raw.subarray(0, SHOWN)).toString('latin1') : typeof raw === 'string' ? raw : writeJson(raw)
  return { records: [], broken: [{ place, says, raw: text.slice(0, SHOWN) }], ignored: 0 }
}

function joined(parts: readonly Said[]): Said {
  return { records: parts.flatMap((part) => part.records), broken: parts.flatMap((part) => part.broken), ignored: parts.reduce((sum, part) => sum + part.ignored, 0) }
}

/** For resources that the plan only writes. */
export const notRead = (resource: string): PlimsollError => new PlimsollError('messages.direction', `${resource} is written in the plan; reading it would take its messages from whoever they are meant for.`, { executed: false })
