/** The OpenAPI document of the API, made from the schemas that the endpoints check with. */
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'

type Json = Record<string, unknown>

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Json
  return rest
}

export function openApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const responses: Json = {
      [String(endpoint.status ?? 200)]: { description: 'Done.', content: { 'application/json': { schema: schemaOf(endpoint.answer, 'input') } } },
      default: { description: 'A problem (RFC 9457).', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    }
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: {
        operationId: endpoint.name, summary: endpoint.about, parameters: [...parameters('path', endpoint.params), ...parameters('query', endpoint.query)],
        ...(endpoint.body ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(endpoint.body, 'input') } } } } : {}),
        ...(endpoint.method === 'GET' ? {} : { security: [{ token: [] }] }), responses,
      },
    }
  }
  return {
    openapi: '3.1.0', info: { title: 'Plimsoll', version, description: 'What is integrated, how it is, and what a person can do about it. Reading needs no token on this machine; every change does.' },
    servers: [{ url: '/api/v1' }], paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Printed once by `plimsoll serve`, or PLIMSOLL_TOKEN.' } },
      schemas: {
        Problem: {
          type: 'object', required: ['type', 'title', 'status', 'detail', 'code'],
          properties: {
            type: { type: 'string' }, title: { type: 'string', description: 'What to do.' }, status: { type: 'integer' }, detail: { type: 'string', description: 'What is wrong.' }, code: { type: 'string' }, class: { type: 'string' },
            instance: { type: 'string' },
          },
        },
      },
    },
  }
}

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, { description, ...of }]) => ({ name, in: place, required: place === 'path' || required.includes(name), ...(description === undefined ? {} : { description }), schema: of }))
}
