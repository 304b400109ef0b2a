/**
 * `email`: RFC 5321 and 6531 addresses without quoted local parts and address literals. Hub form: lower case throughout, the
 * domain in ASCII (`xn--…`), so that equal addresses are equal texts. Standards let local parts differ by case; no mail
 * system of note does, and people write their own address either way.
 */
import { domainToASCII } from 'node:url'
import { asIs, bad, good, NOTHING, type Rule, shown, shortText } from './rule.ts'

const ASCII = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/
const ASCII_DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** Letters, marks and digits of any script, and what ASCII allows. */
const INTERNATIONAL = /^[\p{L}\p{M}\p{N}\p{So}\p{Sk}_!#$%&'*+/=?^`{|}~-]+(?:\.[\p{L}\p{M}\p{N}\p{So}\p{Sk}_!#$%&'*+/=?^`{|}~-]+)*$/u
const ONLY_ASCII = /^[\x21-\x7e]*$/

export const email: Rule = {
  parser: () => {
    const slow = shortText('e-mail address', (text) => parse(text))
    return (native) => (native === null ? NOTHING : slow(native))
  },
  formatter: () => asIs,
}

function parse(written: string): ReturnType<typeof good> {
  const refuse = (why: string): ReturnType<typeof good> => bad('type', `${shown(written)} is no e-mail address: ${why}.`)
  const ascii = ONLY_ASCII.test(written)
  const address = (ascii ? written : written.normalize('NFC')).toLowerCase()
  const at = address.lastIndexOf('@')
  if (at < 1 || at === address.length - 1) return refuse('it has no `name@domain`')
  const local = address.slice(0, at)
  if (!(ascii ? ASCII : INTERNATIONAL).test(local)) return refuse('the part before `@` is not allowed')
  if (Buffer.byteLength(local) > 64) return refuse('the part before `@` is longer than 64 bytes')
  const domainWritten = address.slice(at + 1)
  const domain = ascii ? domainWritten : domainToASCII(domainWritten)
  if (!ASCII_DOMAIN.test(domain) || domain.length > 253) return refuse('the part after `@` is no domain name')
  if (local.length + domain.length > 253) return refuse('it is longer than 254 characters')
  return good(`${local}@${domain}`)
}
