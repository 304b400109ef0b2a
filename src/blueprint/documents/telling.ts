/**
 * What the builders of documents speak with: labels, links to what has a page, values in the reader's language, and the word
 * "open" with its question wherever the plan is silent.
 */
import type { Capacity } from '../capacity/model.ts'
import type { Blueprint, Scenario } from '../model.ts'
import type { Duration, Name, Rate } from '../../plan/values.ts'
import type { Audience, Block, Column, Document, Fact, Inline, Part, Row, Run, Subject } from './document.ts'
import { rich } from './inline.ts'
import type { Language } from '../language.ts'
import { filled, formOf, type LabelKey, type Labels, PLACE } from './labels/labels.ts'
import { inLanguage } from './phrases.ts'

/** A question about the plan as documents show it; texts are in the reader's language. */
export interface AskedQuestion {
  readonly id: string
  readonly area: string
  readonly audience: 'business' | 'technology' | 'both'
  readonly place: string
  readonly ask: string
  readonly why: string
  readonly blocking: boolean
  /** Who must be in the room: parties of the plan by their key, roles nobody has yet as text. */
  readonly room: readonly { readonly who?: Name; readonly label: string }[]
  /** What holds if nobody decides. */
  readonly assumed?: string
  readonly due?: string
  readonly note?: string
  /** Why something that is written does not answer it. */
  readonly because?: string
  readonly waived?: { readonly why: string; readonly who?: Name; readonly until?: string }
}

export interface AreaReadiness { readonly area: string; readonly answered: number; readonly waived: number; readonly of: number }

export interface Material {
  readonly blueprint: Blueprint
  readonly labels: Labels
  readonly language: Language
  /** In order of materiality; those that are waived among them. */
  readonly questions: readonly AskedQuestion[]
  readonly readiness: readonly AreaReadiness[]
  /** Name of a drawing → its title; only what can be shown. */
  readonly drawings: ReadonlyMap<string, string>
  readonly capacity: Capacity
}

type Values = Readonly<Record<string, string | number | Inline>>
export type Telling = ReturnType<typeof telling>

export const words = (text: string): Inline => [{ text }]
export const code = (text: string): Inline => [{ text, code: true }]
export const quiet = (text: string): Inline => [{ text, mark: 'quiet' }]

