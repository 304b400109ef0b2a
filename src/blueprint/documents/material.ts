/** What documents are made of: the blueprint, the questions that are open, the drawings there are, in a reader's language. */
import type { Readiness } from '../../plan/questions/readiness.ts'
import type { Question } from '../../plan/questions/question.ts'
import type { Name } from '../../plan/values.ts'
import { capacity } from '../capacity/capacity.ts'
import type { Language } from '../language.ts'
import { labelOf } from '../../plan/names.ts'
import type { Blueprint } from '../model.ts'
import { LABELS } from './labels/labels.ts'
import { plQuestions } from './labels/pl-questions.ts'
import type { AskedQuestion, Material } from './telling.ts'

/** Languages into which the catalogue of questions was translated; English is the catalogue itself. */
const QUESTIONS: Readonly<Partial<Record<Language, typeof plQuestions>>> = { pl: plQuestions }

export function materialOf(blueprint: Blueprint, readiness: Readiness, drawings: ReadonlyMap<string, string>, language: Language): Material {
  const said = (question: Question, of: readonly Name[], own: { readonly ask: string; readonly why: string; readonly assumed?: string | undefined }): { readonly ask: string; readonly why: string; readonly assumed?: string } => {
    const text = QUESTIONS[language]?.[question.id] ?? own
    const named = (words: string): string => namedIn(words, blueprint, question, of)
    return { ask: named(text.ask), why: named(text.why), ...(text.assumed === undefined ? {} : { assumed: named(text.assumed) }) }
  }
  const open = [...readiness.open, ...readiness.later].map((one): AskedQuestion => ({
    id: one.question.id, area: one.question.area, audience: one.question.audience, place: one.place.join('.'), blocking: one.blocking, room: one.room,
    ...said(one.question, one.of, one), ...(one.assigned?.assume === undefined ? {} : { assumed: one.assigned.assume }), ...(one.reason === undefined ? {} : { because: one.reason }),
    ...(one.assigned?.due === undefined ? {} : { due: one.assigned.due }), ...(one.assigned?.note === undefined ? {} : { note: one.assigned.note }),
  }))
  const waived = readiness.waived.map(({ question, place, waiver }): AskedQuestion => ({
    id: question.id, area: question.area, audience: question.audience, place: place.join('.'), ...said(question, starsIn(question, place), question), blocking: false, room: [],
    waived: { why: waiver.why, who: waiver.who, ...(waiver.until === undefined ? {} : { until: waiver.until }) },
  }))
  return {
    blueprint, language, labels: LABELS[language], drawings, capacity: capacity(blueprint.plan), questions: [...open, ...waived],
    readiness: readiness.areas.map(({ area, answered, waived: left, open: still, later }) => ({ area, answered, waived: left, of: answered + left + still + later })).filter((one) => one.of > 0),
  }
}

/** What stands for the stars of a question's place. */
const starsIn = (question: Question, place: readonly string[]): readonly Name[] => question.place.split('.').flatMap((part, at) => (part === '*' ? [place[at] ?? ''] : []))

/** `{it}` is the first name that a question is about, `{part}` the second. */
function namedIn(text: string, blueprint: Blueprint, question: Question, of: readonly Name[]): string {
  if (!text.includes('{')) return text
  const [it = '', part = ''] = of
  const [section = ''] = (question.of ?? question.place).split('.')
  const goals = new Map([...blueprint.objectives, ...blueprint.problems].map((one) => [one.key, { name: one.statement }]))
  const byKey = (list: readonly { readonly key: string; readonly name?: string }[]): ReadonlyMap<string, { readonly name?: string }> => new Map(list.map((one) => [one.key, one]))
  const names: Readonly<Record<string, ReadonlyMap<string, { readonly name?: string }>>> = {
    systems: blueprint.systems, flows: blueprint.flows, entities: blueprint.entities, teams: blueprint.parties, people: blueprint.parties, objectives: goals, problems: goals,
    processes: byKey(blueprint.processes), existing: byKey(blueprint.existing), scenarios: byKey(blueprint.scenarios), milestones: byKey(blueprint.project.milestones), decisions: byKey(blueprint.project.decisions),
  }
  const steps = section === 'processes' ? byKey(blueprint.processes.find((one) => one.key === it)?.steps ?? []) : undefined
  return text.replaceAll(/\{(it|part)\}/g, (_, what: string) => (what === 'it' ? names[section]?.get(it)?.name ?? labelOf(it) : steps?.get(part)?.name ?? labelOf(part)))
}
