import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDate, readDays, readHours, readPlanDate, readTime } from './dates.ts'

describe('dates', () => {
  it.each(['2027-03-01', '2028-02-29', '0001-01-01'])('reads `%s`', (text) => {
    expect(readDate(text, 'due')).toEqual({ value: text })
  })

  it.each([['2027-03', '2027-03-31'], ['2028-02', '2028-02-29'], ['2027-Q2', '2027-06-30'], ['2027-Q4', '2027-12-31'], ['2027-03-01', '2027-03-01']])('reads `%s` for planning as %s', (text, day) => {
    expect(readPlanDate(text, 'due')).toEqual({ value: day })
  })

  it.each([
    ['01.03.2027', '`01.03.2027` is no date as this language writes it.', 'Write 2027-03-01.'],
    ['3/4/2027', '`3/4/2027` is no date as this language writes it.', 'Write 2027-04-03 or 2027-03-04.'],
    ['3/14/2027', '`3/14/2027` is no date as this language writes it.', 'Write 2027-03-14.'],
    ['2027/3/1', '`2027/3/1` is no date as this language writes it.', 'Write 2027-03-01.'],
    ['20270301', '`20270301` is no date as this language writes it.', 'Write 2027-03-01.'],
    ['1 March 2027', '`1 March 2027` is no date as this language writes it.', 'Write 2027-03-01.'],
    ['Mar 1, 2027', '`Mar 1, 2027` is no date as this language writes it.', 'Write 2027-03-01.'],
    ['2027-03-01T10:00', '`2027-03-01T10:00` is no date as this language writes it.', 'Write 2027-03-01.'],
    ['2027-02-30', 'There is no day 2027-02-30.', 'Write 2027-02-28 or an earlier day.'],
    ['2027-13-01', 'There is no day 2027-13-01.', 'Write year-month-day, for example 2027-03-01.'],
    ['soon', '`due` is a date, not `soon`.', 'Write year-month-day, for example 2027-03-01.'],
  ])('refuses `%s`', (text, says, mend) => {
    expect(readDate(text, 'due')).toEqual({ says, mend })
  })

  it.each([
    ['Q2 2027', 'Write 2027-Q2.'], ['2027 Q2', 'Write 2027-Q2.'], ['2027-q2', 'Write 2027-Q2.'], ['3/2027', 'Write 2027-03.'], ['01.03.2027', 'Write 2027-03-01.'], ['soon', 'Write 2027-03-01, 2027-03 or 2027-Q2.'],
  ])('refuses `%s` for planning', (text, mend) => {
    expect(readPlanDate(text, 'due')).toMatchObject({ mend })
  })

  it('offers only days that exist', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('0', '1', '2', '3', '9', '.', '/', '-', ' ', 'Q', 'M', 'a', 'r', 'T'), maxLength: 12 }), (text) => {
      const parsed = readPlanDate(text, 'due')
      if ('says' in parsed) for (const offer of parsed.mend.match(/\d{4}-(?:\d{2}(?:-\d{2})?|Q\d)/g) ?? []) expect(readPlanDate(offer, 'due')).toHaveProperty('value')
    }), { numRuns: 3_000 })
  })
})

describe('times', () => {
  it.each([['00:00', 0], ['02:30', 150], ['23:59', 1439]])('reads `%s`', (text, value) => {
    expect(readTime(text, 'at')).toEqual({ value })
  })

  it.each([['8:00', 'Write 08:00.'], ['8', 'Write 08:00.'], ['8pm', 'Write 20:00.'], ['12 am', 'Write 00:00.'], ['02:30:00', 'Write 02:30.'], ['2.30', 'Write 02:30.'], ['24:00', 'Write 00:00.'], ['noon', 'Write hours and minutes, for example 02:30.']])('refuses `%s`', (text, mend) => {
    expect(readTime(text, 'at')).toMatchObject({ mend })
  })

  it.each([['08:00-16:00', 480, 960], ['22:00-05:00', 1320, 300], ['00:00-24:00', 0, 1440]])('reads the hours `%s`', (text, from, until) => {
    expect(readHours(text, 'hours')).toEqual({ value: { from, until } })
  })

  it.each([['8:00-16:00', 'Write 08:00-16:00.'], ['8-16', 'Write 08:00-16:00.'], ['08:00 – 16:00', 'Write 08:00-16:00.'], ['08:00 to 16:00', 'Write 08:00-16:00.'], ['08:00-08:00', 'Write 00:00-24:00 for the whole day.'], ['day', 'Write 08:00-16:00, or 22:00-05:00 over midnight.']])('refuses the hours `%s`', (text, mend) => {
    expect(readHours(text, 'hours')).toMatchObject({ mend })
  })
})

describe('days of the week', () => {
  it.each([['mon-fri', [1, 2, 3, 4, 5]], ['mon,wed,fri', [1, 3, 5]], ['fri-mon', [1, 5, 6, 7]], ['mon-wed,sat', [1, 2, 3, 6]], ['sun', [7]]])('reads `%s`', (text, days) => {
    expect(readDays(text, 'days')).toEqual({ value: { text, days } })
  })

  it.each([
    ['Mon-Fri', 'Write mon-fri.'], ['Monday to Friday', 'Write mon-fri.'], ['mon, wed', 'Write mon,wed.'], ['monday and tuesday', 'Write mon,tue.'], ['weekdays', 'Write mon-fri.'], ['weekend', 'Write sat,sun.'], ['always', 'Write mon-fri or mon,wed,fri.'], ['', 'Write mon-fri or mon,wed,fri.'],
  ])('refuses `%s`', (text, mend) => {
    expect(readDays(text, 'days')).toMatchObject({ mend })
  })
})
