/**
 * Websites and mobile apps that call here (connector `app`): a read API over what their systems hold, changes back, and calls when
 * something changed, on a listener of their own. This file: what an application may see, from the plan.
 */
import type { NativeRecord } from '../../base/numeral.ts'
import { PlimsollError } from '../../base/errors.ts'
import type { EngineParts } from '../../sync/engine.ts'
import { outOfFilter } from '../../sync/out-of-filter.ts'
import type { EntityRuntime, Place } from '../../sync/runtime.ts'
import type { Rate } from '../../plan/model.ts'
import type { Hosted } from '../../systems/hosted.ts'
import './errors.ts'

export interface Application {
  readonly system: string
  readonly hosted: Hosted
  readonly resources: ReadonlyMap<string, AppResource>
  readonly rate: Rate
}
export interface AppResource {
  readonly name: string
  readonly place: Place
  readonly entity: EntityRuntime
  /** Only what the hold maps: what an older plan put there is nobody's business. */
  view(values: NativeRecord): NativeRecord
  /** Of these keys, those that the application was given and would not be given today; what it sends itself is its own. */
  hidden(keys: readonly string[]): Promise<ReadonlySet<string>>
}

/** Calls that are answered where the plan sets no limit. */
const RATE: Rate = { text: '3000/minute', count: 3_000, perMs: 60_000 }

export function applications(parts: EngineParts): Application[] {
  const { runtime, connections } = parts
  const systems = [...new Set([...runtime.places.values()].map((place) => place.system))]
  return systems.flatMap((system): Application[] => {
    const hosted = connections.session(system)?.hosted
    if (!hosted) return []
    const resources = new Map<string, AppResource>()
    // A hold that travels another way is not in the box.
    for (const place of runtime.places.values()) {
      if (place.system !== system || place.hold.connector !== undefined || place.hold.settings !== undefined) continue
      if (resources.has(place.resource)) throw new PlimsollError('apps.two_entities', `${system} holds ${resources.get(place.resource)!.place.entity} and ${place.entity} in one resource, ${place.resource}; its application could not tell them apart.`)
      resources.set(place.resource, appResource(parts, place))
    }
    return [{ system, hosted, resources, rate: runtime.plan.systems.get(system)?.limits.calls ?? RATE }]
  })
}

function appResource(parts: EngineParts, place: Place): AppResource {
  const { mapping } = place
  return { name: place.resource, place, entity: parts.runtime.entities.get(place.entity)!, view: (values) => mapping.place(mapping.pick(values)), hidden: async (keys) => (place.sends ? new Set() : outOfFilter(parts, place, keys)) }
}
