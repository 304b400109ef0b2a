/** Takes files that were read out of the inbox: never overwrites, never loses one that came in between, survives a crash at any step. */
import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { PlimsollError } from '../../../contract.ts'
import { claimedName, freeName, nameOfClaimed, numbered } from '../pattern.ts'
import type { LocalFile } from './local.ts'

/** Moves the file, if it is still the one that was read. The path that it then has; undefined: it is another one now and stays. */
export async function moveAway(file: LocalFile, versionAt: (path: string) => Promise<string | undefined>, folder: string, now: number): Promise<string | undefined> {
  const name = basename(file.path)
  const claimed = join(dirname(file.path), claimedName(name))
  try {
    if ((await versionAt(file.path)) !== file.version) return undefined
    await mkdir(folder, { recursive: true })
    await rename(file.path, claimed)
    // Between the look and the rename somebody may have put a new file there: it goes back.
    if ((await versionAt(claimed)) !== file.version) {
      await giveBack(claimed, file.path)
      return undefined
    }
    return await settle(claimed, folder, name, now)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cannot(file.name, folder, error)
  }
}

const cannot = (name: string, folder: string, error: unknown): PlimsollError =>
  new PlimsollError('files.archive', `${name} was read but can't be moved to ${folder}: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`, { place: name, cause: error })

async function giveBack(claimed: string, path: string): Promise<void> {
  for (let n = 0; n < 1_000; n += 1) {
    if (await linked(claimed, n === 0 ? path : numbered(path, String(n + 1)))) {
      await unlink(claimed)
      return
    }
  }
}

/** Finishes what a crash interrupted. */
export async function finishMoves(inbox: string, folder: string, matchesPattern: (name: string) => boolean, now: number): Promise<void> {
  for (const entry of await readdir(inbox)) {
    const name = nameOfClaimed(entry)
    if (name === undefined || !matchesPattern(name)) continue
    try {
      await mkdir(folder, { recursive: true })
      await settle(join(inbox, entry), folder, name, now)
    } catch (error) {
      throw cannot(name, folder, error)
    }
  }
}

/** From its claimed name into the folder, under the first name that is free. */
async function settle(claimed: string, folder: string, name: string, now: number): Promise<string> {
  const { ino, dev } = await stat(claimed)
  for (let n = 0; n < 10_000; n += 1) {
    const wanted = join(folder, freeName(name, n, now))
    if (await linked(claimed, wanted)) {
      await unlink(claimed)
      await syncFolder(folder)
      return wanted
    }
    // It got its new name before a crash, and only the old one is left to remove.
    const there = await stat(wanted)
    if (there.ino === ino && there.dev === dev) {
      await unlink(claimed)
      return wanted
    }
  }
  throw new Error('no free name')
}

/** A second name for a file, or a copy where that is not possible. False: the name is taken. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EEXIST') return false
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error
  }
  return copied(from, to)
}

/** To another file system: complete on the disk under a name of its own before it gets the final one. */
async function copied(from: string, to: string): Promise<boolean> {
  if (await stat(to).then(() => true, () => false)) return false
  const unfinished = join(dirname(to), `.${basename(to)}.plimsoll.tmp`)
  await rm(unfinished, { force: true })
  await copyFile(from, unfinished, constants.COPYFILE_EXCL)
  const file = await open(unfinished, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(unfinished, to)
    await unlink(unfinished)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      await unlink(unfinished)
      return false
    }
    await rename(unfinished, to)
  }
  return true
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Says beside a refused file why it is there. */
export async function writeReason(path: string, reason: string): Promise<void> {
  await writeFile(`${path}.reason.txt`, reason, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw cannot(basename(path), dirname(path), error)
  })
}
