/** Of whom a question is asked: every element of the plan that fits the pattern of its place. */
import { at, entriesAt } from '../normal/reading.ts'
import type { Flow } from '../model.ts'
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
  /** The flows that hang on it, and what they weigh. */
  readonly flows: readonly Flow[]
  readonly weight: number
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

/** Where the plan's own `questions` speak of it: at its place; what is answered elsewhere, at the element with the question's name. */
export function entryOf(question: Question, of: readonly Name[]): readonly string[] {
  return question.of === undefined || of.length === 0 ? placeOf(question, of) : [...sectionOf(question).split('.'), ...of, question.id]
}

export class Subjects {
  readonly #facts: Facts
  readonly #found = new Map<string, readonly Subject[]>()
  readonly #plan: readonly [Subject]

  constructor(facts: Facts) {
    this.#facts = facts
    this.#plan = [{ of: [], node: undefined, flows: facts.flows, weight: facts.weightOf(facts.flows) }]
  }

  /** The plan itself, as a subject. */
  get whole(): readonly [Subject] {
    return this.#plan
  }
  of(question: Question): readonly Subject[] {
    const { elements } = patternOf(question)
    if (elements.length === 0) return this.#plan
    const key = elements.join('.')
    let found = this.#found.get(key)
    if (!found) this.#found.set(key, (found = this.#elements(elements)))
    return found
  }

  /** What stands at the question's place. */
  valuesOf(question: Question): (subject: Subject) => Node | undefined {
    const { inside, steps } = patternOf(question)
    if (inside === undefined) {
      const value = this.#facts.at(...steps)
      return () => value
    }
    return ({ node }) => {
      // In thousands of subjects; a loop is quicker than spreading the steps.
      let found = node
      for (const step of inside) {
        if (found?.is !== 'map') return undefined
        found = entry(found, step)?.value
      }
      return found
    }
  }

  #elements(pattern: readonly string[]): readonly Subject[] {
    const facts = this.#facts
    const above = pattern.slice(0, pattern.indexOf('*'))
    const section = above.join('.')
    let found: readonly Pick<Subject, 'of' | 'node'>[] = facts.names(...above).filter((name) => section !== 'flows' || facts.isFlowInScope(name)).map((name) => ({ of: [name], node: facts.at(...above, name) }))
    for (let i = above.length + 1; i < pattern.length; i += 1) {
      const step = pattern[i]!
      found = step === '*'
        ? found.flatMap(({ of, node }) => entriesAt(node).map(({ key, value }) => ({ of: [...of, key], node: value })))
        : found.map(({ of, node }) => ({ of, node: at(node, step) }))
    }
    return found.map(({ of, node }) => {
      const flows = facts.flowsOf(section, of[0]!)
      return { of, node, flows, weight: facts.weightOf(flows) }
    })
  }
}
