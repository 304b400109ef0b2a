import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Columns, type Net, type PlacedColumns, placeColumns, type PlacedNet } from './columns.ts'
import { type Edge, layers, type Vertex } from './layers.ts'

type Segment = readonly [x1: number, y1: number, x2: number, y2: number]

const segmentsOf = ({ trunk, pins }: PlacedNet): Segment[] =>
  trunk === undefined
    ? [[pins[0]!.x, pins[0]!.y, pins.at(-1)!.x, pins.at(-1)!.y]]
    : [...pins.map(({ x, y }): Segment => [x, y, trunk, y]), [trunk, Math.min(...pins.map(({ y }) => y)), trunk, Math.max(...pins.map(({ y }) => y))]]

/** What must hold of every layout, whatever was asked for. */
function wrongs({ boxes, nets }: PlacedColumns): string[] {
  const found: string[] = []
  const rects = [...boxes]
  for (const [index, [key, a]] of rects.entries()) {
    for (const [other, b] of rects.slice(index + 1)) if (a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height) found.push(`${key} lies on ${other}`)
  }
  for (const [key, box] of rects) for (const [other, below] of rects) if (other !== key && below.x === box.x && below.y > box.y && below.y - box.y - box.height < 18 - 0.01) found.push(`${key} is too near to ${other}`)
  const pins = nets.flatMap((net) => net.pins)
  for (const [index, one] of pins.entries()) for (const other of pins.slice(index + 1)) if (one.box === other.box && one.side === other.side && Math.abs(one.y - other.y) < 18 - 0.01) found.push(`two lines end at one place of ${one.box}`)
  const segments = nets.map((net) => ({ net, parts: segmentsOf(net) }))
  for (const { net, parts } of segments) {
    for (const pin of net.pins) {
      const box = boxes.get(pin.box)!
      if (pin.x !== (pin.side === 'right' ? box.x + box.width : box.x)) found.push(`${net.key} does not end at ${pin.box}`)
      if (pin.y <= box.y || pin.y >= box.y + box.height) found.push(`${net.key} ends beside ${pin.box}`)
    }
    for (const [x1, y1, x2, y2] of parts) {
      for (const [key, box] of rects) {
        const inside = Math.min(x1, x2) < box.x + box.width - 0.01 && Math.max(x1, x2) > box.x + 0.01 && Math.min(y1, y2) < box.y + box.height - 0.01 && Math.max(y1, y2) > box.y + 0.01
        if (inside) found.push(`${net.key} crosses ${key}`)
      }
    }
  }
  for (const [index, one] of segments.entries()) {
    for (const other of segments.slice(index + 1)) if (one.parts.some((a) => other.parts.some((b) => upon(a, b)))) found.push(`${one.net.key} lies upon ${other.net.key}`)
  }
  return found
}

function upon(a: Segment, b: Segment): boolean {
  const level = (one: Segment): boolean => one[1] === one[3]
  const share = (from1: number, to1: number, from2: number, to2: number): boolean => Math.min(Math.max(from1, to1), Math.max(from2, to2)) - Math.max(Math.min(from1, to1), Math.min(from2, to2)) > 0.01
  if (level(a) && level(b)) return Math.abs(a[1] - b[1]) < 0.01 && share(a[0], a[2], b[0], b[2])
  if (!level(a) && !level(b)) return Math.abs(a[0] - b[0]) < 0.01 && share(a[1], a[3], b[1], b[3])
  return false
}

const LOOK = { pitch: 18, gap: 18, track: { least: 9, most: 20 }, pad: 20 }

const columnsArbitrary: fc.Arbitrary<Columns> = fc.array(fc.array(fc.integer({ min: 1, max: 130 }), { minLength: 1, maxLength: 6 }), { minLength: 2, maxLength: 4 }).chain((heights) => {
  const columns = heights.map((column, c) => ({ width: 100 + c, boxes: column.map((height, b) => ({ key: `${c}.${b}`, height })) }))
  // A net looks into one gutter: some boxes at its left, some at its right.
  const net = fc.integer({ min: 0, max: heights.length - 2 }).chain((gutter) => fc.record({
    left: fc.uniqueArray(fc.constantFrom(...columns[gutter]!.boxes.map(({ key }) => key)), { maxLength: 3 }),
    right: fc.uniqueArray(fc.constantFrom(...columns[gutter + 1]!.boxes.map(({ key }) => key)), { maxLength: 3 }),
  })).filter(({ left, right }) => left.length + right.length > 1)
  return fc.record({ nets: fc.array(net, { maxLength: 14 }), width: fc.option(fc.integer({ min: 0, max: 2000 }), { nil: undefined }), top: fc.boolean() }).map(({ nets, width, top }): Columns => ({
    columns, ...LOOK, top, ...(width === undefined ? {} : { width }),
    nets: nets.map(({ left, right }, index): Net => ({ key: `n${index}`, pins: [...left.map((box) => ({ box, side: 'right' as const })), ...right.map((box) => ({ box, side: 'left' as const }))] })),
  }))
})

