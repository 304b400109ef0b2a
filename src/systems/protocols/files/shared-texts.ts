import { PlimsollError } from '../../contract.ts'

/** Four bytes are kept for each text, however short. */
const MOST_TEXTS = 16 * 1024 * 1024
const BLOCK = 4 * 1024 * 1024
/** Texts with half a character, which bytes would change. No program writes one on purpose. */
const MOST_ODD = 100_000
/** With the `u` flag this matches halves of a pair only where they stand alone. */
const HALF = /[\uD800-\uDFFF]/u

/**
 * The texts that a workbook keeps apart from its sheets, as bytes outside the heap: a large list has millions of them, and a
 * hostile file as many as it likes. Made once, then looked up by place.
 */
export class SharedTexts {
  /** Where each text ends, counted over all blocks as if they were one. */
  #ends = new Uint32Array(1024)
  #count = 0
  /** Each begins at a multiple of BLOCK; a text may go over its end. */
  readonly #blocks: Buffer[] = []
  #length = 0
  readonly #odd = new Map<number, string>()

  add(text: string): void {
    if (this.#count === MOST_TEXTS || this.#odd.size === MOST_ODD) throw new PlimsollError('files.too_large', `The workbook has more than ${this.#count.toLocaleString('en')} different texts.`)
    if (HALF.test(text)) this.#odd.set(this.#count, text)
    else this.#write(Buffer.from(text))
    if (this.#count === this.#ends.length) {
      const more = new Uint32Array(this.#count * 2)
      more.set(this.#ends)
      this.#ends = more
    }
    this.#ends[this.#count] = this.#length
    this.#count += 1
  }

  at(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined
    const odd = this.#odd.get(index)
    if (odd !== undefined) return odd
    const from = index === 0 ? 0 : this.#ends[index - 1]!
    const to = this.#ends[index]!
    const block = Math.floor(from / BLOCK)
    const start = from - block * BLOCK
    if (to - block * BLOCK <= BLOCK) return from === to ? '' : this.#blocks[block]!.toString('utf8', start, to - block * BLOCK)
    const parts: Buffer[] = []
    for (let at = from; at < to;) {
      const here = Math.floor(at / BLOCK)
      const end = Math.min(to, (here + 1) * BLOCK)
      parts.push(this.#blocks[here]!.subarray(at - here * BLOCK, end - here * BLOCK))
      at = end
    }
    return Buffer.concat(parts).toString('utf8')
  }

  #write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      const block = Math.floor(this.#length / BLOCK)
      if (block === this.#blocks.length) this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK))
      const copied = bytes.copy(this.#blocks[block]!, this.#length - block * BLOCK, done)
      done += copied
      this.#length += copied
    }
  }
}
