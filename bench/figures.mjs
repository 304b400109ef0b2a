// Numbers out of repeated runs.

export function median(list) {
  const sorted = list.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** How far runs of one and the same thing were apart: 0.1 means that the slowest took 10 % longer than the fastest. */
export const noise = (list) => (list.length < 2 ? null : Math.max(...list) / Math.min(...list) - 1)

export const percentile = (sorted, share) => (sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)])

/** Runs each thing once a round, in an order that turns round each time, so that a machine that slows down slows all of them. */
export async function interleave(things, rounds) {
  const results = Object.fromEntries(Object.keys(things).map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    const names = Object.keys(things)
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name].push(await things[name](round))
  }
  return results
}

export const round = (n, digits = 3) => (n === null || n === undefined ? null : Number(n.toPrecision(digits)))
