/**
 * Values while an expression is computed, and how they compare. Null means both "empty" and "not there"; every operation
 * has a result for it (docs/expressions.md), so that a missing field never stops a batch.
 */
import { type Native, type NativeRecord, Numeral, numeral } from '../../base/numeral.ts'
import { Decimal, compareDecimals, decimalOf, decimalText, failed, whole } from './decimal.ts'
import { Moment, Span, momentOf, momentText, spanText } from './moment.ts'

export class Amount {
  readonly amount: Decimal
  /** Currency or unit. */
  readonly of: string
  readonly is: 'money' | 'quantity'
  constructor(is: Amount['is'], amount: Decimal, of: string) {
    this.is = is
    this.amount = amount
    this.of = of
  }
}

/** `number` is a safe integer; everything else that is a number is a Decimal or, from a system, a Numeral. */
export type Item = null | boolean | number | string | Decimal | Numeral | Moment | Span | Amount | Uint8Array | readonly Item[] | ItemRecord
export interface ItemRecord { readonly [key: string]: Item }

export const isItemRecord = (item: Item): item is ItemRecord =>
  typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof Decimal) && !(item instanceof Numeral) &&
  !(item instanceof Moment) && !(item instanceof Span) && !(item instanceof Amount) && !(item instanceof Uint8Array)

const MAX_SHOWN = 40
export function shown(item: Item): string {
  const text = item === null ? 'nothing' : typeof item === 'object' && (Array.isArray(item) || isItemRecord(item)) ? (Array.isArray(item) ? 'a list' : 'an object') : textOf(item)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** An item as a number; a text that writes one counts, since many systems have only text. */
export function numberOf(item: Item): Decimal | undefined {
  if (typeof item === 'number') return Number.isSafeInteger(item) ? whole(item) : decimalOf(String(item))
  if (item instanceof Decimal) return item
  if (item instanceof Numeral) return decimalOf(item.text)
  return typeof item === 'string' ? decimalOf(item) : undefined
}

const isNumber = (item: Item): boolean => typeof item === 'number' || item instanceof Decimal || item instanceof Numeral

/** An item as a yes or no: nothing is no; `1`, `0`, `"true"`, `"false"` count, since many systems have no booleans. */
export function truthOf(item: Item): boolean {
  if (typeof item === 'boolean') return item
  if (item === null) return false
  const truth = truthLike(item)
  if (truth === undefined) throw failed(`\`${shown(item)}\` is neither true nor false.`)
  return truth
}

function truthLike(item: Item): boolean | undefined {
  if (item === 1 || item === 'true') return true
  if (item === 0 || item === 'false') return false
  return undefined
}

const MAX_DEPTH = 100

export function equalItems(a: Item, b: Item, depth = 0): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  if (typeof a === 'string' && typeof b === 'string') return false
  if (depth > MAX_DEPTH) throw failed(`A value is nested deeper than ${MAX_DEPTH} levels.`)
  if (typeof a === 'boolean') return truthLike(b) === a
  if (typeof b === 'boolean') return truthLike(a) === b
  if (isNumber(a) || isNumber(b)) {
    const [x, y] = [numberOf(a), numberOf(b)]
    return x !== undefined && y !== undefined && compareDecimals(x, y) === 0
  }
  if (a instanceof Moment || b instanceof Moment) {
    const [x, y] = moments(a, b)
    return x !== undefined && y !== undefined && comparable(x, y) && x.nanos === y.nanos
  }
  if (a instanceof Span || b instanceof Span) return a instanceof Span && b instanceof Span && a.nanos === b.nanos
  if (a instanceof Amount || b instanceof Amount) {
    return a instanceof Amount && b instanceof Amount && a.of === b.of && compareDecimals(a.amount, b.amount) === 0
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item: Item, i) => equalItems(item, b[i] as Item, depth + 1))
  }
  if (a instanceof Uint8Array || b instanceof Uint8Array) return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (!isItemRecord(a) || !isItemRecord(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalItems(a[key]!, b[key]!, depth + 1))
}

const moments = (a: Item, b: Item): [Moment | undefined, Moment | undefined] => [asMoment(a), asMoment(b)]
const asMoment = (item: Item): Moment | undefined => (item instanceof Moment ? item : typeof item === 'string' ? momentOf(item) : undefined)
/** A date is the beginning of its day; a time of day compares only with a time of day. */
const comparable = (a: Moment, b: Moment): boolean => (a.is === 'time') === (b.is === 'time')

/** Negative, zero, positive; `undefined` when one of them is nothing. What has no order is an error. */
export function orderItems(a: Item, b: Item): number | undefined {
  if (a === null || b === null) return undefined
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (a instanceof Amount && b instanceof Amount) {
    if (a.of !== b.of) throw failed(`${shown(a)} and ${shown(b)} can't be compared: ${a.is === 'money' ? 'currencies' : 'units'} differ.`)
    return compareDecimals(a.amount, b.amount)
  }
  if (a instanceof Span && b instanceof Span) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
  if (a instanceof Moment || b instanceof Moment) {
    const [x, y] = moments(a, b)
    if (x && y && comparable(x, y)) return x.nanos < y.nanos ? -1 : x.nanos > y.nanos ? 1 : 0
  } else if (isNumber(a) || isNumber(b)) {
    const [x, y] = [numberOf(a), numberOf(b)]
    if (x && y) return compareDecimals(x, y)
  } else if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  else if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  throw failed(`\`${shown(a)}\` and \`${shown(b)}\` can't be compared.`)
}

/** A scalar as text. */
export function textOf(item: Item): string {
  if (item === null) return ''
  if (typeof item === 'string') return item
  if (typeof item === 'number' || typeof item === 'boolean') return String(item)
  if (item instanceof Decimal) return decimalText(item)
  if (item instanceof Numeral) return item.text
  if (item instanceof Moment) return momentText(item)
  if (item instanceof Span) return spanText(item)
  if (item instanceof Amount) return `${decimalText(item.amount)} ${item.of}`
  throw failed('A list or an object is no text.')
}

/** What an expression gave, as a system's value. */
export function nativeItem(item: Item): Native {
  if (item === null || typeof item === 'boolean' || typeof item === 'number' || typeof item === 'string') return item
  if (item instanceof Numeral || item instanceof Uint8Array) return item
  if (item instanceof Decimal) return numeral(decimalText(item))
  if (item instanceof Moment || item instanceof Span) return textOf(item)
  if (item instanceof Amount) return { amount: numeral(decimalText(item.amount)), [item.is === 'money' ? 'currency' : 'unit']: item.of }
  if (Array.isArray(item)) return (item as readonly Item[]).map(nativeItem)
  const record: NativeRecord = {}
  for (const key of Object.keys(item)) Object.defineProperty(record, key, { value: nativeItem((item as ItemRecord)[key]!), enumerable: true, configurable: true, writable: true })
  return record
}
