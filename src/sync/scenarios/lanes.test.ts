/** What a lane, a system or a flow is like: shown since when and why, told once, kept over a restart, and well again. */
import { describe, expect, test } from 'vitest'
import { ending, heldBy, type Served, served } from '../../../test/support/serving.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../base/duration.ts'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Resource } from '../../systems/contract.ts'
import { forgetOldRuns } from '../retention.ts'
import { status, type Status } from '../status.ts'

registerErrors({ 'test.login': { class: 'auth', hint: 'Log in.' } })

const PLAN = (flow = '', system = ''): string => `
plimsoll: 1
name: Lanes
systems:
  a: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } }${system} }
  b: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
  c: { connector: simulated, holds: { thing: { key: id, fields: { code: code, f: f } } } }
calendars:
  nights: { hours: 13:00-15:00 }
entities:
  thing: { identifiers: [code], fields: { code: text, f: text } }
flows:
  things: { entity: thing, from: a, to: [b, c], trigger: 1 minute${flow} }
`
const open = ending()
const start = async (options: Parameters<typeof served>[2] & { plan?: string } = {}): Promise<Served> => {
  const s = await served(options.plan ?? PLAN(), { a: {}, b: {}, c: {} }, { prepare: (systems) => void systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' }), ...options })
  open.push(s)
  await s.until(() => ['b', 'c'].every((system) => heldBy(s, system).length === 1), 'the first load')
  return s
}
const now = (s: Served): Promise<Status> => status(s.parts)
const systemNow = async (s: Served, name: string) => (await now(s)).systems.find((system) => system.system === name)!
const told = (s: Served, about: string, name: string): string[] => s.changes.filter((change) => change.about === about && change.name === name).map((change) => `${change.was} → ${change.state}`)

describe('a lane', () => {
  /** What a system's resource does instead, while `instead` is set. */
  const wrapped = (part: 'read' | 'write', instead: { now?: (signal: AbortSignal) => Promise<never> }) => (system: string, real: Resource): Resource => {
    if (system !== (part === 'read' ? 'a' : 'b')) return real
    const bound: Resource = { traits: real.traits, read: (o) => real.read(o), readKeys: (k, s) => real.readKeys!(k, s), find: (p, v, s) => real.find!(p, v, s), write: (i, o) => real.write!(i, o) }
    if (part === 'write') return { ...bound, write: (items, o) => (instead.now ? instead.now(o.signal) : real.write!(items, o)) }
    return {
      ...bound,
      async *read(o) {
        if (instead.now) await instead.now(o.signal)
        yield* real.read(o)
      },
    }
  }

  test.each(['read', 'write'] as const)('whose %s never ends is dead at its deadline, is replaced, and takes nobody with it', async (part) => {
    const instead: { now?: (signal: AbortSignal) => Promise<never> } = {}
    let heard: AbortSignal | undefined
    let wake: () => void = () => undefined
    const s = await start({ silenceMs: 30 * SECOND, wrap: wrapped(part, instead) })
    instead.now = (signal) => {
      heard = signal
      // Not even a stop ends it; when it comes back, late, it must change nothing.
      return new Promise((_, reject) => {
        wake = () => reject(new PlimsollError('sync.incomplete', 'It came back after all.'))
      })
    }
    const lane = part === 'read' ? 'reading/a/thing/thing' : 'deliver/b'
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    await s.until(() => heard !== undefined, 'it hangs')
    await s.rest(20 * SECOND)
    expect((await now(s)).lanes.filter((row) => row.state === 'dead')).toEqual([])
    await s.until(async () => (await now(s)).lanes.some((row) => row.lane === lane && row.state === 'dead'), 'it is shown dead')
    expect(heard!.aborted).toBe(true)
    expect((await systemNow(s, part === 'read' ? 'a' : 'b'))).toMatchObject({ ok: false, state: 'dead', code: 'serve.lane_silent', says: expect.stringContaining('30 seconds') as unknown })
    if (part === 'write') expect(heldBy(s, 'c')).toEqual(['v1'])
    delete instead.now
    const late = wake
    await s.until(() => heldBy(s, 'b').join() === 'v1', 'its place is taken')
    late()
    await s.until(async () => (await now(s)).lanes.every((row) => row.state === 'ok'), 'it is well again')
    expect(told(s, 'lane', lane)).toEqual(['ok → dead', 'dead → ok'])
    expect(told(s, 'system', part === 'read' ? 'a' : 'b')).toEqual(['ok → dead', 'dead → ok'])
    expect(s.systems['b']!.writes.filter((write) => write.operation === 'create')).toHaveLength(1)
  })

  test('whose work breaks in here is dead too, and the others go on', async () => {
    const instead: { now?: (signal: AbortSignal) => Promise<never> } = {}
    const s = await start({ wrap: wrapped('read', instead) })
    instead.now = () => Promise.reject(new TypeError('undefined is not a function'))
    await s.until(async () => (await systemNow(s, 'a')).state === 'dead', 'it is shown dead')
    await s.until(() => s.reports.at(-1)?.ok === false, 'the run is no success')
    delete instead.now
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    await s.until(() => heldBy(s, 'b').join() === 'v1', 'it is replaced', 2 * SECOND)
    expect(told(s, 'lane', 'reading/a/thing/thing')).toEqual(['ok → dead', 'dead → ok'])
  })

  test('that hangs keeps nobody from stopping', async () => {
    const instead: { now?: (signal: AbortSignal) => Promise<never> } = {}
    const s = await start({ wrap: wrapped('read', instead) })
    let hangs = false
    instead.now = () => {
      hangs = true
      return new Promise(() => undefined)
    }
    await s.until(() => hangs, 'it hangs')
    let stopped = false
    const stopping = s.stop().then(() => {
      stopped = true
    })
    await s.until(() => stopped, 'it stops', SECOND)
    await stopping
    expect((await now(s)).last_run).toMatchObject({ state: 'stopped' })
    open.splice(0)
    await s.parts.store.close()
  })
})

describe('a system', () => {
  test('that is down is shown as failing since then, with why and when it is tried again; told once, kept over a restart, and well again', async () => {
    const s = await start()
    const since = s.clock.now()
    s.systems['b']!.vices.down = true
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    await s.until(async () => (await systemNow(s, 'b')).failures >= 2, 'it is tried again', SECOND)
    const down = await systemNow(s, 'b')
    expect(down).toMatchObject({ ok: false, state: 'failing', says: expect.stringContaining('refused') as unknown })
    expect(Date.parse(down.since!)).toBeGreaterThanOrEqual(since)
    expect(Date.parse(down.next_attempt!)).toBeGreaterThan(Date.parse(down.since!))
    expect(await systemNow(s, 'c')).toMatchObject({ ok: true, state: 'ok', since: null })
    await s.stop()
    open.splice(0)
    expect(await systemNow(s, 'b')).toMatchObject({ state: 'failing', since: down.since })

    const again = await served(PLAN(), {}, { reuse: s })
    open.push(again)
    await again.rest(20 * MINUTE)
    expect(await systemNow(again, 'b')).toMatchObject({ state: 'failing', since: down.since })
    expect(told(again, 'system', 'b')).toEqual([])
    again.systems['b']!.vices.down = false
    await again.until(() => heldBy(again, 'b').join() === 'v1', 'it is delivered', 5 * SECOND)
    await again.until(async () => (await systemNow(again, 'b')).state === 'ok', 'it is well again')
    expect(Date.parse((await systemNow(again, 'b')).since!)).toBeGreaterThan(Date.parse(down.since!))
    expect([told(s, 'system', 'b'), told(again, 'system', 'b')]).toEqual([['ok → failing'], ['failing → ok']])
  })

  test('that refuses to let anybody in needs a person, and a sync says the same as serve', async () => {
    const refuses = { now: true }
    const s = await start({ wrap: (system, real) => (system !== 'a' ? real : {
      traits: real.traits, readKeys: (k, signal) => real.readKeys!(k, signal), find: (p, v, signal) => real.find!(p, v, signal),
      async *read(o) {
        if (refuses.now) throw new PlimsollError('test.login', 'The password is wrong.')
        yield* real.read(o)
      },
    }), prepare: (systems) => {
      refuses.now = false
      systems['a']!.edit('thing', '1', { code: 'X', f: 'v0' })
    } })
    await s.stop()
    refuses.now = true
    expect((await s.sync()).ok).toBe(false)
    expect(await systemNow(s, 'a')).toMatchObject({ state: 'paused', says: 'The password is wrong.', next_attempt: null })
    refuses.now = false
    expect((await s.sync()).ok).toBe(true)
    expect(await systemNow(s, 'a')).toMatchObject({ state: 'ok', says: null })
    open.splice(0)
    await s.parts.store.close()
  })
})

describe('a flow', () => {
  const flowNow = async (s: Served) => (await now(s)).flows[0]!

  test('whose source is not read is stale from its deadline on, told once, and fresh again when it is read', async () => {
    const s = await start({ plan: PLAN(', service_level: { freshness: 10 minutes }') })
    const read = Date.parse((await flowNow(s)).read_at!)
    s.systems['a']!.vices.down = true
    await s.until(async () => (await flowNow(s)).stale, 'it is stale', 10 * SECOND)
    const stale = await flowNow(s)
    expect(s.clock.now() - Date.parse(stale.read_at!)).toBeLessThanOrEqual(10 * MINUTE + 30 * SECOND)
    expect([Date.parse(stale.deadline!) - Date.parse(stale.read_at!), stale.late]).toEqual([10 * MINUTE, 'a/thing was not read'])
    expect(Date.parse(stale.read_at!)).toBeGreaterThanOrEqual(read)
    await s.rest(20 * SECOND)
    expect(s.changes.filter((change) => change.about === 'flow').map((change) => [change.was, change.state, change.since])).toEqual([['ok', 'stale', Date.parse(stale.deadline!)]])
    s.systems['a']!.vices.down = false
    await s.until(async () => !(await flowNow(s)).stale, 'it is fresh again', 10 * SECOND)
    await s.rest(10 * SECOND)
    expect(told(s, 'flow', 'things')).toEqual(['ok → stale', 'stale → ok'])
  })

  test('whose target does not take anything is stale too, and says which write is late', async () => {
    const s = await start({ plan: PLAN(', service_level: { freshness: 10 minutes }') })
    s.systems['b']!.vices.down = true
    s.systems['a']!.edit('thing', '1', { f: 'v1' })
    await s.until(() => told(s, 'flow', 'things').length === 1, 'it is stale', 10 * SECOND)
    expect((await flowNow(s)).late).toBe('a write to b/thing is not delivered')
  })

  test('is not stale for the time in which its source is closed', async () => {
    const s = await start({ plan: PLAN(', service_level: { freshness: 10 minutes }', ', unavailable: nights'), at: Date.UTC(2026, 0, 1, 12, 40) })
    await s.until(() => s.clock.now() >= Date.UTC(2026, 0, 1, 14, 55), 'the closing time is nearly over', MINUTE)
    expect(await flowNow(s)).toMatchObject({ stale: false })
    expect(Date.parse((await flowNow(s)).deadline!)).toBeGreaterThan(Date.UTC(2026, 0, 1, 15))
    s.systems['a']!.vices.down = true
    await s.until(async () => (await flowNow(s)).stale, 'it is stale after it opened', 30 * SECOND)
    expect(s.clock.now()).toBeGreaterThan(Date.UTC(2026, 0, 1, 15))
  })
})

describe('runs', () => {
  test('in which nothing had changed are kept for a day, the others as long as somebody wants, and what is known of records for ever', async () => {
    const s = await start({ keepMs: 3 * DAY })
    const kept = async () => s.parts.store.transaction((tx) => tx.runs(100_000), { readOnly: true })
    await s.rest(10 * MINUTE)
    const first = s.reports.find((report) => report.summary.writes > 0)!.run
    const quiet = (await kept()).filter((row) => row.quiet).length
    expect(quiet).toBeGreaterThan(5)
    await s.stop()
    s.clock.advance(DAY + HOUR)
    await s.sync()
    expect((await kept()).filter((row) => row.quiet).length).toBeLessThan(3)
    expect((await kept()).some((row) => row.id === first)).toBe(true)
    s.clock.advance(3 * DAY)
    while (await forgetOldRuns(s.parts.store, 3 * DAY, s.clock.now()));
    expect((await kept()).some((row) => row.id === first)).toBe(false)
    expect(await s.parts.store.transaction((tx) => tx.writes(first, 0, 10), { readOnly: true })).toEqual([])
    expect((await s.sync()).summary).toMatchObject({ unchanged: 1, writes: 0, balanced: true })
    open.splice(0)
    await s.parts.store.close()
  })
})
