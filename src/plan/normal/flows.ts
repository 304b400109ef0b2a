import type { End, Flow, Trigger } from '../model.ts'
import { labelOf } from '../names.ts'
import { readDuration } from '../times.ts'
import type { Node } from '../tree.ts'
import { type Duration, type Name, readShare } from '../values.ts'
import { at, entriesAt, flagAt, given, overlay, textAt, textsAt, valueAt } from './reading.ts'

const QUARTER_HOUR: Duration = { text: '15 minutes', ms: 900_000, working: false }
const HOUR: Duration = { text: '1 hour', ms: 3_600_000, working: false }
const FIFTH = { text: '20%', of1: 0.2 }

export interface FlowContext {
  /** System → its place in the order of the plan. */
  readonly rank: ReadonlyMap<Name, number>
  readonly defaults?: Node
  /** `environments.<name>.flows`, if an environment is chosen. */
  readonly there?: Node
  /** Whether a sender can call Plimsoll for this entity. */
  readonly canPush: (system: Name, entity: Name) => boolean
}

/** The systems that send, as written: `from` and `between`. */
export const sendersOf = (flow: Node): readonly Name[] => [...entriesAt(flow, 'from'), ...entriesAt(flow, 'between')].map((e) => e.key)

export function flow(key: Name, written: Node, context: FlowContext): Omit<Flow, 'notRunnable'> {
  const node = overlay(context.defaults, written)!
  const there = at(context.there, key)
  return {
    key,
    name: textAt(node, 'name') ?? labelOf(key),
    was: textsAt(node, 'was'),
    entity: textAt(node, 'entity') ?? '',
    ends: ends(node, there, context),
    where: textsAt(node, 'where'),
    whenDeleted: (textAt(node, 'when_deleted') ?? 'ignore') as Flow['whenDeleted'],
    brake: {
      share: valueAt(at(node, 'brake'), 'share', readShare) ?? FIFTH,
      ...given({ records: textAt(node, 'brake', 'records') === undefined ? undefined : Number(textAt(node, 'brake', 'records')) }),
    },
    criticality: (textAt(node, 'criticality') ?? 'normal') as Flow['criticality'],
    ...given({
      freshness: valueAt(at(node, 'service_level', 'freshness'), 'within', readDuration),
      paused: textAt(there, 'paused') ?? textAt(node, 'paused'),
      liveFrom: textAt(node, 'live_from'),
      liveUntil: textAt(node, 'live_until'),
    }),
  }
}

function ends(node: Node, there: Node | undefined, context: FlowContext): readonly End[] {
  const entity = textAt(node, 'entity') ?? ''
  const found = new Map<Name, { sends: boolean; receives: boolean; own: Node | undefined }>()
  for (const [key, sends, receives] of [['from', true, false], ['to', false, true], ['between', true, true]] as const) {
    for (const e of entriesAt(node, key)) {
      const before = found.get(e.key)
      found.set(e.key, { sends: sends || before?.sends === true, receives: receives || before?.receives === true, own: overlay(before?.own, e.value) })
    }
  }
  const { rank } = context
  return [...found].filter(([system]) => rank.has(system)).toSorted(([a], [b]) => rank.get(a)! - rank.get(b)!).map(([system, side]): End => {
    const written = at(there, 'trigger') ?? at(side.own, 'trigger') ?? at(node, 'trigger')
    const writes = at(side.own, 'writes') ?? at(node, 'writes')
    const may = textsAt(side.own, 'may')
    return {
      system, sends: side.sends, receives: side.receives,
      trigger: trigger(written, side.sends && context.canPush(system, entity)),
      where: textsAt(side.own, 'where'),
      may: new Set<'create' | 'update'>(may.length > 0 ? may as ('create' | 'update')[] : ['create', 'update']),
      writes: writes?.is === 'list' ? new Set(writes.items.flatMap((item) => (item.is === 'text' ? [item.text] : []))) : 'all',
    }
  })
}

/** An event always brings a sweep, which finds what a lost call left. */
function trigger(node: Node | undefined, canPush: boolean): Trigger {
  const at = textsAt(node, 'at')
  const cron = textAt(node, 'cron')
  const onDemand = flagAt(node, 'on_demand')
  const file = textAt(node, 'file') !== undefined
  const every = valueAt(node, 'every', readDuration)
  const nothingSaid = every === undefined && at.length === 0 && cron === undefined && !onDemand && !file && textAt(node, 'event') === undefined
  const event = nothingSaid ? canPush : flagAt(node, 'event')
  return {
    ...given({ every: every ?? (event ? HOUR : nothingSaid ? QUARTER_HOUR : undefined), days: textAt(node, 'days'), cron }),
    at, event, file, onDemand,
    missed: textAt(node, 'missed') === 'skip' ? 'skip' : 'once',
  }
}
