/** What a resource yields, made ready for intake page by page. */
import type { Clock } from '../base/clock.ts'
import type { BrokenRecord, Page, ReadOptions, Resource } from '../systems/contract.ts'
import { type Newcomers } from './newcomer.ts'
import { type Interval, type Prepared, prepare } from './prepare.ts'
import type { Place } from './runtime.ts'

export interface ReadyPage extends Pick<Page, 'position' | 'complete' | 'ended' | 'notes'> {
  readonly records: readonly Prepared[]
  /** Keys of which the system says that they no longer exist. */
  readonly deleted: readonly string[]
  readonly broken: readonly BrokenRecord[]
}

/** Reads on this thread. `newcomers`: nothing is known of the place, so every record is looked at as one that nobody knows. */
export async function* readyPages(resource: Resource, place: Place, options: ReadOptions, clock: Clock, newcomers: Newcomers | null): AsyncGenerator<ReadyPage> {
  for await (const page of resource.read(options)) {
    const interval: Interval = { from: page.requestedAt - resource.traits.listLagMs, to: clock.now() }
    const records: Prepared[] = []
    const deleted: string[] = []
    for (const record of page.records) {
      if (record.deleted) deleted.push(record.key)
      else records.push(prepare(place, record, interval, newcomers))
    }
    const { position, complete, ended, notes } = page
    yield {
      records, deleted, broken: page.broken ?? [],
      ...(position === undefined ? {} : { position }), ...(complete === undefined ? {} : { complete }), ...(ended === undefined ? {} : { ended }), ...(notes === undefined ? {} : { notes }),
    }
  }
}

/** Reads on another thread, where that is worth it; undefined: it is read here. */
export type ReadApart = (place: Place, resource: Resource, options: ReadOptions & { readonly first: boolean }) => Promise<AsyncIterable<ReadyPage> | undefined>
