/** `list`: in order, as a set, or told apart by a key member. Null items are left out. */
import { parseJson } from '../../base/json.ts'
import type { Native } from '../../base/numeral.ts'
import type { FieldType } from '../../plan/model.ts'
import { canonical, compareValues } from '../canonical.ts'
import { isGroup, type Parsed, type Value } from '../value.ts'
import { bad, badly, type Format, good, NOTHING, type Parse, shown } from './rule.ts'

export type ListType = Extract<FieldType, { is: 'list' }>

/** Items in hub form → the list in hub form: a set sorted and without doubles, a keyed list sorted by its key. */
export function listOf(items: readonly Value[], type: ListType): Parsed {
  const present = items.filter((item) => item !== null)
  if (type.key !== undefined) return keyed(present, type, type.key)
  if (type.ordered) return good(present)
  const set = new Map(present.map((item) => [canonical(item, type.of), item] as const))
  return good([...set].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item))
}

function keyed(items: readonly Value[], type: ListType, key: string): Parsed {
  const field = type.of.is === 'group' ? type.of.fields.get(key) : undefined
  const seen = new Map<string, { readonly item: Value; readonly key: Value }>()
  for (const item of items) {
    const value = isGroup(item) && Object.hasOwn(item, key) ? item[key]! : null
    if (value === null) return bad('key', `An item of the list has no \`${key}\`, which tells items apart.`)
    const text = field ? canonical(value, field.type) : JSON.stringify(value)
    if (seen.has(text)) return bad('key', `Two items of the list have the ${key} ${shown(typeof value === 'string' ? value : text)}.`)
    seen.set(text, { item, key: value })
  }
  const order = field ? (a: Value, b: Value): number => compareValues(a, b, field.type) : undefined
  const sorted = [...seen].toSorted(([x, a], [y, b]) => order?.(a.key, b.key) || (x < y ? -1 : 1))
  return good(sorted.map(([, { item }]) => item))
}

export function listParser(type: ListType, item: Parse): Parse {
  return (native) => {
    const items = itemsOf(native)
    if (items === undefined) return bad('type', `${shown(native)} is no list.`)
    if (items === null) return NOTHING
    const values: Value[] = []
    for (const [i, one] of items.entries()) {
      const parsed = item(one)
      if (!parsed.ok) return badly({ rule: parsed.broken.rule, says: `Item ${i + 1}: ${parsed.broken.says}` })
      values.push(parsed.value)
    }
    return listOf(values, type)
  }
}

/** An array, or its JSON text: flat systems keep lists so. */
function itemsOf(native: Native): readonly Native[] | null | undefined {
  if (native === null || Array.isArray(native)) return native
  if (typeof native !== 'string') return undefined
  const text = native.trim()
  if (text === '') return null
  if (!text.startsWith('[')) return undefined
  try {
    const parsed = parseJson(text)
    return Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

export function listFormatter(item: Format): Format {
  return (value) => (value === null ? null : (value as readonly Value[]).map(item))
}
