/** A GraphQL interface is asked what it has: for `discover`, and for a first manifest. */
import { writeJson } from '../../../../base/json.ts'
import { type DiscoveredResource, type Native, PlimsollError, type SettingValues } from '../../../contract.ts'
import { orThrow } from '../call/answer.ts'
import { draftOf } from './graphql-draft.ts'
import { INTROSPECTION, resourcesOfSchema, type Schema, schemaIn } from './graphql-schema.ts'
import type { SessionContext } from '../resource.ts'

/** What there is before there is a manifest: the endpoint that `url` names, and how to log in as far as the settings say. */
export function bareGraphql(values: SettingValues): { readonly manifest: { readonly [name: string]: Native }; readonly url: string } {
  const url = String(values['url'] ?? '')
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const path = parsed?.pathname.replace(/\/+$/, '') ?? ''
  const auth = values['token'] ? { auth: { kind: 'bearer' } } : values['user'] ? { auth: { kind: 'basic' } } : {}
  return { manifest: { http: 1, graphql: { path: path === '' ? '/graphql' : path }, ...auth, check: { path: path === '' ? '/graphql' : path, method: 'POST', body: { query: '{ __typename }' } }, resources: {} }, url: parsed?.origin ?? url }
}

export const isBare = ({ manifest }: SessionContext): boolean => manifest.graphql !== undefined && Object.keys(manifest.resources).length === 0

async function introspect(session: SessionContext, signal: AbortSignal): Promise<Schema> {
  const { path } = session.manifest.graphql!
  const off = (says: string, cause?: unknown): PlimsollError => new PlimsollError('http.introspection', `The interface at ${path} does not say what it has: ${says}`, cause === undefined ? {} : { cause })
  const sent = await session.send({ method: 'POST', path, body: writeJson({ query: INTROSPECTION }), signal, patient: true })
  let schema: Schema | undefined
  try {
    schema = schemaIn(orThrow(sent, 'read', session.manifest.errors, session.mask).json())
  } catch (error) {
    // Who may not come in at all, or has to wait, is told so; a refusal of this one question is another matter.
    if (error instanceof PlimsollError && error.code === 'http.refused') throw off(error.message, error)
    throw error
  }
  if (!schema) throw off('its answer holds no schema.')
  return schema
}

export const discoverGraphql = async (session: SessionContext, signal: AbortSignal): Promise<readonly DiscoveredResource[]> => resourcesOfSchema(await introspect(session, signal))

export async function draftGraphql(session: SessionContext, signal: AbortSignal): Promise<string> {
  const { auth, graphql } = session.manifest
  return draftOf(await introspect(session, signal), graphql!.path, auth === undefined ? {} : { auth })
}
