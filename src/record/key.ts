/** What a system's own key of a record can be, whether the record bears it or another one names it. */

export const LONGEST_KEY = 4096
/** With the `u` flag halves of a pair match only where they stand alone. */
// oxlint-disable-next-line no-control-regex
const NO_KEY = /[\u0000\uD800-\uDFFF]/u

/** Why it can't be one; undefined: it can. Every store keeps half a character as U+FFFD: two such keys would be one. */
export function wrongKey(key: string): string | undefined {
  if (key.length > LONGEST_KEY) return `is longer than ${LONGEST_KEY} characters`
  if (!NO_KEY.test(key)) return undefined
  return key.includes('\0') ? 'contains a NUL character' : 'contains half a character: it was cut or decoded wrongly'
}
