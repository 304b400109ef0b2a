import { z } from 'zod'
import { PlimsollError } from '../../base/errors.ts'
import type { Store } from '../../store/contract.ts'
import { type PastRun, pastRun } from '../../sync/past-runs.ts'
import { endpoint } from '../endpoint.ts'
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../paging.ts'
import { iso, moment, plain } from '../plain.ts'
import { runAsJson, runShape } from './runs.ts'

const ledgerRow = z.object({ system: z.string(), resource: z.string(), entity: z.string(), counts: z.record(z.string(), z.number()) })
const writeRow = z.object({
  system: z.string(), resource: z.string(), record: z.string(), operation: z.enum(['create', 'update', 'delete']), fields: z.array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() })), golden: z.string(), at: moment,
})

export const run = endpoint({
  method: 'GET', path: '/runs/{id}', name: 'getRun',
  about: 'One run with its ledger and, page by page, everything that it wrote, field by field.',
  params: z.object({ id: z.string().max(100) }), query: pageQuery, answer: runShape.extend({ ledger: z.array(ledgerRow), writes: pageOf(writeRow) }),
  async handle({ parts }, { params, query }) {
    const after = decodeCursor(query.cursor)
    const { row, ledger } = await runOf(parts.store, params.id)
    const writes = await parts.store.transaction((tx) => tx.writes(params.id, Number(after) || 0, query.limit + 1), { readOnly: true })
    const shown = writes.slice(0, query.limit)
    return {
      ...runAsJson(row), ledger: ledger.map((place) => ({ ...place, counts: { ...place.counts } })),
      writes: {
        items: shown.map((write) => ({
          system: write.system, resource: write.resource, record: write.record, operation: write.operation, fields: write.fields.map(({ field, before, after }) => ({ field, before: plain(before), after: plain(after) })), golden: write.golden, at: iso(write.at),
        })),
        next: writes.length > query.limit ? encodeCursor(String(shown.at(-1)!.row)) : null,
      },
    }
  },
})

/** With its ledger. */
export async function runOf(store: Store, id: string): Promise<PastRun> {
  const found = await pastRun(store, id)
  if (!found) throw new PlimsollError('api.not_found', `There is no run ${JSON.stringify(id)}.`)
  return found
}
