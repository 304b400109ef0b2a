import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../app.ts'
import { virtualClock } from '../../base/clock.ts'
import { readAnswers, writeAnswers } from './answers-file.ts'
import { PlanWriter } from './writing.ts'

const NEWCOMER = `# What we want.
plimsoll: 1
name: New shop   # working title

systems:
  # Where customers buy.
  shop: { category: shop }
  erp:        # the old one
    category: erp

objectives:
  one_stock: Nobody buys what is not there
`
function project(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-ask-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const writer = new PlanWriter(createApp({ cwd: folder, env: {}, clock: virtualClock(Date.UTC(2026, 10, 1)) }), '.', 'development')
  return {
    folder, writer, text: (name = 'plan.yaml') => readFileSync(join(folder, name), 'utf8'), put: (text: string, name = 'plan.yaml') => writeFileSync(join(folder, name), text),
    async answer(text: string) {
      const now = await writer.read()
      const { given, refused } = readAnswers(text, 'answers.yaml', now.plan.loaded.tree!)
      const outcome = await writeAnswers(writer, given)
      return { ...outcome, before: now.readiness.share, places: outcome.written.map((one) => one.given.place), refused: [...refused, ...outcome.refused] }
    },
  }
}
/** Lines of the first that are missing in the second, in order. */
const lost = (before: string, after: string): string[] => before.split('\n').filter((line) => !after.split('\n').includes(line))

describe('answers from a file', () => {
  it('ten answers on a newcomer\'s plan raise readiness and leave its comments as they are', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const { places, refused, before, now } = await at.answer(`
people: { anna: { name: Anna Nowak, email: anna@shop.example } }
teams: { it: { kind: technology, lead: anna } }
deciders.purpose: anna
systems.shop.accountable: anna
systems.erp.accountable: it
systems.erp.operates: it
systems.erp.interface.form: files
objectives.one_stock.target: 0.1%
entities: { order: { fields: { number: text, total: money }, identifiers: [number] } }
flows: { orders: { entity: order, from: shop, to: erp } }
`)
    expect(refused).toEqual([])
    expect(places).toHaveLength(10)
    expect(now.readiness.share).toBeGreaterThan(before + 0.05)
    expect(lost(NEWCOMER, at.text())).toEqual(['  shop: { category: shop }', '  one_stock: Nobody buys what is not there'])
    expect(at.text().match(/#.*/g)).toEqual(NEWCOMER.match(/#.*/g))
    expect(now.plan.mistakes.filter((mistake) => mistake.severity === 'error')).toEqual([])
  })

  it('one answer changes one line', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    await at.answer('systems.erp.category: finance')
    expect(at.text()).toBe(NEWCOMER.replace('category: erp', 'category: finance'))
    await at.answer('systems.erp.interface.documentation: none')
    expect(at.text()).toBe(NEWCOMER.replace('category: erp\n', 'category: finance\n    interface: { documentation: none }\n'))
  })

  it('an answer may name what a later answer makes', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const { refused } = await at.answer('systems.shop.accountable: it\nsystems.shp.category: shop\nteams.it: { kind: technology, lead: anna }\npeople.anna.name: Anna Nowak\n')
    expect(refused.map(({ place }) => place)).toEqual(['systems.shp.category'])
    expect(at.text()).toContain('accountable: it')
  })

  it.each([
    ['systems.shp.accountable: anna', 'systems.shp.accountable', 1, 1, 'There is no shp in `systems`', 'systems.shop.accountable'],
    ['a: b', 'a', 1, 1, 'a is no place of a plan', ''],
    ['systems.shop.intrface: api', 'systems.shop.intrface', 1, 1, 'systems.shop has no `intrface`', 'systems.shop.interface'],
    ['currency: EUR\nsystems.shop.category: shp', 'systems.shop.category', 2, 24, '`category` is one of', 'shop'],
    ['systems.shop.accountable:', 'systems.shop.accountable', 1, 26, 'no answer', ''],
    ['objectives.one_stock.measure: "???"', 'objectives.one_stock.measure', 1, 31, 'does not answer', 'waived'],
    ['systems.shop.interface: { waived: no need, who: nobody }', 'systems.shop.interface', 1, 1, '`nobody` is no person or team', ''],
    ['existing: { waived: nothing is there }', 'existing', 1, 11, 'who decided', 'who: name'],
    ['existing: { waived: "?", who: anna }', 'existing', 1, 11, 'says why', 'waived: why'],
    ['plimsoll: 2', 'plimsoll', 1, 1, 'no answer to a question', ''],
    ['systems: gone', 'systems', 1, 10, '', ''],
  ])('%j is refused with its place, and nothing of it is written', async (answers, place, line, column, says, mend) => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const { refused } = await at.answer(answers)
    expect(refused).toHaveLength(1)
    expect(refused[0]).toMatchObject({ place, at: { file: 'answers.yaml', line, column }, says: expect.stringContaining(says) })
    expect(refused[0]!.mend ?? '').toContain(mend)
    expect(at.text()).toBe(answers.startsWith('currency') ? NEWCOMER.replace('working title\n', 'working title\ncurrency: EUR\n') : NEWCOMER)
  })

  it('a waiver and an assignment stand under `questions`, and the waived question is asked no more', async () => {
    const at = project({ 'plan.yaml': `${NEWCOMER}people: { anna: { name: Anna } }\n` })
    const { now, refused } = await at.answer('existing: { waived: "Nothing exists: all is new", who: anna }\nsystems.erp.interface.form: { ask: anna, due: 2027-01-01, assume: files }\n')
    expect(refused).toEqual([])
    expect(at.text()).toContain('questions:\n  existing: { waived: "Nothing exists: all is new", who: anna }\n  systems.erp.interface.form: { ask: anna, due: 2027-01-01, assume: files }\n')
    expect(now.readiness.waived.map(({ place }) => place.join('.'))).toContain('existing')
    expect(now.readiness.open.find((one) => one.place.join('.') === 'systems.erp.interface.form')?.assigned).toMatchObject({ ask: 'anna' })
  })

  it('a place below what may stand alone is a place too', async () => {
    const at = project({ 'plan.yaml': 'plimsoll: 1\nname: A\nentities: { order: { fields: { number: text } } }\nsystems:\n  shop: { holds: [order] }   # all of it\n' })
    const { refused } = await at.answer('systems.shop.holds.order.resource: orders.csv\nsystems.shop.holds.order.ressource: x\n')
    expect(refused.map(({ place, mend }) => [place, mend])).toEqual([['systems.shop.holds.order.ressource', 'Did you mean `systems.shop.holds.order.resource`?']])
    expect(at.text()).toContain('  shop: { holds: { order: orders.csv } }   # all of it\n')
  })

  it('goes into the file in which the place stands', async () => {
    const at = project({ 'plan.yaml': 'plimsoll: 1\nname: A\ninclude: [what/*.yaml]\n', 'what/systems.yaml': '# all of them\r\nsystems:\r\n    shop: { category: shop }\r\n' })
    const { written } = await at.answer('systems.pim: { category: pim }\nsystems.shop.interface.form: api\n')
    expect(written.map((one) => [one.file, one.line])).toEqual([['what/systems.yaml', 4], ['what/systems.yaml', 3]])
    expect(at.text('what/systems.yaml')).toBe('# all of them\r\nsystems:\r\n    shop: { category: shop, interface: api }\r\n    pim: { category: pim }\r\n')
  })

  it('what somebody typed is written exactly, whatever it is', async () => {
    const hostile = ['a: b # c', '!xy', '- y', "it's", 'yes', '007', 'שלום', '🚚 van', 'two\nlines', 'xy'.repeat(5_000), '=cmd|x', 'say "no', '<b>x</b>']
    const at = project({ 'plan.yaml': NEWCOMER })
    const { now } = await at.answer(hostile.map((text, i) => `problems.p${i}.statement: ${JSON.stringify(text)}`).join('\n'))
    expect([...(now.plan.loaded.draft!.written.get('problems') as ReadonlyMap<string, ReadonlyMap<string, string>>).values()].map((one) => one.get('statement'))).toEqual(hostile)
  })
})

