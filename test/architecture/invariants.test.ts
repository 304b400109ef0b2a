/** What must always hold is numbered in docs/invariants.md and named in the code where it is kept. */
import { expect, test } from 'vitest'
import { lineAt, read, sources } from './sources.ts'

const page = read('docs/invariants.md')
const described = new Set([...page.matchAll(/^## (\d+)\. \S/gm)].map((match) => Number(match[1])))
const tags = sources.flatMap(({ path, text }) =>
  [...text.matchAll(/\bInvariants? (\d+(?:(?:, | and )\d+)*)/g)].flatMap((match) =>
    match[1]!.split(/, | and /).map((number) => ({ number: Number(number), at: `${path}:${lineAt(text, match.index)}` }))))

test('the page describes fourteen invariants, in order', () => {
  expect([...described]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
})

test('each invariant is named in the code at least once', () => {
  expect(tags.length).toBeGreaterThan(14)
  const named = new Set(tags.map(({ number }) => number))
  expect([...described].filter((number) => !named.has(number))).toEqual([])
})

test('no tag names an invariant that the page does not describe', () => {
  expect(tags.filter(({ number }) => !described.has(number))).toEqual([])
})
