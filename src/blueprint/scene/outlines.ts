/** Items of a drawing as marks: what a box, a zone, a line and its heads look like. */
import { ICONS, type Icon } from './icons.ts'
import type { Mark, PathMark, Step, TextMark } from './marks.ts'
import type { Role } from './palette.ts'
import { type Anchor, type Head, type Item, type Label, type LineItem, type Meaning, PAD, type Point, type ShapeItem, type ZoneItem } from './scene.ts'

const DASH = { solid: undefined, dashed: [6, 4], dotted: [1.5, 3.5] } as const

export function marksOf(item: Item): Mark {
  switch (item.kind) {
    case 'shape': return group(item, [['shape', item.shape], ['id', item.id], ['on', item.on]], shapeMarks(item), whole(item.label, item.sub, ...(item.texts ?? []).map((text) => text.label)))
    case 'zone': return group(item, [['zone', item.labelAt ?? 'top'], ['id', item.id]], zoneMarks(item), whole(item.label))
    case 'line': return group(item, [['line', item.dash ?? 'solid'], ['from', item.from], ['to', item.to]], lineMarks(item), whole(item.label?.label))
    case 'text':
      return group(item, [['text', item.backing === undefined ? 'free' : 'backed']], [
        ...(item.backing === undefined ? [] : [backing(item.label, item.x, item.y, item.anchor ?? 'start', item.backing)]),
        item.turned === true ? turned(item.label, item.x, item.y) : textMark(item.label, item.x, item.y, item.anchor ?? 'start'),
      ], whole(item.label))
  }
}

/** What was cut, whole. */
function whole(...labels: readonly (Label | undefined)[]): string | undefined {
  const cut = labels.flatMap((label) => label?.full ?? [])
  return cut.length === 0 ? undefined : cut.join('\n')
}

function group(meaning: Meaning, own: readonly (readonly [string, string | undefined])[], marks: readonly Mark[], full?: string): Mark {
  const data = [...own, ['system', meaning.system], ['flow', meaning.flow], ['step', meaning.step]] as const
  const hint = meaning.hint ?? full
  return { is: 'group', data: new Map(data.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))), ...(hint === undefined ? {} : { hint }), marks }
}

/** `y` is the top of the text. */
export const textMark = (label: Label, x: number, y: number, anchor: Anchor): TextMark =>
  ({ is: 'text', lines: label.lines, x, y: y + label.base, anchor, size: label.size, bold: label.bold, colour: label.colour, turned: false, most: label.width })

/** Reads upward: `x` is its left edge, `y` its middle. */
const turned = (label: Label, x: number, y: number): TextMark =>
  ({ is: 'text', lines: label.lines, x: x + label.base, y, anchor: 'middle', size: label.size, bold: label.bold, colour: label.colour, turned: true, most: label.width })

function backing(label: Label, x: number, y: number, anchor: Anchor, fill: Role): PathMark {
  const left = anchor === 'start' ? x : anchor === 'end' ? x - label.width : x - label.width / 2
  return { is: 'path', part: 'backing', form: { is: 'rectangle', x: left - 3, y, width: label.width + 6, height: label.height, radius: 3 }, fill }
}

/** In a square whose top left corner is x, y. */
export const iconMarks = (icon: Icon, x: number, y: number, side: number, stroke: Role): Mark[] =>
  ICONS[icon].map((data) => ({ is: 'path', form: { is: 'course', steps: [{ to: 'raw', data }] }, stroke, weight: 1.25, round: true, placed: { x, y, scale: side / 16 } }))

const GAP = 2
const CORNER_ICON = 14
const LEFT_ICON = 18
const LID = 8

function shapeMarks(item: ShapeItem): Mark[] {
  const { x, y, width, height, label, sub, icon } = item
  const marks = outline(item)
  const stroke = item.edge ?? 'edge'
  const iconAt = item.iconAt ?? 'corner'
  if (icon !== undefined) {
    const side = iconAt === 'centre' ? Math.min(width, height) * 0.6 : iconAt === 'left' ? LEFT_ICON : CORNER_ICON
    const [left, top] = iconAt === 'centre' ? [x + (width - side) / 2, y + (height - side) / 2] : iconAt === 'left' ? [x + PAD, y + (height - side) / 2] : [x + 5, y + 5]
    marks.push(...iconMarks(icon, left, top, side, stroke))
  }
  const room = { left: x + PAD + (icon !== undefined && iconAt === 'left' ? LEFT_ICON + 7 : 0), right: x + width - PAD }
  const high = (label?.height ?? 0) + (sub === undefined ? 0 : sub.height + GAP)
  const lid = item.shape === 'cylinder' ? LID : 0
  let top = item.valign === 'top' ? y + PAD + lid : y + lid / 2 + (height - high) / 2
  for (const one of [label, sub]) {
    if (one === undefined) continue
    marks.push(item.align === 'start' ? textMark(one, room.left, top, 'start') : textMark(one, (room.left + room.right) / 2, top, 'middle'))
    top += one.height + GAP
  }
  for (const rule of item.rules ?? []) marks.push({ is: 'path', form: { is: 'course', steps: steps([[x, y + rule], [x + width, y + rule]]) }, stroke, weight: 0.75 })
  for (const text of item.texts ?? []) marks.push(textMark(text.label, x + text.x, y + text.y, text.anchor ?? 'start'))
  return marks
}

