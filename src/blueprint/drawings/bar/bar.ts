/**
 * `drawings/bar/`: boxes left and right of a bar, each exchange with the bar one straight labelled line. Lines cannot cross, since
 * each has its own height in the box it belongs to. The landscape of an integration and the network around its hub are drawn so.
 */
import type { Role } from '../../scene/palette.ts'
import type { Head, Item, Label, Meaning } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { divided, type Sided, tallOf } from '../../layout/sides.ts'

export interface BarRow extends Meaning {
  /** `F01`: what the line is called wherever there is no room for more. */
  readonly number: string
  readonly text: string
  /** Below the line, the weightiest first: what does not go in is left out from the end. */
  readonly details: readonly string[]
  readonly toBar: boolean
  readonly fromBar: boolean
  /** At the bar, where something else than an arrow ends there. */
  readonly barHead?: Head
  readonly colour?: Role
  readonly weight?: number
  readonly dashed?: boolean
}

export interface BarBox extends Meaning {
  /** Unique in the drawing. */
  readonly id: string
  readonly name: string
  readonly sub: readonly string[]
  readonly dashed?: boolean
  readonly quiet?: boolean
  readonly rows: readonly BarRow[]
}

export interface BarGroup {
  readonly id: string
  readonly name: string
  readonly strong: Role
  readonly soft: Role
  readonly dashed?: boolean
  readonly boxes: readonly BarBox[]
}

/** Widths of a page; what the texts are wrapped to. */
export interface BarFrame {
  readonly width: number
  readonly box: number
  readonly bar: number
  /** Below each line. */
  readonly detailLines: number
  /** Kept free outside the groups, for brackets. */
  readonly outside: { readonly left: number; readonly right: number }
}

export interface BarText { readonly name: string; readonly sub: readonly string[] }

const ZONE_PAD = 12
const BOX_GAP = 10
export const GROUP_GAP = 16
const BOX_PAD = 9
/** Between a line and the texts above and below it. */
const NEAR = 3
const ROW_GAP = 5
const LEAST_BOX = 44

const zoneWidth = (frame: BarFrame): number => frame.box + 2 * ZONE_PAD
const gutter = (frame: BarFrame): number => (frame.width - frame.outside.left - frame.outside.right - frame.bar) / 2 - zoneWidth(frame)
/** Left edge of the bar. */
export const barX = (frame: BarFrame): number => frame.outside.left + zoneWidth(frame) + gutter(frame)

interface MeasuredRow { readonly row: BarRow; readonly number: Label; readonly text: Label; readonly detail?: Label; readonly above: number; readonly height: number }
interface MeasuredBox { readonly box: BarBox; readonly name: Label; readonly sub?: Label; readonly rows: readonly MeasuredRow[]; readonly height: number }
export interface MeasuredGroup { readonly group: BarGroup; readonly title: Label; readonly boxes: readonly MeasuredBox[]; readonly height: number }

function measuredRow(row: BarRow, frame: BarFrame): MeasuredRow {
  const width = gutter(frame) - 26
  const number = label(row.number, { size: 12, bold: true, colour: row.colour ?? 'accent-1' })
  const text = label(row.text, { size: 12, width: width - number.width - 6, lines: 2 })
  const detail = row.details.length === 0 ? undefined : detailLabel(row.details, width, frame.detailLines)
  const above = Math.max(number.height, text.height) + NEAR
  return { row, number, text, ...(detail === undefined ? {} : { detail }), above, height: above + (detail === undefined ? NEAR : NEAR + detail.height) + ROW_GAP }
}

function measuredBox(box: BarBox, frame: BarFrame): MeasuredBox {
  const width = frame.box - 2 * BOX_PAD
  const name = label(box.name, { size: 13.5, bold: true, width, ...(box.quiet === true ? { colour: 'later' as const } : {}) })
  const sub = box.sub.length === 0 ? undefined : label(box.sub.join(' · '), { size: 10.5, colour: 'quiet', width, lines: 3 })
  const rows = box.rows.map((row) => measuredRow(row, frame))
  const texts = name.height + (sub === undefined ? 0 : 2 + sub.height) + 2 * BOX_PAD
  return { box, name, ...(sub === undefined ? {} : { sub }), rows, height: Math.max(LEAST_BOX, texts, rows.reduce((sum, { height }) => sum + height, 6)) }
}

