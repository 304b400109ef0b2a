import { expect, test } from 'vitest'
import { exampleBlueprint } from '../../../../test/support/example-blueprint.ts'
import { CATALOGUE } from '../../../plan/questions/catalogue.ts'
import { openQuestions } from '../../../plan/questions/open-questions.ts'
import { type Document, everyInline } from '../document.ts'
import { documentsOf } from '../documents.ts'
import { materialOf } from '../material.ts'
import { en } from './en.ts'
import { plQuestions } from './pl-questions.ts'
import { type Labels, LABELS, PLACE, type Text } from './labels.ts'

const forms = (text: Text): readonly string[] => (typeof text === 'string' ? [text] : Object.values(text) as string[])
const places = (text: string): string[] => [...text.matchAll(PLACE)].map((match) => match[1]!).toSorted()

test('each language has the same labels with the same places, and says something in each', () => {
  const keys = Object.keys(en)
  expect(keys.length).toBeGreaterThan(600)
  for (const [language, labels] of Object.entries(LABELS)) {
    expect(Object.keys(labels).toSorted(), language).toEqual(keys.toSorted())
    for (const [key, text] of Object.entries(labels)) {
      expect(forms(text).every((form) => form.trim() !== ''), `${language} ${key}`).toBe(true)
      // One form may leave the number out.
      expect(places(forms(text).at(-1)!), `${language} ${key}`).toEqual(places(forms(en[key as keyof typeof en]).at(-1)!))
      const steps = forms(text)[0]!.split('|').length
      expect(steps, `${language} ${key}`).toBe(forms(en[key as keyof typeof en])[0]!.split('|').length)
    }
  }
})

test('Polish has a form for each kind of number where English has two', () => {
  const counted = Object.entries(LABELS.pl).filter(([key]) => typeof en[key as keyof typeof en] === 'object')
  expect(counted.length).toBeGreaterThan(20)
  for (const [key, text] of counted) expect(Object.keys(text), key).toEqual(['one', 'few', 'many', 'other'])
})

test('every question of the catalogue is asked in Polish, about the same things', () => {
  const named = (text: string | undefined): string[] => [...new Set([...(text ?? '').matchAll(PLACE)].map((match) => match[1]!))].toSorted()
  expect(Object.keys(plQuestions).toSorted()).toEqual(CATALOGUE.map(({ id }) => id).toSorted())
  for (const question of CATALOGUE) {
    const said = plQuestions[question.id]!
    expect(named(said.ask), question.id).toEqual(named(question.ask))
    expect(named(said.why).every((name) => named(question.why + question.ask).includes(name)), question.id).toBe(true)
    expect(said.assumed === undefined, question.id).toBe(question.assumed === undefined)
  }
})

test('every label is used', async () => {
  const { readdirSync, readFileSync } = await import('node:fs')
  const folder = new URL('../', import.meta.url).pathname
  const code = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts') && !file.startsWith('labels/') && !file.endsWith('.test.ts')).map((file) => readFileSync(`${folder}${file}`, 'utf8')).join('\n')
  // Words of the plan language are asked for by the word that stands in the plan.
  const groups = new Set([...code.matchAll(/word\('(\w+)'/g)].map((match) => match[1]!).concat([...code.matchAll(/`(\w+)\.\$\{/g)].map((match) => match[1]!), ['unit', 'runbook', 'site', 'measure']))
  expect(Object.keys(en).filter((key) => !code.includes(`'${key}'`) && !groups.has(key.split('.')[0]!))).toEqual([])
})

const blueprint = exampleBlueprint()
const told = (labels: Labels): readonly Document[] => {
  const material = materialOf(blueprint, openQuestions(blueprint.plan, ''), new Map(), 'en')
  return documentsOf({ ...material, labels, questions: [] }, 'all')
}

/** Every label becomes signs that no plan has: what else has letters comes from the plan, or is written into the code. */
test('nothing that a document says is written into its builder', () => {
  const marked = (text: string): string => text.replaceAll(/\{\w+\}|[^{}]+/g, (part) => (part.startsWith('{') ? part : '·'))
  const labels = Object.fromEntries(Object.entries(en).map(([key, text]) => [key, typeof text === 'string' ? marked(text) : { one: marked(text.one), other: marked(text.other) }])) as unknown as Labels
  const known = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string') for (const word of value.match(/[\p{L}\p{N}_]+/gu) ?? []) known.add(word).add(word.replaceAll('_', ' '))
    else if (value instanceof Map) for (const [key, item] of value) { collect(key); collect(item) }
    else if (value instanceof Set || Array.isArray(value)) for (const item of value) collect(item)
    else if (typeof value === 'number') known.add(String(value))
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item)
  }
  collect(blueprint)
  const words = new Set([...known].flatMap((word) => word.split(' ')))
  const foreign = new Set<string>()
  let seen = 0
  for (const document of told(labels)) {
    for (const inline of [[{ text: document.title }], ...everyInline(document)]) {
      for (const word of inline.map((run) => run.text).join(' ').match(/\p{L}{2,}/gu) ?? []) {
        seen += 1
        if (!words.has(word) && ![...words].some((one) => one.includes(word))) foreign.add(word)
      }
    }
  }
  expect(seen).toBeGreaterThan(3000)
  expect([...foreign]).toEqual([])
})
