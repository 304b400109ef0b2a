import { describe, expect, test } from 'vitest'
import { checkText, marked, toldOf } from '../../../test/support/check-text.ts'
import { cronProblem } from './cron.ts'

const plan = (trigger: string, more = '', a = 'connector: sqlite'): string => `entities: { thing: { identifiers: [key], fields: { key: text } } }
calendars: { nights: { hours: 22:00-05:00 }, sundays: { days: sun }, never_open: { hours: 00:00-24:00 } }
systems:
  a: { ${a}, holds: [thing] }
  b: { connector: sqlite, holds: [thing] }
flows:
  things: { entity: thing, from: a, to: b${trigger === '' ? '' : `, trigger: ${trigger}`}${more} }
`

test('the plan of these tests has no mistake', () => {
  expect(toldOf(plan(''))).toEqual([])
})

describe('a trigger that can never fire', () => {
  test.each<[wrong: string, right: string]>([
    [plan('«event»'), plan('event', '', 'connector: hubspot')],
    [plan('{ «event»: true, every: 5 minutes }'), plan('{ event: true, every: 5 minutes }', '', 'connector: http')],
    [plan('{ «file»: arrives }'), plan('{ file: arrives }', '', 'connector: csv')],
    [plan('{ cron: «"0 4 31 4 *"» }'), plan('{ cron: "0 4 30 4 *" }')],
    [plan('{ cron: «"61 4 1 * *"» }'), plan('{ cron: "59 4 1 * *" }')],
    [plan('{ at: [«23:00», 02:00] }', '', 'connector: sqlite, unavailable: nights'), plan('{ at: [23:00, 06:00] }', '', 'connector: sqlite, unavailable: nights')],
    [plan('{ at: «12:00», days: sun }', '', 'connector: sqlite, unavailable: sundays'), plan('{ at: 12:00, days: sat-sun }', '', 'connector: sqlite, unavailable: sundays')],
    [plan('{ cron: «"30 2 * * *"» }', '', 'connector: sqlite, unavailable: nights'), plan('{ cron: "30 2,12 * * *" }', '', 'connector: sqlite, unavailable: nights')],
    [plan('{ every: «5 minutes» }', '', 'connector: sqlite, unavailable: never_open'), plan('{ every: 5 minutes }', '', 'connector: sqlite, unavailable: nights')],
    [plan('', ', live_from: 2027-03-01, live_until: «2027-02-01»'), plan('', ', live_from: 2027-03-01, live_until: 2027-03-01')],
    [plan('', '', 'connector: sqlite, live_from: 2027-Q2, live_until: «2027-Q1»'), plan('', '', 'connector: sqlite, live_from: 2027-Q1, live_until: 2027-Q2')],
  ])('%s', (wrong, right) => {
    const { text, places } = marked(wrong)
    expect(checkText(text).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([['never-fires', places[0]]])
    expect(toldOf(right)).toEqual([])
  })

  test('is right as soon as it can fire for one of those that follow it', () => {
    expect(toldOf(plan('event').replace('from: a, to: b', 'between: [a, b]').replace('b: { connector: sqlite', 'b: { connector: http'))).toEqual([])
  })

  test('in the defaults is told there', () => {
    const { text, places } = marked(`defaults: { flow: { trigger: { «event»: true } } }\n${plan('')}`)
    expect(checkText(text).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([['never-fires', places[0]]])
  })

  test.each<[cron: string, problem: string | undefined]>([
    ['0 4 1 * *', undefined], ['*/5 8-18 * * mon-fri', undefined], ['0 0 29 feb *', undefined], ['0 0 30 2 *', 'there is no such day in the year'], ['0 0 31 2 mon', undefined],
    ['0 24 * * *', 'there is no hour 24'], ['0 5-2 * * *', 'there is no hour 5-2'], ['0 0 L * *', undefined], ['*/0 * * * *', 'a step of 0 leads nowhere'], ['0 0 0 1 1 *', undefined],
  ])('as crontab: %s', (cron, problem) => {
    expect(cronProblem(cron)).toBe(problem)
  })
})

describe('a promise that can not be kept', () => {
  test('is told with the arithmetic: asked too rarely', () => {
    const { text, places } = marked(plan('X', ', service_level: { freshness: 2 minutes }', 'connector: sqlite, limits: 120/minute').replace('trigger: X', '«trigger»: { every: 15 minutes }'))
    const [found, ...others] = checkText(text)
    expect([found!.id, `${found!.place.line - 2}:${found!.place.column}`, others]).toEqual(['too-slow', places[0], []])
    expect([found!.says, found!.mend]).toEqual(['things shall be fresh within 2 minutes, but a is asked every 15 minutes.', 'Write every: 1 minute; it costs 60 of the 7,200 calls an hour that a allows.'])
    expect(checkText(plan('{ every: 1 minute }', ', service_level: { freshness: 2 minutes }'))).toEqual([])
    expect(checkText(plan('event', ', service_level: { freshness: 2 minutes }', 'connector: http'))).toEqual([])
  })

  test('is told where times of day lie too far apart, also over a week-end', () => {
    expect(toldOf(plan('{ at: [06:00, 18:00], days: mon-fri }', ', service_level: { freshness: 2 days }'))).toEqual([expect.stringContaining('but a is asked only at 06:00 and 18:00 on mon-fri')])
    expect(toldOf(plan('{ at: [06:00, 18:00], days: mon-fri }', ', service_level: { freshness: 3 days }'))).toEqual([])
  })

  test('is told where a peak, or what waits after an outage, is above what a receiver takes', () => {
    const limited = (volume: string, batch = ''): string => plan('', `, volume: ${volume}`).replace('b: { connector: sqlite', `b: { connector: sqlite, limits: { calls: 60/minute${batch} }`)
    const { text, places } = marked(limited('{ usual: 10/day, peak: «100/minute» }'))
    expect(checkText(text).map((m) => [m.id, `${m.place.line - 2}:${m.place.column}`])).toEqual([['over-limit', places[0]]])
    expect(toldOf(text)[0]).toContain('things brings 100/minute, 6,000 calls an hour, but b allows 60/minute.')
    expect(toldOf(limited('{ usual: 10/day, peak: 100/minute }', ', batch: 2'))).toEqual([])
    const catchUp = 'performance: { catch_up: { after: 8 hours, within: 1 hour } }\n'
    expect(toldOf(`${limited('{ usual: 20/minute }')}${catchUp}`)).toEqual([expect.stringContaining('After 8 hours without b, 10,800 changes of things wait, and b takes 3,600 in 1 hour.')])
    expect(toldOf(`${limited('{ usual: 5/minute }')}${catchUp}`)).toEqual([])
  })
})
