/** Plays the plan's own examples (`tests.examples`): records in, writes and golden records out, on the real engine over simulated systems. */
import { virtualClock } from '../base/clock.ts'
import { idSource } from '../base/ids.ts'
import { canonicalNative } from '../base/json.ts'
import { type Native, type NativeRecord, Numeral } from '../base/numeral.ts'
import type { Plan } from '../plan/model.ts'
import { canonical } from '../record/canonical.ts'
import { typeParser } from '../record/types/rules.ts'
import type { Store } from '../store/contract.ts'
import type { GoldenRow } from '../store/rows.ts'
import { activate } from '../sync/activate.ts'
import { connections } from '../sync/connections.ts'
import { type EngineParts, pass } from '../sync/engine.ts'
import { resourceSpec } from '../sync/resource-spec.ts'
import { type Place, placeKey, type Runtime } from '../sync/runtime.ts'
import { keyOf } from '../systems/contract.ts'
import { SimulatedSystem } from './systems/simulated.ts'

export interface Difference {
  readonly system: string
  readonly entity: string
  /** Number of the expected record, from 1; 0: a record that nobody expected. */
  readonly record: number
  readonly field: string
  readonly expected: Native
  readonly actual: Native
}
export interface Played {
  readonly example: string
  readonly ok: boolean
  readonly differences: readonly Difference[]
  /** Why a given record did not go further. */
  readonly setAside: readonly string[]
}

export type Records = ReadonlyMap<string, ReadonlyMap<string, readonly Native[]>>
export interface ExampleToPlay { readonly name: string; readonly given: Records; readonly expect: Records }

/** Word for golden records in `expect`; no system may be called so. */
const GOLDEN = 'plimsoll'
/** More passes than this: it never becomes quiet. */
const MOST_PASSES = 5

/** The plan with every system there: an example needs no connector. */
export const withEverySystem = (plan: Plan): Plan => ({
  ...plan,
  systems: new Map([...plan.systems].map(([name, system]) => [name, { ...system, connector: system.connector ?? 'simulated', mode: 'real' }])),
  flows: new Map([...plan.flows].map(([name, { paused: _paused, ...flow }]) => [name, { ...flow, notRunnable: [] }])),
})

/** `runtime` of `withEverySystem`; `store` empty, its own for each example. */
export async function playExample(runtime: Runtime, store: Store, example: ExampleToPlay, startAt: number): Promise<Played> {
  const clock = virtualClock(startAt)
  const systems = new Map([...runtime.plan.systems.keys()].map((name) => [name, new SimulatedSystem({ clock })]))
  const differences: Difference[] = []
  for (const [system, entities] of example.given) {
    for (const [entity, records] of entities) {
      const place = placeOf(runtime, system, entity)
      if (!place) differences.push({ system, entity, record: 0, field: '', expected: 'a system that holds the entity in a flow', actual: null })
      else for (const [i, record] of records.entries()) systems.get(system)!.edit(place.resource, givenKey(place, record as NativeRecord, i), record as NativeRecord)
    }
  }
  const resources = new Map([...runtime.places.values()].map((place) => [placeKey(place), systems.get(place.system)!.resource(resourceSpec(runtime, place))]))
  const parts: EngineParts = { store, runtime, connections: connections(new Map(systems), resources, new Map()), clock, newId: idSource(clock), holder: 'examples' }
  await activate(parts, {})
  for (let i = 0; i < MOST_PASSES; i += 1) {
    clock.advance(60_000)
    const report = await pass(parts, { signal: new AbortController().signal })
    if (report.summary.writes === 0 && i > 0) break
  }
  for (const [system, entities] of example.expect) {
    for (const [entity, records] of entities) {
      differences.push(...(system === GOLDEN ? await goldensDiffer(runtime, store, entity, records) : recordsDiffer(runtime, systems.get(system), system, entity, records)))
    }
  }
  const asides = await store.transaction((tx) => tx.asides({ states: ['open'], limit: 1000 }), { readOnly: true })
  return { example: example.name, ok: differences.length === 0, differences, setAside: asides.map((row) => `${row.system}/${row.resource} ${row.key}: ${row.says}`) }
}

const placesOf = (runtime: Runtime, system: string, entity: string): Place[] => [...runtime.places.values()].filter((place) => place.system === system && place.entity === entity)
const placeOf = (runtime: Runtime, system: string, entity: string): Place | undefined => placesOf(runtime, system, entity)[0]

function givenKey(place: Place, record: NativeRecord, index: number): string {
  const paths = place.hold.key.length > 0 ? place.hold.key : (place.identifierFields[0] ?? []).map((field) => place.plainPaths.get(field) ?? '')
  const values = paths.map((path) => at(record, path))
  if (values.length > 0 && values.every((value) => value !== undefined && value !== null)) return keyOf(values as Native[])
  const id = record['id']
  return id === undefined || id === null ? `given ${index + 1}` : keyOf([id])
}

