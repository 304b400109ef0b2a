/**
 * `schema/` describes the plan language once, as data. From this description come the short forms, the validation, the
 * JSON Schema and the reference. This file says of which kinds a description is made; the chapters use them.
 */
import type { ScalarName } from './scalars.ts'

export type Schema = Scalar | Word | Ref | ListOf | MapOf | Shape | ByForm | Lazy | Anything

/** A single value that a parser understands. */
export interface Scalar { readonly is: 'scalar'; readonly scalar: ScalarName }
/** One of a few words. */
export interface Word { readonly is: 'word'; readonly words: readonly string[] }
/** The name of something that is defined elsewhere in the plan; whether it exists is a cross-check. */
export interface Ref {
  readonly is: 'ref'
  readonly to: RefKind
  /** Words that may stand here instead of a name. */
  readonly also: readonly string[]
}
export type RefKind =
  | 'person' | 'team' | 'party' | 'system' | 'entity' | 'field' | 'flow' | 'scenario' | 'step' | 'calendar' | 'milestone'
  | 'channel' | 'node' | 'zone' | 'type' | 'objective' | 'serves' | 'lane' | 'code'
/** A single item may always stand alone. */
export interface ListOf { readonly is: 'list'; readonly of: Schema; readonly atLeast: number }
/** Named elements, all of one form. */
export interface MapOf {
  readonly is: 'map'
  /** What a key is: a name the author chooses, a name that is defined elsewhere, free text, or a place in the plan. */
  readonly key: 'name' | 'text' | 'place' | Ref | Word
  readonly of: Schema
  /** Short form: a list of keys, for values that may be empty (`object`) or are labels (`label`: the key itself). */
  readonly listed?: 'object' | 'label'
  readonly example?: string
}
/** An object with known keys. */
export interface Shape {
  readonly is: 'shape'
  /** Stable id for the JSON Schema, `flow`. */
  readonly id: string
  /** What it is, for sentences: `a flow`. */
  readonly what: string
  readonly keys: Readonly<Record<string, Key>>
  /** Key whose value may stand alone. */
  readonly main?: string
  /** Single words that stand for a whole object. */
  readonly words?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Exactly one of these keys must stand. */
  readonly oneOf?: readonly string[]
  /** A word that must fit the key beside which it stands, and stands beside each of them. */
  readonly fits?: { readonly key: string; readonly beside: Readonly<Record<string, readonly string[]>> }
  /** Keys that must never stand here although they are known elsewhere, with the mistake's id and what to do. */
  readonly never?: { readonly keys: readonly string[]; readonly id: string; readonly says: string; readonly mend: string }
}
/** A map is one thing, anything else another. */
export interface ByForm {
  readonly is: 'form'
  readonly map: Schema
  readonly other: Schema
  /** The map stands for `other` with the map under this key; except a map that has only one key, of `single`. */
  readonly wrap?: { readonly key: string; readonly single: readonly string[] }
}
export interface Lazy { readonly is: 'lazy'; readonly get: () => Schema }
/** Anything, kept as it is: settings, examples. */
export interface Anything { readonly is: 'any'; readonly example?: string }

/** When a key is needed (plan-language §16): `required` to be valid, `run`, `launch` to be ready, `asked` otherwise. */
export type Need = 'required' | 'run' | 'launch' | 'asked' | 'optional'

export interface Key {
  readonly value: Schema
  /** One or two sentences for the reference and the editor. */
  readonly about: string
  readonly need: Need
  /** As a person would say it; for the reference and the editor. */
  readonly default?: string
  readonly example?: string
  /** The question of the integration strategy that this key answers. */
  readonly question?: string
}

export const scalar = (name: ScalarName): Scalar => ({ is: 'scalar', scalar: name })
export const word = (...words: string[]): Word => ({ is: 'word', words })
export const ref = (to: RefKind, ...also: string[]): Ref => ({ is: 'ref', to, also })
export const many = (of: Schema, atLeast = 0): ListOf => ({ is: 'list', of, atLeast })
export const named = (of: Schema, options: Partial<Omit<MapOf, 'is' | 'of'>> = {}): MapOf => ({ is: 'map', key: 'name', of, ...options })
export const shape = (id: string, what: string, keys: Readonly<Record<string, Key>>, options: Partial<Omit<Shape, 'is' | 'id' | 'what' | 'keys'>> = {}): Shape =>
  ({ is: 'shape', id, what, keys, ...options })
export const byForm = (map: Schema, other: Schema, wrap?: NonNullable<ByForm['wrap']>): ByForm =>
  wrap ? { is: 'form', map, other, wrap } : { is: 'form', map, other }
export const lazy = (get: () => Schema): Lazy => ({ is: 'lazy', get })
export const anything: Anything = { is: 'any' }

/** A key of a shape: `key(value, about, { need, default, example, question })`. */
export const key = (value: Schema, about: string, more: Partial<Omit<Key, 'value' | 'about'>> = {}): Key =>
  ({ value, about, need: 'optional', ...more })

export const text = scalar('text')
export const name = scalar('name')
export const duration = scalar('duration')
export const share = scalar('share')
export const rate = scalar('rate')
export const money = scalar('money')
export const date = scalar('date')
/** A date or the name of a milestone. */
export const due = scalar('due')
export const cel = many(scalar('cel'))
export const flag = scalar('boolean')
export const whole = scalar('whole')
export const party = ref('party')
export const parties = many(party)

export const resolve = (schema: Schema): Exclude<Schema, Lazy> => (schema.is === 'lazy' ? resolve(schema.get()) : schema)
export const keyOf = (of: Shape, name: string): Key | undefined => (Object.hasOwn(of.keys, name) ? of.keys[name] : undefined)
/** Own notes: kept, never interpreted. */
export const isNote = (key: string): boolean => key.startsWith('x-')
