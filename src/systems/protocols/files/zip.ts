/** ZIP archives, as far as XLSX needs them: entries by the central directory, unpacked in a stream with limits, and copied as they are. */
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { PlimsollError } from '../../contract.ts'
import { readPart } from './source.ts'
import type { FileSource } from './source.ts'

export interface ZipEntry {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly time: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const MAX_ENTRIES = 10_000
const MAX_DIRECTORY = 16 * 1024 * 1024
/** Beyond this size a part that was packed more than so many times smaller is an attack, not a table. */
const SUSPECT_SIZE = 64 * 1024 * 1024
const SUSPECT_RATIO = 200

const broken = (says: string): PlimsollError => new PlimsollError('files.content', `The file is no XLSX workbook: ${says}.`)

export class ZipReader {
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly #source: FileSource

  private constructor(source: FileSource, entries: ReadonlyMap<string, ZipEntry>) {
    this.#source = source
    this.entries = entries
  }

  static async open(source: FileSource, signal: AbortSignal): Promise<ZipReader> {
    return new ZipReader(source, await directory(source, signal))
  }

  /** Unpacks an entry; throws at its end if it is not what the archive says it is. */
  async *read(name: string, limit: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name)
    if (!entry) throw broken(`the part ${name} is missing`)
    if (entry.flags & 1) throw broken('it is protected by a password')
    if (entry.method !== 0 && entry.method !== 8) throw broken(`the part ${name} is packed in an unknown way`)
    let size = 0
    let crc = 0
    for await (const bytes of this.#unpacked(entry, signal)) {
      signal.throwIfAborted()
      size += bytes.length
      if (size > limit || (size > SUSPECT_SIZE && size > entry.packed * SUSPECT_RATIO)) {
        throw new PlimsollError('files.too_large', `The part ${name} of the workbook unpacks to more than ${Math.floor(size / 1_048_576)} MB.`)
      }
      crc = crc32(bytes, crc)
      yield bytes
    }
    if (crc !== entry.crc) throw new PlimsollError('files.truncated', `The part ${name} of the workbook is damaged.`)
  }

  async *#unpacked(entry: ZipEntry, signal: AbortSignal): AsyncGenerator<Buffer> {
    if (entry.packed === 0) return
    if (entry.method === 0) return yield* this.raw(entry, signal)
    const source = Readable.from(this.raw(entry, signal), { objectMode: false })
    const inflate = createInflateRaw({ chunkSize: 256 * 1024 })
    source.on('error', (error) => inflate.destroy(error))
    source.pipe(inflate)
    try {
      for await (const bytes of inflate) yield bytes as Buffer
    } catch (error) {
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) throw new PlimsollError('files.truncated', `The part ${entry.name} of the workbook is damaged.`, { cause: error })
      throw error
    } finally {
      source.destroy()
      inflate.destroy()
    }
  }

  /** The packed bytes, of which there must be some. */
  async *raw(entry: ZipEntry, signal: AbortSignal): AsyncGenerator<Buffer> {
    const header = await readPart(this.#source, entry.offset, 30, signal)
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) throw broken(`the part ${entry.name} is not where it should be`)
    const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
    yield* this.#source.bytes(signal, start, start + entry.packed)
  }
}

async function directory(source: FileSource, signal: AbortSignal): Promise<Map<string, ZipEntry>> {
  const { size } = source
  if (size === 0) throw new PlimsollError('files.empty', 'The file is empty.')
  const tail = await readPart(source, Math.max(0, size - 65_557), 65_557, signal)
  const first = size < 4 ? Buffer.alloc(4) : await readPart(source, 0, 4, signal)
  let at = tail.length - 22
  while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1
  if (at < 0) {
    if (first.toString('latin1') === 'PK\x03\x04') throw new PlimsollError('files.truncated', 'The workbook is cut off.')
    if (first.readUInt32BE(0) === 0xd0cf11e0) throw broken('it is protected by a password, or in the format before 2007')
    throw broken('it is something else')
  }
  const count = tail.readUInt16LE(at + 10)
  const length = tail.readUInt32LE(at + 12)
  const start = tail.readUInt32LE(at + 16)
  if (count > MAX_ENTRIES || length > MAX_DIRECTORY || start === 0xffffffff) throw new PlimsollError('files.too_large', 'The workbook has too many parts, or more than 4 GB.')
  if (start + length > size) throw broken('its directory is damaged')
  const bytes = await readPart(source, start, length, signal)
  if (bytes.length < length) throw broken('its directory is damaged')
  const entries = new Map<string, ZipEntry>()
  for (let i = 0, pos = 0; i < count; i += 1) {
    if (pos + 46 > length || bytes.readUInt32LE(pos) !== CENTRAL) throw broken('its directory is damaged')
    const nameLength = bytes.readUInt16LE(pos + 28)
    const name = bytes.toString('utf8', pos + 46, pos + 46 + nameLength)
    if (entries.has(name)) throw broken(`the part ${name} stands twice`)
    entries.set(name, {
      name,
      flags: bytes.readUInt16LE(pos + 8),
      method: bytes.readUInt16LE(pos + 10),
      time: bytes.readUInt32LE(pos + 12),
      crc: bytes.readUInt32LE(pos + 16),
      packed: bytes.readUInt32LE(pos + 20),
      size: bytes.readUInt32LE(pos + 24),
      offset: bytes.readUInt32LE(pos + 42),
    })
    pos += 46 + nameLength + bytes.readUInt16LE(pos + 30) + bytes.readUInt16LE(pos + 32)
  }
  return entries
}

