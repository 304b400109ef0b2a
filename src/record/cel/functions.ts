/** The functions of expressions, as one table. A function that gets nothing gives nothing, unless the table says otherwise. */
import { type Decimal, decimalOf, failed, truncate } from './decimal.ts'
import { Amount, type Item, isItemRecord, numberOf, shown, textOf, truthOf } from './item.ts'
import { ANY, BOOLEAN, type Kind, NUMBER, TEXT, kindName } from './kind.ts'
import { compilePattern } from '../types/pattern.ts'
import { Moment, Span, momentOf, momentPart, spanOf } from './moment.ts'
import { plain } from './operators.ts'
import { type Compiled, type Compiling, type Part, nearest, problem } from './program.ts'

interface Rule {
  /** Kinds of the arguments, the receiver first; `any`: all. `optional`: so many of the last may be left out. */
  readonly takes: readonly (readonly Kind['is'][])[]
  readonly optional?: number
  readonly gives: Kind
  /** What nothing as first argument gives; default nothing. */
  readonly ofNothing?: Item
  readonly run: (args: readonly Item[]) => Item
}

const text = ['text', 'codes'] as const
const when = ['date', 'time', 'datetime'] as const
const MAX_TEXT = 1_000_000
const t = (item: Item | undefined): string => textOf(item ?? null)

const bounded = (result: string): string => {
  if (result.length > MAX_TEXT) throw failed(`A text is longer than ${MAX_TEXT} characters.`)
  return result
}

const position = (item: Item | undefined): number => {
  const number = item === undefined || item === null ? undefined : numberOf(item)
  return number ? Number(truncate(number).units) : 0
}

function moment(item: Item, is: readonly Moment['is'][]): Item {
  const found = item instanceof Moment ? item : momentOf(t(item))
  if (!found || !is.includes(found.is)) throw failed(`\`${shown(item)}\` is no ${is.includes('datetime') ? 'moment' : is[0]}.`)
  return found
}

const part = (which: Parameters<typeof momentPart>[1], minus = 0): Rule => ({
  takes: [when], gives: NUMBER, run: ([item]) => momentPart(moment(item!, ['date', 'time', 'datetime']) as Moment, which) - minus,
})

function number(item: Item): Decimal {
  const found = typeof item === 'boolean' ? decimalOf(item ? '1' : '0') : item instanceof Amount ? item.amount : numberOf(item)
  if (!found) throw failed(`\`${shown(item)}\` is no number.`)
  return found
}

function money(item: Item): Item {
  const match = /^\s*(\S+)\s+([A-Z]{3})\s*$/.exec(t(item).slice(0, 100))
  const amount = match && decimalOf(match[1]!)
  if (!amount) throw failed(`\`${shown(item)}\` is no money.`)
  return new Amount('money', amount, match[2]!)
}

const anything = ['any'] as const

/** Called alone: `size(x)`. */
const FUNCTIONS: Readonly<Record<string, Rule>> = {
  size: { takes: [[...text, 'list', 'map', 'group']], gives: NUMBER, ofNothing: 0, run: ([item]) => sizeOf(item!) },
  string: { takes: [anything], gives: TEXT, run: ([item]) => t(item) },
  int: { takes: [['number', 'text', 'boolean']], gives: NUMBER, run: ([item]) => plain(truncate(number(item!))) },
  double: { takes: [['number', 'text', 'boolean']], gives: NUMBER, run: ([item]) => plain(number(item!)) },
  decimal: { takes: [['number', 'text', 'boolean']], gives: NUMBER, run: ([item]) => plain(number(item!)) },
  bool: { takes: [['boolean', 'text', 'number']], gives: BOOLEAN, run: ([item]) => truthOf(item!) },
  date: { takes: [[...text, 'date', 'datetime']], gives: { is: 'date' }, run: ([item]) => dayOf(moment(item!, ['date', 'datetime']) as Moment) },
  time: { takes: [[...text, 'time']], gives: { is: 'time' }, run: ([item]) => moment(item!, ['time']) },
  timestamp: { takes: [[...text, 'date', 'datetime']], gives: { is: 'datetime' }, run: ([item]) => moment(item!, ['date', 'datetime']) },
  duration: { takes: [[...text, 'duration']], gives: { is: 'duration' }, run: ([item]) => span(item!) },
  money: { takes: [[...text, 'money']], gives: { is: 'money' }, run: ([item]) => (item instanceof Amount ? item : money(item!)) },
}

