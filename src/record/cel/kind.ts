/** What is known of an expression's value before it is computed, and how golden values become items of that kind. */
import type { Entity, FieldType, Name } from '../../plan/model.ts'
import { type Value, isGroup } from '../value.ts'
import { decimalOf } from './decimal.ts'
import { Amount, type Item } from './item.ts'
import { momentOf } from './moment.ts'

export type Kind =
  | { readonly is: 'any' | 'nothing' | 'boolean' | 'number' | 'text' | 'date' | 'time' | 'datetime' | 'duration' | 'money' | 'quantity' | 'map' }
  | { readonly is: 'codes'; readonly codes: readonly string[]; /** `order.status`, for messages. */ readonly of: string }
  | { readonly is: 'list'; readonly of: Kind }
  | { readonly is: 'group'; readonly members: ReadonlyMap<Name, FieldType>; readonly of: string; readonly far: boolean }
  | { readonly is: 'entity'; readonly entity: Entity }
  /** `far`: it stands in a record that is itself reached by a reference, and leads no further. */
  | { readonly is: 'reference'; readonly to: Name; readonly of: string; readonly far: boolean }

export const ANY: Kind = { is: 'any' }
export const NOTHING: Kind = { is: 'nothing' }
export const BOOLEAN: Kind = { is: 'boolean' }
export const NUMBER: Kind = { is: 'number' }
export const TEXT: Kind = { is: 'text' }

export function kindOf(type: FieldType, of: string, far = false): Kind {
  switch (type.is) {
    case 'integer':
    case 'decimal': return NUMBER
    case 'boolean':
    case 'date':
    case 'time':
    case 'datetime':
    case 'money':
    case 'quantity': return { is: type.is }
    case 'codes': return { is: 'codes', codes: [...type.codes.keys()], of }
    case 'group': return { is: 'group', members: new Map([...type.fields].map(([name, field]) => [name, field.type])), of, far }
    case 'list': return { is: 'list', of: kindOf(type.of, of, far) }
    case 'reference': return { is: 'reference', to: type.to, of, far }
    case 'json': return ANY
    default: return TEXT
  }
}

const NAMES: Readonly<Record<string, string>> = {
  any: 'a value', nothing: 'nothing', boolean: 'true or false', number: 'a number', text: 'a text', date: 'a date', time: 'a time', datetime: 'a moment',
  duration: 'a length of time', money: 'money', quantity: 'a quantity', map: 'a map', codes: 'a code', list: 'a list', group: 'a group', entity: 'a record', reference: 'a reference',
}
export const kindName = (kind: Kind): string => NAMES[kind.is]!

/** A golden value as an item of its kind. What the type would not allow becomes nothing: golden records hold only valid values. */
export function itemOf(value: Value | undefined, kind: Kind): Item {
  if (value === undefined || value === null) return null
  switch (kind.is) {
    case 'number': {
      if (typeof value !== 'string') return null
      const number = Number(value)
      return value.length < 15 && Number.isInteger(number) ? number : (decimalOf(value) ?? null)
    }
    case 'date':
    case 'time':
    case 'datetime': return typeof value === 'string' ? (momentOf(value) ?? null) : null
    case 'money':
    case 'quantity': {
      if (!isGroup(value)) return null
      const amount = decimalOf(String(value['amount'] ?? ''))
      const of = value[kind.is === 'money' ? 'currency' : 'unit']
      return amount ? new Amount(kind.is, amount, typeof of === 'string' ? of : '') : null
    }
    case 'list': return Array.isArray(value) ? (value as readonly Value[]).map((item) => itemOf(item, kind.of)) : null
    default: return value as Item
  }
}
