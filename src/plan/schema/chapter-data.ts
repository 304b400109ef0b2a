/** Chapter 3 of the plan, what: types and entities (plan-language §8). */
import { byForm, cel, flag, type Key, key, lazy, many, name, named, party, ref, type Schema, scalar, share, shape, text, whole, word } from './kinds.ts'
import { LABEL, RESPONSIBLE } from './named-keys.ts'

/** Built-in types of a single value. */
export const SCALAR_TYPES = [
  'text', 'integer', 'decimal', 'money', 'quantity', 'boolean', 'date', 'time', 'datetime', 'email', 'phone', 'country', 'currency',
  'language', 'postal_code', 'vat_id', 'iban', 'gtin', 'url', 'file', 'json',
] as const

/** Words that name a rule; any other name in its place is a system. */
export const RULE_WORDS = ['latest', 'fill', 'union', 'longest', 'highest', 'lowest', 'ask'] as const

const FORMS = ['type', 'codes', 'quantity', 'money', 'group', 'list', 'to'] as const
/** In `list`, a map with only one of these says what an item is; every other map lists the members of a group. */
const ITEM_FORMS = ['codes', 'quantity', 'money', 'group', 'list', 'to']

const fieldKeys: Record<string, Key> = {
  type: key(ref('type'), 'A built-in type or a named one.', { example: 'email' }),
  codes: key(named(text, { key: 'text', listed: 'label' }), 'A closed list, ordered from first to last, with or without labels.', { example: '[placed, paid, shipped]', question: 'Code lists and units?' }),
  quantity: key(text, 'A quantity in this unit.', { example: 'kg' }),
  money: key(scalar('currency'), 'Money in this currency.', { example: 'PLN' }),
  group: key(lazy(() => fields), 'Members that survive together from one source.', { example: '{ street: text, city: text }' }),
  list: key(lazy(() => item), 'A list of a type, or of groups with these members.', { example: '{ line: integer, product: { to: product } }' }),
  to: key(ref('entity'), 'A reference to another entity.', { example: 'customer' }),
  length: key(whole, 'Longest text that is allowed.', { example: '80' }),
  pattern: key(scalar('pattern'), 'Pattern that the text must match.'),
  default: key(scalar('exact'), 'Taken when nobody said anything.'),
  at_least: key(scalar('number'), 'Smallest value that is allowed.', { example: '0' }),
  at_most: key(scalar('number'), 'Largest value that is allowed.', { example: '100' }),
  key: key(name, 'Member that tells the items of a list apart; without it the list is one value.', { example: 'line' }),
  ordered: key(flag, 'Whether the order of a list counts.', { default: 'true' }),
  late: key(flag, 'For a reference: the record may be created without it and gets it later.', { default: 'false' }),
}

const field = shape('field', 'a field', { ...LABEL, ...fieldKeys }, { main: 'type', oneOf: FORMS })
const fields: Schema = named(field, { example: '{ email: email, name: text }' })
/** What stands in `list`: members of a group, or the type of a single item. */
const item: Schema = byForm(fields, field, { key: 'group', single: ITEM_FORMS })

const rule = shape('survivor_rule', 'a rule for a field', {
  rule: key(many(ref('system', ...RULE_WORDS)), 'A system, a list of systems in order, or one of `latest`, `fill`, `union`, `longest`, `highest`, `lowest`, `ask`.', { need: 'required' }),
  among: key(many(ref('system')), 'Only these systems count.', { default: 'all that send it' }),
  first_load: key(word(...RULE_WORDS), 'The rule for values that were there before Plimsoll.'),
  why: key(text, 'Why it is so; printed in documents.'),
}, { main: 'rule' })

const golden = shape('golden', 'a golden rule', {
  home: key(ref('system', 'plimsoll'), 'The system that is right, or `plimsoll` when none is.', {
    need: 'launch', default: 'the only sender, else plimsoll', question: 'Where is the golden record, the single version of the truth?',
  }),
  by_field: key(named(rule, { key: { is: 'ref', to: 'field', also: [] } }), 'Fields for which something else holds.', { example: '{ phone: latest, language: [shop, crm] }' }),
  together: key(many(many(ref('field'), 2)), 'Fields that must come from one source. Groups always do.', { example: '[[first_name, last_name]]' }),
  edited_elsewhere: key(word('revert', 'report'), 'What happens when somebody edits a field where it is not decided: write the golden value back, or only report.', { default: 'revert' }),
}, { main: 'home' })

const match = shape('match', 'a way to match', {
  automatic: key(share, 'From this likeness records are joined.', { example: '99%' }),
  review: key(share, 'From this likeness a steward is asked.', { example: '80%' }),
  fields: key(many(ref('field')), 'Fields that are compared.'),
}, { words: { true: {} } })

const quality = shape('quality_rule', 'a quality rule', {
  ...LABEL,
  must: key(cel, 'What must hold, as CEL on the entity.', { need: 'required', example: 'stock.available >= 0' }),
  says: key(text, 'The rule in one sentence.', { default: 'the name in words' }),
  if_broken: key(word('set_aside', 'warn'), 'What happens to a record that breaks it.', { default: 'warn' }),
})

const identifier = many(ref('field', 'id'), 1)

const entity = shape('entity', 'an entity', {
  ...LABEL,
  ...RESPONSIBLE,
  steward: key(party, 'Who decides about single records.', { need: 'launch', default: 'accountable' }),
  fields: key(fields, 'Name of each field and its type.', { need: 'run', question: 'What data exactly is transferred?' }),
  identifiers: key(many(identifier), 'What tells that two records are the same, strongest first; a list in the list identifies together. `[]`: never the same across systems.', {
    need: 'run', example: '[email, [last_name, birth_date]]', question: 'How do systems identify the data? Unique identifier?',
  }),
  required: key(many(ref('field')), 'Fields without which a record is not delivered.', { need: 'asked', default: '[]' }),
  personal: key(many(ref('field')), 'Fields that are personal data. An empty list is an answer.', { need: 'launch', example: '[email, phone]', question: 'Security specification' }),
  golden: key(golden, 'Who is right.', { need: 'launch', default: 'the only sender, else plimsoll', example: 'crm', question: 'Where is the golden record, the single version of the truth?' }),
  match: key(match, 'Recognise the same thing without a common identifier.', { default: 'off', example: '{ automatic: 99%, review: 80% }' }),
  rules: key(named(quality), 'Quality rules.', { example: 'positive: { must: price.gross.amount > 0 }' }),
  records: key(whole, 'How many there are.', { need: 'asked', question: 'Volume and peaks' }),
  retention: key(scalar('retention'), 'How long records are kept.', { need: 'asked', example: '6 years after the last order', question: 'Data-protection basis' }),
  standard: key(name, 'Standard entity of the catalogue that it is; `none` switches the catalogue off.', { default: 'its own name' }),
})

export const DATA = {
  types: key(named(field), 'Types that recur: address, translated text, code lists.', { example: 'address: { group: { street: text, city: text } }' }),
  entities: key(named(entity), 'The business objects that are exchanged.', { need: 'run', example: 'product: { identifiers: [sku], fields: { sku: text } }' }),
}
