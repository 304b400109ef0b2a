/* oxlint-disable unicorn/no-thenable -- `then` is a word of JSON Schema. */
/**
 * JSON Schema (draft-07) of the written form, for completion and hints in editors. It accepts whatever the loader accepts
 * and refuses the same, except names that do not exist and cross-checks: those are the loader's.
 */
import { NAME_PATTERN } from '../names.ts'
import { isWrong } from '../values.ts'
import { SCALAR_TYPES } from './chapter-data.ts'
import { CHAPTERS, PLAN } from './plan-schema.ts'
import { type ByForm, type Key, type ListOf, type MapOf, type Ref, type RefKind, resolve, type Schema, type Shape, type Word } from './kinds.ts'
import { SCALARS, type ScalarName } from './scalars.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonSchema = { readonly [key: string]: Json }

export interface ConnectorSettings {
  /** As it stands at `connector`; words such as `csv` have rows of their own. */
  readonly name: string
  readonly settings: readonly { readonly name: string; readonly about: string; readonly secret?: boolean; readonly default?: string; readonly values?: readonly string[] }[]
}

export interface JsonSchemaOptions {
  /** Names of one plan, written in as choices (`schema --for`). */
  readonly names?: Partial<Readonly<Record<RefKind, readonly string[]>>>
  readonly connectors?: readonly ConnectorSettings[]
}

export function jsonSchema(options: JsonSchemaOptions = {}): JsonSchema {
  const writer = new Writer(options)
  const root = writer.shape(PLAN)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A plan of Plimsoll',
    ...root,
    'x-chapters': CHAPTERS.map((chapter) => ({ title: chapter.title, sections: Object.keys(chapter.sections) })),
    definitions: Object.fromEntries(writer.definitions),
  }
}

/** Texts that YAML in an editor takes for a number or true and false. */
const ALSO: Partial<Readonly<Record<ScalarName, readonly string[]>>> = {
  text: ['number', 'boolean'], exact: ['number', 'boolean'], measure: ['number'], path: ['number'], whole: ['integer'], number: ['number'],
  boolean: ['boolean'], part: ['integer'], cel: ['boolean'], computed: ['boolean'], pattern: ['number'],
}

/** An empty value stands for an empty object. */
const EMPTY: JsonSchema = { type: 'null' }

class Writer {
  readonly definitions = new Map<string, JsonSchema>()
  readonly #options: JsonSchemaOptions
  constructor(options: JsonSchemaOptions) {
    this.#options = options
  }

