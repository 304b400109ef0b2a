/** The interview in a real terminal, with the built command: keys in, answers in the plan. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../src/plan/questions/catalogue.ts'
import { KEYS, noTerminal, TestTerminal, type TerminalOptions } from '../support/terminal.ts'
import { DIST } from './project.ts'

const PLAN = `# What we want.
plimsoll: 1
name: New shop   # working title

systems:
  # Where customers buy.
  shop: { category: shop }
  erp:        # the old one
    category: erp

people:
  anna: { name: Anna Nowak }

objectives:
  one_stock: Nobody buys what is not there
`
if (noTerminal !== undefined) process.stderr.write(`The interview is not tried: ${noTerminal}\n`)

let folder: string
let terminal: TestTerminal | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
  writeFileSync(join(folder, 'plan.yaml'), PLAN)
})
afterEach(() => {
  terminal?.close()
  terminal = undefined
  rmSync(folder, { recursive: true, force: true })
})
/** The first words of a question. */
const asks = (id: string): string => CATALOGUE.find((question) => question.id === id)!.ask.split('{')[0]!.split(' ').slice(0, 4).join(' ').trim()
const command = (...words: readonly string[]): string[] => [process.execPath, join(DIST, 'cli/main.js'), 'ask', '.', ...words]
const open = (words: readonly string[] = [], options: Partial<TerminalOptions> = {}): TestTerminal => (terminal = new TestTerminal(command(...words), { cwd: folder, ...options }))
const plan = (): string => readFileSync(join(folder, 'plan.yaml'), 'utf8')
const comments = (text: string): string[] => text.match(/#.*/g) ?? []

describe.skipIf(noTerminal !== undefined)('the interview', () => {
  test('An answer is written before the next question, and readiness rises.', async () => {
    const at = open(['--area', 'purpose'])
    await at.until(asks('problems'))
    await at.until('Your answer')
    await at.press(KEYS.enter)
    await at.until('What is bad today')
    await at.type('Orders: typed by hand # daily')
    await at.until(/plan\.yaml:\d+ is written\. \d+ more, readiness \d+ % → \d+ %/)
    expect(plan()).toContain('statement: "Orders: typed by hand # daily"')
    await at.until('another one')
    await at.press(KEYS.enter)
    await at.until(asks('objective-measure'))
    await at.until('Your answer')
    await at.type('Orders that had to be cancelled')
    await at.until('is written')
    expect(plan()).toContain('one_stock: { statement: Nobody buys what is not there, measure: Orders that had to be cancelled }')
    expect(comments(plan())).toEqual(comments(PLAN.replace('# What', '# What')).concat(['# daily" }']).toSorted((a, b) => plan().indexOf(a) - plan().indexOf(b)))
    await at.until(asks('objective-target'))
    await at.press(KEYS.interrupt)
    await at.until('Interrupted. 2 answers are in the plan.')
    expect(await at.ended).toBe(4)
  })

  test('A choice is made with the arrows; who is missing is made on the way.', async () => {
    const at = open(['--area', 'people'])
    await at.until(asks('teams'))
    await at.until('Skip it for now')
    await at.press(KEYS.down, KEYS.enter)
    await at.until(asks('decider-purpose'))
    await at.until('A new team')
    // anna, a new person, a new team
    await at.press(KEYS.down, KEYS.enter)
    await at.until('Full name')
    await at.type('Ola Żak')
    await at.until('E-mail address')
    await at.type('ola')
    await at.until('is an e-mail address, not')
    await at.press('@shop.example', KEYS.enter)
    await at.until('is written')
    await at.until('That was all for now. 1 answer is in the plan. 1 open')
    expect(await at.ended).toBe(0)
    expect(plan()).toContain('  ola: { name: Ola Żak, email: ola@shop.example }\n')
    expect(plan()).toContain('deciders:\n  purpose: ola\n')
  })

  test('A question can be waived, left to somebody else, skipped and asked again.', async () => {
    const at = open(['--area', 'purpose'])
    await at.until(asks('problems'))
    await at.until('Skip it for now')
    await at.press(KEYS.down, KEYS.down, KEYS.down, KEYS.enter)
    await at.until('Why does it need no answer')
    await at.type('tbd')
    await at.until('does not answer')
    for (let i = 0; i < 3; i += 1) await at.press('\u007F')
    await at.type('There is no shop yet')
    await at.until('Who decided that')
    await at.press(KEYS.enter)
    await at.until('is written')
    expect(plan()).toContain('problems: { waived: There is no shop yet, who: anna }')
    await at.until(asks('objective-measure'))
    await at.until('Your answer')
    await at.press(KEYS.enter)
    await at.until('Somebody else answers it')
    await at.press(KEYS.down, KEYS.down, KEYS.down, KEYS.down, KEYS.enter)
    await at.until('Who answers it')
    await at.press(KEYS.enter)
    await at.until('Until when')
    await at.type('2027-13-01')
    await at.until('13')
    for (let i = 0; i < 10; i += 1) await at.press('\u007F')
    await at.type('2027-01-15')
    await at.until('What is taken until then')
    await at.press(KEYS.enter)
    await at.until('is written')
    expect(plan()).toContain('objectives.one_stock.measure: { ask: anna, due: 2027-01-15 }')
    await at.until(asks('objective-target'))
    await at.until('Your answer')
    await at.press(KEYS.enter)
    await at.until('Instead of an answer')
    await at.press(KEYS.enter)
    await at.until(asks('objective-today'))
    await at.until('Your answer')
    await at.press(KEYS.enter)
    await at.until('Instead of an answer')
    // See it once more, back.
    await at.press(KEYS.down, KEYS.down, KEYS.enter)
    await at.until(asks('objective-target'))
    await at.until('Your answer')
    await at.type('99.5%')
    await at.until('is written')
    expect(plan()).toContain('target: 99.5%')
    await at.until('Your answer')
    await at.press(KEYS.escape)
    await at.until('Stopped.')
    expect(await at.ended).toBe(0)
  })

  test('What somebody else writes meanwhile stays; a value that changed is not written over.', async () => {
    const at = open(['--area', 'purpose'])
    await at.until(asks('problems'))
    await at.until('Skip it for now')
    await at.press(KEYS.down, KEYS.enter)
    await at.until(asks('objective-measure'))
    await at.until('Your answer')
    const edited = `# by hand\n${PLAN.replace('{ category: shop }', '{ category: website }')}`
    writeFileSync(join(folder, 'plan.yaml'), edited)
    await at.type('Cancelled orders')
    await at.until('is written')
    expect(plan()).toBe(edited.replace('Nobody buys what is not there', '{ statement: Nobody buys what is not there, measure: Cancelled orders }'))
    await at.until(asks('objective-target'))
    await at.until('Your answer')
    const again = plan().replace('measure:', 'target: 50%, measure:')
    writeFileSync(join(folder, 'plan.yaml'), again)
    await at.type('99.5%')
    await at.until('Somebody changed objectives.one_stock.target meanwhile')
    expect(plan()).toBe(again)
  })

  test('Killed in the middle, and with the window closed, the answers so far are there and nothing else.', async () => {
    for (const end of ['kill', 'close'] as const) {
      writeFileSync(join(folder, 'plan.yaml'), PLAN)
      const at = open(['--area', 'purpose'])
      await at.until('Skip it for now')
      await at.press(KEYS.down, KEYS.enter)
      await at.until(asks('objective-measure'))
      await at.until('Your answer')
      await at.type('Cancelled orders')
      await at.until('is written')
      await at.until('Your answer')
      await at.press('half an ans')
      const { pid } = at
      if (end === 'kill') at.kill('SIGKILL')
      else at.close()
      await gone(pid)
      expect(plan()).toBe(PLAN.replace('Nobody buys what is not there', '{ statement: Nobody buys what is not there, measure: Cancelled orders }'))
      expect(readdirSync(folder)).toEqual(['plan.yaml'])
    }
  })

  test('A long list is searched by typing; what is not in it is asked again.', async () => {
    writeFileSync(join(folder, 'plan.yaml'), 'plimsoll: 1\nname: A\nsystems:\n  shop:   # ours\nquestions:\n  existing: { waived: All is new, who: anna }\n  systems.shop.interface: { waived: It has none, who: anna }\npeople: { anna: { name: Anna } }\n')
    const at = open(['--area', 'systems'])
    await at.until(asks('system-connector'))
    await at.until('Type to search')
    await at.press(...'qqq', KEYS.enter)
    await at.until('Nothing in the list fits')
    await at.until('Type to search')
    await at.press(...'sqlit', KEYS.enter)
    await at.until('is written')
    expect(plan()).toContain('  shop:   # ours\n    connector: sqlite\n')
  })

  test('In a narrow window without colours every line is readable.', async () => {
    const at = open(['--for', 'business', '--limit', '1'], { columns: 40 })
    await at.until(asks('problems'))
    await at.until('Skip it for now')
    await at.press(KEYS.down, KEYS.enter)
    await at.until('That was all for this time.')
    expect(await at.ended).toBe(0)
    // oxlint-disable-next-line no-control-regex
    expect(at.raw).not.toMatch(/\u001B\[(?:[0-9]+;)*(?:3|4|9)[0-7]m/)
    expect(at.shown.split(/\r?\n/).filter((line) => line.length > 40)).toEqual([])
  })
})

async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => void setTimeout(resolve, 50))
  }
  throw new Error(`process ${pid} goes on`)
}

