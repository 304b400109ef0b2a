import iconv from 'iconv-lite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testFolder } from '../../../../test/support/test-folder.ts'
import type { Native } from '../../contract.ts'
import { Numeral } from '../../contract.ts'

/** Half a day from UTC, with summer time: where dates shift if anything does. */
const zone = process.env['TZ']
beforeAll(() => {
  process.env['TZ'] = 'Pacific/Auckland'
})
afterAll(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

interface Case {
  readonly what: string
  readonly type: string
  readonly out: Native
  /** What comes back; a format that is not named gives back what it got. CSV knows text only. */
  readonly csv?: Native
  readonly xlsx?: Native
  readonly json?: Native
}

const BIG = new Numeral('9223372036854775807')
const DECIMAL = new Numeral('12345678901234567890.1234567890')
const CASES: readonly Case[] = [
  { what: 'bigint', type: 'integer', out: BIG, csv: BIG.text, xlsx: BIG.text },
  { what: 'numeric(30,10)', type: 'decimal', out: DECIMAL, csv: DECIMAL.text, xlsx: DECIMAL.text },
  { what: 'a decimal that keeps its zeros', type: 'decimal', out: new Numeral('12.50'), csv: '12.50' },
  { what: 'a small integer', type: 'integer', out: -42, csv: '-42' },
  { what: 'a date', type: 'date', out: '2026-11-21' },
  { what: 'a date before 1900', type: 'date', out: '1812-06-24' },
  { what: 'the 29 February', type: 'date', out: '2024-02-29' },
  { what: 'a zero date', type: 'date', out: '0000-00-00' },
  { what: 'the day of the change to summer time there', type: 'date', out: '2026-09-27' },
  { what: 'a timestamp with zone', type: 'datetime', out: '2026-09-26T14:30:00.123456+02:00' },
  { what: 'a timestamp in UTC', type: 'datetime', out: '2026-11-21T08:30:00Z' },
  { what: 'a timestamp without zone, in the gap of summer time there', type: 'datetime', out: '2026-09-27T02:30:00' },
  { what: 'a time', type: 'time', out: '08:30:00' },
  { what: 'true', type: 'boolean', out: true, csv: 'true' },
  { what: 'false', type: 'boolean', out: false, csv: 'false' },
  { what: 'a code', type: 'text', out: 'in_progress' },
  { what: 'JSON', type: 'json', out: { a: [1, null, { b: 'ż' }], n: new Numeral('1.10') }, csv: '{"a":[1,null,{"b":"ż"}],"n":1.10}', xlsx: '{"a":[1,null,{"b":"ż"}],"n":1.10}' },
  { what: 'bytes', type: 'text', out: Uint8Array.of(0, 255, 10), csv: 'AP8K', xlsx: 'AP8K', json: 'AP8K' },
  { what: 'nothing', type: 'text', out: null },
  { what: 'an empty text', type: 'text', out: '' },
  { what: 'leading zeros', type: 'text', out: '00123' },
  { what: 'trailing blanks', type: 'text', out: 'x  ' },
  { what: 'blanks only', type: 'text', out: '   ' },
  { what: 'a text like a number', type: 'text', out: '1e5' },
  { what: 'a text like a formula', type: 'text', out: '=HYPERLINK("http://x.test")' },
  { what: 'a text like a boolean', type: 'text', out: 'TRUE' },
  { what: 'line ends', type: 'text', out: 'a\r\nb\nc\rd' },
  { what: 'letters of many languages', type: 'text', out: 'Zażółć ßÄ Ελλάδα 日本 😀' },
  { what: 'a decomposed letter', type: 'text', out: 'a\u0301' },
]

describe('what goes out comes back equal, wherever the process is', () => {
  test('The process is in another zone.', () => {
    expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(-780)
  })

  for (const format of ['csv', 'json', 'ndjson', 'xlsx'] as const) {
    test.each(CASES)(`${format}: $what.`, async (given) => {
      const folder = await testFolder()
      const name = `a.${format}`
      const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'value', type: given.type }] }
      const expected = given[format === 'ndjson' ? 'json' : format] ?? given.out
      const written = await folder.write(name, [{ values: { sku: '1', value: given.out } }, { values: { sku: '2', value: 'other' } }], spec)
      expect(written[0]).toMatchObject({ is: 'done', record: { values: { value: expected } } })
      expect((await folder.read(name, spec)).values[0]).toEqual({ sku: '1', value: expected })
      // A later write of another record must not touch it, a later write of it must not change what it does not name.
      await folder.write(name, [{ operation: 'update', key: '2', values: { value: 'changed' } }, { operation: 'update', key: '1', values: {} }], spec)
      expect((await folder.read(name, spec)).values).toEqual([{ sku: '1', value: expected }, { sku: '2', value: 'changed' }])
    })
  }
})

describe('files in other encodings stay in them', () => {
  const NAMES = ['Zażółć gęślą jaźń', 'Łódź – „cytat” €', 'Müller']
  test.each([
    ['windows-1250', 'csv', Buffer.alloc(0)], ['iso-8859-2', 'csv', Buffer.alloc(0)], ['utf-16le', 'csv', Buffer.of(0xff, 0xfe)], ['utf-16be', 'csv', Buffer.of(0xfe, 0xff)],
    ['windows-1250', 'json', Buffer.alloc(0)], ['utf-16le', 'json', Buffer.of(0xff, 0xfe)], ['utf-16le', 'ndjson', Buffer.of(0xff, 0xfe)],
  ])('%s in %s', async (encoding, format, bom) => {
    const folder = await testFolder({ encoding })
    const first = format === 'csv' ? 'sku;name\r\n0;x\r\n' : format === 'json' ? '[{"sku":"0","name":"x"}]' : '{"sku":"0","name":"x"}\n'
    const name = `a.${format}`
    await folder.put(name, Buffer.concat([bom, iconv.encode(first, encoding)]))
    const names = encoding === 'iso-8859-2' ? [NAMES[0]!, NAMES[2]!] : NAMES
    const results = await folder.write(name, names.map((value, i) => ({ values: { sku: String(i + 1), name: value } })))
    expect(results.map((result) => result.is)).toEqual(names.map(() => 'done'))
    expect((await folder.read(name)).values.slice(1)).toEqual(names.map((value, i) => ({ sku: String(i + 1), name: value })))
    const bytes = await folder.bytes(name)
    expect(bytes.subarray(0, bom.length)).toEqual(bom)
    expect(iconv.decode(bytes.subarray(bom.length), encoding)).toContain(names[0])
  })
})
