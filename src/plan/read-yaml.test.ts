import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYaml } from './read-yaml.ts'
import { entry, type MapNode, type Node } from './tree.ts'

const read = (text: string) => readYaml(text, 'plan.yaml')
/** The tree as plain lists: maps as pairs. */
const plain = (node: Node | undefined): unknown => {
  if (node === undefined) return undefined
  if (node.is === 'map') return node.entries.map((e) => [e.key, plain(e.value)])
  if (node.is === 'list') return { list: node.items.map(plain) }
  return node.is === 'text' ? node.text : 'function'
}
const told = (text: string) => read(text).mistakes.map((m) => `${m.place.line}:${m.place.column} ${m.id}`)
const at = (root: MapNode | undefined, ...keys: string[]): Node | undefined =>
  keys.reduce<Node | undefined>((node, key) => (node?.is === 'map' ? entry(node, key)?.value : undefined), root)

describe('readYaml', () => {
  it('keeps values and keys exactly as they are written', () => {
    const text = 'codes: { NO: N, 01: open, on: off, null: ~ }\nports: [23, 8, 1.10, 0x1F, 1_000, .5]\nat: 08:00\nday: 2026-12-01\ngtin: 05901234123457\n'
    const { root, mistakes } = read(text)
    expect(mistakes).toEqual([])
    expect(plain(root)).toEqual([
      ['codes', [['NO', 'N'], ['01', 'open'], ['on', 'off'], ['null', '~']]],
      ['ports', { list: ['23', '8', '1.10', '0x1F', '1_000', '.5'] }],
      ['at', '08:00'], ['day', '2026-12-01'], ['gtin', '05901234123457'],
    ])
  })

  it('keeps the order of keys, digits and __proto__ included', () => {
    const { root } = read('b: 1\n"10": 2\n"9": 3\n__proto__: 4\nconstructor: 5\n')
    expect(plain(root)).toEqual([['b', '1'], ['10', '2'], ['9', '3'], ['__proto__', '4'], ['constructor', '5']])
  })

  it('tells quoted, empty and plain values apart', () => {
    const { root } = read('a: ""\nb:\nc: \'it\'\'s\'\nd: "tab\\tend"\ne: |\n  two\n  lines\nf: one\n  text\n')
    const of = (key: string) => {
      const node = at(root, key)
      return node?.is === 'text' ? [node.text, node.quoted, node.empty] : node
    }
    expect(of('a')).toEqual(['', true, false])
    expect(of('b')).toEqual(['', false, true])
    expect(of('c')).toEqual(["it's", true, false])
    expect(of('d')).toEqual(['tab\tend', true, false])
    expect(of('e')).toEqual(['two\nlines\n', true, false])
    expect(of('f')).toEqual(['one text', false, false])
  })

  it('gives every value its place, range and pointer', () => {
    const text = '# note\nsystems:\n  crm: { "a/b~c": [x, yy] }\n'
    const list = at(read(text).root, 'systems', 'crm', 'a/b~c')
    const item = list?.is === 'list' ? list.items[1] : undefined
    expect(item?.place).toMatchObject({ file: 'plan.yaml', line: 3, column: 23, range: [text.indexOf('yy'), text.indexOf('yy') + 2], pointer: '/systems/crm/a~1b~0c/1' })
    const system = at(read(text).root, 'systems')
    expect(system?.is === 'map' && system.entries[0]?.keyPlace).toMatchObject({ line: 3, column: 3, pointer: '/systems/crm' })
  })

  it('reads JSON', () => {
    expect(plain(read('{"a": [1, true, null], "b": {"c": "d"}}').root)).toEqual([['a', { list: ['1', 'true', 'null'] }], ['b', [['c', 'd']]]])
  })

  it('reads a file with a byte order mark and with Windows line ends', () => {
    expect(plain(read('\uFEFFa: 1\r\nb: 2\r\n').root)).toEqual([['a', '1'], ['b', '2']])
  })
})

