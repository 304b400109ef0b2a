import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SharedTexts } from './shared-texts.ts'

test('Every text comes back as it was, whatever block it stands in.', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a\ud800', '\udc00b'), fc.integer({ min: 0, max: 3_000_000 }).map((length) => 'ż'.repeat(length))), { maxLength: 12 }), (texts) => {
    const shared = new SharedTexts()
    for (const text of texts) shared.add(text)
    expect(texts.map((_, at) => shared.at(at) === texts[at])).toEqual(texts.map(() => true))
    expect([shared.at(texts.length), shared.at(-1), shared.at(0.5), shared.at(Number.NaN)]).toEqual([undefined, undefined, undefined, undefined])
  }), { numRuns: 30 })
})
