/** A file as the formats see it: bytes in order, wherever it lies and however it is packed. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { PlimsollError } from '../../contract.ts'
import { accessError } from './failures.ts'

export interface FileSource {
  /** What messages call it. */
  readonly name: string
  readonly size: number
  /**
   * The bytes from `start` to before `end`, default all of them; what is not read to its end costs nothing more. Throws `files.changing`
   * where it turns out that the file is not the one that was found.
   */
  bytes(signal: AbortSignal, start?: number, end?: number): AsyncGenerator<Buffer>
}

/** Little text lives at once … */
export const BLOCK = 64 * 1024
/** … in few calls. */
const AT_ONCE = 4 * BLOCK

export const changedMeanwhile = (): PlimsollError => new PlimsollError('files.changing', 'The file was changed while it was read.')

/** A file of this machine. */
export function localSource(path: string, size: number): FileSource {
  return {
    name: path,
    size,
    async *bytes(signal, start = 0, end = Infinity) {
      const file = await openFile(path)
      let next: Promise<Buffer> | undefined
      try {
        const before = await file.stat()
        // The next part is on its way while one is used.
        next = part(file, start, end)
        for (let at = start; ; ) {
          signal.throwIfAborted()
          const bytes = await next
          if (bytes.length === 0) break
          at += bytes.length
          next = part(file, at, end)
          // It may fail when nobody waits for it any more.
          next.catch(() => undefined)
          for (let used = 0; used < bytes.length; used += BLOCK) yield bytes.subarray(used, used + BLOCK)
        }
        const after = await file.stat()
        if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw changedMeanwhile()
      } finally {
        await next?.catch(() => undefined)
        await file.close()
      }
    },
  }
}

async function part(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(AT_ONCE, end - start)))
  const { bytesRead } = buffer.length === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, buffer.length, start)
  return buffer.subarray(0, bytesRead)
}

/** Opens for reading; what the operating system says becomes one of our errors. */
async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw accessError(error, path)
  }
}

/** A part of the file in one piece; shorter where the file ends. */
export async function readPart(source: FileSource, start: number, length: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of source.bytes(signal, start, start + length)) parts.push(part)
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}

/** Pieces of a useful size out of pieces of any size; only the last is short. */
export async function* inBlocks(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let length = 0
  for await (const piece of pieces) {
    if (length === 0 && piece.length >= BLOCK) {
      yield piece
      continue
    }
    waiting.push(piece)
    length += piece.length
    if (length < BLOCK) continue
    yield Buffer.concat(waiting)
    waiting = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(waiting)
}
