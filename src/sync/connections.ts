/** Open systems, one session each, with the resource of every place. A system that can't be opened keeps its reason. */
import type { CallCounts } from './calls.ts'
import type { PlimsollError } from '../base/errors.ts'
import type { Resource, SystemSession } from '../systems/contract.ts'
import { type Place, placeKey } from './runtime.ts'

export interface Connections {
  /** undefined: the system could not be opened; `failure` says why. */
  resource(place: Place): Resource | undefined
  session(system: string): SystemSession | undefined
  failure(system: string): PlimsollError | undefined
  /** Tries once more to open a system that could not be opened. */
  reopen?(system: string): Promise<void>
  /** Requests since the process began, by system. */
  calls?(): ReadonlyMap<string, CallCounts>
  close(): Promise<void>
}

export function connections(sessions: ReadonlyMap<string, SystemSession>, resources: ReadonlyMap<string, Resource>, failures: ReadonlyMap<string, PlimsollError>): Connections {
  return {
    resource: (place) => resources.get(placeKey(place)),
    session: (system) => sessions.get(system),
    failure: (system) => failures.get(system),
    async close() {
      await Promise.allSettled([...sessions.values()].map((session) => session.close()))
    },
  }
}
