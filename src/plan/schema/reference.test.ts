import { expect, test } from 'vitest'
import { reference } from './reference.ts'
import { resolve, type Schema, type Shape } from './kinds.ts'
import { PLAN } from './plan-schema.ts'

const shapes = new Map<string, Shape>()
const collect = (schema: Schema): void => {
  const kind = resolve(schema)
  if (kind.is === 'list' || kind.is === 'map') collect(kind.of)
  if (kind.is === 'form') [kind.map, kind.other].forEach(collect)
  if (kind.is !== 'shape' || shapes.has(kind.id)) return
  shapes.set(kind.id, kind)
  for (const key of Object.values(kind.keys)) collect(key.value)
}
collect(PLAN)

test('the plan reference in docs is the one that the description gives (vitest -u writes it)', async () => {
  await expect(reference()).toMatchFileSnapshot('../../../docs/plan-reference.md')
})

test('the reference shows every key of every form', () => {
  const text = reference()
  expect(shapes.size).toBeGreaterThan(50)
  for (const shape of shapes.values()) {
    for (const [name, key] of Object.entries(shape.keys)) expect(text, `${shape.id}.${name}`).toMatch(new RegExp(`\\| \`${name}\` \\|.*${key.about.slice(0, 20).replaceAll(/[^\w ]/g, '.').replaceAll('|', '.')}`))
  }
})

test('every key says what it is in a sentence, and its forms have ids of their own', () => {
  for (const shape of shapes.values()) {
    for (const [name, key] of Object.entries(shape.keys)) expect(key.about, `${shape.id}.${name}`).toMatch(/^.{3,}[.]$/)
  }
  expect(new Set([...shapes.values()].map((shape) => shape.what)).size).toBe(shapes.size)
  const links = [...reference().matchAll(/\]\(#([^)]+)\)/g)].map((m) => m[1]!)
  const headings = new Set([...reference().matchAll(/^#### (.+)$/gm)].map((m) => m[1]!.toLowerCase().replaceAll(/[^a-z0-9 -]/g, '').replaceAll(' ', '-')))
  expect(links.filter((link) => !headings.has(link))).toEqual([])
})
