/** The texts of a question with the labels of what it is asked about. */
import { labelOf } from '../names.ts'
import type { Name } from '../values.ts'
import type { Facts } from './facts.ts'
import type { Question } from './question.ts'
import { sectionOf } from './subjects.ts'

export interface Words { readonly facts: Facts; readonly question: Question; readonly of: readonly Name[] }

const it = ({ facts, question, of }: Words): string => facts.label(sectionOf(question), of[0]!)

function part({ facts, question, of }: Words): string {
  const [section, , inside] = question.place.split('.') as [string, string, string]
  const [name, inner] = of as [Name, Name]
  return facts.text(section, name, inside, inner, 'name') ?? labelOf(inner)
}

export function filled(words: Words, text: string): string {
  if (words.of.length === 0 || !text.includes('{')) return text
  return text.replaceAll(/\{(it|part)\}/g, (_, what: string) => (what === 'it' ? it(words) : part(words)))
}

/** What it is asked about; undefined: the whole plan. */
export function subjectOf(words: Words): string | undefined {
  if (words.of.length === 0) return undefined
  return words.of.length === 1 ? it(words) : `${it(words)}: ${part(words)}`
}
