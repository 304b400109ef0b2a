/**
 * The connector `http` (alias `rest`): any interface over HTTP with JSON, described by a manifest. All that is particular to a
 * product is data; the code here knows no product.
 *
 * `manifest/` its format and how it is checked · `auth/` logging in · `call/` one request and what its answer means · `read/` lists,
 * pages, look-ups · `scopes/` lists in pieces (partitions, children, parts) · `write/` · `webhook/` · `discover/` a first manifest.
 */
import type { Connector, ConnectorContext, ResourceSpec, SettingSpec, SettingValue, SettingValues, SystemSession } from '../../contract.ts'
import { type Native, numeral, PlimsollError } from '../../contract.ts'
import { orThrow } from './call/answer.ts'
import { authorised, headerSafe, type Send } from './auth/auth.ts'
import { writeJson } from '../../../base/json.ts'
import { callBody } from './call/call-body.ts'
import { browserLogin } from './auth/browser-login.ts'
import { discover } from './discover/discover.ts'
import { draftManifest } from './discover/draft.ts'
import './errors.ts'
import { bareGraphql, draftGraphql } from './discover/graphql-discover.ts'
import { fileOpener } from './call/open-file.ts'
import { withinLimits } from './call/limits.ts'
import { loadManifest } from './manifest/manifest-load.ts'
import { foundOrMade, lookedUp } from './write/lookup.ts'
import type { ErrorsManifest, Manifest } from './manifest/manifest.ts'
import { at, textOf } from '../../path.ts'
import { httpClient } from './call/request.ts'
import { withinCost } from './call/query-cost.ts'
import { openResource, type SessionContext } from './resource.ts'
import { type Fill, fillText } from './manifest/template.ts'
import { durationMs } from './call/times.ts'
import { typedAnswer } from './call/typed.ts'
import { pushesResource, receive } from './webhook/webhook.ts'

const settings: readonly SettingSpec[] = [
  { name: 'url', type: 'url', needed: true, about: 'Base address of the interface. No request leaves its origin.' },
  { name: 'manifest', type: 'path', about: 'What the interface is like: a file beside the plan, or the name of an entry in the catalogue.' },
  { name: 'definition', type: 'map', about: 'The manifest itself, written in the plan instead of a file.' },
  { name: 'parameters', type: 'map', about: 'Values for {parameter.<name>} in the manifest, for example an account.' },
  { name: 'headers', type: 'map', about: 'Further headers of each request.' },
  { name: 'user', type: 'text', about: 'User (auth basic or session).' },
  { name: 'password', type: 'text', secret: true, about: 'Password (auth basic or session).' },
  { name: 'key', type: 'text', secret: true, about: 'API key (auth key).' },
  { name: 'token', type: 'text', secret: true, about: 'Access token (auth bearer).' },
  { name: 'client_id', type: 'text', about: 'Client (auth oauth2).' },
  { name: 'client_secret', type: 'text', secret: true, about: 'Secret of the client (auth oauth2).' },
  { name: 'refresh_token', type: 'text', secret: true, about: 'First refresh token (auth oauth2 with grant refresh_token). Those that follow it are kept in the store, encrypted; another value here logs in anew.' },
  { name: 'token_url', type: 'url', about: 'Address of the token service, if it is not below `url` (auth oauth2).' },
  { name: 'media_origins', type: 'list', about: 'Further origins from which files that records name may be fetched, such as https://cdn.example.com; without credentials.' },
  { name: 'authorize_url', type: 'url', about: 'Where a person logs in, if it is not below `url` (auth oauth2 with grant authorization_code).' },
  { name: 'redirect_url', type: 'text', about: 'Where the login leads back to, if the client is registered with one address. Default: a free port of this machine (http://127.0.0.1).' },
  { name: 'webhook_secret', type: 'text', secret: true, about: 'Secret with which the system signs its webhooks.' },
  { name: 'webhook_secret_old', type: 'text', secret: true, about: 'The secret before, while it is being replaced: both are accepted.' },
  { name: 'webhook_url', type: 'text', about: 'Address of the webhook as it was given to the system, where the system signs it.' },
  { name: 'webhook_unsigned', type: 'boolean', about: 'Accept webhooks that nobody signs, from the networks that the manifest lists (signature none).' },
  { name: 'page_size', type: 'number', default: '500', about: 'Most records a page; the manifest may allow fewer.' },
  { name: 'timeout', type: 'text', about: 'How long to wait for an answer, for example 30s. Default: the manifest, else 30s.' },
  { name: 'max_response_mb', type: 'number', default: '64', about: 'Largest answer that is accepted, unpacked.' },
  { name: 'graphql', type: 'boolean', about: '`url` is the address of a GraphQL interface that has no manifest yet: `discover` asks it what it has.' },
  { name: 'spec', type: 'path', about: 'An OpenAPI 3 document (JSON or YAML) for `discover`.' },
]

