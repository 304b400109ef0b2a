import * as fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import { testFolder } from '../../../../test/support/test-folder.ts'
import type { Native } from '../../contract.ts'
import { Numeral } from '../../contract.ts'
import { JsonSplitter } from './json-splitter.ts'
import type { JsonItem } from './json-splitter.ts'

describe('a JSON file', () => {
  test.each([
    ['a list', {}, '[{"sku":"1"},{"sku":"2"}]'],
    ['a list with blanks and a byte order mark', {}, '\ufeff [\n  { "sku": "1" } ,\r\n\t{"sku":"2"}\n]\n'],
    ['a list at a path', { list: 'data.items' }, '{"items":[{"sku":"no"}],"data":{"n":{"items":[1]},"items":[{"sku":"1"},{"sku":"2"}],"more":[3]}}'],
    ['a list inside a list', { list: '1.items' }, '[{"items":[{"sku":"no"}]},{"items":[{"sku":"1"},{"sku":"2"}]}]'],
    ['a list at a path with a dot', { list: '"a.b"' }, '{"a":{"b":[{"sku":"no"}]},"a.b":[{"sku":"1"},{"sku":"2"}]}'],
    ['a name that is a text elsewhere', { list: 'items' }, '{"x":"items","y":["items"],"items":[{"sku":"1"},{"sku":"2"}]}'],
  ])('%s is read.', async (_, settings, text) => {
    const folder = await testFolder(settings)
    await folder.put('a.json', text)
    expect(await folder.read('a.json')).toMatchObject({ values: [{ sku: '1' }, { sku: '2' }], complete: true, error: undefined, broken: [] })
  })

  test('Numbers, nothing, empty text and nested values are exactly what stands there.', async () => {
    const folder = await testFolder()
    await folder.put('a.json', '[{"sku":7,"big":12345678901234567890,"price":1.10,"e":1e400,"n":null,"t":"","o":{"a":[true,{"b":" x "}]}}]')
    const seen = await folder.read('a.json')
    expect(seen.records[0]!.key).toBe('7')
    expect(seen.values).toEqual([{ sku: 7, big: new Numeral('12345678901234567890'), price: new Numeral('1.10'), e: new Numeral('1e400'), n: null, t: '', o: { a: [true, { b: ' x ' }] } }])
  })

  test('One object is one record.', async () => {
    const folder = await testFolder()
    await folder.put('a.json', '{"sku":"1","lines":[{"n":1}]}\n')
    expect(await folder.read('a.json')).toMatchObject({ values: [{ sku: '1', lines: [{ n: 1 }] }], complete: true })
  })

  test('A key may stand inside objects.', async () => {
    const folder = await testFolder()
    await folder.put('a.json', '[{"a":{"id":12}},{"a":{}}]')
    const seen = await folder.read('a.json', { key: ['a.id'] })
    expect(seen.records.map((record) => record.key)).toEqual(['12'])
    expect(seen).toMatchObject({ complete: false, error: { code: 'files.rows' }, broken: [{ place: 'a.json:1' }] })
  })

  test.each([
    ['A list that is cut off inside a record', '[{"sku":"1"},{"sku":"2', 'files.truncated', 1],
    ['A list that is cut off between records', '[{"sku":"1"},', 'files.truncated', 1],
    ['An object that is cut off', '{"sku":"1"', 'files.truncated', 0],
    ['An empty file', ' \n', 'files.empty', 0],
    ['An empty list', '[]', 'files.empty', 0],
    ['Something else', '<html>', 'files.content', 0],
    ['A text', '"x"', 'files.content', 0],
    ['Text after the list', '[{"sku":"1"}] x', 'files.content', 1],
    ['A broken record', '[{"sku":"1"},{"sku":2,},{"sku":"3"}]', 'files.rows', 2],
    ['A record that is no object', '[{"sku":"1"},7,{"sku":"3"}]', 'files.rows', 2],
    ['A closing brace too many', '[}{"sku":"1"},{"sku":"3"}]', 'files.rows', 1],
  ])('%s: the good records are delivered, then the read fails.', async (_, text, code, good) => {
    const folder = await testFolder()
    await folder.put('a.json', text)
    const seen = await folder.read('a.json')
    expect(seen.error?.code).toBe(code)
    expect(seen.records).toHaveLength(good)
    expect(seen.complete).toBe(false)
  })

  test('A list that is not at its path is missed with the name of the path.', async () => {
    const folder = await testFolder({ list: 'items' })
    await folder.put('a.json', '{"itmes":[{"sku":"1"}]}')
    expect((await folder.read('a.json')).error).toMatchObject({ code: 'files.content', message: expect.stringContaining('"items"') as string })
  })

  test('A record of 20 MB and one nested 10,000 deep cost only themselves.', async () => {
    const folder = await testFolder()
    await folder.put('a.json', `[{"sku":"1"},{"sku":"2","x":"${'\\n'.repeat(10_000_000)}"},{"sku":"3","x":${'['.repeat(10_000)}${']'.repeat(10_000)}},{"sku":"4","__proto__":{"admin":true}}]`)
    const seen = await folder.read('a.json')
    expect(seen.records.map((record) => record.key)).toEqual(['1', '4'])
    expect(seen.broken).toHaveLength(2)
    expect(seen.broken[0]!.raw.length).toBeLessThan(1_000)
    expect(Object.keys(seen.values[1]!)).toEqual(['sku', '__proto__'])
    expect((seen.values[1] as { admin?: unknown }).admin).toBeUndefined()
  })

  test('Items are the same however the text is cut into pieces.', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).map((item) => ({ '"],{': item, b: ['}'] }))
    fc.assert(fc.property(fc.array(value, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), (list, size, pretty) => {
      const text = JSON.stringify({ meta: [{ list: 1 }], list }, null, pretty ? 2 : 0)
      const splitter = new JsonSplitter(['list'])
      const items: JsonItem[] = []
      for (let at = 0; at < text.length; at += size) items.push(...splitter.push(text.slice(at, at + size)))
      expect(items.map((item) => JSON.parse(item.raw) as unknown)).toEqual(JSON.parse(JSON.stringify(list)))
      expect(splitter.head + items.map((item) => item.lead + item.raw).join('') + splitter.tail).toBe(text)
      expect(items.map((item) => item.line)).toEqual(items.map((item) => 1 + (text.slice(0, positionOf(text, splitter.head, items, item)).match(/\n/g)?.length ?? 0)))
    }))
  })
})