/** Called on a value: `x.startsWith(y)`. */
const METHODS: Readonly<Record<string, Rule>> = {
  startsWith: { takes: [text, text], gives: BOOLEAN, ofNothing: false, run: ([a, b]) => t(a).startsWith(t(b)) },
  endsWith: { takes: [text, text], gives: BOOLEAN, ofNothing: false, run: ([a, b]) => t(a).endsWith(t(b)) },
  contains: { takes: [text, text], gives: BOOLEAN, ofNothing: false, run: ([a, b]) => t(a).includes(t(b)) },
  matches: { takes: [text, ['text']], gives: BOOLEAN, ofNothing: false, run: () => null },
  lowerAscii: { takes: [text], gives: TEXT, run: ([a]) => t(a).replace(/[A-Z]+/g, (s) => s.toLowerCase()) },
  upperAscii: { takes: [text], gives: TEXT, run: ([a]) => t(a).replace(/[a-z]+/g, (s) => s.toUpperCase()) },
  lower: { takes: [text], gives: TEXT, run: ([a]) => t(a).toLowerCase() },
  upper: { takes: [text], gives: TEXT, run: ([a]) => bounded(t(a).toUpperCase()) },
  trim: { takes: [text], gives: TEXT, run: ([a]) => t(a).trim() },
  indexOf: { takes: [text, text], gives: NUMBER, run: ([a, b]) => t(a).indexOf(t(b)) },
  substring: { takes: [text, ['number'], ['number']], optional: 1, gives: TEXT, run: ([a, from, to]) => t(a).slice(Math.max(0, position(from)), to === undefined ? undefined : Math.max(0, position(to))) },
  replace: { takes: [text, text, text], gives: TEXT, run: ([a, b, c]) => replaceAll(t(a), t(b), t(c)) },
  split: { takes: [text, text], gives: { is: 'list', of: TEXT }, run: ([a, b]) => t(a).split(t(b)) },
  join: { takes: [['list'], text], optional: 1, gives: TEXT, run: ([a, b]) => bounded((Array.isArray(a) ? (a as readonly Item[]) : []).map((item) => textOf(item)).join(t(b))) },
  size: FUNCTIONS['size']!,
  getFullYear: part('year'),
  getMonth: part('month', 1),
  getDayOfMonth: part('day', 1),
  getDate: part('day'),
  getDayOfWeek: part('weekday'),
  getHours: part('hour'),
  getMinutes: part('minute'),
  getSeconds: part('second'),
}

function sizeOf(item: Item): Item {
  if (Array.isArray(item)) return item.length
  if (typeof item === 'string') return [...item].length
  if (isItemRecord(item)) return Object.keys(item).length
  throw failed(`\`${shown(item)}\` has no size.`)
}

const DAY = 86_400_000_000_000n
function dayOf({ nanos }: Moment): Moment {
  const rest = ((nanos % DAY) + DAY) % DAY
  return new Moment('date', nanos - rest)
}

function span(item: Item): Item {
  const found = item instanceof Span ? item : spanOf(t(item))
  if (!found) throw failed(`\`${shown(item)}\` is no length of time; it is written like 36h or 2d.`)
  return found
}

function replaceAll(whole: string, from: string, to: string): string {
  if (from === '') return whole
  const parts = whole.split(from)
  if (whole.length + (parts.length - 1) * to.length > MAX_TEXT) throw failed(`A text is longer than ${MAX_TEXT} characters.`)
  return parts.join(to)
}