  #of(schema: Schema): JsonSchema {
    const kind = resolve(schema)
    switch (kind.is) {
      case 'any': return {}
      case 'scalar': return scalarSchema(kind.scalar)
      case 'word': return wordSchema(kind)
      case 'ref': return this.#ref(kind)
      case 'list': return this.#list(kind)
      case 'map': return this.#map(kind)
      case 'form': return this.#form(kind)
      case 'shape': return this.#shapeOrShort(kind)
    }
  }

  #key(key: Key): JsonSchema {
    const value = this.#of(key.value)
    const initial = literalDefault(key)
    const about = [key.about, ...(key.default === undefined ? [] : [`Default: ${key.default}.`])].join(' ')
    return {
      description: about,
      ...(key.question === undefined ? {} : { 'x-question': key.question }),
      ...(key.need === 'optional' || key.need === 'required' ? {} : { 'x-needed': key.need }),
      ...(key.example === undefined ? {} : { examples: [key.example] }),
      ...(initial === undefined ? {} : { default: initial }),
      // Beside $ref draft-07 ignores everything.
      ...('$ref' in value ? { allOf: [value] } : value),
    }
  }

  /** The object alone. */
  shape(kind: Shape): JsonSchema {
    const required = Object.keys(kind.keys).filter((key) => kind.keys[key]!.need === 'required')
    return {
      type: 'object',
      description: `${kind.what.charAt(0).toUpperCase()}${kind.what.slice(1)}.`,
      properties: Object.fromEntries(Object.entries(kind.keys).map(([name, key]) => [name, this.#key(key)])),
      ...(required.length > 0 ? { required } : {}),
      ...(kind.oneOf ? { oneOf: kind.oneOf.map((key) => ({ required: [key] })) } : {}),
      ...(kind.fits ? { allOf: fitting(kind.fits) } : {}),
      ...(kind.id === 'system' && this.#options.connectors ? { allOf: this.#options.connectors.map(settingsFor) } : {}),
      patternProperties: { '^x-': {} },
      additionalProperties: false,
    }
  }

  #shapeOrShort(kind: Shape): JsonSchema {
    if (!this.definitions.has(kind.id)) {
      this.definitions.set(kind.id, {})
      this.definitions.set(kind.id, this.shape(kind))
    }
    const object: JsonSchema = { $ref: `#/definitions/${kind.id}` }
    const short = [
      ...(kind.main === undefined ? [] : [this.#of(kind.keys[kind.main]!.value)]),
      ...(kind.words ? [{ enum: Object.keys(kind.words).flatMap(written) }] : []),
      ...(!kind.oneOf && Object.values(kind.keys).every((key) => key.need !== 'required') ? [EMPTY] : []),
    ]
    return short.length === 0 ? object : { anyOf: [object, ...short] }
  }

  #list(kind: ListOf): JsonSchema {
    const item = this.#of(kind.of)
    const array: JsonSchema = { type: 'array', items: item, ...(kind.atLeast > 0 ? { minItems: kind.atLeast } : {}) }
    return kind.atLeast > 1 ? array : { anyOf: [array, item] }
  }

  #map(kind: MapOf): JsonSchema {
    const of = this.#of(kind.of)
    const names = this.#mapKeys(kind.key)
    const object: JsonSchema = {
      type: 'object',
      ...(names ? { propertyNames: names } : {}),
      ...(kind.key === 'name' ? { patternProperties: { '^x-': {} } } : {}),
      additionalProperties: of,
    }
    if (kind.listed === undefined) return { anyOf: [object, EMPTY] }
    const item = names ?? { type: ['string', 'number', 'boolean'] }
    return { anyOf: [object, { type: 'array', items: item }, item] }
  }

  #mapKeys(key: MapOf['key']): JsonSchema | undefined {
    if (key === 'text') return undefined
    if (key === 'name') return { anyOf: [{ pattern: NAME_PATTERN }, { pattern: '^x-' }] }
    if (key === 'place') return { pattern: String.raw`^[a-z][a-z0-9_]*(\.[^.\s]+)*$` }
    return key.is === 'word' ? { enum: key.words } : this.#ref(key)
  }

  #form(kind: ByForm): JsonSchema {
    return { anyOf: [this.#of(kind.map), this.#of(kind.other)] }
  }

  #ref(kind: Ref): JsonSchema {
    const names = this.#options.names?.[kind.to]
    if (names) return { enum: [...new Set([...names, ...kind.also])] }
    return kind.to === 'type' ? { type: 'string', examples: [...SCALAR_TYPES] } : { type: 'string' }
  }
}

function scalarSchema(name: ScalarName): JsonSchema {
  const spec = SCALARS[name]
  const also = ALSO[name] ?? []
  return {
    type: also.length > 0 ? ['string', ...also] : 'string',
    ...(spec.pattern === undefined ? {} : { pattern: spec.pattern }),
    examples: spec.examples.map((example) => example.replace(/^"(.*)"$/, '$1')),
  }
}

const wordSchema = (kind: Word): JsonSchema => ({ enum: kind.words.flatMap(written) })

/** `1` and `true` are a number and a boolean for an editor. */
const written = (word: string): Json[] => (/^\d+$/.test(word) ? [Number(word), word] : word === 'true' || word === 'false' ? [word === 'true', word] : [word])

/** The default as a value, where it is one and not an explanation. */
function literalDefault(key: Key): string | undefined {
  const value = resolve(key.value)
  if (key.default === undefined) return undefined
  if (value.is === 'word') return value.words.includes(key.default) ? key.default : undefined
  const scalar = value.is === 'scalar' ? SCALARS[value.scalar] : undefined
  return scalar?.pattern !== undefined && !isWrong(scalar.read(key.default, '')) ? key.default : undefined
}

const fitting = ({ key, beside }: NonNullable<Shape['fits']>): JsonSchema[] =>
  Object.entries(beside).map(([other, words]) => ({ if: { required: [other] }, then: { required: [key], properties: { [key]: { enum: words } } } }))

function settingsFor(connector: ConnectorSettings): JsonSchema {
  return {
    if: { properties: { connector: { const: connector.name } }, required: ['connector'] },
    then: { properties: { settings: {
      properties: Object.fromEntries(connector.settings.map((setting) => [setting.name, {
        description: setting.secret ? `${setting.about} A secret: never in the plan.` : setting.about,
        ...(setting.default === undefined ? {} : { default: setting.default }),
        ...(setting.values === undefined ? {} : { examples: setting.values }),
      }])),
    } } },
  }
}
