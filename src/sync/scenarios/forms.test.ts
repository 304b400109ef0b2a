import { describe, expect, test } from 'vitest'
import { Numeral } from '../../base/numeral.ts'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet, threeSystems, valuesOf } from '../../../test/support/three-systems.ts'

describe('forms of values', () => {
  test('6: with `report` an edit of another system\'s field is left alone until the owner changes the field', async () => {
    const x = await threeSystems('a', { plan: { golden: ', edited_elsewhere: report' } })
    x.systems['b']!.edit('thing', '1', { f: 'mine' })
    expect((await x.sync()).summary).toMatchObject({ writes: 0, balanced: true })
    expect(valuesOf(x)).toEqual(['v0', 'mine', 'v0'])
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'b', value: 'mine' } }])
    await quiet(x)
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    await x.sync()
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
    await quiet(x)
  })

  test('22: a target that rounds agrees with the rounded value already', async () => {
    const x = await threeSystems('latest', { plan: { types: 'code: text, f: decimal, g: text' }, start: { code: 'X', f: '1', g: 'g' } })
    x.systems['c']!.vices.alters = (values) => ('f' in values ? { ...values, f: (Math.round(Number(values['f']) * 100 + 1e-9) / 100).toFixed(2) } : values)
    const texts = () => valuesOf(x).map((value) => (value instanceof Numeral ? value.text : value))
    x.systems['a']!.edit('thing', '1', { f: '12.345' })
    await x.sync()
    expect(texts()).toEqual(['12.345', '12.345', '12.35'])
    await quiet(x)
    const before = x.systems['c']!.writes.length
    x.systems['a']!.edit('thing', '1', { f: '12.35' })
    await x.sync()
    expect(texts()).toEqual(['12.35', '12.35', '12.35'])
    expect(x.systems['c']!.writes).toHaveLength(before)
    await quiet(x)
  })

  const phones = `
plimsoll: 1
name: Phones
country: PL
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, phone: phone } } } }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, phone: phone } } } }
entities:
  thing: { identifiers: [code], golden: plimsoll, fields: { code: text, phone: phone } }
flows:
  things: { entity: thing, between: [a, b] }
`

  test('23: another form of the same value is not rewritten; other systems get theirs', async () => {
    const x = exchange(phones, { a: {}, b: {} })
    x.systems['a']!.edit('thing', 'a1', { code: 'X', phone: '600 100 200' })
    x.systems['b']!.edit('thing', 'b1', { code: 'X', phone: '+48600100200' })
    x.systems['b']!.edit('thing', 'b2', { code: 'Y', phone: '(600) 100-300' })
    expect((await x.sync()).summary).toMatchObject({ created: 1, updated: 0 })
    expect(x.systems['a']!.get('thing', 'a1')).toMatchObject({ phone: '600 100 200' })
    expect(x.systems['a']!.all('thing')[1]).toEqual({ code: 'Y', phone: '+48600100300' })
    expect(x.systems['b']!.get('thing', 'b2')).toMatchObject({ phone: '(600) 100-300' })
    await quiet(x)
  })

  test('24: a user who only moves the spaces says nothing', async () => {
    const x = exchange(phones, { a: {}, b: {} })
    for (const name of ['a', 'b']) x.systems[name]!.edit('thing', '1', { code: 'X', phone: '600 100 200' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', '1', { phone: '600100200' })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ writes: 0, changed: 0, unchanged: 2 })
    expect(x.systems['b']!.get('thing', '1')).toMatchObject({ phone: '600 100 200' })
    // It was no word of A's user: an older edit time of B's is no reason for it to win.
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '1', { phone: '600 100 201' })
    await x.sync()
    expect(x.systems['a']!.get('thing', '1')).toMatchObject({ phone: '+48600100201' })
    await quiet(x)
  })
})
