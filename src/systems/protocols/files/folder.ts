/** The files of a resource: which ones a pattern means, and which of them are at rest. Nothing outside the folder, ever. */
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { PlimsollError } from '../../contract.ts'
import type { Clock } from '../../contract.ts'
import { inWords } from './failures.ts'
import { accessError } from './text-file.ts'

export interface FoundFile {
  /** Relative to the folder; what messages call it. */
  readonly name: string
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
  readonly ino: number
}

export interface Found {
  /** Oldest first; of equal age by name. */
  readonly files: readonly FoundFile[]
  /** Files that match but still change. */
  readonly changing: readonly string[]
  /** Links that lead out of the folder. */
  readonly outside: readonly string[]
}

export interface Pattern {
  /** Folder below the system's folder, '' for itself. */
  readonly under: string
  /** Name with `*` and `?`. */
  readonly name: string
  readonly wild: boolean
}

/** A resource as a pattern. */
export function patternOf(resource: string): Pattern {
  const parts = resource.split('/')
  const bad = resource === '' || /[\0\\]/.test(resource) || parts.some((part) => part === '' || part === '.' || part === '..') || /^[a-z]:/i.test(resource)
  if (bad) throw new PlimsollError('files.pattern', `${JSON.stringify(resource)} names no file inside the folder.`, { place: resource })
  const name = parts.pop()!
  if (parts.some((part) => /[*?]/.test(part))) throw new PlimsollError('files.pattern', `${JSON.stringify(resource)} has \`*\` or \`?\` in the name of a folder; they may stand in the last part only.`, { place: resource })
  return { under: parts.join('/'), name, wild: /[*?]/.test(name) }
}

/** `*` any text, `?` one character. Takes time by the length of both only, however many `*` there are. */
export function matches(pattern: string, name: string): boolean {
  let p = 0
  let star = -1
  let from = 0
  for (let n = 0; n < name.length; ) {
    if (pattern[p] === '*') {
      star = p
      p += 1
      from = n
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p += 1
      n += 1
    } else if (star >= 0) {
      p = star + 1
      from += 1
      n = from
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** Names under which programs keep what is not finished: ours, transfers, browsers, office programs, editors. */
const UNFINISHED = /^(\.|~\$)|(\.(tmp|temp|part|partial|filepart|crdownload|download|swp|writing)|~)$/i

export const isUnfinished = (name: string): boolean => UNFINISHED.test(name)

export const temporaryName = (name: string): string => `.${name}.plimsoll.tmp`

/** The real folder; throws when it can't be used. */
export async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder)
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const says = code === 'ENOENT' ? 'is not there' : `can't be used: ${inWords(error)}`
    throw new PlimsollError('files.folder', `The folder ${folder} ${says}.`, { cause: error, executed: false })
  }
  throw new PlimsollError('files.folder', `${folder} is a file, not a folder.`, { executed: false })
}

/** Files that this process put in place whole: there is no need to wait whether they still grow. */
const placed = new Map<string, string>()
const signature = (file: { readonly ino: number; readonly size: number; readonly mtimeMs: number }): string => `${file.ino}:${file.size}:${file.mtimeMs}`

export async function notePlaced(path: string): Promise<void> {
  placed.set(path, signature(await stat(path)))
}

export async function findFiles(folder: string, pattern: Pattern, settleMs: number, clock: Clock, signal: AbortSignal): Promise<Found> {
  const root = await realFolder(folder)
  const outside: string[] = []
  const names = await namesOf(join(root, pattern.under), pattern)
  const first = (await Promise.all(names.map((name) => look(root, pattern.under, name, outside)))).filter((file) => file !== undefined)
  const files: FoundFile[] = []
  const changing: string[] = []
  const young = first.filter((file) => Math.abs(clock.now() - file.mtimeMs) < settleMs && placed.get(file.path) !== signature(file))
  if (young.length > 0) await clock.sleep(settleMs, signal)
  for (const file of first) {
    const now = young.includes(file) ? await look(root, pattern.under, file.name.slice(file.name.lastIndexOf('/') + 1), []) : file
    if (now && now.size === file.size && now.mtimeMs === file.mtimeMs && now.ino === file.ino) files.push(file)
    else changing.push(file.name)
  }
  files.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1))
  return { files, changing, outside }
}

async function namesOf(folder: string, pattern: Pattern): Promise<string[]> {
  if (!pattern.wild) return [pattern.name]
  try {
    return (await readdir(folder)).filter((name) => matches(pattern.name, name) && !isUnfinished(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw accessError(error, folder)
  }
}

async function look(root: string, under: string, name: string, outside: string[]): Promise<FoundFile | undefined> {
  const shown = under === '' ? name : `${under}/${name}`
  try {
    const path = await realpath(join(root, shown))
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      outside.push(shown)
      return undefined
    }
    const { size, mtimeMs, ino, ...status } = await stat(path).then((s) => ({ size: s.size, mtimeMs: s.mtimeMs, ino: s.ino, file: s.isFile() }))
    return status.file ? { name: shown, path, size, mtimeMs, ino } : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    // A link that leads to itself.
    if (code === 'ELOOP') outside.push(shown)
    else throw accessError(error, join(root, shown))
    return undefined
  }
}

/** Where a file that is not there yet would be made: its folder must be there and inside. */
export async function newPath(folder: string, under: string, name: string): Promise<string> {
  const root = await realFolder(folder)
  const parent = under === '' ? root : await realFolder(join(root, under))
  if (parent !== root && !parent.startsWith(root + sep)) throw new PlimsollError('files.outside', `${under} leads out of the folder.`, { place: under })
  const path = join(parent, name)
  const there = await lstat(path).catch(() => undefined)
  if (there?.isSymbolicLink()) throw new PlimsollError('files.outside', `${name} is a link that leads nowhere or out of the folder.`, { place: name })
  return path
}

export const folderOf = (path: string): string => dirname(path)
