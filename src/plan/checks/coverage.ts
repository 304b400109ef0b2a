/** What a system can't hold of an entity: fields that nobody maps, groups of which a receiver keeps a part, mappings that mean nothing for a type. */
import type { Mistake } from '../mistakes.ts'
import type { FieldType } from '../model.ts'
import { at } from '../normal/reading.ts'
import type { CheckContext } from './index.ts'
import { typeInWords } from './golden.ts'
import { known, membersIn } from './known.ts'
import { error, inWords, warning } from './mistake.ts'
import { soundEntities, takingPart } from './taking-part.ts'
import { writtenMappings } from './written-mappings.ts'

export function unmappedFields(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  return soundEntities(context).flatMap((entity) => {
    const systems = [...new Set(take.of(entity.key).map((part) => part.system))]
    if (systems.length === 0 || !systems.every((system) => take.isComplete(system, entity.key) && take.holds(system.key, entity.key).length > 0)) return []
    return [...entity.fields.keys()].filter((field) => systems.every((system) => take.mappings(system.key, entity.key, field).length === 0))
      .map((field) => warning('field-unmapped', context.keyPlaceOf('entities', entity.key, 'fields', field), `No system maps ${entity.key}.${field}, so it stays empty.`,
        `Map it at systems.${systems[0]!.key}.holds.${entity.key}.fields, or take it out.`))
  })
}

/** A receiver that keeps only some members of what is decided as a whole. */
export function lossy(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  const told = new Set<string>()
  return soundEntities(context).flatMap((entity) => take.of(entity.key).filter((part) => part.end.receives && take.isComplete(part.system, entity.key)).flatMap((part) =>
    take.holds(part.end.system, entity.key).flatMap((hold, i) => [...hold.fields].flatMap(([field, mapping]): Mistake[] => {
      const type = entity.fields.get(field)?.type
      const path = ['systems', part.end.system, 'holds', entity.key, String(i), 'fields', field]
      const key = path.join('/')
      if (type?.is !== 'group' || told.has(key) || !mapping.fields || !take.writes(part, field)) return []
      const lost = [...type.fields.keys()].filter((member) => !mapping.fields!.has(member))
      if (lost.length === 0) return []
      told.add(key)
      return [warning('lossy', context.keyPlaceOf(...path), `${part.end.system} keeps no ${inWords(lost, 'or')} of ${entity.key}.${field}, so that part is lost there.`, `Map ${lost.length === 1 ? 'it' : 'them'} too, if ${part.end.system} has a place for ${lost.length === 1 ? 'it' : 'them'}.`)]
    }))))
}

const NUMBERS: readonly FieldType['is'][] = ['integer', 'decimal', 'money', 'quantity']
const TIMES: readonly FieldType['is'][] = ['date', 'time', 'datetime']
/** Keys of a mapping that mean something for some types only. */
const ONLY_FOR: readonly (readonly [key: string, what: string, types: readonly FieldType['is'][]])[] = [
  ['unit', 'a quantity or money', ['quantity', 'money']], ['currency', 'money', ['money']], ['decimal', 'a number', NUMBERS],
  ['format', 'a date or time', [...TIMES]], ['identifier', 'a reference', ['reference']],
]

export function typeConflicts(context: CheckContext): readonly Mistake[] {
  return writtenMappings(context).flatMap(({ node, path, label, type }): Mistake[] => {
    if (!type) return []
    const of = type.is === 'list' && !membersIn(type) ? type.of : type
    if (at(node, 'fields') && !membersIn(type) && of.is !== 'json') {
      return [error('type-conflict', context.keyPlaceOf(...path, 'fields'), `${label} is ${typeInWords(type)}, so it has no members.`, 'Write its path alone, or make it a group in the entity.')]
    }
    if (at(node, 'each') && type.is !== 'group') {
      return [error('type-conflict', context.keyPlaceOf(...path, 'each'), `${label} is ${typeInWords(type)}, so it has no members.`, 'Write its path alone, or make it a group in the entity.')]
    }
    return ONLY_FOR.filter(([key, , types]) => at(node, key) && !types.includes(of.is) && known(context).isSound(...path, key) && !membersIn(type))
      .map(([key, what]) => error('type-conflict', context.keyPlaceOf(...path, key), `${label} is ${typeInWords(type)}, and \`${key}\` is for ${what}.`, `Take \`${key}\` out, or give the field another type.`))
  })
}

