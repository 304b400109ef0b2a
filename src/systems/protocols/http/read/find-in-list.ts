/** Looking records up where an interface has no filter for it: in its whole list, once for all that are asked for together. */
import { type Native, PlimsollError, type SourceRecord } from '../../../contract.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { at, textOf } from '../../../path.ts'
import { alike, readList } from './read.ts'
import type { ResourceContext } from '../resource.ts'

export async function findInList(context: ResourceContext, manifest: ResourceManifest, paths: readonly string[], values: readonly (readonly Native[])[], signal: AbortSignal): Promise<readonly SourceRecord[]> {
  const found = new Map<string, SourceRecord>()
  let complete = false
  for await (const page of readList(context, manifest, { signal, pageSize: context.pageSize })) {
    for (const record of page.records) {
      if (values.some((list) => paths.every((path, index) => alike(textOf(at(record.values, path)), textOf(list[index]))))) found.set(record.key, record)
    }
    complete = page.complete === true
  }
  // Who was not found in half a list may stand in the other half.
  if (!complete) throw new PlimsollError('http.answer', `${context.name} could not be looked through: its list was not whole.`)
  return [...found.values()]
}
