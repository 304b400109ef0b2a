import type { Check } from '../check.ts'
import { identical } from '../compare.ts'

const MAX_POSITION = 4_096

/** What holds for every read, also of a system that must not be touched. */
export const readChecks: readonly Check[] = [
  {
    name: 'traits_are_met', promise: 'The resource has a function for each thing that its traits promise.', touches: false, needs: [],
    async run(kit) {
      const resource = await kit.resource()
      const { traits } = resource
      const pairs = [
        ['readByKey', traits.readByKey, resource.readKeys], ['find', traits.find, resource.find],
        ['create, update or delete', traits.create || traits.update || traits.delete, resource.write],
      ] as const
      for (const [trait, promised, made] of pairs) {
        if (promised && made === undefined) kit.broken(`The trait ${trait} is true, and there is no function for it.`, 'Set the trait to false, or add the function.')
      }
      if (traits.updateStyle === 'put' && traits.update && !traits.readByKey && (traits.read || traits.find)) kit.broken('Updates replace the whole record, and no record can be read by key.', 'A target of style `put` needs readByKey: the engine reads and merges before it writes.')
      if (!(traits.batch >= 1)) kit.broken(`The batch size is ${traits.batch}.`, 'Name how many records one write call takes: at least 1.')
    },
  },
  {
    name: 'two_reads_agree', promise: 'Two reads of the same state give the same records with the same keys, values and versions.', touches: false, needs: ['read', 'lists'],
    async run(kit) {
      // Somebody may edit a live system between two reads; not four times in a row.
      for (let attempt = 1; ; attempt += 1) {
        const [a, b] = [await kit.readWell(await kit.resource(), { pageSize: 500 }), await kit.readWell(await kit.resource(), { pageSize: 7 })]
        const other = [...a.byKey].find(([key, record]) => {
          const again = b.byKey.get(key)
          return !again || !identical(record.values, again.values) || record.version !== again.version
        })
        const more = [...b.byKey.keys()].find((key) => !a.byKey.has(key))
        if (!other && more === undefined) return
        if (attempt === 3) kit.broken(`Record ${other?.[0] ?? more} was not the same in two reads, three times in a row.`, 'Nothing in values, keys and versions may depend on when or in which pages they are read.')
      }
    },
  },
  {
    name: 'page_size_is_kept', promise: 'No page has more records than were asked for.', touches: false, needs: ['read'],
    async run(kit) {
      const { pages } = await kit.readWell(await kit.resource(), { pageSize: 2, pages: 20 })
      const large = pages.find((page) => page.records.length > 2)
      if (large) kit.broken(`A page of at most 2 records had ${large.records.length}.`, 'Cut pages to pageSize: the engine holds one page in memory and writes it in one transaction.')
    },
  },
  {
    name: 'end_is_said_once', promise: 'Only the last page says whether the read was complete.', touches: false, needs: ['read'],
    async run(kit) {
      const { pages } = await kit.readWell(await kit.resource(), { pageSize: 5 })
      const early = pages.slice(0, -1).findIndex((page) => page.complete === true)
      if (early >= 0) kit.broken(`Page ${early + 1} of ${pages.length} says that the read is complete.`, 'Set `complete` on the last page only.')
    },
  },
  {
    name: 'position_is_small', promise: 'A position is a text of at most 4 KB.', touches: false, needs: ['read'],
    async run(kit) {
      const { pages } = await kit.readWell(await kit.resource(), { pageSize: 5, pages: 50 })
      for (const page of pages) {
        if (page.position === undefined) continue
        if (typeof page.position !== 'string') kit.broken(`A position is a ${typeof page.position}.`, 'Write positions as text.')
        const bytes = Buffer.byteLength(page.position)
        if (bytes > MAX_POSITION) kit.broken(`A position has ${bytes} bytes.`, 'Keep in a position only from where to go on, not what was seen.')
      }
    },
  },
  {
    name: 'request_time_is_before_answer', promise: 'The time of a page is when its request was sent, by the clock of the hub.', touches: false, needs: ['read'],
    async run(kit) {
      const { clock } = kit.bench
      const began = clock.now()
      const { pages } = await kit.readWell(await kit.resource(), { pageSize: 5, pages: 20 })
      for (const page of pages) {
        if (page.requestedAt < began || page.requestedAt > clock.now()) kit.broken(`A page was asked for at ${page.requestedAt}; the read ran from ${began} to ${clock.now()}.`, 'Take the time from context.clock right before the request.')
      }
    },
  },
  {
    name: 'stops_when_told', promise: 'A read that is told to stop ends with an error at once, and is never complete.', touches: false, needs: ['read'],
    async run(kit) {
      const stop = new AbortController()
      const first = await kit.read(await kit.resource(), { pageSize: 1, signal: stop.signal, between: () => stop.abort(new Error('stopped by the check')) })
      if (first.pages.length > 2) kit.broken(`${first.pages.length} pages came though reading was stopped after the first.`, 'Look at the signal before each page and hand it to the driver.')
      if (first.pages.length > 1 && first.complete) kit.broken('A read that was stopped says that it is complete.', 'Throw the reason of the signal.')
      const never = new AbortController()
      never.abort(new Error('stopped by the check'))
      const none = await kit.read(await kit.resource(), { signal: never.signal })
      if (none.error === undefined) kit.broken('A read ran to its end though it was stopped before it began.', 'Call signal.throwIfAborted() before the first request.')
    },
  },
]
