import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { doubledKey, parseJson } from './json.ts'

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
    expect(doubledKey(parseJson(text))).toBe(key)
  })

  test.each(['{"a":1,"b":1}', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', '{"a":"\\":\\":","b":"x\\":"}', '{"a":"1\\":2","b":1.50}', '":"', '{"constructor":1,"toString":2}'])('is not found in %s, where there is none.', (text) => {
    expect(doubledKey(parseJson(text))).toBeUndefined()
  })

  test('is found in any JSON into which one was put, and in no other.', () => {
    const odd = fc.oneof(fc.string({ unit: fc.constantFrom('a', '"', ':', '\\', ' ', '{', '1', '.') }), fc.string())
    fc.assert(fc.property(fc.dictionary(odd, fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('a', '"', ':', '\\', ',', '{') }), { minKeys: 1, maxKeys: 6 }), fc.boolean(), fc.boolean(), (record, twice, spaced) => {
      const pairs = Object.entries(record).map(([key, value]) => `${JSON.stringify(key)}${spaced ? ' : ' : ':'}${JSON.stringify(value)}`)
      const text = `{${[...pairs, ...(twice ? [pairs[0]!] : [])].join(',')}}`
      expect(doubledKey(parseJson(text)) !== undefined).toBe(twice)
    }), { numRuns: 300 })
  })
})
