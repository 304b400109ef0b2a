/** For tests: as much of a JSON Schema draft-07 validator as `plimsoll schema` makes use of. An unknown keyword fails, so that nothing goes unchecked. */
type Json = unknown
type Schema = Readonly<Record<string, Json>>

const NOTES = new Set(['$schema', 'title', 'description', 'default', 'examples', 'definitions'])

export function draft07(root: Schema): (value: Json) => readonly string[] {
  const definitions = root['definitions'] as Readonly<Record<string, Schema>>

  function check(schema: Schema, value: Json, at: string): readonly string[] {
    if (typeof schema['$ref'] === 'string') return check(definitions[schema['$ref'].replace('#/definitions/', '')]!, value, at)
    return Object.entries(schema).flatMap(([keyword, rule]) => keyword.startsWith('x-') || NOTES.has(keyword) ? [] : one(keyword, rule, value, at, schema))
  }

  function one(keyword: string, rule: Json, value: Json, at: string, schema: Schema): readonly string[] {
    const wrong = (ok: boolean): readonly string[] => (ok ? [] : [`${at || '/'}: ${keyword}`])
    const object = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : undefined
    switch (keyword) {
      case 'type': return wrong([rule].flat().some((type) => isType(value, type as string)))
      case 'enum': return wrong((rule as Json[]).includes(value))
      case 'const': return wrong(rule === value)
      case 'pattern': return wrong(typeof value !== 'string' || new RegExp(rule as string, 'u').test(value))
      case 'minItems': return wrong(!Array.isArray(value) || value.length >= (rule as number))
      case 'items': return Array.isArray(value) ? value.flatMap((item, i) => check(rule as Schema, item, `${at}/${i}`)) : []
      case 'required': return wrong(!object || (rule as string[]).every((key) => Object.hasOwn(object, key)))
      case 'anyOf': {
        const tries = (rule as Schema[]).map((option) => check(option, value, at))
        return tries.some((t) => t.length === 0) ? [] : tries.reduce((a, b) => (deepest(b) > deepest(a) ? b : a))
      }
      case 'oneOf': return wrong((rule as Schema[]).filter((option) => check(option, value, at).length === 0).length === 1)
      case 'allOf': return (rule as Schema[]).flatMap((option) => check(option, value, at))
      case 'if': return check(rule as Schema, value, at).length === 0 ? check(schema['then'] as Schema, value, at) : []
      case 'then': return []
      case 'propertyNames': return object ? Object.keys(object).flatMap((key) => check(rule as Schema, key, `${at}/${key} (name)`)) : []
      case 'properties': return object ? Object.entries(rule as Record<string, Schema>).flatMap(([key, of]) => (Object.hasOwn(object, key) ? check(of, object[key], `${at}/${key}`) : [])) : []
      case 'patternProperties': return []
      case 'additionalProperties': {
        const known = Object.keys((schema['properties'] ?? {}) as object)
        const patterns = Object.keys((schema['patternProperties'] ?? {}) as object).map((p) => new RegExp(p, 'u'))
        const rest = object ? Object.keys(object).filter((key) => !known.includes(key) && !patterns.some((p) => p.test(key))) : []
        return rest.flatMap((key) => (rule === false ? [`${at}/${key}: unknown`] : check(rule as Schema, object![key], `${at}/${key}`)))
      }
      default: throw new Error(`this validator does not know ${keyword}`)
    }
  }

  return (value) => check(root, value, '')
}

const deepest = (errors: readonly string[]): number => Math.max(0, ...errors.map((e) => e.split('/').length))

function isType(value: Json, type: string): boolean {
  switch (type) {
    case 'null': return value === null
    case 'array': return Array.isArray(value)
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'integer': return Number.isInteger(value)
    default: return typeof value === type
  }
}
