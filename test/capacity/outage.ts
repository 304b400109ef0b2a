/**
 * What the real worker does after an outage, on a clock that goes on only when it is told to: simulated systems with the traits
 * and limits of the case, the real rate budget before each call, edits at an even rate.
 */
import { idSource } from '../../src/base/ids.ts'
import { HOUR, MINUTE, SECOND } from '../../src/base/duration.ts'
import type { PlimsollError } from '../../src/base/errors.ts'
import type { Outage } from '../../src/blueprint/capacity/model.ts'
import { capacity } from '../../src/blueprint/capacity/capacity.ts'
import type { Way } from '../../src/blueprint/capacity/ways.ts'
import { localDispatcher } from '../../src/dispatch/local/dispatcher.ts'
import { SimulatedSystem } from '../../src/rehearse/systems/simulated.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { activate } from '../../src/sync/activate.ts'
import { type Budget, systemBudget } from '../../src/sync/budget.ts'
import { connections } from '../../src/sync/connections.ts'
import { keepEvents } from '../../src/sync/keep-events.ts'
import { inboxLane } from '../../src/sync/lanes.ts'
import { resourceSpec } from '../../src/sync/resource-spec.ts'
import { compileRuntime, placeKey } from '../../src/sync/runtime.ts'
import { openWorker } from '../../src/sync/serve.ts'
import type { Traits, WebhookEvent } from '../../src/systems/contract.ts'
import { planFrom } from '../support/exchange.ts'
import { manualClock } from '../support/manual-clock.ts'

export interface Case {
  readonly plan: string
  readonly systems: Readonly<Record<string, { readonly traits?: Partial<Traits>; readonly callMs: number }>>
  readonly down: string
  readonly at: 'usual' | 'peak'
  /** Records that are there from the beginning in every system that sends, and where edits are made of records in the others, too. */
  readonly records: number
  /** Changes an hour, by the system whose users make them; the flow and its resource. */
  readonly edits: readonly { readonly system: string; readonly resource: string; readonly perHour: number; readonly makes: boolean; readonly calls?: true }[]
  readonly seed?: number
}

/** `waiting`: when the system answers again. Times are counted from then on. */
export interface Measured { readonly predicted: Outage; readonly waiting: number; readonly caughtUpMs: number; readonly noticedMs: number }

const STEP = SECOND
const WARM_MS = 10 * MINUTE
const MOST_MS = 6 * HOUR

