/** The worker that serves: what is due is done without a command, what fails stops nobody else, and every run balances. */
import { describe, expect, test } from 'vitest'
import { ending, heldBy, type Served, served } from '../../../test/support/serving.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../base/duration.ts'
import type { SimulatedOptions } from '../../rehearse/systems/simulated.ts'
import { forgetDeliveries } from '../inbox.ts'
import { keepEvents } from '../keep-events.ts'
import { inboxLane, readLanes } from '../lanes.ts'
import { plant, takeDue } from '../schedule.ts'

const PLAN = (trigger: string, more = ''): string => `
plimsoll: 1
name: Serving
time_zone: Europe/Warsaw
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } }${more} }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  c: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
calendars:
  nights: { hours: 22:00-23:00 }
entities:
  thing: { identifiers: [code], fields: { code: text, f: text } }
flows:
  things: { entity: thing, from: a, to: [b, c], trigger: ${trigger} }
`
const ALL = (a: Omit<SimulatedOptions, 'clock'> = {}): Record<string, Omit<SimulatedOptions, 'clock'>> => ({ a, b: {}, c: {} })
const start = async (trigger: string, of: { more?: string; systems?: Record<string, Omit<SimulatedOptions, 'clock'>>; at?: number } = {}): Promise<Served> => {
  const s = await served(PLAN(trigger, of.more), of.systems ?? ALL(), { ...(of.at === undefined ? {} : { at: of.at }), prepare: (systems) => void systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' }) })
  open.push(s)
  return s
}
const open = ending()

describe('triggers', () => {
  test('every: the first load at once, an edit within the interval, and nothing is written in between.', async () => {
    const s = await start('5 minutes')
    await s.until(() => heldBy(s, 'b').join() === 'v0' && heldBy(s, 'c').join() === 'v0', 'the first load arrives')
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    const reads = s.systems['a']!.calls.read
    await s.rest(4 * MINUTE)
    expect([heldBy(s, 'b'), s.systems['a']!.calls.read]).toEqual([['v0'], reads])
    await s.rest(2 * MINUTE)
    expect([heldBy(s, 'b'), heldBy(s, 'c')]).toEqual([['v1'], ['v1']])
    const written = s.systems['b']!.writes.length
    await s.rest(20 * MINUTE)
    expect(s.systems['b']!.writes.length).toBe(written)
  })

  test('cron: nothing before its minute, one reading at it.', async () => {
    const s = await start('{ cron: "30 13 * * *" }', { at: Date.UTC(2026, 0, 1, 12, 20) })
    await s.rest(9 * MINUTE)
    expect(s.systems['a']!.calls.read).toBe(0)
    await s.rest(2 * MINUTE)
    expect(heldBy(s, 'b')).toEqual(['v0'])
    const reads = s.systems['a']!.calls.read
    await s.rest(30 * MINUTE)
    expect(s.systems['a']!.calls.read).toBe(reads)
  })

  test('on demand: nothing by itself; asked for, it is read and delivered in the run that is named.', async () => {
    const s = await start('on_demand')
    await s.rest(2 * HOUR)
    expect(s.systems['a']!.calls.read).toBe(0)
    const run = await s.worker.readNow({ flow: 'things' })
    await s.until(() => s.reports.length > 0, 'the run ends')
    expect(s.reports.map((report) => [report.run, report.ok, report.summary.created])).toEqual([[run, true, 2]])
    await expect(s.worker.readNow({ system: 'b' })).rejects.toMatchObject({ code: 'serve.nothing_to_read' })
  })

  test('A system is left alone in its closing times, and what was due then is read once at their end.', async () => {
    const s = await start('5 minutes', { more: ', unavailable: nights', at: Date.UTC(2026, 0, 1, 20, 30) })
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.rest(31 * MINUTE)
    const reads = s.systems['a']!.calls.read
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    await s.clock.advance(55 * MINUTE)
    expect(s.systems['a']!.calls.read).toBe(reads)
    await s.until(() => heldBy(s, 'b').join() === 'v1', 'what was edited meanwhile', 5 * SECOND)
    expect(s.systems['a']!.calls.read).toBe(reads + 1)
  })

  test('Of two workers on one store one fires a point.', async () => {
    const s = await start('on_demand')
    const lanes = readLanes(s.parts.runtime).map((lane) => ({ ...lane, name: `${lane.name}/other`, trigger: { ...lane.trigger, every: { text: '1 minute', ms: MINUTE, working: false } } }))
    const now = s.clock.now()
    await plant(s.parts.store, lanes, now)
    const later = now + 10 * MINUTE
    const taken = await Promise.all([1, 2, 3].map(async () => (await takeDue(s.parts.store, lanes, later)).taken))
    expect(taken.flat()).toHaveLength(1)
    expect((await takeDue(s.parts.store, lanes, later)).taken).toEqual([])
    expect((await takeDue(s.parts.store, lanes, later + MINUTE)).taken).toHaveLength(1)
  })
})

describe('failures', () => {
  test('A target that is down holds up nobody else, and gets everything when it is back.', async () => {
    const s = await start('1 minute')
    await s.until(() => heldBy(s, 'b').join() === 'v0' && heldBy(s, 'c').join() === 'v0', 'the first load')
    s.systems['b']!.vices.down = true
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    await s.until(() => heldBy(s, 'c').join() === 'v1', 'the other target')
    expect(heldBy(s, 'b')).toEqual(['v0'])
    await s.until(() => s.troubles.some((trouble) => trouble.lane === 'deliver/b'), 'the trouble is told')
    s.systems['b']!.vices.down = false
    await s.until(() => heldBy(s, 'b').join() === 'v1', 'the target that was down')
  })

  test('A source that is down is asked again, ever less often, and read when it is back.', async () => {
    const s = await start('1 hour')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    s.systems['a']!.vices.down = true
    await s.rest(HOUR + 10 * MINUTE)
    const calls = s.systems['a']!.calls.read
    expect(calls).toBeLessThan(25)
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    s.systems['a']!.vices.down = false
    await s.until(() => heldBy(s, 'b').join() === 'v1', 'the source is read again long before the next hour', 2 * SECOND)
    expect(s.clock.now()).toBeLessThan(Date.UTC(2026, 0, 1, 13, 20))
  })

  test('A record that is refused is set aside while the others go on, and can be taken up between two runs.', async () => {
    const s = await start('1 minute')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    s.systems['b']!.vices.refuses = (values) => (values['f'] === 'bad' ? 'f is bad' : undefined)
    s.systems['a']!.edit('thing', '1', { f: 'bad' })
    s.systems['a']!.edit('thing', '2', { code: 'Y', f: 'good' })
    await s.until(() => heldBy(s, 'b').includes('good'), 'the good record')
    expect(heldBy(s, 'b')).toEqual(['v0', 'good'])
    expect(await s.worker.between(async () => s.worker.openRun)).toBeUndefined()
  })
})

describe('stopping', () => {
  test('A stop during a long load ends with a balanced run; the next pass brings the rest and nothing twice.', async () => {
    const s = await served(PLAN('1 hour'), ALL(), {
      prepare: (systems) => {
        for (let i = 0; i < 3000; i += 1) systems['a']!.edit('thing', `k${i}`, { code: `C${i}`, f: 'v0' })
      },
    })
    await s.until(async () => (await s.parts.store.transaction((tx) => tx.counts(), { readOnly: true })).links > 0, 'the load is under way', 1)
    await s.stop()
    expect(s.reports.map((report) => [report.summary.balanced, report.stopped])).toEqual([[true, true]])
    const next = await s.sync()
    expect([next.ok, next.summary.balanced]).toEqual([true, true])
    expect([heldBy(s, 'b').length, heldBy(s, 'c').length, new Set(s.systems['b']!.all('thing').map((row) => row['code'])).size]).toEqual([3000, 3000, 3000])
    expect((await s.sync()).summary.writes).toBe(0)
    await s.parts.store.close()
  }, 120_000)

  test('What was missed while nothing ran is one reading after the start.', async () => {
    const s = await served(PLAN('5 minutes'), ALL(), { prepare: (systems) => void systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' }) })
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.stop()
    await s.clock.advance(3 * HOUR)
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    const reads = s.systems['a']!.calls.read
    const again = await served(PLAN('5 minutes'), ALL(), { reuse: s })
    open.push(again)
    await again.until(() => heldBy(again, 'b').join() === 'v1', 'the edit')
    expect(s.systems['a']!.calls.read).toBe(reads + 1)
  })
})

describe('webhooks', () => {
  const EVENT = { resource: 'thing', kind: 'changed' as const, key: '1' }
  const say = async (s: Served, ...events: Parameters<typeof keepEvents>[2]): Promise<number> => {
    const kept = await keepEvents(s.parts, 'a', events, s.clock.now())
    s.worker.ring(inboxLane('a'))
    return kept
  }

  test('A doorbell is answered by a reading of that record, and delivered at once.', async () => {
    const s = await start('{ event: true, every: 1 day }')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.rest(5 * SECOND)
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    const { read } = s.systems['a']!.calls
    expect(await say(s, { ...EVENT, deliveryId: 'd1' })).toBe(1)
    await s.until(() => heldBy(s, 'b').join() === 'v1' && heldBy(s, 'c').join() === 'v1', 'the edit', 10)
    expect(s.systems['a']!.calls.read).toBe(read)
    expect(await s.parts.store.transaction((tx) => tx.inbox('a', 10), { readOnly: true })).toEqual([])
  })

  test('The same delivery is one row; events of resources that nobody reads are not kept.', async () => {
    const s = await start('{ event: true, every: 1 day }')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.stop()
    open.splice(0)
    expect(await keepEvents(s.parts, 'a', [{ ...EVENT, deliveryId: 'd1' }, { ...EVENT, deliveryId: 'd1' }, { ...EVENT, resource: 'other' }], 1)).toBe(1)
    expect(await s.parts.store.transaction((tx) => tx.inbox('a', 10), { readOnly: true })).toHaveLength(1)
    const again = await served(PLAN('{ event: true, every: 1 day }'), ALL(), { reuse: s })
    open.push(again)
    await again.until(async () => (await again.parts.store.transaction((tx) => tx.inbox('a', 10), { readOnly: true })).length === 0, 'what was kept is taken in after the start')
  })

  test('A delivery that is repeated after it was taken in is not taken in again, until three days have passed.', async () => {
    const s = await start('{ event: true, every: 1 day }')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    expect(await say(s, { ...EVENT, deliveryId: 'd1' }, EVENT, EVENT)).toBe(3)
    await s.until(async () => (await s.parts.store.transaction((tx) => tx.inbox('a', 10), { readOnly: true })).length === 0, 'it is taken in')
    const { store } = s.parts
    const now = s.clock.now()
    expect(await keepEvents(s.parts, 'a', [{ ...EVENT, deliveryId: 'd1' }], now)).toBe(0)
    await forgetDeliveries(store, now + 3 * DAY - SECOND)
    expect(await keepEvents(s.parts, 'a', [{ ...EVENT, deliveryId: 'd1' }, { ...EVENT, deliveryId: 'd2' }], now)).toBe(1)
    await forgetDeliveries(store, now + 3 * DAY + SECOND)
    expect(await keepEvents(s.parts, 'a', [{ ...EVENT, deliveryId: 'd1' }], now)).toBe(1)
  })

  test('Records that carry their version are believed when they are newer, and left when they are older, in any order.', async () => {
    const s = await start('{ event: true, every: 1 day }', { systems: ALL({ traits: { version: 'ordered' } }) })
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.rest(5 * SECOND)
    const calls = { ...s.systems['a']!.calls }
    const record = (f: string, version: string) => ({ ...EVENT, record: { key: '1', values: { code: 'X', f }, version } })
    await say(s, record('v7', '7'))
    await s.until(() => heldBy(s, 'b').join() === 'v7', 'the newer one', 10)
    await say(s, record('v5', '5'))
    await s.rest(5 * SECOND)
    expect(heldBy(s, 'b')).toEqual(['v7'])
    expect(s.systems['a']!.calls).toEqual(calls)
  })

  test('Of several words about one record that came together the newest is believed, in whatever order they stand.', async () => {
    const s = await start('{ event: true, every: 1 day }', { systems: ALL({ traits: { version: 'ordered' } }) })
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.rest(5 * SECOND)
    const record = (f: string, version: string) => ({ ...EVENT, record: { key: '1', values: { code: 'X', f }, version }, deliveryId: `d${version}` })
    await say(s, record('v6', '6'), record('v8', '8'), record('v7', '7'))
    await s.until(() => heldBy(s, 'b').join() === 'v8', 'the newest', 10)
    await s.rest(5 * SECOND)
    expect(heldBy(s, 'b')).toEqual(['v8'])
  })

  test('Where words about one record have no version that tells, the source is asked what is true.', async () => {
    const s = await start('{ event: true, every: 1 day }')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.rest(5 * SECOND)
    s.systems['a']!.edit('thing', '1', { f: 'v2' })
    const record = (f: string) => ({ ...EVENT, record: { key: '1', values: { code: 'X', f } } })
    await say(s, record('v2'), record('v1'), { ...EVENT, kind: 'deleted' as const })
    await s.until(() => heldBy(s, 'b').join() === 'v2', 'what the source holds', 10)
  })

  test('Three words about a record that is just being written are one look at it afterwards, and every run balances.', async () => {
    const both = PLAN('{ event: true, every: 1 day }').replace('from: a, to: [b, c]', 'between: [a, b]').replace('identifiers: [code]', 'identifiers: [code], golden: { home: plimsoll, by_field: { f: latest } }')
    let release: (() => void) | undefined
    let hangs = false
    const s = await served(both, ALL(), {
      prepare: (systems) => void systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' }),
      wrap: (system, real) => (system !== 'a' ? real : {
        traits: real.traits, read: (o) => real.read(o), readKeys: (keys, signal) => real.readKeys!(keys, signal), find: (paths, values, signal) => real.find!(paths, values, signal),
        async write(items, o) {
          hangs = true
          await new Promise<void>((resolve) => (release = resolve))
          return real.write!(items, o)
        },
      }),
    })
    open.push(s)
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    await s.rest(5 * SECOND)
    s.systems['b']!.edit('thing', '1', { f: 'v1' })
    await keepEvents(s.parts, 'b', [EVENT], s.clock.now())
    s.worker.ring(inboxLane('b'))
    await s.until(() => hangs, 'the write is under way', 10)
    for (let word = 0; word < 3; word += 1) {
      s.systems['a']!.edit('thing', '1', { f: `typed ${word}` })
      await say(s, { ...EVENT, deliveryId: `w${word}` })
      await s.until(async () => (await s.parts.store.transaction((tx) => tx.inbox('a', 10), { readOnly: true })).length === 0, 'it is taken in', 10)
    }
    expect(await s.parts.store.transaction((tx) => tx.laterCounts(), { readOnly: true })).toEqual([{ system: 'a', resource: 'thing', n: 1 }])
    release!()
    await s.until(async () => heldBy(s, 'a').join() === 'v1' && (await s.parts.store.transaction((tx) => tx.laterCounts(), { readOnly: true })).length === 0, 'it is looked at again')
    await s.until(() => s.reports.length > 0, 'the run ends')
  })

  test('What the time of a claim is not enough for has not failed: it is due at once.', async () => {
    const s = await start('1 day', { systems: { a: {}, b: { callMs: 30 * SECOND, traits: { batch: 1 } }, c: {} } })
    for (let i = 1; i <= 8; i += 1) s.systems['a']!.edit('thing', `n${i}`, { code: `N${i}`, f: 'new' })
    let longest = 0
    await s.until(async () => {
      const due = await s.parts.store.transaction((tx) => tx.commandsIn('due', 100), { readOnly: true })
      longest = Math.max(longest, ...due.map((row) => row.notBefore - s.clock.now()))
      return heldBy(s, 'b').length === 9
    }, 'all of them', SECOND)
    expect(longest).toBeLessThanOrEqual(1)
  })

  test('When a system that was down for hours takes the first record again, all that waits for it is due, however often each was tried.', async () => {
    const s = await start('10 minutes')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    const began = s.clock.now()
    s.systems['b']!.vices.down = true
    for (let i = 1; i <= 12; i += 1) {
      s.systems['a']!.edit('thing', `n${i}`, { code: `N${i}`, f: 'new' })
      await s.rest(10 * MINUTE)
    }
    s.systems['b']!.vices.down = false
    await s.until(() => heldBy(s, 'b').length === 13, 'all of them', SECOND)
    expect(s.clock.now() - began).toBeLessThan(2 * HOUR + 6 * MINUTE)
    expect(s.troubles.length).toBeGreaterThan(10)
  })

  test('While the source is down what it said is kept; then it is taken in.', async () => {
    const s = await start('{ event: true, every: 1 day }')
    await s.until(() => heldBy(s, 'b').join() === 'v0', 'the first load')
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    s.systems['a']!.vices.down = true
    await say(s, EVENT)
    await s.rest(30 * SECOND)
    expect(await s.parts.store.transaction((tx) => tx.inbox('a', 10), { readOnly: true })).toHaveLength(1)
    s.systems['a']!.vices.down = false
    await s.until(() => heldBy(s, 'b').join() === 'v1', 'the edit')
  })
})
