/**
 * Puts a graph of references into columns: what is referred to stands left of what refers to it. Rings are opened at one reference,
 * which then runs the other way round; a reference over several columns passes each of them in a place of its own.
 */
import type { ColumnBox, Net } from './columns.ts'

export interface Vertex { readonly key: string; readonly height: number }
export interface Edge {
  readonly key: string
  readonly from: string
  readonly to: string
  /** Row of the box at which it leaves. */
  readonly row?: number
}

export interface Layers {
  readonly columns: readonly (readonly ColumnBox[])[]
  readonly nets: readonly Net[]
  /** Nets of each edge, from the one that refers to the other. */
  readonly ways: ReadonlyMap<string, readonly string[]>
}

/** Which edges close a ring, found by going from each vertex in its order. An edge of a vertex to itself is none of them. */
function closing(vertices: readonly Vertex[], edges: readonly Edge[]): Set<string> {
  const out = new Map<string, Edge[]>()
  for (const edge of edges) if (edge.from !== edge.to) out.set(edge.from, [...(out.get(edge.from) ?? []), edge])
  const state = new Map<string, 'open' | 'done'>()
  const found = new Set<string>()
  for (const { key: start } of vertices) {
    if (state.has(start)) continue
    const way: { readonly at: string; next: number }[] = [{ at: start, next: 0 }]
    state.set(start, 'open')
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const edge = (out.get(top.at) ?? [])[top.next]
      top.next += 1
      if (edge === undefined) {
        state.set(top.at, 'done')
        way.pop()
      } else if (state.get(edge.to) === 'open') found.add(edge.key)
      else if (!state.has(edge.to)) {
        state.set(edge.to, 'open')
        way.push({ at: edge.to, next: 0 })
      }
    }
  }
  return found
}

/** Column of each vertex. */
function ranks(vertices: readonly Vertex[], edges: readonly Edge[]): Map<string, number> {
  const back = closing(vertices, edges)
  const arcs = edges.filter(({ from, to }) => from !== to).map((edge) => (back.has(edge.key) ? { left: edge.from, right: edge.to } : { left: edge.to, right: edge.from }))
  const rank = new Map(vertices.map(({ key }) => [key, 0]))
  for (let changed = true; changed;) {
    changed = false
    for (const { left, right } of arcs) {
      const least = rank.get(left)! + 1
      if (rank.get(right)! >= least) continue
      rank.set(right, least)
      changed = true
    }
  }
  // What nothing holds at the left moves next to who refers to it.
  for (const { key } of vertices) {
    if (arcs.some(({ right }) => right === key)) continue
    const users = arcs.filter(({ left }) => left === key).map(({ right }) => rank.get(right)!)
    if (users.length > 0) rank.set(key, Math.min(...users) - 1)
  }
  return rank
}

const SWEEPS = 12

export function layers(vertices: readonly Vertex[], edges: readonly Edge[]): Layers {
  const rank = ranks(vertices, edges)
  const count = Math.max(0, ...rank.values()) + 1
  const columns: ColumnBox[][] = Array.from({ length: count }, () => [])
  const tied = new Set(edges.flatMap(({ from, to }) => [from, to]))
  for (const { key, height } of vertices) if (tied.has(key)) columns[rank.get(key)!]!.push({ key, height })
  const nets: Net[] = []
  const ways = new Map<string, string[]>()
  const links: [left: string, right: string][] = []
  for (const edge of edges) {
    const way: string[] = []
    const out = edge.row === undefined ? {} : { row: edge.row }
    const net = (key: string, pins: Net['pins']): void => {
      nets.push({ key, pins })
      way.push(key)
    }
    const from = rank.get(edge.from)!
    const to = rank.get(edge.to)!
    if (from === to) net(edge.key, [{ box: edge.from, side: 'right', ...out }, { box: edge.to, side: 'right' }])
    else {
      const step = from > to ? -1 : 1
      let before: { readonly box: string; readonly row?: number } = { box: edge.from, ...out }
      for (let at = from + step; ; at += step) {
        const last = at === to
        const passing = `${edge.key} at ${at}`
        const here = last ? { box: edge.to } : { box: passing, row: 0 }
        if (!last) columns[at]!.push({ key: passing, height: 1 })
        net(`${edge.key} to ${at}`, [{ ...before, side: step < 0 ? 'left' : 'right' }, { ...here, side: step < 0 ? 'right' : 'left' }])
        links.push(step < 0 ? [here.box, before.box] : [before.box, here.box])
        if (last) break
        before = here
      }
    }
    ways.set(edge.key, way)
  }
  const full = ordered(columns, links)
  // What stands alone fills the columns that have least.
  for (const { key, height } of vertices) {
    if (tied.has(key)) continue
    const tall = full.map((column) => column.reduce((sum, box) => sum + box.height, 0))
    full[tall.indexOf(Math.min(...tall))]!.push({ key, height })
  }
  return { columns: full, nets, ways }
}

/** Boxes of a column in the order of their neighbours' middle, to and fro; the best order that was seen is kept. */
function ordered(columns: readonly (readonly ColumnBox[])[], links: readonly (readonly [string, string])[]): ColumnBox[][] {
  let order = columns.map((column) => [...column])
  const neighbours = new Map<string, { left: string[]; right: string[] }>()
  const sidesOf = (key: string): { left: string[]; right: string[] } => {
    const sides = neighbours.get(key) ?? { left: [], right: [] }
    neighbours.set(key, sides)
    return sides
  }
  for (const [left, right] of links) {
    sidesOf(left).right.push(right)
    sidesOf(right).left.push(left)
  }
  let best = order
  let least = crossings(order, links)
  for (let sweep = 0; sweep < SWEEPS && least > 0; sweep += 1) {
    const forward = sweep % 2 === 0
    const next = order.map((column) => [...column])
    const indices = next.map((_, index) => index)
    for (const index of forward ? indices.slice(1) : indices.toReversed().slice(1)) {
      const place = placesOf(next)
      const column = next[index]!
      const middle = new Map(column.map(({ key }, at) => {
        const others = sidesOf(key)[forward ? 'left' : 'right'].map((other) => place.get(other)!)
        return [key, others.length === 0 ? at / Math.max(1, column.length) : others.reduce((sum, other) => sum + other, 0) / others.length]
      }))
      next[index] = column.map((box, at) => ({ box, at })).sort((a, b) => middle.get(a.box.key)! - middle.get(b.box.key)! || a.at - b.at).map(({ box }) => box)
    }
    order = next
    const now = crossings(order, links)
    if (now < least) {
      least = now
      best = order
    }
  }
  return best
}

/** As a share of the column, so that columns of different lengths can be compared. */
const placesOf = (columns: readonly (readonly ColumnBox[])[]): Map<string, number> =>
  new Map(columns.flatMap((column) => column.map(({ key }, at) => [key, (at + 0.5) / column.length] as const)))

function crossings(columns: readonly (readonly ColumnBox[])[], links: readonly (readonly [string, string])[]): number {
  const at = new Map(columns.flatMap((column, rank) => column.map(({ key }, index) => [key, { rank, index }] as const)))
  const byRank = new Map<number, [number, number][]>()
  for (const [left, right] of links) {
    const rank = at.get(left)!.rank
    byRank.set(rank, [...(byRank.get(rank) ?? []), [at.get(left)!.index, at.get(right)!.index]])
  }
  let count = 0
  for (const pairs of byRank.values()) {
    for (const [i, [a, b]] of pairs.entries()) for (const [c, d] of pairs.slice(i + 1)) if ((a - c) * (b - d) < 0) count += 1
  }
  return count
}
