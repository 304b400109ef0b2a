/** The catalogue held against a plan: what is answered, what is derived, what was waived, and what is open in the order of what hangs on it. */
import type { Mistake } from '../mistakes.ts'
import type { Flow, Plan } from '../model.ts'
import type { Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { verdictOf, type Verdict } from './answers.ts'
import { CATALOGUE } from './catalogue.ts'
import { holds } from './conditions.ts'
import { contradiction, SPEAKS_OF_SILENCE } from './contradictions.ts'
import { DerivedAnswer } from './derived-answer.ts'
import { isExample } from './examples.ts'
import { Facts, isFilled } from './facts.ts'
import { OpenQuestion } from './open-question.ts'
import type { Question } from './question.ts'
import { areasOf, type Outcome, OWN, type Readiness, shareOf, type WaivedQuestion } from './readiness.ts'
import { entryOf, patternOf, placeOf, type Subject, Subjects } from './subjects.ts'
import { Entries, type Waiver } from './waivers.ts'

/** `mistakes`: what the checks of this plan found; some of them re-open a question. */
export function openQuestions(plan: Plan, today: string, mistakes: readonly Mistake[] = []): Readiness {
  return new Asking(new Facts(plan, today, mistakes)).readiness()
}

class Asking {
  readonly #facts: Facts
  readonly #entries: Entries
  readonly #subjects: Subjects
  readonly #outcomes = new Map<string, Outcome>()
  readonly #open: OpenQuestion[] = []
  readonly #later: OpenQuestion[] = []
  readonly #waived: WaivedQuestion[] = []
  readonly #derived: DerivedAnswer[] = []

  constructor(facts: Facts) {
    this.#facts = facts
    this.#entries = new Entries(facts)
    this.#subjects = new Subjects(facts)
  }

  readiness(): Readiness {
    for (const question of CATALOGUE) this.#outcome(question.id)
    const areas = areasOf(this.#outcomes, this.#ownQuestions())
    return {
      areas, share: shareOf(areas), open: byMateriality(this.#open), later: byMateriality(this.#later), waived: this.#waived, derived: this.#derived,
      answered: new Map([...this.#outcomes].map(([id, { answered }]) => [id, answered])),
    }
  }

  #outcome(id: string): Outcome {
    const known = this.#outcomes.get(id)
    if (known) return known
    const question = BY_ID.get(id)!
    const outcome: Outcome = { total: 0, answered: 0, waived: 0, open: 0, later: 0, unsettled: new Set() }
    const subjects = this.#subjects.of(question)
    // What nobody named yet will be asked about as soon as somebody has.
    if (subjects.length === 0) {
      if (this.#isStillToCome(question)) {
        outcome.total = 1
        outcome.later = 1
        outcome.unsettled.add('*')
      }
    } else if (question.policy) this.#askOnce(question, subjects, outcome)
    else this.#askEach(question, subjects, outcome)
    this.#outcomes.set(id, outcome)
    return outcome
  }

  #askEach(question: Question, subjects: readonly Subject[], outcome: Outcome): void {
    const { only, hangs } = question
    const waitsForAll = this.#isWaiting(question)
    const ofSubject = elementsBefore(question)
    const isNeeded = NEEDED.has(question.id)
    const verdictFor = this.#judge(question)
    const [whole] = this.#subjects.whole
    for (const subject of subjects) {
      const { of } = subject
      if (only?.some((condition) => !holds(condition, this.#facts, of))) continue
      outcome.total += 1
      const waits = waitsForAll || ofSubject.some((first) => this.#isUnsettled(first, of))
      const verdict = verdictFor(subject)
      if (!isOpen(verdict) && !(verdict === 'derived' && waits)) {
        outcome.answered += 1
        if (verdict === 'derived') this.#derived.push(new DerivedAnswer(this.#facts, question, of))
        continue
      }
      const waiver = this.#waiver(question, of)
      if (waiver) {
        outcome.waived += 1
        this.#waived.push({ question, of, place: entryOf(question, of), waiver })
        continue
      }
      if (isNeeded || outcome.unsettled.size === 0) outcome.unsettled.add(keyOf(of))
      outcome[waits ? 'later' : 'open'] += 1
      const hanging = hangs === 'nothing' ? NOTHING : hangs === 'plan' ? whole : subject
      const list = waits ? this.#later : this.#open
      list.push(this.#asked(question, of, hanging, typeof verdict === 'object' ? verdict.open : this.#mistaken(question, of)))
    }
  }

  /** All flows that leave it open share one question; its answer stands in the defaults. */
  #askOnce(question: Question, subjects: readonly Subject[], outcome: Outcome): void {
    const place = ['defaults', 'flow', ...patternOf(question).inside!]
    const verdictFor = this.#judge(question)
    const open: Flow[] = []
    let reason: string | undefined
    let asked = 0
    for (const subject of subjects) {
      if (question.only?.some((condition) => !holds(condition, this.#facts, subject.of))) continue
      asked += 1
      const verdict = verdictFor(subject)
      if (!isOpen(verdict) || this.#waiver(question, subject.of)) continue
      reason ??= typeof verdict === 'object' ? verdict.open : undefined
      open.push(...subject.flows)
    }
    if (asked === 0) return
    outcome.total = 1
    const waiver = this.#entries.waiverOf(place)
    if (open.length === 0) outcome.answered = 1
    else if (waiver) {
      outcome.waived = 1
      this.#waived.push({ question, of: [], place, waiver })
    } else {
      const waits = this.#isWaiting(question)
      outcome[waits ? 'later' : 'open'] = 1
      outcome.unsettled.add('')
      const list = waits ? this.#later : this.#open
      list.push(this.#asked(question, [], { flows: open, weight: this.#facts.weightOf(open) }, reason, place))
    }
  }

  #asked(question: Question, of: readonly Name[], hanging: Hanging, reason?: string, place?: readonly string[]): OpenQuestion {
    const assigned = this.#entries.hasAssigned ? this.#entries.assignedTo(place ?? entryOf(question, of)) : undefined
    const more = reason === undefined && !place && !assigned ? undefined : { ...(place ? { place } : {}), ...(reason === undefined ? {} : { reason }), ...(assigned ? { assigned } : {}) }
    return new OpenQuestion(this.#facts, question, of, hanging.flows, this.#materiality(question, of, hanging.weight), more)
  }

  /** What hangs on it: the flows, by how critical they are; more where a partner or personal data are involved. */
  #materiality(question: Question, of: readonly Name[], weight: number): number {
    let value = question.weight * (1 + Math.log2(1 + weight))
    if (of.length > 0) {
      const { section } = patternOf(question)
      if (section === 'systems' && holds('partner', this.#facts, of)) value *= 1.25
      else if (section === 'entities' && holds('personal', this.#facts, of)) value *= 1.2
    }
    return Math.round(value * 10) / 10
  }

  #judge(question: Question): (subject: Subject) => Verdict {
    const facts = this.#facts
    const { answer, emptyAnswers, id } = question
    const valueOf = this.#subjects.valuesOf(question)
    const speaks = SPEAKS_OF_SILENCE.has(id) || facts.reopened.size > 0
    return (subject) => {
      const value = valueOf(subject)
      const verdict: Verdict = answer === undefined
        ? value !== undefined && (isFilled(value) || (emptyAnswers === true && isEmptyAnswer(value))) ? 'said' : 'open'
        : verdictOf(answer, { facts, of: subject.of, value })
      if (typeof verdict === 'object' || (verdict === 'open' && !speaks)) return verdict
      if (verdict === 'said' && isExample(question, value)) return { open: 'This is the example, word for word.' }
      const reason = contradiction(facts, id, subject.of)
      return reason === undefined ? verdict : { open: reason }
    }
  }

  /** What stands there was wrong and was left out: it says more than that nothing was said. */
  #mistaken(question: Question, of: readonly Name[]): string | undefined {
    return this.#facts.hasErrors ? this.#facts.errorAt(placeOf(question, of))?.says : undefined
  }

  #waiver(question: Question, of: readonly Name[]): Waiver | undefined {
    if (!this.#entries.hasWaivers) return undefined
    return this.#entries.waiverOf(entryOf(question, of)) ?? (question.of === undefined ? undefined : this.#entries.waiverOf(placeOf(question, of)))
  }

  /** Whether something that comes first is open for the whole plan. */
  #isWaiting(question: Question): boolean {
    return question.after?.some((id) => !isOfSameKind(question, BY_ID.get(id)!) && this.#outcome(id).unsettled.size > 0) ?? false
  }
  #isUnsettled(first: string, of: readonly Name[]): boolean {
    const { unsettled } = this.#outcome(first)
    return unsettled.size > 0 && (unsettled.has(keyOf(of)) || unsettled.has('*'))
  }

  #isStillToCome(question: Question): boolean {
    const parent = SECTIONS.get(patternOf(question).section)
    return parent !== undefined && this.#outcome(parent).unsettled.size > 0
  }

  #ownQuestions(): { readonly open: number; readonly waived: number } {
    let waived = 0
    for (const own of this.#entries.own) {
      const question: Question = { ...OWN, ask: own.asks }
      const place = ['questions', own.name]
      if (own.waiver) {
        waived += 1
        this.#waived.push({ question, of: [], place, waiver: own.waiver })
        continue
      }
      const flows = new Set(own.concerns.flatMap((concern) => {
        const [section, name] = concern.split('.')
        return name === undefined ? [] : this.#facts.flowsOf(section!, name)
      }))
      this.#open.push(new OpenQuestion(this.#facts, question, [], [...flows], this.#materiality(question, [], this.#facts.weightOf([...flows])), { place, assigned: own.assigned }))
    }
    return { open: this.#entries.own.length - waived, waived }
  }
}

type Hanging = Pick<Subject, 'flows' | 'weight'>
const NOTHING: Hanging = { flows: [], weight: 0 }

const keyOf = (of: readonly Name[]): string => (of.length === 1 ? of[0]! : of.join('/'))

const isOpen = (verdict: Verdict): verdict is Exclude<Verdict, 'said' | 'derived'> => verdict === 'open' || typeof verdict === 'object'
/** An empty list or object was said aloud; an empty text was not, nor a list of words that say that nobody knows. */
const isEmptyAnswer = (value: Node): boolean => (value.is === 'list' && value.items.length === 0) || (value.is === 'map' && value.entries.length === 0)

/** Both are asked of the same elements. */
const isOfSameKind = (question: Question, first: Question): boolean =>
  !first.policy && patternOf(first).elements.length > 0 && patternOf(first).elements.join('.') === patternOf(question).elements.join('.')
const elementsBefore = (question: Question): readonly string[] => question.after?.filter((id) => isOfSameKind(question, BY_ID.get(id)!)) ?? []

/** Questions after which another one is asked of the same element. */
const NEEDED: ReadonlySet<string> = new Set(CATALOGUE.flatMap(({ after }) => after ?? []))

const byMateriality = (questions: readonly OpenQuestion[]): readonly OpenQuestion[] => questions.toSorted((a, b) => b.materiality - a.materiality)

const BY_ID: ReadonlyMap<string, Question> = new Map(CATALOGUE.map((question) => [question.id, question]))
/** Section → the question that fills it. */
const SECTIONS = new Map<string, string>()
for (const { id, place, of } of CATALOGUE) if (of === undefined && !place.includes('*') && !SECTIONS.has(place)) SECTIONS.set(place, id)
