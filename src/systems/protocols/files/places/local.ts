/** A folder of this machine. Nothing outside it, ever. */
import { access, chmod, constants, lstat, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { PlimsollError } from '../../../contract.ts'
import { accessError, inWords } from '../failures.ts'
import { isUnfinished, matches, temporaryName } from '../pattern.ts'
import type { FoundFile, Pattern, Place } from '../place.ts'
import { localSource } from '../source.ts'
import { finishMoves, moveAway, writeReason } from './local-archive.ts'

interface Seen { readonly size: number; readonly mtimeMs: number; readonly ino: number }
export interface LocalFile extends FoundFile {
  readonly path: string
}

const versionOf = ({ ino, size, mtimeMs }: Seen): string => `${ino}:${size}:${mtimeMs}`

const found = (name: string, path: string, seen: Seen): LocalFile =>
  ({ name, path, size: seen.size, mtimeMs: seen.mtimeMs, version: versionOf(seen), source: localSource(path, seen.size) })

/** What stands at the path now; undefined: nothing. */
async function versionAt(path: string): Promise<string | undefined> {
  return stat(path).then(versionOf, (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

export function localPlace(folder: string, budget: (signal?: AbortSignal) => Promise<void>): Place {
  const pathOf = (file: FoundFile): string => (file as LocalFile).path
  return {
    shown: folder,
    near: true,
    whole: false,
    conditional: true,
    skewMs: 0,
    async check() {
      await access(await realFolder(folder), constants.R_OK | constants.X_OK).catch((error: NodeJS.ErrnoException) => {
        throw new PlimsollError('files.folder', `The folder ${folder} can't be read: ${error.code}.`, { cause: error })
      })
      return {}
    },
    visit: (signal) => budget(signal),
    async list(pattern) {
      const root = await realFolder(folder)
      const outside: string[] = []
      const names = await namesOf(join(root, pattern.under), pattern)
      const files = await Promise.all(names.map((name) => look(root, pattern.under, name, outside)))
      return { files: files.filter((file) => file !== undefined), outside }
    },
    isSame: async (file) => (await versionAt(pathOf(file)).catch(() => undefined)) === file.version,
    async withDraft(name, before, _signal, work) {
      const path = before ? pathOf(before) : await newPath(folder, name)
      const draft = join(dirname(path), temporaryName(basename(path)))
      try {
        // What a crash left behind; also frees the name of whatever somebody else put there.
        await rm(draft, { force: true })
        return await work(draft, async () => {
          await replace(draft, path, before)
          return found(name, path, await stat(path))
        })
      } catch (error) {
        throw error instanceof Error && 'syscall' in error ? accessError(error, path) : error
      } finally {
        await rm(draft, { force: true })
      }
    },
    moveAway: (file, to, now) => moveAway(file as LocalFile, versionAt, to, now),
    finishMoves: async (pattern, to, now) => finishMoves(join(await realFolder(folder), pattern.under), to, (name) => matches(pattern.name, name), now),
    writeReason: (moved, reason) => writeReason(moved, reason),
    async close() {},
  }
}

async function replace(draft: string, path: string, before: FoundFile | undefined): Promise<void> {
  const now = await versionAt(path)
  if (now !== before?.version) throw new PlimsollError('files.changing', `${basename(path)} was changed by another program meanwhile.`)
  if (now !== undefined) await chmod(draft, (await stat(path)).mode & 0o7777)
  await rename(draft, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** The real folder; throws when it can't be used. */
async function realFolder(folder: string): Promise<string> {
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

async function namesOf(folder: string, pattern: Pattern): Promise<string[]> {
  if (!pattern.wild) return [pattern.name]
  try {
    return (await readdir(folder)).filter((name) => matches(pattern.name, name) && !isUnfinished(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw accessError(error, folder)
  }
}

async function look(root: string, under: string, name: string, outside: string[]): Promise<LocalFile | undefined> {
  const shown = under === '' ? name : `${under}/${name}`
  try {
    const path = await realpath(join(root, shown))
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      outside.push(shown)
      return undefined
    }
    const { size, mtimeMs, ino, ...status } = await stat(path).then((s) => ({ size: s.size, mtimeMs: s.mtimeMs, ino: s.ino, file: s.isFile() }))
    return status.file ? found(shown, path, { size, mtimeMs, ino }) : undefined
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
async function newPath(folder: string, shown: string): Promise<string> {
  const root = await realFolder(folder)
  const under = shown.includes('/') ? shown.slice(0, shown.lastIndexOf('/')) : ''
  const name = shown.slice(under === '' ? 0 : under.length + 1)
  const parent = under === '' ? root : await realFolder(join(root, under))
  if (parent !== root && !parent.startsWith(root + sep)) throw new PlimsollError('files.outside', `${under} leads out of the folder.`, { place: under })
  const path = join(parent, name)
  const there = await lstat(path).catch(() => undefined)
  if (there?.isSymbolicLink()) throw new PlimsollError('files.outside', `${name} is a link that leads nowhere or out of the folder.`, { place: name })
  return path
}
