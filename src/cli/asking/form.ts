/** In which form a place of the plan is answered: one of a few words, names of the plan, a text, a list, or new elements. */
import { labelOf } from '../../plan/names.ts'
import { entriesAt, textAt } from '../../plan/normal/reading.ts'
import { keyOf, type MapOf, type RefKind, resolve, type Schema, type Shape } from '../../plan/schema/kinds.ts'
import { namesIn } from '../../plan/schema/names-in.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import { SCALARS } from '../../plan/schema/scalars.ts'
import { REFS } from '../../plan/schema/validate.ts'
import type { MapNode } from '../../plan/tree.ts'
import { longForm, schemaAt } from '../../plan/write/content.ts'
import { connectorAliases, connectorNames } from '../../systems/registry.ts'

export interface Choice { readonly value: string; readonly hint?: string }
/** A section in which a new element can be made when an answer needs one. */
export type Section = 'people' | 'teams' | 'systems' | 'entities' | 'flows' | 'objectives' | 'problems' | 'milestones' | 'calendars' | 'scenarios'

export type Form =
  | { readonly is: 'one'; readonly of: readonly Choice[]; readonly add: readonly Section[] }
  | { readonly is: 'some'; readonly of: readonly Choice[]; readonly add: readonly Section[] }
  /** Sentences, one after the other. */
  | { readonly is: 'sentences' }
  /** New elements of a section, one after the other. */
  | { readonly is: 'elements'; readonly section: string; readonly element: Schema }
  | { readonly is: 'typed'; readonly what: string }

/** What is asked at once when an element is made; the rest becomes a question of its own. */
export const FIRST_KEYS: Readonly<Record<string, readonly string[]>> = {
  people: ['email'], teams: ['kind'], systems: ['category'], entities: ['fields'], flows: ['entity', 'from', 'to'], objectives: [], problems: [], milestones: ['date'],
  existing: ['from', 'to', 'how'], processes: ['follows'], calendars: ['days', 'hours'], decisions: ['who', 'because'],
}
/** Sections whose elements are called by a sentence or label that stands under this key. */
export const SAID_AS: Readonly<Record<string, string>> = { people: 'name', objectives: 'statement', problems: 'statement', decisions: 'decision' }

const NEW: Readonly<Partial<Record<RefKind, readonly Section[]>>> = {
  person: ['people'], team: ['teams'], party: ['people', 'teams'], lane: ['people', 'teams', 'systems'], system: ['systems'], entity: ['entities'], flow: ['flows'],
  calendar: ['calendars'], milestone: ['milestones'], objective: ['objectives'], serves: ['objectives', 'problems'],
}
const SECTION_OF: Readonly<Partial<Record<RefKind, readonly string[]>>> = {
  person: ['people'], team: ['teams'], party: ['people', 'teams'], lane: ['people', 'teams', 'systems'], system: ['systems'], entity: ['entities'], flow: ['flows'], scenario: ['scenarios'],
  calendar: ['calendars'], milestone: ['milestones'], objective: ['objectives'], serves: ['objectives', 'problems'], channel: ['channels'],
}

const CONNECTORS: readonly Choice[] = [...connectorNames(), ...connectorAliases.keys()].map((value) => ({ value }))

export function formFor(place: readonly string[], tree: MapNode): Form {
  return formOf(schemaAt(PLAN, place), place, tree)
}

export function formOf(schema: Schema, place: readonly string[], tree: MapNode): Form {
  const kind = resolve(schema)
  if (place[0] === 'systems' && place.length === 3 && place[2] === 'connector') return { is: 'one', of: CONNECTORS, add: [] }
  if (kind.is === 'word') return { is: 'one', of: kind.words.map((value) => ({ value })), add: [] }
  if (kind.is === 'scalar') return kind.scalar === 'boolean' ? { is: 'one', of: [{ value: 'true', hint: 'yes' }, { value: 'false', hint: 'no' }], add: [] } : { is: 'typed', what: SCALARS[kind.scalar].what }
  if (kind.is === 'ref') return names(kind.to, kind.also, place, tree, 'one')
  if (kind.is === 'list') {
    const of = resolve(kind.of)
    if (of.is === 'word') return { is: 'some', of: of.words.map((value) => ({ value })), add: [] }
    if (of.is === 'ref') return names(of.to, of.also, place, tree, 'some')
    if (of.is === 'scalar' && of.scalar === 'text') return { is: 'sentences' }
    return { is: 'typed', what: 'a list' }
  }
  if (kind.is === 'map') return ofMap(kind, place, tree)
  if (kind.is === 'form') {
    const list = resolve(kind.other)
    return list.is === 'list' ? formOf(list, place, tree) : { is: 'typed', what: whatOf(kind.map) }
  }
  if (kind.is === 'shape' && kind.main !== undefined && keyOf(kind, kind.main)) {
    const main = formOf(keyOf(kind, kind.main)!.value, place, tree)
    // A choice hides that more could be said; a text does not.
    if (main.is === 'one' && !kind.words) return main
  }
  return { is: 'typed', what: whatOf(kind) }
}

function ofMap(kind: MapOf, place: readonly string[], tree: MapNode): Form {
  if (typeof kind.key === 'object' && kind.key.is === 'ref' && kind.listed === 'object') return names(kind.key.to, [], place, tree, 'some')
  if (kind.key === 'name' && place.length === 1 && Object.hasOwn(FIRST_KEYS, place[0]!)) return { is: 'elements', section: place[0]!, element: kind.of }
  return { is: 'typed', what: whatOf(kind) }
}

function whatOf(schema: Schema): string {
  const kind = resolve(schema)
  return kind.is === 'shape' ? describe(kind) : kind.is === 'map' ? 'names and values, as in the example' : kind.is === 'form' ? whatOf(kind.map) : 'as in the example'
}

const describe = (shape: Shape): string => `${shape.what}, as in the example`

function names(to: RefKind, also: readonly string[], place: readonly string[], tree: MapNode, is: 'one' | 'some'): Form {
  const add = NEW[to] ?? []
  const known = to === 'field' ? fieldsFor(place, tree) : to === 'system' && place[0] === 'entities' ? senders(place[1]!, tree) : namesIn(tree)[to] ?? []
  if (known.length + also.length === 0 && add.length === 0) return { is: 'typed', what: is === 'one' ? `the name of ${REFS[to]}` : `names, parted by commas` }
  const label = (name: string): string => (SECTION_OF[to] ?? []).map((section) => textAt(tree, section, name, 'name')).find((text) => text !== undefined) ?? labelOf(name)
  return { is, of: [...known, ...also].map((value) => ({ value, hint: label(value) })), add }
}

/** Fields of the entity about which is asked. */
function fieldsFor(place: readonly string[], tree: MapNode): readonly string[] {
  const [section, name] = place
  const entity = section === 'entities' ? name : section === 'flows' ? textAt(tree, 'flows', name!, 'entity') : section === 'systems' && place[2] === 'holds' ? place[3] : undefined
  return entity === undefined ? [] : entriesAt(tree, 'entities', entity, 'fields').map((e) => e.key)
}

/** Only who sends something can be right about it. */
function senders(entity: string, tree: MapNode): readonly string[] {
  const flows = longForm(tree)
  const found = entriesAt(flows, 'flows').filter((e) => textAt(e.value, 'entity') === entity).flatMap((e) => ['from', 'between'].flatMap((side) => entriesAt(e.value, side).map((end) => end.key)))
  return [...new Set(found)]
}
