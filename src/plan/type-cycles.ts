import type { Mistake } from './mistakes.ts'
import type { NameUse } from './schema/validate.ts'

/** A named type that contains itself would have no end; each such circle is reported once, where it closes. */
export function typeCycles(uses: readonly NameUse[]): readonly Mistake[] {
  const inside = new Map<string, NameUse[]>()
  for (const use of uses) {
    const owner = use.path[0] === 'types' && use.to === 'type' ? use.path[1] : undefined
    if (owner !== undefined) inside.set(owner, [...(inside.get(owner) ?? []), use])
  }
  const mistakes: Mistake[] = []
  const done = new Set<string>()
  const visit = (name: string, way: readonly string[]): void => {
    if (done.has(name)) return
    for (const use of inside.get(name) ?? []) {
      const start = [...way, name].indexOf(use.name)
      if (start < 0) visit(use.name, [...way, name])
      else mistakes.push(cycle(use, [...way, name].slice(start)))
    }
    done.add(name)
  }
  for (const name of inside.keys()) visit(name, [])
  return mistakes
}

const cycle = (use: NameUse, way: readonly string[]): Mistake => ({
  id: 'bad-value', severity: 'error', place: use.place,
  says: way.length === 1 ? `The type \`${use.name}\` contains itself.` : `The type \`${use.name}\` contains itself: ${[...way, use.name].join(' → ')}.`,
  mend: 'Write a reference to an entity ({ to: … }) where a thing points at its own kind.',
})