describe('what is refused, with its place', () => {
  it.each([
    ['a tag', 'a: 1\nwhere: !customer.test\n', ['2:8 yaml-tag']],
    ['a tag before more words', 'where: !a && b\n', ['1:8 yaml-tag']],
    ['a tag in a list', 'where:\n  - !a\n  - b\n', ['2:5 yaml-tag']],
    ['a standard tag', 'a: !!str 1\n', ['1:4 yaml-tag']],
    ['an anchor', 'a: &x 1\n', ['1:4 yaml-alias']],
    ['an anchor and its alias', 'a: &x 1\nb: *x\n', ['1:4 yaml-alias', '2:4 yaml-alias']],
    ['a merge key', 'a:\n  <<: *x\n  b: 1\n', ['2:3 yaml-alias']],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', ['3:1 yaml-twice']],
    ['a key twice in braces', 'x: { a: 1, a: 2 }\n', ['1:12 yaml-twice']],
    ['a comma in a sentence inside braces', 'x:\n  slow: { statement: Orders wait, often for hours, costs: 2 hours a day }\n', ['2:35 yaml-comma']],
    ['a number with a comma inside braces', 'x: { note: 2,900 people }\n', ['1:14 yaml-comma']],
    ['a sentence with two commas inside braces, once', 'x: { s: One, two, three }\n', ['1:14 yaml-comma']],
    ['names without values inside braces, once', 'holds: { customer, order }\n', ['1:10 yaml-comma']],
    ['a value cut by a comment inside a quote', 'where: a != " #1"\n', ['1:15 yaml-cut']],
    ['a value cut inside a single quote', "where: a != ' #1'\n", ['1:15 yaml-cut']],
    ['a list that a comma has split', 'do: [Call the courier, then the customer, Wait]\n', ['1:24 looks-split']],
    ['a tab as indentation', 'a:\n\tb: 1\n', ['2:1 yaml-syntax']],
    ['a second document', 'a: 1\n---\nb: 2\n', ['2:1 yaml-syntax']],
    ['a complex key', '? a\n: 1\n', ['1:1 yaml-syntax']],
    ['a list as key', '[a]: 1\n', ['1:1 yaml-syntax']],
    ['a missing key', ': 1\n', ['1:1 yaml-syntax']],
    ['a directive', '%YAML 1.1\n---\na: 1\n', ['1:1 yaml-syntax']],
    ['an unquoted reference to a variable in braces', 'a: { url: ${env:X} }\n', ['1:12 yaml-syntax']],
    ['a bracket in a path in braces', 'a: { path: items[0].x }\n', ['1:17 yaml-syntax']],
    ['a line without a colon', 'a: 1\nfoo\nb: 2\n', ['2:1 yaml-syntax']],
    ['an open quote', 'a: "abc\nb: 1\n', ['1:4 yaml-syntax']],
    ['an open brace', 'a: { b: 1\nc: 2\n', ['1:4 yaml-syntax']],
    ['text after a quote', 'a: "abc" def\n', ['1:10 yaml-syntax']],
    ['two keys on a line', 'a: b: c\n', ['1:4 yaml-syntax']],
    ['other indentation', 'a:\n    b: 1\n  c: 2\n', ['3:1 yaml-syntax']],
    ['a control sign', 'a: 1\nb: \u{0}\n', ['2:4 yaml-syntax']],
    ['nothing at all', '', ['1:1 yaml-syntax']],
    ['only a comment', '# later\n', ['1:1 yaml-syntax']],
    ['a list as plan', '- 1\n', ['1:1 yaml-syntax']],
    ['a text as plan', 'hello\n', ['1:1 yaml-syntax']],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected)
  })

  it.each([
    ['an apostrophe before a comment', "name: Supplier's list # don't ask\n"],
    ['a closed quote before a comment', 'where: a == "x" # says "x"\n'],
    ['a list of short words', 'a: [New, old]\n'],
    ['a list of sentences', 'do: [Call the courier, Wait a day]\n'],
    ['a quoted exclamation mark', 'where: "!a"\n'],
    ['a comma in a sentence on its own line', 'a: 2,900 people\n'],
    ['an empty value', 'production:\n'],
    ['an empty value in braces', 'a: { b: , c: 1 }\n'],
    ['an ampersand inside', 'a: x && *y\n'],
  ])('%s is fine', (_, text) => {
    expect(read(text).mistakes).toEqual([])
  })

  it('puts together again what a comment, a comma or a tag has torn, so that no second mistake follows', () => {
    const { root } = read('a: x != " #1"\nb: { c: Orders wait, often for hours, d: 1 }\nwhere: !customer.test\nwho: !a && b\n')
    expect(plain(root)).toEqual([['a', 'x != " #1"'], ['b', [['c', 'Orders wait, often for hours'], ['d', '1']]], ['where', '!customer.test'], ['who', '!a && b']])
  })

  it('names both places of a key that stands twice', () => {
    const [mistake] = read('a: 1\nb: 2\na: 3\n').mistakes
    expect(mistake).toMatchObject({ says: expect.stringContaining('line 1'), also: [{ line: 1, column: 1 }] })
  })

  it('says the sentences of the specification', () => {
    expect(read('x: { s: Orders wait, often for hours, costs: 2 }\n').mistakes[0]).toMatchObject({
      says: 'Inside { } a comma ends the value: `often for hours` became a key of its own.',
      mend: 'Write the sentence in "quotes" or on a line of its own.',
    })
    expect(read('where: !customer.test\n').mistakes[0]).toMatchObject({ says: 'A value that begins with ! must stand in "quotes".', mend: 'Write "!customer.test".' })
    expect(read('a: { url: ${env:X} }\n').mistakes[0]?.mend).toContain('"${env:NAME}"')
  })

  it('reports only the first syntax error, after what was wrong before it', () => {
    expect(told('x: { n: 2,900 people }\na: "b" c\nd: [\n')).toEqual(['1:11 yaml-comma', '2:8 yaml-syntax'])
    expect(read('a: "b" c\n').root).toBeUndefined()
  })
})

