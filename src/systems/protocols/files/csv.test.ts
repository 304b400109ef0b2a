import { parse } from 'csv-parse/sync'
import * as fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { Numeral } from '../../contract.ts'
import { CsvScanner } from './csv-scanner.ts'
import { testFolder } from '../../../../test/support/test-folder.ts'

const POLISH = 'sku;name\r\n001;Zażółć gęślą jaźń\r\n002;Łódź\r\n'
const polish = [{ sku: '001', name: 'Zażółć gęślą jaźń' }, { sku: '002', name: 'Łódź' }]

describe('encodings and delimiters', () => {
  test.each([
    ['UTF-8', undefined, Buffer.from(POLISH)],
    ['UTF-8 with a byte order mark', undefined, Buffer.from(`\ufeff${POLISH}`)],
    ['UTF-16LE with a byte order mark', undefined, Buffer.concat([Buffer.of(0xff, 0xfe), iconv.encode(POLISH, 'utf-16le')])],
    ['UTF-16BE with a byte order mark', undefined, Buffer.concat([Buffer.of(0xfe, 0xff), iconv.encode(POLISH, 'utf-16be')])],
    ['UTF-16LE without a mark', undefined, iconv.encode(POLISH, 'utf-16le')],
    ['UTF-16BE without a mark', undefined, iconv.encode(POLISH, 'utf-16be')],
    ['Windows-1250', 'windows-1250', iconv.encode(POLISH, 'windows-1250')],
    ['ISO-8859-2', 'iso-8859-2', iconv.encode(POLISH, 'iso-8859-2')],
    ['a byte order mark against the setting', 'windows-1250', Buffer.from(`\ufeff${POLISH}`)],
  ])('%s is read as text.', async (_, encoding, bytes) => {
    const folder = await testFolder(encoding === undefined ? {} : { encoding })
    await folder.put('a.csv', bytes)
    const seen = await folder.read('a.csv')
    expect(seen.values).toEqual(polish)
    expect(seen.complete).toBe(true)
  })

  test.each([
    ['one row of a list', 'a.ndjson', `{"sku":"1"}\n{"s${'k\0'.repeat(60)}":"2"}\n{"sku":"3"}\n`, ['1', '3']],
    ['one row of a list, shifted by a byte', 'a.ndjson', `{"sku":"1"}\n{"sx${'k\0'.repeat(60)}":"2"}\n{"sku":"3"}\n`, ['1', '3']],
    ['the first row of a list', 'a.ndjson', `{"s${'k\0'.repeat(60)}":"1"}\n{"sku":"2"}\n`, ['2']],
    ['a row of a table that begins with one', 'a.csv', `sku,name\n${'\0a'.repeat(60)},x\n3,y\n`, ['3']],
    ['a document of one line', 'a.json', `[{"sku":"1"},{"sku":"2","x":"${'\0x'.repeat(60)}"},{"sku":"3"}]`, ['1', '3']],
  ])('NULs in %s do not make UTF-8 another encoding.', async (_, name, text, kept) => {
    const folder = await testFolder()
    await folder.put(name, text)
    expect((await folder.read(name)).values.map((row) => row['sku'])).toEqual(expect.arrayContaining(kept))
  })

  test('UTF-16 without a mark is seen by its line ends where the heading is not Latin.', async () => {
    const folder = await testFolder()
    for (const order of ['utf-16le', 'utf-16be']) {
      await folder.put('a.csv', iconv.encode('Артикул;Название\r\n001;Пила\r\n002;Молоток и гвозди 100 x 20\r\n', order))
      expect((await folder.read('a.csv', { key: ['Артикул'] })).values.map((row) => row['Артикул'])).toEqual(['001', '002'])
    }
  })

  test.each([
    [',', 'sku,name,price\n1,"a;b",2\n2,c;d,3\n'],
    [';', 'sku;name;price\n1;"a,b";2,5\n2;c,d;3,5\n'],
    ['\t', 'sku\tname\tprice\n1\ta,b\t2\n2\tc;d\t3\n'],
    ['|', 'sku|name|price\n1|a,b|2\n2|c;d|3\n'],
  ])('The delimiter %j is found by looking.', async (_, text) => {
    const folder = await testFolder()
    await folder.put('a.csv', text)
    const seen = await folder.read('a.csv')
    expect(seen.values.map((row) => Object.keys(row))).toEqual([['sku', 'name', 'price'], ['sku', 'name', 'price']])
    expect(seen.broken).toEqual([])
  })

  test('A character beyond the first block of the file that straddles two blocks is whole.', async () => {
    const folder = await testFolder()
    const filler = 'x'.repeat(256 * 1024 - 'sku,name\n1,'.length - 1)
    await folder.put('a.csv', `sku,name\n1,${filler}€€€\n2,ź\n`)
    expect((await folder.read('a.csv')).values).toEqual([{ sku: '1', name: `${filler}€€€` }, { sku: '2', name: 'ź' }])
  })

  test('A file in another encoding than declared is refused with the line and the mend.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', iconv.encode('sku;name\n1;plain\n2;Łódź\n', 'windows-1250'))
    const { error, complete, values } = await folder.read('a.csv')
    expect(error?.code).toBe('files.encoding')
    expect(error?.message).toContain('line 3')
    expect(error?.hint).toContain('windows-1250')
    expect(error?.place).toBe('a.csv:3')
    expect(complete).toBe(false)
    expect(values).toEqual([{ sku: '1', name: 'plain' }])
  })

  test('One row with bytes that are no text is set aside; the other 499 arrive and the list is complete.', async () => {
    const folder = await testFolder()
    const rows = Array.from({ length: 500 }, (_, i) => Buffer.from(`${i};n${i}\n`))
    rows[250] = Buffer.concat([Buffer.from('250;'), Buffer.of(0xb3), Buffer.from('\n')])
    await folder.put('a.csv', Buffer.concat([Buffer.from('sku;name\n'), ...rows]))
    const seen = await folder.read('a.csv')
    expect(seen.records).toHaveLength(499)
    expect(seen.broken).toMatchObject([{ place: 'a.csv:252', key: '250' }])
    expect(seen.complete).toBe(true)
    expect(seen.error).toBeUndefined()
  })

  test('A replacement character that is really in the text is text.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,name\n1,\ufffd\n')
    expect((await folder.read('a.csv')).values).toEqual([{ sku: '1', name: '\ufffd' }])
  })
})

