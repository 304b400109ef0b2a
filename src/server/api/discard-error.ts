import { z } from 'zod'
import { discard } from '../../sync/repair.ts'
import { endpoint } from '../endpoint.ts'
import { errorId } from './error.ts'
import { errorAsJson, errorShape } from './errors.ts'

export const discardError = endpoint({
  method: 'POST', path: '/errors/{id}/discard', name: 'discardError',
  about: 'Gives the record up as it is now; another value of its source is looked at again.',
  params: errorId, body: z.strictObject({}), answer: errorShape,
  async handle({ parts, worker }, { params }) {
    const [row] = await worker.between(() => discard(parts, [params.id]))
    return errorAsJson(row!)
  },
})
