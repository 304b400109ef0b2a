/** What the catalogue makes of a plan: how ready each area is, and every question that is not settled. */
import type { Name } from '../values.ts'
import { CATALOGUE } from './catalogue.ts'
import type { DerivedAnswer } from './derived-answer.ts'
import type { OpenQuestion } from './open-question.ts'
import { type Area, AREAS, type Question } from './question.ts'
import type { Waiver } from './waivers.ts'

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

export interface WaivedQuestion { readonly question: Question; readonly of: readonly Name[]; readonly place: readonly string[]; readonly waiver: Waiver }

export interface Readiness {
  readonly areas: readonly AreaReadiness[]
  /** Of the whole plan: the mean of its areas. */
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

/** How a question of the catalogue stands over all its subjects. */
export interface Outcome {
  total: number
  answered: number
  waived: number
  open: number
  later: number
  /** Subjects that are neither answered nor waived; `*`: all that nobody named yet. */
  readonly unsettled: Set<string>
}

/** A question that stands in the plan itself. */
export const OWN: Question = {
  id: 'own', area: 'log', audience: 'both', place: 'questions.*', room: ['purpose'], weight: 40, hangs: 'nothing',
  ask: '', why: 'Somebody of this project asked it.', example: '',
}

export function areasOf(outcomes: ReadonlyMap<string, Outcome>, own: { readonly open: number; readonly waived: number }): readonly AreaReadiness[] {
  const areas = AREAS.map(([area, title]) => ({ area, title, answered: 0, waived: 0, open: 0, later: 0, blocking: 0, weight: 0, settled: 0 }))
  const byName = new Map(areas.map((one) => [one.area as string, one]))
  const add = (question: Question, { total, answered, waived, open, later }: Omit<Outcome, 'unsettled'>): void => {
    if (total === 0) return
    const area = byName.get(question.area)!
    area.answered += answered
    area.waived += waived
    area.open += open
    area.later += later
    if (question.blocking) area.blocking += open + later
    area.weight += question.weight
    area.settled += question.weight * (answered + waived) / total
  }
  for (const question of CATALOGUE) add(question, outcomes.get(question.id)!)
  add(OWN, { total: own.open + own.waived, answered: 0, waived: own.waived, open: own.open, later: 0 })
  return areas.map(({ weight, settled, ...area }) => ({ ...area, share: weight === 0 ? 1 : settled / weight }))
}

/** Areas in which nothing is asked of this plan do not count. */
export function shareOf(areas: readonly AreaReadiness[]): number {
  const asked = areas.filter((area) => area.answered + area.waived + area.open + area.later > 0)
  return asked.length === 0 ? 0 : asked.reduce((sum, area) => sum + area.share, 0) / asked.length
}
