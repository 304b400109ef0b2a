import { createHash } from 'node:crypto'
import type { Plan } from '../model.ts'

/** Labels, notes and places; who is told but not what runs; what changes with the day or the machine. */
const LEFT_OUT: ReadonlySet<string> = new Set(['about', 'links', 'tags', 'folder', 'file', 'notRunnable', 'digest', 'environment', 'written', 'email', 'phone'])
/** In sections that are kept as written, where an element may bear the same name. */
const NOTES: ReadonlySet<unknown> = new Set(['about', 'links', 'tags'])
const isNote = (key: unknown, value: unknown): boolean => NOTES.has(key) && (typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string')))
const SECTIONS_LEFT_OUT: ReadonlySet<string> = new Set(['questions', 'environments'])

export type AgreedPlan = Omit<Plan, 'digest' | 'written' | 'said'>

/**
 * SHA-256 over the normal form. Equal digests mean equal behaviour, whether the plan was written in one file or several, in
 * YAML or TypeScript, with short forms or long ones. The order of systems counts, since it decides ties; that of other
 * sections and of their elements does not.
 */
export function digestOf(plan: AgreedPlan): string {
  const kept = [...plan.kept].filter(([section]) => !SECTIONS_LEFT_OUT.has(section)).map(([section, value]) => [section, value instanceof Map ? sorted(value) : value] as const)
  // A document that says the same under another version or date is the same agreement.
  const { version: _version, date: _date, ...said } = plan
  const agreed = {
    ...said,
    types: sorted(plan.types), entities: sorted(plan.entities), flows: sorted(plan.flows), calendars: sorted(plan.calendars), teams: sorted(plan.teams),
    people: [...plan.people.keys()].toSorted(),
    kept: sorted(new Map(kept)),
  }
  return createHash('sha256').update(canonical(agreed, false)).digest('hex')
}

const sorted = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> => new Map([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** `data`: a section that is kept as written. */
function canonical(value: unknown, data: boolean): string {
  if (value === undefined) return 'null'
  if (typeof value === 'function') return JSON.stringify(`function ${value.toString()}`)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (value instanceof Map) {
    const pairs = [...value].filter(([key, item]) => !(data && isNote(key, item)))
    return `{${pairs.map(([key, item]) => `[${JSON.stringify(key)},${canonical(item, data)}]`).join(',')}}`
  }
  if (value instanceof Set) return `{${[...value].map((item) => JSON.stringify(item)).sort().join(',')}}`
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, data)).join(',')}]`
  const object = value as Record<string, unknown>
  return `{${Object.keys(object).filter((key) => !LEFT_OUT.has(key)).sort().map((key) => `${JSON.stringify(key)}:${canonical(object[key], data || key === 'kept')}`).join(',')}}`
}
