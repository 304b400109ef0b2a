/** Files packed with gzip: unpacked while they are read, and never without bounds. */
import { createGunzip } from 'node:zlib'
import { Readable } from 'node:stream'
import { PlimsollError } from '../../contract.ts'

/** Beyond this size a file that unpacks to more than so many times its own size is an attack, not a list. */
const SUSPECT_SIZE = 64 * 1024 * 1024
const SUSPECT_RATIO = 500

export const isPackedName = (name: string): boolean => /\.gz$/i.test(name)
export const withoutPacking = (name: string): string => name.replace(/\.gz$/i, '')

/** No text begins like this in any encoding. */
export const isPacked = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b && start[2] === 8

export async function* unpacked(packed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let taken = 0
  let given = 0
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const bytes of packed) {
      taken += bytes.length
      yield bytes
    }
  }
  const source = Readable.from(counted(), { objectMode: false })
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    for await (const bytes of gunzip) {
      given += (bytes as Buffer).length
      if (given > SUSPECT_SIZE && given > taken * SUSPECT_RATIO) {
        throw new PlimsollError('files.too_large', `The file unpacks to more than ${SUSPECT_RATIO} times its size.`)
      }
      yield bytes as Buffer
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'Z_BUF_ERROR') throw new PlimsollError('files.truncated', 'The packed file is cut off.', { cause: error })
    if (code.startsWith('Z_')) throw new PlimsollError('files.content', 'The packed file is damaged.', { cause: error })
    throw error
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}
