/** The operators: what kinds they take, and what they do with nothing. */
import { type Decimal, add, divide, failed, multiply, negate, remainder, subtract } from './decimal.ts'
import { Amount, type Item, equalItems, isItemRecord, numberOf, orderItems, shown, truthOf } from './item.ts'
import { ANY, BOOLEAN, type Kind, NUMBER, TEXT, kindName } from './kind.ts'
import { Moment, Span, momentOf } from './moment.ts'
import { BROKEN, type Compiled, type Compiling, type Part, expectKind, nearest, problem, visit } from './program.ts'

const MAX_TEXT = 1_000_000

export function compileLogic(op: '&&' | '||', left: Compiled, right: Compiled): Compiled {
  const decisive = op === '||'
  return {
    kind: BOOLEAN,
    // Where one side is not known, the other may still decide.
    run(frame) {
      const a = left.run(frame)
      if (a !== null && truthOf(a) === decisive) return decisive
      const b = right.run(frame)
      if (b !== null && truthOf(b) === decisive) return decisive
      return a === null || b === null ? null : !decisive
    },
  }
}

const FAMILY: Readonly<Record<string, string>> = { date: 'moment', datetime: 'moment' }
const family = (kind: Kind): string => FAMILY[kind.is] ?? kind.is
const isOpen = (kind: Kind): boolean => kind.is === 'any' || kind.is === 'nothing'

/** Both sides of a comparison in forms that compare, or a problem: codes by their place in the list, written dates as dates. */
function comparableSides(compiling: Compiling, part: Part, left: Compiled, right: Compiled, ordered: boolean): [Compiled, Compiled] | undefined {
  const [leftPart, rightPart] = part.args as [Part, Part]
  const a = asLiteralOf(compiling, leftPart, left, right.kind) ?? left
  const b = asLiteralOf(compiling, rightPart, right, left.kind) ?? right
  if (isOpen(a.kind) || isOpen(b.kind)) return [a, b]
  if (a.kind.is === 'codes' && b.kind.is === 'codes') return ordered ? [ranked(a, a.kind.codes), ranked(b, a.kind.codes)] : [a, b]
  if (a.kind.is === 'codes' || b.kind.is === 'codes') {
    const codes = (a.kind.is === 'codes' ? a.kind : b.kind) as Extract<Kind, { is: 'codes' }>
    const other = a.kind.is === 'codes' ? b : a
    if (other.kind.is === 'text') {
      if (typeof other.constant === 'string' && !codes.codes.includes(other.constant)) {
        const near = nearest(other.constant, codes.codes)
        problem(compiling, a === other ? leftPart : rightPart, `\`${other.constant}\` is no code of ${codes.of} (${codes.codes.join(', ')}).`, near && `Did you mean \`${near}\`?`)
        return undefined
      }
      return ordered ? [ranked(a, codes.codes), ranked(b, codes.codes)] : [a, b]
    }
  }
  const amount = a.kind.is === 'money' || a.kind.is === 'quantity' ? leftPart : b.kind.is === 'money' || b.kind.is === 'quantity' ? rightPart : undefined
  if (family(a.kind) !== family(b.kind)) {
    problem(compiling, part, `${kindName(a.kind)} and ${kindName(b.kind)} can't be compared.`.replace(/^./, (c) => c.toUpperCase()), amount && `Compare \`${amount.input.slice(amount.start, amount.end)}.amount\`, or write money("500 EUR").`)
    return undefined
  }
  if (ordered && ['group', 'list', 'reference', 'map', 'entity'].includes(a.kind.is)) {
    problem(compiling, part, `${kindName(a.kind)} has no order.`.replace(/^./, (c) => c.toUpperCase()))
    return undefined
  }
  return [a, b]
}

/** A written text beside a date, time or number is meant as one. */
function asLiteralOf(compiling: Compiling, part: Part, side: Compiled, other: Kind): Compiled | undefined {
  if (typeof side.constant !== 'string' || side.kind.is !== 'text') return undefined
  if (other.is !== 'date' && other.is !== 'time' && other.is !== 'datetime') return undefined
  const moment = momentOf(side.constant)
  if (!moment || (moment.is === 'time') !== (other.is === 'time')) {
    return problem(compiling, part, `\`${side.constant}\` is no ${other.is === 'time' ? 'time' : 'date'}.`, other.is === 'time' ? 'Write it like "08:30".' : 'Write it like "2026-12-31".')
  }
  return { kind: { is: other.is }, constant: moment, run: () => moment }
}

