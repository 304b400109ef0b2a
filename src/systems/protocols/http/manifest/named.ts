/** Which entry of the manifest is meant by the name of a resource: its own, else the one with the longest beginning of it before a `*`. */
import type { Manifest, ResourceManifest } from './manifest.ts'

export interface Named {
  readonly manifest: ResourceManifest
  /** What the placeholder {resource} stands for: the name, without what stands before the `*`. */
  readonly called: string
}

export function namedResource({ resources }: Manifest, name: string): Named | undefined {
  if (Object.hasOwn(resources, name)) return { manifest: resources[name]!, called: name }
  const beginning = Object.keys(resources)
    .filter((one) => one.endsWith('*') && name.startsWith(one.slice(0, -1)) && name.length >= one.length)
    .toSorted((a, b) => b.length - a.length)[0]
  return beginning === undefined ? undefined : { manifest: resources[beginning]!, called: name.slice(beginning.length - 1) }
}