export async function afterOutage(of: Case, lastsMs = HOUR): Promise<Measured> {
  const plan = planFrom(of.plan)
  const counted = capacity(plan, { outageMs: lastsMs, wayOf: (system) => wayOfSimulated(of, system.key) })
  const predicted = counted.systems.find((one) => one.system === of.down)!.outages.find((one) => one.kind === 'agreed' && one.at === of.at)!

  const clock = manualClock(Date.UTC(2026, 0, 5, 8), of.seed ?? 1)
  const store = openSqliteStore(':memory:')
  const newId = idSource(clock)
  const events = new Map<string, WebhookEvent[]>()
  const budgets = new Map<string, Budget>()
  const systems = Object.fromEntries(Object.entries(of.systems).map(([name, { traits, callMs }]) => [name, new SimulatedSystem({
    clock, callMs, tellsEditTimes: true, ...(traits ? { traits } : {}),
    onCall: async (_, when) => {
      if (when === 'before') await budgets.get(name)!.place()
    },
    onChange: ({ resource, key, row, byHub }) => {
      if (byHub || !row || !of.edits.some((edit) => edit.calls && edit.system === name)) return
      const list = events.get(name) ?? []
      list.push({ resource, key, kind: 'changed', deliveryId: `${name}/${key}/${row.version}`, record: { key, values: { ...row.values }, editedAt: row.editedAt, ...(traits?.version && traits.version !== 'none' ? { version: String(row.version) } : {}) } })
      events.set(name, list)
    },
  })]))
  for (const system of plan.systems.values()) {
    budgets.set(system.key, systemBudget({ system: system.key, rate: system.limits.calls, clock, store, row: async () => (await store.transaction((tx) => tx.systems(), { readOnly: true })).find((row) => row.system === system.key) }))
  }
  const runtime = compileRuntime(plan, { functions: () => new Map(), flat: () => false })
  const resources = new Map([...runtime.places.values()].map((place) => [placeKey(place), systems[place.system]!.resource(resourceSpec(runtime, place))] as const))
  const parts = { store, runtime, connections: connections(new Map(Object.entries(systems)), resources, new Map<string, PlimsollError>()), clock, newId, holder: 'outage' }

  const holds = new Map([...runtime.places.values()].map((place) => [`${place.system}/${place.resource}`, place]))
  const row = (n: number): Record<string, string> => ({ code: `C${n}`, f: 'f0' })
  for (const place of holds.values()) if (place.sends || !of.edits.some((edit) => edit.makes)) for (let n = 0; n < of.records; n += 1) systems[place.system]!.edit(place.resource, `k${n}`, row(n))
  // What the first load costs is no part of it.
  events.clear()
  await activate(parts, {})

  const stop = new AbortController()
  const dispatcher = localDispatcher()
  const worker = openWorker(parts, { dispatcher, signal: stop.signal })
  const ended = worker.work()
  const waiting = async (): Promise<number> => {
    const [due, rest] = await store.transaction(async (tx) => [await tx.commandCounts(), await tx.inbox(undefined, 1)] as const, { readOnly: true })
    return due.filter((one) => one.state === 'due' || one.state === 'sending' || one.state === 'unsure').reduce((total, one) => total + one.n, 0) + rest.length
  }
  const made = of.edits.map(() => 0)
  const began = { at: 0 }
  const goOn = async (edits: boolean): Promise<void> => {
    await clock.advance(STEP)
    if (edits) {
      for (const [i, edit] of of.edits.entries()) {
        const until = Math.floor(((clock.now() - began.at) * edit.perHour) / HOUR)
        for (; made[i]! < until; made[i]! += 1) {
          const n = made[i]!
          if (edit.makes) systems[edit.system]!.edit(edit.resource, `n${i}-${n}`, { code: `N${i}-${n}`, f: 'new' })
          // Each record once in a while: nobody edits one that still waits. Two systems edit different ones.
          else systems[edit.system]!.edit(edit.resource, keyIn(systems[edit.system]!, edit.resource, (n * of.edits.length + i) % of.records), { f: `${edit.system} ${n}` })
        }
      }
    }
    for (const [name, list] of events) {
      if (list.length === 0) continue
      await keepEvents(parts, name, list.splice(0), clock.now())
      worker.ring(inboxLane(name))
    }
  }
  const loadedUntil = clock.now() + MOST_MS
  do await goOn(false)
  while ((clock.now() < loadedUntil && await waiting() > 0) || clock.now() < Date.UTC(2026, 0, 5, 8, 1))
  // Buckets that the first load emptied are full again.
  for (let passed = 0; passed < 10 * MINUTE; passed += MINUTE) await clock.advance(MINUTE)
  began.at = clock.now()
  for (let passed = 0; passed < WARM_MS; passed += STEP) await goOn(true)

  const { vices, writes } = systems[of.down]!
  vices.down = true
  for (let passed = 0; passed < lastsMs; passed += STEP) await goOn(true)
  const atReturn = await waiting()
  vices.down = false
  const returned = clock.now()
  const before = writes.length
  let noticedMs = -1
  const receives = [...runtime.places.values()].some((place) => place.system === of.down && place.receiver)
  while (clock.now() - returned < MOST_MS) {
    await goOn(true)
    if (noticedMs < 0 && (writes.length > before || !receives)) noticedMs = clock.now() - returned
    if (noticedMs >= 0 && await waiting() === 0) break
  }
  const caughtUpMs = clock.now() - returned
  stop.abort(new Error('stopped on request'))
  const over = ended.then(() => dispatcher.close())
  for (let i = 0; i < 30; i += 1) await clock.advance(SECOND)
  await over
  await store.close()
  return { predicted, waiting: atReturn, caughtUpMs, noticedMs }
}

const keys = new WeakMap<SimulatedSystem, Map<string, string>>()
/** Under which key a system knows a record. */
function keyIn(system: SimulatedSystem, resource: string, n: number): string {
  let known = keys.get(system)
  if (!known) keys.set(system, (known = new Map([...system.table(resource)].map(([key, { values }]) => [String(values['code']), key]))))
  return known.get(`C${n}`) ?? `k${n}`
}

function wayOfSimulated({ systems }: Case, name: string): Partial<Way> {
  const { traits = {}, callMs } = systems[name]!
  return {
    ...(traits.batch === undefined ? {} : { batch: traits.batch }), look: 500, page: 500, callMs, confirms: traits.answers === false,
    incremental: traits.incremental === true, lookUps: traits.find === false ? 0 : 1,
  }
}
