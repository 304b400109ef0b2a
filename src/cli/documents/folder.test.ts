import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compare, type Files, keptIn, mayWrite, writeFolder } from './folder.ts'

const ASKED = { lang: 'en', for: 'all', format: ['site'] }
let base: string
let out: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'plimsoll-docs-'))
  out = join(base, 'out')
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const files = (of: Readonly<Record<string, string>>): Files => new Map(Object.entries(of).map(([path, text]) => [path, Buffer.from(text)]))
const text = (path: string): string => readFileSync(join(out, path), 'utf8')
const put = (path: string, content: string): void => {
  mkdirSync(dirname(join(out, path)), { recursive: true })
  writeFileSync(join(out, path), content)
}

test('files are written into a new folder with a list of what is ours', () => {
  expect(writeFolder(out, files({ 'index.html': 'a', 'flows/x.html': 'b' }), ASKED)).toEqual({ written: 2, unchanged: 0, removed: [] })
  expect(text('flows/x.html')).toBe('b')
  expect(keptIn(out)?.asked).toEqual(ASKED)
  expect([...keptIn(out)!.files.keys()]).toEqual(['flows/x.html', 'index.html'])
})

test('what is the same is not touched, what no longer belongs goes with its empty folder', () => {
  writeFolder(out, files({ 'index.html': 'a', 'flows/x.html': 'b' }), ASKED)
  const before = statSync(join(out, 'index.html')).ino
  expect(writeFolder(out, files({ 'index.html': 'a', 'y.html': 'c' }), ASKED)).toEqual({ written: 1, unchanged: 1, removed: ['flows/x.html'] })
  expect(statSync(join(out, 'index.html')).ino).toBe(before)
  expect(existsSync(join(out, 'flows'))).toBe(false)
})

test('a file of somebody else stays, and is not written over', () => {
  writeFolder(out, files({ 'flows/x.html': 'b' }), ASKED)
  put('flows/notes.txt', 'mine')
  expect(writeFolder(out, files({ 'index.html': 'a' }), ASKED).removed).toEqual(['flows/x.html'])
  expect(text('flows/notes.txt')).toBe('mine')
  expect(() => writeFolder(out, files({ 'index.html': 'z', 'flows/notes.txt': 'ours' }), ASKED)).toThrow(/flows\/notes.txt .* was not written by/)
  expect(text('flows/notes.txt')).toBe('mine')
  expect(text('index.html')).toBe('a')
})

test('a folder that holds something else is refused, an empty one is taken', () => {
  put('thesis.txt', 'years of work')
  expect(() => mayWrite(out)).toThrow(/holds something else/)
  expect(() => writeFolder(out, files({ 'index.html': 'a' }), ASKED)).toThrow(/holds something else/)
  rmSync(join(out, 'thesis.txt'))
  expect(() => mayWrite(out)).not.toThrow()
  expect(() => mayWrite(join(base, 'new'))).not.toThrow()
})

test('a list that names files outside of the folder removes none of them', () => {
  writeFileSync(join(base, 'precious.txt'), 'x')
  writeFolder(out, files({ 'index.html': 'a' }), ASKED)
  put('plimsoll-docs.json', JSON.stringify({ asked: ASKED, files: { '../precious.txt': 'x', [join(base, 'precious.txt')]: 'x', 'a/../../precious.txt': 'x', 'index.html': 'x' } }))
  expect(writeFolder(out, files({ 'other.html': 'a' }), ASKED).removed).toEqual(['index.html'])
  expect(readFileSync(join(base, 'precious.txt'), 'utf8')).toBe('x')
})

test('a link that leads out of the folder is not followed', () => {
  writeFolder(out, files({ 'index.html': 'a' }), ASKED)
  mkdirSync(join(base, 'elsewhere'))
  symlinkSync(join(base, 'elsewhere'), join(out, 'flows'))
  expect(() => writeFolder(out, files({ 'flows/x.html': 'b' }), ASKED)).toThrow(/flows\/x.html/)
  expect(existsSync(join(base, 'elsewhere/x.html'))).toBe(false)
})

test('what differs, what is missing and what is too many is told apart', () => {
  writeFolder(out, files({ 'a.html': '1', 'b.html': '2', 'c.html': '3' }), ASKED)
  expect(compare(out, files({ 'a.html': '1', 'b.html': '2', 'c.html': '3' }))).toEqual({ missing: [], changed: [], extra: [] })
  put('b.html', 'by hand')
  rmSync(join(out, 'a.html'))
  put('notes.txt', 'somebody else')
  expect(compare(out, files({ 'a.html': '1', 'b.html': '2' }))).toEqual({ missing: ['a.html'], changed: ['b.html'], extra: ['c.html'] })
})

test('a list that is broken is said to be so', () => {
  put('plimsoll-docs.json', '{')
  expect(() => keptIn(out)).toThrow(/can't be read/)
})
