/** When two values in hub form are the same, and which of two comes first. Pure functions of value and type. */
import type { FieldType } from '../plan/model.ts'
import type { Canonical, CompareValues } from './contracts.ts'
import { compareDigits, timesRatio } from './types/digits.ts'
import { dimensionOf, toBase } from './types/units.ts'
import { isGroup, type Value, type ValueGroup } from './value.ts'

/** A file is its content, wherever it lies. */
const CONTENT = /sha256:[\da-f]{64}$/

/**
 * One text for equal values. What is the same although it is written differently: a group's member that is null and one that
 * is missing (a system that lacks the member would never agree otherwise), an empty list and null, line ends of texts,
 * quantities in convertible units, a link and the golden record that it leads to.
 */
export const canonical: Canonical = (value, type, resolve) => {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') {
    if (type.is === 'file') return JSON.stringify(CONTENT.exec(value)?.[0] ?? value)
    return JSON.stringify(type.is === 'text' && value.includes('\r') ? value.replaceAll('\r\n', '\n') : value)
  }
  if (type.is === 'list' && Array.isArray(value)) return canonicalList(value, type, resolve)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, type, resolve)).join(',')}]`
  const group = value as ValueGroup
  switch (type.is) {
    case 'group': return canonicalGroup(group, type, resolve)
    case 'reference': return canonicalReference(group, resolve)
    case 'quantity': return canonicalQuantity(group)
    default: return sortedJson(group)
  }
}

function canonicalList(items: readonly Value[], type: Extract<FieldType, { is: 'list' }>, resolve: Parameters<Canonical>[2]): string {
  if (items.length === 0) return 'null'
  const texts = items.map((item) => canonical(item, type.of, resolve))
  if (type.key !== undefined) {
    const { of, key } = type
    const field = of.is === 'group' ? of.fields.get(key) : undefined
    const keys = items.map((item) => (field && isGroup(item) ? canonical(item[key] ?? null, field.type, resolve) : ''))
    const order = texts.map((_, i) => i).toSorted((a, b) => compareText(keys[a]!, keys[b]!) || compareText(texts[a]!, texts[b]!))
    return `[${order.map((i) => texts[i]!).join(',')}]`
  }
  return `[${(type.ordered ? texts : texts.toSorted(compareText)).join(',')}]`
}

function canonicalGroup(group: ValueGroup, type: Extract<FieldType, { is: 'group' }>, resolve: Parameters<Canonical>[2]): string {
  const parts: string[] = []
  for (const name of Object.keys(group).toSorted(compareText)) {
    const field = type.fields.get(name)
    const text = field ? canonical(group[name]!, field.type, resolve) : sortedJson(group[name]!)
    if (text !== 'null') parts.push(`${JSON.stringify(name)}:${text}`)
  }
  return parts.length === 0 ? 'null' : `{${parts.join(',')}}`
}

function canonicalReference(group: ValueGroup, resolve: Parameters<Canonical>[2]): string {
  const link = group['link']
  if (typeof link !== 'string') return sortedJson(group)
  const golden = resolve?.(link)
  return golden === undefined ? `link:${JSON.stringify(link)}` : `golden:${JSON.stringify(golden)}`
}

function canonicalQuantity(group: ValueGroup): string {
  const base = inBase(group)
  return base === undefined ? sortedJson(group) : `${base} ${JSON.stringify(dimensionOf(group['unit'] as string))}`
}

const DIGITS = /^-?\d+(?:\.\d+)?$/

/** The amount in the base unit of its dimension; undefined: this is no quantity. */
function inBase(group: ValueGroup): string | undefined {
  const [amount, unit] = [group['amount'], group['unit']]
  if (typeof amount !== 'string' || typeof unit !== 'string' || !DIGITS.test(amount)) return undefined
  return timesRatio(amount, toBase(unit))
}

function sortedJson(value: Value): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(sortedJson).join(',')}]`
  const group = value as ValueGroup
  return `{${Object.keys(group).toSorted(compareText).map((key) => `${JSON.stringify(key)}:${sortedJson(group[key]!)}`).join(',')}}`
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Values of another shape than the type's (left from an older plan) sort by shape, so that the order stays total. */
function shape(value: Value, type: FieldType): number {
  if (value === null) return 0
  if (typeof value === 'boolean') return 1
  if (typeof value === 'string') return 2
  if (Array.isArray(value)) return type.is === 'list' && value.length === 0 ? 0 : 3
  return type.is === 'group' && canonical(value, type) === 'null' ? 0 : 4
}

