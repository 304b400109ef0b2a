/**
 * One scalar value between a system's form and the hub's: part of a text, transforms, code lists, references, and the
 * type's own reading. Where the value stands in the record is no business of a cell.
 */
import type { Native } from '../../base/numeral.ts'
import type { Entity, FieldMapping, FieldType, Name } from '../../plan/model.ts'
import type { FieldRead, FollowLink, KeyOf, Reading } from '../contracts.ts'
import { wrongKey } from '../key.ts'
import { typeFormatter, typeParser } from '../types/rules.ts'
import { type Broken, type Value, isGroup } from '../value.ts'
import type { LoadedFunction } from './computed.ts'
import { nativeOf, scalarText } from './path.ts'
import { TRANSFORMS } from './transforms.ts'

/** What every part of a mapping is compiled with. */
export interface MappingSurroundings {
  readonly entity: Entity
  readonly entities: ReadonlyMap<Name, Entity>
  /** Module reference as written in the plan → what it exports. */
  readonly functions: ReadonlyMap<string, LoadedFunction>
  readonly timeZone: string
  readonly country: string | undefined
  /** Records are rows: a path is a column, nested values need columns of their own. */
  readonly flat: boolean
}

export interface WriteHelp {
  readonly keyOf: KeyOf
  /** The whole golden record, for computed fields. */
  readonly values: Readonly<Record<string, Value>>
  readonly follow: FollowLink | undefined
}

export type NativeWrite =
  | { readonly is: 'native'; readonly native: Native; /** Currency or unit, where it has a place of its own. */ readonly beside?: string }
  | { readonly is: 'leave' }
  | { readonly is: 'waiting'; readonly on: Value }
  | { readonly is: 'broken'; readonly broken: Broken }

export interface Cell {
  /** `beside`: the currency or unit that stands elsewhere in the record. Never throws. */
  read(native: Native, beside?: Native): FieldRead
  write(value: Value, help: WriteHelp): NativeWrite
  /** The mapping's `default`, in hub form. */
  readonly default: Value | undefined
}

export const ABSENT: FieldRead = { is: 'absent' }
export const EMPTY: FieldRead = { is: 'value', value: null }
export const LEAVE: NativeWrite = { is: 'leave' }
export const NOTHING: NativeWrite = { is: 'native', native: null }
export const brokenRead = (rule: string, says: string): FieldRead => ({ is: 'broken', broken: { rule, says } })

