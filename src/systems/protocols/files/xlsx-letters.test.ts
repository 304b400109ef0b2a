import { join } from 'node:path'
import ExcelJS from 'exceljs'
import { expect, test } from 'vitest'
import { testFolder } from '../../../../test/support/test-folder.ts'

const NAME = 'żółty "mug" — אבג 😀'

test('Letters of several bytes survive wherever the pieces of a large workbook end, in shared texts and in cells.', async () => {
  const folder = await testFolder()
  const many = 12_000
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: join(folder.path, 'list.xlsx'), useSharedStrings: true })
  const sheet = book.addWorksheet('list')
  sheet.addRow(['sku', 'name', 'note']).commit()
  // Of ever other length, so that ends of pieces fall on each byte of a letter.
  for (let n = 0; n < many; n += 1) sheet.addRow([`A-${n}`, `${NAME.repeat(n % 5)}${n}`, { formula: '1', result: `${'x'.repeat(n % 7)}${NAME}` }]).commit()
  await book.commit()
  const { values, broken } = await folder.read('list.xlsx')
  expect(broken).toEqual([])
  expect(values).toHaveLength(many)
  expect(values.filter(({ sku, name, note }, n) => sku !== `A-${n}` || name !== `${NAME.repeat(n % 5)}${n}` || note !== `${'x'.repeat(n % 7)}${NAME}`)).toEqual([])
})
