/** `length`, `pattern`, `at_least`, `at_most`: what a field's own limits add to its type. */
import { PlimsollError } from '../../base/errors.ts'
import type { FieldType } from '../../plan/model.ts'
import { codePoints, compareValues } from '../canonical.ts'
import type { Reading } from '../contracts.ts'
import { isGroup, type Value } from '../value.ts'
import { canonicalDigits } from './digits.ts'
import { bad, type Parse, shown } from './rule.ts'
import { compilePattern } from './pattern.ts'

/** `{ rule, says }` when the value breaks a limit. Values are in hub form and not null. */
type Limit = (value: Value) => { readonly rule: string; readonly says: string } | undefined

/** Wraps a parser with its type's limits; `plain` reads the limits themselves. Throws `type.limit` and `type.pattern`. */
export function withLimits(parse: Parse, type: FieldType, plain: () => Parse): Parse {
  const limits = limitsOf(type, plain)
  if (limits.length === 0) return parse
  return (native) => {
    const parsed = parse(native)
    if (!parsed.ok || parsed.value === null) return parsed
    for (const limit of limits) {
      const broken = limit(parsed.value)
      if (broken) return bad(broken.rule, broken.says)
    }
    return parsed
  }
}

/** Limits are written without a unit or currency of a system: in the field's own. */
export const LIMIT_READING: Reading = { timeZone: 'UTC', decimal: '.' }

function limitsOf(type: FieldType, plain: () => Parse): Limit[] {
  const limits: Limit[] = []
  if ('length' in type && type.length !== undefined) limits.push(longest(type.length))
  if ('pattern' in type && type.pattern !== undefined) limits.push(matching(type.pattern))
  if ('atLeast' in type && type.atLeast !== undefined) limits.push(bound(type, type.atLeast, plain, 1))
  if ('atMost' in type && type.atMost !== undefined) limits.push(bound(type, type.atMost, plain, -1))
  return limits
}

const longest = (length: number): Limit => (value) => {
  if (typeof value !== 'string' || value.length <= length) return undefined
  const points = codePoints(value)
  return points <= length ? undefined : { rule: 'length', says: `${shown(value)} has ${points} characters, ${length} are allowed.` }
}

function matching(pattern: string): Limit {
  const matches = compilePattern(pattern)
  return (value) =>
    typeof value !== 'string' || matches(value) ? undefined : { rule: 'pattern', says: `${shown(value)} does not have the form that this field asks for.` }
}

function bound(type: FieldType, written: string, plain: () => Parse, side: 1 | -1): Limit {
  // Money without a fixed currency is limited by its amount, whatever the currency.
  const amounts = type.is === 'money' || type.is === 'quantity'
  const parsed = amounts ? undefined : plain()(written)
  const limit = amounts ? numberOf(written) : parsed?.ok ? parsed.value : null
  if (limit === null || limit === undefined) throw new PlimsollError('type.limit', `The limit \`${written}\` is no ${type.is}.`)
  const limitType: FieldType = amounts ? { is: 'decimal' } : type
  return (value) => {
    const own = amounts && isGroup(value) ? value['amount']! : value
    if (compareValues(own, limit, limitType) * side >= 0) return undefined
    return { rule: 'range', says: `${shown(typeof own === 'string' ? own : String(own))} is ${side === 1 ? 'less than' : 'more than'} ${written}.` }
  }
}

const NUMBER = /^(-?\d{1,300}(?:\.\d{1,300})?)(?: ?\p{L}{1,20})?$/u
function numberOf(written: string): string | undefined {
  const match = NUMBER.exec(written.trim())
  return match ? canonicalDigits(match[1]!) : undefined
}
