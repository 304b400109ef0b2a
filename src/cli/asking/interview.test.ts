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

const plans: readonly (readonly [string, (folder: string) => void])[] = [
  ['a newcomer\'s plan', (folder) => writeFileSync(join(folder, 'plan.yaml'), NEWCOMER)],
  ...['new-shop', 'customer-360', 'credit-application'].map((name) => [`the template ${name}`, (folder: string) => cpSync(join(root, 'src/cli/templates', name), folder, { recursive: true })] as const),
  ['a whole project', (folder) => cpSync(join(root, 'examples/online-shop'), folder, { recursive: true })],
]

describe.each(plans)('whoever answers what is asked about %s', (name, make) => {
  it.each([1, 2])('never makes a wrong plan of it, keeps its comments, and comes to an end (course %i)', async (seed) => {
    const { before, after, course, now, somebody } = await held(make, seed, name === 'a whole project' ? 8 : 15)
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
