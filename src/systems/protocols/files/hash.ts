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

/**
 * Which keys have been met, and where. 14 bytes a key, because lists have millions of them. Two keys with the same 64 bits
 * would be taken for a double; with ten million keys that happens once in 400,000 files.
 */
export class KeySet {
  #high = new Uint32Array(1024)
  #low = new Uint32Array(1024)
  #line = new Uint32Array(1024)
  #file = new Uint16Array(1024)
  #size = 0

  /** Adds the key; where it was met before, if it was. Lines count from 1. */
  add(key: string, file: number, line: number): { readonly file: number; readonly line: number } | undefined {
    if (this.#size * 5 > this.#line.length * 3) this.#grow()
    const { high, low } = hashText(key)
    const slot = this.#slot(high, low)
    if (this.#line[slot]! !== 0) return { file: this.#file[slot]!, line: this.#line[slot]! }
    this.#put(slot, high, low, line, file)
    this.#size += 1
    return undefined
  }

  #slot(high: number, low: number): number {
    const mask = this.#line.length - 1
    let slot = low & mask
    while (this.#line[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask
    return slot
  }

  #put(slot: number, high: number, low: number, line: number, file: number): void {
    this.#high[slot] = high
    this.#low[slot] = low
    this.#line[slot] = line
    this.#file[slot] = file
  }

  #grow(): void {
    const before = { high: this.#high, low: this.#low, line: this.#line, file: this.#file }
    const size = before.line.length * 2
    this.#high = new Uint32Array(size)
    this.#low = new Uint32Array(size)
    this.#line = new Uint32Array(size)
    this.#file = new Uint16Array(size)
    for (let i = 0; i < before.line.length; i += 1) {
      if (before.line[i] === 0) continue
      const high = before.high[i]!
      const low = before.low[i]!
      this.#put(this.#slot(high, low), high, low, before.line[i]!, before.file[i]!)
    }
  }
}
