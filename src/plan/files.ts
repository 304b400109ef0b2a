import { mergeParts } from './merge-files.ts'
import type { Mistake } from './mistakes.ts'
import { nearest } from './names.ts'
import { readYaml } from './read-yaml.ts'
import { entry, type Entry, type MapNode, type Place, type TextNode } from './tree.ts'
import { bytesToText } from './yaml-bytes.ts'

/** The folder of a plan's root file; names have `/` between their parts and never begin with it. */
export interface PlanFolder {
  /** Names in a folder below (`''`: the root's own), folders with `/` at the end; empty if there is no such folder. */
  list(folder: string): readonly string[]
  /** The file's bytes or text. Throws if it can't be read. */
  read(file: string): string | Uint8Array
  /** Is this a link to somewhere outside the root's folder? */
  leadsOut?(file: string): boolean
}

export interface PlanFiles {
  /** Absent when the root file can't be read as a plan. */
  readonly root?: MapNode
  readonly mistakes: readonly Mistake[]
  /** Every file that was read, root first and then as included, with its text: order and source lines of mistakes. */
  readonly sources: ReadonlyMap<string, string>
  /** Some file could not be read: names that seem to be missing may stand in it. */
  readonly incomplete: boolean
}

const MAX_FILES = 5_000
const ROOT_ONLY = ['plimsoll', 'name', 'include'] as const

/** A plan's root file and what it includes, read and merged. */
export function readPlanFiles(rootFile: string, folder: PlanFolder): PlanFiles {
  const loader = new Loader(rootFile, folder)
  return loader.result(loader.file(rootFile, { file: rootFile, line: 1, column: 1, range: [0, 0], pointer: '' }))
}

/** The same for a root that is a TypeScript plan, which has been read already. */
export function includeFiles(root: MapNode, folder: PlanFolder): PlanFiles {
  return new Loader(root.place.file, folder).result(root)
}

class Loader {
  readonly #rootFile: string
  readonly #folder: PlanFolder
  readonly #mistakes: Mistake[] = []
  readonly #sources = new Map<string, string>()
  #incomplete = false

  constructor(rootFile: string, folder: PlanFolder) {
    this.#rootFile = rootFile
    this.#folder = folder
  }

