import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MOMENTS } from './examples/moments.ts'
import { EXAMPLE_READING } from './examples/example.ts'
import { dayNumber, dayOf, dayText } from './calendar.ts'
import { formatValue, parseValue } from './rules.ts'
import { zone } from './zone.ts'

/** Zone of the process → its offset on 1 January, in minutes west. */
const PROCESSES = [['Pacific/Auckland', -780], ['America/New_York', 300], ['UTC', 0]] as const

describe.each(PROCESSES)('in a process that runs in %s', (name, west) => {
  const before = process.env['TZ']
  beforeAll(() => {
    process.env['TZ'] = name
  })
  afterAll(() => {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  })

  test('the process really is in that zone', () => {
    expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(west)
  })

  test('every example of dates and times reads the same', () => {
    let count = 0
    for (const table of MOMENTS) {
      for (const example of table.examples) {
        const parsed = parseValue(example.native, example.type ?? table.type, { ...EXAMPLE_READING, ...example.reading })
        expect(parsed).toMatchObject('broken' in example ? { ok: false, broken: { rule: example.broken } } : { ok: true, value: example.value })
        count += 1
      }
    }
    expect(count).toBeGreaterThan(60)
  })

  test('a date is written as the day it is', () => {
    expect(formatValue('2026-11-21', { is: 'date' }, { timeZone: 'Europe/Warsaw', format: 'dd.MM.yyyy' })).toBe('21.11.2026')
    expect(formatValue('2026-11-21', { is: 'date' }, { timeZone: 'Pacific/Auckland' })).toBe('2026-11-21')
  })
})

const FORMATS = ['dd.MM.yyyy', 'd.M.yyyy', 'MM/dd/yyyy', 'yyyyMMdd', 'dd MMM yyyy', 'MMMM d, yyyy', 'yyyy-dd-MM', 'unix', 'unix_ms']
const day = fc.integer({ min: dayNumber(1, 1, 1), max: dayNumber(9999, 12, 31) })

test('every day of the calendar survives every format that names it whole', () => {
  fc.assert(fc.property(day, fc.constantFrom(...FORMATS), (number, format) => {
    const value = dayText(dayOf(number))
    const reading = { timeZone: 'America/New_York', format }
    expect(parseValue(formatValue(value, { is: 'date' }, reading), { is: 'date' }, reading)).toEqual({ ok: true, value })
  }))
})

test('days and their numbers are inverse', () => {
  fc.assert(fc.property(day, (number) => {
    const { year, month, day: ofMonth } = dayOf(number)
    expect(dayNumber(year, month, ofMonth)).toBe(number)
    expect(new Date(number * 86_400_000).toISOString().slice(-24, -14)).toBe(dayText({ year, month, day: ofMonth }))
  }))
})

const ZONES = ['Europe/Warsaw', 'Pacific/Auckland', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Africa/Casablanca', 'America/St_Johns', 'UTC']
const instant = fc.integer({ min: 0, max: 4_102_444_800 })

test('a moment survives a format with an offset in every zone, to the nanosecond', () => {
  fc.assert(fc.property(instant, fc.integer({ min: 0, max: 999_999_999 }), fc.constantFrom(...ZONES), (seconds, nano, timeZone) => {
    const fraction = String(nano).padStart(9, '0').replace(/0+$/, '')
    const value = `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`
    for (const format of ['yyyy-MM-dd\'T\'HH:mm:ss.SSSSSSSSSXXX', 'dd.MM.yyyy hh:mm:ss.SSSSSSSSS a XX', 'unix', 'unix_ms']) {
      const reading = { timeZone, format }
      expect(parseValue(formatValue(value, { is: 'datetime' }, reading), { is: 'datetime' }, reading)).toEqual({ ok: true, value })
    }
  }))
})

test('a moment survives a local format, except in the hour that comes twice, where the first is meant', () => {
  fc.assert(fc.property(instant, fc.constantFrom(...ZONES), (seconds, timeZone) => {
    const value = `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
    const reading = { timeZone, format: 'yyyy-MM-dd HH:mm:ss' }
    const parsed = parseValue(formatValue(value, { is: 'datetime' }, reading), { is: 'datetime' }, reading)
    const there = zone(timeZone)
    const twice = [1800, 3600].some((back) => there.offsetOfInstant(seconds - back) - there.offsetOfInstant(seconds) === back)
    if (!twice) expect(parsed).toEqual({ ok: true, value })
    else expect(parsed.ok).toBe(true)
  }), { numRuns: 300 })
})

test('offsets that are remembered per day are those of the platform', () => {
  const at = (timeZone: string, seconds: number): number => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
      .formatToParts(seconds * 1000).map(({ type, value }) => [type, Number(value)]))
    return Date.UTC(parts['year']!, parts['month']! - 1, parts['day'], parts['hour'], parts['minute'], parts['second']) / 1000 - seconds
  }
  fc.assert(fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), fc.constantFrom(...ZONES), (seconds, timeZone) => {
    expect(zone(timeZone).offsetOfInstant(seconds)).toBe(at(timeZone, seconds))
  }), { numRuns: 300 })
})

test('formats and zones that make no sense are refused when the plan is read', () => {
  const compile = (format: string, timeZone = 'UTC') => () => parseValue('x', { is: 'date' }, { timeZone, format })
  expect(compile('DD.MM.YYYY')).toThrow(expect.objectContaining({ code: 'type.format' }))
  expect(compile('dd.MM.yyyy dd')).toThrow(expect.objectContaining({ code: 'type.format' }))
  expect(compile('yyyy-MM-dd hh:mm')).toThrow(expect.objectContaining({ code: 'type.format' }))
  expect(compile('dd.MM.yyyy', 'Europe/Atlantis')).toThrow(expect.objectContaining({ code: 'type.zone' }))
})
