/** Triggers that can never fire. */
import { readDays, readPlanDate } from '../dates.ts'
import type { Mistake } from '../mistakes.ts'
import type { End, Flow, System, Trigger } from '../model.ts'
import { at, textAt } from '../normal/reading.ts'
import { dayOf } from '../normal/runnable.ts'
import type { Place } from '../tree.ts'
import { isWrong } from '../values.ts'
import type { CheckContext } from './index.ts'
import { cronProblem, cronMinutes } from './cron.ts'
import { known } from './known.ts'
import { error } from './mistake.ts'
import { isProtocol, takingPart } from './taking-part.ts'
import { closedMinutes, DAY_MINUTES, WEEK_MINUTES } from './week.ts'

export function neverFires(context: CheckContext): readonly Mistake[] {
  return [
    ...[...context.plan.flows.values()].filter((flow) => takingPart(context).isSoundFlow(flow)).flatMap((flow) => [...flowTriggers(context, flow), ...ends(context, ['flows', flow.key], flow)]),
    ...[...context.plan.systems.values()].flatMap((system) => ends(context, ['systems', system.key], system)),
  ]
}

/** `live_until` before `live_from`. */
function ends(context: CheckContext, path: readonly string[], of: Pick<System, 'liveFrom' | 'liveUntil'>): readonly Mistake[] {
  const from = of.liveFrom === undefined ? undefined : day(context, of.liveFrom)
  const until = of.liveUntil === undefined ? undefined : day(context, of.liveUntil)
  if (from === undefined || until === undefined || until >= from) return []
  return [error('never-fires', context.placeOf(...path, 'live_until'), `\`${path[1]!}\` ends on ${until}, before it begins on ${from}.`, 'Write a later `live_until`, or an earlier `live_from`.')]
}

export function day(context: CheckContext, due: string): string | undefined {
  const milestones = new Map([...known(context).names('milestones')].flatMap((name) => {
    const date = textAt(context.tree, 'milestones', name, 'date')
    return date === undefined ? [] : [[name, date] as const]
  }))
  const date = dayOf(due, milestones)
  return date !== undefined && !isWrong(readPlanDate(date, '')) ? date : undefined
}

/** Senders that follow the same written trigger are looked at together: it is right as soon as it can fire for one of them. */
function flowTriggers(context: CheckContext, flow: Flow): readonly Mistake[] {
  const groups = new Map<string, { readonly path: readonly string[]; readonly ends: End[] }>()
  for (const end of flow.ends.filter((one) => one.sends)) {
    const path = triggerPath(context, flow, end)
    if (!path || !known(context).isSound(...path)) continue
    const key = path.join('/')
    const group = groups.get(key) ?? { path, ends: [] }
    groups.set(key, group)
    group.ends.push(end)
  }
  return [...groups.values()].flatMap(({ path, ends: senders }) => triggerMistakes(context, flow, path, senders))
}

/** Where the trigger that an end follows was written; undefined: nowhere. */
export function triggerPath(context: CheckContext, flow: Flow, end: End): readonly string[] | undefined {
  const paths = [['from', end.system, 'trigger'], ['between', end.system, 'trigger'], ['trigger']].map((rest) => ['flows', flow.key, ...rest])
  const there = ['environments', context.plan.environment.name, 'flows', flow.key, 'trigger']
  return [there, ...paths, ['defaults', 'flow', 'trigger']].find((path) => at(context.tree, ...path))
}

