/** Disks that are full, read-only or damaged: a clear word, nothing half done, and it goes on when the cause is gone. */
import { closeSync, copyFileSync, openSync, statSync, writeSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Project } from '../e2e/project.ts'
import { Serving, until } from '../e2e/serving.ts'
import { Disk, noDisk } from './disk.ts'

const WHY_NOT = noDisk()
if (WHY_NOT !== undefined) process.stderr.write(`No small disk can be mounted here (${WHY_NOT}): what needs one is left out.\n`)
/** Where this must run, leaving it out is a failure. */
const leftOut = WHY_NOT !== undefined && process.env['CI'] !== 'true'

const N = 1_500
const PLAN = (store: { readonly database?: string; readonly web?: string } = {}): string => `
plimsoll: 1
name: Disk
systems:
  list:
    connector: csv
    settings: { folder: ./list, settle: 0 }
    holds: { thing: { resource: things.csv, key: code, fields: { code: code, name: name } } }
  database:
    connector: sqlite
    settings: { file: ${store.database ?? './hub.db'} }
    holds: { thing: { resource: thing, fields: { code: code, name: name } } }
  web:
    connector: csv
    settings: { folder: ${store.web ?? './web'}, settle: 0 }
    holds: { thing: { resource: things.csv, key: code, fields: { code: code, name: name } } }
entities:
  thing: { identifiers: [code], fields: { code: text, name: text } }
flows:
  things: { entity: thing, from: list, to: [database, web], trigger: 1 second, brake: 100% }
`
const NAME = 'a name that takes some room on the disk '.repeat(4).trim()
const list = (n: number, name = NAME): string => ['code,name', ...Array.from({ length: n }, (_, i) => `C${String(i).padStart(5, '0')},${name} ${i}`), ''].join('\n')
const TABLE = 'CREATE TABLE thing (id INTEGER PRIMARY KEY, code TEXT, name TEXT)'

let at: Project
let disk: Disk | undefined
let serving: Serving | undefined
beforeEach(() => {
  at = new Project({ 'plan.yaml': PLAN(), 'list/things.csv': list(N), 'web/things.csv': 'code,name\n' })
})
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  disk?.done()
  disk = undefined
  at.done()
})

function expectWhole(n: number, where: { readonly database?: string; readonly web?: string } = {}): void {
  const wanted = list(n).trim().split('\n').slice(1)
  expect(at.rows(where.database ?? 'hub.db', 'SELECT code, name FROM thing ORDER BY code').map((row) => `${row['code']},${row['name']}`)).toEqual(wanted)
  expect(at.text(`${where.web ?? 'web'}/things.csv`).trim().split(/\r?\n/).slice(1).toSorted()).toEqual(wanted)
}
/** Until it is quiet; then nothing is written any more. */
async function goesOn(): Promise<void> {
  let answer = await at.sync()
  for (let again = 0; again < 4 && !answer.ok; again += 1) answer = await at.sync()
  expect(answer).toMatchObject({ ok: true, error: null, summary: { balanced: true, unsure: 0 } })
  expect((await at.synced()).summary).toMatchObject({ writes: 0, balanced: true })
}

