/** A question that this plan leaves open. Its texts are made when somebody reads them: a large plan has thousands. */
import type { Flow } from '../model.ts'
import type { Name } from '../values.ts'
import type { Facts } from './facts.ts'
import type { Question } from './question.ts'
import { inTheRoom, type Present } from './room.ts'
import { entryOf, placeOf, sectionOf } from './subjects.ts'
import { filled, subjectOf, type Words } from './words.ts'
import type { Assigned } from './waivers.ts'

export interface Touches { readonly flows: readonly Name[]; readonly systems: readonly Name[] }

/** What only some questions have. */
export interface More {
  /** Where the answer is written, if not at the question's place. */
  readonly place?: readonly string[]
  readonly reason?: string
  readonly assigned?: Assigned
}
const NO_MORE: More = {}

export class OpenQuestion {
  readonly question: Question
  /** The names that stand for `*` in its place. */
  readonly of: readonly Name[]
  /** What hangs on it; the larger the earlier it is asked. */
  readonly materiality: number
  readonly #facts: Facts
  readonly #flows: readonly Flow[]
  readonly #more: More

  constructor(facts: Facts, question: Question, of: readonly Name[], flows: readonly Flow[], materiality: number, more: More = NO_MORE) {
    this.#facts = facts
    this.question = question
    this.of = of
    this.#flows = flows
    this.materiality = materiality
    this.#more = more
  }

  /** Where the answer is written. */
  get place(): readonly string[] {
    return this.#more.place ?? placeOf(this.question, this.of)
  }
  /** Key under `questions` of the plan by which it is given to somebody, or waived. */
  get entry(): readonly string[] {
    return this.#more.place ?? entryOf(this.question, this.of)
  }
  /** Why it is open although something was said. */
  get reason(): string | undefined {
    return this.#more.reason
  }
  /** From the plan's own `questions`. */
  get assigned(): Assigned | undefined {
    return this.#more.assigned
  }
  get blocking(): boolean {
    return this.question.blocking === true
  }
  /** The label of what it is asked about; undefined: the whole plan. */
  get subject(): string | undefined {
    return subjectOf(this.#words)
  }
  get ask(): string {
    return filled(this.#words, this.question.ask)
  }
  get why(): string {
    return filled(this.#words, this.question.why)
  }
  get example(): string {
    return this.question.example
  }
  /** What holds if nobody decides: what the plan says for this question, else what Plimsoll does. */
  get assumed(): string | undefined {
    return this.assigned?.assume ?? (this.question.assumed === undefined ? undefined : filled(this.#words, this.question.assumed))
  }
  get touches(): Touches {
    const flows = this.#flows
    const systems = new Set(flows.flatMap((flow) => flow.ends.map((end) => end.system)))
    if (this.#section === 'systems' && this.of[0] !== undefined) systems.add(this.of[0])
    return { flows: flows.map((flow) => flow.key), systems: [...systems] }
  }
  /** Who must be there to answer it. */
  get room(): readonly Present[] {
    return inTheRoom(this.#facts, this.question, this.#section, this.of[0])
  }

  get #section(): string {
    return sectionOf(this.question)
  }
  get #words(): Words {
    return { facts: this.#facts, question: this.question, of: this.of }
  }
}
