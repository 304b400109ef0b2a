/** The gutter between two columns: every net has one vertical trunk there, with a branch to each of its pins on the two sides. */
export interface ChannelNet {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

interface Span { readonly top: number; readonly bottom: number }

const spanOf = ({ left, right }: ChannelNet): Span => {
  const all = [...left, ...right]
  return { top: Math.min(...all), bottom: Math.max(...all) }
}

/** A single straight line from side to side has no trunk. */
export const isStraight = (net: ChannelNet): boolean => net.left.length > 0 && net.right.length > 0 && spanOf(net).top === spanOf(net).bottom

const within = (y: number, { top, bottom }: Span): number => (y > top && y < bottom ? 1 : 0)

/** How often the two nets cross when the trunk of the first is the left one: branches that go on cross the other's trunk. */
function crossings(first: ChannelNet, second: ChannelNet, firstSpan: Span, secondSpan: Span): number {
  let count = 0
  for (const y of first.right) count += within(y, secondSpan)
  for (const y of second.left) count += within(y, firstSpan)
  return count
}

/** Track of each net, counted from the left, and how many there are; nets that lie above each other share one. Straight nets have none. */
export function tracks(nets: readonly ChannelNet[]): { readonly of: readonly (number | undefined)[]; readonly count: number } {
  const spans = nets.map(spanOf)
  const bent = nets.flatMap((net, index) => (isStraight(net) ? [] : [index]))
  const order = sifted(bent, (a, b) => crossings(nets[a]!, nets[b]!, spans[a]!, spans[b]!))
  const of: (number | undefined)[] = nets.map(() => undefined)
  const taken: Span[][] = []
  for (const index of order) {
    const span = spans[index]!
    // Right of the last track on which something lies beside it: the order of those that meet is kept.
    let track = taken.length
    while (track > 0 && !(taken[track - 1] ?? []).some((other) => other.top <= span.bottom && span.top <= other.bottom)) track -= 1
    ;(taken[track] ??= []).push(span)
    of[index] = track
  }
  return { of, count: taken.length }
}

const ROUNDS = 4

/** Each is moved to where it costs least among the others, some rounds long; `cost(a, b)` when a stands before b. */
export function sifted(items: readonly number[], cost: (a: number, b: number) => number): number[] {
  const order = [...items]
  for (let round = 0; round < ROUNDS; round += 1) {
    let better = false
    for (const item of items) {
      const at = order.indexOf(item)
      order.splice(at, 1)
      let now = 0
      for (const other of order) now += cost(item, other)
      let best = { place: 0, cost: now }
      let here = now
      const costs = [now]
      for (const [index, other] of order.entries()) {
        now += cost(other, item) - cost(item, other)
        costs.push(now)
        if (now < best.cost) best = { place: index + 1, cost: now }
      }
      here = costs[at] ?? here
      // Stays where it is unless another place is really better: no wandering between equals.
      const place = best.cost < here ? best.place : at
      better ||= place !== at
      order.splice(place, 0, item)
    }
    if (!better) break
  }
  return order
}
