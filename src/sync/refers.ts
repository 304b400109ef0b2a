import type { Entity, FieldType } from '../plan/model.ts'

/** Entities that records of this one refer to, at any depth. */
export function referred(entity: Entity): string[] {
  return [...new Set([...entity.fields.values()].flatMap((field) => targets(field.type)))]
}

function targets(type: FieldType): string[] {
  if (type.is === 'reference') return [type.to]
  if (type.is === 'group') return [...type.fields.values()].flatMap((field) => targets(field.type))
  return type.is === 'list' ? targets(type.of) : []
}
