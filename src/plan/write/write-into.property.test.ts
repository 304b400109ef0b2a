import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYaml } from '../read-yaml.ts'
import type { Kept } from '../model.ts'
import { keyOf, resolve, type Schema } from '../schema/kinds.ts'
import { PLAN } from '../schema/plan-schema.ts'
import type { MapNode, Node } from '../tree.ts'
import { longForm, longValue, lookUp, schemaAt, schemaBelow, valueOf } from './content.ts'
import { setValue } from './write-into.ts'

const root = join(import.meta.dirname, '../../..')
const yamlIn = (folder: string): string[] => readdirSync(join(root, folder)).flatMap((name) => {
  const path = `${folder}/${name}`
  return statSync(join(root, path)).isDirectory() ? yamlIn(path) : path.endsWith('.yaml') ? [path] : []
})
const files = ['test/plans/customer-360.yaml', 'test/plans/first-25-lines.yaml', 'test/plans/online-shop.yaml', ...yamlIn('examples'), ...yamlIn('src/cli/templates')]
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
  .filter(({ text }) => !readYaml(text, '').mistakes.some((m) => m.severity === 'error'))

/** Every place of a long form at which a single text stands, and every key that could stand and does not. */
function places(node: Node, schema: Schema, path: readonly string[] = []): { said: string[][]; open: string[][] } {
  const kind = resolve(schema)
  const found: { said: string[][]; open: string[][] } = { said: [], open: [] }
  if (node.is === 'text' && !node.empty) found.said.push([...path])
  const below = node.is === 'map' ? node.entries.map((e) => [e.key, e.value] as const) : node.is === 'list' ? node.items.map((item, i) => [String(i), item] as const) : []
  for (const [key, value] of below) {
    const inner = places(value, schemaBelow(kind, key), [...path, key])
    found.said.push(...inner.said)
    found.open.push(...inner.open)
  }
  if (kind.is === 'shape' && node.is === 'map') found.open.push(...Object.keys(kind.keys).filter((key) => !node.entries.some((e) => e.key === key)).map((key) => [...path, key]))
  return found
}

const known = files.map(({ file, text }) => {
  const tree = readYaml(text, '').root!
  return { file, text, tree, ...places(longForm(tree), PLAN) }
})

const hostile = fc.oneof(
  fc.constantFrom('!x', '- a', '{', '}', '[', '# no comment', 'a: b', 'a #b', '007', 'yes', 'null', '~', '1e3', "it's", 'say "no', '"', "'", '&a', '*a', '| a', '> a', '%a', '@a', '`a', '? a', ': a', '---', '...', '<<', '__proto__',
    'שלום עולם', '\u202eabc', '🚚 delivers', 'a,b', '[x]', '\ttab', 'two\nlines\n', '\r\n', ' blank', 'blank ', '', '=cmd|x', '${env:X}', '<script>', 'x'.repeat(10_000), 'a: '.repeat(3_000), '\u2028', '\ufeff', '\u0085', 'a\u00a0b', '\\n'),
  fc.string({ unit: 'binary' }).filter((text) => !/\p{Cs}/u.test(text)),
  fc.string({ unit: fc.constantFrom(...'ab: #,{}[]"\'\\|>-&*!%@\n\t0ż') }),
)

/** Lines of `before` between what both texts begin and end with. */
function lost(before: string, after: string): string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  let first = 0
  while (first < old.length && first < fresh.length && old[first] === fresh[first]) first += 1
  let last = 0
  while (last < old.length - first && last < fresh.length - first && old.at(-1 - last) === fresh.at(-1 - last)) last += 1
  return old.slice(first, old.length - last)
}

/** Of how many lines a value takes part. */
const linesOf = (text: string, node: Node): number => text.slice(...node.place.range).trimEnd().split('\n').length

const example = (schema: Schema): Kept | undefined => {
  const kind = resolve(schema)
  if (kind.is === 'scalar') return 'some words'
  if (kind.is === 'word') return kind.words[0]!
  if (kind.is === 'ref') return 'somebody'
  if (kind.is === 'list') return [example(kind.of) ?? 'x']
  if (kind.is === 'map') return new Map([['first', example(kind.of) ?? new Map()], ['second', example(kind.of) ?? new Map()]])
  if (kind.is === 'shape') {
    const key = kind.main ?? Object.keys(kind.keys).at(-1)!
    return new Map([[key, example(keyOf(kind, key)!.value) ?? 'x']])
  }
  return kind.is === 'form' ? undefined : 'x'
}

const pick = (of: (one: (typeof known)[number]) => readonly string[][]) =>
  fc.constantFrom(...known.filter((one) => of(one).length > 0)).chain((one) => fc.record({ one: fc.constant(one), path: fc.constantFrom(...of(one)) }))

