/** What SFTP and FTP can do with files, in few words. Paths are whole; each call is one or a few requests, counted by whoever implements it. */
import type { FileSource } from '../source.ts'

export interface RemoteFile {
  /** Without its folder. */
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
  /** Tells this content from any other, as far as the server lets us know. */
  readonly version: string
  /** A link that leads out of the folder it was looked for in. */
  readonly outside?: true
}

export interface RemoteFiles {
  /** Address without secrets. */
  readonly shown: string
  /** Can a change be noticed in any case, once a second has passed? */
  readonly exact: boolean
  check(folder: string, signal: AbortSignal): Promise<{ readonly version?: string }>
  /** Files of a folder whose names are wanted; those that begin with a dot too. Empty, if the folder is not there and `mayLack`. */
  list(folder: string, wanted: (name: string) => boolean, mayLack: boolean, signal: AbortSignal): Promise<readonly RemoteFile[]>
  look(path: string, root: string, signal: AbortSignal): Promise<RemoteFile | undefined>
  bytes(path: string, signal: AbortSignal, start?: number, end?: number): ReturnType<FileSource['bytes']>
  /** Writes a new file, or over one of ours. */
  upload(from: string, path: string, signal: AbortSignal): Promise<void>
  /** Never over another file where the protocol lets us say so. */
  rename(from: string, to: string, signal: AbortSignal): Promise<void>
  /** Over another file, in one step. False: the server can't, and nothing happened. */
  replace(from: string, to: string, signal: AbortSignal): Promise<boolean>
  remove(path: string, signal: AbortSignal): Promise<void>
  makeFolder(path: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
