/**
 * Who really sent a webhook. Schemes are data (`webhooks.signature` of the manifest): which hash or key, where the signature
 * stands, and which bytes are signed. It is checked over the bytes as they came.
 */
import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify as verifyWith } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { type Native, PlimsollError, type WebhookRequest } from '../../../contract.ts'
import { at, textOf } from '../../../path.ts'
import { durationMs } from '../call/times.ts'
import { isSigned, type SignatureManifest, type SignedBy } from '../manifest/webhook-manifest.ts'

export interface WebhookSecrets {
  /** The one that counts and, while it is replaced, the one before. */
  readonly secrets: readonly string[]
  /** As it is written at the sender: behind a proxy nobody here knows it. */
  readonly url: string | undefined
  readonly acceptUnsigned: boolean
}

export interface Signing {
  readonly request: WebhookRequest
  header(name: string): string | undefined
  /** Only asked for where the signature covers, or stands in, values of the body. */
  body(): Native
}

const wrong = (says: string): PlimsollError => new PlimsollError('http.signature', `A webhook was refused: ${says}.`)
const unset = (says: string): PlimsollError => new PlimsollError('http.webhook_unset', says)

/** Signatures in one header beyond this are not even looked at. */
const MOST_SIGNATURES = 10
const MOST_EVENTS = 1_000

/** Throws class `auth` if it is not surely the sender's. */
export function verifySender(signature: SignatureManifest, of: WebhookSecrets, signing: Signing): void {
  if (signature.kind === 'none') return verifyNetwork(signature.from, of.acceptUnsigned, signing.request.address)
  const secrets = of.secrets.filter((secret) => secret !== '')
  if (secrets.length === 0) throw unset('A webhook arrived, but this system has no webhook_secret to check it with. It was refused.')
  if (signature.kind === 'standard-webhooks') {
    const id = signing.header('webhook-id')
    if (signing.header('webhook-signature') === undefined) throw wrong('it has no signature')
    if (id === undefined || id === '') throw wrong('it has no id')
    return verifySigned({ ...STANDARD, ...(signature.tolerance === undefined ? {} : { tolerance: signature.tolerance }) }, secrets.map((secret) => secret.replace(/^whsec_/, '')), of.url, signing, undefined)
  }
  if (signature.kind === 'basic') return verifyToken(signing.header('authorization'), 'Basic ', secrets.map((secret) => Buffer.from(secret).toString('base64')))
  if (signature.kind === 'token') return verifyToken(found(signature, signing, undefined), signature.prefix ?? '', secrets)
  if (!isSigned(signature)) throw unset('The manifest names a signature that is not known.')
  if (signature.each === undefined) return verifySigned(signature, secrets, of.url, signing, undefined)
  const items = at(signing.body(), signature.each)
  if (!Array.isArray(items) || items.length === 0 || items.length > MOST_EVENTS) throw wrong(`it has no list of signed events at ${signature.each}`)
  for (const item of items) verifySigned(signature, secrets, of.url, signing, item)
}

/** The scheme of standardwebhooks.com in the words of the others. */
const STANDARD: SignedBy = {
  kind: 'hmac-sha256', header: 'webhook-signature', encoding: 'base64', prefix: 'v1,', separator: ' ', secret: 'base64',
  timestamp: { header: 'webhook-timestamp' }, id: { header: 'webhook-id' }, signed: '{id}.{timestamp}.{body}',
}

function verifyToken(given: string | undefined, prefix: string, secrets: readonly string[]): void {
  if (given === undefined || given === '') throw wrong('it has no token')
  const token = given.slice(prefix.length)
  const begins = given.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
  // All are compared, so that the time taken says nothing.
  const matches = secrets.map((secret) => sameText(token, secret))
  if (!begins || !matches.some(Boolean)) throw wrong('its token is wrong')
}

