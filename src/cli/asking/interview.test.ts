import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../app.ts'
import { virtualClock } from '../../base/clock.ts'
import { Interview } from './interview.ts'
import { LEFT, type Option, type Prompts } from './terminal.ts'
import { PlanWriter } from './writing.ts'

const root = join(import.meta.dirname, '../../..')
const NEWCOMER = '# What we want.\nplimsoll: 1\nname: New shop   # working title\n\nsystems:\n  # Where customers buy.\n  shop: { category: shop }\n  erp:        # the old one\n    category: erp\n'

/** Somebody who answers whatever is asked: by the example where a text is wanted, else by chance, sometimes with what is wrong. */
class Somebody implements Prompts {
  readonly said: string[] = []
  readonly warned: string[] = []
  #seed: number
  #asked: readonly string[] = []
  constructor(seed: number) {
    this.#seed = seed
  }
  #below(n: number): number {
    this.#seed = (this.#seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((this.#seed / 2_147_483_648) * n)
  }
  say(lines: readonly string[]): void {
    this.#asked = lines
  }
  done(line: string): void {
    this.said.push(line)
  }
  warn(line: string): void {
    this.warned.push(line)
  }
  one(_: string, options: readonly Option[]): Promise<string> {
    // Stopping is tried elsewhere; here everything is asked.
    const of = options.filter(({ value }) => value !== 'stop' && (value !== 'back' || this.#below(5) === 0))
    return Promise.resolve(of[this.#below(of.length)]!.value)
  }
  some(_: string, options: readonly Option[]): Promise<readonly string[]> {
    return Promise.resolve(options.filter(() => this.#below(3) === 0).map(({ value }) => value))
  }
  text(message: string, placeholder: string, wrong: (given: string) => string | undefined = () => undefined): Promise<string | typeof LEFT> {
    const tries = [['tbd', '', 'Ünïcode: "quotes", # and {braces}', 'somebody_new', placeholder, placeholder, placeholder][this.#below(7)]!, placeholder, '']
    const given = tries.find((text) => text === '' || wrong(text) === undefined)!
    return Promise.resolve(message.includes('Enter alone: other ways') && this.#below(9) === 0 ? '' : given)
  }
  get asked(): readonly string[] {
    return this.#asked
  }
}

const filesIn = (at: string, below = ''): string[] => readdirSync(join(at, below)).flatMap((name) => (statSync(join(at, below, name)).isDirectory() ? filesIn(at, `${below}${name}/`) : name.endsWith('.yaml') ? [`${below}${name}`] : []))
const texts = (at: string): Map<string, string> => new Map(filesIn(at).map((name) => [name, readFileSync(join(at, name), 'utf8')]))
const comments = (text: string): string[] => text.match(/(?<=^|\s)# .*$/gm) ?? []

async function held(make: (folder: string) => void, seed: number, most: number) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
  make(folder)
  const before = texts(folder)
  const writer = new PlanWriter(createApp({ cwd: folder, env: {}, clock: virtualClock(Date.UTC(2026, 10, 1)) }), '.', 'development')
  const somebody = new Somebody(seed)
  const course = await new Interview(writer, somebody, await writer.read(), { isAsked: () => true, most }).hold()
  return { before, after: texts(folder), course, somebody, now: await writer.read() }
}

const template = (name: string) => (folder: string): void => cpSync(join(root, 'src/cli/templates', name), folder, { recursive: true })
const courses: readonly (readonly [string, (folder: string) => void, seed: number, most: number])[] = [
  ['a newcomer\'s plan', (folder) => writeFileSync(join(folder, 'plan.yaml'), NEWCOMER), 1, 20],
  ['the same, in another mood', (folder) => writeFileSync(join(folder, 'plan.yaml'), NEWCOMER), 2, 20],
  ['the template new-shop', template('new-shop'), 3, 15],
  ['the template customer-360', template('customer-360'), 4, 15],
  ['a whole project', (folder) => cpSync(join(root, 'examples/online-shop'), folder, { recursive: true }), 5, 5],
]

describe('whoever answers what is asked', () => {
  it.each(courses)('about %s never makes a wrong plan of it, keeps its comments, and comes to an end', async (_, make, seed, most) => {
    const { before, after, course, now, somebody } = await held(make, seed, most)
    expect(['done', 'limit']).toContain(course.ended)
    expect(now.plan.mistakes.filter((mistake) => mistake.severity === 'error').map((mistake) => `${mistake.place.file}:${mistake.place.line} ${mistake.says}`)).toEqual([])
    for (const [name, text] of before) {
      const kept = comments(after.get(name)!)
      let at = -1
      for (const comment of comments(text)) {
        at = kept.findIndex((one, i) => i > at && one.startsWith(comment))
        expect(at, `${name}: ${comment}`).toBeGreaterThanOrEqual(0)
      }
    }
    expect(course.written.length + course.skipped).toBeGreaterThan(0)
    expect(somebody.said).toHaveLength(course.written.length)
    expect(now.readiness.share).toBe(course.end.readiness.share)
  })
})

/** Somebody who gives these answers, in this order, and then stops. */
class Prepared implements Prompts {
  readonly said: string[] = []
  readonly offered: (readonly string[])[] = []
  readonly #answers: (string | readonly string[])[]
  constructor(...answers: readonly (string | readonly string[])[]) {
    this.#answers = [...answers]
  }
  say(): void {}
  done(line: string): void {
    this.said.push(line)
  }
  warn(line: string): void {
    this.said.push(line)
  }
  #next(): Promise<string | typeof LEFT> {
    const next = this.#answers.shift()
    return Promise.resolve(typeof next === 'string' ? next : LEFT)
  }
  one(_: string, options: readonly Option[]): Promise<string | typeof LEFT> {
    this.offered.push(options.map(({ value }) => value))
    return this.#next()
  }
  text(): Promise<string | typeof LEFT> {
    return this.#next()
  }
  some(_: string, options: readonly Option[]): Promise<readonly string[] | typeof LEFT> {
    this.offered.push(options.map(({ value }) => value))
    const next = this.#answers.shift()
    return Promise.resolve(Array.isArray(next) ? (next as readonly string[]) : LEFT)
  }
}

describe('questions about one element that are answered at another', () => {
  const PLAN = `plimsoll: 1
name: A
people: { anna: { name: Anna Nowak } }
objectives:
  one_stock: Nobody buys what is not there
systems:
  shop: { category: shop, holds: [order] }
  erp: { category: erp, holds: [order] }
entities:
  order: { identifiers: [number], fields: { number: text } }
  invoice: { identifiers: [number], fields: { number: text } }
flows:
  orders: { entity: order, from: shop, to: erp, criticality: critical, serves: [] }   # the heart
processes:
  sale:
    follows: invoice
    steps:
      ordered: { does: Orders, by_hand: true }
      booked: { does: Books it, reached: has(invoice.number) }
`
  async function asked(id: string, ...answers: readonly (string | readonly string[])[]): Promise<{ readonly text: string; readonly prepared: Prepared; readonly open: boolean }> {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
    writeFileSync(join(folder, 'plan.yaml'), PLAN)
    const writer = new PlanWriter(createApp({ cwd: folder, env: {}, clock: virtualClock(Date.UTC(2026, 10, 1)) }), '.', 'development')
    const prepared = new Prepared(...answers)
    const start = await writer.read()
    const isAsked = (one: (typeof start.readiness.open)[number]): boolean => one.question.id === id
    expect([...start.readiness.open, ...start.readiness.later].some(isAsked), id).toBe(true)
    const course = await new Interview(writer, prepared, start, { isAsked, most: 1 }).hold()
    return { text: readFileSync(join(folder, 'plan.yaml'), 'utf8'), prepared, open: [...course.end.readiness.open, ...course.end.readiness.later].some(isAsked) }
  }

  it('an objective is served by flows and processes', async () => {
    const { text, open, prepared } = await asked('objective-served', ['flows.orders', 'processes.sale'])
    expect(text).toContain('serves: one_stock }   # the heart\n')
    expect(text).toContain('    serves: one_stock\n')
    expect(prepared.offered[0]).toEqual(['flows.orders', 'processes.sale'])
    expect(open).toBe(false)
  })

  it('a flow is needed in a step that is there, or in a new one', async () => {
    const there = await asked('flow-process', 'sale.booked')
    expect(there.text).toContain('booked: { does: Books it, reached: has(invoice.number), flow: orders }')
    expect(there.open).toBe(false)
    const fresh = await asked('flow-process', 'sale.', 'Takes it over')
    expect(fresh.text).toContain('      orders: { does: Takes it over, flow: orders }\n')
    expect(fresh.open).toBe(false)
  })

  it('how a flow is accepted is asked in three sentences; there is no place at which it could be waived', async () => {
    const { text, open } = await asked('flow-acceptance', 'A basket', 'It is paid', 'The order stands in the ERP')
    expect(text).toMatch(/tests:\n  acceptance:\n    orders: \{ given: A basket, when: It is paid, then: The order stands in the ERP \}\n/)
    expect(open).toBe(false)
    const { prepared } = await asked('flow-acceptance', '')
    expect(prepared.offered[0]).not.toContain('waive')
  })
})

it('while somebody is in the middle of an edit nothing is written, and the question is asked again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
  const file = join(folder, 'plan.yaml')
  writeFileSync(file, NEWCOMER)
  const writer = new PlanWriter(createApp({ cwd: folder, env: {}, clock: virtualClock(Date.UTC(2026, 10, 1)) }), '.', 'development')
  const broken = NEWCOMER.replace('systems:', 'systems: [')
  class Editing extends Prepared {
    override text(): Promise<string | typeof LEFT> {
      writeFileSync(file, this.said.length === 0 ? broken : NEWCOMER)
      return super.text()
    }
  }
  const prepared = new Editing('make', 'Orders are typed by hand', 'make', 'Orders are typed by hand', 'no')
  const course = await new Interview(writer, prepared, await writer.read(), { isAsked: ({ question }) => question.id === 'problems', most: 1 }).hold()
  expect(prepared.said[0]).toContain('Nothing was written.')
  expect(course.written).toHaveLength(1)
  expect(readFileSync(file, 'utf8')).toBe(NEWCOMER.replace('\nsystems:', '\nproblems:\n  orders_typed_by_hand: { statement: Orders are typed by hand }\n\nsystems:'))
})