function ranked(side: Compiled, codes: readonly string[]): Compiled {
  const ranks = new Map<Item, number>(codes.map((code, i) => [code, i]))
  return { kind: NUMBER, run: (frame) => ranks.get(side.run(frame)) ?? null }
}

export function compileComparison(op: string, compiling: Compiling, part: Part, left: Compiled, right: Compiled): Compiled {
  const ordered = op !== '==' && op !== '!='
  const sides = comparableSides(compiling, part, left, right, ordered)
  if (!sides) return { kind: BOOLEAN, run: () => null }
  const [a, b] = sides
  switch (op) {
    case '==': return { kind: BOOLEAN, run: (frame) => equalItems(a.run(frame), b.run(frame)) }
    case '!=': return { kind: BOOLEAN, run: (frame) => !equalItems(a.run(frame), b.run(frame)) }
    default: {
      const holds = ORDERS[op]!
      return {
        kind: BOOLEAN,
        run(frame) {
          const order = orderItems(a.run(frame), b.run(frame))
          return order === undefined ? null : holds(order)
        },
      }
    }
  }
}

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0, '<=': (order) => order <= 0, '>': (order) => order > 0, '>=': (order) => order >= 0,
}

export function compileIn(compiling: Compiling, part: Part, left: Compiled, right: Compiled): Compiled {
  const [leftPart, rightPart] = part.args as [Part, Part]
  expectKind(compiling, rightPart, right, ['list', 'map', 'group'], '`in`')
  if (left.kind.is === 'codes' && Array.isArray(right.constant)) {
    const { codes, of } = left.kind
    const wrong = (right.constant as readonly Item[]).find((item) => typeof item === 'string' && !codes.includes(item))
    if (wrong !== undefined) {
      const near = nearest(String(wrong), codes)
      problem(compiling, rightPart, `\`${String(wrong)}\` is no code of ${of} (${codes.join(', ')}).`, near && `Did you mean \`${near}\`?`)
    }
  } else if (right.kind.is === 'list' && !isOpen(right.kind.of) && !isOpen(left.kind) && family(left.kind) !== family(right.kind.of) && left.kind.is !== 'codes' && right.kind.of.is !== 'codes') {
    problem(compiling, leftPart, `The list has ${kindName(right.kind.of)} in it, and this is ${kindName(left.kind)}.`)
  }
  return {
    kind: BOOLEAN,
    run(frame) {
      const item = left.run(frame)
      const among = right.run(frame)
      if (among === null) return false
      if (Array.isArray(among)) {
        visit(frame, among.length)
        return among.some((one: Item) => equalItems(item, one))
      }
      if (isItemRecord(among)) return typeof item === 'string' && Object.hasOwn(among, item)
      throw failed(`\`${shown(among)}\` is no list.`)
    },
  }
}

/** Kinds of a sum and the like: which two make which third. `m` is date or datetime, `a` money or quantity. */
const RESULTS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  '+': { 'number number': NUMBER, 'text text': TEXT, 'codes text': TEXT, 'text codes': TEXT, 'duration duration': { is: 'duration' }, 'moment duration': { is: 'datetime' }, 'duration moment': { is: 'datetime' }, 'money money': { is: 'money' }, 'quantity quantity': { is: 'quantity' } },
  '-': { 'number number': NUMBER, 'duration duration': { is: 'duration' }, 'moment duration': { is: 'datetime' }, 'moment moment': { is: 'duration' }, 'money money': { is: 'money' }, 'quantity quantity': { is: 'quantity' } },
  '*': { 'number number': NUMBER, 'money number': { is: 'money' }, 'number money': { is: 'money' }, 'quantity number': { is: 'quantity' }, 'number quantity': { is: 'quantity' } },
  '/': { 'number number': NUMBER, 'money number': { is: 'money' }, 'quantity number': { is: 'quantity' }, 'money money': NUMBER, 'quantity quantity': NUMBER },
  '%': { 'number number': NUMBER },
}

export function compileArithmetic(op: string, compiling: Compiling, part: Part, left: Compiled, right: Compiled): Compiled {
  const kind = resultKind(op, left.kind, right.kind)
  if (!kind) return problem(compiling, part, `\`${op}\` can't be used between ${kindName(left.kind)} and ${kindName(right.kind)}.`)
  const compute = COMPUTE[op]!
  return {
    kind,
    run(frame) {
      const a = left.run(frame)
      const b = right.run(frame)
      return a === null || b === null ? null : compute(a, b)
    },
  }
}

