/** A GraphQL interface is asked what it has: for `discover`, and for a first manifest. */
import { writeJson } from '../../../../base/json.ts'
import { type DiscoveredResource, type Native, type NativeRecord, PlimsollError, type SettingValues } from '../../../contract.ts'
import { at, isMap, merged, wrap } from '../../../path.ts'
import { orThrow } from '../call/answer.ts'
import { type Draft, draftedResources, draftText } from './graphql-draft.ts'
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
    const answer = orThrow(sent, 'read', session.manifest.errors, session.mask)
    if (answer.missing) throw new PlimsollError('http.not_there', `There is no GraphQL interface at ${path} (status ${answer.status}); the address in \`url\` is asked as it stands, or at /graphql if it has no path.`)
    schema = schemaIn(answer.json())
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
  const resources = draftedResources(await introspect(session, signal))
  await findFirstPages(session, [...resources.values()], signal)
  return draftText(resources, graphql!.path, auth === undefined ? {} : { auth })
}

/** Lists that are asked where their pages begin, at most. */
const MOST_PAGED = 50

/** No schema says whether pages are counted from 0 or 1, and the wrong guess leaves the first page out. Lists that don't tell, being empty, are taken to be like the others. */
async function findFirstPages(session: SessionContext, resources: readonly Draft[], signal: AbortSignal): Promise<void> {
  const paged = resources.map((one) => one['list'] as Draft).filter((list) => (list['paging'] as Draft | undefined)?.['kind'] === 'page')
  const first = new Map<Draft, 0 | 1 | undefined>()
  for (const list of paged.slice(0, MOST_PAGED)) first.set(list, await firstPageOf(session, list, signal))
  const told = new Set([...first.values()].filter((one) => one !== undefined))
  for (const list of paged) if ((first.get(list) ?? (told.size === 1 ? [...told][0] : 1)) === 0) list['paging'] = { ...(list['paging'] as Draft), first: 0 }
}

async function firstPageOf(session: SessionContext, list: Draft, signal: AbortSignal): Promise<0 | 1 | undefined> {
  const { parameter, size } = list['paging'] as { readonly parameter: string; readonly size: string }
  const page = async (number: number): Promise<readonly Native[] | undefined> => {
    const { variables } = merged(wrap(parameter, number) as NativeRecord, wrap(size, 2) as NativeRecord) as { readonly variables: Native }
    try {
      const sent = await session.send({ method: 'POST', path: session.manifest.graphql!.path, body: writeJson({ query: list['graphql'], variables } as Native), signal, patient: true })
      const body = orThrow(sent, 'read', session.manifest.errors, session.mask).json()
      const errors = at(body, 'errors')
      const records = at(body, String(list['records']))
      return Array.isArray(records) && !(Array.isArray(errors) && errors.length > 0) ? records.filter(isMap) : undefined
    } catch (error) {
      // A page 0 that is refused is no page; that nobody answers is another matter.
      if (!(error instanceof PlimsollError) || error.code !== 'http.refused') throw error
      return undefined
    }
  }
  const [zero, one] = [await page(0), await page(1)]
  if (zero === undefined || zero.length === 0) return one === undefined || one.length === 0 ? undefined : 1
  return one === undefined || writeJson(one[0] ?? null) !== writeJson(zero[0]!) ? 0 : 1
}