function triggerMistakes(context: CheckContext, flow: Flow, path: readonly string[], senders: readonly End[]): readonly Mistake[] {
  const { trigger } = senders[0]!
  const found: Mistake[] = []
  const systems = senders.map((end) => context.plan.systems.get(end.system)!)
  const names = systems.map((system) => system.key)
  if (textAt(context.tree, ...path, 'event') === 'true' && systems.every((system) => cantCall(context, system, flow.entity))) {
    found.push(error('never-fires', context.keyPlaceOf(...path, 'event'), `${list(names)} can't call Plimsoll, so the event of ${flow.key} never comes.`, 'Write how often it is asked, for example `every: 5 minutes`.'))
  }
  if (trigger.file && systems.every((system) => noFiles(context, system, flow.entity))) {
    found.push(error('never-fires', context.keyPlaceOf(...path, 'file'), `${list(names)} sends no files, so none ever arrives for ${flow.key}.`, 'Write how often it is asked, for example `every: 5 minutes`.'))
  }
  const cron = trigger.cron === undefined ? undefined : cronProblem(trigger.cron)
  if (cron !== undefined) return [...found, error('never-fires', context.placeOf(...path, 'cron'), `\`${trigger.cron!}\` never fires: ${cron}.`, 'Write a line that some day fits, for example "0 4 1 * *".')]
  const closed = systems.map((system) => closedAlways(context, system, trigger))
  if (closed.every((name) => name !== undefined)) {
    const key = trigger.cron !== undefined ? 'cron' : trigger.at.length > 0 ? 'at' : 'every'
    const place: Place = context.placeOf(...path, key, ...(key === 'at' ? ['0'] : []))
    found.push(error('never-fires', place, `${list(names)} is closed (${closed[0]!}) whenever ${flow.key} would run.`, `Write a time outside of calendars.${closed[0]!}.`))
  }
  return found
}

const list = (names: readonly string[]): string => names.join(' and ')

function connectorsOf(context: CheckContext, system: System, entity: string): readonly string[] {
  const holds = takingPart(context).holds(system.key, entity)
  return [...new Set(holds.map((hold) => hold.connector ?? system.connector))].flatMap((connector) => connector ?? [])
}

/** True only where it is sure. */
function cantCall(context: CheckContext, system: System, entity: string): boolean {
  const connectors = connectorsOf(context, system, entity)
  if (connectors.length > 0 && connectors.every((connector) => connector === 'sql' || connector === 'files')) return true
  const traits = system.holds.filter((hold) => hold.entity === entity).map((hold) => context.traitsOf?.(system, hold))
  return traits.length > 0 && traits.every((of) => of?.pushes === false)
}

function noFiles(context: CheckContext, system: System, entity: string): boolean {
  const connectors = connectorsOf(context, system, entity)
  return connectors.length > 0 && connectors.every((connector) => connector !== 'files' && isProtocol(context, connector))
}

/** The calendar in which the system is closed whenever the trigger would fire; undefined: it can fire, or nobody knows. */
function closedAlways(context: CheckContext, system: System, trigger: Trigger): string | undefined {
  const name = system.unavailable
  const calendar = name === undefined ? undefined : context.plan.calendars.get(name)
  if (!calendar || trigger.event || trigger.file || trigger.onDemand || (calendar.timeZone ?? context.plan.timeZone) !== context.plan.timeZone) return undefined
  const closed = closedMinutes(calendar)
  const fires = firingMinutes(context, trigger)
  return fires && fires.length > 0 && fires.every((minute) => closed[minute]) ? name : undefined
}

/** Minutes of the week at which a trigger fires; undefined: it can't be told. */
function firingMinutes(context: CheckContext, trigger: Trigger): readonly number[] | undefined {
  if (trigger.every) return Array.from({ length: WEEK_MINUTES }, (_, minute) => minute)
  const minutes = trigger.at.flatMap((time) => {
    const [hour, minute] = time.split(':').map(Number) as [number, number]
    return openDays(context, trigger.days).map((weekday) => (weekday - 1) * DAY_MINUTES + hour * 60 + minute)
  })
  if (trigger.cron === undefined) return minutes
  const more = cronMinutes(trigger.cron)
  return more && [...minutes, ...more]
}

/** 1 Monday … 7 Sunday. */
function openDays(context: CheckContext, days: string | undefined): readonly number[] {
  const text = days === undefined ? undefined : context.plan.calendars.has(days) ? context.plan.calendars.get(days)!.days : days
  const read = text === undefined ? undefined : readDays(text, 'days')
  return read && !isWrong(read) ? read.value.days : [1, 2, 3, 4, 5, 6, 7]
}
