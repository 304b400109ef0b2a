/**
 * Values that an interface writes as maps with a tag (`{"class":"date","year":2026,…}`): the manifest has a table of their kinds. Read, they
 * become what the rest of the product knows, with all their digits; written, they get their form from the declared kind of a field.
 */
import { z } from 'zod'
import { type Native, numeral } from '../../../contract.ts'
import { flag, whole } from '../manifest/manifest-words.ts'
import { isMap, put, textOf } from '../../../path.ts'
import type { Answer } from './request.ts'

const name = z.string().min(1).max(60)
const kind = z.union([
  /** Year, month, day, and for times hour, minute, second and a fraction, each under a name of its own. */
  z.strictObject({ is: z.enum(['date', 'datetime', 'time']), parts: z.array(name).min(3).max(7), digits: whole(1, 9).optional(), utc: flag.optional() }),
  z.strictObject({ is: z.enum(['decimal', 'number', 'bytes', 'text']), value: name }),
])
export const typedValues = z.strictObject({ tag: name, kinds: z.record(name, kind) })
export type TypedManifest = z.infer<typeof typedValues>
type Kind = z.infer<typeof kind>

/** Every tagged map in an answer as a value; what is no value of its kind stays the map that it is. */
export function readTyped(typed: TypedManifest, value: Native): Native {
  if (Array.isArray(value)) return value.map((item) => readTyped(typed, item))
  if (!isMap(value)) return value
  const tag = Object.hasOwn(value, typed.tag) ? value[typed.tag] : undefined
  if (typeof tag === 'string' && Object.hasOwn(typed.kinds, tag)) return valueOf(typed.kinds[tag]!, value) ?? value
  const result: Record<string, Native> = {}
  for (const key of Object.keys(value)) put(result, key, readTyped(typed, value[key]!))
  return result
}

/** The form in which the interface wants a value of this kind; what can't be one is sent as it is, for the other side to refuse. */
export function writeTyped(typed: TypedManifest, called: string, value: Native): Native {
  const one = Object.hasOwn(typed.kinds, called) ? typed.kinds[called] : undefined
  const parts = one === undefined || value === null ? undefined : partsOf(one, value)
  return parts === undefined ? value : { [typed.tag]: called, ...parts }
}

/** Answers whose typed values are read already. */
export const typedAnswer = (typed: TypedManifest | undefined, answer: Answer): Answer => {
  if (typed === undefined) return answer
  let read: { readonly value: Native } | undefined
  return { ...answer, json: () => (read ??= { value: readTyped(typed, answer.json()) }).value }
}

const MOST_DIGITS = 1_000
const DECIMAL = /^-?\d+(?:\.\d+)?$/
const MOST: readonly number[] = [9999, 12, 31, 23, 59, 60]

function valueOf(one: Kind, map: Readonly<Record<string, Native>>): Native | undefined {
  const own = (key: string): Native | undefined => (Object.hasOwn(map, key) ? map[key] : undefined)
  if ('value' in one) {
    const held = textOf(own(one.value))
    if (held === undefined) return undefined
    switch (one.is) {
      case 'text': return held
      case 'bytes': return /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(held) ? new Uint8Array(Buffer.from(held, 'base64')) : undefined
      case 'decimal': case 'number': return held.length <= MOST_DIGITS ? exactNumber(held) : undefined
    }
  }
  const first = one.is === 'time' ? 3 : 0
  const numbers = one.parts.map((part) => own(part) ?? 0)
  if (!numbers.every((part, index) => typeof part === 'number' && Number.isInteger(part) && part >= 0 && part <= (MOST[first + index] ?? 10 ** (one.digits ?? 6) - 1))) return undefined
  const two = (index: number): string => String(numbers[index] ?? 0).padStart(2, '0')
  const clock = (at: number): string => {
    const fraction = Number(numbers[at + 3] ?? 0)
    return `${two(at)}:${two(at + 1)}:${two(at + 2)}${fraction === 0 ? '' : `.${String(fraction).padStart(one.digits ?? 6, '0')}`}`
  }
  if (one.is === 'time') return clock(0)
  const day = `${String(numbers[0]).padStart(4, '0')}-${two(1)}-${two(2)}`
  return one.is === 'date' ? day : `${day}T${clock(3)}${one.utc === true ? 'Z' : ''}`
}

/** Exponents are written out: `1E+2` is 100. */
function exactNumber(text: string): Native | undefined {
  if (DECIMAL.test(text)) return numeral(text)
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/.exec(text)
  if (!match) return undefined
  const [, sign = '', before = '', after = '', exponent = '0'] = match
  const digits = before + after
  const point = before.length + Number(exponent)
  const padded = point <= 0 ? digits.padStart(digits.length - point + 1, '0') : digits.padEnd(point, '0')
  const at = point <= 0 ? 1 : point
  const written = `${padded.slice(0, at).replace(/^0+(?=\d)/, '')}${padded.length > at ? `.${padded.slice(at)}` : ''}`
  return numeral(`${sign}${written}`)
}

const MOMENT = /^(?:(\d{4})-(\d{2})-(\d{2}))?(?:(?:^|[T ])(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/i

function partsOf(one: Kind, value: Native): Record<string, Native> | undefined {
  if ('value' in one) {
    if (one.is === 'bytes') return value instanceof Uint8Array || typeof value === 'string' ? { [one.value]: value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value } : undefined
    const text = textOf(value)
    if (text === undefined || (one.is !== 'text' && !DECIMAL.test(text))) return undefined
    return { [one.value]: one.is === 'number' ? numeral(text) : text }
  }
  if (typeof value !== 'string') return undefined
  const match = MOMENT.exec(value.trim())
  if (!match || (one.is === 'time' ? match[4] === undefined : match[1] === undefined)) return undefined
  const moment = one.is === 'datetime' && match[8] !== undefined && !/^z$/i.test(match[8]) ? MOMENT.exec(new Date(Date.parse(value)).toISOString()) : match
  if (!moment) return undefined
  const digits = one.digits ?? 6
  const numbers = [1, 2, 3, 4, 5, 6].map((index) => Number(moment[index] ?? 0))
  numbers.push(Number((match[7] ?? '').padEnd(digits, '0').slice(0, digits)))
  const from = one.is === 'time' ? 3 : 0
  return Object.fromEntries(one.parts.map((part, index) => [part, numbers[from + index] ?? 0]))
}
