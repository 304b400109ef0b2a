/**
 * Webhooks that arrive: who really sent them, and what they say. The signature is checked before anything in them is
 * used; without a secret nothing is accepted.
 */
import { parseJson } from '../../../../base/json.ts'
import { keyOf, type Native, PlimsollError, type ResourceSpec, type WebhookEvent, type WebhookRequest } from '../../../contract.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { namedResource } from '../manifest/named.ts'
import { at, textOf } from '../../../path.ts'
import { recordReader } from '../read/record.ts'
import { verifySender, type WebhookSecrets } from './signature.ts'
import type { From, WebhooksManifest } from '../manifest/webhook-manifest.ts'

export function pushesResource(webhooks: WebhooksManifest | undefined, resource: string): boolean {
  return (webhooks?.events ?? []).some((event) => event.kind !== 'ignored' && (typeof event.resource === 'string' || !('value' in event.resource) || event.resource.value === resource))
}

type Header = (name: string) => string | undefined

export function receive(manifest: Manifest, secrets: WebhookSecrets, zone: string, specOf: (resource: string) => ResourceSpec | undefined, request: WebhookRequest): WebhookEvent[] {
  const { webhooks } = manifest
  if (!webhooks) throw new PlimsollError('http.webhook_unset', 'A webhook arrived, but the manifest of this system does not say how webhooks are signed and read.')
  const headers = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const header: Header = (name) => headers.get(name.toLowerCase())
  let read: Native | undefined
  const body = (): Native => {
    try {
      return (read ??= parseJson(new TextDecoder('utf-8', { fatal: true }).decode(request.body)))
    } catch (error) {
      throw new PlimsollError('http.webhook_body', `The webhook carries no JSON that can be used: ${(error as Error).message}`, { cause: error })
    }
  }
  verifySender(webhooks.signature, secrets, { request, header, body })
  const delivery = webhooks.delivery ? taken(webhooks.delivery, body(), header) : webhooks.signature.kind === 'standard-webhooks' ? header('webhook-id') : undefined
  const events = eventsIn(manifest, webhooks, body(), header, zone, specOf)
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
      const own = namedResource(manifest, resource)?.manifest
      const reader = recordReader(own ?? {}, specOf(resource) ?? { resource, key: [], parts: new Map(), identifiers: [] }, zone)
      // One partition of a record that is made of several says too little: then it is only a doorbell.
      const raw = rule.record === undefined || own?.partition?.merge !== undefined ? undefined : at(item, rule.record)
      const read = raw === undefined ? undefined : reader.read(raw, resource)
      const record = read && 'record' in read ? read.record : undefined
      const key = rule.key === undefined ? record?.key : Array.isArray(rule.key) ? keyOf(rule.key.map((one) => taken(one, item, header) ?? '')) : taken(rule.key, item, header)
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
