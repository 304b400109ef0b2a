/** The OpenAPI document of one application, made from what its system holds: an app developer generates a client from it. */
import type { FieldMapping, FieldType } from '../../plan/model.ts'
import type { Application, AppResource } from './application.ts'
import { filterable } from './filters.ts'

type Json = Record<string, unknown>

const SCALARS: Readonly<Record<string, Json>> = {
  integer: { type: 'integer' }, decimal: { type: 'number' }, boolean: { type: 'boolean' }, date: { type: 'string', format: 'date' }, time: { type: 'string', format: 'time' }, datetime: { type: 'string', format: 'date-time' },
  email: { type: 'string', format: 'email' }, url: { type: 'string', format: 'uri' }, json: {},
}

function schemaOf(type: FieldType, mapping: FieldMapping | undefined): Json {
  if (type.is === 'money') return mapping?.currency === undefined && type.currency === undefined ? { type: 'object', properties: { amount: { type: 'number' }, currency: { type: 'string' } } } : { type: ['number', 'string'] }
  if (type.is === 'quantity') return { type: ['number', 'string', 'object'] }
  if (type.is === 'codes') return { enum: [...new Set(mapping?.codes ? [...mapping.codes.values()].flat() : type.codes.keys()), null] }
  if (type.is === 'reference') return { type: ['string', 'number'], description: mapping?.identifier === undefined ? `Key of a record of ${type.to}.` : `${mapping.identifier} of a record of ${type.to}.` }
  if (type.is === 'list') return { type: 'array', items: schemaOf(type.of, mapping) }
  if (type.is === 'group') return groupOf([...type.fields].map(([name, field]) => ({ path: mapping?.fields?.get(name)?.path ?? (mapping?.fields ? undefined : [name]), schema: schemaOf(field.type, mapping?.fields?.get(name)) })))
  const base = SCALARS[type.is] ?? { type: 'string' }
  // Where the application writes it otherwise, only the plan knows how.
  if (mapping?.format !== undefined || mapping?.codes) return mapping.codes ? { enum: [...mapping.codes.values()].flat() } : { type: ['string', 'number'], description: mapping.format }
  return { ...base, ...('length' in type && type.length !== undefined ? { maxLength: type.length } : {}), ...('pattern' in type && type.pattern !== undefined ? { pattern: type.pattern } : {}) }
}

