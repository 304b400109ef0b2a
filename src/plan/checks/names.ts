/** Names that nothing bears, with the nearest one that something does. */
import type { Mistake } from '../mistakes.ts'
import { nearest } from '../names.ts'
import { entriesAt, textAt } from '../normal/reading.ts'
import { CHAPTERS } from '../schema/plan-schema.ts'
import { shorten } from '../schema/scalars.ts'
import type { Place } from '../tree.ts'
import type { CheckContext } from './index.ts'
import { type Choice, known } from './known.ts'
import { choice as offered, error } from './mistake.ts'
import { matching } from './tree-walk.ts'
import { writtenMappings } from './written-mappings.ts'

export function unknownNames(context: CheckContext): readonly Mistake[] {
  if (context.incomplete) return []
  const of = known(context)
  const told = new Set<string>()
  return of.unknown.flatMap((use): Mistake[] => {
    // Through `like` or a word that fills two keys, one written name can be used twice.
    const key = `${use.place.file}:${use.place.range[0]}:${use.place.pointer}:${use.name}`
    if (told.has(key)) return []
    told.add(key)
    return [unknownName(context, use.name, use.place, use.choice)]
  })
}

function unknownName(context: CheckContext, name: string, place: Place, choice: Choice): Mistake {
  const near = nearest(name, choice.names)
  const says = `\`${shorten(name)}\` is no ${choice.what}.`
  if (near !== undefined) {
    const defined = known(context).definitionOf(near, choice)
    return error(choice.id, place, says, `Did you mean \`${near}\`?`, { suggestion: near, ...(defined ? { also: [defined] } : {}) })
  }
  const other = OTHERS.find(([section]) => known(context).names(section).has(name))
  const is = other ? `\`${shorten(name)}\` is ${other[1]}, no ${choice.what}.` : says
  const define = choice.sections.map((section) => `\`${section.join('.')}\``).join(' or ')
  return error(choice.id, place, is, choice.names.size === 0 ? `Define it under ${define}.` : `Write one of ${offered(choice.names)}, or define it under ${define}.`)
}

const OTHERS: readonly (readonly [string, string])[] = [
  ['people', 'a person'], ['teams', 'a team'], ['systems', 'a system'], ['entities', 'an entity'], ['flows', 'a flow'], ['processes', 'a process'], ['types', 'a type'],
]

// ── places of the plan, in questions and decisions ───────────────────────────────────────────────────────────────────

const SECTIONS: ReadonlySet<string> = new Set(CHAPTERS.flatMap((chapter) => Object.keys(chapter.sections)))
/** Sections of named elements, and what one of them is. */
const ELEMENTS: ReadonlyMap<string, string> = new Map([
  ['objectives', 'objective'], ['people', 'person'], ['teams', 'team'], ['systems', 'system'], ['types', 'type'], ['entities', 'entity'], ['flows', 'flow'],
  ['processes', 'process'], ['scenarios', 'scenario'], ['calendars', 'calendar'], ['milestones', 'milestone'], ['channels', 'channel'],
])

/** A question about `systems.curier.interface` would never be found again. */
export function unknownPlaces(context: CheckContext): readonly Mistake[] {
  if (context.incomplete) return []
  const keys = entriesAt(context.tree, 'questions').filter((e) => e.key.includes('.')).map((e) => ({ text: e.key, place: e.keyPlace }))
  const concerns = ['questions', 'decisions'].flatMap((section) => matching(context.tree, [section, '*', 'concerns', '*']))
    .flatMap(({ node }) => (node.is === 'text' ? [{ text: node.text, place: node.place }] : []))
  return [...keys, ...concerns].flatMap(({ text, place }) => unknownPlace(context, text, place))
}

function unknownPlace(context: CheckContext, text: string, place: Place): readonly Mistake[] {
  const [section, name] = text.split('.') as [string, string | undefined]
  if (!SECTIONS.has(section)) {
    const near = nearest(section, SECTIONS)
    return [error('unknown-question', place, `\`${shorten(text)}\` is no place of a plan: there is no section \`${shorten(section)}\`.`,
      near ? `Did you mean \`${near}\`?` : 'Write a place like systems.crm.interface.', near ? { suggestion: near } : {})]
  }
  const what = ELEMENTS.get(section)
  if (what === undefined || name === undefined || name === '') return []
  const names = known(context).names(section)
  return names.has(name) ? [] : [unknownName(context, name, place, { id: `unknown-${what}`, what: `${what} of this plan`, names, sections: [[section]] })]
}

/** `--env tset`. */
export function unknownEnvironment(context: CheckContext): readonly Mistake[] {
  const { name } = context.plan.environment
  const names = known(context).names('environments')
  if (context.incomplete || names.size === 0 || names.has(name) || name === 'development' || name === 'production') return []
  return [unknownName(context, name, context.keyPlaceOf('environments'), { id: 'unknown-environment', what: 'environment of this plan', names, sections: [['environments']] })]
}

/** A system names the target of a reference by one of its fields. */
export function unknownIdentifiers(context: CheckContext): readonly Mistake[] {
  if (context.incomplete) return []
  return writtenMappings(context).flatMap(({ path, node, type }) => {
    const name = textAt(node, 'identifier')
    const reference = type?.is === 'list' ? type.of : type
    if (name === undefined || reference?.is !== 'reference') return []
    const fields = known(context).fieldsOf(reference.to)
    return !fields || fields.names.has(name) ? [] : [unknownName(context, name, context.placeOf(...path, 'identifier'), fields)]
  })
}
