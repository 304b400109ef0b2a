import { describe, expect, test } from 'vitest'
import { checkText, marked, toldOf } from '../../test/support/check-text.ts'

const plan = (of: { readonly fields?: string; readonly golden?: string; readonly a?: string; readonly b?: string; readonly flow?: string; readonly more?: string }): string => `entities:
  order: { identifiers: [number], golden: ${of.golden ?? '{ by_field: { status: latest } }'}, fields: ${of.fields ?? '{ number: text, status: { codes: [packed, shipped, done] }, buyer: { to: buyer } }'} }
  buyer: { identifiers: [], fields: { language: language } }
systems:
  shop: { connector: http, holds: { buyer: {}, order: { fields: ${of.a ?? '{ number: no, status: { path: s, codes: { packed: P, shipped: S, done: D } }, buyer: b }'} } } }
  erp: { connector: sqlite, holds: { buyer: {}, order: ${of.b ?? '{}'} } }
flows:
  orders: { entity: order, ${of.flow ?? 'between: [shop, erp]'} }
  buyers: { entity: buyer, from: erp, to: shop }
${of.more ?? ''}
`
const places = (text: string): string[] => checkText(text).map((m) => `${m.place.line - 2}:${m.place.column} ${m.id}`)

test('the plan of these tests has no mistake', () => {
  expect(toldOf(plan({}))).toEqual([])
})

describe('two senders that would write to each other for ever', () => {
  const doubled = '{ number: no, buyer: b, status: { path: s, «codes»: { packed: S, shipped: S, done: D } } }'
  test('are told at the mapping that does not give back what was written', () => {
    const { text, places: [at] } = marked(plan({ a: doubled }))
    expect(places(text)).toEqual([`${at!} cannot-settle`])
    expect(toldOf(text)[0]).toContain('shop and erp both send order.status under `latest`, and shop does not give back what was written. shop has one code, S, for packed and shipped')
    expect(toldOf(text)[0]).toContain('→ Give packed: none, or let one system decide (entities.order.golden.by_field.status).')
  })

  test.each<[what: string, right: string]>([
    ['one code is none', plan({ a: doubled.replace('packed: S', 'packed: none') })],
    ['one system decides', plan({ a: doubled, golden: 'erp' })],
    ['only one of them sends', plan({ a: doubled, flow: 'from: erp, to: shop' })],
    ['the field is not written there', plan({ a: doubled, flow: 'between: { shop: { writes: [number] }, erp: {} }' })],
    ['the field is only read there', plan({ a: doubled.replace('path: s', 'path: s, access: read') })],
  ])('are none where %s', (_what, right) => {
    expect(checkText(marked(right).text).filter((m) => m.id === 'cannot-settle')).toEqual([])
  })

  test.each(['highest', 'lowest', '{ rule: latest, first_load: highest }'])('are told under %s', (rule) => {
    expect(checkText(marked(plan({ a: doubled, golden: `{ by_field: { status: ${rule} } }` })).text).map((m) => m.id)).toEqual(['cannot-settle'])
  })

  test('are told where a text is changed on reading', () => {
    const fields = '{ number: text, status: text, buyer: { to: buyer } }'
    const { text, places: [at] } = marked(plan({ fields, a: '{ number: no, buyer: b, «status»: { path: s, transform: upper } }' }))
    expect(places(text)).toEqual([`${at!} cannot-settle`])
  })
})

describe('an expression is checked where it stands', () => {
  test.each<[what: string, text: string, says: RegExp]>([
    ['a filter of a flow', plan({ flow: 'between: [shop, erp], where: order.«stats» == "done"' }).replace('order.«stats»', '«order.stats»'), /stats/],
    ['a filter at one end', plan({ flow: 'between: { shop: { where: \'«order.numbr» != "x"\' }, erp: {} }' }), /numbr/],
    ['a rule', plan({}).replace('fields: { number', 'rules: { r: { must: size(«order.lines») > 0 } }, fields: { number'), /lines/],
    ['a hold', plan({ b: '{ where: record.a «=» 1 }' }), /One `=` compares nothing/],
    ['a computed value', plan({ a: '{ number: { read: record.no, write: «order.nummer» }, status: s, buyer: b }', golden: 'erp' }), /nummer/],
    ['a step behind a reference', plan({ more: 'processes: { p: { follows: order, steps: { x: { reached: «order.buyer.langage» == "pl" } } } }' }), /langage/],
    ['a bare name', plan({ flow: 'between: [shop, erp], where: order.number == «done»' }), /done/],
    ['what is no condition', plan({ flow: 'between: [shop, erp], where: «order.number»' }), /true or false/],
  ])('%s', (_what, wrong, says) => {
    const { text, places: [at] } = marked(wrong)
    const found = checkText(text)
    expect(found.map((m) => `${m.place.line - 2}:${m.place.column} ${m.id}`)).toEqual([`${at!} bad-value`])
    expect(found[0]!.says).toMatch(says)
  })

  test('nothing is said about an expression on what is unknown', () => {
    expect(checkText(plan({ flow: 'between: [shop, erp], where: order.total > 5' }).replace('number: text', 'total: numbr, number: text')).map((m) => m.id)).toEqual(['unknown-type'])
  })
})

describe('patterns, limits and defaults that no value could meet', () => {
  test.each<[wrong: string, right: string]>([
    ['{ type: text, pattern: «"(?=a)b"» }', '{ type: text, pattern: "[ab]+" }'],
    ['{ type: integer, at_least: «0.5» }', '{ type: integer, at_least: 0 }'],
    ['{ type: integer, default: «many» }', '{ type: integer, default: 5 }'],
    ['{ type: date, default: «soon» }', '{ type: date, default: 2027-01-01 }'],
  ])('%s', (wrong, right) => {
    const { text, places: [at] } = marked(`entities: { thing: { fields: { a: ${wrong} } } }`)
    expect(places(text)).toEqual([`${at!} bad-value`])
    expect(places(`entities: { thing: { fields: { a: ${right} } } }`)).toEqual([])
  })

  test('of a named type are told once, at the type', () => {
    const { text, places: [at] } = marked('types: { few: { type: integer, at_most: «x9» } }\nentities: { thing: { fields: { a: few, b: few } } }'.replace('x9', '9.5'))
    expect(places(text)).toEqual([`${at!} bad-value`])
  })
})

describe('a path that would lead out of the record', () => {
  test.each(['__proto__', 'a.__proto__.b', 'constructor.prototype', '"__proto__".x', 'a(__proto__=1)'])('is told where it stands: %s', (path) => {
    const { text, places: [at] } = marked(plan({ a: `{ number: «'${path}'», buyer: b }` }))
    expect(places(text)).toEqual([`${at!} bad-value`])
    expect(toldOf(text)[0]).toContain('is never followed')
  })
})
