/**
 * Webhooks that arrive: who really sent them, and what they say. The signature is checked over the bytes as they came, before
 * anything in them is looked at; without a secret nothing is accepted.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseJson } from '../../../base/json.ts'
import { type Native, PlimsollError, type ResourceSpec, type WebhookEvent, type WebhookRequest } from '../../contract.ts'
import type { From, Manifest, WebhooksManifest } from './manifest.ts'
import { at, textOf } from './path.ts'
import { recordReader } from './record.ts'
import { durationMs } from './times.ts'

export function pushesResource(webhooks: WebhooksManifest | undefined, resource: string): boolean {
  return (webhooks?.events ?? []).some((event) => event.kind !== 'ignored' && (typeof event.resource === 'string' || !('value' in event.resource) || event.resource.value === resource))
}

type Header = (name: string) => string | undefined

export function receive(manifest: Manifest, secret: string, zone: string, specOf: (resource: string) => ResourceSpec | undefined, request: WebhookRequest): WebhookEvent[] {
  const { webhooks } = manifest
  if (!webhooks) throw new PlimsollError('http.webhook_unset', 'A webhook arrived, but the manifest of this system does not say how webhooks are signed and read.')
  if (secret === '') throw new PlimsollError('http.webhook_unset', 'A webhook arrived, but this system has no webhook_secret to check it with. It was refused.')
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const header: Header = (name) => headers.get(name.toLowerCase())
  verify(webhooks.signature, secret, header, request)

  let body: Native
  try {
    body = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(request.body))
  } catch (error) {
    throw new PlimsollError('http.webhook_body', `The webhook carries no JSON that can be used: ${(error as Error).message}`, { cause: error })
  }
  const delivery = webhooks.delivery ? taken(webhooks.delivery, body, header) : webhooks.signature.kind === 'standard-webhooks' ? header('webhook-id') : undefined
  const events = eventsIn(manifest, webhooks, body, header, zone, specOf)
  // One delivery can carry several records; the id must be that of one event, or the second would pass for a repetition.
  return events.map((event, index) => (delivery === undefined ? event : { ...event, deliveryId: events.length === 1 ? delivery : `${delivery}#${index}` }))
}

function eventsIn(manifest: Manifest, webhooks: WebhooksManifest, body: Native, header: Header, zone: string, specOf: (resource: string) => ResourceSpec | undefined): WebhookEvent[] {
  for (const rule of webhooks.events) {
    const found = rule.each === undefined ? [body] : at(body, rule.each)
    if (!Array.isArray(found)) continue
    const fits = (item: Native): boolean => (rule.when ?? []).every((one) => one.is.includes(taken(one.of, item, header) ?? ''))
    const items = found.filter(fits)
    if (items.length === 0 && !(rule.each !== undefined && found.length === 0)) continue
    if (rule.each !== undefined && items.length < found.length) continue
    if (rule.kind === 'ignored') return []
    const { kind } = rule
    return items.map((item) => {
      const resource = taken(rule.resource, item, header)
      if (resource === undefined) throw new PlimsollError('http.webhook_body', 'The webhook does not say which resource it is about.')
      const own = Object.hasOwn(manifest.resources, resource) ? manifest.resources[resource] : Object.hasOwn(manifest.resources, '*') ? manifest.resources['*'] : undefined
      const reader = recordReader(own ?? {}, specOf(resource) ?? { resource, key: [], parts: new Map(), identifiers: [] }, zone)
      const raw = rule.record === undefined ? undefined : at(item, rule.record)
      const read = raw === undefined ? undefined : reader.read(raw, resource)
      const record = read && 'record' in read ? read.record : undefined
      const key = rule.key === undefined ? record?.key : taken(rule.key, item, header)
      if (key === undefined || key === '') throw new PlimsollError('http.webhook_body', `The webhook about ${resource} does not say which record it is about.`)
      // A record under another key than the event names would be stored in the wrong place: then it is only a doorbell.
      const usable = record?.key === key ? record : undefined
      return {
        resource,
        kind: record?.deleted === true ? 'deleted' : kind,
        key,
        ...(usable ? { record: rule.partial === true ? { ...usable, partial: true } : usable } : {}),
      }
    })
  }
  throw new PlimsollError('http.webhook_body', 'The webhook fits none of the events in the manifest.')
}

function taken(from: From, item: Native, header: Header): string | undefined {
  if (typeof from === 'string') return textOf(at(item, from))
  return 'header' in from ? header(from.header) : from.value
}

type Signature = WebhooksManifest['signature']

const wrong = (says: string): PlimsollError => new PlimsollError('http.signature', `A webhook was refused: ${says}.`)

/** Signatures in one header beyond this are not even looked at. */
const MOST_SIGNATURES = 10

