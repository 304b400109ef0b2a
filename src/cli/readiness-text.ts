/** How ready a plan is, for people and for programs. */
import type { OpenQuestion } from '../plan/questions/open-question.ts'
import { placeOf } from '../plan/questions/subjects.ts'
import type { AreaReadiness, Readiness } from '../plan/questions/readiness.ts'

const FIRST = 10
const BAR = 20
const NAMES = 4

/** Rounded down: only what is complete is 100 %. */
export const percent = (share: number): string => `${Math.floor(share * 100 + 1e-9)} %`
const bar = (share: number): string => {
  const full = Math.floor(share * BAR + 1e-9)
  return '█'.repeat(full) + '░'.repeat(BAR - full)
}
const number = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

function areaLine({ title, share, open, later, waived, blocking }: AreaReadiness, width: number): string {
  const rest = [open > 0 ? `${open.toLocaleString('en')} open` : '', later > 0 ? `${later.toLocaleString('en')} later` : '', waived > 0 ? `${waived.toLocaleString('en')} waived` : '', blocking > 0 ? `${blocking.toLocaleString('en')} blocking` : ''].filter((part) => part !== '')
  return `  ${title.padEnd(width)}  ${bar(share)} ${percent(share).padStart(5)}${rest.length > 0 ? `   ${rest.join(' · ')}` : ''}`
}

/** Questions that differ only in what they are asked about are one line of the list; it stands where the first of them stands. */
function alike(questions: readonly OpenQuestion[]): readonly (readonly OpenQuestion[])[] {
  const groups = new Map<string, OpenQuestion[]>()
  for (const one of questions) {
    const key = one.question.id === 'own' ? one.place.join('.') : `${one.question.id} ${one.reason ? 'reason' : ''}`
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return [...groups.values()]
}

function groupLines(group: readonly OpenQuestion[], at: number): readonly string[] {
  const [first] = group as [OpenQuestion]
  const { flows } = first.touches
  const others = group.slice(1)
  const lines = [
    `${String(at).padStart(3)}. ${first.ask}${first.blocking ? '  [blocking]' : ''}`,
    ...(first.reason === undefined ? [] : [`     ${first.reason}`]),
    `     ${first.why}`,
    `     → ${first.place.join('.')}${first.example === '' ? '' : `   for example: ${first.example}`}`,
  ]
  if (first.question.policy && flows.length > 0) lines.push(`     One answer for ${number(flows.length, 'flow')}.`)
  if (others.length > 0) lines.push(`     The same is open for ${others.slice(0, NAMES).map((one) => one.subject ?? one.place.join('.')).join(', ')}${others.length > NAMES ? ` and ${others.length - NAMES} more` : ''}.`)
  if (first.assigned?.ask !== undefined) lines.push(`     Asked: ${first.assigned.ask}${first.assigned.due === undefined ? '' : `, by ${first.assigned.due}`}`)
  return lines
}

function settledLines({ waived, derived }: Readiness): readonly string[] {
  return [
    ...(waived.length > 0 ? ['Waived:', ...waived.map(({ place, waiver }) => `  ${place.join('.')}: ${waiver.why} (${waiver.who}${waiver.until === undefined ? '' : `, until ${waiver.until}`})`), ''] : []),
    ...(derived.length > 0 ? ['Answered by what the plan says elsewhere:', ...derived.map((one) => `  ${one.ask} ${one.says}.`), ''] : []),
  ]
}

/** `where`: the plan as the person named it, so that the commands can be copied. */
export function readinessText(readiness: Readiness, options: { readonly all: boolean; readonly where: string | undefined }): string {
  const { areas, open, later } = readiness
  const width = Math.max(...areas.map(({ title }) => title.length))
  const blocking = blockingIn(areas)
  const plan = options.where === undefined ? '' : ` ${options.where}`
  const lines = [`Readiness ${percent(readiness.share)}${blocking > 0 ? `, ${number(blocking, 'blocking question')} before production` : ''}`, ...areas.map((area) => areaLine(area, width)), '']
  const groups = alike(options.all ? [...open, ...later] : open)
  const shown = options.all ? groups : groups.slice(0, FIRST)
  if (shown.length > 0) lines.push(options.all ? 'What is open, in the order of what hangs on it:' : 'What to answer next, in the order of what hangs on it:', ...shown.flatMap((group, i) => groupLines(group, i + 1)), '')
  if (options.all) lines.push(...settledLines(readiness))
  if (!options.all && groups.length > shown.length) lines.push(`All of them: plimsoll check${plan} --questions`)
  if (open.length > 0) lines.push(`For a workshop: plimsoll check${plan} --agenda`)
  return lines.join('\n')
}

export const readinessSummary = ({ share, areas, open, later, waived }: Readiness): Record<string, number> => ({
  readiness: rounded(share), open: open.length, later: later.length, waived: waived.length, blocking: blockingIn(areas),
})
const blockingIn = (areas: readonly AreaReadiness[]): number => areas.reduce((sum, area) => sum + area.blocking, 0)
const rounded = (value: number): number => Math.floor(value * 1000 + 1e-9) / 1000

/** For the last line of a check. */
export function openSentence({ open, later }: Readiness): string {
  if (open.length + later.length === 0) return 'Every question of a project is answered.'
  const follow = later.length === 0 ? '' : `, and ${later.length.toLocaleString('en')} more ${later.length === 1 ? 'follows' : 'follow'}`
  return `${number(open.length, 'question')} of a project ${open.length === 1 ? 'is' : 'are'} open${follow}: \`plimsoll ask\`.`
}

export const questionObject = (of: OpenQuestion): Record<string, unknown> => ({
  id: of.question.id, area: of.question.area, audience: of.question.audience, place: of.place.join('.'), entry: of.entry.join('.'), subject: of.subject ?? null, ask: of.ask, why: of.why, example: of.example,
  blocking: of.blocking, policy: of.question.policy === true, materiality: of.materiality, touches: of.touches, reason: of.reason ?? null, assumed: of.assumed ?? null, assigned: of.assigned ?? null,
  room: of.room,
})

export function readinessObject(readiness: Readiness): Record<string, unknown> {
  const { areas, share, open, later, waived, derived } = readiness
  return {
    share: rounded(share),
    areas: areas.map((area) => ({ ...area, share: rounded(area.share) })),
    open: open.map(questionObject), later: later.map(questionObject),
    waived: waived.map(({ question, place, waiver }) => ({ id: question.id, area: question.area, place: place.join('.'), waived: waiver.why, who: waiver.who, until: waiver.until ?? null, by: waiver.place })),
    derived: derived.map((one) => ({ id: one.question.id, area: one.question.area, place: placeOf(one.question, one.of).join('.'), ask: one.ask, says: one.says })),
  }
}
