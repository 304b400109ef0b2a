/** The judge of the model test judges from outside. */
import { expect, test } from 'vitest'
import { read } from './sources.ts'

const text = read('test/model/oracle.ts')

test('the oracle knows nothing of how the product works', () => {
  const known = [...text.matchAll(/\bfrom\s+'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? match[2])
  expect(known.filter((name) => /src\/(record|sync|store)\b/.test(name!))).toEqual([])
})

test('the oracle is short enough to be read at once', () => {
  expect(text).toContain('export function judge')
  expect(text.split('\n').length).toBeLessThan(150)
})
