/** What a connector is told about one place. */
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
      return (mapped.path ?? []).filter(() => type !== undefined).flatMap((path) => columnsOf(path, type!.is))
    }) }),
  }
}

/** Flat targets keep an amount and what it is an amount of in two columns. */
function columnsOf(path: string, type: string): { path: string; type: string }[] {
  if (type === 'money') return [{ path, type: 'decimal' }, { path: `${path}_currency`, type: 'currency' }]
  if (type === 'quantity') return [{ path, type: 'decimal' }, { path: `${path}_unit`, type: 'text' }]
  return [{ path, type }]
}
