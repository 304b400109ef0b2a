/** The data-flow diagram: from whom to whom which data go, without technology. */
import type { Language } from '../../language.ts'
import type { Blueprint } from '../../model.ts'
import { room } from '../../scene/compose.ts'
import type { LegendEntry, Page } from '../../scene/scene.ts'
import { contentsPages } from '../contents.ts'
import type { Draw } from '../drawings.ts'
import { familiesOf } from '../families.ts'
import { numberedExisting } from '../numbered-existing.ts'
import { type Matter, type Party, type ThreeColumns, threeColumns } from './three-columns.ts'
import { type DataFlowWords, WORDS } from './words.ts'

type Room = ReturnType<typeof room>

/** Upright sheets hold more; a few wide ones are easier to read. */
const MOST_WIDE = 3
const MANY = 40

export const dataFlow: Draw = (blueprint, language) => {
  const words = WORDS[language]
  const flows = mattersOfFlows(blueprint, words)
  const existing = mattersOfToday(blueprint, words)
  if (flows.length + existing.length === 0) return []
  const parties = partiesOf(blueprint, language)
  const legend = legendOf(flows, existing, words)
  const draw = (matters: readonly Matter[], size: Room): ThreeColumns => threeColumns(matters, parties, words.heads, size.width)
  const upright = room(legend, 'portrait')
  const lying = room(legend, 'landscape')
  const whole = (matters: readonly Matter[]): readonly (readonly Matter[])[] | undefined => (matters.length > 0 && [lying, upright].some((size) => goes(draw(matters, size), size)) ? [matters] : undefined)
  const sheets = (matters: readonly Matter[]): readonly (readonly Matter[])[] => {
    const wide = whole(matters) ?? (matters.length > MANY ? [] : divided(matters, (some) => goes(draw(some, lying), lying)))
    return wide.length > 0 && wide.length <= MOST_WIDE ? wide : divided(matters, (some) => goes(draw(some, upright), upright))
  }
  const parts = sheets(flows)
  const partsToday = sheets(existing)
  const page = (matters: readonly Matter[], part: string | undefined): Page => {
    const size = goes(draw(matters, lying), lying) ? lying : upright
    return { ...(part === undefined ? {} : { part }), ...draw(matters, size) }
  }
  const named = (matters: readonly Matter[]): string => words.part(matters[0]?.sign ?? '', matters.at(-1)?.sign ?? '')
  const pages = [...parts.map((matters) => page(matters, parts.length > 1 ? named(matters) : undefined)), ...partsToday.map((matters) => page(matters, partsToday.length > 1 ? `${words.today}, ${named(matters)}` : words.today))]
  const contents = (before: number): Page[] => contentsPages([...parts, ...partsToday].map((matters, index) => ({
    title: words.sheet(before + index + 1, named(matters)),
    entries: matters.map(({ sign, name, flow, strong, dashed }) => ({ sign, name, strong, dashed, ...(flow === undefined ? {} : { flow }) })),
  })), words.contents, lying)
  const first = parts.length > 1 || partsToday.length > 1 ? contents(contents(0).length) : []
  return [{
    name: 'data-flow', title: words.title, layer: 'business', legend, alt: flows.length === 0 ? words.altToday(existing.length) : words.alt(flows.length, new Set(flows.flatMap(({ from, to }) => [...from, ...to])).size),
    pages: [...first, ...pages],
  }]
}

const goes = (drawn: ThreeColumns, size: Room): boolean => drawn.width <= size.width && drawn.height <= size.height

/** In their order, as many on a sheet as go on it; what does not go on one alone is shown with some of its ends on each of several. */
function divided(matters: readonly Matter[], fits: (matters: readonly Matter[]) => boolean): readonly (readonly Matter[])[] {
  const parts: Matter[][] = []
  let part: Matter[] = []
  for (const matter of matters.flatMap((one) => shared(one, fits))) {
    const again = part.some(({ key }) => key === matter.key)
    if (part.length > 0 && !again && fits([...part, matter])) part.push(matter)
    else {
      if (part.length > 0) parts.push(part)
      part = [matter]
    }
  }
  return part.length === 0 ? parts : [...parts, part]
}

