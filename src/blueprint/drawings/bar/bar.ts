/**
 * `drawings/bar/`: boxes left and right of a bar, each exchange with the bar one straight labelled line. Lines cannot cross, since
 * each has its own height in the box it belongs to. The landscape of an integration and the network around its hub are drawn so.
 */
import type { Role } from '../../scene/palette.ts'
import type { Head, Label, Meaning } from '../../scene/scene.ts'
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
  /** Number of the gate in the border of its group. */
  readonly gate?: string
}

export interface BarBox extends Meaning {
  /** Unique in the drawing. */
  readonly id: string
  readonly name: string
  readonly sub: readonly string[]
  readonly dashed?: boolean
  readonly quiet?: boolean
  readonly rows: readonly BarRow[]
  /** What stands in it, each as a small box of its own. */
  readonly inside?: readonly BarInside[]
}

export interface BarInside extends Meaning { readonly id: string; readonly name: string; readonly dashed?: boolean }

export interface BarGroup {
  readonly id: string
  readonly name: string
  readonly strong: Role
  readonly soft: Role
  /** Stands in the zone of the bar, which is drawn around both. */
  readonly frameless?: boolean
  readonly boxes: readonly BarBox[]
}

/** The zone in which the bar stands. */
export interface BarZone { readonly id: string; readonly name: string; readonly strong: Role; readonly soft: Role }

/** Widths of a page; what the texts are wrapped to. */
export interface BarFrame {
  readonly width: number
  /** At most, as far as it can be helped. */
  readonly height: number
  readonly box: number
  readonly bar: number
  /** Between the bar and the border of its zone. */
  readonly barPad: number
  /** Below each line. */
  readonly detailLines: number
  /** Kept free outside the groups, for brackets. */
  readonly outside: { readonly left: number; readonly right: number }
}

export interface BarText { readonly name: string; readonly sub: readonly string[] }

export const ZONE_PAD = 12
export const BOX_GAP = 10
export const GROUP_GAP = 16
export const BOX_PAD = 9
/** Between a line and the texts above and below it. */
export const NEAR = 3
const ROW_GAP = 5
const LEAST_BOX = 44

export const zoneWidth = (frame: BarFrame): number => frame.box + 2 * ZONE_PAD
const gutter = (frame: BarFrame): number => (frame.width - frame.outside.left - frame.outside.right - frame.bar) / 2 - zoneWidth(frame)
export const GATE_HEIGHT = 18
export const gateLabel = (gate: string): Label => label(gate, { size: 10.5, bold: true, colour: 'ink' })
export const gateWidth = (gate: string): number => Math.max(20, gateLabel(gate).width + 8)
/** Of the line between the borders of the two zones, without the gate. */
const labelRoom = (frame: BarFrame, gate: string | undefined): number => gutter(frame) - frame.barPad - (gate === undefined ? 0 : gateWidth(gate) + 2 * NEAR)
/** Left edge of the bar. */
export const barX = (frame: BarFrame): number => frame.outside.left + zoneWidth(frame) + gutter(frame)

export interface MeasuredRow { readonly row: BarRow; readonly number: Label; readonly text: Label; readonly detail?: Label; readonly above: number; readonly height: number }
export interface MeasuredBox { readonly box: BarBox; readonly name: Label; readonly sub?: Label; readonly inside: readonly Label[]; readonly rows: readonly MeasuredRow[]; readonly height: number }
export interface MeasuredGroup { readonly group: BarGroup; readonly title: Label; readonly boxes: readonly MeasuredBox[]; readonly height: number }

function measuredRow(row: BarRow, frame: BarFrame): MeasuredRow {
  const width = labelRoom(frame, row.gate) - 26
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
  const inside = (box.inside ?? []).map((one) => label(one.name, { size: 11.5, width: width - 18, lines: 3 }))
  const texts = name.height + (sub === undefined ? 0 : 2 + sub.height) + 2 * BOX_PAD + inside.reduce((sum, one) => sum + insideHeight(one) + INSIDE_GAP, 0)
  return { box, name, ...(sub === undefined ? {} : { sub }), inside, rows, height: Math.max(LEAST_BOX, texts, rows.reduce((sum, { height }) => sum + height, 6)) }
}

export const INSIDE_GAP = 5
export const insideHeight = (text: Label): number => text.height + 8

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

export const titleStrip = (title: Label): number => title.height + 12

export function measuredGroup(group: BarGroup, frame: BarFrame): MeasuredGroup {
  const title = label(group.name, { size: 12, bold: true, colour: group.strong, width: frame.box })
  const boxes = group.boxes.map((box) => measuredBox(box, frame))
  return { group, title, boxes, height: titleStrip(title) + tallOf(boxes, ({ height }) => height, BOX_GAP) + ZONE_PAD }
}

/** As little height as may be: a group that outweighs all others, or that is too high for the sheet, is shown on both sides. */
export function sides(groups: readonly MeasuredGroup[], { height }: BarFrame): Sided<MeasuredGroup> {
  let best = divided(groups, heightOf, GROUP_GAP)
  let tall = tallest(best)
  let now = groups
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const big = now.reduce<MeasuredGroup | undefined>((a, b) => (b.boxes.length > 1 && (a === undefined || b.height > a.height) ? b : a), undefined)
    if (big === undefined) break
    now = now.flatMap((group) => (group === big ? halves(group) : [group]))
    const next = divided(now, heightOf, GROUP_GAP)
    // Worth it only for a real gain: a group in one place is easier to find.
    if (tallest(next) < tall * (tall > height ? 1 : 0.8)) {
      best = next
      tall = tallest(next)
    }
  }
  return { left: joined(best.left), right: joined(best.right) }
}

export const heightOf = ({ height }: MeasuredGroup): number => height
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
