/**
 * What is known of products beyond the plan (plan-language §7.5): a system whose connector is a product's takes over what the catalogue
 * says of it, and an entity that is a standard one and says no fields has those of the standard. What the plan says itself wins.
 * It works on the long form, before anything is checked; what it adds stands where the connector, or the entity, was named.
 */
import type { Mistake } from './mistakes.ts'
import { at, entriesAt, overlay, textAt, without } from './normal/reading.ts'
import { readObject } from './read-object.ts'
import { normalise } from './schema/normalise.ts'
import { PLAN } from './schema/plan-schema.ts'
import { entry, type Entry, type MapNode, type Node, type Place } from './tree.ts'

/** Plain data in the words of the plan. */
export interface Catalogue {
  /** What a plan would say of such a system: `connector` with its settings, `category`, `limits`, `types`, `holds` by standard entity. */
  product(connector: string): unknown
  /** The standard entities with their fields. */
  standard(): unknown
}

export function withCatalogue(plan: MapNode, catalogue: Catalogue | undefined): { readonly tree: MapNode; readonly mistakes: readonly Mistake[] } {
  if (!catalogue) return { tree: plan, mistakes: [] }
  const products = new Map(entriesAt(plan, 'systems').flatMap((e) => {
    const connector = at(e.value, 'connector')
    const known = connector?.is === 'text' ? catalogue.product(connector.text) : undefined
    return known === undefined ? [] : [[e.key, { known: longForm({ systems: { it: known } }, 'systems', 'it'), place: connector!.place }] as const]
  }))
  const bare = entriesAt(plan, 'entities').some((e) => e.value.is === 'map' && !entry(e.value, 'fields'))
  if (products.size === 0 && !bare) return { tree: plan, mistakes: [] }
  const standard = longForm({ entities: catalogue.standard() }, 'entities')
  const entities = new Map(entriesAt(plan, 'entities').map((e) => {
    const name = textAt(e.value, 'standard') ?? e.key
    return [e.key, name === 'none' ? undefined : name] as const
  }))
  const filled = section(plan, 'entities', (e) => withFields(e, at(standard, entities.get(e.key) ?? ''), entities))
  const mistakes: Mistake[] = []
  const tree = section(filled, 'systems', (e) => {
    const product = products.get(e.key)
    if (!product || e.value.is !== 'map') return e.value
    const fits: Fits = { plan: filled, standard, entities, place: product.place, mistakes }
    return withProduct(e.value, product.known, fits)
  })
  return { tree, mistakes }
}

function longForm(plan: object, ...path: readonly string[]): Node | undefined {
  const { root } = readObject(plan, 'catalogue')
  return root && at(normalise(root, PLAN), ...path)
}

const section = (plan: MapNode, name: string, change: (e: Entry) => Node): MapNode => ({
  ...plan,
  entries: plan.entries.map((part) => (part.key === name && part.value.is === 'map' ? { ...part, value: { ...part.value, entries: part.value.entries.map((e) => ({ ...e, value: change(e) })) } } : part)),
})

/** Everything below stands at `place`: nobody wrote it, so nobody can be shown another line. */
function placed<N extends Node>(node: N, place: Place): N {
  if (node.is === 'list') return { ...node, place, items: node.items.map((item) => placed(item, place)) }
  if (node.is === 'map') return { ...node, place, entries: node.entries.map((e) => ({ key: e.key, keyPlace: place, value: placed(e.value, place) })) }
  return { ...node, place }
}

// ── entities without fields ──────────────────────────────────────────────────────────────────────────────────────────

function withFields(e: Entry, standard: Node | undefined, entities: ReadonlyMap<string, string | undefined>): Node {
  if (e.value.is !== 'map' || standard?.is !== 'map' || entry(e.value, 'fields')) return e.value
  const own = new Map([...entities].flatMap(([name, of]) => (of === undefined ? [] : [[of, name] as const])))
  return overlay(placed(linked(standard, own) as MapNode, e.keyPlace), e.value)!
}

/** References to entities that the plan does not have are left out; the others lead to the plan's own name. */
function linked(node: Node, own: ReadonlyMap<string, string>): Node | undefined {
  if (node.is === 'list') return { ...node, items: node.items.flatMap((item) => linked(item, own) ?? []) }
  if (node.is !== 'map') return node
  const to = at(node, 'to')
  if (to?.is === 'text') {
    const name = own.get(to.text)
    return name === undefined ? undefined : { ...node, entries: node.entries.map((e) => (e.key === 'to' ? { ...e, value: { ...to, text: name } } : e)) }
  }
  return { ...node, entries: node.entries.flatMap((e) => {
    const value = linked(e.value, own)
    return value ? [{ ...e, value }] : []
  }) }
}

// ── systems of a product ─────────────────────────────────────────────────────────────────────────────────────────────

interface Fits {
  readonly plan: MapNode
  readonly standard: Node | undefined
  readonly entities: ReadonlyMap<string, string | undefined>
  readonly place: Place
  readonly mistakes: Mistake[]
}

