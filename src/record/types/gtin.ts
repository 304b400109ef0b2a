/**
 * `gtin`: GTIN-8, -12, -13 and -14 of GS1 with their check digit. The same number padded with zeros is the same article, so
 * it is kept in the shortest of 8, 13 and 14 digits that holds it: a UPC (12) as 13 digits.
 */
import { asIs, bad, good, type Rule, shown, shortText } from './rule.ts'

export const gtin: Rule = {
  parser: () => shortText('GTIN', (text, native) => {
    const digits = text.replaceAll(/[\s-]/gu, '')
    // A number has lost its leading zeros; the check digit is the same with and without them.
    const padded = typeof native === 'number' ? digits.padStart(digits.length <= 8 ? 8 : 13, '0') : digits
    if (!/^(?:\d{8}|\d{12,14})$/.test(padded)) return bad('type', `${shown(native)} has not the 8, 12, 13 or 14 digits of a GTIN.`)
    const whole = padded.padStart(14, '0')
    if (!gs1CheckDigit(whole)) return bad('check_digit', `${shown(native)} has a wrong check digit.`)
    if (/^0+$/.test(whole)) return bad('type', `${shown(native)} is no GTIN.`)
    return good(whole.startsWith('000000') ? whole.slice(6) : whole.startsWith('0') ? whole.slice(1) : whole)
  }),
  formatter: () => asIs,
}

/** Weights 3 and 1 in turn, beginning beside the check digit. */
function gs1CheckDigit(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 1 : 3)
  return sum % 10 === 0
}
