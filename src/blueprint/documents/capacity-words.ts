/** What is asked of the systems and whether they can take it: the numbers of `capacity/` in the performance specification. */
import type { Outage, SystemLoad } from '../capacity/model.ts'
import type { Block, Inline } from './document.ts'
import type { Telling } from './telling.ts'
import { spanText, words } from './telling.ts'

export function capacitySection(t: Telling): Block | undefined {
  const { systems, hub, warnings, flows } = t.material.capacity
  if (flows.length === 0) return undefined
  return t.section('capacity.title', [
    t.paragraph('capacity.about'),
    warnings.length === 0 ? undefined : t.note('warning', t.say('capacity.warnings', { n: warnings.length }), warnings.map((one): Inline => [...t.rich(one.says), { text: ' ' }, ...t.rich(one.mend).map((run) => ({ ...run, mark: 'quiet' as const }))])),
    t.table([['column.system', 1.5], ['column.calls_usual', 1], ['column.calls_peak', 1], ['column.calls_allowed', 1], ['column.free', 1], ['column.takes', 1.1], ['column.outage', 2.6]], systems.map((one) => ({
      about: { to: 'system', key: one.system },
      cells: [t.system(one.system), words(number(one.callsPerHour.usual)), words(number(one.callsPerHour.peak)), t.orOpen(one.allowed === undefined ? undefined : words(t.value(one.allowed.text)), `systems.${one.system}.limits.calls`),
        one.free === undefined ? words('–') : free(one.free.peak), words(one.takesPerHour === undefined ? '–' : number(one.takesPerHour)), outages(t, one)],
    }))),
    t.table([['column.flow', 2], ['column.changes_usual', 1.2], ['column.changes_peak', 1.2], ['column.changes_in_a_year', 1.2], ['column.latest_usual', 1.4], ['column.latest_peak', 1.4]], flows.map((one) => ({
      about: { to: 'flow', key: one.flow },
      cells: [t.flow(one.flow), t.orOpen(one.changesPerHour && words(number(one.changesPerHour.usual)), `flows.${one.flow}.volume.usual`), t.orOpen(one.changesPerHour && words(number(one.changesPerHour.peak)), `flows.${one.flow}.volume.peak`),
        words(one.peakInAYearPerHour === undefined ? '–' : number(one.peakInAYearPerHour)), ...(['usual', 'peak'] as const).map((at) => (one.latestMs === undefined ? words('–') : latest(t, one.latestMs[at])))],
    }))),
    t.facts([
      ['fact.hub_usual', words(number(hub.recordsPerHour.usual))], ['fact.hub_peak', words(number(hub.recordsPerHour.peak))], ['fact.hub_measured', words(number(hub.measuredPerHour))],
      ['fact.hub_processes', words(String(hub.processes))], ['fact.hub_cores', hub.cores === undefined ? undefined : words(String(hub.cores)), 'infrastructure.nodes'],
    ]),
  ])
}

/** Two or three digits that count; groups of thousands apart. */
function number(n: number): string {
  const rounded = n >= 100 && n < 1000 ? Math.round(n) : Number(n.toPrecision(n < 100 ? 2 : 3))
  return Number.isInteger(rounded) ? String(rounded).replaceAll(/\B(?=(?:\d{3})+$)/g, '\u00a0') : String(rounded)
}

const free = (share: number): Inline => (share < 0 ? [{ text: `${Math.round(share * 100)}%`, mark: 'warning' }] : words(`${Math.round(share * 100)}%`))

const latest = (t: Telling, ms: number | undefined): Inline => (ms === undefined ? [{ text: t.text('capacity.piles_up'), mark: 'warning' }] : words(t.value(spanText(ms))))

/** At the peak, where it is told for both. */
function outages(t: Telling, { outages: list }: SystemLoad): Inline {
  const kinds = ['agreed', 'closed'] as const
  const worst = kinds.flatMap((kind): readonly Outage[] => {
    const found = list.find((one) => one.kind === kind && one.at === 'peak') ?? list.find((one) => one.kind === kind)
    return found ? [found] : []
  })
  if (worst.length === 0) return words('–')
  return t.join(worst.map((one): Inline => {
    const waits = { time: t.value(spanText(one.lastsMs)), waiting: number(one.waiting) }
    if (one.catchUpMs === undefined) return [...t.say('capacity.outage', waits), { text: ` ${t.text('capacity.never')}`, mark: 'warning' }]
    const late = one.withinMs !== undefined && one.catchUpMs.expected > one.withinMs
    return [...t.say('capacity.outage', waits), { text: ` ${t.text('capacity.caught_up', { time: t.value(spanText(one.catchUpMs.expected)) })}`, ...(late ? { mark: 'warning' as const } : {}) }]
  }), '; ')
}
