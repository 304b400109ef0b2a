import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { offsetPage, pageOf, pageQuery } from '../paging.ts'
import { iso, moment } from '../plain.ts'

export const review = endpoint({
  method: 'GET', path: '/review', name: 'listReview',
  about: 'Golden records that want a person’s decision.',
  query: pageQuery,
  answer: pageOf(z.object({
    id: z.string(), entity: z.string(), values: z.record(z.string(), z.unknown()),
    questions: z.array(z.object({ kind: z.string(), with: z.string().nullable(), field: z.string().nullable(), says: z.string(), at: moment })),
  })),
  async handle({ parts }, { query }) {
    const { items, next } = await offsetPage(query, (limit) => parts.store.transaction((tx) => tx.goldensInReview(limit), { readOnly: true }))
    return {
      next, items: items.map((row) => ({
        id: row.id, entity: row.entity, values: { ...row.values },
        questions: row.review.map((item) => ({ kind: item.kind, with: item.with ?? null, field: item.field ?? null, says: item.says, at: iso(item.at) })),
      })),
    }
  },
})