function withProduct(own: MapNode, product: Node | undefined, fits: Fits): Node {
  if (product?.is !== 'map') return own
  const whole = overlay(placed(without(product, 'holds'), fits.place), without(own, 'connector')) as MapNode
  const holds = entry(whole, 'holds')
  if (holds?.value.is !== 'map') return whole
  const filled: MapNode = { ...holds.value, entries: holds.value.entries.map((e) => {
    const known = at(product, 'holds', fits.entities.get(e.key) ?? '')
    if (known?.is !== 'list' || e.value.is !== 'list') return e
    return { ...e, value: { ...e.value, items: e.value.items.map((item) => (item.is === 'map' ? withHold(item, known.items, e.key, fits) : item)) } }
  }) }
  return { ...whole, entries: whole.entries.map((e) => (e.key === 'holds' ? { ...e, value: filled } : e)) }
}

/** The first that is known is meant, or that of the resource which is named. A hold of any other, or one that travels another way, has nothing to do with them. */
function withHold(own: MapNode, bases: readonly Node[], name: string, fits: Fits): Node {
  const resource = textAt(own, 'resource')
  const base = bases.find((one) => resource === undefined || resource === textAt(one, 'resource'))
  if (entry(own, 'connector') || base?.is !== 'map') return own
  const written = at(own, 'fields')
  const known = at(base, 'fields')
  const whole = overlay(placed(without(base, 'fields'), fits.place), without(own, 'fields')) as MapNode
  if ((written && written.is !== 'map') || known?.is !== 'map') return overlay(whole, own)!
  const fields = at(fits.plan, 'entities', name, 'fields')
  const standard = at(fits.standard, fits.entities.get(name) ?? '', 'fields')
  const added = known.entries.flatMap((e): Entry[] => {
    const field = e.key === 'id' ? undefined : at(fields, e.key)
    if ((written && entry(written, e.key)) || (!field && e.key !== 'id')) return []
    const mapping = e.key === 'id' ? e.value : fitted(e.value, field!, at(standard, e.key), fits, `${name}.${e.key}`)
    return mapping ? [{ ...e, keyPlace: fits.place, value: placed(mapping, fits.place) }] : []
  })
  const place = written?.place ?? fits.place
  const value: MapNode = { is: 'map', place, entries: [...(written?.is === 'map' ? written.entries : []), ...added] }
  return { ...whole, entries: [...whole.entries, { key: 'fields', keyPlace: place, value }] }
}

/** The mapping without members that the plan's field does not have; undefined, and told, where the field is of another kind. */
function fitted(mapping: Node, field: Node, standard: Node | undefined, fits: Fits, name: string): Node | undefined {
  const own = shapeOf(field, at(fits.plan, 'types'))
  const theirs = standard && shapeOf(standard, undefined)
  if (theirs && own.kind !== theirs.kind) {
    fits.mistakes.push({
      id: 'type-conflict', severity: 'error', place: field.place, says: `${name} is ${an(own.kind)} here; the catalogue knows it as ${an(theirs.kind)}, so its mapping does not fit.`,
      mend: `Make it ${an(theirs.kind)}, give it another name, or map it yourself in \`holds\`.`,
    })
    return undefined
  }
  const members = at(mapping, 'fields')
  if (members?.is !== 'map' || !own.members || mapping.is !== 'map') return mapping
  const kept = members.entries.flatMap((e): Entry[] => {
    const member = at(own.members, e.key)
    if (!member) return e.key === 'id' ? [e] : []
    const value = fitted(e.value, member, at(theirs?.members, e.key), fits, `${name}.${e.key}`)
    return value ? [{ ...e, value }] : []
  })
  return { ...mapping, entries: mapping.entries.map((e) => (e.key === 'fields' ? { ...e, value: { ...members, entries: kept } } : e)) }
}

interface FieldShape { readonly kind: string; readonly members?: Node }

/** What kind of field it is, through the plan's own names for types. */
function shapeOf(field: Node, types: Node | undefined, depth = 0): FieldShape {
  const type = textAt(field, 'type')
  const named = type === undefined ? undefined : at(types, type)
  if (named && depth < MOST_NAMES) return shapeOf(named, types, depth + 1)
  if (type !== undefined) return { kind: type }
  const group = at(field, 'group')
  if (group) return { kind: 'group', members: group }
  const item = at(field, 'list')
  if (item) {
    const of = shapeOf(item, types, depth + 1)
    return { kind: `list of ${of.kind}`, ...(of.members ? { members: of.members } : {}) }
  }
  return { kind: KINDS.find((key) => at(field, key) !== undefined) ?? 'field' }
}
const MOST_NAMES = 20
const KINDS = ['money', 'quantity', 'codes', 'to'] as const
const WORDS: Readonly<Record<string, string>> = { codes: 'a list of codes', to: 'a reference', money: 'money' }
const an = (kind: string): string => WORDS[kind] ?? (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`)
