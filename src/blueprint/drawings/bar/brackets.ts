/** Links between boxes beside the bar: brackets in tracks outside the groups, and below the bar where they change sides. */
import type { Role } from '../../scene/palette.ts'
import type { LineItem, Meaning, Point } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import type { BarFrame } from './bar.ts'
import type { PlacedBox } from './place-bar.ts'

export interface BarLink extends Meaning {
  readonly number: string
  readonly text: string
  /** Ids of boxes. */
  readonly from: string
  readonly to: string
  readonly bothWays?: boolean
}

/** Room for a number beside the line of the next track. */
const TRACK = 29
const MOST_TRACKS = 3
const LANE = 22
/** Below the bar, where there is a sheet for all; and where sheets are divided and room is kept for them. */
export const LANES = { alone: 8, divided: 2 }
export const lanesHeight = (lanes: number): number => lanes * LANE + 16
const LEAST_STEP = 9

/** What must be kept free outside the groups, when these ids stand left and the others right. */
export function outsideFor(links: readonly BarLink[], left: ReadonlySet<string>): { readonly left: number; readonly right: number } {
  const ends = links.filter(({ from, to }) => from !== to).map(({ from, to }) => [left.has(from), left.has(to)])
  const room = (isLeft: boolean): number => {
    const count = ends.filter((one) => one.includes(isLeft)).length
    return Math.min(MOST_TRACKS, count)
  }
  return outsideOf({ left: room(true), right: room(false) })
}

interface Tracks { readonly left: number; readonly right: number }
/** Room for so many tracks. */
export function outsideOf({ left, right }: Tracks): { readonly left: number; readonly right: number } {
  const room = (tracks: number): number => (tracks === 0 ? 0 : 6 + TRACK * tracks)
  return { left: room(left), right: room(right) }
}

type Side = 'left' | 'right'
interface Stub { readonly link: BarLink; readonly box: PlacedBox; readonly y: number }
interface Way { readonly link: BarLink; readonly from: Stub; readonly to: Stub }
interface Interval { readonly way: Way; readonly side: Side; readonly top: number; readonly bottom: number; readonly length: number }

export interface PlacedBrackets {
  readonly items: readonly LineItem[]
  /** Below `top`. */
  readonly height: number
  /** That are in use. */
  readonly tracks: Tracks
}

export function brackets(links: readonly BarLink[], boxes: readonly PlacedBox[], frame: BarFrame, top: number, colour: Role, lanes: number): PlacedBrackets {
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const drawable = links.filter(({ from, to }) => from !== to && byId.has(from) && byId.has(to))
  const ways = waysOf(drawable, byId)
  const crossing = ways.filter(({ from, to }) => from.box.side !== to.box.side).slice(0, lanes)
  const staying = ways.filter(({ from, to }) => from.box.side === to.box.side)
  const bottom = top + LANE * crossing.length
  const intervals = [
    ...staying.map((way): Interval => interval(way, way.from.box.side, way.from.y, way.to.y)),
    ...crossing.flatMap((way) => [way.from, way.to].map((stub): Interval => interval(way, stub.box.side, stub.y, bottom))),
  ].sort((a, b) => a.length - b.length)
  const trackOf = new Map<Way, Map<Side, number>>()
  const taken: Record<Side, Interval[][]> = { left: [], right: [] }
  for (const one of intervals) {
    const track = Array.from({ length: MOST_TRACKS }, (_, index) => index).find((index) => !(taken[one.side][index] ?? []).some((other) => other.top < one.bottom + 4 && one.top < other.bottom + 4))
    if (track === undefined) continue
    ;(taken[one.side][track] ??= []).push(one)
    trackOf.set(one.way, (trackOf.get(one.way) ?? new Map<Side, number>()).set(one.side, track))
  }
  const drawn: LineItem[] = []
  for (const way of staying) {
    const line = bracket(way, trackOf.get(way), staying, trackOf, crossing, frame, colour)
    if (line !== undefined) drawn.push(line)
  }
  let lane = top
  for (const way of crossing) {
    const tracks = trackOf.get(way)
    if (tracks?.size !== 2) continue
    lane += LANE
    drawn.push(crossed(way, tracks, lane, frame, colour))
  }
  return { items: drawn, tracks: { left: taken.left.length, right: taken.right.length }, height: lane === top ? 0 : lane - top + 12 }
}

const interval = (way: Way, side: Side, a: number, b: number): Interval => ({ way, side, top: Math.min(a, b), bottom: Math.max(a, b), length: Math.abs(a - b) })

