/** Answers from a file: place → value, `{ waived, who, until }` or `{ ask, due, assume }`. Each is written or refused by itself. */
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import { nearest } from '../../plan/names.ts'
import { textAt } from '../../plan/normal/reading.ts'
import { isPlaceholder } from '../../plan/questions/placeholders.ts'
import { readYaml } from '../../plan/read-yaml.ts'
import { keyAt } from '../../plan/schema/key-at.ts'
import { keyOf, resolve, type Schema } from '../../plan/schema/kinds.ts'
import { PLAN } from '../../plan/schema/plan-schema.ts'
import { entry, type Entry, type MapNode, type Node, type Place } from '../../plan/tree.ts'
import { longPath, saidAt, schemaBelow, valueOf } from '../../plan/write/content.ts'
import type { Change } from '../../plan/write/write-into.ts'
import { type Now, notPlaced, type PlanWriter, type Refusal } from './writing.ts'

registerErrors({ 'cli.answers': { class: 'plan', hint: 'Write a line for each answer: the place, a colon, the value; `plimsoll check --questions` shows the places.' } })

export type Kind = 'answered' | 'waived' | 'assigned'
export interface Given {
  readonly place: string
  readonly kind: Kind
  readonly change: Change
  readonly at: Place
}
export interface Refused { readonly place: string; readonly at: Place; readonly says: string; readonly mend?: string }
export interface Accepted { readonly given: Given; readonly file: string; readonly line: number; readonly stillOpen?: string }
export interface Outcome { readonly written: readonly Accepted[]; readonly also: readonly string[]; readonly refused: readonly Refused[]; readonly now: Now }

const WAIVED = ['waived', 'who', 'until', 'note']
const ASSIGNED = ['ask', 'due', 'assume', 'note', 'waived', 'who', 'until']

export function readAnswers(text: string, file: string, tree: MapNode): { readonly given: readonly Given[]; readonly refused: readonly Refused[] } {
  const { root, mistakes } = readYaml(text, file)
  const wrong = mistakes.find((mistake) => mistake.severity === 'error')
  if (wrong || !root) throw new PlimsollError('cli.answers', `${file}:${wrong?.place.line ?? 1}:${wrong?.place.column ?? 1}  ${wrong?.says ?? 'There is no answer in it.'}${wrong?.mend === undefined ? '' : ` ${wrong.mend}`}`)
  const given: Given[] = []
  const refused: Refused[] = []
  for (const e of root.entries) {
    const no = refusal(e, root, tree)
    if (no) refused.push({ place: e.key, at: no.at ?? e.keyPlace, says: no.says, ...(no.mend === undefined ? {} : { mend: no.mend }) })
    else given.push(answer(e))
  }
  return { given, refused }
}

function answer(e: Entry): Given {
  const kind = kindOf(e.value)
  const path = kind === 'answered' ? e.key.split('.') : ['questions', e.key]
  return { place: e.key, kind, change: { path, value: valueOf(e.value) }, at: kind === 'answered' ? e.value.place : e.keyPlace }
}

/** A waiver or assignment, by its keys; anything else is the answer itself. */
function kindOf(value: Node): Kind {
  if (value.is !== 'map' || value.entries.length === 0) return 'answered'
  const keys = value.entries.map((e) => e.key)
  if (keys.includes('waived') && keys.every((key) => WAIVED.includes(key))) return 'waived'
  return (keys.includes('ask') || keys.includes('assume')) && keys.every((key) => ASSIGNED.includes(key)) ? 'assigned' : 'answered'
}

interface No { readonly says: string; readonly mend?: string; readonly at?: Place }

function refusal(e: Entry, answers: MapNode, tree: MapNode): No | undefined {
  const path = e.key.split('.')
  const unknown = unknownStep(path)
  if (unknown) return unknown
  if (e.value.is === 'text' && e.value.empty) return { says: `${e.key} has no answer.`, mend: 'Write one behind the colon, or leave the line out.', at: e.value.place }
  const kind = kindOf(e.value)
  const said = (key: string): string => (e.value.is === 'map' ? textAt(e.value, key) ?? '' : '')
  if (kind === 'waived' && (isPlaceholder(said('waived')) || said('who') === '')) return { says: 'What is waived says why, and who decided that.', mend: 'Write { waived: why, who: name }.', at: e.value.place }
  if (kind === 'answered') {
    if (e.value.is === 'text' && isPlaceholder(e.value.text) && isFree(path)) return { says: `\`${e.value.text}\` does not answer a question.`, mend: 'Write { waived: why, who: name } or { ask: name, due: date }, or leave it open.', at: e.value.place }
    return unknownElement(path, answers, tree)
  }
  return undefined
}

const isFree = (path: readonly string[]): boolean => {
  const kind = resolve(keyAt(longPath(PLAN, path))!.value)
  return kind.is === 'scalar' || kind.is === 'shape'
}

function unknownStep(path: readonly string[]): No | undefined {
  let schema: Schema = PLAN
  for (const [depth, step] of path.entries()) {
    const list = resolve(schema)
    const kind = list.is === 'list' ? resolve(list.of) : list
    const known = keyAt(longPath(PLAN, path.slice(0, depth + 1)))
    if (!known || step === '') {
      const near = kind.is === 'shape' ? nearest(step, Object.keys(kind.keys)) : undefined
      return { says: `${path.join('.')} is no place of a plan${depth === 0 ? '' : `: ${path.slice(0, depth).join('.')} has no \`${step}\``}.`, ...(near === undefined ? {} : { mend: `Did you mean \`${[...path.slice(0, depth), near, ...path.slice(depth + 1)].join('.')}\`?` }) }
    }
    schema = known.value
  }
  return path[0] === 'plimsoll' || path[0] === 'include' ? { says: `\`${path[0]}\` is no answer to a question.` } : undefined
}

