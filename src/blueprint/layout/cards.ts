/** Cards of given heights, side by side and one below the other. */
export interface CardPlace { readonly column: number; readonly y: number }

/** Each card in the lowest column, the leftmost of equals; the height that this takes. */
export function masonry(heights: readonly number[], columns: number, gap: number): { readonly places: readonly CardPlace[]; readonly height: number } {
  const free = Array.from({ length: columns }, () => 0)
  const places = heights.map((height): CardPlace => {
    const y = Math.min(...free)
    const column = free.indexOf(y)
    free[column] = y + height + gap
    return { column, y }
  })
  return { places, height: Math.max(0, ...free.map((y) => y - gap)) }
}
