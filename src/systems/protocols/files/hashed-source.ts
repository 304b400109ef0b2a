/** Which file was read: a digest of its name and content, taken while the bytes go by. */
import { createHash } from 'node:crypto'
import type { FoundFile } from './place.ts'
import type { FileSource } from './source.ts'

/** Digest of name and content, 48 bits. */
export type FileId = string
export const ID_LENGTH = 8

const begin = (file: FoundFile): ReturnType<typeof createHash> => createHash('sha256').update(`${file.name}\0${file.size}\0`)
const end = (hash: ReturnType<typeof createHash>): FileId => hash.digest('base64url').slice(0, ID_LENGTH)

async function idOf(file: FoundFile, signal: AbortSignal): Promise<FileId> {
  const hash = begin(file)
  for await (const piece of file.source.bytes(signal)) hash.update(piece)
  return end(hash)
}

/** A source that knows the file's digest once it was read from its first byte to its last; else the file is read again for it. */
export function hashed(file: FoundFile): { readonly source: FileSource; id(signal: AbortSignal): Promise<FileId> } {
  let known: FileId | undefined
  const { source } = file
  return {
    source: {
      ...source,
      async *bytes(signal, start = 0, until = Infinity) {
        if (start > 0 || until < source.size) return yield* source.bytes(signal, start, until)
        const hash = begin(file)
        for await (const piece of source.bytes(signal)) {
          hash.update(piece)
          yield piece
        }
        known = end(hash)
      },
    },
    id: async (signal) => known ?? idOf(file, signal),
  }
}
