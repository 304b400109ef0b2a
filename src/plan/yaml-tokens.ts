import { Composer, type Document, Lexer, Parser, type ParsedNode } from 'yaml'

/** How much a plan file may hold. Beyond it a file is refused before it costs memory (plan-language §3.1). */
export const LIMITS = { bytes: 10_000_000, values: 500_000, nesting: 64 } as const

/** A sign that is YAML but no part of the plan language, with its place in the text. */
export interface Sign { readonly is: 'tag' | 'anchor' | 'alias'; readonly source: string; readonly offset: number }

export interface Composed {
  readonly document?: Document.Parsed<ParsedNode>
  readonly signs: readonly Sign[]
  readonly problems: readonly Problem[]
}
/** `shown` is where a person looks for it, when that is not where the parser noticed it: the opening of what is not closed. */
export interface Problem { readonly code: string; readonly offset: number; readonly shown?: number }

const SIGNS: Readonly<Record<string, Sign['is']>> = { '!': 'tag', '&': 'anchor', '*': 'alias' }
/** Marks of the lexer: a plain value follows, a document begins, a bracket is still open. They have no length in the text. */
const SCALAR = '\u{1f}'
const DOCUMENT = '\u{2}'
const FLOW_END = '\u{18}'
/** With more of them than this, reading on would only cost time. */
const MAX_SIGNS = 1_000
/** A plan that is as large as allowed has about seven pieces for each value (indentation, key, colon, blank, value, end of line). */
const MAX_PIECES = 8 * LIMITS.values

/** Text → the first YAML document, all as text. Stops as soon as a limit is passed; never throws. */
export function compose(text: string): Composed {
  const parser = new Parser()
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', prettyErrors: false })
  const signs: Sign[] = []
  const problems: Problem[] = []
  const brackets: number[] = []
  let unclosed: number | undefined
  let quote: number | undefined
  let document: Document.Parsed<ParsedNode> | undefined
  let offset = 0
  let scalar = false
  let scalars = 0
  let colons = 0
  let items = 0
  let pieces = 0
  const take = (documents: Iterable<Document.Parsed<ParsedNode>>): void => {
    for (const next of documents) {
      document ??= next
      if (next !== document) problems.push({ code: 'MULTIPLE_DOCS', offset: next.range[0] })
    }
  }
  const stop = (code: string, at: number): Composed => ({ signs, problems: [...problems, { code, offset: at }] })

  try {
    for (const lexeme of new Lexer().lex(text)) {
      if (scalar) {
        scalar = false
        scalars += 1
      } else if (lexeme === SCALAR) scalar = true
      else {
        const first = lexeme[0]!
        const sign = SIGNS[first]
        if (sign) {
          if (signs.length === MAX_SIGNS) return stop('TOO_MANY_SIGNS', offset)
          signs.push({ is: sign, source: lexeme, offset })
        } else if (first === ':') colons += 1
        else if (first === '-' || first === ',') items += 1
        else if (first === '[' || first === '{') {
          items += 1
          brackets.push(offset)
        } else if (first === ']' || first === '}') brackets.pop()
        else if (first === '"' || first === "'") {
          scalars += 1
          quote = offset
        } else if (first === FLOW_END) {
          unclosed ??= brackets.at(-1)
          brackets.length = 0
        }
        if (first === '?') problems.push({ code: 'COMPLEX_KEY', offset })
        if (first === '%') problems.push({ code: 'DIRECTIVE', offset })
      }
      pieces += 1
      // Each of the first three is at most twice the number of values, in whatever way a plan is written.
      if (Math.max(scalars, colons, items) > 2 * LIMITS.values || pieces > MAX_PIECES) return stop('TOO_MANY', offset)
      if (problems.length > 0) return { signs, problems }
      for (const token of parser.next(lexeme)) take(composer.next(token) as Iterable<Document.Parsed<ParsedNode>>)
      // The stack holds the document, the open collections and perhaps a scalar.
      if (parser.stack.length > LIMITS.nesting + 2) return stop('TOO_DEEP', offset)
      if (hasLength(lexeme)) offset += lexeme.length
    }
    for (const token of parser.end()) take(composer.next(token) as Iterable<Document.Parsed<ParsedNode>>)
    take(composer.end() as Iterable<Document.Parsed<ParsedNode>>)
  } catch {
    return stop('IMPOSSIBLE', offset)
  }
  const found = document === undefined ? composer.streamInfo().errors : document.errors
  for (const error of found) {
    const code = refine(error.code, error.message)
    const shown = code === 'OPEN_QUOTE' ? quote : code === 'OPEN_BRACKET' ? unclosed : undefined
    problems.push({ code, offset: error.pos[0], ...(shown !== undefined && { shown }) })
  }
  return { ...(document && { document }), signs, problems }
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
