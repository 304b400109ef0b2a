/** The plan becomes another one while writes are under way of which nobody knows the end yet. */
import { expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { later, quiet, threePlan, valuesOf } from '../../../test/support/three-systems.ts'

const TOLD = { tellsEditTimes: true }

test('A field that is new in the plan is read where a write of another field has no end yet, and is not written over unread.', async () => {
  const without = threePlan('latest', { fields: 'code: code, f: f', types: 'code: text, f: text' })
  // Only a list shows what it holds, and a version says that nobody changed it since.
  const x = exchange(without, { a: { ...TOLD, traits: { readByKey: false, conditional: true, version: 'opaque', answers: false } }, b: TOLD, c: TOLD })
  for (const name of ['c', 'b', 'a']) {
    x.systems[name]!.edit('thing', '1', { code: 'X', f: 'f', g: `of ${name}` })
    x.clock.advance(1000)
  }
  await x.sync()
  x.clock.advance(60_000)
  x.systems['b']!.edit('thing', '1', { f: 'v1' })
  x.systems['a']!.vices.nextWrite = ['lost-not-executed']
  await x.sync({ patienceMs: 0 })
  x.change(threePlan('latest, g: a'))
  expect((await x.sync({ patienceMs: 0 })).summary).toMatchObject({ unsure: 1, balanced: true })
  await later(x, 3)
  expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
  expect(valuesOf(x, 'g')).toEqual(['of a', 'of a', 'of a'])
  await quiet(x)
})

test('Records that were being made from the word of a system that only receives from now on speak for themselves, asked for or listed.', async () => {
  for (const traits of [{}, { find: false }]) {
    const x = exchange(threePlan('latest'), { a: { ...TOLD, traits }, b: { ...TOLD, traits }, c: TOLD })
    await x.sync()
    x.systems['c']!.edit('thing', '1', { code: 'X', f: 'v0', g: 'g0' })
    for (const name of ['a', 'b']) x.systems[name]!.vices.nextWrite = ['lost-executed']
    x.clock.advance(60_000)
    await x.sync({ patienceMs: 0 })
    x.change(threePlan('latest').replace('between: [a, b, c]', 'between: [a, b], to: c'))
    await later(x, 3)
    expect((await x.goldens('thing')).map((row) => row.values)).toEqual([{ code: 'X', f: 'v0', g: 'g0' }])
    for (const name of ['a', 'b', 'c']) expect(x.systems[name]!.all('thing')).toEqual([{ code: 'X', f: 'v0', g: 'g0' }])
    await quiet(x)
  }
})

test('Where nothing is written any more, a record that a user made while a create had no end says its own words, and what a target cut does not travel.', async () => {
  for (const own of [true, false]) {
    const x = exchange(threePlan('latest'), { a: TOLD, b: TOLD, c: { ...TOLD, traits: { find: false } } })
    const c = x.systems['c']!
    await x.sync()
    x.systems['a']!.edit('thing', '1', { code: 'X', f: 'Aleksandra', g: 'g0' })
    c.vices.alters = (values) => ({ ...values, f: String(values['f']).slice(0, 5) })
    c.vices.nextWrite = [own ? 'lost-not-executed' : 'lost-executed']
    x.clock.advance(60_000)
    expect((await x.sync({ patienceMs: 0 })).summary).toMatchObject({ unsure: 1 })
    x.change(threePlan('latest').replace('between: [a, b, c]', 'between: [a, b], from: c'))
    if (own) c.edit('thing', '1', { code: 'X', f: 'typed', g: 'too' })
    await later(x, 3)
    expect((await x.goldens('thing')).map((row) => row.values)).toEqual([own ? { code: 'X', f: 'typed', g: 'too' } : { code: 'X', f: 'Aleksandra', g: 'g0' }])
    expect(c.all('thing')).toEqual([own ? { code: 'X', f: 'typed', g: 'too' } : { code: 'X', f: 'Aleks', g: 'g0' }])
    if (!own) expect((await x.conflicts()).map(({ loser }) => loser?.value)).toEqual(['Aleks'])
    await quiet(x)
  }
})
