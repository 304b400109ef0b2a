import { identifies } from '../record/placeholders.ts'
import type { FieldType } from '../plan/model.ts'
import type { Value } from '../record/value.ts'
import type { EntityRuntime } from './runtime.ts'

/** What a record says that it is. */
export interface Identity { readonly kind: string; readonly value: string }

/** The valid identifiers among these values: no placeholders, every part there. `form`: the one of a value in which equal ones are the same text. */
export function identitiesAmong(entity: EntityRuntime, value: (field: string) => Value | undefined, form: (value: Value, type: FieldType) => string): Identity[] {
  const found: Identity[] = []
  for (const { kind, fields } of entity.identifiers) {
    const parts: string[] = []
    for (const name of fields) {
      const of = value(name)
      const type = entity.entity.fields.get(name)?.type
      if (of === undefined || of === null || !type || !identifies(of, type)) break
      parts.push(form(of, type))
    }
    if (parts.length === fields.length) found.push({ kind, value: parts.length === 1 ? parts[0]! : JSON.stringify(parts) })
  }
  return found
}
