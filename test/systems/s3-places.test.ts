/** Files in a bucket of a real server: what is moved is copied, then removed; a process may die between any two requests. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dying } from '../support/dying.ts'
import { systemClock } from '../../src/base/clock.ts'
import type { ConnectorContext, Resource, SettingValues, SystemSession } from '../../src/systems/contract.ts'
import { filesConnector } from '../../src/systems/protocols/files/index.ts'
import { filesBench } from '../conformance/benches/files.ts'
import { keepsTheContract } from '../support/conformance-run.ts'
import { S3Folder, type S3Access } from '../support/s3-folder.ts'
import { collect, never } from '../support/test-folder.ts'
import { type RunningSystem, startSystem } from './harness/start.ts'

let server: RunningSystem
let access: S3Access
let folders = 0
const folder = (): S3Folder => new S3Folder(access, `test-${(folders += 1)}/a b`.replace(' ', '-'))
beforeAll(async () => {
  server = await startSystem('s3')
  const { bucket, region, key, secret } = server.access as unknown as S3Access
  access = { url: server.url, bucket, region, key, secret }
})
afterAll(() => server.end())

const sessions: SystemSession[] = []
async function resource(settings: SettingValues, name: string, more: Partial<ConnectorContext> = {}): Promise<Resource> {
  const session = await filesConnector.open({ format: 'csv', ...settings }, { clock: systemClock, system: 'partner', timeZone: 'UTC', readOnly: false, budget: async () => {}, ...more })
  sessions.push(session)
  return session.resource({ resource: name, key: ['sku'], parts: new Map(), identifiers: [], creates: [{ path: 'sku', type: 'text' }, { path: 'name', type: 'text' }] })
}
const closeAll = async (): Promise<void> => {
  for (const session of sessions.splice(0)) await session.close()
}

test('The files connector keeps the contract in a bucket.', async () => {
  const { bench, close } = filesBench('csv', folder())
  try {
    await keepsTheContract(bench, 25, { system: 's3', resource: 'files', at: server })
  } finally {
    close()
  }
})

test('Lists longer than one answer are read page by page, and names may hold any sign.', async () => {
  const at = folder()
  for (let n = 0; n < 1_003; n += 10) await Promise.all(Array.from({ length: Math.min(10, 1_003 - n) }, (_, i) => at.write(`p-${n + i}.csv`, `sku,name\n${n + i},x\n`)))
  await at.write(encodeURIComponent('p-ł &+?#.csv'), 'sku,name\nodd,y\n')
  const list = await resource(at.settings, 'p-*.csv')
  const seen = await collect(list)
  expect(seen).toMatchObject({ complete: true, error: undefined })
  expect(seen.values).toHaveLength(1_004)
  await closeAll()
}, 120_000)

test('A file of more than 64 MB goes in parts and comes back as it was.', async () => {
  const at = folder()
  const list = await resource(at.settings, 'big.csv')
  const filler = randomBytes(24_000).toString('base64')
  const items = Array.from({ length: 2_300 }, (_, n) => ({ operation: 'create' as const, values: { sku: String(n), name: `${n} ${filler}` }, idempotencyKey: String(n) }))
  expect((await list.write!(items, { signal: never, deadline: Infinity })).every((one) => one.is === 'done')).toBe(true)
  const content = await at.read('big.csv')
  expect(content!.length).toBeGreaterThan(64 * 1024 * 1024)
  const seen = await collect(list, { pageSize: 500 })
  expect(seen.values.map((row) => row['name'])).toEqual(items.map((item) => item.values.name))
  await closeAll()
}, 120_000)

test('Whichever request is the last one of a process: no object of an inbox is lost, read twice once that was kept, or overwritten.', async () => {
  let deaths = 0
  for (let n = 1; ; n += 1) {
    const at = folder()
    await at.write('a.csv', 'sku,name\n1,a\n')
    await at.write('b.csv', 'sku,name\n2,b\n')
    await at.write('done/b.csv', 'of yesterday')
    const { budget, died } = dying(n)
    const settings = { ...at.settings, archive: 'done' }
    const first = await resource(settings, '*.csv', { budget })
    const seen = await collect(first)
    if (seen.position !== undefined && seen.error === undefined) await first.acknowledge!(seen.position).catch(() => undefined)
    deaths += died() ? 1 : 0
    // Begun again seconds later.
    const second = await resource(settings, '*.csv', { clock: { ...systemClock, now: () => systemClock.now() + 5_000 } })
    const again = await collect(second, seen.position === undefined ? {} : { since: seen.position })
    expect(again.error, `request ${n}`).toBeUndefined()
    await second.acknowledge!(again.position!)
    expect([...seen.values, ...again.values].map((row) => row['name']), `request ${n}`).toEqual(expect.arrayContaining(['a', 'b']))
    if (seen.error === undefined) expect(again.values, `request ${n}`).toEqual([])
    const names = await at.names()
    expect(names.filter((name) => !name.startsWith('done/')), `request ${n}`).toEqual([])
    expect((await Promise.all(names.map(async (name) => String(await at.read(name))))).toSorted(), `request ${n}`).toEqual(['of yesterday', 'sku,name\n1,a\n', 'sku,name\n2,b\n'])
    await closeAll()
    if (!died()) break
  }
  expect(deaths).toBeGreaterThan(8)
}, 120_000)

test('Keys that are not known, and buckets that are not there, are said.', async () => {
  const at = folder()
  for (const [wrong, code] of [[{ access_key: 'nobody' }, /files\.(login|access)/], [{ url: 's3://no-such-bucket/x' }, /files\.folder/]] as const) {
    const session = await filesConnector.open({ ...at.settings, format: 'csv', ...wrong }, { clock: systemClock, system: 'partner', timeZone: 'UTC', readOnly: false, budget: async () => {} })
    await expect(session.check(never)).rejects.toMatchObject({ code: expect.stringMatching(code) as string })
    await session.close()
  }
})
