import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import ExcelJS from 'exceljs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { never, testFolder } from '../../../../test/support/test-folder.ts'
import type { TestFolder } from '../../../../test/support/test-folder.ts'
import { Numeral } from '../../contract.ts'
import { localSource } from './source.ts'
import { readNumber } from './sheet-cells.ts'
import { dateStyle } from './workbook.ts'
import { ZipReader, ZipWriter } from './zip.ts'

/** A workbook by a program that is not ours. */
async function foreign(folder: TestFolder, name: string, fill: (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void): Promise<void> {
  const book = new ExcelJS.Workbook()
  fill(book.addWorksheet('Data'), book)
  await book.xlsx.writeFile(join(folder.path, name))
}

const PACKAGE = 'http://schemas.openxmlformats.org'
const SHEET = `xmlns="${PACKAGE}/spreadsheetml/2006/main"`
async function* once(text: string): AsyncGenerator<string> {
  yield text
}
/** A workbook with rows of our choice. */
async function withRows(folder: TestFolder, name: string, rows: string, more: { strings?: string; styles?: string; book?: string } = {}): Promise<void> {
  const zip = await ZipWriter.create(join(folder.path, name))
  const relation = (id: string, type: string, target: string): string => `<Relationship Id="${id}" Type="${PACKAGE}/officeDocument/2006/relationships/${type}" Target="${target}"/>`
  await zip.add('_rels/.rels', once(`<Relationships>${relation('r1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`))
  await zip.add('xl/workbook.xml', once(`<workbook ${SHEET} xmlns:r="r">${more.book ?? ''}<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>`))
  await zip.add('xl/_rels/workbook.xml.rels', once(`<Relationships>${relation('r1', 'worksheet', '/xl/worksheets/sheet1.xml')}${relation('r2', 'sharedStrings', 'sharedStrings.xml')}${relation('r3', 'styles', 'styles.xml')}</Relationships>`))
  await zip.add('xl/sharedStrings.xml', once(`<sst ${SHEET}>${more.strings ?? ''}</sst>`))
  await zip.add('xl/styles.xml', once(more.styles ?? `<styleSheet ${SHEET}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="46"/></cellXfs></styleSheet>`))
  await zip.add('xl/worksheets/sheet1.xml', once(`<worksheet ${SHEET}><dimension ref="A1"/><sheetData>${rows}</sheetData></worksheet>`))
  await zip.close()
}
const cell = (ref: string, v: string, attributes = ''): string => `<c r="${ref}"${attributes}><v>${v}</v></c>`
const text = (ref: string, value: string): string => `<c r="${ref}" t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`
const HEAD = `<row r="1">${text('A1', 'sku')}${text('B1', 'x')}</row>`

describe('reading XLSX', () => {
  test('A workbook of another program is read: text, numbers, dates, booleans, formulas, empty cells.', async () => {
    const folder = await testFolder()
    await foreign(folder, 'a.xlsx', (sheet) => {
      sheet.addRow(['sku', 'name', 'price', 'since', 'at', 'ok', 'sum', 'none'])
      sheet.addRow(['007', ' Zażółć\n<&> ', 19.99, new Date(Date.UTC(2026, 10, 21)), new Date(Date.UTC(2026, 10, 21, 8, 30, 15)), true, { formula: '1+1', result: 2 }, null])
      sheet.getCell('E2').numFmt = 'yyyy-mm-dd hh:mm:ss'
    })
    const seen = await folder.read('a.xlsx')
    expect(seen.values).toEqual([{ sku: '007', name: ' Zażółć\n<&> ', price: new Numeral('19.99'), since: '2026-11-21', at: '2026-11-21T08:30:15', ok: true, sum: 2, none: null }])
    expect(seen).toMatchObject({ complete: true, broken: [], error: undefined })
  })

  test('Shared texts keep their runs, leave out phonetic help, and are unescaped.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${cell('A2', '0', ' t="s"')}${cell('B2', '1', ' t="s"')}</row><row r="3">${cell('A3', '2', ' t="s"')}${cell('B3', '3', ' t="s"')}</row>`, {
      strings: '<si><r><rPr><b/></rPr><t xml:space="preserve">a </t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si><t>x_x000D_&#10;y &amp;lt; _x005F_x0041_</t></si><si><t>k</t></si><si><t/></si>',
    })
    expect((await folder.read('a.xlsx')).values).toEqual([{ sku: 'a b', x: 'x\r\ny &lt; _x0041_' }, { sku: 'k', x: '' }])
  })

  test.each<[string, string, string, unknown]>([
    ['an integer beyond 2^53', '', '12345678901234567890', new Numeral('12345678901234567890')],
    ['a decimal with 30 digits', '', '12345678901234567890.1234567890', new Numeral('12345678901234567890.1234567890')],
    ['a decimal as it was typed', '', '1.10', new Numeral('1.10')],
    ['the trace of floating point', '', '19.989999999999998', new Numeral('19.99')],
    ['an exponent', '', '1.5E-7', new Numeral('1.5E-7')],
    ['a date', ' s="1"', '46347', '2026-11-21'],
    ['a date and time', ' s="2"', '46347.354340277778', '2026-11-21T08:30:15'],
    ['midnight', ' s="2"', '46347', '2026-11-21T00:00:00'],
    ['a date with a time that its format hides', ' s="1"', '46347.5', '2026-11-21T12:00:00'],
    ['a time', ' s="3"', '0.25', '06:00:00'],
    ['elapsed time', ' s="4"', '1.5', new Numeral('1.5')],
    ['the day that never was', ' s="1"', '60', '1900-02-29'],
    ['the first day', ' s="1"', '1', '1900-01-01'],
    ['a boolean', ' t="b"', '0', false],
    ['a text by a formula', ' t="str"', 'x_x000D_y', 'x\ry'],
    ['a date in the strict form', ' t="d"', '2026-11-21', '2026-11-21'],
  ])('A cell with %s is exact.', async (_, attributes, v, expected) => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${text('A2', '1')}${cell('B2', v, attributes)}</row>`)
    expect((await folder.read('a.xlsx')).values).toEqual([{ sku: '1', x: expected }])
  })

  test('Dates count from 1904 where the workbook says so.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${text('A2', '1')}${cell('B2', '44885', ' s="1"')}</row>`, { book: '<workbookPr date1904="1"/>' })
    expect((await folder.read('a.xlsx')).values).toEqual([{ sku: '1', x: '2026-11-21' }])
  })

  test.each([
    ['yyyy-mm-dd', 'date'], ['[$-415]d mmm yyyy;@', 'date'], ['mmm', 'date'], ['h:mm AM/PM', 'time'], ['yyyy-mm-dd hh:mm', 'datetime'],
    ['General', undefined], ['0.00', undefined], ['#,##0 "days"', undefined], ['[h]:mm', undefined], ['[Red]0', undefined], ['0\\d', undefined], ['_-* #,##0_-', undefined],
  ])('The number format %j shows: %s.', (format, kind) => {
    expect(dateStyle(format)).toBe(kind)
  })

  test('A double that was written with 17 digits is read as the number that was typed.', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 15 - 1 }), fc.integer({ min: 1, max: 14 }), (digits, scale) => {
      const typed = Number(`${digits}e-${scale}`)
      const written = typed.toPrecision(17).replace(/0+$/, '').replace(/\.$/, '')
      fc.pre(!written.includes('e') && Number(written) === typed)
      expect(Number(String(readNumber(written, false)))).toBe(typed)
      expect(String(readNumber(written, false)).length).toBeLessThanOrEqual(String(typed).length + 1)
    }))
  })

  test('Rows and cells without references, with prefixes, and blank rows are read with the right lines.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `<row><c t="inlineStr"><is><t>sku</t></is></c><c t="inlineStr"><is><t>x</t></is></c></row><row/><row r="7"><c/><c><v>5</v></c></row><row><c t="inlineStr"><is><t>1</t></is></c></row>`)
    const seen = await folder.read('a.xlsx')
    expect(seen.values).toEqual([{ sku: '1', x: null }])
    expect(seen.broken).toMatchObject([{ place: 'a.xlsx:7' }])
  })

  test('A cell with an error breaks its row under its key, if the column is read.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${text('A2', '1')}${cell('B2', '#REF!', ' t="e"')}</row><row r="3">${text('A3', '2')}<c r="B3"><f>A1</f></c></row><row r="4">${text('A4', '3')}</row>`)
    const seen = await folder.read('a.xlsx')
    expect(seen.broken).toMatchObject([{ key: '1', says: expect.stringContaining('#REF!') as string }, { key: '2', says: expect.stringContaining('never computed') as string }])
    expect(seen).toMatchObject({ values: [{ sku: '3', x: null }], complete: true })
    expect((await folder.read('a.xlsx', { columns: ['sku'] })).records).toHaveLength(3)
  })

  test('The sheet is chosen by name or number; else the first that is not hidden.', async () => {
    const fill = (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook): void => {
      sheet.state = 'hidden'
      sheet.addRow(['sku']).commit()
      sheet.addRow(['hidden']).commit()
      for (const name of ['Shown', '2 & more']) book.addWorksheet(name).addRows([['sku'], [name]])
    }
    for (const [setting, expected] of [[undefined, 'Shown'], ['Data', 'hidden'], ['3', '2 & more'], ['2 & more', '2 & more']] as const) {
      const folder = await testFolder(setting === undefined ? {} : { sheet: setting })
      await foreign(folder, 'a.xlsx', fill)
      expect((await folder.read('a.xlsx')).values).toEqual([{ sku: expected }])
    }
    const folder = await testFolder({ sheet: 'Nope' })
    await foreign(folder, 'a.xlsx', fill)
    expect((await folder.read('a.xlsx')).error).toMatchObject({ code: 'files.content', message: expect.stringContaining('"2 & more"') as string })
  })
})