describe('cells', () => {
  test.each<[string, string, (string | null)[]]>([
    ['An empty cell is nothing, an empty text in quotes is text.', '1,,""', ['1', null, '']],
    ['Leading zeros, blanks at both ends and plus signs stay.', '007, x ,+48 600', ['007', ' x ', '+48 600']],
    ['Doubled quotes are quotes.', '1,"say ""yes""",b', ['1', 'say "yes"', 'b']],
    ['Line ends inside quotes stay as they are.', '1,"a\r\nb\nc\rd",e', ['1', 'a\r\nb\nc\rd', 'e']],
    ['A quote inside a cell that does not begin with one is text.', '1,5" nail,b', ['1', '5" nail', 'b']],
    ['Numbers keep every digit.', '1,12345678901234567890.1234567890,1e5', ['1', '12345678901234567890.1234567890', '1e5']],
    ['Formulas are text.', '1,=1+1,@x', ['1', '=1+1', '@x']],
    ['A trailing delimiter is no further cell.', '1,a,b,', ['1', 'a', 'b']],
  ])('%s', async (_, row, cells) => {
    const folder = await testFolder()
    await folder.put('a.csv', `sku,x,y\n${row}\n`)
    expect((await folder.read('a.csv')).values).toEqual([{ sku: cells[0], x: cells[1], y: cells[2] }])
  })

  test('The text that means nothing is a setting, and means it only without quotes.', async () => {
    const folder = await testFolder({ null_text: 'NULL' })
    await folder.put('a.csv', 'sku,x,y\n1,NULL,"NULL"\n')
    expect((await folder.read('a.csv')).values).toEqual([{ sku: '1', x: null, y: 'NULL' }])
  })

  test('Mixed line ends, blank lines, a missing last line end and a first line with the separator are read.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sep=|\r\nsku|x\r\n1|a\r2|b\n\n3|c')
    const seen = await folder.read('a.csv')
    expect(seen.values).toEqual([{ sku: '1', x: 'a' }, { sku: '2', x: 'b' }, { sku: '3', x: 'c' }])
    expect(seen.complete).toBe(true)
  })

  test('Without a header the columns are numbered from 1.', async () => {
    const folder = await testFolder({ header: false })
    await folder.put('a.csv', '1,a\n2,b\n')
    expect((await folder.read('a.csv', { key: ['1'] })).values).toEqual([{ 1: '1', 2: 'a' }, { 1: '2', 2: 'b' }])
  })

  test('The scanner gives the same cells as csv-parse for any table, however the text is cut into pieces.', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ż', ',', '"', '\n', '\r\n', ' ', '=', '0'), maxLength: 6 })
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 })
    fc.assert(fc.property(table, fc.integer({ min: 1, max: 20 }), fc.constantFrom('\n', '\r\n'), (rows, size, end) => {
      const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join(end) + end
      const expected = parse(text, { relax_column_count: true, record_delimiter: end }) as string[][]
      const scanner = new CsvScanner({ delimiter: ',', quote: '"', nullText: undefined })
      const found = []
      for (let at = 0; at < text.length; at += size) found.push(...scanner.push(text.slice(at, at + size)))
      found.push(...scanner.push('', true))
      expect(found.map((row) => row.cells)).toEqual(expected)
      expect(found.map((row) => row.raw + row.end).join('')).toBe(text)
    }))
  })
})

