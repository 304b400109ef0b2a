import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPlanFiles, type PlanFolder } from './files.ts'
import type { Node } from './tree.ts'

/** A folder that is only a table of names. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>, links: readonly string[] = []): PlanFolder {
  return {
    list: (folder) => {
      const prefix = folder === '' ? '' : `${folder}/`
      const below = Object.keys(files).filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length))
      return [...new Set(below.map((file) => (file.includes('/') ? file.slice(0, file.indexOf('/') + 1) : file)))].reverse()
    },
    read: (file) => {
      const text = files[file]
      if (text === undefined) throw new Error('no such file')
      return text
    },
    leadsOut: (file) => links.includes(file),
  }
}
const load = (files: Readonly<Record<string, string | Uint8Array>>, links?: readonly string[]) => readPlanFiles('plan.yaml', folderOf(files, links))
const told = (files: Readonly<Record<string, string | Uint8Array>>) => load(files).mistakes.map((m) => `${m.place.file}:${m.place.line}:${m.place.column} ${m.severity} ${m.id}: ${m.says}`)
/** Content without order. */
const sorted = (node: Node | undefined): unknown => {
  if (node?.is === 'map') return Object.fromEntries(node.entries.map((e) => [e.key, sorted(e.value)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  if (node?.is === 'list') return node.items.map(sorted)
  return node?.is === 'text' ? node.text : undefined
}

describe('readPlanFiles', () => {
  it('merges maps by name, deeper ones too, in the order of include with patterns sorted', () => {
    const { root, mistakes, sources } = load({
      'plan.yaml': 'plimsoll: 1\nname: Shop\ninclude: [systems/*.yaml, flows.yaml]\nsystems: { shop: { category: shop } }\n',
      'systems/b.yaml': 'systems: { b: { category: erp } }\n',
      'systems/a.yaml': 'systems: { a: { category: crm }, shop: { connector: http } }\n',
      'systems/note.txt': 'not a plan',
      'flows.yaml': 'flows: { x: { entity: e } }\n',
    })
    expect(mistakes).toEqual([])
    expect([...sources.keys()]).toEqual(['plan.yaml', 'systems/a.yaml', 'systems/b.yaml', 'flows.yaml'])
    expect(sorted(root)).toMatchObject({ systems: { shop: { category: 'shop', connector: 'http' }, a: { category: 'crm' }, b: { category: 'erp' } }, flows: { x: { entity: 'e' } } })
    const systems = root?.entries.find((e) => e.key === 'systems')?.value
    expect(systems?.is === 'map' && systems.entries.map((e) => [e.key, e.keyPlace.file])).toEqual([['shop', 'plan.yaml'], ['a', 'systems/a.yaml'], ['b', 'systems/b.yaml']])
  })

  it('reports a value or list that stands in two files with both places', () => {
    expect(told({
      'plan.yaml': 'plimsoll: 1\nname: x\ninclude: [flows.yaml, operation.yaml]\n',
      'operation.yaml': 'flows:\n  orders:\n    trigger: 5 minutes\n    serves: [b]\n',
      'flows.yaml': 'flows:\n  orders:\n    serves: [a]\n    trigger: { every: 5 minutes }\n',
    })).toEqual([
      'operation.yaml:4:5 error given-twice: flows.orders.serves stands here and in flows.yaml:3:5.',
      'operation.yaml:3:5 error given-twice: flows.orders.trigger stands here and in flows.yaml:4:5.',
    ])
  })

  it('takes an empty value as an empty map beside a map', () => {
    const { root, mistakes } = load({ 'plan.yaml': 'include: a.yaml\nenvironments: { production: }\n', 'a.yaml': 'environments: { production: { data: x } }\n' })
    expect(mistakes).toEqual([])
    expect(sorted(root)).toMatchObject({ environments: { production: { data: 'x' } } })
  })

  it.each([
    ['../other.yaml', 'leads out'], ['systems/../../a.yaml', 'leads out'], ['/etc/plan.yaml', 'begins outside'], ['~/a.yaml', 'begins outside'], ['C:\\a.yaml', 'begins outside'],
    ['https://shop.example/a.yaml', 'is an address'], ['file:///a.yaml', 'is an address'], ['systems\\a.yaml', 'has \\ between'], ['**/*.yaml', '** is not known'], ['plan.ts', 'is no YAML file'],
    ['gone.yaml', 'There is no file'], ['plan.yaml', 'would include itself'],
  ])('refuses to include %s', (pattern, says) => {
    const { mistakes } = load({ 'plan.yaml': `include: ['${pattern}']\n`, 'other.yaml': 'a: 1\n' })
    expect(mistakes).toMatchObject([{ severity: 'error', place: { line: 1, column: 11 }, says: expect.stringContaining(says) }])
  })

  it('refuses a link out of the folder without reading it', () => {
    const { mistakes, sources } = load({ 'plan.yaml': 'include: "*.yaml"\n', 'link.yaml': 'secret: 1\n' }, ['link.yaml'])
    expect(mistakes).toMatchObject([{ says: "link.yaml is a link out of the plan's folder." }])
    expect([...sources.keys()]).toEqual(['plan.yaml'])
  })

  it('offers the nearest name for a file that is missing', () => {
    expect(load({ 'plan.yaml': 'include: [data/custmers.yaml]\n', 'data/customers.yaml': 'a: 1\n' }).mistakes).toMatchObject([{ mend: 'Did you mean `data/customers.yaml`?' }])
  })

  it('warns of a pattern that fits nothing, and leaves out hidden files', () => {
    expect(told({ 'plan.yaml': 'include: ["systems/*.yaml"]\n', 'systems/.hidden.yaml': 'a: 1\n' })).toEqual(['plan.yaml:1:11 warning bad-value: No file fits systems/*.yaml.'])
  })

  it('includes a file once though two patterns name it, and never the root itself by a pattern', () => {
    expect(told({ 'plan.yaml': 'name: x\ninclude: ["*.yaml", a.yaml, ./a.yaml]\n', 'a.yaml': 'a: 1\n' })).toEqual([])
  })

  it('lets the head stand in the root only, and includes one level', () => {
    expect(told({ 'plan.yaml': 'plimsoll: 1\nname: x\ninclude: [a.yaml]\n', 'a.yaml': 'plimsoll: 1\nname: y\ninclude: [plan.yaml]\nb: 1\n' })).toEqual([
      'a.yaml:1:1 error unknown-key: `plimsoll` stands in plan.yaml only.', 'a.yaml:2:1 error unknown-key: `name` stands in plan.yaml only.', "a.yaml:3:1 error unknown-key: An included file can't include others.",
    ])
  })

  it('goes on with the other files after a syntax error, and says that it is incomplete', () => {
    const { root, mistakes, incomplete } = load({ 'plan.yaml': 'include: [a.yaml, b.yaml]\n', 'a.yaml': 'a: "b" c\n', 'b.yaml': 'b: 1\n' })
    expect(mistakes).toMatchObject([{ id: 'yaml-syntax', place: { file: 'a.yaml', line: 1, column: 8 } }])
    expect(sorted(root)).toMatchObject({ b: '1' })
    expect(incomplete).toBe(true)
  })

  it.each([[new Uint8Array([0x61, 0x3a, 0x20, 0xb3]), 'not written in UTF-8'], [new Uint8Array([0xff, 0xfe, 0x61, 0]), 'UTF-16']])('refuses bytes that are no UTF-8', (bytes, says) => {
    expect(load({ 'plan.yaml': bytes }).mistakes).toMatchObject([{ id: 'yaml-syntax', says: expect.stringContaining(says) }])
  })

  it('says that the root file can not be read', () => {
    expect(load({})).toMatchObject({ incomplete: true, mistakes: [{ says: "plan.yaml can't be read." }] })
  })
})

describe('splitting a plan', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'systems', '__proto__')
  const tree = fc.letrec((tie) => ({
    map: fc.dictionary(name, fc.oneof({ depthSize: 'medium' }, fc.constantFrom('x', 'y'), fc.constant(['x']), tie('map')), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  })).map as fc.Arbitrary<Readonly<Record<string, unknown>>>

  /** Deals the values of a map into parts: each value goes into exactly one. */
  function deal(value: Readonly<Record<string, unknown>>, parts: number, choose: () => number): Record<string, unknown>[] {
    const out: Record<string, unknown>[] = Array.from({ length: parts }, () => ({}))
    const put = (part: number, key: string, item: unknown): void => void Object.defineProperty(out[part]!, key, { value: item, enumerable: true, configurable: true })
    for (const [key, item] of Object.entries(value)) {
      const isMap = item !== null && typeof item === 'object' && !Array.isArray(item)
      if (!isMap || choose() === 0) put(choose(), key, item)
      else for (const [part, piece] of deal(item as Record<string, unknown>, parts, choose).entries()) if (Object.keys(piece).length > 0) put(part, key, piece)
    }
    return out
  }

  it('over files in any way and order gives the same content', () => {
    fc.assert(fc.property(tree, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (plan, choices, order) => {
      let next = 0
      const parts = deal(plan, 4, () => choices[next++ % choices.length]! % 4)
      const whole = load({ 'plan.yaml': JSON.stringify(plan) })
      const split = load({ 'plan.yaml': JSON.stringify({ include: order.map((i) => `p${i}.json`) }), ...Object.fromEntries(parts.map((part, i) => [`p${i}.json`, JSON.stringify(part)])) })
      expect(split.mistakes).toEqual([])
      const entries = split.root?.entries.filter((e) => e.key !== 'include')
      expect(sorted({ ...split.root!, entries: entries! })).toEqual(sorted(whole.root))
    }))
  })
})