function shared(matter: Matter, fits: (matters: readonly Matter[]) => boolean): Matter[] {
  if (fits([matter]) || matter.from.length + matter.to.length <= 2) return [matter]
  const longer = matter.from.length >= matter.to.length ? 'from' : 'to'
  const half = Math.ceil(matter[longer].length / 2)
  return [{ ...matter, [longer]: matter[longer].slice(0, half) }, { ...matter, [longer]: matter[longer].slice(half) }].flatMap((one) => shared(one, fits))
}

function partiesOf(blueprint: Blueprint, language: Language): ReadonlyMap<string, Party> {
  return new Map(familiesOf(blueprint.systems.values(), language).flatMap(({ strong, soft, systems }) => systems.map((system): [string, Party] => [system.key, {
    key: system.key, name: system.name, strong, soft, dashed: !system.states.has('to-be') && system.states.has('later'), system: system.key,
  }])))
}

const mattersOfFlows = (blueprint: Blueprint, words: DataFlowWords): Matter[] => [...blueprint.flows.values()].map((exchange) => {
  const entity = blueprint.entities.get(exchange.entity)?.name ?? exchange.entity
  const from = exchange.ends.filter(({ sends }) => sends).map(({ system }) => system)
  const to = exchange.ends.filter(({ receives }) => receives).map(({ system }) => system)
  const sub = [entity, ...(exchange.volume.usual === undefined ? [] : [exchange.volume.usual.text]), ...(exchange.personal ? [words.personal] : []), ...(to.length === 0 ? [words.kept] : [])]
  return {
    key: exchange.key, sign: exchange.number, name: exchange.name, sub: sub.join(' · '), from, to, strong: 'accent-1', soft: 'paper', flow: exchange.key,
    dashed: !exchange.states.has('to-be') && exchange.states.has('later'), critical: exchange.criticality === 'critical', ...(exchange.about === undefined ? {} : { hint: exchange.about }),
  }
})

const mattersOfToday = (blueprint: Blueprint, words: DataFlowWords): Matter[] => {
  return numberedExisting(blueprint).map(({ number, existing: one }): Matter => {
    const successor = one.flow === undefined ? undefined : blueprint.flows.get(one.flow)
    const fate = one.fate === 'replace' && successor !== undefined ? words.replacedBy(`${successor.number} ${successor.name}`) : (words.fate[one.fate] ?? one.fate)
    const stays = one.fate === 'keep'
    return {
      key: `today-${one.key}`, sign: number, name: one.carries ?? one.name, sub: [words.works[one.works] ?? one.works, fate].join(' · '), from: one.from, to: one.to,
      strong: stays ? 'accent-6' : 'quiet', soft: 'paper', dashed: !stays, critical: false, ...(one.how === undefined ? {} : { hint: one.how }),
    }
  })
}

function legendOf(flows: readonly Matter[], existing: readonly Matter[], { legend }: DataFlowWords): LegendEntry[] {
  return [
    ...(flows.length === 0 ? [] : [{ text: legend.flow, sample: { kind: 'shape', fill: 'paper', edge: 'accent-1' } } as const]),
    ...(flows.some(({ critical }) => critical) ? [{ text: legend.critical, sample: { kind: 'shape', fill: 'paper', edge: 'accent-1', weight: 2.75 } } as const] : []),
    ...(flows.some(({ dashed }) => dashed) ? [{ text: legend.later, sample: { kind: 'shape', fill: 'paper', edge: 'later', dashed: true } } as const] : []),
    ...(existing.some(({ dashed }) => !dashed) ? [{ text: legend.stays, sample: { kind: 'shape', fill: 'paper', edge: 'accent-6' } } as const] : []),
    ...(existing.some(({ dashed }) => dashed) ? [{ text: legend.goes, sample: { kind: 'shape', fill: 'paper', edge: 'later', dashed: true } } as const] : []),
  ]
}
