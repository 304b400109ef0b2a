import { link, mkdir, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../../base/clock.ts'
import type { Clock } from '../../contract.ts'
import { collect, testFolder } from '../../../../test/support/test-folder.ts'
import type { Seen, TestFolder } from '../../../../test/support/test-folder.ts'
import { matches, patternOf } from './pattern.ts'

async function inbox(context: Parameters<typeof testFolder>[1] = {}): Promise<TestFolder & { archive: string }> {
  const outer = await testFolder()
  const archive = join(outer.path, 'archive')
  return Object.assign(await testFolder({ archive }, context), { archive })
}

const listed = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).toSorted()

/** Reads, makes durable and acknowledges, as the engine does. */
async function take(folder: TestFolder, since?: string): Promise<Seen> {
  const resource = await folder.resource('p*.csv')
  const seen = await collect(resource, since === undefined ? {} : { since })
  if (seen.position !== undefined) await resource.acknowledge!(seen.position)
  return seen
}

describe('an inbox', () => {
  test('Each file is read once, the oldest first, and moves to the archive when it is acknowledged.', async () => {
    const folder = await inbox()
    await folder.put('p1.csv', 'sku,x\n1,new\n')
    await folder.put('p2.csv', 'sku,x\n1,old\n')
    await utimes(join(folder.path, 'p2.csv'), 1, 1)
    await folder.put('other.csv', 'sku,x\n9,z\n')
    const first = await take(folder)
    expect(first.values.map((row) => row['x'])).toEqual(['old', 'new'])
    expect(first).toMatchObject({ complete: false, error: undefined })
    expect(await listed(folder.path)).toEqual(['other.csv'])
    expect(await listed(folder.archive)).toEqual(['p1.csv', 'p2.csv'])
    expect((await take(folder, first.position)).records).toEqual([])
  })

  test('An empty inbox is no error.', async () => {
    const folder = await inbox()
    expect(await take(folder)).toMatchObject({ error: undefined, records: [], complete: false })
  })

  test('The archive is never overwritten.', async () => {
    const folder = await inbox({ clock: virtualClock(Date.UTC(2026, 10, 21, 3)) })
    for (const x of ['a', 'b', 'c']) {
      await folder.put('p.csv', `sku,x\n1,${x}\n`)
      expect((await take(folder)).values).toEqual([{ sku: '1', x }])
    }
    expect(await listed(folder.archive)).toEqual(['p.20261121T030000Z-2.csv', 'p.20261121T030000Z.csv', 'p.csv'])
  })

  test('A file that was durable but not moved before a crash is moved, not read again.', async () => {
    const folder = await inbox()
    await folder.put('p.csv', 'sku,x\n1,a\n')
    const { position } = await collect(await folder.resource('p*.csv'))
    await folder.put('p2.csv', 'sku,x\n2,b\n')
    const seen = await take(folder, position)
    expect(seen.values).toEqual([{ sku: '2', x: 'b' }])
    expect(await listed(folder.archive)).toEqual(['p.csv', 'p2.csv'])
  })

  test('A new file of the same name after that is read.', async () => {
    const folder = await inbox()
    await folder.put('p.csv', 'sku,x\n1,a\n')
    const { position } = await collect(await folder.resource('p*.csv'))
    await folder.put('p.csv', 'sku,x\n1,b\n')
    expect((await take(folder, position)).values).toEqual([{ sku: '1', x: 'b' }])
  })

  test('A file that is replaced between reading and moving stays and is read next.', async () => {
    const folder = await inbox()
    await folder.put('p.csv', 'sku,x\n1,a\n')
    const resource = await folder.resource('p*.csv')
    const { position } = await collect(resource)
    await writeFile(join(folder.path, 'new'), 'sku,x\n1,b\n')
    await rename(join(folder.path, 'new'), join(folder.path, 'p.csv'))
    await resource.acknowledge!(position!)
    expect(await listed(folder.archive)).toEqual([])
    expect((await take(folder, position)).values).toEqual([{ sku: '1', x: 'b' }])
  })

  test('A move that a crash cut in two is finished, at either half.', async () => {
    const folder = await inbox()
    await mkdir(folder.archive)
    await folder.put('.p1.csv.plimsoll.read', 'sku,x\n1,a\n')
    await folder.put('.p2.csv.plimsoll.read', 'sku,x\n2,b\n')
    await link(join(folder.path, '.p2.csv.plimsoll.read'), join(folder.archive, 'p2.csv'))
    expect((await take(folder)).records).toEqual([])
    expect(await listed(folder.path)).toEqual([])
    expect(await listed(folder.archive)).toEqual(['p1.csv', 'p2.csv'])
  })

  test('A preview reads, and moves nothing.', async () => {
    const folder = await inbox({ readOnly: true })
    await folder.put('p.csv', 'sku,x\n1,a\n')
    expect((await take(folder)).records).toHaveLength(1)
    expect((await take(folder)).records).toHaveLength(1)
    expect(await listed(folder.path)).toEqual(['p.csv'])
    expect(await listed(folder.archive)).toEqual([])
  })

  test('A file that is cut off goes to the errors with its reason; its good rows and the other files arrive, and the run is no success.', async () => {
    const folder = await inbox()
    await folder.put('p1.csv', 'sku,x\n1,a\n2')
    await folder.put('p2.csv', 'sku,x\n3,c\n')
    const seen = await take(folder)
    expect(seen.values.map((row) => row['sku'])).toEqual(['1', '3'])
    expect(seen.error).toMatchObject({ code: 'files.truncated', place: 'p1.csv:3' })
    expect(await listed(folder.path)).toEqual([])
    expect(await listed(folder.archive)).toEqual(['errors', 'p2.csv'])
    expect(await listed(join(folder.archive, 'errors'))).toEqual(['p1.csv', 'p1.csv.reason.txt'])
    expect((await take(folder, seen.position)).error).toBeUndefined()
  })

  test('A file that can\'t be read leaves even if nothing is acknowledged, so that it fails one run and no more.', async () => {
    const folder = await inbox()
    await folder.put('p1.csv', 'sku,x\n1,a\n2')
    await folder.put('p2.csv', 'sku,x\n3,c\n')
    expect((await folder.read('p*.csv')).error?.code).toBe('files.truncated')
    expect(await listed(folder.path)).toEqual(['p2.csv'])
    expect(await take(folder)).toMatchObject({ error: undefined, records: [{ key: '3' }] })
  })

  test('Files that can\'t be archived are not read again; new ones are, and the error names what to do.', async () => {
    const folder = await inbox()
    await writeFile(folder.archive, 'a file where the folder should be')
    await folder.put('p1.csv', 'sku,x\n1,a\n')
    const resource = await folder.resource('p*.csv')
    const { position } = await collect(resource)
    await expect(resource.acknowledge!(position!)).rejects.toMatchObject({ code: 'files.archive' })
    await folder.put('p2.csv', 'sku,x\n2,b\n')
    const seen = await folder.read('p*.csv', {}, { since: position! })
    expect(seen.values).toEqual([{ sku: '2', x: 'b' }])
    expect(seen.error?.code).toBe('files.archive')
  })

  test('A column that is missing says nothing and is noted; the file is archived.', async () => {
    const folder = await inbox()
    await folder.put('p.csv', 'sku,x\n1,a\n')
    const resource = await folder.resource('p*.csv', { columns: ['sku', 'x', 'phone'] })
    const seen = await collect(resource)
    expect(seen).toMatchObject({ values: [{ sku: '1', x: 'a' }], error: undefined })
    expect(seen.notes).toEqual([expect.stringContaining('"phone"')])
  })

  test('A position stays below 4 KB however many files wait.', async () => {
    const folder = await inbox()
    await Promise.all(Array.from({ length: 450 }, (_, i) => folder.put(`p${i}.csv`, `sku,x\n${i},a\n`)))
    const seen = await take(folder)
    expect(seen.records).toHaveLength(400)
    expect(seen.position!.length).toBeLessThan(4_096)
    expect(seen.notes).toHaveLength(1)
    expect((await take(folder, seen.position)).records).toHaveLength(50)
  })
})

