/** Webhooks that arrive: who really sent them, and what they say. */
import { PlimsollError, type WebhookEvent, type WebhookRequest } from '../../contract.ts'
import type { Manifest, WebhooksManifest } from './manifest.ts'

export function pushesResource(webhooks: WebhooksManifest | undefined, resource: string): boolean {
  return (webhooks?.events ?? []).some((event) => event.kind !== 'ignored' && (typeof event.resource === 'string' || !('value' in event.resource) || event.resource.value === resource))
}

export async function receive(webhooks: WebhooksManifest | undefined, secret: string, _manifest: Manifest, _zone: string, _request: WebhookRequest): Promise<WebhookEvent[]> {
  if (!webhooks || secret === '') throw new PlimsollError('http.webhook_unset', 'A webhook arrived, but this system has no secret to check it with.')
  return []
}