describe('limits', () => {
  it('accepts 64 levels and refuses 65', () => {
    const nested = (depth: number) => `a: ${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}\n`
    expect(told(nested(64))).toEqual([])
    expect(told(nested(65))).toEqual([expect.stringContaining('yaml-syntax')])
    expect(told(nested(66))).toEqual([expect.stringContaining('yaml-syntax')])
  })

  it.each([
    ['brackets', '['.repeat(1_000_000)],
    ['braces with keys', '{a: '.repeat(1_000_000)],
    ['closing brackets', ']'.repeat(1_000_000)],
    ['empty items', `a: [${','.repeat(200_000)}]`],
    ['errors one a line', 'a: "b" c\n'.repeat(50_000)],
    ['dashes', '- '.repeat(1_000_000)],
    ['anchors', `a: ${'&a '.repeat(1_000_000)}`],
    ['aliases', `a: [${'*a,'.repeat(1_000_000)}]`],
    ['tags', `a: ${'!a '.repeat(1_000_000)}`],
    ['commas', `a: [${','.repeat(1_100_000)}]`],
    ['keys without values', `a: {${Array.from({ length: 20_000 }, (_, i) => `k${i}: 1,x${i},`).join('')}}`],
    ['more than 150,000 values', `a: [${'b,'.repeat(500_000)}]`],
    ['more than 10 MB', 'a: "'.padEnd(10_000_001, 'b')],
    ['more than 10 MB in UTF-8', `a: ${'ł'.repeat(5_000_001)}`],
  ])('refuses a file of %s', (_, text) => {
    const { mistakes } = read(text)
    expect(mistakes.some((m) => m.severity === 'error')).toBe(true)
    expect(mistakes.length).toBeLessThan(1_100)
  })

  it('does not expand aliases of aliases', () => {
    const lines = ['a0: &a0 [x, x]']
    for (let i = 1; i < 40; i += 1) lines.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(9)}x]`)
    const { root } = read(lines.join('\n'))
    expect(JSON.stringify(root).length).toBeLessThan(100_000)
  })
})

describe('hostile text', () => {
  const piece = fc.constantFrom('a', 'b: ', ': ', '- ', '? ', '{', '}', '[', ']', ',', '"', "'", '#', ' #', '&a', '*a', '!t', '|', '>', '%', '@', '`', '\n', '\n  ', '\n\t', '---\n', '...\n', '<<: ', '\\', '\u{0}', '\uFEFF', 'é', '\u{1F600}', '\uD800', '~', '1.5', '${x}', '\r\n')

  it('never throws, and every mistake stands inside the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(piece, { maxLength: 60 }).map((p) => p.join('')), fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const { root, mistakes } = read(text)
        expect(root !== undefined || mistakes.length > 0).toBe(true)
        for (const { place } of mistakes) {
          expect(place.range[0]).toBeGreaterThanOrEqual(0)
          expect(place.range[1]).toBeLessThanOrEqual(text.length + 1)
          expect(place.column).toBeGreaterThan(0)
          expect(place.line).toBeLessThanOrEqual(text.split('\n').length)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('reads back any tree of quoted text that JSON writes', () => {
    const names = fc.string({ minLength: 1, unit: fc.constantFrom('a', 'b', '__proto__', '1', ' ', ':', '#', 'ż', '"', "'") })
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ depthSize: 'small' }, fc.string(), fc.array(tie('node'), { maxLength: 4 }), fc.dictionary(names, tie('node'), { maxKeys: 4, noNullPrototype: true })),
    })).node
    const pairs = (value: unknown): unknown => {
      if (Array.isArray(value)) return { list: value.map(pairs) }
      if (value !== null && typeof value === 'object') return Object.entries(value).map(([k, v]) => [k, pairs(v)])
      return value
    }
    fc.assert(fc.property(fc.dictionary(names, tree, { maxKeys: 4, noNullPrototype: true }), (value) => {
      expect(plain(read(JSON.stringify(value, null, 1)).root)).toEqual(pairs(value))
    }))
  })
})
