import type { Entity, FieldRule, Golden, Rule, SurvivorRule } from '../model.ts'
import { labelOf } from '../names.ts'
import { RULE_WORDS } from '../schema/chapter-data.ts'
import type { Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { type TypedField, untyped } from './fields.ts'
import { at, entriesAt, given, itemsAt, textAt, textsAt } from './reading.ts'

/** Each identifier is a list of fields that identify together; undefined: nothing said. */
export const identifiers = (node: Node): readonly (readonly Name[])[] | undefined =>
  at(node, 'identifiers') && lists(node, 'identifiers')

const lists = (node: Node | undefined, ...keys: readonly string[]): readonly (readonly Name[])[] =>
  itemsAt(node, ...keys).map((item) => (item.is === 'list' ? item.items.flatMap((i) => (i.is === 'text' ? [i.text] : [])) : []))

/** `senders`: the systems that send the entity in any flow, in the order of the plan. */
export function entity(key: Name, node: Node, fields: ReadonlyMap<Name, TypedField>, senders: readonly Name[]): Entity {
  const accountable = textAt(node, 'accountable')
  return {
    key,
    name: textAt(node, 'name') ?? labelOf(key),
    was: textsAt(node, 'was'),
    fields: untyped(fields),
    required: textsAt(node, 'required'),
    ...given({
      identifiers: identifiers(node),
      personal: at(node, 'personal') && textsAt(node, 'personal'),
      accountable,
      steward: textAt(node, 'steward') ?? accountable,
      standard: textAt(node, 'standard'),
    }),
    golden: golden(at(node, 'golden'), fields, senders),
    rules: entriesAt(node, 'rules').map((e) => quality(e.key, e.value)),
  }
}

function golden(node: Node | undefined, fields: ReadonlyMap<Name, TypedField>, senders: readonly Name[]): Golden {
  const home = textAt(node, 'home') ?? (senders.length === 1 ? senders[0]! : 'plimsoll')
  const usual: FieldRule = home === 'plimsoll' ? { rule: 'latest', among: [] } : { rule: 'owner', among: [home] }
  const rules = new Map<Name, FieldRule>()
  for (const name of fields.keys()) {
    const own = at(node, 'by_field', name)
    rules.set(name, own ? rule(own) : usual)
  }
  return { home, rules, together: lists(node, 'together'), editedElsewhere: textAt(node, 'edited_elsewhere') === 'report' ? 'report' : 'revert' }
}

const isRuleWord = (text: string | undefined): text is SurvivorRule => (RULE_WORDS as readonly (string | undefined)[]).includes(text)

function rule(node: Node): FieldRule {
  const written = textsAt(node, 'rule')
  const word = written.length === 1 && isRuleWord(written[0]) ? written[0] : undefined
  const firstLoad = textAt(node, 'first_load')
  return {
    rule: word ?? (written.length === 1 ? 'owner' : 'rank'),
    among: word ? textsAt(node, 'among') : written,
    ...given({ firstLoad: isRuleWord(firstLoad) ? firstLoad : undefined, why: textAt(node, 'why') }),
  }
}

const quality = (key: Name, node: Node): Rule => ({
  key,
  must: textsAt(node, 'must'),
  says: textAt(node, 'says') ?? labelOf(key),
  ifBroken: textAt(node, 'if_broken') === 'set_aside' ? 'set_aside' : 'warn',
})
