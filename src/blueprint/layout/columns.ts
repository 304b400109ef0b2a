/**
 * Boxes in columns and lines in the gutters between them. No line can cross a box: verticals run in gutters only, and a line that
 * has to pass a column does so in a place of its own. No two lines lie upon each other: pins stand on a lattice that is shifted by
 * half a pitch from column to column, so lines that come into a gutter from its two sides never share a height.
 */
import { type ChannelNet, isStraight, tracks } from './channel.ts'
import { spread } from './spread.ts'

export interface ColumnBox {
  readonly key: string
  readonly height: number
}

export interface Pin {
  readonly box: string
  readonly side: 'left' | 'right'
  /** The row of the box at which it must stand, counted in pitches from the top; none: wherever it suits. */
  readonly row?: number | 'middle'
}

/** A line of two or more ends; all pins look into the same gutter. */
export interface Net {
  readonly key: string
  readonly pins: readonly Pin[]
}

export interface Columns {
  readonly columns: readonly { readonly width: number; readonly boxes: readonly ColumnBox[] }[]
  readonly nets: readonly Net[]
  /** Distance of two pins on a side of a box. Heights of boxes are multiples of it. */
  readonly pitch: number
  /** Between boxes of a column; rounded up to a multiple of the pitch. */
  readonly gap: number
  /** Between trunks: at least, and at most where there is room. */
  readonly track: { readonly least: number; readonly most: number }
  /** From a box to the first trunk. */
  readonly pad: number
  /** Gutters with lines share out what is left of it. */
  readonly width?: number
  /** Columns begin at the top instead of standing where their lines are short. */
  readonly top?: boolean
}

export interface Rect { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export interface PlacedPin extends Pin { readonly x: number; readonly y: number }
export interface PlacedNet {
  readonly key: string
  /** Of the trunk; none: one straight line. */
  readonly trunk?: number
  readonly pins: readonly PlacedPin[]
}

export interface PlacedColumns {
  readonly width: number
  readonly height: number
  readonly boxes: ReadonlyMap<string, Rect>
  readonly nets: readonly PlacedNet[]
}

const SWEEPS = 6

const upTo = (value: number, step: number): number => Math.ceil(value / step - 1e-9) * step

interface Box { readonly key: string; readonly column: number; readonly pitch: number; readonly rows: number; top: number }

export function placeColumns(wanted: Columns): PlacedColumns {
  const { columns, nets } = wanted
  const boxes = boxesOf(wanted)
  const gap = upTo(wanted.gap, wanted.pitch)
  const inColumns = columns.map(({ boxes: keys }) => keys.map(({ key }) => boxes.get(key)!))
  if (wanted.top === true) for (const column of inColumns) stack(column, gap)
  else settle(inColumns, nets, boxes, gap)
  snap(inColumns, gap, wanted.pitch)
  const heights = pinHeights(nets, boxes)

  const channels: Channel[] = columns.map((_, index) => {
    const inside = nets.filter((net) => channelOf(net, boxes) === index)
    const sides = inside.map((net): ChannelNet => ({
      left: net.pins.flatMap((pin) => (pin.side === 'right' ? [heights.get(pin)!] : [])),
      right: net.pins.flatMap((pin) => (pin.side === 'left' ? [heights.get(pin)!] : [])),
    }))
    return { nets: inside, sides, ...tracks(sides) }
  })
  return laidOut(wanted, boxes, channels, heights)
}

function boxesOf({ columns, nets, pitch }: Columns): Map<string, Box> {
  const pinsOn = new Map<string, number>()
  const centred = new Set(nets.flatMap(({ pins }) => pins.filter(({ row }) => row === 'middle').map(({ box }) => box)))
  for (const { pins } of nets) for (const { box, side } of pins) pinsOn.set(`${side} ${box}`, (pinsOn.get(`${side} ${box}`) ?? 0) + 1)
  const boxes = new Map<string, Box>()
  for (const [column, { boxes: inside }] of columns.entries()) {
    for (const { key, height } of inside) {
      const rows = Math.max(Math.ceil(height / pitch - 1e-9), pinsOn.get(`left ${key}`) ?? 0, pinsOn.get(`right ${key}`) ?? 0, 1)
      // A middle row is where there is an odd number of them.
      boxes.set(key, { key, column, pitch, rows: centred.has(key) && rows % 2 === 0 ? rows + 1 : rows, top: 0 })
    }
  }
  return boxes
}

/** The gutter right of column n has number n. */
function channelOf(net: Net, boxes: ReadonlyMap<string, Box>): number {
  const [pin] = net.pins
  if (pin === undefined) return -1
  return (boxes.get(pin.box)?.column ?? 0) - (pin.side === 'left' ? 1 : 0)
}

const sizeOf = (box: Box): number => box.rows * box.pitch
const rowOf = ({ row }: Pin, box: Box): number | undefined => (row === 'middle' ? (box.rows - 1) / 2 : row)
const rowY = (box: Box, row: number): number => box.top + (row + 0.5) * box.pitch
const aboutY = (pin: Pin, boxes: ReadonlyMap<string, Box>): number => {
  const box = boxes.get(pin.box)!
  const row = rowOf(pin, box)
  return row === undefined ? box.top + sizeOf(box) / 2 : rowY(box, row)
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

function stack(column: readonly Box[], gap: number): void {
  let y = 0
  for (const box of column) {
    box.top = y
    y += sizeOf(box) + gap
  }
}

/** Each box as near to its neighbours as its column allows; a few sweeps to and fro. */
function settle(columns: readonly (readonly Box[])[], nets: readonly Net[], boxes: ReadonlyMap<string, Box>, gap: number): void {
  const tall = Math.max(0, ...columns.map((column) => column.reduce((sum, box) => sum + sizeOf(box) + gap, -gap)))
  for (const column of columns) {
    stack(column, gap)
    const last = column.at(-1)
    const down = last === undefined ? 0 : (tall - last.top - sizeOf(last)) / 2
    for (const box of column) box.top += down
  }
  const netsAt = new Map<string, { readonly net: Net; readonly pin: Pin }[]>()
  for (const net of nets) for (const pin of net.pins) netsAt.set(pin.box, [...(netsAt.get(pin.box) ?? []), { net, pin }])
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const column of sweep % 2 === 0 ? columns : columns.toReversed()) {
      const wishes = column.map((box) => {
        const middle = box.top + sizeOf(box) / 2
        const pulls = (netsAt.get(box.key) ?? []).flatMap(({ net, pin }) => {
          const others = net.pins.filter((other) => other.box !== box.key).map((other) => aboutY(other, boxes))
          return others.length === 0 ? [] : [mean(others) - (aboutY(pin, boxes) - middle)]
        })
        return { size: sizeOf(box), middle: pulls.length === 0 ? middle : mean(pulls) }
      })
      for (const [index, top] of spread(wishes, gap).entries()) column[index]!.top = top
    }
  }
}

