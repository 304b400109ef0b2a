/** Names, members and items: `record.a.b`, `order.customer.language`, `list[0]`, `has(…)`. */
import type { FieldType, Name } from '../../plan/model.ts'
import { type Value, isGroup } from '../value.ts'
import { Amount, type Item, isItemRecord, numberOf } from './item.ts'
import { truncate } from './decimal.ts'
import { ANY, type Kind, NUMBER, TEXT, itemOf, kindName, kindOf } from './kind.ts'
import { type Compiled, type Compiling, type Part, type Scope, nearest, problem } from './program.ts'

const rootOf = (scope: Scope): string => (scope === 'record' ? 'record' : scope.entity.key)

export function compileName(compiling: Compiling, part: Part): Compiled {
  const name = part.args as string
  for (let i = compiling.variables.length - 1; i >= 0; i -= 1) {
    const variable = compiling.variables[i]!
    if (variable.name === name) return { kind: variable.kind, run: (frame) => frame.variables[i] ?? null }
  }
  const { scope } = compiling
  const root = rootOf(scope)
  if (name === root) {
    compiling.reads.whole = true
    return { kind: scope === 'record' ? ANY : { is: 'entity', entity: scope.entity }, run: (frame) => frame.subject }
  }
  const field = scope !== 'record' && scope.entity.fields.has(name)
  return problem(compiling, part, `\`${name}\` is not known here.`, field ? `Write \`${root}.${name}\`.` : `Write \`${root}.…\`, or put a text in "quotes".`)
}

export function compileMember(compiling: Compiling, part: Part): Compiled {
  const [ownerPart, name] = part.args as [Part, string]
  // `record.a` reads one column, not the whole record.
  const root = ownerPart.op === 'id' && ownerPart.args === rootOf(compiling.scope) && !compiling.variables.some((variable) => variable.name === ownerPart.args)
  const wholeBefore = compiling.reads.whole
  const owner = compiling.compile(ownerPart, compiling)
  if (root) {
    compiling.reads.whole = wholeBefore
    compiling.reads.names.add(name)
  }
  return memberOf(compiling, part, owner, name)
}

function memberOf(compiling: Compiling, part: Part, owner: Compiled, name: string): Compiled {
  const { kind } = owner
  switch (kind.is) {
    case 'any':
    case 'nothing':
    case 'map': return { kind: ANY, run: (frame) => ownMember(owner.run(frame), name) }
    case 'entity': return fieldOf(compiling, part, owner, name, kind.entity.key, fieldTypes(kind.entity.fields))
    case 'group': return fieldOf(compiling, part, owner, name, kind.of, kind.members, kind.far)
    case 'reference': return followed(compiling, part, owner, name, kind)
    case 'money':
    case 'quantity': return amountMember(compiling, part, owner, name, kind.is)
    default: return problem(compiling, part, `${kindName(kind).replace(/^./, (c) => c.toUpperCase())} has no parts, so \`.${name}\` can't be read.`)
  }
}

/** An own member of an object; nothing where there is none. Prototypes are never looked at. */
function ownMember(item: Item, name: string): Item {
  return item !== null && typeof item === 'object' && isItemRecord(item) && Object.hasOwn(item, name) ? item[name]! : null
}

const ID: FieldType = { is: 'text' }
const fieldTypes = (fields: ReadonlyMap<Name, { readonly type: FieldType }>): ReadonlyMap<Name, FieldType> =>
  new Map([['id', ID] as const, ...[...fields].map(([name, field]) => [name, field.type] as const)])

function fieldOf(compiling: Compiling, part: Part, owner: Compiled, name: string, of: string, types: ReadonlyMap<Name, FieldType>, far = false): Compiled {
  const type = types.get(name)
  if (!type) {
    const near = nearest(name, types.keys())
    return problem(compiling, part, `\`${name}\` is no field of ${of}.`, near && `Did you mean \`${near}\`?`)
  }
  const kind = kindOf(type, `${of}.${name}`, far)
  return { kind, run: (frame) => itemOf(ownMember(owner.run(frame), name) as Value, kind) }
}

function followed(compiling: Compiling, part: Part, owner: Compiled, name: string, kind: Extract<Kind, { is: 'reference' }>): Compiled {
  const { scope } = compiling
  if (kind.far) return problem(compiling, part, `References are followed one step, and ${kind.of} would be the second.`, 'Use a field of the record that is referred to directly.')
  const target = scope !== 'record' ? scope.entities.get(kind.to) : undefined
  if (!target) return problem(compiling, part, `${kind.of} refers to ${kind.to}, which is not known.`)
  const type = fieldTypes(target.fields).get(name)
  if (!type) {
    const near = nearest(name, target.fields.keys())
    return problem(compiling, part, `\`${name}\` is no field of ${kind.to}.`, near && `Did you mean \`${near}\`?`)
  }
  // One step is all that is loaded: the other record's own references lead no further.
  const member = kindOf(type, `${kind.to}.${name}`, true)
  return {
    kind: member,
    run(frame) {
      const reference = owner.run(frame) as Value
      const link = isGroup(reference) ? reference['link'] : undefined
      const values = typeof link === 'string' ? frame.follow?.(link) : undefined
      return values && Object.hasOwn(values, name) ? itemOf(values[name], member) : null
    },
  }
}

function amountMember(compiling: Compiling, part: Part, owner: Compiled, name: string, is: 'money' | 'quantity'): Compiled {
  const of = is === 'money' ? 'currency' : 'unit'
  if (name !== 'amount' && name !== of) return problem(compiling, part, `${is === 'money' ? 'Money' : 'A quantity'} has \`amount\` and \`${of}\`, not \`${name}\`.`)
  return {
    kind: name === 'amount' ? NUMBER : TEXT,
    run(frame) {
      const item = owner.run(frame)
      return item instanceof Amount ? (name === 'amount' ? item.amount : item.of) : null
    },
  }
}

export function compileIndex(compiling: Compiling, part: Part): Compiled {
  const [ownerPart, indexPart] = part.args as [Part, Part]
  const index = compiling.compile(indexPart, compiling)
  if (typeof index.constant === 'string' && indexPart.op === 'value') {
    return compileMember(compiling, { ...part, start: part.start, end: part.end, input: part.input, op: '.', args: [ownerPart, index.constant] })
  }
  const owner = compiling.compile(ownerPart, compiling)
  if (!['any', 'nothing', 'list', 'map'].includes(owner.kind.is)) return problem(compiling, part, `${kindName(owner.kind).replace(/^./, (c) => c.toUpperCase())} has no numbered items.`)
  return {
    kind: owner.kind.is === 'list' ? owner.kind.of : ANY,
    run(frame) {
      const from = owner.run(frame)
      const at = index.run(frame)
      if (typeof at === 'string' && !Array.isArray(from)) return ownMember(from, at)
      const place = at === null ? undefined : numberOf(at)
      if (!Array.isArray(from) || !place) return null
      const whole = truncate(place)
      return whole.units === place.units && whole.units >= 0n && whole.units < BigInt(from.length) ? (from as readonly Item[])[Number(whole.units)]! : null
    },
  }
}

/** `has(order.phone)`: it is there and not empty. */
export function compileHas(compiling: Compiling, part: Part, args: readonly Part[]): Compiled {
  const [arg] = args
  if (args.length !== 1 || !arg || (arg.op !== '.' && arg.op !== '[]')) return problem(compiling, part, 'has() takes one field.', 'Write it like has(order.phone).')
  const inner = compiling.compile(arg, compiling)
  return { kind: { is: 'boolean' }, run: (frame) => inner.run(frame) !== null }
}
