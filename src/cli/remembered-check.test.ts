import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createApp } from '../app.ts'
import { check } from './commands/check.ts'
import type { Answer } from './envelope.ts'

const REMARK = `# ${'about this plan '.repeat(8000)}\n`
const SYSTEM = 'systems: { crm: { connector: csv, settings: { folder: ./in }, holds: { customer: { fields: { email: mail } } } } }\n'
const REST = 'entities: { customer: { identifiers: [email], fields: { email: email } } }\nflows: { customers: { entity: customer, from: crm } }\n'

/** A plan large enough to be remembered, and how it is checked. */
function project() {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-remembered-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'parts'))
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  write('plan.yaml', `${REMARK}plimsoll: 1\nname: Large\ninclude: [parts/*.yaml]\n${REST}`)
  write('parts/systems.yaml', SYSTEM)
  const checked = (env: Record<string, string> = {}): Promise<Answer> =>
    check.run({ where: folder }, { format: 'text' }, { app: createApp({ env, cwd: folder }), signal: new AbortController().signal, say: () => undefined, json: false })
  return { folder, write, checked, kept: join(folder, '.plimsoll', 'check.json') }
}

/** Puts a mark into what is kept, with a right sum or not: an answer that bears it was not worked out again. */
function marked(of: { kept: string }): void {
  const text = readFileSync(of.kept, 'utf8').split('\n')[1]!.replace('Runs.', 'REMEMBERED')
  writeFileSync(of.kept, `${createHash('sha256').update(text).digest('base64url')}\n${text}`)
}
const isRemembered = (answer: Answer): boolean => answer.text.includes('REMEMBERED')

test('A large plan of which nothing changed is not worked out again.', async () => {
  const of = project()
  const first = await of.checked()
  expect(first).toMatchObject({ exit: 0, summary: { errors: 0, flows: 1 } })
  marked(of)
  of.write('people.db', 'data beside the plan')
  const again = await of.checked()
  expect(isRemembered(again)).toBe(true)
  expect({ ...again, text: first.text }).toEqual(first)
})

test.each<[what: string, change: (of: ReturnType<typeof project>) => void]>([
  ['a file', (of) => of.write('parts/systems.yaml', `${SYSTEM}# more\n`)],
  ['a further file that the plan includes', (of) => of.write('parts/people.yaml', 'people: { anna: { name: Anna } }\n')],
  ['a file that is gone', (of) => rmSync(join(of.folder, 'parts/systems.yaml'))],
  ['what is kept, by half', (of) => writeFileSync(of.kept, readFileSync(of.kept, 'utf8').slice(0, -200))],
  ['what is kept, by another program', (of) => writeFileSync(of.kept, readFileSync(of.kept, 'utf8').replace('"program":"', '"program":"9.'))],
])('Another answer is worked out after a change of %s.', async (_what, change) => {
  const of = project()
  await of.checked()
  marked(of)
  change(of)
  expect(isRemembered(await of.checked())).toBe(false)
})

test('What rests on a variable of the environment is not kept, and not used where the variable is set.', async () => {
  const of = project()
  await of.checked({ PLIMSOLL_SYSTEM_CRM_ENCODING: 'utf-8' })
  expect(existsSync(of.kept)).toBe(false)
  await of.checked()
  marked(of)
  expect(isRemembered(await of.checked({ OTHER: 'x' }))).toBe(true)
  expect(isRemembered(await of.checked({ PLIMSOLL_SYSTEM_CRM_ENCODING: 'utf-8' }))).toBe(false)
})

test('Nothing is kept of a plan with a mistake, as where a secret stands in it.', async () => {
  const of = project()
  of.write('parts/systems.yaml', SYSTEM.replace('folder: ./in', 'folder: ./in, password: swordfish'))
  expect((await of.checked()).exit).toBe(2)
  expect(existsSync(of.kept)).toBe(false)
})

test('Nothing is kept of a small plan.', async () => {
  const of = project()
  of.write('plan.yaml', `plimsoll: 1\nname: Small\ninclude: [parts/*.yaml]\n${REST}`)
  expect((await of.checked()).exit).toBe(0)
  expect(existsSync(join(of.folder, '.plimsoll'))).toBe(false)
})