function outline(item: ShapeItem): Mark[] {
  const { x, y, width, height } = item
  const paint = {
    fill: item.fill ?? 'paper',
    stroke: item.edge ?? 'edge',
    weight: item.weight ?? 1.5,
    ...(item.dashed === true ? { dash: DASH.dashed } : {}),
  } as const
  const path = (form: PathMark['form']): PathMark => ({ is: 'path', part: 'outline', form, ...paint })
  const middle = { x: x + width / 2, y: y + height / 2 }
  switch (item.shape) {
    case 'box': {
      const radius = Math.min(item.radius ?? 6, width / 2, height / 2)
      const inner: PathMark = { is: 'path', form: { is: 'rectangle', x: x + 3, y: y + 3, width: width - 6, height: height - 6, radius: Math.max(0, radius - 3) }, stroke: paint.stroke, weight: 1 }
      return [path({ is: 'rectangle', x, y, width, height, radius }), ...(item.double === true ? [inner] : [])]
    }
    case 'circle': {
      const inner: PathMark = { is: 'path', form: { is: 'ellipse', ...middle, rx: width / 2 - 3, ry: height / 2 - 3 }, stroke: paint.stroke, weight: 1 }
      return [path({ is: 'ellipse', ...middle, rx: width / 2, ry: height / 2 }), ...(item.double === true ? [inner] : [])]
    }
    case 'diamond': return [path({ is: 'course', steps: [...steps([[middle.x, y], [x + width, middle.y], [middle.x, y + height], [x, middle.y]]), { to: 'close' }] })]
    case 'hexagon': {
      const cut = Math.min(height / 2, 12)
      return [path({ is: 'course', steps: [...steps([[x + cut, y], [x + width - cut, y], [x + width, middle.y], [x + width - cut, y + height], [x + cut, y + height], [x, middle.y]]), { to: 'close' }] })]
    }
    case 'note': {
      const fold = 9
      const right = x + width
      return [
        path({ is: 'course', steps: [...steps([[x, y], [right - fold, y], [right, y + fold], [right, y + height], [x, y + height]]), { to: 'close' }] }),
        { is: 'path', form: { is: 'course', steps: steps([[right - fold, y], [right - fold, y + fold], [right, y + fold]]) }, stroke: paint.stroke, weight: 1 },
      ]
    }
    case 'cylinder': {
      const rx = width / 2
      const ry = Math.min(LID, height / 6)
      const lid: Step[] = [{ to: 'move', x, y: y + ry }, { to: 'arc', rx, ry, sweep: false, x: x + width, y: y + ry }]
      return [
        path({ is: 'course', steps: [{ to: 'move', x, y: y + ry }, { to: 'arc', rx, ry, sweep: true, x: x + width, y: y + ry }, { to: 'line', x: x + width, y: y + height - ry }, { to: 'arc', rx, ry, sweep: true, x, y: y + height - ry }, { to: 'close' }] }),
        { is: 'path', form: { is: 'course', steps: lid }, stroke: paint.stroke, weight: 1 },
      ]
    }
  }
}

function zoneMarks(item: ZoneItem): Mark[] {
  const { x, y, width, height, label } = item
  const stroke = item.edge ?? 'edge'
  const marks: Mark[] = [{
    is: 'path', part: 'outline', form: { is: 'rectangle', x, y, width, height, radius: item.radius ?? 8 }, stroke, weight: item.weight ?? 1,
    ...(item.fill === undefined ? {} : { fill: item.fill }), ...(item.dashed === true ? { dash: DASH.dashed } : {}),
  }]
  if (label === undefined) return marks
  switch (item.labelAt ?? 'top') {
    case 'top':
      if (item.icon !== undefined) marks.push(...iconMarks(item.icon, x + 10, y + 8, 16, label.colour))
      return [...marks, textMark(label, x + (item.icon === undefined ? 12 : 32), y + 7, 'start')]
    case 'left': {
      const strip = item.strip ?? label.height + 14
      return [...marks,
        { is: 'path', form: { is: 'rectangle', x, y, width: strip, height, radius: item.radius ?? 0 }, fill: 'strip', stroke, weight: item.weight ?? 1 },
        turned(label, x + (strip - label.height) / 2, y + height / 2)]
    }
    case 'tab': {
      const high = item.strip ?? label.height + 6
      const wide = label.width + 20
      return [...marks,
        { is: 'path', form: { is: 'course', steps: [...steps([[x, y], [x + wide, y], [x + wide, y + high - 7], [x + wide - 7, y + high], [x, y + high]]), { to: 'close' }] }, fill: 'strip', stroke, weight: item.weight ?? 1 },
        textMark(label, x + 8, y + (high - label.height) / 2, 'start')]
    }
  }
}

const steps = (points: readonly Point[]): Step[] => points.map(([x, y], index) => ({ to: index === 0 ? 'move' : 'line', x, y }))