function verify(signature: Signature, secret: string, header: Header, request: WebhookRequest): void {
  const standard = signature.kind === 'standard-webhooks'
  const given = header(standard ? 'webhook-signature' : signature.header)
  if (given === undefined || given === '') throw wrong('it has no signature')
  const timestamp = standard ? header('webhook-timestamp') : timestampOf(signature, header, given)
  const id = standard ? header('webhook-id') : undefined
  const timed = standard || signature.timestamp !== undefined
  if (standard && (id === undefined || id === '')) throw wrong('it has no id')
  if (timed) {
    const ms = momentOf(timestamp)
    if (ms === undefined) throw wrong('it does not say when it was sent')
    // Both ways: a time in the future would be valid for ever.
    if (Math.abs(request.receivedAt - ms) > durationMs(signature.tolerance ?? '5m')!) throw wrong('it was not sent just now, or the clocks differ')
  }
  const template = standard ? '{id}.{timestamp}.{body}' : (signature.signed ?? (timed ? '{timestamp}.{body}' : '{body}'))
  const key = standard ? Buffer.from(secret.replace(/^whsec_/, ''), 'base64') : Buffer.from(secret, SECRETS[signature.secret ?? 'text'])
  if (key.length === 0) throw new PlimsollError('http.webhook_unset', 'The setting webhook_secret is not in the form that the signature needs.')
  const encoding = standard ? 'base64' : (signature.encoding ?? 'hex')
  // As text: what can be decoded to the right bytes can carry more than them.
  const expected = Buffer.from(createHmac('sha256', key).update(signedBytes(template, timestamp ?? '', id ?? '', request.body)).digest(encoding))
  const candidates = signaturesIn(signature, given)
  // All are compared, so that the time taken says nothing.
  const matches = candidates.map((candidate) => {
    const text = Buffer.from(encoding === 'hex' ? candidate.toLowerCase() : candidate)
    return text.length === expected.length && timingSafeEqual(text, expected)
  })
  if (!matches.some(Boolean)) throw wrong('its signature is wrong')
}

const SECRETS = { text: 'utf8', base64: 'base64', hex: 'hex' } as const

function signedBytes(template: string, timestamp: string, id: string, body: Uint8Array): Buffer {
  const fill = (text: string): Buffer => Buffer.from(text.replaceAll('{timestamp}', () => timestamp).replaceAll('{id}', () => id))
  return Buffer.concat(template.split('{body}').flatMap((text, index) => (index === 0 ? [fill(text)] : [body, fill(text)])))
}

/** `t=1,v1=abc,v1=def` as pairs. Blanks may stand around a part, nowhere in it; what is no part says nothing. */
const partsOf = (header: string): (readonly [string, string])[] =>
  header.slice(0, 4_096).split(',').flatMap((part): [string, string][] => {
    const [, name, value] = /^[ \t]*([^\s=]+)=(\S+)[ \t]*$/.exec(part) ?? []
    return name === undefined || value === undefined ? [] : [[name, value]]
  })

function timestampOf(signature: Extract<Signature, { kind: 'hmac-sha256' }>, header: Header, given: string): string | undefined {
  if (!signature.timestamp) return undefined
  if ('header' in signature.timestamp) return header(signature.timestamp.header)
  const { part } = signature.timestamp
  return partsOf(given).find(([name]) => name === part)?.[1]
}

function signaturesIn(signature: Signature, given: string): string[] {
  if (signature.kind === 'standard-webhooks') return given.slice(0, 4_096).split(' ').filter((one) => one.startsWith('v1,')).map((one) => one.slice(3)).slice(0, MOST_SIGNATURES)
  const { part, prefix } = signature
  const all = part === undefined ? [given.trim()] : partsOf(given).filter(([name]) => name === part).map(([, value]) => value)
  return all.filter((one) => prefix === undefined || one.startsWith(prefix)).map((one) => one.slice(prefix?.length ?? 0)).slice(0, MOST_SIGNATURES)
}

/** Seconds, milliseconds, or an ISO time with zone. */
function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,11}$/.test(text)) return Number(text) * 1_000
  if (/^\d{12,14}$/.test(text)) return Number(text)
  const ms = /^\d{4}-.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
