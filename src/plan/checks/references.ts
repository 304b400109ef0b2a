/** References: whether the record they point at can be there. */
import { reads, writes } from '../direction.ts'
import type { Mistake } from '../mistakes.ts'
import type { FieldMapping, FieldType } from '../model.ts'
import type { CheckContext } from './index.ts'
import { membersIn } from './known.ts'
import { error } from './mistake.ts'
import { soundEntities, takingPart } from './taking-part.ts'

/** A key of a record that is never exchanged with the system means nothing to the others. */
export function unlinked(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  const takesPart = new Set([...context.plan.flows.values()].flatMap((flow) => flow.ends.map((end) => `${end.system}/${flow.entity}`)))
  return soundEntities(context).flatMap((entity) => {
    const systems = new Set(take.of(entity.key).map((part) => part.end.system))
    return [...systems].flatMap((system) => take.holds(system, entity.key).flatMap((hold, i) => [...hold.fields].flatMap(([name, mapping]) => {
      const type = entity.fields.get(name)?.type
      return type ? referencesIn(type, mapping, [name]).flatMap(({ to, path }): Mistake[] => {
        if (takesPart.has(`${system}/${to}`) || !context.plan.entities.has(to) || !take.isSound(to)) return []
        const fields = path.flatMap((one) => ['fields', one])
        return [error('reference-unlinked', context.keyPlaceOf('systems', system, 'holds', entity.key, String(i), ...fields), `${entity.key}.${path.join('.')} points at ${to}, but no flow exchanges ${to} with ${system}.`,
          `Add ${system} to a flow of ${to}, or write \`identifier:\` with the field by which ${system} names it.`)]
      }) : []
    })))
  })
}

function referencesIn(type: FieldType, mapping: FieldMapping, path: readonly string[]): readonly { readonly to: string; readonly path: readonly string[] }[] {
  if (type.is === 'reference') return mapping.identifier === undefined && mapping.value === undefined && (reads(mapping) || writes(mapping)) ? [{ to: type.to, path }] : []
  if (type.is === 'list' && type.of.is === 'reference') return referencesIn(type.of, mapping, path)
  return [...(membersIn(type) ?? [])].flatMap(([name, member]) => {
    const own: FieldMapping | undefined = mapping.fields ? mapping.fields.get(name) : { path: [name], access: 'both' }
    return own ? referencesIn(member.type, own, [...path, name]) : []
  })
}

/** Records that need each other: neither could be created first. Each circle is told once. */
export function cycles(context: CheckContext): readonly Mistake[] {
  const needs = new Map([...context.plan.entities.values()].map((entity) => [entity.key, entity.required.flatMap((field, i) => {
    const type = entity.fields.get(field)?.type
    return type?.is === 'reference' && !type.late ? [{ to: type.to, field, i }] : []
  })] as const))
  const found: Mistake[] = []
  const done = new Set<string>()
  const visit = (entity: string, way: readonly { readonly entity: string; readonly field: string; readonly i: number }[]): void => {
    if (done.has(entity)) return
    for (const { to, field, i } of needs.get(entity) ?? []) {
      const here = [...way, { entity, field, i }]
      const start = here.findIndex((step) => step.entity === to)
      if (start < 0) visit(to, here)
      else found.push(circle(context, here.slice(start)))
    }
    done.add(entity)
  }
  for (const entity of needs.keys()) visit(entity, [])
  return found
}

function circle(context: CheckContext, way: readonly { readonly entity: string; readonly field: string; readonly i: number }[]): Mistake {
  const [first] = way as [typeof way[number]]
  const steps = way.map((step, i) => `${step.entity} needs ${way[(i + 1) % way.length]!.entity} (${step.field})`)
  const says = way.length === 1 ? `Each ${first.entity} needs another ${first.entity} (${first.field}): the first could never be created.` : `${steps.join(', and ')}: neither could be created first.`
  const last = way.at(-1)!
  return error('reference-cycle', context.placeOf('entities', first.entity, 'required', String(first.i)), says,
    `Take \`${last.field}\` out of entities.${last.entity}.required, or write \`late: true\` at the field: then it is added when the other exists.`)
}
