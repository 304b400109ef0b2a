/** What a plan may say already though nothing runs it yet (plan-language §24): told once, so that nobody waits for an effect. */
import type { Mistake } from '../mistakes.ts'
import { nearest } from '../names.ts'
import type { Place } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { note, warning } from './mistake.ts'
import { matching } from './tree-walk.ts'

/** A section is taken out of this list by whoever builds the part that runs it. */
const SECTIONS: readonly string[] = ['objectives', 'problems', 'deciders', 'existing', 'processes', 'scenarios', 'channels', 'infrastructure', 'security', 'performance', 'launch', 'operation', 'budget']
const KEYS: readonly (readonly [pattern: readonly string[], what: string])[] = [
  [['entities', '*', 'match'], 'records are not compared by likeness yet'],
  [['flows', '*', 'expects'], 'silence is not noticed yet'],
  [['defaults', 'flow', 'expects'], 'silence is not noticed yet'],
  [['tests', 'load'], 'load tests are not run yet'],
]

export function kept(context: CheckContext): readonly Mistake[] {
  const sections = context.tree.entries.filter((e) => SECTIONS.includes(e.key))
    .map((e) => note('kept', e.keyPlace, `\`${e.key}\` is checked and kept for documents; a run does not use it yet.`))
  const told = new Set<string>()
  const keys = KEYS.flatMap(([pattern, what]): Mistake[] => {
    const first = matching(context.tree, pattern)[0]
    const key = pattern.at(-1)!
    if (!first || told.has(key)) return []
    told.add(key)
    return [note('kept', context.keyPlaceOf(...first.path), `\`${key}\` is checked and kept for documents: ${what}.`)]
  })
  return [...sections, ...keys]
}

/** A connector that does not exist yet is no mistake; one that is nearly the name of another probably is. */
export function connectors(context: CheckContext): readonly Mistake[] {
  const names = context.connectors
  if (!names) return []
  const uses: { readonly name: string; readonly place: Place }[] = [['systems', '*', 'connector'], ['systems', '*', 'holds', '*', '*', 'connector']]
    .flatMap((pattern) => matching(context.tree, pattern)).flatMap(({ node }) => (node.is === 'text' ? [{ name: node.text, place: node.place }] : []))
  return uses.filter(({ name }) => !names.has(name)).flatMap(({ name, place }): Mistake[] => {
    const near = nearest(name, names)
    return near ? [warning('unknown-connector', place, `There is no connector \`${name}\` yet.`, `Did you mean \`${near}\`?`, { suggestion: near })] : []
  })
}

