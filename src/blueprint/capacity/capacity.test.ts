import { describe, expect, test } from 'vitest'
import { planFrom } from '../../../test/support/exchange.ts'
import { HOUR, MINUTE } from '../../base/duration.ts'
import { capacity } from './capacity.ts'
import type { CapacityOptions } from './capacity.ts'
import type { SystemLoad } from './model.ts'

interface Shape { b?: string; volume?: string; trigger?: string; level?: string; performance?: string; ends?: string; more?: string; records?: string }
const planOf = (of: Shape = {}): string => `
plimsoll: 1
name: Counted
systems:
  a: { connector: http, holds: { thing: { resource: things, key: id, fields: { code: code, f: f } } } }
  b: { connector: http, holds: { thing: { resource: things, key: id, fields: { code: code, f: f } } }${of.b ?? ''} }
entities:
  thing: { identifiers: [code], golden: { home: plimsoll }, fields: { code: text, f: text }${of.records ?? ''} }
flows:
  things: { entity: thing, ${of.ends ?? 'from: a, to: b'}, trigger: ${of.trigger ?? 'event'}, volume: ${of.volume ?? '600/hour'}${of.level ?? ''} }
${of.performance ?? ''}${of.more ?? ''}`
const counted = (of: Shape = {}, options: CapacityOptions = {}) => capacity(planFrom(planOf(of)), options)
const loadOf = (of: Shape, system = 'b'): SystemLoad => counted(of).systems.find((one) => one.system === system)!
const says = (of: Shape): string[] => counted(of).warnings.map((one) => `${one.kind}: ${one.says}`)

describe('calls an hour', () => {
  test('What calls by itself is looked up and written record by record; the peak of the plan multiplies what is usual.', () => {
    const { flows, systems } = counted({ performance: 'performance: { peaks: { sale: { from: 2027-11-26, until: 2027-11-27, times: 3 } } }' })
    expect(flows[0]!.changesPerHour).toEqual({ usual: 600, peak: 1800 })
    expect(flows[0]!.receives[0]).toMatchObject({ system: 'b', callsPerRecord: 2, writeCallsPerHour: { usual: 1200, peak: 3600 } })
    expect(systems.map((one) => [one.system, one.callsPerHour.usual, one.readCallsPerHour])).toEqual([['a', 6 + 1 / 24, 6 + 1 / 24], ['b', 1200, 0]])
  })

  test('Batches make calls fewer where changes come in lots, and where they wait; not where each comes alone.', () => {
    const lots = loadOf({ b: ', limits: { batch: 50 }', trigger: '{ every: 30 minutes }' })
    expect(lots.callsPerHour.usual).toBe(2 * Math.ceil(300 / 50) * 2)
    const alone = loadOf({ b: ', limits: { batch: 50, calls: 2000/hour }' })
    expect([alone.callsPerHour.usual, alone.leastCallsPerHour.usual]).toEqual([1200, 24])
  })

  test('A system that is read as a whole is asked for each page of all its records, one that tells changes for those, and once a day for all.', () => {
    const whole = counted({ trigger: '{ every: 15 minutes }', records: ', records: 25000' }, { wayOf: () => ({ incremental: false }) })
    expect(whole.systems[0]!.readCallsPerHour).toBe(4 * 250)
    const changes = counted({ trigger: '{ every: 15 minutes }', records: ', records: 25000' })
    expect(changes.systems[0]!.readCallsPerHour).toBe(4 * 2 + 250 / 24)
  })

  test('In both directions each receives what the other says, looked at before it is written.', () => {
    const { flows } = counted({ ends: 'between: [a, b]' })
    expect(flows[0]!.receives.map((into) => [into.system, into.recordsPerHour.usual, into.callsPerRecord])).toEqual([['a', 300, 2], ['b', 300, 2]])
  })

  test('Growth is counted over a year, a flow without a volume is left open.', () => {
    expect(counted({ volume: '{ usual: 100/hour, peak: 1000/hour, growth: 10% a quarter }' }).flows[0]!.peakInAYearPerHour).toBeCloseTo(1464.1)
    const { flows, warnings } = capacity(planFrom(planOf().replace(', volume: 600/hour', '')))
    expect([flows[0]!.changesPerHour, warnings]).toEqual([undefined, []])
  })
})

