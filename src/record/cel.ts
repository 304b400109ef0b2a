/**
 * Expressions of the plan (plan-language §3.5): CEL's grammar, checked against the entity when the plan is loaded, and
 * computed exactly. The parser is cel-js; meaning is given here, because CEL's own leaves numbers inexact and stops at the
 * first field that is missing. docs/expressions.md says what may be written.
 */
import { Environment } from '@marcbachmann/cel-js'
import type { Native, NativeRecord } from '../base/numeral.ts'
import { compilePart } from './cel/compile.ts'
import { type Item, nativeItem, truthOf } from './cel/item.ts'
import { type Compiled, type Compiling, type ExpressionProblem, type Follow, type Frame, MAX_VISITS, type Part, type Scope } from './cel/program.ts'
import type { Value } from './value.ts'

export type { ExpressionProblem, Follow, Scope }

/** A native record, or the golden record's values by field. */
export type Subject = NativeRecord | Readonly<Record<string, Value>>

export interface Expression {
  readonly text: string
  /** Top-level names of the record that are read; undefined: the whole record. */
  readonly columns: readonly string[] | undefined
  /** Throws `expression.failed`. `follow` gives the golden record behind a reference; without it references lead to nothing. */
  run(subject: Subject, follow?: Follow): Native
}

export interface Condition {
  readonly text: string
  readonly columns: readonly string[] | undefined
  /** Throws `expression.failed` when it can't be computed for this record. */
  holds(subject: Subject, follow?: Follow): boolean
}

/** An expression that is longer, or nested deeper, is refused. Lists that it visits are bounded by `MAX_VISITS`. */
const MAX_LENGTH = 10_000
const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 },
})

export type CompiledExpression = { readonly expression: Expression } | { readonly problems: readonly ExpressionProblem[] }
export type CompiledCondition = { readonly condition: Condition } | { readonly problems: readonly ExpressionProblem[] }

export function compileExpression(text: string, scope: Scope): CompiledExpression {
  const result = check(text, scope)
  if ('problems' in result) return result
  const { compiled, columns } = result
  return { expression: { text, columns, run: (subject, follow) => nativeItem(compiled.run(frameFor(subject, follow))) } }
}

export function compileCondition(text: string, scope: Scope): CompiledCondition {
  const result = check(text, scope)
  if ('problems' in result) return result
  const { compiled, columns } = result
  if (!['boolean', 'any', 'nothing'].includes(compiled.kind.is)) {
    return { problems: [{ at: 0, end: text.length, says: 'A condition must be true or false.', mend: 'Compare it with something, for example by == or >.' }] }
  }
  return { condition: { text, columns, holds: (subject, follow) => truthOf(compiled.run(frameFor(subject, follow))) } }
}

const frameFor = (subject: Subject, follow: Follow | undefined): Frame => ({ subject: subject as Item, follow, variables: [], left: MAX_VISITS })

interface Checked { readonly compiled: Compiled; readonly columns: readonly string[] | undefined }

function check(text: string, scope: Scope): Checked | { readonly problems: readonly ExpressionProblem[] } {
  if (text.trim() === '') return { problems: [{ at: 0, end: 0, says: 'An expression is empty.', mend: 'Leave the key out, or write a condition.' }] }
  if (text.length > MAX_LENGTH) return { problems: [{ at: 0, end: text.length, says: `An expression is longer than ${MAX_LENGTH} characters.`, mend: 'Shorten it, or use a TypeScript function.' }] }
  let part: Part
  try {
    part = parser.parse(text).ast as unknown as Part
  } catch (error) {
    return { problems: [syntaxProblem(error, text)] }
  }
  const compiling: Compiling = { scope, problems: [], variables: [], reads: { whole: false, names: new Set() }, compile: compilePart }
  const compiled = compilePart(part, compiling)
  if (compiling.problems.length > 0) return { problems: compiling.problems.toSorted((a, b) => a.at - b.at) }
  return { compiled, columns: compiling.reads.whole ? undefined : [...compiling.reads.names] }
}

/** The parser's words are for programmers; its place is right. */
function syntaxProblem(error: unknown, text: string): ExpressionProblem {
  const { code, range, summary } = error as { readonly code?: string; readonly range?: { readonly start: number; readonly end: number }; readonly summary?: string }
  const at = Math.min(range?.start ?? 0, text.length)
  const end = Math.max(at, Math.min(range?.end ?? text.length, text.length))
  const sign = text.slice(at, end)
  const place = (says: string, mend?: string): ExpressionProblem => ({ at, end, says, ...(mend === undefined ? {} : { mend }) })
  if (text[at] === '=' && text[at + 1] !== '=') return place('One `=` compares nothing.', 'Write ==.')
  if (text[at] === '&' || text[at] === '|') return place(`One \`${text[at]}\` means nothing.`, `Write ${text[at]!.repeat(2)}.`)
  if (at >= text.length) return place('The expression ends too early.', 'Write what is missing, or close the bracket.')
  if (code === 'unterminated_string') return place('A text in quotes does not end.', 'Close the quote.')
  if (code === 'reserved_identifier') return place(`\`${sign}\` is a word of the expression language and can't be a name.`)
  if (code?.includes('limit') || code?.includes('exceed')) return place('The expression is too large or nested too deep.', 'Split it into several conditions, or use a TypeScript function.')
  return place(`This can't be read as an expression${sign === '' ? '' : ` (at \`${sign.slice(0, 20)}\`)`}.`, summary ? `Look at this place: ${summary}.` : 'Look at this place.')
}