describe('what makes a list incomplete', () => {
  test.each([
    ['A last row that is cut off', 'sku,x,y\n1,a,b\n2,c', 'files.truncated', 1],
    ['A quote that is never closed', 'sku,x,y\n1,a,b\n2,"c,d\n3,e,f\n', 'files.truncated', 1],
    ['An empty file', '', 'files.empty', 0],
    ['A file of blank lines', '\n\n', 'files.empty', 0],
    ['A header without rows', 'sku,x,y\n', 'files.empty', 0],
    ['A missing key column', 'Sku,x,y\n1,a,b\n', 'files.column', 0],
    ['A ragged row whose key may stand elsewhere', 'x,sku,y\na,1,b\nc,d,2,e\nf,3,g\n', 'files.rows', 2],
    ['A row without a key', 'sku,x\n1,a\n,b\n2,c\n', 'files.rows', 2],
  ])('%s: the good rows are delivered, then the read fails.', async (_, text, code, good) => {
    const folder = await testFolder()
    await folder.put('a.csv', text)
    const seen = await folder.read('a.csv')
    expect(seen.error?.code).toBe(code)
    expect(seen.error?.place).toMatch(/^a\.csv/)
    expect(seen.records).toHaveLength(good)
    expect(seen.complete).toBe(false)
  })

  test('A missing file fails the read without a page.', async () => {
    const folder = await testFolder()
    const { error, pages } = await folder.read('a.csv')
    expect(error).toMatchObject({ code: 'files.missing', class: 'remote' })
    expect(pages).toEqual([])
  })

  test('A column that the plan reads and the file lacks is reported; the rows come without it, not with nothing in it.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,name\n1,a\n')
    const seen = await folder.read('a.csv', { columns: ['sku', 'name', 'phone'] })
    expect(seen.values).toEqual([{ sku: '1', name: 'a' }])
    expect(seen.error?.code).toBe('files.column')
    expect(seen.error?.message).toContain('"phone"')
    expect(seen.complete).toBe(false)
  })

  test('A ragged row whose key leads is set aside under its key; the rest is a complete list.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x,y\n1,a,b\n2,c\n3,d,e,f\n4,g,h\n')
    const seen = await folder.read('a.csv')
    expect(seen.values).toEqual([{ sku: '1', x: 'a', y: 'b' }, { sku: '4', x: 'g', y: 'h' }])
    expect(seen.broken.map(({ place, key }) => ({ place, key }))).toEqual([{ place: 'a.csv:3', key: '2' }, { place: 'a.csv:4', key: '3' }])
    expect(seen).toMatchObject({ complete: true, error: undefined })
  })

  test('A key that stands twice is set aside with both places.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x\n1,"a\nb"\n2,c\n1,d\n')
    const seen = await folder.read('a.csv')
    expect(seen.values).toEqual([{ sku: '1', x: 'a\nb' }, { sku: '2', x: 'c' }])
    expect(seen.broken).toMatchObject([{ place: 'a.csv:5', key: '1', says: expect.stringContaining('line 2 and in line 5') as string }])
  })

  test('A column that stands twice is refused only if it is read.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x,x\n1,a,b\n')
    expect((await folder.read('a.csv', { columns: ['sku', 'x'] })).error?.code).toBe('files.header')
    expect((await folder.read('a.csv', { columns: ['sku'] })).values).toEqual([{ sku: '1' }])
  })
})

