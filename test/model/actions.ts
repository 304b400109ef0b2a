/** What may happen in a run, drawn by fast-check: sequences perturb one common state with few keys, so that things collide. */
import fc from 'fast-check'
import { VICES, type ViceName } from '../../src/rehearse/systems/vices.ts'
import { CHANGES, type ChangeName, type Field, FIELDS, type PlanState, type System, SYSTEMS, THINGS } from './plan.ts'

/** What a user does. */
export type Act =
  | { readonly does: 'edit'; readonly system: System; readonly thing: string; readonly field: Field; readonly how: 'text' | 'long' | 'refused' | 'null'; readonly second: Field | undefined }
  | { readonly does: 'remove'; readonly system: System; readonly thing: string }
  | { readonly does: 'mark'; readonly thing: string }

/** Users act while the product works: before or after its n-th call to a system. */
export interface During { readonly call: number; readonly act: Act }
/** The engine is thrown away at its n-th step: a transaction, or a call, before or after it. */
export interface Crash { readonly at: number }

export type Action =
  | Act
  | { readonly does: 'sync'; readonly full: boolean; readonly during: readonly During[]; readonly crash: Crash | undefined }
  | { readonly does: 'serve'; readonly seconds: number; readonly during: readonly During[]; readonly crash: Crash | undefined }
  | { readonly does: 'wait'; readonly seconds: number }
  | { readonly does: 'down'; readonly system: System }
  | { readonly does: 'plan'; readonly change: ChangeName }

/** What a system is; traits follow from it. */
export interface Nature {
  readonly vices: readonly ViceName[]
  /** How an edit that the hub has not seen is kept from being overwritten. */
  readonly guard: 'by-key' | 'version' | 'ordered' | 'version-only'
  readonly create: 'find' | 'find-unique' | 'unique' | 'idempotent'
  readonly put: boolean
  readonly answers: boolean
  readonly incremental: boolean
  /** Webhooks: none, bells, or with the record in them. */
  readonly hooks: 'none' | 'bells' | 'records'
  readonly batch: number
}

export interface Scene {
  readonly seed: number
  readonly store: 'sqlite' | 'memory'
  readonly systems: Readonly<Record<System, Nature>>
  readonly start: Pick<PlanState, 'owner' | 'f' | 'whenDeleted' | 'h'>
  /** In which systems each thing is at first. */
  readonly first: readonly (readonly System[])[]
  readonly actions: readonly Action[]
}

const system = fc.constantFrom(...SYSTEMS)
// The first of them most often: what collides is worth more than what does not.
const thing = fc.constantFrom('T1', 'T1', 'T1', ...THINGS)
const field = fc.constantFrom('f', 'f', 'f', ...FIELDS)

const edit: fc.Arbitrary<Act> = fc.record({
  does: fc.constant('edit' as const), system, thing, field, how: fc.constantFrom('text', 'text', 'text', 'long', 'long', 'refused', 'null'), second: fc.option(field, { freq: 2, nil: undefined }),
})
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: edit },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('remove' as const), system, thing }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('mark' as const), thing }) },
)
const during = fc.array(fc.record({ call: fc.integer({ min: 1, max: 12 }), act }), { maxLength: 3 })
const crash = fc.option(fc.record({ at: fc.integer({ min: 1, max: 60 }) }), { freq: 3, nil: undefined })

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: act },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('sync' as const), full: fc.boolean(), during, crash }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('serve' as const), seconds: fc.constantFrom(5, 30, 70), during, crash }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: fc.constantFrom(1, 12, 90, 4000) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('down' as const), system }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('plan' as const), change: fc.constantFrom(...(Object.keys(CHANGES) as ChangeName[])) }) },
)

const nature: fc.Arbitrary<Nature> = fc.record({
  vices: fc.subarray(Object.keys(VICES) as ViceName[], { minLength: 0, maxLength: 7 }),
  guard: fc.constantFrom('by-key', 'by-key', 'version', 'ordered', 'version-only'),
  create: fc.constantFrom('find', 'find-unique', 'unique', 'idempotent'),
  put: fc.boolean(), answers: fc.boolean(), incremental: fc.boolean(),
  hooks: fc.constantFrom('none', 'bells', 'records'),
  batch: fc.constantFrom(1, 2, 100),
})

export const scene: fc.Arbitrary<Scene> = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  store: fc.constantFrom('sqlite', 'memory'),
  systems: fc.record({ a: nature, b: nature, c: nature }),
  start: fc.record({
    owner: fc.constantFrom('a', 'b', 'plimsoll'), f: fc.constantFrom('latest', 'latest', 'longest'), whenDeleted: fc.constantFrom('ignore', 'delete', 'archive'), h: fc.boolean(),
  }),
  first: fc.array(fc.subarray([...SYSTEMS]), { minLength: 1, maxLength: THINGS.length }),
  actions: fc.array(action, { minLength: 4, maxLength: 16, size: 'max' }),
})

const shown = (one: Act): string =>
  one.does === 'edit' ? `a user of ${one.system} edits ${one.thing}.${one.field}${one.second ? ` and .${one.second}` : ''} (${one.how})`
    : one.does === 'remove' ? `a user of ${one.system} removes ${one.thing}` : `a user of c marks ${one.thing} as out, or in again`

/** A sequence in words, for whoever has to understand a failure. */
export function readable(of: Scene): string {
  const nature = (name: System): string => {
    const { vices, ...rest } = of.systems[name]
    return `  ${name}: ${JSON.stringify(rest)} ${vices.length === 0 ? 'no vices' : vices.map((vice) => `${vice} (${VICES[vice].says})`).join('; ')}`
  }
  const line = (one: Action): string => {
    switch (one.does) {
      case 'sync':
      case 'serve': return `${one.does}${one.does === 'serve' ? ` for ${one.seconds} s` : one.full ? ', whole lists' : ''}${one.crash ? `, killed at step ${one.crash.at}` : ''}${one.during.map((d) => `; at call ${d.call} ${shown(d.act)}`).join('')}`
      case 'wait': return `${one.seconds} s pass`
      case 'down': return `${one.system} goes down, or is up again`
      case 'plan': return `the plan changes: ${one.change}`
      default: return shown(one)
    }
  }
  return [
    `seed ${of.seed}, store ${of.store}, ${JSON.stringify(of.start)}`, ...SYSTEMS.map(nature),
    ...of.first.map((systems, i) => `  ${THINGS[i]} is at first in ${systems.join(', ') || 'no system'}`), ...of.actions.map((one, i) => `${i + 1}. ${line(one)}`),
  ].join('\n')
}
