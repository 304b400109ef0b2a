/**
 * The folder into which documents are written. A list in it (`plimsoll-docs.json`) says which files are ours: only those are
 * replaced or removed, whatever else lies there stays. Every file is put in its place whole.
 */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PlimsollError, registerErrors } from '../../base/errors.ts'

registerErrors({
  'docs.folder': { class: 'config', hint: 'Name an empty or a new folder with --out, or one that `plimsoll docs` has written.' },
  'docs.in_the_way': { class: 'config', hint: 'Move what lies there, or name another folder with --out.' },
})

const LIST = 'plimsoll-docs.json'

export interface Kept {
  /** How the documents were asked for, so that a check asks the same. */
  readonly asked: { readonly lang: string; readonly for: string; readonly format: readonly string[] }
  /** Path from the folder → SHA-256. */
  readonly files: ReadonlyMap<string, string>
}

export type Files = ReadonlyMap<string, Uint8Array>

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex')

/** Inside the folder, whatever the list says. */
const isInside = (path: string): boolean => /^[^/\\:]+(?:\/[^/\\:]+)*$/.test(path) && path.split('/').every((part) => part !== '.' && part !== '..') && path !== LIST

/** The list of a folder; undefined where there is none that we wrote. */
export function keptIn(folder: string): Kept | undefined {
  const at = join(folder, LIST)
  if (!existsSync(at)) return undefined
  try {
    const read = JSON.parse(readFileSync(at, 'utf8')) as { asked?: Partial<Kept['asked']>; files?: Record<string, unknown> }
    const files = Object.entries(read.files ?? {}).filter((one): one is [string, string] => typeof one[1] === 'string' && isInside(one[0]))
    const { lang, for: reading, format } = read.asked ?? {}
    return { asked: { lang: String(lang ?? 'en'), for: String(reading ?? 'all'), format: Array.isArray(format) ? format.map(String) : [] }, files: new Map(files) }
  } catch {
    throw new PlimsollError('docs.folder', `${at} can't be read as the list of a folder of documents.`)
  }
}

const listed = (asked: Kept['asked'], files: ReadonlyMap<string, string>): string =>
  `${JSON.stringify({ made_by: 'plimsoll docs', asked, files: Object.fromEntries([...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) }, null, 1)}\n`

export interface Difference { readonly missing: readonly string[]; readonly changed: readonly string[]; readonly extra: readonly string[] }

/** What of a folder is not as it would be written now. */
export function compare(folder: string, files: Files): Difference {
  const kept = keptIn(folder)
  const missing: string[] = []
  const changed: string[] = []
  for (const [path, content] of files) {
    const at = join(folder, path)
    if (!isFile(at)) missing.push(path)
    else if (!readFileSync(at).equals(content)) changed.push(path)
  }
  return { missing, changed, extra: [...(kept?.files.keys() ?? [])].filter((path) => !files.has(path) && isFile(join(folder, path))) }
}

const isFile = (at: string): boolean => {
  const found = lstatSync(at, { throwIfNoEntry: false })
  return found?.isFile() === true
}

export interface Written { readonly written: number; readonly unchanged: number; readonly removed: readonly string[] }

export function writeFolder(folder: string, files: Files, asked: Kept['asked']): Written {
  mayWrite(folder)
  const kept = keptIn(folder)
  const known = kept?.files ?? new Map<string, string>()
  mayReplace(folder, files, known)
  const fresh = new Map([...files].map(([path, content]) => [path, digest(content)]))
  mkdirSync(folder, { recursive: true })
  // First the names of everything, old and new: whatever happens in between, the next run knows what is ours.
  put(join(folder, LIST), Buffer.from(listed(asked, new Map([...known, ...fresh]))))
  let written = 0
  for (const [path, content] of files) {
    const at = join(folder, path)
    if (isFile(at) && readFileSync(at).equals(content)) continue
    mkdirSync(dirname(at), { recursive: true })
    put(at, content)
    written += 1
  }
  const removed = [...known.keys()].filter((path) => !files.has(path) && isFile(join(folder, path)) && !throughLink(folder, path))
  for (const path of removed) rmSync(join(folder, path))
  for (const path of removed) removeEmpty(folder, dirname(path))
  put(join(folder, LIST), Buffer.from(listed(asked, fresh)))
  return { written, unchanged: files.size - written, removed }
}

/** Whether documents may be written here; asked before they are made. */
export function mayWrite(folder: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isDirectory()) throw new PlimsollError('docs.folder', `${folder} is no folder.`)
  if (readdirSync(folder).length > 0 && !existsSync(join(folder, LIST))) throw new PlimsollError('docs.folder', `${folder} holds something else than documents.`)
}

function mayReplace(folder: string, files: Files, known: ReadonlyMap<string, string>): void {
  const foreign = [...files.keys()].filter((path) => throughLink(folder, path) || (!known.has(path) && lstatSync(join(folder, path), { throwIfNoEntry: false }) !== undefined))
  if (foreign.length > 0) throw new PlimsollError('docs.in_the_way', `${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ` and ${foreign.length - 5} more` : ''} in ${folder} was not written by \`plimsoll docs\`.`)
}

/** A link may lead anywhere. */
function throughLink(folder: string, path: string): boolean {
  const parts = path.split('/')
  return parts.some((_, at) => lstatSync(join(folder, ...parts.slice(0, at + 1)), { throwIfNoEntry: false })?.isSymbolicLink() === true)
}

function put(at: string, content: Uint8Array): void {
  const beside = `${at}.new`
  writeFileSync(beside, content)
  renameSync(beside, at)
}

function removeEmpty(folder: string, path: string): void {
  if (path === '.') return
  const at = join(folder, path)
  if (!existsSync(at) || readdirSync(at).length > 0) return
  rmdirSync(at)
  removeEmpty(folder, dirname(path))
}
