/** New elements of the plan, made while something else is answered: a person, a team, a system, an object, a flow. */
import { labelOf, toName } from '../../plan/names.ts'
import type { Kept } from '../../plan/model.ts'
import { isPlaceholder } from '../../plan/questions/placeholders.ts'
import { entriesAt, textAt } from '../../plan/normal/reading.ts'
import { keyOf, resolve } from '../../plan/schema/kinds.ts'
import type { MapNode } from '../../plan/tree.ts'
import { schemaAt } from '../../plan/write/content.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import type { Change } from '../../plan/write/write-into.ts'
import { FIRST_KEYS, formOf, SAID_AS, type Section } from './form.ts'
import { LEFT, type Prompts } from './terminal.ts'
import { typed } from './typed.ts'

export const NOUNS: Readonly<Record<string, string>> = {
  people: 'person', teams: 'team', systems: 'system', entities: 'business object', flows: 'flow', objectives: 'objective', problems: 'problem', milestones: 'milestone', calendars: 'calendar',
  scenarios: 'scenario', existing: 'existing integration', processes: 'process', decisions: 'decision',
}
const ASKS: Readonly<Record<string, readonly [message: string, example: string]>> = {
  people: ['Full name', 'Anna Nowak'], teams: ['Name of the team', 'Marketing'], systems: ['Name of the system', 'Online shop'], entities: ['What is it called?', 'Order'], flows: ['What shall the flow be called?', 'Orders'],
  objectives: ['What shall be true afterwards, in one sentence?', 'Every channel knows the same customer'], problems: ['What is bad today, in one sentence?', 'Orders are typed by hand'],
  milestones: ['What happens then?', 'Go live'], calendars: ['Name of the calendar', 'Office hours'], scenarios: ['What goes wrong?', 'ERP does not answer'], existing: ['What is it called?', 'Nightly export of orders'],
  processes: ['Name of the process', 'Order to delivery'], decisions: ['What was decided, in one sentence?', 'The CRM is the home of the customer'],
}
const KEY_ASKS: Readonly<Record<string, string>> = {
  email: 'E-mail address', kind: 'What kind of team is it?', category: 'What kind of application is it?', fields: 'Its fields, each with its type behind a colon if it is no text', entity: 'What is exchanged?', from: 'Who sends?',
  to: 'Who receives?', date: 'On which day?', how: 'How does it work?', follows: 'Which object goes through it?', days: 'On which days?', hours: 'At which hours?', who: 'Who decided?', because: 'Why?',
}
/** Words that are not worth a place in a key. */
const SMALL = new Set(['the', 'a', 'an', 'of', 'and', 'or', 'is', 'are', 'be', 'to', 'in', 'on', 'every', 'shall', 'must'])

export interface Made { readonly name: string; readonly changes: readonly Change[] }

/** `named`: the key that somebody wrote already. `undefined`: nothing shall be made after all. */
export async function makeElement(prompts: Prompts, section: string, tree: MapNode, named?: string): Promise<Made | undefined> {
  const [message, example] = ASKS[section] ?? ['What is it called?', '']
  const says = SAID_AS[section]
  const label = named !== undefined && says === undefined ? labelOf(named) : await prompts.text(message, example, placeholder)
  if (label === LEFT || label === '') return undefined
  const name = named ?? keyFor(label, section, tree)
  const value = new Map<string, Kept>()
  const changes: Change[] = []
  const element = resolve(schemaAt(PLAN, [section, name]))
  if (says !== undefined) value.set(says, label)
  else if (element.is === 'shape' && keyOf(element, 'name') && label !== labelOf(name)) value.set('name', label)
  for (const key of FIRST_KEYS[section] ?? []) {
    const known = element.is === 'shape' ? keyOf(element, key) : undefined
    if (!known) continue
    const path = [section, name, key]
    const needed = known.need === 'required' || (section === 'flows' && key === 'from')
    const answer = await valueFor(prompts, path, KEY_ASKS[key] ?? labelOf(key), known.example ?? '', tree, needed)
    if (answer === undefined && needed) return undefined
    if (answer === undefined) continue
    value.set(key, answer.value)
    changes.push(...answer.changes)
  }
  return { name, changes: [...changes, { path: [section, name], value }] }
}

