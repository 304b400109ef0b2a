/** What one can do with a question but answer it: skip it, go back, say that it needs no answer, leave it to somebody else. */
import type { OpenQuestion } from '../../plan/questions/open-question.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import type { MapNode } from '../../plan/tree.ts'
import { schemaAt } from '../../plan/write/content.ts'
import type { Change } from '../../plan/write/write-into.ts'
import { type Choice, formFor, type Section } from './form.ts'
import { makeElement, NOUNS, placeholder, problem } from './new-element.ts'
import { LEFT, type Option, type Prompts } from './terminal.ts'
import { typed } from './typed.ts'

export const WAYS: readonly Option[] = [
  { value: 'skip', label: 'Skip it for now' },
  { value: 'back', label: 'Back to the question before' },
  { value: 'waive', label: 'It needs no answer …', hint: 'says who decided that, and why' },
  { value: 'assign', label: 'Somebody else answers it …', hint: 'says who, and until when' },
  { value: 'stop', label: 'Stop here', hint: 'what was answered is written' },
]

/** A question about one element whose answer stands at others has no place of its own at which it could be waived or left to somebody. */
export const waysFor = ({ question }: OpenQuestion): readonly Option[] => (question.of === undefined ? WAYS : WAYS.filter(({ value }) => value !== 'waive' && value !== 'assign'))

/** What goes into the plan; undefined: it shall be asked again. */
export async function waive(prompts: Prompts, question: OpenQuestion, tree: MapNode): Promise<readonly Change[] | undefined> {
  const why = await prompts.text('Why does it need no answer?', 'The shop closes before the launch', placeholder)
  if (why === LEFT || why === '') return undefined
  const who = await party(prompts, 'Who decided that?', tree)
  return who && [...who.changes, entryOf(question, new Map([['waived', why], ['who', who.name]]))]
}

export async function assign(prompts: Prompts, question: OpenQuestion, tree: MapNode): Promise<readonly Change[] | undefined> {
  const who = await party(prompts, 'Who answers it?', tree)
  if (!who) return undefined
  const due = await prompts.text('Until when? (Enter leaves it open)', '2027-03-01', (text) => placeholder(text) ?? problem(typed(schemaAt(PLAN, ['questions', 'x', 'due']), text, 'due')))
  if (due === LEFT) return undefined
  const assume = await prompts.text('What is taken until then? (Enter leaves it open)', question.assumed ?? '', placeholder)
  if (assume === LEFT) return undefined
  return [...who.changes, entryOf(question, new Map([['ask', who.name], ...(due === '' ? [] : [['due', due] as const]), ...(assume === '' ? [] : [['assume', assume] as const])]))]
}

async function party(prompts: Prompts, message: string, tree: MapNode): Promise<{ readonly name: string; readonly changes: readonly Change[] } | undefined> {
  const form = formFor(['questions', 'x', 'who'], tree)
  if (form.is !== 'one') return undefined
  const picked = await prompts.one(message, [...form.of.map(option), ...form.add.map(adding)])
  if (picked === LEFT) return undefined
  return picked.startsWith('+') ? makeElement(prompts, picked.slice(1), tree) : { name: picked, changes: [] }
}

export const option = ({ value, hint }: Choice): Option => ({ value, label: value, ...(hint === undefined || hint === value ? {} : { hint }) })
export const adding = (section: Section): Option => ({ value: `+${section}`, label: `A new ${NOUNS[section]} …` })
const entryOf = (question: OpenQuestion, value: ReadonlyMap<string, string>): Change => ({ path: question.question.id === 'own' ? [...question.place] : ['questions', question.place.join('.')], value })
