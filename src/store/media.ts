/** What the engine needs of the place where contents of files are kept; `media/` is a folder. */
export interface Medium {
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly hash: string
  readonly bytes: number
  /** Media type as the source said it. */
  readonly type: string
  /** Last part of its address, without anything that a path could be made of. */
  readonly name: string
  readonly etag?: string
  readonly modified?: string
}

export interface Arriving {
  readonly name: string
  readonly type: string
  readonly etag?: string
  readonly modified?: string
  readonly content: AsyncIterable<Uint8Array>
}

export interface MediaShelf {
  /** What an address of a system held last time. */
  known(system: string, address: string): Promise<Medium | undefined>
  /** Streams a content in and remembers it for the address. Throws class `data` beyond the size allowed; then nothing is kept. */
  put(system: string, address: string, arriving: Arriving): Promise<Medium>
  /** Undefined: the content is not here. */
  open(hash: string): Promise<{ readonly bytes: number; content(): AsyncIterable<Uint8Array> } | undefined>
  /** The key under which a system has this content. */
  sent(system: string, hash: string): Promise<string | undefined>
  keep(system: string, hash: string, key: string): Promise<void>
}