describe.skipIf(leftOut)('a full disk', () => {
  test.each([200, 900, 1_700])('The store finds no room beyond %i kB: it says which file, and goes on when there is room.', async (kilobytes) => {
    at.sql('hub.db', TABLE)
    disk = new Disk(at.path('disk'), kilobytes)
    at.env['PLIMSOLL_STORE'] = at.path('disk/store.db')
    const answer = await at.sync()
    expect([answer.exit, answer.error]).toMatchObject([3, { code: 'store.unusable', message: expect.stringMatching(/disk\/store\.db.*no room left/), hint: expect.stringContaining('room') }])
    disk.resize(40_000)
    await goesOn()
    expectWhole(N)
  })

  test('The target database finds no room: the other target gets everything, and this one later, each record once.', async () => {
    disk = new Disk(at.path('disk'), 60)
    at.put('plan.yaml', PLAN({ database: './disk/hub.db' }))
    at.sql('disk/hub.db', TABLE)
    const answer = await at.sync()
    expect([answer.exit, JSON.stringify(answer.result['failures'])]).toMatchObject([1, expect.stringMatching(/database.*(full|room)/i)])
    disk.resize(40_000)
    await goesOn()
    expectWhole(N, { database: 'disk/hub.db' })
  })

  test('The target file finds no room: what was there stays whole, and it is written when there is room.', async () => {
    disk = new Disk(at.path('disk'), 100)
    at.sql('hub.db', TABLE)
    at.put('plan.yaml', PLAN({ web: './disk' }))
    at.put('disk/things.csv', `code,name\nC00000,${NAME} 0\n`)
    const answer = await at.sync()
    expect([answer.exit, JSON.stringify(answer.result['failures'])]).toMatchObject([1, expect.stringMatching(/web.*(full|room|space)/i)])
    // As it was after the last batch that found room: no line is lost, none is half.
    const there = at.text('disk/things.csv').split('\n')
    expect([there.slice(0, 2), there.at(-1)]).toEqual([['code,name', `C00000,${NAME} 0`], ''])
    expect(there).toEqual(list(there.length - 2).split('\n'))
    disk.resize(40_000)
    await goesOn()
    expectWhole(N, { web: 'disk' })
  })

  test('While it serves, the disk fills up and gets room again: the worker says so and delivers what came meanwhile.', async () => {
    at.sql('hub.db', TABLE)
    disk = new Disk(at.path('disk'), 40_000)
    at.env['PLIMSOLL_STORE'] = at.path('disk/store.db')
    at.put('list/things.csv', list(20))
    const s = (serving = await new Serving(at).started())
    const there = (n: number) => (): boolean => at.rows('hub.db', 'SELECT code FROM thing').length === n
    await until(there(20), 'the first load', 60_000)
    const filler = disk.fill()
    at.put('list/things.csv', list(700))
    await until(() => s.events.some((event) => event['code'] === 'store.unusable'), 'the trouble is said', 60_000)
    filler.giveBack()
    const arrived = (): boolean => there(700)() && at.text('web/things.csv').split('\n').length === 702
    await until(arrived, 'what came meanwhile is delivered', 90_000)
    expect((await s.stop()).exit).toBeLessThan(2)
    await goesOn()
    expectWhole(700)
  })
})

describe('a store that can not be used', () => {
  test.skipIf(leftOut)('On a disk that may only be read it is named, nothing is sent, and it goes on when the disk can be written.', async () => {
    at.sql('hub.db', TABLE)
    disk = new Disk(at.path('disk'), 40_000)
    at.env['PLIMSOLL_STORE'] = at.path('disk/store.db')
    at.put('list/things.csv', list(20))
    await at.synced()
    at.put('list/things.csv', list(30))
    disk.readOnly(true)
    const before = at.digest()
    const answer = await at.sync()
    expect([answer.exit, answer.error]).toMatchObject([3, { code: 'store.unusable', message: expect.stringMatching(/disk\/store\.db.*(only be read|can't be opened)/) }])
    expect(at.digest()).toEqual(before)
    disk.readOnly(false)
    await goesOn()
    expectWhole(30)
  })

  test('With damaged pages it says so and sends nothing; with its copy it goes on, and without any it finds everything again.', async () => {
    at.sql('hub.db', TABLE)
    at.put('list/things.csv', list(400))
    await at.synced()
    const store = at.path('.plimsoll/store.db')
    copyFileSync(store, at.path('copy.db'))
    const { size } = statSync(store)
    const file = openSync(store, 'r+')
    for (let page = 20; page < size / 4096; page += 1) writeSync(file, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096)
    closeSync(file)
    const targets = (): unknown => [at.rows('hub.db', 'SELECT * FROM thing'), at.text('web/things.csv')]
    const before = targets()
    const answer = await at.sync()
    expect([answer.exit, answer.error]).toMatchObject([3, { code: 'store.unusable', message: expect.stringMatching(/\.plimsoll\/store\.db.*damaged/), hint: expect.stringContaining('backup') }])
    expect(targets()).toEqual(before)
    copyFileSync(at.path('copy.db'), store)
    at.remove('.plimsoll/store.db-wal')
    at.remove('.plimsoll/store.db-shm')
    at.put('list/things.csv', list(410))
    await goesOn()
    expectWhole(410)
    at.remove('.plimsoll')
    expect((await at.synced()).summary).toMatchObject({ writes: 0 })
    expectWhole(410)
  })

  test('Is held by one process: the second is told by whom, and the next may begin as soon as the first was killed.', async () => {
    at.sql('hub.db', TABLE)
    at.put('list/things.csv', list(20))
    const s = (serving = await new Serving(at).started())
    const answer = await at.sync()
    expect([answer.exit, answer.error]).toMatchObject([3, { code: 'store.held', message: expect.stringMatching(/plimsoll serve.*process \d+/), hint: expect.stringContaining('Stop that process') }])
    s.kill()
    await s.ended
    await goesOn()
    expectWhole(20)
  })
})
