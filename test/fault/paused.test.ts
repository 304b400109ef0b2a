/**
 * A process that stands still with work in its hands, and another that takes its place. When the first one goes on, it must neither write
 * to the target nor settle: by the clock its claim is over, by the fence its store is somebody else's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { CrashPoint } from '../../src/store/crash-points.ts'
import { HOLDER_LEASE_MS } from '../../src/store/contract.ts'
import { Project, type Row } from '../e2e/project.ts'
import { startJsonServer } from '../support/http-servers.ts'
import { DIST, environmentOf } from './machine.ts'
import { MANIFEST } from './stories/both-ways.ts'

const ENTRY = fileURLToPath(new URL('paused.mjs', import.meta.url))

interface Started { readonly child: ChildProcess; readonly said: Promise<{ readonly exit: number | null; readonly out: string }> }

let project: Project
let server: Awaited<ReturnType<typeof startJsonServer>>
let started: Started[] = []
afterEach(async () => {
  for (const { child, said } of started.splice(0)) {
    child.kill('SIGKILL')
    await said
  }
  await server.close()
  project.done()
})

const PLAN = (url: string): string => `
plimsoll: 1
name: Paused
systems:
  list:
    connector: csv
    settings: { folder: ./list, settle: 0 }
    holds: { customer: { resource: people.csv, key: code, fields: { code: code, name: name } } }
  shop:
    connector: http
    settings: { url: "${url}", manifest: ./shop.yaml }
    holds: { customer: { resource: customers, fields: { code: code, name: name } } }
entities:
  customer: { identifiers: [code], fields: { code: text, name: text } }
flows:
  customers: { entity: customer, from: list, to: shop, trigger: 1 minute, brake: 100% }
`
const SERVE = ['serve', '--port', '0', '--hooks-port', '0']
const list = (name: string): string => `code,name\nA,${name} A\nB,${name} B\n`

async function begin(): Promise<void> {
  server = await startJsonServer({ customers: [] })
  project = new Project({ 'plan.yaml': PLAN(server.url), 'shop.yaml': MANIFEST, 'list/people.csv': list('Old'), clock: '0' })
  await project.synced()
  project.put('list/people.csv', list('First'))
}
const customers = (): string[] => (server.data['customers'] as Row[]).map((row) => String(row['name'])).toSorted()
const writes = (): string[] => server.seen.filter((line) => !line.startsWith('GET'))

function start(order: object, ...words: string[]): Started {
  const child = spawn(process.execPath, [ENTRY, pathToFileURL(DIST).href, JSON.stringify({ clock: project.path('clock'), ...order }), ...words, '--json'], { cwd: project.folder, env: environmentOf(project), stdio: ['ignore', 'pipe', 'ignore'] })
  let out = ''
  child.stdout!.on('data', (piece: Buffer) => (out += piece.toString()))
  const one = { child, said: once(child, 'exit').then(([exit]) => ({ exit: exit as number | null, out })) }
  started.push(one)
  return one
}
const stateOf = (pid: number): string => /^\d+ \(.*\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]!
/** Half a second here is a minute there: far less than a lease, so whoever lives keeps it. */
const passing = (from: number): (() => Promise<void>) => {
  let at = from
  return async () => {
    await wait(500)
    project.put('clock', String((at += 60_000)))
  }
}
/** Runs until it has stopped itself. */
async function stopped(at: CrashPoint, ...words: string[]): Promise<Started> {
  const one = start({ at }, ...(words.length > 0 ? words : ['sync']))
  for (let i = 0; i < 400 && stateOf(one.child.pid!) !== 'T'; i += 1) await wait(50)
  expect(stateOf(one.child.pid!)).toBe('T')
  return one
}

describe.skipIf(process.platform !== 'linux')('a process that stands still', () => {
  test.each<CrashPoint>(['claim.committed', 'call', 'read.page'])('It stands still at %s, another takes over after its lease, and it neither writes nor settles when it goes on.', async (at) => {
    await begin()
    const first = await stopped(at)
    // Within the lease the other one is refused, and told by whom.
    project.put('clock', String(HOLDER_LEASE_MS - 60_000))
    const refused = await start({}, 'sync').said
    expect([refused.exit, JSON.parse(refused.out)]).toMatchObject([3, { error: { code: 'store.held', message: expect.stringMatching(new RegExp(`plimsoll sync.*process ${first.child.pid}.*no sign of life for 2[34]\\d seconds`)) } }])
    project.put('clock', String(HOLDER_LEASE_MS + 60_000))
    project.put('list/people.csv', list('Second'))
    const second = await start({}, 'sync').said
    expect([second.exit, JSON.parse(second.out)]).toMatchObject([0, { ok: true, summary: { balanced: true, unsure: 0 } }])
    expect(customers()).toEqual(['Second A', 'Second B'])
    const before = writes().length
    first.child.kill('SIGCONT')
    const said = await first.said
    expect([said.exit, JSON.parse(said.out)]).toMatchObject([expect.any(Number), { ok: false, error: { code: 'store.fenced', message: expect.stringContaining('no sign of life') } }])
    expect(writes().length).toBe(before)
    expect(customers()).toEqual(['Second A', 'Second B'])
    // Nothing it did stays behind: the next run has nothing to do and no claim is open.
    const third = await start({}, 'sync').said
    expect([third.exit, JSON.parse(third.out)]).toMatchObject([0, { ok: true, summary: { writes: 0, balanced: true, due: 0, unsure: 0 } }])
  })

  test.each<CrashPoint>(['claim.committed', 'call', 'read.page'])('A server that stands still at %s is replaced by another one; when it goes on it writes nothing, says why, and ends.', async (at) => {
    await begin()
    const first = await stopped(at, ...SERVE)
    project.put('clock', String(HOLDER_LEASE_MS + 60_000))
    project.put('list/people.csv', list('Second'))
    const second = start({}, ...SERVE)
    const minutes = passing(HOLDER_LEASE_MS + 60_000)
    for (let i = 0; i < 40 && customers().join() !== 'Second A,Second B'; i += 1) await minutes()
    expect(customers()).toEqual(['Second A', 'Second B'])
    const before = writes().length
    first.child.kill('SIGCONT')
    const said = await first.said
    expect(said.exit).not.toBe(0)
    expect(said.out).toContain('store.fenced')
    expect([writes().length, customers()]).toEqual([before, ['Second A', 'Second B']])
    // The other one has not noticed anything.
    project.put('list/people.csv', list('Third'))
    for (let i = 0; i < 40 && customers().join() !== 'Third A,Third B'; i += 1) await minutes()
    second.child.kill('SIGINT')
    const ended = await second.said
    const runs = ended.out.trim().split('\n').map((line) => JSON.parse(line) as { event?: string; summary?: { balanced: boolean } }).filter((event) => event.event === 'run')
    expect([ended.exit, customers(), runs.length > 0, runs.every((run) => run.summary?.balanced)]).toEqual([0, ['Third A', 'Third B'], true, true])
    const third = await start({}, 'sync').said
    expect([third.exit, JSON.parse(third.out)]).toMatchObject([0, { ok: true, summary: { writes: 0, balanced: true, due: 0, unsure: 0 } }])
  })

  test('It stands still for less than its lease and goes on as if nothing had been.', async () => {
    await begin()
    const first = await stopped('claim.committed')
    project.put('clock', String(HOLDER_LEASE_MS / 4))
    first.child.kill('SIGCONT')
    expect((await first.said).exit).toBe(0)
    expect(customers()).toEqual(['First A', 'First B'])
  })
})
