/**
 * `layout/` finds places for boxes and ways for lines, knowing nothing of what they mean: sizes in, coordinates out. Everything is
 * deterministic, so that a small change of a plan is a small change of its drawings.
 *
 * This file puts things of a column as near as may be to where they want to be, in their order and without overlap.
 */
export interface Wish { readonly size: number; /** Of its middle. */ readonly middle: number }

/** The top of each, so that the sum of squared distances from the wishes is least. */
export function spread(wishes: readonly Wish[], gap: number): number[] {
  // Taking off what lies before each turns "no overlap" into "never falling"; blocks that would fall are pooled.
  const before: number[] = []
  let sum = 0
  for (const { size } of wishes) {
    before.push(sum)
    sum += size + gap
  }
  const blocks: { value: number; count: number }[] = []
  for (const [index, { size, middle }] of wishes.entries()) {
    let block = { value: middle - size / 2 - (before[index] ?? 0), count: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.value > block.value; last = blocks.at(-1)) {
      blocks.pop()
      const count = last.count + block.count
      block = { value: (last.value * last.count + block.value * block.count) / count, count }
    }
    blocks.push(block)
  }
  const values = blocks.flatMap(({ value, count }) => Array.from({ length: count }, () => value))
  return values.map((value, index) => value + (before[index] ?? 0))
}
