/**
 * Numbers that a JavaScript number can't hold exactly (integers beyond 2⁵³, decimals) travel as `Numeral`: the digits as
 * they were written. Nothing in Plimsoll turns one into a floating-point number.
 */
export class Numeral {
  /** JSON number syntax, for example `-12.30` or `12345678901234567890`. */
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** A value as a system wrote it. `number` is used for safe integers only, bytes for binary columns. */
export type Native = null | boolean | number | string | Numeral | Uint8Array | Native[] | NativeRecord
/** Own keys only; may have a key named `__proto__`: read it with `Object.hasOwn`, write with `defineProperty` or a null prototype. */
export interface NativeRecord {
  readonly [key: string]: Native
}

const EXACT_INTEGER = /^-?\d{1,15}$/

/** The Native for a number's text: a plain number where it is a safe integer in its usual form, else a Numeral. */
export function numeral(text: string): number | Numeral {
  return EXACT_INTEGER.test(text) && text !== '-0' ? Number(text) : new Numeral(text)
}
