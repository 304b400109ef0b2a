import { z } from 'zod'
import { PlimsollError } from '../../base/errors.ts'
import type { Transaction } from '../../store/contract.ts'
import type { GoldenRow } from '../../store/rows.ts'
import { endpoint } from '../endpoint.ts'
import { decodeCursor, encodeCursor, offsetPage, pageOf, pageQuery } from '../paging.ts'
import { iso, moment } from '../plain.ts'

export const recordsQuery = pageQuery.extend({
  text: z.string().max(200).optional().describe('In a value; or a key, or an id.'), entity: z.string().max(200).optional(),
})
export const recordShape = z.object({
  id: z.string(), entity: z.string(), state: z.enum(['live', 'archived', 'ended']), revision: z.number(), values: z.record(z.string(), z.unknown()), review: z.number().describe('Open questions.'), created_at: moment,
})

export const recordAsJson = (row: GoldenRow): z.input<typeof recordShape> => ({
  id: row.id, entity: row.entity, state: row.state, revision: row.rev, values: { ...row.values }, review: row.review.length, created_at: iso(row.createdAt),
})

export const records = endpoint({
  method: 'GET', path: '/records', name: 'searchRecords',
  about: 'Golden records that contain a text, or all of them, entity after entity.',
  query: recordsQuery, answer: pageOf(recordShape),
  async handle({ parts }, { query }) {
    const entities = [...parts.runtime.entities.keys()]
    if (query.entity !== undefined && !entities.includes(query.entity)) throw new PlimsollError('api.not_found', `The plan has no entity ${JSON.stringify(query.entity)}.`)
    const { items, next } = await recordPage(entities, query, (work) => parts.store.transaction(work, { readOnly: true }))
    return { items: items.map(recordAsJson), next }
  },
})

export function recordPage(entities: readonly string[], query: z.output<typeof recordsQuery>, read: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>): Promise<{ items: readonly GoldenRow[]; next: string | null }> {
  const { text, entity, limit } = query
  if (text !== undefined && text !== '') return offsetPage(query, (n) => read((tx) => tx.search({ text, limit: n, ...(entity === undefined ? {} : { entity }) })))
  return read(async (tx) => {
    const at = decodeCursor(query.cursor)
    const colon = at.indexOf(':')
    const [from, after] = colon < 0 ? [entity ?? entities[0], ''] : [at.slice(0, colon), at.slice(colon + 1)]
    const order = entity === undefined ? entities.slice(Math.max(0, entities.indexOf(from ?? ''))) : [entity]
    const found: GoldenRow[] = []
    for (const name of order) {
      if (found.length > limit) break
      let last = name === from ? after : ''
      while (found.length <= limit) {
        const rows = await tx.goldensAfter(name, last, limit + 1)
        found.push(...rows.filter((row) => row.mergedInto === null))
        if (rows.length <= limit) break
        last = rows.at(-1)!.id
      }
    }
    const items = found.slice(0, limit)
    const end = items.at(-1)
    return { items, next: found.length > limit && end ? encodeCursor(`${end.entity}:${end.id}`) : null }
  })
}
