import { Composer, type CST, type Document, Lexer, Parser, type ParsedNode } from 'yaml'

/** How much a plan file may hold. Beyond it a file is refused before it costs memory (plan-language §3.1). */
export const LIMITS = { bytes: 10_000_000, values: 150_000, nesting: 64 } as const

/** A sign that is YAML but no part of the plan language, with its place in the text. */
export interface Sign { readonly is: 'tag' | 'anchor' | 'alias'; readonly source: string; readonly offset: number }

export interface Composed {
  readonly document?: Document.Parsed<ParsedNode>
  readonly signs: readonly Sign[]
  readonly problems: readonly Problem[]
}
/** `shown` is where a person looks for it, when that is not where the parser noticed it: the opening of what is not closed. */
export interface Problem { readonly code: string; readonly offset: number; readonly shown?: number }

/** Marks of the lexer: a plain value follows, a document begins, a bracket is still open. They have no length in the text. */
const SCALAR = '\u{1f}'
const DOCUMENT = '\u{2}'
const FLOW_END = '\u{18}'
/** With more of them than this, reading on would only cost time. */
const MAX_SIGNS = 1_000
const MAX_PROBLEMS = 100
/** A file that is larger is counted before it is read: reading it twice costs less than running out of memory. */
const LARGE = 1_000_000
/** A plan that is as large as allowed has about seven pieces for each value (indentation, key, colon, blank, value, end of line). */
const MAX_PIECES = 8 * LIMITS.values

/** Text → the first YAML document, all as text. Stops as soon as a limit is passed; never throws. */
export function compose(text: string): Composed {
  const scan = new Scan()
  try {
    scan.run(text)
  } catch {
    // Also how the composer is stopped once there are problems enough.
    if (scan.problems.length === 0) scan.problems.push({ code: 'IMPOSSIBLE', offset: scan.offset })
  }
  return { ...(scan.document && { document: scan.document }), signs: scan.signs, problems: scan.problems }
}

/** Warnings about tags and aliases, which are refused anyway. */
const TOLD_BY_SIGNS: ReadonlySet<string> = new Set(['TAG_RESOLVE_FAILED', 'BAD_ALIAS', 'BAD_COLLECTION_TYPE'])

/** How the composer names a place: an offset, a range, or a token. */
type Source = number | readonly [number, number, ...number[]] | { readonly offset: number }

class Scan {
  readonly signs: Sign[] = []
  readonly problems: Problem[] = []
  document: Document.Parsed<ParsedNode> | undefined
  offset = 0
  readonly #parser = new Parser()
  readonly #composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false })
  readonly #brackets: number[] = []
  #unclosed: number | undefined
  #quote: number | undefined
  #plainFollows = false
  #scalars = 0
  #colons = 0
  #items = 0
  #pieces = 0
  #refused = false