/** A total order; 0 exactly for values that are the same. null comes first. */
export const compareValues: CompareValues = (a, b, type) => {
  const [x, y] = [shape(a, type), shape(b, type)]
  if (x !== y) return x - y
  if (x === 0 || a === b) return 0
  if (x === 1) return a === false ? -1 : 1
  if (x === 2) return compareScalars(a as string, b as string, type)
  if (x === 3) return compareLists(a as readonly Value[], b as readonly Value[], type)
  return compareGroups(a as ValueGroup, b as ValueGroup, type) || compareText(canonical(a, type), canonical(b, type))
}

function compareScalars(a: string, b: string, type: FieldType): number {
  switch (type.is) {
    case 'integer':
    case 'decimal': return compareNumbers(a, b)
    case 'codes': {
      const order = [...type.codes.keys()]
      return order.indexOf(a) - order.indexOf(b) || compareText(a, b)
    }
    // The `Z` would sort a fraction before the full second.
    case 'datetime': return compareText(a.replace(/Z$/, ''), b.replace(/Z$/, '')) || compareText(a, b)
    case 'file':
    case 'text': return compareText(canonical(a, type), canonical(b, type))
    default: return compareText(a, b)
  }
}

/** Shorter lists first; equally long ones by their first items that differ. */
function compareLists(a: readonly Value[], b: readonly Value[], type: FieldType): number {
  if (a.length !== b.length) return a.length - b.length
  if (type.is === 'list' && type.ordered && type.key === undefined) {
    for (const [i, item] of a.entries()) {
      const order = compareValues(item, b[i]!, type.of)
      if (order !== 0) return order
    }
    return 0
  }
  return compareText(canonical(a, type), canonical(b, type))
}

function compareGroups(a: ValueGroup, b: ValueGroup, type: FieldType): number {
  if (type.is === 'money') {
    // Amounts of two currencies have no order of their own; by currency first keeps it total.
    return compareText(textOf(a, 'currency'), textOf(b, 'currency')) || compareNumbers(textOf(a, 'amount'), textOf(b, 'amount'))
  }
  if (type.is === 'quantity') {
    return compareText(dimensionOf(textOf(a, 'unit')), dimensionOf(textOf(b, 'unit'))) || compareNumbers(inBase(a) ?? '', inBase(b) ?? '')
  }
  return 0
}

function textOf(group: ValueGroup, member: string): string {
  const value = group[member]
  return typeof value === 'string' ? value : ''
}

/** What is no number (left from an older plan) comes first. */
function compareNumbers(a: string, b: string): number {
  const [x, y] = [DIGITS.test(a), DIGITS.test(b)]
  return x && y ? compareDigits(a, b) : x === y ? compareText(a, b) : x ? 1 : -1
}

/** For the rule `longest`: texts by code points, lists by items, groups by members that say something; null is shortest. */
export function compareLengths(a: Value, b: Value): number {
  return lengthOf(a) - lengthOf(b)
}

function lengthOf(value: Value): number {
  if (value === null) return -1
  if (typeof value === 'boolean') return 0
  if (typeof value === 'string') return codePoints(value)
  if (Array.isArray(value)) return value.length
  return Object.values(value as ValueGroup).filter((member) => member !== null).length
}

/** Number of code points, without making an array of them. */
export function codePoints(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length - 1; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd8_00 && unit <= 0xdb_ff) {
      const next = text.charCodeAt(i + 1)
      if (next >= 0xdc_00 && next <= 0xdf_ff) {
        count -= 1
        i += 1
      }
    }
  }
  return count
}
