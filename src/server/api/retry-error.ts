import { z } from 'zod'
import { retry } from '../../sync/repair.ts'
import { endpoint } from '../endpoint.ts'
import { errorId } from './error.ts'

export const retryError = endpoint({
  method: 'POST', path: '/errors/{id}/retry', name: 'retryError',
  about: 'Takes the record in, or delivers it, once more.',
  params: errorId, body: z.strictObject({}),
  answer: z.object({ id: z.string(), outcome: z.enum(['arrived', 'set_aside_again', 'waits', 'gone', 'read_again_later']).nullable(), says: z.string().nullable(), run: z.string() }),
  async handle({ parts, worker, signal }, { params }) {
    const { entries, report } = await worker.between(() => retry(parts, [params.id], { signal, patienceMs: 0 }))
    const entry = entries[0]
    return { id: entry?.id ?? params.id, outcome: entry?.outcome ?? null, says: entry?.says ?? 'It is no longer open.', run: report.run }
  },
})
