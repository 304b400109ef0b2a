/** Two independent 32-bit hashes of one text. Fast rather than secure: an attacker can only collide with himself. */
export interface Hash { readonly high: number; readonly low: number }

function hashText(text: string): Hash {
  let high = 0x9747b28c
  let low = 0x85ebca6b
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0xcc9e2d51)
    low = (low << 13) | (low >>> 19)
  }
  high ^= high >>> 16
  high = Math.imul(high, 0x7feb352d)
  high ^= high >>> 15
  low ^= low >>> 16
  low = Math.imul(low, 0x846ca68b)
  low ^= low >>> 13
  return { high: (high ^ low) >>> 0, low: low >>> 0 }
}

export const hashName = (text: string): string => {
  const { high, low } = hashText(text)
  return high.toString(36) + '-' + low.toString(36)
}

/** Where a key was met before; lines are told as long as there are few enough keys to remember them. */
export interface Met { readonly file: number; readonly line: number | undefined }

const PARTS = 256
/** Beyond so many keys lines are forgotten. */
const MOST_LINES = 1_000_000
const FIRST_SLOTS = 16
const FULL = 0.85
const GROWTH = 1.5

interface Part {
  high: Uint32Array
  low: Uint32Array
  /** Only as long as lines are remembered, and only where there are several files. */
  line: Uint32Array | undefined
  file: Uint16Array | undefined
  size: number
}

/**
 * Which keys have been met, and in which file. About 11 bytes a key, because lists have tens of millions of them; in many parts, so that only a
 * small one is there twice while it grows. Two keys with the same 64 bits would be taken for a double; with ten million keys that
 * happens once in 400,000 files.
 */
export class KeySet {
  readonly #parts: Part[] = Array.from({ length: PARTS }, () => ({ high: new Uint32Array(FIRST_SLOTS), low: new Uint32Array(FIRST_SLOTS), line: new Uint32Array(FIRST_SLOTS), file: undefined, size: 0 }))
  #size = 0

  /** Adds the key; where it was met before, if it was. Lines count from 1. */
  add(key: string, file: number, line: number): Met | undefined {
    const hash = hashText(key)
    const { high } = hash
    // Nothing at all means a free slot.
    const low = high === 0 && hash.low === 0 ? 1 : hash.low
    const part = this.#parts[high >>> 24]!
    if (part.size > part.low.length * FULL) this.#grow(part)
    const slot = slotOf(part, high, low)
    if (part.low[slot] !== 0 || part.high[slot] !== 0) return { file: part.file?.[slot] ?? 0, line: part.line?.[slot] }
    part.high[slot] = high
    part.low[slot] = low
    if (part.line) part.line[slot] = line
    if (file > 0) (part.file ??= new Uint16Array(part.low.length))[slot] = file
    part.size += 1
    this.#size += 1
    if (this.#size === MOST_LINES) for (const each of this.#parts) each.line = undefined
    return undefined
  }

  #grow(part: Part): void {
    const before = { ...part }
    const slots = Math.ceil(before.low.length * GROWTH)
    part.high = new Uint32Array(slots)
    part.low = new Uint32Array(slots)
    part.line = before.line && new Uint32Array(slots)
    part.file = before.file && new Uint16Array(slots)
    for (let i = 0; i < before.low.length; i += 1) {
      const high = before.high[i]!
      const low = before.low[i]!
      if (high === 0 && low === 0) continue
      const slot = slotOf(part, high, low)
      part.high[slot] = high
      part.low[slot] = low
      if (part.line) part.line[slot] = before.line![i]!
      if (part.file) part.file[slot] = before.file![i]!
    }
  }
}

/** Where the key is, or would be. */
function slotOf({ high: highs, low: lows }: Part, high: number, low: number): number {
  const slots = lows.length
  let slot = Math.floor((low / 0x1_0000_0000) * slots)
  while ((lows[slot] !== 0 || highs[slot] !== 0) && (lows[slot] !== low || highs[slot] !== high)) slot = slot + 1 === slots ? 0 : slot + 1
  return slot
}
