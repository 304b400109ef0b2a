/**
 * The text of a GraphQL request: what it asks for, and the same request for several records at once. Interfaces that take one
 * record a mutation answer many of them in one call if each stands under an alias of its own (GraphQL, section 2.7).
 */
export interface GraphqlText {
  readonly kind: 'query' | 'mutation'
  /** Names of its variables, without `$`. */
  readonly variables: ReadonlySet<string>
  /** The name under which the one root field is answered; undefined: there are several. */
  readonly field?: string
  /** The request for so many records. The variables and the answer of the first begin with `m0_` and `m0`. Only with a `field`. */
  readonly repeated?: (count: number) => string
}

interface Token {
  readonly text: string
  readonly start: number
  readonly end: number
}

const TOKEN = /"""(?:[^"\\]|\\"""|\\|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|[_A-Za-z][_0-9A-Za-z]*|-?\d[\d.eE+-]*|\.\.\.|[!$&()|:=@[\]{}]|(?:#[^\n\r]*|[\s,\uFEFF])+/y
const NAME = /^[_A-Za-z]/

/** A text that can't be read is answered with what is wrong about it. */
export function readGraphql(text: string): GraphqlText | { readonly problem: string } {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (!match) return { problem: `has a sign that GraphQL does not know at position ${at + 1}` }
    if (!/^[#\s,\uFEFF]/.test(match[0])) tokens.push({ text: match[0], start: at, end: TOKEN.lastIndex })
    at = TOKEN.lastIndex
  }
  return new Reader(text, tokens).read()
}

interface Span {
  readonly from: number
  /** The place after its last token. */
  readonly to: number
}

class Reader {
  readonly #text: string
  readonly #tokens: readonly Token[]

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  read(): GraphqlText | { readonly problem: string } {
    let operation: { kind: 'query' | 'mutation'; variables: Span | undefined; root: Span } | undefined
    const fragments: Span[] = []
    for (let at = 0; at < this.#tokens.length;) {
      const start = at
      const word = this.#tokens[at]!.text
      const kind = word === '{' ? 'query' : word
      let variables: Span | undefined
      while (at < this.#tokens.length && this.#tokens[at]!.text !== '{') {
        const end = this.#closing(at)
        if (end === undefined) return { problem: 'has a bracket that does not close' }
        // `@include(if: …)` has brackets too, and stands behind the variables.
        if (this.#tokens[at]!.text === '(' && variables === undefined && !this.#tokens.slice(start, at).some((token) => token.text === '@')) variables = { from: at + 1, to: end }
        at = end + 1
      }
      const end = at < this.#tokens.length ? this.#closing(at) : undefined
      if (end === undefined) return { problem: 'has no selection in { }, or one that does not close' }
      if (kind === 'fragment') fragments.push({ from: start, to: end + 1 })
      else if (kind !== 'query' && kind !== 'mutation') return { problem: `begins with \`${word.slice(0, 30)}\`; a query or mutation is expected` }
      else if (operation) return { problem: 'has several operations; one is expected' }
      else operation = { kind, variables, root: { from: at + 1, to: end } }
      at = end + 1
    }
    if (!operation) return { problem: 'has no query and no mutation' }
    const { kind, variables, root } = operation
    const names = new Set<string>()
    for (let at = variables?.from ?? 0; at < (variables?.to ?? 0); at += 1) if (this.#tokens[at]!.text === '$') names.add(this.#tokens[at + 1]!.text)
    const field = this.#onlyField(root)
    const fixed = fragments.some((span) => this.#tokens.slice(span.from, span.to).some((token) => token.text === '$'))
    if (!field || fixed) return { kind, variables: names, ...(field ? { field: field.name } : {}) }
    const tail = fragments.map((span) => this.#slice(span)).join('\n')
    return {
      kind,
      variables: names,
      field: field.name,
      repeated: (count) => {
        const each = Array.from({ length: count }, (_, index) => index)
        const declared = variables && variables.to > variables.from ? `(${each.map((index) => this.#renamed(variables, index)).join(', ')})` : ''
        return `${kind} ${declared} { ${each.map((index) => `${aliasOf(index)}: ${this.#renamed(field.span, index)}`).join('\n')} }${tail === '' ? '' : `\n${tail}`}`
      },
    }
  }

  /** The place of the bracket that closes the one at `at`; `at` itself where none opens. */
  #closing(at: number): number | undefined {
    const pairs: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' }
    const open: string[] = []
    for (let place = at; place < this.#tokens.length; place += 1) {
      const { text } = this.#tokens[place]!
      if (Object.hasOwn(pairs, text)) open.push(pairs[text]!)
      else if (text === ')' || text === '}' || text === ']') {
        if (open.pop() !== text) return undefined
      }
      if (open.length === 0) return place
    }
    return undefined
  }

  #onlyField(root: Span): { readonly name: string; readonly span: Span } | undefined {
    const at = (place: number): string => (place < root.to ? this.#tokens[place]!.text : '')
    let place = root.from
    if (!NAME.test(at(place))) return undefined
    const name = at(place)
    if (at(place + 1) === ':') place += 2
    const from = place
    place += 1
    while (place < root.to) {
      const { text } = this.#tokens[place]!
      // `name(…) @directive(…) {…}`, and nothing after it.
      if (text === '@') place += 2
      else if (text === '(' || text === '{') place = (this.#closing(place) ?? root.to) + 1
      else return undefined
    }
    return { name, span: { from, to: root.to } }
  }

  #slice(span: Span): string {
    return this.#text.slice(this.#tokens[span.from]!.start, this.#tokens[span.to - 1]!.end)
  }

  #renamed(span: Span, index: number): string {
    let text = ''
    let at = this.#tokens[span.from]!.start
    for (let place = span.from; place < span.to; place += 1) {
      const token = this.#tokens[place]!
      text += this.#text.slice(at, token.start)
      text += place > 0 && this.#tokens[place - 1]!.text === '$' ? `${aliasOf(index)}_${token.text}` : token.text
      at = token.end
    }
    return text
  }
}

export const aliasOf = (index: number): string => `m${index}`
