import { describe, expect, test } from 'vitest'
import type { FieldType } from '../../plan/model.ts'
import { typeExamples } from './examples/all.ts'
import { parseValue } from './rules.ts'

const LONG = 20_000_000
const READING = { timeZone: 'UTC', country: 'DE' }

describe('texts of 20 million characters', () => {
  test('are kept whole', () => {
    const plain = 'a'.repeat(LONG)
    const letters = 'ł'.repeat(LONG)
    expect(parseValue(plain, { is: 'text' }, READING)).toEqual({ ok: true, value: plain })
    expect(parseValue(` ${letters}\n`, { is: 'text' }, READING)).toEqual({ ok: true, value: letters })
  })

  test('are refused by length and pattern with a short sentence', () => {
    for (const type of [{ is: 'text', length: 100 }, { is: 'text', pattern: '(b+)+' }] satisfies FieldType[]) {
      const parsed = parseValue('ł'.repeat(LONG), type, READING)
      expect(parsed.ok ? '' : parsed.broken.says).toMatch(/^.{10,200}$/)
    }
  })

  test.each(typeExamples.filter(({ name }) => name !== 'text').map(({ name, type }) => [name, type] as const))('cost %s nothing: they are refused in a short sentence', (name, type) => {
    for (const sign of ['1', 'a', ' 1', '1 ', '[', '{"a":', '.', '-', 'a@', '1,', ' (']) {
      const parsed = parseValue(sign.repeat(LONG / 10), type, READING)
      // A number of two million digits is JSON.
      if (name === 'json' && sign === '1') expect(parsed.ok).toBe(true)
      else expect(parsed.ok ? '' : parsed.broken.says).toMatch(/^.{10,250}$/)
    }
  })
})

test('names that every object has are members and codes like any other', () => {
  const group: FieldType = { is: 'group', fields: new Map([['constructor', { type: { is: 'text' }, was: [] }], ['name', { type: { is: 'text' }, was: [] }]]) }
  expect(parseValue({ name: 'a' }, group, READING)).toEqual({ ok: true, value: { name: 'a' } })
  const hostile = JSON.parse('{"__proto__": {"name": "x"}}') as Record<string, string>
  expect(parseValue(hostile, group, READING)).toEqual({ ok: true, value: null })
})
