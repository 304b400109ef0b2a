import { describe, expect, test } from 'vitest'
import { TRANSFORMS } from './transforms.ts'

describe('a named transform', () => {
  test.each<[string, string, string]>([
    ['trim', '  a b ', 'a b'],
    ['collapse', ' a \n  b\u00a0c ', 'a b c'],
    ['upper', 'straße ł', 'STRASSE Ł'],
    ['lower', 'ŁÓDŹ', 'łódź'],
    ['title', 'ANNA maria NOWAK-kowal o’neil', 'Anna Maria Nowak-Kowal O’neil'],
    ['digits', '+48 (22) 123-45-67', '48221234567'],
    ['fold', 'Żółć Straße Ærø Łódź', 'Zolc Strasse AEro Lodz'],
    ['html_to_text', '<p>One &amp; two</p><p>three<br>four</p>', 'One & two\nthree\nfour'],
    ['html_to_text', 'a < b and c > d', 'a < b and c > d'],
    ['html_to_text', '<style>p { color: red }</style><b>bold</b><!-- <p>hidden</p> --> &#x141;&#322;&unknown;', 'bold Łł&unknown;'],
    ['html_to_text', '<script>alert("<p>")</script>text', 'text'],
    ['html_to_text', 'cut <b', 'cut <b'],
  ])('%s: %j', (name, given, expected) => {
    expect(TRANSFORMS.get(name)!(given)).toBe(expected)
  })

  test('takes hostile markup without slowing down', () => {
    const html = TRANSFORMS.get('html_to_text')!
    expect(html('<'.repeat(200_000)).length).toBe(200_000)
    expect(html('<a '.repeat(100_000))).toHaveLength(299_999)
    expect(html('<!--'.repeat(100_000))).toHaveLength(400_000)
  })
})