describe('hostile content', () => {
  test('A row of 20 MB is set aside without costing the rows around it.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', `sku,x\n1,a\n2,"${'y\n'.repeat(10_000_000)}"\n3,c\n`)
    const seen = await folder.read('a.csv')
    expect(seen.values).toEqual([{ sku: '1', x: 'a' }, { sku: '3', x: 'c' }])
    expect(seen.broken).toHaveLength(1)
    expect(seen.broken[0]!.place).toBe('a.csv:3')
    expect(seen.broken[0]!.raw.length).toBeLessThan(1_000)
    expect(seen.complete).toBe(false)
  })

  test('A NUL character breaks its row only.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x\n1,a\n2,b\0c\n3,d\n')
    const seen = await folder.read('a.csv')
    expect(seen.values.map((row) => row['sku'])).toEqual(['1', '3'])
    expect(seen.broken).toMatchObject([{ key: '2' }])
  })

  test('Columns named like parts of objects are plain columns.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,__proto__,constructor,toString\n1,a,b,c\n')
    const { values } = await folder.read('a.csv')
    expect(Object.keys(values[0]!)).toEqual(['sku', '__proto__', 'constructor', 'toString'])
    expect(Object.getPrototypeOf(values[0])).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['sku']).toBeUndefined()
  })
})

