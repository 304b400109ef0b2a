/** A record as people name it: the id of a golden record, or `system/resource/key`. */
import { PlimsollError, registerErrors } from '../base/errors.ts'
import type { Transaction } from '../store/contract.ts'
import type { GoldenRow, LinkRow } from '../store/rows.ts'
import type { Runtime } from './runtime.ts'

registerErrors({
  'sync.no_record': { class: 'plan', hint: '`plimsoll records search <text>` finds records; name one by its id, or as system/resource/key.' },
})

export interface NamedRecord {
  /** The golden record as named; a merged one is not followed. */
  readonly named: GoldenRow
  /** What it is now. */
  readonly golden: GoldenRow
  /** The record that was named, if it was one of a system. */
  readonly link: LinkRow | undefined
}

export async function namedRecord(tx: Transaction, runtime: Runtime, name: string): Promise<NamedRecord> {
  const [known] = await tx.goldens([name])
  if (known) return { named: known, golden: await survivorOf(tx, known), link: undefined }
  for (const place of runtime.places.values()) {
    for (const prefix of [`${place.system}/${place.resource}/`, `${place.system}${place.resource}/`, `${place.system}/`]) {
      if (!name.startsWith(prefix)) continue
      const [link] = await tx.linksByKey(place, [name.slice(prefix.length)])
      const [golden] = link ? await tx.goldens([link.golden]) : []
      if (golden) return { named: golden, golden: await survivorOf(tx, golden), link }
    }
  }
  throw new PlimsollError('sync.no_record', `There is no record ${JSON.stringify(name)}.`)
}

async function survivorOf(tx: Transaction, row: GoldenRow): Promise<GoldenRow> {
  let at = row
  while (at.mergedInto !== null) {
    const [next] = await tx.goldens([at.mergedInto])
    if (!next) return at
    at = next
  }
  return at
}

/** How people name a record of a system. */
export const nameOfLink = (link: LinkRow): string => `${link.system}/${link.resource}/${link.key ?? '(due to be made)'}`
