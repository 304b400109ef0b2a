/** Golden records that join records of several systems: what was recognised as the same. */
import { groupBy } from '../base/group.ts'
import type { EngineParts } from './engine.ts'

export interface Recognised {
  readonly entity: string
  /** `system resource key` of each record that was read. */
  readonly records: readonly string[]
}

/** Only those with a link above `knownLinks` (an id): 0 for all. */
export async function recognised(parts: Pick<EngineParts, 'store' | 'runtime'>, knownLinks: number): Promise<Recognised[]> {
  const found: Recognised[] = []
  for (const entity of parts.runtime.entities.keys()) {
    for (let after = ''; ; ) {
      const page = await parts.store.transaction(async (tx) => {
        const goldens = await tx.goldensAfter(entity, after, 1000)
        return { goldens, links: await tx.linksOfGoldens(goldens.map((golden) => golden.id)) }
      }, { readOnly: true })
      if (page.goldens.length === 0) break
      after = page.goldens.at(-1)!.id
      const byGolden = groupBy(page.links.filter((link) => link.origin === 'read' && link.state === 'live'), (link) => link.golden)
      for (const links of byGolden.values()) {
        if (new Set(links.map((link) => `${link.system}/${link.resource}`)).size > 1 && links.some((link) => link.id > knownLinks)) {
          found.push({ entity, records: links.map((link) => `${link.system} ${link.resource} ${link.key}`) })
        }
      }
    }
  }
  return found
}
