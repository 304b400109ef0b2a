/** What is read in one form and written in another. */
import { expect, test } from 'vitest'
import { findParameter } from './read.ts'
import { readFields } from './fields.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'

const EACH = { 'known.*': { at: 'known.*.values.0' } }

test('Each name of a map is read at its place there, whatever it is called; a name without a value there is left out.', () => {
  const raw = JSON.parse('{"id":1,"known":{"email":{"values":["a@b.example"]},"odd name.x":{"values":[null]},"__proto__":{"values":["own"]},"none":{"values":[]},"text":"x"}}') as Record<string, never>
  const read = readFields(EACH, raw)
  expect(Object.entries(read['known'] as object)).toEqual([['email', 'a@b.example'], ['odd name.x', null], ['__proto__', 'own']])
  expect(Object.getPrototypeOf(read['known'])).toBe(Object.prototype)
  expect(read['id']).toBe(1)
  expect(raw['known']!['email']).toEqual({ values: ['a@b.example'] })
})

test('Where there is no map nothing is read, and nothing is lost.', () => {
  for (const raw of [{ id: 1 }, { id: 1, known: null }, { id: 1, known: ['x'] }]) expect(readFields(EACH, raw)).toEqual(raw)
})

test('A look-up by any name below a path calls its parameter so; one that is named by itself comes first.', () => {
  const manifest = { find: { path: '/x', fields: { 'known.*': '*', 'known.mail': 'e', 'fixed.*': 'q' } } } as unknown as ResourceManifest
  expect(['known.email', 'known.mail', 'other.email', 'known', 'known.a.b', 'fixed.a'].map((path) => findParameter(manifest, path))).toEqual(['email', 'e', undefined, undefined, undefined, undefined])
})