/** Both are hashed first: neither content nor length can be learned from the time it takes. */
function sameText(one: string, other: string): boolean {
  const hashed = [one, other].map((text) => createHmac('sha256', 'compare').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(...hashed)
}

function verifyNetwork(networks: readonly string[], accepted: boolean, address: string | undefined): void {
  if (!accepted) throw unset('A webhook arrived that nobody signs. It was refused: the setting webhook_unsigned does not allow it.')
  const list = new BlockList()
  for (const network of networks) {
    const [net, bits] = network.split('/') as [string, string]
    const family = isIP(net)
    if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) throw unset(`The network ${network} in \`webhooks.signature.from\` is no network.`)
    list.addSubnet(net, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  }
  if (address === undefined || isIP(address) === 0 || !list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')) throw wrong('it comes from a network that the manifest does not list')
}

function verifySigned(scheme: SignedBy, secrets: readonly string[], url: string | undefined, signing: Signing, item: Native | undefined): void {
  const given = found(scheme, signing, item)
  if (given === undefined || given === '') throw wrong('it has no signature')
  const timestamp = scheme.timestamp && timestampOf(scheme, signing, given, item)
  if (scheme.timestamp) {
    const ms = momentOf(timestamp)
    if (ms === undefined) throw wrong('it does not say when it was sent')
    // Both ways: a time in the future would be valid for ever.
    if (Math.abs(signing.request.receivedAt - ms) > durationMs(scheme.tolerance ?? '5m')!) throw wrong('it was not sent just now, or the clocks differ')
  }
  const id = scheme.id && ('header' in scheme.id ? signing.header(scheme.id.header) : textOf(at(item ?? signing.body(), scheme.id.path)))
  if (scheme.id && (id === undefined || id === '')) throw wrong('it has no id')
  const signed = signedBytes(scheme.signed ?? (scheme.timestamp ? '{timestamp}.{body}' : '{body}'), { timestamp, id, url }, signing, item)
  const candidates = signaturesIn(scheme, given)
  const fits = scheme.kind.startsWith('hmac-') ? fitsHmac : fitsKey
  // All are tried, so that the time taken says nothing.
  const matches = secrets.flatMap((secret) => fits(scheme, secret, signed, candidates))
  if (!matches.some(Boolean)) throw wrong('its signature is wrong')
}

function fitsHmac(scheme: SignedBy, secret: string, signed: Buffer, candidates: readonly string[]): boolean[] {
  const key = Buffer.from(secret, SECRETS[scheme.secret ?? 'text'])
  if (key.length === 0) throw unset('The setting webhook_secret is not in the form that the signature needs.')
  const encoding = scheme.encoding ?? 'hex'
  // As text: what can be decoded to the right bytes can carry more than them.
  const expected = Buffer.from(createHmac(scheme.kind.slice('hmac-'.length), key).update(signed).digest(encoding))
  return candidates.map((candidate) => {
    const text = Buffer.from(encoding === 'hex' ? candidate.toLowerCase() : candidate)
    return text.length === expected.length && timingSafeEqual(text, expected)
  })
}

const SECRETS = { text: 'utf8', base64: 'base64', hex: 'hex' } as const

function fitsKey(scheme: SignedBy, secret: string, signed: Buffer, candidates: readonly string[]): boolean[] {
  const key = publicKey(scheme, secret)
  const encoding = scheme.encoding ?? (scheme.kind === 'ed25519' ? 'hex' : 'base64')
  return candidates.map((candidate) => {
    const bytes = Buffer.from(candidate, encoding)
    // Nothing may hide in what decodes to the same bytes.
    if (bytes.length === 0 || bytes.toString(encoding) !== (encoding === 'hex' ? candidate.toLowerCase() : candidate)) return false
    return verifyWith(scheme.kind === 'ed25519' ? null : scheme.kind.split('-')[1]!, signed, key, bytes)
  })
}

/** SubjectPublicKeyInfo of an Ed25519 key without the 32 bytes of the key itself (RFC 8410). */
const ED25519 = Buffer.from('302a300506032b6570032100', 'hex')

/** A PEM, or the bare key in hex or Base64. */
function publicKey(scheme: SignedBy, secret: string): KeyObject {
  const text = secret.trim().replaceAll(String.raw`\n`, '\n')
  try {
    if (text.startsWith('-----BEGIN ')) {
      const key = createPublicKey(text)
      const kind = scheme.kind === 'ed25519' ? 'ed25519' : scheme.kind.startsWith('rsa') ? 'rsa' : 'ec'
      if (key.asymmetricKeyType === kind) return key
    } else {
      const bytes = Buffer.from(text, SECRETS[scheme.secret ?? (/^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')])
      return createPublicKey({ key: scheme.kind === 'ed25519' && bytes.length === 32 ? Buffer.concat([ED25519, bytes]) : bytes, format: 'der', type: 'spki' })
    }
  } catch {
    // Said below; the fault itself could repeat the setting.
  }
  throw unset('The setting webhook_secret holds no public key of the kind that the signature needs.')
}

function signedBytes(template: string, of: { readonly timestamp: string | undefined; readonly id: string | undefined; readonly url: string | undefined }, signing: Signing, item: Native | undefined): Buffer {
  const value = (name: string): Uint8Array | string => {
    if (name === 'body') return signing.request.body
    if (name === 'timestamp') return of.timestamp ?? ''
    if (name === 'id') return of.id ?? ''
    if (name === 'method') return 'POST'
    if (name === 'form') return formText(signing.request.body)
    if (name === 'url') {
      if (of.url === undefined || of.url === '') throw unset('The sender signs the address of the webhook; set webhook_url to the address that was given to it.')
      return of.url
    }
    if (name.startsWith('header.')) return signing.header(name.slice('header.'.length)) ?? ''
    return textOf(at(item ?? signing.body(), name.slice('body.'.length))) ?? ''
  }
  // One pass: what a value contains is never taken for a placeholder.
  return Buffer.concat(template.split(/(\{[A-Za-z_][\w.-]*\})/).map((piece) => {
    const name = /^\{(.+)\}$/.exec(piece)?.[1]
    const bytes = name === undefined ? piece : value(name)
    return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  }))
}

/** The fields of a form, sorted by name, name and value one after the other. */
function formText(body: Uint8Array): string {
  const fields = [...new URLSearchParams(Buffer.from(body).toString('utf8'))]
  return fields.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, value]) => name + value).join('')
}

const found = (scheme: { readonly header?: string | undefined; readonly path?: string | undefined }, signing: Signing, item: Native | undefined): string | undefined =>
  scheme.header === undefined ? textOf(at(item ?? signing.body(), scheme.path ?? '')) : signing.header(scheme.header)

/** `t=1,v1=abc,v1=def` as pairs. Blanks may stand around a part, nowhere in it; what is no part says nothing. */
const partsOf = (header: string, separator: string): (readonly [string, string])[] =>
  header.slice(0, 4_096).split(separator).flatMap((part): [string, string][] => {
    const [, name, value] = /^[ \t]*([^\s=]+)=(\S+)[ \t]*$/.exec(part) ?? []
    return name === undefined || value === undefined ? [] : [[name, value]]
  })

function timestampOf(scheme: SignedBy, signing: Signing, given: string, item: Native | undefined): string | undefined {
  const of = scheme.timestamp!
  if ('header' in of) return signing.header(of.header)
  if ('path' in of) return textOf(at(item ?? signing.body(), of.path))
  return partsOf(given, scheme.separator ?? ',').find(([name]) => name === of.part)?.[1]
}

function signaturesIn({ part, prefix, separator }: SignedBy, given: string): string[] {
  const all = part !== undefined ? partsOf(given, separator ?? ',').filter(([name]) => name === part).map(([, value]) => value)
    : separator !== undefined ? given.slice(0, 4_096).split(separator).map((one) => one.trim())
    : [given.trim()]
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
