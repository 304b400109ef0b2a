import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { virtualClock } from '../../../base/clock.ts'
import { DAY } from '../../../base/duration.ts'
import { Box } from './box.ts'
import { appConnector } from './index.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'plimsoll-box-')) })
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const boxOf = (clock = virtualClock(Date.UTC(2026, 5, 1)), readOnly = false, name = 'box.db'): Box => new Box({ file: join(folder, name), readOnly, clock })

test('Whatever is written and whenever somebody reads on, a reader ends with what the box holds.', () => {
  const step = fc.oneof(
    fc.record({ is: fc.constant('write' as const), key: fc.integer({ min: 0, max: 6 }), n: fc.integer(), by: fc.constantFrom('hub' as const, 'application' as const) }),
    fc.record({ is: fc.constant('delete' as const), key: fc.integer({ min: 0, max: 6 }) }),
    fc.record({ is: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ is: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 5 }) }),
  )
  let run = 0
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const clock = virtualClock(Date.UTC(2026, 5, 1))
    const box = boxOf(clock, false, `run-${(run += 1)}.db`)
    const copy = new Map<string, unknown>()
    let since = 0
    const positions: number[] = []
    const read = (limit: number): number => {
      const found = box.list('items', { since, deletedSince: 0, limit })
      for (const { key, values, position } of found) {
        positions.push(position)
        since = position
        if (values === undefined) copy.delete(key)
        else copy.set(key, values['n'])
      }
      return found.length
    }
    for (const of of steps) {
      if (of.is === 'wait') clock.advance(of.ms)
      else if (of.is === 'read') read(of.limit)
      else {
        const key = `k${of.key}`
        const live = box.get('items', key)?.values !== undefined
        if (of.is === 'write') box.write([{ resource: 'items', key, values: { n: of.n }, at: live ? 'any' : 'none' }], of.by)
        else if (live) box.write([{ resource: 'items', key, values: undefined, at: 'any' }], 'hub')
      }
    }
    while (read(3) > 0);
    const held = new Map(box.byKey('items', '', 100).map((one) => [one.key, one.values!['n']]))
    box.close()
    expect(copy).toEqual(held)
    expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b))
  }), { numRuns: 60 })
})

test('A box that was lost and made anew gives out no position a second time, and knows that it does not know what was before.', () => {
  const clock = virtualClock(Date.UTC(2026, 5, 1))
  const first = boxOf(clock)
  for (let n = 0; n < 50; n += 1) first.write([{ resource: 'items', values: { n }, at: 'none' }], 'hub')
  const { last } = { last: first.last() }
  first.close()
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `box.db${end}`), { force: true })
  clock.advance(1)
  const second = boxOf(clock)
  second.write([{ resource: 'items', values: {}, at: 'none' }], 'hub')
  expect(second.last()).toBeGreaterThan(last)
  expect(second.forgotten()).toBeGreaterThanOrEqual(last)
  second.close()
})

test('Deletions are remembered for 90 days, then the box says from which position on it knows them.', () => {
  const clock = virtualClock(Date.UTC(2026, 5, 1))
  const box = boxOf(clock)
  box.write([{ resource: 'items', key: 'a', values: {}, at: 'none' }, { resource: 'items', key: 'b', values: {}, at: 'none' }], 'hub')
  box.write([{ resource: 'items', key: 'a', values: undefined, at: 'any' }], 'hub')
  const deleted = box.get('items', 'a')!.position
  clock.advance(89 * DAY)
  box.write([{ resource: 'items', key: 'c', values: {}, at: 'none' }], 'hub')
  expect(box.get('items', 'a')).toBeDefined()
  clock.advance(2 * DAY)
  box.write([{ resource: 'items', key: 'd', values: {}, at: 'none' }], 'hub')
  expect([box.get('items', 'a'), box.get('items', 'b')?.values, box.forgotten()]).toEqual([undefined, {}, deleted])
  box.close()
})

test('What records are looked up by may change with the plan: all of them are found all the same.', () => {
  const box = boxOf()
  box.naming('items', [['code']])
  box.write([{ resource: 'items', key: 'a', values: { code: 'A', mail: 'a@x.example' }, at: 'none' }], 'hub')
  expect(box.find('items', ['code'], [['A']]).map(({ key }) => key)).toEqual(['a'])
  box.close()
  const other = boxOf()
  other.naming('items', [['mail']])
  other.write([{ resource: 'items', key: 'b', values: { code: 'B', mail: 'b@x.example' }, at: 'none' }], 'hub')
  expect(other.find('items', ['mail'], [['a@x.example'], ['b@x.example']]).map(({ key }) => key)).toEqual(['a', 'b'])
  other.close()
  const again = boxOf()
  again.naming('items', [['code']])
  expect(again.find('items', ['code'], [['A'], ['B']]).map(({ key }) => key)).toEqual(['a', 'b'])
  again.close()
})

test('A preview makes no file and changes none, and sees what is there.', () => {
  expect([boxOf(undefined, true).byKey('items', '', 10), boxOf(undefined, true).last()]).toEqual([[], 0])
  const box = boxOf()
  box.write([{ resource: 'items', key: 'a', values: {}, at: 'none' }], 'hub')
  box.close()
  const preview = boxOf(undefined, true)
  expect(preview.byKey('items', '', 10)).toHaveLength(1)
  expect(() => preview.write([{ resource: 'items', key: 'b', values: {}, at: 'none' }], 'hub')).toThrow()
  preview.close()
})

test('A system that was renamed keeps its records, and a preview leaves them where they are.', async () => {
  const clock = virtualClock(Date.UTC(2026, 5, 1))
  const open = (system: string, readOnly: boolean) => appConnector.open({ token: 'canary-0123456789-abcdefgh' }, { clock, system, formerly: ['before_last', 'last'], keeps: folder, timeZone: 'UTC', readOnly, budget: async () => undefined })
  const old = await open('last', false)
  await old.hosted!.change({ resource: 'items', key: 'a', values: { n: 1 }, at: 'none' })
  await old.close()
  const preview = await open('now', true)
  expect([preview.hosted!.get('items', 'a')?.values, readdirSync(folder).filter((name) => name.endsWith('.db'))]).toEqual([{ n: 1 }, ['last.db']])
  await preview.close()
  const now = await open('now', false)
  expect([now.hosted!.get('items', 'a')?.values, readdirSync(folder).filter((name) => name.endsWith('.db'))]).toEqual([{ n: 1 }, ['now.db']])
  await now.close()
})

test('A file that is something else is left alone.', () => {
  writeFileSync(join(folder, 'box.db'), 'this is a letter to my aunt, and no database at all; she would not be pleased'.repeat(50))
  expect(() => boxOf().check()).toThrow(expect.objectContaining({ code: 'apps.box' }))
})
