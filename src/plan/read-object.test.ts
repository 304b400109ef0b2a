import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readObject } from './read-object.ts'
import { readYaml } from './read-yaml.ts'
import type { Node } from './tree.ts'

const read = (plan: unknown) => readObject(plan, 'plan.ts')
const content = (node: Node | undefined): unknown => {
  if (node === undefined) return undefined
  if (node.is === 'map') return node.entries.map((e) => [e.key, content(e.value)])
  if (node.is === 'list') return node.items.map(content)
  return node.is === 'text' ? { text: node.text, empty: node.empty } : 'function'
}

describe('readObject', () => {
  it('makes the tree that the same plan in YAML becomes', () => {
    const plan = { plimsoll: 1, name: 'Shop', live: true, tags: ['a', 'b'], crm: { limits: { batch: 500 } } }
    expect(content(read(plan).root)).toEqual(content(readYaml(JSON.stringify(plan), 'plan.json').root))
  })

  it('gives each value the file and its JSON pointer as place', () => {
    const { root } = read({ systems: { 'a/b': ['x'] } })
    const systems = root?.entries[0]?.value
    const list = systems?.is === 'map' ? systems.entries[0]?.value : undefined
    expect(list?.is === 'list' && list.items[0]?.place).toEqual({ file: 'plan.ts', line: 1, column: 1, range: [0, 0], pointer: '/systems/a~1b/0' })
  })

  it.each([[0.1, '0.1'], [1e21, '1000000000000000000000'], [1.5e-7, '0.00000015'], [-0, '0'], [-2.5e22, '-25000000000000000000000'], [10n, '10']])('writes the number %s without an exponent', (value, text) => {
    expect(content(read({ a: value }).root)).toEqual([['a', { text, empty: false }]])
  })

  it('leaves out what is undefined', () => {
    expect(content(read({ a: undefined, b: 1 }).root)).toEqual([['b', { text: '1', empty: false }]])
  })

  it('takes functions at read, write and function only', () => {
    const { root, mistakes } = read({ m: { read: () => 1, write: () => 2, function: () => 3, where: () => 4 } })
    expect(content(root)).toEqual([['m', [['read', 'function'], ['write', 'function'], ['function', 'function']]]])
    expect(mistakes).toMatchObject([{ id: 'bad-value', place: { pointer: '/m/where' } }])
  })

  it.each([
    ['a date', new Date(0)], ['a Map', new Map()], ['an instance of a class', new URL('http://shop.example')], ['a symbol', Symbol('x')], ['NaN', Number.NaN], ['infinity', Number.POSITIVE_INFINITY],
  ])('refuses %s', (_, value) => {
    expect(read({ a: value }).mistakes).toMatchObject([{ id: 'bad-value', place: { pointer: '/a' } }])
  })

  it('refuses an object that contains itself, and takes one that stands twice', () => {
    const self: Record<string, unknown> = { b: 1 }
    self['self'] = self
    expect(read({ a: self }).mistakes).toMatchObject([{ place: { pointer: '/a/self' } }])
    const shared = { street: 'text' }
    expect(read({ a: shared, b: shared }).mistakes).toEqual([])
  })

  it.each([[[]], ['text'], [null], [undefined], [5]])('refuses %j as a plan', (plan) => {
    const { root, mistakes } = read(plan)
    expect(root).toBeUndefined()
    expect(mistakes).toHaveLength(1)
  })

  it('takes __proto__ as a name like any other', () => {
    expect(content(read(JSON.parse('{"__proto__": {"a": 1}}')).root)).toEqual([['__proto__', [['a', { text: '1', empty: false }]]]])
  })

  it('refuses more than 64 levels', () => {
    let deep: unknown = 1
    for (let i = 0; i < 70; i += 1) deep = { a: deep }
    expect(read(deep).mistakes).toHaveLength(1)
  })

  it('never throws on plain data', () => {
    fc.assert(fc.property(fc.object({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true }), (plan) => {
      expect(read(plan).root?.is).toBe('map')
    }))
  })
})
