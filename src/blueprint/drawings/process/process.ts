/** Business processes as BPMN has them: lanes, tasks, deadlines on their edges, exceptions with a path of their own. */
import type { Language } from '../../language.ts'
import type { Blueprint, Lane, Process, Step } from '../../model.ts'
import { room } from '../../scene/compose.ts'
import type { Drawing, Item, LegendEntry, LineItem, Page, Point } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { event, GUTTER, type Path, pathsOf, type Unit } from './units.ts'
import { WORDS, type Words } from './words.ts'

const STRIP = 56
const LANE_PAD = 15
const LEAST_LANE = 86
/** Of a way around from the way through. */
const BESIDE = 7

export function process(blueprint: Blueprint, language: Language): readonly Drawing[] {
  const words = WORDS[language]
  return blueprint.processes.filter((one) => one.steps.length > 0).map((one): Drawing => {
    const legend = legendOf(one, words)
    return {
      name: `process-${one.key}`,
      title: words.title(one.name),
      alt: words.alt(one.name, one.steps.length, one.lanes.length, one.exceptions.length),
      layer: 'business',
      pages: sheets(pathsOf(blueprint, one, words, language), one, room(legend), words).map((slices) => page(slices, one, words)),
      legend,
    }
  })
}

/** Only signs that this process uses. */
function legendOf(one: Process, words: Words): readonly LegendEntry[] {
  const steps = [...one.steps, ...one.exceptions.flatMap((exception) => exception.steps)]
  const does = (kind: Step['kind']): boolean => steps.some((step) => step.kind === kind)
  const isTimed = steps.some((step) => step.within !== undefined)
  const entries: readonly (readonly [boolean, string, LegendEntry['sample']])[] = [
    [does('user'), words.legend.user, { kind: 'icon', icon: 'user' }],
    [does('service'), words.legend.service, { kind: 'icon', icon: 'gear', colour: 'accent-1' }],
    [does('manual'), words.legend.manual, { kind: 'icon', icon: 'hand' }],
    [isTimed, words.legend.timer, { kind: 'icon', icon: 'clock', colour: 'warn' }],
    [isTimed, words.legend.scenario, { kind: 'shape', fill: 'soft-warn', edge: 'warn' }],
    [one.exceptions.length > 0, words.legend.exception, { kind: 'shape', shape: 'circle', edge: 'warn', weight: 1.25 }],
    [steps.some((step) => step.onlyIf !== undefined), words.legend.gateway, { kind: 'shape', shape: 'diamond', fill: 'soft-3', edge: 'accent-3' }],
  ]
  return entries.flatMap(([isUsed, text, sample]) => (isUsed ? [{ text, sample }] : []))
}

/** What of each path stands on a sheet, from left to right; each slice is joined in itself. */
type Slices = readonly Path[]

function sheets(paths: readonly Path[], of: Process, most: { readonly width: number; readonly height: number }, words: Words): readonly Slices[] {
  const done: Path[][] = [[]]
  const fits = (slices: Slices): boolean => widthOf(slices) <= most.width && [...heights(slices, of).values()].reduce((sum, one) => sum + one.above + one.below, 0) <= most.height
  const link = (sheet: number, lane: string, way: 'goesOn' | 'comesFrom', id: string): Unit => event({ kind: 'sheet', sign: String(sheet), caption: words[way](sheet), lane, id })
  for (const [number, path] of paths.entries()) {
    let rest = [...path]
    let came: Unit | undefined
    while (rest.length > 0) {
      const sheet = done.length
      const here = done.at(-1) ?? []
      const start = came === undefined ? [] : [came]
      let count = 0
      for (let next = 1; next <= rest.length; next += 1) {
        const slice = [...start, ...rest.slice(0, next)]
        const lane = rest[next - 1]?.lane ?? ''
        if (!fits([...here, next === rest.length ? slice : [...slice, link(sheet + 1, lane, 'goesOn', 'probe')]])) break
        count = next
      }
      // A path is not torn after its first event alone; a sheet that is empty takes at least one unit.
      const least = here.length === 0 ? 1 : came === undefined ? 2 : 1
      // Nor is one that would fit on a sheet of its own.
      const alone = count < rest.length && came === undefined && number > 0 && fits([rest])
      if ((count < least || alone) && here.length > 0) {
        done.push([])
        continue
      }
      const taken = rest.slice(0, Math.max(1, count))
      rest = rest.slice(taken.length)
      const last = taken.at(-1)
      const lane = last?.lane ?? ''
      done.at(-1)?.push([...start, ...taken, ...(rest.length === 0 ? [] : [link(sheet + 1, lane, 'goesOn', `to-sheet-${number}`)])])
      if (rest.length > 0) {
        came = link(sheet, rest[0]?.lane ?? lane, 'comesFrom', `from-sheet-${number}`)
        done.push([])
      }
    }
  }
  return done.filter((slices) => slices.length > 0)
}

