/** Is this server the one that was meant? Its key must be one that the settings name, or that stands in a file of known hosts. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { PlimsollError } from '../../../contract.ts'

/** As `ssh-keygen -l` shows it. */
const fingerprintOf = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
const typeOf = (key: Buffer): string => (key.length > 4 ? key.toString('latin1', 4, 4 + Math.min(key.readUInt32BE(0), 60)) : 'unknown')

export interface KnownHosts {
  /** Fingerprints, public keys, or lines of a file of known hosts. */
  readonly keys: readonly string[]
  /** Text of a file of known hosts. */
  readonly file: string | undefined
  readonly host: string
  readonly port: number
}

/** Whether the key that a server shows is known; `seen` is what to tell a person otherwise. */
export function hostKeyCheck(known: KnownHosts): { readonly any: boolean; accepts(key: Buffer): boolean; refusal(): PlimsollError } {
  const { host, port } = known
  const named = port === 22 ? [host] : [`[${host}]:${port}`]
  const lines = (known.file ?? '').split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const revoked = lines.filter((line) => line.startsWith('@revoked ')).map((line) => keyIn(line))
  const listed = lines.filter((line) => !line.startsWith('@') && line.split(/\s+/, 1)[0]!.split(',').some((pattern) => named.some((name) => isHost(pattern, name)))).map((line) => keyIn(line))
  const prints = new Set(known.keys.map((key) => key.trim()).filter((key) => key.startsWith('SHA256:')).map((key) => key.replace(/=+$/, '')))
  const keys = [...known.keys.filter((key) => !key.trim().startsWith('SHA256:')).map((key) => keyIn(key)), ...listed].filter((key) => key !== undefined)
  let seen: Buffer | undefined
  return {
    any: prints.size > 0 || keys.length > 0,
    accepts(key) {
      seen = key
      if (revoked.some((other) => other !== undefined && isSame(other, key))) return false
      return prints.has(fingerprintOf(key)) || keys.some((other) => isSame(other, key))
    },
    refusal() {
      const shows = seen === undefined ? 'no key' : `the key ${fingerprintOf(seen)} (${typeOf(seen)})`
      const says = prints.size > 0 || keys.length > 0 ? `${host} shows ${shows}, which is not the one that is known for it. Somebody may stand in between.` : `${host} shows ${shows}, and nothing says that this is the right one.`
      return new PlimsollError('files.host_key', says, { place: host, executed: false })
    },
  }
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/** The base64 part of a public key, wherever it stands in a line. */
function keyIn(line: string): Buffer | undefined {
  const text = /(?:^|\s)(AAAA[A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line)?.[1]
  return text === undefined ? undefined : Buffer.from(text, 'base64')
}

/** Plain, or hashed as `|1|salt|hash`. */
function isHost(pattern: string, name: string): boolean {
  const [, version, salt, hash] = pattern.split('|')
  if (version === '1' && salt !== undefined && hash !== undefined) return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
  return pattern.toLowerCase() === name.toLowerCase()
}
