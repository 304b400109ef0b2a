/** Whether the hub itself is large enough. */
import { HOUR } from '../../base/duration.ts'
import type { Plan } from '../../plan/model.ts'
import { HUB } from '../derive/infrastructure.ts'
import { entriesOf, textOf, textsOf } from '../derive/kept.ts'
import type { FlowLoad, HubLoad, Load } from './model.ts'

/**
 * Time of one core from the message of a source to the row of a target, everything on the disk: `cpu_ms_an_event` of
 * `npm run bench -- latency` (bench/results/latency.json), rounded up.
 */
const CPU_MS_A_RECORD = 2.5

export function hubLoad(plan: Plan, flows: readonly FlowLoad[]): HubLoad {
  const records = (at: keyof Load): number => flows.reduce((total, load) => total + load.receives.reduce((into, one) => into + one.recordsPerHour[at], 0), 0)
  const measuredPerHour = HOUR / CPU_MS_A_RECORD
  const nodes = entriesOf(plan.written.get('infrastructure'), 'nodes').filter(([, node]) => textsOf(node, 'runs').includes(HUB))
  const cores = nodes.reduce((total, [, node]) => total + Number.parseFloat(textOf(node, 'cpu') ?? '') * Number(textOf(node, 'count') ?? 1), 0)
  return {
    recordsPerHour: { usual: records('usual'), peak: records('peak') }, measuredPerHour, processes: Math.max(1, Math.ceil(records('peak') / measuredPerHour)),
    ...(cores > 0 ? { cores } : {}),
  }
}
