/** Which resources a folder seems to hold: files that differ only in digits are one, by a pattern. */
import type { ConnectorContext, DiscoveredResource } from '../../contract.ts'
import { FilesResource } from './files-resource.ts'
import type { Place } from './place.ts'
import { formatByEnding } from './formats.ts'
import { Guesses } from './guess.ts'
import type { FilesSettings } from './settings.ts'

/** Enough to know types; files up to this size are read whole, so that their records are counted. */
const SAMPLE_ROWS = 10_000
const COUNTED_SIZE = 64 * 1024 * 1024
const MAX_RESOURCES = 500

export async function discover(settings: FilesSettings, place: Place, context: ConnectorContext, signal: AbortSignal): Promise<readonly DiscoveredResource[]> {
  await place.visit(signal)
  const names = (await place.list({ under: '', name: '*', wild: true }, signal)).files.map((file) => file.name).filter((name) => isWanted(name, settings))
  const groups = new Map<string, string[]>()
  for (const name of names.toSorted()) {
    const pattern = patternFor(name)
    groups.set(pattern, [...(groups.get(pattern) ?? []), name])
  }
  const found: DiscoveredResource[] = []
  for (const [pattern, members] of [...groups].slice(0, MAX_RESOURCES)) {
    found.push(await look(members.length > 1 ? pattern : members[0]!, settings, place, context, signal))
  }
  return found
}

function isWanted(name: string, settings: FilesSettings): boolean {
  const format = formatByEnding(name)
  return format !== undefined && (settings.format === undefined || settings.format === format)
}

/** `prices-2026-11-21.csv` → `prices-*.csv`. */
function patternFor(name: string): string {
  const ending = name.search(/\.[^.]*(?:\.gz)?$/i)
  return name.slice(0, ending).replaceAll(/\d+([-_ .]?\d+)*/g, '*').replaceAll(/[*?]+/g, '*') + name.slice(ending)
}

async function look(name: string, settings: FilesSettings, place: Place, context: ConnectorContext, signal: AbortSignal): Promise<DiscoveredResource> {
  const resource = new FilesResource({ resource: name, key: [], parts: new Map(), identifiers: [] }, settings, place, context)
  const guesses = new Guesses(resource.flat)
  let count: number | undefined = 0
  try {
    const newest = (await resource.find(signal)).files.at(-1)
    if (!newest) return { name, key: [], fields: [] }
    let seen = 0
    for await (const rows of resource.format.rows(newest.source, settings, resource.wanted(newest.name, signal))) {
      for (const row of rows) {
        seen += 1
        if (row.says === undefined && seen <= SAMPLE_ROWS) guesses.add(row.values, row.line)
      }
      if (seen > SAMPLE_ROWS && newest.size > COUNTED_SIZE) {
        count = undefined
        break
      }
    }
    if (count !== undefined) count = seen
  } catch {
    // What could be read is still worth showing; `check` and reading say what is wrong with the file.
    signal.throwIfAborted()
    count = undefined
  }
  const { changedAt } = guesses
  return { name, key: guesses.key, fields: guesses.fields, ...(changedAt === undefined ? {} : { changedAt }), ...(count === undefined ? {} : { count }) }
}
