/** What the landscape shows of a blueprint, before it has places: groups of systems with their lines, links that stay, what stands apart. */
import type { Language } from '../../language.ts'
import type { Application, Blueprint, Exchange, ExchangeEnd, ExistingIntegration } from '../../model.ts'
import type { BarBox, BarGroup, BarRow } from '../bar/bar.ts'
import type { BarLink } from '../bar/brackets.ts'
import { familiesOf } from '../families.ts'
import { type Numbered, numberedExisting } from '../numbered-existing.ts'
import { interfaceName } from '../words.ts'
import { type LandscapeWords, WORDS } from './words.ts'

/** A system that is the hub of integrations of today. */
export interface OldHub { readonly system: Application; readonly groups: readonly BarGroup[]; readonly integrations: number }

export interface Landscape {
  readonly words: LandscapeWords
  readonly groups: readonly BarGroup[]
  readonly links: readonly BarLink[]
  /** Everything that stays, for the list. */
  readonly stays: readonly Numbered[]
  readonly oldHubs: readonly OldHub[]
  readonly apart: readonly BarBox[]
}

/** With fewer partners, brackets show it better than a bar of its own. */
const LEAST_PARTNERS = 3
/** It is in at least this share of what stays. */
const HUB_SHARE = 0.6

export function landscapeOf(blueprint: Blueprint, language: Language): Landscape {
  const words = WORDS[language]
  const stays = numberedExisting(blueprint).filter(({ existing }) => existing.fate === 'keep')
  const oldHubs = oldHubsOf(blueprint, stays, words, language)
  const hubKeys = new Set(oldHubs.map(({ system }) => system.key))
  const ofHubs = (existing: ExistingIntegration): boolean => [...existing.from, ...existing.to].some((key) => hubKeys.has(key))
  const linked = stays.filter(({ existing }) => !ofHubs(existing))
  const inLinks = new Set(linked.flatMap(({ existing }) => [...existing.from, ...existing.to]))
  const onHubs = new Set(stays.filter(({ existing }) => ofHubs(existing)).flatMap(({ existing }) => [...existing.from, ...existing.to]))
  const rowsOf = (system: Application): readonly BarRow[] =>
    system.flows.flatMap((key) => {
      const exchange = blueprint.flows.get(key)
      return exchange === undefined ? [] : exchange.ends.filter((end) => end.system === system.key).map((end) => flowRow(blueprint, exchange, end, words))
    })
  const connected = [...blueprint.systems.values()].filter((system) => system.flows.length > 0 || inLinks.has(system.key))
  return {
    words, stays, oldHubs,
    groups: groupsOf(connected, language, (system) => boxOf(blueprint, system, rowsOf(system), words, language)),
    links: linked.flatMap(({ number, existing }) => existing.from.flatMap((from) => existing.to.filter((to) => to !== from).map((to): BarLink => ({
      number, from, to, text: textOfExisting(existing), hint: `${number} ${textOfExisting(existing)}`,
    })))),
    apart: [...blueprint.systems.values()].filter(({ key, flows, states }) => flows.length === 0 && !inLinks.has(key) && !onHubs.has(key) && (states.has('to-be') || states.has('later'))).map((system) => boxOf(blueprint, system, [], words, language)),
  }
}

const groupsOf = (systems: readonly Application[], language: Language, box: (system: Application) => BarBox): readonly BarGroup[] =>
  familiesOf(systems, language).map(({ id, name, strong, soft, systems: inside }) => ({ id: `group-${id}`, name, strong, soft, boxes: inside.map(box) }))

