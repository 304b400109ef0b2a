/**
 * Values that stand where somebody had to write something: they are kept like any other, but never say that two records are
 * the same. Hub form in, so spelling is settled already. A false "same" joins two people; a missed one leaves a double that a
 * person can join: in doubt a value does not identify.
 */
import type { FieldType } from '../plan/model.ts'
import { isGroup, type Value } from './value.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s*\|\s*/))

/** Lower case, with spaces, dots and dashes at the ends taken away. */
const WORDS = words(`n/a | na | n.a | n.d | nd | n-a | none | null | nil | nan | undefined | unknown | unbekannt | nieznany | nieznana | nieznane | neznámý | inconnu |
brak | brak danych | nie dotyczy | nie ma | keine | kein | keine angabe | keine angaben | k.a | k. a | entfällt | nicht vorhanden | not available |
not applicable | not set | not known | no data | no value | empty | blank | leer | anonymous | anonim | anonymous user | guest | gość | gast | test | tests |
testing | tester | test test | dummy | fake | sample | example | placeholder | default | tbd | tba | todo | temp | tmp | asdf | asdfgh | qwerty | abc |
xyz | -1 | #n/a | #n/d | #ref! | #wert! | #value! | #name? | (null) | [null] | <null> | "" | ''`)

/** Local parts of addresses that nobody in particular reads: made-up ones, robots, and the common mailboxes of RFC 2142. */
const MAILBOXES = words(`test | tests | tester | testing | testowy | test.test | asdf | qwerty | abc | xxx | none | na | n.a | n-a | null | nil | undefined |
unknown | nobody | anonymous | anonim | dummy | fake | noemail | no-email | no.email | no_email | nomail | no-mail | brak | brakmaila | brak.maila | brakemaila |
kein | keine | keine-email | noreply | no-reply | no.reply | no_reply | donotreply | do-not-reply | do.not.reply | do_not_reply | nicht-antworten |
mailer-daemon | info | marketing | sales | support | abuse | noc | security | postmaster | hostmaster | usenet | news | webmaster | www | uucp | ftp`)

/** Smallest and largest days of databases and spreadsheets, and what forms put in. */
const DAYS = words(`0001-01-01 | 0100-01-01 | 1000-01-01 | 1111-11-11 | 1582-10-15 | 1601-01-01 | 1753-01-01 | 1800-01-01 | 1899-12-30 | 1899-12-31 |
1900-01-01 | 1901-01-01 | 1970-01-01 | 2099-12-31 | 2999-12-31 | 3000-01-01 | 9999-12-31 | 4712-12-31`)

/** Numbers that pass their check digit and are known from manuals. */
const NUMBERS = words(`PL1234563218 | PL1234563224 | DE123456789 | DE123456788 | ATU12345675 | 12345670 | 1234567890128 | 0123456789012 | 0012345678905 | 12345678901231`)

const PUNCTUATION = /^[\p{P}\p{S}\s]*$/u
const ZEROS = /^[0\s.,/+-]*$/
const SAME_SIGN = /^(.)\1*$/su
const SEQUENCES = ['0123456789', '1234567890', '123456789', '987654321', '9876543210']
const ENDS = /^[\s.\-_]+|[\s.\-_]+$/gu
/** Longer texts are never placeholders. */
const LONGEST = 60

export function identifies(value: Value, type: FieldType): boolean {
  if (value === null) return false
  if (typeof value === 'boolean') return true
  if (typeof value === 'string') return scalarIdentifies(value, type)
  if (Array.isArray(value)) return value.length > 0
  if (type.is !== 'group' || !isGroup(value)) return true
  return [...type.fields].some(([name, field]) => Object.hasOwn(value, name) && identifies(value[name]!, field.type))
}

function scalarIdentifies(value: string, type: FieldType): boolean {
  switch (type.is) {
    case 'email': return mailboxIdentifies(value)
    case 'phone': return phoneIdentifies(value)
    case 'date': return !DAYS.has(value)
    case 'datetime': return !DAYS.has(value.slice(0, 10))
    case 'integer':
    case 'decimal': return value !== '0' && value !== '-1' && !numberIsMadeUp(value)
    case 'vat_id':
    case 'iban':
    case 'gtin': return !NUMBERS.has(value) && !numberIsMadeUp(value.replace(/^[A-Z]+/, ''), type.is === 'gtin')
    case 'text':
    case 'postal_code': return textIdentifies(value)
    default: return true
  }
}

function textIdentifies(value: string): boolean {
  if (value.length > LONGEST) return true
  const word = value.toLowerCase()
  if (word === '' || PUNCTUATION.test(word) || ZEROS.test(word) || WORDS.has(word) || WORDS.has(word.replaceAll(ENDS, ''))) return false
  // `xxx`, but not the article 111: short numbers of one digit are given out.
  if (SAME_SIGN.test(word)) return word.length < 3 || (/\d/.test(word) && word.length < 6)
  return !SEQUENCES.includes(word)
}

/** One digit throughout or counting up. The check digit of a GTIN need not fit in. */
function numberIsMadeUp(digits: string, checked = false): boolean {
  const body = (checked ? digits.slice(0, -1) : digits).replace(/^0+(?=.)/, '')
  return ZEROS.test(body) || (body.length >= 6 && SAME_SIGN.test(body)) || SEQUENCES.includes(body)
}

function mailboxIdentifies(address: string): boolean {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const first = address.slice(at + 1).split('.')[0]!
  const plain = local.replace(/\+.*$/s, '').replace(/\d{1,4}$/, '')
  if (MAILBOXES.has(local) || MAILBOXES.has(plain) || PUNCTUATION.test(local)) return false
  if (ZEROS.test(local) || SEQUENCES.includes(local)) return false
  // a@a.pl, xxx@xxx.com
  return !(local === first && local.length <= 3) && !(local.length >= 3 && SAME_SIGN.test(local))
}

/** The subscriber's part is repeated or counted: +48000000000, +48123456789, +49111111111. */
function phoneIdentifies(number: string): boolean {
  const digits = number.replace(/;ext=.*$/s, '').replaceAll(/\D/g, '')
  return !/(\d)\1{6,}$/.test(digits) && !/(?:1234567|01234567|12345678|123456789|1234567890|987654321|9876543210|7654321)$/.test(digits)
}
