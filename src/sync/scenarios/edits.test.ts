import { describe, expect, test } from 'vitest'
import { exchange } from '../../../test/support/exchange.ts'
import { quiet, threePlan, threeSystems as three, valuesOf as values } from '../../../test/support/three-systems.ts'

describe('edits', () => {
  test('1: an edit in one system is written once to each of the others', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    const report = await x.sync()
    expect(values(x)).toEqual(['v1', 'v1', 'v1'])
    expect(report.summary).toMatchObject({ updated: 2, created: 0, balanced: true })
    expect(await x.conflicts()).toEqual([])
    await quiet(x)
  })

  test('2: of two edits between two syncs the later one wins and the loser is in the conflict log', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { f: 'v2' })
    x.clock.advance(1000)
    await x.sync()
    expect(values(x)).toEqual(['v2', 'v2', 'v2'])
    expect(x.systems['a']!.writes).toHaveLength(1)
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'a', value: 'v1' }, winner: { system: 'b' } }])
    await quiet(x)
  })

  test('9: a lone edit of the longest value is no conflict where another field of the record could never be written', async () => {
    const x = exchange(threePlan('longest, g: b'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: { tellsEditTimes: true } })
    for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', '1', { code: 'X', f: 'Jan Kowalski', g: `of ${name}` })
    x.systems['a']!.vices.refuses = () => 'g is locked'
    await x.sync()
    x.clock.advance(60_000)
    for (const f of ['J. Kowalski', null]) {
      x.systems['a']!.edit('thing', '1', { f })
      await x.sync()
      x.clock.advance(60_000)
      expect(values(x)).toEqual([f, f, f])
    }
    expect(values(x, 'g')).toEqual(['of a', 'of b', 'of b'])
  })

  test('fields that belong together come from one source, whichever that is', async () => {
    const x = await three('latest', { plan: { golden: ', together: [[f, g]]' } })
    x.systems['a']!.edit('thing', '1', { f: 'street of a', g: 'city of a' })
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { f: 'street of b', g: 'city of b' })
    x.clock.advance(1000)
    x.systems['c']!.edit('thing', '1', { g: 'city of c' })
    x.clock.advance(1000)
    await x.sync()
    await x.sync()
    expect(new Set(values(x)).size + new Set(values(x, 'g')).size).toBe(2)
    expect(['street of a, city of a', 'street of b, city of b', 'v0, city of c']).toContain(`${String(values(x)[0])}, ${String(values(x, 'g')[0])}`)
    await quiet(x)
  })

  test('4: the same edit in two systems is no conflict', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.systems['b']!.edit('thing', '1', { f: 'v1' })
    const report = await x.sync()
    expect(report.summary.updated).toBe(1)
    expect(await x.conflicts()).toEqual([])
    await quiet(x)
  })

  test('5: an edit of a field that another system owns is restored and logged', async () => {
    const x = await three('a')
    x.systems['b']!.edit('thing', '1', { f: 'mine' })
    const report = await x.sync()
    expect(values(x)).toEqual(['v0', 'v0', 'v0'])
    expect(report.summary.updated).toBe(1)
    expect(x.systems['a']!.writes).toEqual([])
    expect(await x.conflicts()).toMatchObject([{ field: 'f', loser: { system: 'b', value: 'mine' } }])
    await quiet(x)
  })

  test('3: with equal times the order of the plan decides, whatever the size of batches or the order of reading', async () => {
    const x = await three('latest')
    const at = x.clock.now()
    x.systems['b']!.edit('thing', '1', { f: 'v2' }, at)
    x.systems['a']!.edit('thing', '1', { f: 'v1' }, at)
    await x.sync()
    expect(values(x)).toEqual(['v1', 'v1', 'v1'])
    await quiet(x)
  })

  test('7: an edit over a given value wins although its clock is slow', async () => {
    const x = await three('latest')
    x.systems['b']!.edit('thing', '1', { f: 'given' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', '1', { f: 'v1' }, x.clock.now() - 3_600_000)
    await x.sync()
    expect(values(x)).toEqual(['v1', 'v1', 'v1'])
    await quiet(x)
  })

  test('8: a clock that is a day ahead does not win for ever', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'fast' }, x.clock.now() + 86_400_000)
    x.systems['b']!.vices.down = true
    await x.sync({ patienceMs: 0 })
    x.systems['b']!.vices.down = false
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '1', { f: 'later' })
    x.clock.advance(60_000)
    await x.sync()
    expect(values(x)).toEqual(['later', 'later', 'later'])
    await quiet(x)
  })

  test('9: a lone edit travels under `longest` too', async () => {
    const x = await three('longest', { start: { code: 'X', f: 'Jan Kowalski', g: 'g' } })
    x.systems['a']!.edit('thing', '1', { f: 'J. Kowalski' })
    await x.sync()
    expect(values(x)).toEqual(['J. Kowalski', 'J. Kowalski', 'J. Kowalski'])
    await quiet(x)
  })

  test('10: at the first load the longest value wins', async () => {
    const x = await three('longest', { start: { code: 'X', f: 'Jan', g: 'g' } })
    x.systems['b']!.edit('thing', '2', { code: 'Y', f: 'Jan Kowalski' })
    x.systems['a']!.edit('thing', '3', { code: 'Y', f: 'Jan' })
    await x.sync()
    expect(x.systems['a']!.get('thing', '3')!['f']).toBe('Jan Kowalski')
    await quiet(x)
  })

  test('11: an element taken out of a union leaves everywhere and does not come back', async () => {
    const plan = { types: 'code: text, f: { list: text }, g: text' }
    const x = await three('union', { plan, start: { code: 'X', f: ['x', 'y'], g: 'g' } })
    x.systems['b']!.edit('thing', '1', { f: ['x', 'y', 'z'] })
    await x.sync()
    const sorted = () => values(x).map((list) => [...(list as string[])].toSorted())
    expect(sorted()).toEqual([['x', 'y', 'z'], ['x', 'y', 'z'], ['x', 'y', 'z']])
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', '1', { f: ['x', 'y'] })
    await x.sync()
    expect(sorted()).toEqual([['x', 'y'], ['x', 'y'], ['x', 'y']])
    await quiet(x)
  })

  test('12: concurrent edits under `ask` leave the field alone until a person decides; other fields flow', async () => {
    const x = await three('ask')
    x.systems['a']!.edit('thing', '1', { f: 'v1', g: 'g1' })
    x.systems['b']!.edit('thing', '1', { f: 'v2' })
    const report = await x.sync()
    expect(values(x)).toEqual(['v1', 'v2', 'v0'])
    expect(values(x, 'g')).toEqual(['g1', 'g1', 'g1'])
    expect(report.summary.review).toBe(1)
    await quiet(x)
  })

  test('13: clearing a field in the first of a list shows the next value, and a lone null travels', async () => {
    const x = await three('[a, b]')
    x.systems['a']!.edit('thing', '1', { f: null })
    await x.sync()
    expect(values(x)).toEqual(['v0', 'v0', 'v0'])
    const y = await three('latest')
    y.systems['a']!.edit('thing', '1', { f: null })
    await y.sync()
    expect(values(y)).toEqual([null, null, null])
    await quiet(y)
  })

  test('14: what is taken out where nobody owns it yet is taken out everywhere', async () => {
    const x = await three('a', { start: { code: 'X', f: '', g: 'g' } })
    for (const name of ['a', 'b', 'c']) x.systems[name]!.edit('thing', '2', { code: 'Y', g: 'g', ...(name === 'b' ? { f: 'of b' } : {}) })
    x.systems['a']!.vices.down = true
    await x.sync({ patienceMs: 0 })
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '2', { f: null })
    await x.sync({ patienceMs: 0 })
    x.systems['a']!.vices.down = false
    x.clock.advance(3_600_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => x.systems[name]!.get('thing', '2')?.['f'] ?? null)).toEqual([null, null, null])
    await quiet(x)
  })

  test('14 and 15: an owner without a value adopts what others say, and is then the owner of it', async () => {
    const x = await three('a', { start: { code: 'X', f: null, g: 'g' } })
    x.systems['b']!.edit('thing', '1', { f: '123' })
    await x.sync()
    expect(values(x)).toEqual(['123', '123', '123'])
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '1', { f: '456' })
    await x.sync()
    expect(values(x)).toEqual(['123', '123', '123'])
    await quiet(x)
  })

  test('15: what the owner was given is its word against a record that is heard of only then; heard together, the order of the plan decides', async () => {
    for (const together of [true, false]) {
      const x = await three('a', { start: { code: 'X', f: 'v0', g: 'g0' } })
      x.systems['b']!.edit('thing', '2', { code: 'Y', f: 'of b', g: 'g' })
      x.systems['c']!.edit('thing', '2', { code: 'Y', f: 'of c', g: 'g' })
      x.systems['b']!.vices.down = !together
      await x.sync({ patienceMs: 0 })
      x.systems['b']!.vices.down = false
      x.clock.advance(3_600_000)
      await x.sync()
      const [stands, lost] = together ? [{ system: 'b', value: 'of b' }, { system: 'c', value: 'of c' }] : [{ system: 'c', value: 'of c' }, { system: 'b', value: 'of b' }]
      expect(['a', 'b', 'c'].map((name) => x.systems[name]!.all('thing').find((row) => row['code'] === 'Y')?.['f'])).toEqual([stands.value, stands.value, stands.value])
      expect((await x.conflicts()).map(({ field, loser }) => ({ field, system: loser?.system, value: loser?.value }))).toEqual([{ field: 'f', ...lost }])
      await quiet(x)
    }
  })

  test('17: a cell that becomes empty clears; one that was empty at first sight says nothing', async () => {
    const x = await three('latest', { start: { code: 'X', f: null, g: 'g0' } })
    x.systems['a']!.edit('thing', '1', { f: 'v' })
    await x.sync()
    expect(values(x)).toEqual(['v', 'v', 'v'])
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', '1', { f: null })
    await x.sync()
    expect(values(x)).toEqual([null, null, null])
    await quiet(x)
  })
})

describe('unions', () => {
  const start = () => three('union', { plan: { types: 'code: text, f: { list: text }, g: text' }, start: { code: 'X', f: ['a', 'b'], g: 'g' } })
  const sorted = (x: Awaited<ReturnType<typeof start>>) => values(x).map((list) => [...(list as string[])].toSorted())

  test('11: an element that one user takes out stays out although another user adds something at the same time', async () => {
    const x = await start()
    x.systems['a']!.edit('thing', '1', { f: ['a'] })
    x.clock.advance(1000)
    x.systems['b']!.edit('thing', '1', { f: ['a', 'b', 'c'] })
    await x.sync()
    expect(sorted(x)).toEqual([['a', 'c'], ['a', 'c'], ['a', 'c']])
    await quiet(x)
    x.clock.advance(60_000)
    x.systems['c']!.edit('thing', '1', { f: ['a', 'b', 'c'] })
    await x.sync()
    expect(sorted(x)).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b', 'c']])
    await quiet(x)
  })
})
