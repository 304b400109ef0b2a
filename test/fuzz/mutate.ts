/** Inputs that are nearly right: a seed gives the same one again. */

export type Random = () => number

/** 32 bits of state are plenty for one input; every input has its own. */
export function random(seed: string): Random {
  let state = 2166136261
  for (let i = 0; i < seed.length; i += 1) state = Math.imul(state ^ seed.charCodeAt(i), 16777619)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const below = (r: Random, n: number): number => Math.floor(r() * n)
export const one = <T>(r: Random, of: readonly T[]): T => of[below(r, of.length)]!

/** What readers stumble over, whatever they read. */
const ODD = [
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '\0', '\ud800', '\udc00', '\ufeff', '\ufffd', '\u2028', '\u202e', '"', "'", '`', '\\', '\\u0000', '\\ud800', '""', '[', ']', '{', '}', '(', ')', ':', ',', ';', '|', '\t', '\n', '\r', '\r\n', ' ', '  ', '#', '&a', '*a', '!t', '<<',
  '- ', '? ', '%', '@', '$', '${env:X}', '..', '../', '/', '//', '.', '0', '-0', '-', '+', '1e999', '1e-999', '9'.repeat(40), '0.1', 'NaN', 'null', 'true', 'undefined', '=', '==', '&&', '||', '!', '<', '>', 'ż', '😀', 'ﬀ', 'İ', 'x'.repeat(300), '[[[[[[[[', '((((((((', '{{{{', '*', '+?', '{1,99}', '\\d', '\\p{L}', '(?=',
]

export function mutated(r: Random, corpus: readonly string[], words: readonly string[] = []): string {
  let text = one(r, corpus)
  for (let times = 1 + below(r, 4); times > 0; times -= 1) {
    const from = below(r, text.length + 1)
    const to = Math.min(text.length, from + below(r, 1 + below(r, 20)))
    switch (below(r, 7)) {
      case 0: text = text.slice(0, from) + text.slice(to); break
      case 1: text = text.slice(0, to) + text.slice(from); break
      case 2: text = text.slice(0, from) + String.fromCharCode(below(r, 2) ? below(r, 128) : below(r, 65_536)) + text.slice(from + 1); break
      case 3: { const other = one(r, corpus); text = text.slice(0, from) + other.slice(below(r, other.length + 1)); break }
      case 4: text = text.slice(0, from) + text.slice(from, to).repeat(1 + below(r, 40)) + text.slice(to); break
      default: text = text.slice(0, from) + one(r, words.length > 0 && below(r, 2) === 0 ? words : ODD) + text.slice(below(r, 2) === 0 ? from : to)
    }
  }
  return text.slice(0, 20_000)
}
