import { Numeral } from '../../base/numeral.ts'

/**
 * A copy that shares nothing with `value`: what is changed outside later changes nothing inside. Members that are undefined
 * are left out, as in JSON.
 */
export function kept<T>(value: T): T {
  return copy(value) as T
}

function copy(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Numeral) return new Numeral(value.text)
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item ?? null))
  // fromEntries makes own members, also of a key `__proto__`.
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined).map(([name, item]) => [name, copy(item)]))
}
