/**
 * The content of media (pictures, documents) by its hash, in a folder beside the store: fetched once, streamed through, and handed to every
 * system that wants it. Beside the content it is kept what an address held last time, and under which key a system has a content.
 * Each file is written whole and renamed; whoever is killed leaves nothing that is half. Losing the folder costs fetching again.
 */
import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlimsollError, registerErrors } from '../../base/errors.ts'
import type { MediaShelf, Medium } from '../media.ts'

registerErrors({
  'media.too_large': { class: 'data', hint: 'Make the file smaller, or raise PLIMSOLL_MAX_FILE_MB if such files are right.' },
})

const HASH = /^[\da-f]{64}$/

export function mediaShelf(folder: string, options: { readonly mostBytes: number; readonly newId: () => string }): MediaShelf {
  const contentFile = (of: string): string => join(folder, 'content', of.slice(0, 2), of)
  const noteFile = (kind: 'of' | 'sent', system: string, of: string): string => join(folder, kind, hash('sha256', `${system}\n${of}`))

  async function writeNote(file: string, note: object): Promise<void> {
    await mkdir(dirname(file), { recursive: true })
    const fresh = `${file}.${options.newId()}`
    await written(fresh, [Buffer.from(JSON.stringify(note))])
    await rename(fresh, file)
  }
  async function readNote(file: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(file, 'utf8'))
    } catch {
      // Not there, or not ours: it is fetched, or looked up, again.
      return undefined
    }
  }
  return {
    async known(system, address) {
      const note = await readNote(noteFile('of', system, address)) as Medium | undefined
      return note && HASH.test(note.hash) && (await stat(contentFile(note.hash)).catch(() => undefined)) ? note : undefined
    },
    async put(system, address, { content, ...about }) {
      await mkdir(join(folder, 'arriving'), { recursive: true })
      const fresh = join(folder, 'arriving', options.newId())
      const digest = createHash('sha256')
      let bytes = 0
      async function* measured(): AsyncGenerator<Uint8Array> {
        for await (const chunk of content) {
          bytes += chunk.byteLength
          if (bytes > options.mostBytes) throw new PlimsollError('media.too_large', `The file ${about.name} is larger than ${Math.floor(options.mostBytes / 1024 / 1024)} MB.`)
          digest.update(chunk)
          yield chunk
        }
      }
      try {
        await written(fresh, measured())
        const medium: Medium = { hash: digest.digest('hex'), bytes, ...about }
        const file = contentFile(medium.hash)
        await mkdir(dirname(file), { recursive: true })
        await rename(fresh, file)
        await writeNote(noteFile('of', system, address), medium)
        return medium
      } catch (error) {
        await rm(fresh, { force: true })
        throw error
      }
    },
    async open(of) {
      if (!HASH.test(of)) return undefined
      const file = contentFile(of)
      const found = await stat(file).catch(() => undefined)
      if (!found) return undefined
      // Whoever clears the folder one day goes by what was not used for long.
      await utimes(file, found.atime, found.mtime).catch(() => undefined)
      return { bytes: found.size, content: () => createReadStream(file) }
    },
    async sent(system, of) {
      const note = await readNote(noteFile('sent', system, of)) as { readonly key?: unknown } | undefined
      return typeof note?.key === 'string' ? note.key : undefined
    },
    keep: (system, of, key) => writeNote(noteFile('sent', system, of), { key }),
  }
}

/** On the disk when it returns. */
async function written(file: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'wx')
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