/** `coalesce(a, b, …)`: the first that is something. */
export function compileCoalesce(args: readonly Compiled[]): Compiled {
  return {
    kind: args.find((arg) => arg.kind.is !== 'nothing')?.kind ?? ANY,
    run(frame) {
      for (const arg of args) {
        const item = arg.run(frame)
        if (item !== null) return item
      }
      return null
    },
  }
}

/** A call with its arguments; `receiver` stands before the dot. */
export function compileCall(compiling: Compiling, called: Part, name: string, parts: readonly Part[], isMethod: boolean): Compiled {
  const table = isMethod ? METHODS : FUNCTIONS
  const rule = Object.hasOwn(table, name) ? table[name]! : undefined
  if (!rule) return unknown(compiling, called, name, isMethod)
  const least = rule.takes.length - (rule.optional ?? 0)
  if (parts.length < least || parts.length > rule.takes.length) {
    const shift = isMethod ? 1 : 0
    return problem(compiling, called, `${name}() takes ${least - shift}${rule.optional ? ` or ${rule.takes.length - shift}` : ''} values, and there are ${parts.length - shift}.`)
  }
  const args = parts.map((one) => compiling.compile(one, compiling))
  for (const [i, arg] of args.entries()) {
    const { is } = arg.kind
    const allowed = rule.takes[i]!
    if (is === 'any' || is === 'nothing' || allowed.includes(is) || allowed === anything) continue
    return problem(compiling, parts[i]!, `${name}() takes ${allowed.filter((one) => one !== 'codes').map((one) => kindName({ is: one } as Kind)).join(' or ')}, and this is ${kindName(arg.kind)}.`)
  }
  const empty = rule.ofNothing ?? null
  if (isMethod && name === 'matches') return compileMatches(compiling, parts, args)
  const run = (frame: Parameters<Compiled['run']>[0]): Item => {
    const items: Item[] = []
    for (const arg of args) items.push(arg.run(frame))
    return items[0] === null ? empty : rule.run(items)
  }
  // date("2026-12-31") is computed once; a mistake in it is found when the plan is loaded.
  if (args.length === 1 && args[0]!.constant !== undefined && args[0]!.constant !== null) {
    try {
      const constant = rule.run([args[0]!.constant])
      return { kind: rule.gives, constant, run: () => constant }
    } catch (error) {
      return problem(compiling, parts[0]!, (error as Error).message)
    }
  }
  return { kind: rule.gives, run }
}

/** The pattern is compiled with the expression; it takes time linear in the text, whatever text and pattern are. */
function compileMatches(compiling: Compiling, parts: readonly Part[], [subject, pattern]: readonly Compiled[]): Compiled {
  if (typeof pattern?.constant !== 'string') return problem(compiling, parts[1]!, 'A pattern must be written in the expression itself.', 'Write it like record.sku.matches("^[A-Z]{3}").')
  const written = pattern.constant
  const begins = written.startsWith('^')
  const ends = /(?:^|[^\\])(?:\\\\)*\$$/u.test(written)
  try {
    // matches() looks for the pattern anywhere in the text; the automaton takes whole texts.
    const inner = written.slice(begins ? 1 : 0, ends ? -1 : undefined)
    const test = compilePattern(`${begins ? '' : '[^]*'}(?:${inner})${ends ? '' : '[^]*'}`)
    return {
      kind: BOOLEAN,
      run(frame) {
        const item = subject!.run(frame)
        return item === null ? false : test(textOf(item))
      },
    }
  } catch (error) {
    return problem(compiling, parts[1]!, (error as Error).message)
  }
}

function unknown(compiling: Compiling, called: Part, name: string, isMethod: boolean): Compiled {
  const near = nearest(name, Object.keys(isMethod ? METHODS : FUNCTIONS))
  return problem(compiling, called, `\`${name}()\` is no function of expressions.`, near && `Did you mean \`${near}()\`?`)
}
