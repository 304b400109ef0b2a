import type { FilesResource } from './files-resource.ts'

/** Did the files of a resource change since this was last asked? Names, sizes and times tell; nothing is opened. */
export function arrivals(resource: FilesResource): (signal: AbortSignal) => Promise<boolean> {
  let known: string | undefined
  return async (signal) => {
    const files = await resource.glance(signal)
    const now = files.map((file) => `${file.name}\0${file.version}`).toSorted().join('\n')
    const changed = now !== '' && now !== known
    known = now
    return changed
  }
}
