/** Golden records that join records of several systems: what was recognised as the same. */
import { groupBy } from '../base/group.ts'
import type { EngineParts } from './engine.ts'

const PAGE = 1000

export interface Recognised {
  readonly entity: string
  /** `system resource key` of each record that was read. */
  readonly records: readonly string[]
}

/** Only those with a link above `knownLinks` (an id): 0 for all. */
export async function recognised(parts: Pick<EngineParts, 'store'>, knownLinks: number): Promise<Recognised[]> {
  const found: Recognised[] = []
  for (let after = ''; ; ) {
    const page = await parts.store.transaction(async (tx) => {
      const goldens = await tx.joinedAfter(after, PAGE)
      return { goldens, links: await tx.linksOfGoldens(goldens) }
    }, { readOnly: true })
    if (page.goldens.length === 0) return found
    after = page.goldens.at(-1)!
    for (const links of groupBy(page.links.filter((link) => link.origin === 'read' && link.state === 'live'), (link) => link.golden).values()) {
      if (links.some((link) => link.id > knownLinks)) found.push({ entity: links[0]!.entity, records: links.map((link) => `${link.system} ${link.resource} ${link.key}`) })
    }
  }
}
