/**
 * `write/` sets values in the files of a plan by changing only the lines it must (plan-language §19): comments, order and
 * form of everything else stay. A value goes to the file in which its place or its siblings stand. What comes out is read
 * again and must say what was said before, with that one difference.
 */
import type { Kept } from '../model.ts'
import { readYaml } from '../read-yaml.ts'
import { PLAN } from '../schema/plan-schema.ts'
import type { MapNode, Node } from '../tree.ts'
import { longForm, longPath, longValue, lookUp, said, valueOf, withValue } from './content.ts'
import { setIn } from './edit.ts'
import { styleOf } from './lines.ts'
import { isList, isMap } from './print-value.ts'
import { fileFor, type Reader } from './which-file.ts'

/** A value for a place of the plan's long form. A map is merged into what stands there; everything else replaces it. */
export interface Change {
  readonly path: readonly string[]
  readonly value: Kept
}

export interface Written {
  /** All files, in their order, with their new texts. */
  readonly texts: ReadonlyMap<string, string>
  /** Files whose text changed, in the order of the changes. */
  readonly files: readonly string[]
}

export interface NotWritten { readonly refused: string; readonly change: Change }

/** Several changes, one after the other: all of them or none. `texts`: the plan's files, root first. */
export function writeInto(texts: ReadonlyMap<string, string>, changes: readonly Change[]): Written | NotWritten {
  const now = new Map(texts)
  const files: string[] = []
  const read = reader()
  for (const change of changes) {
    const file = fileFor(now, change.path, read)
    if (file === undefined) return { refused: 'There is no YAML file of the plan in which this could stand.', change }
    const text = setValue(now.get(file)!, change.path, change.value, file, read)
    if (text === undefined) return { refused: `${change.path.join('.')} can't be written into ${file} without changing what else stands there; write it by hand.`, change }
    if (text !== now.get(file)) files.push(file)
    now.set(file, text)
  }
  return { texts: now, files }
}

/** The same in one text. Undefined where it is not possible. */
export function setValue(text: string, path: readonly string[], value: Kept, file = 'plan.yaml', read = reader()): string | undefined {
  const now = path.length === 0 ? undefined : read(text)
  const long = now?.long
  const steps = long && stepsTo(long, longPath(PLAN, path), value)
  const after = steps?.reduce<Node | undefined>((node, step) => node && withValue(node, step.path, longValue(step.path, step.value)), long)
  if (!now || !steps || !after) return undefined
  const wanted = said(after)
  if (now.says === wanted) return text
  let made: string | undefined = text
  for (const step of steps) {
    const before = read(made)
    made = before && setIn({ text: made, style: styleOf(made, file, before.root) }, before.root, PLAN, step.path, step.value)
    if (made === undefined) return undefined
  }
  return read(made)?.says === wanted ? made : undefined
}

/** Enough for all files of a plan that a person has split. */
const MOST_TEXTS = 500

/** What comes out of one change is what the next one starts from: each text is read once. Undefined: there are mistakes in it. */
function reader(): Reader<Read> {
  const known = new Map<string, Read | undefined>()
  return (text) => {
    if (!known.has(text)) {
      if (known.size > MOST_TEXTS) known.clear()
      const { root, mistakes } = readYaml(text, '')
      known.set(text, root && !mistakes.some((mistake) => mistake.severity === 'error') ? new Read(root) : undefined)
    }
    return known.get(text)
  }
}

class Read {
  readonly root: MapNode
  #long: Node | undefined
  #says: string | undefined
  constructor(root: MapNode) {
    this.root = root
  }
  get long(): Node {
    return (this.#long ??= longForm(this.root))
  }
  get says(): string {
    return (this.#says ??= said(this.long))
  }
}

/** A map that meets a map is set key by key: what else stands there stays. Undefined where a whole element would be lost. */
function stepsTo(long: Node, path: readonly string[], value: Kept): Change[] | undefined {
  const there = lookUp(long, path)
  if (there?.is === 'map' && isMap(value) && value.size === 0) return []
  if (there?.is !== 'map' || there.entries.length === 0) return [{ path, value }]
  const comes = isMap(value) ? value : valueOf(longValue(path, value))
  if (!isMap(comes)) return undefined
  // A list of names says which ones there are; a name that stands there with something said is not dropped by it.
  if (isList(value)) {
    const goes = there.entries.filter((e) => !comes.has(e.key))
    if (goes.length > 0) return goes.some((e) => e.value.is !== 'map' || e.value.entries.length > 0) ? undefined : [{ path, value }]
  }
  const below = [...comes].map(([key, one]) => stepsTo(long, [...path, key], one))
  return below.includes(undefined) ? undefined : below.flatMap((steps) => steps!)
}
