/** A value that a person typed, read by the field's type. */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Native } from '../base/numeral.ts'
import type { FieldType } from '../plan/model.ts'
import { nearest } from '../plan/names.ts'
import { typeParser } from '../record/types/rules.ts'
import type { Value } from '../record/value.ts'
import type { EntityRuntime } from './runtime.ts'

registerErrors({
  'sync.no_field': { class: 'plan', hint: 'Write a field of the entity as the plan names it.' },
  'sync.bad_value': { class: 'plan', hint: 'Write a value of the field\'s type. Amounts, groups and lists are written as JSON, nothing at all for empty.' },
})

export function typedValue(field: string, type: FieldType, text: string, reading: { readonly timeZone: string; readonly country?: string }): Value {
  const structured = type.is === 'group' || type.is === 'list' || type.is === 'money' || type.is === 'quantity'
  let native: Native = text
  if (structured && /^\s*[[{]/.test(text)) native = parseJson(text)
  // `12.50 EUR`
  const amount = type.is === 'money' ? /^\s*(-?[\d.]+)\s*([A-Z]{3})\s*$/.exec(text) : null
  if (amount) native = { amount: amount[1]!, currency: amount[2]! }
  const parsed = typeParser(type, reading)(native)
  if (parsed.ok) return parsed.value
  throw new PlimsollError('sync.bad_value', `${field}: ${parsed.broken.says}`, { place: field })
}

export function fieldType(entity: EntityRuntime, field: string): FieldType {
  const of = entity.entity.fields.get(field)
  if (of) return of.type
  const right = nearest(field, [...entity.entity.fields.keys()])
  throw new PlimsollError('sync.no_field', `${entity.entity.key} has no field ${field}${right === undefined ? '' : `; did you mean ${right}?`}`)
}
