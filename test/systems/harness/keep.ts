/** Puts the results of a run into their file, and the page that is made of them beside the other pages of connectors. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogNames, loadManifest } from '../../../src/systems/protocols/http/manifest/manifest-load.ts'
import { type Results, afterRun, readResults, stillThere, writeResults } from './results.ts'
import { resultsPage } from './results-page.ts'
import { SYSTEMS } from './table.ts'
import type { Told } from './told.ts'

export const PAGE = fileURLToPath(new URL('../../../docs/connectors/systems.md', import.meta.url))
const TESTS = fileURLToPath(new URL('../', import.meta.url))

/** A test file, with what the files of the harness that it uses add to it; those of the long suite have a folder of their own. */
export function sourceOf(file: string): string | undefined {
  const path = [`${TESTS}${file}`, `${TESTS}long/${file}`].find((one) => existsSync(one))
  if (path === undefined) return undefined
  const text = readFileSync(path, 'utf8')
  const used = [...text.matchAll(/from '\.{1,2}\/(harness\/[\w-]+\.ts)'/g)].map(([, name]) => readFileSync(`${TESTS}${name!}`, 'utf8'))
  return [text, ...used].join('\n')
}

export async function pageOf(results: Results, source: typeof sourceOf = sourceOf): Promise<string> {
  const names = await catalogNames()
  const manifests = new Map(await Promise.all(names.map(async (name) => [name, await loadManifest(name)] as const)))
  return resultsPage(stillThere(results, source), manifests, SYSTEMS)
}

export async function keepResults(told: readonly Told[], only: readonly string[] | undefined): Promise<void> {
  const results = afterRun(readResults(), told, only, new Date().toISOString().slice(0, 10))
  writeResults(results)
  writeFileSync(PAGE, await pageOf(results))
}