describe('writing', () => {
  test('What is not written stays byte for byte: foreign columns, quotes, blank lines, line ends, mark and encoding.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', '\ufeffsku;"own ""x""";name\r\n"1";"keep";a\r\n\r\n2; b ;b\r\n3;c;c')
    const results = await folder.write('a.csv', [
      { operation: 'update', key: '2', values: { name: 'Ł;x' } },
      { operation: 'create', values: { sku: '4', name: null } },
    ])
    expect(results.map((result) => result.is)).toEqual(['done', 'done'])
    expect(await folder.text('a.csv')).toBe('\ufeffsku;"own ""x""";name\r\n"1";"keep";a\r\n\r\n2;" b ";"Ł;x"\r\n3;c;c\r\n4;;\r\n')
  })

  test('A Windows-1250 file stays one; a character that it lacks is refused for that record only.', async () => {
    const folder = await testFolder({ encoding: 'windows-1250' })
    await folder.put('a.csv', iconv.encode('sku;name\n1;Łódź\n', 'windows-1250'))
    const results = await folder.write('a.csv', [{ values: { sku: '2', name: '日本' } }, { values: { sku: '3', name: 'Gdańsk' } }])
    expect(results).toMatchObject([{ is: 'refused', field: 'name' }, { is: 'done', key: '3' }])
    expect(await folder.bytes('a.csv')).toEqual(iconv.encode('sku;name\n1;Łódź\n3;Gdańsk\n', 'windows-1250'))
  })

  test('Each answer tells what the file then holds, and reading agrees with it.', async () => {
    const folder = await testFolder()
    const spec = { creates: [{ path: 'sku', type: 'text' }] }
    await folder.put('a.csv', 'sku,x,y\n1,a,\n2,b,\n')
    const results = await folder.write('a.csv', [
      { operation: 'update', key: '1', values: { x: '' } },
      { operation: 'delete', key: '2' },
      { operation: 'create', values: { sku: '1' } },
      { operation: 'update', key: '9', values: { x: 'z' } },
      { operation: 'create', values: { x: 'no key' } },
      { operation: 'create', values: { sku: '4', x: new Numeral('12345678901234567890.50'), y: true } },
    ], spec)
    expect(results.map((result) => result.is)).toEqual(['done', 'done', 'later', 'missing', 'refused', 'done'])
    const seen = await folder.read('a.csv', spec)
    expect(seen.values).toEqual([{ sku: '1', x: '', y: null }, { sku: '4', x: '12345678901234567890.50', y: 'true' }])
    expect(seen.records).toEqual([results[0], results[5]].map((result) => (result as { record: unknown }).record))
    expect(await folder.write('a.csv', [{ values: { sku: '1' } }])).toEqual([{ is: 'exists', key: '1' }])
  })

  test('A conditional update of a record that was changed meanwhile is a conflict and changes nothing.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x\n1,a\n')
    const spec = { creates: [{ path: 'sku', type: 'text' }] }
    const version = (await folder.read('a.csv', spec)).records[0]!.version!
    await folder.put('a.csv', 'sku,x\n1,b\n')
    expect(await folder.write('a.csv', [{ operation: 'update', key: '1', values: { x: 'c' }, ifVersion: version }], spec)).toMatchObject([{ is: 'conflict', record: { values: { x: 'b' } } }])
    expect(await folder.text('a.csv')).toBe('sku,x\n1,b\n')
  })

  test('A file that is not there yet is made with the columns of the plan; before that it is an empty list.', async () => {
    const folder = await testFolder({ delimiter: ';' })
    const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'Article name', type: 'text' }] }
    expect(await folder.read('out*.csv', spec)).toMatchObject({ complete: true, records: [] })
    expect(await folder.write('out*.csv', [{ values: { sku: '1', 'Article name': 'a;b' } }], spec)).toMatchObject([{ is: 'done' }])
    expect(await folder.text('out.csv')).toBe('sku;Article name\n1;"a;b"\n')
    expect((await folder.read('out*.csv', spec)).values).toEqual([{ sku: '1', 'Article name': 'a;b' }])
  })

  test('A column that the plan has learned to write is added at the end; rows keep what they have.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x\n1,a\n2,b\n')
    const spec = { columns: ['sku', 'new'], creates: [{ path: 'sku', type: 'text' }, { path: 'new', type: 'text' }] }
    expect(await folder.read('a.csv', spec)).toMatchObject({ complete: true, error: undefined })
    await folder.write('a.csv', [{ operation: 'update', key: '2', values: { new: 'n' } }], spec)
    expect(await folder.text('a.csv')).toBe('sku,x,new\n1,a,\n2,b,n\n')
    expect(await folder.write('a.csv', [{ operation: 'update', key: '2', values: { nwe: 'n' } }], spec)).toMatchObject([{ is: 'refused', code: 'files.column', field: 'nwe' }])
  })

  test('A column of the plan that nothing is written to is not added.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x\n1,a\n')
    const spec = { creates: ['sku', 'x', 'x_currency'].map((path) => ({ path, type: 'text' })) }
    await folder.write('a.csv', [{ values: { sku: '2', x: 'b' } }], spec)
    expect(await folder.text('a.csv')).toBe('sku,x\n1,a\n2,b\n')
  })

  test('A file that is cut off is not written to.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,x\n1,a\n2,"b')
    await expect(folder.write('a.csv', [{ values: { sku: '3' } }])).rejects.toMatchObject({ code: 'files.truncated', executed: false })
    expect(await folder.text('a.csv')).toBe('sku,x\n1,a\n2,"b')
  })

  test('Text that a spreadsheet program would compute is written as text and read as it was; without that setting it is exact.', async () => {
    const values = { sku: '1', a: '=1+1', b: '-5', c: "'quoted", d: '@x', e: "'=1", f: '+48 22 123 45 67', g: "-2+3+cmd|' /C calc'!A0", h: '\t=1' }
    const spec = { creates: Object.keys(values).map((path) => ({ path, type: 'text' })) }
    const guarded = await testFolder()
    await guarded.write('a.csv', [{ values }], spec)
    expect(await guarded.text('a.csv')).toContain("1,'=1+1,-5,'quoted,'@x,''=1,+48 22 123 45 67,'-2+3+cmd|' /C calc'!A0,'\t=1\n")
    expect((await guarded.read('a.csv')).values).toEqual([values])
    const plain = await testFolder({ escape_formulas: false })
    await plain.write('a.csv', [{ values }], spec)
    expect(await plain.text('a.csv')).toContain("1,=1+1,-5,'quoted,@x,'=1,")
    expect((await plain.read('a.csv')).values).toEqual([values])
  })

  test('A column whose name begins like a formula keeps its name.', async () => {
    const folder = await testFolder()
    await folder.write('a.csv', [{ values: { sku: '1', '=a': 'x' } }], { creates: ['sku', '=a'].map((path) => ({ path, type: 'text' })) })
    expect((await folder.read('a.csv')).values).toEqual([{ sku: '1', '=a': 'x' }])
  })

  test('Any text that is written is read back equal.', async () => {
    const folder = await testFolder()
    const spec = { creates: ['sku', 'a', 'b'].map((path) => ({ path, type: 'text' })) }
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', '\t', ' ', "'", '\ufeff', '=', '+', '-', '@', '5') })).filter((value) => !value.includes('\0'))
    let count = 0
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.option(text), fc.option(text)), { minLength: 1, maxLength: 5 }), async (rows) => {
      count += 1
      const name = `${count}.csv`
      const values = rows.map(([a, b], i) => ({ sku: String(i), a, b }))
      const results = await folder.write(name, values.map((record) => ({ values: record })), spec)
      expect(results.every((result) => result.is === 'done')).toBe(true)
      expect((await folder.read(name)).values).toEqual(values)
    }), { numRuns: 60 })
  })

  test('Without quotes in the dialect, text that would need them is refused.', async () => {
    const folder = await testFolder({ quote: 'none' })
    const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'x', type: 'text' }] }
    const results = await folder.write('a.csv', [{ values: { sku: '1', x: 'a,b' } }, { values: { sku: '2', x: '"b"' } }, { values: { sku: '3', x: 'a\nb' } }], spec)
    expect(results.map((result) => result.is)).toEqual(['refused', 'done', 'refused'])
    expect((await folder.read('a.csv')).values).toEqual([{ sku: '2', x: '"b"' }])
  })
})

