import { describe, expect, test } from 'vitest'
import { checkText, marked, toldOf } from '../../../test/support/check-text.ts'

/** Two systems that send and receive, and a third that receives. */
const plan = (of: { readonly entity?: string; readonly a?: string; readonly b?: string; readonly c?: string; readonly flow?: string; readonly more?: string }): string => `entities:
  thing: { ${of.entity ?? 'identifiers: [key], fields: { key: text, name: text }'} }
systems:
  a: ${of.a ?? '{ connector: csv, holds: [thing] }'}
  b: ${of.b ?? '{ connector: sqlite, holds: [thing] }'}
  c: ${of.c ?? '{ connector: sqlite, holds: [thing] }'}
flows:
  things: ${of.flow ?? '{ entity: thing, between: [a, b], to: c }'}
${of.more ?? ''}
`
type Parts = Parameters<typeof plan>[0]

test('the plan of these tests has no mistake', () => {
  expect(toldOf(plan({}))).toEqual([])
})

describe('a check of the exchange triggers alone, at its place, and not beside it', () => {
  test.each<[id: string, wrong: Parts, right: Parts, says: RegExp]>([
    ['no-sender', { flow: '{ entity: thing, to: c }', }, { flow: '{ entity: thing, from: a, to: c }' }, /Nobody sends in the flow `things`/],
    ['not-held', { c: '{ connector: sqlite }', flow: '{ entity: thing, from: a, to: «c» }' }, { c: '{ connector: sqlite, holds: [thing] }', flow: '{ entity: thing, from: a, to: c }' }, /`c` takes part in things, but does not hold thing/],
    ['no-identifier', { entity: 'fields: { key: text, name: text }' }, { entity: 'identifiers: [], fields: { key: text, name: text }' }, /a and b both send thing/],
    ['no-identifier', { entity: 'fields: { key: text, name: text }' }, { entity: 'fields: { key: text, name: text }', flow: '{ entity: thing, from: a, to: c }' }, /how to recognise/],
    ['identifier-unsent', { a: '{ connector: csv, holds: { «thing»: { key: id, fields: { name: n } } } }' }, { a: '{ connector: csv, holds: { thing: { key: id, fields: { key: k } } } }' }, /a sends thing without key: its records never meet/],
    ['identifier-late', { entity: 'identifiers: [«key»], required: [name], golden: { home: a }, fields: { key: text, name: text }' }, { entity: 'identifiers: [key], required: [key], golden: { home: a }, fields: { key: text, name: text }' }, /a issues thing\.key/],
    ['home-silent', { entity: 'identifiers: [key], golden: «c», fields: { key: text, name: text }' }, { entity: 'identifiers: [key], golden: b, fields: { key: text, name: text }' }, /c is the home of thing, but does not send it/],
    ['owner-silent', { entity: 'identifiers: [key], golden: { home: a, by_field: { name: «c» } }, fields: { key: text, name: text }' }, { entity: 'identifiers: [key], golden: { home: a, by_field: { name: b } }, fields: { key: text, name: text }' }, /c shall decide thing\.name, but does not send thing/],
    ['owner-silent', { entity: 'identifiers: [key], golden: { home: b, by_field: { name: [b, «a»] } }, fields: { key: text, name: text }', a: '{ connector: csv, holds: { thing: { fields: { key: k } } } }' }, { entity: 'identifiers: [key], golden: { home: b }, fields: { key: text, name: text }', a: '{ connector: csv, holds: { thing: { fields: { key: k } } } }' }, /a shall decide thing\.name, but does not send this field/],
    ['owner-silent', { entity: 'identifiers: [key], golden: «a», fields: { key: text, name: text }', a: '{ connector: csv, holds: { thing: { fields: { key: k } } } }' }, { entity: 'identifiers: [key], golden: { home: a, by_field: { name: b } }, fields: { key: text, name: text }', a: '{ connector: csv, holds: { thing: { fields: { key: k } } } }' }, /a is the home of thing and decides name, but does not send it/],
    ['rule-type', { entity: 'identifiers: [key], golden: { home: a, by_field: { name: «union» } }, fields: { key: text, name: text }' }, { entity: 'identifiers: [key], golden: { home: a, by_field: { name: longest } }, fields: { key: text, name: text }' }, /`union` needs a list, and thing\.name is a text/],
    ['rule-type', { entity: 'identifiers: [key], golden: { home: a, by_field: { name: «highest» } }, fields: { key: text, name: text }' }, { entity: 'identifiers: [key], golden: { home: a, by_field: { name: highest } }, fields: { key: text, name: integer }' }, /`highest` needs something with an order/],
    ['rule-type', { entity: 'identifiers: [key], golden: { home: a, by_field: { name: { rule: latest, first_load: «lowest» } } }, fields: { key: text, name: text }' }, { entity: 'identifiers: [key], golden: { home: a, by_field: { name: { rule: latest, first_load: longest } } }, fields: { key: text, name: text }' }, /`lowest` needs/],
    ['rule-type', { entity: 'identifiers: [key], golden: { home: a, by_field: { name: [a, «latest»] } }, fields: { key: text, name: text }' }, { entity: 'identifiers: [key], golden: { home: a, by_field: { name: [a, b] } }, fields: { key: text, name: text }' }, /`latest` is a rule of its own/],
    ['code-missing', { entity: 'identifiers: [key], fields: { key: text, s: { codes: [x, y] } }', c: '{ connector: sqlite, holds: { thing: { fields: { key: k, s: { path: s, «codes»: { x: X } } } } } }' }, { entity: 'identifiers: [key], fields: { key: text, s: { codes: [x, y] } }', c: '{ connector: sqlite, holds: { thing: { fields: { key: k, s: { path: s, codes: { x: X, y: none } } } } } }' }, /c receives thing\.s, but has no code for y/],
    ['code-ambiguous', { entity: 'identifiers: [key], golden: b, fields: { key: text, s: { codes: [x, y] } }', b: '{ connector: sqlite, holds: { thing: { fields: { key: k, s: { path: s, «codes»: { x: X, y: X } } } } } }' }, { entity: 'identifiers: [key], golden: a, fields: { key: text, s: { codes: [x, y] } }', c: '{ connector: sqlite, holds: { thing: { fields: { key: k, s: { path: s, codes: { x: X, y: X } } } } } }' }, /b has one code, X, for x and y/],
    ['field-unmapped', { entity: 'identifiers: [key], fields: { key: text, «name»: text }', a: '{ connector: csv, holds: { thing: { fields: { key: k } } } }', b: '{ connector: csv, holds: { thing: { fields: { key: k } } } }', c: '{ connector: csv, holds: { thing: { fields: { key: k } } } }' }, { a: '{ connector: csv, holds: { thing: { fields: { key: k } } } }' }, /No system maps thing\.name/],
    ['lossy', { entity: 'identifiers: [key], fields: { key: text, name: { group: { pl: text, de: text } } }', c: '{ connector: csv, holds: { thing: { fields: { key: k, «name»: { fields: { pl: n } } } } } }' }, { entity: 'identifiers: [key], fields: { key: text, name: { group: { pl: text, de: text } } }', c: '{ connector: csv, holds: { thing: { fields: { key: k, name: { fields: { pl: n, de: d } } } } } }' }, /c keeps no de of thing\.name/],
    ['type-conflict', { c: '{ connector: csv, holds: { thing: { fields: { key: k, name: { path: n, «unit»: kg } } } } }' }, { entity: 'identifiers: [key], fields: { key: text, name: { quantity: kg } }', c: '{ connector: csv, holds: { thing: { fields: { key: k, name: { path: n, unit: kg } } } } }' }, /thing\.name is a text, and `unit` is for/],
    ['type-conflict', { c: '{ connector: csv, holds: { thing: { fields: { key: k, name: { «fields»: { pl: n } } } } } }' }, { c: '{ connector: csv, holds: { thing: { fields: { key: k, name: n } } } }' }, /thing\.name is a text, so it has no members/],
    ['delete-unmarked', { flow: '{ entity: thing, from: a, to: c, when_deleted: «archive» }' }, { flow: '{ entity: thing, from: a, to: c, when_deleted: archive }', c: '{ connector: sqlite, holds: { thing: { archived: { gone: 1 } } } }' }, /c shall archive each thing/],
    ['two-flows-write', { flow: '{ entity: thing, from: a, to: c, where: thing.key != "x" }', more: '  «others»: { entity: thing, from: b, to: c }' }, { flow: '{ entity: thing, from: a, to: c }', more: '  others: { entity: thing, from: b, to: c }' }, /things and others both write thing\.key into c/],
    ['no-reason', { more: '  «others»: { entity: thing, from: b, to: c }\nproblems: { slow: Slow }', flow: '{ entity: thing, from: a, to: c, serves: slow }' }, { more: '  others: { entity: thing, from: b, to: c, serves: slow }\nproblems: { slow: Slow }', flow: '{ entity: thing, from: a, to: c, serves: slow }' }, /The flow `others` serves no objective/],
    ['same-word', { more: 'x-note: 1', entity: 'identifiers: [key], fields: { key: text, name: text } }\n  «c»: { fields: { x: text }' }, {}, /`c` is the name of an entity and of a system/],
  ])('%s', (id, wrong, right, says) => {
    const { text, places } = marked(plan(wrong))
    const found = checkText(text)
    expect(found.map((m) => m.id)).toEqual([id])
    expect(found[0]!.says).toMatch(says)
    if (places.length > 0) expect(`${found[0]!.place.line - 2}:${found[0]!.place.column}`).toBe(places[0])
    expect(checkText(plan(right)).filter((m) => m.id === id)).toEqual([])
  })
})