test('Without a terminal and without answers it says what to do.', () => {
  const run = (...words: string[]): { readonly status: number; readonly stdout: string; readonly stderr: string } => {
    try {
      return { status: 0, stdout: execFileSync(process.execPath, command(...words).slice(1), { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }), stderr: '' }
    } catch (error) {
      return error as { status: number; stdout: string; stderr: string }
    }
  }
  expect(run()).toMatchObject({ status: 3, stderr: expect.stringContaining('--answers') })
  expect(JSON.parse(run('--json').stdout)).toMatchObject({ command: 'ask', ok: false, error: { code: 'cli.no_terminal' } })
  expect(run('--for', 'everybody')).toMatchObject({ status: 2, stderr: expect.stringContaining('business or technology') })
  expect(run('--area', 'nothing')).toMatchObject({ status: 2, stderr: expect.stringContaining('purpose') })
  writeFileSync(join(folder, 'answers.yaml'), 'systems.shop.interface.form: api\nsystems.shop.catgory: x\n')
  const said = run('--answers', 'answers.yaml', '--json')
  expect(said.status).toBe(2)
  expect(JSON.parse(said.stdout)).toMatchObject({
    command: 'ask', ok: false, summary: { written: 1, refused: 1 },
    result: {
      written: [{ place: 'systems.shop.interface.form', kind: 'answered', file: 'plan.yaml', line: 7 }],
      refused: [{ place: 'systems.shop.catgory', file: 'answers.yaml', line: 2, column: 1, mend: expect.stringContaining('systems.shop.category') }],
    },
  })
  expect(plan()).toBe(PLAN.replace('{ category: shop }', '{ category: shop, interface: api }'))
})
