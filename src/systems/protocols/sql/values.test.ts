import { assert, date, float, nat, property } from 'fast-check'
import { expect, test } from 'vitest'
import { earlier, moment, shortestSingle, significantDigits, zoneOffset, zoneTexts } from './values.ts'

test.each([
  ['2026-03-01 10:00:00.123456', 5_000, '2026-03-01 09:59:55'],
  ['2026-03-01T00:00:02Z', 5_000, '2026-02-28T23:59:57Z'],
  ['2026-03-01 10:00:00+02', 60_000, '2026-03-01 09:59:00+02'],
  ['2026-03-01', 5_000, '2026-02-28'],
  ['2026-03-01 10:00', 60_000, '2026-03-01 09:59'],
  ['1772359200', 5_000, '1772359195'],
  ['1772359200123', 5_000, '1772359195123'],
  ['1772359200123456', 5_000, '1772359195123456'],
  ['4711', 5_000, '4711'],
  ['0000-00-00 00:00:00', 5_000, '0000-00-00 00:00:00'],
  ['AAAAAAAAB9E=', 5_000, 'AAAAAAAAB9E='],
])('a time of change %s is stepped back by %i ms to %s', (text, ms, expected) => {
  expect(earlier(text, ms)).toBe(expected)
})

test('a step back is never a step forward, and less than two seconds longer than asked', () => {
  assert(property(date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), nat(10_000_000), (at, ms) => {
    const back = Date.parse(earlier(at.toISOString(), ms))
    expect(back).toBeLessThanOrEqual(at.getTime() - ms)
    expect(back).toBeGreaterThan(at.getTime() - ms - 2_000)
  }))
})

test('a moment becomes a local time and again the same moment, except in the hour that clocks show twice', () => {
  const zone = zoneTexts('Europe/Warsaw')
  expect(zone.toLocal('2026-07-01T10:00:00.123456Z')).toBe('2026-07-01T12:00:00.123456')
  expect(zone.toLocal('2026-01-01T10:00:00+05:30')).toBe('2026-01-01T05:30:00')
  expect(zone.toUtc('2026-07-01 12:00:00')).toBe('2026-07-01 10:00:00')
  expect([zone.toLocal('2026-07-01 12:00:00'), zone.toLocal('0000-00-00 00:00:00'), zone.toUtc('2026-07-01')]).toEqual(['2026-07-01 12:00:00', '0000-00-00 00:00:00', '2026-07-01'])
  assert(property(date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (at) => {
    const text = at.toISOString().replace(/\.\d+Z/, 'Z')
    const back = `${zone.toUtc(zone.toLocal(text))}Z`
    const apart = Math.abs(Date.parse(back) - Date.parse(text))
    const [month, hour] = [at.getUTCMonth(), at.getUTCHours()]
    expect(apart === 0 || (apart === 3_600_000 && hour <= 2 && (month === 8 || month === 9))).toBe(true)
  }), { numRuns: 500 })
})

test.each([
  ['2026-07-01 12:00:00', Date.UTC(2026, 6, 1, 10)], ['2026-01-01T12:00:00.5', Date.UTC(2026, 0, 1, 11, 0, 0, 500)],
  ['2026-07-01T12:00:00-03', Date.UTC(2026, 6, 1, 15)], ['1772359200', 1_772_359_200_000], ['1772359200123', 1_772_359_200_123],
  ['2026-07-01', undefined], ['4711', undefined], ['yesterday', undefined],
])('the time of change %s is the moment %s', (text, expected) => {
  expect(moment(text, zoneOffset('Europe/Warsaw'))).toBe(expected)
})

test('the shortest text of a single-precision number means exactly that number', () => {
  assert(property(float({ noNaN: true, noDefaultInfinity: true }), (value) => {
    // The sign of zero has no text.
    expect(Math.fround(Number(shortestSingle(value))) + 0).toBe(value + 0)
  }))
  expect(shortestSingle(Math.fround(0.1))).toBe('0.1')
})

test.each([['0.10', 1], ['-12345678901234567.89', 19], ['1e300', 1], ['0', 0], ['100', 1]])('%s has %i significant digits', (text, expected) => {
  expect(significantDigits(text)).toBe(expected)
})