test('what a system holds that is only drawn may be said later: its flows are an error from the day it has a connector', () => {
  const severities = (c: string): string[] => checkText(plan({ c, flow: '{ entity: thing, from: a, to: c }' })).filter(({ id }) => id === 'not-held').map(({ severity }) => severity)
  expect([severities('{ name: Later }'), severities('{ holds: { } }'), severities('{ connector: sqlite }'), severities('{ holds: [thing] }')]).toEqual([['warning'], ['warning'], ['error'], []])
})

describe('references', () => {
  const shop = (price: string, flows = ''): string => `entities:
  product: { identifiers: [sku], fields: { sku: text } }
  price: { identifiers: [], fields: { product: { to: product }, amount: integer } }
systems:
  pim: { connector: csv, holds: { product: {}, price: {} } }
  web: { connector: sqlite, holds: { product: {}, price: ${price} } }
flows:
  prices: { entity: price, from: pim, to: web }
  products: { entity: product, from: pim${flows} }
`
  test('one whose target is not exchanged with the system could never be written', () => {
    const { text, places } = marked(shop('{ fields: { «product»: product_id, amount: a } }'))
    expect(checkText(text).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([['reference-unlinked', places[0]]])
    expect(checkText(shop('{ fields: { product: product_id, amount: a } }', ', to: web'))).toEqual([])
    expect(checkText(shop('{ fields: { product: { path: sku, identifier: sku }, amount: a } }'))).toEqual([])
    expect(checkText(shop('{ fields: { product: none, amount: a } }'))).toEqual([])
  })

  test('entities that need each other are told once, and so is one that needs its own kind', () => {
    const two = (late: string) => `entities:
  person: { required: [«firm»], fields: { firm: { to: firm } } }
  firm: { required: [head], fields: { head: { to: person${late} } } }
`
    const { text, places } = marked(two(''))
    expect(checkText(text).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([['reference-cycle', places[0]]])
    expect(toldOf(text)[0]).toContain('person needs firm (firm), and firm needs person (head): neither could be created first.')
    expect(checkText(marked(two(', late: true')).text)).toEqual([])
    expect(checkText('entities: { unit: { required: [parent], fields: { parent: { to: unit } } } }').map((m) => m.id)).toEqual(['reference-cycle'])
    expect(checkText('entities: { unit: { required: [], fields: { parent: { to: unit } } } }')).toEqual([])
  })
})

describe('systems of a product, whose mapping comes from the catalogue', () => {
  test('are not said to lack what the plan does not map', () => {
    expect(toldOf(plan({ entity: 'identifiers: [key], golden: a, fields: { key: text, name: text }', a: '{ connector: hubspot, holds: { thing: { fields: { name: n } } } }', flow: '{ entity: thing, between: [a, b], to: c, when_deleted: ignore }' }))).toEqual([])
  })
})

test('a mistake in one place keeps the checks across it silent, and the others go on', () => {
  const { text } = marked(plan({ entity: 'identifiers: [key], golden: c, fields: { key: text, name: texxt }' }))
  expect(checkText(text).map((m) => m.id)).toEqual(['unknown-type'])
})

describe('a target whose interface leaves a gap', () => {
  const safe = { create: true, update: true, find: true, idempotency: false, readByKey: true, conditional: false, pushes: true }
  const ids = (traits: Partial<typeof safe>, of: Parts = {}) => {
    const { text, places } = marked(plan({ flow: '{ entity: thing, from: b, between: [«a»] }', ...of }))
    return checkText(text, { traitsOf: (system) => (system.key === 'a' ? { ...safe, ...traits } : undefined) }).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}` === places[0]])
  }
  test('is told: a create that may double, an edit that may be overwritten', () => {
    expect(ids({})).toEqual([])
    expect(ids({ find: false })).toEqual([['may-double', true]])
    expect(ids({ find: false, idempotency: true })).toEqual([])
    expect(ids({ readByKey: false })).toEqual([['may-overwrite', true]])
    expect(ids({ readByKey: false, conditional: true })).toEqual([])
    expect(ids({ find: false }, { flow: '{ entity: thing, from: b, between: { a: { may: update } } }' })).toEqual([])
  })
})

test('an event of a system that can not call Plimsoll never comes; whether it can stands in its manifest', () => {
  const { text, places } = marked(`systems:
  shop: { connector: http, settings: { url: "http://127.0.0.1:1" }, holds: { thing: { resource: things, fields: { key: key } } } }
  base: { connector: sqlite, settings: { file: ./base.db }, holds: { thing: { resource: things, fields: { key: key } } } }
entities:
  thing: { identifiers: [key], fields: { key: text } }
flows:
  things: { entity: thing, from: shop, to: base, trigger: { «event»: true } }
`)
  const found = (pushes: boolean) => checkText(text, { traitsOf: () => ({ create: true, update: true, find: true, idempotency: false, readByKey: true, conditional: false, pushes }) })
    .map((m) => [m.id, `${m.place.line - 2}:${m.place.column}` === places[0]])
  expect(found(true)).toEqual([])
  expect(found(false)).toEqual([['never-fires', true]])
})
