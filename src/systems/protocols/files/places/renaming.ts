/** A folder at a distance on which files are renamed (SFTP, FTP): the promises of a place, step by step, so that each step may be the last. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { asPlimsollError } from '../../../../base/errors.ts'
import { PlimsollError } from '../../../contract.ts'
import { claimedName, freeName, isUnfinished, matches, nameOfClaimed, numbered, temporaryName } from '../pattern.ts'
import type { FoundFile, Pattern, Place } from '../place.ts'
import { changedMeanwhile } from '../source.ts'
import type { RemoteFile, RemoteFiles } from './remote-files.ts'

/** Clocks of servers are wrong, and some tell times of their own zone. */
const SKEW_MS = 26 * 3_600_000

/** What a file was called while another took its place, where a server can't do that in one step. */
const setAsideName = (name: string): string => `.${name}.plimsoll.old`

export function renamingPlace(files: RemoteFiles, root: string, readOnly: boolean): Place {
  const pathOf = (name: string): string => posix.join(root, name)
  const inside = (folder: string): string => (folder.startsWith('/') ? folder : posix.join(root, folder))

  const found = (name: string, file: RemoteFile): FoundFile => {
    const path = pathOf(name)
    return {
      name, size: file.size, mtimeMs: file.mtimeMs, version: file.version,
      source: {
        name: `${files.shown}/${name}`, size: file.size,
        async *bytes(signal, start = 0, end = Infinity) {
          yield* files.bytes(path, signal, start, Math.min(end, file.size))
          const now = await files.look(path, root, signal)
          if (now?.version !== file.version) throw changedMeanwhile()
        },
      },
    }
  }

  const isStill = async (path: string, version: string | undefined, signal: AbortSignal): Promise<boolean> => (await files.look(path, root, signal))?.version === version

  /** One that was set aside, and whose place nobody took: a crash came between. */
  async function broughtBack(path: string, signal: AbortSignal): Promise<RemoteFile | undefined> {
    if (readOnly) return undefined
    const aside = posix.join(posix.dirname(path), setAsideName(posix.basename(path)))
    if (!(await files.look(aside, root, signal))) return undefined
    await files.rename(aside, path, signal)
    return files.look(path, root, signal)
  }

  async function putInPlace(draft: string, path: string, before: FoundFile | undefined, signal: AbortSignal): Promise<void> {
    const name = posix.basename(path)
    const temporary = posix.join(posix.dirname(path), temporaryName(name))
    try {
      await files.upload(draft, temporary, signal)
      const { size } = await stat(draft)
      if ((await files.look(temporary, root, signal))?.size !== size) throw new PlimsollError('files.access', `${name} did not arrive whole.`)
      if (!(await isStill(path, before?.version, signal))) throw new PlimsollError('files.changing', `${name} was changed by another program meanwhile.`)
    } catch (error) {
      await files.remove(temporary, signal).catch(() => undefined)
      throw surelyNot(error)
    }
    if (before === undefined) return files.rename(temporary, path, signal)
    if (await files.replace(temporary, path, signal)) return undefined
    const aside = posix.join(posix.dirname(path), setAsideName(name))
    await files.rename(path, aside, signal)
    await files.rename(temporary, path, signal)
    return files.remove(aside, signal)
  }

  async function settle(claimed: string, name: string, folder: string, now: number, signal: AbortSignal): Promise<string> {
    await files.makeFolder(folder, signal)
    const taken = new Set((await files.list(folder, () => true, true, signal)).map((file) => file.name))
    let refused: unknown
    for (let n = 0, tries = 0; n < 10_000 && tries < 3; n += 1) {
      const free = freeName(name, n, now)
      if (taken.has(free)) continue
      try {
        await files.rename(claimed, posix.join(folder, free), signal)
        return posix.join(folder, free)
      } catch (error) {
        // Somebody was quicker, or it can't be done at all: a few names will tell.
        if (asPlimsollError(error).class === 'remote' && !(await files.look(claimed, root, signal))) throw error
        refused = error
        tries += 1
      }
    }
    throw refused ?? new Error('no free name')
  }

  const cannot = (name: string, folder: string, error: unknown): PlimsollError =>
    new PlimsollError('files.archive', `${name} was read but can't be moved to ${folder}: ${asPlimsollError(error).message}`, { place: name, cause: error })

  return {
    shown: `${files.shown}${root === '.' ? '' : root}`,
    near: false,
    whole: false,
    conditional: files.exact,
    skewMs: SKEW_MS,
    check: (signal) => files.check(root, signal),
    async visit() {},
    async list(pattern, signal) {
      const folder = pattern.under === '' ? root : pathOf(pattern.under)
      const nameOf = (name: string): string => (pattern.under === '' ? name : `${pattern.under}/${name}`)
      let met: readonly RemoteFile[]
      if (pattern.wild) {
        met = await files.list(folder, (name) => matches(pattern.name, name) && !isUnfinished(name), pattern.under !== '', signal)
      } else {
        const path = posix.join(folder, pattern.name)
        const one = (await files.look(path, root, signal)) ?? (await broughtBack(path, signal))
        met = one ? [one] : []
        // That a file is not there is an answer only where its folder is.
        if (!one) await files.check(root, signal)
      }
      return { files: met.filter((file) => !file.outside).map((file) => found(nameOf(file.name), file)), outside: met.filter((file) => file.outside).map((file) => nameOf(file.name)) }
    },
    isSame: (file, signal) => isStill(pathOf(file.name), file.version, signal),
    async withDraft(name, before, signal, work) {
      const folder = await mkdtemp(join(tmpdir(), 'plimsoll-draft-'))
      const draft = join(folder, 'draft')
      try {
        return await work(draft, async () => {
          await putInPlace(draft, pathOf(name), before, signal)
          const now = await files.look(pathOf(name), root, signal).catch(() => undefined)
          return now && found(name, now)
        })
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    async moveAway(file, to, now, signal) {
      const path = pathOf(file.name)
      const folder = inside(to)
      const claimed = posix.join(posix.dirname(path), claimedName(posix.basename(path)))
      try {
        if (!(await isStill(path, file.version, signal))) return undefined
        if (await files.look(claimed, root, signal)) throw new PlimsollError('files.archive', 'one of the same name is still on its way there.')
        await files.rename(path, claimed, signal)
        // Between the look and the rename somebody may have put a new file there: it goes back.
        if (!(await isStill(claimed, file.version, signal))) {
          const back = (await files.look(path, root, signal)) ? numbered(path, '2') : path
          await files.rename(claimed, back, signal)
          return undefined
        }
        return await settle(claimed, posix.basename(path), folder, now, signal)
      } catch (error) {
        throw cannot(file.name, to, error)
      }
    },
    async finishMoves(pattern: Pattern, to, now, signal) {
      const folder = pattern.under === '' ? root : pathOf(pattern.under)
      const wanted = (name: string): boolean => matches(pattern.name, nameOfClaimed(name) ?? '')
      for (const entry of await files.list(folder, (name) => nameOfClaimed(name) !== undefined && wanted(name), true, signal)) {
        const name = nameOfClaimed(entry.name)!
        await settle(posix.join(folder, entry.name), name, inside(to), now, signal).catch((error: unknown) => {
          throw cannot(name, to, error)
        })
      }
    },
    async writeReason(moved, reason, signal) {
      const path = `${moved}.reason.txt`
      if (await files.look(path, root, signal)) return
      const folder = await mkdtemp(join(tmpdir(), 'plimsoll-draft-'))
      try {
        await writeFile(join(folder, 'reason'), reason)
        await files.upload(join(folder, 'reason'), path, signal)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
    close: () => files.close(),
  }
}

/** Nothing that anybody sees has changed yet. */
function surelyNot(error: unknown): PlimsollError {
  const known = asPlimsollError(error)
  return new PlimsollError(known.code, known.message, { details: known.details, cause: error, executed: false, ...(known.place === undefined ? {} : { place: known.place }) })
}
