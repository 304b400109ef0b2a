/** How people are told which record is written: by its key, or by where it comes from. */
import type { LinkName } from '../store/rows.ts'
import type { Work } from './working-set.ts'

/** This run made it. */
export const madeNow = (work: Work, link: LinkName): boolean => link.origin === 'made' && link.seenFrom >= work.startedAt

/** A record is named by its key; one that this run makes or made, by a record that it comes from: so a preview can name it too. */
export function recordName(work: Work, link: LinkName, others: readonly LinkName[]): string {
  if (link.key !== null && !madeNow(work, link)) return link.key
  let origin: LinkName | undefined
  for (const other of others) if (other.state === 'live' && other.key !== null && !madeNow(work, other) && (!origin || before(work, other, origin))) origin = other
  return origin ? `new, from ${origin.system} ${origin.resource} ${origin.key}` : (link.key ?? `new, ${link.golden}`)
}

function before(work: Work, a: LinkName, b: LinkName): boolean {
  const rank = (link: LinkName): number => work.runtime.rank.get(link.system) ?? 0
  return rank(a) === rank(b) ? a.resource + a.key! < b.resource + b.key! : rank(a) < rank(b)
}
