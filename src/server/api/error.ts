import { z } from 'zod'
import type { Native } from '../../base/numeral.ts'
import { aside } from '../../sync/repair.ts'
import { endpoint } from '../endpoint.ts'
import { plain } from '../plain.ts'
import { errorAsJson, errorShape } from './errors.ts'

export const errorId = z.object({ id: z.string().max(100) })

export const error = endpoint({
  method: 'GET', path: '/errors/{id}', name: 'getError',
  about: 'One record that was set aside, with everything that was read of it or was to be written.',
  params: errorId, answer: errorShape.extend({ raw: z.record(z.string(), z.unknown()) }),
  async handle({ parts }, { params }) {
    const row = await parts.store.transaction((tx) => aside(tx, params.id), { readOnly: true })
    return { ...errorAsJson(row), raw: plain(row.raw as Native) as Record<string, unknown> }
  },
})