const widthOf = (slices: Slices): number => STRIP + GUTTER + slices.flat().reduce((sum, unit) => sum + unit.width + GUTTER, 0)

interface Extent { readonly above: number; readonly below: number }

/** Lanes that this sheet needs, in the order of the process. */
function heights(slices: Slices, of: Process): ReadonlyMap<string, Extent> {
  const extents = new Map<string, Extent>()
  const lanes = [...of.lanes.map((lane) => lane.key), ...slices.flat().map((unit) => unit.lane)]
  for (const key of new Set(lanes)) {
    const units = slices.flat().filter((unit) => unit.lane === key)
    if (units.length === 0) continue
    const above = Math.max(...units.map((unit) => unit.above)) + LANE_PAD
    const below = Math.max(...units.map((unit) => unit.below)) + LANE_PAD
    const lacking = Math.max(0, LEAST_LANE - above - below) / 2
    extents.set(key, { above: above + lacking, below: below + lacking })
  }
  return extents
}

function page(slices: Slices, of: Process, words: Words): Page {
  const width = widthOf(slices)
  const zones: Item[] = []
  const middles = new Map<string, { middle: number; top: number }>()
  let y = 0
  for (const [index, [key, extent]] of [...heights(slices, of)].entries()) {
    const lane = of.lanes.find((one) => one.key === key)
    const height = extent.above + extent.below
    const name = laneName(of, lane, key, words)
    zones.push({
      kind: 'zone', id: `lane-${index}`, x: 0, y, width, height, radius: 0, fill: index % 2 === 0 ? 'zone' : 'paper', edge: 'edge', labelAt: 'left', strip: STRIP, hint: name,
      label: label(name, { size: 11, bold: true, width: height - 12, lines: 3 }), ...(lane?.kind === 'system' ? { system: lane.key } : {}),
    })
    middles.set(key, { middle: y + extent.above, top: y })
    y += height
  }
  const items: Item[] = []
  const lines: LineItem[] = []
  let x = STRIP + GUTTER
  for (const slice of slices) {
    const placed: Placed[] = []
    for (const unit of slice) {
      const { middle = 0, top = 0 } = middles.get(unit.lane) ?? {}
      placed.push({ unit, x, middle, top })
      items.push(...unit.items(x, middle))
      x += unit.width + GUTTER
    }
    for (const [index, one] of placed.entries()) {
      const next = placed[index + 1]
      if (next !== undefined) lines.push(...joined(one, next))
    }
  }
  return { width, height: y, items: [...zones, ...lines, ...items] }
}

interface Placed { readonly unit: Unit; readonly x: number; readonly middle: number; readonly top: number }

function joined(one: Placed, next: Placed): LineItem[] {
  const exit = one.unit.exit
  if (exit === undefined) return []
  const to: Point = [next.x + next.unit.entry.x, next.middle]
  // In the gutter before the next column nothing stands but lines.
  const turn = next.x - GUTTER / 2
  const around = one.unit.bypass
  const bend = (from: Point): Point[] => (from[1] === to[1] ? [from, to] : [from, [turn, from[1]], [turn, to[1]], to])
  const channel = one.middle - one.unit.above - 6
  return [
    { kind: 'line', points: bend([one.x + exit.x, one.middle]), from: exit.id, to: next.unit.entry.id, end: 'arrow' },
    ...(around === undefined ? [] : [{
      kind: 'line', from: around.id, to: next.unit.entry.id, end: 'arrow', colour: 'accent-3', dash: 'dashed',
      points: [[one.x + around.x, one.middle - around.from], [one.x + around.x, channel], [turn - BESIDE, channel], [turn - BESIDE, to[1]], to],
    } as const]),
  ]
}

/** With its kind, where two lanes have the same name. */
function laneName(of: Process, lane: Lane | undefined, key: string, words: Words): string {
  if (lane === undefined || lane.kind === 'unsaid') return words.unsaid
  const isShared = of.lanes.some((one) => one.key !== key && one.name === lane.name)
  return isShared ? `${lane.name} (${words.kinds[lane.kind]})` : lane.name
}
