/** VAT identification numbers by country: form after the prefix, and the check digits that the country's rules define. */
import { mod97 } from './iban.ts'

export interface VatRule {
  readonly form: RegExp
  /** Without: the country publishes no rule that is used here; the form alone counts. */
  readonly check?: (number: string) => boolean
  /** Part of the form that says nothing about who it is. */
  readonly without?: RegExp
}

const digitsOf = (text: string): readonly number[] => Array.from(text, Number)
const weigh = (text: string, weights: readonly number[]): number => weights.reduce((sum, weight, i) => sum + weight * Number(text[i]), 0)
const down = (from: number, to: number): readonly number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i)

/** Every second digit from the right doubled, its digits added (ISO/IEC 7812-1). */
function luhn(text: string): boolean {
  let sum = 0
  for (const [i, digit] of digitsOf(text).toReversed().entries()) sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)
  return sum % 10 === 0
}

/** ISO 7064, MOD 11,10. */
function mod11of10(text: string): boolean {
  let product = 10
  for (const digit of digitsOf(text.slice(0, -1))) product = (((digit + product) % 10 || 10) * 2) % 11
  return (product + Number(text.at(-1))) % 10 === 1
}

function austria(text: string): boolean {
  const sum = digitsOf(text.slice(1, 8)).reduce((total, digit, i) => total + (i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 4)
  return (10 - (sum % 10)) % 10 === Number(text[8])
}

/** Companies have eight digits; people their birth number of nine (before 1954, unchecked) or ten, or nine beginning with 6. */
function czechia(text: string): boolean {
  if (text.length === 8) {
    const rest = 11 - (weigh(text, down(8, 2)) % 11)
    return text[0] !== '9' && (rest === 10 ? 0 : rest === 11 ? 1 : rest) === Number(text[7])
  }
  if (text.length === 9 && text[0] === '6') {
    const rest = weigh(text.slice(1), down(8, 2)) % 11
    return (8 - ((10 - rest + 11) % 11) + 10) % 10 === Number(text[8])
  }
  const month = Number(text.slice(2, 4)) % 50
  const dated = (month >= 1 && month <= 12) || (text.length === 10 && month >= 21 && month <= 32)
  const day = Number(text.slice(4, 6))
  if (!dated || day < 1 || day > 31) return false
  if (text.length === 9) return Number(text.slice(0, 2)) <= 53
  // Some numbers given out before 1985 have 0 where the remainder would be 10.
  return Number(text.slice(0, 9)) % 11 % 10 === Number(text[9])
}

const FRENCH = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'

function france(text: string): boolean {
  const siren = text.slice(2)
  // Monaco's numbers begin with 000 and are no SIREN.
  if (!siren.startsWith('000') && !luhn(siren)) return false
  if (/^\d\d/.test(text)) return Number(`${siren}12`) % 97 === Number(text.slice(0, 2))
  const [a, b] = [FRENCH.indexOf(text[0]!), FRENCH.indexOf(text[1]!)]
  const key = a < 10 ? a * 24 + b - 10 : a * 34 + b - 100
  return (Number(siren) + 1 + Math.floor(key / 11)) % 11 === key % 11
}

function italy(text: string): boolean {
  const office = Number(text.slice(7, 10))
  return !text.startsWith('0000000') && ((office >= 1 && office <= 100) || [120, 121, 888, 999].includes(office)) && luhn(text)
}

const SPANISH = 'TRWAGMYFPDXBNJZSQVHLCKE'

function spain(text: string): boolean {
  if (/^\d{8}/.test(text)) return SPANISH[Number(text.slice(0, 8)) % 23] === text[8]
  if (/^[XYZ]/.test(text)) return SPANISH[Number(`${'XYZ'.indexOf(text[0]!)}${text.slice(1, 8)}`) % 23] === text[8]
  if (/^[KLM]/.test(text)) return SPANISH[Number(text.slice(1, 8)) % 23] === text[8]
  const sum = digitsOf(text.slice(1, 8)).reduce((total, digit, i) => total + (i % 2 === 1 ? digit : digit * 2 - (digit > 4 ? 9 : 0)), 0)
  const digit = (10 - (sum % 10)) % 10
  const byDigit = String(digit) === text[8]
  const byLetter = 'JABCDEFGHI'[digit] === text[8]
  return /^[ABEH]/.test(text) ? byDigit : /^[NPQRSW]/.test(text) ? byLetter : byDigit || byLetter
}

/** Since 2020 sole traders have numbers by ISO 7064; companies keep the eleven-test. */
const netherlands = (text: string): boolean =>
  !text.endsWith('B00') && ((weigh(text, down(9, 2)) - Number(text[8])) % 11 === 0 || mod97(`NL${text}`) === 1)

function ireland(text: string): boolean {
  // The old form has a sign in the second place and moves its digits.
  const digits = /^\d{7}/.test(text) ? text.slice(0, 7) : `0${text.slice(2, 7)}${text[0]}`
  const second = text.length === 9 && text[8] !== 'W' ? text.charCodeAt(8) - 64 : 0
  return 'WABCDEFGHIJKLMNOPQRSTUV'[(weigh(digits, down(8, 2)) + 9 * second) % 23] === text[7]
}

function britain(text: string): boolean {
  if (/^(?:GD|HA)/.test(text)) return true
  const rest = (weigh(text, down(8, 2)) + Number(text.slice(7, 9))) % 97
  return rest === 0 || (rest + 55) % 97 === 0
}

/** Check digit = 11 - weighted sum mod 11; what 10 and 11 become is the country's. */
const eleven = (weights: readonly number[], ten?: number, whole?: number) => (text: string): boolean => {
  const digit = 11 - (weigh(text, weights) % 11)
  return (digit === 10 ? ten : digit === 11 ? whole : digit) === Number(text[weights.length])
}
const sumIsZero = (weights: readonly number[]) => (text: string): boolean => weigh(text, weights) % 11 === 0

/** Prefix → rule. Greece writes EL. */
export const VAT: ReadonlyMap<string, VatRule> = new Map<string, VatRule>([
  ['AT', { form: /^U\d{8}$/, check: austria }],
  ['BE', { form: /^[01]\d{9}$/, check: (t) => 97 - (Number(t.slice(0, 8)) % 97) === Number(t.slice(8)) }],
  ['BG', { form: /^\d{9,10}$/ }],
  ['CH', { form: /^E\d{9}(?:MWST|TVA|IVA|HR)?$/, without: /(?:MWST|TVA|IVA|HR)$/, check: (t) => eleven([5, 4, 3, 2, 7, 6, 5, 4], undefined, 0)(t.slice(1)) }],
  ['CY', { form: /^\d{8}[A-Z]$/ }],
  ['CZ', { form: /^\d{8,10}$/, check: czechia }],
  ['DE', { form: /^[1-9]\d{8}$/, check: mod11of10 }],
  ['DK', { form: /^[1-9]\d{7}$/, check: sumIsZero([2, 7, 6, 5, 4, 3, 2, 1]) }],
  ['EE', { form: /^\d{9}$/, check: (t) => (10 - (weigh(t, [3, 7, 1, 3, 7, 1, 3, 7]) % 10)) % 10 === Number(t[8]) }],
  ['EL', { form: /^\d{9}$/, check: (t) => (weigh(t, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === Number(t[8]) }],
  ['ES', { form: /^(?:\d{8}[A-Z]|[XYZKLM]\d{7}[A-Z]|[A-HJNP-SUVW]\d{7}[A-Z\d])$/, check: spain }],
  ['FI', { form: /^\d{8}$/, check: sumIsZero([7, 9, 10, 5, 8, 4, 2, 1]) }],
  ['FR', { form: /^[A-HJ-NP-Z\d]{2}\d{9}$/, check: france }],
  ['GB', { form: /^(?:\d{9}(?:\d{3})?|GD[0-4]\d\d|HA[5-9]\d\d)$/, check: britain }],
  ['HR', { form: /^\d{11}$/, check: mod11of10 }],
  ['HU', { form: /^\d{8}$/, check: (t) => (10 - (weigh(t, [9, 7, 3, 1, 9, 7, 3]) % 10)) % 10 === Number(t[7]) }],
  ['IE', { form: /^(?:\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])$/, check: ireland }],
  ['IT', { form: /^\d{11}$/, check: italy }],
  ['LT', { form: /^(?:\d{9}|\d{12})$/ }],
  ['LU', { form: /^\d{8}$/, check: (t) => Number(t.slice(0, 6)) % 89 === Number(t.slice(6)) }],
  ['LV', { form: /^\d{11}$/ }],
  ['MT', { form: /^\d{8}$/, check: (t) => 37 - (weigh(t, [3, 4, 6, 7, 8, 9]) % 37) === Number(t.slice(6)) }],
  ['NL', { form: /^\d{9}B\d{2}$/, check: netherlands }],
  ['NO', { form: /^\d{9}(?:MVA)?$/, without: /MVA$/, check: eleven([3, 2, 7, 6, 5, 4, 3, 2], undefined, 0) }],
  ['PL', { form: /^\d{10}$/, check: (t) => weigh(t, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === Number(t[9]) }],
  ['PT', { form: /^[1-9]\d{8}$/, check: eleven(down(9, 2), 0, 0) }],
  ['RO', { form: /^[1-9]\d{1,9}$/, check: (t) => ((weigh(t.padStart(10, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) % 10 === Number(t.at(-1)) }],
  ['SE', { form: /^\d{10}(?:0[1-9]|[1-8]\d|9[0-4])$/, check: (t) => luhn(t.slice(0, 10)) }],
  ['SI', { form: /^[1-9]\d{7}$/, check: eleven(down(8, 2), 0) }],
  ['SK', { form: /^[1-9]\d[2-47-9]\d{7}$/, check: (t) => Number(t) % 11 === 0 }],
  // Northern Ireland has British numbers.
  ['XI', { form: /^(?:\d{9}(?:\d{3})?|GD[0-4]\d\d|HA[5-9]\d\d)$/, check: britain }],
  ['EU', { form: /^\d{9}$/ }],
])
