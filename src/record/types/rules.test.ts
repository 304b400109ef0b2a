import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Native, Numeral } from '../../base/numeral.ts'
import { canonical, compareValues } from '../canonical.ts'
import type { FieldType } from '../../plan/model.ts'
import type { Reading } from '../contracts.ts'
import type { Value } from '../value.ts'
import { typeExamples } from './examples/all.ts'
import { EXAMPLE_READING, type Example, type TypeExamples } from './examples/example.ts'
import { formatValue, parseValue } from './rules.ts'

const readingOf = (example: Example): Reading => ({ ...EXAMPLE_READING, ...example.reading })

/** Natives of every shape, hostile ones among them. */
const scalar: fc.Arbitrary<Native> = fc.oneof(
  fc.constant(null), fc.boolean(), fc.double(), fc.maxSafeInteger(), fc.string({ unit: 'binary' }), fc.string(), fc.uint8Array({ maxLength: 20 }),
  fc.bigInt().map((n) => new Numeral(String(n))), fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => new Numeral(JSON.stringify(n))),
  fc.stringMatching(/^[-+]?[\d.,  ']{1,20}$/), fc.stringMatching(/^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ]\d\d:\d\d(:\d\d(\.\d{1,10})?)?(Z|\+\d\d)?)?$/),
)
const native: fc.Arbitrary<Native> = fc.letrec<{ any: Native }>((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('amount', 'currency', 'unit', 'line', '__proto__', 'constructor', 'country')), tie('any'), { maxKeys: 4 })),
})).any

describe.each(typeExamples.map((table) => [table.name, table] as const))('%s', (_name, table) => {
  test.each(table.examples.map((example) => [label(example), example] as const))('%s', (_label, example) => {
    const parsed = parseValue(example.native, example.type ?? table.type, readingOf(example))
    if ('broken' in example) {
      expect(parsed).toMatchObject({ ok: false, broken: { rule: example.broken } })
      expect(parsed.ok ? '' : parsed.broken.says).toMatch(/^.+\.$/s)
    } else expect(parsed).toEqual({ ok: true, value: example.value })
  })

  test('has valid, empty and refused examples', () => {
    const values = table.examples.filter((example) => 'value' in example)
    expect(values.length).toBeGreaterThan(2)
    expect(values.some((example) => example.value === null)).toBe(true)
    expect(table.examples.some((example) => 'broken' in example)).toBe(true)
  })

  test('what is written is read back as the same value', () => {
    for (const { type, reading, value } of valuesOf(table)) {
      const again = parseValue(formatValue(value, type, reading), type, reading)
      expect(again.ok ? canonical(again.value, type) : again).toBe(canonical(value, type))
    }
  })

  test('a value in hub form is read as itself', () => {
    // Amounts and times would be read with the system's own unit or format, references become keys.
    const type = table.type
    if (['money', 'quantity', 'reference', 'json'].includes(table.name)) return
    for (const { value, type: own } of valuesOf(table)) {
      if (own === type) expect(parseValue(value as Native, type, EXAMPLE_READING)).toEqual({ ok: true, value })
    }
  })

  test('reading never throws, and what it gives is stable', () => {
    const samples = table.examples.map((example) => example.native)
    const readings = [EXAMPLE_READING, ...table.examples.filter((e) => e.reading && !('broken' in e)).map(readingOf)]
    fc.assert(fc.property(fc.oneof(native, fc.constantFrom(...samples)), fc.constantFrom(...readings), (value, reading) => {
      const parsed = parseValue(value, table.type, reading)
      if (!parsed.ok) {
        expect(parsed.broken.says.length).toBeLessThan(1000)
        return
      }
      const written = writtenOr(parsed.value, table.type, reading)
      if (written === UNWRITABLE) return
      const again = parseValue(written, table.type, reading)
      expect(again.ok).toBe(true)
      // A format without seconds or century keeps less than the hub.
      if (reading.format === undefined && again.ok) expect(canonical(again.value, table.type)).toBe(canonical(parsed.value, table.type))
    }), { numRuns: 200 })
  })

  test('comparing is a total order that agrees with being the same', () => {
    const values = valuesOf(table).filter(({ type }) => type === table.type).map(({ value }) => value)
    for (const a of values) {
      for (const b of values) {
        const order = Math.sign(compareValues(a, b, table.type))
        expect(order).toBe(-Math.sign(compareValues(b, a, table.type)) + 0)
        expect(order === 0).toBe(canonical(a, table.type) === canonical(b, table.type))
        for (const c of values) {
          if (order <= 0 && compareValues(b, c, table.type) <= 0) expect(compareValues(a, c, table.type)).toBeLessThanOrEqual(0)
        }
      }
    }
  })
})

const UNWRITABLE = Symbol('unwritable')

/** A system may lack a form for what it says itself (12 EUR where amounts are in PLN); that is said, never guessed. */
function writtenOr(value: Value, type: FieldType, reading: Reading): Native | typeof UNWRITABLE {
  try {
    return formatValue(value, type, reading)
  } catch (error) {
    expect(error).toMatchObject({ code: 'type.unwritable' })
    return UNWRITABLE
  }
}

function valuesOf(table: TypeExamples): { readonly type: typeof table.type; readonly reading: Reading; readonly value: Value }[] {
  return table.examples.flatMap((example) => ('value' in example ? [{ type: example.type ?? table.type, reading: readingOf(example), value: example.value }] : []))
}

function label(example: Example): string {
  const native = example.native instanceof Numeral ? example.native.text : JSON.stringify(example.native)
  const where = example.reading ? ` in ${Object.values(example.reading).join(', ')}` : ''
  const shown = native === undefined ? String(example.native) : native.slice(0, 70)
  return `${shown}${where} ${'broken' in example ? `is refused (${example.broken})` : `is ${JSON.stringify(example.value)}`}`
}

test('a type of 60 levels compiles as fast as it is deep', () => {
  let type: FieldType = { is: 'text', length: 3 }
  let nested: Native = 'ab'
  for (let i = 0; i < 60; i += 1) {
    type = { is: 'list', of: type, ordered: true }
    nested = [nested]
  }
  expect(parseValue(nested, type, EXAMPLE_READING)).toEqual({ ok: true, value: nested })
})