describe('files that are not at rest, or not in the folder', () => {
  /** A clock on which something happens while the connector waits. */
  const clockThat = (act: () => Promise<void>): Clock => ({ ...virtualClock(Date.now()), sleep: act })

  test('A file that grows while it is looked at is not read yet, and that is said.', async () => {
    const outer = await testFolder()
    let path = ''
    const folder = await testFolder({ archive: join(outer.path, 'a'), settle: 60 }, { clock: clockThat(() => writeFile(path, 'sku,x\n1,a\n2,b\n')) })
    path = join(folder.path, 'p.csv')
    await folder.put('p.csv', 'sku,x\n1,a')
    const seen = await take(folder)
    expect(seen.records).toEqual([])
    expect(seen.notes).toEqual([expect.stringContaining('p.csv is still being written')])
    expect(seen.error).toBeUndefined()
  })

  test('As a full list such a file fails the read, and what it lacks is not deleted.', async () => {
    let path = ''
    const folder = await testFolder({ settle: 60 }, { clock: clockThat(() => writeFile(path, 'sku,x\n1,a\n2,b\n')) })
    path = join(folder.path, 'p.csv')
    await folder.put('p.csv', 'sku,x\n1,a')
    expect(await folder.read('p.csv')).toMatchObject({ complete: false, records: [], error: { code: 'files.changing', class: 'remote' } })
  })

  test.each(['.p.csv', 'p.csv.part', 'p.csv.tmp', '~$p.csv', 'p.csv~', 'p.csv.crdownload'])('The unfinished name %j is passed over.', async (name) => {
    const folder = await testFolder({ format: 'csv' })
    await folder.put(name, 'sku,x\n1,a\n')
    await folder.put('q.csv', 'sku,x\n2,b\n')
    expect((await folder.read('*')).values).toEqual([{ sku: '2', x: 'b' }])
  })

  test('A link out of the folder is not followed, for reading or writing.', async () => {
    const secret = await testFolder()
    await secret.put('s.csv', 'sku,x\n1,secret\n')
    const folder = await testFolder()
    await symlink(join(secret.path, 's.csv'), join(folder.path, 'p.csv'))
    expect(await folder.read('p*.csv')).toMatchObject({ records: [], complete: false, error: { code: 'files.outside' } })
    await expect(folder.write('p.csv', [{ values: { sku: '2' } }])).rejects.toMatchObject({ code: 'files.outside' })
    await symlink(secret.path, join(folder.path, 'sub'))
    expect((await folder.read('sub/s.csv')).error).toMatchObject({ code: 'files.outside' })
    expect(await secret.text('s.csv')).toBe('sku,x\n1,secret\n')
  })

  test('A link that is planted where the copy is made is not written through.', async () => {
    const secret = await testFolder()
    await secret.put('s', 'precious')
    const folder = await testFolder()
    await folder.put('p.csv', 'sku,x\n1,a\n')
    await symlink(join(secret.path, 's'), join(folder.path, '.p.csv.plimsoll.tmp'))
    expect(await folder.write('p.csv', [{ values: { sku: '2' } }])).toMatchObject([{ is: 'done' }])
    expect(await secret.text('s')).toBe('precious')
    expect(await listed(folder.path)).toEqual(['p.csv'])
  })

  test.each(['../p.csv', '/etc/passwd', 'a/../../p.csv', 'C:\\p.csv', 'a\\..\\p.csv', '', 'a//b.csv', './p.csv', 'p\0.csv', 'a*/p.csv'])('The resource %j is refused.', (resource) => {
    expect(() => patternOf(resource)).toThrow(expect.objectContaining({ code: 'files.pattern' }))
  })

  test.each([
    ['products*.csv', 'products.csv', true], ['products*.csv', 'products-1.csv', true], ['products*.csv', 'product.csv', false],
    ['p?.csv', 'p1.csv', true], ['p?.csv', 'p.csv', false], ['*', '', true], ['a*b*c', 'abbc', true], ['a*b*c', 'acb', false], ['a.csv', 'aXcsv', false],
  ])('%j matches %j: %s.', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected)
  })
})

describe('several files as one list', () => {
  test('What a newer file says about a key counts, and all files together are the list.', async () => {
    const folder = await testFolder()
    await folder.put('p1.csv', 'sku,x\n1,old\n2,b\n')
    await folder.put('p2.csv', 'sku,x\n1,new\n')
    await utimes(join(folder.path, 'p1.csv'), 1, 1)
    const seen = await folder.read('p*.csv')
    expect(seen.values).toEqual([{ sku: '1', x: 'new' }, { sku: '2', x: 'b' }])
    expect(seen).toMatchObject({ complete: true, broken: [] })
    await expect(folder.write('p*.csv', [{ values: { sku: '3' } }])).rejects.toMatchObject({ code: 'files.target' })
  })

  test('One of them cut off: the others arrive, the list is not complete.', async () => {
    const folder = await testFolder()
    await folder.put('p1.csv', 'sku,x\n1,a\n2')
    await folder.put('p2.csv', 'sku,x\n3,c\n')
    expect(await folder.read('p*.csv')).toMatchObject({ complete: false, records: [{ key: '3' }, { key: '1' }], error: { code: 'files.truncated' } })
  })
})
