/**
 * Puts on the disk what was committed. A commit writes to the log but does not wait for the disk; whoever needs that waits here,
 * while others go on: the same as a commit with `synchronous = FULL`, without holding up the process and every other transaction.
 * Whatever the log no longer holds went into the file by a checkpoint, which synchronises both.
 */
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'

export class Flush {
  readonly #log: string
  #file: Promise<FileHandle> | undefined
  /** After a failure nobody knows what is on the disk, and the next attempt would not say so: nothing counts as kept any more. */
  #failed: { readonly error: unknown } | undefined

  constructor(log: string) {
    this.#log = log
  }

  /** Everything that was committed before is on the disk when this resolves. */
  async all(): Promise<void> {
    if (this.#failed) throw this.#failed.error
    try {
      const file = await (this.#file ??= this.#open())
      await file.datasync()
    } catch (error) {
      this.#failed = { error }
      throw error
    }
  }

  /** A log that was just made also has to stand in its folder. */
  async #open(): Promise<FileHandle> {
    const file = await open(this.#log, 'r+')
    // Where a folder can't be opened like a file, the system keeps its entries by itself.
    const folder = await open(dirname(this.#log), 'r').catch(() => undefined)
    try {
      await folder?.sync()
    } finally {
      await folder?.close()
    }
    return file
  }

  async close(): Promise<void> {
    await (await this.#file?.catch(() => undefined))?.close()
  }
}
