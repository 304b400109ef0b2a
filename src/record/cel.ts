/**
 * Expressions of the plan (plan-language §3.5): CEL's grammar, checked against the entity when the plan is loaded, and
 * computed exactly. The parser is cel-js; meaning is given here, because CEL's own leaves numbers inexact and stops at the
 * first field that is missing. docs/expressions.md says what may be written.
 */
import { Environment } from '@marcbachmann/cel-js'
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Native, NativeRecord } from '../base/numeral.ts'
import { compilePart } from './cel/compile.ts'
import { type Item, nativeItem, truthOf } from './cel/item.ts'
import { type Compiled, type Compiling, type ExpressionProblem, type Follow, type Frame, MAX_VISITS, type Part, type Scope } from './cel/program.ts'
import type { Value } from './value.ts'

registerErrors({
  'expression.wrong': { class: 'plan', hint: 'Correct the expression at the place named; docs/expressions.md says what may be written.' },
})

export type { ExpressionProblem, Follow, Scope }

/** A native record, or the golden record's values by field. */
export type Subject = NativeRecord | Readonly<Record<string, Value>>

interface Checked {
  readonly text: string
  /** Empty: it can be computed. Else computing throws `expression.wrong`. */
  readonly problems: readonly ExpressionProblem[]
  /** Top-level names of the record, or fields of the entity, that are read; undefined: the whole. */
  readonly reads: readonly string[] | undefined
}

export interface CompiledExpression extends Checked {
  /** Throws `expression.failed`. `follow` gives the golden record behind a link; without it references lead to nothing. */
  run(subject: Subject, follow?: Follow): Native
}

export interface CompiledCondition extends Checked {
  /** What is not known does not hold. Throws `expression.failed` when it can't be computed for this record. */
  holds(subject: Subject, follow?: Follow): boolean
  /** As `holds`; undefined: not known, since a value that it compares is missing. */
  judge(subject: Subject, follow?: Follow): boolean | undefined
}

/** An expression that is longer, or nested deeper, is refused. Lists that it visits are bounded by `MAX_VISITS`. */
const MAX_LENGTH = 10_000
const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 10 },
})

export function compileExpression(text: string, scope: Scope): CompiledExpression {
  const { compiled, ...checked } = check(text, scope)
  return { ...checked, run: (subject, follow) => nativeItem(compiled.run(frameFor(subject, follow))) }
}

export function compileCondition(text: string, scope: Scope): CompiledCondition {
  const { compiled, ...checked } = check(text, scope)
  const isCondition = ['boolean', 'any', 'nothing'].includes(compiled.kind.is)
  const problems = isCondition || checked.problems.length > 0
    ? checked.problems
    : [{ at: 0, end: text.length, says: 'A condition must be true or false.', mend: 'Compare it with something, for example by == or >.' }]
  const judge = (subject: Subject, follow?: Follow): boolean | undefined => {
    const result = compiled.run(frameFor(subject, follow))
    return result === null ? undefined : truthOf(result)
  }
  return { ...checked, problems, judge, holds: (subject, follow) => judge(subject, follow) === true }
}

const frameFor = (subject: Subject, follow: Follow | undefined): Frame => ({ subject: subject as Item, follow, variables: [], left: MAX_VISITS })

function check(text: string, scope: Scope): Checked & { readonly compiled: Compiled } {
  const refused = (problem: ExpressionProblem): Checked & { readonly compiled: Compiled } => ({ text, problems: [problem], reads: undefined, compiled: wrong(text, problem) })
  if (text.trim() === '') return refused({ at: 0, end: 0, says: 'An expression is empty.', mend: 'Leave the key out, or write a condition.' })
  if (text.length > MAX_LENGTH) return refused({ at: 0, end: text.length, says: `An expression is longer than ${MAX_LENGTH} characters.`, mend: 'Shorten it, or use a TypeScript function.' })
  let part: Part
  try {
    part = parser.parse(text).ast as unknown as Part
  } catch (error) {
    return refused(syntaxProblem(error, text))
  }
  const compiling: Compiling = { scope, problems: [], variables: [], reads: { whole: false, names: new Set() }, compile: compilePart }
  const compiled = compilePart(part, compiling)
  const problems = compiling.problems.toSorted((a, b) => a.at - b.at)
  return { text, problems, reads: compiling.reads.whole ? undefined : [...compiling.reads.names], compiled: problems[0] ? wrong(text, problems[0]) : compiled }
}

function wrong(text: string, problem: ExpressionProblem): Compiled {
  return {
    kind: { is: 'any' },
    run() {
      throw new PlimsollError('expression.wrong', `${problem.says} (in \`${text}\`, position ${problem.at + 1})`)
    },
  }
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
