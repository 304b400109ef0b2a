/** A plan over simulated systems, run by the real engine on a virtual clock. */
import { virtualClock } from '../../src/base/clock.ts'
import { idSource } from '../../src/base/ids.ts'
import type { PlimsollError } from '../../src/base/errors.ts'
import { loadPlan } from '../../src/plan/load.ts'
import type { Plan } from '../../src/plan/model.ts'
import { SimulatedSystem, type SimulatedOptions } from '../../src/rehearse/systems/simulated.ts'
import type { Store } from '../../src/store/contract.ts'
import type { ChangeRow, GoldenRow } from '../../src/store/rows.ts'
import { activate } from '../../src/sync/activate.ts'
import { connections } from '../../src/sync/connections.ts'
import { type EngineParts, pass, type PassOptions, type PassReport, writesOf, type Written } from '../../src/sync/engine.ts'
import { preview, type Preview } from '../../src/sync/preview.ts'
import { compileRuntime, placeKey } from '../../src/sync/runtime.ts'
import { resourceSpec } from '../../src/sync/resource-spec.ts'
import { newStore } from './stores.ts'

export function planFrom(text: string): Plan {
  const loaded = loadPlan({
    root: 'plan.yaml', environment: 'development', today: '2026-11-21',
    files: { list: () => ['plan.yaml'], read: () => text },
  })
  const errors = loaded.mistakes.filter((m) => m.severity === 'error')
  if (!loaded.plan) throw new Error(errors.map((m) => `${m.place.line}:${m.place.column} ${m.id} ${m.says}`).join('\n'))
  return loaded.plan
}

export interface Exchange {
  readonly clock: ReturnType<typeof virtualClock>
  readonly systems: Readonly<Record<string, SimulatedSystem>>
  store: Store
  plan: Plan
  /** The same systems and store under another plan. */
  change(text: string): void
  sync(options?: Partial<PassOptions>): Promise<PassReport>
  preview(): Promise<Preview>
  writes(report: PassReport): Promise<Written[]>
  conflicts(): Promise<readonly ChangeRow[]>
  goldens(entity: string): Promise<readonly GoldenRow[]>
  parts(): EngineParts
}

export function exchange(text: string, systems: Readonly<Record<string, Omit<SimulatedOptions, 'clock'>>>, options: { store?: Store; seed?: number } = {}): Exchange {
  const clock = virtualClock(Date.UTC(2026, 0, 1), options.seed ?? 1)
  const newId = idSource(clock)
  const simulated = Object.fromEntries(Object.entries(systems).map(([name, of]) => [name, new SimulatedSystem({ clock, ...of })]))
  const self: Exchange = {
    clock, systems: simulated, store: options.store ?? newStore(options.seed), plan: planFrom(text),
    change(next) {
      self.plan = planFrom(next)
    },
    parts() {
      const runtime = compileRuntime(self.plan, { functions: () => new Map(), flat: () => false })
      const resources = new Map([...runtime.places.values()].flatMap((place) => {
        const system = simulated[place.system]
        return system ? [[placeKey(place), system.resource(resourceSpec(runtime, place))] as const] : []
      }))
      return { store: self.store, runtime, connections: connections(new Map(Object.entries(simulated)), resources, new Map<string, PlimsollError>()), clock, newId, holder: 'test' }
    },
    async sync(passOptions = {}) {
      const parts = self.parts()
      await activate(parts, {})
      return pass(parts, { signal: new AbortController().signal, ...passOptions })
    },
    async preview() {
      return preview(self.parts(), { signal: new AbortController().signal })
    },
    async writes(report) {
      const all: Written[] = []
      for await (const write of writesOf(self.store, report.run)) all.push(write)
      return all
    },
    conflicts: () => self.store.transaction((tx) => tx.changes({ kind: 'conflict', limit: 1000 }), { readOnly: true }),
    goldens: (entity) => self.store.transaction((tx) => tx.goldensAfter(entity, '', 100_000), { readOnly: true }),
  }
  return self
}
