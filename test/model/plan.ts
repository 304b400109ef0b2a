/** The plan of a run and what may change in it. Names on the left are those of the model; what they are called now stands here. */
export type System = 'a' | 'b' | 'c'
export const SYSTEMS: readonly System[] = ['a', 'b', 'c']
export const THINGS = ['T1', 'T2', 'T3'] as const
/** Native paths; the model speaks of fields by these. */
export const FIELDS = ['f', 'g', 'n', 'h'] as const
export type Field = (typeof FIELDS)[number]

export interface PlanState {
  /** Number of the change that gave each its name; 0: the first one. */
  readonly names: { readonly entity: number; readonly flow: number; readonly c: number; readonly f: number }
  /** Field h is in the plan. */
  readonly h: boolean
  readonly owner: System | 'plimsoll'
  readonly f: 'latest' | 'longest'
  /** Records of C that are marked `out` do not count. */
  readonly filter: boolean
  readonly c: 'both' | 'receives' | 'sends' | 'removed'
  /** B's mapping of f says one transform more. */
  readonly transform: boolean
  readonly whenDeleted: 'ignore' | 'delete' | 'archive'
}

export const CHANGES = {
  'field-added-or-removed': (plan: PlanState): PlanState => ({ ...plan, h: !plan.h }),
  'owner-moved': (plan) => ({ ...plan, owner: plan.owner === 'a' ? 'b' : plan.owner === 'b' ? 'plimsoll' : 'a' }),
  'rule-changed': (plan) => ({ ...plan, f: plan.f === 'latest' ? 'longest' : 'latest' }),
  'filter-changed': (plan) => ({ ...plan, filter: !plan.filter }),
  'mapping-changed': (plan) => ({ ...plan, transform: !plan.transform }),
  'direction-changed': (plan) => ({ ...plan, c: plan.c === 'both' ? 'receives' : plan.c === 'receives' ? 'sends' : 'both' }),
  'system-removed-or-back': (plan) => ({ ...plan, c: plan.c === 'removed' ? 'both' : 'removed' }),
  'system-renamed': (plan) => ({ ...plan, names: { ...plan.names, c: plan.names.c + 1 } }),
  'flow-renamed': (plan) => ({ ...plan, names: { ...plan.names, flow: plan.names.flow + 1 } }),
  'entity-renamed': (plan) => ({ ...plan, names: { ...plan.names, entity: plan.names.entity + 1 } }),
  'field-renamed': (plan) => ({ ...plan, names: { ...plan.names, f: plan.names.f + 1 } }),
} as const satisfies Record<string, (plan: PlanState) => PlanState>
export type ChangeName = keyof typeof CHANGES

const named = (base: string, n: number): string => (n === 0 ? base : `${base}_${n}`)
const was = (base: string, n: number): string => (n === 0 ? '' : `was: [${Array.from({ length: n }, (_, i) => named(base, i)).join(', ')}], `)

/** Every name that C had. */
export const namesOfC = (plan: PlanState): string[] => Array.from({ length: plan.names.c + 1 }, (_, n) => named('c', n))
export const nameOf = (plan: PlanState, system: System): string => (system === 'c' ? named('c', plan.names.c) : system)
export const entityOf = (plan: PlanState): string => named('thing', plan.names.entity)
/** The golden field of a native path. */
export const fieldOf = (plan: PlanState, field: Field): string => (field === 'f' ? named('f', plan.names.f) : field)
export const fieldsOf = (plan: PlanState): Field[] => FIELDS.filter((field) => field !== 'h' || plan.h)
export const sends = (plan: PlanState, system: System): boolean => system !== 'c' || plan.c === 'both' || plan.c === 'sends'
export const receives = (plan: PlanState, system: System): boolean => system !== 'c' || plan.c === 'both' || plan.c === 'receives'
export const inPlan = (plan: PlanState, system: System): boolean => system !== 'c' || plan.c !== 'removed'

export function planText(plan: PlanState): string {
  const f = fieldOf(plan, 'f')
  const hold = (system: System): string => {
    const fields = ['code: code', `${f}: ${system === 'b' && plan.transform ? '{ path: f, transform: trim }' : 'f'}`, 'g: g', 'n: n', ...(plan.h ? ['h: h'] : [])]
    const filter = system === 'c' && plan.filter ? `, where: 'record.kind != "out"'` : ''
    return `{ ${system === 'c' ? was('c', plan.names.c) : ''}connector: simulated, holds: { ${entityOf(plan)}: { resource: thing, key: id, fields: { ${fields.join(', ')} }, archived: { state: resting }${filter} } } }`
  }
  const c = nameOf(plan, 'c')
  const ends = { both: `between: [a, b, ${c}]`, receives: `between: [a, b], to: ${c}`, sends: `between: [a, b], from: ${c}`, removed: 'between: [a, b]' }[plan.c]
  const owner = plan.owner === 'plimsoll' ? 'latest' : plan.owner
  return `
plimsoll: 1
name: Model
systems:
  a: ${hold('a')}
  b: ${hold('b')}${inPlan(plan, 'c') ? `\n  ${c}: ${hold('c')}` : ''}
entities:
  ${entityOf(plan)}:
    ${plan.names.entity > 0 ? was('thing', plan.names.entity).replace(/, $/, '\n    ') : ''}identifiers: [code]
    golden: { home: plimsoll, by_field: { ${f}: ${plan.f}, g: ${owner}, n: latest${plan.h ? ', h: latest' : ''} } }
    fields: { code: text, ${f}: ${plan.names.f > 0 ? `{ type: text, ${was('f', plan.names.f).replace(/, $/, '')} }` : 'text'}, g: text, n: decimal${plan.h ? ', h: text' : ''} }
flows:
  ${named('things', plan.names.flow)}: { ${was('things', plan.names.flow)}entity: ${entityOf(plan)}, ${ends}, when_deleted: ${plan.whenDeleted}, trigger: { every: 20 seconds, event: true } }
`
}
