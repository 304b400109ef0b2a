/** Puts a measured bar and its sides at their places. */
import { type Sided, tallOf } from '../../layout/sides.ts'
import type { Item, Meaning } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import {
  type BarFrame, type BarGroup, type BarText, barX, type BarZone, BOX_GAP, BOX_PAD, GATE_HEIGHT, gateLabel, gateWidth, GROUP_GAP, heightOf, heightOfSides, INSIDE_GAP, insideHeight,
  type MeasuredBox, type MeasuredGroup, type MeasuredRow, NEAR, titleStrip, ZONE_PAD, zoneWidth,
} from './bar.ts'

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
export function placedBar(sided: Sided<MeasuredGroup>, text: BarText, frame: BarFrame, meaning: Meaning = {}, zone?: BarZone): PlacedBar {
  const name = label(text.name, { size: 16, bold: true, width: frame.bar - 2 * BOX_PAD, colour: 'accent-3' })
  const sub = label(text.sub.join(' · '), { size: 11, colour: 'quiet', width: frame.bar - 2 * BOX_PAD, lines: 12 })
  const joins = (side: 'left' | 'right'): boolean => sided[side].some(({ group }) => group.frameless === true)
  const zoneRight = joins('right') ? frame.width - frame.outside.right : barX(frame) + frame.bar + frame.barPad
  const zoneLeft = joins('left') ? frame.outside.left : barX(frame) - frame.barPad
  const title = zone === undefined ? undefined : label(zone.name, { size: 12, bold: true, colour: zone.strong, width: zoneRight - zoneLeft - 3 * BOX_PAD, lines: joins('left') || joins('right') ? 1 : 2 })
  const top = title === undefined ? 0 : titleStrip(title)
  const foot = zone === undefined ? 0 : ZONE_PAD
  const least = name.height + (text.sub.length === 0 ? 0 : sub.height) + 40 + top + foot
  const height = Math.max(least, heightOfSides(sided))
  const parts: Parts = { frames: [], zones: [], lines: [], shapes: [], texts: [], boxes: [] }
  if (zone !== undefined) {
    parts.frames.push({ kind: 'zone', id: zone.id, x: zoneLeft, y: 0, width: zoneRight - zoneLeft, height, radius: 10, fill: zone.soft, edge: zone.strong, weight: 1.25, dashed: true, ...(title === undefined ? {} : { label: title }) })
  }
  for (const side of ['left', 'right'] as const) placeSide(sided[side], side, frame, height, parts)
  parts.shapes.push({
    kind: 'shape', id: BAR, shape: 'box', x: barX(frame), y: top, width: frame.bar, height: height - top - foot, radius: 12, fill: 'soft-3', edge: 'accent-3', weight: 2,
    label: name, ...(text.sub.length === 0 ? {} : { sub }), valign: 'top', ...meaning,
  })
  return { ...parts, zones: [...parts.frames, ...parts.zones], height }
}

/** What the lower side has less is shared out between its boxes, as long as they still look like one group. */
const MOST_STRETCH = 26

function placeSide(groups: readonly MeasuredGroup[], side: 'left' | 'right', frame: BarFrame, height: number, into: Parts): void {
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
    if (group.frameless !== true) into.frames.push({ kind: 'zone', id: `${group.id}-${side}`, x: zoneX, y: top, width: zoneWidth(frame), height: y - top, radius: 10, fill: group.soft, edge: group.strong, weight: 1.25, dashed: true, label: title })
    y += GROUP_GAP
  }
}

/** `frames` are painted first; zones of the boxes lie in them. */
interface Parts { readonly frames: Item[]; readonly zones: Item[]; readonly lines: Item[]; readonly shapes: Item[]; readonly texts: Item[]; readonly boxes: PlacedBox[] }

function placeBox(measured: MeasuredBox, side: 'left' | 'right', x: number, y: number, height: number, group: BarGroup, frame: BarFrame, into: Parts): void {
  const { box, rows } = measured
  into.boxes.push({ id: box.id, side, x, y, width: frame.box, height })
  if (measured.inside.length === 0) into.shapes.push(plainBox(measured, x, y, height, group, frame))
  else placeHolder(measured, x, y, height, group, frame, into)
  const near = side === 'left' ? x + frame.box : x
  const wanted = rows.reduce((sum, row) => sum + row.height, 0)
  const air = Math.max(0, (height - 6 - wanted) / (rows.length + 1))
  let top = y + 3 + air
  for (const row of rows) {
    placeRow(row, box.id, side, near, top, frame, into)
    top += row.height + air
  }
}