/** Paths as a tree; those that are more than names stand as they are written. */
function groupOf(fields: readonly { readonly path: readonly string[] | undefined; readonly schema: Json }[]): Json {
  const root = new Map<string, unknown>()
  for (const { path, schema } of fields) {
    for (const one of path ?? []) {
      const steps = /^[^".()]+(?:\.[^".()]+)*$/.test(one) ? one.split('.') : [one.replace(/^"(.*)"$/s, '$1').replace(/[.(].*$/s, '')]
      let here = root
      for (const step of steps.slice(0, -1)) {
        if (!(here.get(step) instanceof Map)) here.set(step, new Map())
        here = here.get(step) as Map<string, unknown>
      }
      if (!here.has(steps.at(-1)!)) here.set(steps.at(-1)!, /[.(]/.test(one) && steps.length === 1 ? {} : schema)
    }
  }
  const written = (map: Map<string, unknown>): Json => ({ type: 'object', properties: Object.fromEntries([...map].map(([name, of]) => [name, of instanceof Map ? written(of as Map<string, unknown>) : nullable(of as Json)])) })
  return written(root)
}

const nullable = (schema: Json): Json => (typeof schema['type'] === 'string' ? { ...schema, type: [schema['type'], 'null'] } : Array.isArray(schema['type']) ? { ...schema, type: [...(schema['type'] as string[]), 'null'] } : schema)

const valuesOf = ({ place, entity }: AppResource): Json => ({
  ...groupOf([...place.hold.fields].map(([name, mapping]) => {
    const type = entity.entity.fields.get(name)?.type ?? { is: 'text' as const }
    return { path: mapping.path ?? (mapping.value === undefined && mapping.read === undefined && mapping.function === undefined ? [name] : undefined), schema: { ...schemaOf(type, mapping), ...(mapping.access === 'write' ? { readOnly: true } : {}) } }
  })),
  additionalProperties: false,
})

export function appDocument({ system, resources }: Application, planName: string, version: string): Json {
  const problem = { description: 'A problem (RFC 9457); `errors` names fields, `current` is the record as it is now.', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } }
  const record = (name: string): Json => ({ description: 'The record.', headers: { ETag: { schema: { type: 'string' } } }, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } })
  const key = { name: 'key', in: 'path', required: true, schema: { type: 'string' } }
  const header = (name: string, about: string, required: boolean): Json => ({ name, in: 'header', required, description: about, schema: { type: 'string' } })
  const paths: [string, Json][] = []
  const schemas: [string, Json][] = []
  for (const resource of resources.values()) {
    const name = resource.name.replaceAll(/[^\w.-]/g, '_')
    schemas.push([`${name}_values`, valuesOf(resource)], [name, {
      type: 'object', required: ['key', 'position'],
      properties: { key: { type: 'string' }, etag: { type: 'string' }, position: { type: 'string' }, values: { $ref: `#/components/schemas/${name}_values` }, deleted: { type: 'boolean' }, outside: { type: 'boolean', description: 'It does not fit the filter.' }, decided_elsewhere: { type: 'array', items: { type: 'object' } } },
    }])
    const body = { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}_values` } } } }
    const edits = header('Edited-At', 'When the user did it (ISO 8601), if that was before.', false)
    const { sends } = resource.place
    const filters = filterable(resource).flatMap(({ path, ordered }) => ['', ...(ordered ? ['[gt]', '[gte]', '[lt]', '[lte]'] : [])].map((end) => ({
      name: `filter[${path}]${end}`, in: 'query', required: false, ...(end === '' ? { description: 'Any of these.', schema: { type: 'array', items: { type: 'string' } }, style: 'form', explode: true } : { schema: { type: 'string' } }),
    })))
    const at = `/${encodeURIComponent(resource.name)}`
    const answers = (status: string): Json => ({ [status]: record(name), default: problem })
    paths.push([at, {
      get: {
        operationId: `list_${name}`, summary: `Every ${resource.place.entity}, or what changed since a position`,
        parameters: [{ name: 'since', in: 'query', required: false, description: '`position` of the answer before.', schema: { type: 'string' } }, { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } }, ...filters],
        responses: { 200: { description: 'Changes in their order; `more`: ask again at once with `since`.', content: { 'application/json': { schema: { type: 'object', required: ['records', 'position', 'more'], properties: { records: { type: 'array', items: { $ref: `#/components/schemas/${name}` } }, position: { type: 'string' }, more: { type: 'boolean' } } } } } }, default: problem },
      },
      ...(sends ? { post: { operationId: `create_${name}`, summary: 'A new record', parameters: [header('Idempotency-Key', 'A random text; the same one makes no second record.', true), edits], requestBody: body, responses: answers('201') } } : {}),
    }], [`${at}/{key}`, {
      get: { operationId: `get_${name}`, summary: 'One record', parameters: [key, header('If-None-Match', 'ETag that is known: 304 if it still is the newest.', false)], responses: answers('200') },
      ...(sends ? {
        put: { operationId: `replace_${name}`, summary: 'Replaces a record, or makes it under this key', parameters: [key, header('If-Match', 'ETag that was read.', false), header('If-None-Match', '`*`: only if there is none.', false), edits], requestBody: body, responses: answers('200') },
        patch: { operationId: `change_${name}`, summary: 'Changes the fields that are named', parameters: [key, header('If-Match', 'ETag that was read.', true), edits], requestBody: body, responses: answers('200') },
        delete: { operationId: `delete_${name}`, summary: 'Deletes a record', parameters: [key, header('If-Match', 'ETag that was read.', true), edits], responses: { 204: { description: 'Deleted.' }, default: problem } },
      } : {}),
    }])
  }
  return {
    openapi: '3.1.0', info: { title: `${planName}: ${system}`, version }, servers: [{ url: `/apps/${system}` }], security: [{ token: [] }], paths: Object.fromEntries(paths),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries([...schemas, ['Problem', {
        type: 'object', required: ['type', 'title', 'status', 'detail', 'code'],
        properties: {
          type: { type: 'string' }, title: { type: 'string', description: 'What to do.' }, status: { type: 'integer' }, detail: { type: 'string' }, code: { type: 'string' }, class: { type: 'string' }, instance: { type: 'string' },
          errors: { type: 'array', items: { type: 'object', properties: { pointer: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } } } }, current: { type: 'object' },
        },
      }]]),
    },
  }
}
