/** Which element of a file is a record, where no setting says it: what repeats and has the key. Where two could be meant, nothing is guessed. */
import { SaxesParser } from 'saxes'
import { PlimsollError } from '../../contract.ts'
import { XML_DEPTH } from '../../xml-values.ts'
import { stepsOf } from './record-keys.ts'
import { Names, refuseSubset } from './xml-splitter.ts'

/** Of the beginning of a file; more is not looked at. */
export const LOOKED_AT = 1024 * 1024
const MAX_PATHS = 5_000
const SIGN = '\0'

interface Seen {
  readonly steps: readonly string[]
  /** Most of them within one element. */
  times: number
  length: number
  elements: boolean
}

/** The record's path in this beginning of a file, which must not end before `whole` says so. */
export function lookForRecords(text: string, key: readonly string[], namespaces: ReadonlyMap<string, string>, place: string): readonly string[] {
  const { seen, names } = survey(text, new Names(namespaces))
  const all = [...seen.values()]
  const root = all[0]
  if (root === undefined) throw new PlimsollError('files.content', 'The file is no XML.', { place })
  if (!root.elements) return [...root.steps, 'record']
  const hasKey = (path: Seen): boolean => key.every((part) => names.has([...path.steps, ...stepsOf(part)].join(SIGN)))
  const inner = all.filter((path) => path !== root)
  const able = key.length === 0 ? inner.filter((path) => path.elements || path.times > 1) : inner.filter(hasKey)
  const repeated = able.filter((path) => path.times > 1)
  const outermost = (paths: readonly Seen[]): Seen[] => paths.filter((path) => !paths.some((other) => other !== path && isWithin(path, other)))
  if (repeated.length > 0) {
    const best = outermost(repeated).toSorted((a, b) => b.length - a.length)[0]!
    const around = key.length === 0 ? undefined : able.find((path) => isWithin(best, path))
    if (around) throw unclear([around, best], place)
    return best.steps
  }
  const single = outermost(able)
  if (single.length > 1) throw unclear(single, place)
  if (single[0]) return single[0].steps
  if (key.length === 0 || hasKey(root)) return root.steps
  throw new PlimsollError('files.content', `No element of the file has ${key.map((part) => JSON.stringify(part)).join(' and ')}, which is the key. Say with \`list\` which element is a record, for example \`list: ${[...root.steps, all[1]?.steps[1] ?? 'record'].join('.')}\`.`, { place })
}

const isWithin = (path: Seen, other: Seen): boolean => path.steps.length > other.steps.length && other.steps.every((step, i) => path.steps[i] === step)

const unclear = (paths: readonly Seen[], place: string): PlimsollError =>
  new PlimsollError('files.list', `Which element of the file is a record is not clear: ${paths.slice(0, 3).map((path) => path.steps.join('.')).join(' or ')}.`, { place })

function survey(text: string, prefixes: Names): { readonly seen: ReadonlyMap<string, Seen>; readonly names: ReadonlySet<string> } {
  const seen = new Map<string, Seen>()
  /** Elements and attributes as a key's path would name them. */
  const names = new Set<string>()
  const open: { readonly path: string; readonly start: number; readonly counts: Map<string, number> }[] = []
  const parser = new SaxesParser<{ xmlns?: false }>()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', refuseSubset)
  parser.on('opentag', (tag) => {
    const parent = open.at(-1)
    prefixes.enter(tag)
    const name = prefixes.of(tag.name)
    const path = parent === undefined ? name : `${parent.path}${SIGN}${name}`
    if (open.length < XML_DEPTH && seen.size < MAX_PATHS) {
      const times = (parent?.counts.get(name) ?? 0) + 1
      parent?.counts.set(name, times)
      const known = seen.get(path)
      if (known) known.times = Math.max(known.times, times)
      else seen.set(path, { steps: path.split(SIGN), times, length: 0, elements: false })
      if (parent) seen.get(parent.path)!.elements = true
      names.add(path)
      for (const attribute in tag.attributes) {
        names.add(`${path}${SIGN}@${prefixes.of(attribute, true)}`)
        names.add(`${path}@${prefixes.of(attribute, true)}`)
      }
    }
    open.push({ path, start: parser.position, counts: new Map() })
  })
  const cover = (end: number): void => {
    const { path, start } = open.pop()!
    const known = seen.get(path)
    if (known) known.length += end - start
  }
  parser.on('closetag', () => {
    prefixes.leave()
    cover(parser.position)
  })
  try {
    parser.write(text)
  } catch (error) {
    if (error instanceof PlimsollError) throw error
    // Whoever reads the file says what is wrong with it, and where.
  }
  while (open.length > 0) cover(parser.position)
  return { seen, names }
}