function snap(columns: readonly (readonly Box[])[], gap: number, pitch: number): void {
  const least = Math.min(...columns.flatMap((column) => column.map(({ top }) => top)))
  for (const [index, column] of columns.entries()) {
    const phase = index % 2 === 0 ? 0 : pitch / 2
    let free = phase
    for (const box of column) {
      box.top = Math.max(free, Math.round((box.top - least - phase) / pitch) * pitch + phase)
      free = box.top + sizeOf(box) + gap
    }
  }
}

/** The height of each pin: those that may choose take the free row next to where their line comes from. */
function pinHeights(nets: readonly Net[], boxes: ReadonlyMap<string, Box>): Map<Pin, number> {
  const heights = new Map<Pin, number>()
  const sides = new Map<string, { readonly box: Box; readonly fixed: Set<number>; readonly free: { readonly pin: Pin; readonly wish: number }[] }>()
  for (const net of nets) {
    for (const pin of net.pins) {
      const name = `${pin.side} ${pin.box}`
      const side = sides.get(name) ?? { box: boxes.get(pin.box)!, fixed: new Set<number>(), free: [] }
      sides.set(name, side)
      const row = rowOf(pin, side.box)
      if (row === undefined) side.free.push({ pin, wish: mean(net.pins.filter((other) => other !== pin).map((other) => aboutY(other, boxes))) })
      else {
        side.fixed.add(row)
        heights.set(pin, rowY(side.box, row))
      }
    }
  }
  for (const { box, fixed, free } of sides.values()) {
    const ordered = free.map((one, index) => ({ ...one, index })).sort((a, b) => a.wish - b.wish || a.index - b.index)
    const open = Array.from({ length: box.rows }, (_, row) => row).filter((row) => !fixed.has(row))
    // Corners are round: the first and the last row are for when there is no other.
    const inner = open.filter((row) => row > 0 && row < box.rows - 1)
    const rows = inner.length < ordered.length ? open : inner
    for (const [index, row] of nearest(ordered.map(({ wish }) => wish), rows.map((row) => rowY(box, row))).entries()) heights.set(ordered[index]!.pin, rowY(box, rows[row]!))
  }
  straighten(nets, boxes, heights)
  return heights
}

