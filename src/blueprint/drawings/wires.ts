/** Lines of a layout in columns as items: each end of a net goes along its trunk to another end. */
import type { PlacedNet, PlacedPin } from '../layout/columns.ts'
import type { Point } from '../scene/scene.ts'

/** From one pin of a net to another. */
export function wire(net: PlacedNet, from: PlacedPin, to: PlacedPin): Point[] {
  if (net.trunk === undefined) return [[from.x, from.y], [to.x, to.y]]
  return [[from.x, from.y], [net.trunk, from.y], [net.trunk, to.y], [to.x, to.y]]
}

/** Several wires one after the other as one line; corners that are none any more are left out. */
export function chained(wires: readonly (readonly Point[])[]): Point[] {
  const points: Point[] = []
  for (const [x, y] of wires.flat()) {
    const [before, last] = points.slice(-2)
    if (last !== undefined && last[0] === x && last[1] === y) continue
    if (before !== undefined && last !== undefined && ((before[0] === last[0] && last[0] === x) || (before[1] === last[1] && last[1] === y))) points.pop()
    points.push([x, y])
  }
  return points
}

export const shifted = (points: readonly Point[], dx: number, dy: number): Point[] => points.map(([x, y]) => [x + dx, y + dy])
