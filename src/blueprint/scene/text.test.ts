import { describe, expect, test } from 'vitest'
import { HOSTILE_NAMES } from '../../../test/support/hostile-names.ts'
import { isolated, label, plainText, widthOf } from './text.ts'

describe('text', () => {
  test('is wrapped so that no line is wider than it may be, whatever it says', () => {
    for (const name of HOSTILE_NAMES) {
      for (const width of [50, 80, 200]) {
        const { lines, size } = label(name, { size: 12, width })
        for (const line of lines) expect(widthOf(line, size), `${line} in ${width}`).toBeLessThanOrEqual(width)
        expect(label(name, { size: 12, width, lines: 2 }).lines.length).toBeLessThanOrEqual(2)
      }
    }
  })

  test('loses nothing when it is wrapped', () => {
    const name = 'Integration of customers/orders/2026 with a_very_long_key.and-no-blanks'
    expect(label(name, { size: 12, width: 60 }).lines.join('').replaceAll(' ', '')).toBe(name.replaceAll(' ', ''))
  })

  test('that is cut ends with an ellipsis and keeps the whole beside it', () => {
    const cut = label('one two three four five', { size: 12, width: 50, lines: 1 })
    expect(cut.lines).toEqual(['one…'])
    expect(cut.full).toBe('one two three four five')
    expect(label('one', { size: 12, width: 50, lines: 1 })).not.toHaveProperty('full')
  })

  test('breaks where a key or path has seams rather than anywhere', () => {
    expect(label('customers/orders/confirmed', { size: 12, width: 75 }).lines).toEqual(['customers/', 'orders/', 'confirmed'])
  })

  test('keeps signs that are made of several together', () => {
    expect(label('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', { size: 12, width: 50 }).lines).toEqual(['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'])
  })

  test('is never smaller than can be read', () => {
    expect(label('x', { size: 4 }).size).toBe(10)
  })

  test('counts wide characters as wide and marks as nothing', () => {
    expect(widthOf('漢字', 10)).toBeGreaterThan(20)
    expect(widthOf('e\u0301', 10)).toBe(widthOf('e', 10))
    expect(widthOf('WWW', 10, true)).toBeGreaterThan(widthOf('WWW', 10))
  })

  test('that would turn its neighbours around, or is no text at all, is made plain', () => {
    expect(plainText('a\u202eb\u0000c\ud800\n\td\u200f')).toBe('ab c\ufffd d')
    expect(plainText(`Z${'\u0301'.repeat(20)}`)).toBe(`Z${'\u0301'.repeat(3)}`)
  })

  test('in a right-to-left script is isolated where it stands in other text, also when it is broken over lines', () => {
    expect(isolated('Shop')).toBe('Shop')
    expect(isolated('שלום')).toBe('\u2068שלום\u2069')
    const { lines } = label(`F01 ${isolated('שלום עולם של אינטגרציה')} → ERP`, { size: 12, width: 70 })
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(line.split('\u2068').length, line).toBe(line.split('\u2069').length)
  })

  test('of a plan cannot isolate anything itself', () => {
    expect(label('b\u2066c\u2069 \u2068d\u2069', { size: 12 }).lines).toEqual(['bc d'])
  })

  test('with characters that nobody measured has room above and below', () => {
    expect(label('漢', { size: 10 }).height).toBeGreaterThan(label('x', { size: 10 }).height)
    expect(label('Zażółć Ελλ Жук', { size: 10 }).height).toBe(label('x', { size: 10 }).height)
  })
})
