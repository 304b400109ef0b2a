import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { never, testFolder } from '../../../../test/support/test-folder.ts'

const CREATES = { creates: [{ path: 'sku', type: 'text' }, { path: 'name', type: 'text' }] }

describe('files packed with gzip', () => {
  test.each([
    ['products.csv.gz', 'sku,name\n1,Łódź\n2,Brno\n'],
    ['products.json.gz', '[{"sku":"1","name":"Łódź"},{"sku":"2","name":"Brno"}]'],
    ['products.ndjson.gz', '{"sku":"1","name":"Łódź"}\n{"sku":"2","name":"Brno"}\n'],
  ])('%s is read and written, and stays packed.', async (name, text) => {
    const folder = await testFolder({ settle: 0 })
    await folder.put(name, gzipSync(text))
    const seen = await folder.read(name, CREATES)
    expect(seen).toMatchObject({ complete: true, error: undefined })
    expect(seen.values).toEqual([{ sku: '1', name: 'Łódź' }, { sku: '2', name: 'Brno' }])
    expect(await folder.write(name, [{ operation: 'update', key: '2', values: { name: 'Brünn' } }], CREATES)).toMatchObject([{ is: 'done', key: '2' }])
    expect(gunzipSync(await folder.bytes(name)).toString()).toBe(text.replace('Brno', 'Brünn'))
  })

  test('A new file is packed where its name says so.', async () => {
    const folder = await testFolder({ settle: 0 })
    expect(await folder.write('new.csv.gz', [{ values: { sku: '1', name: 'a' } }], CREATES)).toMatchObject([{ is: 'done' }])
    expect(gunzipSync(await folder.bytes('new.csv.gz')).toString()).toBe('sku,name\n1,a\n')
  })

  test('A packed file under any name is recognised, and in several members it is one file.', async () => {
    const folder = await testFolder({ settle: 0 })
    await folder.put('a.csv', Buffer.concat([gzipSync('sku,name\n1,a\n'), gzipSync('2,b\n')]))
    expect((await folder.read('a.csv')).values).toEqual([{ sku: '1', name: 'a' }, { sku: '2', name: 'b' }])
  })

  test('One that is cut off, damaged or not packed at all is not taken for a list.', async () => {
    const folder = await testFolder({ settle: 0 })
    const whole = gzipSync(`sku,name\n${Array.from({ length: 5000 }, (_, n) => `${n},name ${n * 7919}\n`).join('')}`)
    const damaged = Buffer.from(whole)
    damaged[whole.length - 6]! ^= 0xff
    for (const [bytes, code] of [[whole.subarray(0, whole.length - 4000), 'files.truncated'], [damaged, 'files.content'], [Buffer.from('sku,name\n1,a\n'), 'files.content']] as const) {
      await folder.put('a.csv.gz', bytes)
      expect(await folder.read('a.csv.gz')).toMatchObject({ complete: false, error: { code, class: 'data' } })
    }
  })

  test('What unpacks to hundreds of times its size is refused before it is unpacked.', async () => {
    const folder = await testFolder({ settle: 0 })
    await folder.put('a.ndjson.gz', gzipSync(Buffer.concat([Buffer.from('{"sku":"1"}\n'), Buffer.alloc(100 * 1024 * 1024, 'x')]), { level: 9 }))
    expect(await folder.read('a.ndjson.gz')).toMatchObject({ complete: false, error: { code: 'files.too_large' } })
  })

  test('Folders of packed files are discovered by their form, and digits in their names are one pattern.', async () => {
    const folder = await testFolder({ settle: 0 })
    for (const day of ['2026-11-20', '2026-11-21']) await writeFile(join(folder.path, `prices-${day}.csv.gz`), gzipSync('sku,price\n1,2.50\n2,3.50\n'))
    const found = await (await folder.session()).discover!(never)
    expect(found).toMatchObject([{ name: 'prices-*.csv.gz', key: ['sku'], count: 2 }])
  })
})