const SHOWN = 60
export const shortened = (native: Native | undefined): string => {
  const text = scalarText(native) ?? (native === null || native === undefined ? 'nothing' : Array.isArray(native) ? 'a list' : 'an object')
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** How the system writes this field: the mapping's words, else the system's. */
function readingOf(mapping: FieldMapping, around: MappingSurroundings): Reading {
  return {
    timeZone: mapping.timeZone ?? around.timeZone,
    ...(mapping.format === undefined ? {} : { format: mapping.format }),
    ...(mapping.decimal === undefined ? {} : { decimal: mapping.decimal }),
    ...(around.country === undefined ? {} : { country: around.country }),
    ...(mapping.unit === undefined ? {} : { unit: mapping.unit }),
    ...(fixedCurrency(mapping) === undefined ? {} : { currency: fixedCurrency(mapping)! }),
  }
}

const ISO_CURRENCY = /^[A-Z]{3}$/
/** `currency:` is an ISO code; anything else is a path. */
export const fixedCurrency = (mapping: FieldMapping): string | undefined =>
  mapping.currency !== undefined && ISO_CURRENCY.test(mapping.currency) ? mapping.currency : undefined

export function compileCell(type: FieldType, mapping: FieldMapping, around: MappingSurroundings): Cell {
  const reading = readingOf(mapping, around)
  const typed = type.is === 'reference' ? referenceCell(type.to, mapping, around, reading) : typeCell(type, reading)
  const coded = mapping.codes || mapping.ignore || mapping.unknown ? codeCell(typed, type, mapping, around) : typed
  const textual = mapping.split !== undefined || mapping.transform ? textCell(coded, mapping) : coded
  const fallback = mapping.default === undefined ? undefined : hubValue(mapping.default, type, around)
  if (mapping.value !== undefined) return constantCell(mapping.value, type, textual, around)
  return fallback === undefined ? textual : withDefault(textual, fallback)
}

/** A value written in the plan, in hub form; undefined if it is none of its type (the plan's check says so). */
function hubValue(text: string, type: FieldType, around: MappingSurroundings): Value | undefined {
  const parsed = typeParser(type, { timeZone: around.timeZone })(text)
  return parsed.ok && parsed.value !== null ? parsed.value : undefined
}

/** What stands beside an amount and says what it is an amount of. */
const besideOf = (type: FieldType): 'currency' | 'unit' | undefined => (type.is === 'money' ? 'currency' : type.is === 'quantity' ? 'unit' : undefined)

/** Systems use a handful of currencies and units; a hostile one must not fill the memory. */
const MOST_REMEMBERED = 300

function typeCell(type: FieldType, reading: Reading): Cell {
  const beside = besideOf(type)
  const parse = typeParser(type, reading)
  const format = typeFormatter(type, reading)
  const parsers = new Map<string, typeof parse>()
  const parserWith = (text: string): typeof parse => {
    const known = parsers.get(text)
    if (known) return known
    const made = typeParser(type, { ...reading, [beside!]: beside === 'currency' ? text.trim().toUpperCase() : text.trim() })
    if (parsers.size < MOST_REMEMBERED) parsers.set(text, made)
    return made
  }
  return {
    default: undefined,
    read(native, besideNative) {
      if (native === null || native === '') return EMPTY
      const text = beside === undefined || besideNative === undefined ? undefined : scalarText(besideNative)
      const parsed = text === undefined || text.trim() === '' ? parse(native) : parserWith(text)(native)
      return parsed.ok ? { is: 'value', value: parsed.value } : { is: 'broken', broken: parsed.broken }
    },
    write: (value) => (value === null ? NOTHING : formatted(format, value)),
  }
}

function formatted(format: (value: Value) => Native, value: Value): NativeWrite {
  try {
    return { is: 'native', native: format(value) }
  } catch (error) {
    return { is: 'broken', broken: { rule: 'unwritable', says: (error as Error).message } }
  }
}

/** For a currency or unit that has a place of its own: the bare amount is written, and `beside` goes there. */
export function bareAmount(cell: Cell, type: FieldType, mapping: FieldMapping, around: MappingSurroundings): Cell {
  const reading = readingOf(mapping, around)
  const beside = besideOf(type)!
  const formats = new Map<string, (value: Value) => Native>()
  return {
    ...cell,
    write(value) {
      if (!isGroup(value)) return NOTHING
      const own = String(value[beside])
      let format = formats.get(own)
      if (!format) {
        format = typeFormatter(type, { ...reading, [beside]: own })
        if (formats.size < MOST_REMEMBERED) formats.set(own, format)
      }
      const written = formatted(format, value)
      return written.is === 'native' ? { ...written, beside: own } : written
    },
  }
}

function referenceCell(to: Name, mapping: FieldMapping, around: MappingSurroundings, reading: Reading): Cell {
  const by = mapping.identifier ?? ''
  const parse = by === '' ? undefined : typeParser(around.entities.get(to)?.fields.get(by)?.type ?? { is: 'text' }, reading)
  return {
    default: undefined,
    read(native) {
      if (native === null || native === '') return EMPTY
      if (parse) {
        const parsed = parse(native)
        if (!parsed.ok) return { is: 'broken', broken: parsed.broken }
        if (parsed.value === null) return EMPTY
        return { is: 'value', value: { to, by, key: typeof parsed.value === 'string' ? parsed.value : JSON.stringify(parsed.value) } }
      }
      const key = scalarText(native)
      if (key === undefined) return brokenRead('type', `A key of ${to} is expected, and it is ${shortened(native)}.`)
      const wrong = wrongKey(key)
      if (wrong !== undefined) return brokenRead('encoding', `The key of ${to} ${wrong}.`)
      return key.trim() === '' ? EMPTY : { is: 'value', value: { to, by, key } }
    },
    write(value, help) {
      if (value === null) return NOTHING
      const native = help.keyOf(value, by)
      return native === undefined ? { is: 'waiting', on: value } : { is: 'native', native }
    },
  }
}

/** Types in which a value that the mapping doesn't list can't be right. */
const isClosed = (type: FieldType): boolean => type.is === 'codes' || type.is === 'boolean'

function codeCell(inner: Cell, type: FieldType, mapping: FieldMapping, around: MappingSurroundings): Cell {
  const listed = mapping.codes !== undefined
  const toGolden = new Map<string, FieldRead>()
  const toSystem = new Map<string, NativeWrite>()
  const all = [...(mapping.codes?.values() ?? [])].flat()
  // A system that numbers its codes holds numbers; one leading zero or letter, and they are text.
  const asText = !(all.every((code) => typeof nativeOf(code) === 'number') || all.every((code) => typeof nativeOf(code) === 'boolean'))
  for (const [golden, codes] of mapping.codes ?? []) {
    const value = hubValue(golden, type, around)
    if (value === undefined) continue
    // Two golden codes for one system code: the first that is written in the plan is read.
    for (const code of codes) if (!toGolden.has(code)) toGolden.set(code, { is: 'value', value })
    const first = codes[0]
    toSystem.set(goldenText(value), first === undefined ? LEAVE : { is: 'native', native: asText ? first : nativeOf(first) })
  }
  const ignored = new Set(mapping.ignore)
  const unknown = mapping.unknown ?? 'set_aside'
  const instead = typeof unknown === 'object' ? hubValue(unknown.code, type, around) : undefined
  const notListed = (native: Native, broken: Broken): FieldRead => {
    if (unknown === 'ignore') return ABSENT
    if (instead !== undefined) return { is: 'value', value: instead }
    return { is: 'broken', broken: broken.rule === '' ? { rule: 'code', says: `\`${shortened(native)}\` is none of the codes that the mapping names.` } : broken }
  }
  return {
    default: undefined,
    read(native, beside) {
      const text = scalarText(native)
      if (text !== undefined) {
        const golden = toGolden.get(text) ?? toGolden.get(text.trim())
        if (golden) return golden
        if (ignored.has(text) || ignored.has(text.trim())) return ABSENT
      }
      if (native === null || text?.trim() === '') return EMPTY
      if (listed && isClosed(type)) return notListed(native, { rule: '', says: '' })
      const read = inner.read(native, beside)
      return read.is === 'broken' && read.broken.rule === 'code' ? notListed(native, read.broken) : read
    },
    write(value, help) {
      if (value === null) return NOTHING
      const code = toSystem.get(goldenText(value))
      if (code) return code
      if (listed && isClosed(type)) {
        return { is: 'broken', broken: { rule: 'code', says: `The system has no code for \`${goldenText(value)}\`.` } }
      }
      return inner.write(value, help)
    },
  }
}

/** A golden value as the key of a code list. */
const goldenText = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value))

