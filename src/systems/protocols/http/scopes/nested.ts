/** Lists that exist once for each record of another resource: the children are read while the parents are. */
import { type Page, PlimsollError, type ReadOptions, type Resource, type SourceRecord } from '../../../contract.ts'
import type { ResourceManifest } from '../manifest/manifest.ts'
import { at, textOf } from '../../../path.ts'
import type { SessionContext } from '../resource.ts'
import type { ParentManifest } from '../manifest/scope-manifest.ts'
import type { OpenScope } from './scoped-resource.ts'
import { fitsPath, placeholders } from '../manifest/template.ts'

export async function* readParents(parents: Resource, of: ParentManifest, manifest: ResourceManifest, children: OpenScope, session: SessionContext, options: ReadOptions): AsyncGenerator<Page> {
  const { since, ...whole } = options
  const from = of.changes === true ? since : undefined
  const atOnce = session.manifest.parallel ?? 4
  const used = placeholders(manifest.list?.path ?? '').filter((name) => name === 'parent' || name.startsWith('parent.'))
  let complete = from === undefined
  for await (const page of parents.read(from === undefined ? whole : { ...whole, since: from })) {
    const alive = page.records.filter((record) => record.deleted !== true)
    const notes = [...(page.notes ?? [])]
    for (let start = 0; start < alive.length; start += atOnce) {
      // The first pages of several parents at the same time; what follows them stays with the system until it is needed.
      const begun = alive.slice(start, start + atOnce).map((parent) => begin(parent, used, children, session.now, whole))
      try {
        for (const one of begun) {
          let ended: boolean | undefined
          try {
            for (let next = await one.first; !next.done; next = await one.rest.next()) {
              ended = next.value.complete ?? ended
              yield withoutEnd(next.value)
            }
          } catch (error) {
            if (!(error instanceof PlimsollError) || error.code !== 'http.not_there') throw error
            ended = await withoutList(parents, one.parent, manifest, error, options.signal)
            if (ended === undefined) notes.push(`The list below ${of.resource} ${one.parent.key.slice(0, 60)} was not there.`)
          }
          complete &&= ended === true
        }
      } finally {
        await Promise.all(begun.map((one) => one.rest.return(undefined).catch(() => undefined)))
      }
    }
    // Parents that can't be read may have children.
    if ((page.broken ?? []).length > 0) complete = false
    yield {
      records: [], requestedAt: page.requestedAt,
      ...(of.changes === true && page.position !== undefined ? { position: page.position } : {}),
      ...(page.complete === undefined ? {} : { complete: complete && page.complete }),
      ...((page.broken ?? []).length === 0 ? {} : { broken: page.broken! }),
      ...(notes.length === 0 ? {} : { notes }),
    }
  }
}

const withoutEnd = ({ complete: _complete, position: _position, ...page }: Page): Page => page

function begin(parent: SourceRecord, used: readonly string[], children: OpenScope, now: () => number, options: Omit<ReadOptions, 'since'>): { readonly parent: SourceRecord; readonly first: Promise<IteratorResult<Page>>; readonly rest: AsyncGenerator<Page> } {
  const rest = (async function* pages(): AsyncGenerator<Page> {
    for (const name of used) {
      const value = name === 'parent' ? parent.key : textOf(at(parent.values, name.slice('parent.'.length)))
      if (value === undefined || !fitsPath(value)) {
        yield { records: [], requestedAt: now(), complete: false, broken: [{ place: parent.key.slice(0, 200), says: `Its value for {${name}} can't be part of an address, so what is below it can't be read.`, raw: JSON.stringify(value?.slice(0, 200) ?? null) }] }
        return
      }
    }
    yield* children({ parent: { key: parent.key, record: parent } }).read(options)
  })()
  const first = rest.next()
  // Whoever waits for it is told; until then it must not count as nobody's.
  first.catch(() => undefined)
  return { parent, first, rest }
}

/** No list below a parent: the parent went meanwhile, or has none; else the path is wrong. Undefined: nobody knows. */
async function withoutList(parents: Resource, parent: SourceRecord, manifest: ResourceManifest, error: PlimsollError, signal: AbortSignal): Promise<true | undefined> {
  if (manifest.list?.may_lack_records === true) return true
  if (!parents.readKeys) return undefined
  const [held] = await parents.readKeys([parent.key], signal)
  if (held && held.deleted !== true) throw error
  return true
}
