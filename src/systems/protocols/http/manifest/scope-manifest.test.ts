import { expect, test } from 'vitest'
import { parseManifest } from './manifest-load.ts'

const mistakes = (resources: string): string => {
  try {
    parseManifest(`http: 1\nresources:\n${resources.split('\n').map((line) => `  ${line}`).join('\n')}\n`, 'shop.yaml')
    return ''
  } catch (error) {
    return (error as Error).message
  }
}

test.each([
  ['a: { list: { path: /a, query: { l: "{partition}" } } }', 'shop.yaml:3: resources.a.list uses {partition}, but the resource has no `partition`'],
  ['a: { list: { path: "/x/{parent}" } }', 'shop.yaml:3: resources.a.list uses {parent}, but the resource has no `parent`'],
  ['a:\n  partition: { values: [x], in: l }\n  list: { path: /a }', 'shop.yaml:5: resources.a.list never uses {partition}, so every partition would be the same list'],
  ['a:\n  partition: { values: [x] }\n  list: { path: "/a/{partition}" }', 'shop.yaml:4: resources.a.partition needs `in`: the path at which a record says to which partition it belongs (or `merge`)'],
  ['a:\n  partition: { values: [x], in: l }\n  list: { path: "/a/{partition}" }\n  get: { path: "/a/{partition}/{key}" }', 'shop.yaml:6: resources.a.get uses {partition}, so the key must say which one is meant: set `in_key` at `partition`'],
  ['a:\n  partition: { values: [x], merge: t }\n  list: { path: "/a/{partition}" }', 'shop.yaml:4: resources.a.partition needs `fields`: which of them differ from one partition to the other\nshop.yaml:4: resources.a.partition `merge` needs `get_many` or `get`: what the other partitions hold is read by key'],
  ['a:\n  partition: { values: { resource: b }, in: l }\n  list: { path: "/a/{partition}" }', 'shop.yaml:4: resources.a.partition.values.resource is no resource of this manifest; it has a'],
  ['a: { list: { path: /a } }\nb:\n  parent: { resource: c, in: x }\n  list: { path: "/b/{parent}" }', 'shop.yaml:5: resources.b.parent.resource is no resource of this manifest; it has a, b'],
  ['a:\n  parent: { resource: b, in: x }\n  list: { path: "/a/{parent}" }\nb:\n  parent: { resource: a, in: x }\n  list: { path: "/b/{parent}" }', 'shop.yaml:4: resources.a.parent.resource leads back to the resource itself\nshop.yaml:7: resources.b.parent.resource leads back to the resource itself'],
  ['a: { list: { path: /a } }\nb:\n  parent: { resource: a, in: x, in_key: false }\n  list: { path: "/b/{parent}" }\n  update: { path: "/b/{parent}/{key}" }', 'shop.yaml:7: resources.b.update uses {parent}, so the key must say which one is meant: leave out `in_key: false`'],
  ['a: { list: { path: /a } }\nb:\n  parent: { resource: a, in: x }\n  list: { path: "/b/{parent}" }\n  get: { path: "/b/{parent.code}/{key}" }', "shop.yaml:7: resources.b.get uses a value of the parent's record; only {parent}, its key, is known there"],
  ['a: { list: { path: /a, by: { path: x, query: { y: z } } } }', 'shop.yaml:3: resources.a.list.by never uses {values}: the keys of the parents'],
  ['a: { partion: { values: [x] } }', 'shop.yaml:3: resources.a.partion is no key here; did you mean `partition`?'],
])('%s is refused with its place.', (resources, says) => {
  expect(mistakes(resources)).toBe(says)
})