export const httpConnector: Connector = {
  name: 'http',
  about: 'Any HTTP interface with JSON (REST), described by a manifest.',
  form: 'api',
  settings,
  async open(values, context) {
    const given = isGiven(values['definition']) ? values['definition'] : values['manifest']
    if (!isGiven(given) && values['graphql'] === true) {
      const { manifest, url } = bareGraphql(values)
      return openSession(await loadManifest(manifest as SettingValue), { ...values, url }, context)
    }
    return openSession(await loadManifest(given), values, context)
  },
  async draft(values, context, hints, signal) {
    if (values['graphql'] === true) {
      const bare = bareGraphql(values)
      const { client, session } = begin(await loadManifest(bare.manifest as SettingValue), { ...values, url: bare.url }, context)
      try {
        return { text: await draftGraphql(session, signal), notes: [] }
      } finally {
        await client.close()
      }
    }
    const auth = authFor(values)
    const { client, session, base } = begin({ http: 1, auth, resources: {} }, values, context)
    const tried = async (manifest: Manifest, name: string): Promise<{ records: number; more: boolean }> => {
      const resource = openResource({ ...session, manifest }, { resource: name, key: [], parts: new Map(), identifiers: [] }, false)
      for await (const page of resource.read({ signal, pageSize: 20 })) return { records: page.records.length, more: page.complete === undefined }
      return { records: 0, more: false }
    }
    try {
      return await draftManifest({ send: session.send, tried, base, values, auth }, hints.paths, signal)
    } finally {
      await client.close()
    }
  },
}

/** Which login the settings are for. */
const authFor = (values: SettingValues): NonNullable<Manifest['auth']> => ({ kind: isGiven(values['token']) ? 'bearer' : isGiven(values['user']) ? 'basic' : 'none' })

/** What the plan says, else what the manifest has for want of it. */
function parametersOf(manifest: Manifest, given: Readonly<Record<string, string>>): ReadonlyMap<string, Native> {
  const texts = new Map(Object.entries(manifest.parameters ?? {}).flatMap(([name, one]): [string, string][] => (one.default === undefined ? [] : [[name, one.default]])))
  for (const [name, value] of Object.entries(given)) texts.set(name, value)
  return new Map([...texts].map(([name, value]): [string, Native] => {
    const isNumber = manifest.parameters?.[name]?.type === 'number'
    if (isNumber && !/^-?\d{1,30}$/.test(value)) throw new PlimsollError('http.setting', `The parameter ${name} must be a number.`, { details: { setting: 'parameters' } })
    return [name, isNumber ? numeral(value) : value]
  }))
}

const typedSend = (manifest: Manifest, send: Send): Send => (manifest.typed === undefined ? send : async (outgoing) => typedAnswer(manifest.typed, await send(outgoing)))

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== ''

/** What every use of an interface needs: where it is, how to get in, how to ask. */
function begin(manifest: Manifest, values: SettingValues, context: ConnectorContext) {
  const base = addressIn(values, 'url')
  if (!base) throw new PlimsollError('http.setting', 'The setting url is missing: nobody knows where the interface is.', { details: { setting: 'url' } })
  const tokenUrl = addressIn(values, 'token_url')
  for (const setting of ['authorize_url', 'redirect_url']) addressIn(values, setting)
  const timeoutMs = timeoutOf(values, manifest)
  const mediaOrigins = (Array.isArray(values['media_origins']) ? values['media_origins'] : []).map((one) => addressIn({ media_origins: one }, 'media_origins')!)
  const client = httpClient({
    base,
    alsoAllowed: tokenUrl ? [tokenUrl] : [],
    filesFrom: mediaOrigins,
    headers: { ...lowerCase(manifest.headers ?? {}), ...headersIn(values) },
    timeoutMs,
    mostBytes: numberIn(values, 'max_response_mb', 64) * 1024 * 1024,
    connections: Math.max(manifest.parallel ?? 4, 4),
    clock: context.clock,
    budget: context.budget,
    publicOnly: context.publicOnly === true,
    xmlLists: manifest.xml?.lists ?? [],
    rest: context.rest ?? (async () => undefined),
    secrets: settings.filter((spec) => spec.secret).map((spec) => values[spec.name]).filter((value) => typeof value === 'string'),
  })
  const parameters = parametersOf(manifest, textsIn(values, 'parameters'))
  const login = { ...values, parameters: Object.fromEntries([...parameters].map(([name, value]) => [name, String(value)])) }
  const send = withinLimits(typedSend(manifest, authorised(client, manifest.auth ?? { kind: 'none' }, login, manifest.errors, context.credentials)), manifest.limits, context.limited === true, context.clock)
  const cost = manifest.graphql?.cost
  const session: SessionContext = {
    manifest,
    send: cost ? withinCost(send, cost, { errors: manifest.errors, clock: context.clock, rest: context.rest ?? (async () => undefined), mask: client.mask }) : send,
    mask: client.mask,
    now: () => context.clock.now(),
    zone: context.timeZone,
    pageSize: numberIn(values, 'page_size', 500),
    parameters,
    lookup: (resource, field, value) => lookedUp(session, resource, field, value),
    record: (resource, owner, value, write) => foundOrMade(session, resource, owner, value, write),
    media: context.media,
    uploading: new Map(),
  }
  return { client, session, base, mediaOrigins }
}

