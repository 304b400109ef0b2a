/**
 * Checks of a plan that need record mathematics: expressions, patterns and limits, and mappings that would never come to
 * rest (plan-language §17). The loader takes them as functions, since plan/ knows nothing of record/.
 */
import { PlimsollError } from '../base/errors.ts'
import type { CheckContext, CrossCheck } from '../plan/checks/index.ts'
import { known } from '../plan/checks/known.ts'
import { error, inWords } from '../plan/checks/mistake.ts'
import { soundEntities, takingPart } from '../plan/checks/taking-part.ts'
import { allSteps, type Found, matching, nodeAt } from '../plan/checks/tree-walk.ts'
import { writtenMappings } from '../plan/checks/written-mappings.ts'
import type { Mistake } from '../plan/mistakes.ts'
import type { FieldMapping, FieldType } from '../plan/model.ts'
import { at, textAt } from '../plan/normal/reading.ts'
import type { Node, Place, TextNode } from '../plan/tree.ts'
import { compileCondition, compileExpression, type ExpressionProblem, type Scope } from './cel.ts'
import { cannotSettle } from './mapping/invertible.ts'
import { parsePath } from './mapping/path.ts'
import { typeParser } from './types/rules.ts'

export const recordChecks: readonly CrossCheck[] = [expressions, limits, forbiddenPaths, neverSettles]

// ── expressions ──────────────────────────────────────────────────────────────────────────────────────────────────────

const ON_RECORD: readonly (readonly string[])[] = [['systems', '*', 'holds', '*', '*', 'where', '*'], ['systems', '*', 'holds', '*', '*', 'parts', '*', 'where']]
const ON_FLOW: readonly (readonly string[])[] = [['where', '*'], ['from', '*', 'where', '*'], ['to', '*', 'where', '*'], ['between', '*', 'where', '*']].map((rest) => ['flows', '*', ...rest])

function expressions(context: CheckContext): readonly Mistake[] {
  const { tree } = context
  const conditions: { readonly of: Found; readonly scope: Scope | undefined }[] = [
    ...ON_RECORD.flatMap((pattern) => matching(tree, pattern)).map((of) => ({ of, scope: 'record' as const })),
    ...ON_FLOW.flatMap((pattern) => matching(tree, pattern)).map((of) => ({ of, scope: entityScope(context, textAt(tree, 'flows', of.path[1]!, 'entity')) })),
    ...matching(tree, ['entities', '*', 'rules', '*', 'must', '*']).map((of) => ({ of, scope: entityScope(context, of.path[1]) })),
    ...[...allSteps(tree).flatMap(({ path, node }) => ['reached', 'only_if'].flatMap((key) => itemsBelow(path, node, key))), ...matching(tree, ['processes', '*', 'exceptions', '*']).flatMap(({ path, node }) => itemsBelow(path, node, 'when'))]
      .map((of) => ({ of, scope: entityScope(context, textAt(tree, 'processes', of.path[1]!, 'follows')) })),
  ]
  const computed = writtenMappings(context).flatMap(({ path, node, entity }) => (at(node, 'read') || at(node, 'write') ? [
    { of: { path: [...path, 'read'], node: at(node, 'read') }, scope: 'record' as const },
    { of: { path: [...path, 'write'], node: at(node, 'write') }, scope: entityScope(context, entity) },
  ] : []))
  // Large plans say the same condition again and again.
  const judged: Done = new Map()
  const read: Done = new Map()
  return [
    ...conditions.flatMap(({ of, scope }) => problemsOf(of.node, scope, (text, in_) => compileCondition(text, in_).problems, judged)),
    ...computed.flatMap(({ of, scope }) => problemsOf(of.node, scope, (text, in_) => compileExpression(text, in_).problems, read)),
  ]
}

function itemsBelow(path: readonly string[], node: Node, key: string): readonly Found[] {
  const list = at(node, key)
  return list?.is === 'list' ? list.items.map((item, i) => ({ path: [...path, key, String(i)], node: item })) : []
}

/** undefined: what the expression speaks about is unknown or wrong, so nothing is said about it. */
function entityScope(context: CheckContext, name: string | undefined): Scope | undefined {
  const { entities } = context.plan
  const entity = name === undefined ? undefined : entities.get(name)
  const sound = name !== undefined && known(context).isSound('entities', name, 'fields') && known(context).isSound('types')
  return entity && sound && !context.incomplete ? { entity, entities } : undefined
}

