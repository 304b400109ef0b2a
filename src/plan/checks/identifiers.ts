/** How a record of one system is recognised in another. */
import type { Mistake } from '../mistakes.ts'
import type { Entity } from '../model.ts'
import { at } from '../normal/reading.ts'
import type { CheckContext } from './index.ts'
import { error, inWords, note, warning } from './mistake.ts'
import { soundEntities, takingPart } from './taking-part.ts'

export const identifierChecks = (context: CheckContext): readonly Mistake[] => soundEntities(context).flatMap((entity) => {
  if (entity.identifiers === undefined) return noIdentifier(context, entity)
  return [...unsent(context, entity), ...late(context, entity)]
})

function noIdentifier(context: CheckContext, entity: Entity): readonly Mistake[] {
  const senders = takingPart(context).senders(entity.key)
  if (senders.length < 2 || at(context.tree, 'entities', entity.key, 'match')) return []
  const all = senders.length === 2 ? 'both' : 'all'
  return [error('no-identifier', context.keyPlaceOf('entities', entity.key), `${inWords(senders)} ${all} send ${entity.key}, and nothing says how to recognise the same one.`,
    `Write \`identifiers: [${[...entity.fields.keys()][0] ?? '…'}]\` with the fields that tell, or \`identifiers: []\` if it is never the same.`)]
}

/** A sender shares no identifier with any other that takes part. */
function unsent(context: CheckContext, entity: Entity): readonly Mistake[] {
  const take = takingPart(context)
  const identifiers = entity.identifiers ?? []
  const parts = take.of(entity.key)
  const systems = [...new Set(parts.map((part) => part.end.system))]
  if (identifiers.length === 0 || systems.length < 2) return []
  const readable = (system: string): readonly number[] => identifiers.flatMap((fields, i) => (fields.every((field) => take.reads(system, entity.key, field)) ? [i] : []))
  const senders = take.senders(entity.key)
  const complete = (system: string): boolean => take.isComplete(context.plan.systems.get(system)!, entity.key) && take.holds(system, entity.key).length > 0
  return senders.flatMap((sender): Mistake[] => {
    if (!complete(sender) || take.reads(sender, entity.key, 'id')) return []
    const own = readable(sender)
    // Of two senders that share no identifier the later is told; one that has none at all is told itself.
    const earlier = senders.slice(0, senders.indexOf(sender)).filter((other) => !complete(other) || readable(other).length > 0)
    const meets = earlier.length === 0 || earlier.some((other) => !complete(other) || readable(other).some((i) => own.includes(i)))
    if (own.length > 0 && meets) return []
    const names = identifiers.map((fields) => fields.join(' with '))
    const lacks = own.length > 0 ? `${sender} sends ${entity.key} with ${inWords(own.map((i) => names[i]!))}, by which no other sender can be recognised` : `${sender} sends ${entity.key} without ${inWords(names, 'or')}`
    return [warning('identifier-unsent', context.keyPlaceOf('systems', sender, 'holds', entity.key), `${lacks}: its records never meet those of the others.`,
      `Map \`${identifiers[0]![0]!}\` at systems.${sender}.holds.${entity.key}.fields.`)]
  })
}

/** A number that a receiver gives when it gets the record: until then the record is known by its keys. */
function late(context: CheckContext, entity: Entity): readonly Mistake[] {
  const take = takingPart(context)
  // Nobody said what every record has, or another identifier is enough to recognise it.
  if (entity.required.length === 0 || entity.identifiers?.some((fields) => fields.every((field) => entity.required.includes(field)))) return []
  return (entity.identifiers ?? []).flatMap((fields, i): Mistake[] => {
    const field = fields[0]!
    const rule = entity.golden.rules.get(field)
    const issuer = rule?.rule === 'owner' ? rule.among[0] : undefined
    if (fields.length !== 1 || issuer === undefined || entity.required.includes(field)) return []
    const receives = take.of(entity.key).some((part) => part.end.system === issuer && part.end.receives)
    const others = take.senders(entity.key).some((system) => system !== issuer)
    if (!receives || !others) return []
    return [note('identifier-late', context.placeOf('entities', entity.key, 'identifiers', String(i)), `${issuer} issues ${entity.key}.${field} when it gets the record; until then it is recognised by its links.`)]
  })
}
