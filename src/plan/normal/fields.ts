import type { Field, FieldType, ScalarName } from '../model.ts'
import type { Node } from '../tree.ts'
import type { Name } from '../values.ts'
import { readCurrency } from '../values.ts'
import { at, entriesAt, flagAt, given, textAt, textsAt, valueAt } from './reading.ts'

/** A field with the names of its type, most special first: `address`, or `money`. Systems may say how they write each. */
export interface TypedField {
  readonly field: Field
  readonly typeNames: readonly string[]
  /** Of a group, or of the groups in a list. */
  readonly members?: ReadonlyMap<Name, TypedField>
}

/** Named types of the plan; a type that contains itself stays unresolved and is reported by a check. */
export class Types {
  readonly #written: ReadonlyMap<Name, Node>
  readonly #made = new Map<Name, TypedField | undefined>()
  constructor(types: Node | undefined) {
    this.#written = new Map(entriesAt(types).map((e) => [e.key, e.value]))
  }

  names(): Iterable<Name> {
    return this.#written.keys()
  }

  named(name: Name): TypedField | undefined {
    if (!this.#made.has(name)) {
      this.#made.set(name, undefined)
      const node = this.#written.get(name)
      const made = node && this.field(node)
      this.#made.set(name, made && { ...made, typeNames: [name, ...made.typeNames] })
    }
    return this.#made.get(name)
  }

  fields(node: Node | undefined): ReadonlyMap<Name, TypedField> {
    return new Map(entriesAt(node).flatMap((e) => {
      const made = this.field(e.value)
      return made ? [[e.key, made] as const] : []
    }))
  }

  /** undefined where the type is not known. */
  field(node: Node): TypedField | undefined {
    const typed = this.#type(node)
    if (!typed) return undefined
    const limits = given({
      length: textAt(node, 'length') === undefined ? undefined : Number(textAt(node, 'length')),
      pattern: textAt(node, 'pattern'), atLeast: textAt(node, 'at_least'), atMost: textAt(node, 'at_most'),
    })
    const type = Object.keys(limits).length > 0 && canLimit(typed.field.type) ? { ...typed.field.type, ...limits } as FieldType : typed.field.type
    const initial = textAt(node, 'default')
    return { ...typed, field: { type, was: textsAt(node, 'was'), ...(initial === undefined ? {} : { default: initial }) } }
  }

  #type(node: Node): TypedField | undefined {
    const name = textAt(node, 'type')
    if (name !== undefined) return this.#written.has(name) ? this.named(name) : builtIn(name)
    const codes = at(node, 'codes')
    if (codes) {
      return plain({ is: 'codes', codes: new Map(entriesAt(codes).map((e) => [e.key, e.value.is === 'text' ? e.value.text : e.key])) }, 'codes')
    }
    const unit = textAt(node, 'quantity')
    if (unit !== undefined) return plain({ is: 'quantity', unit }, 'quantity')
    const currency = valueAt(node, 'money', readCurrency)
    if (currency !== undefined) return plain({ is: 'money', currency }, 'money')
    const to = textAt(node, 'to')
    if (to !== undefined) return plain({ is: 'reference', to, late: flagAt(node, 'late') }, 'reference')
    const group = at(node, 'group')
    if (group) {
      const members = this.fields(group)
      return { ...plain({ is: 'group', fields: untyped(members) }, 'group'), members }
    }
    const item = at(node, 'list')
    const of = item && this.field(item)
    if (!of) return undefined
    const key = textAt(node, 'key')
    const list = plain({ is: 'list', of: of.field.type, ...(key === undefined ? {} : { key }), ordered: textAt(node, 'ordered') !== 'false' }, 'list')
    // A system says how it writes the item's type; a list of one is written the same way.
    return { ...list, typeNames: [...list.typeNames, ...of.typeNames], ...(of.members ? { members: of.members } : {}) }
  }
}

const SCALAR_NAMES: ReadonlySet<string> = new Set<ScalarName>([
  'text', 'integer', 'decimal', 'boolean', 'date', 'time', 'datetime', 'email', 'phone', 'country', 'currency', 'language', 'postal_code',
  'vat_id', 'iban', 'gtin', 'url', 'file', 'json',
])

function builtIn(name: string): TypedField | undefined {
  if (name === 'money') return plain({ is: 'money' }, name)
  if (name === 'quantity') return plain({ is: 'quantity' }, name)
  return SCALAR_NAMES.has(name) ? plain({ is: name as ScalarName }, name) : undefined
}

const plain = (type: FieldType, name: string): TypedField => ({ field: { type, was: [] }, typeNames: [name] })
const canLimit = (type: FieldType): boolean => !['codes', 'group', 'list', 'reference'].includes(type.is)
export const untyped = (fields: ReadonlyMap<Name, TypedField>): ReadonlyMap<Name, Field> => new Map([...fields].map(([key, typed]) => [key, typed.field]))
