/** Entities of one sheet in columns, what is referred to left of what refers to it. */
import { placeColumns, type PlacedNet } from '../../layout/columns.ts'
import { type Edge, layers, type Vertex } from '../../layout/layers.ts'
import type { Head, Item } from '../../scene/scene.ts'
import { label } from '../../scene/text.ts'
import { chained, wire } from '../wires.ts'
import { BOX_WIDTH, type EntityBox, ROW } from './entity-box.ts'

export interface ModelPage { readonly width: number; readonly height: number; readonly items: readonly Item[] }

/** How an entity of another sheet is called here; none: references to it are left out. */
export type Elsewhere = (key: string) => string | undefined

const MOST_GUTTER = 150
const STUB = 'elsewhere-'
const stubLabel = (text: string): ReturnType<typeof label> => label(text, { size: 11, colour: 'quiet', width: BOX_WIDTH - 18, lines: 1 })

export function modelPage(boxes: readonly EntityBox[], elsewhere: Elsewhere, width: number): ModelPage {
  const here = new Set(boxes.map(({ entity }) => entity.key))
  const stubs = new Map<string, string>()
  const edges: (Edge & { readonly start: Head; readonly end: Head })[] = []
  for (const { entity, references } of boxes) {
    for (const { field, to, many, alone, row } of references) {
      const said = here.has(to) ? undefined : elsewhere(to)
      if (!here.has(to) && said === undefined) continue
      if (said !== undefined) stubs.set(`${STUB}${to}`, said)
      edges.push({ key: `${entity.key} ${field}`, from: entity.key, to: here.has(to) ? to : `${STUB}${to}`, row, start: alone ? 'one' : 'many', end: many ? 'many' : 'one' })
    }
  }
  const vertices: Vertex[] = [...boxes.map(({ entity, height }) => ({ key: entity.key, height })), ...[...stubs.keys()].map((key) => ({ key, height: ROW }))]
  const graph = layers(vertices, edges)
  const placed = placeColumns({
    columns: graph.columns.map((inside) => ({ width: BOX_WIDTH, boxes: inside })), nets: graph.nets, pitch: ROW, gap: ROW, track: { least: 10, most: 16 }, pad: 24,
    // Lines that are longer than need be are hard to follow.
    width: Math.min(width, graph.columns.length * (BOX_WIDTH + MOST_GUTTER) - MOST_GUTTER),
  })
  const nets = new Map(placed.nets.map((net) => [net.key, net]))
  const lines = edges.map((edge): Item => ({
    kind: 'line', points: chained(graph.ways.get(edge.key)!.map((key) => ends(nets.get(key)!))), from: edge.from, to: edge.to, start: edge.start, end: edge.end, weight: 1.4, colour: 'line',
    hint: `${edge.key.replace(' ', '.')} → ${edge.to.replace(STUB, '')}`,
  }))
  const shapes = boxes.map(({ entity, shape }): Item => {
    const { x, y } = placed.boxes.get(entity.key)!
    return shape(x, y)
  })
  const pointers = [...stubs].map(([key, text]): Item => ({ kind: 'shape', id: key, shape: 'box', ...placed.boxes.get(key)!, radius: 9, fill: 'fill', edge: 'edge', dashed: true, weight: 1, label: stubLabel(text), hint: text }))
  const bottom = Math.max(0, ...shapes.map((item) => (item.kind === 'shape' ? item.y + item.height : 0)))
  // Lines in the outer gutters may reach beyond the boxes.
  const right = Math.max(placed.width, ...lines.flatMap((item) => (item.kind === 'line' ? item.points.map(([x]) => x) : [])))
  return { width: right, height: Math.max(bottom, placed.height), items: [...lines, ...shapes, ...pointers] }
}

const ends = (net: PlacedNet): ReturnType<typeof wire> => wire(net, net.pins[0]!, net.pins[1]!)
