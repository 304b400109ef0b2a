/** How an exchange is told: its triggers, service level, volume and tests, the same words on every page. */
import type { Trigger } from '../../plan/model.ts'
import type { Exchange, Scenario } from '../model.ts'
import type { Inline } from './document.ts'
import type { Telling } from './telling.ts'
import { code, words } from './telling.ts'

export function triggerWords(t: Telling, trigger: Trigger, system: string): Inline {
  const parts: Inline[] = []
  if (trigger.event) parts.push(t.say('trigger.event', { system: t.system(system) }))
  if (trigger.file) parts.push(words(t.text('trigger.file')))
  if (trigger.every) {
    const every = t.value(`every ${trigger.every.text}`)
    parts.push(words(trigger.event ? t.text('trigger.sweep', { every }) : every))
  }
  if (trigger.at.length > 0) parts.push(words(t.text('trigger.at', { times: trigger.at.join(', ') }) + (trigger.days === undefined ? '' : ` (${t.value(trigger.days)})`)))
  if (trigger.cron !== undefined) parts.push(t.say('trigger.cron', { cron: code(trigger.cron) }))
  if (trigger.onDemand) parts.push(words(t.text('trigger.on_demand')))
  return parts.length === 0 ? t.open() : t.join(parts)
}

/** Of all that send, each once if they differ. */
export function triggers(t: Telling, one: Exchange): Inline {
  const senders = one.flow.ends.filter((end) => end.sends)
  const told = senders.map((end) => triggerWords(t, end.trigger, end.system))
  const texts = told.map((words) => words.map((run) => run.text).join(''))
  if (new Set(texts).size === 1) return told[0]!
  return t.join(senders.map((end, at) => [...t.system(end.system), { text: ': ' }, ...told[at]!]), '; ')
}

export const serviceLevel = (t: Telling, one: Exchange): Inline | undefined =>
  one.serviceLevel.size === 0 ? undefined : t.join([...one.serviceLevel].map(([what, level]) => words(`${t.word('level', what)} ${t.value(level)}`)))

export function volume(t: Telling, { volume: of }: Exchange): Inline | undefined {
  const parts = [
    ...(of.usual ? [words(t.value(of.usual.text))] : []), ...(of.peak ? [t.say('volume.peak', { rate: t.value(of.peak.text) })] : []),
    ...(of.growth === undefined ? [] : [words(t.value(of.growth))]), ...(of.size === undefined ? [] : [t.say('volume.size', { size: of.size })]),
  ]
  return parts.length === 0 ? undefined : t.join(parts)
}

/** Scenarios that touch a flow, the plan's own first. */
export const scenariosOf = (t: Telling, flow: string): readonly Scenario[] =>
  t.blueprint.scenarios.filter((one) => one.flows.includes(flow))

export interface FlowTests {
  readonly examples: readonly string[]
  readonly rehearsed: readonly Scenario[]
  readonly load: readonly { readonly key: string; readonly rate: string; readonly for: string }[]
  readonly sandboxes: ReadonlyMap<string, string | undefined>
}

/** What of the plan's tests concerns a flow: examples with its entity at its systems, load, scenarios. */
export function testsOf(t: Telling, one: Exchange): FlowTests {
  const touches = (side: ReadonlyMap<string, ReadonlyMap<string, unknown>>): boolean => one.ends.some((end) => side.get(end.system)?.has(one.entity) === true)
  return {
    examples: [...t.plan.tests.examples].filter(([, example]) => touches(example.given) || touches(example.expect)).map(([key]) => key),
    rehearsed: scenariosOf(t, one.key).filter((scenario) => !scenario.standard),
    load: t.blueprint.project.load.filter(({ flow }) => flow === one.key),
    sandboxes: new Map(one.ends.map((end) => [end.system, t.blueprint.systems.get(end.system)?.interface.sandbox])),
  }
}

/** `who` at once, then the others with their time. */
export function ladderWords(t: Telling, scenario: Scenario): Inline | undefined {
  if (scenario.ladder.length === 0) return undefined
  return t.join(scenario.ladder.map((rung): Inline => [...t.party(rung.who), ...words(` (${rung.channels.join(', ')}${rung.channels.length > 0 ? ', ' : ''}${rung.afterMs === 0 ? t.text('time.at_once') : t.text('time.after', { time: t.millis(rung.afterMs) })})`), ...(rung.reachable ? [] : [{ text: ` ${t.text('ladder.unreachable')}`, mark: 'warning' as const }])]), ' → ')
}

/** When a scenario begins. */
export function beginsWhen(t: Telling, one: Scenario, subject: Inline = t.subjectsOf(one)): Inline {
  return [
    ...subject, { text: ` ${t.word('is', one.is)}` },
    ...(one.above === undefined ? [] : words(` ${t.text('scenario.above', { above: one.above })}`)), ...(one.for === undefined ? [] : words(` ${t.text('scenario.for', { time: t.value(one.for) })}`)),
  ]
}
