import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { recordView } from '../record-view.ts'
import { iso, moment } from '../plain.ts'
import { recordAsJson, recordShape } from './records.ts'

const change = z.object({
  at: moment, kind: z.string(), field: z.string(), before: z.unknown(), after: z.unknown(), loser: z.object({ system: z.string(), value: z.unknown() }).nullable(), winner: z.string().nullable(), rule: z.string().nullable(),
  revision: z.number(),
})

export const record = endpoint({
  method: 'GET', path: '/records/{id}', name: 'getRecord',
  about: 'One golden record: its values and where each comes from, the records it joins, its history and its conflicts.',
  params: z.object({ id: z.string().max(500).describe('Id, or system/resource/key with `/` as %2F.') }),
  answer: recordShape.extend({
    provenance: z.array(z.object({
      field: z.string(), value: z.unknown(), system: z.string().nullable(), key: z.string().nullable(), by: z.enum(['system', 'steward', 'default', 'nobody']), rule: z.string(), at: moment.nullable(),
    })),
    links: z.array(z.object({
      system: z.string(), resource: z.string(), key: z.string().nullable(), state: z.string(), origin: z.string(), agrees: z.boolean(), seen_at: moment.nullable(), held: z.unknown(), altered: z.array(z.string()),
      open: z.object({ kind: z.string(), state: z.string(), reason: z.string().nullable() }).nullable(),
    })),
    questions: z.array(z.object({ kind: z.string(), with: z.string().nullable(), field: z.string().nullable(), says: z.string(), at: moment })),
    history: z.array(change), conflicts: z.array(change),
  }),
  async handle({ parts }, { params }) {
    const view = await recordView(parts.store, parts.runtime, params.id)
    return {
      ...recordAsJson(view.golden), provenance: [...view.fields], links: view.links.map((link) => ({ ...link, altered: [...link.altered] })),
      questions: view.golden.review.map((item) => ({ kind: item.kind, with: item.with ?? null, field: item.field ?? null, says: item.says, at: iso(item.at) })),
      history: [...view.history], conflicts: [...view.conflicts],
    }
  },
})
