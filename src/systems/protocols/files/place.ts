/**
 * Where files lie: a folder of this machine, or one at a distance. All formats, lists, inboxes and targets work over this contract;
 * `docs/connectors/files.md` says per place which of its promises the protocol can keep.
 */
import type { FileSource } from './source.ts'

export interface FoundFile {
  /** Relative to the folder; what messages call it. */
  readonly name: string
  readonly size: number
  /** 0: the place does not tell. */
  readonly mtimeMs: number
  /** Another text means another file or other content, as far as the place can tell. */
  readonly version: string
  /** Its bytes. Reading ends with `files.changing` if the file turns out to be another one. */
  readonly source: FileSource
}

export interface Listed {
  readonly files: readonly FoundFile[]
  /** Links that lead out of the folder. */
  readonly outside: readonly string[]
}

export interface Pattern {
  /** Folder below the system's folder, '' for itself. */
  readonly under: string
  /** Name with `*` and `?`. */
  readonly name: string
  readonly wild: boolean
}

export interface Place {
  /** What messages call it: the folder, or its address without secrets. */
  readonly shown: string
  /** Lies on this machine: looking costs nothing, and another session sees the same. */
  readonly near: boolean
  /** A file is there whole or not at all: nobody need wait until it has come to rest. */
  readonly whole: boolean
  /** A file that somebody else changed meanwhile is not overwritten, but for the instant between the last look and the last step. */
  readonly conditional: boolean
  /** How far the place's clock and time zone may be from ours: only a file older than that is surely at rest. */
  readonly skewMs: number
  /** Can it be reached, are we let in, is the folder there? */
  check(signal: AbortSignal): Promise<{ readonly version?: string }>
  /** Before a visit that does anything. Places at a distance count each request themselves. */
  visit(signal: AbortSignal): Promise<void>
  list(pattern: Pattern, signal: AbortSignal): Promise<Listed>
  /** Is it still the file that was found? */
  isSame(file: FoundFile, signal: AbortSignal): Promise<boolean>
  /**
   * Gives `work` the path of a file of this machine that does not exist yet, to be filled with the whole new content, and takes it away
   * afterwards. `put` makes that content the file `name` in one step, if what is there is still `before` (undefined: nothing).
   */
  withDraft<T>(name: string, before: FoundFile | undefined, signal: AbortSignal, work: (draft: string, put: () => Promise<FoundFile | undefined>) => Promise<T>): Promise<T>
  /** Moves a file that was read to `folder`, under a name that is free there, if it is still that file. Its new name; undefined: it stays. */
  moveAway(file: FoundFile, folder: string, now: number, signal: AbortSignal): Promise<string | undefined>
  /** Finishes moves that a crash interrupted, of files in `under` whose names are wanted. */
  finishMoves(pattern: Pattern, folder: string, now: number, signal: AbortSignal): Promise<void>
  /** Puts a text beside a file that was moved away. */
  writeReason(moved: string, reason: string, signal: AbortSignal): Promise<void>
  close(): Promise<void>
}
