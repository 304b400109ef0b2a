import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../base/duration.ts'
import { DURATION_PATTERN, RATE_PATTERN, readDuration, readRate } from './times.ts'
import { isWrong, type Parse, type Parsed } from './values.ts'

describe('durations', () => {
  it.each([
    ['30 seconds', 30 * SECOND], ['5 minutes', 5 * MINUTE], ['2 hours', 2 * HOUR], ['3 days', 3 * DAY], ['2 weeks', 14 * DAY], ['6 months', 180 * DAY], ['7 years', 7 * 365 * DAY],
    ['30s', 30 * SECOND], ['5m', 5 * MINUTE], ['2h', 2 * HOUR], ['3d', 3 * DAY], ['2w', 14 * DAY], ['7y', 7 * 365 * DAY],
    ['1 hour 30 minutes', 90 * MINUTE], ['1h 30m', 90 * MINUTE], ['1h30m', 90 * MINUTE], ['1 day', DAY], ['0 minutes', 0],
  ])('reads `%s`', (text, ms) => {
    expect(readDuration(text, 'every')).toEqual({ value: { text, ms, working: false } })
  })

  it.each([['4 working hours', 4 * HOUR], ['2 working days', 16 * HOUR], ['1 working day', 8 * HOUR]])('reads `%s` as working time', (text, ms) => {
    expect(readDuration(text, 'within')).toEqual({ value: { text, ms, working: true } })
  })

  it.each([
    ['5', '`every` is a duration. 5 what?', 'Write 5 minutes, 5 seconds or 5 hours.'],
    ['1', '`every` is a duration. 1 what?', 'Write 1 minute, 1 second or 1 hour.'],
    ['1.5', '`every` is a duration. 1.5 what?', 'Write 5 minutes, 30 seconds or 1 hour 30 minutes.'],
    ['5 min', '`5 min` is no duration.', 'Write 5 minutes.'],
    ['5 Minutes', '`5 Minutes` is no duration.', 'Write 5 minutes.'],
    ['1.5 hours', '`1.5 hours` is no duration.', 'Write 1 hour 30 minutes.'],
    ['0.5 h', '`0.5 h` is no duration.', 'Write 30 minutes.'],
    ['30 minutes 1 hour', '`30 minutes 1 hour` is no duration.', 'Write 1 hour 30 minutes.'],
    ['1 hour 2 hours', '`1 hour 2 hours` is no duration.', 'Write 5 minutes, 1 hour 30 minutes or 2 working days.'],
    ['every 5 minutes', '`every 5 minutes` is no duration.', 'Write 5 minutes.'],
    ['PT5M', '`PT5M` is no duration.', 'Write 5 minutes.'],
    ['P1DT2H', '`P1DT2H` is no duration.', 'Write 1 day 2 hours.'],
    ['2 business days', '`2 business days` is no duration.', 'Write 2 working days.'],
    ['6 mon', '`6 mon` is no duration.', 'Write 6 months.'],
    ['-5 minutes', '`-5 minutes` is no duration.', 'Write 5 minutes.'],
    ['soon', '`soon` is no duration.', 'Write 5 minutes, 1 hour 30 minutes or 2 working days.'],
    ['', '`` is no duration.', 'Write 5 minutes, 1 hour 30 minutes or 2 working days.'],
  ])('refuses `%s`', (text, says, mend) => {
    expect(readDuration(text, 'every')).toEqual({ says, mend })
  })
})

describe('rates', () => {
  it.each([
    ['100/minute', 100, MINUTE], ['1200/day', 1200, DAY], ['100/10 seconds', 100, 10 * SECOND], ['5/s', 5, SECOND], ['7200/hour', 7200, HOUR],
  ])('reads `%s`', (text, count, perMs) => {
    expect(readRate(text, 'calls')).toEqual({ value: { text, count, perMs } })
  })

  it.each([
    ['100 per minute', '`100 per minute` is no rate.', 'Write 100/minute.'],
    ['100', '`calls` is a rate. 100 in what time?', 'Write 100/minute, 100/hour or 100/day.'],
    ['1,200 / day', '`1,200 / day` is no rate.', 'Write 1200/day.'],
    ['60/min', '`60/min` is no rate.', 'Write 60/minute.'],
    ['100 every 10 s', '`100 every 10 s` is no rate.', 'Write 100/10 seconds.'],
    ['60 requests a minute', '`60 requests a minute` is no rate.', 'Write 60/minute.'],
    ['5/0 seconds', '`5/0 seconds` is no rate: it counts in no time at all.', 'Write 5/second.'],
    ['fast', '`fast` is no rate.', 'Write 100/minute, 1200/day or 100/10 seconds.'],
  ])('refuses `%s`', (text, says, mend) => {
    expect(readRate(text, 'calls')).toEqual({ says, mend })
  })
})

describe('what is offered', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(fc.constantFrom('1', '30', '2.5', ' ', '/', 'h', 'minutes', 'day', 'weeks', 'per', 'working', '%', 'PT', '1H', ' a '), { maxLength: 8 }).map((p) => p.join('')),
  )
  it('is right itself, and editors accept what is right', () => {
    fc.assert(fc.property(text, (written) => {
      for (const [read, pattern] of [[readDuration, DURATION_PATTERN], [readRate, RATE_PATTERN]] satisfies readonly (readonly [Parse<unknown>, string])[]) {
        const parsed: Parsed<unknown> = read(written, 'key')
        if (isWrong(parsed)) {
          for (const offer of parsed.mend.replace(/^Write /, '').replace(/\.$/, '').split(/, | or /)) expect(read(offer, 'key')).toHaveProperty('value')
        } else expect(written).toMatch(new RegExp(pattern))
      }
    }), { numRuns: 3_000 })
  })

  it('is not looked for in long text', () => {
    for (const long of ['1 h'.repeat(100_000), '1'.repeat(300_000), ' '.repeat(300_000), `${'9,'.repeat(100_000)}/day`]) {
      expect(readDuration(long, 'every')).toMatchObject({ says: expect.stringContaining('too long'), mend: 'Write 5 minutes, 1 hour 30 minutes or 2 working days.' })
      expect(readRate(long, 'calls')).toMatchObject({ says: expect.stringContaining('too long') })
    }
  })
})