describe('after an outage', () => {
  test('What waits is worked off by what the limit leaves beside what comes, after the system was tried again.', () => {
    const [usual] = loadOf({ b: ', limits: { calls: 36000/hour }', volume: '6000/hour', performance: 'performance: { catch_up: { after: 9 hours, within: 3 hours } }' }).outages
    expect(usual).toMatchObject({ kind: 'agreed', at: 'usual', lastsMs: 9 * HOUR, waiting: 54_000, withinMs: 3 * HOUR, noticedMs: { most: 5 * MINUTE } })
    // 54,000 records at two calls, less the 36,000 calls of a bucket that is full; of 36,000 an hour 12,000 are for what comes.
    expect(usual!.catchUpMs!.least).toBeCloseTo(3 * HOUR)
    expect(usual!.catchUpMs!.most).toBeCloseTo(3 * HOUR + 5 * MINUTE + (12_000 * (5 / 60) / 24_000) * HOUR)
  })

  test('Where as much comes as goes it is never caught up, and that is said.', () => {
    const of = { b: ', limits: { calls: 20/minute }' }
    expect(loadOf(of).outages[0]!.catchUpMs).toBeUndefined()
    expect(says(of)).toContain('catch-up: After 1 hour without b 600 changes wait, and as many come as it takes. b takes 600 an hour. They are never caught up.')
  })

  test('Who has room itself is not told to agree on more: what it sends is too much for another.', () => {
    const third = 'c: { connector: http, holds: { thing: { resource: things, key: id, fields: { code: code, f: f } } } }'
    const of = { b: `, limits: { calls: 20/minute } }\n  ${third.slice(0, -2)}`, ends: 'between: [a, b, c]', volume: '3000/hour', trigger: '5 minutes', performance: 'performance: { catch_up: { after: 8 hours, within: 1 hour } }' }
    const without = (name: string) => counted(of).warnings.filter((one) => one.kind === 'catch-up' && one.system === name).map((one) => [one.says, one.mend])
    expect(without('a')).toEqual([[
      'After 8 hours without a 16,000 changes wait. a takes 36,000 an hour. What it sends itself once it is back is more than another system takes: that is never caught up.',
      'Agree on a higher limit or a larger batch with the system that is full.',
    ]])
    expect(without('b')).toEqual([[expect.stringMatching(/as many come as it takes/), 'Agree on a higher limit or a larger batch.']])
  })

  test('The regular closing time of a system is an outage that nobody has to notice.', () => {
    const outages = loadOf({ b: ', unavailable: nights', more: '\ncalendars: { nights: { hours: 22:00-04:00 } }' }).outages
    expect(outages.filter((one) => one.kind === 'closed').map((one) => [one.lastsMs, one.waiting, one.noticedMs.most])).toEqual([[6 * HOUR, 3600, 1000], [6 * HOUR, 3600, 1000]])
  })
})

describe('warnings', () => {
  test('More than is allowed: the calls are listed flow by flow.', () => {
    expect(says({ b: ', limits: { calls: 10/minute }' })[0]).toBe('limit: Usually b is called 1,200 times an hour, in full batches: 600 records of things at 2 calls each. It allows 10/minute, 600 an hour: 600 are missing.')
  })

  test('Less spare than wanted.', () => {
    expect(says({ b: ', limits: { calls: 30/minute }', performance: 'performance: { headroom: 50% }' })).toEqual([
      'headroom: 50% of the calls shall stay free. At the peak b needs 1,200 of the 1,800 calls an hour that it allows: 33% are free.',
    ])
    expect(says({ b: ', limits: { calls: 40/minute }', performance: 'performance: { headroom: 50% }' })).toEqual([])
  })

  test('Later than agreed, because it is asked too seldom and written too slowly.', () => {
    expect(says({ trigger: '{ every: 20 minutes }', level: ', service_level: { freshness: 15 minutes }' })).toEqual([
      'freshness: things shall be fresh within 15 minutes. Usually an edit takes up to 20 minutes 20 seconds: a is asked every 20 minutes, and writing what has come by then takes 20 seconds at 2 calls a record.',
    ])
    expect(says({ level: ', service_level: { freshness: 15 minutes }', volume: '{ usual: 60/hour, peak: 50000/hour }' })[0]).toBe(
      'freshness: things shall be fresh within 15 minutes. At its peak it piles up in front of b: 50,000 records come in an hour, and it takes 36,000.')
  })

  test('Later caught up than wanted, with the times from the best to the worst.', () => {
    expect(says({ b: ', limits: { calls: 30/minute }', performance: 'performance: { catch_up: { after: 8 hours, within: 1 hour } }' })[0]).toMatch(
      /^catch-up: After 8 hours without b 4,800 changes wait\. b takes 900 an hour\. It is tried again after up to 5 minutes, and all is caught up after 16 hours \d+ minutes \(.* to .*\); 1 hour are wanted\.$/)
  })

  test('A hub that is too small for the peak.', () => {
    const infrastructure = '\ninfrastructure: { nodes: { small: { kind: vm, cpu: 1, runs: [plimsoll] } } }'
    expect(says({ volume: '{ usual: 10/hour, peak: 3000000/hour }', b: ', limits: { batch: 500 }', more: infrastructure }).filter((one) => one.startsWith('hub'))).toEqual([
      'hub: At the peak 3,000,000 records an hour are written. One core was measured to carry 1,440,000, so 3 are needed; the plan gives Plimsoll 1.',
    ])
  })

  test('Nothing is said of a plan that holds what it promises, and the same plan says the same twice.', () => {
    const of = { b: ', limits: { calls: 100/minute }', level: ', service_level: { freshness: 1 minute }', performance: 'performance: { catch_up: { after: 1 hour, within: 1 hour }, headroom: 50% }' }
    expect(says(of)).toEqual([])
    expect(counted(of)).toEqual(counted(of))
  })
})
