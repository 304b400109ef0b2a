/**
 * Patterns of a plan (`pattern: "[A-Z]{2}\\d{4}"`), run in time that grows with the text alone: an automaton without
 * back-tracking, so that neither a careless pattern nor a hostile text can stop the engine. The whole text must match.
 * Look-around and back references, which need back-tracking, are refused.
 */
import { PlimsollError } from '../../base/errors.ts'
import './errors.ts'

/** Ranges of code points, or one of the classes that the language knows by name. */
type Matcher = (codePoint: number) => boolean
type Node =
  | { readonly is: 'one'; readonly matches: Matcher }
  | { readonly is: 'all' | 'any'; readonly nodes: readonly Node[] }
  | { readonly is: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }

const MOST_STATES = 5000
const MOST_SETS = 2000

/** Throws `type.pattern`. */
export function compilePattern(pattern: string): (text: string) => boolean {
  const automaton = new Automaton()
  const end = automaton.state()
  const start = automaton.add(new PatternReader(pattern).read(), end)
  return automaton.runner(start, end)
}

const fail = (pattern: string, why: string): never => {
  throw new PlimsollError('type.pattern', `The pattern \`${pattern}\` can't be used: ${why}.`)
}

const digit: Matcher = (c) => c >= 48 && c <= 57
const word: Matcher = (c) => digit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95
const space: Matcher = (c) => /\s/u.test(String.fromCodePoint(c))
const not = (matches: Matcher): Matcher => (c) => !matches(c)
const CLASSES: ReadonlyMap<string, Matcher> = new Map([['d', digit], ['D', not(digit)], ['w', word], ['W', not(word)], ['s', space], ['S', not(space)]])
const CONTROLS: ReadonlyMap<string, number> = new Map([['n', 10], ['r', 13], ['t', 9], ['f', 12], ['v', 11], ['0', 0]])

class PatternReader {
  readonly #pattern: string
  readonly #signs: readonly string[]
  #at = 0
  #depth = 0