/** A misspelt name would make a new element: only what says what an element is makes one. */
function unknownElement(path: readonly string[], answers: MapNode, tree: MapNode): No | undefined {
  const [section, name, key] = path as [string, string?, string?]
  const kind = resolve(keyAt([section])!.value)
  if (kind.is !== 'map' || name === undefined || key === undefined || section === 'questions') return undefined
  const has = (map: Node | undefined): readonly string[] => (map?.is === 'map' ? map.entries.map((e) => e.key) : [])
  const there = has(entry(tree, section)?.value)
  const made = [...has(entry(answers, section)?.value), ...answers.entries.flatMap((e) => (e.key.startsWith(`${section}.`) && e.key.split('.').length === 2 ? [e.key.split('.')[1]!] : []))]
  const element = resolve(schemaBelow(kind, name))
  const makes = (of: string): boolean => element.is === 'shape' && keyOf(element, of)?.need === 'required'
  const required = answers.entries.some((e) => e.key.startsWith(`${section}.${name}.`) && makes(e.key.split('.')[2]!))
  if (there.includes(name) || made.includes(name) || required) return undefined
  const near = nearest(name, [...there, ...made])
  return { says: `There is no ${name} in \`${section}\` of this plan.`, mend: near === undefined ? `Answer ${section}.${name} first: say what it is.` : `Did you mean \`${[section, near, ...path.slice(2)].join('.')}\`?` }
}

/** Writes what can be written, whatever the order of the answers: one may need another. */
export async function writeAnswers(writer: PlanWriter, given: readonly Given[]): Promise<Outcome> {
  let left = given
  const overtaken: Refused[] = []
  for (;;) {
    const seen = await writer.read()
    const found = await acceptable(writer, seen, left)
    if (found.accepted.length === 0) return outcome(seen, seen, found, overtaken)
    const written = await writer.write(found.accepted.map(({ change }) => change), seen)
    if (written.is === 'written') return outcome(seen, written.now, found, overtaken)
    if (written.is === 'refused') return outcome(seen, seen, { accepted: [], refused: new Map([...found.refused, ...found.accepted.map((one) => [one, written.mistakes[0]!] as const)]) }, overtaken)
    const moved = found.accepted.filter(({ change: { path } }) => saidAt(seen.plan.loaded.tree, path) !== saidAt(written.now.plan.loaded.tree, path))
    overtaken.push(...moved.map((one): Refused => ({ place: one.place, at: one.at, says: 'Somebody else answered it at the same moment.', mend: 'Look at what stands there now, and answer again if need be.' })))
    left = left.filter((one) => !moved.includes(one))
  }
}

interface Found { readonly accepted: readonly Given[]; readonly refused: ReadonlyMap<Given, Refusal> }

async function acceptable(writer: PlanWriter, start: Now, given: readonly Given[]): Promise<Found> {
  let now = start
  const accepted: Given[] = []
  const refused = new Map<Given, Refusal>()
  /** All at once, else in halves, down to the one that is wrong. */
  const take = async (some: readonly Given[]): Promise<void> => {
    if (some.length === 0) return
    const tried = await writer.try(now, some.map(({ change }) => change))
    if (!('refused' in tried) && tried.mistakes.length === 0) {
      now = tried.now
      accepted.push(...some)
      for (const one of some) refused.delete(one)
    } else if (some.length === 1) refused.set(some[0]!, 'refused' in tried ? notPlaced(tried) : tried.mistakes[0]!)
    else {
      await take(some.slice(0, some.length >> 1))
      await take(some.slice(some.length >> 1))
    }
  }
  await take(given)
  // What was refused may only have waited for another answer.
  for (let before = -1; refused.size > 0 && before !== refused.size && accepted.length > 0;) {
    before = refused.size
    await take([...refused.keys()])
  }
  return { accepted: given.filter((one) => accepted.includes(one)), refused }
}

function outcome(before: Now, now: Now, { accepted, refused }: Found, overtaken: readonly Refused[]): Outcome {
  const places = new Set(accepted.map(({ change }) => change.path.join('.')))
  const held = (of: Now): string[] => [...(of.plan.loaded.draft?.systems.values() ?? [])].flatMap((system) => system.holds.map((hold) => `systems.${system.key}.holds.${hold.entity}`))
  const had = new Set(held(before))
  return {
    written: accepted.map((given) => {
      const at = placeOf(now, given.change.path)
      const open = given.kind === 'answered' ? now.readiness.open.find((one) => one.place.join('.') === given.place)?.reason : undefined
      return { given, file: at?.file ?? '', line: at?.line ?? 0, ...(open === undefined ? {} : { stillOpen: open }) }
    }),
    also: held(now).filter((place) => !had.has(place) && ![...places].some((one) => place.startsWith(one))),
    refused: [...overtaken, ...[...refused].map(([{ place, at }, { says, mend, suggestion }]): Refused => ({ place, at, says, ...(mend === undefined && suggestion === undefined ? {} : { mend: mend ?? `Did you mean \`${suggestion}\`?` }) }))]
      .toSorted((a, b) => a.at.range[0] - b.at.range[0]),
    now,
  }
}

/** Where something stands now: the nearest written place on the way to it. */
export function placeOf(now: Now, path: readonly string[]): Place | undefined {
  let node: Node | undefined = now.plan.loaded.tree
  let place: Place | undefined
  for (const key of longPath(PLAN, path)) {
    const found: Entry | undefined = node?.is === 'map' ? entry(node, key) : undefined
    if (!found) break
    place = found.keyPlace
    node = found.value
  }
  return place
}
