import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { jsonFault, parseJson, parseRecords, writeJson } from './json.ts'
import { Numeral } from './numeral.ts'

describe('a key that stands twice', () => {
  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"b":{"c":1,"c":1}}', 'c'],
    ['[{"a":1},{"a":1.5,"a":2}]', 'a'],
    ['{"a" \n : 1, "a"\t: 2}', 'a'],
    ['{"\\u0061":1,"a":2}', 'a'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"":1,"":2}', ''],
    ['{"a":"\\":","a":1}', 'a'],
  ])('in %s is told.', (text, key) => {
    expect(jsonFault(parseRecords(text))).toBe(`the key ${JSON.stringify(key)} stands twice in one object`)
    expect(() => parseJson(text)).toThrow(/stands twice/)
  })

  test.each(['{"a":1,"b":1}', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":"\\":\\":","b":"x\\":"}', '{"a":"1\\":2","b":15}', '":"', '{"constructor":1,"toString":2}'])('is not found in %s, where there is none.', (text) => {
    expect(jsonFault(parseRecords(text))).toBeUndefined()
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  test('is found in any JSON into which one was put, and in no other.', () => {
    const odd = fc.oneof(fc.string({ unit: fc.constantFrom('a', '"', ':', '\\', ' ', '{', '1', '.') }), fc.string())
    fc.assert(fc.property(fc.dictionary(odd, fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('a', '"', ':', '\\', ',', '{') }), { minKeys: 1, maxKeys: 6 }), fc.boolean(), fc.boolean(), (record, twice, spaced) => {
      const pairs = Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}${spaced ? ' : ' : ':'}${JSON.stringify(value)}`)
      const text = `{${[...pairs, ...(twice ? [pairs[0]!] : [])].join(',')}}`
      expect(jsonFault(parseRecords(text)) !== undefined).toBe(twice)
    }), { numRuns: 300 })
  })
})

describe('nesting without end', () => {
  const deep = (n: number): string => `${'{"a":['.repeat(n)}"]}\\"",1.5${']}'.repeat(n)}`

  test('costs the record that has it, and leaves those beside it as they are.', () => {
    const records = parseRecords(`[{"id":1.50},{"id":2,"x":${deep(50_000)}},{"id":3}]`) as never[]
    expect(records.map((record) => jsonFault(record))).toEqual([undefined, 'it is nested deeper than 100 levels', undefined])
    expect(String(records[0]!['id'])).toBe('1.50')
  })

  test.each([deep(50_000), '['.repeat(100_000), `${'['.repeat(500)}"${']'.repeat(500)}`, '[{"a":'.repeat(5_000)])('is refused where one value is wanted.', (text) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'json.syntax' }))
  })
})

describe('numbers', () => {
  const number = fc.oneof(fc.integer().map(String), fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,8})?([eE][+-]?\d{1,3})?$/), fc.constantFrom('-0', '0.5', '1.5', '1e400', '-0.0', '999999999999999', '9999999999999999', '0.50'))
  const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '1.5', '-0', ':', ' ', '0.5', '{', 'ż') }).map((of) => JSON.stringify(of))
  const value = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, number, number, text, fc.constantFrom('true', 'false', 'null'), fc.array(tie('any'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc.uniqueArray(fc.tuple(fc.oneof(fc.constantFrom('__proto__', 'a', 'constructor', ''), fc.string()), tie('any')), { selector: ([key]) => key, maxLength: 4 }).map((members) => `{${members.map(([key, of]) => `${JSON.stringify(key)}:${of}`).join(',')}}`)),
  })).any

  test('are what the text says, digit by digit, wherever they stand; all else is what it was.', () => {
    // Keys that are whole numbers come first in any object, whoever reads it.
    const ordered = (json: string): boolean => !/"\d+":/.test(json)
    fc.assert(fc.property(value.filter(ordered), (json) => {
      expect(writeJson(parseJson(json))).toBe(json)
      expect(writeJson(parseRecords(` [ ${json} , 2.50 ] `))).toBe(`[${json},2.50]`)
    }), { numRuns: 500 })
  })

  test('that a number cannot hold are no numbers, and those it can are.', () => {
    expect(parseJson('[1.5,-0,999999999999999,9999999999999999,0.0,{"__proto__":2.5}]')).toEqual([new Numeral('1.5'), new Numeral('-0'), 999_999_999_999_999, new Numeral('9999999999999999'), new Numeral('0.0'), { ['__proto__']: new Numeral('2.5') }])
  })

  test.each(['01.5', '1.', '[1.5.5]', '-', '[1e]', '{"a":1.5 "b":2}', '[1.5,]', '+1.5', 'tru1.5', '1.5e', '{"a":.5}'])('in %s are none: it is refused.', (json) => {
    expect(() => parseJson(json)).toThrow(expect.objectContaining({ code: 'json.syntax' }))
  })
})