  constructor(pattern: string) {
    this.#pattern = pattern
    this.#signs = Array.from(pattern)
    if (this.#signs.length > 1000) this.#fail('it is longer than 1000 characters')
  }

  read(): Node {
    // The whole text must match anyway: marks for start and end are allowed and change nothing.
    if (this.#signs[0] === '^') this.#at = 1
    const node = this.#choice()
    if (this.#at < this.#signs.length) this.#fail('a `)` has no `(`')
    return node
  }

  #fail(why: string): never {
    return fail(this.#pattern, why)
  }

  #choice(): Node {
    const nodes = [this.#sequence()]
    while (this.#signs[this.#at] === '|') {
      this.#at += 1
      if (this.#depth === 0 && this.#signs[this.#at] === '^') this.#at += 1
      nodes.push(this.#sequence())
    }
    return nodes.length === 1 ? nodes[0]! : { is: 'any', nodes }
  }

  #sequence(): Node {
    const nodes: Node[] = []
    for (;;) {
      const sign = this.#signs[this.#at]
      if (sign === undefined || sign === '|' || sign === ')') break
      if (sign === '$' && this.#depth === 0 && (this.#at + 1 === this.#signs.length || this.#signs[this.#at + 1] === '|')) {
        this.#at += 1
        break
      }
      nodes.push(this.#repeated(this.#atom()))
    }
    return { is: 'all', nodes }
  }

  #atom(): Node {
    const sign = this.#signs[this.#at]!
    this.#at += 1
    if (sign === '(') return this.#group()
    if (sign === '[') return { is: 'one', matches: this.#set() }
    if (sign === '.') return { is: 'one', matches: (c) => c !== 10 && c !== 13 && c !== 0x20_28 && c !== 0x20_29 }
    if (sign === '\\') return { is: 'one', matches: this.#escape() }
    if (sign === '^' || sign === '$') this.#fail(`\`${sign}\` is allowed at the ${sign === '^' ? 'start' : 'end'} only`)
    if ('*+?'.includes(sign)) this.#fail(`there is nothing before \`${sign}\` that could be repeated`)
    const code = sign.codePointAt(0)!
    return { is: 'one', matches: (c) => c === code }
  }

  #group(): Node {
    if (this.#signs[this.#at] === '?') {
      if (this.#signs[this.#at + 1] !== ':') this.#fail('look-around and named groups are not supported')
      this.#at += 2
    }
    this.#depth += 1
    if (this.#depth > 50) this.#fail('its groups are nested too deeply')
    const node = this.#choice()
    this.#depth -= 1
    if (this.#signs[this.#at] !== ')') this.#fail('a `(` has no `)`')
    this.#at += 1
    return node
  }

  #repeated(node: Node): Node {
    const bounds = this.#bounds()
    if (!bounds) return node
    // Lazy quantifiers accept the same texts.
    if (this.#signs[this.#at] === '?') this.#at += 1
    else if (['*', '+', '{'].includes(this.#signs[this.#at] ?? '')) this.#fail('a quantifier follows another one')
    return { is: 'repeat', node, min: bounds[0], max: bounds[1] }
  }

  #bounds(): readonly [number, number] | undefined {
    const sign = this.#signs[this.#at]
    const simple = sign === '*' ? [0, Infinity] as const : sign === '+' ? [1, Infinity] as const : sign === '?' ? [0, 1] as const : undefined
    if (simple) {
      this.#at += 1
      return simple
    }
    if (sign !== '{') return undefined
    const match = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(this.#signs.slice(this.#at, this.#at + 12).join(''))
    if (!match) return this.#fail('`{` does not begin a number of repeats; write `\\{` for the sign itself')
    this.#at += match[0].length
    const min = Number(match[1])
    const max = match[2] === undefined ? min : match[3] === undefined ? Infinity : Number(match[3])
    if (max < min) this.#fail(`\`${match[0]}\` ends before it begins`)
    return [min, max]
  }

  /** What follows a backslash. */
  #escape(): Matcher {
    const sign = this.#signs[this.#at] ?? this.#fail('it ends with `\\`')
    this.#at += 1
    const known = CLASSES.get(sign)
    if (known) return known
    if (sign === 'p' || sign === 'P') return this.#property(sign)
    const code = this.#escapedCode(sign)
    return (c) => c === code
  }

  #escapedCode(sign: string): number {
    const control = CONTROLS.get(sign)
    if (control !== undefined) return control
    if (sign === 'u' || sign === 'x') {
      const hex = (sign === 'x' ? /^[\da-fA-F]{2}/ : /^(?:[\da-fA-F]{4}|\{[\da-fA-F]{1,6}\})/).exec(this.#signs.slice(this.#at, this.#at + 8).join(''))
      if (!hex) return this.#fail(`\`\\${sign}\` needs a hexadecimal number`)
      this.#at += hex[0].length
      return Number.parseInt(hex[0].replaceAll(/[{}]/g, ''), 16)
    }
    if (/[1-9k]/.test(sign)) this.#fail('back references are not supported')
    if (/[A-Za-z]/.test(sign)) this.#fail(`\`\\${sign}\` is not supported`)
    return sign.codePointAt(0)!
  }

  #property(sign: string): Matcher {
    const name = /^\{([A-Za-z_=]{1,40})\}/.exec(this.#signs.slice(this.#at, this.#at + 44).join(''))
    if (!name) return this.#fail(`\`\\${sign}\` needs a name in braces`)
    this.#at += name[0].length
    let property: RegExp
    try {
      property = new RegExp(`^\\${sign}{${name[1]}}$`, 'u')
    } catch {
      return this.#fail(`there are no characters called \`${name[1]}\``)
    }
    return (c) => property.test(String.fromCodePoint(c))
  }

  #set(): Matcher {
    const inverted = this.#signs[this.#at] === '^'
    if (inverted) this.#at += 1
    const matchers: Matcher[] = []
    for (;;) {
      const sign = this.#signs[this.#at]
      if (sign === undefined) this.#fail('a `[` has no `]`')
      this.#at += 1
      if (sign === ']') break
      const from = this.#member(sign!)
      if (typeof from === 'number' && this.#signs[this.#at] === '-' && this.#signs[this.#at + 1] !== ']' && this.#signs[this.#at + 1] !== undefined) {
        this.#at += 1
        const next = this.#signs[this.#at]!
        this.#at += 1
        const to = this.#member(next)
        if (typeof to !== 'number' || to < from) this.#fail('a range in `[ ]` ends before it begins')
        matchers.push((c) => c >= from && c <= (to as number))
      } else matchers.push(typeof from === 'number' ? (c) => c === from : from)
    }
    const matches: Matcher = (c) => matchers.some((one) => one(c))
    return inverted ? not(matches) : matches
  }

  #member(sign: string): number | Matcher {
    if (sign !== '\\') return sign.codePointAt(0)!
    const next = this.#signs[this.#at]
    if (next === undefined) return this.#fail('it ends with `\\`')
    if (CLASSES.has(next) || next === 'p' || next === 'P') return this.#escape()
    this.#at += 1
    return next === 'b' ? 8 : this.#escapedCode(next)
  }
}

interface State { matches?: Matcher; to?: number; readonly free: number[] }

class Automaton {
  readonly #states: State[] = []

  state(): number {
    if (this.#states.length >= MOST_STATES) {
      throw new PlimsollError('type.pattern', 'This pattern can\'t be used: its repeats make it too large.')
    }
    return this.#states.push({ free: [] }) - 1
  }

  /** The state from which `node` and then `next` is matched. */
  add(node: Node, next: number): number {
    switch (node.is) {
      case 'one': {
        const at = this.state()
        Object.assign(this.#states[at]!, { matches: node.matches, to: next })
        return at
      }
      case 'all': return node.nodes.reduceRight((to, one) => this.add(one, to), next)
      case 'any': {
        const at = this.state()
        for (const one of node.nodes) this.#states[at]!.free.push(this.add(one, next))
        return at
      }
      case 'repeat': return this.#repeat(node.node, node.min, node.max, next)
      default: return next
    }
  }

  #repeat(node: Node, min: number, max: number, next: number): number {
    let at = next
    if (max === Infinity) {
      const loop = this.state()
      this.#states[loop]!.free.push(this.add(node, loop), next)
      at = loop
    } else {
      for (let i = min; i < max; i += 1) {
        const maybe = this.state()
        this.#states[maybe]!.free.push(this.add(node, at), next)
        at = maybe
      }
    }
    for (let i = 0; i < min; i += 1) at = this.add(node, at)
    return at
  }

  /** Sets of states are remembered with where each sign leads, so that usual texts cost one look-up a sign. */
  runner(start: number, end: number): (text: string) => boolean {
    interface Step { readonly states: readonly number[]; readonly accepts: boolean; readonly to: Map<number, Step> }
    let steps = new Map<string, Step>()
    const step = (seeds: readonly number[]): Step => {
      const set = new Set<number>()
      const open = [...seeds]
      while (open.length > 0) {
        const at = open.pop()!
        if (set.has(at)) continue
        set.add(at)
        open.push(...this.#states[at]!.free)
      }
      const states = [...set].filter((at) => at === end || this.#states[at]!.matches !== undefined).toSorted((a, b) => a - b)
      const key = states.join()
      let known = steps.get(key)
      if (!known) {
        if (steps.size >= MOST_SETS) steps = new Map()
        known = { states, accepts: set.has(end), to: new Map() }
        steps.set(key, known)
      }
      return known
    }
    return (text) => {
      let at = step([start])
      for (let i = 0; i < text.length; i += 1) {
        const code = text.codePointAt(i)!
        if (code > 0xff_ff) i += 1
        let next = at.to.get(code)
        if (!next) {
          next = step(at.states.filter((state) => this.#states[state]!.matches?.(code)).map((state) => this.#states[state]!.to!))
          if (at.to.size < 300) at.to.set(code, next)
        }
        if (next.states.length === 0) return false
        at = next
      }
      return at.accepts
    }
  }
}
