import { createHash } from 'node:crypto'
import type { Plan } from '../model.ts'

/** Labels, notes and places; who is told but not what runs; what changes with the day or the machine. */
const LEFT_OUT: ReadonlySet<string> = new Set(['about', 'links', 'tags', 'folder', 'file', 'notRunnable', 'digest', 'environment', 'email', 'phone'])
const SECTIONS_LEFT_OUT: ReadonlySet<string> = new Set(['questions', 'environments'])

/**
 * SHA-256 over the normal form. Equal digests mean equal behaviour, whether the plan was written in one file or several, in
 * YAML or TypeScript, with short forms or long ones.
 */
export function digestOf(plan: Plan): string {
  const kept = new Map([...plan.kept].filter(([section]) => !SECTIONS_LEFT_OUT.has(section)))
  const people = [...plan.people.keys()]
  return createHash('sha256').update(canonical({ ...plan, kept, people }, false)).digest('hex')
}

/** Maps and lists keep their order, which is part of the meaning; keys of objects of the normal form do not have one. */
function canonical(value: unknown, data: boolean): string {
  if (value === undefined) return 'null'
  if (typeof value === 'function') return JSON.stringify(`function ${value.toString()}`)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (value instanceof Map) {
    const pairs = [...value].filter(([key]) => !(data && typeof key === 'string' && LEFT_OUT.has(key)))
    return `{${pairs.map(([key, item]) => `[${JSON.stringify(key)},${canonical(item, data)}]`).join(',')}}`
  }
  if (value instanceof Set) return `{${[...value].map((item) => JSON.stringify(item)).sort().join(',')}}`
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, data)).join(',')}]`
  const object = value as Record<string, unknown>
  return `{${Object.keys(object).filter((key) => !LEFT_OUT.has(key)).sort().map((key) => `${JSON.stringify(key)}:${canonical(object[key], data || key === 'kept')}`).join(',')}}`
}
