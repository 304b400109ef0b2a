/** Of whom a question is asked: every element of the plan that fits the pattern of its place. */
import { at, entriesAt } from '../normal/reading.ts'
import { entry, type Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { CATALOGUE } from './catalogue.ts'
import type { Facts } from './facts.ts'
import type { Question } from './question.ts'

export interface Subject {
  /** The names that stand for `*`. */
  readonly of: readonly Name[]
  /** The element itself. */
  readonly node: Node | undefined
}

/** A question's place, taken apart once. */
export interface Pattern {
  /** Where the elements that are asked about are listed: `systems`, `tests.acceptance`. */
  readonly section: string
  readonly steps: readonly string[]
  /** `processes.*.steps.*`, as steps; empty: the whole plan is asked. */
  readonly elements: readonly string[]
  /** Steps from the element to its answer; undefined: the answer stands elsewhere. */
  readonly inside: readonly string[] | undefined
}

/** Where the elements that a question is about are listed. */
export function sectionOf({ of, place }: Question): string {
  const steps = (of ?? place).split('.')
  return steps.includes('*') ? steps.slice(0, steps.indexOf('*')).join('.') : steps[0]!
}

const patterns: ReadonlyMap<Question, Pattern> = new Map(CATALOGUE.map((question) => {
  const steps = question.place.split('.')
  const of = (question.of ?? question.place).split('.')
  const length = of.lastIndexOf('*') + 1
  return [question, { section: sectionOf(question), steps, elements: of.slice(0, length), inside: question.of === undefined && length > 0 ? steps.slice(length) : undefined }]
}))
export const patternOf = (question: Question): Pattern => patterns.get(question)!

/** The place with its names. */
export function placeOf(question: Question, of: readonly Name[]): readonly string[] {
  let i = 0
  return question.place.split('.').map((step) => (step === '*' && i < of.length ? of[i++]! : step))
}

const PLAN: readonly Subject[] = [{ of: [], node: undefined }]

export class Subjects {
  readonly #facts: Facts
  readonly #found = new Map<string, readonly Subject[]>()

  constructor(facts: Facts) {
    this.#facts = facts
  }

  of(question: Question): readonly Subject[] {
    const { elements } = patternOf(question)
    if (elements.length === 0) return PLAN
    const key = elements.join('.')
    let found = this.#found.get(key)
    if (!found) this.#found.set(key, (found = this.#elements(elements)))
    return found
  }

  /** What stands at the question's place for this subject. */
  value(question: Question, subject: Subject): Node | undefined {
    const { inside, steps } = patternOf(question)
    if (inside === undefined) return this.#facts.at(...steps)
    // In thousands of subjects; a loop is quicker than spreading the steps.
    let node = subject.node
    for (const step of inside) {
      if (node?.is !== 'map') return undefined
      node = entry(node, step)?.value
    }
    return node
  }

  #elements(pattern: readonly string[]): readonly Subject[] {
    const facts = this.#facts
    const above = pattern.slice(0, pattern.indexOf('*'))
    let found: readonly Subject[] = facts.names(...above).filter((name) => above[0] !== 'flows' || facts.isFlowInScope(name)).map((name) => ({ of: [name], node: facts.at(...above, name) }))
    for (let i = above.length + 1; i < pattern.length; i += 1) {
      const step = pattern[i]!
      found = step === '*'
        ? found.flatMap(({ of, node }) => entriesAt(node).map(({ key, value }) => ({ of: [...of, key], node: value })))
        : found.map(({ of, node }) => ({ of, node: at(node, step) }))
    }
    return found
  }
}
