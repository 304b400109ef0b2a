import type { Clock } from '../../contract.ts'
import type { FilesResource } from './files-resource.ts'

/** A server is not asked every second. */
const FAR_MS = 15_000

/** Did the files of a resource change since this was last asked? Names, sizes and times tell; nothing is opened. */
export function arrivals(resource: FilesResource, clock: Clock): (signal: AbortSignal) => Promise<boolean> {
  let known: string | undefined
  let askedAt = -Infinity
  return async (signal) => {
    if (!resource.place.near && clock.now() - askedAt < FAR_MS) return false
    askedAt = clock.now()
    const files = await resource.glance(signal)
    const now = files.map((file) => `${file.name}\0${file.version}`).toSorted().join('\n')
    const changed = now !== '' && now !== known
    known = now
    return changed
  }
}