describe('workbooks that are none, or hostile', () => {
  test.each([
    ['Another file', Buffer.from('sku,x\n1,2\n'), 'files.content'],
    ['A workbook of the old format', Buffer.concat([Buffer.of(0xd0, 0xcf, 0x11, 0xe0), Buffer.alloc(600)]), 'files.content'],
    ['An empty file', Buffer.alloc(0), 'files.empty'],
  ])('%s is refused.', async (_, bytes, code) => {
    const folder = await testFolder()
    await folder.put('a.xlsx', bytes)
    expect(await folder.read('a.xlsx')).toMatchObject({ complete: false, records: [], error: { code } })
  })

  test('A workbook that is cut off anywhere is never a complete list.', async () => {
    const folder = await testFolder()
    await foreign(folder, 'a.xlsx', (sheet) => sheet.addRows([['sku', 'x'], ...Array.from({ length: 50 }, (_, i) => [String(i), `name ${i}`])]))
    const bytes = await folder.bytes('a.xlsx')
    for (let share = 0.05; share < 1; share += 0.1) {
      await folder.put('b.xlsx', bytes.subarray(0, Math.floor(bytes.length * share)))
      const seen = await folder.read('b.xlsx')
      expect(seen.error?.class).toBe('data')
      expect(seen.complete).toBe(false)
    }
  })

  test('A byte that was changed on the way is noticed.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${text('A2', '1')}${cell('B2', '5')}</row>`)
    const bytes = await folder.bytes('a.xlsx')
    const entry = (await ZipReader.open(localSource(join(folder.path, 'a.xlsx'), bytes.length), never)).entries.get('xl/worksheets/sheet1.xml')!
    const start = entry.offset + 30 + entry.name.length
    for (let at = start; at < start + entry.packed; at += 7) {
      const copy = Buffer.from(bytes)
      copy[at]! ^= 0x10
      await folder.put('b.xlsx', copy)
      expect((await folder.read('b.xlsx')).complete).toBe(false)
    }
  })

  test('A bomb of 200 MB in 200 KB is refused while it is unpacked.', async () => {
    const folder = await testFolder()
    const blanks = ' '.repeat(1_000_000)
    await withRows(folder, 'a.xlsx', `${HEAD}${`<row>${blanks}</row>`.repeat(200)}`)
    expect((await folder.bytes('a.xlsx')).length).toBeLessThan(400_000)
    expect(await folder.read('a.xlsx')).toMatchObject({ complete: false, error: { code: 'files.too_large' } })
  })

  test('Document types, entities, a part that stands twice and a row without an end are refused or harmless.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', HEAD, { strings: '<!DOCTYPE x [<!ENTITY a "aaaa">]><si><t>&a;</t></si>' })
    await withRows(folder, 'b.xlsx', `${HEAD}<row r="2">${'<c>'.repeat(200_000)}`)
    await withRows(folder, 'c.xlsx', `${HEAD}<row r="2">${'<c>'.repeat(200_000)}</row><row r="3">${text('A3', '1')}</row>`)
    // A sheet without an end in the archive of a whole one:
    expect((await folder.read('b.xlsx')).complete).toBe(false)
    expect(await folder.read('c.xlsx')).toMatchObject({ complete: false, records: [{ key: '1' }], broken: [{ place: 'c.xlsx:2' }] })
    await withRows(folder, 'd.xlsx', `${HEAD}<row r="2">${text('A2', '1')}${text('B2', '&a;&#x41;&#65;&unknown;')}</row>`)
    expect((await folder.read('d.xlsx')).values).toEqual([{ sku: '1', x: '&a;AA&unknown;' }])
    expect((await folder.read('a.xlsx')).error).toMatchObject({ code: 'files.content' })
  })

  test('A row beyond the limit costs only itself.', async () => {
    const folder = await testFolder()
    const noise = Array.from({ length: 400_000 }, (_, i) => (i * 2_654_435_761 % 4_294_967_296).toString(36)).join(' ')
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${text('A2', '1')}</row><row r="3">${text('A3', '2')}${text('B3', noise.repeat(2))}</row><row r="4">${text('A4', '3')}</row>`)
    const seen = await folder.read('a.xlsx')
    expect(seen.records.map((record) => record.key)).toEqual(['1', '3'])
    expect(seen.broken).toMatchObject([{ place: 'a.xlsx:3' }])
  })

  test('An archive whose size fields lie is refused.', async () => {
    const folder = await testFolder()
    const packed = deflateRawSync(Buffer.from('x'))
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50, 0)
    end.writeUInt16LE(5, 10)
    end.writeUInt32LE(9_999, 12)
    await folder.put('a.xlsx', Buffer.concat([local, packed, end]))
    expect((await folder.read('a.xlsx')).error).toMatchObject({ code: 'files.content' })
  })
})

describe('writing XLSX', () => {
  test('Only the cells that are written change: formats, other sheets, formulas, exact numbers and foreign columns stay.', async () => {
    const spec = { creates: [{ path: 'sku', type: 'text' }] }
    const folder = await testFolder()
    await foreign(folder, 'a.xlsx', (sheet, book) => {
      sheet.addRows([['sku', 'own', 'since', 'price', 'double'], ['1', 'keep', new Date(Date.UTC(2026, 0, 1)), 1.5, { formula: 'D2*2', result: 3 }], ['2', 'also', new Date(Date.UTC(2026, 0, 2)), 2.5, { formula: 'D3*2', result: 5 }], ['3', 'bye', null, 3.5, null]])
      sheet.getCell('B2').font = { bold: true }
      book.addWorksheet('Other').addRow(['untouched'])
    })
    const results = await folder.write('a.xlsx', [
      { operation: 'update', key: '1', values: { since: '2026-11-21', price: new Numeral('12.30') } },
      { operation: 'update', key: '2', values: { double: 9 } },
      { operation: 'delete', key: '3' },
      { operation: 'delete', key: '2' },
      { operation: 'create', values: { sku: '004', since: '2026-02-03', price: new Numeral('12345678901234567890.5'), own: '=1+1' } },
    ], spec)
    expect(results.map((result) => result.is)).toEqual(['done', 'refused', 'done', 'later', 'done'])
    expect(await folder.write('a.xlsx', [{ operation: 'delete', key: '2' }])).toMatchObject([{ is: 'refused' }])
    const seen = await folder.read('a.xlsx', spec)
    expect(seen.values).toEqual([
      { sku: '1', own: 'keep', since: '2026-11-21', price: new Numeral('12.30'), double: 3 },
      { sku: '2', own: 'also', since: '2026-01-02', price: new Numeral('2.5'), double: 5 },
      { sku: '004', own: '=1+1', since: '2026-02-03', price: '12345678901234567890.5', double: null },
    ])
    expect([seen.records[0], seen.records[2]]).toEqual([results[0], results[4]].map((result) => (result as { record: unknown }).record))

    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(join(folder.path, 'a.xlsx'))
    const sheet = book.getWorksheet('Data')!
    expect(sheet.getCell('B2').font.bold).toBe(true)
    expect(sheet.getCell('C2').value).toEqual(new Date(Date.UTC(2026, 10, 21)))
    expect(sheet.getCell('C5').value).toEqual(new Date(Date.UTC(2026, 1, 3)))
    expect(sheet.getCell('E3').value).toMatchObject({ formula: 'D3*2' })
    expect(sheet.getCell('B5').value).toBe('=1+1')
    expect(book.getWorksheet('Other')!.getCell('A1').value).toBe('untouched')
  })

  test('A number that no program could hold stays exact in a cell that is not written.', async () => {
    const folder = await testFolder()
    await withRows(folder, 'a.xlsx', `${HEAD}<row r="2">${text('A2', '1')}${cell('B2', '12345678901234567890')}</row>`)
    await folder.write('a.xlsx', [{ values: { sku: '2', x: 7 } }])
    expect((await folder.read('a.xlsx')).values).toEqual([{ sku: '1', x: new Numeral('12345678901234567890') }, { sku: '2', x: 7 }])
  })

  test('A new workbook opens in another program, with dates as dates and text as text.', async () => {
    const folder = await testFolder({ sheet: 'Prices & more' })
    const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'since', type: 'date' }, { path: 'price', type: 'money' }, { path: 'ok', type: 'boolean' }] }
    await folder.write('a.xlsx', [{ values: { sku: '007', since: '2026-11-21', price: new Numeral('12.30'), ok: true } }], spec)
    const book = new ExcelJS.Workbook()
    await book.xlsx.readFile(join(folder.path, 'a.xlsx'))
    const row = book.getWorksheet('Prices & more')!.getRow(2)
    expect([1, 2, 3, 4].map((column) => row.getCell(column).value)).toEqual(['007', new Date(Date.UTC(2026, 10, 21)), 12.3, true])
    expect(row.getCell(1).numFmt).toBe('@')
  })

  test('A column that the plan has learned to write is added behind the last.', async () => {
    const folder = await testFolder()
    await foreign(folder, 'a.xlsx', (sheet) => sheet.addRows([['sku', 'x'], ['1', 'a'], ['2', 'b']]))
    const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'new', type: 'text' }] }
    await folder.write('a.xlsx', [{ operation: 'update', key: '2', values: { new: 'n' } }], spec)
    expect((await folder.read('a.xlsx')).values).toEqual([{ sku: '1', x: 'a', new: null }, { sku: '2', x: 'b', new: 'n' }])
  })

  test('Any text that is written is read back equal.', async () => {
    const folder = await testFolder()
    const spec = { creates: ['sku', 'a'].map((path) => ({ path, type: 'text' })) }
    const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('_x000D_', '_x', '&', '<', ']]>', '\r', '\n', '\t', ' ', '\u0001', '\uffff', '"', '00A1_') }))
    let count = 0
    await fc.assert(fc.asyncProperty(fc.array(fc.option(value), { minLength: 1, maxLength: 4 }), async (list) => {
      count += 1
      const values = list.map((a, i) => ({ sku: String(i), a }))
      const results = await folder.write(`${count}.xlsx`, values.map((record) => ({ values: record })), spec)
      const kept = values.filter((_, i) => results[i]!.is === 'done')
      expect(values.filter((record) => !kept.includes(record) && !record.a!.includes('\0'))).toEqual([])
      expect((await folder.read(`${count}.xlsx`, spec)).values).toEqual(kept)
    }), { numRuns: 40 })
  })

  test('Text that is too long for a cell is refused for its record only.', async () => {
    const folder = await testFolder()
    const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'x', type: 'text' }] }
    expect(await folder.write('a.xlsx', [{ values: { sku: '1', x: 'y'.repeat(32_768) } }, { values: { sku: '2', x: 'y'.repeat(32_767) } }], spec)).toMatchObject([{ is: 'refused', field: 'x' }, { is: 'done' }])
  })
})
