import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CHECKS } from '../../src/rehearse/conformance/checks.ts'
import { BENCHES, PAGE, pageText, readResults } from '../support/conformance-page.ts'

test('The page of the kit names every check with the last results; nothing on it is broken.', () => {
  const page = readFileSync(PAGE, 'utf8')
  const results = readResults(page)
  expect(page).toBe(pageText(results))
  expect(results.size).toBe(CHECKS.length * BENCHES.length)
  expect(new Set(results.values())).toEqual(new Set(['✓', '–']))
})
