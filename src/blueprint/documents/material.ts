/** What documents are made of: the blueprint, the questions that are open, the drawings there are, in a reader's language. */
import type { Readiness } from '../../plan/questions/readiness.ts'
import type { Language } from '../language.ts'
import { labelOf } from '../../plan/names.ts'
import type { Blueprint } from '../model.ts'
import { LABELS } from './labels/labels.ts'
import type { AskedQuestion, Material } from './telling.ts'

export function materialOf(blueprint: Blueprint, readiness: Readiness, drawings: ReadonlyMap<string, string>, language: Language): Material {
  const open = [...readiness.open, ...readiness.later].map((one): AskedQuestion => ({
    id: one.question.id, area: one.question.area, audience: one.question.audience, place: one.place.join('.'), ask: one.ask, why: one.why, blocking: one.blocking, room: one.room,
    ...(one.assumed === undefined ? {} : { assumed: one.assumed }), ...(one.reason === undefined ? {} : { because: one.reason }),
    ...(one.assigned?.due === undefined ? {} : { due: one.assigned.due }), ...(one.assigned?.note === undefined ? {} : { note: one.assigned.note }),
  }))
  const waived = readiness.waived.map(({ question, place, waiver }): AskedQuestion => ({
    id: question.id, area: question.area, audience: question.audience, place: place.join('.'), ask: named(question.ask, blueprint, place), why: named(question.why, blueprint, place), blocking: false, room: [],
    waived: { why: waiver.why, who: waiver.who, ...(waiver.until === undefined ? {} : { until: waiver.until }) },
  }))
  return {
    blueprint, language, labels: LABELS[language], drawings, questions: [...open, ...waived],
    readiness: readiness.areas.map(({ area, answered, waived: left, open: still, later }) => ({ area, answered, waived: left, of: answered + left + still + later })).filter((one) => one.of > 0),
  }
}

/** `{it}` is what stands at the second part of a place, `{part}` at the fourth. */
function named(text: string, blueprint: Blueprint, [section = '', it = '', , part = '']: readonly string[]): string {
  const goals = new Map([...blueprint.objectives, ...blueprint.problems].map((one) => [one.key, { name: one.statement }]))
  const names: ReadonlyMap<string, { readonly name: string }> | undefined = ({ systems: blueprint.systems, flows: blueprint.flows, entities: blueprint.entities, teams: blueprint.parties, people: blueprint.parties, objectives: goals, problems: goals } as const)[section as 'systems']
  return text.replaceAll(/\{(it|part)\}/g, (_, what: string) => (what === 'it' ? names?.get(it)?.name ?? labelOf(it) : labelOf(part)))
}
