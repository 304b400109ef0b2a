/**
 * The last line before what a system says is shown or stored: its own secrets are taken out of errors, reasons and notes, in
 * whatever form they come back. The values of records are data and stay as they are.
 */
import { asPlimsollError, PlimsollError } from '../base/errors.ts'
import type { LoginTurn, Page, Resource, SettingSpec, SettingValues, SystemSession, WriteResult } from './contract.ts'

const MASK = '•••'
/** Shorter ones would be found everywhere. */
const SHORTEST = 4

/** Takes out each secret as it is, and as it stands in addresses, forms, JSON and Base64. */
export function maskOf(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= SHORTEST).flatMap((secret) => {
    const form = new URLSearchParams({ s: secret }).toString().slice(2)
    return [secret, form.replaceAll('+', '%20'), form, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('base64url')]
  }))
  // The longest first: one secret may be the beginning of another.
  const longest = [...forms].toSorted((a, b) => b.length - a.length)
  return (text) => longest.reduce((masked, form) => masked.replaceAll(form, MASK), text)
}

/** Settings are also further headers; some are named like a secret. */
const SECRET_HEADER = /authori[sz]ation|token|key|secret|password|cookie|signature/i

/** What must never be shown: secret settings, and headers that are named like one. */
export function secretsIn(specs: readonly SettingSpec[], values: SettingValues): string[] {
  return specs.flatMap((spec) => {
    const value = values[spec.name]
    if (typeof value === 'string') return spec.secret ? [value] : []
    if (spec.name !== 'headers' || typeof value !== 'object') return []
    return Object.entries(value).flatMap(([name, text]) => (SECRET_HEADER.test(name) && typeof text === 'string' ? [text, ...text.split(' ').slice(1)] : []))
  })
}

/** Opens a session that never says one of these secrets. */
export async function masked(secrets: readonly string[], open: () => Promise<SystemSession>): Promise<SystemSession> {
  if (secrets.length === 0) return open()
  const mask = maskOf(secrets)
  const session = await guarded(mask, open)
  const { discover, login, openFile, receive } = session
  return {
    check: (signal) => guarded(mask, () => session.check(signal)),
    ...(discover ? { discover: (signal: AbortSignal) => guarded(mask, () => discover.call(session, signal)) } : {}),
    resource(spec) {
      try {
        return maskedResource(session.resource(spec), mask)
      } catch (error) {
        throw hidden(error, mask)
      }
    },
    ...(openFile ? { openFile: (...given: Parameters<typeof openFile>) => guarded(mask, () => openFile.apply(session, given)) } : {}),
    ...(login ? { login: { ...login, begin: (redirect: string) => maskedTurn(login.begin(redirect), mask) } } : {}),
    ...(receive ? { receive: (request: Parameters<typeof receive>[0]) => guarded(mask, () => receive.call(session, request)) } : {}),
    // What it says of itself to those who serve it is its own words.
    ...(session.hosted ? { hosted: session.hosted } : {}),
    close: () => session.close(),
  }
}

const maskedTurn = (turn: LoginTurn, mask: (text: string) => string): LoginTurn => ({ address: turn.address, finish: (answer) => guarded(mask, () => turn.finish(answer)) })

function maskedResource(resource: Resource, mask: (text: string) => string): Resource {
  const { bytes, readKeys, find, write, arrived, acknowledge } = resource
  return {
    get traits() {
      return resource.traits
    },
    async *read(options) {
      try {
        for await (const page of resource.read(options)) yield maskedPage(page, mask)
      } catch (error) {
        throw hidden(error, mask)
      }
    },
    ...(bytes ? { bytes: (signal: AbortSignal) => guarded(mask, () => bytes.call(resource, signal)) } : {}),
    ...(readKeys ? { readKeys: (...given: Parameters<typeof readKeys>) => guarded(mask, () => readKeys.apply(resource, given)) } : {}),
    ...(find ? { find: (...given: Parameters<typeof find>) => guarded(mask, () => find.apply(resource, given)) } : {}),
    ...(write ? { write: (...given: Parameters<typeof write>) => guarded(mask, async () => (await write.apply(resource, given)).map((result) => maskedResult(result, mask))) } : {}),
    ...(arrived ? { arrived: (signal: AbortSignal) => guarded(mask, () => arrived.call(resource, signal)) } : {}),
    ...(acknowledge ? { acknowledge: (position: string) => guarded(mask, () => acknowledge.call(resource, position)) } : {}),
  }
}

function maskedPage(page: Page, mask: (text: string) => string): Page {
  if (!page.broken && !page.notes) return page
  return {
    ...page,
    ...(page.broken ? { broken: page.broken.map((one) => ({ ...one, says: mask(one.says), raw: mask(one.raw) })) } : {}),
    ...(page.notes ? { notes: page.notes.map(mask) } : {}),
  }
}

function maskedResult(result: WriteResult, mask: (text: string) => string): WriteResult {
  if (result.is === 'refused') return { ...result, code: mask(result.code), says: mask(result.says), ...(result.field === undefined ? {} : { field: mask(result.field) }) }
  return result.is === 'later' || result.is === 'unsure' ? { ...result, says: mask(result.says) } : result
}

async function guarded<T>(mask: (text: string) => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw hidden(error, mask)
  }
}

/** The same error without secrets; what caused it is left out, since it may hold them as well. */
function hidden(thrown: unknown, mask: (text: string) => string): unknown {
  const error = asPlimsollError(thrown)
  const text = [error.message, error.place ?? '', ...Object.values(error.details).map(String), thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause.message : ''].join('\n')
  if (mask(text) === text) return thrown
  return new PlimsollError(error.code, mask(error.message), {
    details: Object.fromEntries(Object.entries(error.details).map(([name, value]) => [name, typeof value === 'string' ? mask(value) : value])),
    ...(error.place === undefined ? {} : { place: mask(error.place) }), ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }), ...(error.executed === false ? { executed: false as const } : {}),
  })
}
