/**
 * Records of a target that stand alone, by what they hold. A record that bears no identifier can't be recognised any other way:
 * when the store was lost, what the hub made once is found again instead of made twice (semantics §2.4, the same content).
 */
import type { Native } from '../base/numeral.ts'
import { canonical } from '../record/canonical.ts'
import type { Transaction } from '../store/contract.ts'
import type { GoldenRow, LinkRow } from '../store/rows.ts'
import { absorb } from './identify.ts'
import type { EntityRuntime, Place } from './runtime.ts'
import { identitiesIn } from './statements.ts'
import type { WorkingSet } from './working-set.ts'

const PAGE = 1000
/** Where users write too, two records of fewer words may well be two people. */
const ENOUGH = 3

export class LookAlikes {
  readonly #byContent = new Map<string, number[]>()

  static async of(tx: Transaction, place: Place): Promise<LookAlikes> {
    const found = new LookAlikes()
    for (let after = 0; ; ) {
      const page = await tx.linksAfter(place, ['live'], after, PAGE)
      if (page.length === 0) return found
      after = page.at(-1)!.id
      const siblings = new Map<string, number>()
      for (const link of await tx.linksOfGoldens(page.map((l) => l.golden))) if (link.state !== 'slot') siblings.set(link.golden, (siblings.get(link.golden) ?? 0) + 1)
      for (const link of page) if (link.origin === 'read' && siblings.get(link.golden) === 1) found.#add(place, link)
    }
  }

  get any(): boolean {
    return this.#byContent.size > 0
  }

  #add(place: Place, link: LinkRow): void {
    const content = contentOf(place, link.seen ?? {})
    if (content === undefined) return
    const ids = this.#byContent.get(content)
    if (ids) ids.push(link.id)
    else this.#byContent.set(content, [link.id])
  }

  /** Gives a golden record the record that holds exactly what a create would write; equal twins are paired off one to one. */
  async take(set: WorkingSet, entity: EntityRuntime, place: Place, golden: GoldenRow, sources: Readonly<Record<string, Native>>): Promise<boolean> {
    const content = isNamed(set, entity, place, golden) ? undefined : contentOf(place, sources)
    const ids = content === undefined ? undefined : this.#byContent.get(content)
    for (let id = ids?.shift(); id !== undefined; id = ids!.shift()) {
      set.addLinks(await set.tx.linksById([id]))
      const link = set.link(id)
      if (!link || link.golden === golden.id) continue
      await set.loadGoldens([link.golden])
      // Somebody else may have found it meanwhile, or have begun to write it elsewhere.
      const alone = set.linksOf(link.golden).every((other) => other.id === id || other.state === 'slot')
      if (link.state !== 'live' || !alone || set.golden(link.golden)?.established !== false) continue
      await set.loadCommands(set.linksOf(link.golden).map((other) => other.id))
      absorb(set, entity, link.golden, golden.id)
      return true
    }
    return false
  }
}

/** Does the place hold an identifier of this record? Then its content proves nothing. */
function isNamed(set: WorkingSet, entity: EntityRuntime, place: Place, golden: GoldenRow): boolean {
  return identitiesIn(set, entity, (field) => (place.fields.has(field) ? golden.values[field] : undefined)).length > 0
}

/** undefined: too little to tell anybody by. */
function contentOf(place: Place, seen: Readonly<Record<string, Native>>): string | undefined {
  const parts: string[] = []
  for (const name of [...place.written].toSorted()) {
    const field = place.fields.get(name)!
    if (!field.reads) continue
    const read = field.read(seen)
    if (read.is === 'value' && read.value !== null) parts.push(`${name}=${canonical(read.value, field.type)}`)
  }
  return parts.length < (place.sends ? ENOUGH : 1) ? undefined : parts.join('\n')
}
