import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern } from './pattern.ts'

/** Patterns that both engines know; JavaScript's own is the judge. */
const PATTERNS = [
  'a*', '(ab|a)(bc|c)?', '[A-C]{2}\\d{1,3}', '(?:a|b)+c?', 'a{0,2}b{2,}', '[^a-b]+', '\\w+@\\w+\\.a', '(a?){3}a{3}', '.{2,4}', '', 'a||b', '(a*)*b', '(?:[ab]c)*',
  '\\p{Lu}\\p{Ll}*', '[\\p{L}-]+', '[\\d-]+', '[a\\]]+', '\\u0061+', '\\u{1F44D}?', 'a+?b', '\\.', '[.]', '[\\w.]+', '\\s?a\\S',
]

test.each(PATTERNS)('%s matches the texts that JavaScript matches', (pattern) => {
  const ours = compilePattern(pattern)
  const theirs = new RegExp(`^(?:${pattern})$`, 'u')
  fc.assert(fc.property(fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '1', '2', '.', '@', '-', ' ', 'Ł', 'ó', '👍', ']'), maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 5 }),
  ), (text) => {
    expect(ours(text)).toBe(theirs.test(text))
  }), { numRuns: 300 })
})

test('marks for start and end are allowed and change nothing', () => {
  expect(compilePattern('^ab$')('ab')).toBe(true)
  expect(compilePattern('^a$|^b$')('b')).toBe(true)
  expect(compilePattern('ab')('xab')).toBe(false)
})

describe('patterns that cost other engines years', () => {
  test.each(['(a+)+', '(a|a)*', '(a|aa)+', '(.*)*x', '\\w*\\w*\\w*\\w*\\w*\\w*\\w*!', '(?:a?){50}a{50}', '([a-z]+)*[a-z]+\\d'])('%s ends on a long text', (pattern) => {
    expect(compilePattern(pattern)(`${'a'.repeat(20_000)}#`)).toBe(false)
  })
})

describe('patterns that are refused', () => {
  test.each([
    '(?=a)', '(?<name>a)', '(a)\\1', '\\bword', '(', ')', '[a', 'a**', '*a', 'a{2,1}', 'a{x}', '[b-a]', '\\', '\\p{Nonsense}', 'a^b', 'a$b', '((a{99}){99}){99}', 'x'.repeat(1001), `${'('.repeat(60)}a${')'.repeat(60)}`,
  ])('%s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: 'type.pattern' }))
  })
})