function positionOf(text: string, head: string, items: readonly { lead: string; raw: string }[], wanted: { lead: string; raw: string }): number {
  let at = head.length
  for (const item of items) {
    at += item.lead.length
    if (item === wanted) return at
    at += item.raw.length
  }
  return text.length
}

describe('writing JSON', () => {
  test('Only the records that are written change; nested values are merged member by member.', async () => {
    const spec = { creates: [{ path: 'sku', type: 'text' }] }
    const folder = await testFolder({ list: 'items' })
    await folder.put('a.json', '{"of":"us",\n"items": [\n  {"sku": "1", "p": 1.10},\n  {"sku": "2", "a": {"city": "x", "zip": "00-1"}, "own": 12345678901234567890},\n  {"sku":"3"}\n],"n": 3}\n')
    const results = await folder.write('a.json', [
      { operation: 'update', key: '2', values: { a: { city: 'Łódź' } } },
      { operation: 'delete', key: '1' },
      { operation: 'create', values: { sku: '4', p: new Numeral('0.10') } },
    ], spec)
    expect(results.map((result) => result.is)).toEqual(['done', 'done', 'done'])
    expect(await folder.text('a.json')).toBe('{"of":"us",\n"items": [\n  {"sku":"2","a":{"city":"Łódź","zip":"00-1"},"own":12345678901234567890},\n  {"sku":"3"},\n  {"sku":"4","p":0.10}\n],"n": 3}\n')
    const seen = await folder.read('a.json', spec)
    expect(seen.records).toEqual([(results[0] as { record: unknown }).record, expect.anything(), (results[2] as { record: unknown }).record])
  })

  test.each([
    ['a.json', {}, '[\n{"sku":"1"}\n]\n'],
    ['a.json', { list: 'data.items' }, '{"data":{"items":[\n{"sku":"1"}\n]}}\n'],
    ['a.ndjson', {}, '{"sku":"1"}\n'],
  ])('A new file %s (%j) is made.', async (name, settings, text) => {
    const folder = await testFolder(settings)
    const spec = { creates: [{ path: 'sku', type: 'text' }] }
    expect(await folder.write(name, [{ values: { sku: '1' } }], spec)).toMatchObject([{ is: 'done' }])
    expect(await folder.text(name)).toBe(text)
  })

  test('Any sequence of writes leaves what a map of the records would hold.', async () => {
    const spec = { creates: [{ path: 'sku', type: 'text' }] }
    const operation = fc.record({ operation: fc.constantFrom('create' as const, 'update' as const, 'delete' as const), key: fc.constantFrom('1', '2', '3'), x: fc.string() })
    let count = 0
    for (const ending of ['json', 'ndjson']) {
      const folder = await testFolder()
      await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 8 }), async (operations) => {
        count += 1
        const name = `${count}.${ending}`
        await folder.write(name, [{ values: { sku: '0' } }], spec)
        const expected = new Map<string, Native>([['0', { sku: '0' }]])
        for (const { operation, key, x } of operations) {
          await folder.write(name, [{ operation, key, values: operation === 'create' ? { sku: key, x } : { x } }], spec)
          if (operation === 'create' ? !expected.has(key) : operation === 'update' && expected.has(key)) expected.set(key, { sku: key, x })
          else if (operation === 'delete') expected.delete(key)
        }
        const { values } = await folder.read(name, spec)
        expect(new Map(values.map((record) => [record['sku'], record]))).toEqual(expected)
      }), { numRuns: 25 })
    }
  })

  test('A file with a record that can\'t be read is written all the same; the record stays as it is.', async () => {
    const folder = await testFolder()
    await folder.put('a.json', '[{"sku":"1",},{"sku":"2"}]')
    expect(await folder.write('a.json', [{ values: { sku: '3' } }])).toMatchObject([{ is: 'done' }])
    expect(await folder.text('a.json')).toBe('[{"sku":"1",},{"sku":"2"},{"sku":"3"}]')
  })
})