interface Value { readonly value: Kept; readonly changes: readonly Change[] }

async function valueFor(prompts: Prompts, path: readonly string[], message: string, example: string, tree: MapNode, needed: boolean): Promise<Value | undefined> {
  const schema = schemaAt(PLAN, path)
  const form = formOf(schema, path, tree)
  const skip = { value: '', label: needed ? 'Not now' : 'Leave it open' }
  if (form.is === 'one') {
    const picked = await prompts.one(message, [...form.of.map(({ value, hint }) => ({ value, label: value, ...(hint === undefined || hint === value ? {} : { hint }) })), ...form.add.map((section) => ({ value: `+${section}`, label: `A new ${NOUNS[section]} …` })), skip])
    if (picked === LEFT || picked === '') return undefined
    if (!picked.startsWith('+')) return { value: picked, changes: [] }
    const made = await makeElement(prompts, picked.slice(1) as Section, tree)
    return made && { value: made.name, changes: made.changes }
  }
  if (form.is === 'some' && form.of.length > 0) {
    const picked = await prompts.some(`${message} (space chooses, Enter goes on)`, form.of.map(({ value, hint }) => ({ value, label: value, ...(hint === undefined || hint === value ? {} : { hint }) })))
    return picked === LEFT || picked.length === 0 ? undefined : { value: picked.length === 1 ? picked[0]! : picked, changes: [] }
  }
  const given = await prompts.text(`${message}${needed ? '' : ' (Enter leaves it open)'}`, example, (text) => placeholder(text) ?? problem(typed(schema, text, path.at(-1)!)))
  if (given === LEFT || given === '') return undefined
  const read = typed(schema, given, path.at(-1)!)
  return 'value' in read ? { value: read.value, changes: [] } : undefined
}

/** What says that nobody knows is no answer. */
export const placeholder = (text: string): string | undefined => (isPlaceholder(text) ? 'This does not answer the question. Leave the line empty to skip it, or to say who answers it.' : undefined)
export const problem = (read: ReturnType<typeof typed>): string | undefined => ('value' in read ? undefined : `${read.says}${read.mend === undefined ? '' : ` ${read.mend}`}`)

/** A key that nobody bears yet: of a person the first name, of a sentence its first words that say something. */
function keyFor(label: string, section: string, tree: MapNode): string {
  const taken = new Set((['people', 'teams', 'systems'].includes(section) ? ['people', 'teams', 'systems'] : [section]).flatMap((one) => entriesAt(tree, one).map((e) => e.key)))
  const words = label.split(/\s+/)
  const telling = words.filter((word) => !SMALL.has(word.toLowerCase()))
  const wanted = section === 'people' ? [words[0]!, label] : SAID_AS[section] === undefined ? [label] : [(telling.length > 0 ? telling : words).slice(0, 4).join(' ')]
  for (const text of wanted) {
    const name = toName(text)
    if (name !== undefined && !taken.has(name)) return name
  }
  const base = toName(label)?.slice(0, 50) ?? NOUNS[section]!.replaceAll(' ', '_')
  for (let n = 2; ; n += 1) if (!taken.has(`${base}_${n}`)) return `${base}_${n}`
}

/** Where an unknown name may be made, by the id of the mistake. */
export const MAKES: Readonly<Record<string, readonly Section[]>> = {
  'unknown-person': ['people'], 'unknown-team': ['teams'], 'unknown-party': ['people', 'teams'], 'unknown-system': ['systems'], 'unknown-entity': ['entities'], 'unknown-flow': ['flows'],
  'unknown-calendar': ['calendars'], 'unknown-milestone': ['milestones'], 'unknown-objective': ['objectives', 'problems'],
}

export const isThere = (tree: MapNode, section: string, name: string): boolean => entriesAt(tree, section).some((e) => e.key === name) || textAt(tree, section, name) !== undefined
