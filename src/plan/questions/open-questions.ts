/** The catalogue held against a plan: what is answered, what is derived, what was waived, and what is open in the order of what hangs on it. */
import type { Mistake } from '../mistakes.ts'
import type { Flow, Plan } from '../model.ts'
import { keyAt } from '../schema/key-at.ts'
import { resolve } from '../schema/kinds.ts'
import type { Name } from '../values.ts'
import { verdictOf, type Verdict } from './answers.ts'
import { CATALOGUE } from './catalogue.ts'
import { holds } from './conditions.ts'
import { contradiction } from './contradictions.ts'
import { Facts, isFilled } from './facts.ts'
import { OpenQuestion } from './open-question.ts'
import { isSame } from './placeholders.ts'
import { type Area, AREAS, type Question } from './question.ts'
import { Entries, type Waiver } from './waivers.ts'

export interface AreaReadiness {
  readonly area: Area
  readonly title: string
  /** Said, or derived from what was said. */
  readonly answered: number
  readonly waived: number
  readonly open: number
  /** Asked when what they depend on is answered; also what can’t be asked before somebody names a system, an object, a flow. */
  readonly later: number
  /** Of the open and later ones, those that keep production from starting. */
  readonly blocking: number
  /** From 0 to 1, weighed. */
  readonly share: number
}

export interface WaivedQuestion { readonly question: Question; readonly place: readonly string[]; readonly waiver: Waiver }
export interface DerivedAnswer { readonly question: Question; readonly place: readonly string[]; readonly of: readonly Name[] }

export interface Readiness {
  readonly areas: readonly AreaReadiness[]
  readonly share: number
  /** In order of materiality; those that hang on others are in `later`. */
  readonly open: readonly OpenQuestion[]
  readonly later: readonly OpenQuestion[]
  readonly waived: readonly WaivedQuestion[]
  /** Answered by Plimsoll itself. */
  readonly derived: readonly DerivedAnswer[]
  /** Question → how many times it is answered. */
  readonly answered: ReadonlyMap<string, number>
}

/** `mistakes`: what the checks of this plan found; some of them re-open a question. */
export function openQuestions(plan: Plan, today: string, mistakes: readonly Mistake[] = []): Readiness {
  return new Asking(new Facts(plan, today, mistakes)).readiness()
}

interface Subject { readonly of: readonly Name[]; readonly place: readonly string[] }
interface Outcome {
  readonly question: Question
  readonly total: number
  /** Keys of the subjects that are neither answered nor waived. */
  readonly unsettled: ReadonlySet<string>
  readonly answered: number
  readonly waived: number
  readonly open: number
  readonly later: number
}

class Asking {
  readonly #facts: Facts
  readonly #entries: Entries
  readonly #outcomes = new Map<string, Outcome>()
  readonly #open: OpenQuestion[] = []
  readonly #later: OpenQuestion[] = []
  readonly #waived: WaivedQuestion[] = []
  readonly #derived: DerivedAnswer[] = []
  readonly #names = new Map<string, readonly (readonly Name[])[]>()

  constructor(facts: Facts) {
    this.#facts = facts
    this.#entries = new Entries(facts)
  }

