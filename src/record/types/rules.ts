/**
 * `types/`: what may stand in a field of each type, how systems write it, and the one form in which golden records keep it.
 * One file a type; its examples stand beside it. Pure.
 */
import type { Native } from '../../base/numeral.ts'
import type { FieldType, ScalarName } from '../../plan/model.ts'
import type { Reading } from '../contracts.ts'
import type { Parsed, Value } from '../value.ts'
import { boolean } from './boolean.ts'
import { codes } from './codes.ts'
import { date, datetime, time } from './dates.ts'
import { email } from './email.ts'
import { gtin } from './gtin.ts'
import { iban } from './iban.ts'
import { country, currency, language, postalCode } from './places.ts'
import { vatId } from './vat-id.ts'
import { file, json, url } from './web.ts'
import { groupFormatter, groupParser } from './group.ts'
import { LIMIT_READING, withLimits } from './limits.ts'
import { listFormatter, listParser } from './list.ts'
import { money } from './money.ts'
import { decimal, integer } from './numbers.ts'
import { phone } from './phone.ts'
import { quantity } from './quantity.ts'
import { reference } from './reference.ts'
import { type Format, NOTHING, type Parse, type Rule } from './rule.ts'
import { text } from './text.ts'

const SCALARS: Readonly<Record<ScalarName, Rule>> = {
  text, integer, decimal, boolean, date, time, datetime, email, phone,
  country, currency, language, postal_code: postalCode, vat_id: vatId, iban, gtin, url, file, json,
}

/** Compiled once per type and reading; the parser never throws. Throws when the type's own limits or the reading make no sense. */
export function typeParser(type: FieldType, reading: Reading): Parse {
  return withLimits(bareParser(type, reading), type, () => bareParser(type, LIMIT_READING))
}

/** What people write into a typed field when they have nothing to write. In a text or a code list it may mean something. */
const NOTHING_WORDS: ReadonlySet<string> = new Set(['n/a', 'n.a.', 'na', '-', '--', '—', '?', 'none', 'null', 'nil', '#n/a', 'brak', 'keine', 'k.a.'])
const WORDLESS: ReadonlySet<FieldType['is']> = new Set(['email', 'phone', 'vat_id', 'iban', 'gtin', 'url', 'integer', 'decimal', 'money', 'quantity', 'date', 'time', 'datetime', 'country', 'currency', 'postal_code'])

function sayingNothing(parse: Parse, type: FieldType): Parse {
  if (!WORDLESS.has(type.is)) return parse
  return (native) => (typeof native === 'string' && native.length < 8 && NOTHING_WORDS.has(native.trim().toLowerCase()) ? NOTHING : parse(native))
}

function bareParser(type: FieldType, reading: Reading): Parse {
  return sayingNothing(typedParser(type, reading), type)
}

function typedParser(type: FieldType, reading: Reading): Parse {
  switch (type.is) {
    case 'money': return money.parser(type, reading)
    case 'quantity': return quantity.parser(type, reading)
    case 'codes': return codes.parser(type, reading)
    case 'reference': return reference.parser(type, reading)
    case 'list': return listParser(type, typeParser(type.of, reading))
    case 'group': return groupParser(type, new Map([...type.fields].map(([name, field]) => [name, typeParser(field.type, reading)])))
    default: return SCALARS[type.is].parser(type, reading)
  }
}

/** The inverse for the same reading. Throws `type.unwritable` for a value that has no form there (another currency, say). */
export function typeFormatter(type: FieldType, reading: Reading): Format {
  switch (type.is) {
    case 'money': return money.formatter(type, reading)
    case 'quantity': return quantity.formatter(type, reading)
    case 'codes': return codes.formatter(type, reading)
    case 'reference': return reference.formatter(type, reading)
    case 'list': return listFormatter(typeFormatter(type.of, reading))
    case 'group': return groupFormatter(new Map([...type.fields].map(([name, field]) => [name, typeFormatter(field.type, reading)])))
    default: return SCALARS[type.is].formatter(type, reading)
  }
}

interface Compiled { readonly parse: Parse; readonly format: Format }
const compiled = new WeakMap<FieldType, WeakMap<Reading, Compiled>>()

function compile(type: FieldType, reading: Reading): Compiled {
  let readings = compiled.get(type)
  if (!readings) compiled.set(type, (readings = new WeakMap()))
  let both = readings.get(reading)
  if (!both) readings.set(reading, (both = { parse: typeParser(type, reading), format: typeFormatter(type, reading) }))
  return both
}

/** Native → hub form, normalised and validated. Never throws. Empty text, and what only means "nothing", becomes null. */
export const parseValue = (native: Native, type: FieldType, reading: Reading): Parsed => compile(type, reading).parse(native)
/** Hub form → native, the inverse of `parseValue` for the same reading. null stays null. */
export const formatValue = (value: Value, type: FieldType, reading: Reading): Native => compile(type, reading).format(value)

export { listOf } from './list.ts'
export { groupOf } from './group.ts'
