/** Two sides of a bar, of about equal height, filled with groups in their order. */
export interface Sided<T> { readonly left: readonly T[]; readonly right: readonly T[] }

/** More groups than this are dealt out one by one instead of trying every division. */
const TRIED = 12

/**
 * The division with the least difference of heights; among equals the one that keeps earlier groups left. `gap` stands between
 * groups of a side.
 */
export function divided<T>(groups: readonly T[], height: (group: T) => number, gap: number): Sided<T> {
  if (groups.length > TRIED) return dealt(groups, height, gap)
  let best: { readonly left: T[]; readonly right: T[]; readonly tall: number; readonly rank: number } | undefined
  for (let choice = 0; choice < 2 ** groups.length; choice += 1) {
    const left = groups.filter((_, index) => (choice & (1 << index)) === 0)
    const right = groups.filter((_, index) => (choice & (1 << index)) !== 0)
    const tall = Math.max(tallOf(left, height, gap), tallOf(right, height, gap))
    // Later groups belong right: the sum of places at the left is small.
    const rank = groups.reduce((sum, _, index) => sum + ((choice & (1 << index)) === 0 ? index : 0), 0)
    if (best === undefined || tall < best.tall - 1 || (tall < best.tall + 1 && rank < best.rank)) best = { left, right, tall, rank }
  }
  return best ?? { left: [], right: [] }
}

export const tallOf = <T>(groups: readonly T[], height: (group: T) => number, gap: number): number =>
  groups.reduce((sum, group) => sum + height(group), Math.max(0, groups.length - 1) * gap)

/** Each to the side that is lower by then. */
function dealt<T>(groups: readonly T[], height: (group: T) => number, gap: number): Sided<T> {
  const left: T[] = []
  const right: T[] = []
  let less = 0
  for (const group of groups) {
    const size = height(group) + gap
    if (less <= 0) left.push(group)
    else right.push(group)
    less += less <= 0 ? size : -size
  }
  return { left, right }
}
