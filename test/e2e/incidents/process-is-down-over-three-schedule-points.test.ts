/**
 * Nothing ran while three points of the schedule passed; clocks were put forward and back; somebody edited the schedule. The built `serve`,
 * by a clock that goes faster: what was missed is made up for as the plan says, no point fires twice, none is forgotten.
 */
import { afterEach, expect, test } from 'vitest'
import { json, type Running, startServer } from '../../support/http-servers.ts'
import { Project } from '../project.ts'
import { Serving, until } from '../serving.ts'

const PLAN = (url: string, triggers: Readonly<Record<string, string>>): string => {
  const names = Object.keys(triggers)
  return `
plimsoll: 1
name: By the clock
time_zone: Europe/Warsaw
systems:
  shop:
    connector: http
    settings: { url: "${url}", definition: { http: 1, resources: { "*": { list: { path: "/{resource}" } } } } }
    holds: { ${names.map((name) => `${name}: { resource: ${name}, key: id, fields: { code: code } }`).join(', ')} }
  database: { connector: sqlite, settings: { file: ./hub.db }, holds: [${names.join(', ')}] }
entities: { ${names.map((name) => `${name}: { identifiers: [code], fields: { code: text } }`).join(', ')} }
flows: { ${names.map((name) => `${name}s: { entity: ${name}, from: shop, to: database, trigger: ${triggers[name]} }`).join(', ')} }
`
}
/** An hour in four seconds. */
const SPEED = 900

let at: Project
let shop: Running & { readonly seen: string[] }
let serving: Serving | undefined
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  await shop.close()
  at.done()
})
async function plan(triggers: Readonly<Record<string, string>>): Promise<void> {
  shop = await startServer(({ response }) => json(response, 200, '[{"id":1,"code":"X"}]'))
  at = new Project({ 'plan.yaml': PLAN(shop.url, triggers) })
}
const serveFrom = async (from: string): Promise<Serving> => (serving = await new Serving(at, [], { from, speed: SPEED }).started())

/** By the process's clock: an id of a run begins with the moment in which it began. */
const runsOf = (s: Serving): { readonly at: string; readonly read: number }[] => s.events.filter((event) => event.event === 'run').map((event) => ({
  at: new Date(Number.parseInt(String(event['run']).replace('-', '').slice(0, 12), 16)).toISOString().slice(0, 16), read: (event['summary'] as { read: number }).read,
}))
const reads = (s: Serving): string[] => runsOf(s).filter((run) => run.read > 0).map((run) => run.at)

/** Serves from one moment to another. Returns when it read, to the minute. */
async function between(from: string, to: string): Promise<string[]> {
  const s = await serveFrom(from)
  const realMs = (Date.parse(to) - Date.parse(from)) / SPEED
  const end = performance.now() + realMs
  await until(() => performance.now() > end, 'time passes')
  const { exit } = await s.stop()
  expect(exit).toBe(0)
  return reads(s)
}
/** Each reading began at, or shortly after, these minutes; the clock goes fast and the machine is slow. */
function expectNear(found: readonly string[], expected: readonly string[]): void {
  const lateMinutes = found.map((one, i) => (Date.parse(`${one}Z`) - Date.parse(`${expected[i] ?? '1970-01-01T00:00'}Z`)) / 60_000)
  expect({ found, fits: found.length === expected.length && lateMinutes.every((late) => late >= 0 && late <= 25) }).toEqual({ found, fits: true })
}

test('Three points passed while nothing ran: they are made up for by one reading, or by none, as the plan says; then the schedule goes on.', async () => {
  await plan({ once: '{ at: "02:00" }', skip: '{ at: "02:00", missed: skip }', often: '{ every: 90 minutes }' })
  const read: string[][] = []
  const times: string[][] = []
  for (const [from, to] of [['2026-01-10T00:40:00Z', '2026-01-10T01:30:00Z'], ['2026-01-13T12:00:00Z', '2026-01-13T12:25:00Z'], ['2026-01-14T00:40:00Z', '2026-01-14T01:30:00Z']] as const) {
    const before = shop.seen.length
    times.push(await between(from, to))
    read.push(shop.seen.slice(before).map((line) => line.replace('GET /', '')).toSorted())
  }
  expect(read).toEqual([['often', 'once', 'skip'], ['often', 'once'], ['often', 'once', 'skip']])
  expectNear(times[0]!, ['2026-01-10T00:40', '2026-01-10T01:00'])
  expectNear(times[1]!, ['2026-01-13T12:00'])
  expectNear(times[2]!, ['2026-01-14T00:40', '2026-01-14T01:00'])
})

test.each([
  ['A time that the night skips fires once, an hour later.', '2026-03-29T00:50:00Z', '2026-03-29T02:00:00Z', '2026-03-29T01:30'],
  ['A time that comes twice fires once.', '2026-10-25T00:20:00Z', '2026-10-25T01:50:00Z', '2026-10-25T00:30'],
])('Clocks are put forward and back. %s', async (_what, from, to, expected) => {
  await plan({ thing: '{ cron: "30 2 * * *" }' })
  expectNear(await between(from, to), [expected])
})

test('The schedule is edited: the new points fire, the old ones do not; back to the old one, what passed in between was not missed.', async () => {
  await plan({ thing: '{ at: "02:00" }' })
  expectNear(await between('2026-01-10T00:50:00Z', '2026-01-10T01:30:00Z'), ['2026-01-10T01:00'])
  at.put('plan.yaml', PLAN(shop.url, { thing: '{ at: "03:00" }' }))
  expectNear(await between('2026-01-11T00:50:00Z', '2026-01-11T02:30:00Z'), ['2026-01-11T02:00'])
  at.put('plan.yaml', PLAN(shop.url, { thing: '{ at: "02:00" }' }))
  expectNear(await between('2026-01-14T00:30:00Z', '2026-01-14T01:30:00Z'), ['2026-01-14T01:00'])
})
