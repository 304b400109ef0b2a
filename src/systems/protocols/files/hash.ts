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
const FIRST_SLOTS = 64
const FULL = 0.85
const GROWTH = 1.2

interface Part {
  /** Both halves of each hash side by side: they are looked at together. */
  hashes: Uint32Array
  slots: number
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
  readonly #parts: Part[] = Array.from({ length: PARTS }, () => ({ hashes: new Uint32Array(FIRST_SLOTS * 2), slots: FIRST_SLOTS, line: new Uint32Array(FIRST_SLOTS), file: undefined, size: 0 }))
  #size = 0

  /** Adds the key; where it was met before, if it was. Lines count from 1. */
  add(key: string, file: number, line: number): Met | undefined {
    const hash = hashText(key)
    const { high } = hash
    // Nothing at all means a free slot.
    const low = high === 0 && hash.low === 0 ? 1 : hash.low
    const part = this.#parts[high >>> 24]!
    if (part.size > part.slots * FULL) grow(part)
    const slot = slotOf(part, high, low)
    const { hashes } = part
    if (hashes[slot * 2] !== 0 || hashes[slot * 2 + 1] !== 0) return { file: part.file?.[slot] ?? 0, line: part.line?.[slot] }
    hashes[slot * 2] = high
    hashes[slot * 2 + 1] = low
    if (part.line !== undefined) part.line[slot] = line
    if (file > 0) (part.file ??= new Uint16Array(part.slots))[slot] = file
    part.size += 1
    this.#size += 1
    if (this.#size === MOST_LINES) for (const each of this.#parts) each.line = undefined
    return undefined
  }
}

function grow(part: Part): void {
  const { hashes, slots, line, file } = part
  part.slots = Math.ceil(slots * GROWTH)
  part.hashes = new Uint32Array(part.slots * 2)
  part.line = line && new Uint32Array(part.slots)
  part.file = file && new Uint16Array(part.slots)
  for (let i = 0; i < slots; i += 1) {
    const high = hashes[i * 2]!
    const low = hashes[i * 2 + 1]!
    if (high === 0 && low === 0) continue
    const slot = slotOf(part, high, low)
    part.hashes[slot * 2] = high
    part.hashes[slot * 2 + 1] = low
    if (line) part.line![slot] = line[i]!
    if (file) part.file![slot] = file[i]!
  }
}

/** Where the key is, or would be. */
function slotOf({ hashes, slots }: Part, high: number, low: number): number {
  let slot = Math.floor((low / 0x1_0000_0000) * slots)
  for (;;) {
    const h = hashes[slot * 2]!
    const l = hashes[slot * 2 + 1]!
    if ((l === low && h === high) || (l === 0 && h === 0)) return slot
    slot = slot + 1 === slots ? 0 : slot + 1
  }
}
