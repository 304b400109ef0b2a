import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYaml } from './read-yaml.ts'
import { setText, writeText } from './splice.ts'

const plan = `# The shop
plimsoll: 1
name:   New shop      # aligned by hand

systems:
  shop: { category: shop,  limits: 60/minute }   # one line
  crm:
    category: crm
    about: >
      Folded text
      that goes on.

  # last one
  erp:

flows:
  - not a map
`
/** Lines that are new or changed. */
const changed = (before: string, after: string | undefined): string[] => {
  const old = before.split('\n')
  return (after ?? 'nothing came out').split('\n').filter((line) => !old.includes(line))
}

describe('setText', () => {
  it.each([
    [['name'], 'Old shop', ['name:   Old shop      # aligned by hand']],
    [['systems', 'shop', 'category'], 'website', ['  shop: { category: website,  limits: 60/minute }   # one line']],
    [['systems', 'shop', 'connector'], 'http', ['  shop: { category: shop,  limits: 60/minute, connector: http }   # one line']],
    [['systems', 'shop', 'settings', 'url'], 'a, b', ['  shop: { category: shop,  limits: 60/minute, settings: { url: "a, b" } }   # one line']],
    [['systems', 'crm', 'connector'], 'http', ['    connector: http']],
    [['systems', 'crm', 'interface', 'form'], 'api', ['    interface:', '      form: api']],
    [['systems', 'erp', 'category'], 'erp', ['    category: erp']],
    [['systems', 'pim', 'category'], 'pim', ['  pim:', '    category: pim']],
    [['people', 'anna', 'name'], 'Anna: the one', ['people:', '  anna:', '    name: "Anna: the one"']],
    [['systems', 'crm', 'about'], 'Short', ['    about: Short']],
  ])('sets %j by changing only these lines', (path, value, lines) => {
    expect(changed(plan, setText(plan, path, value))).toEqual(lines)
  })

  it('keeps the number of lines when a value is replaced', () => {
    expect(setText(plan, ['name'], 'X')?.split('\n')).toHaveLength(plan.split('\n').length)
  })

  it('fills an empty value and an empty map', () => {
    expect(setText('a:\nb: {}\n', ['a'], 'x')).toBe('a: x\nb: {}\n')
    expect(setText('a:\nb: {}\n', ['b', 'c'], 'x')).toBe('a:\nb: { c: x }\n')
    expect(setText('x: { a: , b: 1 }\n', ['x', 'a', 'c'], 'y')).toBe('x: { a: { c: y }, b: 1 }\n')
  })

  it('keeps Windows line ends and a missing last one', () => {
    expect(setText('a: 1\r\nb: 2', ['c'], '3')).toBe('a: 1\r\nb: 2\r\nc: 3\r\n')
  })

  it.each([[['flows', 'x'], 'on the way stands a list'], [['systems', 'crm'], 'a whole system would be lost'], [[], 'nothing is named'], [['name', 'x'], 'a text stands there']])('refuses %j, because %s', (path) => {
    expect(setText(plan, path, 'x')).toBeUndefined()
  })

  it('refuses a file with a syntax error', () => {
    expect(setText('a: "b" c\n', ['a'], 'x')).toBeUndefined()
  })

  it('sets any text to any key of a written plan, or says that it can not', () => {
    const path = fc.constantFrom(['name'], ['systems', 'shop', 'category'], ['systems', 'crm', 'about'], ['systems', 'erp'], ['systems', 'erp', 'x'], ['new'], ['systems', 'new', 'x'])
    fc.assert(fc.property(path, fc.string({ unit: fc.constantFrom(...'ab: #,{}[]"\'\\|>-&*!%@\n\t0ż') }), (keys, value) => {
      const after = setText(plan, keys, value)
      expect(after === undefined).toBe(false)
      expect(readYaml(after!, '').mistakes).toEqual([])
    }))
  })
})

describe('writeText', () => {
  it.each([['crm', 'crm'], ['60/minute', '60/minute'], ['a b', 'a b'], ['a: b', '"a: b"'], ['a #b', '"a #b"'], ['', '""'], ['!x', '"!x"'], [' a', '" a"'], ['line\nbreak', '"line\\nbreak"']])('writes %j as %s', (value, written) => {
    expect(writeText(value, false)).toBe(written)
  })
  it('quotes a comma inside braces only', () => {
    expect(writeText('a, b', true)).toBe('"a, b"')
    expect(writeText('a, b', false)).toBe('a, b')
  })
})