/** 1 January 1980: the same content gives the same bytes. */
const NO_TIME = 0x00210000

export class ZipWriter {
  readonly #file: FileHandle
  readonly #entries: ZipEntry[] = []
  #at = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** The file must not be there yet. */
  static async create(path: string): Promise<ZipWriter> {
    return new ZipWriter(await open(path, 'wx'))
  }

  async copy(from: ZipReader, entry: ZipEntry, signal: AbortSignal): Promise<void> {
    const written = { ...entry, flags: entry.flags & ~8, offset: this.#at }
    await this.#write(localHeader(written))
    if (entry.packed > 0) for await (const bytes of from.raw(entry, signal)) await this.#write(bytes)
    this.#entries.push(written)
  }

  /** Packs an entry from pieces of text. Its header is completed when its size is known. */
  async add(name: string, pieces: AsyncIterable<string>): Promise<void> {
    const offset = this.#at
    const blank = { name, flags: 0x800, method: 8, time: NO_TIME, crc: 0, packed: 0, size: 0, offset }
    await this.#write(localHeader(blank))
    const deflate = createDeflateRaw()
    let crc = 0
    let size = 0
    const start = this.#at
    const feed = async (): Promise<void> => {
      try {
        let text = ''
        const flush = async (): Promise<void> => {
          const bytes = Buffer.from(text, 'utf8')
          text = ''
          crc = crc32(bytes, crc)
          size += bytes.length
          if (!deflate.write(bytes)) await new Promise((resolve) => deflate.once('drain', resolve))
        }
        for await (const piece of pieces) {
          text += piece
          if (text.length > 256 * 1024) await flush()
        }
        await flush()
        deflate.end()
      } catch (error) {
        deflate.destroy(error as Error)
      }
    }
    const fed = feed()
    for await (const bytes of deflate) await this.#write(bytes as Buffer)
    await fed
    const entry = { ...blank, crc, size, packed: this.#at - start }
    const header = localHeader(entry)
    await this.#file.write(header, 0, header.length, offset)
    this.#entries.push(entry)
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#at + bytes.length >= 0xffffffff) throw new PlimsollError('files.too_large', 'The workbook would have more than 4 GB.')
    await this.#file.write(bytes, 0, bytes.length, this.#at)
    this.#at += bytes.length
  }

  async close(): Promise<void> {
    try {
      const start = this.#at
      for (const entry of this.#entries) await this.#write(centralHeader(entry))
      const end = Buffer.alloc(22)
      end.writeUInt32LE(END, 0)
      end.writeUInt16LE(this.#entries.length, 8)
      end.writeUInt16LE(this.#entries.length, 10)
      end.writeUInt32LE(this.#at - start, 12)
      end.writeUInt32LE(start, 16)
      await this.#write(end)
      await this.#file.sync()
    } finally {
      await this.#file.close()
    }
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined)
  }
}

function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8')
  const header = Buffer.alloc(30)
  header.writeUInt32LE(LOCAL, 0)
  header.writeUInt16LE(20, 4)
  common(header, 6, entry, name.length)
  return Buffer.concat([header, name])
}

function centralHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8')
  const header = Buffer.alloc(46)
  header.writeUInt32LE(CENTRAL, 0)
  header.writeUInt16LE(20, 4)
  header.writeUInt16LE(20, 6)
  common(header, 8, entry, name.length)
  header.writeUInt32LE(entry.offset, 42)
  return Buffer.concat([header, name])
}

function common(header: Buffer, at: number, entry: ZipEntry, nameLength: number): void {
  header.writeUInt16LE(entry.flags, at)
  header.writeUInt16LE(entry.method, at + 2)
  header.writeUInt32LE(entry.time, at + 4)
  header.writeUInt32LE(entry.crc, at + 8)
  header.writeUInt32LE(entry.packed, at + 12)
  header.writeUInt32LE(entry.size, at + 16)
  header.writeUInt16LE(nameLength, at + 20)
}