describe('a value of any plan', () => {
  it('there are plans and places to try', () => {
    expect(known.length).toBeGreaterThan(12)
    expect(known.reduce((sum, one) => sum + one.said.length, 0)).toBeGreaterThan(2_000)
    expect(known.reduce((sum, one) => sum + one.open.length, 0)).toBeGreaterThan(2_000)
  })

  it('a text is replaced by any other: exactly it is read again, and no other line is touched', () => {
    fc.assert(fc.property(pick((one) => one.said), hostile, ({ one, path }, value) => {
      const after = setValue(one.text, path, value, one.file)
      expect(after, `${one.file} ${path.join('.')}`).toBeDefined()
      const read = lookUp(longForm(readYaml(after!, '').root!), path)
      const written = resolve(schemaAt(PLAN, path))
      // A word such as `event` may stand for a whole object.
      if (read?.is === 'text') expect(read.text).toBe(value)
      else expect(written.is === 'shape' || written.is === 'map').toBe(true)
      const gone = lost(one.text, after!)
      const old = lookUp(longForm(one.tree), path)!
      expect(gone.length, gone.join('\n')).toBeLessThanOrEqual(Math.max(1, linesOf(one.text, old)))
    }), { numRuns: 150 })
  })

  it('a key that is not there comes in: at most the line of its short form changes', () => {
    fc.assert(fc.property(pick((one) => one.open), ({ one, path }) => {
      const schema = schemaAt(PLAN, path)
      const value = example(schema)
      fc.pre(value !== undefined && resolve(schema).is !== 'form')
      const after = setValue(one.text, path, value, one.file)
      expect(after, `${one.file} ${path.join('.')}`).toBeDefined()
      const read = lookUp(longForm(readYaml(after!, '').root!), path)
      expect(read && JSON.stringify(plain(valueOf(read)))).toBe(JSON.stringify(plain(valueOf(longValue(path, value)))))
      expect(lost(one.text, after!).length, `${path.join('.')}\n${lost(one.text, after!).join('\n')}`).toBeLessThanOrEqual(1)
    }), { numRuns: 150 })
  })

  it('any text may be set to any plan that is made up, with its own form, comments and line ends', () => {
    fc.assert(fc.property(madeUp, hostile, fc.nat(), ({ text }, value, nth) => {
      const tree = readYaml(text, '').root as MapNode
      const { said, open } = places(longForm(tree), PLAN)
      const texts = [...said, ...open.filter((path) => resolve(schemaAt(PLAN, path)).is === 'scalar')]
      fc.pre(texts.length > 0)
      const path = texts[nth % texts.length]!
      const after = setValue(text, path, value)
      expect(after, `${path.join('.')} of\n${text}`).toBeDefined()
      const comments = (of: string): string[] => of.match(/# comment \d+/g) ?? []
      expect(comments(after!)).toEqual(comments(text))
      expect(lost(text, after!).length).toBeLessThanOrEqual(3)
    }), { numRuns: 250 })
  })
})

const plain = (value: Kept): unknown => (value instanceof Map ? [...value].map(([key, one]) => [key, plain(one)]) : Array.isArray(value) ? value.map(plain) : value)

/** Plans of a few elements in block or braces, with comments everywhere, two or four blanks, either line end. */
const madeUp = fc.record({
  unit: fc.constantFrom(2, 4), windows: fc.boolean(), comments: fc.boolean(), blank: fc.boolean(), end: fc.boolean(),
  systems: fc.array(fc.record({ block: fc.boolean(), short: fc.boolean(), about: fc.constantFrom('Plain words', '"in quotes"', "'so'", '|\n~  Two\n~  lines', '>-\n~  Folded\n~  text') }), { minLength: 1, maxLength: 4 }),
  flows: fc.array(fc.constantFrom('{ entity: thing, from: s0 }', '{ entity: thing, from: [s0, s1], trigger: event }', '\n~entity: thing\n~from:\n~  - s0\n~  - s1\n~brake: 10%', '\n~entity: thing\n~between: { s0: { may: update } }'), { maxLength: 3 }),
}).map((of) => {
  let n = 0
  const comment = (): string => (of.comments ? ` # comment ${(n += 1)}` : '')
  const at = (depth: number): string => ' '.repeat(depth * of.unit)
  const deep = (text: string, depth: number): string => text.replaceAll('~', at(depth)).replaceAll('\n' + at(depth) + '  ', `\n${at(depth + 1)}`)
  const lines = ['plimsoll: 1', `name: Made up${comment()}`, ...(of.blank ? [''] : []), `systems:${comment()}`]
  of.systems.forEach((system, i) => {
    if (of.comments) lines.push(`${at(1)}${comment().trim()}`)
    if (!system.block) lines.push(`${at(1)}s${i}: { category: shop, limits: 60/minute }${comment()}`)
    else lines.push(`${at(1)}s${i}:${comment()}`, deep(`${at(2)}about: ${system.about}`, 2), `${at(2)}interface: ${system.short ? 'api' : '{ form: api, sandbox: own }'}${comment()}`, `${at(2)}holds: [thing]${comment()}`)
    if (of.blank) lines.push('')
  })
  if (of.flows.length > 0) lines.push(`flows:${comment()}`, ...of.flows.map((flow, i) => `${at(1)}f${i}:${flow.startsWith('\n') ? '' : ' '}${deep(flow, 2)}`))
  const text = lines.join('\n') + (of.end ? '\n' : '')
  return { text: of.windows ? text.replaceAll('\n', '\r\n') : text }
})
