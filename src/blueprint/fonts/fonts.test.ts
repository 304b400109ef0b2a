import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { FACES, type Face, fontFile, IN_HEBREW, IN_LATIN } from './bundled.ts'
import { transliterated } from './transliterated.ts'
import { visualRuns } from './visual.ts'

const all = (text: string, has: (code: number) => boolean): boolean => [...text].every((character) => has(character.codePointAt(0) ?? 0))
const seen = (text: string): string => visualRuns(text).map((run) => run.text).join('')

describe('the bundled faces', () => {
  test('are there, are small, and have their licence beside them', () => {
    const sizes = (Object.keys(FACES) as Face[]).map((face) => fontFile(face).length)
    expect(Math.min(...sizes)).toBeGreaterThan(10_000)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(600_000)
    for (const licence of ['OFL-inter.txt', 'OFL-noto-sans-hebrew.txt']) expect(readFileSync(new URL(licence, import.meta.url), 'utf8')).toContain('SIL Open Font License')
  })

  test('have the letters of Europe and Vietnam, of Greek, Cyrillic and Hebrew', () => {
    expect(all('ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ ěščřžýáíéůťďň äöüß åøæ ğışİ ășț őű ñç ŵŷ Đặngữỗ €£„”–—…→✓×', IN_LATIN)).toBe(true)
    expect(all('ΑΒΓΔΕΖΗΘαβγδεζηθάέήίόύώϊϋ', IN_LATIN)).toBe(true)
    expect(all('АБВГДЕЁЖЗИЙКЛМНабвгдеёжзийклмнЄєІіЇїҐґЎўЉљЊњЋћЏџ', IN_LATIN)).toBe(true)
    expect(all('אבגדהוזחטיכלמנסעפצקרשתךםןףץ', IN_HEBREW)).toBe(true)
  })
})

describe('a text in letters that the faces have', () => {
  test.each([
    ['Zażółć gęślą jaźń', 'Zażółć gęślą jaźń', false],
    ['e\u0301', 'é', false],
    ['שלום CRM', 'שלום CRM', false],
    ['한국어 CRM', '‹hangukeo› CRM', true],
    ['サービス', '‹sabisu›', true],
    ['საქართველო', '‹sakartvelo›', true],
    ['Հայ', '‹Hay›', true],
    ['قاعدة', '‹qāʿda›', true],
    ['ＣＲＭ ﬁn', 'CRM fin', false],
    ['shop ⇄ erp ✔ ①', 'shop ↔ erp ✓ 1', false],
    ['漢字', '‹U+6F22 U+5B57›', true],
    ['Shop 😀', 'Shop ‹U+1F600›', true],
  ])('%s becomes %s', (text, expected, changed) => {
    const { text: said, changed: noted } = transliterated(text)
    expect(said.toLowerCase()).toBe(expected.toLowerCase())
    expect(noted).toBe(changed)
    expect(all(said, (code) => IN_LATIN(code) || IN_HEBREW(code))).toBe(true)
  })
})

describe('a line from left to right', () => {
  test.each([
    ['Latin alone', 'Shop 12', 'Shop 12'],
    ['words of Hebrew in the order in which they are seen', 'שלום עולם', 'עולם שלום'],
    ['a Hebrew name in a Latin line', 'F01 \u2068שלום עולם\u2069 → ERP', 'F01 עולם שלום → ERP'],
    ['a Latin name in a Hebrew line', 'מערכת CRM חדשה', 'חדשה CRM מערכת'],
    ['brackets around Hebrew', 'שלום (רשת)', '(רשת) שלום'],
    ['a number in a Hebrew line', 'גרסה 12 חדשה', 'חדשה 12 גרסה'],
    ['an isolate that is never closed', 'A \u2068שלום', 'A שלום'],
  ])('shows %s', (_, text, expected) => {
    expect(seen(text)).toBe(expected)
  })

  test('has runs of one face each', () => {
    expect(visualRuns('F01 שלום ERP').map((run) => [run.text.trim(), run.hebrew])).toEqual([['F01', false], ['שלום', true], ['ERP', false]])
  })
})