function at(record: NativeRecord, path: string): Native | undefined {
  if (Object.hasOwn(record, path)) return record[path]
  let value: Native | undefined = record
  for (const step of path.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value
}

const isRecord = (value: Native | undefined): value is NativeRecord =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Numeral) && !(value instanceof Uint8Array)

function recordsDiffer(runtime: Runtime, system: SimulatedSystem | undefined, name: string, entity: string, expected: readonly Native[]): Difference[] {
  const resources = new Set(placesOf(runtime, name, entity).map((place) => place.resource))
  if (!system || resources.size === 0) return [{ system: name, entity, record: 0, field: '', expected: 'a system that holds the entity in a flow', actual: null }]
  const actual = [...resources].flatMap((resource) => [...system.table(resource)].map(([key, row]) => ({ key: `${resource}/${key}`, values: row.values as NativeRecord })))
  const written = new Set(system.writes.filter((write) => write.operation === 'create').map((write) => `${write.resource}/${write.key}`))
  const { differences, used } = matched(expected, actual.map((one) => one.values), (record, i) => ({ system: name, entity, record: i, ...record }))
  const extra = actual.filter((one, i) => !used.has(i) && written.has(one.key))
  return [...differences, ...extra.map((one): Difference => ({ system: name, entity, record: 0, field: '', expected: null, actual: one.values }))]
}

/** Each expected record against the one that is most like it; only what is expected is compared. */
function matched(expected: readonly Native[], actual: readonly NativeRecord[], located: (of: { field: string; expected: Native; actual: Native }, record: number) => Difference): { differences: Difference[]; used: ReadonlySet<number> } {
  const used = new Set<number>()
  const differences: Difference[] = []
  for (const [i, want] of expected.entries()) {
    const candidates = actual.map((have, index) => ({ index, found: unlike(want, have, '') })).filter((one) => !used.has(one.index))
    const best = candidates.toSorted((a, b) => a.found.length - b.found.length)[0]
    if (!best || (isRecord(want) && best.found.length >= Object.keys(want).length && Object.keys(want).length > 1)) {
      differences.push(located({ field: '', expected: want, actual: null }, i + 1))
      continue
    }
    used.add(best.index)
    differences.push(...best.found.map((one) => located(one, i + 1)))
  }
  return { differences, used }
}

function unlike(want: Native, have: Native | undefined, path: string): { field: string; expected: Native; actual: Native }[] {
  if (isRecord(want) && isRecord(have)) return Object.keys(want).flatMap((name) => unlike(want[name]!, have[name], path === '' ? name : `${path}.${name}`))
  if (Array.isArray(want) && Array.isArray(have) && want.length === have.length) return want.flatMap((item, i) => unlike(item as Native, have[i] as Native, `${path}[${i}]`))
  const actual = have ?? null
  return canonicalNative(want) === canonicalNative(actual) ? [] : [{ field: path, expected: want, actual }]
}

async function goldensDiffer(runtime: Runtime, store: Store, entity: string, expected: readonly Native[]): Promise<Difference[]> {
  const goldens = (await store.transaction((tx) => tx.goldensAfter(entity, '', 10_000), { readOnly: true })).filter((golden) => golden.rev > 0 && golden.mergedInto === null)
  const of = runtime.entities.get(entity)?.entity
  if (!of) return [{ system: GOLDEN, entity, record: 0, field: '', expected: 'an entity of the plan', actual: null }]
  const used = new Set<string>()
  return expected.flatMap((want, i): Difference[] => {
    const differing = (golden: GoldenRow): Difference[] => Object.entries(isRecord(want) ? want : {}).flatMap(([name, value]): Difference[] => {
      const type = of.fields.get(name)?.type
      const parsed = type && typeParser(type, { timeZone: runtime.plan.timeZone, ...(runtime.plan.country === undefined ? {} : { country: runtime.plan.country }) })(value)
      const actual = golden.values[name] ?? null
      if (type && parsed?.ok && canonical(parsed.value, type) === canonical(actual, type)) return []
      return [{ system: GOLDEN, entity, record: i + 1, field: name, expected: value, actual: actual as Native }]
    })
    const best = goldens.filter((golden) => !used.has(golden.id)).map((golden) => ({ golden, found: differing(golden) })).toSorted((a, b) => a.found.length - b.found.length)[0]
    if (!best) return [{ system: GOLDEN, entity, record: i + 1, field: '', expected: want, actual: null }]
    used.add(best.golden.id)
    return best.found
  })
}
