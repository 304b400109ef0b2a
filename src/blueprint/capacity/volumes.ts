/** How many changes a plan expects, in numbers. */
import type { Flow, Plan } from '../../plan/model.ts'
import { perHour } from '../../plan/pace.ts'
import { readDuration } from '../../plan/times.ts'
import { isWrong, readGrowth, readShare } from '../../plan/values.ts'
import { entriesOf, keptAt, textOf } from '../derive/kept.ts'
import { volumeOf } from '../derive/business.ts'
import type { Load } from './model.ts'

const A_YEAR = { month: 12, quarter: 4, year: 1 } as const

export interface FlowVolume extends Load { readonly inAYear?: number }

/** `peak` is the flow's own, or the largest of the plan's peaks on what is usual. undefined: nothing is said. */
export function volumeIn(plan: Plan, flow: Flow): FlowVolume | undefined {
  const { usual, peak, growth } = volumeOf(keptAt(plan.written.get('flows'), flow.key))
  if (!usual && !peak) return undefined
  const times = Math.max(1, ...entriesOf(plan.written.get('performance'), 'peaks').flatMap(([, one]) => {
    const n = Number(textOf(one, 'times'))
    return Number.isFinite(n) ? [n] : []
  }))
  const usually = usual ? perHour(usual) : 0
  const most = Math.max(peak ? perHour(peak) : 0, usually * times)
  const grows = growth === undefined ? undefined : readGrowth(growth, 'growth')
  return { usual: usually, peak: most, ...(grows && !isWrong(grows) ? { inAYear: most * (1 + grows.value.of1) ** A_YEAR[grows.value.each] } : {}) }
}

export interface Wanted { readonly afterMs: number | undefined; readonly withinMs: number | undefined; readonly headroom: number | undefined; readonly text: { readonly after?: string; readonly within?: string; readonly headroom?: string } }

/** What `performance` wants to be held. */
export function wantedIn(plan: Plan): Wanted {
  const performance = plan.written.get('performance')
  const [after, within, headroom] = [textOf(performance, 'catch_up', 'after'), textOf(performance, 'catch_up', 'within'), textOf(performance, 'headroom')]
  const ms = (text: string | undefined): number | undefined => {
    const read = text === undefined ? undefined : readDuration(text, '')
    return read && !isWrong(read) ? read.value.ms : undefined
  }
  const share = headroom === undefined ? undefined : readShare(headroom, '')
  return {
    afterMs: ms(after), withinMs: ms(within), headroom: share && !isWrong(share) ? share.value.of1 : undefined,
    text: { ...(after === undefined ? {} : { after }), ...(within === undefined ? {} : { within }), ...(headroom === undefined ? {} : { headroom }) },
  }
}