export function telling(material: Material) {
  const { blueprint, labels, language } = material
  const { plan } = blueprint

  const text = (key: LabelKey, values: Readonly<Record<string, string | number>> = {}): string => {
    const n = values['n']
    return filled(formOf(labels[key], language, typeof n === 'number' ? n : undefined), values)
  }
  const say = (key: LabelKey, values: Values = {}): Inline => {
    const n = values['n']
    const template = formOf(labels[key], language, typeof n === 'number' ? n : undefined)
    const runs: Run[] = []
    let from = 0
    for (const match of template.matchAll(PLACE)) {
      const value = values[match[1]!]
      if (value === undefined) continue
      if (match.index > from) runs.push(...rich(template.slice(from, match.index)))
      runs.push(...(typeof value === 'object' ? value : words(String(value))))
      from = match.index + match[0].length
    }
    if (from < template.length) runs.push(...rich(template.slice(from)))
    return runs
  }
  /** A word of the plan language. One that no table knows is shown as it is. */
  const word = (of: string, value: string): string => {
    const key = `${of}.${value}`
    return Object.hasOwn(labels, key) ? text(key as LabelKey) : value.replaceAll('_', ' ')
  }
  const value = (said: string): string => inLanguage(said, text)
  const link = (to: Subject, key: Name, shown: string): Inline => [{ text: shown, target: { to, key } }]
  const join = (parts: readonly Inline[], between = ', '): Inline => parts.flatMap((part, at) => (at === 0 ? part : [{ text: between }, ...part]))

  const system = (key: Name): Inline => {
    if (key === 'plimsoll' || key === 'plimsoll_store') return words(word('hub', key))
    const found = blueprint.systems.get(key)
    return found ? link('system', key, found.name) : words(key)
  }
  const flow = (key: Name): Inline => {
    const found = blueprint.flows.get(key)
    return found ? link('flow', key, `${found.number} ${found.name}`) : words(key)
  }
  const entity = (key: Name): Inline => {
    const found = blueprint.entities.get(key)
    return found ? link('entity', key, found.name) : words(key)
  }
  const process = (key: Name): Inline => {
    const found = blueprint.processes.find((one) => one.key === key)
    return found ? link('process', key, found.name) : words(key)
  }
  const partyName = (key: Name): string => blueprint.parties.get(key)?.name ?? blueprint.systems.get(key)?.name ?? key
  const party = (key: Name): Inline => {
    if (!blueprint.parties.has(key) && (blueprint.systems.has(key) || key === 'plimsoll')) return system(key)
    return words(partyName(key))
  }
  const partyList = (keys: readonly Name[]): string => (keys.length === 0 ? '–' : keys.map(partyName).join(', '))
  const parties = (keys: readonly Name[]): Inline | undefined => (keys.length === 0 ? undefined : join(keys.map(party)))
  const served = (key: Name): Inline => {
    const goal = [...blueprint.objectives, ...blueprint.problems].find((one) => one.key === key)
    return goal ? rich(goal.statement) : words(key)
  }

  const stepName = (path: string): Inline => {
    const [inProcess = '', key = ''] = path.split('.')
    const found = blueprint.processes.find((one) => one.key === inProcess)
    const step = found && [...found.steps, ...found.exceptions.flatMap((one) => one.steps)].find((one) => one.key === key)
    return step && found ? [...process(found.key), { text: ` · ${step.name}` }] : words(key)
  }
  const NAMED = { system, flow, entity, step: stepName, platform: system }
  /** What a scenario is about; of many the first ones. */
  const subjectsOf = ({ subject }: Scenario, most = MOST_SUBJECTS): Inline => {
    if (subject.kind === 'platform') return words(word('hub', 'plimsoll'))
    const named = subject.keys.slice(0, most).map(NAMED[subject.kind])
    return join(subject.keys.length > most ? [...named, say('and_more', { n: subject.keys.length - most })] : named)
  }
  const isAbout = ({ subject }: Scenario, kind: Scenario['subject']['kind'], key: Name): boolean => subject.kind === kind && subject.keys.includes(key)
  /** A standard scenario is named by what it is about; where several say the same, by who is told too. */
  const standardName = ({ subject, is }: Scenario): string => {
    const about = subject.kind === 'step' ? [...new Set(subject.keys.map((path) => path.split('.')[0]!))].map((key) => blueprint.processes.find((one) => one.key === key)?.name ?? key).join(', ')
      : subject.keys.length === 1 ? NAMED[subject.kind](subject.keys[0]!).map((run) => run.text).join('') : word('subject', subject.kind)
    return `${about}: ${word('is', is)}`
  }
  const taken = new Map<string, number>()
  for (const one of blueprint.scenarios) if (one.name === undefined) taken.set(standardName(one), (taken.get(standardName(one)) ?? 0) + 1)
  const scenarioName = (scenario: Scenario): string => {
    if (scenario.name !== undefined) return scenario.name
    const name = standardName(scenario)
    return (taken.get(name) ?? 0) > 1 ? `${name} (${partyList([...scenario.alert, ...scenario.inform])})` : name
  }
  const runbook = (scenario: Scenario): Inline => link('runbook', scenario.key, scenarioName(scenario))

  const open = (place?: string): Inline => {
    const asked = place === undefined ? undefined : material.questions.find((one) => one.place === place)
    if (asked?.waived) return [{ text: text('waived.word'), mark: 'waived', target: { to: 'document', key: 'questions' } }, ...quiet(` ${asked.waived.why}${asked.waived.who === undefined ? '' : ` (${partyName(asked.waived.who)})`}`)]
    return [{ text: text('open.word'), mark: 'open', target: { to: 'document', key: 'questions' }, ...(asked ? { hint: asked.ask } : {}) }]
  }
  const orOpen = (said: Inline | undefined, place?: string): Inline => (said === undefined || said.length === 0 ? open(place) : said)

  /** Left out where there is nothing to say. */
  const section = (title: LabelKey | Inline, blocks: readonly (Block | undefined)[], more: { readonly for?: Audience; readonly part?: Part } = {}): Block | undefined => {
    const told = blocks.filter((block) => block !== undefined)
    return told.length === 0 ? undefined : { is: 'section', title: typeof title === 'string' ? words(text(title)) : title, blocks: told, ...more }
  }
  const paragraph = (key: LabelKey, values?: Values): Block => ({ is: 'paragraph', text: say(key, values) })
  const table = (columns: readonly (LabelKey | readonly [LabelKey, number] | Column)[], rows: readonly Row[]): Block | undefined =>
    rows.length === 0 ? undefined : {
      is: 'table', rows,
      columns: columns.map((column): Column => (typeof column === 'string' ? { label: text(column) } : 'label' in column ? column : { label: text(column[0]), weight: column[1] })),
    }
  /** A fact that is not said is open if somebody asks for it (`place`), else left out. */
  const facts = (list: readonly (readonly [LabelKey, Inline | undefined, (string | undefined)?] | undefined)[]): Block | undefined => {
    const told = list.flatMap((one): Fact[] => {
      if (!one) return []
      const [term, said, place] = one
      if (said !== undefined && said.length > 0) return [{ term: text(term), text: said }]
      return place === undefined ? [] : [{ term: text(term), text: open(place) }]
    })
    return told.length === 0 ? undefined : { is: 'facts', facts: told }
  }
  const list = (items: readonly Inline[], numbered = false): Block | undefined => (items.length === 0 ? undefined : { is: 'list', items, ...(numbered ? { numbered } : {}) })
  const figure = (name: string): Block | undefined => {
    const title = material.drawings.get(name)
    return title === undefined ? undefined : { is: 'figure', drawing: name, title }
  }
  const note = (kind: 'open' | 'waived' | 'warning' | 'info', title: Inline, lines: readonly Inline[] = []): Block => ({ is: 'note', kind, title, lines })
  const openNote = (key: LabelKey, values?: Values): Block => note('open', say(key, values))

  const under = (place: string, begins: readonly string[]): boolean => begins.some((begin) => place === begin || place.startsWith(`${begin}.`))
  /** What is open or waived below these places. */
  const asked = (...begins: readonly string[]): readonly AskedQuestion[] => material.questions.filter((one) => under(one.place, begins))
  const questionLine = (one: AskedQuestion): Inline => [
    ...rich(one.ask), ...(one.because === undefined ? [] : [{ text: ' ' }, ...rich(one.because).map((run): Run => ({ ...run, mark: 'quiet' }))]), ...(one.blocking ? [{ text: ` ${text('open.blocking')}`, mark: 'warning' as const }] : []),
  ]
  const openQuestions = (...begins: readonly string[]): Block | undefined => {
    const found = asked(...begins)
    const still = found.filter((one) => !one.waived)
    const waived = found.filter((one) => one.waived)
    if (found.length === 0) return undefined
    return section('open.title', [
      still.length === 0 ? undefined : note('open', say('open.count', { n: still.length }), [
        ...still.slice(0, MOST_QUESTIONS).map(questionLine), ...(still.length > MOST_QUESTIONS ? [say('open.more', { n: still.length - MOST_QUESTIONS })] : []),
      ]),
      waived.length === 0 ? undefined : note('waived', say('waived.count', { n: waived.length }), waived.map((one) => [
        ...words(one.ask), ...quiet(' '), ...say('waived.line', { why: rich(one.waived!.why), who: one.waived!.who === undefined ? open() : party(one.waived!.who) }),
        ...(one.waived!.until === undefined ? [] : say('waived.until', { until: one.waived!.until })),
      ])),
    ])
  }

  const states = (of: ReadonlySet<string>): Inline => {
    const key = [...of].toSorted().join('_')
    return words(Object.hasOwn(labels, `states.${key}`) ? text(`states.${key}` as LabelKey) : [...of].map((one) => word('state', one)).join(', '))
  }
  const duration = (of: Duration | undefined): Inline | undefined => (of ? words(value(of.text)) : undefined)
  const rate = (of: Rate | undefined): Inline | undefined => (of ? words(value(of.text)) : undefined)
  const maybe = (said: string | undefined): Inline | undefined => (said === undefined ? undefined : rich(said))
  const valued = (said: string | undefined): Inline | undefined => (said === undefined ? undefined : words(value(said)))
  const coded = (said: string | undefined): Inline | undefined => (said === undefined ? undefined : code(said))
  const millis = (ms: number): string => (ms === 0 ? text('time.at_once') : value(spanText(ms)))

  const page = (subject: Subject, key: Name, title: string, kicker: LabelKey, blocks: readonly (Block | undefined)[], more: { readonly about?: Inline | undefined; readonly audience?: Audience } = {}): Document => ({
    subject, key, title, kicker: text(kicker), blocks: blocks.filter((block) => block !== undefined),
    ...(more.about && more.about.length > 0 ? { about: more.about } : {}), ...(more.audience ? { audience: more.audience } : {}),
  })

  return {
    material, blueprint, plan, text, say, word, value, link, join, system, flow, entity, process, party, partyName, partyList, parties, served, subjectsOf, isAbout, runbook, scenarioName,
    open, orOpen, section, paragraph, table, facts, list, figure, note, openNote, asked, questionLine, openQuestions, states, duration, rate, maybe, valued, coded, millis, page, rich,
  }
}

const MOST_SUBJECTS = 8
const MOST_QUESTIONS = 12

const SPANS: readonly (readonly [string, number])[] = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], ['second', 1000]]

/** A length in the plan language: `1 hour 30 minutes`. */
export function spanText(ms: number): string {
  const parts: string[] = []
  let rest = Math.round(ms / 1000) * 1000
  for (const [unit, size] of SPANS) {
    const n = Math.floor(rest / size)
    if (n > 0) parts.push(`${n} ${unit}${n === 1 ? '' : 's'}`)
    rest -= n * size
  }
  return parts.slice(0, 2).join(' ') || '0 seconds'
}
