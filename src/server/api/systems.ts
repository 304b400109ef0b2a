import { z } from 'zod'
import { status } from '../../sync/status.ts'
import { endpoint } from '../endpoint.ts'
import { moment } from '../plain.ts'

export const systems = endpoint({
  method: 'GET', path: '/systems', name: 'listSystems',
  about: 'The systems of the plan: what each holds, sends and receives, and how it is.',
  answer: z.object({
    items: z.array(z.object({
      system: z.string(), name: z.string(), category: z.string(), connector: z.string().nullable(), mode: z.string(), ok: z.boolean().describe('It works, and the last read of each resource succeeded.'),
      state: z.enum(['ok', 'failing', 'paused', 'dead', 'stale']).describe('failing: tried again by itself; paused: a person is needed; dead: its work broke or fell silent and is replaced.'), since: moment.nullable(),
      says: z.string().nullable(), failures: z.number().describe('Attempts that failed in a row.'), next_attempt: moment.nullable(),
      problem: z.object({ code: z.string(), says: z.string(), hint: z.string() }).nullable(),
      resources: z.array(z.looseObject({ resource: z.string(), entity: z.string(), sends: z.boolean(), receives: z.boolean(), records: z.number() })),
    })),
  }),
  async handle({ parts }) {
    const { systems: known } = await status(parts)
    return {
      items: [...parts.runtime.plan.systems.values()].map((system) => {
        const now = known.find((one) => one.system === system.key)
        const failure = parts.connections.failure(system.key)
        return {
          system: system.key, name: system.name, category: system.category, connector: system.connector ?? null, mode: system.mode, ok: now?.ok !== false && failure === undefined,
          state: now?.state ?? 'ok', since: now?.since ?? null, says: now?.says ?? null, failures: now?.failures ?? 0, next_attempt: now?.next_attempt ?? null,
          problem: failure ? { code: failure.code, says: failure.message, hint: failure.hint } : null, resources: (now?.resources ?? []) as never,
        }
      }),
    }
  },
})
