/** A file of a plan gets a new text at once or not at all, and never over what somebody else wrote meanwhile. */
import { chownSync, closeSync, fchmodSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'

registerErrors({
  'cli.outside': { class: 'plan', hint: 'Put the file itself into the folder of the plan; what a link leads to elsewhere is not written.' },
  'cli.not_writable': { class: 'environment', hint: 'Give yourself the right to write the file and its folder, and see that the disk is not full.' },
})

/** Whoever writes holds the new file for a moment; one that is older than this was left behind. */
const HELD_MS = 3_000
const STEP_MS = 15

/** False: the file no longer holds `before`; nothing was written. */
export async function replaceFile(folder: string, name: string, before: string, after: string, clock: Clock): Promise<boolean> {
  const file = realFile(folder, name)
  for (let waited = 0; ; waited += STEP_MS) {
    try {
      return replaced(file, before, after)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EEXIST') throw notWritable(name, error)
    }
    // Left behind by somebody who was killed in the middle.
    if (waited > HELD_MS) rmSync(besides(file), { force: true })
    await clock.sleep(STEP_MS)
  }
}

/** Where a file of the plan really is: links may lead around in the folder of the plan, not out of it. */
function realFile(folder: string, name: string): string {
  try {
    const file = realpathSync(join(folder, name))
    const inside = relative(realpathSync(folder), file)
    if (!inside.startsWith('..') && !isAbsolute(inside)) return file
  } catch (error) {
    throw notWritable(name, error)
  }
  throw new PlimsollError('cli.outside', `${name} is a link out of the folder of the plan.`)
}

const notWritable = (name: string, error: unknown): PlimsollError =>
  error instanceof PlimsollError ? error : new PlimsollError('cli.not_writable', `${name} can't be written: ${(error as Error).message}.`)

const besides = (file: string): string => join(dirname(file), `.${basename(file)}.plimsoll-new`)

function replaced(file: string, before: string, after: string): boolean {
  const wanted = Buffer.from(before)
  const old = openSync(file, 'r')
  try {
    if (!readFileSync(old).equals(wanted)) return false
    put(file, Buffer.from(after), () => readFileSync(file).equals(wanted))
    // An editor that writes in place may have done so between the last look and the renaming: then its text counts.
    const late = whole(old)
    if (late.equals(wanted)) return true
    put(file, late, () => true)
    return false
  } catch (error) {
    if (error === OVERTAKEN) return false
    throw error
  } finally {
    closeSync(old)
  }
}

const OVERTAKEN = new Error('changed meanwhile')

function put(file: string, bytes: Uint8Array, stillHolds: () => boolean): void {
  const fresh = besides(file)
  const { mode, uid, gid } = statSync(file)
  // Exclusive: two of us take turns.
  const made = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(made, bytes)
    const own = fstatSync(made)
    if (own.uid !== uid || own.gid !== gid) keepOwner(fresh, uid, gid)
    fchmodSync(made, mode & 0o7777)
    fsyncSync(made)
    if (!stillHolds()) throw OVERTAKEN
    renameSync(fresh, file)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  } finally {
    closeSync(made)
  }
}

function keepOwner(file: string, uid: number, gid: number): void {
  try {
    chownSync(file, uid, gid)
  } catch {
    // Only root may give files away; the writer's own then.
  }
}

/** From the beginning, through a handle that has been read already. */
function whole(handle: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(handle).size)
  let read = 0
  while (read < bytes.length) {
    const more = readSync(handle, bytes, read, bytes.length - read, read)
    if (more === 0) break
    read += more
  }
  return bytes.subarray(0, read)
}
