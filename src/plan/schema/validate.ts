/**
 * A plan in long form against the description of the language. What is wrong becomes a mistake and is left out of the
 * result, so that everything behind it reads right values only. One mistake is reported once: nothing is said about what
 * follows from it.
 */
import type { Mistake } from '../mistakes.ts'
import { nameProblem, nearest } from '../names.ts'
import { changedEntries, changedItems, type Entry, type MapNode, type Node, type Place } from '../tree.ts'
import { isWrong } from '../values.ts'
import { isNote, keyOf, resolve, type ListOf, type MapOf, type Ref, type Schema, type Shape, type Word } from './kinds.ts'
import { SCALARS, shorten } from './scalars.ts'

export interface NameUse {
  readonly to: Ref['to']
  readonly name: string
  readonly place: Place
  /** Keys from the root of the long form to the value. */
  readonly path: readonly string[]
}

export interface Validated {
  /** Without what was wrong. */
  readonly tree: MapNode
  readonly mistakes: readonly Mistake[]
  /** Pointers (long form) at which something was left out. */
  readonly wrong: ReadonlySet<string>
  /** Every place where the name of another element stands. */
  readonly uses: readonly NameUse[]
}

export function validate(root: MapNode, schema: Shape): Validated {
  const run = new Run()
  const tree = run.check(root, schema, [])
  return {
    tree: tree?.is === 'map' ? tree : { is: 'map', entries: [], place: root.place },
    mistakes: run.mistakes, wrong: run.wrong, uses: run.uses,
  }
}

export const pointerOf = (path: readonly string[]): string =>
  path.map((key) => `/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`).join('')

/** One for the whole way down and up again: whoever keeps it copies it. */
type Path = string[]

class Run {
  readonly mistakes: Mistake[] = []
  readonly wrong = new Set<string>()
  readonly uses: NameUse[] = []

  check(node: Node, schema: Schema, path: Path): Node | undefined {
    const kind = resolve(schema)
    switch (kind.is) {
      case 'any': return node
      case 'list': return this.#list(node, kind, path)
      case 'map': return this.#map(node, kind, path)
      case 'shape': return this.#shape(node, kind, path)
      case 'form': return this.check(node, kind.wrap ? kind.other : node.is === 'map' ? kind.map : kind.other, path)
      case 'scalar': return this.#scalar(node, kind.scalar, path)
      case 'word': return this.#word(node, kind, path)
      case 'ref': return this.#ref(node, kind, path)
    }
  }