function boxOf(blueprint: Blueprint, system: Application, rows: readonly BarRow[], words: LandscapeWords, language: Language): BarBox {
  const { protocol } = system.interface
  const later = !system.states.has('to-be') && system.states.has('later')
  const said = interfaceName(system, language) ?? system.system?.connector
  const sub = [
    ...(said === undefined ? [] : [protocol?.port === undefined ? said : `${said} ${protocol.port}`]),
    ...zonesOf(blueprint, system),
    ...(later && system.liveFrom !== undefined ? [words.from(system.liveFrom)] : []),
    ...(system.liveUntil === undefined ? [] : [words.until(system.liveUntil)]),
  ]
  return { id: system.key, name: system.name, sub, rows, system: system.key, dashed: later, quiet: later, ...(system.about === undefined ? {} : { hint: `${system.name}: ${system.about}` }) }
}

const zonesOf = (blueprint: Blueprint, system: Application): readonly string[] => {
  const zones = new Set(system.nodes.flatMap((key) => blueprint.nodes.filter((node) => node.key === key).map(({ zone }) => zone)))
  return blueprint.zones.filter(({ key, kind }) => kind === 'plan' && zones.has(key)).map(({ name }) => name)
}

function flowRow(blueprint: Blueprint, exchange: Exchange, end: ExchangeEnd, words: LandscapeWords): BarRow {
  const { usual, peak } = exchange.volume
  const later = !exchange.states.has('to-be') && exchange.states.has('later')
  const entity = blueprint.entities.get(exchange.entity)
  const details = [
    ...(end.trigger === undefined || end.trigger === '' ? [] : end.trigger.split(' · ')),
    ...(usual === undefined ? [] : [usual.text]),
    ...(later && exchange.liveFrom !== undefined ? [words.from(exchange.liveFrom)] : []),
    ...(peak === undefined ? [] : [words.peak(peak.text)]),
  ]
  const nobody = !exchange.ends.some(({ receives }) => receives)
  return {
    number: exchange.number, text: entity?.name ?? exchange.entity, details, toBar: end.sends, fromBar: end.receives, flow: exchange.key,
    hint: [`${exchange.number} ${exchange.name}`, ...details].join(' · '),
    weight: exchange.criticality === 'critical' ? 2.75 : 1.5, dashed: later, ...(later ? { colour: 'later' as const } : {}),
    ...(nobody ? { barHead: 'ring' as const } : {}),
  }
}

const textOfExisting = ({ name, carries, how }: ExistingIntegration): string => [carries ?? name, ...(how === undefined ? [] : [how])].join(' · ')

function oldHubsOf(blueprint: Blueprint, stays: readonly Numbered[], words: LandscapeWords, language: Language): readonly OldHub[] {
  const partners = new Map<string, Set<string>>()
  const count = new Map<string, number>()
  for (const { existing } of stays) {
    const ends = [...new Set([...existing.from, ...existing.to])]
    for (const key of ends) {
      count.set(key, (count.get(key) ?? 0) + 1)
      const others = partners.get(key) ?? new Set<string>()
      partners.set(key, others)
      for (const other of ends) if (other !== key) others.add(other)
    }
  }
  return [...blueprint.systems.values()].filter(({ key }) => (partners.get(key)?.size ?? 0) >= LEAST_PARTNERS && (count.get(key) ?? 0) >= stays.length * HUB_SHARE).map((system) => {
    const mine = stays.filter(({ existing }) => [...existing.from, ...existing.to].includes(system.key))
    const rowsOf = (key: string): BarRow[] => mine.filter(({ existing }) => [...existing.from, ...existing.to].includes(key)).map(({ number, existing }) => ({
      number, text: existing.carries ?? existing.name, details: existing.how === undefined ? [] : [existing.how], toBar: existing.from.includes(key), fromBar: existing.to.includes(key),
      colour: 'accent-6', hint: `${number} ${existing.name}`,
    }))
    const others = [...blueprint.systems.values()].filter(({ key }) => partners.get(system.key)?.has(key) === true)
    return { system, integrations: mine.length, groups: groupsOf(others, language, (other) => boxOf(blueprint, other, rowsOf(other.key), words, language)) }
  })
}
