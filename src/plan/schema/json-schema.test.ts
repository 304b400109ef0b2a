import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { parse } from 'yaml'
import { describe, expect, test } from 'vitest'
import { draft07 } from '../../../test/support/draft-07.ts'
import { loadObject, loadText } from '../../../test/support/load-text.ts'
import { readObject } from '../read-object.ts'
import type { MapNode } from '../tree.ts'
import { jsonSchema } from './json-schema.ts'
import { type MapOf, resolve, type Schema, type Shape } from './kinds.ts'
import { namesIn } from './names-in.ts'
import { normalise } from './normalise.ts'
import { PLAN } from './plan-schema.ts'
import { SCALARS } from './scalars.ts'
import { validate } from './validate.ts'

const refuses = draft07(jsonSchema())
const wrongForLoader = (plan: unknown): readonly string[] => {
  const read = readObject(plan, 'plan.ts')
  return [...read.mistakes, ...validate(normalise(read.root!, PLAN) as MapNode, PLAN).mistakes].map((m) => `${m.place.pointer}: ${m.id}: ${m.says}`)
}

/** Any value that a description allows, in short and long forms, as an editor would see it. */
function valueOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const kind = resolve(schema)
  switch (kind.is) {
    case 'any': return fc.constantFrom<unknown>('text', 5, true, ['a'], { b: 1 })
    case 'scalar': return fc.constantFrom(...SCALARS[kind.scalar].examples.map((example) => example.replace(/^"(.*)"$/, '$1')))
    case 'word': return fc.constantFrom(...kind.words)
    case 'ref': return fc.constantFrom('alpha', 'beta_2', ...kind.also)
    case 'list': {
      const item = valueOf(kind.of, depth - 1)
      const list = fc.array(item, { minLength: kind.atLeast, maxLength: Math.max(kind.atLeast, 2) })
      const inner = resolve(kind.of)
      // A list that must have two items can't stand alone.
      return kind.atLeast > 1 || (inner.is === 'list' && inner.atLeast > 1) ? list : fc.oneof(list, item.filter((value) => !Array.isArray(value)))
    }
    case 'map': return fc.oneof(mapOf(kind, depth), ...(kind.listed === undefined ? [] : [fc.uniqueArray(keyOf(kind), { maxLength: 3 }), keyOf(kind)]))
    case 'form': return fc.oneof(valueOf(kind.map, depth), valueOf(kind.other, depth))
    case 'shape': return fc.oneof(
      { weight: 3, arbitrary: shapeOf(kind, depth) },
      ...(kind.main === undefined ? [] : [{ weight: 1, arbitrary: valueOf(kind.keys[kind.main]!.value, depth - 1).filter((v) => typeof v !== 'object') }]),
      ...(kind.words === undefined ? [] : [{ weight: 1, arbitrary: fc.constantFrom<unknown>(...Object.keys(kind.words)) }]),
    )
  }
}

function keyOf(kind: MapOf): fc.Arbitrary<string> {
  if (kind.key === 'name') return fc.constantFrom('one', 'two_3', 'three')
  if (kind.key === 'place') return fc.constantFrom('returns', 'systems.crm.interface')
  if (kind.key === 'text') return fc.constantFrom('23', 'NO', 'any text', 'constructor')
  return valueOf(kind.key, 1) as fc.Arbitrary<string>
}

const mapOf = (kind: MapOf, depth: number): fc.Arbitrary<unknown> =>
  depth <= 0 ? fc.constant({}) : fc.dictionary(keyOf(kind), valueOf(kind.of, depth - 1), { maxKeys: 2, noNullPrototype: true })

function shapeOf(kind: Shape, depth: number): fc.Arbitrary<unknown> {
  const needed = Object.keys(kind.keys).filter((key) => kind.keys[key]!.need === 'required')
  const exclusive: readonly string[] = kind.oneOf ?? []
  const free = Object.keys(kind.keys).filter((key) => !needed.includes(key) && !exclusive.includes(key))
  // Deep down only simple forms, so that generating ends.
  const choices = depth > 0 ? exclusive : exclusive.slice(0, 1)
  const optional = depth > 0 && free.length > 0 ? fc.uniqueArray(fc.constantFrom(...free), { maxLength: 3 }) : fc.constant<string[]>([])
  return fc.tuple(optional, choices.length > 0 ? fc.constantFrom(...choices).map((key) => [key]) : fc.constant<string[]>([]))
    .chain(([some, one]) => {
      const fit = one.map((key) => kind.fits?.beside[key]).find((words) => words !== undefined)
      const values = [...needed, ...one, ...some].map((key) => [key, valueOf(kind.keys[key]!.value, depth - 1)] as const)
      return fc.record(Object.fromEntries(fit ? [...values, [kind.fits!.key, fc.constantFrom(...fit)]] : values))
    })
}

