/** What a message means, said as data: where its record, key and kind stand. The same words serve both directions. */
import type { SettingSpec, SettingValues } from '../../contract.ts'
import { settingError } from './failures.ts'
import { mapIn, numberIn, textIn, yesIn } from './server.ts'

export const meaningSettings: readonly SettingSpec[] = [
  { name: 'format', type: 'text', values: ['json', 'ndjson'], default: 'json', about: 'How the body of a message is written: one JSON value, or one on each line.' },
  { name: 'record', type: 'text', about: 'Where the record, or a list of records, stands in the body, such as `data.product`. Default: the body itself.' },
  { name: 'key', type: 'text', about: 'Where the key stands, if not in the record: a path in the body, or `@header.id`, `@topic.2` (the third part of the topic), `@routing_key`.' },
  { name: 'kind', type: 'text', about: 'Where the kind of event stands, such as `event`, `@type` or `@header.kind`.' },
  { name: 'kinds', type: 'map', about: 'Which kinds mean what: { create: product.added, update: [product.changed, product.moved], delete: product.deleted }. When writing, the first of each is said.' },
  { name: 'other_kinds', type: 'text', values: ['aside', 'ignore'], default: 'aside', about: 'What becomes of messages of another kind: set aside, or acknowledged and left out.' },
  { name: 'empty_deletes', type: 'boolean', default: 'false', about: 'Whether a message without a body says that the record is deleted. Its key is then taken from `key`.' },
  { name: 'fields', type: 'map', about: 'Further fields of the record from around it: { source: "@header.source", at: meta.time }.' },
  { name: 'part', type: 'boolean', default: 'false', about: 'Whether messages bring only what changed; what one leaves out is then not said.' },
  { name: 'max_message_kb', type: 'number', default: '1024', about: 'Larger messages are set aside without being read.' },
  { name: 'repeats', type: 'text', values: ['ask', 'dropped'], default: 'ask', about: 'When the confirmation of a new record was lost: `ask` a person, or send it again since every receiver is known to drop messages whose id it has seen (`dropped`).' },
  { name: 'headers', type: 'map', about: 'Headers of what is written; {field} stands for a field of the record.' },
]

export interface MeaningSettings {
  readonly lines: boolean
  readonly record: string
  readonly key: string | undefined
  readonly kind: string | undefined
  readonly kinds: ReadonlyMap<Kind, readonly string[]>
  readonly ignoresOthers: boolean
  readonly emptyDeletes: boolean
  readonly fields: ReadonlyMap<string, string>
  readonly part: boolean
  readonly maxBytes: number
  readonly repeatsDropped: boolean
  readonly headers: ReadonlyMap<string, string>
}

export type Kind = 'create' | 'update' | 'delete'
const KINDS: readonly Kind[] = ['create', 'update', 'delete']

export function readMeaning(values: SettingValues): MeaningSettings {
  const kinds = new Map<Kind, readonly string[]>()
  for (const [kind, words] of mapIn(values, 'kinds')) {
    if (!KINDS.includes(kind as Kind)) throw settingError('kinds', `knows create, update and delete, not ${JSON.stringify(kind.slice(0, 60))}`)
    const list = typeof words === 'string' ? [words] : words
    if (list.length === 0 || list.includes('')) throw settingError('kinds', `names nothing for ${kind}`)
    kinds.set(kind as Kind, list)
  }
  const kind = textIn(values, 'kind')
  if (kinds.size > 0 && kind === undefined) throw settingError('kinds', 'needs `kind`: nobody knows where in a message its kind stands')
  if (kind !== undefined && kinds.size === 0) throw settingError('kind', 'needs `kinds`: nobody knows what the kinds mean')
  const all = [...kinds.values()].flat()
  if (new Set(all).size < all.length) throw settingError('kinds', 'gives one kind two meanings')
  return {
    lines: oneOf(values, 'format', ['json', 'ndjson']) === 'ndjson',
    record: textIn(values, 'record') ?? '',
    key: textIn(values, 'key'),
    kind, kinds,
    ignoresOthers: oneOf(values, 'other_kinds', ['aside', 'ignore']) === 'ignore',
    emptyDeletes: yesIn(values, 'empty_deletes', false),
    fields: texts(values, 'fields'),
    part: yesIn(values, 'part', false),
    maxBytes: numberIn(values, 'max_message_kb', 1_024, 1, 65_536) * 1_024,
    repeatsDropped: oneOf(values, 'repeats', ['ask', 'dropped']) === 'dropped',
    headers: texts(values, 'headers'),
  }
}

function texts(values: SettingValues, name: string): ReadonlyMap<string, string> {
  return new Map([...mapIn(values, name)].map(([key, value]) => {
    if (typeof value !== 'string') throw settingError(name, `must have one text for ${JSON.stringify(key.slice(0, 60))}`)
    return [key, value]
  }))
}

export function oneOf<const T extends string>(values: SettingValues, name: string, words: readonly [T, ...T[]]): T {
  const value = textIn(values, name) ?? words[0]
  if (!words.includes(value as T)) throw settingError(name, `is ${JSON.stringify(value.slice(0, 60))}; it must be one of ${words.join(', ')}`)
  return value as T
}
