/** Numbers as people and systems write them → canonical digits. Nothing passes through a floating-point number. */
import { type Native, Numeral } from '../../base/numeral.ts'
import type { Broken } from '../value.ts'
import { canonicalDigits } from './digits.ts'
import { shown, textOf } from './rule.ts'

const LONGEST = 2000
/** Space, no-break space, narrow no-break space, thin space, figure space, apostrophes: never a decimal mark. */
const NEUTRAL = ' \u00a0\u202f\u2009\u2007\'\u2019'
const BODY = /^[\d., \u00a0\u202f\u2009\u2007'\u2019]+$/
const PLAIN_NO_POINT = /^[-+]?\d+$/

const broken = (rule: string, says: string): Broken => ({ rule, says })

/**
 * Canonical digits, null for empty text, or why not. `decimal` is the system's decimal mark. Without it `.` is the mark,
 * unless the text can only be read the other way; `1,234` could be both and is refused.
 */
export function readNumber(native: Native, decimal: string | undefined): string | null | Broken {
  if (typeof native === 'number') {
    const digits = Number.isFinite(native) ? canonicalDigits(String(native)) : undefined
    return digits ?? broken('type', `${shown(native)} is no number.`)
  }
  if (native instanceof Numeral) {
    return canonicalDigits(native.text) ?? broken('range', `${shown(native)} is no number with at most 1000 digits.`)
  }
  if (native === null) return null
  const text = typeof native === 'boolean' ? undefined : textOf(native)
  if (text === undefined) return broken('type', `${shown(native)} is no number.`)
  return readNumberText(text, decimal)
}

export function readNumberText(text: string, decimal: string | undefined): string | null | Broken {
  if (text.length > LONGEST) return broken('range', `${shown(text)} has more digits than a number may have.`)
  if (decimal !== ',' || PLAIN_NO_POINT.test(text)) {
    const plain = canonicalDigits(text)
    if (plain !== undefined) return plain
  }
  const trimmed = text.trim()
  if (trimmed === '') return null
  const { negative, body } = sign(trimmed)
  const digits = decimal === ',' || /^[-+]/.test(body) ? undefined : canonicalDigits(body)
  const plain = digits ?? (BODY.test(body) ? marked(body, decimal) : undefined)
  if (plain === 'ambiguous') {
    return broken('ambiguous', `${shown(text)} may be a thousand or a fraction; the mapping must say which decimal mark this system uses.`)
  }
  if (plain === undefined) {
    return broken('type', `${shown(text)} is no number${decimal ? ` with the decimal mark \`${decimal}\`` : ''}.`)
  }
  return negative && plain !== '0' ? `-${plain}` : plain
}

/** A sign before or, as some ERP systems write it, after the digits. */
function sign(text: string): { negative: boolean; body: string } {
  const first = text[0]!
  if (first === '-' || first === '\u2212' || first === '+') return { negative: first !== '+', body: text.slice(1).trim() }
  const last = text.at(-1)!
  if (last === '-' || last === '\u2212') return { negative: true, body: text.slice(0, -1).trim() }
  return { negative: false, body: text }
}

function marked(body: string, decimal: string | undefined): string | undefined {
  const mark = decimal ?? guessMark(body)
  if (mark === 'ambiguous') return mark
  const at = mark === undefined ? -1 : body.lastIndexOf(mark)
  const whole = at === -1 ? body : body.slice(0, at)
  const fraction = at === -1 ? '' : body.slice(at + 1)
  if (!/^\d*$/.test(fraction)) return undefined
  const ungrouped = ungroup(whole, mark)
  return ungrouped === undefined ? undefined : canonicalDigits(fraction === '' ? ungrouped : `${ungrouped}.${fraction}`)
}

/** The decimal mark that the text itself shows; undefined: it has none. */
function guessMark(body: string): '.' | ',' | 'ambiguous' | undefined {
  const points = body.split('.').length - 1
  const commas = body.split(',').length - 1
  if (points > 0 && commas > 0) return body.lastIndexOf('.') > body.lastIndexOf(',') ? '.' : ','
  if (points > 1 || commas > 1) return undefined
  if (points === 1) return '.'
  if (commas === 0) return undefined
  return /^[1-9]\d{0,2},\d{3}$/.test(body) ? 'ambiguous' : ','
}

/** `1 234 567` → `1234567`: one kind of group mark, three digits a group. */
function ungroup(whole: string, mark: string | undefined): string | undefined {
  if (/^\d*$/.test(whole)) return whole
  const separator = whole.match(/[^\d]/)![0]
  if (separator === mark) return undefined
  const groups = whole.split(NEUTRAL.includes(separator) && separator.trim() === '' ? /[ \u00a0\u202f\u2009\u2007]/ : separator)
  const fits = groups.every((group, i) => (i === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group))
  return fits ? groups.join('') : undefined
}

/** Digits as this system writes them: a number, or text where the decimal mark is a comma. */
export function writeNumber(digits: string, decimal: string | undefined): string | undefined {
  return decimal === ',' && digits.includes('.') ? digits.replace('.', ',') : undefined
}
