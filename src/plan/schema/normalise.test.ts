import { expect, test } from 'vitest'
import { kept } from '../normal/build-plan.ts'
import { readYaml } from '../read-yaml.ts'
import { normalise } from './normalise.ts'
import { PLAN } from './plan-schema.ts'
import { validate } from './validate.ts'

const HEAD = 'plimsoll: 1\nname: Forms\n'

/** The long form of one section, and nothing may be wrong with it. */
function long(text: string): unknown {
  const read = readYaml(HEAD + text, 'plan.yaml')
  const { tree, mistakes } = validate(normalise(read.root!, PLAN) as typeof read.root & { is: 'map' }, PLAN)
  expect([...read.mistakes, ...mistakes]).toEqual([])
  return kept(tree)
}

test.each([
  ['objective', 'objectives: { a: Orders are typed by hand }', 'objectives: { a: { statement: Orders are typed by hand } }'],
  ['problem', 'problems: { a: Orders are typed by hand }', 'problems: { a: { statement: Orders are typed by hand } }'],
  ['interface', 'systems: { s: { interface: files } }', 'systems: { s: { interface: { form: files } } }'],
  ['limits', 'systems: { s: { limits: 60/minute } }', 'systems: { s: { limits: { calls: 60/minute } } }'],
  ['holds as list', 'systems: { s: { holds: [customer, order] } }', 'systems: { s: { holds: { customer: {}, order: {} } } }'],
  ['one hold', 'systems: { s: { holds: customer } }', 'systems: { s: { holds: { customer: {} } } }'],
  ['hold by resource', 'systems: { s: { holds: { customer: contacts } } }', 'systems: { s: { holds: { customer: { resource: contacts } } } }'],
  ['one hold of a list', 'systems: { s: { holds: { customer: { resource: contacts } } } }', 'systems: { s: { holds: { customer: [{ resource: contacts }] } } }'],
  ['mapping of a field', 'systems: { s: { holds: { c: { fields: { email: emailAddress } } } } }', 'systems: { s: { holds: { c: { fields: { email: { path: emailAddress } } } } } }'],
  ['mapping of several paths', 'systems: { s: { holds: { c: { fields: { name: [first, last] } } } } }', 'systems: { s: { holds: { c: { fields: { name: { path: [first, last] } } } } } }'],
  ['one code of a mapping', 'systems: { s: { holds: { c: { fields: { a: { path: p, codes: { x: X } } } } } } }', 'systems: { s: { holds: { c: { fields: { a: { path: p, codes: { x: [X] } } } } } } }'],
  ['field', 'entities: { c: { fields: { email: email } } }', 'entities: { c: { fields: { email: { type: email } } } }'],
  ['named type', 'types: { size: text }', 'types: { size: { type: text } }'],
  ['codes without labels', 'entities: { c: { fields: { a: { codes: [23, NO] } } } }', 'entities: { c: { fields: { a: { codes: { 23: 23, NO: NO } } } } }'],
  ['members of a group', 'entities: { c: { fields: { a: { group: { b: text } } } } }', 'entities: { c: { fields: { a: { group: { b: { type: text } } } } } }'],
  ['list of groups', 'entities: { c: { fields: { a: { list: { b: text }, key: b } } } }', 'entities: { c: { fields: { a: { list: { group: { b: { type: text } } }, key: b } } } }'],
  ['list of references', 'entities: { c: { fields: { a: { list: { to: c } } } } }', 'entities: { c: { fields: { a: { list: { to: c } } } } }'],
  ['golden', 'entities: { c: { golden: pim } }', 'entities: { c: { golden: { home: pim } } }'],
  ['rule', 'entities: { c: { golden: { by_field: { a: latest, b: [x, y] } } } }', 'entities: { c: { golden: { by_field: { a: { rule: latest }, b: { rule: [x, y] } } } } }'],
  ['identifier', 'entities: { c: { identifiers: email } }', 'entities: { c: { identifiers: [[email]] } }'],
  ['identifiers', 'entities: { c: { identifiers: [email, [a, b]] } }', 'entities: { c: { identifiers: [[email], [a, b]] } }'],
  ['match', 'entities: { c: { match: true } }', 'entities: { c: { match: {} } }'],
  ['trigger on event', 'flows: { f: { entity: c, trigger: event } }', 'flows: { f: { entity: c, trigger: { event: true } } }'],
  ['trigger on demand', 'flows: { f: { entity: c, trigger: on_demand } }', 'flows: { f: { entity: c, trigger: { on_demand: true } } }'],
  ['trigger by time', 'flows: { f: { entity: c, trigger: 5 minutes } }', 'flows: { f: { entity: c, trigger: { every: 5 minutes } } }'],
  ['times of a trigger', 'flows: { f: { entity: c, trigger: { at: 00:05 } } }', 'flows: { f: { entity: c, trigger: { at: [00:05] } } }'],
  ['brake', 'flows: { f: { entity: c, brake: 20% } }', 'flows: { f: { entity: c, brake: { share: 20% } } }'],
  ['freshness', 'flows: { f: { entity: c, service_level: { freshness: 10 minutes } } }', 'flows: { f: { entity: c, service_level: { freshness: { within: 10 minutes } } } }'],
  ['volume', 'flows: { f: { entity: c, volume: 1200/day } }', 'flows: { f: { entity: c, volume: { usual: 1200/day } } }'],
  ['from and to', 'flows: { f: { entity: c, from: shop, to: [crm, erp] } }', 'flows: { f: { entity: c, from: { shop: {} }, to: { crm: {}, erp: {} } } }'],
  ['between', 'flows: { f: { entity: c, between: [shop, crm] } }', 'flows: { f: { entity: c, between: { shop: {}, crm: {} } } }'],
  ['an end without keys', 'flows: { f: { entity: c, to: { crm: { may: update }, erp: } } }', 'flows: { f: { entity: c, to: { crm: { may: [update] }, erp: {} } } }'],
  ['milestone', 'milestones: { m: 2027-03-01 }', 'milestones: { m: { date: 2027-03-01 } }'],
  ['zone', 'infrastructure: { zones: { z: Internet } }', 'infrastructure: { zones: { z: { name: Internet } } }'],
  ['one of many', 'scenarios: { s: { inform: logistics } }', 'scenarios: { s: { inform: [logistics] } }'],
  ['one condition', 'flows: { f: { entity: c, where: c.a > 1 } }', 'flows: { f: { entity: c, where: [c.a > 1] } }'],
  ['an empty environment', 'environments:\n  production:', 'environments: { production: {} }'],
])('the short form of %s means the same as the long one', (_what, short, written) => {
  expect(long(short)).toEqual(long(written))
})

test('a short form is really another text than the long one', () => {
  expect(readYaml('brake: 20%', 'a').root).not.toEqual(readYaml('brake: { share: 20% }', 'a').root)
})

test('a long value keeps the place of what was written', () => {
  const read = readYaml('plimsoll: 1\nname: A\nflows:\n  f: { entity: c, brake: 20 }\n', 'plan.yaml')
  const { mistakes } = validate(normalise(read.root!, PLAN) as never, PLAN)
  expect(mistakes.map((m) => [m.id, m.place.line, m.place.column])).toEqual([['bad-value', 4, 26]])
})
