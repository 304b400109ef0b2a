/** Text in and out of files: encodings, byte order marks, bytes that are no text. */
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import iconv from 'iconv-lite'
import { createGzip } from 'node:zlib'
import type { Gzip } from 'node:zlib'
import { PlimsollError } from '../../contract.ts'
import { isPacked, isPackedName, unpacked } from './gzip.ts'
import { BLOCK, inBlocks } from './source.ts'
import type { FileSource } from './source.ts'

const NOT_TEXT_ENCODINGS = /^(base64|hex|binary|utf-?7|utf-?7-imap|internal|ucs4|utf-?32)/i

export interface TextPiece {
  readonly text: string
  /** Some bytes were no text in this encoding; they stand as U+FFFD (or as half a surrogate pair). */
  readonly damaged: boolean
}

export interface Encoding {
  /** In the form of iconv-lite; `utf-8`, `utf-16le`, `utf-16be` for those. */
  readonly name: string
  readonly bom: Uint8Array
}

const BOMS: readonly (readonly [string, Uint8Array])[] = [
  ['utf-8', Uint8Array.of(0xef, 0xbb, 0xbf)],
  ['utf-16le', Uint8Array.of(0xff, 0xfe)],
  ['utf-16be', Uint8Array.of(0xfe, 0xff)],
]

/** Checks the name of an encoding. */
export function encodingNamed(name: string, place: string): string {
  const lower = name.trim().toLowerCase()
  const usual = { utf8: 'utf-8', utf16le: 'utf-16le', utf16be: 'utf-16be', 'utf-16': 'utf-16le', utf16: 'utf-16le' }[lower] ?? lower
  if (NOT_TEXT_ENCODINGS.test(usual) || !iconv.encodingExists(usual)) {
    throw new PlimsollError('files.settings', `Encoding ${JSON.stringify(name)} is not known.`, { place })
  }
  return usual
}

/** A byte order mark is believed before the setting; text whose characters and line ends are two bytes with a zero among them is UTF-16; else UTF-8. */
function detectEncoding(start: Buffer, declared: string | undefined, says: (start: Buffer) => string | undefined = () => undefined): Encoding {
  for (const [name, bom] of BOMS) {
    if (bom.every((byte, i) => start[i] === byte)) return { name, bom }
  }
  const bom = new Uint8Array(0)
  if (declared !== undefined) return { name: declared, bom }
  if (isWide(start, 1)) return { name: 'utf-16le', bom }
  if (isWide(start, 0)) return { name: 'utf-16be', bom }
  const said = says(start)
  return { name: said === undefined ? 'utf-8' : encodingNamed(said, ''), bom }
}

/**
 * Zeros in many of the first characters, always in the same half of them. One row of UTF-8 that is full of NULs has that, too: so the first
 * line must have some of its own and end in two bytes, or, where it doesn't end, the first two characters tell.
 */
function isWide(start: Uint8Array, half: 0 | 1): boolean {
  const length = Math.min(start.length, 4096)
  let zeros = 0
  for (let i = 0; i < length; i += 1) {
    if (start[i] !== 0) continue
    if (i % 2 !== half) return false
    zeros += 1
  }
  if (zeros * 5 <= length) return false
  const end = start.indexOf(LINE_FEED)
  if (end >= 0 && (end % 2 === half || start[end ^ 1] !== 0)) return false
  return start.subarray(0, end < 0 ? 4 : end & ~1).includes(0)
}
const LINE_FEED = 0x0a

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** For a row out of a damaged piece: is it this one? */
export const isDamaged = (text: string): boolean => text.includes('\ufffd') || LONE_SURROGATE.test(text)

interface Decoder {
  write(bytes: Buffer): TextPiece
  end(): TextPiece
}

function decoderFor(encoding: string): Decoder {
  if (encoding === 'utf-8') {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
    return {
      write(bytes) {
        const text = decoder.decode(bytes, { stream: true })
        return { text, damaged: text.includes('\ufffd') && count(text, '\ufffd') > countBytes(bytes) }
      },
      end() {
        const text = decoder.decode()
        return { text, damaged: text !== '' }
      },
    }
  }
  const decoder = iconv.getDecoder(encoding, { stripBOM: false })
  const wide = encoding.startsWith('utf-16')
  let bytesSeen = 0
  let half = ''
  return {
    write(bytes) {
      bytesSeen += bytes.length
      let text = half + decoder.write(bytes)
      half = ''
      if (wide && /[\ud800-\udbff]$/.test(text)) {
        half = text.slice(-1)
        text = text.slice(0, -1)
      }
      return { text, damaged: wide ? LONE_SURROGATE.test(text) : text.includes('\ufffd') }
    },
    end() {
      const odd = wide && bytesSeen % 2 === 1
      const text = half + (decoder.end() ?? '') + (odd ? '\ufffd' : '')
      return { text, damaged: text !== '' && (odd || isDamaged(text)) }
    },
  }
}

