import { z } from 'zod'
import type { RunRow } from '../../store/rows.ts'
import { endpoint } from '../endpoint.ts'
import { offsetPage, pageOf, pageQuery } from '../paging.ts'
import { iso, isoOrNull, moment } from '../plain.ts'

export const runShape = z.object({
  run: z.string(), kind: z.enum(['sync', 'serve', 'retry']), state: z.enum(['running', 'ended', 'stopped', 'failed', 'crashed']), started_at: moment, ended_at: moment.nullable(),
  summary: z.record(z.string(), z.unknown()).nullable(),
})

export const runAsJson = (row: RunRow): z.input<typeof runShape> => ({
  run: row.id, kind: row.kind, state: row.state, started_at: iso(row.startedAt), ended_at: isoOrNull(row.endedAt), summary: row.summary as Record<string, unknown> | null,
})

export const runs = endpoint({
  method: 'GET', path: '/runs', name: 'listRuns',
  about: 'Runs, the newest first. While Plimsoll serves, a run is what is done between two moments of rest.',
  query: pageQuery, answer: pageOf(runShape),
  async handle({ parts }, { query }) {
    const { items, next } = await offsetPage(query, (limit) => parts.store.transaction((tx) => tx.runs(limit), { readOnly: true }))
    return { items: items.map(runAsJson), next }
  },
})
