import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { loadObject, loadText } from '../../test/support/load-text.ts'

const TEXTS = ['first-25-lines', 'customer-360', 'online-shop'].map((name) => readFileSync(`test/plans/${name}.yaml`, 'utf8'))
/** As written: the failsafe schema makes no numbers of anything. */
const PLANS = TEXTS.map((text) => parse(text, { schema: 'failsafe' }) as object)

type Path = readonly (string | number)[]
function places(value: unknown, path: Path = []): Path[] {
  const below = Array.isArray(value) ? value.flatMap((item, i) => places(item, [...path, i]))
    : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, item]) => places(item, [...path, key])) : []
  return path.length > 0 ? [path, ...below] : below
}
const PLACES = PLANS.map((plan) => places(plan))

/** A copy in which the value at one place is another one; `undefined` takes the place away. */
function changed(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  const next = rest.length === 0 ? to : changed((value as Record<string, unknown>)[key as string], rest, to)
  if (Array.isArray(value)) return value.flatMap((item, i) => (i === key ? (next === undefined ? [] : [next]) : [item]))
  return Object.fromEntries(Object.entries(value as object).flatMap(([k, item]) => (k === key ? (next === undefined ? [] : [[k, next]]) : [[k, item]])))
}

const somewhere = fc.nat(2).chain((n) => fc.record({ n: fc.constant(n), at: fc.constantFrom(...PLACES[n]!) }))
const anything = fc.oneof(fc.constant(undefined), fc.string({ maxLength: 12 }), fc.constantFrom<unknown>({}, [], [[]], 'none', 'plimsoll', '5', '20%', true, { a: { b: 'c' } }, ['x', 'y'], { to: 'x' }, '__proto__', { constructor: 'x' }))

describe('the loader', () => {
  test('says what is wrong with any change of a plan, and never crashes', () => {
    let wrong = 0
    fc.assert(fc.property(somewhere, anything, ({ n, at }, to) => {
      const { mistakes, plan } = loadObject(changed(PLANS[n], at, to))
      const errors = mistakes.filter((m) => m.severity === 'error')
      expect(plan === undefined).toBe(errors.length > 0)
      if (errors.length > 0) wrong += 1
      for (const mistake of mistakes) {
        expect(mistake.says).toMatch(/^\S.*[.?:]/s)
        expect(mistake.place.pointer).toMatch(/^(\/|$)/)
      }
    }), { numRuns: 150 })
    expect(wrong).toBeGreaterThan(25)
  })

  test('reports a key with one sign too many once, at its place, and suggests the right one', () => {
    const [, , text] = TEXTS
    // Keys of the language in the flows of the shop, written in braces or on lines of their own.
    const keys = [...text!.matchAll(/(?<=[{,] ?|\n {4})(trigger|service_level|criticality|accountable|when_deleted|freshness|volume|usual|identifiers|required|personal|interface|documentation|connector|category)(?=:)/g)]
    expect(keys.length).toBeGreaterThan(100)
    fc.assert(fc.property(fc.constantFrom(...keys), (match) => {
      const wrongKey = `${match[0]}s`
      const { mistakes } = loadText(`${text!.slice(0, match.index)}${wrongKey}${text!.slice(match.index + match[0].length)}`)
      const unknown = mistakes.filter((m) => m.id === 'unknown-key')
      expect(unknown.map((m) => [m.place.range[0], m.suggestion])).toEqual([[match.index, match[0]]])
      // Only what the schema says is looked at here: a missing key may rightly be asked for by a cross-check.
      expect(mistakes.filter((m) => m.id === 'bad-value')).toEqual([])
    }), { numRuns: 30 })
  })
})