  readiness(): Readiness {
    for (const question of CATALOGUE) this.#outcome(question.id)
    const own = this.#ownQuestions()
    const areas = AREAS.map(([area, title]) => this.#area(area, title, own))
    const asked = areas.filter((area) => area.answered + area.waived + area.open + area.later > 0)
    return {
      areas, share: asked.length === 0 ? 0 : asked.reduce((sum, area) => sum + area.share, 0) / asked.length,
      open: byMateriality(this.#open), later: byMateriality(this.#later), waived: this.#waived, derived: this.#derived,
      answered: new Map([...this.#outcomes].map(([id, { answered }]) => [id, answered])),
    }
  }

  #outcome(id: string): Outcome {
    const known = this.#outcomes.get(id)
    if (known) return known
    const question = BY_ID.get(id)!
    const made = question.policy ? this.#policy(question) : this.#each(question)
    this.#outcomes.set(id, made)
    return made
  }

  #each(question: Question): Outcome {
    const facts = this.#facts
    const subjects = this.#subjects(question)
    const counts = { total: 0, answered: 0, waived: 0, open: 0, later: 0 }
    const unsettled = new Set<string>()
    const planWaits = this.#waitsFor(question, undefined)
    for (const subject of subjects) {
      if (question.only?.some((condition) => !holds(condition, facts, subject.of))) continue
      counts.total += 1
      const waits = planWaits || this.#waitsFor(question, subject.of)
      const verdict = this.#verdict(question, subject)
      const waiver = isOpen(verdict) ? this.#waiver(question, subject) : undefined
      if (waiver) {
        counts.waived += 1
        this.#waived.push({ question, place: subject.place, waiver })
      } else if (!isOpen(verdict) && !(verdict === 'derived' && waits)) {
        counts.answered += 1
        if (verdict === 'derived') this.#derived.push({ question, place: subject.place, of: subject.of })
      } else {
        unsettled.add(subject.of.join('/'))
        counts[waits ? 'later' : 'open'] += 1
        const list = waits ? this.#later : this.#open
        list.push(this.#asked(question, subject.of, subject.place, this.#flowsFor(question, subject.of), typeof verdict === 'object' ? verdict.open : this.#mistaken(subject.place)))
      }
    }
    // What nobody named yet will be asked about as soon as somebody has.
    if (subjects.length === 0 && this.#isStillToCome(question)) return { question, ...counts, total: 1, later: 1, unsettled: new Set(['*']) }
    return { question, ...counts, unsettled }
  }

  /** All flows that leave it open share one question; its answer stands in the defaults. */
  #policy(question: Question): Outcome {
    const place = ['defaults', 'flow', ...question.place.split('.').slice(2)]
    const subjects = this.#subjects(question).filter((subject) => question.only?.every((condition) => holds(condition, this.#facts, subject.of)) ?? true)
    if (subjects.length === 0) return { question, total: this.#isStillToCome(question) ? 1 : 0, answered: 0, waived: 0, open: 0, later: this.#isStillToCome(question) ? 1 : 0, unsettled: new Set(['*']) }
    const waiver = this.#entries.waiverOf(place)
    const open: Flow[] = []
    let reason: string | undefined
    for (const subject of subjects) {
      const verdict = this.#verdict(question, subject)
      if (!isOpen(verdict) || this.#entries.waiverOf(subject.place)) continue
      reason ??= typeof verdict === 'object' ? verdict.open : undefined
      open.push(this.#facts.plan.flows.get(subject.of[0]!)!)
    }
    const settled = { question, total: 1, answered: 0, waived: 0, open: 0, later: 0, unsettled: new Set<string>() }
    if (open.length === 0) return { ...settled, answered: 1 }
    if (waiver) {
      this.#waived.push({ question, place, waiver })
      return { ...settled, waived: 1 }
    }
    const waits = this.#waitsFor(question, undefined)
    const list = waits ? this.#later : this.#open
    list.push(this.#asked(question, [], place, open, reason))
    return { ...settled, [waits ? 'later' : 'open']: 1, unsettled: new Set(['']) }
  }

  #asked(question: Question, of: readonly Name[], place: readonly string[], flows: readonly Flow[], reason: string | undefined): OpenQuestion {
    const assigned = this.#entries.assignedTo(place)
    const section = (question.of ?? question.place).split('.')[0]!
    return new OpenQuestion(this.#facts, {
      question, of, section, place, flows, materiality: this.#materiality(question, section, of, flows),
      ...(reason === undefined ? {} : { reason }), ...(assigned ? { assigned } : {}),
    })
  }

  /** What hangs on it: the flows, by how critical they are; more where a partner or personal data are involved. */
  #materiality(question: Question, section: string, of: readonly Name[], flows: readonly Flow[]): number {
    let value = question.weight * (1 + Math.log2(1 + this.#facts.weightOf(flows)))
    const [name] = of
    if (name !== undefined && section === 'systems' && holds('partner', this.#facts, of)) value *= 1.25
    if (name !== undefined && section === 'entities' && holds('personal', this.#facts, of)) value *= 1.2
    return Math.round(value * 10) / 10
  }

  #flowsFor(question: Question, of: readonly Name[]): readonly Flow[] {
    if (question.hangs === 'nothing') return []
    if (question.hangs === 'plan' || of.length === 0) return this.#facts.flows
    return this.#facts.flowsOf((question.of ?? question.place).split('.')[0]!, of[0]!)
  }

  #verdict(question: Question, { of, place }: Subject): Verdict {
    const facts = this.#facts
    const value = facts.at(place)
    const verdict: Verdict = question.answer === undefined
      ? isFilled(value) || (question.emptyAnswers === true && value !== undefined && !isBlank(value)) ? 'said' : 'open'
      : verdictOf(question.answer, { facts, of, place })
    if (typeof verdict === 'object') return verdict
    if (verdict === 'said' && typeof value === 'string' && isProse(question) && isSame(value, question.example)) return { open: 'This is the example, word for word.' }
    const reason = contradiction(facts, question.id, of)
    return reason === undefined ? verdict : { open: reason }
  }

  /** What stands there was wrong and was left out: it says more than that nothing was said. */
  #mistaken(place: readonly string[]): string | undefined {
    return this.#facts.mistakesAt(place).find((mistake) => mistake.severity === 'error')?.says
  }

  #waiver(question: Question, { of, place }: Subject): Waiver | undefined {
    return this.#entries.waiverOf(place) ?? (question.of === undefined ? undefined : this.#entries.waiverOf([question.of.split('.')[0]!, ...of]))
  }

  #waitsFor(question: Question, of: readonly Name[] | undefined): boolean {
    return question.after?.some((id) => {
      const first = BY_ID.get(id)!
      const isOfSubject = (first.of ?? first.place).includes('*') && (question.of ?? question.place).includes('*') && !first.policy
      if (isOfSubject !== (of !== undefined)) return false
      const { unsettled } = this.#outcome(id)
      return of === undefined ? unsettled.size > 0 : unsettled.has(of.join('/')) || unsettled.has('*')
    }) ?? false
  }

  #isStillToCome(question: Question): boolean {
    const section = (question.of ?? question.place).split('.')[0]!
    const parent = SECTIONS.get(section)
    return parent === undefined ? false : this.#outcome(parent).unsettled.size > 0
  }

  #subjects(question: Question): readonly Subject[] {
    const steps = question.place.split('.')
    const pattern = question.of ?? question.place
    if (!pattern.includes('*')) return [{ of: [], place: steps }]
    const names = this.#namesFor(pattern.slice(0, pattern.lastIndexOf('*') + 1))
    return names.map((of) => {
      let i = 0
      return { of, place: question.of === undefined ? steps.map((step) => (step === '*' ? of[i++]! : step)) : steps }
    })
  }

  /** Every element that fits `processes.*.steps.*`, as the names for `*`. */
  #namesFor(pattern: string): readonly (readonly Name[])[] {
    const known = this.#names.get(pattern)
    if (known) return known
    let found: { readonly of: readonly Name[]; readonly path: readonly string[] }[] = [{ of: [], path: [] }]
    for (const step of pattern.split('.')) {
      found = step === '*'
        ? found.flatMap(({ of, path }) => [...this.#facts.entries(...path).keys()].map((name) => ({ of: [...of, name], path: [...path, name] })))
        : found.map(({ of, path }) => ({ of, path: [...path, step] }))
    }
    const names = found.map(({ of }) => of).filter(([name]) => !pattern.startsWith('flows.') || this.#facts.isFlowInScope(name!))
    this.#names.set(pattern, names)
    return names
  }

  #ownQuestions(): { readonly open: number; readonly waived: number } {
    let waived = 0
    for (const own of this.#entries.own) {
      const question: Question = { ...OWN, ask: own.asks }
      const place = ['questions', own.name]
      if (own.waiver) {
        waived += 1
        this.#waived.push({ question, place, waiver: own.waiver })
        continue
      }
      const flows = [...new Set(own.concerns.flatMap((concern) => {
        const [section, name] = concern.split('.')
        return name === undefined ? [] : this.#facts.flowsOf(section!, name)
      }))]
      this.#open.push(new OpenQuestion(this.#facts, { question, of: [], section: 'questions', place, flows, materiality: this.#materiality(question, 'questions', [], flows), assigned: own.assigned }))
    }
    return { open: this.#entries.own.length - waived, waived }
  }

  #area(area: Area, title: string, own: { readonly open: number; readonly waived: number }): AreaReadiness {
    const found = { answered: 0, waived: 0, open: 0, later: 0, blocking: 0 }
    let weight = 0
    let settled = 0
    for (const question of CATALOGUE) {
      if (question.area !== area) continue
      const outcome = this.#outcomes.get(question.id)!
      if (outcome.total === 0) continue
      found.answered += outcome.answered
      found.waived += outcome.waived
      found.open += outcome.open
      found.later += outcome.later
      if (question.blocking) found.blocking += outcome.open + outcome.later
      weight += question.weight
      settled += question.weight * (outcome.answered + outcome.waived) / outcome.total
    }
    if (area === 'log' && own.open + own.waived > 0) {
      found.open += own.open
      found.waived += own.waived
      weight += OWN.weight
      settled += OWN.weight * own.waived / (own.open + own.waived)
    }
    return { area, title, ...found, share: weight === 0 ? 1 : settled / weight }
  }
}

const isOpen = (verdict: Verdict): verdict is Exclude<Verdict, 'said' | 'derived'> => verdict === 'open' || typeof verdict === 'object'
/** An empty list or object was said aloud; an empty text, or one that says that nobody knows, was not. */
const isBlank = (value: unknown): boolean => typeof value === 'string' || (Array.isArray(value) ? value.length > 0 : (value as ReadonlyMap<string, unknown>).size > 0)

const prose = new Map<string, boolean>()
/** Free text, where the words of the example are hardly anybody's own. */
function isProse({ id, place }: Question): boolean {
  let known = prose.get(id)
  if (known === undefined) {
    const found = keyAt(place.split('.'))
    const kind = found && resolve(found.value)
    prose.set(id, (known = kind?.is === 'scalar' && (kind.scalar === 'text' || kind.scalar === 'email')))
  }
  return known
}

const byMateriality = (questions: readonly OpenQuestion[]): readonly OpenQuestion[] => questions.toSorted((a, b) => b.materiality - a.materiality)

const BY_ID: ReadonlyMap<string, Question> = new Map(CATALOGUE.map((question) => [question.id, question]))
/** Section → the question that fills it. */
const SECTIONS: ReadonlyMap<string, string> = new Map(CATALOGUE.filter((question) => !question.place.includes('.') && question.of === undefined && question.answer === undefined).map((question) => [question.place, question.id]))
/** A question that stands in the plan itself. */
const OWN: Question = {
  id: 'own', area: 'log', audience: 'both', place: 'questions.*', room: ['purpose'], weight: 40, hangs: 'nothing',
  ask: '', why: 'Somebody of this project asked it.', example: '',
}
