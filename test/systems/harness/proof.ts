/**
 * What a test proves of a system: it says so (`proves`), and it is believed only if that was seen to happen during the test (`watched`)
 * and the test passed. A claim of something that nobody saw fails the test.
 */
import { basename } from 'node:path'
import { onTestFinished, TestRunner } from 'vitest'
import type { Resource, SystemSession } from '../../../src/systems/contract.ts'
import type { RunningSystem } from './start.ts'
import { tell } from './told.ts'

export const OPERATIONS = ['read', 'by key', 'since', 'find', 'create', 'update', 'delete', 'webhook'] as const
/** `log in`: of servers that hold nothing else. */
export type Operation = (typeof OPERATIONS)[number] | 'log in'

export interface Watching {
  readonly system: string
  /** What its records are called on the page, where a plan gives them names of its own: tables, files. */
  readonly resource?: string
  /** The system behind its counting proxy: an answer without a request is none. */
  readonly at?: RunningSystem
}

/** By test: what an earlier one did is not this one's. */
const seenIn = new Map<string, Set<string>>()
const nameOf = (system: string, resource: string, operation: Operation): string => JSON.stringify([system, resource, operation])

/** Noted for the test that runs; also for what was seen in another way, such as at the proxy while the built command ran. */
export function saw(system: string, resource: string, operation: Operation): void {
  const test = TestRunner.getCurrentTest()?.id
  if (test === undefined) return
  if (!seenIn.has(test)) seenIn.set(test, new Set())
  seenIn.get(test)!.add(nameOf(system, resource, operation))
}
export const wasSeen = (system: string, resource: string, operation: Operation): boolean => seenIn.get(TestRunner.getCurrentTest()?.id ?? '')?.has(nameOf(system, resource, operation)) === true

/** The same session; what its resources were asked and answered well is noted. */
export function watched(session: SystemSession, of: Watching): SystemSession {
  /** What went through the proxy so far. */
  const traffic = (): number => of.at?.requests().reduce((sum, one) => sum + 1 + one.received, 0) ?? 0
  const begin = (resource: string): ((...operations: Operation[]) => void) => {
    const before = traffic()
    return (...operations) => {
      if (of.at === undefined || traffic() !== before) for (const operation of operations) saw(of.system, of.resource ?? resource, operation)
    }
  }
  return replaced(session, {
    resource: (spec) => watchedResource(session.resource(spec), () => begin(spec.resource)),
    ...(session.receive && {
      receive: async (request) => {
        const events = await session.receive!(request)
        for (const event of events) saw(of.system, of.resource ?? event.resource, 'webhook')
        return events
      },
    }),
  })
}

function watchedResource(resource: Resource, begin: () => (...operations: Operation[]) => void): Resource {
  return replaced(resource, {
    async* read(options) {
      const done = begin()
      let any = false
      for await (const page of resource.read(options)) {
        any ||= page.records.length > 0
        if (options.since !== undefined) {
          if (any) done('since')
        } else if (page.complete === true || (any && !resource.traits.complete)) done('read')
        yield page
      }
    },
    ...(resource.readKeys && {
      readKeys: async (keys, signal) => {
        const done = begin()
        const records = await resource.readKeys!(keys, signal)
        if (records.length > 0) done('by key')
        return records
      },
    }),
    ...(resource.find && {
      find: async (paths, values, signal) => {
        const done = begin()
        const records = await resource.find!(paths, values, signal)
        if (records.length > 0) done('find')
        return records
      },
    }),
    ...(resource.write && {
      write: async (items, options) => {
        const done = begin()
        const results = await resource.write!(items, options)
        done(...items.filter((_, n) => results[n]?.is === 'done').map((item) => item.operation))
        return results
      },
    }),
  })
}

/** The same thing with other methods: sessions and resources may be of classes. */
function replaced<T extends object>(of: T, methods: Partial<T>): T {
  return new Proxy(of, {
    get(target, name) {
      const value: unknown = Object.hasOwn(methods, name) ? Reflect.get(methods, name) : Reflect.get(target, name, target)
      return typeof value === 'function' && !Object.hasOwn(methods, name) ? value.bind(target) : value
    },
  })
}

/** In a test that checks that these operations do what they should. */
export function proves(system: string, resource: string, operations: readonly Operation[]): void {
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'pass') return
    const unseen = operations.filter((operation) => seenIn.get(task.id)?.has(nameOf(system, resource, operation)) !== true)
    if (unseen.length > 0) throw new Error(`This test says that it proves ${unseen.join(', ')} of ${resource} of ${system}, and nobody saw that happen in it.`)
    for (const operation of operations) tell({ system, is: 'proved', resource, operation, file: basename(task.file.filepath), test: task.name })
  })
}
