/** Long reads of files on a thread of their own (`thread.ts`), seen from the thread that stores what comes. */
import { Worker } from 'node:worker_threads'
import { asPlimsollError, PlimsollError } from './base/errors.ts'
import type { FieldMapping, Plan } from './plan/model.ts'
import { type PackedPage, unpackPage } from './sync/packed.ts'
import type { ReadApart, ReadyPage } from './sync/ready.ts'
import { type Place, placeKey, type Runtime } from './sync/runtime.ts'
import type { ThreadTask } from './thread.ts'

/** Of the thread's memory: what belongs to one page is gone before it counts as old. */
const YOUNG_MB = 16
/** Records that cross at once: so few that the text of a page is a small object, which goes as soon as it is used, … */
const PAGE = 50
/** … and so many pages are taken in at once, if they are there: more would be cheaper for the store, and stay in memory until much else has gathered there. */
const TOGETHER = 60
/** What is read faster than a thread begins stays where it is. */
const WORTH_BYTES = 4 * 1024 * 1024

/** With what a session of a place is opened once more. */
export type OpenedApart = Pick<ThreadTask, 'connector' | 'settings' | 'secrets' | 'flat'>

export interface ApartOptions {
  readonly plan: Plan
  readonly runtime: Runtime
  readonly settings: (place: Place) => Promise<OpenedApart>
}

type Message = { readonly page: PackedPage } | { readonly end: true } | { readonly failure: { code: string; message: string; place?: string; details: PlimsollError['details']; executed?: false } }

export function readingApart({ plan, runtime, settings }: ApartOptions): ReadApart | undefined {
  const thread = new URL('./thread.js', import.meta.url)
  // A thread begins with compiled code.
  if (!import.meta.url.endsWith('.js')) return undefined
  return async (place, resource, { signal, first, ...asked }) => {
    // A budget of calls is kept here, and functions of a plan live where they were loaded.
    if (!resource.bytes || place.of.limits.calls !== undefined || usesCode(place)) return undefined
    if ((await resource.bytes(signal).catch(() => 0)) < WORTH_BYTES) return undefined
    const { said: _said, ...sent } = plan
    const task: ThreadTask = { ...(await settings(place)), plan: sent, place: placeKey(place), timeZone: place.of.timeZone, reading: { ...asked, pageSize: PAGE }, first }
    const kinds = runtime.entities.get(place.entity)!.identifiers.map((identifier) => identifier.kind)
    return pagesFrom(new Worker(thread, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } }), signal, (page) => unpackPage(page, place, kinds))
  }
}

/** Says nothing but its records, so that others may follow. */
const isPlain = ({ rest }: PackedPage): boolean => rest.complete === undefined && rest.position === undefined && rest.ended === undefined && rest.notes === undefined

const together = (pages: readonly ReadyPage[]): ReadyPage =>
  pages.length === 1 ? pages[0]! : { ...pages.at(-1)!, records: pages.flatMap((page) => page.records), deleted: pages.flatMap((page) => page.deleted), broken: pages.flatMap((page) => page.broken) }

const usesCode = (place: Place): boolean => [...place.hold.fields.values()].some(hasFunction)
const hasFunction = (mapping: FieldMapping): boolean => mapping.function !== undefined || [...(mapping.fields?.values() ?? [])].some(hasFunction)

async function* pagesFrom(worker: Worker, signal: AbortSignal, unpack: (page: PackedPage) => ReadyPage): AsyncGenerator<ReadyPage> {
  const arrived: Message[] = []
  let failure: unknown
  let over = false
  let wake: () => void = () => undefined
  const rouse = (): void => wake()
  worker.on('message', (message: Message) => {
    arrived.push(message)
    rouse()
  })
  worker.on('error', (error) => {
    failure = error
    rouse()
  })
  worker.on('exit', () => {
    over = true
    rouse()
  })
  signal.addEventListener('abort', rouse)
  try {
    for (;;) {
      signal.throwIfAborted()
      const message = arrived.shift()
      if (message === undefined) {
        if (failure !== undefined) throw asPlimsollError(failure)
        if (over) throw asPlimsollError(new Error('The thread that reads ended without a word.'))
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      if ('end' in message) return
      if ('failure' in message) {
        const { code, message: says, place, details, executed } = message.failure
        throw new PlimsollError(code, says, { details, ...(place === undefined ? {} : { place }), ...(executed === false ? { executed } : {}) })
      }
      const pages = [message.page]
      while (pages.length < TOGETHER && arrived[0] && 'page' in arrived[0] && isPlain(pages.at(-1)!)) pages.push((arrived.shift() as { page: PackedPage }).page)
      for (let i = 0; i < pages.length; i += 1) worker.postMessage('taken')
      yield together(pages.map(unpack))
    }
  } finally {
    signal.removeEventListener('abort', rouse)
    worker.postMessage('stop')
    await worker.terminate()
  }
}
