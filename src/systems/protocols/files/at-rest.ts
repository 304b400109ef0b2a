/** Which files of a resource are at rest: one that is still being written is left until later. */
import type { Clock } from '../../contract.ts'
import type { FoundFile, Pattern, Place } from './place.ts'

export interface Found {
  /** Oldest first; of equal age by name. */
  readonly files: readonly FoundFile[]
  /** Files that match but still change. */
  readonly changing: readonly string[]
  /** Links that lead out of the folder. */
  readonly outside: readonly string[]
}

/** Files that this process put in place whole: there is no need to wait whether they still grow. */
const placed = new Map<string, string>()
const nameIn = (place: Place, name: string): string => `${place.shown}\0${name}`
export const notePlaced = (place: Place, file: FoundFile): void => void placed.set(nameIn(place, file.name), file.version)

export async function findFiles(place: Place, pattern: Pattern, settleMs: number, clock: Clock, signal: AbortSignal): Promise<Found> {
  const first = await place.list(pattern, signal)
  const isYoung = (file: FoundFile): boolean =>
    settleMs > 0 && !place.whole && placed.get(nameIn(place, file.name)) !== file.version && Math.abs(clock.now() - file.mtimeMs) < settleMs + place.skewMs
  const young = new Set(first.files.filter(isYoung))
  if (young.size === 0) return { files: first.files.toSorted(oldestFirst), changing: [], outside: first.outside }
  await clock.sleep(settleMs, signal)
  const now = new Map((await place.list(pattern, signal)).files.map((file) => [file.name, file.version]))
  const rests = (file: FoundFile): boolean => !young.has(file) || now.get(file.name) === file.version
  return { files: first.files.filter(rests).toSorted(oldestFirst), changing: first.files.filter((file) => !rests(file)).map((file) => file.name), outside: first.outside }
}

const oldestFirst = (a: FoundFile, b: FoundFile): number => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1)
