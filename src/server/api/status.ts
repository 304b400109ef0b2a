import { z } from 'zod'
import { status as statusOf } from '../../sync/status.ts'
import { endpoint } from '../endpoint.ts'

export const status = endpoint({
  method: 'GET', path: '/status', name: 'status',
  about: 'What is open, waits, is held or set aside, and when everything was last read.',
  answer: z.object({
    summary: z.record(z.string(), z.number()), plan: z.object({ name: z.string(), active: z.string().nullable(), changed: z.boolean() }), last_run: z.unknown(), open_run: z.string().nullable(),
    systems: z.array(z.unknown()), lanes: z.array(z.unknown()).describe('Lanes that were ever otherwise than well: since when, why, and when they are tried again.'), flows: z.array(z.unknown()), golden_records: z.record(z.string(), z.number()), open: z.array(z.unknown()), held: z.array(z.unknown()), shrunk: z.array(z.unknown()),
  }),
  async handle({ parts, worker }) {
    return { ...(await statusOf(parts)), open_run: worker.openRun ?? null } as never
  },
})
