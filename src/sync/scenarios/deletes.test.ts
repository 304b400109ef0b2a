import { describe, expect, test } from 'vitest'
import type { LinkRow } from '../../store/rows.ts'
import { exchange, type Exchange } from '../../../test/support/exchange.ts'
import { codes, elsewherePlan, goldenOf, keyIn, madeElsewhere, recordOf } from '../../../test/support/made-elsewhere.ts'
import { quiet } from '../../../test/support/three-systems.ts'
import { through } from '../../../test/support/through.ts'
import { pass } from '../engine.ts'
import { deletedByMessage } from '../read.ts'
import { release } from '../release.ts'
import { placeKey } from '../runtime.ts'
import { PRIORITY } from '../scope.ts'

const links = (x: Exchange, golden: string): Promise<readonly LinkRow[]> => x.store.transaction((tx) => tx.linksOfGoldens([golden]), { readOnly: true })

const signal = new AbortController().signal

describe('deletes and scope', () => {
  test('62: a record that its home deletes is archived elsewhere, and nobody there takes that back', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: archive' })
    x.systems['a']!.remove('thing', 'a1')
    const report = await x.sync()
    expect(report.summary).toMatchObject({ gone: 1, updated: 2, deleted: 0, balanced: true })
    expect(recordOf(x, 'b', 'X1')).toEqual({ code: 'X1', f: 'v1', state: 'resting' })
    expect(recordOf(x, 'c', 'X1')).toEqual({ code: 'X1', f: 'v1', state: 'resting' })
    expect(await goldenOf(x, 'X1')).toMatchObject([{ state: 'archived', values: { f: 'v1' } }])
    await quiet(x)
    x.systems['b']!.edit('thing', keyIn(x, 'b', 'X1'), { state: 'active' })
    await x.sync()
    expect(await goldenOf(x, 'X1')).toMatchObject([{ state: 'archived' }])
    expect(recordOf(x, 'c', 'X1')).toMatchObject({ state: 'resting' })
    await quiet(x)
  })

  test('62: a mark of archived records that stands where a field stands is written once and stays, until the record is there again', async () => {
    const x = exchange(elsewherePlan({ ends: 'between: [a, b]', flow: ', when_deleted: archive' }).replaceAll('f: f }', 'f: state }').replace('by_field: { f: latest }', 'by_field: {}'), { a: { tellsEditTimes: true }, b: { tellsEditTimes: true }, c: {} })
    for (let i = 1; i <= 6; i += 1) x.systems['a']!.edit('thing', `a${i}`, { code: `X${i}`, state: 'active' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.remove('thing', 'a1')
    expect((await x.sync()).summary).toMatchObject({ gone: 1, updated: 1, balanced: true })
    expect(recordOf(x, 'b', 'X1')).toEqual({ code: 'X1', state: 'resting' })
    await quiet(x)
    // Whoever touches it there is answered once.
    x.systems['b']!.edit('thing', keyIn(x, 'b', 'X1'), { state: 'third' })
    expect((await x.sync()).summary).toMatchObject({ updated: 1 })
    expect(recordOf(x, 'b', 'X1')).toEqual({ code: 'X1', state: 'resting' })
    await quiet(x)
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'a77', { code: 'X1', state: 'active' })
    await x.sync()
    expect(recordOf(x, 'b', 'X1')).toEqual({ code: 'X1', state: 'active' })
    await quiet(x)
  })

  test('62: where only the home sends, its deletes are carried too', async () => {
    for (const [word, expected] of [['archive', { updated: 1, deleted: 0 }], ['delete', { updated: 0, deleted: 1 }]] as const) {
      const x = await madeElsewhere(6, { ends: 'from: a, to: b', flow: `, when_deleted: ${word}` })
      x.systems['a']!.remove('thing', 'a1')
      expect((await x.sync()).summary).toMatchObject({ gone: 1, ...expected, balanced: true })
      expect(recordOf(x, 'b', 'X1')?.['state']).toBe(word === 'archive' ? 'resting' : undefined)
      await quiet(x)
    }
  })

  test('62: an archived record that its home makes again is live again, everywhere', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: archive' })
    x.systems['a']!.remove('thing', 'a1')
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'a77', { code: 'X1', f: 'again' })
    await x.sync()
    expect(await goldenOf(x, 'X1')).toMatchObject([{ state: 'live', values: { f: 'again' } }])
    expect(codes(x, 'b')).toHaveLength(6)
    expect(recordOf(x, 'b', 'X1')).toMatchObject({ f: 'again' })
    await quiet(x)
  })

  test('63: a delete in a system that does not decide is neither carried nor undone', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: delete' })
    x.systems['b']!.remove('thing', keyIn(x, 'b', 'X1')!)
    const report = await x.sync()
    expect(report.summary).toMatchObject({ gone: 1, writes: 0, balanced: true })
    expect(keyIn(x, 'b', 'X1')).toBeUndefined()
    expect(codes(x, 'a')).toHaveLength(6)
    expect(codes(x, 'c')).toHaveLength(6)
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'a1', { f: 'edited' })
    await x.sync()
    expect(keyIn(x, 'b', 'X1')).toBeUndefined()
    expect(recordOf(x, 'c', 'X1')).toMatchObject({ f: 'edited' })
    await quiet(x)
  })

  test('63: a record that somebody makes again where it had been deleted joins its golden record', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: delete' })
    x.systems['b']!.remove('thing', keyIn(x, 'b', 'X1')!)
    await x.sync()
    x.clock.advance(60_000)
    x.systems['b']!.edit('thing', 'again', { code: 'X1', f: 'v1' })
    await x.sync()
    expect(await goldenOf(x, 'X1')).toHaveLength(1)
    expect(codes(x, 'a')).toHaveLength(6)
    await quiet(x)
  })

  test('64: a delete against an edit that nobody had seen yet deletes nothing and asks', async () => {
    for (const when of ['before the read', 'before the write'] as const) {
      const x = await madeElsewhere(6, { flow: ', when_deleted: delete' })
      x.systems['a']!.remove('thing', 'a1')
      const b = x.systems['b']!
      const edit = (): void => {
        delete b.vices.afterRead
        b.edit('thing', keyIn(x, 'b', 'X1'), { f: 'mine' })
      }
      if (when === 'before the read') edit()
      else b.vices.afterRead = edit
      const report = await x.sync()
      expect(report.summary).toMatchObject({ review: 1, balanced: true })
      expect(recordOf(x, 'b', 'X1')).toEqual({ code: 'X1', f: 'mine' })
      if (when === 'before the read') expect(recordOf(x, 'c', 'X1')).toEqual({ code: 'X1', f: 'v1' })
      await quiet(x)
    }
  })

  test('64: a record that was edited in B and then given to A may be deleted in A', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: delete' })
    x.systems['b']!.edit('thing', keyIn(x, 'b', 'X1'), { f: 'seen' })
    await x.sync()
    expect(recordOf(x, 'a', 'X1')).toMatchObject({ f: 'seen' })
    x.clock.advance(60_000)
    x.systems['a']!.remove('thing', 'a1')
    expect((await x.sync()).summary).toMatchObject({ deleted: 2, review: 0 })
    await quiet(x)
  })

  test('65: no delete follows from half a list, an empty one or one that broke off', async () => {
    for (const vice of ['honest', 'lies', 'empty', 'error'] as const) {
      for (const readByKey of [true, false]) {
        const x = await madeElsewhere(40, { flow: ', when_deleted: delete' }, { traits: { readByKey } })
        for (let i = 0; i < 3; i += 1) {
          x.systems['a']!.vices.half = vice
          const report = await x.sync()
          expect(report.summary).toMatchObject({ gone: 0, writes: 0, balanced: true })
          if (vice === 'lies') expect(report.shrunk).toHaveLength(1)
          if (vice === 'lies' || vice === 'error') expect(report.ok).toBe(false)
          x.clock.advance(60_000)
        }
        delete x.systems['a']!.vices.half
        expect((await x.sync()).ok).toBe(true)
        expect(codes(x, 'b')).toHaveLength(40)
        await quiet(x)
      }
    }
  })

  test('66: records that a shifted page hides are found by key', async () => {
    const x = await madeElsewhere(40, { flow: ', when_deleted: delete' })
    const a = x.systems['a']!
    a.remove('thing', 'a1')
    const table = a.table('thing')
    const hidden = ['a5', 'a6', 'a7'].map((key) => [key, table.get(key)!] as const)
    for (const [key] of hidden) table.delete(key)
    a.vices.afterRead = () => {
      for (const [key, row] of hidden) table.set(key, row)
    }
    const report = await x.sync()
    delete a.vices.afterRead
    expect(report.summary).toMatchObject({ gone: 1, deleted: 2, balanced: true })
    expect(codes(x, 'b')).toHaveLength(39)
    await quiet(x)
  })

  test('66: without reading by key a record is gone when two complete passes in a row missed it', async () => {
    const x = await madeElsewhere(40, { flow: ', when_deleted: delete' }, { traits: { readByKey: false } })
    x.systems['a']!.remove('thing', 'a1')
    expect((await x.sync()).summary).toMatchObject({ gone: 0, deleted: 0 })
    x.clock.advance(60_000)
    expect((await x.sync()).summary).toMatchObject({ gone: 1, deleted: 2 })
    await quiet(x)
  })

  test('67: a record that the hub makes during a pass over the same list is not missing from it', async () => {
    const x = await madeElsewhere(20, { flow: ', when_deleted: delete', home: 'plimsoll' }, { traits: { readByKey: false } })
    x.systems['a']!.edit('thing', 'new', { code: 'NEW', f: 'n' })
    let made = false
    const parts = through(x, 'b', (real) => ({
      async *read(options) {
        for await (const page of real.read(options)) {
          if (!made) {
            // The list is answered already; A's new record is read and delivered before it is taken in.
            made = true
            await pass({ ...x.parts() }, { signal, only: (place) => place.system === 'a' })
          }
          yield page
        }
      },
    }))
    for (let i = 0; i < 2; i += 1) {
      const report = await pass(parts, { signal, only: (place) => place.system === 'b' })
      expect(report.summary.gone).toBe(0)
      x.clock.advance(60_000)
    }
    expect(keyIn(x, 'b', 'NEW')).toBeDefined()
    expect(codes(x, 'b')).toHaveLength(21)
    await quiet(x)
  })

  test('66: what a look by key at a hidden record opens is in the ledger', async () => {
    const x = await madeElsewhere(6)
    x.systems['a']!.edit('thing', 'a1', { f: 'edited' })
    const hiding = through(x, 'a', (real) => ({
      async *read(options) {
        for await (const page of real.read(options)) yield { ...page, records: page.records.filter((record) => record.key !== 'a1') }
      },
    }))
    expect((await pass(hiding, { signal })).summary).toMatchObject({ updated: 2, gone: 0, balanced: true })
    await quiet(x)
  })

  test('68: what was due to a record that has left the filter meanwhile is not written', async () => {
    const x = await madeElsewhere(6, { hold: ', where: record.kind != "out"' })
    const c = x.systems['c']!
    c.vices.down = true
    x.systems['a']!.edit('thing', 'a1', { f: 'on' })
    await x.sync({ patienceMs: 0 })
    c.vices.down = false
    c.edit('thing', keyIn(x, 'c', 'X1')!, { kind: 'out' })
    x.clock.advance(3_600_000)
    expect((await x.sync()).summary).toMatchObject({ due: 0, writes: 0, balanced: true })
    expect(recordOf(x, 'c', 'X1')).toMatchObject({ f: 'v1' })
    c.edit('thing', keyIn(x, 'c', 'X1')!, { kind: '' })
    x.clock.advance(60_000)
    await x.sync()
    expect(recordOf(x, 'c', 'X1')).toMatchObject({ f: 'on' })
    await quiet(x)
  })

  test('68: a record that leaves the filter is not deleted, and comes back as the same one', async () => {
    const where = ', where: record.f != "out"'
    for (const filters of ['hub', 'source'] as const) {
      const x = await madeElsewhere(6, { hold: where, flow: ', when_deleted: delete' })
      const [golden] = await goldenOf(x, 'X1')
      const parts = () => filters === 'hub' ? x.parts() : through(x, 'a', (real) => ({
        async *read(options) {
          for await (const page of real.read(options)) yield { ...page, records: page.records.filter((record) => record.values['f'] !== 'out') }
        },
      }))
      x.systems['a']!.edit('thing', 'a1', { f: 'out' })
      const left = await pass(parts(), { signal })
      expect(left.summary).toMatchObject({ gone: 0, writes: 0, balanced: true })
      expect((await links(x, golden!.id)).find((link) => link.system === 'a')!.state).toBe('left')
      expect(recordOf(x, 'b', 'X1')).toMatchObject({ f: 'v1' })
      x.clock.advance(60_000)
      x.systems['a']!.edit('thing', 'a1', { f: 'back' })
      const back = await pass(parts(), { signal })
      expect(back.summary).toMatchObject({ created: 0, updated: 2, balanced: true })
      expect((await goldenOf(x, 'X1')).map((row) => row.id)).toEqual([golden!.id])
      expect(recordOf(x, 'b', 'X1')).toMatchObject({ f: 'back' })
      await quiet(x)
    }
  })

  test('69: who registers again while the brake holds the deletes is the same customer, and the deletes are withdrawn', async () => {
    const x = await madeElsewhere(60, { flow: ', when_deleted: delete' })
    const [golden] = await goldenOf(x, 'X1')
    for (let run = 0; run < 4; run += 1) {
      for (let i = 1; i <= 5; i += 1) x.systems['a']!.remove('thing', `a${60 - run * 5 - i + 1}`)
      if (run === 3) x.systems['a']!.remove('thing', 'a1')
      await x.sync()
      x.clock.advance(60_000)
    }
    expect(keyIn(x, 'b', 'X1')).toBeDefined()
    x.systems['a']!.edit('thing', 'fresh', { code: 'X1', f: 'again' })
    const report = await x.sync()
    expect(report.summary.created).toBe(0)
    expect(report.summary.balanced).toBe(true)
    const now = (await goldenOf(x, 'X1')).filter((row) => row.state === 'live')
    expect(now.map((row) => row.id)).toEqual([golden!.id])
    expect(recordOf(x, 'b', 'X1')).toMatchObject({ f: 'again' })
    for (const system of ['b', 'c']) await release(x.parts(), { system, resource: 'thing', who: 'ann', why: 'they left' })
    await x.sync()
    expect(keyIn(x, 'b', 'X1')).toBeDefined()
    expect(keyIn(x, 'b', 'X60')).toBeUndefined()
    await quiet(x)
  })

  test('69b: who registers again after all deletes were done is a new customer with nothing of the old one', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: delete' })
    const [golden] = await goldenOf(x, 'X1')
    x.systems['b']!.edit('thing', keyIn(x, 'b', 'X1'), { f: 'old words' })
    await x.sync()
    x.clock.advance(60_000)
    x.systems['a']!.remove('thing', 'a1')
    expect((await x.sync()).summary.deleted).toBe(2)
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'fresh', { code: 'X1', f: null })
    await x.sync()
    const live = (await x.goldens('thing')).filter((row) => row.state === 'live' && row.values['code'] === 'X1')
    expect(live).toHaveLength(1)
    expect(live[0]!.id).not.toBe(golden!.id)
    expect(live[0]!.values['f'] ?? null).toBeNull()
    expect(recordOf(x, 'b', 'X1')).toEqual({ code: 'X1' })
    await quiet(x)
  })

  test('71: an update that a target answers with "no such record" ends the link, is reported, and makes nothing new', async () => {
    const x = await madeElsewhere(6, { ends: 'from: a, to: b' })
    x.systems['b']!.remove('thing', keyIn(x, 'b', 'X1')!)
    x.systems['a']!.edit('thing', 'a1', { f: 'edited' })
    const report = await x.sync()
    expect(report.summary).toMatchObject({ writes: 0, balanced: true })
    const asides = await x.store.transaction((tx) => tx.asides({ states: ['open'], limit: 10 }), { readOnly: true })
    expect(asides.map((row) => [row.direction, row.rule])).toEqual([['out', 'missing']])
    const [golden] = await goldenOf(x, 'X1')
    expect((await links(x, golden!.id)).map((link) => [link.system, link.state])).toEqual([['a', 'live'], ['b', 'gone']])
    x.clock.advance(60_000)
    x.systems['a']!.edit('thing', 'a1', { f: 'edited again' })
    expect((await x.sync()).summary.writes).toBe(0)
    expect(codes(x, 'b')).toHaveLength(5)
    await quiet(x)
  })

  test('72: a condition that turns false stops the writing, and one that turns true again brings one update', async () => {
    const x = await madeElsewhere(6, { flow: ', where: thing.f != "secret"' })
    x.systems['a']!.edit('thing', 'a1', { f: 'secret' })
    expect((await x.sync()).summary).toMatchObject({ writes: 0, balanced: true })
    expect(recordOf(x, 'b', 'X1')).toMatchObject({ f: 'v1' })
    await quiet(x)
    x.systems['a']!.edit('thing', 'a1', { f: 'open' })
    expect((await x.sync()).summary).toMatchObject({ created: 0, updated: 2, balanced: true })
    expect(recordOf(x, 'b', 'X1')).toMatchObject({ f: 'open' })
    await quiet(x)
  })

  test('72: a record for which the condition was never true is made when it becomes true', async () => {
    const x = await madeElsewhere(2, { flow: ', where: thing.f != "secret"' })
    x.systems['a']!.edit('thing', 'n', { code: 'N', f: 'secret' })
    expect((await x.sync()).summary).toMatchObject({ writes: 0, balanced: true })
    await quiet(x)
    x.systems['a']!.edit('thing', 'n', { f: 'open' })
    expect((await x.sync()).summary).toMatchObject({ created: 2, balanced: true })
    await quiet(x)
  })

  test.each([true, false])('69c: what a create made whose answer was lost is deleted with the rest, and an edit of it waits for a person (look-up: %s)', async (find) => {
    for (const edited of [false, true]) {
      const x = await madeElsewhere(6, { flow: ', when_deleted: delete' }, { traits: { find } })
      const b = x.systems['b']!
      b.vices.nextWrite = ['lost-executed']
      x.systems['a']!.edit('thing', 'a9', { code: 'X9', f: 'v' })
      await x.sync()
      x.clock.advance(5000)
      if (edited) b.edit('thing', keyIn(x, 'b', 'X9')!, { f: 'typed' })
      x.systems['a']!.remove('thing', 'a9')
      await x.sync()
      for (let i = 0; i < 4; i += 1) {
        x.clock.advance(120_000)
        expect((await x.sync()).summary.balanced).toBe(true)
      }
      expect([codes(x, 'a').includes('X9'), codes(x, 'b').includes('X9')]).toEqual([false, edited])
      if (edited) expect(recordOf(x, 'b', 'X9')).toMatchObject({ f: 'typed' })
      expect((await goldenOf(x, 'X9')).flatMap((row) => row.review.map((item) => item.kind))).toEqual(edited ? ['deleted'] : [])
      await quiet(x)
    }
  })

  test('69d: a list that still shows a record which was deleted brings nothing back, and takes no place of who registers again', async () => {
    const x = await madeElsewhere(6, { flow: ', when_deleted: delete' }, { traits: { listLagMs: 60_000 } })
    x.clock.advance(120_000)
    await x.sync()
    x.clock.advance(120_000)
    x.systems['a']!.remove('thing', 'a1')
    await x.sync()
    expect(codes(x, 'b')).not.toContain('X1')
    x.clock.advance(20_000)
    // B's list is behind; it is read before the new record reaches B.
    x.systems['b']!.vices.listLagMs = 50_000
    x.systems['a']!.edit('thing', 'a9', { code: 'X1', f: 'again' })
    for (let i = 0; i < 3; i += 1) {
      expect((await x.sync({ patienceMs: 0 })).summary.balanced).toBe(true)
      x.clock.advance(1000)
    }
    delete x.systems['b']!.vices.listLagMs
    for (let i = 0; i < 3; i += 1) {
      x.clock.advance(120_000)
      expect((await x.sync()).summary.balanced).toBe(true)
    }
    for (const name of ['a', 'b', 'c']) expect(x.systems[name]!.all('thing').filter((row) => row['code'] === 'X1').map((row) => row['f'])).toEqual(['again'])
    await quiet(x)
  })

  test('73: a third that vanishes in small steps meets the brake; a yes lets go only what was listed', async () => {
    const x = await madeElsewhere(300, { ends: 'from: a, to: b', flow: ', when_deleted: delete, brake: 5%' })
    let next = 1
    for (let run = 0; run < 10; run += 1) {
      for (let i = 0; i < 9; i += 1) x.systems['a']!.remove('thing', `a${(next += 1) - 1}`)
      const report = await x.sync()
      expect(report.summary.balanced).toBe(true)
      x.clock.advance(3_600_000)
    }
    const deleted = 300 - codes(x, 'b').length
    expect(deleted).toBeLessThanOrEqual(15)
    const { held } = await release(x.parts(), { system: 'b', resource: 'thing', who: 'ann', why: 'the season is over' })
    expect(held!.writes).toHaveLength(90 - deleted)
    // What vanishes after the yes is not on the list.
    x.systems['a']!.remove('thing', 'a200')
    const report = await x.sync()
    expect(report.summary).toMatchObject({ deleted: 90 - deleted, held: 1, balanced: true })
    expect(keyIn(x, 'b', 'X200')).toBeDefined()
    await quiet(x)
    expect(keyIn(x, 'b', 'X200')).toBeDefined()
  })

  test('an answer by key that may be older than a record does not say that it is gone; asked again later, it does', async () => {
    // By key the target shows what it held five seconds ago.
    const lagging = { vices: ['key-lag' as const], random: () => 0.99 }
    const x = exchange(elsewherePlan({ flow: ', when_deleted: delete', home: 'plimsoll' }), { a: {}, b: lagging, c: {} })
    await x.sync()
    x.systems['a']!.edit('thing', 'a1', { code: 'X1', f: 'v1' })
    x.clock.advance(60_000)
    await x.sync()
    const told = async (): Promise<number> => {
      const parts = x.parts()
      const place = parts.runtime.places.get(placeKey({ system: 'b', resource: 'thing', entity: 'thing' }))!
      const work = () => ({ runtime: parts.runtime, run: 'message', startedAt: x.clock.now(), now: x.clock.now(), newId: parts.newId })
      return deletedByMessage({ parts, work, signal: new AbortController().signal }, place, parts.connections.resource(place)!, ['1'], {
        place, work: work(), judging: { ordered: false, omitsEmpty: false, lookedAt: 0 }, priority: PRIORITY.event, listLagMs: 1,
      })
    }
    x.clock.advance(1_000)
    expect(await told()).toBe(0)
    x.clock.advance(10_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => codes(x, name))).toEqual([['X1'], ['X1'], ['X1']])
    // Now it is really deleted, right after it was written.
    x.systems['a']!.edit('thing', 'a1', { f: 'v2' })
    await x.sync()
    x.systems['b']!.remove('thing', '1')
    await told()
    for (let i = 0; i < 2; i += 1) {
      x.clock.advance(10_000)
      await x.sync({ only: () => false })
    }
    expect(['a', 'b', 'c'].map((name) => codes(x, name))).toEqual([[], [], []])
    await quiet(x)
  })

  test('a list that still shows a record which was deleted does not bring it back', async () => {
    // A's lists are half a minute behind.
    const x = exchange(elsewherePlan({ flow: ', when_deleted: delete', home: 'plimsoll' }), { a: { traits: { listLagMs: 30_000 } }, b: {}, c: {} })
    x.systems['b']!.edit('thing', 'b1', { code: 'X1', f: 'v1' })
    x.systems['b']!.edit('thing', 'b2', { code: 'X2', f: 'v2' })
    await x.sync()
    x.clock.advance(120_000)
    await x.sync()
    x.systems['b']!.remove('thing', 'b1')
    await x.sync()
    expect(codes(x, 'a')).toEqual(['X2'])
    x.systems['a']!.vices.listLagMs = 20_000
    x.clock.advance(10_000)
    await x.sync()
    delete x.systems['a']!.vices.listLagMs
    x.clock.advance(120_000)
    await x.sync()
    expect(['a', 'b', 'c'].map((name) => codes(x, name))).toEqual([['X2'], ['X2'], ['X2']])
    expect(await goldenOf(x, 'X1')).toHaveLength(1)
    await quiet(x)
  })
})
