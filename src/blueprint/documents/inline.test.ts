import { expect, test } from 'vitest'
import { rich } from './inline.ts'

test('emphasis, code and links of the plan are kept, the rest is text', () => {
  expect(rich('An *order* is **paid** when `status = paid`, see [the page](https://example.org/a?b=1).')).toEqual([
    { text: 'An ' }, { text: 'order', emphasis: true }, { text: ' is ' }, { text: 'paid', strong: true }, { text: ' when ' }, { text: 'status = paid', code: true }, { text: ', see ' },
    { text: 'the page', target: { url: 'https://example.org/a?b=1' } }, { text: '.' },
  ])
})

test('an address that stands alone is a link without the full stop behind it', () => {
  expect(rich('See https://example.org/x.')).toEqual([{ text: 'See ' }, { text: 'https://example.org/x', target: { url: 'https://example.org/x' } }, { text: '.' }])
})

test.each(['2 * 3 * 4', 'a*', '**', '`', '``', '*', '[x](javascript:alert(1))', '[x](data:text/html,x)', '[x](//example.org)', '<a href="https:x">', '***'])('%s is only text', (text) => {
  const runs = rich(text)
  expect(runs.map((run) => run.text).join('')).toBe(text)
  expect(runs.every((run) => run.target === undefined && run.code === undefined)).toBe(true)
})

test('a sign behind a backslash is only a sign', () => {
  expect(rich('\\*a\\* \\`b\\` c\\d')).toEqual([{ text: '*a* `b` c\\d' }])
})

test('a text of nothing but marks is read in one pass', () => {
  const text = '*a '.repeat(40_000)
  expect(rich(text).map((run) => run.text).join('').length).toBeGreaterThan(40_000)
})
