import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DAY, HOUR, SECOND } from '../../../base/duration.ts'
import { virtualClock } from '../../../base/clock.ts'
import type { Resource, SettingValues, SystemSession } from '../../contract.ts'
import { appConnector } from './index.ts'

const KEY = Buffer.from('a secret of thirty-two bytes here')
const SETTINGS = { token: 'canary-0123456789-abcdefgh', webhook_secret: `whsec_${KEY.toString('base64')}` }
const signal = new AbortController().signal
const view = (_resource: string, values: Readonly<Record<string, unknown>>) => ({ seen: Object.keys(values).length })

interface Called { readonly headers: IncomingHttpHeaders; readonly body: string; readonly json: { type: string; data: { position: string; complete: boolean; changes: Record<string, unknown>[] } } }
type Reply = { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'hang up'
let folder: string
let clock: ReturnType<typeof virtualClock>
let calls: Called[]
let reply: (n: number) => Reply
let url: string
let end: () => Promise<void>
const sessions: SystemSession[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-bell-'))
  clock = virtualClock(Date.UTC(2026, 5, 1))
  calls = []
  reply = () => ({ status: 204 })
  const server = createServer((request, response) => void text(request).then((body) => {
    calls.push({ headers: request.headers, body, json: JSON.parse(body) as Called['json'] })
    const answer = reply(calls.length)
    if (answer === 'hang up') request.socket.destroy()
    else response.writeHead(answer.status, answer.headers ?? {}).end('x'.repeat(100_000))
  }))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/changed`
  end = () => new Promise((closed) => {
    server.close(() => closed())
    server.closeAllConnections()
  })
})
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close()
  await end()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(settings: SettingValues = {}): Promise<{ readonly session: SystemSession; readonly items: Resource; write(key: string, n: number): Promise<void>; ring(): ReturnType<NonNullable<NonNullable<SystemSession['hosted']>['bell']>['ring']> }> {
  const session = await appConnector.open({ ...SETTINGS, file: join(folder, 'box.db'), webhook_url: url, ...settings }, { clock, system: 'site', timeZone: 'UTC', readOnly: false, budget: async () => undefined })
  sessions.push(session)
  const items = session.resource({ resource: 'items', key: [], parts: new Map(), identifiers: [] })
  return {
    session, items,
    async write(key, n) {
      const [held] = await items.readKeys!([key], signal)
      await items.write!([{ operation: held ? 'update' : 'create', key, values: { n }, idempotencyKey: `${key} ${n}` }], { signal, deadline: clock.now() + HOUR })
    },
    ring: () => session.hosted!.bell!.ring(signal, view),
  }
}

test('A change of the hub is told once, signed over id, time and body; a change of the application itself is not.', async () => {
  const site = await opened()
  await site.write('a', 1)
  await site.session.hosted!.change({ resource: 'items', key: 'own', values: { n: 1 }, at: 'none' })
  await site.ring()
  await site.ring()
  expect(calls).toHaveLength(1)
  const [{ headers, body, json }] = calls as [Called]
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', KEY).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
  expect(Number(timestamp)).toBe(Math.floor(clock.now() / SECOND))
  expect(json.type).toBe('records.changed')
  expect(json.data.changes.map(({ type, resource, key, values }) => [type, resource, key, values])).toEqual([['changed', 'items', 'a', undefined]])
  expect(body).not.toContain('canary')
})

test('With `records` the call carries what the application may see of them.', async () => {
  const site = await opened({ webhook_content: 'records' })
  await site.write('a', 1)
  await site.ring()
  expect(calls[0]!.json.data.changes[0]!['values']).toEqual({ seen: 1 })
})

test('Changes that came together are one call; more than fit are one call that says so.', async () => {
  const site = await opened()
  for (let n = 0; n < 100; n += 1) await site.write(`k${n}`, n)
  await site.ring()
  expect([calls[0]!.json.data.changes.length, calls[0]!.json.data.complete]).toEqual([100, true])
  for (let n = 0; n < 101; n += 1) await site.write(`k${n}`, n + 1)
  await site.ring()
  await site.ring()
  expect(calls).toHaveLength(2)
  expect([calls[1]!.json.data.changes.length, calls[1]!.json.data.complete]).toEqual([0, false])
  expect(Number(calls[1]!.json.data.position)).toBe(site.session.hosted!.reach().last)
})

test.each<[string, Reply]>([
  ['500', { status: 500 }], ['404', { status: 404 }], ['a redirect', { status: 302, headers: { location: 'http://169.254.169.254/' } }], ['a connection that breaks', 'hang up'],
])('After %s the same message is sent again, under the same id, and what came meanwhile after it.', async (_what, bad) => {
  const site = await opened()
  await site.write('a', 1)
  reply = (n) => (n <= 2 ? bad : { status: 200 })
  const first = await site.ring()
  expect([first.failure?.code, first.nextAt! > clock.now()]).toEqual(['apps.bell_failing', true])
  await site.write('a', 2)
  await site.write('b', 1)
  await site.ring()
  expect(calls).toHaveLength(1)
  clock.advance(first.nextAt! - clock.now())
  const second = await site.ring()
  clock.advance(second.nextAt! - clock.now())
  expect((await site.ring()).told).toBe(true)
  await site.ring()
  expect(calls.map(({ headers }) => headers['webhook-id']).map((id, _i, all) => all.indexOf(id))).toEqual([0, 0, 0, 3])
  expect(new Set(calls.slice(0, 3).map(({ body }) => body)).size).toBe(1)
  expect(calls[3]!.json.data.changes.map(({ key }) => key)).toEqual(['a', 'b'])
})

test('Retry-After is obeyed.', async () => {
  const site = await opened()
  await site.write('a', 1)
  reply = () => ({ status: 503, headers: { 'retry-after': '3600' } })
  expect((await site.ring()).nextAt).toBe(clock.now() + HOUR)
})

test('It is given up after a day without a yes, says so each time, and begins again with the process.', async () => {
  const site = await opened()
  await site.write('a', 1)
  const from = clock.now()
  reply = () => ({ status: 500 })
  let rung = await site.ring()
  while (rung.nextAt !== undefined) {
    clock.advance(Math.max(0, rung.nextAt - clock.now()))
    rung = await site.ring()
  }
  expect(rung.failure?.code).toBe('apps.bell_given_up')
  expect(calls).toHaveLength(11)
  expect([clock.now() - from > DAY * 0.8, clock.now() - from < DAY * 1.4]).toEqual([true, true])
  clock.advance(DAY)
  expect((await site.ring()).failure?.code).toBe('apps.bell_given_up')
  expect(calls).toHaveLength(11)
  reply = () => ({ status: 204 })
  await site.session.close()
  const again = await opened()
  expect((await again.ring()).told).toBe(true)
  expect(calls.at(-1)!.body).toBe(calls[0]!.body)
})

test('410 is a no for good, at once.', async () => {
  const site = await opened()
  await site.write('a', 1)
  reply = () => ({ status: 410 })
  expect((await site.ring()).failure?.code).toBe('apps.bell_given_up')
  await site.ring()
  expect(calls).toHaveLength(1)
})

test('A message that was under way when the process died is sent again to the letter.', async () => {
  const site = await opened()
  await site.write('a', 1)
  reply = () => ({ status: 500 })
  await site.ring()
  await site.session.close()
  reply = () => ({ status: 204 })
  const again = await opened()
  await again.write('a', 2)
  await again.ring()
  await again.ring()
  expect(calls.map(({ headers }) => headers['webhook-id']).map((id, _i, all) => all.indexOf(id))).toEqual([0, 0, 2])
})

test('Addresses that no application can have are refused, and private ones where the operator forbids them.', async () => {
  await expect(opened({ webhook_url: 'http://169.254.169.254/latest' })).rejects.toMatchObject({ code: 'systems.address' })
  const context = { clock, system: 'site', timeZone: 'UTC', readOnly: false, publicOnly: true, budget: async () => undefined }
  await expect(appConnector.open({ ...SETTINGS, file: join(folder, 'b.db'), webhook_url: 'https://127.0.0.1/x' }, context)).rejects.toMatchObject({ code: 'systems.address' })
})

test.each([
  [{ token: 'short' }, 'token'], [{ token: 'with blanks in it and long enough' }, 'token'], [{ old_token: 'x' }, 'old_token'], [{ webhook_secret: 'whsec_abc' }, 'webhook_secret'], [{ webhook_secret: undefined }, 'webhook_secret'],
  [{ webhook_url: 'ftp://x.example' }, 'webhook_url'], [{ webhook_url: 'https://user:pass@x.example/' }, 'webhook_url'], [{ origins: ['https://x.example/path'] }, 'origins'], [{ origins: ['*'] }, 'origins'], [{ file: undefined }, 'file'],
] as const)('A setting that can’t be meant is named: %j', async (settings, setting) => {
  const failure = await opened(settings as unknown as SettingValues).catch((error: unknown) => error as { code: string; details: { setting: string }; message: string })
  expect(failure).toMatchObject({ code: 'apps.setting', details: { setting } })
  expect((failure as { message: string }).message).not.toMatch(/canary|user:pass/)
})

test('The old token is taken as long as it is set.', async () => {
  const site = await opened({ old_token: 'canary-9876543210-zyxwvuts' })
  const { hosted } = site.session
  expect(['canary-0123456789-abcdefgh', 'canary-9876543210-zyxwvuts', 'canary-9876543210-zyxwvutx', ''].map((token) => hosted!.bears(token))).toEqual([true, true, false, false])
})
