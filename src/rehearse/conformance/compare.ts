/** When two values are the same: by meaning of what one side wrote as a number, by letter for everything else. */
import { canonicalNative, packNative, parseJson, writeJson } from '../../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../../systems/contract.ts'

const isNumber = (value: Native): value is number | Numeral => typeof value === 'number' || value instanceof Numeral
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function number(value: Native): string | undefined {
  const text = isNumber(value) || typeof value === 'string' ? String(value) : ''
  return NUMBER.test(text) ? canonicalNative(new Numeral(text)) : undefined
}

/** A text is a text and must be equal to the letter; a number may come back as its digits, where a system knows only texts. */
export function alike(a: Native, b: Native): boolean {
  if (a === null || b === null) return a === b
  if (isNumber(a) || isNumber(b)) return number(a) !== undefined && number(a) === number(b)
  if (typeof a === 'boolean' || typeof b === 'boolean') return String(a) === String(b)
  if (typeof a === 'string' && typeof b === 'string') return a === b
  if (typeof a === 'object' && typeof b === 'object') return canonicalNative(a) === canonicalNative(b)
  return structure(a) === structure(b)
}

/** A list or map may stand in a flat system as JSON text. */
function structure(value: Native): string {
  if (typeof value !== 'string') return canonicalNative(value)
  try {
    return canonicalNative(parseJson(value))
  } catch {
    return canonicalNative(value)
  }
}

/** The first path at which `held` does not say what was wanted. */
export const difference = (wanted: NativeRecord, held: NativeRecord): string | undefined =>
  Object.keys(wanted).find((path) => !alike(wanted[path]!, Object.hasOwn(held, path) ? held[path]! : null))

/** Same values, to the letter and the type. */
export const identical = (a: NativeRecord, b: NativeRecord): boolean => strict(a) === strict(b)
const strict = (value: NativeRecord): string => packNative(Object.fromEntries(Object.keys(value).toSorted().map((path) => [path, value[path]!])))

export function shown(value: unknown): string {
  const text = isNative(value) ? writeJson(value) : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
const isNative = (value: unknown): value is Native => {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true
  if (typeof value !== 'object') return false
  return value instanceof Numeral || value instanceof Uint8Array || Object.values(value!).every(isNative)
}
