/** Exact numbers of expressions: a whole number of units of 10^-scale. Nothing here passes through a floating-point number. */
import { PlimsollError, registerErrors } from '../../base/errors.ts'

registerErrors({
  'expression.failed': { class: 'data', hint: 'Mend the record, or write the expression so that it can be computed for every record.' },
})

export const failed = (says: string): PlimsollError => new PlimsollError('expression.failed', says)

export class Decimal {
  readonly units: bigint
  readonly scale: number
  constructor(units: bigint, scale: number) {
    this.units = units
    this.scale = scale
  }
}

const NUMBER = /^\s*([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/
/** Numbers with more digits than this are refused: they would cost more than any plan means. */
const MAX_DIGITS = 1000
/** Digits after the point of a division that does not end. */
const QUOTIENT_DIGITS = 20

/** The number that a text writes (`.` as decimal mark), or undefined. */
export function decimalOf(text: string): Decimal | undefined {
  if (text.length > MAX_DIGITS) return undefined
  const match = NUMBER.exec(text)
  if (!match) return undefined
  const fraction = match[3] ?? ''
  const exponent = Number(match[4] ?? 0)
  if (Math.abs(exponent) > MAX_DIGITS) return undefined
  const units = BigInt(match[2]! + fraction) * (match[1] === '-' ? -1n : 1n)
  const scale = fraction.length - exponent
  return scale >= 0 ? new Decimal(units, scale) : new Decimal(units * 10n ** BigInt(-scale), 0)
}

export const whole = (value: number | bigint): Decimal => new Decimal(BigInt(value), 0)

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  if (a.scale === b.scale) return [a.units, b.units, a.scale]
  if (a.scale > b.scale) return [a.units, b.units * 10n ** BigInt(a.scale - b.scale), a.scale]
  return [a.units * 10n ** BigInt(b.scale - a.scale), b.units, b.scale]
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

const bounded = (value: Decimal): Decimal => {
  if (value.scale > MAX_DIGITS || value.units.toString().length > MAX_DIGITS) throw failed(`A number has more than ${MAX_DIGITS} digits.`)
  return value
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b)
  return bounded(new Decimal(x + y, scale))
}
export const negate = (a: Decimal): Decimal => new Decimal(-a.units, a.scale)
export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b))
export const multiply = (a: Decimal, b: Decimal): Decimal => bounded(new Decimal(a.units * b.units, a.scale + b.scale))

/** Exact where the quotient ends within 20 digits after the point, else rounded there (half away from zero). */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.units === 0n) throw failed('A number is divided by zero.')
  const numerator = a.units * 10n ** BigInt(QUOTIENT_DIGITS + b.scale)
  const denominator = b.units * 10n ** BigInt(a.scale)
  const quotient = numerator / denominator
  const rest = numerator % denominator
  const twice = (rest < 0n ? -rest : rest) * 2n
  const away = twice >= (denominator < 0n ? -denominator : denominator) ? (numerator < 0n !== denominator < 0n ? -1n : 1n) : 0n
  return bounded(new Decimal(quotient + away, QUOTIENT_DIGITS))
}

export function remainder(a: Decimal, b: Decimal): Decimal {
  const [x, y, scale] = aligned(a, b)
  if (y === 0n) throw failed('A number is divided by zero.')
  return new Decimal(x % y, scale)
}

/** The whole part. */
export const truncate = (a: Decimal): Decimal => (a.scale === 0 ? a : new Decimal(a.units / 10n ** BigInt(a.scale), 0))

/** Canonical digits: no exponent, no needless zeros. */
export function decimalText({ units, scale }: Decimal): string {
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const fraction = scale === 0 ? '' : digits.slice(-scale).replace(/0+$/, '')
  const integer = scale === 0 ? digits : digits.slice(0, -scale)
  const text = fraction === '' ? integer : `${integer}.${fraction}`
  return text === '0' ? text : sign + text
}