type Done = Map<string, readonly ExpressionProblem[]>
type Check = (text: string, scope: Scope) => readonly ExpressionProblem[]
function problemsOf(node: Node | undefined, scope: Scope | undefined, check: Check, done: Done): readonly Mistake[] {
  if (node?.is !== 'text' || scope === undefined) return []
  const key = `${scope === 'record' ? '' : scope.entity.key}\n${node.text}`
  let problems = done.get(key)
  if (!problems) done.set(key, (problems = check(node.text, scope)))
  // The first is enough: the others often follow from it.
  return problems.slice(0, 1).map((problem) => {
    const near = /^Did you mean `([^`]+)`\?/.exec(problem.mend ?? '')?.[1]
    return error('bad-value', inside(node, problem), problem.says, problem.mend, near === undefined ? {} : { suggestion: near })
  })
}

/** The place of the part that is wrong, where the text stands in one line as it is. */
function inside(node: TextNode, { at: from, end }: ExpressionProblem): Place {
  const { place } = node
  const extra = place.range[1] - place.range[0] - node.text.length
  const quote = node.quoted && extra === 2 ? 1 : 0
  if (extra !== 2 * quote || node.text.includes('\n') || node.text.includes('\\')) return place
  const start = place.range[0] + quote
  return { file: place.file, line: place.line, pointer: place.pointer, column: place.column + quote + from, range: [start + from, start + Math.max(end, from + 1)] }
}

// ── paths ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Names that would lead out of the record. What else can be wrong with a path depends on the system, and shows when it is compiled. */
function forbiddenPaths(context: CheckContext): readonly Mistake[] {
  return writtenMappings(context).flatMap(({ node }) => {
    const path = at(node, 'path')
    const nodes = path?.is === 'list' ? path.items : path ? [path] : []
    return nodes.flatMap((one) => {
      const parsed = one.is === 'text' ? parsePath(one.text, false) : undefined
      return parsed && 'problem' in parsed && parsed.problem.forbidden ? [error('bad-value', one.place, parsed.problem.says, parsed.problem.mend)] : []
    })
  })
}

// ── patterns, limits, defaults ───────────────────────────────────────────────────────────────────────────────────────

/** A pattern or limit that can't be used, or a default that is no value of its type, would set every record aside. */
function limits(context: CheckContext): readonly Mistake[] {
  const { tree, plan } = context
  const check = (type: FieldType | undefined, initial: string | undefined, path: readonly string[]): readonly Mistake[] =>
    type && at(tree, ...path) && known(context).isSound(...path) ? limitOf(context, type, initial, path) : []
  return [
    ...matching(tree, ['types', '*']).flatMap(({ path }) => check(plan.types.get(path[1]!), undefined, path)),
    ...matching(tree, ['entities', '*', 'fields', '*']).flatMap(({ path, node }) => {
      const field = plan.entities.get(path[1]!)?.fields.get(path[3]!)
      // What is wrong with a named type is told at the type.
      return plan.types.has(textAt(node, 'type') ?? '') ? [] : check(field?.type, field?.default, path)
    }),
  ]
}

function limitOf(context: CheckContext, type: FieldType, initial: string | undefined, path: readonly string[]): readonly Mistake[] {
  const { country, currency } = context.plan
  const label = path.at(-1)!
  try {
    const parse = typeParser(type, { timeZone: 'UTC', ...(country === undefined ? {} : { country }), ...(currency === undefined ? {} : { currency }) })
    if (initial === undefined || ['codes', 'reference', 'group', 'list'].includes(type.is)) return []
    const parsed = parse(initial)
    return parsed.ok ? [] : [error('bad-value', context.placeOf(...path, 'default'), `\`${initial}\` can't be the default of ${label}. ${parsed.broken.says}`, `Write a value that ${label} may have.`)]
  } catch (thrown) {
    if (!(thrown instanceof PlimsollError) || (thrown.code !== 'type.pattern' && thrown.code !== 'type.limit')) throw thrown
    const isPattern = thrown.code === 'type.pattern'
    const key = isPattern ? 'pattern' : ['at_least', 'at_most'].find((one) => thrown.message.includes(`\`${textAt(context.tree, ...path, one) ?? ''}\``)) ?? 'at_least'
    return [error('bad-value', context.placeOf(...path, key), thrown.message, isPattern ? 'Write a pattern without look-around and back references, or a rule.' : `Write a value that ${label} may have.`)]
  }
}

// ── mappings that never come to rest ─────────────────────────────────────────────────────────────────────────────────

/** Two senders under a rule that looks at values: a mapping that gives back something else than was written would start an endless exchange. */
function neverSettles(context: CheckContext): readonly Mistake[] {
  const take = takingPart(context)
  const told = new Set<string>()
  return soundEntities(context).flatMap((entity) => [...entity.golden.rules].flatMap(([field, rule]) => {
    const type = entity.fields.get(field)?.type
    if (!type || !take.isDecidedByValue(entity, field)) return []
    const parts = take.of(entity.key)
    const speakers = take.speakers(entity.key, field)
    return parts.filter((part) => take.contributes(part, field) && take.writes(part, field)).flatMap((part) => {
      const { system } = part.end
      return take.holds(system, entity.key).flatMap((hold, i): Mistake[] => {
        const mapping = hold.fields.get(field)
        const reason = mapping && cannotSettle(mapping, type)
        const path = ['systems', system, 'holds', entity.key, String(i), 'fields', field]
        if (!reason || told.has(path.join('/')) || !known(context).isSound(...path)) return []
        told.add(path.join('/'))
        const where = nodeAt(context.tree, [...path, 'codes']) ? [...path, 'codes'] : path
        const doubled = twice(mapping)
        const mend = doubled === undefined ? `Let one system decide (entities.${entity.key}.golden.by_field.${field}), or take ${field} out of what is written to ${system}.`
          : `Give ${doubled}: none, or let one system decide (entities.${entity.key}.golden.by_field.${field}).`
        return [error('cannot-settle', context.keyPlaceOf(...where),
          `${inWords(speakers)} ${speakers.length === 2 ? 'both' : 'all'} send ${entity.key}.${field} under \`${rule.rule}\`, and ${system} does not give back what was written. ${reason.replace(/^The system has/, `${system} has`)} They would write to each other for ever.`, mend)]
      })
    })
  }))
}

function twice(mapping: FieldMapping): string | undefined {
  const first = new Map<string, string>()
  for (const [golden, codes] of mapping.codes ?? []) {
    for (const code of codes) {
      if (first.has(code)) return first.get(code)
      first.set(code, golden)
    }
  }
  return undefined
}
