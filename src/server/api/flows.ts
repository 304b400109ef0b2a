import { z } from 'zod'
import type { LaneStatus } from '../../sync/serve.ts'
import { status } from '../../sync/status.ts'
import { endpoint } from '../endpoint.ts'
import { isoOrNull, moment } from '../plain.ts'

export const flows = endpoint({
  method: 'GET', path: '/flows', name: 'listFlows',
  about: 'The flows of the plan: between which systems, when each sender is read, and how old what is known is.',
  answer: z.object({
    items: z.array(z.object({
      flow: z.string(), name: z.string(), entity: z.string(), runs: z.boolean(), because: z.array(z.string()).describe('Why it does not run.'), criticality: z.string(),
      ends: z.array(z.object({ system: z.string(), sends: z.boolean(), receives: z.boolean() })),
      read_at: moment.nullable(), age_seconds: z.number().nullable(), freshness_seconds: z.number().nullable(), stale: z.boolean(), deadline: moment.nullable().describe('When it becomes, or became, stale.'), late: z.string().describe('What is late.'),
      reads: z.array(z.object({ system: z.string(), trigger: z.string(), whole: z.boolean(), next_at: moment.nullable(), last_at: moment.nullable(), under_way: z.boolean() })),
    })),
  }),
  async handle({ parts, worker }) {
    const known = new Map((await status(parts)).flows.map((flow) => [flow.flow, flow]))
    const lanes = await worker.lanes()
    return {
      items: [...parts.runtime.plan.flows.values()].map((flow) => {
        const now = known.get(flow.key)!
        return {
          flow: flow.key, name: flow.name, entity: flow.entity, runs: now.runs, because: [...now.because], criticality: flow.criticality,
          ends: flow.ends.map(({ system, sends, receives }) => ({ system, sends, receives })),
          read_at: now.read_at, age_seconds: now.age_seconds, freshness_seconds: now.freshness_seconds, stale: now.stale, deadline: now.deadline, late: now.late,
          reads: lanes.filter(({ lane }) => lane.flow === flow.key).map((row) => ({
            system: row.lane.system, trigger: triggerInWords(row.lane), whole: row.lane.full, next_at: isoOrNull(row.nextAt), last_at: isoOrNull(row.lastAt), under_way: row.underWay,
          })),
        }
      }),
    }
  },
})

export function triggerInWords({ trigger, full }: LaneStatus['lane']): string {
  const parts = [
    trigger.event ? 'when the system calls' : '', trigger.file ? 'when a file arrives' : '', trigger.every ? `${full ? 'whole, ' : ''}every ${trigger.every.text}` : '',
    trigger.at.length > 0 ? `at ${trigger.at.join(', ')}${trigger.days === undefined ? '' : ` on ${trigger.days}`}` : '', trigger.cron === undefined ? '' : `cron ${trigger.cron}`, trigger.onDemand ? 'on demand' : '',
  ].filter((part) => part !== '')
  return parts.join('; ')
}
