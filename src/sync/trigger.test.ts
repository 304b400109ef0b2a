import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../base/duration.ts'
import type { Calendar, Trigger } from '../plan/model.ts'
import { stretchAt } from './calendar.ts'
import { fire, nextAt, type Times } from './trigger.ts'

const trigger = (of: Partial<Trigger> & { everyMs?: number }): Trigger => {
  const { everyMs, ...rest } = of
  return { at: [], event: false, file: false, onDemand: false, missed: 'once', ...(everyMs === undefined ? {} : { every: { text: '', ms: everyMs, working: false } }), ...rest }
}
const NIGHT: Calendar = { hours: { from: 22 * 60, until: 5 * 60 }, closed: [] }
const OFFICE: Calendar = { days: 'mon-fri', hours: { from: 8 * 60, until: 16 * 60 }, closed: ['2026-12-24'] }
const times = (more: Partial<Times> = {}): Times => ({ zone: 'Europe/Warsaw', calendars: new Map([['office', OFFICE]]), ...more })
const at = (text: string): number => Date.parse(text)
const upTo = (of: Trigger, from: string, n: number, more?: Partial<Times>): string[] => {
  const found: string[] = []
  for (let point = nextAt(of, at(from), times(more)); point !== undefined && found.length < n; point = nextAt(of, point, times(more), at(from))) found.push(new Date(point).toISOString().slice(0, 16) + 'Z')
  return found
}

