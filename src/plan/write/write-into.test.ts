import { describe, expect, it } from 'vitest'
import type { Kept } from '../model.ts'
import { writeText } from './print-value.ts'
import { setValue, writeInto } from './write-into.ts'

const plan = `# The shop
plimsoll: 1
name:   New shop      # aligned by hand

systems:
  shop: { category: shop,  limits: 60/minute }   # one line
  crm:
    category: crm
    about: >
      Folded text
      that goes on.
    functions:
      - Keeps customers   # all of them
      # - and more

  # last one
  erp:

entities:
  customer:
    golden: crm           # for now
    fields: { email: email }

flows:
  customers:
    entity: customer
    from:
      - shop     # sends first
      - crm
    trigger: event
  orders: { entity: order, from: [shop], to: erp }

x-list:
  - not a map
`
/** Lines that are new or changed, and lines that went. */
const changed = (before: string, after: string | undefined): { came: string[]; went: string[] } => {
  const split = (text: string): string[] => text.split('\n')
  const [old, fresh] = [split(before), split(after ?? 'nothing came out')]
  return { came: fresh.filter((line) => !old.includes(line)), went: old.filter((line) => !fresh.includes(line)) }
}
const map = (of: Record<string, Kept>): Kept => new Map(Object.entries(of))

describe('a value of one text', () => {
  it.each<[string[], Kept, string[], string[]]>([
    [['name'], 'Old shop', ['name:   Old shop      # aligned by hand'], ['name:   New shop      # aligned by hand']],
    [['systems', 'shop', 'category'], 'website', ['  shop: { category: website,  limits: 60/minute }   # one line'], ['  shop: { category: shop,  limits: 60/minute }   # one line']],
    [['systems', 'shop', 'connector'], 'http', ['  shop: { category: shop,  limits: 60/minute, connector: http }   # one line'], ['  shop: { category: shop,  limits: 60/minute }   # one line']],
    [['systems', 'shop', 'limits', 'batch'], '5', ['  shop: { category: shop,  limits: { calls: 60/minute, batch: 5 } }   # one line'], ['  shop: { category: shop,  limits: 60/minute }   # one line']],
    [['systems', 'shop', 'settings', 'url'], 'a, b', ['  shop: { category: shop,  limits: 60/minute, settings: { url: "a, b" } }   # one line'], ['  shop: { category: shop,  limits: 60/minute }   # one line']],
    [['systems', 'crm', 'connector'], 'http', ['    connector: http'], []],
    [['systems', 'crm', 'interface', 'form'], 'api', ['    interface: api'], []],
    [['systems', 'crm', 'interface', 'documentation'], 'current', ['    interface: { documentation: current }'], []],
    [['systems', 'crm', 'about'], 'Short', ['    about: Short'], ['    about: >', '      Folded text', '      that goes on.']],
    [['systems', 'crm', 'functions', '1'], 'Keeps calls', ['      - Keeps calls'], []],
    [['systems', 'erp', 'category'], 'erp', ['    category: erp'], []],
    [['systems', 'pim', 'category'], 'pim', ['  pim:', '    category: pim'], []],
    [['people', 'anna', 'name'], 'Anna: the one', ['people:', '  anna: { name: "Anna: the one" }'], []],
    [['people', 'anna'], map({ name: 'Anna Nowak', role: 'Director' }), ['people:', '  anna: { name: Anna Nowak, role: Director }'], []],
    [['objectives', 'one'], map({ statement: 'Nobody buys what is not there, ever', target: '0.1%' }), ['objectives:', '  one:', '    statement: Nobody buys what is not there, ever', '    target: 0.1%'], []],
    [['milestones', 'go_live', 'date'], '2027-03-01', ['milestones:', '  go_live: 2027-03-01'], []],
    [['entities', 'customer', 'golden', 'home'], 'shop', ['    golden: shop           # for now'], ['    golden: crm           # for now']],
    [['entities', 'customer', 'golden', 'by_field', 'email'], 'latest', ['    golden: { home: crm, by_field: { email: latest } }           # for now'], ['    golden: crm           # for now']],
    [['entities', 'customer', 'identifiers'], ['email', ['last_name', 'birth_date']], ['    identifiers: [email, [last_name, birth_date]]'], []],
    [['entities', 'customer', 'personal'], [], ['    personal: []'], []],
    [['flows', 'customers', 'trigger', 'every'], '5 minutes', ['    trigger: { event: true, every: 5 minutes }'], ['    trigger: event']],
    [['flows', 'customers', 'from', 'crm', 'where'], 'customer.x > 1', ['      shop: {}     # sends first', '      crm: { where: customer.x > 1 }'], ['      - shop     # sends first', '      - crm']],
    [['flows', 'customers', 'from', 'erp'], new Map(), ['      - erp'], []],
    [['flows', 'orders', 'from', 'crm'], new Map(), ['  orders: { entity: order, from: [shop, crm], to: erp }'], ['  orders: { entity: order, from: [shop], to: erp }']],
    [['flows', 'orders', 'to'], ['erp', 'crm'], ['  orders: { entity: order, from: [shop], to: [erp, crm] }'], ['  orders: { entity: order, from: [shop], to: erp }']],
    [['flows', 'orders', 'service_level', 'freshness', 'within'], '10 minutes', ['  orders: { entity: order, from: [shop], to: erp, service_level: { freshness: 10 minutes } }'], ['  orders: { entity: order, from: [shop], to: erp }']],
    [['launch', 'go_back'], ['Stop all flows', 'Tell the people, all of them'], ['launch:', '  go_back:', '    - Stop all flows', '    - Tell the people, all of them'], []],
    [['questions', 'systems.crm.limits', 'waived'], 'nobody knows', ['questions:', '  systems.crm.limits: { waived: nobody knows }'], []],
  ])('sets %j to %j by changing only these lines', (path, value, came, went) => {
    expect(changed(plan, setValue(plan, path, value))).toEqual({ came, went })
  })

  it('keeps the number of lines when a value is replaced', () => {
    expect(setValue(plan, ['name'], 'X')?.split('\n')).toHaveLength(plan.split('\n').length)
  })

  it('changes nothing where the same is said already, in whichever form', () => {
    expect(setValue(plan, ['entities', 'customer', 'golden', 'home'], 'crm')).toBe(plan)
    expect(setValue(plan, ['flows', 'orders', 'from'], 'shop')).toBe(plan)
    expect(setValue(plan, ['systems', 'erp'], new Map())).toBe(plan)
  })

  it('fills an empty value and an empty map', () => {
    expect(setValue('x-a:\nx-b: {}\n', ['x-a'], 'x')).toBe('x-a: x\nx-b: {}\n')
    expect(setValue('x-a:\nx-b: {}\n', ['x-b', 'c'], 'x')).toBe('x-a:\nx-b: { c: x }\n')
    expect(setValue('x-x: { a: , b: 1 }\n', ['x-x', 'a', 'c'], 'y')).toBe('x-x: { a: { c: y } , b: 1 }\n')
  })

  it('writes elements of which much will be said on lines of their own, others in braces', () => {
    expect(setValue('systems:\n', ['systems', 'shop'], map({ category: 'shop' }))).toBe('systems:\n  shop:\n    category: shop\n')
    expect(setValue('people:\n', ['people', 'anna'], map({ name: 'Anna' }))).toBe('people:\n  anna: { name: Anna }\n')
    expect(setValue('tests:\n', ['tests', 'acceptance', 'orders', 'given'], 'A basket')).toBe('tests:\n  acceptance:\n    orders: { given: A basket }\n')
    expect(setValue('name: A\n', ['processes', 'sale', 'steps', 'paid', 'does'], 'Pays')).toBe('name: A\nprocesses:\n  sale:\n    steps:\n      paid: { does: Pays }\n')
  })

  it('keeps Windows line ends and a missing last one', () => {
    expect(setValue('x-a: 1\r\nx-b: 2', ['x-c'], '3')).toBe('x-a: 1\r\nx-b: 2\r\nx-c: 3\r\n')
  })

  it('indents as the file does', () => {
    const wide = 'teams:\n    it:\n        kind: technology\n        members:\n        - anna\n'
    expect(setValue(wide, ['teams', 'shop', 'kind'], 'business')).toBe(`${wide}    shop:\n        kind: business\n`)
    expect(setValue(wide, ['launch', 'go_back'], ['One, two', 'Three, four'])).toBe(`${wide}launch:\n    go_back:\n    - One, two\n    - Three, four\n`)
  })

  it('puts a key where the language has it, with blank lines where the file has them', () => {
    const text = 'plimsoll: 1\nname: A\n\nsystems:\n  a:\n    # its data\n    holds:\n      product: x\n    # end\n\nflows:\n  f: { entity: product, from: a }\n'
    expect(setValue(text, ['systems', 'a', 'category'], 'shop')).toBe(text.replace('  a:\n', '  a:\n    category: shop\n'))
    expect(setValue(text, ['entities', 'product', 'personal'], [])).toBe(text.replace('\nflows:', '\nentities:\n  product:\n    personal: []\n\nflows:'))
  })

  it('keeps a JSON file JSON', () => {
    const text = '{\n  "plimsoll": 1,\n  "name": "A",\n  "systems": {}\n}\n'
    const after = setValue(text, ['systems', 'crm', 'category'], 'crm', 'plan.json')
    expect(JSON.parse(after!)).toEqual({ plimsoll: 1, name: 'A', systems: { crm: { category: 'crm' } } })
    expect(JSON.parse(setValue(after!, ['currency'], 'EUR', 'plan.json')!)).toMatchObject({ currency: 'EUR' })
  })

  it('replaces, lengthens and shortens a list by the lines of what changes', () => {
    const text = 'operation:\n  tools:\n    - One tool   # first\n    # the second\n    - Two tools\n    - Three tools\n'
    const set = (...value: string[]) => setValue(text, ['operation', 'tools'], value)
    expect(set('One tool', 'Other tool', 'Three tools')).toBe(text.replace('Two tools', 'Other tool'))
    expect(set('One tool', 'Two tools', 'Three tools', 'Four tools')).toBe(`${text}    - Four tools\n`)
    expect(set('One tool', 'Three tools')).toBe(text.replace('    - Two tools\n', ''))
    expect(set('New tool', 'One tool', 'Two tools', 'Three tools')).toBe(text.replace('    - One', '    - New tool\n    - One'))
    expect(set('One tool', 'Two tools')).toBe(text.replace('    - Three tools\n', ''))
    expect(set()).toBe('operation:\n  tools: []\n')
  })

  it.each<[string[], Kept, string]>([
    [['systems', 'crm'], 'x', 'a whole system would be lost'], [[], 'x', 'nothing is named'], [['name', 'x'], 'x', 'a text stands there'],
    [['systms'], 'x', 'the language has no such key'], [['flows', 'customers', 'from', 'x', 'y'], 'x', 'an end has no such key'],
  ])('refuses %j, because %s', (path, value) => {
    expect(setValue(plan, path, value)).toBeUndefined()
  })

  it('refuses a file with a syntax error', () => {
    expect(setValue('name: "b" c\n', ['name'], 'x')).toBeUndefined()
  })
})

