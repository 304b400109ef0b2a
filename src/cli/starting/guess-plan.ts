/** From what systems hold to entities, fields, types and identifiers. Guesses are careful: a type that refuses values people have is not guessed. */
import { toName } from '../../plan/names.ts'
import { typeParser } from '../../record/types/rules.ts'
import type { DiscoveredField, DiscoveredResource } from '../../systems/contract.ts'
import { IDENTIFYING, wordFor } from './field-words.ts'

export interface FoundSystem {
  readonly name: string
  readonly connector: string
  /** Settings as they stand in the plan; secrets are not among them. */
  readonly settings: Readonly<Record<string, string>>
  /** Secret settings that were given: the variables that hold them. */
  readonly secrets: readonly string[]
  readonly resources: readonly DiscoveredResource[]
  /** The connector finds a table's key by itself. */
  readonly knowsKeys: boolean
}

export interface GuessedHold { readonly system: FoundSystem; readonly resource: DiscoveredResource; readonly fields: ReadonlyMap<string, DiscoveredField> }
export interface GuessedEntity {
  readonly name: string
  readonly holds: readonly GuessedHold[]
  readonly fields: ReadonlyMap<string, string>
  readonly identifiers: readonly string[]
  /** Identifiers that a person may want too. */
  readonly others: readonly string[]
}

/** Numbers that a database gives by itself say nothing elsewhere. */
const isSurrogate = (resource: DiscoveredResource, field: DiscoveredField): boolean =>
  resource.key.length === 1 && resource.key[0] === field.path && (field.type === 'integer' || /(^|_)(id|uuid)$/i.test(field.path))
  && IDENTIFYING.every((pattern) => !pattern.test(wordFor(toName(field.path) ?? '')))

const isPlumbing = (resource: DiscoveredResource, field: DiscoveredField): boolean =>
  field.path === resource.changedAt || field.type === 'file' || /^(created|inserted|updated|modified|changed)(_?(at|on|date|time|ts))?$/i.test(field.path)

function fieldsOf(resource: DiscoveredResource): Map<string, DiscoveredField> {
  const fields = new Map<string, DiscoveredField>()
  for (const field of resource.fields) {
    if (isSurrogate(resource, field) || isPlumbing(resource, field)) continue
    const own = toName(field.path.replaceAll('"', '')) ?? 'field'
    const word = wordFor(own)
    const name = !fields.has(word) && word !== 'id' ? word : own
    fields.set(fields.has(name) || name === 'id' ? `${name}_${fields.size + 1}` : name, field)
  }
  return fields
}

/** `Customers_2026*.xlsx` → `customer`. */
function entityName(resource: string): string {
  const base = resource.split('/').filter((part) => part !== '').at(-1) ?? resource
  const name = toName(base.replace(/\.[a-z]+$/i, '').replaceAll(/[*\d]+/g, ' ').trim()) ?? 'record'
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`
  return /[^su]s$/.test(name) ? name.slice(0, -1) : name
}

function overlap(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): number {
  const shared = [...a.keys()].filter((name) => b.has(name)).length
  return shared / Math.max(1, Math.min(a.size, b.size))
}

export function guessEntities(systems: readonly FoundSystem[]): GuessedEntity[] {
  const groups: { name: string; holds: GuessedHold[]; fields: Map<string, unknown> }[] = []
  for (const system of systems) {
    for (const resource of system.resources) {
      const fields = fieldsOf(resource)
      if (fields.size === 0) continue
      const name = entityName(resource.name)
      const scored = groups.filter((group) => group.holds.every((hold) => hold.system !== system))
        .map((group) => ({ group, score: overlap(group.fields, fields) + (group.name === name ? 0.5 : 0) }))
      const best = scored.toSorted((a, b) => b.score - a.score)[0]
      if (best && best.score >= 0.6) {
        best.group.holds.push({ system, resource, fields })
        for (const [field, of] of fields) best.group.fields.set(field, of)
      } else groups.push({ name, holds: [{ system, resource, fields }], fields: new Map(fields) })
    }
  }
  const taken = new Set<string>()
  return groups.map((group): GuessedEntity => {
    let { name } = group
    while (taken.has(name)) name = `${name}_${group.holds[0]!.system.name}`.slice(0, 60)
    taken.add(name)
    const fields = new Map([...group.fields.keys()].map((field) => [field, typeOf(field, group.holds.flatMap((hold) => hold.fields.get(field) ?? []))]))
    const shared = [...fields.keys()].filter((field) => group.holds.filter((hold) => hold.fields.has(field)).length > 1 || group.holds.length === 1)
    const ranked = IDENTIFYING.flatMap((pattern) => shared.filter((field) => pattern.test(field)))
    const unique = shared.filter((field) => !ranked.includes(field) && group.holds.every((hold) => hold.fields.get(field)?.unique === true) && !/name|date|price|stock|notes|phone/.test(field))
    const all = [...ranked, ...unique]
    return { name, holds: group.holds, fields, identifiers: all.slice(0, 1), others: all.slice(1) }
  })
}

const READING = { timeZone: 'UTC' }
/** A type that all values seen are valid for. Codes of countries and the like would refuse what people typed, so text is enough. */
function typeOf(name: string, fields: readonly DiscoveredField[]): string {
  const examples = fields.flatMap((field) => field.examples ?? [])
  const fits = (is: 'email' | 'integer' | 'decimal'): boolean => examples.length > 0 && examples.every((example) => typeParser({ is }, READING)(example).ok)
  if (name === 'email' && fits('email')) return 'email'
  const types = [...new Set(fields.map((field) => field.type))]
  const leadingZero = examples.some((example) => /^0\d/.test(example))
  if (leadingZero || types.includes('text')) return types.every((type) => type === 'text' || type === 'integer') && types.length > 1 && fits('integer') && !leadingZero ? 'integer' : 'text'
  if (types.length === 1) return types[0]!
  if (types.every((type) => type === 'integer' || type === 'decimal')) return 'decimal'
  if (types.every((type) => type === 'date' || type === 'datetime')) return 'datetime'
  return 'text'
}
