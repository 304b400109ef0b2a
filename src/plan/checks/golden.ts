/** Who is right: whether those who decide say anything, and whether the rule fits what is decided. */
import type { Mistake } from '../mistakes.ts'
import type { Entity, FieldType, SurvivorRule } from '../model.ts'
import { at, textAt, textsAt } from '../normal/reading.ts'
import { RULE_WORDS } from '../schema/chapter-data.ts'
import type { CheckContext } from './index.ts'
import { known } from './known.ts'
import { error, inWords } from './mistake.ts'
import { soundEntities, takingPart } from './taking-part.ts'

/** A decider that never says anything would leave the field to whoever came first. */
export const silentDeciders = (context: CheckContext): readonly Mistake[] => soundEntities(context).flatMap((entity) => [...homeSilent(context, entity), ...ownersSilent(context, entity)])

function homeSilent(context: CheckContext, entity: Entity): readonly Mistake[] {
  const take = takingPart(context)
  const path = ['entities', entity.key, 'golden', 'home']
  const home = textAt(context.tree, ...path)
  const parts = take.of(entity.key)
  if (home === undefined || home === 'plimsoll' || parts.length === 0) return []
  const senders = take.senders(entity.key)
  if (!senders.includes(home)) {
    return [error('home-silent', context.placeOf(...path), `${home} is the home of ${entity.key}, but does not send it in any flow.`,
      senders.length > 0 ? `Write it at \`from\` or \`between\` of a flow, or choose another home: ${inWords(senders, 'or')}.` : 'Write it at `from` or `between` of a flow.')]
  }
  const system = context.plan.systems.get(home)!
  if (!take.isComplete(system, entity.key)) return []
  const byField = new Set(textsOfByField(context, entity.key))
  const silent = [...entity.fields.keys()].filter((field) => !byField.has(field) && !take.reads(home, entity.key, field) && senders.some((other) => other !== home && take.reads(other, entity.key, field)))
  if (silent.length === 0) return []
  const other = senders.find((name) => name !== home && take.reads(name, entity.key, silent[0]!))!
  return [error('owner-silent', context.placeOf(...path), `${home} is the home of ${entity.key} and decides ${inWords(silent)}, but does not send ${silent.length === 1 ? 'it' : 'them'}.`,
    `Say who does, for example \`by_field: { ${silent[0]!}: ${other} }\`, or map ${silent.length === 1 ? 'it' : 'them'} at systems.${home}.holds.${entity.key}.`)]
}

const textsOfByField = (context: CheckContext, entity: string): readonly string[] => {
  const node = at(context.tree, 'entities', entity, 'golden', 'by_field')
  return node?.is === 'map' ? node.entries.map((e) => e.key) : []
}

function ownersSilent(context: CheckContext, entity: Entity): readonly Mistake[] {
  const take = takingPart(context)
  if (take.of(entity.key).length === 0) return []
  return textsOfByField(context, entity.key).flatMap((field) => {
    const path = ['entities', entity.key, 'golden', 'by_field', field]
    const named = ['rule', 'among'].flatMap((key) => textsAt(context.tree, ...path, key).map((name, i) => ({ name, at: [...path, key, String(i)] }))).filter(({ name }) => context.plan.systems.has(name))
    return named.flatMap(({ name, at: where }): Mistake[] => {
      const sends = take.senders(entity.key).includes(name)
      const says = sends && (take.reads(name, entity.key, field) || !take.isComplete(context.plan.systems.get(name)!, entity.key))
      if (says) return []
      return [error('owner-silent', context.placeOf(...where), `${name} shall decide ${entity.key}.${field}, but ${sends ? 'does not send this field' : `does not send ${entity.key} in any flow`}.`,
        sends ? `Map \`${field}\` at systems.${name}.holds.${entity.key}.fields, or let another system decide.` : 'Write it at `from` or `between` of a flow, or let another system decide.')]
    })
  })
}

// ── rules and types ──────────────────────────────────────────────────────────────────────────────────────────────────

const TEXTS: ReadonlySet<FieldType['is']> = new Set(['text', 'email', 'phone', 'country', 'currency', 'language', 'postal_code', 'vat_id', 'iban', 'gtin', 'url'] as const)
const ORDERED: ReadonlySet<FieldType['is']> = new Set(['integer', 'decimal', 'money', 'quantity', 'boolean', 'date', 'time', 'datetime', 'codes'] as const)
const FITS: Readonly<Partial<Record<SurvivorRule, { readonly needs: string; readonly fits: (type: FieldType) => boolean }>>> = {
  union: { needs: 'a list', fits: (type) => type.is === 'list' },
  longest: { needs: 'a text', fits: (type) => TEXTS.has(type.is) },
  highest: { needs: 'something with an order (numbers, dates, codes)', fits: (type) => ORDERED.has(type.is) },
  lowest: { needs: 'something with an order (numbers, dates, codes)', fits: (type) => ORDERED.has(type.is) },
}

/** `union` of what is no list, `highest` of texts: there would be no answer. */
export function ruleTypes(context: CheckContext): readonly Mistake[] {
  return [...context.plan.entities.values()].flatMap((entity) => textsOfByField(context, entity.key).flatMap((field): Mistake[] => {
    const path = ['entities', entity.key, 'golden', 'by_field', field]
    if (!known(context).isSound(...path) || !known(context).isSound('entities', entity.key, 'fields', field)) return []
    const written = textsAt(context.tree, ...path, 'rule')
    const mixed = written.length > 1 ? written.findIndex((word) => (RULE_WORDS as readonly string[]).includes(word)) : -1
    if (mixed >= 0) {
      return [error('rule-type', context.placeOf(...path, 'rule', String(mixed)), `\`${written[mixed]!}\` is a rule of its own and can't stand in a list of systems.`, `Write \`{ rule: ${written[mixed]!}, among: [${written.filter((_, i) => i !== mixed).join(', ')}] }\`, or only systems.`)]
    }
    const type = entity.fields.get(field)?.type
    const words = [[written[0], [...path, 'rule', '0']], [textAt(context.tree, ...path, 'first_load'), [...path, 'first_load']]] as const
    return type === undefined ? [] : words.flatMap(([word, where]): Mistake[] => {
      const fit = FITS[word as SurvivorRule]
      if (!fit || fit.fits(type)) return []
      return [error('rule-type', context.placeOf(...where), `\`${word!}\` needs ${fit.needs}, and ${entity.key}.${field} is ${typeInWords(type)}.`, 'Write `latest`, or the system that decides.')]
    })
  }))
}

export const typeInWords = (type: FieldType): string =>
  type.is === 'codes' ? 'a closed list of codes' : type.is === 'integer' || type.is === 'email' ? `an ${type.is}` : `a ${type.is.replace('_', ' ')}`