  result(root: MapNode | undefined): PlanFiles {
    const merged = root && mergeParts([root, ...this.#parts(root)])
    if (merged) this.#mistakes.push(...merged.mistakes)
    return { ...(merged && { root: merged.root }), mistakes: this.#mistakes, sources: this.#sources, incomplete: this.#incomplete }
  }

  file(file: string, named: Place): MapNode | undefined {
    let text: string
    try {
      const read = this.#folder.read(file)
      const decoded = typeof read === 'string' ? read : bytesToText(read)
      if (typeof decoded !== 'string') {
        this.#incomplete = true
        this.#sources.set(file, '')
        this.#mistakes.push({ id: 'yaml-syntax', severity: 'error', place: { file, line: 1, column: 1, range: [0, 0], pointer: '' }, ...decoded })
        return undefined
      }
      text = decoded
    } catch {
      this.#incomplete = true
      this.#tell(named, `${file} can't be read.`, 'See whether it exists and whether you may read it.')
      return undefined
    }
    this.#sources.set(file, text)
    const { root, mistakes } = readYaml(text, file)
    this.#mistakes.push(...mistakes)
    if (!root) this.#incomplete = true
    return root
  }

  #tell(place: Place, says: string, mend: string, severity: Mistake['severity'] = 'error', suggestion?: string): void {
    this.#mistakes.push({ id: 'bad-value', severity, place, says, mend, ...(suggestion && { suggestion }) })
  }

  #parts(root: MapNode): MapNode[] {
    const parts: MapNode[] = []
    const named = new Map<string, Place>()
    for (const pattern of this.#patterns(entry(root, 'include'))) {
      for (const file of this.#files(pattern)) if (!named.has(file)) named.set(file, pattern.place)
    }
    for (const [file, place] of named) {
      if (parts.length === MAX_FILES) {
        this.#tell(place, `This plan includes more than ${MAX_FILES} files.`, 'Name the folders of the plan, not a folder above them.')
        break
      }
      const part = this.file(file, place)
      if (part) parts.push({ ...part, entries: part.entries.filter((e) => this.#mayStand(e)) })
    }
    return parts
  }

  #mayStand(e: Entry): boolean {
    if (!ROOT_ONLY.some((key) => key === e.key)) return true
    const says = e.key === 'include' ? 'An included file can\'t include others.' : `\`${e.key}\` stands in ${this.#rootFile} only.`
    const mend = e.key === 'include' ? `Name its files in \`include\` of ${this.#rootFile}.` : 'Delete it here.'
    this.#mistakes.push({ id: 'unknown-key', severity: 'error', place: e.keyPlace, says, mend })
    return false
  }

  #patterns(include: Entry | undefined): TextNode[] {
    if (!include) return []
    const items = include.value.is === 'list' ? include.value.items : [include.value]
    return items.flatMap((item) => {
      if (item.is !== 'text' || item.text === '') {
        this.#tell(item.place, '`include` is a list of files.', 'Write file names or patterns: [people.yaml, systems/*.yaml].')
        return []
      }
      const wrong = refusedPattern(item.text)
      if (wrong) this.#tell(item.place, ...wrong)
      return wrong ? [] : [item]
    })
  }

  /** Files that a pattern names, sorted. */
  #files(pattern: TextNode): string[] {
    const wild = /[*?]/.test(pattern.text)
    const found = expand(pattern.text.replace(/^(?:\.\/+)+/, ''), this.#folder)
    const outside = found.filter((file) => this.#folder.leadsOut?.(file))
    for (const file of outside) this.#tell(pattern.place, `${file} is a link out of the plan's folder.`, 'Put the file itself into the folder of the plan.')
    const files = found.filter((file) => !outside.includes(file) && file !== this.#rootFile)
    if (files.length > 0 || outside.length > 0) return files
    if (wild) this.#tell(pattern.place, `No file fits ${pattern.text}.`, 'Mend the pattern or take it out.', 'warning')
    else if (found.length > 0) this.#tell(pattern.place, `${pattern.text} would include itself.`, 'Take it out of `include`.')
    else this.#missing(pattern)
    return []
  }

  #missing(pattern: TextNode): void {
    this.#incomplete = true
    const slash = pattern.text.lastIndexOf('/') + 1
    const folder = pattern.text.slice(0, slash)
    const near = nearest(pattern.text.slice(slash), this.#folder.list(folder.replace(/\/+$/, '')).filter((name) => !name.endsWith('/')))
    this.#tell(pattern.place, `There is no file ${pattern.text} in the plan's folder.`, near ? `Did you mean \`${folder}${near}\`?` : 'Mend the name or take it out of `include`.', 'error', near && folder + near)
  }
}

function refusedPattern(text: string): readonly [says: string, mend: string] | undefined {
  const inside = 'Put the file into the folder of the plan, or a folder below.'
  if (text.length > 500) return ['This is too long for the name of a file.', 'Write file names or patterns: [people.yaml, systems/*.yaml].']
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return [`${text} is an address; a plan includes only files of its own folder.`, inside]
  if (/^[/~]|^[a-z]:[\\/]/i.test(text)) return [`${text} begins outside the plan's folder.`, inside]
  if (text.includes('\\')) return [`${text} has \\ between its parts.`, `Write ${text.replaceAll('\\', '/')}.`]
  if (text.split('/').includes('..')) return [`${text} leads out of the plan's folder.`, inside]
  if (text.includes('**')) return [`${text}: ** is not known here.`, 'Write a line for each folder: [systems/*.yaml, data/*.yaml].']
  if (!/\.(?:ya?ml|json)$/i.test(text)) return [`${text} is no YAML file.`, 'Name files that end in .yaml, .yml or .json.']
  return undefined
}

/** One folder after the other along the parts of the pattern: nothing else is listed. */
function expand(pattern: string, folder: PlanFolder): string[] {
  let paths = ['']
  const steps = pattern.split('/').filter((part) => part !== '' && part !== '.')
  for (const [i, part] of steps.entries()) {
    const last = i === steps.length - 1
    paths = paths.flatMap((path) => folder.list(path)
      .filter((name) => (last ? !name.endsWith('/') && fits(name, part) : name.endsWith('/') && fits(name.slice(0, -1), part)))
      .map((name) => (path ? `${path}/` : '') + (last ? name : name.slice(0, -1))))
    if (paths.length > MAX_FILES) paths.length = MAX_FILES + 1
  }
  return paths.toSorted()
}

/** `*` any signs, `?` one; names that begin with a point only where the pattern does. Takes time name × pattern at most. */
function fits(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false
  let n = 0
  let p = 0
  let star = -1
  let from = 0
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p
      from = n
      p += 1
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1
      n += 1
    } else if (star >= 0) {
      p = star + 1
      from += 1
      n = from
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}
