import { z } from 'zod'
import { release } from '../../sync/release.ts'
import { endpoint } from '../endpoint.ts'

export const releases = endpoint({
  method: 'POST', path: '/releases', name: 'release',
  about: 'Lets go what the brake holds at one place: exactly the list that /status names, or a source that shrank.',
  body: z.strictObject({
    system: z.string().max(200), resource: z.string().max(500), list: z.string().max(100).optional().describe('Release only if this is still the list.'),
    discard: z.boolean().optional().describe('Give the held writes up instead.'), who: z.string().max(200).default('api'), why: z.string().max(2000).default(''),
  }),
  answer: z.object({ writes: z.number(), list: z.string().nullable(), shrunk: z.object({ was: z.number(), now: z.number() }).nullable() }),
  async handle({ parts, worker }, { body }) {
    const done = await worker.between(() => release(parts, {
      system: body.system, resource: body.resource, who: body.who, why: body.why, ...(body.list === undefined ? {} : { list: body.list }), ...(body.discard === undefined ? {} : { discard: body.discard }),
    }))
    return { writes: done.held?.writes.length ?? 0, list: done.held?.list ?? null, shrunk: done.shrunk ? { was: done.shrunk.was, now: done.shrunk.now } : null }
  },
})