describe('boxes in columns', () => {
  test('no line crosses a box or lies upon another line, and every line ends at its boxes', () => {
    fc.assert(fc.property(columnsArbitrary, (wanted) => {
      expect(wrongs(placeColumns(wanted))).toEqual([])
    }), { numRuns: 300 })
  })

  test('columns stand in their order and boxes of a column keep theirs', () => {
    fc.assert(fc.property(columnsArbitrary, (wanted) => {
      const { boxes, width } = placeColumns(wanted)
      for (const [index, { boxes: inside }] of wanted.columns.entries()) {
        const tops = inside.map(({ key }) => boxes.get(key)!.y)
        expect(tops).toEqual(tops.toSorted((a, b) => a - b))
        const next = wanted.columns[index + 1]?.boxes[0]
        if (next !== undefined) expect(boxes.get(next.key)!.x).toBeGreaterThan(boxes.get(inside[0]!.key)!.x + boxes.get(inside[0]!.key)!.width)
      }
      if (wanted.width !== undefined && wanted.columns.length > 1) expect(width).toBeGreaterThan(wanted.width - 0.001)
    }))
  })

  test('the same wish gives the same places', () => {
    fc.assert(fc.property(columnsArbitrary, (wanted) => {
      expect(placeColumns(wanted)).toEqual(placeColumns(wanted))
    }), { numRuns: 30 })
  })

  test('a line that shall end in the middle of a side does', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 90 }), fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }), (height, others) => {
      const { boxes, nets } = placeColumns({
        columns: [{ width: 90, boxes: [{ key: 'a', height }] }, { width: 90, boxes: others.map((tall, index) => ({ key: `b${index}`, height: tall })) }], ...LOOK,
        nets: [{ key: 'n', pins: [{ box: 'a', side: 'right', row: 'middle' }, ...others.map((_, index) => ({ box: `b${index}`, side: 'left' as const }))] }],
      })
      expect(nets[0]!.pins[0]!.y).toBe(boxes.get('a')!.y + boxes.get('a')!.height / 2)
    }))
  })

  test('a line between two boxes of the same height is straight', () => {
    const { nets } = placeColumns({ columns: [{ width: 90, boxes: [{ key: 'a', height: 54 }] }, { width: 90, boxes: [{ key: 'b', height: 54 }] }], ...LOOK, nets: [{ key: 'n', pins: [{ box: 'a', side: 'right' }, { box: 'b', side: 'left' }] }] })
    expect(nets[0]!.trunk).toBeUndefined()
    expect(nets[0]!.pins[0]!.y).toBe(nets[0]!.pins[1]!.y)
  })
})

const graphArbitrary: fc.Arbitrary<{ vertices: Vertex[]; edges: Edge[] }> = fc.integer({ min: 1, max: 9 }).chain((count) => fc.record({
  heights: fc.array(fc.integer({ min: 3, max: 7 }), { minLength: count, maxLength: count }),
  ties: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 14 }),
})).map(({ heights, ties }) => {
  const leaving = new Map<number, number>()
  return {
    vertices: heights.map((rows, index) => ({ key: `v${index}`, height: (rows + ties.filter(([from]) => from === index).length) * 18 })),
    edges: ties.map(([from, to], index): Edge => {
      const row = leaving.get(from) ?? 0
      leaving.set(from, row + 1)
      return { key: `e${index}`, from: `v${from}`, to: `v${to}`, row }
    }),
  }
})

describe('a graph of references', () => {
  test('whatever refers to whatever, also in rings and to itself, no line crosses a box or lies upon another line', () => {
    fc.assert(fc.property(graphArbitrary, ({ vertices, edges }) => {
      const graph = layers(vertices, edges)
      expect(wrongs(placeColumns({ columns: graph.columns.map((boxes) => ({ width: 120, boxes })), nets: graph.nets, ...LOOK }))).toEqual([])
    }), { numRuns: 300 })
  })

  test('every vertex has one place, and every reference a way from the one to the other', () => {
    fc.assert(fc.property(graphArbitrary, ({ vertices, edges }) => {
      const graph = layers(vertices, edges)
      const places = graph.columns.flat().map(({ key }) => key)
      for (const { key } of vertices) expect(places.filter((place) => place === key)).toHaveLength(1)
      const nets = new Map(graph.nets.map((net) => [net.key, net]))
      for (const edge of edges) {
        const way = graph.ways.get(edge.key)!.map((key) => nets.get(key)!.pins)
        expect(way[0]![0]!.box).toBe(edge.from)
        expect(way.at(-1)![1]!.box).toBe(edge.to)
        for (const [index, pins] of way.slice(1).entries()) expect(pins[0]!.box).toBe(way[index]![1]!.box)
      }
    }), { numRuns: 200 })
  })

  test('what is referred to stands left of what refers to it where there is no ring', () => {
    const vertices = ['order', 'customer', 'line', 'product'].map((key) => ({ key, height: 54 }))
    const { columns } = layers(vertices, [{ key: '1', from: 'order', to: 'customer' }, { key: '2', from: 'line', to: 'order' }, { key: '3', from: 'line', to: 'product' }])
    expect(columns.map((column) => column.map(({ key }) => key))).toEqual([['customer'], ['order', 'product'], ['line']])
  })
})