function plainBox({ box, name, sub }: MeasuredBox, x: number, y: number, height: number, group: BarGroup, frame: BarFrame): Item {
  const { rows: _, name: _n, sub: __, quiet, dashed, inside: _i, ...meaning } = box
  return {
    kind: 'shape', shape: 'box', x, y, width: frame.box, height, radius: 8, fill: 'paper', edge: quiet === true ? 'later' : group.strong, weight: 1.75,
    ...(dashed === true ? { dashed } : {}), label: name, ...(sub === undefined ? {} : { sub }), ...meaning,
  }
}

/** A box that holds others, with its texts at the top. */
function placeHolder({ box, name, sub, inside }: MeasuredBox, x: number, y: number, height: number, group: BarGroup, frame: BarFrame, into: Parts): void {
  const { rows: _, name: _n, sub: __, quiet, dashed, inside: held = [], ...meaning } = box
  into.zones.push({ kind: 'zone', x, y, width: frame.box, height, radius: 8, fill: 'paper', edge: quiet === true ? 'later' : group.strong, weight: 1.75, ...(dashed === true ? { dashed } : {}), ...meaning })
  let top = y + BOX_PAD
  into.texts.push({ kind: 'text', label: name, x: x + BOX_PAD, y: top })
  top += name.height
  if (sub !== undefined) {
    into.texts.push({ kind: 'text', label: sub, x: x + BOX_PAD, y: top + 2 })
    top += 2 + sub.height
  }
  top += INSIDE_GAP
  for (const [index, one] of held.entries()) {
    const text = inside[index]!
    const { name: full, dashed: open, ...about } = one
    into.shapes.push({
      kind: 'shape', shape: 'box', x: x + BOX_PAD, y: top, width: frame.box - 2 * BOX_PAD, height: insideHeight(text), radius: 5, fill: group.soft, edge: open === true ? 'later' : group.strong, weight: 1,
      ...(open === true ? { dashed: true } : {}), label: text, hint: full, ...about,
    })
    top += insideHeight(text) + INSIDE_GAP
  }
}

function placeRow({ row, number, text, detail, above }: MeasuredRow, id: string, side: 'left' | 'right', near: number, top: number, frame: BarFrame, into: Parts): void {
  const { number: _n, text: _t, details: _d, toBar, fromBar, barHead, colour, weight, dashed, gate, ...about } = row
  const y = top + above
  const [left, right] = side === 'left' ? [near, barX(frame)] : [barX(frame) + frame.bar, near]
  const atBar = toBar ? (barHead ?? 'arrow') : undefined
  const look = { kind: 'line', colour: colour ?? 'line', weight: weight ?? 1.6, ...(dashed === true ? { dash: 'dashed' as const } : {}), ...about } as const
  const far = side === 'left' ? right : left
  const boxEnd = fromBar ? { start: 'arrow' as const } : {}
  const barEnd = atBar === undefined ? {} : { end: atBar }
  const outward = side === 'left' ? 1 : -1
  let from = side === 'left' ? left + ZONE_PAD : left + frame.barPad
  let to = side === 'left' ? right - frame.barPad : right - ZONE_PAD
  if (gate === undefined) into.lines.push({ ...look, points: [[near, y], [far, y]], from: id, to: BAR, ...boxEnd, ...barEnd })
  else {
    const width = gateWidth(gate)
    const gateX = side === 'left' ? from + NEAR : to - NEAR - width
    const gateId = `gate-${gate}`
    into.shapes.push({ kind: 'shape', id: gateId, shape: 'box', x: gateX, y: y - GATE_HEIGHT / 2, width, height: GATE_HEIGHT, radius: GATE_HEIGHT / 2, fill: 'paper', edge: 'ink', weight: 1.5, label: gateLabel(gate), ...about })
    const [inner, outer] = outward === 1 ? [gateX, gateX + width] : [gateX + width, gateX]
    into.lines.push({ ...look, points: [[near, y], [inner, y]], from: id, to: gateId, ...boxEnd }, { ...look, points: [[outer, y], [far, y]], from: gateId, to: BAR, ...barEnd })
    if (side === 'left') from = gateX + width
    else to = gateX
  }
  const middle = (from + to) / 2
  const begin = middle - (number.width + 6 + text.width) / 2
  const textTop = y - NEAR - Math.max(number.height, text.height)
  into.texts.push({ kind: 'text', label: number, x: begin + number.width, y: textTop, anchor: 'end', ...about }, { kind: 'text', label: text, x: begin + number.width + 6, y: textTop, anchor: 'start', ...about })
  if (detail !== undefined) into.texts.push({ kind: 'text', label: detail, x: middle, y: y + NEAR, anchor: 'middle', ...about })
}