/** Broken between parts, in so many lines at most; parts that do not go in are left out from the end. */
function detailLabel(parts: readonly string[], width: number, most: number): Label {
  const style = { size: 10.5, colour: 'quiet', width, lines: 1 } as const
  const lines: Label[] = []
  for (const part of parts) {
    const last = lines.at(-1)
    const longer = last === undefined ? undefined : label(`${last.lines.join('')} · ${part}`, style)
    if (longer !== undefined && longer.full === undefined) lines[lines.length - 1] = longer
    else if (lines.length < most) lines.push(label(part, style))
    else break
  }
  const [first] = lines
  return { ...first!, lines: lines.flatMap((line) => line.lines), width: Math.max(...lines.map((line) => line.width)), height: lines.reduce((sum, line) => sum + line.height, 0) }
}

const titleStrip = (title: Label): number => title.height + 12

export function measuredGroup(group: BarGroup, frame: BarFrame): MeasuredGroup {
  const title = label(group.name, { size: 12, bold: true, colour: group.strong, width: frame.box })
  const boxes = group.boxes.map((box) => measuredBox(box, frame))
  return { group, title, boxes, height: titleStrip(title) + tallOf(boxes, ({ height }) => height, BOX_GAP) + ZONE_PAD }
}

/** As little height as may be: a group that outweighs all others is shown on both sides. */
export function sides(groups: readonly MeasuredGroup[]): Sided<MeasuredGroup> {
  let best = divided(groups, heightOf, GROUP_GAP)
  let tall = tallest(best)
  let now = groups
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const big = now.reduce<MeasuredGroup | undefined>((a, b) => (b.boxes.length > 1 && (a === undefined || b.height > a.height) ? b : a), undefined)
    if (big === undefined) break
    now = now.flatMap((group) => (group === big ? halves(group) : [group]))
    const next = divided(now, heightOf, GROUP_GAP)
    // Worth it only for a real gain: a group in one place is easier to find.
    if (tallest(next) < tall * 0.8) {
      best = next
      tall = tallest(next)
    }
  }
  return { left: joined(best.left), right: joined(best.right) }
}

const heightOf = ({ height }: MeasuredGroup): number => height
const tallest = ({ left, right }: Sided<MeasuredGroup>): number => Math.max(tallOf(left, heightOf, GROUP_GAP), tallOf(right, heightOf, GROUP_GAP))

function halves(whole: MeasuredGroup): MeasuredGroup[] {
  let first: MeasuredBox[] = []
  let sum = 0
  for (const box of whole.boxes) {
    if (first.length > 0 && sum + box.height / 2 > whole.height / 2) break
    first = [...first, box]
    sum += box.height + BOX_GAP
  }
  return [first, whole.boxes.slice(first.length)].filter((boxes) => boxes.length > 0).map((boxes) => part(whole, boxes))
}

const part = ({ group, title }: MeasuredGroup, boxes: readonly MeasuredBox[]): MeasuredGroup =>
  ({ group, title, boxes, height: titleStrip(title) + tallOf(boxes, ({ height }) => height, BOX_GAP) + ZONE_PAD })

/** Parts of one group that came to the same side are one again. */
function joined(groups: readonly MeasuredGroup[]): MeasuredGroup[] {
  const whole = new Map<string, MeasuredGroup>()
  for (const one of groups) {
    const before = whole.get(one.group.id)
    whole.set(one.group.id, before === undefined ? one : part(one, [...before.boxes, ...one.boxes]))
  }
  return [...whole.values()]
}

/** The same division in other widths. */
export function measuredAgain({ left, right }: Sided<MeasuredGroup>, frame: BarFrame): Sided<MeasuredGroup> {
  const again = (groups: readonly MeasuredGroup[]): MeasuredGroup[] => groups.map(({ group, boxes }) => measuredGroup({ ...group, boxes: boxes.map(({ box }) => box) }, frame))
  return { left: again(left), right: again(right) }
}

export const heightOfSides = (sided: Sided<MeasuredGroup>): number => tallest(sided)