function count(text: string, what: string): number {
  let found = 0
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) found += 1
  return found
}
const REPLACEMENT = Buffer.from('\ufffd')
function countBytes(bytes: Buffer): number {
  let found = 0
  for (let at = bytes.indexOf(REPLACEMENT); at >= 0; at = bytes.indexOf(REPLACEMENT, at + 3)) found += 1
  return found
}

export interface TextSource {
  readonly encoding: Encoding
  /** The file is packed with gzip, and stays so when it is written. */
  readonly packed: boolean
  /** Pieces are large; a short one is the last. */
  readonly pieces: AsyncGenerator<TextPiece>
  /** To be called in any case; a generator that was never started can't close anything itself. */
  close(): Promise<void>
}

/** Opens a text file. `says`: what the text itself says about its encoding, believed where neither a byte order mark nor the setting tells. */
export async function openText(source: FileSource, declared: string | undefined, signal: AbortSignal, says?: (start: Buffer) => string | undefined): Promise<TextSource> {
  const name = declared === undefined ? undefined : encodingNamed(declared, source.name)
  const raw = source.bytes(signal)
  let open = raw
  try {
    const first = await raw.next()
    const packed = !first.done && isPacked(first.value)
    if (!packed && isPackedName(source.name) && !first.done) throw new PlimsollError('files.content', 'The file is called .gz and is not packed with gzip.')
    const from = begunWith(first, raw)
    open = inBlocks(packed ? unpacked(from) : from)
    const begin = await open.next()
    const start = begin.done ? Buffer.alloc(0) : begin.value
    const encoding = detectEncoding(start, name, says)
    return { encoding, packed, pieces: pieces(begunWith(begin, open), encoding, signal), close: async () => void (await open.return(undefined)) }
  } catch (error) {
    await open.return(undefined)
    throw error
  }
}

/** What was taken already, and the rest. */
async function* begunWith(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.done) return
    yield first.value
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}

async function* pieces(blocks: AsyncGenerator<Buffer>, encoding: Encoding, signal: AbortSignal): AsyncGenerator<TextPiece> {
  const decoder = decoderFor(encoding.name)
  let skip = encoding.bom.length
  for await (const bytes of blocks) {
    signal.throwIfAborted()
    yield decoder.write(skip === 0 ? bytes : bytes.subarray(skip))
    skip = 0
  }
  const rest = decoder.end()
  if (rest.text !== '') yield rest
}

/** Text into a new file, complete on the disk when `close` returns. */
export class TextSink {
  readonly #file: FileHandle
  readonly #encoding: string
  readonly #gzip: Gzip | undefined
  #waiting: string[] = []
  #length = 0

  private constructor(file: FileHandle, encoding: string, gzip: Gzip | undefined) {
    this.#file = file
    this.#encoding = encoding
    this.#gzip = gzip
  }

  /** The file must not be there yet: a link with that name would lead the text elsewhere. */
  static async create(path: string, encoding: Encoding, packed: boolean): Promise<TextSink> {
    const file = await open(path, 'wx')
    const sink = new TextSink(file, encoding.name, packed ? createGzip() : undefined)
    if (encoding.bom.length > 0) await sink.#put(Buffer.from(encoding.bom))
    return sink
  }

  async write(text: string): Promise<void> {
    this.#waiting.push(text)
    this.#length += text.length
    if (this.#length >= BLOCK) await this.#flush()
  }

  async #flush(): Promise<void> {
    const text = this.#waiting.join('')
    this.#waiting = []
    this.#length = 0
    if (text !== '') await this.#put(encodeText(text, this.#encoding))
  }

  async #put(bytes: Buffer): Promise<void> {
    if (!this.#gzip) return void (await this.#file.writeFile(bytes))
    const taken = new Promise<void>((resolve, reject) => this.#gzip!.write(bytes, (error) => (error ? reject(error) : resolve())))
    await taken
    await this.#packed()
  }

  /** What the packer has ready. */
  async #packed(): Promise<void> {
    for (let bytes = this.#gzip!.read() as Buffer | null; bytes !== null; bytes = this.#gzip!.read() as Buffer | null) await this.#file.writeFile(bytes)
  }

  async close(): Promise<void> {
    try {
      await this.#flush()
      if (this.#gzip) {
        this.#gzip.end()
        for await (const bytes of this.#gzip) await this.#file.writeFile(bytes as Buffer)
      }
      await this.#file.sync()
    } finally {
      await this.#file.close()
    }
  }

  /** Closes without finishing. */
  async abandon(): Promise<void> {
    this.#gzip?.destroy()
    await this.#file.close().catch(() => undefined)
  }
}

const encodeText = (text: string, encoding: string): Buffer =>
  encoding === 'utf-8' ? Buffer.from(text, 'utf-8') : iconv.encode(text, encoding, { addBOM: false })

/** Can the encoding hold this text without changing it? */
export function holdsText(text: string, encoding: string): boolean {
  if (LONE_SURROGATE.test(text)) return false
  return encoding.startsWith('utf-') || iconv.decode(encodeText(text, encoding), encoding, { stripBOM: false }) === text
}
