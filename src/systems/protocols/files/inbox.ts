/** A folder as an inbox: each file brings changes, is read once, oldest first, and then leaves for the archive or the errors. */
import { basename } from 'node:path'
import { PlimsollError } from '../../contract.ts'
import type { BrokenRecord, ConnectorContext, Page, ReadOptions } from '../../contract.ts'
import type { FilesResource } from './files-resource.ts'
import { hashed, ID_LENGTH } from './hashed-source.ts'
import type { FileId } from './hashed-source.ts'
import type { FoundFile } from './place.ts'
import { Pager, placed } from './read-list.ts'

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
    await this.#resource.place.visit(signal)
    let requestedAt = clock.now()
    if (!this.#context.readOnly) await this.#resource.place.finishMoves(this.#resource.pattern, this.#resource.settings.archive!, clock.now(), signal)
    const found = await this.#resource.find(signal)
    const notes = found.changing.map((name) => `${name} is still being written; it is read when it has come to rest.`)
    let failure = found.outside.length === 0 ? undefined : new PlimsollError('files.outside', `${found.outside[0]} is a link that leads out of the folder; it was not read.`, { place: found.outside[0]! })
    const { unread, stuck } = await this.#unread(found.files, idsIn(options.since), signal)
    failure ??= stuck
    for (const file of unread) {
      if (Buffer.byteLength(basename(file.name)) > LONGEST_NAME) {
        failure ??= new PlimsollError('files.name', `The name of ${file.name.slice(0, 40)}… is too long; the file was not read.`, { place: file.name })
        continue
      }
      if (this.#waiting.size >= MAX_WAITING) {
        notes.push(`${MAX_WAITING} files were read and wait to be archived; the others are read after that.`)
        break
      }
      const pager = new Pager(this.#resource)
      pager.begin(file)
      const content = hashed(file)
      const shown: BrokenRecord[] = []
      let problem: PlimsollError | undefined
      let any = false
      try {
        for await (const rows of this.#resource.format.rows(content.source, this.#resource.settings, this.#resource.wanted(file.name, signal))) {
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
      const id = await content.id(signal)
      if (!(await this.#resource.place.isSame(file, signal))) {
        failure ??= new PlimsollError('files.changing', `${file.name} was changed while it was read.`, { place: file.name })
        yield { ...rest, requestedAt }
        continue
      }
      if (problem === undefined) this.#waiting.set(id, { file, id })
      yield { ...rest, requestedAt, position: this.#position() }
      requestedAt = clock.now()
      // What it had to say has been taken. It must not fail the next run as well, whether or not this one ends well.
      if (problem !== undefined && !this.#context.readOnly) await this.#refuse(file, reasonFor(problem, shown), signal).catch((error: unknown) => notes.push(placed(error, file.name).message))
    }
    yield { records: [], requestedAt, complete: false, position: this.#position(), ...(failure?.class === 'data' ? { ended: true } : {}), ...(notes.length > 0 ? { notes } : {}) }
    if (failure) throw failure
  }

  /** Everything up to the position is durable: its files leave. */
  async acknowledge(position: string): Promise<void> {
    if (this.#context.readOnly) return
    for (const id of idsIn(position)) {
      const read = this.#waiting.get(id)
      if (read) await this.#move(read, new AbortController().signal)
    }
  }

  async #move({ file, id }: Read, signal: AbortSignal): Promise<void> {
    await this.#resource.place.moveAway(file, this.#resource.settings.archive!, this.#context.clock.now(), signal)
    this.#waiting.delete(id)
  }

  async #refuse(file: FoundFile, reason: string, signal: AbortSignal): Promise<void> {
    const moved = await this.#resource.place.moveAway(file, this.#resource.settings.errors!, this.#context.clock.now(), signal)
    if (moved !== undefined) await this.#resource.place.writeReason(moved, reason, signal)
  }

  /** Files that were not read yet. Those that were, and are still here, are moved now if they may be. */
  async #unread(files: readonly FoundFile[], before: ReadonlySet<FileId>, signal: AbortSignal): Promise<{ readonly unread: readonly FoundFile[]; readonly stuck: PlimsollError | undefined }> {
    this.#waiting.clear()
    if (before.size === 0) return { unread: files, stuck: undefined }
    const unread: FoundFile[] = []
    let stuck: PlimsollError | undefined
    for (const file of files) {
      const id = await hashed(file).id(signal)
      if (!before.has(id)) {
        unread.push(file)
        continue
      }
      const read = { file, id }
      this.#waiting.set(id, read)
      try {
        if (!this.#context.readOnly) await this.#move(read, signal)
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

function reasonFor(problem: PlimsollError, broken: readonly BrokenRecord[]): string {
  const lines = [problem.message, problem.hint, '', ...broken.slice(0, 50).map((record) => `${record.place}: ${record.says}`)]
  return `${lines.join('\n').trimEnd()}\n`
}

