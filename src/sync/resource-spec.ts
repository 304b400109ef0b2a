/** What a connector is told about one place. */
import type { FieldMapping, FieldType } from '../plan/model.ts'
import type { ResourceSpec } from '../systems/contract.ts'
import type { Place, Runtime } from './runtime.ts'

export function resourceSpec(runtime: Runtime, place: Place): ResourceSpec {
  const { hold } = place
  const entity = runtime.entities.get(place.entity)!.entity
  const identifiers = place.identifierFields
    .map((fields) => fields.map((field) => place.plainPaths.get(field)))
    .filter((paths): paths is string[] => paths.every((path) => path !== undefined))
  return {
    resource: hold.resource,
    key: hold.key,
    ...(hold.changedAt === undefined ? {} : { changedAt: hold.changedAt }),
    parts: hold.parts,
    ...(place.mapping.columns === undefined ? {} : { columns: place.mapping.columns }),
    identifiers,
    ...(place.sends ? { sends: true } : {}),
    ...(place.receiver === undefined ? {} : { creates: [...hold.fields].flatMap(([name, mapped]) => {
      const type = entity.fields.get(name)?.type
      const written = place.mapping.columns && new Set(place.mapping.columns)
      return (mapped.path ?? []).filter(() => type !== undefined).flatMap((path) => columnsOf(path, type!, mapped, written))
    }) }),
  }
}

/** Flat targets keep an amount and what it is an amount of in two columns, and each member of a group in one of its own. */
function columnsOf(path: string, type: FieldType, mapped: FieldMapping | undefined, written: ReadonlySet<string> | undefined): { path: string; type: string }[] {
  if (type.is === 'group' && written && !written.has(path)) {
    return [...type.fields].flatMap(([name, member]) => {
      const inner = mapped?.fields?.get(name)
      return columnsOf(`${path}_${inner?.path?.[0] ?? name}`, member.type, inner, written).filter((column) => written.has(column.path))
    })
  }
  if (type.is === 'money') return [{ path, type: 'decimal' }, { path: `${path}_currency`, type: 'currency' }]
  if (type.is === 'quantity') return [{ path, type: 'decimal' }, { path: `${path}_unit`, type: 'text' }]
  return [{ path, type: type.is }]
}
