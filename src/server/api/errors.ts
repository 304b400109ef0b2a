import { z } from 'zod'
import type { AsideRow } from '../../store/rows.ts'
import { endpoint } from '../endpoint.ts'
import { offsetPage, pageOf, pageQuery } from '../paging.ts'
import { iso, moment } from '../plain.ts'

const STATES = ['open', 'fixed', 'closed', 'discarded'] as const

export const errorShape = z.object({
  id: z.string(), state: z.enum(STATES), direction: z.enum(['in', 'out']).describe('in: read and not understood; out: a target refused it'), system: z.string(), resource: z.string(), entity: z.string(), record: z.string(),
  field: z.string().nullable(), value: z.string().nullable(), rule: z.string(), says: z.string(), mend: z.string(), at: moment, times: z.number().describe('How often it came again.'),
})

export const errorAsJson = (row: AsideRow): z.input<typeof errorShape> => ({
  id: row.id, state: row.state, direction: row.direction, system: row.system, resource: row.resource, entity: row.entity, record: row.key, field: row.field, value: row.value, rule: row.rule, says: row.says,
  mend: row.mend, at: iso(row.at), times: row.times,
})

export const errors = endpoint({
  method: 'GET', path: '/errors', name: 'listErrors',
  about: 'Records that were set aside, each with the reason and what mends it.',
  query: pageQuery.extend({ state: z.enum(STATES).optional().describe('Default: open and fixed.') }), answer: pageOf(errorShape),
  async handle({ parts }, { query }) {
    const states = query.state === undefined ? (['open', 'fixed'] as const) : [query.state]
    const { items, next } = await offsetPage(query, (limit) => parts.store.transaction((tx) => tx.asides({ states, limit }), { readOnly: true }))
    return { items: items.map(errorAsJson), next }
  },
})
