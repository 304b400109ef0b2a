/** Exact decimal numbers as canonical digits: `-12.5`, no exponent, no leading or trailing zeros, no `-0`. */

/** More digits than any system keeps; bounds what `1e999999` may cost. */
const MOST_DIGITS = 1000

const CANONICAL = /^(?:0|-?[1-9]\d{0,17})$/
const NUMBER = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d{1,5}))?$/

/** A number in the syntax of JSON, SQL and most programs → canonical digits. `undefined`: none, or too many digits. */
export function canonicalDigits(text: string): string | undefined {
  if (CANONICAL.test(text)) return text
  const match = NUMBER.exec(text)
  if (!match) return undefined
  const whole = match[2]!
  const fraction = match[3] ?? ''
  if (whole === '' && fraction === '') return undefined
  return scaled(match[1] === '-', whole + fraction, fraction.length - Number(match[4] ?? 0))
}

/** `digits` × 10^-scale. */
function scaled(negative: boolean, digits: string, scale: number): string | undefined {
  let significant = withoutLeadingZeros(digits)
  if (significant === '') return '0'
  if (significant.length > MOST_DIGITS + 100) return undefined
  const end = lastNonZero(significant)
  scale -= significant.length - end
  significant = significant.slice(0, end)
  if (scale > MOST_DIGITS || significant.length - scale > MOST_DIGITS || significant.length > MOST_DIGITS) return undefined
  const sign = negative ? '-' : ''
  if (scale <= 0) return sign + significant + '0'.repeat(-scale)
  const padded = significant.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

function withoutLeadingZeros(digits: string): string {
  let i = 0
  while (i < digits.length && digits.charCodeAt(i) === 48) i += 1
  return i === 0 ? digits : digits.slice(i)
}

function lastNonZero(digits: string): number {
  let end = digits.length
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end -= 1
  return end
}

/** Digits after the point. */
export function decimals(digits: string): number {
  const point = digits.indexOf('.')
  return point === -1 ? 0 : digits.length - point - 1
}

/** -1, 0, 1. Both canonical. */
export function compareDigits(a: string, b: string): number {
  if (a === b) return 0
  const negative = a.startsWith('-')
  if (negative !== b.startsWith('-')) return negative ? -1 : 1
  const [x, y] = negative ? [b.slice(1), a.slice(1)] : [a, b]
  const wholeX = x.length - (decimals(x) === 0 ? 0 : decimals(x) + 1)
  const wholeY = y.length - (decimals(y) === 0 ? 0 : decimals(y) + 1)
  if (wholeX !== wholeY) return wholeX < wholeY ? -1 : 1
  return x < y ? -1 : 1
}

/** Moves the point to the left: `shift('1234', 2)` is `12.34`; negative: to the right. */
export function shift(digits: string, places: number): string {
  return canonicalDigits(`${digits}e${-places}`) ?? digits
}

/** A fraction of whole numbers; the factor of a unit. */
export interface Ratio { readonly num: bigint; readonly den: bigint }

/** digits × ratio, exact; `undefined` if it has no end as a decimal number (1 second in minutes). */
export function timesRatio(digits: string, ratio: Ratio): string | undefined {
  const places = decimals(digits)
  let num = BigInt(digits.replace('.', '')) * ratio.num
  let den = ratio.den * 10n ** BigInt(places)
  const common = gcd(num < 0n ? -num : num, den)
  num /= common
  den /= common
  let scale = 0
  // A fraction in lowest terms ends exactly when its denominator has no prime factor but 2 and 5.
  while (den % 10n === 0n) [den, scale] = [den / 10n, scale + 1]
  while (den % 2n === 0n) [den, num, scale] = [den / 2n, num * 5n, scale + 1]
  while (den % 5n === 0n) [den, num, scale] = [den / 5n, num * 2n, scale + 1]
  return den === 1n ? canonicalDigits(`${num}e${-scale}`) : undefined
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? 1n : a
}