describe('a plan in several files', () => {
  const files = new Map([
    ['plan.yaml', 'plimsoll: 1\nname: A\ninclude: [who.yaml, what.yaml, holds.yaml]\n'],
    ['who.yaml', '# contact data\npeople:\n  anna: { name: Anna }\n'],
    ['what.yaml', 'systems:\n  crm: { category: crm, interface: api }\n  erp: { category: erp }\nflows: {}\n'],
    ['holds.yaml', 'systems:\n  crm:\n    holds: [customer]\n'],
  ])
  const fileOf = (...path: string[]) => {
    const written = writeInto(files, [{ path, value: 'x' }])
    return 'refused' in written ? written.refused : written.files
  }
  it.each([
    [['people', 'anna', 'role'], ['who.yaml']], [['people', 'ola', 'name'], ['who.yaml']], [['teams', 'it', 'lead'], ['who.yaml']], [['currency'], ['plan.yaml']],
    [['systems', 'pim', 'category'], ['what.yaml']], [['systems', 'erp', 'interface', 'form'], ['what.yaml']], [['systems', 'crm', 'interface', 'sandbox'], ['what.yaml']],
    [['systems', 'crm', 'holds', 'customer', 'resource'], ['holds.yaml']], [['launch', 'decides'], ['plan.yaml']], [['existing', 'old', 'works'], ['what.yaml']],
  ])('puts %j where its place or its siblings stand', (path, file) => {
    expect(fileOf(...path)).toEqual(file)
  })
  it('writes all of several changes or none', () => {
    const both = writeInto(files, [{ path: ['teams', 'it', 'kind'], value: 'technology' }, { path: ['systems', 'crm', 'operates'], value: 'it' }])
    expect('refused' in both ? both : [both.texts.get('who.yaml'), both.texts.get('what.yaml')]).toEqual([
      '# contact data\npeople:\n  anna: { name: Anna }\nteams:\n  it: { kind: technology }\n',
      'systems:\n  crm: { category: crm, interface: api, operates: it }\n  erp: { category: erp }\nflows: {}\n',
    ])
    expect(writeInto(files, [{ path: ['currency'], value: 'EUR' }, { path: ['people', 'anna'], value: 'x' }])).toMatchObject({ refused: expect.stringContaining('people.anna') })
  })
  it('says so where a plan has no YAML file', () => {
    expect(writeInto(new Map([['plan.ts', 'export default {}']]), [{ path: ['currency'], value: 'EUR' }])).toMatchObject({ refused: expect.stringContaining('no YAML file') })
  })
})

describe('the text of a value', () => {
  it.each([['crm', 'crm'], ['60/minute', '60/minute'], ['a b', 'a b'], ['a: b', '"a: b"'], ['a #b', '"a #b"'], ['', '""'], ['!x', '"!x"'], [' a', '" a"'], ['line\nbreak', '"line\\nbreak"'], ["don't", "don't"], ['say "a', '"say \\"a"']])('writes %j as %s', (value, written) => {
    expect(writeText(value, false)).toBe(written)
  })
  it('quotes a comma inside braces only', () => {
    expect(writeText('a, b', true)).toBe('"a, b"')
    expect(writeText('a, b', false)).toBe('a, b')
  })
})