export interface PlacedBox { readonly id: string; readonly side: 'left' | 'right'; readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export interface PlacedBar {
  readonly zones: readonly Item[]
  readonly lines: readonly Item[]
  readonly shapes: readonly Item[]
  readonly texts: readonly Item[]
  readonly boxes: readonly PlacedBox[]
  readonly height: number
}

export const BAR = 'bar'

/** Everything at its place, from y 0 on. */
export function placedBar(sided: Sided<MeasuredGroup>, text: BarText, frame: BarFrame, meaning: Meaning = {}): PlacedBar {
  const name = label(text.name, { size: 16, bold: true, width: frame.bar - 2 * BOX_PAD, colour: 'accent-3' })
  const sub = label(text.sub.join(' · '), { size: 11, colour: 'quiet', width: frame.bar - 2 * BOX_PAD, lines: 12 })
  const least = name.height + (text.sub.length === 0 ? 0 : sub.height) + 40
  const height = Math.max(least, heightOfSides(sided))
  const parts: { zones: Item[]; lines: Item[]; shapes: Item[]; texts: Item[]; boxes: PlacedBox[] } = { zones: [], lines: [], shapes: [], texts: [], boxes: [] }
  for (const side of ['left', 'right'] as const) placeSide(sided[side], side, frame, height, parts)
  parts.shapes.push({
    kind: 'shape', id: BAR, shape: 'box', x: barX(frame), y: 0, width: frame.bar, height, radius: 12, fill: 'soft-3', edge: 'accent-3', weight: 2,
    label: name, ...(text.sub.length === 0 ? {} : { sub }), valign: 'top', ...meaning,
  })
  return { ...parts, height }
}

/** What the lower side has less is shared out between its boxes, as long as they still look like one group. */
const MOST_STRETCH = 26

function placeSide(groups: readonly MeasuredGroup[], side: 'left' | 'right', frame: BarFrame, height: number, into: { zones: Item[]; lines: Item[]; shapes: Item[]; texts: Item[]; boxes: PlacedBox[] }): void {
  const free = height - tallOf(groups, heightOf, GROUP_GAP)
  const gaps = groups.reduce((sum, { boxes }) => sum + boxes.length, 0)
  const stretch = gaps === 0 || free <= 0 ? 0 : Math.min(MOST_STRETCH, free / gaps)
  const zoneX = side === 'left' ? frame.outside.left : frame.width - frame.outside.right - zoneWidth(frame)
  const x = zoneX + ZONE_PAD
  let y = 0
  for (const { group, title, boxes } of groups) {
    const top = y
    y += titleStrip(title)
    for (const box of boxes) {
      // Boxes grow rather than drift apart: their lines stay evenly spaced.
      const tall = box.height + stretch
      placeBox(box, side, x, y, tall, group, frame, into)
      y += tall + BOX_GAP
    }
    y += ZONE_PAD - BOX_GAP
    into.zones.push({ kind: 'zone', id: `${group.id}-${side}`, x: zoneX, y: top, width: zoneWidth(frame), height: y - top, radius: 10, fill: group.soft, edge: group.strong, weight: 1.25, dashed: true, label: title })
    y += GROUP_GAP
  }
}

function placeBox(measured: MeasuredBox, side: 'left' | 'right', x: number, y: number, height: number, group: BarGroup, frame: BarFrame, into: { lines: Item[]; shapes: Item[]; texts: Item[]; boxes: PlacedBox[] }): void {
  const { box, name, sub, rows } = measured
  const { rows: _, name: _n, sub: __, quiet, dashed, ...meaning } = box
  into.boxes.push({ id: box.id, side, x, y, width: frame.box, height })
  into.shapes.push({
    kind: 'shape', shape: 'box', x, y, width: frame.box, height, radius: 8, fill: 'paper', edge: quiet === true ? 'later' : group.strong, weight: 1.75,
    ...(dashed === true ? { dashed } : {}), label: name, ...(sub === undefined ? {} : { sub }), ...meaning,
  })
  const barLeft = barX(frame)
  const [near, far] = side === 'left' ? [x + frame.box, barLeft] : [x, barLeft + frame.bar]
  const [from, to] = side === 'left' ? [near + ZONE_PAD, far] : [far, near - ZONE_PAD]
  const middle = (from + to) / 2
  const wanted = rows.reduce((sum, row) => sum + row.height, 0)
  const air = Math.max(0, (height - 6 - wanted) / (rows.length + 1))
  let top = y + 3 + air
  for (const { row, number, text, detail, above, height: tall } of rows) {
    const lineY = top + above
    const { number: _n, text: _t, details: _d, toBar, fromBar, barHead, colour, weight, dashed: dashedLine, ...about } = row
    const atBar = toBar ? (barHead ?? 'arrow') : undefined
    into.lines.push({
      kind: 'line', points: [[near, lineY], [far, lineY]], from: box.id, to: BAR, colour: colour ?? 'line', weight: weight ?? 1.6,
      ...(dashedLine === true ? { dash: 'dashed' as const } : {}), ...(fromBar ? { start: 'arrow' as const } : {}), ...(atBar === undefined ? {} : { end: atBar }), ...about,
    })
    const begin = middle - (number.width + 6 + text.width) / 2
    const textTop = lineY - NEAR - Math.max(number.height, text.height)
    into.texts.push(
      { kind: 'text', label: number, x: begin + number.width, y: textTop, anchor: 'end', ...about },
      { kind: 'text', label: text, x: begin + number.width + 6, y: textTop, anchor: 'start', ...about },
    )
    if (detail !== undefined) into.texts.push({ kind: 'text', label: detail, x: middle, y: lineY + NEAR, anchor: 'middle', ...about })
    top += tall + air
  }
}
