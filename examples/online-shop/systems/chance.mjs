// Repeatable chance: the same seed gives the same data on every machine (mulberry32).
export function chance(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (from, to) => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    /** Whole number, both ends included. */
    int,
    pick: (list) => list[int(0, list.length - 1)],
    /** True in this share of cases. */
    share: (part) => next() < part,
    /** `[[value, weight], …]` → value. */
    weighted: (pairs) => {
      let at = next() * pairs.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [value, weight] of pairs) {
        at -= weight
        if (at < 0) return value
      }
      return pairs.at(-1)[0]
    },
    shuffle: (list) => {
      const copy = [...list]
      for (let i = copy.length - 1; i > 0; i--) {
        const j = int(0, i)
        ;[copy[i], copy[j]] = [copy[j], copy[i]]
      }
      return copy
    },
    digits: (count) => Array.from({ length: count }, () => int(0, 9)).join(''),
  }
}

/** Names as a keyboard without diacritics writes them. */
export const fold = (text) =>
  text
    .replace(/ß/g, 'ss')
    .replace(/[łŁ]/g, (c) => (c === 'ł' ? 'l' : 'L'))
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')

/** German spelling without umlauts. */
export const umlautFold = (text) => fold(text.replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/Ä/g, 'Ae').replace(/Ö/g, 'Oe').replace(/Ü/g, 'Ue'))

const warsaw = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw', dateStyle: 'short', timeStyle: 'medium' })
/** `2026-03-04 11:22:31`, as a program that knows no zones stores it. */
export const localTime = (date) => warsaw.format(date)
export const utcTime = (date) => date.toISOString().replace('.000Z', 'Z')
