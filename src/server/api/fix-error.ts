import { z } from 'zod'
import { fix } from '../../sync/repair.ts'
import { endpoint } from '../endpoint.ts'
import { errorId } from './error.ts'
import { errorAsJson, errorShape } from './errors.ts'

export const fixError = endpoint({
  method: 'POST', path: '/errors/{id}/fix', name: 'fixError',
  about: 'Says which values shall count instead of the wrong ones; a retry then takes the record in, or delivers it.',
  params: errorId,
  body: z.strictObject({
    values: z.record(z.string().max(200), z.string().max(10_000)).describe('Field → right value, as the plan writes values.'), who: z.string().max(200).default('api'), why: z.string().max(2000).default(''),
  }),
  answer: errorShape,
  async handle({ parts, worker }, { params, body }) {
    const row = await worker.between(() => fix(parts, { id: params.id, values: new Map(Object.entries(body.values)), who: body.who, why: body.why }))
    return errorAsJson(row)
  },
})