function textCell(inner: Cell, mapping: FieldMapping): Cell {
  const steps = (mapping.transform ?? []).map((name) => TRANSFORMS.get(name)).filter((step) => step !== undefined)
  const part = mapping.split === undefined ? undefined : partOf(mapping.split, mapping.take ?? 'first')
  return {
    ...inner,
    read(native, beside) {
      const text = scalarText(native)
      if (text === undefined) return inner.read(native, beside)
      let changed: string | undefined = part ? part(text) : text
      // The text has fewer parts: the whole is known, so this part is known to be empty.
      if (changed === undefined) return EMPTY
      for (const step of steps) changed = step(changed)
      return inner.read(changed === text ? native : changed, beside)
    },
  }
}

/** `first`, `rest`, `last`, or the part with that number, counted from 1. */
function partOf(split: string, take: 'first' | 'rest' | 'last' | number): (text: string) => string | undefined {
  return (text) => {
    const trimmed = text.trim()
    if (trimmed === '') return undefined
    if (take === 'first') {
      const at = trimmed.indexOf(split)
      return at === -1 ? trimmed : trimmed.slice(0, at)
    }
    if (take === 'rest') {
      const at = trimmed.indexOf(split)
      return at === -1 ? undefined : trimmed.slice(at + split.length).trim()
    }
    const parts = trimmed.split(split).filter((part) => part !== '')
    if (take === 'last') return parts.length > 1 ? parts.at(-1) : undefined
    return parts[take - 1]
  }
}

/** An empty value of a field with a default says nothing, so that the default applies and is never taken for a statement. */
function withDefault(inner: Cell, value: Value): Cell {
  return {
    ...inner,
    default: value,
    read(native, beside) {
      const read = inner.read(native, beside)
      return read.is === 'value' && read.value === null ? ABSENT : read
    },
  }
}

function constantCell(text: string, type: FieldType, inner: Cell, around: MappingSurroundings): Cell {
  const value = hubValue(text, type, around)
  const read: FieldRead = value === undefined ? ABSENT : { is: 'value', value }
  const asWritten: NativeWrite = { is: 'native', native: text }
  // In the system's own form, like any other value; a key of another record is what the plan says.
  const write = (_: Value, help: WriteHelp): NativeWrite => (value === undefined || type.is === 'reference' ? asWritten : inner.write(value, help))
  return { ...inner, read: () => read, write }
}