function resultKind(op: string, left: Kind, right: Kind): Kind | undefined {
  if (op === '+' && left.is === 'list' && (right.is === 'list' || isOpen(right))) return left
  if (isOpen(left) || isOpen(right)) return ANY
  return RESULTS[op]![`${family(left)} ${family(right)}`]
}

export const plain = (number: Decimal): Item => {
  const text = number.scale === 0 ? number.units : undefined
  return text !== undefined && text >= -9007199254740991n && text <= 9007199254740991n ? Number(text) : number
}

function amounts(op: string, a: Item, b: Item): Item | undefined {
  if (a instanceof Amount && b instanceof Amount) {
    if (a.of !== b.of) throw failed(`${shown(a)} and ${shown(b)} can't be added or compared: ${a.is === 'money' ? 'currencies' : 'units'} differ.`)
    if (op === '+' || op === '-') return new Amount(a.is, op === '+' ? add(a.amount, b.amount) : subtract(a.amount, b.amount), a.of)
    if (op === '/') return plain(divide(a.amount, b.amount))
    return undefined
  }
  const amount = a instanceof Amount ? a : b instanceof Amount ? b : undefined
  const factor = amount && numberOf(a === amount ? b : a)
  if (!amount || !factor) return undefined
  if (op === '*') return new Amount(amount.is, multiply(amount.amount, factor), amount.of)
  return op === '/' && a === amount ? new Amount(amount.is, divide(amount.amount, factor), amount.of) : undefined
}

function times(op: string, a: Item, b: Item): Item | undefined {
  const x = a instanceof Moment || a instanceof Span ? a : typeof a === 'string' ? momentOf(a) : undefined
  const y = b instanceof Moment || b instanceof Span ? b : typeof b === 'string' ? momentOf(b) : undefined
  if (!x || !y) return undefined
  if (x instanceof Span && y instanceof Span) return op === '+' ? new Span(x.nanos + y.nanos) : op === '-' ? new Span(x.nanos - y.nanos) : undefined
  if (x instanceof Moment && y instanceof Moment) return op === '-' && (x.is === 'time') === (y.is === 'time') ? new Span(x.nanos - y.nanos) : undefined
  if (x instanceof Moment && y instanceof Span && (op === '+' || op === '-')) return new Moment(x.is === 'time' ? 'time' : 'datetime', op === '+' ? x.nanos + y.nanos : x.nanos - y.nanos)
  if (x instanceof Span && y instanceof Moment && op === '+') return new Moment('datetime', x.nanos + y.nanos)
  return undefined
}

const NUMBERS: Readonly<Record<string, (a: Decimal, b: Decimal) => Decimal>> = { '+': add, '-': subtract, '*': multiply, '/': divide, '%': remainder }

function compute(op: string, a: Item, b: Item): Item {
  // `+` between texts joins them, also where both look like numbers: a system's "1" and "2" are "12".
  if (op === '+' && typeof a === 'string' && typeof b === 'string') {
    if (a.length + b.length > MAX_TEXT) throw failed(`A text is longer than ${MAX_TEXT} characters.`)
    return a + b
  }
  if (op === '+' && Array.isArray(a) && Array.isArray(b)) return [...(a as readonly Item[]), ...(b as readonly Item[])].slice(0, MAX_TEXT)
  const other = amounts(op, a, b) ?? times(op, a, b)
  if (other !== undefined) return other
  const [x, y] = [numberOf(a), numberOf(b)]
  if (x && y) return plain(NUMBERS[op]!(x, y))
  throw failed(`\`${op}\` can't be computed between \`${shown(a)}\` and \`${shown(b)}\`.`)
}

const COMPUTE: Readonly<Record<string, (a: Item, b: Item) => Item>> = Object.fromEntries(['+', '-', '*', '/', '%'].map((op) => [op, (a: Item, b: Item) => compute(op, a, b)]))

export function compileNegation(compiling: Compiling, part: Part, inner: Compiled): Compiled {
  if (!expectKind(compiling, part.args as Part, inner, ['number', 'duration', 'money', 'quantity'], '`-`')) return BROKEN
  const minus = (item: Item): Item => {
    if (item === null) return null
    if (item instanceof Span) return new Span(-item.nanos)
    if (item instanceof Amount) return new Amount(item.is, negate(item.amount), item.of)
    const number = numberOf(item)
    if (!number) throw failed(`\`${shown(item)}\` is no number.`)
    return plain(negate(number))
  }
  const constant = inner.constant === undefined ? undefined : minus(inner.constant)
  return { kind: inner.kind, ...(constant === undefined ? {} : { constant }), run: (frame) => minus(inner.run(frame)) }
}