function openSession(manifest: Manifest, values: SettingValues, context: ConnectorContext): SystemSession {
  const { client, session, base, mediaOrigins } = begin(manifest, values, context)
  /** Keys that the plan names for what webhooks bring. */
  const specs = new Map<string, ResourceSpec>()
  const textIn = (setting: string): string => (typeof values[setting] === 'string' ? values[setting] : '')
  const inBrowser = manifest.auth?.kind === 'oauth2' && manifest.auth.grant === 'authorization_code' ? browserLogin(client, manifest.auth, values, context.credentials) : undefined
  const hooks = { secrets: [textIn('webhook_secret'), textIn('webhook_secret_old')], url: textIn('webhook_url'), acceptUnsigned: values['webhook_unsigned'] === true }
  return {
    check: (signal) => check(session, signal),
    openFile: fileOpener(client, session.send, base, new Set(mediaOrigins.map((url) => url.origin))),
    discover: (signal) => discover(session, values['spec'], signal),
    resource(spec) {
      specs.set(spec.resource, spec)
      return openResource(session, spec, pushesResource(manifest.webhooks, spec.resource))
    },
    ...(inBrowser ? { login: inBrowser } : {}),
    receive: async (request) => receive(manifest, hooks, context.timeZone, (name) => specs.get(name), request),
    close: () => client.close(),
  }
}

async function check(session: SessionContext, signal: AbortSignal): Promise<{ version?: string }> {
  const { manifest } = session
  const given = manifest.check
  const listed = Object.keys(manifest.resources).find((name) => !name.endsWith('*') && manifest.resources[name]!.list)
  if (!given && listed !== undefined) {
    // A start page may be open to everybody; a list shows whether the credentials are good.
    const resource = openResource(session, { resource: listed, key: [], parts: new Map(), identifiers: [] }, false)
    for await (const _page of resource.read({ signal, pageSize: 1 })) break
    return {}
  }
  const errors = given ? manifest.errors : OPEN_START_PAGE
  const fill: Fill = (name) => (name.startsWith('parameter.') ? session.parameters.get(name.slice('parameter.'.length)) : undefined)
  const body = given === undefined ? undefined : callBody(given, fill)
  const answer = orThrow(await session.send({
    method: given?.method ?? (body === undefined ? 'GET' : 'POST'), path: fillText(given?.path ?? '/', fill, encodeURIComponent), signal, ...(body === undefined ? {} : { body: writeJson(body) }),
  }), 'read', errors, session.mask)
  if (given && answer.missing) throw new PlimsollError('http.not_there', `${answer.what} does not exist (status ${answer.status}).`)
  const version = given?.version === undefined ? undefined : textOf(at(answer.json(), given.version))
  return version === undefined ? {} : { version }
}

/** Many interfaces have nothing at their root; that they answer is enough. */
const OPEN_START_PAGE: ErrorsManifest = { means: [{ status: 400, is: 'missing' }, { status: 405, is: 'missing' }] }

function addressIn(values: SettingValues, setting: string): URL | undefined {
  const value = values[setting]
  if (!isGiven(value)) return undefined
  const fail = (says: string): never => {
    throw new PlimsollError('http.setting', `The setting ${setting} ${says}.`, { details: { setting } })
  }
  let url: URL
  try {
    url = new URL(String(value))
  } catch {
    return fail('is no address such as https://shop.example.com/api')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return fail('must begin with https:// or http://')
  if (url.username !== '' || url.password !== '') return fail('must not contain user and password; they have settings of their own')
  if (url.hash !== '' || (setting === 'url' && url.search !== '')) return fail('must not contain a query or a fragment')
  return url
}

function timeoutOf(values: SettingValues, manifest: Manifest): number {
  const given = values['timeout']
  if (typeof given === 'string' && given !== '') {
    const ms = durationMs(given)
    if (ms === undefined || ms === 0) throw new PlimsollError('http.setting', `The setting timeout is no duration such as 30s.`, { details: { setting: 'timeout' } })
    return ms
  }
  return durationMs(manifest.timeout ?? '30s')!
}

function numberIn(values: SettingValues, setting: string, standard: number): number {
  const value = values[setting]
  if (!isGiven(value)) return standard
  const number = Number(value)
  if (!Number.isFinite(number) || number < 1) throw new PlimsollError('http.setting', `The setting ${setting} must be a number of at least 1.`, { details: { setting } })
  return Math.floor(number)
}

function textsIn(values: SettingValues, setting: string): Readonly<Record<string, string>> {
  const value = values[setting]
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {}
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]))
}

/** Those that decide where and how a message ends are the driver's alone. */
const NOT_SETTABLE = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'te', 'trailer', 'keep-alive', 'proxy-authorization', 'accept-encoding'])

function headersIn(values: SettingValues): Record<string, string> {
  const headers = textsIn(values, 'headers')
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || NOT_SETTABLE.has(name.toLowerCase())) {
      throw new PlimsollError('http.setting', `The setting headers has a header that can't be set: ${JSON.stringify(name.slice(0, 60))}.`, { details: { setting: 'headers' } })
    }
    headerSafe('headers', value)
  }
  return lowerCase(headers)
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