  #below(node: Node, schema: Schema, path: Path, key: string): Node | undefined {
    path.push(key)
    const checked = this.check(node, schema, path)
    path.pop()
    return checked
  }

  #say(path: Path, id: string, place: Place, says: string, mend?: string, suggestion?: string): undefined {
    this.wrong.add(pointerOf(path))
    this.mistakes.push({ id, severity: 'error', place, says, ...(mend ? { mend } : {}), ...(suggestion ? { suggestion } : {}) })
    return undefined
  }

  #form(node: Node, path: Path, wanted: string, mend?: string): undefined {
    const key = labelOf(path)
    if (node.is === 'text' && node.empty) return this.#say(path, 'bad-value', node.place, `\`${key}\` has no value.`, mend ?? `Write ${wanted}, or leave \`${key}\` out.`)
    const found = node.is === 'list' ? 'a list' : node.is === 'map' ? 'keys and values' : node.is === 'function' ? 'a function' : `\`${shorten(node.text)}\``
    return this.#say(path, 'bad-value', node.place, `\`${key}\` is ${wanted}, not ${found}.`, mend ?? `Write ${wanted}.`)
  }

  #list(node: Node, kind: ListOf, path: Path): Node | undefined {
    if (node.is !== 'list') return this.#form(node, path, 'a list')
    const checked = changedItems(node, (item, i) => this.#below(item, kind.of, path, String(i)))
    if (node.items.length < kind.atLeast) {
      return this.#say(path, 'bad-value', node.place,
        kind.atLeast === 1 ? `The list at \`${labelOf(path)}\` is empty.` : `The list at \`${labelOf(path)}\` needs at least ${kind.atLeast} items.`,
        kind.atLeast === 1 ? 'Write an item, or leave it out.' : 'Put them into one list inside the list: [[first, second]].')
    }
    return checked.items.length < kind.atLeast ? undefined : checked
  }

  #map(node: Node, kind: MapOf, path: Path): Node | undefined {
    if (node.is !== 'map') return this.#form(node, path, kind.listed ? 'a list of names, or names with values' : 'a list of `name: value` pairs', kind.example && `Write it like this: ${kind.example}`)
    const had = new Set<string>()
    return changedEntries(node, (_, e) => {
      if (kind.key === 'name' && isNote(e.key)) return undefined
      path.push(e.key)
      const value = this.#mapEntry(e, kind, path, had)
      path.pop()
      return value
    })
  }

  #mapEntry(e: Entry, kind: MapOf, path: Path, had: Set<string>): Node | undefined {
    // Only from a list: keys of a map that stand twice are reported when the file is read.
    if (had.has(e.key)) return this.#say(path, 'bad-value', e.keyPlace, `\`${shorten(e.key)}\` stands twice in this list.`, 'Keep one of them.')
    had.add(e.key)
    return this.#mapKey(e, kind, path) ? this.check(e.value, kind.of, path) : undefined
  }

  #mapKey(e: Entry, kind: MapOf, path: Path): boolean {
    const { key: form } = kind
    if (form === 'text') return true
    if (form === 'place') {
      if (/^[a-z][a-z0-9_]*(\.[^.\s]+)*$/.test(e.key)) return true
      this.#say(path, 'bad-name', e.keyPlace, `\`${shorten(e.key)}\` is no place in the plan and no name.`, 'Write a place like systems.crm.interface, or a name of small letters.')
      return false
    }
    if (form === 'name') {
      const problem = nameProblem(e.key)
      if (!problem) return true
      this.#say(path, problem.id, e.keyPlace, problem.says, problem.mend)
      return false
    }
    const text: Node = { is: 'text', text: e.key, quoted: false, empty: false, place: e.keyPlace }
    return (form.is === 'ref' ? this.#ref(text, form, path) : this.#word(text, form, path)) !== undefined
  }

  #shape(node: Node, kind: Shape, path: Path): Node | undefined {
    if (node.is !== 'map') {
      const words = kind.words ? ` (or ${Object.keys(kind.words).map((w) => `\`${w}\``).join(', ')})` : ''
      return this.#form(node, path, `${kind.what} with keys${words}`, `Write keys and values: ${Object.keys(kind.keys).filter((k) => kind.keys[k]!.need === 'required' || k in firstKeys(kind)).slice(0, 4).join(', ')} …`)
    }
    let misspelt = false
    const checked = changedEntries(node, (value, e) => {
      const known = keyOf(kind, e.key)
      if (known) return this.#below(value, known.value, path, e.key)
      if (isNote(e.key)) return undefined
      misspelt = true
      path.push(e.key)
      this.#unknownKey(e, kind, path)
      path.pop()
      return undefined
    })
    // A required key may stand there misspelt; then the misspelling is the mistake.
    if (!misspelt && !this.#complete(node, kind, path)) return undefined
    return misspelt && !this.#hasAll(node, kind) ? undefined : checked
  }

  #unknownKey(e: Entry, kind: Shape, path: Path): void {
    if (kind.never?.keys.includes(e.key)) {
      this.#say(path, kind.never.id, e.keyPlace, kind.never.says.replace('{key}', e.key), kind.never.mend)
      return
    }
    const keys = Object.keys(kind.keys)
    const near = nearest(e.key, keys)
    this.#say(path, 'unknown-key', e.keyPlace, `\`${shorten(e.key)}\` is no key of ${kind.what}.`,
      near ? `Did you mean \`${near}\`?` : `Its keys are ${keys.join(', ')}. Own notes begin with x-.`, near)
  }

  #complete(node: MapNode, kind: Shape, path: Path): boolean {
    const has = (key: string) => node.entries.some((e) => e.key === key)
    const missing = requiredOf(kind).filter((key) => !has(key))
    if (missing.length > 0) {
      const example = kind.keys[missing[0]!]!.example
      this.#say(path, 'bad-value', node.place, `${subject(path, kind)} needs ${missing.map((k) => `\`${k}\``).join(' and ')}.`,
        `Write \`${missing[0]}: ${example ?? '…'}\`.`)
      return false
    }
    if (kind.oneOf) {
      const there = kind.oneOf.filter(has)
      const choice = kind.oneOf.map((k) => `\`${k}\``).join(', ')
      if (there.length === 0) this.#say(path, 'bad-value', node.place, `${subject(path, kind)} needs one of ${choice}.`, 'Write one of them.')
      if (there.length > 1) this.#say(path, 'bad-value', node.place, `${subject(path, kind)} has ${there.map((k) => `\`${k}\``).join(' and ')}; only one of them can hold.`, 'Keep one of them.')
      if (there.length !== 1) return false
    }
    return this.#fits(node, kind, path)
  }

  #fits(node: MapNode, { fits, what }: Shape, path: Path): boolean {
    const beside = fits && node.entries.find((e) => Object.hasOwn(fits.beside, e.key))
    if (!beside) return true
    const words = fits.beside[beside.key]!
    const value = node.entries.find((e) => e.key === fits.key)?.value
    if (!value) {
      this.#say(path, 'bad-value', node.place, `\`${labelOf(path)}\` is ${what} and needs \`${fits.key}\`.`, `Write \`${fits.key}: ${words[0]}\`, or another of ${words.join(', ')}.`)
      return false
    }
    // A word that is none at all has been told already.
    if (value.is !== 'text' || words.includes(value.text) || !Object.values(fits.beside).flat().includes(value.text)) return true
    this.#say([...path, fits.key], 'bad-value', value.place, `A ${beside.key} is never \`${value.text}\`.`, `Write one of ${words.join(', ')}.`)
    return false
  }

  #hasAll(node: MapNode, kind: Shape): boolean {
    const has = (key: string) => node.entries.some((e) => e.key === key)
    return requiredOf(kind).every(has) && (!kind.oneOf || kind.oneOf.filter(has).length === 1)
  }

  #scalar(node: Node, name: keyof typeof SCALARS, path: Path): Node | undefined {
    const spec = SCALARS[name]
    if (node.is === 'function') return spec.functions ? node : this.#form(node, path, spec.what)
    if (node.is !== 'text' || (node.empty && !node.quoted)) return this.#form(node, path, spec.what, `Write ${spec.what}, for example ${spec.examples[0]}.`)
    const read = spec.read(node.text, labelOf(path))
    return isWrong(read) ? this.#say(path, 'bad-value', node.place, read.says, read.mend) : node
  }

  #word(node: Node, kind: Word, path: Path): Node | undefined {
    if (node.is === 'text' && !node.empty && kind.words.includes(node.text)) return node
    const choice = kind.words.map((w) => `\`${w}\``).join(', ')
    const wanted = kind.words.length === 1 ? choice : `one of ${choice}`
    if (node.is !== 'text' || node.empty) return this.#form(node, path, wanted)
    const near = nearest(node.text, kind.words)
    return this.#say(path, 'bad-value', node.place, `\`${labelOf(path)}\` is ${wanted}, not \`${shorten(node.text)}\`.`,
      near ? `Write \`${near}\`.` : `Write ${wanted}.`, near)
  }

  #ref(node: Node, kind: Ref, path: Path): Node | undefined {
    if (node.is !== 'text' || node.empty) return this.#form(node, path, `the name of ${REFS[kind.to]}`)
    if (!kind.also.includes(node.text)) this.uses.push({ to: kind.to, name: node.text, place: node.place, path: [...path] })
    return node
  }
}