describe('the next point of a trigger', () => {
  // In 2026 Warsaw moves its clocks forward on 29 March at 02:00 and back on 25 October at 03:00.
  test.each<[string, Trigger, string, string[]]>([
    ['every counts from its anchor', trigger({ everyMs: 20 * MINUTE }), '2026-01-01T00:05Z', ['2026-01-01T00:25Z', '2026-01-01T00:45Z']],
    ['a time of day in winter', trigger({ at: ['02:30'] }), '2026-01-01T00:00Z', ['2026-01-01T01:30Z', '2026-01-02T01:30Z']],
    ['a time of day in summer', trigger({ at: ['02:30'] }), '2026-07-01T00:00Z', ['2026-07-01T00:30Z', '2026-07-02T00:30Z']],
    ['several times of day in their order', trigger({ at: ['18:00', '06:00'] }), '2026-01-01T12:00Z', ['2026-01-01T17:00Z', '2026-01-02T05:00Z']],
    ['on days of the week', trigger({ at: ['09:00'], days: 'sat,sun' }), '2026-01-01T00:00Z', ['2026-01-03T08:00Z', '2026-01-04T08:00Z', '2026-01-10T08:00Z']],
    ['on the days of a calendar without its closed ones', trigger({ at: ['09:00'], days: 'office' }), '2026-12-23T12:00Z', ['2026-12-25T08:00Z', '2026-12-28T08:00Z']],
    ['a time that is skipped is an hour later that day', trigger({ at: ['02:30'] }), '2026-03-28T12:00Z', ['2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    ['a time that comes twice fires once', trigger({ at: ['02:30'] }), '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['cron: a time that is skipped', trigger({ cron: '30 2 * * *' }), '2026-03-28T12:00Z', ['2026-03-29T01:30Z', '2026-03-30T00:30Z']],
    ['cron: a time that comes twice', trigger({ cron: '30 2 * * *' }), '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['cron with open hours goes by real hours over the overlap', trigger({ cron: '*/30 * * * *' }), '2026-10-25T00:00Z', ['2026-10-25T00:30Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z', '2026-10-25T02:00Z']],
    ['cron with open hours over the gap', trigger({ cron: '*/30 * * * *' }), '2026-03-29T00:20Z', ['2026-03-29T00:30Z', '2026-03-29T01:00Z', '2026-03-29T01:30Z']],
    ['cron: the first of the month', trigger({ cron: '0 4 1 * *' }), '2026-01-15T00:00Z', ['2026-02-01T03:00Z', '2026-03-01T03:00Z', '2026-04-01T02:00Z']],
    ['cron: a day that never is', trigger({ cron: '0 0 30 2 *' }), '2026-01-01T00:00Z', []],
    ['only by hand', trigger({ onDemand: true }), '2026-01-01T00:00Z', []],
    ['several together: whichever is first', trigger({ everyMs: 10 * HOUR, at: ['12:00'] }), '2026-01-01T00:00Z', ['2026-01-01T10:00Z', '2026-01-01T11:00Z', '2026-01-01T20:00Z']],
  ])('%s.', (_what, of, from, expected) => {
    expect(upTo(of, from, Math.max(expected.length, 1))).toEqual(expected)
  })

  test('A point in closing time is put off to its end, once for all of them.', () => {
    expect(upTo(trigger({ everyMs: 2 * HOUR }), '2026-01-01T18:30Z', 4, { unavailable: NIGHT })).toEqual(['2026-01-01T20:30Z', '2026-01-02T04:00Z', '2026-01-02T04:30Z', '2026-01-02T06:30Z'])
  })
  test('With missed: skip it is left out.', () => {
    expect(upTo(trigger({ everyMs: 2 * HOUR, missed: 'skip' }), '2026-01-01T18:30Z', 2, { unavailable: NIGHT })).toEqual(['2026-01-01T20:30Z', '2026-01-02T04:30Z'])
  })
  test('A trigger that lies in closing time only never fires.', () => {
    expect(upTo(trigger({ at: ['23:00'], missed: 'skip' }), '2026-01-01T00:00Z', 1, { unavailable: NIGHT })).toEqual([])
    expect(nextAt(trigger({ everyMs: HOUR }), 0, times({ unavailable: { closed: [] } }))).toBeUndefined()
  })
  test('A crontab line that is none is told.', () => {
    expect(() => nextAt(trigger({ cron: 'a b' }), 0, times())).toThrow(expect.objectContaining({ code: 'schedule.cron' }))
  })
})

describe('what was missed', () => {
  const daily = trigger({ at: ['02:00'] })
  const planned = at('2026-01-01T01:00Z')
  test('missed: once is one run for everything that was missed.', () => {
    expect(fire(daily, planned, at('2026-01-04T12:00Z'), times())).toEqual({ fires: true, next: at('2026-01-05T01:00Z') })
  })
  test('missed: skip waits for the next point, unless the last one was just now.', () => {
    const skip = { ...daily, missed: 'skip' as const }
    expect(fire(skip, planned, at('2026-01-04T12:00Z'), times())).toEqual({ fires: false, next: at('2026-01-05T01:00Z') })
    expect(fire(skip, planned, planned + 5 * SECOND, times())).toEqual({ fires: true, next: at('2026-01-02T01:00Z') })
    expect(fire(skip, planned, at('2026-01-04T01:00:20Z'), times())).toEqual({ fires: true, next: at('2026-01-05T01:00Z') })
  })
  test('Before its point nothing fires.', () => {
    expect(fire(daily, planned, planned - 1, times())).toEqual({ fires: false, next: planned })
  })
  test('A point that was missed and falls into closing time now waits for its end.', () => {
    expect(fire(daily, planned, at('2026-01-01T22:00Z'), times({ unavailable: NIGHT }))).toEqual({ fires: false, next: at('2026-01-02T04:00Z') })
  })

  const triggers = fc.oneof(
    fc.integer({ min: 1, max: 5000 }).map((n) => trigger({ everyMs: n * MINUTE })),
    fc.constantFrom('*/7 * * * *', '30 2 * * *', '0 0 1 * *', '15 2,3 * * sun').map((cron) => trigger({ cron })),
    fc.constantFrom(['02:30'], ['00:00', '12:00']).map((list) => trigger({ at: list })),
  ).chain((of) => fc.constantFrom('once', 'skip').map((missed) => ({ ...of, missed: missed as 'once' | 'skip' })))

  test('However the clock jumps, no point fires twice and nothing is caught up more than once.', () => {
    fc.assert(fc.property(
      triggers, fc.integer({ min: at('2026-03-20T00:00Z'), max: at('2026-11-10T00:00Z') }), fc.array(fc.integer({ min: 0, max: 9 * DAY }), { maxLength: 30 }), fc.boolean(),
      (of, start, steps, closes) => {
        const when = times(closes ? { unavailable: NIGHT } : {})
        let planned = nextAt(of, start, when)
        let now = start
        let fired = 0
        let last = Number.NEGATIVE_INFINITY
        for (const step of steps) {
          now += step
          if (planned === undefined) return
          const { fires, next } = fire(of, planned, now, when)
          if (fires) {
            fired += 1
            // Whatever fired is past; the next point is in the future, so asking again at once fires nothing.
            expect(next === undefined || next > now).toBe(true)
            expect(planned).toBeGreaterThan(last)
            last = planned
            if (next !== undefined) expect(fire(of, next, now, when).fires).toBe(false)
            if (closes) expect(stretchAt(NIGHT, now, when.zone)!.from).toBeGreaterThan(now)
          }
          planned = next
        }
        expect(fired).toBeLessThanOrEqual(steps.length)
      },
    ), { numRuns: 100 })
  })

  test('Around changes of the clock points only go forward, by no more than the trigger allows.', () => {
    fc.assert(fc.property(fc.constantFrom('*/30 * * * *', '*/15 * * * *', '0 * * * *'), fc.integer({ min: at('2026-10-24T20:00Z'), max: at('2026-10-25T06:00Z') }), (cron, after) => {
      const next = nextAt(trigger({ cron }), after, times())!
      expect(next).toBeGreaterThan(after)
      expect(next - after).toBeLessThanOrEqual(HOUR)
    }))
  })
})
