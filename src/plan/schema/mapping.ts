/** How a system holds an entity: resources, mappings, types (plan-language §7.2 to §7.4). */
import { anything, byForm, cel, key, lazy, many, name, named, type Schema, scalar, shape, text, word } from './kinds.ts'

const path = scalar('path')
const code = scalar('text')

/** Only here a TypeScript plan may have a function. */
const computed = scalar('computed')

const mappingKeys = {
  path: key(many(path), "Where the value stands in the system's record. Several paths are joined by `join`; `none`: the system does not have the field.", {
    example: 'contacts(type=email).value', question: 'What data exactly is transferred?',
  }),
  join: key(scalar('exact'), 'What stands between the parts when several paths are one value.', { example: '" "' }),
  fields: key(lazy(() => mappings), 'Members of a group or list; their paths start at `path`.'),
  each: key(lazy(() => mapping), 'Of a group whose members are languages, currencies or the like: the mapping of each of them, with `{member}` for its name and `{currency}` for the currency of its amount.', {
    example: '{ path: "prices(currency={currency}).amount", currency: "{currency}" }',
  }),
  value: key(scalar('exact'), 'This constant, in both directions.'),
  default: key(scalar('exact'), 'Taken when the system has nothing.', { example: 'PL' }),
  codes: key(named(many(code), { key: 'text' }), 'Golden code: code of the system. Of several the first is written; `none`: the system has no such code.', {
    example: '{ paid: [PAID, SETTLED], packed: none }', question: 'Code lists and units?',
  }),
  unknown: key(scalar('text'), 'What to do with a code that is not listed: `set_aside`, `ignore`, or a golden code.', { default: 'set_aside' }),
  ignore: key(many(code), 'Codes that say nothing about this field.'),
  unit: key(text, 'Unit of the number in this system; for money `minor` means cents.', { example: 'g', question: 'Code lists and units?' }),
  currency: key(text, 'Currency of the amount: an ISO code, or the path where it stands.', { example: 'EUR' }),
  format: key(text, 'How a date or time is written.', { example: 'dd.MM.yyyy' }),
  time_zone: key(scalar('zone'), 'Zone of times without one.', { default: "the system's" }),
  decimal: key(word(',', '.'), 'The decimal mark.', { default: '.' }),
  split: key(scalar('exact'), 'Where a text is cut; `take` says which part this field is.', { example: '" "' }),
  take: key(scalar('part'), 'Which part: `first`, `rest`, `last` or a number.', { example: 'first' }),
  transform: key(many(text), 'Named transforms in order, applied on reading.', { example: '[trim, upper]' }),
  identifier: key(name, 'For a reference: the system names the other record by this identifier, not by its own key.', { example: 'number' }),
  read: key(computed, 'CEL on `record` that computes the golden value.', { example: 'record.first + " " + record.last' }),
  write: key(computed, "CEL on the entity that computes the system's value."),
  function: key(scalar('function'), 'A TypeScript module and its export with `read` and `write`.', { example: './map/erp.ts#party' }),
  access: key(word('read', 'write'), 'Only read, or only written.', { default: 'both' }),
}

const mapping: Schema = shape('mapping', 'a mapping', mappingKeys, { main: 'path' })
const mappings: Schema = named(mapping, { key: { is: 'ref', to: 'field', also: ['id'] }, example: '{ email: mail, last_name: surname }' })

const { path: _path, ...typeKeys } = mappingKeys
/** A mapping without a path: how a system writes a type. */
export const typeWriting = shape('type_writing', 'a way to write a type', typeKeys)

const part = shape('part', 'a part', {
  resource: key(text, 'The child table or list.', { need: 'required' }),
  parent: key(path, "Where a child names its record.", { need: 'required' }),
  key: key(path, "The child's own key."),
  where: key(scalar('cel'), 'Which children count.'),
})

export const settings = named(anything, { key: 'text', example: '{ folder: ./inbox }' })

const hold = shape('hold', 'what a system holds', {
  resource: key(text, 'What the system calls it: path, table, model, topic or file pattern.', { default: "the catalogue's; files `<entity>*.<format>`; else the entity's name" }),
  key: key(many(path), "Where the record's own key stands.", {
    default: "the catalogue's; SQL the primary key; files the entity's first identifier", question: 'How do systems identify the data?',
  }),
  changed_at: key(path, 'Where the time of the last change stands; without it the whole resource is read.', { default: 'from the catalogue or discovered' }),
  where: key(cel, 'Which records count, as CEL on `record`.', { default: 'all', example: 'record.kind == "person"' }),
  parts: key(named(part), 'Child tables of the same record, reachable by this name in paths.', { example: '{ lines: { resource: sale.line, parent: sale } }' }),
  archived: key(named(text, { key: 'text' }), 'Path and value that mark an archived record.', { example: '{ active: false }' }),
  fields: key(byForm(mappings, word('same')), 'Golden field: path or mapping. `same`: every field under its own name.', {
    default: "the catalogue's mapping, else `same`", question: 'What data exactly is transferred? Functions and data structures',
  }),
  connector: key(name, 'When this entity travels another way than the rest.', { default: "the system's" }),
  settings: key(settings, 'Settings of that connector.'),
}, { main: 'resource' })

export const holds = named(many(hold, 1), { key: { is: 'ref', to: 'entity', also: [] }, listed: 'object', example: '{ customer: { resource: contacts, fields: { email: mail } } }' })
