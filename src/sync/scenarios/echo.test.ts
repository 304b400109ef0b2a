import { describe, expect, test } from 'vitest'
import { quiet, threeSystems as three, valuesOf } from '../../../test/support/three-systems.ts'

describe('echo, alteration and staleness', () => {
  test('19: a target that cuts a value is written once, and what it made of it is carried nowhere', async () => {
    const x = await three('latest')
    x.systems['c']!.vices.alters = (values) => ('f' in values ? { ...values, f: String(values['f']).slice(0, 10) } : values)
    x.systems['a']!.edit('thing', '1', { f: 'Aleksandra-Maria' })
    const report = await x.sync()
    expect(valuesOf(x)).toEqual(['Aleksandra-Maria', 'Aleksandra-Maria', 'Aleksandra'])
    expect(report.summary.updated).toBe(2)
    await quiet(x)
  })

  test('20: an edit of another field at a target that cut a value carries only that field', async () => {
    const x = await three('latest')
    x.systems['c']!.vices.alters = (values) => ('f' in values ? { ...values, f: String(values['f']).slice(0, 10) } : values)
    x.systems['a']!.edit('thing', '1', { f: 'Aleksandra-Maria' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['c']!.edit('thing', '1', { g: 'g1' })
    await x.sync()
    expect(valuesOf(x)).toEqual(['Aleksandra-Maria', 'Aleksandra-Maria', 'Aleksandra'])
    expect(valuesOf(x, 'g')).toEqual(['g1', 'g1', 'g1'])
    await quiet(x)
  })

  test('21: an edit of the cut value itself travels', async () => {
    const x = await three('latest')
    x.systems['c']!.vices.alters = (values) => ('f' in values ? { ...values, f: String(values['f']).slice(0, 10) } : values)
    x.systems['a']!.edit('thing', '1', { f: 'Aleksandra-Maria' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['c']!.edit('thing', '1', { f: 'Ola' })
    await x.sync()
    expect(valuesOf(x)).toEqual(['Ola', 'Ola', 'Ola'])
    await quiet(x)
  })

  test('26: a list that lags behind a write is no edit back', async () => {
    const x = await three('latest', { traits: { listLagMs: 30_000 } })
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.clock.advance(60_000)
    await x.sync()
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
    x.clock.advance(5_000)
    // B's list still shows what was there before the write.
    const row = x.systems['b']!.table('thing').get('1')!
    const { values } = row
    row.values = { ...values, f: 'v0' }
    const reading = x.systems['b']!.vices
    reading.afterRead = () => {
      row.values = values
    }
    await x.sync()
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
    x.clock.advance(60_000)
    await x.sync()
    expect(valuesOf(x)).toEqual(['v1', 'v1', 'v1'])
  })

  test('29: a write that timed out but was executed and cut is repeated once and not carried', async () => {
    const x = await three('latest')
    x.systems['c']!.vices.alters = (values) => ('f' in values ? { ...values, f: String(values['f']).slice(0, 5) } : values)
    x.systems['c']!.vices.nextWrite = ['lost-executed']
    x.systems['a']!.edit('thing', '1', { f: 'Aleksandra' })
    const report = await x.sync()
    expect(report.summary.unsure).toBe(1)
    expect(report.ok).toBe(false)
    x.clock.advance(120_000)
    const next = await x.sync()
    expect(next.summary).toMatchObject({ unsure: 0, balanced: true })
    expect(valuesOf(x)).toEqual(['Aleksandra', 'Aleksandra', 'Aleks'])
    expect(x.systems['c']!.writes).toHaveLength(2)
    await quiet(x)
  })

  test('30: an edit that follows a lost answer is live or in the conflict log', async () => {
    const x = await three('latest')
    x.systems['c']!.vices.nextWrite = ['lost-executed']
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    await x.sync()
    x.clock.advance(120_000)
    x.systems['c']!.edit('thing', '1', { f: 'u' })
    x.clock.advance(1000)
    await x.sync()
    await x.sync()
    const log = await x.conflicts()
    const live = valuesOf(x).every((value) => value === 'u')
    expect(live || log.some((row) => row.loser?.value === 'u')).toBe(true)
    expect(new Set(valuesOf(x)).size).toBe(1)
    await quiet(x)
  })

  test('31 and 32: an edit between the look and the write is judged, with conditional writes and without, also by a target that does not say what it holds', async () => {
    for (const [conditional, answers] of [[true, true], [true, false], [false, true], [false, false]] as const) {
      const x = await three('latest', { traits: { conditional, answers, version: conditional ? 'opaque' : 'none' } })
      x.systems['a']!.edit('thing', '1', { f: 'v1' })
      x.clock.advance(1000)
      let edited = false
      const b = x.systems['b']!
      b.vices.beforeWrite = () => {
        if (edited || !conditional) return
        edited = true
        b.edit('thing', '1', { f: 'mine' })
      }
      if (!conditional) {
        b.vices.afterRead = () => {
          if (edited) return
          edited = true
          b.edit('thing', '1', { f: 'mine' }, x.clock.now() + 1)
        }
      }
      // What is read again is in the ledger as read once more.
      expect((await x.sync()).summary.balanced).toBe(true)
      expect((await x.sync()).summary.balanced).toBe(true)
      expect(new Set(valuesOf(x)).size).toBe(1)
      const log = await x.conflicts()
      expect(valuesOf(x)[0] === 'mine' || log.some((row) => row.loser?.value === 'mine')).toBe(true)
      await quiet(x)
    }
  })

  test('35: a rule of the target that changes a field back after each write ends in an accepted deviation', async () => {
    const x = await three('latest')
    x.systems['b']!.vices.automation = (values) => ({ ...values, f: 'robot' })
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    for (let i = 0; i < 12; i += 1) {
      await x.sync()
      x.clock.advance(60_000)
    }
    expect(x.systems['b']!.writes.length).toBeLessThanOrEqual(6)
    await quiet(x)
  })

  test.each([true, false])('a record that somebody edits right before each of ten writes is written seconds after the last edit (conditional writes: %s)', async (conditional) => {
    const x = await three('latest', { traits: conditional ? { conditional: true, version: 'ordered' } : {} })
    let edits = 0
    const b = x.systems['b']!
    const rings = (): void => {
      if (edits < 10) b.edit('thing', '1', { g: `typed ${(edits += 1)}` })
    }
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    if (conditional) b.vices.beforeWrite = rings
    for (let pass = 0; pass < 40 && (edits < 10 || b.get('thing', '1')!['f'] !== 'v1'); pass += 1) {
      if (!conditional) rings()
      await x.sync({ patienceMs: 0 })
      x.clock.advance(500)
    }
    const after = x.clock.now()
    await x.sync({ patienceMs: 5000 })
    expect(x.clock.now() - after).toBeLessThan(5000)
    expect([edits, valuesOf(x), valuesOf(x, 'g')]).toEqual([10, ['v1', 'v1', 'v1'], ['typed 10', 'typed 10', 'typed 10']])
    await quiet(x)
  })

  test('36: a target that answers success but ignores the value is asked once more, then reported', async () => {
    const x = await three('latest')
    x.systems['b']!.vices.alters = (values, before) => ({ ...values, f: before?.['f'] ?? null })
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    await x.sync()
    x.clock.advance(120_000)
    await x.sync()
    expect(x.systems['b']!.writes).toHaveLength(2)
    expect(valuesOf(x)).toEqual(['v1', 'v0', 'v1'])
    await quiet(x)
  })

  test('37: a change that a target got from elsewhere and that equals the golden value is agreement', async () => {
    const x = await three('latest')
    x.systems['a']!.edit('thing', '1', { f: 'v1' })
    x.systems['c']!.edit('thing', '1', { f: 'v1' })
    const report = await x.sync()
    expect(report.summary.updated).toBe(1)
    await quiet(x)
  })
})
