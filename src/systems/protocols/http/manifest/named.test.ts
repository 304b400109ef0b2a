import { expect, test } from 'vitest'
import type { Manifest } from './manifest.ts'
import { namedResource } from './named.ts'

const manifest = { http: 1, resources: { '*': { about: 'any' }, 'localized-*': { about: 'localized' }, 'localized-own-*': { about: 'longer' }, orders: { about: 'orders' } } } as Manifest

test.each([
  ['orders', 'orders', 'orders'],
  ['things', 'any', 'things'],
  ['localized-things', 'localized', 'things'],
  ['localized-own-things', 'longer', 'things'],
  ['localized-', 'any', 'localized-'],
  ['toString', 'any', 'toString'],
])('The resource %s is what the manifest says of %s.', (name, about, called) => {
  expect(namedResource(manifest, name)).toEqual({ manifest: { about }, called })
})

test('A name that begins like none is none.', () => {
  expect(namedResource({ http: 1, resources: { 'localized-*': {} } } as Manifest, '__proto__')).toBeUndefined()
})
