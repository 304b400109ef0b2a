import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readStraight } from './read-straight.ts'
import { readByLibrary } from './read-yaml.ts'
import type { Node, Place } from './tree.ts'

const folder = new URL('../../test/plans/', import.meta.url)
const PLANS = readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => readFileSync(new URL(name, folder), 'utf8'))
const STRAIGHT = `plimsoll: 1
name: Five systems   # as of today
teams: { it: { kind: technology, lead: anna }, sales: {} }
people:
  # who answers
  anna: { name: 'Anna Nowak', email: anna@nowak.example, tags: [a, "b, c", 08:00, -5] }

systems:
  erp:
    connector: csv
    settings: { folder: ./data/erp }
    holds:
      customer:
        resource: "list*.csv"
        key: custNumber
        fields:
          number: custNumber
          valid: { path: Active, codes: { true: J, false: N } }
          # the last
          "name": x:y

entities:
    customer:
        fields: { number: text, name: text, valid: boolean }
# the end
`

/** Places that are worked out when asked for, written out. */
function written(node: Node): unknown {
  const of = ({ file, line, column, range, pointer }: Place): Place => ({ file, line, column, range, pointer })
  if (node.is === 'list') return { ...node, place: of(node.place), items: node.items.map(written) }
  if (node.is === 'map') return { ...node, place: of(node.place), entries: node.entries.map((e) => ({ ...e, keyPlace: of(e.keyPlace), value: written(e.value) })) }
  return { ...node, place: of(node.place) }
}

/** Equal to what the library says, or left to it. */
function agrees(text: string): boolean {
  const straight = readStraight(text, 'plan.yaml')
  if (!straight) return false
  const { root, mistakes } = readByLibrary(text, 'plan.yaml')
  expect(mistakes, text).toEqual([])
  expect(written(straight), text).toEqual(root)
  return true
}

test('A plan of maps, values on one line and comments is read straight, with every place as the library has it.', () => {
  expect(agrees(STRAIGHT)).toBe(true)
})

test('Files of the example plans are read straight or left to the library, part by part.', () => {
  const parts = PLANS.flatMap((plan) => plan.split(/\n(?=\S)/))
  const straight = parts.filter((part) => agrees(part) || agrees(`${part}\n`))
  expect(straight.length).toBeGreaterThan(parts.length / 4)
})

const SIGNS = [...' :#,-\n"\'{}[]&*!|>?%@\\x1', '  ', ': ', ' #', '- ', '\n  ', '\n    ', '\t', '\r\n', '<<', '---', '# c\n', '{}', 'é', '\u2028']
const change = fc.record({ at: fc.nat(), remove: fc.integer({ min: 0, max: 6 }), put: fc.constantFrom('', ...SIGNS) })

test('However a plan is changed, what is read straight is what the library reads without a mistake.', () => {
  const lines = [STRAIGHT, ...PLANS].flatMap((plan) => plan.split(/\n(?=\S)/)).filter((part) => part.length < 4000)
  let straight = 0
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.constantFrom(...lines), fc.array(change, { maxLength: 4 }), (first, second, changes) => {
      let text = `${first}\n${second}`
      for (const { at, remove, put } of changes) {
        const where = at % (text.length + 1)
        text = text.slice(0, where) + put + text.slice(where + remove)
      }
      if (agrees(text)) straight += 1
    }),
    { numRuns: 1500 },
  )
  expect(straight).toBeGreaterThan(100)
})
