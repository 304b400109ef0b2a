/* oxlint-disable unicorn/no-thenable -- `then` is a word of the plan language; this data is never awaited. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../app.ts'
import type { CommandContext, Flags } from '../command.ts'
import type { Answer } from '../envelope.ts'
import { check } from './check.ts'
import { serve } from './serve.ts'

const NEWCOMER = 'plimsoll: 1\nname: A new shop\nobjectives: { sell: Sell on the Internet }\nsystems:\n  shop: { category: shop }\n  books: { category: erp }\n'
const RUNS = `plimsoll: 1
name: A list
systems:
  office: { connector: csv, settings: { folder: ./in }, holds: [person] }
  base: { connector: sqlite, settings: { file: ./p.db }, holds: [person] }
entities: { person: { identifiers: [email], fields: { email: email, name: text } } }
flows: { people: { entity: person, from: office, to: base } }
`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const context = (json: boolean, said: string[] = []): CommandContext => ({ app: createApp({ env: {}, cwd: folder }), signal: new AbortController().signal, say: (line) => said.push(line), json })
const checked = (plan: string, flags: Flags = {}, json = false): Promise<Answer> => {
  writeFileSync(join(folder, 'plan.yaml'), plan)
  return check.run({}, { format: 'text', ...flags }, context(json))
}

test('A check shows how ready each area is, and what to answer next, with the reason and the place', async () => {
  const { text, exit } = await checked(NEWCOMER)
  expect(exit).toBe(0)
  expect(text).toMatch(/^Readiness \d+ %, \d+ blocking questions before production$/m)
  expect(text).toMatch(/^ {2}Purpose +█+░+ +\d+ % {3}6 open · \d+ later$/m)
  expect(text).toMatch(/1\. Which problems of today shall go away\?\n {5}\S.*\n {5}→ problems {3}for example: /)
  expect(text).toContain('The same is open for Books.')
  expect(text.match(/^ *\d+\. /gm)).toHaveLength(10)
  expect(text.split('\n').at(-1)).toMatch(/^The plan is valid; it has no flows yet\. \d+ questions of a project are open, and \d+ more follow: `plimsoll ask`\.$/)
})

test('All questions are shown on request, also those that have to wait', async () => {
  const { text } = await checked(NEWCOMER, { questions: true })
  expect(text.match(/^ *\d+\. /gm)!.length).toBeGreaterThan(50)
  expect(text).toContain('→ launch.go_back')
})

test('The last line of a plan that runs says how much a project would still ask', async () => {
  expect((await checked(RUNS)).text.split('\n').at(-1)).toMatch(/^Runs\. \d+ questions of a project are open, and \d+ more follow: `plimsoll ask`\.$/)
})

test('A program gets every question with its place, in the order of what hangs on it', async () => {
  const { result, summary, text } = await checked(RUNS, {}, true)
  const { readiness } = result as { readiness: { share: number; areas: { area: string; share: number }[]; open: Record<string, unknown>[]; later: unknown[]; derived: { id: string }[] } }
  expect(summary).toMatchObject({ errors: 0, open: readiness.open.length, later: readiness.later.length, readiness: readiness.share })
  expect(readiness.areas.map(({ area }) => area)).toContain('launch')
  const materiality = readiness.open.map((one) => one['materiality'] as number)
  expect(materiality).toEqual(materiality.toSorted((a, b) => b - a))
  expect(readiness.open.find((one) => one['place'] === 'defaults.flow.service_level.freshness')).toMatchObject({
    id: 'policy-freshness', policy: true, blocking: true, touches: { flows: ['people'], systems: ['office', 'base'] }, ask: 'How soon must a change have arrived everywhere?',
  })
  expect(readiness.derived.map(({ id }) => id)).toEqual(expect.arrayContaining(['systems-counted', 'flow-direction', 'entity-golden', 'system-form']))
  expect(text).toBe('')
})

test('A plan with mistakes shows its readiness too, and the mistake is the reason why a question is open', async () => {
  const { text, exit } = await checked(NEWCOMER.replace('{ category: shop }', '{ category: shop, interface: { form: tbd } }'))
  expect(exit).toBe(2)
  expect(text).toMatch(/Does Shop allow data to be exchanged[^\n]*\n +`form` is one of [^\n]* not `tbd`\./)
  expect(text).toContain('1 error')
})

test('The agenda is a document of its own, and what people wrote stays text in it', async () => {
  const { text } = await checked(NEWCOMER.replace('Sell on the Internet', '"<b>Sell</b> *more* | `x`"'), { agenda: true })
  expect(text).toMatch(/^# Workshop: A new shop\n\n\d+ sessions, \d+ topics, about \d h \d\d min\./)
  expect(text).toContain('In the room: *whoever decides what the project is for* (not named yet)')
  expect(text).toContain(String.raw`\<b\>Sell\</b\> \*more\* \| \`x\``)
  expect(text).toContain('   - If nobody decides: Nothing: it stays open, and production does not start.')
  expect(text).not.toContain('Readiness')
})

test('A program gets the agenda as sessions with people and topics', async () => {
  const { result } = await checked(NEWCOMER, { agenda: true }, true)
  expect((result as { agenda: unknown }).agenda).toMatchObject({ sessions: expect.arrayContaining([expect.objectContaining({ room: expect.arrayContaining([expect.objectContaining({ role: 'purpose' })]) })]) })
})

test('Production is not served while a blocking question is open, and other environments say so only', async () => {
  writeFileSync(join(folder, 'plan.yaml'), RUNS)
  await expect(serve.run({}, { env: 'production', port: '0' }, context(true))).rejects.toMatchObject({ code: 'serve.not_ready', message: expect.stringMatching(/^production is not served, since \d+ blocking questions are open:\n {2}\S+\.\S+: /) })
  const said: string[] = []
  const stopped = { ...context(false, said), signal: AbortSignal.abort(new Error('enough')) }
  await serve.run({}, { port: '0' }, stopped)
  expect(said[0]).toMatch(/^Not ready for production: \d+ blocking questions are open/)
})
