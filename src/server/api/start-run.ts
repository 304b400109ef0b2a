import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

export const startRun = endpoint({
  method: 'POST', path: '/runs', name: 'startRun', status: 202,
  about: 'Reads now what a flow or a system sends, and delivers what follows. Without either everything that sends is read.',
  body: z.strictObject({
    flow: z.string().max(200).optional().describe('Only this flow.'), system: z.string().max(200).optional().describe('Only from this system.'),
    full: z.boolean().optional().describe('Whole lists, whatever the positions.'),
  }),
  answer: z.object({ run: z.string().describe('It is done when its state is no longer `running`.'), href: z.string() }),
  async handle({ worker }, { body }) {
    const id = await worker.readNow({
      ...(body.flow === undefined ? {} : { flow: body.flow }), ...(body.system === undefined ? {} : { system: body.system }), ...(body.full === undefined ? {} : { full: body.full }),
    })
    return { run: id, href: `/api/v1/runs/${id}` }
  },
})
