import { writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { virtualClock } from '../../../base/clock.ts'
import { collect, never, testFolder } from '../../../../test/support/test-folder.ts'

const spec = { creates: [{ path: 'sku', type: 'text' }, { path: 'x', type: 'text' }] }

test('Writes that come at the same time all arrive.', async () => {
  const folder = await testFolder()
  await Promise.all(Array.from({ length: 20 }, (_, i) => folder.write('a.csv', [{ values: { sku: String(i), x: 'y' } }], spec)))
  expect((await folder.read('a.csv', spec)).records.map((record) => Number(record.key)).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

test('Whoever reads while it is written sees a whole file, of before or after.', async () => {
  const folder = await testFolder({ settle: 0 })
  const rows = (x: string): string => Array.from({ length: 5_000 }, (_, i) => `${i},${x}`).join('\n')
  await folder.put('a.csv', `sku,x\n${rows('0')}\n`)
  const progress = { done: false }
  const writing = (async () => {
    for (let round = 1; round <= 5; round += 1) await folder.write('a.csv', Array.from({ length: 5_000 }, (_, i) => ({ operation: 'update' as const, key: String(i), values: { x: String(round) } })), spec)
    progress.done = true
  })()
  let reads = 0
  while (!progress.done) {
    const text = await folder.text('a.csv')
    expect(text).toBe(`sku,x\n${rows(text.slice(8, 9))}\n`)
    reads += 1
  }
  await writing
  expect(reads).toBeGreaterThan(0)
})

test('What a crash in the middle of a write left behind is neither read nor in the way.', async () => {
  const folder = await testFolder({ format: 'csv' })
  await folder.put('a.csv', 'sku,x\n1,a\n')
  await folder.put('.a.csv.plimsoll.tmp', 'sku,x\n1,a\n2,')
  expect((await folder.read('*')).records).toHaveLength(1)
  await folder.write('a.csv', [{ values: { sku: '2', x: 'b' } }])
  expect(await readdir(folder.path)).toEqual(['a.csv'])
})

test('A file that another program changes during the write is left to that program, and nothing counts as written.', async () => {
  const folder = await testFolder({ settle: 0 })
  await folder.put('a.csv', 'sku,x\n1,a\n')
  const resource = await folder.resource('a.csv', spec)
  // The deadline is looked at last, when the copy is ready to take the file's place.
  const options = { signal: never, get deadline() {
    writeFileSync(join(folder.path, 'a.csv'), 'sku,x\n1,changed by hand\n')
    return Infinity
  } }
  const write = resource.write!([{ operation: 'create', values: { sku: '2', x: 'b' }, idempotencyKey: '1' }], options)
  await expect(write).rejects.toMatchObject({ code: 'files.changing', executed: false })
  expect(await folder.text('a.csv')).toBe('sku,x\n1,changed by hand\n')
  expect(await readdir(folder.path)).toEqual(['a.csv'])
})

test('After the deadline nothing is changed any more.', async () => {
  const folder = await testFolder({}, { clock: virtualClock(1_000) })
  await folder.put('a.csv', 'sku,x\n1,a\n')
  const resource = await folder.resource('a.csv')
  expect(await resource.write!([{ operation: 'delete', key: '1', values: {}, idempotencyKey: '1' }], { signal: never, deadline: 999 })).toMatchObject([{ is: 'later' }])
  expect(await folder.text('a.csv')).toBe('sku,x\n1,a\n')
})

test('A file that is lost is not made anew for records that were in it, and none of them is called missing.', async () => {
  const folder = await testFolder()
  for (const text of [undefined, '']) {
    if (text !== undefined) await folder.put('a.csv', text)
    await expect(folder.write('a.csv', [{ operation: 'update', key: '1', values: { x: 'a' } }, { values: { sku: '2' } }], spec)).rejects.toMatchObject({ code: 'files.missing', executed: false })
  }
  expect(await folder.write('a.csv', [{ values: { sku: '2', x: null } }], spec)).toMatchObject([{ is: 'done' }])
  expect(await folder.text('a.csv')).toBe('sku,x\n2,\n')
})

test('A write that changes nothing does not touch the file; one that does keeps its permissions.', async () => {
  const folder = await testFolder()
  await folder.put('a.csv', 'sku,x\n1,a\n')
  await chmod(join(folder.path, 'a.csv'), 0o640)
  const before = await stat(join(folder.path, 'a.csv'))
  await folder.write('a.csv', [{ values: { sku: '1' } }, { operation: 'delete', key: '9' }])
  expect((await stat(join(folder.path, 'a.csv'))).ino).toBe(before.ino)
  await folder.write('a.csv', [{ values: { sku: '2' } }])
  expect((await stat(join(folder.path, 'a.csv'))).mode & 0o777).toBe(0o640)
})

test('Of a column that stands twice only the first is written.', async () => {
  const folder = await testFolder()
  await folder.put('a.csv', 'sku,x,x\n1,a,b\n')
  await folder.write('a.csv', [{ operation: 'update', key: '1', values: { x: 'c' } }, { values: { sku: '2', x: 'd' } }])
  expect(await folder.text('a.csv')).toBe('sku,x,x\n1,c,b\n2,d,\n')
})

test('Records without a key can\'t be written, and the traits say so.', async () => {
  const folder = await testFolder()
  await folder.put('a.csv', 'name\na\na\n')
  const resource = await folder.resource('a.csv', { key: [] })
  expect(resource.traits).toMatchObject({ create: false, update: false, delete: false })
  expect(resource.write).toBeUndefined()
  expect(await collect(resource)).toMatchObject({ records: [{ values: { name: 'a' } }], broken: [{ place: 'a.csv:3' }] })
})

test('A composed key is one text, and identifies.', async () => {
  const folder = await testFolder()
  await folder.put('a.csv', 'shop,no,x\nA|B,1,p\nA,B|1,q\n')
  const key = ['shop', 'no']
  expect((await folder.read('a.csv', { key })).records.map((record) => record.key)).toEqual(['A%7CB|1', 'A|B%7C1'])
  await folder.write('a.csv', [{ operation: 'update', key: 'A|B%7C1', values: { x: 'z' } }], { key })
  expect(await folder.text('a.csv')).toBe('shop,no,x\nA|B,1,p\nA,B|1,z\n')
})

test('A folder that may not be written fails the write as not executed.', async () => {
  const folder = await testFolder()
  await mkdir(join(folder.path, 'a.csv'))
  await expect(folder.write('a.csv', [{ values: { sku: '1' } }], spec)).rejects.toMatchObject({ executed: false })
  expect(await readdir(folder.path)).toEqual(['a.csv'])
})

