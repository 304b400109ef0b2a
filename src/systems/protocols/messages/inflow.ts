/**
 * A queue as a stream of changes. Each page ends where a message ends or carries no position; what a page said is acknowledged when
 * it is durable. Messages that come again after a crash, though what they said was durable, are recognised by their order.
 */
import type { BrokenRecord, ConnectorContext, Page, ReadOptions, SourceRecord } from '../../contract.ts'
import type { Held, Line } from './line.ts'
import type { Meaning } from './meaning.ts'

/** So many of the last messages are remembered in a position, which may have 4 KB. */
const REMEMBERED = 400
const DIGEST = 8
/** A read does not end before so many messages as long as there are some: each read costs some transactions. */
const LEAST = 5_000

export interface Source {
  /** The line of a subscription that works; a new one where the last was lost. */
  line(signal: AbortSignal): Promise<Line>
  /** About how many wait at the broker and here; whatever comes after that is for the next read. */
  waiting(line: Line, signal: AbortSignal): Promise<number>
  /** No message is here: does the broker have more? It waits for them, but not for long; false: it has none, or does not hand them over. */
  more(line: Line, signal: AbortSignal): Promise<boolean>
}

export class Inflow {
  readonly #source: Source
  readonly #meaning: Meaning
  readonly #context: ConnectorContext
  /** Positions that were given, each with the last message that it covers. */
  #given: { readonly position: string; readonly line: Line; readonly last: Held }[] = []
  #count = 0
  #line: Line | undefined
  #opening: Promise<Line> | undefined

  constructor(source: Source, meaning: Meaning, context: ConnectorContext) {
    this.#source = source
    this.#meaning = meaning
    this.#context = context
  }

  async *read(options: ReadOptions): AsyncGenerator<Page> {
    const { signal } = options
    const { clock } = this.#context
    await this.#context.budget(signal)
    const line = await this.#subscribed(signal)
    this.#line = line
    this.#given = []
    line.rewind()
    const before = windowIn(options.since)
    const { known, notes } = await this.#recognised(line, before, signal)
    let window = before
    let page = new Filling(clock.now())
    if (known) yield { records: [], requestedAt: clock.now(), position: this.#position(window, line, known) }
    let ignored = 0
    const most = Math.max(LEAST, await this.#source.waiting(line, signal))
    for (let taken = 0; taken < most; ) {
      signal.throwIfAborted()
      const held = line.take()
      if (!held) {
        // What is acknowledged makes room for more: the page goes before anybody waits.
        if (page.size > 0 || page.last) {
          yield page.end(page.last ? this.#position(window, line, page.last) : undefined)
          page = new Filling(clock.now())
          continue
        }
        if (!(await this.#source.more(line, signal))) break
        page = new Filling(clock.now())
        continue
      }
      taken += 1
      const said = this.#meaning.of(held.message)
      ignored += said.ignored
      for (const one of [...said.records, ...said.broken]) {
        if (page.size >= options.pageSize || page.has(one)) {
          yield page.end(page.last ? this.#position(window, line, page.last) : undefined)
          signal.throwIfAborted()
          page = new Filling(clock.now())
        }
        page.add(one)
      }
      window = [...window, held.digest].slice(-REMEMBERED)
      page.last = held
      if (page.messages >= REMEMBERED / 2) {
        yield page.end(this.#position(window, line, held))
        page = new Filling(clock.now())
      }
    }
    if (ignored > 0) notes.push(`${ignored === 1 ? 'One message was' : `${ignored} messages were`} of a kind that is left out (other_kinds).`)
    const last = page.last
    yield { ...page.end(last ? this.#position(window, line, last) : undefined), complete: false, ...(notes.length > 0 ? { notes } : {}) }
  }

  /** Everything up to the position is durable. */
  async acknowledge(position: string): Promise<void> {
    const at = this.#given.findIndex((one) => one.position === position)
    const one = this.#given[at]
    // From another process: what it covers comes again and is recognised.
    if (!one) return
    await one.line.acknowledge(one.last)
    this.#given.splice(0, at + 1)
  }

  /** Resolves with true when there is something to read, or the connection needs a look; at the latest when `signal` says so. */
  async arrived(signal: AbortSignal): Promise<boolean> {
    try {
      const line = this.#line?.lost ? undefined : this.#line
      this.#line = line ?? await this.#subscribed(signal)
      if (!this.#line.fresh) await this.#line.came(signal)
    } catch {
      // The read that follows says what is wrong, and is tried again at its pace.
    }
    return !signal.aborted
  }

  /** Who reads and who asks whether something arrived share one subscription: a broker lets only one of them in. */
  #subscribed(signal: AbortSignal): Promise<Line> {
    return (this.#opening ??= this.#source.line(signal).finally(() => { this.#opening = undefined }))
  }

  /**
   * Who dies after what was said is durable and before it is acknowledged is handed it again, in the same order, from some message
   * on. So it came again if the first ones that came again are the last ones that are known. Were they new ones that say the same in the
   * same order, leaving them out changes nothing: they would end where the same messages ended before.
   */
  async #recognised(line: Line, known: readonly string[], signal: AbortSignal): Promise<{ readonly known: Held | undefined; readonly notes: string[] }> {
    let starts = known.map((_, at) => at)
    const run: Held[] = []
    let certain = 0
    while (starts.length > 0) {
      const held = line.take()
      if (!held) {
        if (await this.#source.more(line, signal)) continue
        break
      }
      run.push(held)
      if (!held.message.again && !held.seenBefore) break
      const n = run.length
      starts = starts.filter((at) => known[at + n - 1] === held.digest)
      if (starts.some((at) => at + n === known.length)) certain = n
      starts = starts.filter((at) => at + n < known.length)
    }
    line.back(run.length - certain)
    if (certain === 0) return { known: undefined, notes: [] }
    return { known: run[certain - 1], notes: [`${certain === 1 ? 'One message' : `${certain} messages`} came again though what they say was taken in; they were recognised.`] }
  }

  #position(window: readonly string[], line: Line, last: Held): string {
    const position = `${(this.#count += 1)}.${window.join('')}`
    this.#given.push({ position, line, last })
    return position
  }
}

const windowIn = (position: string | undefined): readonly string[] => {
  const digests = /^\d+\.([\w-]*)$/.exec(position ?? '')?.[1] ?? ''
  return digests.match(new RegExp(`.{${DIGEST}}`, 'g')) ?? []
}

/** A page that is being filled. A record stands in it once: of two words about one record the later page has the later word. */
class Filling {
  readonly requestedAt: number
  readonly #records: SourceRecord[] = []
  readonly #broken: BrokenRecord[] = []
  readonly #keys = new Set<string>()
  #last: Held | undefined
  messages = 0

  constructor(requestedAt: number) {
    this.requestedAt = requestedAt
  }

  get size(): number {
    return this.#records.length + this.#broken.length
  }
  /** The last message that is in it as a whole. */
  get last(): Held | undefined {
    return this.#last
  }
  set last(held: Held | undefined) {
    this.#last = held
    this.messages += 1
  }
  has(one: SourceRecord | BrokenRecord): boolean {
    return 'values' in one && this.#keys.has(one.key)
  }
  add(one: SourceRecord | BrokenRecord): void {
    if ('values' in one) {
      this.#records.push(one)
      this.#keys.add(one.key)
    } else this.#broken.push(one)
  }
  end(position: string | undefined): Page {
    return { records: this.#records, requestedAt: this.requestedAt, ...(this.#broken.length > 0 ? { broken: this.#broken } : {}), ...(position === undefined ? {} : { position }) }
  }
}