/** Ends of links share out the outer side of their box; a box that is too low for all leaves out the last. */
function waysOf(links: readonly BarLink[], boxes: ReadonlyMap<string, PlacedBox>): Way[] {
  const ends = new Map<string, { readonly link: BarLink; readonly other: number }[]>()
  const middle = (id: string): number => boxes.get(id)!.y + boxes.get(id)!.height / 2
  const side = (id: string): Side => boxes.get(id)!.side
  for (const link of links) {
    for (const [id, other] of [[link.from, link.to], [link.to, link.from]] as const) {
      // Those that go below the bar leave lowest.
      ends.set(id, [...(ends.get(id) ?? []), { link, other: side(id) === side(other) ? middle(other) : Number.MAX_VALUE }])
    }
  }
  const stubs = new Map<string, Stub>()
  for (const [id, all] of ends) {
    const box = boxes.get(id)!
    const some = all.toSorted((a, b) => a.other - b.other).slice(0, Math.max(1, Math.floor(box.height / LEAST_STEP) - 1))
    for (const [index, { link }] of some.entries()) stubs.set(`${link.number} ${id} ${link.from} ${link.to}`, { link, box, y: box.y + (box.height * (index + 1)) / (some.length + 1) })
  }
  return links.flatMap((link) => {
    const from = stubs.get(`${link.number} ${link.from} ${link.from} ${link.to}`)
    const to = stubs.get(`${link.number} ${link.to} ${link.from} ${link.to}`)
    return from === undefined || to === undefined ? [] : [{ link, from, to }]
  })
}

const outerX = (box: PlacedBox): number => (box.side === 'left' ? box.x : box.x + box.width)
const trackX = (side: Side, track: number, frame: BarFrame): number => {
  const fromEdge = frame.outside[side] - 16 - track * TRACK
  return side === 'left' ? fromEdge : frame.width - fromEdge
}

const base = ({ link }: Way, colour: Role): Omit<LineItem, 'points'> => {
  const { number: _, text, from, to, bothWays, ...meaning } = link
  return { kind: 'line', from, to, colour, weight: 1.75, end: 'arrow', ...(bothWays === true ? { start: 'arrow' as const } : {}), hint: text, ...meaning }
}

function bracket(way: Way, tracks: ReadonlyMap<Side, number> | undefined, staying: readonly Way[], trackOf: ReadonlyMap<Way, ReadonlyMap<Side, number>>, crossing: readonly Way[], frame: BarFrame, colour: Role): LineItem | undefined {
  const { side } = way.from.box
  const track = tracks?.get(side)
  if (track === undefined) return undefined
  const number = label(way.link.number, { size: 11, bold: true, colour })
  // Ends of links on outer tracks pass this one; the number keeps out of their way.
  const passing = [...staying, ...crossing].filter((other) => other !== way && (trackOf.get(other)?.get(side) ?? -1) > track)
    .flatMap(({ from, to }) => [from, to].filter((stub) => stub.box.side === side).map(({ y }) => y))
  const [top, bottom] = [Math.min(way.from.y, way.to.y), Math.max(way.from.y, way.to.y)]
  const room = number.height / 2 + 2
  const middle = (top + bottom) / 2
  const heights = Array.from({ length: 80 }, (_, index) => middle + Math.ceil(index / 2) * 4 * (index % 2 === 0 ? 1 : -1))
  const at = heights.find((y) => y - room > top && y + room < bottom && passing.every((other) => Math.abs(other - y) > room + 2))
  if (at === undefined) return undefined
  const x = trackX(side, track, frame)
  return {
    ...base(way, colour), points: [[outerX(way.from.box), way.from.y], [x, way.from.y], [x, way.to.y], [outerX(way.to.box), way.to.y]],
    label: { label: number, x, y: at - number.height / 2, anchor: 'middle', backing: 'paper' },
  }
}

function crossed(way: Way, tracks: ReadonlyMap<Side, number>, lane: number, frame: BarFrame, colour: Role): LineItem {
  const end = (stub: Stub): Point[] => {
    const x = trackX(stub.box.side, tracks.get(stub.box.side)!, frame)
    return [[outerX(stub.box), stub.y], [x, stub.y], [x, lane]]
  }
  const text = label(`${way.link.number}  ${way.link.text}`, { size: 11, bold: true, colour, width: frame.width * 0.4, lines: 1 })
  return { ...base(way, colour), points: [...end(way.from), ...end(way.to).toReversed()], label: { label: text, x: frame.width / 2, y: lane - text.height / 2, anchor: 'middle', backing: 'paper' } }
}

