/** Who registers again, while the record of before is going or being made elsewhere (semantics §2.4, §2.9). */
import { describe, expect, test } from 'vitest'
import { codes, goldenOf, keyIn, madeElsewhere, recordOf } from '../../../test/support/made-elsewhere.ts'
import { quiet } from '../../../test/support/three-systems.ts'

describe('who registers again', () => {
  test('69e: who registers again while a create elsewhere has no end yet is the same customer, whose record that create made', async () => {
    const x = await madeElsewhere(6, { home: 'plimsoll', ends: 'between: [a, b]' })
    x.systems['b']!.vices.nextWrite = ['lost-executed']
    x.systems['a']!.edit('thing', 'a9', { code: 'X9', f: 'v' })
    expect((await x.sync()).summary.unsure).toBe(1)
    x.clock.advance(5000)
    x.systems['a']!.remove('thing', 'a9')
    await x.sync()
    x.clock.advance(5000)
    x.systems['a']!.edit('thing', 'a10', { code: 'X9', f: 'w' })
    await x.sync()
    x.clock.advance(120_000)
    await x.sync()
    expect([codes(x, 'a'), codes(x, 'b')].map((all) => all.filter((code) => code === 'X9').length)).toEqual([1, 1])
    expect(await goldenOf(x, 'X9')).toHaveLength(1)
    await quiet(x)
  })

  test('69e: when such a create turns out to have made nothing, who registers later is a new customer with nothing of the old one', async () => {
    const x = await madeElsewhere(6, { home: 'plimsoll', ends: 'between: [a, b]' })
    x.systems['b']!.vices.nextWrite = ['lost-not-executed']
    x.systems['a']!.edit('thing', 'a9', { code: 'X9', f: 'v' })
    expect((await x.sync()).summary.unsure).toBe(1)
    x.clock.advance(5000)
    x.systems['a']!.remove('thing', 'a9')
    for (let i = 0; i < 3; i += 1) {
      await x.sync()
      x.clock.advance(120_000)
    }
    expect(codes(x, 'b')).not.toContain('X9')
    x.systems['a']!.edit('thing', 'a10', { code: 'X9' })
    await x.sync()
    expect(recordOf(x, 'b', 'X9')?.['f'] ?? null).toBe(null)
    expect(await goldenOf(x, 'X9')).toHaveLength(2)
    await quiet(x)
  })

  test('64: of a record that is not deleted because of an edit, its double is asked about again', async () => {
    const x = await madeElsewhere(6, { home: 'plimsoll', flow: ', when_deleted: delete' }, { traits: { find: false }, unique: 'code' })
    const c = x.systems['c']!
    x.systems['a']!.edit('thing', 'a10', { code: 'X1', f: 'of a10' })
    await x.sync()
    expect((await goldenOf(x, 'X1')).map((row) => row.review.map((item) => item.kind))).toEqual([['duplicate'], ['duplicate']])
    x.clock.advance(60_000)
    x.systems['a']!.remove('thing', 'a1')
    c.vices.down = true
    await x.sync()
    c.vices.down = false
    x.clock.advance(60_000)
    c.edit('thing', keyIn(x, 'c', 'X1')!, { f: 'typed' })
    await x.sync()
    expect(recordOf(x, 'c', 'X1')).toMatchObject({ f: 'typed' })
    expect((await goldenOf(x, 'X1')).map((row) => row.review.map((item) => item.kind))).toEqual([['deleted', 'same'], ['same']])
    await quiet(x)
  })

  test('66: of three records with one identifier the two that are given their own are no question any more, and travel', async () => {
    const x = await madeElsewhere(3, { home: 'plimsoll', ends: 'between: [a, b]' })
    for (const key of ['a10', 'a11', 'a12']) x.systems['a']!.edit('thing', key, { code: 'TWICE', f: key })
    await x.sync()
    expect((await goldenOf(x, 'TWICE')).flatMap((row) => row.review.map((item) => item.kind)).length).toBeGreaterThan(2)
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'a11', { code: 'TWICE-2' })
    x.systems['a']!.edit('thing', 'a12', { code: 'TWICE-3' })
    const report = await x.sync()
    expect(report.summary.balanced).toBe(true)
    expect(['TWICE', 'TWICE-2', 'TWICE-3'].map((code) => recordOf(x, 'b', code)?.['f'])).toEqual(['a10', 'a11', 'a12'])
    expect((await Promise.all(['TWICE', 'TWICE-2', 'TWICE-3'].map((code) => goldenOf(x, code)))).flat().map((row) => row.review)).toEqual([[], [], []])
    await quiet(x)
  })
})
