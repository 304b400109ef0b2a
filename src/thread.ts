/** The other thread: reads one resource, maps, checks and hashes its records, while the thread that began it stores them. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from './base/clock.ts'
import { asPlimsollError } from './base/errors.ts'
import type { Plan } from './plan/model.ts'
import { newcomersOf } from './sync/newcomer.ts'
import { packPage } from './sync/packed.ts'
import { readyPages } from './sync/ready.ts'
import { resourceSpec } from './sync/resource-spec.ts'
import { compileRuntime } from './sync/runtime.ts'
import type { ReadOptions, SettingValues } from './systems/contract.ts'
import { masked } from './systems/masking.ts'
import { loadConnector } from './systems/registry.ts'

export interface ThreadTask {
  /** What can be sent: functions stay where they are. */
  readonly plan: Omit<Plan, 'said'>
  readonly place: string
  readonly connector: string
  readonly settings: SettingValues
  /** What it must never say. */
  readonly secrets: readonly string[]
  readonly timeZone: string
  /** Records are rows. */
  readonly flat: boolean
  readonly reading: Omit<ReadOptions, 'signal'>
  /** Nothing is known of the place yet. */
  readonly first: boolean
}

/** Pages that may be on their way at once: enough that nobody waits, few enough for any memory. */
const AHEAD = 60

async function read(task: ThreadTask): Promise<void> {
  const port = parentPort!
  const stop = new AbortController()
  let open = 0
  let wake: () => void = () => undefined
  port.on('message', (message: 'taken' | 'stop') => {
    if (message === 'stop') stop.abort()
    open -= 1
    wake()
  })
  const connector = await loadConnector(task.connector)
  const runtime = compileRuntime({ ...task.plan, said: () => undefined }, { functions: () => new Map(), flat: () => task.flat })
  const place = runtime.places.get(task.place)!
  const entity = runtime.entities.get(place.entity)!
  const session = await masked(task.secrets, () =>
    connector.open(task.settings, { clock: systemClock, system: place.system, timeZone: task.timeZone, readOnly: true, budget: async () => undefined }))
  const kinds = entity.identifiers.map((identifier) => identifier.kind)
  try {
    const resource = session.resource(resourceSpec(runtime, place))
    const newcomers = task.first ? newcomersOf(entity, place) : null
    for await (const page of readyPages(resource, place, { ...task.reading, signal: stop.signal }, systemClock, newcomers)) {
      const packed = packPage(page, kinds)
      port.postMessage({ page: packed }, [packed.ends.buffer, packed.flags.buffer, packed.shapes.buffer])
      open += 1
      while (open >= AHEAD && !stop.signal.aborted) await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    await session.close()
  }
}

try {
  await read(workerData as ThreadTask)
  parentPort!.postMessage({ end: true })
} catch (error) {
  const { code, message, place, details, executed } = asPlimsollError(error)
  parentPort!.postMessage({ failure: { code, message, place, details, executed } })
} finally {
  parentPort!.close()
}