export const REFS: Readonly<Record<Ref['to'], string>> = {
  person: 'a person', team: 'a team', party: 'a person or team', system: 'a system', entity: 'an entity', field: 'a field', flow: 'a flow',
  scenario: 'a scenario', step: 'a step', calendar: 'a calendar', milestone: 'a milestone', channel: 'a channel', node: 'a node', zone: 'a zone',
  type: 'a type', objective: 'an objective', serves: 'an objective or problem', lane: 'a person, team or system', code: 'a code',
}

const required = new WeakMap<Shape, readonly string[]>()
function requiredOf(kind: Shape): readonly string[] {
  let keys = required.get(kind)
  if (!keys) required.set(kind, (keys = Object.keys(kind.keys).filter((key) => kind.keys[key]!.need === 'required')))
  return keys
}

const firstKeys = (kind: Shape): Record<string, true> =>
  Object.fromEntries(Object.keys(kind.keys).filter((k) => !['name', 'about', 'links', 'tags', 'was'].includes(k)).slice(0, 4).map((k) => [k, true as const]))

/** What the author would call this place: the nearest key that is no number. */
/** The nearest key that is no number of an item. */
const labelOf = (path: readonly string[]): string => path.findLast((key) => !(key <= '9' && /^\d+$/.test(key))) ?? 'plan'

const subject = (path: Path, kind: Shape): string => (path.length === 0 ? 'The plan' : `\`${labelOf(path)}\` is ${kind.what} and`)
