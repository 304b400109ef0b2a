import { expect, test } from 'vitest'
import { keyAt } from '../schema/key-at.ts'
import { CATALOGUE } from './catalogue.ts'
import { questionsPage } from './page.ts'

test.each(CATALOGUE.map((question) => [question.id, question] as const))('the place of the question %s is a place of the plan language', (_, { place, of }) => {
  expect(keyAt(place.split('.'))).toBeDefined()
  if (of !== undefined) expect(keyAt(of.split('.'))).toBeDefined()
})

test('every question has an id of its own, and waits only for questions that exist', () => {
  const ids = CATALOGUE.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(CATALOGUE.flatMap(({ after }) => after ?? []).filter((id) => !ids.includes(id))).toEqual([])
})

test('the page of questions in the documentation is the one that the catalogue prints', async () => {
  await expect(questionsPage()).toMatchFileSnapshot('../../../docs/questions.md')
})