describe('somebody else writes the plan meanwhile', () => {
  const change = { path: ['systems', 'erp', 'interface', 'form'], value: 'files' }
  it('an edit elsewhere stays', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const seen = await at.writer.read()
    const edited = `# by hand\n${NEWCOMER.replace('category: shop', 'category: website')}currency: EUR\n`
    at.put(edited)
    expect(await at.writer.write([change], seen)).toMatchObject({ is: 'written' })
    expect(at.text()).toBe(edited.replace('    category: erp\n', '    category: erp\n    interface: files\n'))
  })

  it('the same value is not written over', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const seen = await at.writer.read()
    const edited = NEWCOMER.replace('    category: erp\n', '    category: erp\n    interface: { form: api }\n')
    at.put(edited)
    const outcome = await at.writer.write([change], seen)
    expect(outcome).toMatchObject({ is: 'changed' })
    expect(at.text()).toBe(edited)
  })

  it('a plan that can\'t be read, or is written in TypeScript, is not asked about', async () => {
    const broken = project({ 'plan.yaml': 'plimsoll: 1\nname: A\ninclude: [b.yaml]\n', 'b.yaml': 'systems: [\n' })
    await expect(broken.writer.read()).rejects.toMatchObject({ code: 'app.plan_wrong' })
    const code = project({ 'plan.ts': 'export default { plimsoll: 1, name: "A" }\n' })
    await expect(code.writer.read()).rejects.toMatchObject({ code: 'cli.no_yaml' })
  })

  it('a plan that became unreadable meanwhile is not touched', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const seen = await at.writer.read()
    const broken = NEWCOMER.replace('systems:', 'systems: [')
    at.put(broken)
    await expect(at.writer.write([change], seen).then((outcome) => outcome.is)).rejects.toMatchObject({ code: 'app.plan_wrong' })
    expect(at.text()).toBe(broken)
  })

  it('of two interviews at once no answer is lost', async () => {
    const at = project({ 'plan.yaml': NEWCOMER })
    const answers = (who: string): string => Array.from({ length: 6 }, (_, i) => `problems.${who}_${i}: Something of ${who}`).join('\n')
    const each = async (who: string): Promise<void> => {
      for (const line of answers(who).split('\n')) expect((await at.answer(line)).refused).toEqual([])
    }
    await Promise.all([each('anna'), each('ola'), each('jan')])
    expect(at.text().match(/Something of/g)).toHaveLength(18)
  })
})