describe('look-ups', () => {
  test('Records are read by key and found by columns; missing keys are left out.', async () => {
    const folder = await testFolder()
    await folder.put('a.csv', 'sku,mail,x\n1,a@x.test,q\n2,b@x.test,r\n3,a@x.test,s\n')
    const resource = await folder.resource('a.csv', { columns: ['sku', 'x'] })
    const signal = new AbortController().signal
    expect((await resource.readKeys!(['2', '9'], signal)).map((record) => record.key)).toEqual(['2'])
    expect((await resource.find!(['mail'], [['a@x.test'], [null]], signal)).map((record) => record.key)).toEqual(['1', '3'])
  })

  test('That a key is not there is said only if every row could be read and the file is there.', async () => {
    const folder = await testFolder()
    const signal = new AbortController().signal
    const resource = await folder.resource('a.csv')
    await expect(resource.readKeys!(['9'], signal)).rejects.toMatchObject({ code: 'files.missing' })
    await folder.put('a.csv', 'sku,x\n1,a\n2\n,b\n')
    await expect(resource.readKeys!(['9'], signal)).rejects.toMatchObject({ code: 'files.rows' })
    await folder.put('a.csv', 'sku,x\n1,a\n2\n')
    await expect(resource.readKeys!(['2'], signal)).rejects.toMatchObject({ code: 'files.rows' })
    expect(await resource.readKeys!(['9'], signal)).toEqual([])
    expect(await resource.readKeys!(['1'], signal)).toHaveLength(1)
  })
})

