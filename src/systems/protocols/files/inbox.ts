/** A folder as an inbox: each file brings changes, is read once, oldest first, and then leaves for the archive or the errors. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PlimsollError } from '../../contract.ts'
import type { BrokenRecord, ConnectorContext, Page, ReadOptions } from '../../contract.ts'
import { finishMoves, moveAway, writeReason } from './archive.ts'
import type { FilesResource } from './files-resource.ts'
import { matches, realFolder } from './folder.ts'
import type { FoundFile } from './folder.ts'
import { Pager, placed } from './read-list.ts'

/** Digest of name and content, 48 bits. */
type FileId = string
const ID_LENGTH = 8
/** So many files may wait to be moved; a position has room for no more. */
const MAX_WAITING = 400
/** In bytes. Marks and times are added to it on its way. */
const LONGEST_NAME = 200

interface Read {
  readonly file: FoundFile
  readonly id: FileId
}

export class Inbox {
  readonly #resource: FilesResource
  readonly #context: ConnectorContext
  /** Read and not moved yet. */
  readonly #waiting = new Map<FileId, Read>()

  constructor(resource: FilesResource, context: ConnectorContext) {
    this.#resource = resource
    this.#context = context
  }

  async *read(options: ReadOptions): AsyncGenerator<Page> {
    const { signal, pageSize } = options
    const { clock } = this.#context
    await this.#context.budget(signal)
    let requestedAt = clock.now()
    if (!this.#context.readOnly) await this.#finish()
    const found = await this.#resource.find(signal)
    const notes = found.changing.map((name) => `${name} is still being written; it is read when it has come to rest.`)
    let failure = found.outside.length === 0 ? undefined : new PlimsollError('files.outside', `${found.outside[0]} is a link that leads out of the folder; it was not read.`, { place: found.outside[0]! })
    const { unread, stuck } = await this.#unread(found.files, idsIn(options.since))
    failure ??= stuck
    for (const file of unread) {
      if (Buffer.byteLength(basename(file.path)) > LONGEST_NAME) {
        failure ??= new PlimsollError('files.name', `The name of ${file.name.slice(0, 40)}… is too long; the file was not read.`, { place: file.name })
        continue
      }
      if (this.#waiting.size >= MAX_WAITING) {
        notes.push(`${MAX_WAITING} files were read and wait to be archived; the others are read after that.`)
        break
      }
      const pager = new Pager(this.#resource)
      pager.begin(file)
      const shown: BrokenRecord[] = []
      let problem: PlimsollError | undefined
      let any = false
      try {
        for await (const rows of this.#resource.format.rows(file.path, this.#resource.settings, this.#resource.wanted(file.name, signal))) {
          for (const row of rows) pager.add(row)
          any ||= rows.length > 0
          while (pager.size >= pageSize) {
            const page = pager.take(pageSize)
            if (shown.length < 50) shown.push(...(page.broken ?? []))
            yield { ...page, requestedAt }
            signal.throwIfAborted()
            requestedAt = clock.now()
          }
        }
      } catch (error) {
        signal.throwIfAborted()
        problem = placed(error, file.name)
      }
      const rest = pager.take(Infinity)
      shown.push(...(rest.broken ?? []))
      if (problem?.code === 'files.column' && any) {
        // All rows were delivered; what the column would say is simply not said.
        notes.push(problem.message)
        problem = undefined
      } else if (!any && problem === undefined) {
        notes.push(`${file.name} holds no record.`)
      }
      failure ??= problem
      if (problem !== undefined && problem.class !== 'data') {
        yield { ...rest, requestedAt }
        continue
      }
      const id = await idOf(file)
      if (!(await isUnchanged(file))) {
        failure ??= new PlimsollError('files.changing', `${file.name} was changed while it was read.`, { place: file.name })
        yield { ...rest, requestedAt }
        continue
      }
      if (problem === undefined) this.#waiting.set(id, { file, id })
      yield { ...rest, requestedAt, position: this.#position() }
      requestedAt = clock.now()
      // What it had to say has been taken. It must not fail the next run as well, whether or not this one ends well.
      if (problem !== undefined && !this.#context.readOnly) await this.#refuse(file, reasonFor(problem, shown)).catch((error: unknown) => notes.push(placed(error, file.name).message))
    }
    yield { records: [], requestedAt, complete: false, position: this.#position(), ...(failure?.class === 'data' ? { ended: true } : {}), ...(notes.length > 0 ? { notes } : {}) }
    if (failure) throw failure
  }

  /** Everything up to the position is durable: its files leave. */
  async acknowledge(position: string): Promise<void> {
    if (this.#context.readOnly) return
    for (const id of idsIn(position)) {
      const read = this.#waiting.get(id)
      if (read) await this.#move(read)
    }
  }

  async #move({ file, id }: Read): Promise<void> {
    await moveAway(file, this.#resource.settings.archive!, this.#context.clock.now())
    this.#waiting.delete(id)
  }

  async #refuse(file: FoundFile, reason: string): Promise<void> {
    const moved = await moveAway(file, this.#resource.settings.errors!, this.#context.clock.now())
    if (moved !== undefined) await writeReason(moved, reason)
  }

  /** What a crash left between reading and moving. */
  async #finish(): Promise<void> {
    const { folder, archive } = this.#resource.settings
    const { under, name } = this.#resource.pattern
    await finishMoves(join(await realFolder(folder), under), archive!, (entry) => matches(name, entry), this.#context.clock.now())
  }

  /** Files that were not read yet. Those that were, and are still here, are moved now if they may be. */
  async #unread(files: readonly FoundFile[], before: ReadonlySet<FileId>): Promise<{ readonly unread: readonly FoundFile[]; readonly stuck: PlimsollError | undefined }> {
    this.#waiting.clear()
    if (before.size === 0) return { unread: files, stuck: undefined }
    const unread: FoundFile[] = []
    let stuck: PlimsollError | undefined
    for (const file of files) {
      const id = await idOf(file)
      if (!before.has(id)) {
        unread.push(file)
        continue
      }
      const read = { file, id }
      this.#waiting.set(id, read)
      try {
        if (!this.#context.readOnly) await this.#move(read)
      } catch (error) {
        stuck ??= placed(error, file.name)
      }
    }
    return { unread, stuck }
  }

  /** The files that were read and are still here. */
  #position(): string {
    return [...this.#waiting.keys()].join('')
  }
}

const idsIn = (position: string | undefined): ReadonlySet<FileId> => new Set(position?.match(new RegExp(`.{${ID_LENGTH}}`, 'g')) ?? [])

async function idOf(file: FoundFile): Promise<FileId> {
  const hash = createHash('sha256').update(`${file.name}\0${file.size}\0`)
  for await (const piece of createReadStream(file.path)) hash.update(piece as Buffer)
  return hash.digest('base64url').slice(0, ID_LENGTH)
}

/** Is it still the file that was found, so that its digest is that of what was read? */
async function isUnchanged(file: FoundFile): Promise<boolean> {
  const now = await stat(file.path).catch(() => undefined)
  return now?.ino === file.ino && now.size === file.size && now.mtimeMs === file.mtimeMs
}

function reasonFor(problem: PlimsollError, broken: readonly BrokenRecord[]): string {
  const lines = [problem.message, problem.hint, '', ...broken.slice(0, 50).map((record) => `${record.place}: ${record.says}`)]
  return `${lines.join('\n').trimEnd()}\n`
}