describe('an NDJSON file', () => {
  test('Each line is a record; blank lines count as lines only.', async () => {
    const folder = await testFolder()
    await folder.put('a.ndjson', '{"sku":"1","n":1.50}\r\n\n{"sku":"2"}\nnonsense\n{"sku":"3"}')
    const seen = await folder.read('a.ndjson')
    expect(seen.values).toEqual([{ sku: '1', n: new Numeral('1.50') }, { sku: '2' }, { sku: '3' }])
    expect(seen.broken).toMatchObject([{ place: 'a.ndjson:4', raw: 'nonsense' }])
  })

  test('A last line that is cut off fails the read.', async () => {
    const folder = await testFolder()
    await folder.put('a.ndjson', '{"sku":"1"}\n{"sku":')
    expect(await folder.read('a.ndjson')).toMatchObject({ complete: false, records: [{ key: '1' }], error: { code: 'files.truncated', place: 'a.ndjson:2' } })
  })

  test('A line of 20 MB costs only itself.', async () => {
    const folder = await testFolder()
    await folder.put('a.ndjson', `{"sku":"1"}\n{"sku":"2","x":"${'y'.repeat(20_000_000)}"}\n{"sku":"3"}\n`)
    const seen = await folder.read('a.ndjson')
    expect(seen.records.map((record) => record.key)).toEqual(['1', '3'])
    expect(seen.broken).toMatchObject([{ place: 'a.ndjson:2' }])
  })

  test('Writing keeps the other lines, their ends and the encoding.', async () => {
    const folder = await testFolder({ encoding: 'windows-1250' })
    await folder.put('a.ndjson', iconv.encode('{ "sku": "1", "n": "ł" }\r\n{"sku":"2"}', 'windows-1250'))
    expect(await folder.write('a.ndjson', [{ values: { sku: '3', n: 'ą' } }, { values: { sku: '4', n: '日' } }])).toMatchObject([{ is: 'done' }, { is: 'refused' }])
    expect(iconv.decode(await folder.bytes('a.ndjson'), 'windows-1250')).toBe('{ "sku": "1", "n": "ł" }\r\n{"sku":"2"}\r\n{"sku":"3","n":"ą"}\r\n')
  })
})

