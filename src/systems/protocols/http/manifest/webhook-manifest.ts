/** The part of the manifest about webhooks: how they are signed, and what they say. */
import { z } from 'zod'
import { duration, flag, headerName, path, text } from './manifest-words.ts'
import { placeholders } from './template.ts'

const place = z.union([path, z.strictObject({ header: headerName }), z.strictObject({ value: text })])
const partName = z.string().regex(/^[A-Za-z0-9_]+$/, { error: 'must be the name of a part such as `v1`' })

/** Where in the webhook a signature or a token stands: in a header, or in its body. */
const where = { header: headerName.optional(), path: path.optional(), prefix: text.optional() }
const signedBy = {
  ...where,
  part: partName.optional(),
  separator: z.enum([',', ';', '&', ' ']).optional(),
  encoding: z.enum(['hex', 'base64']).optional(),
  timestamp: z.union([z.strictObject({ header: headerName }), z.strictObject({ part: partName }), z.strictObject({ path })]).optional(),
  id: z.union([z.strictObject({ header: headerName }), z.strictObject({ path })]).optional(),
  signed: text.optional(),
  tolerance: duration.optional(),
  each: path.optional(),
  secret: z.enum(['text', 'base64', 'hex']).optional(),
}
const cidr = z.string().regex(/^[0-9A-Fa-f:.]{2,45}\/\d{1,3}$/, { error: 'must be a network such as `203.0.113.0/24`' })

const signature = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('standard-webhooks'), tolerance: duration.optional() }),
  z.strictObject({ kind: z.enum(['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512']), ...signedBy }),
  z.strictObject({ kind: z.enum(['ed25519', 'rsa-sha1', 'rsa-sha256', 'rsa-sha512', 'ecdsa-sha256']), ...signedBy }),
  z.strictObject({ kind: z.literal('token'), ...where }),
  z.strictObject({ kind: z.literal('basic') }),
  z.strictObject({ kind: z.literal('none'), from: z.array(cidr).min(1) }),
])

export const webhooks = z.strictObject({
  signature,
  delivery: place.optional(),
  events: z.array(z.strictObject({
    when: z.array(z.strictObject({ of: place, is: z.array(text).min(1) })).optional(),
    each: path.optional(),
    resource: place,
    kind: z.enum(['changed', 'deleted', 'ignored']),
    key: z.union([place, z.array(place).min(1)]).optional(),
    record: path.optional(),
    partial: flag.optional(),
  })).min(1),
})

export type WebhooksManifest = z.infer<typeof webhooks>
export type SignatureManifest = z.infer<typeof signature>
export type SignedBy = Extract<SignatureManifest, { encoding?: unknown }>
export type From = z.infer<typeof place>

/** What may be signed besides fixed text. */
const SIGNED = ['body', 'timestamp', 'id', 'url', 'method', 'form']
const isSignable = (name: string): boolean => SIGNED.includes(name) || name.startsWith('header.') || name.startsWith('body.')

/** Keys that only make sense together. */
export function webhookChecks({ signature, events }: WebhooksManifest): { readonly at: readonly string[]; readonly says: string }[] {
  const found: { at: readonly string[]; says: string }[] = []
  const at = ['webhooks', 'signature']
  if ((isSigned(signature) || signature.kind === 'token') && (signature.header === undefined) === (signature.path === undefined)) {
    found.push({ at, says: 'needs `header` or `path`: the one place where the signature stands' })
  }
  if (isSigned(signature)) {
    const { signed, timestamp, part } = signature
    const names = placeholders(signed ?? '')
    const unknown = names.find((name) => !isSignable(name))
    if (unknown !== undefined) found.push({ at: [...at, 'signed'], says: `has the unknown placeholder {${unknown}}; known here: ${[...SIGNED, 'header.<name>', 'body.<path>'].map((name) => `{${name}}`).join(' ')}` })
    if (signed !== undefined && !names.some((name) => name === 'body' || name === 'form' || name.startsWith('body.'))) found.push({ at: [...at, 'signed'], says: 'must contain {body}, {form} or {body.<path>}: else the signature says nothing about what is sent' })
    if (timestamp && signed !== undefined && !names.includes('timestamp')) found.push({ at: [...at, 'signed'], says: 'must contain {timestamp}: a time that is not signed protects from nothing' })
    if (signature.id && signed !== undefined && !names.includes('id')) found.push({ at: [...at, 'signed'], says: 'must contain {id}, since `id` says where it stands' })
    if (names.includes('id') && !signature.id) found.push({ at: [...at, 'signed'], says: 'has {id}, but `id` does not say where it stands' })
    if (names.includes('timestamp') && !timestamp) found.push({ at: [...at, 'signed'], says: 'has {timestamp}, but `timestamp` does not say where it stands' })
    if (timestamp && 'part' in timestamp && part === undefined) found.push({ at: [...at, 'timestamp'], says: 'is a part of the header, so `part` must name that of the signature' })
  }
  for (const [index, event] of events.entries()) {
    if (event.kind !== 'ignored' && event.key === undefined && event.record === undefined) found.push({ at: ['webhooks', 'events', String(index)], says: 'needs `key` or `record`, or nobody knows which record is meant' })
  }
  return found
}

export const isSigned = (signature: SignatureManifest): signature is SignedBy => /^(?:hmac|rsa|ecdsa)-|^ed25519$/.test(signature.kind)