const HEAD_LENGTH: Readonly<Record<Head, number>> = { arrow: 9, open: 0, many: 0, one: 0, dot: 6, ring: 7, flow: 9 }

function lineMarks(item: LineItem): Mark[] {
  const stroke = item.colour ?? 'line'
  const weight = item.weight ?? 1.5
  const points = withoutRepeats(item.points)
  const first = points[0]
  const second = points[1]
  const last = points.at(-1)
  const before = points.at(-2)
  if (first === undefined || second === undefined || last === undefined || before === undefined) return []
  const dash = DASH[item.dash ?? 'solid']
  // A filled head covers the end of the line, which would else be seen as a blunt tip.
  const shown = shortened(points, item.start === undefined ? 0 : HEAD_LENGTH[item.start] * 0.8, item.end === undefined ? 0 : HEAD_LENGTH[item.end] * 0.8)
  return [
    { is: 'path', part: 'course', form: { is: 'course', steps: cornered(shown, item.corner ?? 6) }, stroke, weight, ...(dash === undefined ? {} : { dash }) },
    ...(item.start === undefined ? [] : head(item.start, first, second, stroke, weight)),
    ...(item.end === undefined ? [] : head(item.end, last, before, stroke, weight)),
    ...(item.label?.backing === undefined ? [] : [backing(item.label.label, item.label.x, item.label.y, item.label.anchor ?? 'middle', item.label.backing)]),
    ...(item.label === undefined ? [] : [textMark(item.label.label, item.label.x, item.label.y, item.label.anchor ?? 'middle')]),
  ]
}

const withoutRepeats = (points: readonly Point[]): readonly Point[] => points.filter(([x, y], index) => index === 0 || x !== points[index - 1]?.[0] || y !== points[index - 1]?.[1])

const toward = (from: Point, to: Point, length: number): Point => {
  const whole = Math.hypot(to[0] - from[0], to[1] - from[1])
  return whole === 0 ? from : [from[0] + ((to[0] - from[0]) * length) / whole, from[1] + ((to[1] - from[1]) * length) / whole]
}

function shortened(points: readonly Point[], start: number, end: number): readonly Point[] {
  const result = [...points]
  const [first, second] = result
  if (first !== undefined && second !== undefined) result[0] = toward(first, second, start)
  const last = result.at(-1)
  const before = result.at(-2)
  if (last !== undefined && before !== undefined) result[result.length - 1] = toward(last, before, end)
  return result
}

function cornered(points: readonly Point[], radius: number): Step[] {
  return points.flatMap((point, index): Step[] => {
    const before = points[index - 1]
    const after = points[index + 1]
    if (before === undefined) return [{ to: 'move', x: point[0], y: point[1] }]
    if (after === undefined || radius === 0) return [{ to: 'line', x: point[0], y: point[1] }]
    const reach = Math.min(radius, Math.hypot(point[0] - before[0], point[1] - before[1]) / 2, Math.hypot(after[0] - point[0], after[1] - point[1]) / 2)
    const [x0, y0] = toward(point, before, reach)
    const [x, y] = toward(point, after, reach)
    return [{ to: 'line', x: x0, y: y0 }, { to: 'curve', x1: point[0], y1: point[1], x, y }]
  })
}

/** The head at `tip` of a line that comes from `behind`. Drawn as a path: markers are turned around by some readers of SVG. */
function head(kind: Head, tip: Point, behind: Point, stroke: Role, weight: number): Mark[] {
  const whole = Math.hypot(behind[0] - tip[0], behind[1] - tip[1]) || 1
  const along: Point = [(behind[0] - tip[0]) / whole, (behind[1] - tip[1]) / whole]
  const at = (back: number, aside: number): Point => [tip[0] + along[0] * back - along[1] * aside, tip[1] + along[1] * back + along[0] * aside]
  const path = (points: readonly Point[], paint: Pick<PathMark, 'fill' | 'stroke' | 'weight'>, close: boolean): Mark =>
    ({ is: 'path', form: { is: 'course', steps: [...steps(points), ...(close ? [{ to: 'close' } as const] : [])] }, round: true, ...paint })
  switch (kind) {
    case 'arrow': return [path([at(0, 0), at(9, 4.2), at(9, -4.2)], { fill: stroke }, true)]
    case 'flow': return [path([at(0, 0), at(9, 4.2), at(9, -4.2)], { fill: 'paper', stroke, weight }, true)]
    case 'open': return [path([at(8, 4.5), at(0, 0), at(8, -4.5)], { stroke, weight }, false)]
    case 'many': return [path([at(0, 6), at(10, 0), at(0, -6)], { stroke, weight }, false), path([at(0, 0), at(10, 0)], { stroke, weight }, false)]
    case 'one': return [path([at(7, 5), at(7, -5)], { stroke, weight }, false)]
    case 'dot':
    case 'ring': {
      const [x, y] = at(3.5, 0)
      return [{ is: 'path', form: { is: 'ellipse', x, y, rx: 3.5, ry: 3.5 }, ...(kind === 'dot' ? { fill: stroke } : { fill: 'paper', stroke, weight }) }]
    }
  }
}
