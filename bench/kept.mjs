// What a store holds, as one digest that does not depend on ids, times and the order of arrival.
import { createHash } from 'node:crypto'
import { openSqliteStore } from '../dist/store/sqlite/store.js'

const PAGE = 2000

/** `of`: the first keys only, by which a shorter run can be compared. */
export async function digestOf(file, entity, { only } = {}) {
  const store = openSqliteStore(file)
  const lines = []
  try {
    for (let after = ''; ;) {
      const page = await store.transaction(async (tx) => {
        const goldens = await tx.goldensAfter(entity, after, PAGE)
        const links = await tx.linksOfGoldens(goldens.map((golden) => golden.id))
        return { goldens, links, claims: await tx.claimsOfLinks(links.map((link) => link.id)) }
      }, { readOnly: true })
      if (page.goldens.length === 0) break
      after = page.goldens.at(-1).id
      const links = new Map(page.links.map((link) => [link.id, link]))
      const ofGolden = Map.groupBy ? Map.groupBy(page.links, (link) => link.golden) : grouped(page.links)
      const claims = new Map(page.links.map((link) => [link.id, []]))
      for (const claim of page.claims) claims.get(claim.link).push([claim.kind, plain(claim.value)])
      for (const golden of page.goldens) for (const link of ofGolden.get(golden.id) ?? []) {
        if (only && !only.has(link.key)) continue
        const from = Object.fromEntries(Object.entries(golden.from).map(([field, { link: id, time, rule }]) => [field, { key: links.get(id)?.key, time, rule }]))
        const seen = Object.fromEntries(Object.entries(link.seen ?? {}))
        lines.push(JSON.stringify([link.key, sorted(golden.values), sorted(from), sorted(seen), link.seenFrom > 0 && link.seenTo > 0, golden.rev, claims.get(link.id)]))
      }
    }
  } finally {
    await store.close()
  }
  return { records: lines.length, digest: createHash('sha256').update(lines.sort().join('\n')).digest('hex'), first: lines[0] }
}

/** The order of fields says nothing. */
const sorted = (object) => Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)))
const plain = (canonical) => (canonical.startsWith('"') ? JSON.parse(canonical) : canonical)

function grouped(links) {
  const groups = new Map()
  for (const link of links) groups.set(link.golden, [...(groups.get(link.golden) ?? []), link])
  return groups
}