  constructor() {
    // The composer's own way makes an Error object with its stack for each problem: a million of them would cost gigabytes.
    this.#composer['onError'] = (source: Source, code: string, message: string, warning?: boolean) => {
      if (warning !== true || !TOLD_BY_SIGNS.has(code)) this.#problem(typeof source === 'number' ? source : 'offset' in source ? source.offset : source[0], code, message)
    }
  }

  run(text: string): void {
    if (text.length > LARGE && !this.#counts(text)) return
    for (const lexeme of new Lexer().lex(text)) {
      this.#note(lexeme)
      this.#limits()
      if (this.#refused) return
      for (const token of this.#parser.next(lexeme)) this.#token(token)
      if (hasLength(lexeme)) this.offset += lexeme.length
    }
    for (const token of this.#parser.end()) this.#token(token)
    this.#take(this.#composer.end())
  }

  /** Only looks at the pieces, of which none is kept: what is too much must not be built before that is noticed. */
  #counts(text: string): boolean {
    const scan = new Scan()
    for (const lexeme of new Lexer().lex(text)) {
      scan.#note(lexeme)
      scan.#limits()
      if (scan.#refused) break
      if (hasLength(lexeme)) scan.offset += lexeme.length
    }
    if (scan.#refused) this.problems.push(...scan.problems)
    return !scan.#refused
  }

  #token(token: CST.Token): void {
    if (token.type === 'error') this.#problem(token.offset, 'UNEXPECTED_TOKEN', token.message)
    else this.#take(this.#composer.next(token))
  }

  #problem(offset: number, from: string, message: string): void {
    if (this.problems.length === MAX_PROBLEMS) throw new Error('enough')
    const code = refine(from, message)
    const shown = code === 'OPEN_QUOTE' ? this.#quote : code === 'OPEN_BRACKET' ? this.#unclosed : undefined
    this.problems.push({ code, offset, ...(shown !== undefined && { shown }) })
  }

  #refuse(code: string, offset: number): void {
    this.problems.push({ code, offset })
    this.#refused = true
  }

  #take(documents: Iterable<unknown>): void {
    for (const next of documents as Iterable<Document.Parsed<ParsedNode>>) {
      this.document ??= next
      if (next !== this.document && !this.#refused) this.#refuse('MULTIPLE_DOCS', next.range[0])
    }
  }

  /** What a piece of text is by its first sign; a plain value is announced by a mark and may begin with any. */
  #note(lexeme: string): void {
    this.#pieces += 1
    const { offset } = this
    if (this.#plainFollows) {
      this.#plainFollows = false
      this.#scalars += 1
      return
    }
    switch (lexeme[0]) {
      case SCALAR: this.#plainFollows = true; break
      case '!': this.signs.push({ is: 'tag', source: lexeme, offset }); break
      case '&': this.signs.push({ is: 'anchor', source: lexeme, offset }); break
      case '*': this.signs.push({ is: 'alias', source: lexeme, offset }); break
      case ':': this.#colons += 1; break
      case '-': case ',': this.#items += 1; break
      case '[': case '{':
        this.#items += 1
        this.#brackets.push(offset)
        break
      case ']': case '}': this.#brackets.pop(); break
      case '"': case "'":
        this.#scalars += 1
        this.#quote = offset
        break
      case FLOW_END:
        this.#unclosed ??= this.#brackets.at(-1)
        this.#brackets.length = 0
        break
      case '?': this.#refuse('COMPLEX_KEY', offset); break
      case '%': this.#refuse('DIRECTIVE', offset); break
      default:
    }
  }

  #limits(): void {
    const { offset } = this
    // Each of the first three is at most twice the number of values, in whatever way a plan is written.
    const most = Math.max(this.#scalars, this.#colons, this.#items)
    if (most > 2 * LIMITS.values || this.#pieces > MAX_PIECES) this.#refuse('TOO_MANY', offset)
    if (this.signs.length > MAX_SIGNS) this.#refuse('TOO_MANY_SIGNS', offset)
    // The stack holds the document, the open collections and perhaps a scalar.
    if (this.#parser.stack.length > LIMITS.nesting + 2) this.#refuse('TOO_DEEP', offset)
  }
}

const hasLength = (lexeme: string): boolean => lexeme !== SCALAR && lexeme !== DOCUMENT && lexeme !== FLOW_END

/** Tells apart what the parser puts under one code, by words that are part of its messages. */
function refine(code: string, message: string): string {
  if (code === 'MISSING_CHAR' && message.includes('closing')) return 'OPEN_QUOTE'
  if (code === 'MISSING_CHAR' && message.includes('must end with')) return 'OPEN_BRACKET'
  if (code === 'BAD_INDENT' && message.includes('and end with')) return 'OPEN_BRACKET'
  if (code === 'MISSING_CHAR' && message.includes('need to be followed')) return 'NO_COLON'
  if (code === 'MISSING_CHAR' && message.includes('Comments')) return 'TIGHT_COMMENT'
  if (code === 'MISSING_CHAR' && message.includes('between')) return 'NO_COMMA'
  return code
}
