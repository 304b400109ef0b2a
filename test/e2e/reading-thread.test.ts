/** A long file is read on a thread of its own: what comes from there when something is wrong with it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PlimsollError } from '../../src/base/errors.ts'
import { type Place, placeKey, compileRuntime } from '../../src/sync/runtime.ts'
import type { Resource } from '../../src/systems/contract.ts'
import { loadText } from '../support/load-text.ts'
import { DIST, Project } from './project.ts'
import { Serving, until } from './serving.ts'

const built = (file: string): Promise<unknown> => import(pathToFileURL(join(DIST, file)).href)
const { readingApart } = (await built('apart.js')) as typeof import('../../src/apart.ts')
// Whoever reads apart has opened the system here as well, so its errors are known.
await built('systems/protocols/files/index.js')

const PLAN = `
plimsoll: 1
name: A long list
systems:
  list: { connector: csv, settings: { folder: ./list }, holds: { person: { resource: "people.csv", key: id, fields: { code: id, name: name } } } }
  crm: { connector: sqlite, settings: { file: ./crm.db }, holds: [person] }
entities:
  person: { identifiers: [code], fields: { code: text, name: text } }
flows:
  people: { entity: person, from: list, to: crm, trigger: 1 second }
`
const SECRET = 'a-word-that-nobody-may-see'

/** Long enough for a thread of its own. */
const LONG = `id,name\n${Array.from({ length: 6_000 }, (_, i) => `${i},Person ${i} ${'x'.repeat(1_000)}`).join('\n')}\n`

let at: Project
let serving: Serving | undefined
beforeEach(() => {
  at = new Project({ 'plan.yaml': PLAN })
})
afterEach(async () => {
  serving?.kill()
  await serving?.ended
  serving = undefined
  at.done()
})

/** What is read from a folder before it fails, and how it fails. */
async function readIn(folder: string, each: () => void = () => undefined): Promise<{ readonly records: number; readonly error: PlimsollError | undefined }> {
  const plan = loadText(PLAN).plan!
  const runtime = compileRuntime(plan, { functions: () => new Map(), flat: () => true })
  const place = [...runtime.places.values()].find((one: Place) => one.system === 'list')!
  expect(placeKey(place)).toContain('people.csv')
  const read = readingApart({ plan, runtime, settings: async () => ({ connector: 'csv', settings: { folder, settle: 0 }, secrets: [SECRET], flat: true }) })!
  const pages = await read(place, { bytes: async () => 1e9 } as unknown as Resource, { signal: AbortSignal.timeout(60_000), pageSize: 500, first: true })
  let records = 0
  try {
    for await (const page of pages!) {
      records += page.records.length
      each()
    }
  } catch (error) {
    return { records, error: error as PlimsollError }
  }
  return { records, error: undefined }
}

describe('the reading thread', () => {
  test('What it throws holds no secret of its system, in the message, the place or the details.', async () => {
    const { records, error } = await readIn(join(at.folder, SECRET))
    expect([records, error?.code.startsWith('files.'), error?.message.includes('•••')]).toEqual([0, true, true])
    expect(JSON.stringify([error?.message, error?.place, error?.details])).not.toContain(SECRET)
  })

  test('When it dies in the middle, the read fails in words instead of waiting, and what it had handed over stays handed over.', async () => {
    const folder = join(at.folder, 'list')
    mkdirSync(folder)
    writeFileSync(join(folder, 'people.csv'), `id,name\n${Array.from({ length: 200_000 }, (_, i) => `${i},Person ${i}`).join('\n')}\n`)
    let worker: Worker | undefined
    process.once('worker', (made) => (worker = made))
    const { records, error } = await readIn(folder, () => void worker!.terminate())
    expect(records).toBeGreaterThan(0)
    expect(records).toBeLessThan(200_000)
    expect([error?.class, error?.message]).toEqual(['internal', 'The thread that reads ended without a word.'])
  })

  test('When it dies under `serve`, its lane is dead, is said so, and is replaced; everything arrives once.', async () => {
    at.put('list/people.csv', LONG)
    at.env['NODE_OPTIONS'] = `--import=${join(import.meta.dirname, 'first-thread-dies.mjs')}`
    serving = await new Serving(at).started()
    const s = serving
    const told = (): readonly unknown[] => s.events.filter((event) => event.event === 'state' && event['about'] === 'lane').map((event) => [event['name'], event['was'], event['state']])
    await until(() => told().length > 0, 'it is shown dead')
    expect(told()).toEqual([['reading/list/people.csv/person', 'ok', 'dead']])
    const count = (): unknown => {
      try {
        return at.rows('crm.db', 'select count(*) n, count(distinct code) codes from person')[0]
      } catch {
        return undefined
      }
    }
    await until(() => told().length > 1 && (count() as { n?: number } | undefined)?.n === 6_000, 'it is replaced, and everything arrives', 120_000)
    expect([told()[1], count()]).toEqual([['reading/list/people.csv/person', 'dead', 'ok'], { n: 6_000, codes: 6_000 }])
    expect((await s.stop()).exit).toBe(0)
    expect(s.runs().filter((run) => !run.summary.balanced)).toEqual([])
  })
})
