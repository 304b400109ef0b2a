/** Questions about one element that are answered at others: what serves an objective, which process a flow belongs to, how it is accepted and loaded. */
import type { Kept } from '../../plan/model.ts'
import { labelOf } from '../../plan/names.ts'
import { entriesAt, textAt, textsAt } from '../../plan/normal/reading.ts'
import type { OpenQuestion } from '../../plan/questions/open-question.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import type { MapNode, Node } from '../../plan/tree.ts'
import { longForm, schemaAt } from '../../plan/write/content.ts'
import type { Change } from '../../plan/write/write-into.ts'
import { makeElement, placeholder, problem } from './new-element.ts'
import { LEFT, type Option, type Prompts } from './terminal.ts'
import { alone, typed } from './typed.ts'

/** Changes; `ways`: nothing was chosen; `left`: nothing is wanted any more; undefined: it shall be asked again. */
type Found = readonly Change[] | 'ways' | 'left' | undefined
type Ask = (prompts: Prompts, subject: string, tree: MapNode) => Promise<Found>

const label = (long: Node, section: string, name: string): string => textAt(long, section, name, 'name') ?? labelOf(name)

const served: Ask = async (prompts, subject, tree) => {
  const long = longForm(tree)
  const options = ['flows', 'processes'].flatMap((section) => entriesAt(long, section).map((e): Option => ({ value: `${section}.${e.key}`, label: `${section === 'flows' ? 'flow' : 'process'} ${e.key}`, hint: label(long, section, e.key) })))
  const picked = await prompts.some('Your answer: space chooses, Enter goes on (with nothing chosen: other ways)', options)
  if (picked === LEFT) return 'left'
  if (picked.length === 0) return 'ways'
  return picked.map((place) => {
    const path = [...place.split('.'), 'serves']
    return { path, value: alone([...textsAt(long, ...path).filter((one) => one !== subject), subject]) }
  })
}

const inProcess: Ask = async (prompts, subject, tree) => {
  const long = longForm(tree)
  const steps = entriesAt(long, 'processes').flatMap((process) => entriesAt(process.value, 'steps').filter((step) => textAt(step.value, 'flow') === undefined)
    .map((step): Option => ({ value: `${process.key}.${step.key}`, label: `${label(long, 'processes', process.key)}: ${step.key}`, hint: textAt(step.value, 'does') ?? 'a step' })))
  const processes = entriesAt(long, 'processes').map((process): Option => ({ value: `${process.key}.`, label: `${label(long, 'processes', process.key)}: a new step` }))
  const picked = await prompts.one('In which step is it needed?', [...steps, ...processes, { value: '+', label: 'A new process …' }, { value: 'ways', label: 'Other ways …' }])
  if (picked === LEFT) return 'left'
  if (picked === 'ways') return 'ways'
  if (picked !== '+' && !picked.endsWith('.')) return [{ path: ['processes', picked.split('.')[0]!, 'steps', picked.split('.')[1]!, 'flow'], value: subject }]
  const made = picked === '+' ? await makeElement(prompts, 'processes', tree) : { name: picked.slice(0, -1), changes: [] }
  if (!made) return undefined
  const does = await prompts.text('What is done in this step?', 'Books the order and reserves the goods', placeholder)
  if (does === LEFT || does === '') return undefined
  return [...made.changes, { path: ['processes', made.name, 'steps', subject], value: new Map([['does', does], ['flow', subject]]) }]
}

/** One text after the other; the first may be left empty for other ways. */
const inTexts = (section: string, rows: readonly (readonly [key: string, message: string, example: string])[], fixed: (subject: string) => readonly (readonly [string, Kept])[]): Ask => async (prompts, subject) => {
  const path = ['tests', section, subject]
  const value = new Map<string, Kept>(fixed(subject))
  for (const [i, [key, message, example]] of rows.entries()) {
    const schema = schemaAt(PLAN, [...path, key])
    const given = await prompts.text(i === 0 ? `${message} (Enter alone: other ways)` : message, example, (text) => placeholder(text) ?? problem(typed(schema, text, key)))
    if (given === LEFT) return i === 0 ? 'left' : undefined
    if (given === '') return i === 0 ? 'ways' : undefined
    const read = typed(schema, given, key)
    if ('value' in read) value.set(key, read.value)
  }
  return [{ path, value }]
}

const ELSEWHERE: ReadonlyMap<string, Ask> = new Map<string, Ask>([
  ['objective-served', served],
  ['problem-solved', served],
  ['flow-process', inProcess],
  ['flow-acceptance', inTexts('acceptance', [['given', 'What is there before?', 'A customer with an open order'], ['when', 'What happens?', 'The order is paid'], ['then', 'What must be so afterwards?', 'It stands in the other system within ten minutes']], () => [])],
  ['test-load', inTexts('load', [['rate', 'How much per hour or minute?', '2000/hour'], ['for', 'For how long?', '2 hours']], (flow) => [['flow', flow]])],
])

export const elsewhere = (question: OpenQuestion): Ask | undefined => ELSEWHERE.get(question.question.id)
