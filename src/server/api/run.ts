import { z } from 'zod'
import { PlimsollError } from '../../base/errors.ts'
import type { Store } from '../../store/contract.ts'
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
    const { row, ledger } = await ledgerOf(parts.store, params.id)
    const writes = await parts.store.transaction((tx) => tx.writes(params.id, Number(after) || 0, query.limit + 1), { readOnly: true })
    const shown = writes.slice(0, query.limit)
    return {
      ...runAsJson(row), ledger: [...ledger],
      writes: {
        items: shown.map((write) => ({
          system: write.system, resource: write.resource, record: write.record, operation: write.operation, fields: write.fields.map(({ field, before, after }) => ({ field, before: plain(before), after: plain(after) })), golden: write.golden, at: iso(write.at),
        })),
        next: writes.length > query.limit ? encodeCursor(String(shown.at(-1)!.row)) : null,
      },
    }
  },
})

export type Ledger = readonly { readonly system: string; readonly resource: string; readonly entity: string; readonly counts: Record<string, number> }[]

export function ledgerOf(store: Store, id: string): Promise<{ row: Parameters<typeof runAsJson>[0]; ledger: Ledger }> {
  return store.transaction(async (tx) => {
    const row = (await tx.runs(20_000)).find((one) => one.id === id)
    if (!row) throw new PlimsollError('api.not_found', `There is no run ${JSON.stringify(id)}.`)
    const places = new Map<string, { system: string; resource: string; entity: string; counts: Record<string, number> }>()
    for (const { system, resource, entity, count, n } of await tx.ledger(id)) {
      const key = JSON.stringify([system, resource, entity])
      const place = places.get(key) ?? { system, resource, entity, counts: {} }
      place.counts[count] = (place.counts[count] ?? 0) + n
      places.set(key, place)
    }
    return { row, ledger: [...places.values()].toSorted((a, b) => (`${a.system}/${a.resource}` < `${b.system}/${b.resource}` ? -1 : 1)) }
  }, { readOnly: true })
}