const plans = shapeOf(PLAN, 6) as fc.Arbitrary<Record<string, unknown>>

/** In `list: { group: …, name: … }` the loader sees members named `group` and `name`: only a single key is a form of the item. */
function mixesItemForms(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([key, inner]) => {
    const keys = key === 'list' && typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.keys(inner) : []
    return (keys.length > 1 && keys.some((k) => ['to', 'codes', 'quantity', 'money', 'group', 'list', 'type'].includes(k))) || mixesItemForms(inner)
  })
}

describe('the JSON Schema', () => {
  test.each(['first-25-lines', 'customer-360', 'online-shop'])('accepts %s as an editor reads it', (name) => {
    expect(refuses(parse(readFileSync(`test/plans/${name}.yaml`, 'utf8')))).toEqual([])
  })

  test('and the loader accept any plan that the description allows', () => {
    let sections = 0
    fc.assert(fc.property(plans, (plan) => {
      fc.pre(!mixesItemForms(plan))
      sections += Object.keys(plan).length - 2
      expect(wrongForLoader(plan)).toEqual([])
      expect(refuses(plan)).toEqual([])
    }), { numRuns: 400 })
    expect(sections).toBeGreaterThan(200)
  })

  test('no plan that the description allows crashes the loader', () => {
    fc.assert(fc.property(plans, (plan) => {
      const { mistakes } = loadObject(plan)
      for (const mistake of mistakes) expect(mistake.says).not.toBe('')
    }), { numRuns: 200 })
  })

  test.each<[what: string, plan: Record<string, unknown>]>([
    ['an unknown section', { sytems: {} }],
    ['an unknown key', { flows: { f: { entity: 'c', colour: 'blue' } } }],
    ['a missing key', { problems: { p: { costs: 'much' } } }],
    ['a bad name', { systems: { 'Big-Shop': {} } }],
    ['a bare number as duration', { flows: { f: { entity: 'c', trigger: { every: 5 } } } }],
    ['a rate in words', { systems: { s: { limits: { calls: '100 per minute' } } } }],
    ['a share without %', { flows: { f: { entity: 'c', brake: { share: 0.2 } } } }],
    ['a wrong word', { systems: { s: { category: 'shopp' } } }],
    ['yes for true', { flows: { f: { entity: 'c', trigger: { event: 'yes' } } } }],
    ['two forms of a field', { entities: { c: { fields: { a: { type: 'text', to: 'c' } } } } }],
    ['a list for a text', { flows: { f: { entity: ['a'] } } }],
    ['a date in another order', { milestones: { m: { date: '1.3.2027' } } }],
    ['a state that its subject never has', { scenarios: { s: { when: { flow: 'f', is: 'unreachable' } } } }],
    ['a subject without a state', { scenarios: { s: { when: { flow: 'f' } } } }],
    ['another version', { plimsoll: 2 }],
    ['a meaning in an environment', { environments: { test: { entities: {} } } }],
  ])('and the loader refuse %s', (_what, wrong) => {
    const plan = { plimsoll: 1, name: 'A', ...wrong }
    expect(wrongForLoader(plan)).not.toEqual([])
    expect(refuses(plan)).not.toEqual([])
  })

  test.each(['first-25-lines', 'customer-360', 'online-shop'])('of %s offers its names and accepts it', (name) => {
    const text = readFileSync(`test/plans/${name}.yaml`, 'utf8')
    const own = draft07(jsonSchema({ names: namesIn(loadText(text).tree!) }))
    expect(own(parse(text))).toEqual([])
    const other = (plan: Record<string, unknown>) => own({ ...(parse(text) as object), ...plan })
    expect(other({ flows: { f: { entity: 'custmer' } } })).not.toEqual([])
    expect(other({ flows: { f: { entity: 'product', from: 'shpo' } } })).not.toEqual([])
  })

  test('knows the settings of each connector', () => {
    const schema = jsonSchema({ connectors: [{ name: 'csv', settings: [{ name: 'folder', about: 'Where files lie.' }, { name: 'password', about: 'Key.', secret: true }] }] })
    expect(JSON.stringify(schema)).toContain('Where files lie.')
    expect(draft07(schema)({ plimsoll: 1, name: 'A', systems: { s: { connector: 'csv', settings: { folder: 'x' } } } })).toEqual([])
  })

  test('says of each key what it is, and carries the questions of the strategy', () => {
    const flow = (jsonSchema()['definitions'] as Record<string, { properties: Record<string, Record<string, unknown>> }>)['flow']!.properties
    for (const [key, of] of Object.entries(flow)) expect(of['description'], key).toMatch(/\.$/)
    expect(flow['trigger']!['x-question']).toBe('Automatic or on demand? How often?')
    expect(flow['when_deleted']!['default']).toBe('ignore')
  })
})
