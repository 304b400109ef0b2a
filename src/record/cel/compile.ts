/** Expressions: the tree that the CEL parser gives, checked and turned into closures. */
import { decimalOf } from './decimal.ts'
import { compileHas, compileIndex, compileMember, compileName } from './access.ts'
import { compileCall, compileCoalesce } from './functions.ts'
import { type Item, textOf, truthOf } from './item.ts'
import { ANY, BOOLEAN, type Kind, NOTHING, NUMBER, TEXT } from './kind.ts'
import { MACROS, compileMacro } from './macros.ts'
import { compileArithmetic, compileComparison, compileIn, compileLogic, compileNegation, plain } from './operators.ts'
import { BROKEN, type Compiled, type Compiling, type Part, expectKind, problem } from './program.ts'

export function compilePart(part: Part, compiling: Compiling): Compiled {
  switch (part.op) {
    case 'value': return literal(compiling, part)
    case 'id': return compileName(compiling, part)
    case '.': return compileMember(compiling, part)
    case '[]': return compileIndex(compiling, part)
    case 'call': return call(compiling, part)
    case 'rcall': return method(compiling, part)
    case 'list': return list(compiling, part)
    case 'map': return map(compiling, part)
    case '?:': return choice(compiling, part)
    case '!_': {
      const inner = compilePart(part.args as Part, compiling)
      expectKind(compiling, part.args as Part, inner, ['boolean'], '`!`')
      return { kind: BOOLEAN, run: (frame) => !truthOf(inner.run(frame)) }
    }
    case '-_': return compileNegation(compiling, part, compilePart(part.args as Part, compiling))
    default: return binary(compiling, part)
  }
}

function binary(compiling: Compiling, part: Part): Compiled {
  const [leftPart, rightPart] = part.args as [Part, Part]
  if (typeof leftPart !== 'object' || typeof rightPart !== 'object') return problem(compiling, part, `\`${part.op}\` is not used in expressions here.`)
  const left = compilePart(leftPart, compiling)
  const right = compilePart(rightPart, compiling)
  if (left === BROKEN || right === BROKEN) return BROKEN
  switch (part.op) {
    case '&&':
    case '||':
      expectKind(compiling, leftPart, left, ['boolean'], `\`${part.op}\``)
      expectKind(compiling, rightPart, right, ['boolean'], `\`${part.op}\``)
      return compileLogic(part.op, left, right)
    case 'in': return compileIn(compiling, part, left, right)
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': return compileArithmetic(part.op, compiling, part, left, right)
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=': return compileComparison(part.op, compiling, part, left, right)
    default: return problem(compiling, part, `\`${part.op}\` is not used in expressions here.`)
  }
}

/** Numbers are taken as they are written: the parser's own floating-point value would not be exact. */
function literal(compiling: Compiling, part: Part): Compiled {
  const value = part.args
  if (typeof value === 'number') {
    const exact = decimalOf(part.input.slice(part.start, part.end))
    return exact ? constant(NUMBER, exact.scale === 0 ? plain(exact) : exact) : problem(compiling, part, 'This number has too many digits.')
  }
  if (typeof value === 'bigint') {
    const exact = decimalOf(value.toString())
    return exact ? constant(NUMBER, plain(exact)) : problem(compiling, part, 'This number has too many digits.')
  }
  if (value === null) return constant(NOTHING, null)
  if (typeof value === 'string') return constant(TEXT, value)
  if (typeof value === 'boolean') return constant(BOOLEAN, value)
  return problem(compiling, part, 'Bytes and unsigned numbers are not used in expressions here.', 'Write a text or a plain number.')
}

const constant = (kind: Kind, item: Item): Compiled => ({ kind, constant: item, run: () => item })

function call(compiling: Compiling, part: Part): Compiled {
  const [name, args] = part.args as [string, readonly Part[]]
  if (name === 'has') return compileHas(compiling, part, args)
  if (name === 'coalesce' && args.length > 0) return compileCoalesce(args.map((arg) => compilePart(arg, compiling)))
  return compileCall(compiling, part, name, args, false)
}

function method(compiling: Compiling, part: Part): Compiled {
  const [name, receiver, args] = part.args as [string, Part, readonly Part[]]
  if (MACROS.has(name)) return compileMacro(compiling, part, name === 'existsOne' ? 'exists_one' : name, receiver, args)
  return compileCall(compiling, part, name, [receiver, ...args], true)
}

function list(compiling: Compiling, part: Part): Compiled {
  const items = (part.args as readonly Part[]).map((one) => compilePart(one, compiling))
  const first = items[0]?.kind ?? ANY
  const kind: Kind = { is: 'list', of: items.every((item) => item.kind.is === first.is) ? first : ANY }
  if (items.every((item) => item.constant !== undefined)) return constant(kind, items.map((item) => item.constant!))
  return { kind, run: (frame) => items.map((item) => item.run(frame)) }
}

function map(compiling: Compiling, part: Part): Compiled {
  const entries = (part.args as readonly (readonly [Part, Part])[]).map(([key, value]) => [compilePart(key, compiling), compilePart(value, compiling)] as const)
  return {
    kind: { is: 'map' },
    run(frame) {
      const made: Record<string, Item> = {}
      for (const [key, value] of entries) {
        Object.defineProperty(made, textOf(key.run(frame)), { value: value.run(frame), enumerable: true, configurable: true, writable: true })
      }
      return made
    },
  }
}

function choice(compiling: Compiling, part: Part): Compiled {
  const [conditionPart, yesPart, noPart] = part.args as [Part, Part, Part]
  const condition = compilePart(conditionPart, compiling)
  expectKind(compiling, conditionPart, condition, ['boolean'], '`?`')
  const yes = compilePart(yesPart, compiling)
  const no = compilePart(noPart, compiling)
  const kind = yes.kind.is === 'nothing' ? no.kind : no.kind.is === 'nothing' || yes.kind.is === no.kind.is ? yes.kind : ANY
  return { kind, run: (frame) => (truthOf(condition.run(frame)) ? yes : no).run(frame) }
}
