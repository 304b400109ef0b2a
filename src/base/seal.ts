/**
 * Sealing: texts that only who has the key can open (AES-256-GCM), and hashes that only they can compute. Several keys may be
 * known: the first one seals, all of them open, so that a key can be replaced.
 */
import { createCipheriv, createDecipheriv, createHmac, scryptSync } from 'node:crypto'
import { newNonce } from './clock.ts'
import { PlimsollError, registerErrors } from './errors.ts'

registerErrors({
  'secret.no_key': { class: 'environment', hint: 'Set PLIMSOLL_SECRET_KEY, or PLIMSOLL_SECRET_KEY_FILE to a file that holds it: a long random text, for example from `openssl rand -base64 32`. Keep it apart from the store and its backups.' },
  'secret.short_key': { class: 'environment', hint: 'Use a long random text, for example from `openssl rand -base64 32`.' },
  'secret.other_key': { class: 'environment', hint: 'Write the key that was used before behind the new one: PLIMSOLL_SECRET_KEY="new old". If it is lost, run `plimsoll connectors forget <plan> {system}` and log in anew.' },
  'secret.damaged': { class: 'environment', hint: 'Restore the store from a backup, or run `plimsoll connectors forget <plan> {system}` and log in anew.' },
})

export interface Sealer {
  /** `bound`: what the text belongs to; it opens only beside the same. */
  seal(text: string, bound: string): string
  open(sealed: string, bound: string): string
  /** Whether one of the keys sealed it. */
  knows(sealed: string): boolean
  /** The same text has the same hash under the same key; by the newest key first. */
  hashes(text: string): readonly string[]
}

const SHORTEST = 24
const FORM = 'v1'

interface Key { readonly id: string; readonly bytes: Buffer }

/** `text`: keys as they are set, the newest first, separated by blanks, lines or commas. */
export function sealer(text: string): Sealer {
  const given = text.split(/[\s,]+/).filter((one) => one !== '')
  if (given.length === 0) throw new PlimsollError('secret.no_key', 'PLIMSOLL_SECRET_KEY is not set.')
  if (given.some((one) => one.length < SHORTEST)) throw new PlimsollError('secret.short_key', `PLIMSOLL_SECRET_KEY holds a key of fewer than ${SHORTEST} characters.`)
  const keys = given.map(derived)
  const [newest] = keys as [Key]
  const parts = (sealed: string): { key: Key | undefined; nonce: Buffer; tag: Buffer; body: Buffer } => {
    const [form, id, nonce = '', tag = '', body = ''] = sealed.split('.')
    return {
      key: form === FORM ? keys.find((one) => one.id === id) : undefined,
      nonce: Buffer.from(nonce, 'base64url'), tag: Buffer.from(tag, 'base64url'), body: Buffer.from(body, 'base64url'),
    }
  }
  return {
    seal(plain, bound) {
      const nonce = newNonce(12)
      const cipher = createCipheriv('aes-256-gcm', newest.bytes, nonce).setAAD(Buffer.from(bound))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return [FORM, newest.id, Buffer.from(nonce).toString('base64url'), cipher.getAuthTag().toString('base64url'), body.toString('base64url')].join('.')
    },
    open(sealed, bound) {
      const { key, nonce, tag, body } = parts(sealed)
      if (!key) throw new PlimsollError('secret.other_key', 'It was sealed with a key that is not in PLIMSOLL_SECRET_KEY.')
      try {
        const cipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: 16 }).setAAD(Buffer.from(bound)).setAuthTag(tag)
        return Buffer.concat([cipher.update(body), cipher.final()]).toString('utf8')
      } catch (error) {
        throw new PlimsollError('secret.damaged', 'It was changed after it was sealed.', { cause: error })
      }
    },
    knows: (sealed) => parts(sealed).key !== undefined,
    hashes: (plain) => keys.map((key) => createHmac('sha256', key.bytes).update(`hash:${plain}`).digest('base64url')),
  }
}

/** Slow on purpose (some 50 ms, once): whoever has the store must not guess a weak key quickly. */
function derived(text: string): Key {
  const bytes = scryptSync(text, 'plimsoll: what is sealed in the store', 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 })
  return { id: createHmac('sha256', bytes).update('id').digest('base64url').slice(0, 10), bytes }
}
