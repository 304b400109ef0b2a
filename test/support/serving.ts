/** A plan over simulated systems that is served by the real worker, on a clock that goes on only when it is told to. */
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, expect } from 'vitest'
import { idSource } from '../../src/base/ids.ts'
import type { PlimsollError } from '../../src/base/errors.ts'
import { localDispatcher } from '../../src/dispatch/local/dispatcher.ts'
import { SimulatedSystem, type SimulatedOptions } from '../../src/rehearse/systems/simulated.ts'
import type { Store } from '../../src/store/contract.ts'
import type { Resource } from '../../src/systems/contract.ts'
import { activate } from '../../src/sync/activate.ts'
import type { StateChange } from '../../src/sync/conditions.ts'
import { connections } from '../../src/sync/connections.ts'
import { type EngineParts, pass, type PassReport } from '../../src/sync/engine.ts'
import { compileRuntime, type Place, placeKey } from '../../src/sync/runtime.ts'
import { resourceSpec } from '../../src/sync/resource-spec.ts'
import { openWorker, type Worker } from '../../src/sync/serve.ts'
import { planFrom } from './exchange.ts'
import { type ManualClock, manualClock } from './manual-clock.ts'
import { newStore } from './stores.ts'

export interface Served {
  readonly clock: ManualClock
  readonly systems: Readonly<Record<string, SimulatedSystem>>
  readonly parts: EngineParts
  readonly worker: Worker
  readonly reports: PassReport[]
  readonly changes: StateChange[]
  readonly troubles: { readonly lane: string; readonly error: PlimsollError }[]
  /** Lets time pass until it is so. */
  until(holds: () => boolean | Promise<boolean>, what: string, stepMs?: number): Promise<void>
  /** A time in which nothing is expected to happen. */
  rest(ms: number): Promise<void>
  stop(): Promise<void>
  /** What a command does after the worker has stopped. */
  sync(): Promise<PassReport>
}

const STEPS = 2000

export async function served(text: string, systems: Readonly<Record<string, Omit<SimulatedOptions, 'clock'>>>, options: { store?: Store; at?: number; prepare?: (systems: Readonly<Record<string, SimulatedSystem>>) => void; reuse?: Served; silenceMs?: number; keepMs?: number; wrap?: (system: string, real: Resource) => Resource } = {}): Promise<Served> {
  const clock = options.reuse?.clock ?? manualClock(options.at ?? Date.UTC(2026, 0, 1, 12))
  const simulated = options.reuse?.systems ?? Object.fromEntries(Object.entries(systems).map(([name, of]) => [name, new SimulatedSystem({ clock, callMs: 0, ...of })]))
  options.prepare?.(simulated)
  const runtime = compileRuntime(planFrom(text), { functions: () => new Map(), flat: () => false })
  const real = (place: Place): Resource => simulated[place.system]!.resource(resourceSpec(runtime, place))
  const resources = new Map([...runtime.places.values()].map((place) => [placeKey(place), options.wrap?.(place.system, real(place)) ?? real(place)] as const))
  const parts: EngineParts = {
    store: options.store ?? options.reuse?.parts.store ?? newStore(), runtime, clock, newId: idSource(clock), holder: 'test',
    connections: connections(new Map(Object.entries(simulated)), resources, new Map<string, PlimsollError>()),
  }
  await activate(parts, {})
  const stop = new AbortController()
  const dispatcher = localDispatcher()
  const reports: PassReport[] = []
  const troubles: { lane: string; error: PlimsollError }[] = []
  const changes: StateChange[] = []
  const worker = openWorker(parts, {
    dispatcher, signal: stop.signal, onChange: (change) => void changes.push(change), ...(options.silenceMs === undefined ? {} : { silenceMs: options.silenceMs }), ...(options.keepMs === undefined ? {} : { keepMs: options.keepMs }),
    onRun: (report) => void reports.push(report), onTrouble: (lane, error) => void troubles.push({ lane, error }) })
  const ended = worker.work()
  return {
    clock, systems: simulated, parts, worker, reports, changes, troubles,
    async until(holds, what, stepMs = 200) {
      for (let i = 0; i < STEPS; i += 1) {
        if (await holds()) return
        await clock.advance(stepMs)
        await turn()
      }
      throw new Error(`still not so: ${what}`)
    },
    async rest(ms) {
      for (let passed = 0; passed < ms; passed += 1000) await clock.advance(1000)
    },
    async stop() {
      stop.abort(new Error('stopped on request'))
      await ended
      await dispatcher.close()
    },
    sync: () => pass(parts, { signal: new AbortController().signal, patienceMs: 0 }),
  }
}

/** What a test puts in ends with it, and every run of it balances. */
export function ending(): Served[] {
  const open: Served[] = []
  afterEach(async () => {
    for (const s of open.splice(0)) {
      await s.stop()
      expect(s.reports.filter((report) => !report.summary.balanced).map((report) => [...report.balances])).toEqual([])
      await s.parts.store.close()
    }
  })
  return open
}

/** `f` of all things that a system has. */
export const heldBy = (s: Served, system: string): unknown[] => s.systems[system]!.all('thing').map((row) => row['f'])