/** Which of the rising places each of the wishes takes, in their order, each another one, with the least sum of distances. */
export function nearest(wishes: readonly number[], places: readonly number[]): number[] {
  // cost[i][j]: the first i wishes within the first j places.
  const cost: number[][] = [Array.from({ length: places.length + 1 }, () => 0)]
  for (const [i, wish] of wishes.entries()) {
    const row = [Number.POSITIVE_INFINITY]
    for (const [j, place] of places.entries()) row.push(Math.min(row[j]!, cost[i]![j]! + (wish - place) ** 2))
    cost.push(row)
  }
  const taken: number[] = []
  let j = places.length
  for (let i = wishes.length; i > 0; i -= 1) {
    while (cost[i]![j - 1] === cost[i]![j]) j -= 1
    j -= 1
    taken.unshift(j)
  }
  return taken
}

/** A pin that may choose and is half a pitch beside its only partner moves over to it, unless it would come too near to the next. */
function straighten(nets: readonly Net[], boxes: ReadonlyMap<string, Box>, heights: Map<Pin, number>): void {
  const beside = new Map<string, number[]>()
  for (const { pins } of nets) for (const pin of pins) beside.set(`${pin.side} ${pin.box}`, [...(beside.get(`${pin.side} ${pin.box}`) ?? []), heights.get(pin)!])
  for (const { pins } of nets) {
    const [one, two] = pins
    if (one === undefined || two === undefined || pins.length !== 2 || one.side === two.side) continue
    const [mover, partner] = one.row === undefined ? [one, two] : [two, one]
    if (mover.row !== undefined) continue
    const from = heights.get(mover)!
    const to = heights.get(partner)!
    const box = boxes.get(mover.box)!
    const others = beside.get(`${mover.side} ${mover.box}`)!
    const free = Math.abs(from - to) === box.pitch / 2 && to >= box.top + box.pitch / 2 && to <= box.top + sizeOf(box) - box.pitch / 2 && others.filter((y) => Math.abs(y - to) < box.pitch).length === 1
    if (!free) continue
    heights.set(mover, to)
    others.splice(others.indexOf(from), 1, to)
  }
}

interface Channel {
  readonly nets: readonly Net[]
  readonly sides: readonly ChannelNet[]
  readonly of: readonly (number | undefined)[]
  readonly count: number
}

function laidOut(wanted: Columns, boxes: ReadonlyMap<string, Box>, channels: readonly Channel[], heights: ReadonlyMap<Pin, number>): PlacedColumns {
  const { columns } = wanted
  const widths = channels.map(({ nets, count }, index) =>
    nets.length === 0 ? (index === channels.length - 1 ? 0 : 2 * wanted.pad) : 2 * wanted.pad + Math.max(0, count - 1) * wanted.track.least - (index === channels.length - 1 ? wanted.pad : 0))
  const needed = columns.reduce((sum, { width }, index) => sum + width + widths[index]!, 0)
  const inner = channels.slice(0, -1)
  const extra = inner.length === 0 ? 0 : Math.max(0, (wanted.width ?? 0) - needed) / inner.length

  const placed = new Map<string, Rect>()
  const nets: PlacedNet[] = []
  let x = 0
  for (const [index, { width, boxes: inside }] of columns.entries()) {
    for (const { key } of inside) placed.set(key, { x, y: boxes.get(key)!.top, width, height: sizeOf(boxes.get(key)!) })
    const right = x + width
    const channel = channels[index]!
    const isLast = index === channels.length - 1
    const next = right + widths[index]! + (isLast ? 0 : extra)
    const spare = isLast ? 0 : extra
    const step = channel.count < 2 ? 0 : Math.min(wanted.track.most, wanted.track.least + spare / (channel.count - 1))
    // Trunks in the middle of their gutter.
    const first = right + wanted.pad + (spare - Math.max(0, channel.count - 1) * (step - wanted.track.least)) / 2
    for (const [at, net] of channel.nets.entries()) {
      const track = channel.of[at]
      const pins = net.pins.map((pin) => ({ ...pin, x: pin.side === 'right' ? right : next, y: heights.get(pin)! }))
      nets.push({ key: net.key, pins, ...(track === undefined || isStraight(channel.sides[at]!) ? {} : { trunk: first + track * step }) })
    }
    x = next
  }
  const height = Math.max(0, ...[...placed.values()].map((rect) => rect.y + rect.height))
  return { width: x, height, boxes: placed, nets }
}
