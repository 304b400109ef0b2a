import { expect, test } from 'vitest'
import { typeExamples } from './all.ts'
import { typesPage } from './page.ts'

test('the page of types in the documentation is the one that the examples print', async () => {
  await expect(typesPage()).toMatchFileSnapshot('../../../../docs/types.md')
})

test('every type that a plan may name has examples', () => {
  const names = ['text', 'integer', 'decimal', 'money', 'quantity', 'boolean', 'date', 'time', 'datetime', 'email', 'phone', 'country', 'currency', 'language', 'postal_code', 'vat_id', 'iban', 'gtin', 'url', 'file', 'json', 'codes', 'group', 'list', 'reference']
  expect(typeExamples.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
})
